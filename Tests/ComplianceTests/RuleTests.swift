import Compliance
import Dispensary
import Notation
import Testing

/// A situation, and what one rule says of it; nothing when it has nothing to say.
struct Situation: Sendable, CustomTestStringConvertible {
  let rule: String
  let testDescription: String
  let says: [String]
  let witnesses: [PersonID]
  let by: PersonID
  /// How long before it is recorded it happened.
  let ago: Int64
  let zone: Zone
  /// What the late entry explains, and from which stock.
  let explains: @Sendable (Clinic) throws -> [Explanation]
  let make: @Sendable (inout Clinic) throws -> any Event

  init(
    _ rule: String, _ name: String, _ says: [String] = [], witnesses: [PersonID] = [],
    by: PersonID = Clinic.ana, ago: Int64 = 0, zone: Zone = .utc,
    explains: @escaping @Sendable (Clinic) throws -> [Explanation] = { _ in [] },
    _ make: @escaping @Sendable (inout Clinic) throws -> any Event
  ) {
    self.explains = explains
    (self.rule, testDescription, self.says) = (rule, "\(rule): \(name)", says)
    (self.witnesses, self.by, self.ago) = (witnesses, by, ago)
    (self.zone, self.make) = (zone, make)
  }
}

let minute: Int64 = 60_000
let day: Int64 = 86_400_000

extension Clinic {
  func cleared(
    _ event: any Event, by: PersonID = Clinic.ana, witnesses: [PersonID] = [], ago: Int64 = 0,
    already: Bool = false, zone: Zone = .utc
  ) throws -> ClearedEvent {
    var notes = Notes()
    notes.alreadyHappened = already
    let draft = EventDraft(
      event, by: by, witnesses: witnesses, occurredAt: now.adding(milliseconds: -ago), notes: notes)
    let valid = try state.validate(draft, recordedAt: now)
    return try RuleBook().clear(valid, state: state, recordedAt: now, zone: zone)
  }

  /// Everything that the rules find, whatever they insist on.
  func findings(
    _ event: any Event, by: PersonID = Clinic.ana, witnesses: [PersonID] = [], ago: Int64 = 0,
    zone: Zone = .utc, explains: [Explanation] = []
  ) throws -> [Finding] {
    var notes = Notes()
    notes.explains = explains
    let draft = EventDraft(
      event, by: by, witnesses: witnesses, occurredAt: now.adding(milliseconds: -ago), notes: notes)
    let valid = try state.validate(draft, recordedAt: now)
    return RuleBook().findings(
      Question(event: event, valid: valid, state: state, recordedAt: now, zone: zone))
  }

  /// Steps the clock to a moment.
  mutating func wait(until text: String) { now = Instant(text)! }

  mutating func addPerson(
    _ roles: [Role] = [.nurse], license: License? = nil, from: String? = nil, until: String? = nil
  ) throws {
    try record(
      PersonAdded(
        id: state.newPerson, handle: Handle("cleo"), name: "Cleo Cole", initials: "CC",
        roles: roles, license: license, from: from.map { try CivilDate($0) },
        until: until.map { try CivilDate($0) }))
  }

  static let cleo = try! PersonID("p3")

  /// The vial's draw, with a dose drawn for `patient`.
  mutating func drawn(_ thousandths: Int64 = 700, patient: PatientID? = Clinic.pat) throws {
    try record(open())
    try record(draw(thousandths, patient: patient))
  }
}

@Suite("Rules")
struct RuleTests {
  static let all: [Situation] =
    people + receiving + deliveries + waiting + containers + draws + doses + wasting
    + disposal + prescriptions + counting + recordkeeping + office + merged + recalledLots + ending
    + oneSigner + expiries + moves

