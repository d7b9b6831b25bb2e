import Compliance
import Dispensary
import Notation
import Testing

/// Cases of the rules about deliveries, and about what waits.
extension RuleTests {
  static func amount(_ thousandths: Int64) -> Amount { Amount(thousandths: thousandths) }

  static let owned = Position(Clinic.vault, owner: Clinic.pat.text)
  static let quarantined = Position(Clinic.vault, status: .quarantined)

  /// A receipt of one lot with everything that can be the matter with it.
  static func delivery(
    _ came: Int64 = 5_000, damaged: Int64 = 0, refused: Int64 = 0, invoiced: Int64? = nil,
    invoice: String? = "INV-2", at position: Position = Position(Clinic.vault),
    item: Item = Item(Clinic.ketamine.product, "K7"), supplier: SupplierID = Clinic.supplier,
    order: String? = nil, rx: Bool = false
  ) throws -> Receipt {
    var line = Clinic.line(item, came, position)
    (line.damaged, line.refused) = (amount(damaged), amount(refused))
    line.invoiced = amount(invoiced ?? came + damaged + refused)
    return Receipt(
      supplier: supplier, invoice: invoice, lines: [line], order: try order.map { try OrderID($0) },
      hasPrescription: rx)
  }

  static func release(
    _ quantity: Int64 = 5_000, status: Position.Status = .quarantined, lot: String = "K7",
    reason: String = "inspected", holding: Position.Holding = .sealed
  ) -> Release {
    Release(
      item: Item(Clinic.ketamine.product, lot),
      from: Position(Clinic.vault, holding, status: status), amount: amount(quantity),
      reason: reason)
  }

  static func aside(
    _ status: Position.Status, from: Position = Position(Clinic.vault), _ quantity: Int64 = 5_000,
    reason: String = "other"
  ) -> SetAside {
    var target = from
    target.status = status
    return SetAside(
      item: Clinic.ketamine, from: .stock(from), to: target, amount: amount(quantity),
      reason: reason)
  }

