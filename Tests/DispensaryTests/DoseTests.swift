import Dispensary
import Notation
import Testing

// MARK: On the wire

extension Sample {
  static let all5 = Particulars(
    hasOrder: true, prescriber: "Dr Oak", prescriberDEA: Clinic.dea, authority: .standingOrder,
    route: "INTRAMUSCULAR")
  static let particulars: Set<String> = [
    "order", "prescriber", "prescriber_dea", "authority", "route",
  ]

  static let devices: Sample = {
    var policy = Clinic.policy
    policy.deadSpace = ["1mL-syringe": amount(50), "3mL-syringe": amount(80)]
    policy.willCallDays = 10
    policy.isOneSigner = true
    return Sample(
      PolicyAdopted(policy: policy), optional: ["dead_space", "will_call_days", "one_signer"])
  }()

  static let dose: Sample = {
    var dose = Administration(
      draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: amount(500), milligrams: "50",
      recipient: Clinic.pat)
    dose.particulars = all5
    dose.started = instant
    dose.ended = instant
    return Sample(
      dose, optional: particulars.union(["mg", "started", "ended"]),
      postings: ["draw:D-1 \(k) -0.500", "administered \(k) 0.500"])
  }()

  static let infusion: Sample = {
    var dose = Administration(
      draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: amount(406), milligrams: nil,
      recipient: Clinic.pat)
    dose.infusion = Infusion(infused: amount(58_000), total: amount(100_000))
    return Sample(dose, postings: ["draw:D-1 \(k) -0.406", "administered \(k) 0.406"])
  }()

  static let handoff = Sample(
    Handoff(draw: try! DrawID("D-1"), holder: Clinic.ana, to: Clinic.ben))

  static let preparation = Sample(
    Preparation(
      draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: amount(700),
      diluent: "NaCl 0.9 %", total: amount(100_000), beyondUse: instant))

  static let completion = Sample(
    AdministrationCompleted(entry: 7, recipient: Clinic.pat, particulars: all5),
    optional: particulars)
}

@Suite("Doses on the wire")
struct DoseWireTests {
  @Test("a policy without devices is written as it always was")
  func policy() throws {
    let members = PolicyAdopted(policy: Clinic.policy).members.all
    #expect(members["dead_space"] == nil && members["will_call_days"] == nil)
    #expect(members["one_signer"] == nil)
    var spelled = members
    spelled["will_call_days"] = .integer(14)
    #expect(
      WireTests.fault(PolicyAdopted.self, spelled)
        == WireFault("will_call_days", "is the usual number where it should be absent"))
    let read = try WireTests.read(PolicyAdopted.self, members) as? PolicyAdopted
    #expect(read?.policy == Clinic.policy)
  }

  static let orders: [[String]] = [["b", "a"], ["a", "a"]]

  @Test("devices stand in order, each once", arguments: orders)
  func devices(_ names: [String]) {
    var members = PolicyAdopted(policy: Clinic.policy).members.all
    members["dead_space"] = .array(names.map { ["device": .string($0), "quantity": "0.050"] })
    #expect(
      WireTests.fault(PolicyAdopted.self, members)
        == WireFault("dead_space", "is not in the order of the devices, each once"))
  }

  static let routes: [(String, String?)] = [
    ("IV", "INTRAVENOUS"), ("im", "INTRAMUSCULAR"), ("nasal", "NASAL"), ("Intranasal", "NASAL"),
    ("po", "ORAL"), ("iv push", "INTRAVENOUS BOLUS"), ("INTRAVENOUS", "INTRAVENOUS"),
    ("By Listing", "BY LISTING"), ("somehow", nil), ("", nil), (" IV", nil), ("I V", nil),
  ]

  @Test("a route as typed, and its one spelling", arguments: routes)
  func route(_ row: (typed: String, name: String?)) {
    #expect(Route.named(row.typed, listed: ["BY LISTING"]) == row.name)
  }

  static let shares: [(held: Int64, infused: Int64, total: Int64, drug: Int64)] = [
    (700, 58_000, 100_000, 406), (700, 100_000, 100_000, 700),
    // Halves go to the even one.
    (1, 50_000, 100_000, 0), (3, 50_000, 100_000, 2), (5, 50_000, 100_000, 2),
    (1_000, 333, 1_000, 333), (700, 1, 3_000, 0), (700, 1, 1_000, 1),
    (1_000_000_000_000_000, 999_999, 1_000_000, 999_999_000_000_000), (700, 1, 0, 0),
  ]

  @Test("the drug in a part of an infusion", arguments: shares)
  func share(_ row: (held: Int64, infused: Int64, total: Int64, drug: Int64)) {
    let part = Infusion(
      infused: Amount(thousandths: row.infused), total: Amount(thousandths: row.total))
    #expect(part.share(of: Amount(thousandths: row.held)).thousandths == row.drug)
  }

  @Test("what a milliliter of a dilution holds")
  func concentration() throws {
    let product = try Clinic.products()[0]
    let shown = { (held: Int64, total: Int64) in
      product.concentration(of: Amount(thousandths: held), in: Amount(thousandths: total))
    }
    #expect(shown(700, 100_000) == "0.7 mg/mL")
    #expect(shown(700, 30_000) == "about 2.333 mg/mL")
    #expect(shown(700, 0) == nil)
  }
}

