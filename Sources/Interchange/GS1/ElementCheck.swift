package import Dispensary

/// A check of what a component holds, beyond its characters and length; named as in GS1's
/// Barcode Syntax Dictionary.
package enum ElementCheck: String, Sendable, CaseIterable {
  case csum, csumalpha, gcppos1, gcppos2
  case yymmd0, yymmdd, yyyymmdd, hhmi, hh, mi, ss
  case iso3166, iso3166999, iso3166alpha2, iso4217, iso5218, mediatype, packagetype
  case yesno, zero, nonzero, nozeroprefix, hasnondigit, hyphen, winding
  case pieceoftotal, posinseqslash, importeridx, pcenc, iban, latitude, longitude
  case couponcode, couponposoffer

  /// What is wrong with the text of a component, in words that follow "is not", or `nil`.
  func fault(in bytes: [UInt8]) -> String? { holds(bytes) ? nil : wanted }

  private func holds(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let number = Int(text)
    return switch self {
    case .csum: CheckDigits.hasDigit(bytes)
    case .csumalpha: CheckDigits.hasPair(bytes)
    // A company prefix has at least four digits; which prefixes are given out is not known here.
    case .gcppos1: bytes.prefix(4).count == 4 && bytes.prefix(4).allSatisfy(isDigit)
    case .gcppos2: bytes.dropFirst().prefix(4).count == 4 && bytes.dropFirst().allSatisfy(isDigit)
    case .yymmd0: ElementDate.isDay("20" + text, dayMayBeZero: true)
    case .yymmdd: ElementDate.isDay("20" + text, dayMayBeZero: false)
    case .yyyymmdd: ElementDate.isDay(text, dayMayBeZero: false)
    case .hhmi: (number ?? 9999) / 100 < 24 && (number ?? 9999) % 100 < 60
    case .hh: (number ?? 99) < 24
    case .mi, .ss: (number ?? 99) < 60
    case .iso3166: ElementTable.codes["country"]?.contains(text) == true
    case .iso3166999: text == "999" || ElementTable.codes["country"]?.contains(text) == true
    case .iso3166alpha2: ElementTable.codes["alpha"]?.contains(text) == true
    case .iso4217: ElementTable.codes["currency"]?.contains(text) == true
    case .mediatype: ElementTable.codes["media"]?.contains(text) == true
    // GAP: the codes of UN/ECE Recommendation 21 are not listed here, only their shape.
    case .packagetype: bytes.allSatisfy { isDigit($0) || (0x41...0x5A).contains($0) }
    case .iso5218: ["0", "1", "2", "9"].contains(text)
    case .winding: ["0", "1", "9"].contains(text)
    case .yesno: ["0", "1"].contains(text)
    case .zero: bytes.allSatisfy { $0 == UInt8(ascii: "0") }
    case .nonzero: bytes.contains { $0 != UInt8(ascii: "0") }
    case .nozeroprefix: text == "0" || bytes.first != UInt8(ascii: "0")
    case .hasnondigit: !bytes.allSatisfy(isDigit)
    case .hyphen: text == "-"
    case .pieceoftotal: isPiece(number ?? 0)
    case .posinseqslash: isPlace(text)
    case .importeridx: ElementRule.Characters.base64url.holds(bytes[0]) && text != "="
    case .pcenc: isPercentEncoded(bytes)
    case .iban: CheckDigits.isIBAN(bytes)
    case .latitude: (number ?? .max) <= 1_800_000_000
    case .longitude: (number ?? .max) <= 3_600_000_000
    // GAP: North American coupons are not taken apart; a pharmacy does not scan them.
    case .couponcode, .couponposoffer: bytes.allSatisfy(isDigit)
    }
  }

  private var wanted: String {
    switch self {
    case .csum: "a number with a right check digit"
    case .csumalpha: "a key with a right pair of check characters"
    case .gcppos1, .gcppos2: "a key that begins with a company prefix"
    case .yymmd0, .yymmdd, .yyyymmdd: "a day of the calendar"
    case .hhmi, .hh, .mi, .ss: "a time of day"
    case .iso3166, .iso3166999, .iso3166alpha2: "a country of ISO 3166"
    case .iso4217: "a currency of ISO 4217"
    case .iso5218: "a code of ISO 5218"
    case .mediatype: "a media type"
    case .packagetype: "a code of a package type"
    case .yesno: "0 or 1"
    case .zero: "zero"
    case .nonzero: "more than zero"
    case .nozeroprefix: "a number without leading zeros"
    case .hasnondigit: "a key with anything but digits"
    case .hyphen: "a hyphen"
    case .winding: "a winding direction: 0, 1 or 9"
    case .pieceoftotal: "a piece of a total, such as 0102"
    case .posinseqslash: "a place in a sequence, such as 1/2"
    case .importeridx: "an importer index"
    case .pcenc: "percent-encoded text"
    case .iban: "an IBAN with right check digits"
    case .latitude: "a latitude"
    case .longitude: "a longitude"
    case .couponcode, .couponposoffer: "a coupon code"
    }
  }

  private func isPiece(_ number: Int) -> Bool {
    let (piece, total) = (number / 100, number % 100)
    return piece > 0 && piece <= total
  }

  private func isPlace(_ text: String) -> Bool {
    let ends = text.split(separator: "/", omittingEmptySubsequences: false)
    guard ends.count == 2, !ends.contains(where: { $0.hasPrefix("0") || $0.isEmpty }),
      ends.allSatisfy({ $0.utf8.allSatisfy(isDigit) }), let place = Int(ends[0]),
      let last = Int(ends[1])
    else { return false }
    return place <= last
  }

  private func isPercentEncoded(_ bytes: [UInt8]) -> Bool {
    let isHex = { (byte: UInt8) in
      isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
    return bytes.indices.allSatisfy { index in
      bytes[index] != UInt8(ascii: "%")
        || (index + 2 < bytes.count && isHex(bytes[index + 1]) && isHex(bytes[index + 2]))
    }
  }
}

/// Check digits and characters.
package enum CheckDigits {
  /// The check digit of a GTIN, GLN or SSCC without it (GS1 General Specifications, 7.9.1).
  package static func digit(of digits: some Sequence<UInt8>) -> UInt8 {
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
      sum + Int(digit.element - UInt8(ascii: "0")) * (digit.offset.isMultiple(of: 2) ? 3 : 1)
    }
    return UInt8(ascii: "0") + UInt8((10 - sum % 10) % 10)
  }

  /// Whether digits end in their own check digit.
  package static func hasDigit(_ digits: [UInt8]) -> Bool {
    guard digits.count > 1, digits.allSatisfy(isDigit) else { return false }
    return digit(of: digits.dropLast()) == digits.last
  }

  /// Whether a key ends in its pair of check characters (GS1 General Specifications, 7.9.5).
  static func hasPair(_ bytes: [UInt8]) -> Bool {
    guard (3...25).contains(bytes.count) else { return false }
    var sum = 0
    for (value, prime) in zip(bytes.dropLast(2).reversed().map(value82), primes) {
      guard let value else { return false }
      sum += value * prime
    }
    let check = sum % 1_021
    return Array(bytes.suffix(2)) == [pairAlphabet[check / 32], pairAlphabet[check % 32]]
  }

  /// ISO 13616: country and check digits moved to the end, letters as 10 to 35, modulo 97 is 1.
  static func isIBAN(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 4, bytes.prefix(2).allSatisfy({ (0x41...0x5A).contains($0) }),
      bytes.dropFirst(2).prefix(2).allSatisfy(isDigit)
    else { return false }
    var rest = 0
    for byte in bytes.dropFirst(4) + bytes.prefix(4) {
      switch byte {
      case 0x30...0x39: rest = (rest * 10 + Int(byte - 0x30)) % 97
      case 0x41...0x5A: rest = (rest * 100 + Int(byte - 0x41) + 10) % 97
      default: return false
      }
    }
    return rest == 1
  }

  /// The place of a character in set 82.
  private static func value82(_ byte: UInt8) -> Int? { set82.firstIndex(of: byte) }

  private static let set82 = Array(
    #"!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"#.utf8)
  private static let pairAlphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
  private static let primes = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
  ]
}

