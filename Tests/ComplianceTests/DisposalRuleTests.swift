import Compliance
import Dispensary
import Notation

extension RuleTests {
  static let hour: Int64 = 3_600_000
  static let expired = "2027-05-01T00:00:00.000Z"

  static func heldWaste(_ clinic: inout Clinic, hours: Int64) throws -> any Event {
    try clinic.drawn()
    try clinic.record(clinic.hold(700))
    clinic.now = clinic.now.adding(milliseconds: hours * hour - 60_000)
    return Waste(
      source: .container(Clinic.held), item: Clinic.ketamine, quantity: Amount(thousandths: 700),
      method: "charcoal", place: Clinic.vault, patient: Clinic.pat)
  }

  static func spilled(_ clinic: inout Clinic) throws -> any Event {
    try clinic.record(clinic.open())
    return clinic.spill(100)
  }

  static func spilledAgain(_ clinic: inout Clinic, days: Int64) throws -> any Event {
    try clinic.record(clinic.open())
    try clinic.record(clinic.spill(100))
    clinic.now = clinic.now.adding(milliseconds: days * day - 60_000)
    return clinic.spill(100)
  }

  static func acknowledged(_ clinic: inout Clinic, _ amount: Int64) throws -> any Event {
    try clinic.record(clinic.ship(clinic.out(5_000)))
    return clinic.acknowledge(amount)
  }

  static func batch(
    _ clinic: inout Clinic, _ line: OutgoingLine? = nil,
    provenance: Product.Provenance = .compounded
  ) throws -> any Event {
    try clinic.record(ProductAdded(product: Clinic.nasalSpray(provenance: provenance)))
    return clinic.start(line ?? clinic.out(5_000))
  }

  /// Stock of the vault in quarantine, and a patient's own.
  static func set(
    _ clinic: inout Clinic, status: Position.Status = .available, owner: String = "general"
  ) throws -> OutgoingLine {
    let position = Position(Clinic.vault, status: status, owner: owner)
    try clinic.record(
      Receipt(
        supplier: Clinic.supplier, invoice: "INV-2",
        lines: [Clinic.line(Clinic.ketamine, 5_000, position)]))
    return clinic.out(5_000, from: position)
  }

  static let disposal: [Situation] = leaving + distributing + compounding

