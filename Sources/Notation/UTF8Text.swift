/// One Unicode scalar as it lies in a text.
struct EncodedScalar {
  let value: UInt32
  let length: Int
}

/// The scalar that begins at `at`, or nil where the bytes are not well-formed UTF-8: a stray or
/// missing continuation, an overlong form, a surrogate, or a value past U+10FFFF.
///
/// Precondition: `at` is an index of `bytes`.
func encodedScalar(in bytes: [UInt8], at: Int) -> EncodedScalar? {
  let first = bytes[at]
  switch first {
  case 0x00...0x7F: return EncodedScalar(value: UInt32(first), length: 1)
  case 0xC2...0xDF: return multibyte(bytes, at, 2, first & 0x1F, least: 0x80)
  case 0xE0...0xEF: return multibyte(bytes, at, 3, first & 0x0F, least: 0x800)
  case 0xF0...0xF4: return multibyte(bytes, at, 4, first & 0x07, least: 0x10000)
  default: return nil
  }
}

private func multibyte(
  _ bytes: [UInt8], _ at: Int, _ length: Int, _ lead: UInt8, least: UInt32
) -> EncodedScalar? {
  guard at + length <= bytes.count else { return nil }
  var value = UInt32(lead)
  for index in at + 1..<at + length {
    guard bytes[index] & 0xC0 == 0x80 else { return nil }
    value = value << 6 | UInt32(bytes[index] & 0x3F)
  }
  let surrogate = (0xD800...0xDFFF).contains(value)
  guard value >= least, value <= 0x10FFFF, !surrogate else { return nil }
  return EncodedScalar(value: value, length: length)
}

/// The bytes that the readers and writers name, so that no hexadecimal hides in a loop.
enum Byte {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let minus = UInt8(ascii: "-")
  static let zero = UInt8(ascii: "0")
  static let nine = UInt8(ascii: "9")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")

  static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
