import Compliance
import Dispensary
import Notation
import Testing

// MARK: A site with one signer

extension Clinic {
  static func onePolicy(_ isOneSigner: Bool = true) -> PolicyAdopted {
    var policy = Clinic.policy
    policy.isOneSigner = isOneSigner
    return PolicyAdopted(policy: policy)
  }

  /// Ben has left as entry 13, and Ana has adopted the policy as entry 14.
  mutating func alone() throws {
    try record(PersonRetired(id: Clinic.ben))
    try record(Clinic.onePolicy())
  }

  /// Gives Cleo, who must have been added, a key.
  mutating func keyForCleo() throws {
    try record(
      KeyAdded(key: "p3/1", person: Clinic.cleo, algorithm: "ed25519", publicKey: "CCCC"),
      witnesses: [Clinic.cleo])
  }

  /// A receipt that differs from its invoice, by Ana.
  mutating func odd() throws -> Int64 {
    try RuleTests.shortReceipt(&self)
    return state.size - 1
  }
}

extension RuleTests {
  static let oneSigner: [Situation] = [
    Situation("policy.one-signer", "two people", ["2 people can sign here: `ana`, `ben`"]) { _ in
      Clinic.onePolicy()
    },
    Situation("policy.one-signer", "the other has left") { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      return Clinic.onePolicy()
    },
    Situation("policy.one-signer", "the other has no key any longer") { clinic in
      try clinic.record(KeyRevoked(key: "p2/1", reason: "lost"))
      return Clinic.onePolicy()
    },
    Situation("policy.one-signer", "the other inspects") { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      try clinic.addPerson([.inspector])
      try clinic.keyForCleo()
      return Clinic.onePolicy()
    },
    Situation("policy.one-signer", "a locum of tomorrow") { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      try clinic.addPerson(from: "2026-11-22")
      try clinic.keyForCleo()
      return Clinic.onePolicy()
    },
    Situation(
      "policy.one-signer", "a locum of today", ["2 people can sign here: `ana`, `cleo`"]
    ) { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      try clinic.addPerson(from: "2026-11-21", until: "2026-11-21")
      try clinic.keyForCleo()
      return Clinic.onePolicy()
    },
    Situation("policy.one-signer", "it ends while two can sign") { clinic in
      try clinic.alone()
      try clinic.addPerson()
      try clinic.keyForCleo()
      return Clinic.onePolicy(false)
    },

    Situation("review.later-day", "the next day") { clinic in
      try clinic.alone()
      let entry = try clinic.odd()
      clinic.wait(until: "2026-11-22T00:00:00.000Z")
      return EntryReviewed(entry: entry)
    },
    Situation(
      "review.later-day", "the same day",
      ["entry 15 was recorded on 2026-11-21, by the same person"]
    ) { clinic in
      try clinic.alone()
      let entry = try clinic.odd()
      clinic.wait(until: "2026-11-21T23:59:59.999Z")
      return EntryReviewed(entry: entry)
    },
    Situation("review.later-day", "the same day, another person", by: Clinic.ben) { clinic in
      EntryReviewed(entry: try clinic.odd())
    },
  ]
}

@Suite("A one-signer policy")
struct OneSignerTests {
  /// What a rule makes of the event under the policy: how much it insists, or nothing.
  struct Row: Sendable, CustomTestStringConvertible {
    let rule: String
    let severity: Severity
    let make: @Sendable (inout Clinic) throws -> any Event
    var testDescription: String { rule }

    init(
      _ rule: String, _ severity: Severity,
      _ make: @escaping @Sendable (inout Clinic) throws -> any Event
    ) {
      (self.rule, self.severity, self.make) = (rule, severity, make)
    }
  }

  static let line = OutgoingLine(
    item: Clinic.ketamine, position: Position(Clinic.vault), quantity: Amount(thousandths: 5_000))

  static let rows: [Row] = [
    Row("waste.witness-required", .warn) { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },
    Row("found.witness-required", .warn) { _ in
      StockFound(
        line: StockLine(
          item: Clinic.ketamine, expires: Clinic.expires,
          position: Position(Clinic.room, status: .quarantined),
          amount: Amount(thousandths: 5_000)))
    },
    Row("correction.witness-required", .warn) { $0.correction(of: 12) },
    Row("seize.two-signers", .warn) { _ in
      Seizure(agency: .dea, receipt: "12-1", lines: [line])
    },
    Row("review.another-person", .warn) { EntryReviewed(entry: try $0.odd()) },
    Row("destroy.two-persons", .block) { _ in
      Destruction(lines: [line], method: "incineration", place: Clinic.vault)
    },
    Row("ship.two-persons", .block) { clinic in
      Shipment(
        id: clinic.state.new(ShipmentID.self), to: .reverseDistributor, supplier: Clinic.supplier,
        reason: .unwanted, lines: [line])
    },
    Row("spill.two-signers", .block) { _ in
      Spill(
        from: .stock(Position(Clinic.vault)), item: Clinic.ketamine,
        unrecoverable: Amount(thousandths: 5_000))
    },
    Row("witness.oneself", .block) { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },
  ]