  @Test("a rule says what the table says", arguments: all)
  func rule(_ row: Situation) throws {
    var clinic = try Clinic.stocked()
    let event = try row.make(&clinic)
    let findings = try clinic.findings(
      event, by: row.by, witnesses: row.witnesses, ago: row.ago, zone: row.zone,
      explains: row.explains(clinic)
    ).filter { $0.rule == row.rule }
    #expect(findings.map(\.text) == row.says)
    // What blocks is refused as a plan and, where it is an act, recorded as a fact.
    guard let finding = findings.first, finding.severity == .block else { return }
    #expect(throws: RulesRefused.self) {
      try clinic.cleared(
        event, by: row.by, witnesses: row.witnesses, ago: row.ago, zone: row.zone)
    }
    let fact = Result {
      try clinic.cleared(
        event, by: row.by, witnesses: row.witnesses, ago: row.ago, already: true, zone: row.zone)
    }
    if type(of: event).isPhysical {
      #expect(try fact.get().hits.contains(row.rule))
    } else {
      #expect(throws: RulesRefused.self) { try fact.get() }
    }
  }

  @Test("every rule has a table with a breach and without")
  func complete() {
    for rule in RuleBook.all {
      let rows = RuleTests.all.filter { $0.rule == rule.id }
      #expect(rows.contains { $0.says.isEmpty }, "\(rule.id) has no case in which it is kept")
      #expect(rows.contains { !$0.says.isEmpty }, "\(rule.id) has no case in which it is broken")
    }
    let known = Set(RuleBook.all.map(\.id))
    #expect(Set(RuleTests.all.map(\.rule)).subtracting(known) == [])
  }

  @Test("rules are tidy")
  func tidy() {
    let ids = RuleBook.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for rule in RuleBook.all {
      #expect(rule.id.wholeMatch(of: /[a-z-]+\.[a-z-]+/) != nil, "\(rule.id)")
      let source = rule.citation.source
      #expect(
        source.hasPrefix("21 CFR ") || source.hasPrefix("21 USC ")
          || source.hasPrefix("45 CFR ") || source.hasPrefix("house policy "))
      #expect(source.split(separator: " ").count >= 3, "\(rule.id) cites nothing")
      #expect(rule.title.hasSuffix(".") && rule.title.first?.isUppercase == true, "\(rule.id)")
    }
  }

  @Test("messages are one lower-case line without a full stop")
  func messages() throws {
    for row in RuleTests.all where !row.says.isEmpty {
      var clinic = try Clinic.stocked()
      let event = try row.make(&clinic)
      let findings = try clinic.findings(
        event, by: row.by, witnesses: row.witnesses, ago: row.ago, zone: row.zone,
        explains: row.explains(clinic))
      for text in findings.flatMap({ [$0.text] + [$0.hint].compactMap { $0 } }) {
        #expect(
          !text.contains("\n") && text.last != "." && text.first?.isUppercase != true, "\(text)")
        // No patient stands in a message.
        #expect(!text.contains(Clinic.pat.text) && !text.contains(Clinic.quinn.text), "\(text)")
      }
    }
  }
}

// MARK: People

extension RuleTests {
  static let absent = "person.present"
  static let newYork = Zone(
    name: "America/New_York",
    transitions: [Zone.Transition(from: .first, offsetSeconds: -18_000)])
  static func locum(_ clinic: inout Clinic) throws -> any Event {
    try clinic.addPerson(from: "2026-11-20", until: "2026-11-22")
    return clinic.open()
  }

  static let people: [Situation] = [
    Situation(absent, "the staff") { $0.open() },
    Situation(absent, "on the first day", by: Clinic.cleo) { clinic in
      try clinic.addPerson(from: "2026-11-21")
      return clinic.open()
    },
    Situation(absent, "the day before", ["`cleo` begins on 2026-11-22"], by: Clinic.cleo) {
      clinic in
      try clinic.addPerson(from: "2026-11-22")
      return clinic.open()
    },
    Situation(absent, "in the last millisecond of the last day", by: Clinic.cleo) { clinic in
      let event = try locum(&clinic)
      clinic.wait(until: "2026-11-22T23:59:59.999Z")
      return event
    },
    Situation(
      absent, "a millisecond later", ["`cleo` was here until 2026-11-22"], by: Clinic.cleo
    ) { clinic in
      let event = try locum(&clinic)
      clinic.wait(until: "2026-11-23T00:00:00.000Z")
      return event
    },
    Situation(absent, "it is still yesterday in New York", by: Clinic.cleo, zone: newYork) {
      clinic in
      let event = try locum(&clinic)
      clinic.wait(until: "2026-11-23T04:59:59.999Z")
      return event
    },
    Situation(
      absent, "midnight in New York", ["`cleo` was here until 2026-11-22"], by: Clinic.cleo,
      zone: newYork
    ) { clinic in
      let event = try locum(&clinic)
      clinic.wait(until: "2026-11-23T05:00:00.000Z")
      return event
    },
    Situation(absent, "after leaving", ["`ben` has left the site"], by: Clinic.ben) { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      return clinic.open()
    },

    Situation("person.role", "a nurse draws") { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100)
    },
    Situation(
      "person.role", "an inspector draws",
      [
        "`cleo` (inspector) may not do this; it takes one of: nurse, pharmacist, prescriber, "
          + "technician"
      ],
      by: Clinic.cleo
    ) { clinic in
      try clinic.addPerson([.inspector])
      try clinic.record(clinic.open())
      return clinic.draw(100)
    },
    Situation(
      "person.role", "a nurse adopts a policy",
      ["`cleo` (nurse, technician) may not do this; it takes an administrator"], by: Clinic.cleo
    ) { clinic in
      try clinic.addPerson([.nurse, .technician])
      return PolicyAdopted(policy: Policy())
    },
    Situation(
      "person.role", "an administrator gives",
      [
        "`cleo` (administrator) may not do this; it takes one of: nurse, pharmacist, prescriber, "
          + "technician"
      ],
      by: Clinic.cleo
    ) { clinic in
      try clinic.addPerson([.administrator])
      try clinic.drawn()
      return clinic.give(100)
    },
    Situation("person.role", "anybody revokes their key", by: Clinic.cleo) { clinic in
      try clinic.addPerson([.inspector])
      return KeyRevoked(key: "p2/1", reason: "lost")
    },
    Situation("person.role", "an officer counts", by: Clinic.cleo) { clinic in
      try clinic.addPerson([.complianceOfficer])
      return clinic.count(25_000, Position(Clinic.vault))
    },
    Situation("person.role", "the founding") { clinic in
      clinic.state = State()
      return Clinic.opening
    },

