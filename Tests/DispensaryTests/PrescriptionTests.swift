import Dispensary
import Notation
import Testing

extension Sample {
  private static let rx = Clinic.rx(12)

  static let prescriptions: [Sample] = [
    Sample(
      PrescriptionAdded(
        id: rx, recipient: Clinic.pat, product: Clinic.spray.product, quantity: amount(2_000),
        daysSupply: 14, refills: 5, issued: day, prescriber: "Dr. Ida Reyes",
        prescriberDEA: Clinic.dea, form: .oral, isAsWritten: true,
        hasMedicalNeed: true),
      optional: ["days_supply", "as_written", "medical_need"]),
    Sample(
      PrescriptionFilled(
        id: rx, recipient: Clinic.pat, number: 1,
        lines: [
          PrescriptionLine(
            item: Clinic.spray, position: Position(Clinic.vault), amount: amount(1_000)),
          PrescriptionLine(
            item: Clinic.ketamine, position: Position(Clinic.room), amount: amount(5_000)),
        ]),
      optional: ["lines"],
      postings: [
        "stock:vault:available:general:sealed \(s) -1.000", "will-call:Rx-12 \(s) 1.000",
        "stock:room-1:available:general:sealed \(k) -5.000", "will-call:Rx-12 \(k) 5.000",
      ]),
    Sample(
      PrescriptionPickedUp(
        id: rx, recipient: Clinic.pat, lines: [.init(item: Clinic.spray, amount: amount(2_000))],
        setting: .init(name: "Hill Clinic", dea: Clinic.dea, hasProof: true)),
      optional: ["lines", "delivered_to", "delivered_dea", "proof"],
      postings: ["will-call:Rx-12 \(s) -2.000", "dispensed \(s) 2.000"]),
    Sample(
      PrescriptionPickedUp(
        id: rx, recipient: Clinic.pat,
        lines: [.init(item: Clinic.spray, amount: amount(2_000), fill: 1)]),
      optional: ["lines", "lines[0].fill"],
      postings: ["will-call:Rx-12 \(s) -2.000", "dispensed \(s) 2.000"]),
    Sample(
      PrescriptionReturned(
        id: rx, recipient: Clinic.pat, number: 0,
        lines: [
          PrescriptionLine(
            item: Clinic.spray, position: Position(Clinic.vault), amount: amount(1_000))
        ]),
      optional: ["lines"],
      postings: [
        "will-call:Rx-12 \(s) -1.000", "stock:vault:available:general:sealed \(s) 1.000",
      ]),
    Sample(Clinic.transfer(rx: 12)),
    Sample(Clinic.void(rx: 12)),
  ]
}

extension FaultTests {
  private static let two = PrescriptionLine(
    item: Clinic.spray, position: Position(Clinic.vault), amount: amount(1_000))

