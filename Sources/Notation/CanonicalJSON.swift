/// The one way to write a JSON object as bytes that are hashed: profile `ledger-json/1`.
///
/// The same value gives the same bytes everywhere, and the bytes equal what Python writes with
/// `json.dumps(o, sort_keys=True, separators=(',', ':'), ensure_ascii=False)`:
///
///     try CanonicalJSON.bytes(["seq": 1, "by": "p3/1"])     // {"by":"p3/1","seq":1}
///
/// Reading refuses every byte that the writer would not have written, so that reading and writing
/// are inverse. The rules are in `Schemas/formats/ledger-json.md`.
package enum CanonicalJSON {
  /// The longest text in bytes; see ``NotationLimits/canonicalBytesMax``.
  package static let maximumBytes = NotationLimits.canonicalBytesMax

  /// Writes a value. Throws what is outside the profile, at the place in the output where it would
  /// have stood.
  package static func bytes(_ value: JSON) throws(NotationFault) -> [UInt8] {
    var writer = CanonicalWriter()
    try writer.document(value)
    return writer.bytes
  }

  /// Reads a text strictly. Throws the first fault with its position.
  package static func read(_ bytes: [UInt8]) throws(NotationFault) -> JSON {
    var reader = CanonicalReader(bytes)
    return try reader.document()
  }

  /// Whether a byte may begin a key: `[a-z_]`.
  static func beginsKey(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
  }

  /// Whether a byte may continue a key: `[a-z0-9_]`.
  static func continuesKey(_ byte: UInt8) -> Bool {
    beginsKey(byte) || Byte.isDigit(byte)
  }

  /// C0 controls, DEL and C1 controls: nothing a person types into a record.
  static func isControl(_ scalar: UInt32) -> Bool {
    scalar < 0x20 || scalar >= 0x7F && scalar <= 0x9F
  }
}

private struct CanonicalWriter {
  var bytes: [UInt8] = []

  mutating func document(_ value: JSON) throws(NotationFault) {
    guard case .object = value else { throw fault(.notObject) }
    bytes.reserveCapacity(512)
    try write(value, depth: 1)
    if bytes.count > NotationLimits.canonicalBytesMax {
      throw NotationFault(.tooLong, at: NotationLimits.canonicalBytesMax, in: bytes)
    }
  }

  private mutating func write(_ value: JSON, depth: Int) throws(NotationFault) {
    switch value {
    case .null: throw fault(.null)
    case .number: throw fault(.number)
    case .bool(let truth): bytes.append(contentsOf: truth ? "true".utf8 : "false".utf8)
    case .integer(let whole): try write(whole)
    case .string(let text): try write(text)
    case .array(let items): try write(items, depth: depth)
    case .object(let members): try write(members, depth: depth)
    }
  }

  private mutating func write(_ whole: Int64) throws(NotationFault) {
    guard whole.magnitude <= NotationLimits.canonicalIntegerMax.magnitude else {
      throw fault(.integerRange)
    }
    bytes.append(contentsOf: String(whole).utf8)
  }