    Situation("person.license-expired", "without a license", by: Clinic.ben) { $0.open() },
    Situation("person.license-expired", "on its last day") { clinic in
      clinic.wait(until: "2027-06-30T23:59:59.999Z")
      return clinic.count(25_000, Position(Clinic.vault))
    },
    Situation(
      "person.license-expired", "the day after", ["the license of `ana` expired on 2027-06-30"]
    ) { clinic in
      clinic.wait(until: "2027-07-01T00:00:00.000Z")
      return clinic.count(25_000, Position(Clinic.vault))
    },
    Situation("person.license-expired", "for what is not physical") { clinic in
      clinic.wait(until: "2027-07-01T00:00:00.000Z")
      return PolicyAdopted(policy: Policy())
    },

    Situation("witness.oneself", "another", witnesses: [Clinic.ben]) { $0.open() },
    Situation(
      "witness.oneself", "oneself among others", ["`ana` cannot witness their own act"],
      witnesses: [Clinic.ben, Clinic.ana]
    ) { $0.open() },

    Situation("witness.present", "one who is here", witnesses: [Clinic.ben]) { $0.open() },
    Situation(
      "witness.present", "one who has left", ["`ben` has left the site"], witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      return clinic.open()
    },
    Situation(
      "witness.present", "one who was not here yet", ["`cleo` begins on 2026-11-21"],
      witnesses: [Clinic.cleo], ago: day
    ) { clinic in
      try clinic.addPerson(from: "2026-11-21")
      return clinic.count(25_000, Position(Clinic.vault))
    },
  ]
}

// MARK: Receiving

extension RuleTests {
  static func receipt(
    _ invoiced: Int64 = 5_000, _ received: Int64 = 5_000, expires: CivilDate = Clinic.expires,
    lot: String = "K7", invoice: String = "INV-2", item: Item = Clinic.ketamine
  ) -> Receipt {
    var line = Clinic.line(Item(item.product, lot), received)
    line.invoiced = Amount(thousandths: invoiced)
    line.stock.expires = expires
    return Receipt(supplier: Clinic.supplier, invoice: invoice, lines: [line])
  }

  static let receiving: [Situation] = [
    Situation("inventory.initial-first", "after a zero inventory") { _ in receipt() },
    Situation("inventory.initial-first", "a count of nothing is no receipt") { clinic in
      clinic = try Clinic()
      return PolicyAdopted(policy: Policy())
    },
    Situation(
      "inventory.initial-first", "before any inventory", ["no initial inventory has been taken"]
    ) { clinic in
      clinic = try Clinic()
      return receipt()
    },

    Situation("inventory.witness-required", "two people", witnesses: [Clinic.ben]) { clinic in
      clinic = try Clinic()
      return InitialInventory(moment: .open, lines: [])
    },
    Situation("inventory.witness-required", "alone", ["the inventory has no witness"]) { clinic in
      clinic = try Clinic()
      return InitialInventory(moment: .open, lines: [])
    },
    Situation(
      "inventory.witness-required", "alone twice", ["the inventory has no witness"],
      witnesses: [Clinic.ana]
    ) { clinic in
      clinic = try Clinic()
      return InitialInventory(moment: .open, lines: [])
    },

    Situation("receipt.differs-from-invoice", "as invoiced") { _ in receipt() },
    Situation(
      "receipt.differs-from-invoice", "short",
      ["lot `K7`: 10.000 mL invoiced, 5.000 mL received"]
    ) { _ in receipt(10_000) },
    Situation(
      "receipt.differs-from-invoice", "over by a thousandth",
      ["lot `K7`: 5.000 mL invoiced, 5.001 mL received"]
    ) { _ in receipt(5_000, 5_001) },

    Situation("receipt.expired", "on its last day") { _ in
      receipt(expires: try CivilDate("2026-11-21"))
    },
    Situation("receipt.expired", "the day after", ["lot `K7` expired on 2026-11-20"]) { _ in
      receipt(expires: try CivilDate("2026-11-20"))
    },
    Situation("receipt.expired", "nothing of it came") { _ in
      receipt(5_000, 0, expires: try CivilDate("2026-11-20"))
    },

    Situation("product.schedule", "schedule III") { clinic in
      clinic.state = State()
      clinic = try Clinic()
      return ProductAdded(product: try product(.three))
    },
    Situation("product.schedule", "schedule II", ["`other` is CII"]) { _ in
      ProductAdded(product: try product(.two))
    },

    // The inventory was taken two minutes ago.
    Situation("receipt.before-inventory", "after it") { _ in receipt() },
    Situation("receipt.before-inventory", "in its minute", ago: 2 * minute) { _ in receipt() },
    Situation(
      "receipt.before-inventory", "a millisecond before it",
      [
        "it came before the initial inventory of 2026-11-21 08:11 +00:00, which counted all that "
          + "was there: the same stock may now be in the book twice"
      ], ago: 2 * minute + 1
    ) { _ in receipt() },
    Situation("receipt.before-inventory", "no inventory yet", ago: day) { clinic in
      clinic.state = State()
      clinic = try Clinic()
      return receipt()
    },

    Situation("receipt.duplicate-invoice", "a new invoice") { _ in receipt() },
    Situation(
      "receipt.duplicate-invoice", "the same again",
      ["the same lot on invoice `INV-1` was received in entry 12 already"]
    ) { _ in receipt(lot: Clinic.ketamine.lot, invoice: "INV-1") },
    Situation("receipt.duplicate-invoice", "another lot on the same invoice") { _ in
      receipt(lot: "K9", invoice: "INV-1")
    },
    Situation("receipt.duplicate-invoice", "the first was corrected") { clinic in
      try clinic.record(clinic.correction(of: 12), witnesses: [Clinic.ben])
      return receipt(lot: Clinic.ketamine.lot, invoice: "INV-1")
    },

    Situation("stock.whole-units", "two sprays") { _ in
      receipt(2_000, 2_000, lot: "S7", item: Clinic.spray)
    },
    Situation(
      "stock.whole-units", "half a spray", ["0.5 devices at `vault` is not a whole number"]
    ) { _ in receipt(500, 500, lot: "S7", item: Clinic.spray) },
    Situation("stock.whole-units", "half a milliliter") { _ in receipt(500, 500) },
    Situation("stock.whole-units", "half a spray given") { clinic in
      try clinic.record(
        KitUnpacked(
          item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
          amount: Amount(thousandths: 4_000), kits: 2))
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault)))
      return clinic.give(500, 1, Clinic.spray)
    },
  ]

  static func product(_ schedule: Schedule) throws -> Product {
    try Product(
      id: ProductID("other"), name: "other", genericName: "other", labeler: "Lab",
      schedule: schedule,
      ingredients: [
        Product.Ingredient(Substance(listed: "MORPHINE", in: schedule), strength: "1 mg/mL")
      ],
      strength: Strength("1 mg/mL"), packages: [], provenance: .typed)
  }
}

