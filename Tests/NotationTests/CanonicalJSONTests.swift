import Notation
import Testing

/// Texts that the profile admits. Each must read, and write back to the same bytes.
private let good: [String] = [
  "{}",
  #"{"a":1}"#,
  #"{"_sd":["x","y"],"a":{"b":[true,false,{}]},"b":-1,"b0":0,"b_":""}"#,
  #"{"a":9007199254740991,"b":-9007199254740991}"#,
  #"{"a":"quote \" backslash \\ slash /"}"#,
  #"{"a":"é ß 漢字 😀 \#u{2028} \#u{FEFF}"}"#,
  #"{"a":[[[[]]]]}"#,
  #"{"a":{"a":{"a":{"a":{}}}}}"#,
]

@Test("good texts are read and written back to the byte", arguments: good)
func goodText(_ text: String) throws {
  let bytes = Array(text.utf8)
  let value = try CanonicalJSON.read(bytes)
  #expect(try CanonicalJSON.bytes(value) == bytes)
}

struct BadText: Sendable, CustomTestStringConvertible {
  let text: [UInt8]
  let cause: NotationFault.Cause
  let byte: Int
  var testDescription: String { "\(cause) at \(byte) in \(String(decoding: text, as: UTF8.self))" }

  init(_ text: String, _ cause: NotationFault.Cause, _ byte: Int) {
    self.init(Array(text.utf8), cause, byte)
  }

  init(_ text: [UInt8], _ cause: NotationFault.Cause, _ byte: Int) {
    (self.text, self.cause, self.byte) = (text, cause, byte)
  }
}

/// `{"a":"` and `"}` around bytes that no Swift string can hold.
private func quoted(_ bytes: [UInt8]) -> [UInt8] {
  Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
}

