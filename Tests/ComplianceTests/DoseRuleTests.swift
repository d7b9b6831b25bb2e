import Compliance
import Dispensary
import Notation
import Testing

extension RuleTests {
  static let whole = Particulars(hasOrder: true, route: "INTRAMUSCULAR")

  static func dose(_ particulars: Particulars, _ clinic: inout Clinic) throws -> any Event {
    try clinic.drawn()
    var dose = clinic.give(700)
    dose.particulars = particulars
    return dose
  }

  /// A dose of entry 15 that lacks everything.
  static func given(_ clinic: inout Clinic) throws {
    try clinic.drawn()
    try clinic.record(clinic.give(700))
  }

  /// A liquid whose label says how it is given, drawn and in hand.
  static func labeled(
    _ routes: [String], given route: String?, _ clinic: inout Clinic
  ) throws -> Administration {
    let ketamine = try Clinic.products()[0]
    let item = Item(try ProductID("labeled"), "L1")
    let product = try Product(
      id: item.product, name: "labeled", genericName: "ketamine", labeler: "Kabi",
      schedule: .three, routes: routes, ingredients: ketamine.ingredients,
      strength: ketamine.strength, packages: ketamine.packages, isMultiDose: true,
      provenance: .typed)
    try clinic.record(ProductAdded(product: product))
    let line = Clinic.line(item, 5_000)
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "L-1", lines: [line]))
    try clinic.record(clinic.open(item))
    try clinic.record(clinic.draw(700, item))
    var dose = clinic.give(700, 1, item)
    dose.particulars.route = route
    return dose
  }

  /// A dose of the second lot after one of the first, so much time after.
  static func second(
    _ item: Item, after: Int64 = 0, correcting: Bool = false, _ clinic: inout Clinic
  ) throws -> any Event {
    try given(&clinic)
    if correcting { try clinic.record(clinic.correction(of: 15)) }
    clinic.now = clinic.now.adding(milliseconds: after)
    try clinic.record(clinic.open(item, size: item == Clinic.testosterone ? 1_000 : 5_000))
    try clinic.record(clinic.draw(500, item, from: clinic.vial(2)))
    return clinic.give(500, 2, item)
  }

  static func diluted(_ clinic: inout Clinic) throws {
    try clinic.drawn()
    try clinic.record(clinic.prepare(700, until: Instant("2026-11-21T10:00:00.000Z")))
  }

  static let particulars = "administration.particulars"
  static let twoLots = "administration.two-lots"
  static let signatures = "handoff.signatures"

  static let doses: [Situation] = [
    Situation(particulars, "order and route") { try dose(whole, &$0) },
    Situation(particulars, "prescriber and route") {
      try dose(Particulars(prescriber: "Dr Oak", route: "NASAL"), &$0)
    },
    Situation(
      particulars, "nothing",
      ["the order or the prescriber and the route of the dose are not written down"]
    ) { try dose(Particulars(), &$0) },
    Situation(particulars, "no route", ["the route of the dose is not written down"]) {
      try dose(Particulars(hasOrder: true), &$0)
    },
    Situation(
      particulars, "an authority alone",
      ["the order or the prescriber of the dose is not written down"]
    ) { try dose(Particulars(authority: .emergency, route: "NASAL"), &$0) },
    Situation(particulars, "completed") { clinic in
      try given(&clinic)
      return clinic.complete(15, whole)
    },
    Situation(particulars, "completed in part", ["the route of the dose is not written down"]) {
      clinic in
      try given(&clinic)
      return clinic.complete(15, Particulars(hasOrder: true))
    },

    Situation("administration.route", "as on the label") {
      try labeled(["NASAL"], given: "NASAL", &$0)
    },
    Situation("administration.route", "a bolus into the vein") {
      try labeled(["INTRAMUSCULAR", "INTRAVENOUS"], given: "INTRAVENOUS BOLUS", &$0)
    },
    Situation(
      "administration.route", "another",
      ["the label of `labeled` says intramuscular, intravenous, not nasal"]
    ) { try labeled(["INTRAMUSCULAR", "INTRAVENOUS"], given: "NASAL", &$0) },
    Situation("administration.route", "a label without routes") {
      try labeled([], given: "NASAL", &$0)
    },
    Situation(
      "administration.route", "another, said later", ["the label of `labeled` says nasal, not oral"]
    ) { clinic in
      try clinic.record(try labeled(["NASAL"], given: nil, &clinic))
      return clinic.complete(17, Particulars(route: "ORAL"))
    },

    Situation(twoLots, "one lot twice") { clinic in
      try clinic.drawn()
      try clinic.record(clinic.give(300))
      return clinic.give(400)
    },
    Situation(
      twoLots, "two on one day",
      ["this patient had lot `K1` of `65219-186` on the same day, and gets lot `K2`"]
    ) { try second(Clinic.ketamineB, &$0) },
    Situation(twoLots, "two on two days") { try second(Clinic.ketamineB, after: day, &$0) },
    Situation(twoLots, "the first was never given") {
      try second(Clinic.ketamineB, correcting: true, &$0)
    },
    Situation(twoLots, "two products") { try second(Clinic.testosterone, &$0) },

    Situation("draw.holder", "the holder gives") { clinic in
      try clinic.drawn()
      return clinic.give(700)
    },
    Situation(
      "draw.holder", "another wastes", ["draw `D-1` is in the hands of `ana`"], by: Clinic.ben
    ) { clinic in
      try clinic.drawn()
      return clinic.waste(700)
    },
    Situation(
      "draw.holder", "another dilutes", ["draw `D-1` is in the hands of `ana`"], by: Clinic.ben
    ) { clinic in
      try clinic.drawn()
      return clinic.prepare(700)
    },
    Situation("draw.holder", "the receiver gives", by: Clinic.ben) { clinic in
      try clinic.drawn()
      try clinic.record(clinic.handoff(), witnesses: [Clinic.ben])
      return clinic.give(700)
    },
    Situation("draw.holder", "another takes up a staged syringe", by: Clinic.ben) { clinic in
      try staged(&clinic)
      return clinic.give(700)
    },

    Situation(signatures, "both", witnesses: [Clinic.ben]) { clinic in
      try clinic.drawn()
      return clinic.handoff()
    },
    Situation(
      signatures, "the holder alone", ["`ben` has not signed for draw `D-1`"]
    ) { clinic in
      try clinic.drawn()
      return clinic.handoff()
    },
    Situation(
      signatures, "the receiver alone", ["`ana` holds draw `D-1`, and has not signed"],
      by: Clinic.ben
    ) { clinic in
      try clinic.drawn()
      return clinic.handoff()
    },

    Situation("handoff.receiver", "a pharmacist", witnesses: [Clinic.ben]) { clinic in
      try clinic.drawn()
      return clinic.handoff()
    },
    Situation(
      "handoff.receiver", "an inspector",
      [
        "`cleo` (inspector) may not do this; it takes one of: nurse, pharmacist, prescriber, technician"
      ], witnesses: [Clinic.cleo]
    ) { clinic in
      try clinic.drawn()
      try clinic.addPerson([.inspector])
      return clinic.handoff(to: Clinic.cleo)
    },

    Situation("prepare.counted", "a liquid") { clinic in
      try clinic.drawn()
      return clinic.prepare(700)
    },
    Situation(
      "prepare.counted", "a spray device", ["`D-1` is counted in devices, which nobody dilutes"]
    ) { clinic in
      try clinic.record(
        KitUnpacked(
          item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
          amount: Amount(thousandths: 2_000), kits: 1))
      try clinic.record(
        Draw(
          id: DrawID("D-1"), item: Clinic.spray, from: Position(Clinic.vault),
          quantity: Amount(thousandths: 1_000), holder: Clinic.ana, patient: Clinic.pat))
      var prepared = clinic.prepare(1_000)
      prepared.item = Clinic.spray
      return prepared
    },
    Situation("prepare.beyond-use", "four hours after the draw") { clinic in
      try clinic.drawn()
      let drawnAt = clinic.state.openDraws[0].drawnAt
      return clinic.prepare(700, until: drawnAt.adding(milliseconds: 240 * minute))
    },
    Situation(
      "prepare.beyond-use", "a millisecond more",
      ["draw `D-1` may be used until 2026-11-21 12:14 +00:00, no longer"]
    ) { clinic in
      try clinic.drawn()
      let drawnAt = clinic.state.openDraws[0].drawnAt
      return clinic.prepare(700, until: drawnAt.adding(milliseconds: 240 * minute + 1))
    },

    Situation("administration.beyond-use", "an infusion begun in time") { clinic in
      try diluted(&clinic)
      clinic.wait(until: "2026-11-21T10:30:00.000Z")
      var dose = clinic.infuse(100_000, drug: 700)
      dose.started = Instant("2026-11-21T09:59:59.999Z")
      return dose
    },
    Situation(
      "administration.beyond-use", "an infusion begun late",
      ["infusion `D-1` is past its beyond-use time, 2026-11-21 10:00 +00:00"]
    ) { clinic in
      try diluted(&clinic)
      clinic.wait(until: "2026-11-21T10:30:00.000Z")
      var dose = clinic.infuse(100_000, drug: 700)
      dose.started = Instant("2026-11-21T10:00:00.000Z")
      return dose
    },

    Situation(
      "draw.beyond-book", "more sprays than the lot has",
      ["5 devices is more than `vault` can give: 4 devices by the book"]
    ) { clinic in
      try unpacked(&clinic)
      return clinic.draw(5_000, Clinic.spray, from: Position(Clinic.vault))
    },
  ]
}

@Suite("Where the rest of a draw is")
struct OtherLotTests {
  @Test("the hint names the other lots, and how to draw from each")
  func hint() throws {
    var clinic = try Clinic.stocked()
    try RuleTests.unpacked(&clinic)
    let other = Item(Clinic.spray.product, "S2")
    let line = Clinic.line(other, 2_000, Position(Clinic.room))
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "L-1", lines: [line]))
    let draw = clinic.draw(5_000, Clinic.spray, from: Position(Clinic.vault))
    let finding = try clinic.findings(draw).first { $0.rule == "draw.beyond-book" }
    #expect(
      finding?.hint
        == "draw what there is, and the rest from another: "
        + "`custody draw 50458-028 '1 device' --lot S2 --in room-1`")
  }
}