// MARK: Containers and draws

extension RuleTests {
  static let lastDay = "2027-04-30T23:59:59.999Z"
  static let dayAfter = "2027-05-01T00:00:00.000Z"
  static let lotText = "lot `K1` expired on 2027-04-30"

  static func opened(beyondUse text: String?) -> @Sendable (inout Clinic) -> any Event {
    { clinic in
      var opened = clinic.open()
      opened.beyondUse = text.flatMap { Instant($0) }
      return opened
    }
  }

  static let containers: [Situation] = [
    Situation("container.expired-lot", "on the last day") { clinic in
      clinic.wait(until: lastDay)
      return clinic.open()
    },
    Situation("container.expired-lot", "the day after", [lotText]) { clinic in
      clinic.wait(until: dayAfter)
      return clinic.open()
    },
    Situation("container.expired-lot", "written down the day after", ago: 1) { clinic in
      clinic.wait(until: dayAfter)
      return clinic.open()
    },

    Situation("container.difference", "explained") { clinic in
      try clinic.record(clinic.open())
      return emptied(clinic, missing: 0)
    },
    Situation(
      "container.difference", "a case",
      ["0.200 mL of `V-1` is unexplained and stands in case `C-1`"]
    ) { clinic in
      try clinic.record(clinic.open())
      return emptied(clinic, missing: 200)
    },

    Situation(
      "container.beyond-use", "midnight after 28 days", [],
      opened(beyondUse: "2026-12-20T00:00:00.000Z")),
    Situation(
      "container.beyond-use", "a millisecond more",
      ["container `V-1` may be used until 2026-12-19, no longer"],
      opened(beyondUse: "2026-12-20T00:00:00.001Z")),
    Situation(
      "container.beyond-use", "for ever", ["container `V-1` has no beyond-use time"],
      opened(beyondUse: nil)),
    Situation("container.beyond-use", "an ampule") { clinic in
      var opened = clinic.open(Clinic.testosterone, size: 1_000)
      opened.beyondUse = nil
      return opened
    },
  ]

  static func emptied(_ clinic: Clinic, missing: Int64) -> ContainerEmptied {
    ContainerEmptied(
      id: try! ContainerID("V-1"), item: Clinic.ketamine, from: clinic.vial(),
      deadSpace: Amount(thousandths: 5_000 - missing), missing: Amount(thousandths: missing),
      caseID: missing == 0 ? nil : try! CaseID("C-1"))
  }