private let bad: [BadText] = [
  BadText("", .tooShort, 0),
  BadText("{", .tooShort, 0),
  BadText("[]", .notObject, 0),
  BadText("12", .notObject, 0),
  BadText(" {}", .space, 0),
  BadText("\u{FEFF}{}", .notObject, 0),
  BadText("{}\n", .leftover, 2),
  BadText("{}{}", .leftover, 2),
  BadText("{ }", .space, 1),
  BadText(#"{"a" :1}"#, .space, 4),
  BadText(#"{"a": 1}"#, .space, 5),
  BadText(#"{"a":1 }"#, .space, 6),
  BadText(#"{"a":1, "b":1}"#, .space, 7),
  BadText(#"{"a":[1 ,2]}"#, .space, 7),
  BadText(#"{"a"}"#, .colon, 4),
  BadText(#"{"a":}"#, .value, 5),
  BadText(#"{"a":1,}"#, .key, 7),
  BadText(#"{,"a":1}"#, .key, 1),
  BadText(#"{"a":[1,]}"#, .value, 8),
  BadText(#"{"a":[1;2]}"#, .comma, 7),
  BadText(#"{"a":1"b":2}"#, .comma, 6),
  BadText(#"{"a":1"#, .end, 6),
  BadText(#"{"a":"x"#, .end, 7),
  BadText(#"{"a":tru"#, .end, 8),
  BadText(#"{"a":trux}"#, .value, 5),
  BadText(#"{"a":True}"#, .value, 5),
  BadText(#"{"a":null}"#, .null, 5),
  BadText(#"{"":1}"#, .key, 2),
  BadText(#"{"A":1}"#, .key, 2),
  BadText(#"{"1a":1}"#, .key, 2),
  BadText(#"{"a-b":1}"#, .key, 3),
  BadText(#"{"aé":1}"#, .key, 3),
  BadText(#"{"\u0061":1}"#, .key, 2),
  BadText(#"{"b":1,"a":2}"#, .keyOrder, 7),
  BadText(#"{"aa":1,"a":2}"#, .keyOrder, 8),
  BadText(#"{"a":1,"_":2}"#, .keyOrder, 7),
  BadText(#"{"a":1,"a":1}"#, .duplicateKey, 7),
  BadText(#"{"x":{"a":1,"a":1}}"#, .duplicateKey, 12),
  BadText(#"{"a":01}"#, .number, 5),
  BadText(#"{"a":-0}"#, .number, 5),
  BadText(#"{"a":-}"#, .number, 6),
  BadText(#"{"a":+1}"#, .value, 5),
  BadText(#"{"a":1.0}"#, .number, 5),
  BadText(#"{"a":1e3}"#, .number, 5),
  BadText(#"{"a":1E3}"#, .number, 5),
  BadText(#"{"a":-"#, .end, 6),
  BadText(#"{"a":9007199254740992}"#, .integerRange, 5),
  BadText(#"{"a":-9007199254740992}"#, .integerRange, 5),
  BadText(#"{"a":99999999999999999999999999}"#, .integerRange, 5),
  BadText(#"{"a":"\/"}"#, .escape, 6),
  BadText(#"{"a":"\n"}"#, .escape, 6),
  BadText(#"{"a":"x\u0041"}"#, .escape, 7),
  BadText(#"{"a":"\ud800"}"#, .escape, 6),
  BadText(quoted([0x0A]), .control, 6),
  BadText(quoted([0x1F]), .control, 6),
  BadText(quoted([0x41, 0x7F]), .control, 7),
  BadText(quoted([0xC2, 0x80]), .control, 6),
  BadText(quoted([0xC2, 0x9F]), .control, 6),
  BadText(quoted([0x80]), .utf8, 6),
  BadText(quoted([0xC0, 0x80]), .utf8, 6),
  BadText(quoted([0xC1, 0xBF]), .utf8, 6),
  BadText(quoted([0xE0, 0x80, 0x80]), .utf8, 6),
  BadText(quoted([0xED, 0xA0, 0x80]), .utf8, 6),
  BadText(quoted([0xF0, 0x80, 0x80, 0x80]), .utf8, 6),
  BadText(quoted([0xF4, 0x90, 0x80, 0x80]), .utf8, 6),
  BadText(quoted([0xF5, 0x80, 0x80, 0x80]), .utf8, 6),
  BadText(quoted([0xE2, 0x82]), .utf8, 6),
  BadText("{\"a\":\"e\u{301}\"}", .normalization, 5),
  BadText("{\"a\":\"\u{212B}\"}", .normalization, 5),
  BadText("{\"a\":[1,\"x\u{1100}\u{1161}\"]}", .normalization, 8),
  BadText(#"{"a":[[[[[]]]]]}"#, .depth, 9),
  BadText(#"{"a":{"a":{"a":{"a":{"a":{}}}}}}"#, .depth, 25),
  BadText(
    Array(#"{"a":""#.utf8) + [UInt8](repeating: 0x61, count: 65_528) + Array(#""}"#.utf8),
    .tooLong, 65_535),
]

@Test("bad texts are refused with cause and place", arguments: bad)
func badText(_ row: BadText) {
  check(row.cause, at: row.byte) { () throws(NotationFault) in
    _ = try CanonicalJSON.read(row.text)
  }
}

func check(
  _ cause: NotationFault.Cause, at byte: Int, _ act: () throws(NotationFault) -> Void
) {
  do {
    try act()
    Issue.record("was not refused")
  } catch {
    #expect(error.cause == cause)
    #expect(error.byte == byte)
  }
}

private let unwritable: [(JSON, NotationFault.Cause)] = [
  ([1], .notObject), ("x", .notObject), (["a": nil], .null), (["a": .number("1.5")], .number),
  (["A": 1], .key), (["": 1], .key), (["é": 1], .key),
  (["a": 9_007_199_254_740_992], .integerRange), (["a": .integer(.min)], .integerRange),
  (["a": "\n"], .control), (["a": "\u{7F}"], .control), (["a": "\u{85}"], .control),
  (["a": "e\u{301}"], .normalization), (["a": [[[[[]]]]]], .depth),
  (["a": .string(String(repeating: "x", count: 65_528))], .tooLong),
]

@Test("the writer refuses what is outside the profile", arguments: unwritable)
func unwritableValue(_ value: JSON, _ cause: NotationFault.Cause) {
  let fault = #expect(throws: NotationFault.self) { try CanonicalJSON.bytes(value) }
  #expect(fault?.cause == cause)
}

@Test("the longest text is read and written")
func longestText() throws {
  let value: JSON = ["a": .string(String(repeating: "x", count: 65_527))]
  let bytes = try CanonicalJSON.bytes(value)
  #expect(bytes.count == 65_535)
  #expect(try CanonicalJSON.read(bytes) == value)
}

@Test("line and column are counted in bytes")
func lineAndColumn() {
  let fault = NotationFault(.value, at: 5, in: Array("ab\ncéd".utf8))
  #expect((fault.line, fault.column) == (2, 3))
  #expect(fault.description == "not a value at byte 5 (line 2, column 3)")
}

// MARK: Random values against a slow writer

/// SplitMix64, so that a failure can be repeated from its printed seed.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private let pieces = ["a", "Z", "0", " ", "\"", "\\", "/", "é", "漢", "😀", "\u{2028}", "~", "§"]
private let names = ["a", "b", "_", "_sd", "a_0", "ab", "zz9", "seq", "prev", "type"]

private func randomText(_ dice: inout Dice) -> String {
  (0..<Int.random(in: 0...6, using: &dice)).map { _ in pieces.randomElement(using: &dice)! }
    .joined().normalized
}

private func randomValue(_ depth: Int, _ dice: inout Dice) -> JSON {
  switch Int.random(in: 0...(depth >= 5 ? 2 : 4), using: &dice) {
  case 0: return .string(randomText(&dice))
  case 1: return .integer(.random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &dice))
  case 2: return .bool(.random(using: &dice))
  case 3:
    return .array(
      (0..<Int.random(in: 0...4, using: &dice)).map { _ in randomValue(depth + 1, &dice) })
  default: return randomObject(depth + 1, &dice)
  }
}

private func randomObject(_ depth: Int, _ dice: inout Dice) -> JSON {
  var members: [String: JSON] = [:]
  for _ in 0..<Int.random(in: 0...5, using: &dice) {
    members[names.randomElement(using: &dice)!] = randomValue(depth, &dice)
  }
  return .object(members)
}

/// Writes by concatenating strings, sharing nothing with the writer under test.
private func slowText(_ value: JSON) -> String {
  switch value {
  case .null, .number: return "?"
  case .bool(let truth): return "\(truth)"
  case .integer(let whole): return "\(whole)"
  case .string(let text):
    return "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
  case .array(let items): return "[" + items.map(slowText).joined(separator: ",") + "]"
  case .object(let members):
    let sorted = members.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    return "{" + sorted.map { "\"\($0)\":" + slowText(members[$0]!) }.joined(separator: ",") + "}"
  }
}

@Test("random values go through both writers and both readers alike", arguments: 0..<40)
func randomValues(_ seed: UInt64) throws {
  var dice = Dice(state: seed)
  for _ in 0..<50 {
    let value = randomObject(1, &dice)
    let bytes = try CanonicalJSON.bytes(value)
    #expect(bytes == Array(slowText(value).utf8), "seed \(seed)")
    #expect(try CanonicalJSON.read(bytes) == value, "seed \(seed)")
    #expect(try PlainJSON.read(bytes) == value, "seed \(seed)")
    #expect(try PlainJSON.read(PlainJSON.bytes(value, pretty: true)) == value, "seed \(seed)")
  }
}

@Test("what is read is what would be written, whatever byte is changed", arguments: 0..<20)
func changedBytes(_ seed: UInt64) throws {
  var dice = Dice(state: seed)
  for _ in 0..<200 {
    var bytes = try CanonicalJSON.bytes(randomObject(1, &dice))
    bytes[Int.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice)
    guard let value = try? CanonicalJSON.read(bytes) else { continue }
    #expect(try CanonicalJSON.bytes(value) == bytes, "seed \(seed)")
  }
}