  static func found(_ position: Position = quarantined) -> StockFound {
    StockFound(line: Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000, position).stock)
  }

  static let incoming: [Situation] = [
    Situation("receipt.incomplete", "with its invoice") { _ in try delivery() },
    Situation(
      "receipt.incomplete", "without",
      ["the receipt from `mckesson` has no invoice number, and waits in quarantine"]
    ) { _ in try delivery(invoice: nil, at: quarantined) },

    Situation("receipt.quarantine", "in quarantine") { _ in
      try delivery(invoice: nil, at: quarantined)
    },
    Situation(
      "receipt.quarantine", "at once on the shelf",
      ["lot `K7` came without an invoice number and would be available"]
    ) { _ in try delivery(invoice: nil) },
    Situation("receipt.quarantine", "nothing but damage") { _ in
      try delivery(0, damaged: 5_000, invoice: nil)
    },

    Situation("receipt.differs-from-invoice", "what was damaged and refused makes it whole") { _ in
      try delivery(5_000, damaged: 1_000, refused: 2_000, invoiced: 8_000)
    },
    Situation(
      "receipt.differs-from-invoice", "short beside a refusal",
      ["lot `K7`: 9.000 mL invoiced, 6.000 mL received, 2.000 mL refused"]
    ) { _ in try delivery(5_000, damaged: 1_000, refused: 2_000, invoiced: 9_000) },

    Situation("receipt.damaged", "intact") { _ in try delivery(refused: 1_000) },
    Situation("receipt.damaged", "one vial", ["lot `K7`: 5.000 mL came damaged"]) { _ in
      try delivery(damaged: 5_000)
    },
    Situation("receipt.refused", "all taken") { _ in try delivery(damaged: 1_000) },
    Situation(
      "receipt.refused", "one vial", ["lot `K7`: 5.000 mL was refused and stayed with the driver"]
    ) { _ in try delivery(refused: 5_000) },

    Situation("receipt.not-as-ordered", "as ordered, in two parts") { clinic in
      try ordered(10_000, &clinic)
      try clinic.record(try delivery(order: "O-1"))
      return try delivery(order: "O-1")
    },
    Situation("receipt.not-as-ordered", "without an order") { _ in try delivery() },
    Situation(
      "receipt.not-as-ordered", "more in all",
      ["10.001 mL of `65219-186` have come on order `O-1`, which is for 10.000 mL"]
    ) { clinic in
      try ordered(10_000, &clinic)
      try clinic.record(try delivery(order: "O-1"))
      return try delivery(5_001, order: "O-1")
    },
    Situation(
      "receipt.not-as-ordered", "something else", ["`50458-028` is not on order `O-1`"]
    ) { clinic in
      try ordered(10_000, &clinic)
      return try delivery(2_000, item: Clinic.spray, order: "O-1")
    },
    Situation(
      "receipt.not-as-ordered", "from somebody else, after it was cancelled",
      ["order `O-1` was cancelled", "order `O-1` went to `mckesson`, not to `other`"]
    ) { clinic in
      try ordered(10_000, &clinic)
      try clinic.record(OrderCancelled(id: try OrderID("O-1"), reason: "mistake"))
      try supplier(.supplier, &clinic)
      return try delivery(supplier: try SupplierID("other"), order: "O-1")
    },

    Situation("receipt.from-reverse-distributor", "another pharmacy") { clinic in
      try supplier(.registrant, &clinic)
      return try delivery(supplier: try SupplierID("other"))
    },
    Situation("receipt.from-reverse-distributor", "a manufacturer") { clinic in
      try supplier(.manufacturer, &clinic)
      return try delivery(supplier: try SupplierID("other"))
    },
    Situation(
      "receipt.from-reverse-distributor", "who takes back and sells nothing",
      ["`other` is a reverse distributor"]
    ) { clinic in
      try supplier(.reverseDistributor, &clinic)
      return try delivery(supplier: try SupplierID("other"))
    },

    Situation("receipt.duplicate-invoice", "the number of an incomplete one") { clinic in
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      return ReceiptCompleted(receipt: 13, invoice: "INV-2")
    },
    Situation(
      "receipt.duplicate-invoice", "completed with the number of another",
      ["the same lot on invoice `INV-2` was received in entry 13 already"]
    ) { clinic in
      try clinic.record(try delivery())
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      return ReceiptCompleted(receipt: 14, invoice: "INV-2")
    },
  ]

  static func ordered(_ quantity: Int64, _ clinic: inout Clinic) throws {
    try clinic.record(
      OrderPlaced(
        id: try OrderID("O-1"), supplier: Clinic.supplier,
        lines: [.init(product: Clinic.ketamine.product, amount: amount(quantity))]))
  }

  static func supplier(_ kind: SupplierAdded.Kind, _ clinic: inout Clinic) throws {
    try clinic.record(
      SupplierAdded(
        id: try SupplierID("other"), name: "Other", address: "4 Side St", dea: Clinic.dea,
        kind: kind))
  }

  static let deliveries: [Situation] =
    incoming + [
      Situation("receipt.prescription", "general stock") { _ in try delivery() },
      Situation("receipt.prescription", "with its number") { _ in
        try delivery(at: owned, rx: true)
      },
      Situation(
        "receipt.prescription", "without", ["the delivery for one patient names no prescription"]
      ) { _ in try delivery(at: owned) },

      Situation("stock.patient-owned", "moved, still the patient's") { clinic in
        try clinic.record(try delivery(at: owned, rx: true))
        return Move(
          item: Item(Clinic.ketamine.product, "K7"), from: owned, to: Clinic.room,
          amount: amount(5_000))
      },
      Situation("stock.patient-owned", "put back to the patient") { clinic in
        try handed(&clinic)
        return PutBack(
          draw: try DrawID("D-1"), item: Clinic.spray, quantity: amount(1_000), to: owned)
      },
      Situation(
        "stock.patient-owned", "put back to the shelf",
        ["lot `S1` was delivered for one patient and would become somebody else's"]
      ) { clinic in
        try handed(&clinic)
        return PutBack(
          draw: try DrawID("D-1"), item: Clinic.spray, quantity: amount(1_000),
          to: Position(Clinic.vault))
      },
      Situation("stock.patient-owned", "wrongly put back, and corrected", witnesses: [Clinic.ben]) {
        clinic in
        try handed(&clinic)
        try clinic.record(
          PutBack(
            draw: try DrawID("D-1"), item: Clinic.spray, quantity: amount(1_000),
            to: Position(Clinic.vault)))
        return clinic.correction(of: 15)
      },

      Situation("draw.delivery-past", "general stock, long after") { clinic in
        try clinic.record(clinic.open())
        clinic.wait(until: "2027-02-28T12:00:00.000Z")
        return clinic.draw(100)
      },
      Situation("draw.delivery-past", "on the 45th day") { clinic in
        try clinic.record(try delivery(2_000, at: owned, item: Clinic.spray, rx: true))
        clinic.wait(until: "2027-01-05T23:59:59.999Z")
        return clinic.draw(1_000, Clinic.spray, from: owned)
      },
      Situation(
        "draw.delivery-past", "a day later",
        ["lot `S1` was delivered for use through 2027-01-05"]
      ) { clinic in
        try clinic.record(try delivery(2_000, at: owned, item: Clinic.spray, rx: true))
        clinic.wait(until: "2027-01-06T00:00:00.000Z")
        return clinic.draw(1_000, Clinic.spray, from: owned)
      },
    ]

  /// One of the patient's own sprays, in somebody's hand.
  static func handed(_ clinic: inout Clinic) throws {
    try clinic.record(try delivery(2_000, at: owned, item: Clinic.spray, rx: true))
    try clinic.record(clinic.draw(1_000, Clinic.spray, from: owned))
  }

  static let waiting: [Situation] = [
    Situation("release.incomplete", "the invoice is known") { clinic in
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      try clinic.record(ReceiptCompleted(receipt: 13, invoice: "I-1"))
      return release(reason: "complete")
    },
    Situation(
      "release.incomplete", "it is not",
      ["the receipt of lot `K7` has no invoice number (entry 13)"]
    ) { clinic in
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      return release()
    },
    Situation("release.incomplete", "other stock of the lot, which is complete") { clinic in
      try clinic.record(try delivery())
      try clinic.record(
        SetAside(
          item: Item(Clinic.ketamine.product, "K7"), from: .stock(Position(Clinic.vault)),
          to: quarantined, amount: amount(5_000), reason: "inspection"))
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      return release()
    },
    Situation(
      "release.incomplete", "one milliliter too much of both",
      ["the receipt of lot `K7` has no invoice number (entry 15)"]
    ) { clinic in
      try clinic.record(try delivery())
      try clinic.record(
        SetAside(
          item: Item(Clinic.ketamine.product, "K7"), from: .stock(Position(Clinic.vault)),
          to: quarantined, amount: amount(5_000), reason: "inspection"))
      try clinic.record(try delivery(invoice: nil, at: quarantined))
      return release(6_000)
    },

    Situation("release.expired", "on the last day") { clinic in
      try clinic.record(aside(.quarantined))
      clinic.wait(until: lastDay)
      return release(lot: "K1")
    },
    Situation("release.expired", "the day after", [lotText]) { clinic in
      try clinic.record(aside(.quarantined))
      clinic.wait(until: dayAfter)
      return release(lot: "K1")
    },
    Situation(
      "release.expired", "a vial at its beyond-use time",
      ["container `V-1` is past its beyond-use time, 2026-12-19 08:13 +00:00"]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(aside(.quarantined, from: clinic.vial()))
      clinic.wait(until: "2026-12-19T08:13:00.000Z")
      return release(lot: "K1", holding: clinic.vial().holding)
    },

    Situation("release.recalled", "the recall is lifted") { clinic in
      try clinic.record(aside(.recalled, reason: "recall"))
      return release(status: .recalled, lot: "K1", reason: "recall-lifted")
    },
    Situation("release.recalled", "it is not", ["lot `K1` is recalled"]) { clinic in
      try clinic.record(aside(.recalled, reason: "recall"))
      return release(status: .recalled, lot: "K1")
    },

    Situation(
      "release.recalled", "what was damaged before the recall", ["lot `K1` is recalled"]
    ) { clinic in
      try clinic.record(aside(.damaged, reason: "damaged"))
      try clinic.record(aside(.recalled, reason: "recall"))
      return release(status: .damaged, lot: "K1")
    },
    Situation("release.recalled", "another lot") { clinic in
      try clinic.record(aside(.recalled, reason: "recall"))
      try clinic.record(
        SetAside(
          item: Clinic.ketamineB, from: .stock(Position(Clinic.vault)), to: quarantined,
          amount: amount(5_000), reason: "inspection"))
      return release(lot: "K2")
    },

    Situation("release.damaged", "inspected") { clinic in
      try clinic.record(aside(.damaged, reason: "damaged"))
      return release(status: .damaged, lot: "K1")
    },
    Situation("release.damaged", "for its papers", ["lot `K1` at `vault` is damaged"]) { clinic in
      try clinic.record(aside(.damaged, reason: "damaged"))
      return release(status: .damaged, lot: "K1", reason: "complete")
    },

    Situation("release.loose", "a vial that was never opened") { clinic in
      try clinic.record(aside(.quarantined))
      return release(lot: "K1")
    },
    Situation("release.loose", "a syringe", ["`D-1` has left its container"]) { clinic in
      try clinic.drawn()
      try clinic.record(try syringe())
      return release(700, lot: "K1", holding: .loose(try DrawID("D-1")))
    },

    Situation("set-aside.recalled", "a recall of what is in quarantine") { clinic in
      try clinic.record(aside(.quarantined))
      return aside(.recalled, from: quarantined)
    },
    Situation("set-aside.recalled", "on another shelf") { clinic in
      try clinic.record(aside(.recalled))
      var event = aside(.recalled, from: Position(Clinic.vault, status: .recalled))
      event.to.location = Clinic.room
      return event
    },
    Situation("set-aside.recalled", "to be inspected", ["lot `K1` is recalled"]) { clinic in
      try clinic.record(aside(.recalled))
      return aside(.quarantined, from: Position(Clinic.vault, status: .recalled))
    },

    Situation("container.not-available", "from the shelf") { $0.open() },
    Situation(
      "container.not-available", "from quarantine", ["what is at `vault` is quarantined"]
    ) { clinic in
      try clinic.record(aside(.quarantined))
      var opened = clinic.open()
      opened.from = quarantined
      return opened
    },
    Situation(
      "container.not-available", "a damaged kit",
      ["what is at `vault` (unopened kits) is damaged"]
    ) { clinic in
      let kits = Position(Clinic.vault, .kit(Clinic.kit))
      var damaged = kits
      damaged.status = .damaged
      try clinic.record(
        SetAside(
          item: Clinic.spray, from: .stock(kits), to: damaged, amount: amount(2_000),
          reason: "damaged"))
      return KitUnpacked(item: Clinic.spray, from: damaged, amount: amount(2_000), kits: 1)
    },

    Situation("found.witness-required", "two people", witnesses: [Clinic.ben]) { _ in found() },
    Situation("found.witness-required", "alone", ["no witness for 5.000 mL found"]) { _ in found()
    },
    Situation("found.quarantine", "in quarantine") { _ in found() },
    Situation(
      "found.quarantine", "on the shelf", ["what was found would be available at once"]
    ) { _ in found(Position(Clinic.vault)) },
    Situation("found.unexplained", "a receipt") { _ in try delivery() },
    Situation(
      "found.unexplained", "whatever is done with it",
      ["nobody knows where 5.000 mL of lot `K7` came from"], witnesses: [Clinic.ben]
    ) { _ in found() },

    Situation("stock.whole-units", "half a spray set aside out of a hand") { clinic in
      try clinic.record(
        KitUnpacked(
          item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
          amount: amount(4_000), kits: 2))
      try clinic.record(clinic.draw(1_000, Clinic.spray, from: Position(Clinic.vault)))
      try clinic.record(clinic.give(500, 1, Clinic.spray))
      var event = try syringe(500)
      event.item = Clinic.spray
      return event
    },
  ]

  static func syringe(_ quantity: Int64 = 700) throws -> SetAside {
    let id = try DrawID("D-1")
    return SetAside(
      item: Clinic.ketamine, from: .draw(id),
      to: Position(Clinic.vault, .loose(id), status: .quarantined), amount: amount(quantity),
      reason: "no-show")
  }
}
