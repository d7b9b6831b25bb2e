/// What one GS1 application identifier asks of its element: components, companions, exclusions.
///
/// The table is `Schemas/gs1/elements.txt`; its header gives the meaning of each field.
package struct ElementRule: Sendable {
  /// The characters that a component may hold (GS1 General Specifications, 7.11).
  package enum Characters: String, Sendable {
    case digits = "N"
    /// Character set 82: letters, digits and most punctuation, no space.
    case set82 = "X"
    /// Character set 39: capitals, digits, `#`, `-` and `/`.
    case set39 = "Y"
    case base64url = "Z"

    package func holds(_ byte: UInt8) -> Bool {
      switch self {
      case .digits: (0x30...0x39).contains(byte)
      case .set82: Characters.bytes82.contains(byte)
      case .set39: Characters.bytes39.contains(byte)
      case .base64url: Characters.bytes64.contains(byte)
      }
    }

    private static let alphanumeric =
      Set(0x30...0x39 as ClosedRange<UInt8>).union(0x41...0x5A).union(0x61...0x7A)
    private static let bytes82 = alphanumeric.union(#"!"%&'()*+,-./:;<=>?_"#.utf8)
    private static let bytes39 =
      Set(0x30...0x39 as ClosedRange<UInt8>).union(0x41...0x5A).union("#-/".utf8)
    private static let bytes64 = alphanumeric.union("-_=".utf8)
  }

  /// A part of an element; only the last one may vary in length.
  package struct Component: Sendable {
    package let characters: Characters
    package let length: ClosedRange<Int>
    package let isOptional: Bool
    /// What its content must be besides.
    package let checks: [ElementCheck]
  }

  /// The identifier, 2 to 4 digits.
  package let identifier: String
  /// Whether its length is fixed by its first two digits, so that no separator need follow.
  package let isPredefined: Bool
  package let components: [Component]
  /// Each list must be satisfied: one of its alternatives, all of whose patterns are present.
  package let needs: [[[String]]]
  /// None of these patterns may be present.
  package let excludes: [String]
  /// GS1's short title, such as `BATCH/LOT`.
  package let title: String

  /// The fewest and the most characters that its data may have.
  package var length: ClosedRange<Int> {
    let least = components.reduce(0) { $0 + ($1.isOptional ? 0 : $1.length.lowerBound) }
    return least...components.reduce(0) { $0 + $1.length.upperBound }
  }

  /// Whether an identifier fits a pattern such as `31nn`.
  static func matches(_ identifier: String, _ pattern: String) -> Bool {
    identifier.utf8.count == pattern.utf8.count
      && zip(identifier.utf8, pattern.utf8).allSatisfy { $1 == UInt8(ascii: "n") || $0 == $1 }
  }
}

/// All rules, by identifier.
package enum ElementTable {
  /// Every identifier that GS1 has given a meaning.
  package static let rules: [String: ElementRule] = {
    var rules: [String: ElementRule] = [:]
    for line in lines(of: ElementText.elements) {
      for rule in ElementRule.reading(line) { rules[rule.identifier] = rule }
    }
    return rules
  }()

  /// How many digits an identifier has, by its first two.
  static let identifierLengths: [String: Int] = Dictionary(
    rules.keys.map { (String($0.prefix(2)), $0.utf8.count) }, uniquingKeysWith: max)

  /// The code lists, by name.
  static let codes: [String: Set<String>] = {
    var codes: [String: Set<String>] = [:]
    for line in lines(of: ElementText.codes) {
      let words = line.split(separator: " ").map(String.init)
      codes[words[0], default: []].formUnion(words.dropFirst())
    }
    return codes
  }()

  private static func lines(of text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  /// The identifier at the start of some text, if the table has it.
  static func rule(startingIn bytes: ArraySlice<UInt8>) -> ElementRule? {
    guard bytes.count >= 2,
      let length = identifierLengths[String(decoding: bytes.prefix(2), as: UTF8.self)],
      bytes.count >= length
    else { return nil }
    return rules[String(decoding: bytes.prefix(length), as: UTF8.self)]
  }
}

extension ElementRule {
  /// The rules of one line of the table: one, or one for each identifier of a range.
  static func reading(_ line: Substring) -> [ElementRule] {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { field in
      String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    precondition(fields.count >= 3, "a line of the element table has fields between bars")
    func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
    let components = field(2).split(separator: " ").map(Component.init)
    let needs = field(3).split(separator: " ").map { list in
      list.split(separator: ",").map { $0.split(separator: "+").map(String.init) }
    }
    return identifiers(field(0)).map { identifier in
      ElementRule(
        identifier: identifier, isPredefined: field(1) == "*", components: components,
        needs: needs, excludes: field(4).split(separator: ",").map(String.init), title: field(5))
    }
  }

  private static func identifiers(_ text: String) -> [String] {
    let ends = text.split(separator: "-").map(String.init)
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]) else { return ends }
    return (first...last).map { String($0) }
  }
}

extension ElementRule.Component {
  /// Reads `N6,yymmdd`, `X..20` or `[N3],iso3166`.
  fileprivate init(_ text: Substring) {
    let parts = text.split(separator: ",")
    let shape = parts[0].filter { $0 != "[" && $0 != "]" }
    let size = shape.dropFirst()
    guard let characters = ElementRule.Characters(rawValue: String(shape.prefix(1))),
      let most = Int(size.filter { $0 != "." })
    else { preconditionFailure("the element table has a component `\(text)`") }
    self.characters = characters
    self.length = size.hasPrefix("..") ? 1...most : most...most
    self.isOptional = parts[0].hasPrefix("[")
    self.checks = parts.dropFirst().map { name in
      guard let check = ElementCheck(rawValue: String(name)) else {
        preconditionFailure("the element table names a check `\(name)`")
      }
      return check
    }
  }
}
