/// What is wrong with a text, and where.
///
/// Readers stop at the first fault, so there is never more than one:
///
///     text ends too early at byte 12 (line 1, column 13)
///
/// The description never quotes the text itself: it may hold what must not reach a log.
package struct NotationFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The one thing that is wrong. The raw value is the message in the user's language.
  package enum Cause: String, Hashable, Sendable, CaseIterable {
    case tooShort = "text too short"
    case tooLong = "text too long"
    case end = "text ends too early"
    case leftover = "something follows the value"
    case notObject = "top level is not an object"
    case space = "white space outside a string"
    case value = "not a value"
    case null = "null is not allowed"
    case number = "not an integer in its shortest form"
    case numberSyntax = "not a number"
    case integerRange = "integer beyond 2^53 - 1"
    case key = "key is not of the form [a-z_][a-z0-9_]*"
    case keyOrder = "keys out of order"
    case duplicateKey = "key given twice"
    case colon = "expected a colon"
    case comma = "expected a comma or the end of the container"
    case depth = "nested too deep"
    case utf8 = "not UTF-8"
    case control = "control character in a string"
    case escape = "escape that is not needed or not known"
    case surrogate = "lone surrogate"
    case normalization = "string not in Unicode form NFC"
  }

  /// What is wrong.
  package let cause: Cause
  /// Offset of the fault in bytes from the start of the text, beginning at 0.
  package let byte: Int
  /// Line of the fault, beginning at 1; lines end with LF.
  package let line: Int
  /// Column of the fault in bytes, beginning at 1.
  package let column: Int

  /// A fault at `byte` of `bytes`; line and column are counted here, once, on the way out.
  package init(_ cause: Cause, at byte: Int, in bytes: [UInt8]) {
    let before = bytes.prefix(byte)
    self.cause = cause
    self.byte = byte
    self.line = 1 + before.count { $0 == 0x0A }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    self.column = byte - lineStart + 1
  }

  package var description: String {
    "\(cause.rawValue) at byte \(byte) (line \(line), column \(column))"
  }
}
