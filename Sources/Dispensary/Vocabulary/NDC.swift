/// A National Drug Code of a package, with its segments.
///
///     let box = try NDC("0409-2051-05")
///     box.eleven                                  // 00409205105
///     box.denotesSamePackage(as: try NDC("00409-2051-05"))   // true
///
/// It reads FDA's ten-digit forms 4-4-2, 5-3-2 and 5-4-1 with their hyphens, the eleven-digit
/// form 5-4-2 and the twelve-digit form 6-4-2 with or without. Ten digits without hyphens can
/// be read in three ways and are refused. Two codes are equal when they are written alike;
/// ``denotesSamePackage(as:)`` compares across forms.
package struct NDC: Hashable, Sendable, CustomStringConvertible {
  /// How the digits are divided.
  package enum Form: String, Hashable, Sendable, CaseIterable {
    case fourFourTwo = "4-4-2"
    case fiveThreeTwo = "5-3-2"
    case fiveFourOne = "5-4-1"
    case fiveFourTwo = "5-4-2"
    case sixFourTwo = "6-4-2"

    /// Whether it is one of FDA's own forms of ten digits.
    package var isTenDigits: Bool { self != .fiveFourTwo && self != .sixFourTwo }
  }

  package let form: Form
  package let labeler: String
  package let product: String
  package let package: String

  package init(_ text: String) throws(VocabularyError) {
    let segments = text.split(separator: "-", omittingEmptySubsequences: false)
    guard segments.allSatisfy({ $0.utf8.allSatisfy(isDigit) }), text.utf8.count <= 14 else {
      throw NDC.malformed(text)
    }
    switch segments.count {
    case 3: try self.init(segments.map(String.init), in: text)
    case 1: try self.init(NDC.divided(text), in: text)
    default: throw NDC.malformed(text)
    }
  }

  private init(_ segments: [String], in text: String) throws(VocabularyError) {
    let shape = segments.map { String($0.utf8.count) }.joined(separator: "-")
    guard let form = Form(rawValue: shape) else { throw NDC.malformed(text) }
    self.form = form
    (labeler, product, package) = (segments[0], segments[1], segments[2])
  }

  /// Eleven and twelve digits can be divided in one way only.
  private static func divided(_ text: String) throws(VocabularyError) -> [String] {
    switch text.utf8.count {
    case 11: return cut(text, 5, 4)
    case 12: return cut(text, 6, 4)
    case 10:
      let readings = [(4, 4), (5, 3), (5, 4)].map { cut(text, $0, $1).joined(separator: "-") }
      throw VocabularyError(
        .ndcAmbiguous,
        "\(quoted(text)) can be read as `\(readings[0])`, `\(readings[1])` or `\(readings[2])`",
        hint: "write the hyphens as they are printed on the package")
    default: throw malformed(text)
    }
  }

  private static func cut(_ text: String, _ first: Int, _ second: Int) -> [String] {
    let rest = text.dropFirst(first)
    return [
      String(text.prefix(first)), String(rest.prefix(second)), String(rest.dropFirst(second)),
    ]
  }

  private static func malformed(_ text: String) -> VocabularyError {
    VocabularyError(
      .ndcMalformed, "\(quoted(text)) is not an NDC",
      hint: "write ten digits as 4-4-2, 5-3-2 or 5-4-1, or eleven as 5-4-2")
  }

  /// The code as it was read, with hyphens.
  package var text: String { "\(labeler)-\(product)-\(package)" }
  package var description: String { text }

  /// The labeler and product segments, which name the product: `0409-2051`.
  package var productText: String { "\(labeler)-\(product)" }

  /// The eleven digits that claims and monitoring programs ask for, or nil for a labeler that
  /// needs six digits.
  package var eleven: String? {
    guard padded(labeler, 6).first == "0" else { return nil }
    return padded(labeler, 6).dropFirst() + padded(product, 4) + padded(package, 2)
  }

  /// The form 6-4-2 with hyphens, each segment filled with zeros in front.
  package var twelve: String {
    "\(padded(labeler, 6))-\(padded(product, 4))-\(padded(package, 2))"
  }

  /// Whether both codes name one package, in whatever form each is written.
  package func denotesSamePackage(as other: NDC) -> Bool { twelve == other.twelve }

  /// The GTIN-14 of the package: an indicator digit (0 for the unit, 1 to 8 for packing
  /// levels), `03`, the ten digits and a check digit.
  ///
  /// Nil unless the code has one of the forms of ten digits: an eleven-digit form does not tell
  /// which of its zeros were added.
  package func gtin14(indicator: Int = 0) -> String? {
    precondition((0...8).contains(indicator), "a GTIN-14 of a fixed measure has indicator 0 to 8")
    guard form.isTenDigits else { return nil }
    let digits = "\(indicator)03\(labeler)\(product)\(package)"
    let sum = digits.utf8.enumerated().reduce(0) { sum, digit in
      sum + Int(digit.element - UInt8(ascii: "0")) * (digit.offset.isMultiple(of: 2) ? 3 : 1)
    }
    return digits + String((10 - sum % 10) % 10)
  }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func padded(_ digits: String, _ count: Int) -> String {
  String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
}
