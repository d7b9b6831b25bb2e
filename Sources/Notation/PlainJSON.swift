/// Any JSON text of RFC 8259, for files that others wrote and for `--json` output.
///
/// Stricter than most readers where leniency hides errors: a key given twice, a lone surrogate and
/// text that is not UTF-8 are faults. One byte order mark at the start is stepped over. Numbers
/// that are no `Int64` keep their lexeme, so that `1.10` stays `1.10`.
package enum PlainJSON {
  /// Reads a text; throws the first fault with its position. Limits: ``NotationLimits``.
  package static func read(_ bytes: [UInt8]) throws(NotationFault) -> JSON {
    var reader = PlainReader(bytes)
    return try reader.document()
  }

  /// Writes any value: keys sorted by bytes, UTF-8, and where `pretty` two spaces for each level.
  /// A ``JSON/number(_:)`` is written as it stands.
  package static func bytes(_ value: JSON, pretty: Bool = false) -> [UInt8] {
    var writer = PlainWriter(pretty: pretty)
    writer.write(value, depth: 0)
    return writer.bytes
  }
}

private struct PlainReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(NotationFault) -> JSON {
    if bytes.count > NotationLimits.plainBytesMax {
      throw fault(.tooLong, at: NotationLimits.plainBytesMax)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    let value = try value(depth: 1)
    skipSpace()
    if at < bytes.count { throw fault(.leftover) }
    return value
  }

