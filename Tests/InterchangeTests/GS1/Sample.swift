import Interchange

/// Data that fit a rule, made from the rule: written apart from the reader, so that both can err
/// only in different ways.
enum Sample {
  static func element(_ identifier: String, longest: Bool = false) throws -> Element {
    guard let rule = ElementTable.rules[identifier] else { throw ScanFault(code: .empty) }
    return try Element(identifier, data(rule, longest: longest))
  }

  /// The least or the most that a rule takes.
  static func data(_ rule: ElementRule, longest: Bool) -> String {
    if let whole = wholes[rule.identifier] { return longest ? whole.most : whole.least }
    return rule.components.map { component in
      if component.isOptional, !longest { return "" }
      let length = longest ? component.length.upperBound : component.length.lowerBound
      for check in component.checks {
        if let text = text(of: check, length) { return text }
      }
      return String(repeating: component.characters == .digits ? "1" : "A", count: length)
    }.joined()
  }

  /// Elements whose checks look at the whole.
  private static let wholes: [String: (least: String, most: String)] = [
    "8013": ("12349Z", "1987654Ad4X4bL5ttr2310c2K"),
    "8014": ("12349Z", "1987654Ad4X4bL5ttr2310c2K"),
    "8007": ("GB82WEST12345698765432", "MT84MALT011000012345MTLCAST001S"),
    "4309": ("02790858483015297971", "18000000003600000000"),
  ]

  private static func text(of check: ElementCheck, _ length: Int) -> String? {
    switch check {
    case .csum: checked(String(repeating: "1", count: length - 1))
    case .gcppos1: String(repeating: "1", count: max(4, length))
    case .couponcode, .couponposoffer: String(repeating: "1", count: length)
    case .yymmd0, .yymmdd: "270430"
    case .yyyymmdd: "20270430"
    case .hhmi: "2359"
    case .hh: "23"
    case .mi, .ss: "59"
    case .iso3166, .iso3166999: "840"
    case .iso3166alpha2: "US"
    case .iso4217: "840"
    case .mediatype: "10"
    case .iso5218, .winding, .yesno, .zero: "0"
    case .pieceoftotal: "0102"
    case .posinseqslash: "1/2"
    case .hyphen: "-"
    default: nil
    }
  }

  static func checked(_ digits: String) -> String {
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      sum += (digit.wholeNumberValue ?? 0) * (place % 2 == 0 ? 3 : 1)
    }
    return digits + String((10 - sum % 10) % 10)
  }

  static func fits(_ identifier: String, _ pattern: String, not own: String) -> Bool {
    identifier != own && identifier.count == pattern.count
      && zip(identifier, pattern).allSatisfy { $1 == "n" || $0 == $1 }
  }

  /// An element with all that it needs, and all that those need.
  static func scan(with identifier: String, longest: Bool = false) throws -> ElementString {
    var elements = [try element(identifier, longest: longest)]
    var missing = true
    while missing {
      missing = false
      for element in elements {
        for list in ElementTable.rules[element.identifier]?.needs ?? [] {
          guard !isMet(list, by: elements.map(\.identifier), own: element.identifier) else {
            continue
          }
          for addition in try additions(list, to: elements) { elements.append(addition) }
          missing = true
        }
      }
    }
    return try ElementString(elements)
  }

  private static func isMet(_ list: [[String]], by present: [String], own: String) -> Bool {
    list.contains { patterns in
      patterns.allSatisfy { pattern in present.contains { fits($0, pattern, not: own) } }
    }
  }

  /// The first alternative that excludes nothing of what is there.
  private static func additions(
    _ list: [[String]], to elements: [Element]
  ) throws -> [Element] {
    for patterns in list {
      var added: [Element] = []
      for pattern in patterns
      where !elements.contains(where: { fits($0.identifier, pattern, not: "") }) {
        let name = ElementTable.rules.keys.sorted().first { fits($0, pattern, not: "") }
        if let name { added.append(try element(name)) }
      }
      if (try? ElementString(elements + added)) != nil, !added.isEmpty { return added }
    }
    throw ScanFault(code: .missingCompanion)
  }

  /// What has the right characters and length, and means nothing.
  static let wrong: [(String, String)] = [
    ("00", "106141412345678909"), ("01", "00304092051056"), ("17", "271332"), ("17", "270431"),
    ("17", "270229"), ("7003", "2704002359"), ("7003", "2704302460"), ("421", "999ABC"),
    ("4307", "XX"), ("3910", "000123"), ("7252", "3"), ("4321", "2"),
    ("8006", "003040920510570201"),
    ("8013", "1987654Ad4X4bL5ttr2310c2L"), ("8007", "GB83WEST12345698765432"),
    ("4309", "18000000013600000000"), ("4309", "18000000003600000001"), ("4300", "50%25%2"),
    ("7258", "2/1"), ("8011", "01"), ("8014", "1234567890"), ("8003", "100304092051057"),
    ("8001", "00001234512341"), ("7241", "11"), ("4330", "123456A"), ("7040", "1AB%"),
    ("8008", "27043024"), ("8008", "2704302360"),
  ]
}