  static func unpacked(_ clinic: inout Clinic) throws {
    try clinic.record(
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
        amount: Amount(thousandths: 4_000), kits: 2))
  }

  /// A vial of V-1 that stands in a position of its own.
  static func draw(
    status: Position.Status = .available, owner: String = "general",
    patient: PatientID? = Clinic.pat, _ clinic: inout Clinic
  ) throws -> any Event {
    var position = Position(Clinic.vault, status: status, owner: owner)
    let line = Clinic.line(Clinic.ketamine, 5_000, position)
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [line]))
    var opened = clinic.open()
    opened.from = position
    try clinic.record(opened)
    position.holding = .container(opened.id)
    return clinic.draw(100, from: position, patient: patient)
  }

  static func staged(_ clinic: inout Clinic) throws {
    try clinic.drawn()
    try clinic.record(
      clinic.putBack(700, 1, Clinic.ketamine, until: Instant("2026-11-21T10:00:00.000Z")))
  }

  static let draws: [Situation] = [
    Situation("draw.unknown-container", "a known one") { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100)
    },
    Situation("draw.unknown-container", "an unknown one", ["container `V-9` is not known"]) {
      clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100, from: clinic.vial(9))
    },
    Situation("draw.unknown-container", "sealed stock") { clinic in
      try unpacked(&clinic)
      return clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault))
    },

    Situation("draw.closed-container", "an open one") { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100)
    },
    Situation("draw.closed-container", "an empty one", ["container `V-1` is empty"]) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(emptied(clinic, missing: 0))
      return clinic.draw(100)
    },
    Situation("draw.closed-container", "one never opened", ["container `V-1` is voided"]) {
      clinic in
      let seq = try clinic.record(clinic.open()).context.seq
      try clinic.record(clinic.correction(of: seq))
      return clinic.draw(100)
    },

    Situation("draw.beyond-use", "a millisecond before") { clinic in
      try clinic.record(clinic.open())
      clinic.now = clinic.state.openContainers[0].beyondUse!.adding(milliseconds: -1)
      return clinic.draw(100)
    },
    Situation(
      "draw.beyond-use", "at the time",
      ["container `V-1` is past its beyond-use time, 2026-12-19 08:13 +00:00"]
    ) { clinic in
      try clinic.record(clinic.open())
      clinic.now = clinic.state.openContainers[0].beyondUse!
      return clinic.draw(100)
    },
    Situation("draw.beyond-use", "written down later", ago: 1) { clinic in
      try clinic.record(clinic.open())
      clinic.now = clinic.state.openContainers[0].beyondUse!
      return clinic.draw(100)
    },

    Situation("draw.expired-lot", "on the last day") { clinic in
      try clinic.record(clinic.open())
      clinic.wait(until: lastDay)
      return clinic.draw(100)
    },
    Situation("draw.expired-lot", "the day after", [lotText]) { clinic in
      try clinic.record(clinic.open())
      clinic.wait(until: dayAfter)
      return clinic.draw(100)
    },

    Situation("draw.beyond-book", "the last drop of overfill") { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(5_300)
    },
    Situation(
      "draw.beyond-book", "a thousandth more",
      [
        "5.301 mL is more than `V-1` can give: 5.000 mL by the book, 0.300 mL of overfill"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(5_301)
    },
    Situation("draw.beyond-book", "of a closed container, which another rule says") { clinic in
      try clinic.record(clinic.open())
      try clinic.record(emptied(clinic, missing: 0))
      return clinic.draw(100)
    },

    Situation("draw.unopened", "an open vial") { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100)
    },
    Situation("draw.unopened", "a single spray") { clinic in
      try unpacked(&clinic)
      return clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault))
    },
    Situation("draw.unopened", "a sealed vial", ["nothing is drawn from unopened containers"]) {
      $0.draw(100, from: Position(Clinic.vault))
    },
    Situation("draw.unopened", "a kit", ["the kit is not unpacked"]) {
      $0.draw(1_000, Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)))
    },

    Situation("draw.not-available", "available") { try draw(&$0) },
    Situation("draw.not-available", "quarantined", ["what is at `V-1` is quarantined"]) {
      try draw(status: .quarantined, &$0)
    },
    Situation("draw.not-available", "awaiting waste", ["what is at `V-1` is awaiting-waste"]) {
      try draw(status: .awaitingWaste, &$0)
    },

    Situation("draw.owner", "general stock") { try draw(&$0) },
    Situation("draw.owner", "for its own patient") { try draw(owner: Clinic.pat.text, &$0) },
    Situation("draw.owner", "for another", ["lot `K1` at `V-1` belongs to one patient"]) {
      try draw(owner: Clinic.quinn.text, &$0)
    },
    Situation("draw.owner", "for nobody", ["lot `K1` at `V-1` belongs to one patient"]) {
      try draw(owner: Clinic.quinn.text, patient: nil, &$0)
    },

    Situation("administration.beyond-use", "a millisecond before") { clinic in
      try staged(&clinic)
      clinic.wait(until: "2026-11-21T09:59:59.999Z")
      return clinic.give(700)
    },
    Situation(
      "administration.beyond-use", "at the time",
      ["syringe `D-1` is past its beyond-use time, 2026-11-21 10:00 +00:00"]
    ) { clinic in
      try staged(&clinic)
      clinic.wait(until: "2026-11-21T10:00:00.000Z")
      return clinic.give(700)
    },
    Situation("administration.beyond-use", "never staged") { clinic in
      try clinic.drawn()
      clinic.wait(until: "2026-11-22T10:00:00.000Z")
      return clinic.give(700)
    },

    Situation("administration.other-patient", "the patient") { clinic in
      try clinic.drawn()
      return clinic.give(700)
    },
    Situation(
      "administration.other-patient", "another", ["draw `D-1` was drawn for another patient"]
    ) { clinic in
      try clinic.drawn(patient: Clinic.quinn)
      return clinic.give(700)
    },
    Situation("administration.other-patient", "drawn for nobody yet") { clinic in
      try clinic.drawn(patient: nil)
      return clinic.give(700)
    },

    Situation("put-back.beyond-use", "four hours after the draw") { clinic in
      try clinic.drawn()
      let drawnAt = clinic.state.openDraws[0].drawnAt
      return clinic.putBack(
        700, 1, Clinic.ketamine, until: drawnAt.adding(milliseconds: 240 * minute))
    },
    Situation(
      "put-back.beyond-use", "when its time has come",
      ["draw `D-1` could be used until 2026-11-21 12:14 +00:00, which is past"]
    ) { clinic in
      try clinic.drawn()
      let until = clinic.state.openDraws[0].drawnAt.adding(milliseconds: 240 * minute)
      clinic.now = until
      return clinic.putBack(700, 1, Clinic.ketamine, until: until)
    },
    Situation(
      "put-back.beyond-use", "a millisecond more",
      ["draw `D-1` may be used until 2026-11-21 12:14 +00:00, no longer"]
    ) { clinic in
      try clinic.drawn()
      let drawnAt = clinic.state.openDraws[0].drawnAt
      return clinic.putBack(
        700, 1, Clinic.ketamine, until: drawnAt.adding(milliseconds: 240 * minute + 1))
    },

    Situation("put-back.owner", "where it came from") { clinic in
      try unpacked(&clinic)
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault)))
      return clinic.putBack(1_000)
    },
    Situation(
      "put-back.owner", "another's stock",
      ["draw `D-1` came from other stock than it would go back to"]
    ) { clinic in
      try unpacked(&clinic)
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault)))
      var putBack = clinic.putBack(1_000)
      putBack.to.owner = Clinic.pat.text
      return putBack
    },
    Situation("put-back.owner", "a syringe, which stays a draw") { clinic in
      try clinic.drawn()
      var putBack = clinic.putBack(700, 1, Clinic.ketamine, until: clinic.now)
      putBack.to.status = .quarantined
      return putBack
    },
  ]
}

