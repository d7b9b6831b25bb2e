import Compliance
import Dispensary
import Notation
import Testing

extension Clinic {
  /// A product like the testosterone of the clinic, in another schedule or by another labeler.
  mutating func addProduct(_ id: String, _ schedule: Schedule = .three, _ strength: String) throws {
    try record(
      ProductAdded(
        product: Product(
          id: ProductID(id), name: id, genericName: "testosterone cypionate", labeler: "Moon",
          schedule: schedule,
          ingredients: [
            Product.Ingredient(
              Substance(listed: "TESTOSTERONE CYPIONATE", in: schedule), strength: strength)
          ], strength: Strength(strength),
          packages: [try Package(ndc: nil, container: Quantity(1, .milliliter), containers: 1)],
          provenance: .typed)))
  }

  /// An oxybate, which is gamma-hydroxybutyric acid by another name.
  mutating func addOxybate() throws -> ProductID {
    let id = try ProductID("oxybate")
    let salt = Substance(listed: "SODIUM OXYBATE", in: .three)
    try record(
      ProductAdded(
        product: Product(
          id: id, name: "oxybate", genericName: "sodium oxybate", labeler: "Moon",
          schedule: .three, ingredients: [Product.Ingredient(salt, strength: "500 mg/mL")],
          strength: Strength("500 mg/mL"),
          packages: [try Package(ndc: nil, container: Quantity(180, .milliliter), containers: 1)],
          provenance: .typed)))
    return id
  }

  mutating func receive(
    _ item: Item, status: Position.Status = .available, owner: String = "general"
  ) throws {
    try record(
      Receipt(
        supplier: Clinic.supplier, invoice: "INV-9",
        lines: [
          Clinic.line(item, 2_000, Position(Clinic.vault, status: status, owner: owner))
        ]))
  }

  /// A prescription that may be refilled until the Schedule's last day, of 1 mL testosterone.
  mutating func monthly(_ product: ProductID = Clinic.testosterone.product, issued: String) throws {
    try record(order(1_000, product, issued: issued))
  }
}

extension RuleTests {
  private static let ampule = Clinic.fill(1_000, Clinic.testosterone)

  static let prescriptions: [Situation] =
    ordering + timing + filling + stockOfFilling + handing + closing