  static let prescriptions: [Refusal] = [
    Refusal(
      "a prescription that is none",
      [
        "the next number is `Rx-1`, not `Rx-2`",
        "this patient is not known | `custody patient find NAME` or `custody patient add`",
        "product `nothing` is not known | `custody product list` shows what is there",
        "the quantity prescribed must be more than zero, not 0.000",
        "the prescriber's name is empty or has spaces at its ends",
        "refills lie between 0 and 99, not 100 | no refills are `--refills 0`",
        "a supply lasts 1 to 366 days, not 0 | leave `--days` out where it is not written",
      ]
    ) { _ in
      PrescriptionAdded(
        id: Clinic.rx(2), recipient: try PatientID("cccccccccccccccc"),
        product: try ProductID("nothing"), quantity: .zero, daysSupply: 0, refills: 100,
        issued: try CivilDate("2026-11-21"), prescriber: "", prescriberDEA: Clinic.dea)
    },
    Refusal(
      "issued in the future",
      [
        "the day of issue, 2026-11-22, lies in the future "
          + "| a prescription is dated on the day on which it is signed"
      ]
    ) { clinic in
      clinic.now = Instant("2026-11-21T09:59:59.999Z")!
      return clinic.order(issued: "2026-11-22")
    },
    Refusal(
      "refills below none", ["refills lie between 0 and 99, not -1 | no refills are `--refills 0`"]
    ) {
      $0.order(refills: -1)
    },
    Refusal(
      "a supply of a year and two days",
      ["a supply lasts 1 to 366 days, not 367 | leave `--days` out where it is not written"]
    ) {
      $0.order(days: 367)
    },
    Refusal(
      "an unknown prescription",
      ["prescription `Rx-1` is not known | `custody rx list` shows what is there"]
    ) { _ in Clinic.fill(1_000, Clinic.ketamine) },
    Refusal("a mistyped one", ["prescription `Rx-2` is not known | did you mean `Rx-1`?"]) {
      clinic in
      try clinic.prescribed()
      return Clinic.fill(1_000, rx: 2)
    },
    Refusal("another patient's", ["`Rx-1` is another patient's prescription"]) { clinic in
      try clinic.prescribed()
      return Clinic.fill(1_000, for: Clinic.quinn)
    },
    Refusal(
      "filled with nothing",
      ["a filling needs at least one line | fill more than nothing, or leave the amount out"]
    ) { clinic in
      try clinic.prescribed()
      return PrescriptionFilled(id: Clinic.rx(), recipient: Clinic.pat, number: 0, lines: [])
    },
    Refusal("one shelf twice", ["the same stock is named twice in one filling"]) { clinic in
      try clinic.prescribed()
      return PrescriptionFilled(
        id: Clinic.rx(), recipient: Clinic.pat, number: 0, lines: [two, two])
    },
    Refusal("less than nothing", ["the quantity filled must be more than zero, not -1.000"]) {
      clinic in
      try clinic.prescribed()
      return Clinic.fill(-1_000)
    },
    Refusal("a refill first", ["the next filling of `Rx-1` is number 0"]) { clinic in
      try clinic.prescribed()
      return Clinic.fill(1_000, number: 1)
    },
    Refusal("a filling before the first", ["the next filling of `Rx-1` is number 0"]) { clinic in
      try clinic.prescribed()
      return Clinic.fill(1_000, number: -1)
    },
    Refusal("a refill passed over", ["the next filling of `Rx-1` is number 1"]) { clinic in
      try clinic.filled()
      return Clinic.fill(1_000, number: 2)
    },
    Refusal(
      "more than there is",
      [
        "not enough of lot `S1` at `vault`: 5 devices asked for, 4 devices there "
          + "| `custody status` shows where it is"
      ]
    ) { clinic in
      try clinic.prescribed()
      return Clinic.fill(5_000)
    },
    Refusal(
      "more picked up than waits",
      [
        "will-call holds 1 device of lot `S1` for `Rx-1`, and 2 devices would be handed over "
          + "| `custody rx show Rx-1` shows what waits and what has been picked up"
      ]
    ) { clinic in
      try clinic.filled(1_000)
      return Clinic.pickup(2_000)
    },
    Refusal("nothing picked up", ["nothing is picked up"]) { clinic in
      try clinic.filled()
      return PrescriptionPickedUp(id: Clinic.rx(), recipient: Clinic.pat, lines: [])
    },
    Refusal("a lot picked up twice", ["the same lot is named twice"]) { clinic in
      try clinic.filled()
      let line = PrescriptionPickedUp.Line(item: Clinic.spray, amount: amount(1_000))
      return PrescriptionPickedUp(id: Clinic.rx(), recipient: Clinic.pat, lines: [line, line])
    },
    Refusal(
      "none picked up", ["the quantity picked up must be more than zero, not 0.000"]
    ) { clinic in
      try clinic.filled()
      return Clinic.pickup(0)
    },
    Refusal(
      "delivered nowhere",
      ["a delivery names the setting and its registration"]
    ) { clinic in
      try clinic.filled()
      var event = Clinic.pickup(2_000)
      event.hasProof = true
      return event
    },
    Refusal(
      "delivered to a registration without a name",
      ["a delivery names the setting and its registration"]
    ) { clinic in
      try clinic.filled()
      var event = Clinic.pickup(2_000)
      event.deliveredDEA = Clinic.dea
      return event
    },
    Refusal(
      "what was picked up comes back",
      [
        "will-call holds 0 devices of lot `S1` for `Rx-1`, and 2 devices would be put back "
          + "| `custody rx show Rx-1` shows what waits and what has been picked up"
      ]
    ) { clinic in
      try clinic.filled()
      try clinic.record(Clinic.pickup(2_000))
      return Clinic.back(2_000)
    },
    Refusal(
      "back to nowhere",
      ["location `vault-9` is not known | did you mean `vault`?"]
    ) { clinic in
      try clinic.filled()
      return Clinic.back(2_000, to: Position(elsewhere))
    },
    Refusal("nothing comes back", ["nothing goes back to stock"]) { clinic in
      try clinic.filled()
      return PrescriptionReturned(id: Clinic.rx(), recipient: Clinic.pat, number: 0, lines: [])
    },
    Refusal("a shelf named twice", ["the same stock is named twice"]) { clinic in
      try clinic.filled()
      return PrescriptionReturned(
        id: Clinic.rx(), recipient: Clinic.pat, number: 0, lines: [two, two])
    },
    Refusal(
      "none comes back", ["the quantity that goes back must be more than zero, not 0.000"]
    ) { clinic in
      try clinic.filled()
      return Clinic.back(0)
    },
    Refusal(
      "another filling comes back", ["filling 1 of `Rx-1` has less of lot `S1` than that"]
    ) { clinic in
      try clinic.filled()
      return Clinic.back(1_000, number: 1)
    },
    Refusal("more refills transferred than left", ["`Rx-1` has 2 refills left, not 3"]) { clinic in
      try clinic.prescribed()
      return Clinic.transfer(refills: 3)
    },
    Refusal("transferred after two refills", ["`Rx-1` has 0 refills left, not 1"]) { clinic in
      try clinic.prescribed(1_000)
      for number: Int64 in 0...2 { try clinic.record(Clinic.fill(1_000, number: number)) }
      return Clinic.transfer(refills: 1)
    },
    Refusal(
      "transferred to nobody",
      [
        "the pharmacy's name is empty or has spaces at its ends",
        "the pharmacy's address is empty or has spaces at its ends",
        "the pharmacist's name is empty or has spaces at its ends",
        "`Rx-1` has 2 refills left, not -1",
      ]
    ) { clinic in
      try clinic.prescribed()
      return PrescriptionTransferred(
        id: Clinic.rx(), recipient: Clinic.pat, pharmacy: "", address: "", dea: Clinic.dea,
        pharmacist: "", refills: -1)
    },
    Refusal("a void one transferred", ["`Rx-1` was voided by entry 15"]) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.void())
      return Clinic.transfer()
    },
    Refusal("voided twice", ["`Rx-1` was voided by entry 15"]) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.void())
      return Clinic.void()
    },
    Refusal("a transferred one voided", ["`Rx-1` was transferred by entry 15"]) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.transfer())
      return Clinic.void()
    },
    Refusal(
      "voided for fun",
      [
        "`fun` is not a reason to void a prescription | one of canceled, duplicate, wrong-patient, "
          + "entered-wrong, not-valid, other"
      ]
    ) { clinic in
      try clinic.prescribed()
      return Clinic.void("fun")
    },
  ]
}