// MARK: Waste, counts and the record

extension RuleTests {
  static func wasted(_ item: Item, size: Int64, _ clinic: inout Clinic) throws -> any Event {
    try clinic.record(clinic.open(item, size: size))
    return Waste(
      source: .container(clinic.vial()), item: item, quantity: Amount(thousandths: size),
      method: "sink", place: Clinic.vault)
  }

  static let inventory = "is inventory, not waste"

  static let wasting: [Situation] = [
    Situation("waste.witness-required", "seen by another", witnesses: [Clinic.ben]) { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },
    Situation("waste.witness-required", "alone", ["no witness for 0.200 mL of waste"]) { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },
    Situation(
      "waste.witness-required", "seen by oneself", ["no witness for 0.200 mL of waste"],
      witnesses: [Clinic.ana]
    ) { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },

    Situation("waste.inventory", "the rest of an ampule") {
      try wasted(Clinic.testosterone, size: 1_000, &$0)
    },
    Situation(
      "waste.inventory", "the rest of a vial", ["the rest of a multi-dose container \(inventory)"]
    ) { try wasted(Clinic.ketamine, size: 5_000, &$0) },
    Situation("waste.inventory", "unopened ampules", ["unopened stock \(inventory)"]) { _ in
      Waste(
        source: .container(Position(Clinic.vault)), item: Clinic.testosterone,
        quantity: Amount(thousandths: 1_000), method: "sink", place: Clinic.vault)
    },
    Situation("waste.inventory", "a kit", ["unopened stock \(inventory)"]) { _ in
      Waste(
        source: .container(Position(Clinic.vault, .kit(Clinic.kit))), item: Clinic.spray,
        quantity: Amount(thousandths: 2_000), method: "sink", place: Clinic.vault)
    },
    Situation("waste.inventory", "a syringe") { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },

    Situation("waste.no-patient", "under an order") { clinic in
      try clinic.drawn()
      return clinic.waste(200)
    },
    Situation(
      "waste.no-patient", "drawn for nobody",
      ["draw `D-1` was drawn for nobody, so that it is inventory, not waste"]
    ) { clinic in
      try clinic.drawn(patient: nil)
      return clinic.waste(200)
    },
    Situation("waste.no-patient", "the waste names the patient") { clinic in
      try clinic.drawn(patient: nil)
      var waste = clinic.waste(200)
      waste.patient = Clinic.pat
      return waste
    },
  ]

