internal import Notation

/// The short form of an entry on paper: its number, and 160 bits of its leaf in base32.
///
///     Slip(epoch: 1, seq: 123, leaf: leaf).text   // S01-000000123-ABCD-EFGH-…, eight groups
///     try Slip(reading: "s01 000000123 abcd efgh …").finding(…)
///
/// Who holds one can show that the entry is still there and, as each entry holds the hash of the
/// one before, everything below it. Normative text: `Schemas/formats/entry.md`.
package struct Slip: Hashable, Sendable {
  /// The epoch of the ledger; nil where it was not written.
  package let epoch: Int?
  /// The number of the entry; nil where it was not written.
  package let seq: Int64?
  /// The characters of the leaf in lower case; `1` stands for one that may be `i` or `l`.
  private let characters: [UInt8]

  /// 32 characters of five bits.
  package static let length = 32

  /// The slip of an entry.
  package init(epoch: Int, seq: Int64, leaf: Digest) {
    self.epoch = epoch
    self.seq = seq
    characters = Slip.characters(of: leaf)
  }

  /// The 32 characters alone, in lower case.
  package static func text(of leaf: Digest) -> String {
    String(decoding: characters(of: leaf), as: UTF8.self)
  }

  private static func characters(of leaf: Digest) -> [UInt8] {
    Array(Base32.encode(Array(leaf.bytes.prefix(20))).utf8)
  }

  /// What stands before the characters: `S01-000000123-`, as far as it is known.
  private var head: String {
    let parts = [epoch.map { "S" + Slip.padded($0, to: 2) }, seq.map { Slip.padded($0, to: 9) }]
    return parts.compactMap { $0 }.map { $0 + "-" }.joined()
  }

  /// As it is printed to be read by people, with eight groups of four characters.
  package var text: String {
    let groups = stride(from: 0, to: Slip.length, by: 4).map {
      String(decoding: characters[$0..<$0 + 4], as: UTF8.self).uppercased()
    }
    return head + groups.joined(separator: "-")
  }

  /// As it stands in a QR Code: capitals without groups, which its alphanumeric mode packs best.
  package var code: String {
    head + String(decoding: characters, as: UTF8.self).uppercased()
  }

  private static func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

// MARK: - Reading

extension Slip {
  /// Reads what somebody typed: in capitals or not, with any spaces, hyphens and dots, with `0` for
  /// O, `8` for B, and `1` for I or L, which base32 does not have.
  ///
  /// The epoch may be missing, and the number with it.
  ///
  /// - Throws: ``CoreError/Code/slipMalformed``, with how many characters there are.
  package init(reading typed: String) throws(CoreError) {
    let fields = typed.lowercased().utf8.split { !isLower($0) && !isDigit($0) }
    let all = fields.flatMap { Array($0) }
    guard all.count >= Slip.length else {
      throw CoreError(
        .slipMalformed, "\(all.count) of the \(Slip.length) characters of a slip are there")
    }
    let read = all.suffix(Slip.length).map(Slip.read)
    guard !read.contains(nil) else {
      throw CoreError(.slipMalformed, "a slip has letters and the digits 2 to 7, and no 9")
    }
    characters = read.compactMap { $0 }
    (epoch, seq) = try Slip.head(Array(all.dropLast(Slip.length)), fields.map { Array($0) })
  }

  /// A character of base32 for one that was typed.
  private static func read(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0"): UInt8(ascii: "o")
    case UInt8(ascii: "8"): UInt8(ascii: "b")
    case UInt8(ascii: "9"): nil
    default: byte
    }
  }

  /// The epoch and the number: parted by what was typed between them, or by their usual lengths.
  private static func head(
    _ bytes: [UInt8], _ fields: [[UInt8]]
  ) throws(CoreError) -> (Int?, Int64?) {
    if bytes.isEmpty { return (nil, nil) }
    let malformed = CoreError(
      .slipMalformed, "before the \(Slip.length) characters stands no number of an entry")
    guard bytes.first == UInt8(ascii: "s") else {
      guard let seq = number(bytes) else { throw malformed }
      return (nil, seq)
    }
    let parted = fields[0].count > 1 && fields[0].count < bytes.count
    let cut = parted ? fields[0].count : 3
    guard bytes.count > cut, let epoch = number(Array(bytes[1..<cut])), epoch <= 999_999_999,
      let seq = number(Array(bytes[cut...]))
    else { throw malformed }
    return (Int(epoch), seq)
  }

  /// Digits, of which some may have been written as letters.
  private static func number(_ bytes: [UInt8]) -> Int64? {
    let digits = bytes.map { byte in
      switch byte {
      case UInt8(ascii: "o"): UInt8(ascii: "0")
      case UInt8(ascii: "i"), UInt8(ascii: "l"): UInt8(ascii: "1")
      default: byte
      }
    }
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy(isDigit) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }
}

