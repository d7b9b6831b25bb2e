import Dispensary
import Notation
import Testing

@Suite("Random walks against a naive model")
struct RandomWalkTests {
  /// Everything a walk has to have seen, or it proves too little.
  static let wanted: Set<String> = Set(
    acts + acts.map { "corrected \($0)" } + once
      + (refused + acts).map { "refused \($0)" }
      + accounts.map { "account \($0)" })

  /// What moves stock, or says where it is, and is corrected and refused as well.
  static let acts = [
    "receipt", "receipt.complete", "found", "release sealed", "move vial", "move sealed",
    "move kit", "kit.unpack", "set aside sealed", "set aside vial", "set aside draw",
    "container.open", "container.empty", "draw device", "administration", "infusion",
    "administration.complete", "draw.handoff", "draw.prepare", "waste", "waste container",
    "waste held", "waste.hold", "put-back", "put-back staged", "count case", "explain",
    "destroy", "seize", "distribute", "ship", "ship to supplier", "ship.acknowledge",
    "acknowledged by supplier", "loss stock", "loss case", "loss draw", "loss in-transit", "spill",
    "spill draw", "rx.fill", "rx.pickup", "rx.return_to_stock", "rx.transfer", "rx.void",
    "compound.start", "compound.finish",
  ]

  /// What happens now and then.
  static let once = [
    "receipt damaged", "receipt refused", "receipt short", "receipt over", "receipt ordered",
    "receipt incomplete", "receipt patient", "release loose", "release vial", "move loose",
    "set aside loose", "set aside kit", "set aside staged", "draw", "draw overfill",
    "draw beyond", "draw of a patient's", "spill recovered", "count", "count reading",
    "explain two", "explain receipt", "corrected draw", "corrected draw overfill",
    "corrected draw beyond", "corrected count", "corrected count reading",
    "corrected explain receipt", "corrected spill recovered", "correction", "late", "witnessed",
    "in downtime",
  ]

  static let refused = [
    "nonsense", "correction", "correction of a correction", "draw wrong", "rx.add", "order.place",
    "order.cancel", "entry.cosign", "entry.review", "patient.merge", "hold.lift", "downtime.end",
    "downtime.start", "person.retire", "key.revoke", "key.rotate", "erase", "clock", "site.close",
  ]

  /// The accounts of the domain.
  static let accounts = [
    "supplier", "prior-inventory", "overfill", "found", "stock", "draw", "will-call", "in-transit",
    "compounding", "case", "measurement", "administered", "dispensed", "wasted", "dead-space",
    "spilled", "returned-to-supplier", "reverse-distributor", "registrant", "destroyed", "lost",
    "seized", "compounded",
  ]

  @Test("20,000 steps agree at every step", arguments: [20_261_121, 0x5eed] as [UInt64])
  func walk(seed: UInt64) throws {
    _ = try walk(seed: seed, steps: 20_000, hledgerEvery: 20_000)
  }

  @Test("100,000 steps agree at every step, and with hledger at every checkpoint")
  func longWalk() throws {
    guard let walk = try walk(seed: 1, steps: 100_000, hledgerEvery: 25_000) else { return }
    #expect(RandomWalkTests.wanted.subtracting(walk.reached.keys).sorted() == [])
    try foldAnew(walk)
  }

  private func walk(seed: UInt64, steps: Int, hledgerEvery: Int) throws -> Walk? {
    var walk = try Walk(seed: seed)
    var second = SecondProgram()
    do {
      for number in 1...steps {
        try walk.step(number)
        if number.isMultiple(of: 1_000) { try walk.compareEverything() }
        if number.isMultiple(of: hledgerEvery) { try second.begin(walk.clinic.state) }
      }
      try walk.compareEverything()
      try second.finish()
    } catch {
      Issue.record("seed \(seed), entry \(walk.clinic.state.size): \(error)")
      return nil
    }
    let seen = walk.reached.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("seed \(seed), \(walk.clinic.state.size) entries: \(seen.joined(separator: ", "))")
    // A new event fails here until the walk knows it.
    let types = Set(walk.clinic.state.journal.map(\.type))
    #expect(Set(Events.all.map { $0.type }).subtracting(types) == [])
    return walk
  }

  /// The entries alone say the same again.
  private func foldAnew(_ walk: Walk) throws {
    var state = try Clinic().state
    var times: [Duration] = []
    let clock = ContinuousClock()
    for start in stride(from: 0, to: walk.entries.count, by: 100) {
      times.append(
        try clock.measure {
          for entry in walk.entries[start..<min(start + 100, walk.entries.count)] {
            try state.apply(entry)
          }
        })
    }
    #expect(state.balances == walk.clinic.state.balances)
    // The median of a thousand entries, because the machine may be busy. Said, not asserted: how
    // fast it is is for a benchmark to say.
    let starts = [10, 100, times.count - 10]
    let medians = starts.map { times[$0..<$0 + 10].sorted()[5] / 100 }
    let before = starts.map { "\($0 * 100)" }.joined(separator: ", ")
    print("an entry after \(before) others: \(medians)")
  }

  @Test("what stands in stock is more than nothing")
  func stock() throws {
    var walk = try Walk(seed: 7)
    for number in 1...600 { try walk.step(number) }
    #expect(walk.clinic.state.size > 100)
    try walk.compareEverything()
    for line in walk.clinic.state.stock { #expect(line.amount.isPositive) }
  }
}
