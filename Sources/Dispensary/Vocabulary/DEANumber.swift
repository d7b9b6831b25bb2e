/// A DEA registration number: two letters, seven digits of which the last is a check digit, and
/// the suffix that a hospital gives to those who prescribe under its number.
///
///     try DEANumber("AB1234563")
///     try DEANumber("AB1234563-044")
///
/// A good check digit does not make a registration active; that is verified elsewhere.
package struct DEANumber: Hashable, Sendable, CustomStringConvertible {
  /// The nine characters, letters in upper case.
  package let number: String
  /// What stands behind the hyphen, kept as written; it has no check digit.
  package let suffix: String?

  /// Reads the number; lower-case letters are taken as upper-case.
  package init(_ text: String) throws(VocabularyError) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let number = asciiUppercased(parts[0])
    guard DEANumber.hasShape(number), parts.count == 1 || DEANumber.isSuffix(parts[1]) else {
      throw VocabularyError(
        .deaMalformed, "\(quoted(text)) is not a DEA number",
        hint: "write two letters and seven digits, such as `AB1234563`")
    }
    let digits = number.utf8.dropFirst(2).map { Int($0 - UInt8(ascii: "0")) }
    let sum = digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])
    guard sum % 10 == digits[6] else {
      throw VocabularyError(
        .deaCheckDigit,
        "\(quoted(text)) fails its check digit: \(digits[6]) stands where \(sum % 10) belongs",
        hint: "compare the number with the certificate of registration")
    }
    self.number = number
    self.suffix = parts.count == 2 ? String(parts[1]) : nil
  }

  /// The number with its suffix: `AB1234563-044`.
  package var text: String { suffix.map { "\(number)-\($0)" } ?? number }
  package var description: String { text }

  /// The first letter tells the kind of registrant; DEA has never issued the letters that are
  /// missing here. The second is a letter of the name or, for a business, the digit 9.
  private static func hasShape(_ number: String) -> Bool {
    let bytes = Array(number.utf8)
    return bytes.count == 9 && "ABCDEFGHJKLMPRSTUX".utf8.contains(bytes[0])
      && (isUpper(bytes[1]) || bytes[1] == UInt8(ascii: "9")) && bytes[2...].allSatisfy(isDigit)
  }

  private static func isSuffix(_ suffix: Substring) -> Bool {
    (1...12).contains(suffix.utf8.count)
      && suffix.utf8.allSatisfy { isDigit($0) || isUpper($0) || isLower($0) }
  }
}

/// Under whose DEA registration stock is held, bought or prescribed.
package struct Registration: Hashable, Sendable {
  package let number: DEANumber
  package let name: String
  /// Street and city in one line.
  package let address: String
  /// The state's two letters, upper case: `NC`.
  package let state: String

  package init(
    number: DEANumber, name: String, address: String, state: String
  ) throws(VocabularyError) {
    for (line, title) in [(name, "name"), (address, "address")] where !isLine(line) {
      throw VocabularyError(
        .registrationMalformed, "\(quoted(line)) is not the \(title) of a registration",
        hint: "write one line of 1 to \(VocabularyLimits.lineCharacters) characters")
    }
    let letters = asciiUppercased(state)
    guard letters.utf8.count == 2, letters.utf8.allSatisfy(isUpper) else {
      throw VocabularyError(
        .registrationMalformed, "\(quoted(state)) is not a state", hint: "write `NC`")
    }
    (self.number, self.name, self.address, self.state) = (number, name, address, letters)
  }
}

func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

func asciiUppercased(_ text: some StringProtocol) -> String {
  String(decoding: text.utf8.map { isLower($0) ? $0 - 32 : $0 }, as: UTF8.self)
}

func asciiLowercased(_ text: some StringProtocol) -> String {
  String(decoding: text.utf8.map { isUpper($0) ? $0 + 32 : $0 }, as: UTF8.self)
}

/// One line of printable text without spaces at its ends.
func isLine(_ text: String, limit: Int = VocabularyLimits.lineCharacters) -> Bool {
  let scalars = text.unicodeScalars
  guard let first = scalars.first, let last = scalars.last, scalars.count <= limit else {
    return false
  }
  return !first.properties.isWhitespace && !last.properties.isWhitespace
    && scalars.allSatisfy {
      switch $0.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        false
      default: true
      }
    }
}