  private mutating func write(_ items: [JSON], depth: Int) throws(NotationFault) {
    guard depth <= NotationLimits.canonicalDepthMax else { throw fault(.depth) }
    bytes.append(Byte.openBracket)
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      try write(item, depth: depth + 1)
    }
    bytes.append(Byte.closeBracket)
  }

  private mutating func write(_ members: [String: JSON], depth: Int) throws(NotationFault) {
    guard depth <= NotationLimits.canonicalDepthMax else { throw fault(.depth) }
    bytes.append(Byte.openBrace)
    // Keys are ASCII or refused, so Swift's order of strings is the order of bytes.
    for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { bytes.append(Byte.comma) }
      try write(key: member.key)
      try write(member.value, depth: depth + 1)
    }
    bytes.append(Byte.closeBrace)
  }

  private mutating func write(key: String) throws(NotationFault) {
    guard let first = key.utf8.first, CanonicalJSON.beginsKey(first),
      key.utf8.allSatisfy(CanonicalJSON.continuesKey)
    else { throw fault(.key) }
    bytes.append(Byte.quote)
    bytes.append(contentsOf: key.utf8)
    bytes.append(Byte.quote)
    bytes.append(Byte.colon)
  }

  private mutating func write(_ text: String) throws(NotationFault) {
    let start = bytes.count
    var ascii = true
    bytes.append(Byte.quote)
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F { throw fault(.control) }
      if byte >= 0x80 { ascii = false }
      if byte == Byte.quote || byte == Byte.backslash { bytes.append(Byte.backslash) }
      bytes.append(byte)
    }
    bytes.append(Byte.quote)
    if !ascii { try refuseUnfit(text, at: start) }
  }

  /// What only text beyond ASCII can get wrong.
  private func refuseUnfit(_ text: String, at start: Int) throws(NotationFault) {
    if text.unicodeScalars.contains(where: { CanonicalJSON.isControl($0.value) }) {
      throw NotationFault(.control, at: start, in: bytes)
    }
    if !isNormalized(text) { throw NotationFault(.normalization, at: start, in: bytes) }
  }

  private func fault(_ cause: NotationFault.Cause) -> NotationFault {
    NotationFault(cause, at: bytes.count, in: bytes)
  }
}

