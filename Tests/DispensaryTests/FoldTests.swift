import Dispensary
import Notation
import Testing

/// A reversible act after what led up to it, and the state that it leaves.
struct Deed: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Lines of ``Clinic/picture`` that the act adds, and those that it takes away.
  let adds: [String]
  let removes: [String]
  let before: @Sendable (inout Clinic) throws -> Void
  let act: @Sendable (Clinic) throws -> any Event

  init(
    _ name: String, adds: [String], removes: [String],
    before: @escaping @Sendable (inout Clinic) throws -> Void = { _ in },
    _ act: @escaping @Sendable (Clinic) throws -> any Event
  ) {
    (testDescription, self.adds, self.removes) = (name, adds, removes)
    (self.before, self.act) = (before, act)
  }
}

@Suite("The fold")
struct FoldTests {
  static func amount(_ thousandths: Int64) -> Amount { Amount(thousandths: thousandths) }
  static let k = "65219-186 K1"
  static let s = "50458-028 S1"
  static let open: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.open())
  }
  static let ampule: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.open(Clinic.testosterone, size: 1_000))
  }

  static let drawn: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.open())
    try clinic.record(clinic.draw(700, patient: nil))
  }
  static let unpack = KitUnpacked(
    item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)), amount: amount(4_000),
    kits: 2)
  static let inHand: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(unpack)
    try clinic.record(clinic.draw(3_000, Clinic.spray, from: Position(Clinic.vault)))
  }
  static let vial = "stock:vault:available:general:V-1"

  static let deeds: [Deed] = [
    Deed(
      "a receipt of a new lot",
      adds: [
        "lot K7 2027-04-30", "receipt 13",
        "stock:vault:available:general:sealed 65219-186 K7 5.000",
        "supplier:mckesson 65219-186 K7 -5.000",
      ], removes: []
    ) { _ in
      Receipt(
        supplier: Clinic.supplier, invoice: "I-1",
        lines: [Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000)])
    },
    Deed(
      "a move of sealed vials",
      adds: [
        "stock:room-1:available:general:sealed \(k) 5.000",
        "stock:vault:available:general:sealed \(k) 20.000",
      ], removes: ["stock:vault:available:general:sealed \(k) 25.000"]
    ) { _ in
      Move(
        item: Clinic.ketamine, from: Position(Clinic.vault), to: Clinic.room, amount: amount(5_000))
    },
    Deed(
      "a move of an open vial",
      adds: [
        "container V-1 open stock:room-1:available:general:V-1 0.000 -1",
        "stock:room-1:available:general:V-1 \(k) 5.000",
      ], removes: ["container V-1 open \(vial) 0.000 -1", "\(vial) \(k) 5.000"], before: open
    ) { clinic in
      Move(item: Clinic.ketamine, from: clinic.vial(), to: Clinic.room, amount: amount(5_000))
    },
    Deed(
      "two kits unpacked",
      adds: ["stock:vault:available:general:sealed \(s) 4.000"],
      removes: ["stock:vault:available:general:kit-50458-028-02 \(s) 4.000"]
    ) { _ in unpack },
    Deed(
      "a vial opened",
      adds: [
        "container V-1 open \(vial) 0.000 -1", "stock:vault:available:general:V-1 \(k) 5.000",
        "stock:vault:available:general:sealed \(k) 20.000",
      ], removes: ["stock:vault:available:general:sealed \(k) 25.000"]
    ) { $0.open() },
    Deed(
      "a draw with loss",
      adds: [
        "dead-space \(k) 0.050", "draw D-1 aaaaaaaaaaaaaaaa -", "draw:D-1 \(k) 0.650",
        "\(vial) \(k) 4.300",
      ], removes: ["\(vial) \(k) 5.000"], before: open
    ) { $0.draw(700, loss: 50) },
    Deed(
      "a draw of the book, overfill and beyond",
      adds: [
        "case C-1 \(vial)", "case:C-1 \(k) -0.100", "container V-1 open \(vial) 0.300 -1",
        "draw D-1 aaaaaaaaaaaaaaaa -", "draw:D-1 \(k) 5.400", "overfill \(k) -0.300",
      ], removes: ["container V-1 open \(vial) 0.000 -1", "\(vial) \(k) 5.000"], before: open
    ) { $0.draw(5_400) },
    Deed(
      "a dose that names the draw's patient",
      adds: [
        "administered \(k) 0.500", "dose 15 lacks the order or the prescriber, the route",
        "draw D-1 aaaaaaaaaaaaaaaa -", "draw:D-1 \(k) 0.200",
      ], removes: ["draw D-1 - -", "draw:D-1 \(k) 0.700"], before: drawn
    ) { $0.give(500) },
    Deed(
      "a waste of the rest", adds: ["wasted \(k) 0.700"],
      removes: ["draw D-1 - -", "draw:D-1 \(k) 0.700"], before: drawn
    ) { $0.waste(700) },
    Deed(
      "the rest of an ampule wasted",
      adds: ["wasted testosterone T1 1.000"],
      removes: ["stock:vault:available:general:V-1 testosterone T1 1.000"],
      before: ampule
    ) { clinic in
      Waste(
        source: .container(clinic.vial()), item: Clinic.testosterone, quantity: amount(1_000),
        method: "sink", place: Clinic.vault)
    },
    Deed(
      "a spray put back",
      adds: ["draw:D-1 \(s) 2.000", "stock:vault:available:general:sealed \(s) 2.000"],
      removes: ["draw:D-1 \(s) 3.000", "stock:vault:available:general:sealed \(s) 1.000"],
      before: inHand
    ) { $0.putBack(1_000) },
    Deed(
      "a vial emptied",
      adds: [
        "case C-1 \(vial)", "case:C-1 \(k) 4.600", "container V-1 empty \(vial) 0.000 14",
        "dead-space \(k) 0.200", "measurement:V-1 \(k) 0.200",
      ], removes: ["container V-1 open \(vial) 0.000 -1", "\(vial) \(k) 5.000"], before: open
    ) { clinic in
      ContainerEmptied(
        id: try ContainerID("V-1"), item: Clinic.ketamine, from: clinic.vial(),
        deadSpace: amount(200), measurement: amount(200), missing: amount(4_600),
        caseID: try CaseID("C-1"))
    },
    Deed(
      "a reading inside the policy",
      adds: ["count 14 \(vial) 4.900", "measurement:V-1 \(k) 0.100", "\(vial) \(k) 4.900"],
      removes: ["\(vial) \(k) 5.000"], before: open
    ) { clinic in clinic.count(4_900, clinic.vial()) },
    Deed(
      "a missing vial counted",
      adds: [
        "case C-1 stock:vault:available:general:sealed", "case:C-1 \(k) 5.000",
        "count 13 stock:vault:available:general:sealed 20.000",
        "stock:vault:available:general:sealed \(k) 20.000",
      ], removes: ["stock:vault:available:general:sealed \(k) 25.000"]
    ) { clinic in clinic.count(20_000, Position(Clinic.vault)) },
  ]

  @Test(
    "the state after an act, and after its correction",
    arguments: deeds + receiving + doses + disposal)
  func deed(_ deed: Deed) throws {
    var clinic = try Clinic.stocked()
    try deed.before(&clinic)
    let before = clinic.picture
    let entry = try clinic.record(try deed.act(clinic))
    let after = clinic.picture
    #expect(Set(after).subtracting(before) == Set(deed.adds))
    #expect(Set(before).subtracting(after) == Set(deed.removes))
    try clinic.record(clinic.correction(of: entry.context.seq), witnesses: [Clinic.ben])
    #expect(clinic.picture == before)
    #expect(clinic.state.journal[Int(entry.context.seq)].correctedBy == entry.context.seq + 1)
  }

  @Test("a staged syringe goes back, twice, and each correction restores the other")
  func staging() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.drawn(&clinic)
    let (one, two) = (clinic.now.adding(milliseconds: 1), clinic.now.adding(milliseconds: 2))
    let draw = try DrawID("D-1")
    try clinic.record(clinic.putBack(700, 1, Clinic.ketamine, until: one))  // 15
    try clinic.record(clinic.putBack(700, 1, Clinic.ketamine, until: two))  // 16
    #expect(clinic.state.draws[draw]?.staged?.beyondUse == two)
    try clinic.record(clinic.correction(of: 16))
    #expect(clinic.state.draws[draw]?.staged?.beyondUse == one)
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.draws[draw]?.staged == nil)
  }

  @Test("correcting what was put back leaves the staged rest alone")
  func stagedRest() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.inHand(&clinic)
    try clinic.record(clinic.putBack(1_000))  // 15
    try clinic.record(clinic.putBack(2_000, until: clinic.now))  // 16
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.draws[try DrawID("D-1")]?.staged != nil)
  }

  @Test("correcting a count removes that count and no other")
  func counts() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.count(25_000, Position(Clinic.vault)))  // 13
    try clinic.record(clinic.count(20_000, Position(Clinic.vault)))  // 14
    try clinic.record(clinic.correction(of: 13))
    #expect(clinic.state.counts.map(\.seq) == [14])
  }

  @Test("a wrong patient leaves no trace on the draw")
  func wrongPatient() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.drawn(&clinic)
    var wrong = clinic.give(300)
    wrong.recipient = Clinic.quinn
    try clinic.record(wrong)  // 15
    try clinic.record(clinic.give(200))  // 16
    let draw = try DrawID("D-1")
    #expect(clinic.state.draws[draw]?.patient == Clinic.quinn)
    try clinic.record(clinic.correction(of: 15, reason: "wrong-patient"))
    #expect(clinic.state.draws[draw]?.patient == Clinic.pat)
    try clinic.record(clinic.correction(of: 16))
    #expect(clinic.state.draws[draw]?.patient == nil)
  }

  @Test("a mistyped expiry is put right by correcting the receipt")
  func expiry() throws {
    var clinic = try Clinic.stocked()
    var line = Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000)
    let right = Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [line])
    line.stock.expires = try CivilDate("2072-04-30")
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [line]))
    #expect(clinic.faults(right).count == 1)
    try clinic.record(clinic.correction(of: 13))
    try clinic.record(right)
    #expect(clinic.state.lots[line.stock.item] == Clinic.expires)
    // A lot that another receipt knows stays.
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "J-1", lines: right.lines))
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.lots[line.stock.item] == Clinic.expires)
  }

  @Test("retention runs from the newest record, never backwards")
  func lastActivity() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.drawn(&clinic)
    let now = clinic.now
    try clinic.record(clinic.give(100))
    try clinic.record(clinic.give(100), at: Instant("2026-11-20T08:00:00.000Z"))
    #expect(clinic.state.patients[Clinic.pat]?.lastActivity == now.adding(milliseconds: 60_000))
  }

  @Test("a correction takes effect when the entry did")
  func effective() throws {
    var clinic = try Clinic.stocked()
    let then = clinic.now.adding(milliseconds: -3_600_000)
    try clinic.record(clinic.count(20_000, Position(Clinic.vault)), at: then)
    let entry = try clinic.record(clinic.correction(of: 13))
    #expect(entry.effectiveAt == then)
    #expect(clinic.state.journal[14].effectiveAt == then)
    #expect(clinic.state.journal[14].occurredAt > then)
  }

  /// A case for 0.5 mL missing from V-1, and a late draw that nobody wrote down.
  static func missing() throws -> (Clinic, Draw) {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.open())
    try clinic.record(clinic.count(4_500, clinic.vial()))
    return (clinic, clinic.draw(500))
  }

  static func explanation(
    _ thousandths: Int64, _ id: String = "C-1", _ item: Item = Clinic.ketamine
  ) throws -> Explanation {
    Explanation(
      caseID: try CaseID(id), account: .stock(Sample.vial), item: item,
      amount: amount(thousandths))
  }

  @Test("a late draw explains a case")
  func explains() throws {
    var (clinic, draw) = try Self.missing()
    draw.loss = Self.amount(50)
    var notes = Notes()
    notes.explains = [try Self.explanation(500)]
    try clinic.record(draw, notes: notes)
    #expect(clinic.state.openCases.isEmpty)
    #expect(clinic.state.balance(.stock(clinic.vial()), Clinic.ketamine) == Self.amount(4_500))
    #expect(clinic.state.balance(.draw(draw.id), Clinic.ketamine) == Self.amount(450))
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.openCases.map(\.id.text) == ["C-1"])
  }

  static let wrongExplanations: [([(String, Int64, Item)], String)] = [
    ([("C-9", 500, Clinic.ketamine)], "case `C-9` is not known"),
    ([("C-1", 500, Clinic.ketamineB)], "case `C-1` is about other stock than this entry"),
    (
      [("C-1", 0, Clinic.ketamine)],
      "case `C-1` has 0.500 mL missing, and this entry explains nothing"
    ),
    (
      [("C-1", -500, Clinic.ketamine)],
      "case `C-1` has 0.500 mL missing, and this entry explains 0.500 mL too much"
    ),
    (
      [("C-1", 501, Clinic.ketamine)],
      "case `C-1` has 0.500 mL missing, and this entry explains 0.501 mL missing"
    ),
    (
      [("C-1", 300, Clinic.ketamine), ("C-1", 300, Clinic.ketamine)],
      "case `C-1` has 0.200 mL missing, and this entry explains 0.300 mL missing"
    ),
    (
      [("C-1", 500, Clinic.ketamine), ("C-2", 100, Clinic.ketamine)],
      "this entry moves nothing at `V-1`, which does not explain 0.100 mL missing"
    ),
  ]

  @Test("what does not explain a case is refused", arguments: wrongExplanations)
  func wrongExplanation(_ row: (explains: [(String, Int64, Item)], text: String)) throws {
    var (clinic, _) = try Self.missing()
    try clinic.record(clinic.count(4_200, clinic.vial()))  // C-2
    var notes = Notes()
    notes.explains = try row.explains.map { try Self.explanation($0.1, $0.0, $0.2) }
    #expect(clinic.faults(clinic.draw(500), notes: notes).map(\.text) == [row.text])
  }

  @Test("an entry that moves nothing explains nothing")
  func explainsNothing() throws {
    let (clinic, _) = try Self.missing()
    var notes = Notes()
    notes.explains = [try Self.explanation(500)]
    let event = PatientAdded(id: try PatientID("cccccccccccccccc"))
    #expect(
      clinic.faults(event, notes: notes).map(\.text) == [
        "this entry moves nothing at `V-1`, which does not explain 0.500 mL missing"
      ])
  }

  @Test("the counted have no reading uncertainty, in a bottle or out")
  func readings() throws {
    var clinic = try Clinic.stocked()
    var policy = Clinic.policy
    policy.readingUncertainty = Self.amount(9_000)
    policy.readingLimit = Self.amount(9_000)
    try clinic.record(PolicyAdopted(policy: policy))
    let position = clinic.vial()
    func line(_ item: Item) -> PhysicalCount.Line {
      PhysicalCount.Line(
        item: item, position: position, counted: Self.amount(1_000), book: .zero)
    }
    #expect(clinic.state.isReading(line(Clinic.ketamine)))
    #expect(!clinic.state.isReading(line(Clinic.spray)))
  }

  @Test("people, keys, clock and erasures leave what they say")
  func household() throws {
    var clinic = try Clinic()
    try clinic.record(Sample.person)
    let cleo = try PersonID("p3")
    #expect(clinic.state.person(try Handle("cleo"))?.roles == [.nurse, .technician])
    try clinic.record(Sample.key)
    #expect(clinic.state.activeKey(of: cleo)?.name == "p3/1")
    try clinic.record(
      KeyRotated(
        added: KeyAdded(key: "p3/2", person: cleo, algorithm: "a", publicKey: "b"),
        replaces: "p3/1"))
    #expect(clinic.state.activeKey(of: cleo)?.name == "p3/2")
    #expect(clinic.state.keys["p3/1"]?.endedAt == 13)
    try clinic.record(KeyRevoked(key: "p3/2", reason: "lost"))
    #expect(clinic.state.activeKey(of: cleo) == nil)
    try clinic.record(PersonRetired(id: cleo))
    #expect(clinic.state.people[cleo]?.retiredAt == 15)
    try clinic.record(
      Erasure(digests: ["d1"], subject: nil, keptUntil: Sample.day), witnesses: [Clinic.ben])
    #expect(clinic.state.erased == ["d1": 16])
    #expect(clinic.state.lastTouched.erased == ["d1"])
    try clinic.record(ClockSet(now: clinic.now), witnesses: [Clinic.ben])
    #expect(clinic.state.registration?.dea == Clinic.dea)
    #expect(clinic.state.policy == Clinic.policy)
    #expect(clinic.state.patient(try PatientCode("P-2"))?.id == Clinic.quinn)
  }
}