  static let counting: [Situation] = [
    Situation("count.difference", "agrees") { $0.count(25_000, Position(Clinic.vault)) },
    Situation(
      "count.difference", "a vial is missing",
      ["5.000 mL missing at `vault`, lot `K1`, stands in case `C-1`"]
    ) { $0.count(20_000, Position(Clinic.vault)) },
    Situation(
      "count.difference", "a vial too many",
      ["5.000 mL too much at `vault`, lot `K1`, stands in case `C-1`"]
    ) { $0.count(30_000, Position(Clinic.vault)) },
    Situation("count.difference", "a reading at the policy's edge") { clinic in
      try clinic.record(clinic.open())
      return clinic.count(4_900, clinic.vial())
    },
    Situation(
      "count.difference", "a thousandth past it",
      ["0.101 mL missing at `V-1`, lot `K1`, stands in case `C-1`"]
    ) { clinic in
      try clinic.record(clinic.open())
      return clinic.count(4_899, clinic.vial())
    },

    Situation("count.misplaced", "where the book has it") { clinic in
      try clinic.record(clinic.open())
      return clinic.count(5_000, clinic.vial())
    },
    Situation(
      "count.misplaced", "found elsewhere",
      ["`V-1` is at `vault` by the book, not at `room-1`"]
    ) { clinic in
      try clinic.record(clinic.open())
      return clinic.count(5_000, clinic.vial(1, at: Clinic.room))
    },
    Situation("count.misplaced", "not there either") { clinic in
      try clinic.record(clinic.open())
      return clinic.count(0, clinic.vial(1, at: Clinic.room))
    },

    Situation("count.estimate", "sprays counted") { _ in counted(.counted) },
    Situation(
      "count.estimate", "sprays estimated", ["lot `S1` is counted in whole units"]
    ) { _ in counted(.estimate) },
    Situation(
      "count.estimate", "unopened vials estimated", ["lot `K1` is counted in whole units"]
    ) { clinic in
      var count = clinic.count(25_000, Position(Clinic.vault))
      count.method = .estimate
      return count
    },
    Situation("count.estimate", "an opened vial estimated") { clinic in
      try clinic.record(clinic.open())
      var count = clinic.count(5_000, clinic.vial())
      count.method = .estimate
      return count
    },
  ]

  static func counted(_ method: PhysicalCount.Method) -> PhysicalCount {
    let line = PhysicalCount.Line(
      item: Clinic.spray, position: Position(Clinic.vault, .kit(Clinic.kit)),
      counted: Amount(thousandths: 4_000), book: Amount(thousandths: 4_000))
    return PhysicalCount(method: method, lines: [line])
  }

  /// A vial of which half a milliliter is missing, in case C-1.
  static func short(_ clinic: inout Clinic) throws {
    try clinic.record(clinic.open())
    try clinic.record(clinic.count(4_500, clinic.vial()))
  }

  static let shortVial: @Sendable (Clinic) throws -> [Explanation] = { clinic in
    [
      Explanation(
        caseID: try CaseID("C-1"), account: .stock(clinic.vial()), item: Clinic.ketamine,
        amount: Amount(thousandths: 500))
    ]
  }

  static func erasure(_ until: String, subject: PatientID? = nil) throws -> Erasure {
    Erasure(digests: ["d1"], subject: subject, keptUntil: try CivilDate(until))
  }