@Suite("Prescriptions in the fold")
struct PrescriptionFoldTests {
  static let entered: [(String, @Sendable (inout Clinic) throws -> any Event)] = [
    (
      "issued today where it is tomorrow already",
      { clinic in
        clinic.now = Instant("2026-11-21T10:00:00.000Z")!
        return clinic.order(issued: "2026-11-22")
      }
    ),
    ("the longest supply and the most refills", { $0.order(days: 366, refills: 99) }),
    (
      "a refill over the rest of a filling",
      { clinic in
        try clinic.filled(1_000)
        return Clinic.fill(1_000, number: 1)
      }
    ),
    (
      "returned by halves",
      { clinic in
        try clinic.filled(2_000)
        try clinic.record(Clinic.back(1_000))
        return Clinic.back(1_000)
      }
    ),
  ]

  @Test("what is at the edge is entered", arguments: entered.indices)
  func edge(_ index: Int) throws {
    var clinic = try Clinic.stocked()
    let event = try Self.entered[index].1(&clinic)
    #expect(clinic.faults(event) == [], "\(Self.entered[index].0)")
  }

  static let filledAt = "stock:vault:available:general:sealed 50458-028 S1"

  /// What the state says of the only prescription.
  static func picture(_ clinic: Clinic) -> [String] {
    guard let record = clinic.state.prescriptions[Clinic.rx()] else { return [] }
    let waiting = clinic.state.waiting(record.id).map {
      "waits \($0.number) \($0.amount.wire) of \($0.item.lot) from \(Account.stock($0.source).text)"
    }
    let next = "next \(record.next.number) \(record.next.amount.wire)"
    let closed: [String] =
      switch record.closure {
      case .voided: ["voided"]
      case .transferred: ["transferred"]
      case nil: []
      }
    return [next, "left \(record.refillsLeft) \(record.remaining.wire)"] + waiting + closed
  }