// MARK: Faults

extension FaultTests {
  static let drawn: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.open())
    try clinic.record(clinic.draw(700))
  }
  static let prepared: @Sendable (inout Clinic) throws -> Void = { clinic in
    try drawn(&clinic)
    try clinic.record(clinic.prepare(700))
  }

  static let doses: [Refusal] = [
    Refusal(
      "a policy with odd devices",
      [
        "`1 mL` does not name a device | write up to 40 letters, digits, hyphens and points, such as `1mL-syringe`",
        "the dead space of `a` must be more than zero, not 0.000",
      ]
    ) { _ in
      var policy = Clinic.policy
      policy.deadSpace = ["1 mL": amount(50), "a": .zero]
      return PolicyAdopted(policy: policy)
    },
    Refusal(
      "a policy under which nothing waits",
      ["the days of will-call in a policy lie between 1 and 365"]
    ) { _ in
      var policy = Clinic.policy
      policy.willCallDays = 0
      return PolicyAdopted(policy: policy)
    },
    Refusal(
      "drawn with nothing that has a name",
      [
        "`` does not name a device | write up to 40 letters, digits, hyphens and points, such as `1mL-syringe`"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      var draw = clinic.draw(100)
      draw.device = ""
      return draw
    },
    Refusal(
      "a route in another spelling, and a number that is nobody's",
      [
        "`IM` is not a route | did you mean `INTRAMUSCULAR`?",
        "the prescriber's DEA number is there without the prescriber's name",
      ]
    ) { clinic in
      try drawn(&clinic)
      var dose = clinic.give(700)
      dose.particulars = Particulars(prescriberDEA: Clinic.dea, route: "IM")
      return dose
    },
    Refusal(
      "a dose that has not ended",
      [
        "the dose ends in the future: `2026-11-21T08:15:00.001Z`, and it is `2026-11-21T08:15:00.000Z` | record it when it has ended"
      ]
    ) { clinic in
      try drawn(&clinic)
      var dose = clinic.give(700)
      dose.ended = clinic.now.adding(milliseconds: 1)
      return dose
    },
    Refusal(
      "a dose that ends before it begins",
      ["the dose would begin after it has ended | check the two times"]
    ) { clinic in
      try drawn(&clinic)
      var dose = clinic.give(700)
      dose.started = clinic.now.adding(milliseconds: 1)
      return dose
    },
    Refusal(
      "a part of what was not diluted",
      [
        "draw `D-1` is not prepared for an infusion | `custody prepare D-1` says in what and how much"
      ]
    ) { clinic in
      try drawn(&clinic)
      return clinic.infuse(58_000, drug: 406)
    },
    Refusal(
      "a diluted dose without its volume",
      [
        "draw `D-1` is diluted to 100.000 mL, and how much of that was infused is not said | such as `--infused 58mL`, or `rest`"
      ]
    ) { clinic in
      try prepared(&clinic)
      return clinic.give(700)
    },
    Refusal(
      "more infused than there is",
      [
        "42.001 mL would be infused, and 42.000 mL of 100.000 mL are left | write the volume that really went in"
      ]
    ) { clinic in
      try prepared(&clinic)
      try clinic.record(clinic.infuse(58_000, drug: 406))
      return clinic.infuse(42_001, drug: 294)
    },
    Refusal(
      "another share than the volume's", ["0.407 is not what 58.000 mL of 100.000 mL hold"]
    ) { clinic in
      try prepared(&clinic)
      return clinic.infuse(58_000, drug: 407)
    },
    Refusal(
      "another volume than was prepared", ["0.406 is not what 29.000 mL of 50.000 mL hold"]
    ) { clinic in
      try prepared(&clinic)
      return clinic.infuse(29_000, drug: 406, total: 50_000)
    },
    Refusal(
      "nothing infused",
      [
        "the volume infused must be more than zero, not 0.000",
        "0.100 is not what 0.000 mL of 100.000 mL hold",
      ]
    ) { clinic in
      try prepared(&clinic)
      return clinic.infuse(0, drug: 100)
    },
    Refusal(
      "diluted in nothing, to nothing",
      [
        "the diluent is none that the ledger knows | such as `NaCl 0.9 %`, `D5W` or `sterile water`; otherwise `other`, and `--note` says what",
        "the volume of an infusion must be more than zero, not 0.000",
      ]
    ) { clinic in
      try drawn(&clinic)
      var preparation = clinic.prepare(700, total: 0)
      preparation.diluent = ""
      return preparation
    },
    Refusal(
      "diluted in part, to less than it is",
      [
        "draw `D-1` is diluted whole, with 0.700 mL",
        "0.500 mL in all is less than the 0.600 mL of drug in it | the total is drug, diluent and line together",
      ]
    ) { clinic in
      try drawn(&clinic)
      return clinic.prepare(600, total: 500)
    },
    Refusal("diluted twice", ["draw `D-1` is diluted already"]) { clinic in
      try prepared(&clinic)
      return clinic.prepare(700)
    },
    Refusal(
      "a preparation undone under a dose",
      [
        "`D-1` has been infused since entry 15 | correct the doses first, the newest before the others"
      ]
    ) { clinic in
      try prepared(&clinic)
      try clinic.record(clinic.infuse(58_000, drug: 406))
      return clinic.correction(of: 15)
    },
    Refusal(
      "a draw of nobody's handed over",
      ["draw `D-1` is not known | `custody status` shows what is there"]
    ) { $0.handoff() },
    Refusal(
      "handed over by another, to oneself",
      [
        "draw `D-1` is not held by whom this entry says", "draw `D-1` is in those hands already",
      ]
    ) { clinic in
      try drawn(&clinic)
      return clinic.handoff(from: Clinic.ben)
    },
    Refusal(
      "an empty hand",
      [
        "person `p9` is not known | `custody person list` shows what is there",
        "draw `D-1` is closed: nothing is left to hand over | `custody history` shows where it went",
      ]
    ) { clinic in
      try drawn(&clinic)
      try clinic.record(clinic.give(700))
      return clinic.handoff(to: try PersonID("p9"))
    },
    Refusal(
      "diluted in words",
      [
        "the diluent is none that the ledger knows | such as `NaCl 0.9 %`, `D5W` or `sterile water`; otherwise `other`, and `--note` says what"
      ]
    ) { clinic in
      try drawn(&clinic)
      var event = clinic.prepare(700)
      event.diluent = "the bag of Jane Roe"
      return event
    },
    Refusal(
      "completing what is no dose",
      ["entry 14 is not a dose | `custody status` lists the doses that lack something"]
    ) { clinic in
      try drawn(&clinic)
      return clinic.complete(14, Particulars(hasOrder: true))
    },
    Refusal("completing what never was", ["entry 15 was corrected by entry 16"]) { clinic in
      try drawn(&clinic)
      try clinic.record(clinic.give(700))
      try clinic.record(clinic.correction(of: 15))
      return clinic.complete(15, Particulars(hasOrder: true))
    },
    Refusal(
      "nothing added, for another patient",
      [
        "entry 15 is a dose of another patient",
        "nothing is added to entry 15 | name what is known: the order, the prescriber, the authority, the route",
      ]
    ) { clinic in
      try drawn(&clinic)
      try clinic.record(clinic.give(700))
      return AdministrationCompleted(
        entry: 15, recipient: Clinic.quinn, particulars: Particulars())
    },
    Refusal(
      "said twice",
      [
        "entry 15 has its order already | if it is wrong, `custody correct` the dose and record it again",
        "entry 15 has its route already | if it is wrong, `custody correct` the dose and record it again",
      ]
    ) { clinic in
      try drawn(&clinic)
      var dose = clinic.give(700)
      dose.particulars.hasOrder = true
      try clinic.record(dose)
      try clinic.record(clinic.complete(15, Particulars(route: "NASAL")))
      return clinic.complete(15, Particulars(hasOrder: true, route: "ORAL"))
    },
  ]
}