// MARK: - Comparing

/// What a slip says about a ledger.
package enum SlipFinding: Hashable, Sendable {
  /// The entry with this number is the one that the slip was printed for.
  case fits(Int64)
  /// Nothing is shown: it was read or typed wrong, or is of another ledger. In words.
  case doubtful(String)
  /// The entry with this number is another one now, or the ledger ends before it. In words.
  case differs(at: Int64?, String)
}

extension Slip {
  /// More characters than this are no slip of the pen. Of two unrelated leaves one or two of 32
  /// characters agree by chance; to agree in 24 takes 2^90 attempts and more.
  private static let mistypedMax = 8

  /// Where a leaf has other characters, by position from 0.
  private func differences(from leaf: Digest) -> [Int] {
    zip(characters, Slip.characters(of: leaf)).enumerated().compactMap { position, pair in
      let (typed, own) = pair
      let eitherWay = typed == UInt8(ascii: "1") && (own == 0x69 || own == 0x6C)
      return typed == own || eitherWay ? nil : position
    }
  }

  /// Compares the slip with a ledger whose leaves were verified.
  ///
  /// - Parameters:
  ///   - size: the number of entries.
  ///   - epoch: the ledger's own.
  ///   - leaf: the leaf of an entry below `size`; nil where it cannot be read.
  ///   - each: hands out every leaf with its number, for a slip whose number is missing or wrong.
  package func finding(
    size: Int64, epoch own: Int, leaf: (Int64) throws -> Digest?,
    each: ((Int64, Digest) -> Void) throws -> Void
  ) rethrows -> SlipFinding {
    if let epoch, epoch != own {
      return .doubtful("the slip is of epoch \(epoch), the ledger of epoch \(own)")
    }
    guard let seq else { return try nearest(each) ?? .doubtful("no entry has this slip") }
    let differing = seq < size ? try leaf(seq).map(differences) : nil
    if let differing, let finding = near(seq, differing) { return finding }
    switch try nearest(each) {
    case .fits(let other):
      return .doubtful("the slip of entry \(seq) is that of entry \(other): is its number right?")
    case let mistyped?: return mistyped
    case nil: break
    }
    guard seq < size else {
      return .differs(
        at: nil, "the ledger has \(size) entries and the slip is of entry \(seq)")
    }
    return .differs(at: seq, "the entry is not the one that the slip was printed for")
  }

  /// Fits, or fits but for a few characters.
  private func near(_ seq: Int64, _ differing: [Int]) -> SlipFinding? {
    if differing.isEmpty { return .fits(seq) }
    guard differing.count <= Slip.mistypedMax else { return nil }
    var groups: [Int] = []
    for position in differing where groups.last != position / 4 + 1 {
      groups.append(position / 4 + 1)
    }
    let which =
      (groups.count == 1 ? "group " : "groups ")
      + groups.map(String.init).joined(separator: ", ")
    return .doubtful(
      "the slip differs from entry \(seq) in \(differing.count) of \(Slip.length) characters, in "
        + "\(which): read it again")
  }

  /// The one entry that it can be of.
  private func nearest(
    _ each: ((Int64, Digest) -> Void) throws -> Void
  ) rethrows -> SlipFinding? {
    var found: SlipFinding?
    try each { seq, leaf in
      if found == nil { found = near(seq, differences(from: leaf)) }
    }
    return found
  }
}