  static let acts: [(String, [any Event], [String])] = [
    ("entered", [], ["next 0 2.000", "left 2 6.000"]),
    (
      "filled in part", [Clinic.fill(1_000)],
      [
        "next 0 1.000", "left 2 5.000",
        "waits 0 1.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    (
      "filled in two parts", [Clinic.fill(1_000), Clinic.fill(1_000)],
      [
        "next 1 2.000", "left 2 4.000",
        "waits 0 1.000 of S1 from stock:vault:available:general:sealed",
        "waits 0 1.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    ("picked up", [Clinic.fill(2_000), Clinic.pickup(2_000)], ["next 1 2.000", "left 2 4.000"]),
    (
      "one picked up", [Clinic.fill(2_000), Clinic.pickup(1_000)],
      [
        "next 1 2.000", "left 2 4.000",
        "waits 0 1.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    ("returned", [Clinic.fill(2_000), Clinic.back(2_000)], ["next 0 2.000", "left 2 6.000"]),
    (
      "a refill returned",
      [Clinic.fill(2_000), Clinic.fill(2_000, number: 1), Clinic.back(2_000, number: 1)],
      [
        "next 1 2.000", "left 2 4.000",
        "waits 0 2.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    (
      "a filling returned under a refill",
      [Clinic.fill(2_000), Clinic.fill(2_000, number: 1), Clinic.back(2_000)],
      [
        "next 2 2.000", "left 1 2.000",
        "waits 1 2.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    (
      "the rest of a filling left", [Clinic.fill(1_000), Clinic.fill(2_000, number: 1)],
      [
        "next 2 2.000", "left 1 2.000",
        "waits 0 1.000 of S1 from stock:vault:available:general:sealed",
        "waits 1 2.000 of S1 from stock:vault:available:general:sealed",
      ]
    ),
    ("voided", [Clinic.void()], ["next 0 2.000", "left 2 6.000", "voided"]),
    ("transferred", [Clinic.transfer()], ["next 0 2.000", "left 2 6.000", "transferred"]),
  ]

  @Test("acts leave what they say", arguments: acts.indices)
  func act(_ index: Int) throws {
    let (name, events, wanted) = Self.acts[index]
    var clinic = try Clinic.stocked()
    try clinic.prescribed()
    for event in events { try clinic.record(event) }
    #expect(Self.picture(clinic) == wanted, "\(name)")
  }

  @Test("a correction takes each act back", arguments: acts.indices.dropFirst())
  func undo(_ index: Int) throws {
    let events = Self.acts[index].1
    var clinic = try Clinic.stocked()
    try clinic.prescribed()
    for event in events.dropLast() { try clinic.record(event) }
    let before = (Self.picture(clinic), clinic.picture)
    try clinic.record(try #require(events.last))
    try clinic.record(clinic.correction(of: clinic.state.size - 1))
    #expect(Self.picture(clinic) == before.0)
    #expect(clinic.picture == before.1)
  }

  @Test("of two transfers, the one that was not corrected still closes it", arguments: [15, 16])
  func transfers(corrected: Int64) throws {
    var clinic = try Clinic.stocked()
    try clinic.prescribed()
    let first = try clinic.record(Clinic.transfer()).context.seq
    let second = try clinic.record(Clinic.transfer()).context.seq
    #expect([first, second] == [15, 16])
    try clinic.record(clinic.correction(of: corrected))
    let closure = clinic.state.prescriptions[Clinic.rx()]?.closure
    guard case .transferred(let standing) = closure else {
      Issue.record("it is open again")
      return
    }
    #expect(standing.seq == first + second - corrected)
  }

  @Test("a filling that was picked up cannot be taken back")
  func pickedUp() throws {
    var clinic = try Clinic.stocked()
    try clinic.filled()
    try clinic.record(Clinic.pickup(2_000))
    #expect(
      clinic.faults(clinic.correction(of: 15)).map(\.text) == [
        "not enough of lot `S1` at `will-call:Rx-1`: 2 devices asked for, 0 devices there"
      ])
  }

  static let months: [(String, Int, String)] = [
    ("2026-11-21", 6, "2027-05-21"), ("2026-08-31", 6, "2027-02-28"),
    ("2027-08-31", 6, "2028-02-29"), ("2026-08-28", 6, "2027-02-28"),
    ("2026-12-31", 6, "2027-06-30"), ("2026-06-30", 6, "2026-12-30"),
    ("2026-07-01", 6, "2027-01-01"), ("2028-02-29", 12, "2029-02-28"),
  ]

  @Test("months are those of the calendar", arguments: months)
  func month(_ row: (from: String, months: Int, to: String)) throws {
    #expect(try CivilDate(row.from).adding(months: row.months)?.text == row.to)
  }

  @Test("the patient of each act is known to the journal")
  func patient() throws {
    var clinic = try Clinic.stocked()
    try clinic.filled()
    try clinic.record(Clinic.pickup(2_000))
    #expect(clinic.state.journal.suffix(3).map(\.patient) == [Clinic.pat, Clinic.pat, Clinic.pat])
  }
}

@Suite("Prescriptions in a reconciliation")
struct PrescriptionReconciliationTests {
  static func story() throws -> Story {
    var story = try Story()
    try story.initial("2 09:00")
    try story.receive("2 10:00", "10", lot: "S1", product: Story.spray)
    try story.add(
      PrescriptionAdded(
        id: Clinic.rx(), recipient: Story.patient, product: Story.spray,
        quantity: Story.amount("3"), refills: 1, issued: try CivilDate("2026-11-02"),
        prescriber: "Dr. Ida Reyes", prescriberDEA: Clinic.dea), at: "2 11:00")
    return story
  }

  static func lines(_ amount: String) -> [PrescriptionLine] {
    [
      PrescriptionLine(
        item: Story.item("S1", Story.spray), position: Story.position("vault"),
        amount: Story.amount(amount))
    ]
  }

  static func filled(_ amount: String, _ number: Int64 = 0) -> PrescriptionFilled {
    PrescriptionFilled(
      id: Clinic.rx(), recipient: Story.patient, number: number, lines: lines(amount))
  }

  static func pickedUp(_ amount: String) -> PrescriptionPickedUp {
    PrescriptionPickedUp(
      id: Clinic.rx(), recipient: Story.patient,
      lines: [.init(item: Story.item("S1", Story.spray), amount: Story.amount(amount))])
  }

  static func chart(
    _ story: Story, from: String? = nil, to: String? = nil
  ) throws -> Reconciliation {
    try #require(
      Reconciliation(
        of: Story.spray, in: story.state, from: from.map(Story.time), to: to.map(Story.time)))
  }

  static func shown(_ chart: Reconciliation) -> [String] {
    (chart.accountableLines + chart.accountedLines).map { "\($0.name) \($0.amount.wire)" }
  }

  @Test("what waits at the closing is accounted for, and dispensed is an out")
  func closing() throws {
    var story = try Self.story()
    try story.add(Self.filled("3"), at: "3 10:00")
    try story.add(Self.pickedUp("3"), at: "3 12:00")
    try story.add(Self.filled("2", 1), at: "4 10:00")
    try story.count("4 17:00", ("vault", "5"), lot: "S1", product: Story.spray)
    let chart = try Self.chart(story)
    #expect(
      Self.shown(chart) == [
        "opening 0.000", "supplier:acme 10.000", "closing 5.000", "will-call 2.000",
        "dispensed 3.000",
      ])
    #expect(chart.outcome == .closed && chart.adds)
  }

  @Test("what waited at the opening was picked up or came back in the period")
  func opening() throws {
    var story = try Self.story()
    try story.add(Self.filled("3"), at: "3 10:00")
    try story.count("3 17:00", ("vault", "7"), lot: "S1", product: Story.spray)
    try story.add(Self.pickedUp("1"), at: "4 10:00")
    try story.add(
      PrescriptionReturned(
        id: Clinic.rx(), recipient: Story.patient, number: 0, lines: Self.lines("2")),
      at: "4 11:00")
    try story.count("4 17:00", ("vault", "9"), lot: "S1", product: Story.spray)
    let chart = try Self.chart(story, from: "3 18:00", to: "5 00:00")
    #expect(
      Self.shown(chart) == [
        "opening 7.000", "opening-in-hands 3.000", "closing 9.000", "dispensed 1.000",
      ])
    #expect(chart.outcome == .closed && chart.adds)
  }

  @Test("a difference behind will-call shows")
  func difference() throws {
    var story = try Self.story()
    try story.add(Self.filled("3"), at: "3 10:00")
    try story.count("3 17:00", ("vault", "6"), lot: "S1", product: Story.spray)
    let chart = try Self.chart(story)
    #expect(chart.difference == Story.amount("-1") && chart.outcome == .difference && chart.adds)
  }
}