  static let recordkeeping: [Situation] = [
    Situation("entry.late", "at once") { $0.open() },
    Situation("entry.late", "an hour later to the millisecond", ago: 60 * minute) { $0.open() },
    Situation(
      "entry.late", "a millisecond more", ["recorded 60 minutes after it happened"],
      ago: 60 * minute + 1
    ) { $0.open() },
    Situation("entry.late", "hours", ["recorded 2 hours after it happened"], ago: 120 * minute) {
      $0.open()
    },
    Situation("entry.late", "days", ["recorded 2 days after it happened"], ago: 2 * day) {
      $0.open()
    },

    Situation("entry.past-negative", "there was enough", ago: 1) { clinic in clinic.open() },
    Situation(
      "entry.past-negative", "before it came",
      ["since 2026-11-20 08:13 +00:00 there has not been enough at `vault`"], ago: day
    ) { clinic in clinic.open() },
    Situation("entry.past-negative", "as the stock came", ago: minute) { clinic in
      clinic.open()
    },
    Situation(
      "entry.past-negative", "a millisecond before the stock came",
      ["since 2026-11-21 08:11 +00:00 there has not been enough at `vault`"], ago: minute + 1
    ) { clinic in clinic.open() },
    Situation(
      "entry.past-negative", "an entry and its correction were never made", ago: 30 * minute
    ) {
      clinic in
      // All 25 mL stood there from the beginning; they were moved and, as if never, moved back.
      clinic.now = clinic.now.adding(milliseconds: 60 * minute)
      try clinic.record(
        Move(
          item: Clinic.ketamine, from: Position(Clinic.vault), to: Clinic.room,
          amount: Amount(thousandths: 25_000)))
      try clinic.record(clinic.correction(of: 13))
      return clinic.open()
    },
    Situation("entry.past-negative", "an explained draw moved nothing", ago: 30 * minute) {
      clinic in
      clinic.now = clinic.now.adding(milliseconds: 60 * minute)
      try clinic.record(clinic.open(), at: clinic.now.adding(milliseconds: -59 * minute))
      try clinic.record(clinic.count(500, clinic.vial()))
      var notes = Notes()
      notes.explains = [
        Explanation(
          caseID: try CaseID("C-1"), account: .stock(clinic.vial()), item: Clinic.ketamine,
          amount: Amount(thousandths: 4_500))
      ]
      try clinic.record(
        Draw(
          id: try DrawID("D-1"), item: Clinic.ketamine, from: clinic.vial(),
          quantity: Amount(thousandths: 4_500), holder: Clinic.ana), notes: notes)
      return clinic.draw(500)
    },
    Situation(
      "entry.past-negative", "a receipt corrected after its stock was used",
      ["since 2026-11-21 08:12 +00:00 there has not been enough at `vault`"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(
        Move(
          item: Clinic.testosterone, from: Position(Clinic.vault), to: Clinic.room,
          amount: Amount(thousandths: 1_000)))
      try clinic.record(
        Receipt(
          supplier: Clinic.supplier, invoice: "I-1",
          lines: [Clinic.line(Clinic.testosterone, 1_000)]
        ))
      return clinic.correction(of: 12)
    },

    // The case was opened a minute ago, by a count.
    Situation(
      "entry.explains-later", "before the count", ago: 2 * minute, explains: shortVial
    ) { clinic in
      try short(&clinic)
      return clinic.draw(500)
    },
    Situation(
      "entry.explains-later", "in the minute of the count", ago: minute, explains: shortVial
    ) { clinic in
      try short(&clinic)
      return clinic.draw(500)
    },
    Situation(
      "entry.explains-later", "a millisecond after it",
      [
        "it happened after case `C-1` was opened, 2026-11-21 08:14 +00:00, and cannot explain it"
      ], ago: minute - 1, explains: shortVial
    ) { clinic in
      try short(&clinic)
      return clinic.draw(500)
    },
    Situation("entry.explains-later", "after it, explaining nothing") { clinic in
      try short(&clinic)
      return clinic.draw(500)
    },

    Situation("correction.witness-required", "two signers", witnesses: [Clinic.ben]) {
      $0.correction(of: 12)
    },
    Situation("correction.witness-required", "one", ["the correction has no second signer"]) {
      $0.correction(of: 12)
    },

    Situation("correction.earlier-day", "the same day") { clinic in
      clinic.wait(until: "2026-11-21T23:59:59.999Z")
      return clinic.correction(of: 12)
    },
    Situation("correction.earlier-day", "the next day", ["it reverses an act of 2026-11-21"]) {
      clinic in
      clinic.wait(until: "2026-11-22T00:00:00.000Z")
      return clinic.correction(of: 12)
    },
    Situation("correction.earlier-day", "the same day in New York", zone: newYork) { clinic in
      clinic.wait(until: "2026-11-22T04:59:59.999Z")
      return clinic.correction(of: 12)
    },

    Situation("erase.retention", "the day after", witnesses: [Clinic.ben]) { _ in
      try erasure("2026-11-20")
    },
    Situation(
      "erase.retention", "the last day", ["these values are kept until 2026-11-21"],
      witnesses: [Clinic.ben]
    ) { _ in try erasure("2026-11-21") },
    Situation(
      "erase.retention", "the erasure's date is too early for the patient",
      ["these values are kept until 2028-11-21"], witnesses: [Clinic.ben]
    ) { _ in try erasure("2026-11-20", subject: Clinic.pat) },
    Situation("erase.retention", "two years and a day later", witnesses: [Clinic.ben]) { clinic in
      clinic.wait(until: "2028-11-22T00:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.retention", "two years later", ["these values are kept until 2028-11-21"],
      witnesses: [Clinic.ben]
    ) { clinic in
      clinic.wait(until: "2028-11-21T23:59:59.999Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.retention", "last seen on a leap day", ["these values are kept until 2030-03-01"],
      witnesses: [Clinic.ben]
    ) { clinic in
      clinic.wait(until: "2028-02-29T12:00:00.000Z")
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(100))
      clinic.wait(until: "2030-03-01T12:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },

    Situation("erase.open-case", "no case", witnesses: [Clinic.ben]) { _ in
      try erasure("2026-11-20")
    },
    Situation("erase.open-case", "a case", ["case `C-1` is open"], witnesses: [Clinic.ben]) {
      clinic in
      try clinic.record(clinic.count(20_000, Position(Clinic.vault)))
      return try erasure("2026-11-20")
    },
    Situation("erase.open-case", "a case that was closed", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(clinic.count(20_000, Position(Clinic.vault)))
      try clinic.record(clinic.correction(of: 13))
      return try erasure("2026-11-20")
    },
  ]
}
