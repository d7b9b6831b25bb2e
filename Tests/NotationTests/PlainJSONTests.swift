import Notation
import Testing

private let plain: [(String, JSON)] = [
  (" null ", nil), ("true", true), ("[ ]", []), ("{ \t\r\n}", [:]),
  ("-1", -1), ("-0", .number("-0")), ("1.10", .number("1.10")), ("1e3", .number("1e3")),
  ("1E+3", .number("1E+3")), ("-1.5e-9", .number("-1.5e-9")),
  ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
  ("9223372036854775808", .number("9223372036854775808")),
  (#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#, "\"\\/\u{08}\u{0C}\n\r\tAé😀"),
  ("\u{FEFF}[1]", [1]), (#"{"b":[1,{"c":null}],"A":"x"}"#, ["b": [1, ["c": nil]], "A": "x"]),
  ("\"\u{7F}\"", "\u{7F}"), (#"{"":0}"#, ["": 0]),
]

@Test("any RFC 8259 text is read, and what is written reads back", arguments: plain)
func plainText(_ text: String, _ value: JSON) throws {
  #expect(try PlainJSON.read(Array(text.utf8)) == value)
  #expect(try PlainJSON.read(PlainJSON.bytes(value)) == value)
}

private let notPlain: [BadText] = [
  BadText("", .end, 0), BadText("[1", .end, 2), BadText("[1,]", .value, 3),
  BadText("{'a':1}", .value, 1), BadText(#"{"a" 1}"#, .colon, 5), BadText("[1 2]", .comma, 3),
  BadText("1 1", .leftover, 2), BadText("nul", .end, 3), BadText("nulx", .value, 0),
  BadText("NaN", .value, 0), BadText("01", .numberSyntax, 0), BadText("1.", .numberSyntax, 0),
  BadText("[.5]", .value, 1), BadText("-", .numberSyntax, 0), BadText("[1e]", .numberSyntax, 1),
  BadText("+1", .value, 0), BadText(#"{"a":1,"a":2}"#, .duplicateKey, 7),
  BadText(#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
  BadText(#""\x""#, .escape, 1), BadText(#""\u12g4""#, .escape, 1),
  BadText(#""\ud800""#, .surrogate, 1), BadText(#""\udc00""#, .surrogate, 1),
  BadText(#""\ud800\u0041""#, .surrogate, 1), BadText("\"\n\"", .control, 1),
  BadText([0x22, 0xFF, 0x22], .utf8, 1), BadText("\"x", .end, 2),
  BadText(String(repeating: "[", count: 65), .depth, 64),
]

@Test("what is not JSON is refused with cause and place", arguments: notPlain)
func notPlainText(_ row: BadText) {
  check(row.cause, at: row.byte) { () throws(NotationFault) in _ = try PlainJSON.read(row.text) }
}

@Test("pretty output is indented and sorted by bytes")
func prettyOutput() {
  let value: JSON = ["b": [1, [:], []], "a": .number("1.10"), "c": "\u{01}\"\n"]
  let expected = """
    {
      "a": 1.10,
      "b": [
        1,
        {},
        []
      ],
      "c": "\\u0001\\"\\n"
    }
    """
  #expect(String(decoding: PlainJSON.bytes(value, pretty: true), as: UTF8.self) == expected)
}

@Test("accessors answer only for their own kind")
func accessors() {
  let value: JSON = [
    "text": "x", "whole": 7, "truth": true, "items": ["a", "b"], "mixed": ["a", 1],
  ]
  #expect(value["text"]?.text == "x" && value["text"]?.whole == nil)
  #expect(value["whole"]?.whole == 7 && value["truth"]?.truth == true)
  #expect(value["items"]?.texts == ["a", "b"] && value["mixed"]?.texts == nil)
  #expect(value["none"] == nil && value.members?.count == 5 && value["items"]?["x"] == nil)
}
