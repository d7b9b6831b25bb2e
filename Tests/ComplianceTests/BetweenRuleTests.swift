import Compliance
import Dispensary
import Notation

// MARK: What several areas share: merged patients, recalls, the end of a site, kinds of suppliers

extension RuleTests {
  /// Quinn turns out to be Pat, whose code survives.
  static func merge(_ clinic: inout Clinic) throws {
    try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
  }

  static let quinns = Position(Clinic.vault, owner: Clinic.quinn.text)

  /// Two sprays that were delivered for Quinn, who is then merged into Pat, or not.
  static func quinnsStock(_ clinic: inout Clinic, merged: Bool) throws {
    var line = Clinic.line(Clinic.spray, 2_000, quinns)
    line.invoiced = Amount(thousandths: 2_000)
    try clinic.record(
      Receipt(supplier: Clinic.supplier, invoice: "I-3", lines: [line], hasPrescription: true))
    if merged { try merge(&clinic) }
  }

  static let notOwner = "lot `S1` at `vault` belongs to one patient"
  static let becomesAnothers =
    "lot `S1` was delivered for one patient and would become somebody else's"

  static let merged: [Situation] = [
    Situation("draw.owner", "stock under a code that became this patient's") { clinic in
      try quinnsStock(&clinic, merged: true)
      return clinic.draw(1_000, Clinic.spray, from: quinns)
    },
    Situation("draw.owner", "stock of another patient", [notOwner]) { clinic in
      try quinnsStock(&clinic, merged: false)
      return clinic.draw(1_000, Clinic.spray, from: quinns)
    },
    Situation("put-back.owner", "under the code that survives") { clinic in
      try quinnsStock(&clinic, merged: true)
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: quinns))
      var back = clinic.putBack(1_000)
      back.to.owner = Clinic.pat.text
      return back
    },
    Situation("stock.patient-owned", "put back under the code that survives") { clinic in
      try quinnsStock(&clinic, merged: true)
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: quinns))
      var back = clinic.putBack(1_000)
      back.to.owner = Clinic.pat.text
      return back
    },
    Situation("stock.patient-owned", "put back as another's", [becomesAnothers]) { clinic in
      try quinnsStock(&clinic, merged: false)
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: quinns))
      var back = clinic.putBack(1_000)
      back.to.owner = Clinic.pat.text
      return back
    },
    Situation(
      "draw.delivery-past", "the 45 days run on from the receipt of the old code",
      [
        "lot `S1` was delivered for use through 2027-01-05"
      ]
    ) { clinic in
      try quinnsStock(&clinic, merged: true)
      clinic.wait(until: "2027-01-06T00:00:00.000Z")
      return clinic.draw(1_000, Clinic.spray, from: quinns)
    },
    Situation("administration.other-patient", "drawn under the old code") { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700, patient: Clinic.quinn))
      try merge(&clinic)
      return clinic.give(700)
    },
    Situation(
      "administration.two-lots", "the first under the old code",
      [
        "this patient had lot `K1` of `65219-186` on the same day, and gets lot `K2`"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700, patient: Clinic.quinn))
      var first = clinic.give(700)
      first.recipient = Clinic.quinn
      try clinic.record(first)
      try merge(&clinic)
      try clinic.record(clinic.open(Clinic.ketamineB))
      try clinic.record(clinic.draw(500, Clinic.ketamineB, from: clinic.vial(2)))
      return clinic.give(500, 2, Clinic.ketamineB)
    },
    Situation("rx.owner", "stock under a code that became this patient's") { clinic in
      try quinnsStock(&clinic, merged: true)
      try clinic.record(clinic.order())
      return Clinic.fill(2_000, from: quinns)
    },
    Situation("rx.return-owner", "under the code that survives") { clinic in
      try quinnsStock(&clinic, merged: true)
      try clinic.record(clinic.order())
      try clinic.record(Clinic.fill(2_000, from: quinns))
      return Clinic.back(2_000, to: Position(Clinic.vault, owner: Clinic.pat.text))
    },
    Situation(
      "erase.open-prescription", "of the old code", ["`Rx-1` may still be filled"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(clinic.order(for: Clinic.quinn))
      try merge(&clinic)
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
  ]

  /// All that is left of the first ketamine lot in the vault is recalled.
  static func recall(_ clinic: inout Clinic, _ item: Item = Clinic.ketamine) throws {
    let left = clinic.state.balance(.stock(Clinic.shelf), item)
    try clinic.record(
      SetAside(
        item: item, from: .stock(Clinic.shelf), to: Position(Clinic.vault, status: .recalled),
        amount: left, reason: "recall"))
  }

  /// One spray in Ana's hand, and the rest of its lot recalled.
  static func heldThenRecalled(_ clinic: inout Clinic) throws {
    try clinic.prescribed()
    try clinic.record(clinic.draw(1_000, Clinic.spray, from: Clinic.shelf))
    try recall(&clinic, Clinic.spray)
  }

  static let recalledLots: [Situation] = [
    Situation("administration.recalled-lot", "no recall") { clinic in
      try clinic.drawn()
      return clinic.give(700)
    },
    Situation("administration.recalled-lot", "another lot is recalled") { clinic in
      try clinic.drawn()
      try recall(&clinic, Clinic.ketamineB)
      return clinic.give(700)
    },
    Situation(
      "administration.recalled-lot", "recalled after the draw",
      ["lot `K1` is recalled since 2026-11-21 08:15 +00:00"]
    ) { clinic in
      try clinic.drawn()
      try recall(&clinic)
      return clinic.give(700)
    },
    Situation("administration.recalled-lot", "given before, written later", ago: 10 * minute) {
      clinic in
      clinic.now = clinic.now.adding(milliseconds: 20 * minute)
      try clinic.drawn()
      clinic.now = clinic.now.adding(milliseconds: 10 * minute)
      try recall(&clinic)
      return clinic.give(700)
    },
    Situation("administration.recalled-lot", "the recall is lifted") { clinic in
      try clinic.drawn()
      try recall(&clinic)
      try clinic.record(
        Release(
          item: Clinic.ketamine, from: Position(Clinic.vault, status: .recalled),
          amount: clinic.state.balance(
            .stock(Position(Clinic.vault, status: .recalled)), Clinic.ketamine),
          reason: "recall-lifted"))
      return clinic.give(700)
    },
    Situation(
      "administration.recalled-lot", "what waits in will-call",
      ["lot `S1` is recalled since 2026-11-21 08:17 +00:00"]
    ) { clinic in
      try clinic.filled()
      clinic.now = clinic.now.adding(milliseconds: minute)
      try recall(&clinic, Clinic.spray)
      return Clinic.pickup(2_000)
    },
    Situation(
      "put-back.recalled-lot", "after the recall",
      ["lot `S1` is recalled since 2026-11-21 08:17 +00:00, and comes back to `vault`"]
    ) { clinic in
      clinic.now = clinic.now.adding(milliseconds: minute)
      try heldThenRecalled(&clinic)
      return clinic.putBack(1_000)
    },
    Situation("put-back.recalled-lot", "of a lot that is not recalled") { clinic in
      try clinic.prescribed()
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Clinic.shelf))
      return clinic.putBack(1_000)
    },
    Situation(
      "stock.recalled-lot", "drawn again after it was put back",
      ["lot `S1` at `vault` is recalled since 2026-11-21 08:16 +00:00"]
    ) { clinic in
      try heldThenRecalled(&clinic)
      try clinic.record(clinic.putBack(1_000))
      return clinic.draw(1_000, Clinic.spray, from: Clinic.shelf)
    },
    Situation(
      "stock.recalled-lot", "even when all that was recalled is gone",
      ["lot `S1` at `vault` is recalled since 2026-11-21 08:16 +00:00"]
    ) { clinic in
      try heldThenRecalled(&clinic)
      try clinic.record(clinic.putBack(1_000))
      let aside = Position(Clinic.vault, status: .recalled)
      try clinic.record(clinic.ship(clinic.out(3_000, Clinic.spray, from: aside)))
      return clinic.draw(1_000, Clinic.spray, from: Clinic.shelf)
    },
    Situation("stock.recalled-lot", "what is set aside is found by its status") { clinic in
      try recall(&clinic)
      return clinic.draw(700, from: Position(Clinic.vault, status: .recalled))
    },
    Situation("stock.recalled-lot", "the recall was a mistake") { clinic in
      try heldThenRecalled(&clinic)
      try clinic.record(clinic.putBack(1_000))
      try clinic.record(clinic.correction(of: 16), witnesses: [Clinic.ben])
      return clinic.draw(1_000, Clinic.spray, from: Clinic.shelf)
    },
  ]

  static let endsCounted = "site.closing-inventory"

  static let ending: [Situation] = [
    Situation(
      endsCounted, "what waits for a patient",
      ["will-call holds 2 devices of lot `S1` for `Rx-1`"]
    ) { clinic in
      try clinic.filled()
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },
    Situation(
      endsCounted, "what is on its way", ["5.000 mL of lot `K1` is in transit with `S-1`"]
    ) { clinic in
      try clinic.record(clinic.ship(clinic.out(5_000)))
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },
    Situation(
      endsCounted, "a batch that is not finished", ["batch `B-1` holds 5.000 mL of lot `K1`"]
    ) {
      clinic in
      try clinic.compounding()
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },
    Situation(
      endsCounted, "drug out of its container that nobody counted",
      ["0.700 mL at `D-1` (awaiting-waste), lot `K1`, was not counted on 2026-11-21"]
    ) { clinic in
      try clinic.drawn()
      try countAll(&clinic)
      try clinic.record(clinic.hold(700))
      return SiteClosed(date: today, reason: .discontinued)
    },
    Situation(endsCounted, "held waste that was counted") { clinic in
      try clinic.drawn()
      try clinic.record(clinic.hold(700))
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },

    Situation("ship.recipient", "to be destroyed by a reverse distributor") { clinic in
      try shipment(.reverseDistributor, .reverseDistributor, &clinic)
    },
    Situation("ship.recipient", "back to a manufacturer") { clinic in
      try shipment(.supplier, .manufacturer, &clinic)
    },
    Situation(
      "ship.recipient", "to be destroyed by a manufacturer",
      ["`other` is a manufacturer, not a reverse distributor"]
    ) { clinic in
      try shipment(.reverseDistributor, .manufacturer, &clinic)
    },
    Situation(
      "ship.recipient", "taken back by a reverse distributor",
      ["`other` is a reverse distributor, and takes nothing back for a supplier"]
    ) { clinic in
      try shipment(.supplier, .reverseDistributor, &clinic)
    },
  ]

  static func shipment(
    _ to: Shipment.Recipient, _ kind: SupplierAdded.Kind, _ clinic: inout Clinic
  ) throws -> any Event {
    let id = try SupplierID("other")
    try clinic.record(
      SupplierAdded(id: id, name: "Other", address: "5 Elm St", dea: Clinic.otherDEA, kind: kind))
    var shipment = clinic.ship(clinic.out(5_000), to: to)
    shipment.supplier = id
    return shipment
  }
}