// MARK: The fold

extension FoldTests {
  static let given: @Sendable (inout Clinic) throws -> Void = { clinic in
    try FoldTests.drawn(&clinic)
    try clinic.record(clinic.give(700))
  }

  static let diluted: @Sendable (inout Clinic) throws -> Void = { clinic in
    try FoldTests.drawn(&clinic)
    try clinic.record(clinic.prepare(700))
  }

  static let doses: [Deed] = [
    Deed("a handoff", adds: ["holder D-1 p2"], removes: [], before: FoldTests.drawn) {
      $0.handoff()
    },
    Deed(
      "a preparation", adds: ["infusion D-1 0.000 of 100.000"], removes: [],
      before: FoldTests.drawn
    ) { $0.prepare(700) },
    Deed(
      "a part of an infusion",
      adds: [
        "administered \(k) 0.406", "dose 16 lacks the order or the prescriber, the route",
        "draw D-1 aaaaaaaaaaaaaaaa -", "draw:D-1 \(k) 0.294", "infusion D-1 58.000 of 100.000",
      ],
      removes: ["draw D-1 - -", "draw:D-1 \(k) 0.700", "infusion D-1 0.000 of 100.000"],
      before: diluted
    ) { $0.infuse(58_000, drug: 406) },
    Deed(
      "a completion in part", adds: ["dose 15 lacks the route"],
      removes: ["dose 15 lacks the order or the prescriber, the route"], before: given
    ) { $0.complete(15, Particulars(prescriber: "Dr Oak")) },
    Deed(
      "a completion", adds: [],
      removes: ["dose 15 lacks the order or the prescriber, the route"], before: given
    ) { $0.complete(15, Particulars(hasOrder: true, route: "NASAL")) },
  ]
}