/// The dates of element strings.
package enum ElementDate {
  /// The day that `YYMMDD` means, seen from a year: within 49 years before it and 50 after
  /// (GS1 General Specifications, 7.12). Day 00 is the last day of the month.
  package static func day(_ text: String, seenFrom year: Int) -> CivilDate? {
    guard text.utf8.count == 6, text.utf8.allSatisfy(isDigit), let number = Int(text) else {
      return nil
    }
    var century = year - year % 100
    let difference = number / 10_000 - year % 100
    if difference >= 51 { century -= 100 }
    if difference <= -50 { century += 100 }
    let (years, month, day) = (century + number / 10_000, number / 100 % 100, number % 100)
    guard day == 0 else { return CivilDate(year: years, month: month, day: day) }
    return (28...31).reversed().lazy.compactMap {
      CivilDate(year: years, month: month, day: $0)
    }.first
  }

  static func isDay(_ text: String, dayMayBeZero: Bool) -> Bool {
    guard text.utf8.count == 8, let number = Int(text) else { return false }
    let day = number % 100 == 0 && dayMayBeZero ? 1 : number % 100
    // A year before 1900 is a day all the same where a century is written out.
    return CivilDate(year: max(number / 10_000, 1900), month: number / 100 % 100, day: day) != nil
  }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