  private static let ordering: [Situation] = [
    Situation("rx.refills", "none") { $0.order(refills: 0) },
    Situation("rx.refills", "five") { $0.order(refills: 5) },
    Situation("rx.refills", "six", ["6 refills are more than five"]) { $0.order(refills: 6) },
    Situation("rx.refills", "six of Schedule IV", ["6 refills are more than five"]) { clinic in
      try clinic.addProduct("four", .four, "100 mg/mL")
      return clinic.order(1_000, try ProductID("four"), refills: 6)
    },
    Situation("rx.refills", "six of Schedule V") { clinic in
      try clinic.addProduct("five", .five, "100 mg/mL")
      return clinic.order(1_000, try ProductID("five"), refills: 6)
    },

    Situation("rx.prescriber", "a practitioner") { $0.order() },
    Situation("rx.prescriber", "a mid-level practitioner") {
      $0.order(dea: try DEANumber("MB1234563"))
    },
    Situation("rx.prescriber", "a resident under a hospital's number") {
      $0.order(dea: try DEANumber("BH1234563-044"))
    },
    Situation(
      "rx.prescriber", "a distributor",
      ["registration `RB1234563` is not of a kind that prescribes"]
    ) { $0.order(dea: try DEANumber("RB1234563")) },

    Situation("rx.medical-need", "of another drug") { $0.order() },
    Situation("rx.medical-need", "noted on its face") { clinic in
      var order = clinic.order(180_000, try clinic.addOxybate())
      order.hasMedicalNeed = true
      return order
    },
    Situation("rx.medical-need", "not noted", ["the prescription notes no medical need"]) {
      clinic in clinic.order(180_000, try clinic.addOxybate())
    },

    Situation("rx.pharmacist", "a pharmacist fills", by: Clinic.ben) { clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation("rx.pharmacist", "a prescriber dispenses", by: Clinic.cleo) { clinic in
      try clinic.prescribed()
      try clinic.addPerson([.prescriber])
      return Clinic.fill(2_000)
    },
    Situation("rx.pharmacist", "a nurse, checked by a pharmacist", witnesses: [Clinic.ben]) {
      clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation("rx.pharmacist", "a nurse", ["neither a pharmacist nor a prescriber signs"]) {
      clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation(
      "rx.pharmacist", "a technician, checked by a nurse",
      ["neither a pharmacist nor a prescriber signs"], witnesses: [Clinic.ana], by: Clinic.cleo
    ) { clinic in
      try clinic.filled()
      try clinic.addPerson([.technician])
      return Clinic.pickup(2_000)
    },
    Situation("rx.pharmacist", "anyone puts back what nobody came for") { clinic in
      try clinic.filled()
      return Clinic.back(2_000)
    },
  ]

  private static let timing: [Situation] = [
    Situation("rx.before-issue", "on the day") { clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation("rx.before-issue", "the day before", ["`Rx-1` was issued on 2026-11-21"], ago: day) {
      clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation(
      "rx.before-issue", "still the day before in New York", ["`Rx-1` was issued on 2026-11-21"],
      ago: 4 * 60 * minute, zone: newYork
    ) { clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },

    Situation("rx.six-months", "the last day") { clinic in
      try clinic.monthly(issued: "2026-11-21")
      clinic.wait(until: "2027-05-21T23:59:59.999Z")
      return ampule
    },
    Situation(
      "rx.six-months", "the day after",
      ["`Rx-1` was issued on 2026-11-21; its last day was 2027-05-21"]
    ) { clinic in
      try clinic.monthly(issued: "2026-11-21")
      clinic.wait(until: "2027-05-22T00:00:00.000Z")
      return ampule
    },
    Situation("rx.six-months", "from a long month to the end of a short one") { clinic in
      try clinic.monthly(issued: "2026-08-31")
      clinic.wait(until: "2027-02-28T23:59:59.999Z")
      return ampule
    },
    Situation(
      "rx.six-months", "past the end of the short one",
      ["`Rx-1` was issued on 2026-08-31; its last day was 2027-02-28"]
    ) { clinic in
      try clinic.monthly(issued: "2026-08-31")
      clinic.wait(until: "2027-03-01T00:00:00.000Z")
      return ampule
    },
    Situation("rx.six-months", "the last day in New York", zone: newYork) { clinic in
      try clinic.monthly(issued: "2026-08-31")
      clinic.wait(until: "2027-03-01T04:59:59.999Z")
      return ampule
    },
    Situation("rx.six-months", "recorded after, filled before", ago: day) { clinic in
      try clinic.monthly(issued: "2026-11-21")
      clinic.wait(until: "2027-05-22T12:00:00.000Z")
      return ampule
    },
    Situation("rx.six-months", "Schedule V has no such limit") { clinic in
      try clinic.addProduct("five", .five, "100 mg/mL")
      try clinic.receive(Item(ProductID("five"), "F1"))
      try clinic.monthly(ProductID("five"), issued: "2026-11-21")
      clinic.wait(until: "2027-08-22T00:00:00.000Z")
      return Clinic.fill(1_000, Item(try ProductID("five"), "F1"))
    },

    Situation("rx.picked-up-late", "the last day") { clinic in
      try clinic.filled()
      clinic.wait(until: "2027-05-21T23:59:59.999Z")
      return Clinic.pickup(2_000)
    },
    Situation(
      "rx.picked-up-late", "the day after",
      ["`Rx-1` was issued on 2026-11-21; its last day was 2027-05-21"]
    ) { clinic in
      try clinic.filled()
      clinic.wait(until: "2027-05-22T00:00:00.000Z")
      return Clinic.pickup(2_000)
    },

    Situation("rx.early", "when the days have run") { clinic in
      try clinic.prescribed(1_000, days: 30)
      try clinic.record(Clinic.fill(1_000))
      clinic.wait(until: "2026-12-21T00:00:00.000Z")
      return Clinic.fill(1_000, number: 1)
    },
    Situation(
      "rx.early", "on the last of them",
      ["filling 0 of 2026-11-21 was for 30 days, until 2026-12-21"]
    ) { clinic in
      try clinic.prescribed(1_000, days: 30)
      try clinic.record(Clinic.fill(1_000))
      clinic.wait(until: "2026-12-20T23:59:59.999Z")
      return Clinic.fill(1_000, number: 1)
    },
    Situation("rx.early", "nobody said how long") { clinic in
      try clinic.prescribed(1_000)
      try clinic.record(Clinic.fill(1_000))
      return Clinic.fill(1_000, number: 1)
    },
    Situation("rx.early", "the rest of the same filling") { clinic in
      try clinic.prescribed(2_000, days: 30)
      try clinic.record(Clinic.fill(1_000))
      return Clinic.fill(1_000)
    },
    Situation(
      "rx.early", "half a filling lasts half as long",
      ["filling 0 of 2026-11-21 was for 15 days, until 2026-12-06"]
    ) { clinic in
      try clinic.prescribed(2_000, days: 30)
      try clinic.record(Clinic.fill(1_000))
      clinic.wait(until: "2026-12-05T12:00:00.000Z")
      return Clinic.fill(1_000, number: 1)
    },
    Situation(
      "rx.early", "filled anew after it went back",
      ["filling 0 of 2026-12-10 was for 30 days, until 2027-01-09"]
    ) { clinic in
      try clinic.prescribed(1_000, days: 30)
      try clinic.record(Clinic.fill(1_000))
      try clinic.record(Clinic.back(1_000))
      clinic.wait(until: "2026-12-10T12:00:00.000Z")
      try clinic.record(Clinic.fill(1_000))
      clinic.wait(until: "2026-12-22T12:00:00.000Z")
      return Clinic.fill(1_000, number: 1)
    },
  ]

  private static let filling: [Situation] = [
    Situation("rx.refills-left", "the last refill") { clinic in
      try clinic.prescribed(1_000, refills: 1)
      try clinic.record(Clinic.fill(1_000))
      return Clinic.fill(1_000, number: 1)
    },
    Situation("rx.refills-left", "one more", ["`Rx-1` has no refills left of 1"]) { clinic in
      try clinic.prescribed(1_000, refills: 1)
      for number: Int64 in 0...1 { try clinic.record(Clinic.fill(1_000, number: number)) }
      return Clinic.fill(1_000, number: 2)
    },
    Situation("rx.refills-left", "no refills at all", ["`Rx-1` has no refills"]) { clinic in
      try clinic.prescribed(1_000, refills: 0)
      try clinic.record(Clinic.fill(1_000))
      return Clinic.fill(1_000, number: 1)
    },
    Situation("rx.refills-left", "a refill that went back is there again") { clinic in
      try clinic.prescribed(1_000, refills: 1)
      for number: Int64 in 0...1 { try clinic.record(Clinic.fill(1_000, number: number)) }
      try clinic.record(Clinic.back(1_000, number: 1))
      return Clinic.fill(1_000, number: 1)
    },

    Situation("rx.more-than-prescribed", "two parts make a whole") { clinic in
      try clinic.filled(1_000)
      return Clinic.fill(1_000)
    },
    Situation(
      "rx.more-than-prescribed", "two parts make more",
      ["3 devices would be filled of 2 devices prescribed"]
    ) { clinic in
      try clinic.filled(1_000)
      return Clinic.fill(2_000)
    },
    Situation(
      "rx.more-than-prescribed", "a smallest unit more",
      ["1.001 mL would be filled of 1.000 mL prescribed"]
    ) { clinic in
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(1_001, Clinic.testosterone)
    },
    Situation("rx.more-than-prescribed", "what went back counts as never filled") { clinic in
      try clinic.filled(2_000)
      try clinic.record(Clinic.back(1_000))
      return Clinic.fill(1_000)
    },

    Situation("rx.other-drug", "as prescribed") { clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation(
      "rx.other-drug", "another drug",
      ["`testosterone` is not what `Rx-1` is for, `50458-028`"]
    ) { clinic in
      try clinic.prescribed()
      return ampule
    },
    Situation("rx.other-drug", "another labeler's") { clinic in
      try clinic.addProduct("moon", .three, "200 mg/mL")
      try clinic.receive(Item(ProductID("moon"), "M1"))
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(1_000, Item(try ProductID("moon"), "M1"))
    },
    Situation(
      "rx.other-drug", "another labeler's, to be dispensed as written",
      ["`moon` is not what `Rx-1` is for, `testosterone`"]
    ) { clinic in
      try clinic.addProduct("moon", .three, "200 mg/mL")
      try clinic.receive(Item(ProductID("moon"), "M1"))
      try clinic.record(clinic.order(1_000, Clinic.testosterone.product, asWritten: true))
      return Clinic.fill(1_000, Item(try ProductID("moon"), "M1"))
    },
    Situation(
      "rx.other-drug", "another strength", ["`moon` is not what `Rx-1` is for, `testosterone`"]
    ) { clinic in
      try clinic.addProduct("moon", .three, "100 mg/mL")
      try clinic.receive(Item(ProductID("moon"), "M1"))
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(1_000, Item(try ProductID("moon"), "M1"))
    },
  ]

  private static let stockOfFilling: [Situation] = [
    Situation("rx.expired-lot", "the day of expiry") { clinic in
      try clinic.monthly(issued: "2026-11-21")
      clinic.wait(until: "2027-04-30T23:59:59.999Z")
      return ampule
    },
    Situation("rx.expired-lot", "the day after", ["lot `T1` expired on 2027-04-30"]) { clinic in
      try clinic.monthly(issued: "2026-11-21")
      clinic.wait(until: "2027-05-01T00:00:00.000Z")
      return ampule
    },

    Situation("rx.expired-lot", "picked up on the day of expiry") { clinic in
      try clinic.filled()
      clinic.wait(until: "2027-04-30T23:59:59.999Z")
      return Clinic.pickup(2_000)
    },
    Situation(
      "rx.expired-lot", "expired while it waited", ["lot `S1` expired on 2027-04-30"]
    ) { clinic in
      try clinic.filled()
      clinic.wait(until: "2027-05-01T00:00:00.000Z")
      return Clinic.pickup(2_000)
    },

    Situation("rx.not-available", "available") { clinic in
      try clinic.monthly(issued: "2026-11-21")
      return ampule
    },
    Situation("rx.not-available", "set aside", ["what is at `vault` is quarantined"]) { clinic in
      try clinic.receive(Clinic.testosterone, status: .quarantined)
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(
        1_000, Clinic.testosterone, from: Position(Clinic.vault, status: .quarantined))
    },

    Situation("rx.owner", "the patient's own") { clinic in
      try clinic.receive(Clinic.testosterone, owner: Clinic.pat.text)
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(
        1_000, Clinic.testosterone, from: Position(Clinic.vault, owner: Clinic.pat.text))
    },
    Situation("rx.owner", "another's", ["lot `T1` at `vault` belongs to another patient"]) {
      clinic in
      try clinic.receive(Clinic.testosterone, owner: Clinic.quinn.text)
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(
        1_000, Clinic.testosterone, from: Position(Clinic.vault, owner: Clinic.quinn.text))
    },

    Situation("rx.whole-containers", "an ampule") { clinic in
      try clinic.monthly(issued: "2026-11-21")
      return ampule
    },
    Situation(
      "rx.whole-containers", "an ampule and a half",
      ["1.500 mL from `vault` are not whole containers"]
    ) { clinic in
      try clinic.monthly(issued: "2026-11-21")
      return Clinic.fill(1_500, Clinic.testosterone)
    },
    Situation("rx.whole-containers", "out of an open vial", ["what is at `V-1` is opened"]) {
      clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.order(5_000, Clinic.ketamine.product))
      return Clinic.fill(5_000, Clinic.ketamine, from: clinic.vial())
    },
    Situation("rx.whole-containers", "a kit") { clinic in
      try clinic.record(clinic.order())
      return Clinic.fill(2_000, from: Position(Clinic.vault, .kit(Clinic.kit)))
    },
    Situation(
      "rx.whole-containers", "half a kit",
      ["1 device from `vault` (unopened kits) are not whole containers"]
    ) { clinic in
      try clinic.record(clinic.order())
      return Clinic.fill(1_000, from: Position(Clinic.vault, .kit(Clinic.kit)))
    },
    Situation("rx.whole-containers", "pieces") { clinic in
      try clinic.prescribed()
      return Clinic.fill(1_000)
    },

    Situation("rx.return-owner", "back where it came from") { clinic in
      try clinic.filled()
      return Clinic.back(2_000)
    },
    Situation("rx.return-owner", "to another room") { clinic in
      try clinic.filled()
      return Clinic.back(2_000, to: Position(Clinic.room))
    },
    Situation(
      "rx.return-owner", "to quarantine",
      ["lot `S1` came from other stock than it would go back to"]
    ) { clinic in
      try clinic.filled()
      return Clinic.back(2_000, to: Position(Clinic.vault, status: .quarantined))
    },
    Situation(
      "rx.return-owner", "to a patient",
      ["lot `S1` came from other stock than it would go back to"]
    ) { clinic in
      try clinic.filled()
      return Clinic.back(2_000, to: Position(Clinic.vault, owner: Clinic.pat.text))
    },
  ]

  private static let handing: [Situation] = [
    Situation("rx.delivery-proof", "picked up") { clinic in
      try clinic.filled()
      return Clinic.pickup(2_000)
    },
    Situation("rx.delivery-proof", "delivered against a slip") { clinic in
      try clinic.filled()
      return Clinic.pickup(
        2_000, setting: .init(name: "Elm Clinic", dea: Clinic.dea, hasProof: true))
    },
    Situation(
      "rx.delivery-proof", "delivered, it is said", ["nothing proves the delivery to Elm Clinic"]
    ) { clinic in
      try clinic.filled()
      return Clinic.pickup(
        2_000, setting: .init(name: "Elm Clinic", dea: Clinic.dea, hasProof: false))
    },
  ]

  private static let closing: [Situation] = [
    Situation("rx.closed", "open") { clinic in
      try clinic.prescribed()
      return Clinic.fill(2_000)
    },
    Situation("rx.closed", "filled when void", ["`Rx-1` was voided by entry 15"]) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.void())
      return Clinic.fill(2_000)
    },
    Situation("rx.closed", "picked up when void", ["`Rx-1` was voided by entry 16"]) { clinic in
      try clinic.filled()
      try clinic.record(Clinic.void())
      return Clinic.pickup(2_000)
    },
    Situation("rx.closed", "filled when transferred", ["`Rx-1` was transferred by entry 15"]) {
      clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.transfer())
      return Clinic.fill(2_000)
    },
    Situation("rx.closed", "voided by mistake, and corrected") { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.void())
      try clinic.record(clinic.correction(of: 15))
      return Clinic.fill(2_000)
    },

    Situation("rx.transferred-once", "once") { clinic in
      try clinic.prescribed()
      return Clinic.transfer()
    },
    Situation(
      "rx.transferred-once", "twice", ["`Rx-1` was transferred to Elm Pharmacy by entry 15"]
    ) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.transfer())
      return Clinic.transfer()
    },