  @Test("what the house asks for is noted, what the law asks for blocks", arguments: rows)
  func severity(_ row: Row) throws {
    var clinic = try Clinic.stocked()
    let before = try clinic.finding(row)
    #expect(before?.severity == .block)
    clinic = try Clinic.stocked()
    try clinic.alone()
    let finding = try #require(try clinic.finding(row))
    #expect(finding.severity == row.severity)
    #expect(
      finding.text.hasSuffix(", under the one-signer policy of entry 14") == (row.severity == .warn)
    )
  }

  @Test("an inventory without a witness is noted")
  func inventory() throws {
    var clinic = try Clinic()
    try clinic.alone()
    let cleared = try clinic.cleared(InitialInventory(moment: .open, lines: []))
    #expect(cleared.hits == ["inventory.witness-required"])
    #expect(cleared.findings.map(\.severity) == [.warn])
  }

  @Test("every rule that yields is tried, and none that cites the law yields")
  func yielding() {
    let yielding = RuleBook.all.filter(\.yieldsToOneSigner)
    let tried = Set(OneSignerTests.rows.filter { $0.severity == .warn }.map(\.rule))
    // The batch's waste is wasted, and stands beside it.
    #expect(
      Set(yielding.map(\.id))
        == tried.union(["inventory.witness-required", "compound.waste-witness"]))
    #expect(yielding.allSatisfy { $0.citation.source.hasPrefix("house policy ") })
    #expect(yielding.allSatisfy { $0.severity == .block })
  }

  @Test("the policy rests while another person can sign, and takes up again")
  func rests() throws {
    var clinic = try Clinic.stocked()
    try clinic.alone()
    try clinic.drawn()
    try clinic.addPerson(from: "2026-11-22", until: "2026-11-22")
    try clinic.keyForCleo()
    #expect(try clinic.cleared(clinic.waste(100)).hits == ["waste.witness-required"])
    clinic.wait(until: "2026-11-22T09:00:00.000Z")
    #expect(throws: RulesRefused.self) { try clinic.cleared(clinic.waste(100)) }
    #expect(
      clinic.state.signersBesideOne(on: try CivilDate("2026-11-22")).map(\.handle.text)
        == ["ana", "cleo"])
    clinic.wait(until: "2026-11-23T09:00:00.000Z")
    #expect(try clinic.cleared(clinic.waste(100)).hits == ["waste.witness-required"])
    #expect(clinic.state.signersBesideOne(on: try CivilDate("2026-11-23")).isEmpty)
  }

  @Test("it does not reach back to what happened before it")
  func before() throws {
    var clinic = try Clinic.stocked()
    try clinic.drawn()
    let old = clinic.now
    clinic.wait(until: "2026-11-21T10:00:00.000Z")
    try clinic.alone()
    let ago = clinic.now.milliseconds - old.milliseconds
    #expect(throws: RulesRefused.self) { try clinic.cleared(clinic.waste(100), ago: ago) }
    #expect(try clinic.cleared(clinic.waste(100)).hits == ["waste.witness-required"])
  }

  @Test("who signed an entry and looked at it again is not its last reviewer")
  func reviews() throws {
    var clinic = try Clinic.stocked()
    try clinic.alone()
    let entry = try clinic.odd()
    try clinic.record(EntryReviewed(entry: entry))
    let task = try #require(clinic.state.office.reviews[entry])
    #expect(clinic.state.isReviewedBySignerOnly(task))
    #expect(clinic.state.openReviews.isEmpty)
    #expect(
      clinic.faults(EntryReviewed(entry: entry)).map(\.text)
        == ["entry 15 was reviewed by entry 16 already"])
    try clinic.addPerson([.pharmacist])
    try clinic.record(EntryReviewed(entry: entry), by: Clinic.cleo)
    let again = try #require(clinic.state.office.reviews[entry])
    #expect(!clinic.state.isReviewedBySignerOnly(again))
    #expect(again.reviewedBy == 18)
  }

  @Test("each time is kept, and adopting it again begins no other")
  func spans() throws {
    var clinic = try Clinic.stocked()
    try clinic.alone()
    try clinic.record(Clinic.onePolicy())
    try clinic.record(Clinic.onePolicy(false))
    try clinic.record(Clinic.onePolicy(false))
    #expect(clinic.state.oneSignerSince == nil)
    try clinic.record(Clinic.onePolicy())
    #expect(
      clinic.state.oneSigner.map(\.text) == [
        "one-signer policy from entry 14 to entry 16: no second person saw those acts unless named",
        "one-signer policy since entry 18: no second person saw these acts unless named",
      ])
  }
}

extension Clinic {
  fileprivate mutating func finding(_ row: OneSignerTests.Row) throws -> Finding? {
    let event = try row.make(&self)
    return try findings(event, witnesses: row.rule == "witness.oneself" ? [Clinic.ana] : [])
      .first { $0.rule == row.rule }
  }
}