  static let leaving: [Situation] = [
    Situation("waste.held-long", "an hour", witnesses: [Clinic.ben]) {
      try heldWaste(&$0, hours: 1)
    },
    Situation(
      "waste.held-long", "a day", ["`D-1` was held for waste for 24 hours"],
      witnesses: [Clinic.ben]
    ) { try heldWaste(&$0, hours: 24) },
    Situation(
      "waste.witness-required", "what was held, alone", ["no witness for 0.700 mL of waste"]
    ) {
      try heldWaste(&$0, hours: 1)
    },
    Situation("waste.inventory", "what was held", witnesses: [Clinic.ben]) {
      try heldWaste(&$0, hours: 1)
    },
    Situation(
      "waste.no-patient", "what was held of nobody",
      ["draw `D-1` was drawn for nobody, so that it is inventory, not waste"]
    ) {
      clinic in
      try clinic.drawn(patient: nil)
      try clinic.record(clinic.hold(700))
      return Waste(
        source: .container(Clinic.held), item: Clinic.ketamine,
        quantity: Amount(thousandths: 700), method: "charcoal", place: Clinic.vault)
    },
    Situation("stock.whole-units", "half a device held for waste") { clinic in
      try clinic.record(
        KitUnpacked(
          item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
          amount: Amount(thousandths: 4_000), kits: 2))
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Clinic.shelf))
      try clinic.record(clinic.give(500, 1, Clinic.spray))
      var hold = clinic.hold(500)
      hold.item = Clinic.spray
      return hold
    },

    Situation("spill.two-signers", "two", witnesses: [Clinic.ben]) { try spilled(&$0) },
    Situation("spill.two-signers", "one", ["nobody else signs for 0.100 mL spilled"]) {
      try spilled(&$0)
    },
    Situation("spill.repeated", "the first", witnesses: [Clinic.ben]) { try spilled(&$0) },
    Situation(
      "spill.repeated", "a day later", ["spill 2 that `ana` records within 30 days"],
      witnesses: [Clinic.ben]
    ) { try spilledAgain(&$0, days: 1) },
    Situation("spill.repeated", "thirty days later", witnesses: [Clinic.ben]) {
      try spilledAgain(&$0, days: 30)
    },
    Situation("spill.repeated", "somebody else's", witnesses: [Clinic.ana], by: Clinic.ben) {
      try spilledAgain(&$0, days: 1)
    },

    Situation("loss.notice", "a theft", ["a theft, discovered 2026-11-21 07:13 +00:00"]) {
      $0.loss(5_000, kind: .theft)
    },
    Situation("loss.notice", "a loss") { $0.loss(5_000) },
    Situation("loss.significance", "a theft") { $0.loss(5_000, kind: .theft) },
    Situation("loss.significance", "a loss", ["a loss, discovered 2026-11-21 07:13 +00:00"]) {
      $0.loss(5_000)
    },

    Situation("destroy.two-persons", "two", witnesses: [Clinic.ben]) {
      $0.destroy($0.out(5_000))
    },
    Situation("destroy.two-persons", "one", ["nobody else sees it destroyed"]) {
      $0.destroy($0.out(5_000))
    },
    Situation(
      "destroy.two-persons", "oneself", ["nobody else sees it destroyed"],
      witnesses: [Clinic.ana]
    ) { $0.destroy($0.out(5_000)) },
    Situation(
      "destroy.usable", "in date and available", ["lot `K1` at `vault` is usable"],
      witnesses: [Clinic.ben]
    ) { $0.destroy($0.out(5_000)) },
    Situation("destroy.usable", "expired", witnesses: [Clinic.ben]) { clinic in
      clinic.wait(until: expired)
      return clinic.destroy(clinic.out(5_000))
    },
    Situation("destroy.usable", "set aside", witnesses: [Clinic.ben]) { clinic in
      let line = try set(&clinic, status: .damaged)
      return clinic.destroy(line)
    },
    Situation("destroy.usable", "the rest of a vial", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(clinic.open())
      return clinic.destroy(clinic.out(5_000, from: clinic.vial()))
    },
    Situation("destroy.retrievable", "incinerated", witnesses: [Clinic.ben]) {
      $0.destroy($0.out(5_000))
    },
    Situation(
      "destroy.retrievable", "flushed", ["`sink` does not make a drug non-retrievable"],
      witnesses: [Clinic.ben]
    ) { $0.destroy($0.out(5_000), method: "sink-with-water") },

    Situation("ship.two-persons", "two", witnesses: [Clinic.ben]) { $0.ship($0.out(5_000)) },
    Situation("ship.two-persons", "one", ["nobody else sees `S-1` loaded"]) {
      $0.ship($0.out(5_000))
    },
    Situation("ship.two-persons", "back to a supplier") {
      $0.ship($0.out(5_000), to: .supplier)
    },
    Situation("ship.short", "all of it") { try acknowledged(&$0, 5_000) },
    Situation(
      "ship.short", "four of five", ["1.000 mL of lot `K1` did not arrive with `S-1`"]
    ) { try acknowledged(&$0, 4_000) },

    Situation("seize.two-signers", "two", witnesses: [Clinic.ben]) { $0.seize($0.out(5_000)) },
    Situation("seize.two-signers", "one", ["nobody else signs for what was seized"]) {
      $0.seize($0.out(5_000))
    },
  ]

  static let distributing: [Situation] = [
    Situation("distribute.oneself", "to another") { $0.distribute($0.out(5_000)) },
    Situation(
      "distribute.oneself", "to oneself", ["`AB1234563` is this site's own registration"]
    ) { $0.distribute($0.out(5_000), dea: Clinic.dea) },
    Situation("distribute.expired-lot", "in date") { $0.distribute($0.out(5_000)) },
    Situation("distribute.expired-lot", "the day after", ["lot `K1` expired on 2027-04-30"]) {
      clinic in
      clinic.wait(until: expired)
      return clinic.distribute(clinic.out(5_000))
    },
    Situation("distribute.usable", "unopened") { $0.distribute($0.out(5_000)) },
    Situation("distribute.usable", "opened", ["lot `K1` at `V-1` is opened"]) { clinic in
      try clinic.record(clinic.open())
      return clinic.distribute(clinic.out(5_000, from: clinic.vial()))
    },
    Situation("distribute.usable", "in quarantine", ["lot `K1` at `vault` is quarantined"]) {
      clinic in
      let line = try set(&clinic, status: .quarantined)
      return clinic.distribute(line)
    },
    Situation("distribute.usable", "a patient's", ["lot `K1` at `vault` belongs to a patient"]) {
      clinic in
      let line = try set(&clinic, owner: Clinic.pat.text)
      return clinic.distribute(line)
    },
    Situation(
      "distribute.registration", "always",
      ["the registration `FB1234563` is taken from its paper"]
    ) { $0.distribute($0.out(5_000)) },
    Situation("distribute.registration", "a shipment", witnesses: [Clinic.ben]) {
      $0.ship($0.out(5_000))
    },
  ]

  static let compounding: [Situation] = [
    Situation("compound.expired-lot", "in date", by: Clinic.ben) { try batch(&$0) },
    Situation(
      "compound.expired-lot", "the day after", ["lot `K1` expired on 2027-04-30"], by: Clinic.ben
    ) { clinic in
      clinic.wait(until: expired)
      return try batch(&clinic)
    },
    Situation("compound.usable", "sealed", by: Clinic.ben) { try batch(&$0) },
    Situation("compound.usable", "an open vial", by: Clinic.ben) { clinic in
      try clinic.record(clinic.open())
      return try batch(&clinic, clinic.out(1_000, from: clinic.vial()))
    },
    Situation(
      "compound.usable", "a syringe", ["lot `K1` at `D-1` is awaiting-waste"], by: Clinic.ben
    ) { clinic in
      try clinic.drawn()
      try clinic.record(clinic.hold(700))
      return try batch(&clinic, clinic.out(700, from: Clinic.held))
    },
    Situation(
      "compound.usable", "a patient's", ["lot `K1` at `vault` belongs to a patient"],
      by: Clinic.ben
    ) { clinic in
      let line = try set(&clinic, owner: Clinic.pat.text)
      return try batch(&clinic, line)
    },
    Situation("compound.expiry", "as its ingredient", by: Clinic.ben) { clinic in
      try clinic.compounding()
      return clinic.finish(50_000)
    },
    Situation(
      "compound.expiry", "a day longer",
      ["lot `N1` would be used until 2027-05-01, and an ingredient expires on 2027-04-30"],
      by: Clinic.ben
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(50_000, expires: try CivilDate("2027-05-01"))
    },
    Situation(
      "compound.waste-witness", "nobody sees it",
      ["no witness for 0.100 mL of lot `K1` thrown away"], by: Clinic.ben
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(49_000, wasted: 100)
    },
    Situation(
      "compound.waste-witness", "somebody does", witnesses: [Clinic.ana], by: Clinic.ben
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(49_000, wasted: 100)
    },
    Situation("compound.waste-witness", "dead space alone", by: Clinic.ben) { clinic in
      try clinic.compounding()
      return clinic.finish(49_000, dead: 100)
    },
    Situation("compound.marked", "marked", by: Clinic.ben) { try batch(&$0) },
    Situation(
      "compound.marked", "typed", ["product `ketamine-nasal` is not marked as compounded"],
      by: Clinic.ben
    ) { try batch(&$0, provenance: .typed) },
  ]
}