  private mutating func value(depth: Int) throws(NotationFault) -> JSON {
    skipSpace()
    switch try current() {
    case Byte.quote: return .string(try string())
    case Byte.minus, Byte.zero...Byte.nine: return try number()
    case Byte.openBrace: return try object(depth: depth)
    case Byte.openBracket: return try array(depth: depth)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw fault(.value)
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(NotationFault) -> JSON {
    let start = at
    for expected in word.utf8 {
      guard try current() == expected else { throw fault(.value, at: start) }
      at += 1
    }
    return value
  }

  // MARK: Containers

  private mutating func array(depth: Int) throws(NotationFault) -> JSON {
    var items: [JSON] = []
    if try opensEmpty(Byte.closeBracket, depth: depth) { return .array(items) }
    repeat { items.append(try value(depth: depth + 1)) } while try another(Byte.closeBracket)
    return .array(items)
  }

  private mutating func object(depth: Int) throws(NotationFault) -> JSON {
    var members: [String: JSON] = [:]
    if try opensEmpty(Byte.closeBrace, depth: depth) { return .object(members) }
    repeat {
      skipSpace()
      let start = at
      guard try current() == Byte.quote else { throw fault(.value) }
      let key = try string()
      if members[key] != nil { throw fault(.duplicateKey, at: start) }
      skipSpace()
      guard try current() == Byte.colon else { throw fault(.colon) }
      at += 1
      members[key] = try value(depth: depth + 1)
    } while try another(Byte.closeBrace)
    return .object(members)
  }

  private mutating func opensEmpty(_ close: UInt8, depth: Int) throws(NotationFault) -> Bool {
    guard depth <= NotationLimits.plainDepthMax else { throw fault(.depth) }
    at += 1
    skipSpace()
    guard try current() == close else { return false }
    at += 1
    return true
  }

  private mutating func another(_ close: UInt8) throws(NotationFault) -> Bool {
    skipSpace()
    let byte = try current()
    guard byte == Byte.comma || byte == close else { throw fault(.comma) }
    at += 1
    return byte == Byte.comma
  }

  // MARK: Numbers

  private mutating func number() throws(NotationFault) -> JSON {
    let start = at
    if bytes[at] == Byte.minus { at += 1 }
    let zeroFirst = at < bytes.count && bytes[at] == Byte.zero
    let digits = try run(of: start)
    if zeroFirst && digits > 1 { throw fault(.numberSyntax, at: start) }
    let exact = try fractionAndExponent(of: start)
    let lexeme = String(decoding: bytes[start..<at], as: UTF8.self)
    // `-0` is not an integer that could be written back.
    if exact, lexeme != "-0", let whole = Int64(lexeme) { return .integer(whole) }
    return .number(lexeme)
  }

  /// Steps over what makes a number more than an integer; answers whether there was nothing.
  private mutating func fractionAndExponent(of start: Int) throws(NotationFault) -> Bool {
    var exact = true
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      exact = false
      at += 1
      _ = try run(of: start)
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      exact = false
      at += 1
      if at < bytes.count, bytes[at] == Byte.minus || bytes[at] == UInt8(ascii: "+") { at += 1 }
      _ = try run(of: start)
    }
    return exact
  }

  private mutating func run(of start: Int) throws(NotationFault) -> Int {
    let first = at
    while at < bytes.count, Byte.isDigit(bytes[at]) { at += 1 }
    if at == first { throw fault(.numberSyntax, at: start) }
    return at - first
  }

  // MARK: Strings

  private mutating func string() throws(NotationFault) -> String {
    at += 1
    let start = at
    while at < bytes.count, bytes[at] >= 0x20, bytes[at] < 0x80, bytes[at] != Byte.quote,
      bytes[at] != Byte.backslash
    { at += 1 }
    var text = Array(bytes[start..<at])
    while try current() != Byte.quote { try piece(into: &text) }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func piece(into text: inout [UInt8]) throws(NotationFault) {
    if bytes[at] == Byte.backslash {
      let scalar = try escape()
      text.append(contentsOf: String(Character(scalar)).utf8)
      return
    }
    guard let scalar = encodedScalar(in: bytes, at: at) else { throw fault(.utf8) }
    if scalar.value < 0x20 { throw fault(.control) }
    text.append(contentsOf: bytes[at..<at + scalar.length])
    at += scalar.length
  }

  private mutating func escape() throws(NotationFault) -> Unicode.Scalar {
    let start = at
    at += 1
    let letter = try current()
    at += 1
    switch letter {
    case Byte.quote, Byte.backslash, UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw fault(.escape, at: start)
    }
  }

  private mutating func unicodeEscape(_ start: Int) throws(NotationFault) -> Unicode.Scalar {
    let high = try fourHex(start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, at + 1 < bytes.count, bytes[at] == Byte.backslash,
      bytes[at + 1] == UInt8(ascii: "u")
    else { throw fault(.surrogate, at: start) }
    at += 2
    let low = try fourHex(start)
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw fault(.surrogate, at: start) }
    return scalar
  }

  private mutating func fourHex(_ start: Int) throws(NotationFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexValue(try current()) else { throw fault(.escape, at: start) }
      value = value << 4 | digit
      at += 1
    }
    return value
  }

  private func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case Byte.zero...Byte.nine: UInt32(byte - Byte.zero)
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  // MARK: Place

  private mutating func skipSpace() {
    while at < bytes.count, Byte.isSpace(bytes[at]) { at += 1 }
  }

  private func current() throws(NotationFault) -> UInt8 {
    guard at < bytes.count else { throw fault(.end) }
    return bytes[at]
  }

  private func fault(_ cause: NotationFault.Cause, at place: Int? = nil) -> NotationFault {
    NotationFault(cause, at: place ?? at, in: bytes)
  }
}

private struct PlainWriter {
  let pretty: Bool
  var bytes: [UInt8] = []

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: JSON, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let truth): append(truth ? "true" : "false")
    case .integer(let whole): append(String(whole))
    case .number(let lexeme): append(lexeme)
    case .string(let text): write(text)
    case .array(let items): write(items, depth: depth)
    case .object(let members): write(members, depth: depth)
    }
  }

  private mutating func write(_ items: [JSON], depth: Int) {
    bytes.append(Byte.openBracket)
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      breakLine(depth + 1)
      write(item, depth: depth + 1)
    }
    if !items.isEmpty { breakLine(depth) }
    bytes.append(Byte.closeBracket)
  }

  private mutating func write(_ members: [String: JSON], depth: Int) {
    bytes.append(Byte.openBrace)
    let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (index, member) in sorted.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      breakLine(depth + 1)
      write(member.key)
      append(pretty ? ": " : ":")
      write(member.value, depth: depth + 1)
    }
    if !members.isEmpty { breakLine(depth) }
    bytes.append(Byte.closeBrace)
  }

  private mutating func write(_ text: String) {
    bytes.append(Byte.quote)
    for byte in text.utf8 {
      switch byte {
      case Byte.quote, Byte.backslash: bytes += [Byte.backslash, byte]
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0x00..<0x20, 0x7F: append("\\u00" + Hex.encode([byte]))
      default: bytes.append(byte)
      }
    }
    bytes.append(Byte.quote)
  }

  private mutating func breakLine(_ depth: Int) {
    guard pretty else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