    Situation("rx.will-call-first", "nothing waits") { clinic in
      try clinic.filled()
      try clinic.record(Clinic.pickup(2_000))
      return Clinic.void()
    },
    Situation(
      "rx.will-call-first", "void", ["will-call holds 1 device of filling 0"]
    ) { clinic in
      try clinic.filled()
      try clinic.record(Clinic.pickup(1_000))
      return Clinic.void()
    },
    Situation(
      "rx.will-call-first", "transfer", ["will-call holds 2 devices of filling 0"]
    ) { clinic in
      try clinic.filled()
      return Clinic.transfer()
    },

    Situation("erase.open-prescription", "none", witnesses: [Clinic.ben]) { _ in
      try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.open-prescription", "another patient's", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(clinic.order(for: Clinic.quinn))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.open-prescription", "on its last day", ["`Rx-1` may still be filled"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.prescribed()
      clinic.wait(until: "2027-05-21T23:59:59.999Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.open-prescription", "the day after", witnesses: [Clinic.ben]) { clinic in
      try clinic.prescribed()
      clinic.wait(until: "2027-05-22T00:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.open-prescription", "voided", witnesses: [Clinic.ben]) { clinic in
      try clinic.prescribed()
      try clinic.record(Clinic.void())
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.open-prescription", "used up", witnesses: [Clinic.ben]) { clinic in
      try clinic.prescribed(refills: 0)
      try clinic.record(Clinic.fill(2_000))
      try clinic.record(Clinic.pickup(2_000))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.open-prescription", "it waits, long after", ["`Rx-1` waits in will-call"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.filled()
      clinic.wait(until: "2029-05-22T00:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
  ]
}
