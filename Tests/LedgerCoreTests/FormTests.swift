import LedgerCore
import Notation
import Testing

@Test("origins have one form", arguments: ["a/b/1", "riverside.example/main-2/10"])
func goodOrigin(_ text: String) throws {
  #expect(try Origin(text).text == text)
  #expect(try Origin(text).genesisPrev == SHA256.hash(Array((text + "\n").utf8)))
}

@Test(
  "other origins are refused",
  arguments: [
    "", "a/b", "a/b/0", "a/b/01", "A/b/1", "a/b.c/1", "a//1", "a/b/1\n", "a/b/1/2", "é/b/1",
  ])
func badOrigin(_ text: String) {
  #expect(throws: CoreError.self) { try Origin(text) }
}

@Test(
  "key names have one form",
  arguments: ["", "p0/1", "p1/0", "p01/1", "p1", "p1/1/1", "q1/1", "p1/1 ", "p1/１", "p/1"])
func badKeyName(_ text: String) {
  #expect(KeyName(text) == nil)
}

/// Published by the tlog-tiles test log of transparency-dev/tessera.
private let foreignKey =
  "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
private let foreignNote = """
  example.com/log/testdata
  15
  rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

  \u{2014} example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=

  """

@Test("a foreign checkpoint is opened, and refused with any byte flipped")
func foreignCheckpoint() throws {
  let key = try VerifierKey(foreignKey)
  #expect(key.text == foreignKey)
  let checkpoint = try Checkpoint.open(note: foreignNote, keys: [key])
  #expect(checkpoint.size == 15 && checkpoint.isCanonical(foreignNote, sites: [key]))
  let bytes = Array(foreignNote.utf8)
  for index in bytes.indices {
    var changed = bytes
    changed[index] ^= 1
    let note = String(decoding: changed, as: UTF8.self)
    #expect(throws: CoreError.self) { try Checkpoint.open(note: note, keys: [key]) }
  }
  #expect(throws: CoreError.self) { try Checkpoint.open(note: foreignNote, keys: []) }
}

@Test("the tree of the foreign log has the root of its checkpoint")
func foreignTree() throws {
  var frontier = Frontier()
  let words = [
    "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf",
    "threeten", "fourten", "fivten",
  ]
  for word in words { frontier.append(SHA256.leaf(Array(word.utf8))) }
  #expect(
    frontier.root == (try Checkpoint.open(note: foreignNote, keys: [VerifierKey(foreignKey)])).root)
}

@Test("the disclosure of RFC 9901 has its digest")
func disclosureVector() throws {
  let text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
  #expect(Disclosure.digest(of: text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0")
  #expect(throws: CoreError.self) { try Disclosure(text) }
  let own = try Disclosure(salt: Chance.bytes(16), name: "note", value: "é \" spilled")
  #expect(try Disclosure(own.text) == own)
  #expect(throws: CoreError.self) { try Disclosure(salt: [1], name: "note", value: "x") }
  #expect(throws: CoreError.self) {
    try Disclosure(salt: Chance.bytes(16), name: "_sd", value: "x")
  }
}

private let envelope: [String: JSON] = [
  "seq": 0, "prev": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  "ts": "2026-01-05T08:00:00.000Z", "at": "2026-01-05T08:00:00.000Z", "type": "waste",
  "by": "p1/1", "wit": ["p2/1"], "_sd": ["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],
]

private let malformed: [(String, JSON?)] = [
  ("seq", nil), ("seq", -1), ("seq", "0"), ("prev", nil), ("prev", "AAAA"), ("ts", nil),
  ("ts", "2026-01-05T08:00:00Z"), ("at", nil), ("type", nil), ("type", ""), ("type", "Waste"),
  ("type", "a..b"), ("type", "a_b"), ("type", ".a"), ("type", "a.1"),
  ("type", .string(String(repeating: "a", count: 41))), ("by", "kim"), ("by", 1), ("by", nil),
  ("wit", []), ("wit", "p2/1"), ("wit", ["p2/1", "p2/1"]), ("wit", ["p3/1", "p2/1"]),
  ("wit", ["p1/1"]), ("wit", [1]), ("wit", ["x"]), ("_sd", []), ("_sd", ["x"]),
]

@Test("a body is read, and refused with any field of the envelope malformed", arguments: malformed)
func malformedBody(_ name: String, _ value: JSON?) throws {
  let good = try EntryBody(reading: CanonicalJSON.bytes(.object(envelope)))
  #expect(good.signers.map(\.text) == ["p1/1", "p2/1"] && good.sd.count == 1)
  var fields = envelope
  fields[name] = value
  let bytes = try CanonicalJSON.bytes(.object(fields))
  let fault = #expect(throws: BodyFault.self) { try EntryBody(reading: bytes) }
  #expect(fault?.code == .bodyMalformed)
}