@Suite("Doses, folded")
struct DoseFoldTests {
  @Test("parts of an infusion round each, and the last takes the rest")
  func parts() throws {
    var clinic = try Clinic.stocked()
    try FaultTests.prepared(&clinic)
    let draw = try DrawID("D-1")
    for (volume, drug) in [(33_333, 233), (33_333, 233), (33_334, 234)] as [(Int64, Int64)] {
      let part = Infusion(
        infused: Amount(thousandths: volume), total: Amount(thousandths: 100_000))
      let record = try #require(clinic.state.draws[draw])
      #expect(clinic.state.drug(in: part, of: record)?.thousandths == drug)
      try clinic.record(clinic.infuse(volume, drug: drug))
    }
    #expect(clinic.state.openDraws.isEmpty)
    // Whichever part is taken back, what it held is left for a part of the same volume.
    try clinic.record(clinic.correction(of: 16))
    #expect(clinic.state.openDraws.map { clinic.state.remaining($0).thousandths } == [233])
    try clinic.record(clinic.infuse(33_333, drug: 233))
    #expect(clinic.state.openDraws.isEmpty)
  }

  @Test("a draw goes through three hands, and back in any order")
  func hands() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.drawn(&clinic)
    let draw = try DrawID("D-1")
    try clinic.record(clinic.handoff(), witnesses: [Clinic.ben])  // 15
    #expect(clinic.state.lastTouched.draws == [draw])
    try clinic.record(clinic.handoff(from: Clinic.ben, to: Clinic.ana), by: Clinic.ben)  // 16
    #expect(clinic.state.draws[draw]?.holder == Clinic.ana)
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.draws[draw]?.holder == Clinic.ana)
    try clinic.record(clinic.correction(of: 16))
    #expect(clinic.state.draws[draw]?.holder == Clinic.ana)
  }

  @Test("a dose and what completes it")
  func completions() throws {
    var clinic = try Clinic.stocked()
    try FoldTests.given(&clinic)
    try clinic.record(clinic.complete(15, Particulars(prescriber: "Dr Oak")))  // 16
    try clinic.record(clinic.complete(15, Particulars(hasOrder: true, route: "NASAL")))  // 17
    #expect(
      clinic.state.particulars(of: 15)
        == Particulars(hasOrder: true, prescriber: "Dr Oak", route: "NASAL"))
    try clinic.record(clinic.correction(of: 16))
    #expect(clinic.state.incompleteDoses.isEmpty)
    try clinic.record(clinic.correction(of: 17))
    #expect(clinic.state.incompleteDoses.map(\.entry) == [15])
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.incompleteDoses.isEmpty && clinic.state.particulars(of: 15) == nil)
  }
}
