import LedgerCore
import Testing

/// Slips as people type them.
@Suite("slips") struct SlipTests {
  static let leaves = (0..<40).map { SHA256.leaf([UInt8($0)]) }
  static let slip = Slip(epoch: 1, seq: 12, leaf: leaves[12])

  @Test("a slip has one printed form")
  func form() throws {
    let text = SlipTests.slip.text
    #expect(text.hasPrefix("S01-000000012-") && text.split(separator: "-").count == 10)
    #expect(
      SlipTests.slip.code == "S01-000000012-" + Slip.text(of: SlipTests.leaves[12]).uppercased())
    #expect(try Slip(reading: text) == SlipTests.slip)
    let large = Slip(epoch: 123, seq: 12_345_678_901, leaf: SlipTests.leaves[1])
    #expect(large.text.hasPrefix("S123-12345678901-"))
    #expect(try Slip(reading: large.text) == large)
  }

  /// Ways to type the slip of entry 12 rightly.
  static let typed: [(String, @Sendable (String) -> String)] = [
    ("as printed", { $0 }), ("in lower case", { $0.lowercased() }),
    ("with spaces", { $0.replacing("-", with: " ") }),
    ("with dashes and dots", { $0.replacing("-", with: " \u{2014} . ") }),
    ("without anything between", { $0.replacing("-", with: "") }),
    ("without the epoch", { String($0.dropFirst(4)) }),
    ("with the short number", { "12 " + $0.dropFirst(14) }),
    ("without the number", { String($0.dropFirst(14)) }),
    ("with letters in the number", { $0.replacing("000000012", with: "OOOOOOOl2") }),
    (
      "with O as 0 and B as 8",
      {
        String($0.prefix(14)) + $0.dropFirst(14).replacing("O", with: "0").replacing("B", with: "8")
      }
    ),
    (
      "with I and L as 1",
      {
        String($0.prefix(14)) + $0.dropFirst(14).replacing("I", with: "1").replacing("L", with: "1")
      }
    ),
    ("on two lines", { String($0.prefix(33)) + "\n  " + $0.dropFirst(33) }),
  ]

  @Test("what was typed rightly fits", arguments: typed.indices)
  func fits(_ index: Int) throws {
    // All leaves in turn, so that each character is met.
    for (seq, leaf) in SlipTests.leaves.enumerated() {
      let printed = Slip(epoch: 1, seq: Int64(seq), leaf: leaf).text
      let name = SlipTests.typed[index].0
      if seq != 12, name.contains("number"), !name.contains("without") { continue }
      let slip = try Slip(reading: SlipTests.typed[index].1(printed))
      #expect(find(slip) == .fits(Int64(seq)), "\(name): \(printed)")
    }
  }

  static let wrong: [(String, @Sendable (String) -> String, SlipFinding)] = [
    (
      "one character of the third group",
      { SlipTests.changed($0, at: [24]) },
      .doubtful("the slip differs from entry 12 in 1 of 32 characters, in group 3: read it again")
    ),
    (
      "three characters, and no number",
      { SlipTests.changed(String($0.dropFirst(14)), at: [0, 1, 38]) },
      .doubtful(
        "the slip differs from entry 12 in 3 of 32 characters, in groups 1, 8: read it again")
    ),
    (
      "the number of another entry", { $0.replacing("000000012", with: "000000021") },
      .doubtful("the slip of entry 21 is that of entry 12: is its number right?")
    ),
    (
      "a number beyond the end", { $0.replacing("000000012", with: "000000112") },
      .doubtful("the slip of entry 112 is that of entry 12: is its number right?")
    ),
    (
      "another number and a character",
      { SlipTests.changed($0.replacing("000000012", with: "000000021"), at: [24]) },
      .doubtful("the slip differs from entry 12 in 1 of 32 characters, in group 3: read it again")
    ),
    (
      "another epoch", { $0.replacing("S01", with: "S02") },
      .doubtful("the slip is of epoch 2, the ledger of epoch 1")
    ),
    (
      "of another ledger", { _ in Slip(epoch: 1, seq: 12, leaf: SHA256.leaf([99])).text },
      .differs(at: 12, "the entry is not the one that the slip was printed for")
    ),
    (
      "of an entry that was cut off",
      { _ in Slip(epoch: 1, seq: 40, leaf: SHA256.leaf([99])).text },
      .differs(at: nil, "the ledger has 40 entries and the slip is of entry 40")
    ),
    (
      "of nothing, without a number",
      { _ in Slip.text(of: SHA256.leaf([99])) }, .doubtful("no entry has this slip")
    ),
  ]

  @Test("what was typed wrong is told from what was changed", arguments: wrong.indices)
  func differs(_ index: Int) throws {
    let row = SlipTests.wrong[index]
    #expect(find(try Slip(reading: row.1(SlipTests.slip.text))) == row.2, "\(row.0)")
  }

  @Test(
    "what is no slip is refused",
    arguments: [
      "", "hello", "S01-000000012-ABCD", "S01-" + String(repeating: "a", count: 32),
      "S01-000000012-9" + String(repeating: "a", count: 31),
      "X01-000000012-" + String(repeating: "a", count: 32),
      "S01-99999999999999999999-" + String(repeating: "a", count: 32),
    ])
  func refused(_ text: String) {
    #expect(throws: CoreError(.slipMalformed, "")) { try Slip(reading: text) }
  }

  private func find(_ slip: Slip) -> SlipFinding {
    slip.finding(
      size: 40, epoch: 1, leaf: { SlipTests.leaves[Int($0)] },
      each: { take in
        for (seq, leaf) in SlipTests.leaves.enumerated() { take(Int64(seq), leaf) }
      })
  }

  private static func changed(_ text: String, at positions: [Int]) -> String {
    var text = Array(text)
    for position in positions { text[position] = text[position] == "Z" ? "Y" : "Z" }
    return String(text)
  }
}
