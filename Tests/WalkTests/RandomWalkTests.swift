import Dispensary
import Notation
import Testing

@Suite("Random walks against a naive model")
struct RandomWalkTests {
  /// Everything a walk has to have seen, or it proves too little.
  static let wanted: Set<String> = Set(
    [
      "receipt", "move vial", "move sealed", "move kit", "kit.unpack", "container.open", "draw",
      "draw device", "draw overfill", "draw beyond", "administration", "waste", "waste container",
      "put-back", "put-back staged", "container.empty", "count", "count case", "count reading",
      "explain", "correction", "late", "refused nonsense", "refused correction",
      "refused draw wrong",
      "refused move vial", "refused count case", "refused explain", "refused waste",
    ]
      + [
        "receipt", "move vial", "kit.unpack", "container.open", "draw", "draw device",
        "draw overfill", "draw beyond", "administration", "waste", "put-back", "put-back staged",
        "container.empty", "count", "count case", "count reading", "explain",
      ].map { "corrected \($0)" }
      + [
        "supplier", "stock", "draw", "administered", "wasted", "dead-space", "overfill", "case",
        "measurement",
      ].map { "account \($0)" })

  @Test("20,000 steps agree at every step", arguments: [20_261_121, 0x5eed] as [UInt64])
  func walk(seed: UInt64) throws { try walk(seed: seed, steps: 20_000, hledgerEvery: 20_000) }

  @Test("100,000 steps agree at every step, and with hledger at every checkpoint")
  func longWalk() throws { try walk(seed: 1, steps: 100_000, hledgerEvery: 20_000) }

  private func walk(seed: UInt64, steps: Int, hledgerEvery: Int) throws {
    var walk = try Walk(seed: seed)
    do {
      for number in 1...steps {
        try walk.step(number)
        if number.isMultiple(of: 100) { try walk.compareEverything() }
        if number.isMultiple(of: hledgerEvery) { try SecondProgram.check(walk.clinic.state) }
      }
      try walk.compareEverything()
    } catch {
      Issue.record("seed \(seed), entry \(walk.clinic.state.size): \(error)")
      return
    }
    let seen = walk.reached.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("seed \(seed), \(walk.clinic.state.size) entries: \(seen.joined(separator: ", "))")
    let wanted = RandomWalkTests.wanted.union(RandomWalkTests.leaving)
    #expect(wanted.subtracting(walk.reached.keys) == [])
  }

  @Test("what stands in stock is more than nothing")
  func stock() throws {
    var walk = try Walk(seed: 7)
    for number in 1...300 { try walk.step(number) }
    #expect(walk.clinic.state.size > 100)
    try walk.compareEverything()
    for line in walk.clinic.state.stock { #expect(line.amount.isPositive) }
  }
}
