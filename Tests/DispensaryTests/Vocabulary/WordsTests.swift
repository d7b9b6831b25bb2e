import Dispensary
import Testing

/// A body must not take in what people write freely.
@Suite("Words in a body")
struct WordsTests {
  static let numbers: [(String, Bool)] = [
    ("55120", true), ("INV-55120", true), ("12/0042", true), ("C.7#1_2:3", true),
    ("1Z 999", false), ("Jane Roe", false), ("Roe", false), ("Jane-Roe", false), ("", false),
    (" 7", false), ("7\u{a0}", false), ("№7", false), (String(repeating: "9", count: 41), false),
  ]

  @Test("a number has a digit and no space", arguments: numbers)
  func number(_ row: (text: String, isGood: Bool)) {
    #expect(Words.number(row.text, of: "it").isEmpty == row.isGood)
  }

  static let codes: [(String, Bool)] = [
    ("denaturing-kit", true), ("DEA-106", true), ("KN-10", true), ("for Jane Roe", false),
    ("é", false), ("", false), (String(repeating: "a", count: 41), false),
  ]

  @Test("a code is one word", arguments: codes)
  func code(_ row: (text: String, isGood: Bool)) {
    #expect(Words.code(row.text, of: "it").isEmpty == row.isGood)
  }

  static let people: [(String, Bool)] = [
    ("AS", true), ("A.-M.S", true), ("AS RN", true), ("KW PharmD", true), ("ÉL", true),
    ("", false), ("Jane Roe", false), ("JANE ROE", false), ("as", false), ("AS  RN", false),
    ("ABCDEFG", false), ("AS RN MD", false), ("7", false),
  ]

  @Test("initials are capitals, with a credential at most", arguments: people)
  func initials(_ row: (text: String, isGood: Bool)) {
    #expect(Words.initials(row.text, of: "it").isEmpty == row.isGood)
  }

  @Test("what is refused is not repeated")
  func silent() {
    let all =
      Words.number("Jane Roe", of: "it") + Words.code("Jane Roe", of: "it")
      + Words.initials("Jane Roe", of: "it")
    #expect(all.count == 3)
    #expect(all.allSatisfy { !"\($0.text) \($0.hint ?? "")".contains("Roe") })
  }

  static let agencies: [(String, Agency)] = [
    ("DEA Columbus", .dea), ("the Ohio Board of Pharmacy", .board), ("Franklin Sheriff", .police),
    ("Elm Transport", .other), ("", .other), ("OARRS (PDMP)", .pdmp),
  ]

  @Test("an authority is known by a word of its name", arguments: agencies)
  func agency(_ row: (text: String, kind: Agency)) { #expect(Agency.named(row.text) == row.kind) }

  static let diluents: [(String, String?)] = [
    ("NaCl 0.9 %", "NaCl 0.9 %"), ("nacl 0.9%", "NaCl 0.9 %"), ("NS", "NaCl 0.9 %"),
    ("0.9% NaCl", "NaCl 0.9 %"), ("Normal Saline", "NaCl 0.9 %"), ("d5w", "dextrose 5 %"),
    ("Lactated Ringers", "lactated Ringer's"), ("other", "other"), ("for Jane Roe", nil), ("", nil),
  ]

  @Test("a diluent is read as charts write it", arguments: diluents)
  func diluent(_ row: (text: String, name: String?)) {
    #expect(Diluent.named(row.text) == row.name)
  }
}
