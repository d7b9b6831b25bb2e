/// What is wrong with a scan, and where.
///
/// `text` is one lower-case line; it quotes the element that is at fault, never the whole scan:
/// a label may carry a person's name. Two faults are equal when their codes are equal.
package struct ScanFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of what went wrong.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case empty = "scan-empty"
    case tooLong = "scan-too-long"
    case notGS1 = "scan-not-gs1"
    case character = "scan-character"
    case unknownIdentifier = "scan-unknown-identifier"
    case tooShort = "element-too-short"
    case elementTooLong = "element-too-long"
    case content = "element-content"
    case repeated = "element-repeated"
    case missingCompanion = "element-missing-companion"
    case unseparated = "scan-unseparated"
    case excluded = "element-excluded"
  }

  package let code: Code
  /// Where it is, in bytes from the start of the scan, beginning at 0; `nil` for what concerns
  /// the scan as a whole.
  package let offset: Int?
  /// The application identifier of the element at fault.
  package let identifier: String?
  package let text: String
  package let hint: String?

  /// A fault with its place, its element and its remedy, where there are any.
  package init(
    _ code: Code, at offset: Int? = nil, in identifier: String? = nil, _ text: String,
    hint: String? = nil
  ) {
    self.code = code
    self.offset = offset
    self.identifier = identifier
    self.text = text
    self.hint = hint
  }

  package var description: String {
    offset.map { "\(text) at character \($0 + 1)" } ?? text
  }

  package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