private struct CanonicalReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(NotationFault) -> JSON {
    if bytes.count < NotationLimits.canonicalBytesMin { throw fault(.tooShort, at: 0) }
    if bytes.count > NotationLimits.canonicalBytesMax {
      throw fault(.tooLong, at: NotationLimits.canonicalBytesMax)
    }
    guard bytes[0] == Byte.openBrace else {
      throw fault(Byte.isSpace(bytes[0]) ? .space : .notObject)
    }
    let value = try object(depth: 1)
    if at < bytes.count { throw fault(.leftover) }
    return value
  }

  private mutating func value(depth: Int) throws(NotationFault) -> JSON {
    let byte = try current()
    switch byte {
    case Byte.quote: return .string(try string())
    case Byte.minus, Byte.zero...Byte.nine: return .integer(try integer())
    case Byte.openBrace: return try object(depth: depth)
    case Byte.openBracket: return try array(depth: depth)
    case UInt8(ascii: "t"): return .bool(try word("true", true))
    case UInt8(ascii: "f"): return .bool(try word("false", false))
    case UInt8(ascii: "n"): throw fault(.null)
    default: throw fault(Byte.isSpace(byte) ? .space : .value)
    }
  }

  private mutating func word(_ word: StaticString, _ truth: Bool) throws(NotationFault) -> Bool {
    let start = at
    for expected in word.description.utf8 {
      guard try current() == expected else { throw fault(.value, at: start) }
      at += 1
    }
    return truth
  }

  // MARK: Containers

  private mutating func array(depth: Int) throws(NotationFault) -> JSON {
    guard depth <= NotationLimits.canonicalDepthMax else { throw fault(.depth) }
    at += 1
    var items: [JSON] = []
    if try current() == Byte.closeBracket {
      at += 1
      return .array(items)
    }
    repeat { items.append(try value(depth: depth + 1)) } while try another(Byte.closeBracket)
    return .array(items)
  }

  private mutating func object(depth: Int) throws(NotationFault) -> JSON {
    guard depth <= NotationLimits.canonicalDepthMax else { throw fault(.depth) }
    at += 1
    var members: [String: JSON] = [:]
    if try current() == Byte.closeBrace {
      at += 1
      return .object(members)
    }
    var last: Range<Int>?
    repeat {
      let range = try key()
      if let last { try ordered(last, range) }
      last = range
      let name = String(decoding: bytes[range], as: UTF8.self)
      members[name] = try value(depth: depth + 1)
    } while try another(Byte.closeBrace)
    return .object(members)
  }

  /// Steps over a comma, or over the end of the container.
  private mutating func another(_ close: UInt8) throws(NotationFault) -> Bool {
    let byte = try current()
    if byte != Byte.comma && byte != close {
      throw fault(Byte.isSpace(byte) ? .space : .comma)
    }
    at += 1
    return byte == Byte.comma
  }

  /// Reads a key with its colon; answers where its text lies.
  private mutating func key() throws(NotationFault) -> Range<Int> {
    let quote = try current()
    guard quote == Byte.quote else { throw fault(Byte.isSpace(quote) ? .space : .key) }
    at += 1
    let start = at
    guard CanonicalJSON.beginsKey(try current()) else { throw fault(.key) }
    while CanonicalJSON.continuesKey(try current()) { at += 1 }
    guard bytes[at] == Byte.quote else { throw fault(.key) }
    let range = start..<at
    at += 1
    let colon = try current()
    guard colon == Byte.colon else { throw fault(Byte.isSpace(colon) ? .space : .colon) }
    at += 1
    return range
  }

  private func ordered(_ last: Range<Int>, _ next: Range<Int>) throws(NotationFault) {
    if bytes[last].lexicographicallyPrecedes(bytes[next]) { return }
    let same = bytes[last].elementsEqual(bytes[next])
    throw fault(same ? .duplicateKey : .keyOrder, at: next.lowerBound - 1)
  }

  // MARK: Numbers and strings

  private mutating func integer() throws(NotationFault) -> Int64 {
    let start = at
    let negative = bytes[at] == Byte.minus
    if negative { at += 1 }
    let digits = at
    var whole: Int64 = 0
    while at < bytes.count, Byte.isDigit(bytes[at]) {
      whole = whole * 10 + Int64(bytes[at] - Byte.zero)
      if whole > NotationLimits.canonicalIntegerMax { throw fault(.integerRange, at: start) }
      at += 1
    }
    if at == digits { throw fault(at == bytes.count ? .end : .number, at: at) }
    let zeroFirst = bytes[digits] == Byte.zero
    let longer = at < bytes.count && isNumberTail(bytes[at])
    if longer || zeroFirst && (negative || at - digits > 1) { throw fault(.number, at: start) }
    return negative ? -whole : whole
  }

  private func isNumberTail(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
  }

  private mutating func string() throws(NotationFault) -> String {
    let quote = at
    at += 1
    let start = at
    while at < bytes.count, isPlain(bytes[at]) { at += 1 }
    if at < bytes.count, bytes[at] == Byte.quote {
      at += 1
      return String(decoding: bytes[start..<at - 1], as: UTF8.self)
    }
    return try unusualString(from: start, quote: quote)
  }

  /// ASCII that stands for itself.
  private func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != Byte.quote && byte != Byte.backslash
  }

  /// The rest of a string that holds an escape or text beyond ASCII.
  private mutating func unusualString(from start: Int, quote: Int) throws(NotationFault) -> String {
    var text = Array(bytes[start..<at])
    var ascii = true
    while try current() != Byte.quote {
      if bytes[at] == Byte.backslash {
        text.append(try escaped())
      } else {
        let length = try scalarLength()
        if length > 1 { ascii = false }
        text.append(contentsOf: bytes[at..<at + length])
        at += length
      }
    }
    at += 1
    let string = String(decoding: text, as: UTF8.self)
    if !ascii && !isNormalized(string) { throw fault(.normalization, at: quote) }
    return string
  }

  private mutating func escaped() throws(NotationFault) -> UInt8 {
    let backslash = at
    at += 1
    let byte = try current()
    guard byte == Byte.quote || byte == Byte.backslash else { throw fault(.escape, at: backslash) }
    at += 1
    return byte
  }

  private func scalarLength() throws(NotationFault) -> Int {
    guard let scalar = encodedScalar(in: bytes, at: at) else { throw fault(.utf8) }
    if CanonicalJSON.isControl(scalar.value) { throw fault(.control) }
    return scalar.length
  }

  // MARK: Place

  private func current() throws(NotationFault) -> UInt8 {
    guard at < bytes.count else { throw fault(.end) }
    return bytes[at]
  }

  private func fault(_ cause: NotationFault.Cause, at place: Int? = nil) -> NotationFault {
    NotationFault(cause, at: place ?? at, in: bytes)
  }
}
