import Dispensary
import Notation
import Testing

/// What comes in, waits, is set aside, released and found.

// MARK: On the wire

extension Sample {
  static let syringe = Position(
    Clinic.room, .loose(try! DrawID("D-1")), status: .quarantined, owner: Clinic.pat.text)
  static let recalled = Position(Clinic.vault, status: .recalled)

  static func delivered(_ amount: Int64, status: Position.Status = .available) -> Receipt.Line {
    Clinic.line(
      Clinic.spray, amount, Position(Clinic.vault, status: status, owner: Clinic.pat.text))
  }

  static let receiving: [Sample] = [
    Sample(
      SupplierAdded(
        id: Clinic.supplier, name: "Backhaul", address: "3 Depot St", dea: Clinic.dea,
        kind: .reverseDistributor),
      optional: ["kind"]),
    Sample(
      OrderPlaced(
        id: try! OrderID("O-1"), supplier: Clinic.supplier,
        lines: [
          OrderPlaced.Line(product: Clinic.ketamine.product, amount: amount(10_000)),
          OrderPlaced.Line(product: Clinic.spray.product, amount: amount(4_000)),
        ]),
      optional: ["lines"]),
    Sample(OrderCancelled(id: try! OrderID("O-1"), reason: "not-needed")),
    Sample(
      Receipt(
        supplier: Clinic.supplier, invoice: "INV-1",
        lines: [
          Receipt.Line(
            stock: delivered(2_000).stock, invoiced: amount(4_000), damaged: amount(1_000),
            refused: amount(1_000))
        ],
        order: try! OrderID("O-1"), hasPrescription: true),
      optional: [
        "invoice", "order", "rx", "lines", "lines[0].damaged", "lines[0].refused",
        "lines[0].expires",
      ],
      postings: [
        "supplier:mckesson \(s) -2.000",
        "stock:vault:available:aaaaaaaaaaaaaaaa:sealed \(s) 2.000",
        "supplier:mckesson \(s) -1.000",
        "stock:vault:damaged:aaaaaaaaaaaaaaaa:sealed \(s) 1.000",
      ]),
    Sample(ReceiptCompleted(receipt: 12, invoice: "INV-1"), optional: ["invoice"]),
    Sample(
      ReceiptCompleted(
        receipt: 12, invoice: "INV-1",
        expiries: [ReceiptCompleted.Expiry(item: Clinic.ketamine, expires: Clinic.expires)]),
      optional: ["invoice", "expiries"]),
    Sample(ReceiptSettled(receipt: 12, credit: "CN-1")),
    Sample(
      Release(item: Clinic.ketamine, from: recalled, amount: amount(5_000), reason: "complete"),
      postings: [
        "stock:vault:recalled:general:sealed \(k) -5.000",
        "stock:vault:available:general:sealed \(k) 5.000",
      ]),
    Sample(
      SetAside(
        item: Clinic.ketamine, from: .stock(Position(Clinic.vault)), to: recalled,
        amount: amount(5_000), reason: "recall"),
      postings: [
        "stock:vault:available:general:sealed \(k) -5.000",
        "stock:vault:recalled:general:sealed \(k) 5.000",
      ]),
    Sample(
      SetAside(
        item: Clinic.ketamine, from: .draw(try! DrawID("D-1")), to: syringe, amount: amount(700),
        reason: "no-show"),
      postings: [
        "draw:D-1 \(k) -0.700", "stock:room-1:quarantined:aaaaaaaaaaaaaaaa:D-1 \(k) 0.700",
      ]),
    Sample(
      StockFound(line: Clinic.line(Clinic.ketamine, 5_000, Position(Clinic.room)).stock),
      postings: ["found \(k) -5.000", "stock:room-1:available:general:sealed \(k) 5.000"]),
  ]
}

extension WireTests {
  @Test("the default kind of a supplier, and nothing set aside from nowhere")
  func receiving() throws {
    var members = try #require(Sample.receiving.first).event.members.all
    members["kind"] = "supplier"
    #expect(
      Self.fault(SupplierAdded.self, members)
        == WireFault("kind", "is `supplier` where it should be absent"))
    members = try #require(Sample.receiving.first { $0.event is SetAside }).event.members.all
    members["from"] = "wasted"
    #expect(
      Self.fault(SetAside.self, members)
        == WireFault("from", "is neither a draw nor stock: `wasted`"))
  }
}

// MARK: Faults

extension FaultTests {
  static func order(_ id: Int = 1, _ lines: (ProductID, Int64)...) throws -> OrderPlaced {
    OrderPlaced(
      id: try OrderID(number: id), supplier: Clinic.supplier,
      lines: lines.map { OrderPlaced.Line(product: $0, amount: amount($1)) })
  }

  static func aside(
    _ quantity: Int64 = 5_000, from: Position = Position(Clinic.vault),
    to: Position = Position(Clinic.vault, status: .quarantined), reason: String = "inspection"
  ) -> SetAside {
    SetAside(
      item: Clinic.ketamine, from: .stock(from), to: to, amount: amount(quantity), reason: reason)
  }

  /// A syringe of V-1 that waits in the room.
  static func staged(_ clinic: inout Clinic) throws {
    try clinic.record(clinic.open())  // 13
    try clinic.record(clinic.draw(700, patient: nil))  // 14
    try clinic.record(
      PutBack(
        draw: try DrawID("D-1"), item: Clinic.ketamine, quantity: amount(700),
        to: Position(Clinic.room), stagedUntil: clinic.now.adding(milliseconds: 14_400_000)))  // 15
  }

  static func syringe(
    _ quantity: Int64 = 700, status: Position.Status = .quarantined, draw: String = "D-1",
    owner: String = "general"
  ) throws -> SetAside {
    SetAside(
      item: Clinic.ketamine, from: .draw(try DrawID("D-1")),
      to: Position(Clinic.room, .loose(try DrawID(draw)), status: status, owner: owner),
      amount: amount(quantity), reason: "no-show")
  }

  static let receiving: [Refusal] = [
    Refusal(
      "an order of nothing, out of turn",
      ["the next number is `O-1`, not `O-2`", "an order needs at least one line"]
    ) { _ in try order(2) },
    Refusal(
      "an order of nonsense",
      [
        "product `ghost` is not known | `custody product list` shows what is there",
        "the quantity ordered must be more than zero, not 0.000",
        "a product stands on the order twice | write one line with the sum",
      ]
    ) { _ in
      try order(
        1, (try ProductID("ghost"), 1_000), (Clinic.spray.product, 0),
        (Clinic.spray.product, 1_000))
    },
    Refusal(
      "an order cancelled that was never placed, for fun",
      [
        "`fun` is not a reason for cancelling an order | one of not-needed, not-available, mistake, other",
        "order `O-1` is not known | `custody order list` shows what is there",
      ]
    ) { _ in OrderCancelled(id: try OrderID("O-1"), reason: "fun") },
    Refusal("an order cancelled twice", ["order `O-1` was cancelled by entry 14 already"]) {
      clinic in
      try clinic.record(try order(1, (Clinic.spray.product, 1_000)))
      try clinic.record(OrderCancelled(id: try OrderID("O-1"), reason: "mistake"))
      return OrderCancelled(id: try OrderID("O-1"), reason: "mistake")
    },
    Refusal("an order cancelled that has come", ["all of order `O-1` has come"]) { clinic in
      try clinic.record(try order(1, (Clinic.ketamine.product, 5_000)))
      try clinic.record(
        Receipt(
          supplier: Clinic.supplier, invoice: "I-1", lines: [Clinic.line(Clinic.ketamine, 5_000)],
          order: try OrderID("O-1")))
      return OrderCancelled(id: try OrderID("O-1"), reason: "mistake")
    },
    Refusal(
      "a receipt on an order that is not, for two owners",
      [
        "order `O-9` is not known | `custody order list` shows what is there",
        "a receipt is for general stock or for one patient, never for both | record a receipt for each",
        "a quantity on the invoice is negative",
      ]
    ) { _ in
      var damaged = Clinic.line(Clinic.ketamine, 5_000)
      damaged.damaged = amount(-1)
      return Receipt(
        supplier: Clinic.supplier, invoice: nil, lines: [damaged, Sample.delivered(1_000)],
        order: try OrderID("O-9"), hasPrescription: true)
    },
    Refusal(
      "a delivery for somebody unknown",
      ["this patient is not known | `custody patient find NAME` or `custody patient add`"]
    ) { _ in
      var line = Sample.delivered(1_000)
      line.stock.position.owner = "cccccccccccccccc"
      return Receipt(supplier: Clinic.supplier, invoice: nil, lines: [line], hasPrescription: true)
    },
    Refusal(
      "a prescription for nobody",
      ["a prescription's number without a patient | `--patient` names whose delivery it is"]
    ) { _ in
      Receipt(
        supplier: Clinic.supplier, invoice: "I-1", lines: [Clinic.line(Clinic.ketamine, 5_000)],
        hasPrescription: true)
    },
    Refusal(
      "a move completed as a receipt",
      [
        "the invoice number is longer than 40 characters",
        "entry 11 is not a receipt that stands | `custody status` lists the receipts that are incomplete",
      ]
    ) { _ in ReceiptCompleted(receipt: 11, invoice: String(repeating: "9", count: 41)) },
    Refusal(
      "a receipt completed that was complete",
      [
        "the receipt of entry 12 has its invoice number already | a wrong one is corrected with the entry that gave it"
      ]
    ) { _ in ReceiptCompleted(receipt: 12, invoice: "I-1") },
    Refusal(
      "a receipt in order settled",
      [
        "the number of the credit note is longer than 40 characters",
        "the receipt of entry 12 is what its invoice says | `custody status` lists the receipts that differ from their invoice",
      ]
    ) { _ in ReceiptSettled(receipt: 12, credit: String(repeating: "9", count: 41)) },
    Refusal(
      "an inventory settled",
      [
        "entry 11 is not a receipt that stands | `custody status` lists the receipts that differ from their invoice"
      ]
    ) { _ in ReceiptSettled(receipt: 11, credit: "CN-1") },
    Refusal("a receipt settled twice", ["entry 14 has settled the receipt already"]) { clinic in
      var short = Clinic.line(Clinic.ketamine, 5_000)
      short.invoiced = amount(10_000)
      try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [short]))
      try clinic.record(ReceiptSettled(receipt: 13, credit: "CN-1"))
      return ReceiptSettled(receipt: 13, credit: "CN-2")
    },
    Refusal(
      "available stock released, for fun",
      [
        "`fun` is not a reason for releasing stock | one of complete, inspected, recall-lifted, set-aside-by-mistake, other",
        "it is available already",
      ]
    ) { _ in
      Release(
        item: Clinic.ketamine, from: Position(Clinic.vault), amount: amount(5_000), reason: "fun")
    },
    Refusal(
      "more released than waits",
      [
        "not enough of lot `K1` at `vault` (recalled): 5.000 mL asked for, 0.000 mL there | `custody status` shows where it is"
      ]
    ) { _ in
      Release(
        item: Clinic.ketamine, from: Sample.recalled, amount: amount(5_000), reason: "inspected")
    },
    Refusal(
      "set aside as available, somewhere else, for fun",
      [
        "location `vault-9` is not known | did you mean `vault`?",
        "`fun` is not a reason for setting stock aside | one of "
          + SetAside.reasons.joined(separator: ", "),
        "what is set aside is not available | `custody release` ends it",
        "the quantity set aside must be more than zero, not 0.000",
        "what is set aside keeps its container and its owner",
      ]
    ) { _ in
      aside(0, to: Position(elsewhere, .kit(Clinic.kit)), reason: "fun")
    },
    Refusal("set aside twice", ["it is recalled at `vault` already"]) { clinic in
      try clinic.record(aside(to: Sample.recalled))
      return aside(from: Sample.recalled, to: Sample.recalled)
    },
    Refusal("part of a vial set aside", ["`V-1` is set aside whole, with 5.000 mL"]) { clinic in
      try clinic.record(clinic.open())
      var target = clinic.vial()
      target.status = .expired
      return aside(100, from: clinic.vial(), to: target)
    },
    Refusal("another patient's syringe", ["what is set aside keeps its container and its owner"]) {
      clinic in
      try staged(&clinic)
      return try syringe(owner: Clinic.pat.text)
    },
    Refusal(
      "a syringe under another number", ["what is set aside keeps its container and its owner"]
    ) { clinic in
      try staged(&clinic)
      return try syringe(draw: "D-2")
    },
    Refusal("part of a staged syringe", ["a staged syringe is set aside whole"]) { clinic in
      try staged(&clinic)
      return try syringe(300)
    },
    Refusal(
      "more than is left of a draw",
      [
        "draw `D-1` has 0.700 mL left, and 0.800 mL would be set aside | give the quantity that was really set aside",
        "a staged syringe is set aside whole",
      ]
    ) { clinic in
      try staged(&clinic)
      return try syringe(800)
    },
    Refusal(
      "nothing found, in a container",
      [
        "opened containers are not received",
        "the quantity found must be more than zero, not 0.000",
      ]
    ) { _ in
      StockFound(
        line: Clinic.line(
          Clinic.ketamine, 0, Position(Clinic.vault, .container(try ContainerID("V-1")))
        ).stock)
    },
    Refusal(
      "a lot counted that the ledger has never seen",
      [
        "lot `K3` of `65219-186` is not known | did you mean `K1`? otherwise, stock that turned up is recorded by `custody found`"
      ]
    ) { $0.count(5_000, Position(Clinic.vault), Item(Clinic.ketamine.product, "K3")) },
    Refusal(
      "a lot counted that nothing resembles",
      [
        "lot `ZZ99` of `65219-186` is not known | stock that turned up is recorded by `custody found`"
      ]
    ) { $0.count(5_000, Position(Clinic.vault), Item(Clinic.ketamine.product, "ZZ99")) },
    Refusal(
      "a vial put aside and used since",
      [
        "`V-1` has been used since entry 14 | correct the later entries about it first, the newest before the others"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      var target = clinic.vial()
      target.status = .quarantined
      try clinic.record(aside(from: clinic.vial(), to: target))
      try clinic.record(clinic.count(5_050, target))
      return clinic.correction(of: 14)
    },
    Refusal(
      "a vial released and used since",
      [
        "`V-1` has been used since entry 15 | correct the later entries about it first, the newest before the others"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      var target = clinic.vial()
      target.status = .quarantined
      try clinic.record(aside(from: clinic.vial(), to: target))
      try clinic.record(
        Release(item: Clinic.ketamine, from: target, amount: amount(5_000), reason: "inspected"))
      try clinic.record(clinic.draw(700))
      return clinic.correction(of: 15)
    },
    Refusal(
      "found stock that was used since",
      [
        "not enough of lot `K7` at `room-1` (quarantined): 5.000 mL asked for, 0.000 mL there | `custody status` shows where it is"
      ]
    ) { clinic in
      let item = Item(Clinic.ketamine.product, "K7")
      let place = Position(Clinic.room, status: .quarantined)
      try clinic.record(StockFound(line: Clinic.line(item, 5_000, place).stock))
      try clinic.record(
        Release(item: item, from: place, amount: amount(5_000), reason: "inspected"))
      return clinic.correction(of: 13)
    },
  ]
}

// MARK: The state after each, and after its correction

extension FoldTests {
  static let quarantined = Position(Clinic.vault, status: .quarantined)

  /// A delivery of 5 mL of K7 without its invoice.
  static func unfinished() -> Receipt {
    Receipt(
      supplier: Clinic.supplier, invoice: nil,
      lines: [Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000, quarantined)])
  }

  static let waitsForInvoice: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(unfinished())
  }
  static let vialAside: @Sendable (inout Clinic) throws -> Void = { clinic in
    try open(&clinic)
    var target = clinic.vial()
    target.status = .quarantined
    try clinic.record(FaultTests.aside(from: clinic.vial(), to: target))
  }
  static let staged: @Sendable (inout Clinic) throws -> Void = { clinic in
    try FaultTests.staged(&clinic)
  }
  static let syringeAside: @Sendable (inout Clinic) throws -> Void = { clinic in
    try FaultTests.staged(&clinic)
    try clinic.record(try FaultTests.syringe())
  }

  static let receiving: [Deed] = [
    Deed(
      "a receipt with a damaged and a refused vial",
      adds: [
        "lot K7 2027-04-30", "receipt 13",
        "stock:vault:available:general:sealed 65219-186 K7 10.000",
        "stock:vault:damaged:general:sealed 65219-186 K7 5.000",
        "supplier:mckesson 65219-186 K7 -15.000",
      ], removes: []
    ) { _ in
      var line = Clinic.line(Item(Clinic.ketamine.product, "K7"), 10_000)
      (line.damaged, line.refused) = (amount(5_000), amount(5_000))
      return Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [line])
    },
    Deed(
      "a receipt of nothing but damage",
      adds: [
        "lot K7 2027-04-30", "receipt 13", "incomplete 13",
        "stock:vault:damaged:general:sealed 65219-186 K7 5.000",
        "supplier:mckesson 65219-186 K7 -5.000",
      ], removes: []
    ) { _ in
      var line = Clinic.line(Item(Clinic.ketamine.product, "K7"), 0)
      line.damaged = amount(5_000)
      return Receipt(supplier: Clinic.supplier, invoice: nil, lines: [line])
    },
    Deed(
      "a receipt completed", adds: [], removes: ["incomplete 13"],
      before: waitsForInvoice
    ) { _ in ReceiptCompleted(receipt: 13, invoice: "I-1") },
    Deed(
      "a recall",
      adds: [
        "stock:vault:available:general:sealed \(k) 15.000",
        "stock:vault:recalled:general:sealed \(k) 10.000",
      ], removes: ["stock:vault:available:general:sealed \(k) 25.000"]
    ) { _ in FaultTests.aside(10_000, to: Sample.recalled, reason: "recall") },
    Deed(
      "a kit set aside, on another shelf",
      adds: [
        "stock:room-1:damaged:general:kit-50458-028-02 \(s) 2.000",
        "stock:vault:available:general:kit-50458-028-02 \(s) 2.000",
      ], removes: ["stock:vault:available:general:kit-50458-028-02 \(s) 4.000"]
    ) { _ in
      SetAside(
        item: Clinic.spray, from: .stock(Position(Clinic.vault, .kit(Clinic.kit))),
        to: Position(Clinic.room, .kit(Clinic.kit), status: .damaged), amount: amount(2_000),
        reason: "damaged")
    },
    Deed(
      "an open vial past its beyond-use time",
      adds: [
        "container V-1 open stock:vault:expired:general:V-1 0.000 -1",
        "stock:vault:expired:general:V-1 \(k) 5.000",
      ], removes: ["container V-1 open \(vial) 0.000 -1", "\(vial) \(k) 5.000"], before: open
    ) { clinic in
      var target = clinic.vial()
      target.status = .expired
      return FaultTests.aside(from: clinic.vial(), to: target, reason: "beyond-use")
    },
    Deed(
      "the same vial released",
      adds: ["container V-1 open \(vial) 0.000 -1", "\(vial) \(k) 5.000"],
      removes: [
        "container V-1 open stock:vault:quarantined:general:V-1 0.000 -1",
        "stock:vault:quarantined:general:V-1 \(k) 5.000",
      ],
      before: vialAside
    ) { clinic in
      var from = clinic.vial()
      from.status = .quarantined
      return Release(
        item: Clinic.ketamine, from: from, amount: amount(5_000), reason: "inspected")
    },
    Deed(
      "the syringe of a patient who did not come",
      adds: ["stock:room-1:quarantined:general:D-1 \(k) 0.700"],
      removes: [
        "draw D-1 - Staging(location: room-1, beyondUse: Notation.Instant(milliseconds: 1795263300000))",
        "draw:D-1 \(k) 0.700",
      ],
      before: staged
    ) { _ in try FaultTests.syringe() },
    Deed(
      "a faulty spray out of three in hand",
      adds: [
        "draw:D-1 \(s) 2.000", "stock:vault:quarantined:general:D-1 \(s) 1.000",
      ], removes: ["draw:D-1 \(s) 3.000"], before: inHand
    ) { _ in
      let id = try DrawID("D-1")
      return SetAside(
        item: Clinic.spray, from: .draw(id),
        to: Position(Clinic.vault, .loose(id), status: .quarantined), amount: amount(1_000),
        reason: "complaint")
    },
    Deed(
      "a syringe that was set aside goes to another shelf",
      adds: ["stock:vault:quarantined:general:D-1 \(k) 0.700"],
      removes: ["stock:room-1:quarantined:general:D-1 \(k) 0.700"],
      before: syringeAside
    ) { _ in
      Move(
        item: Clinic.ketamine,
        from: Position(Clinic.room, .loose(try DrawID("D-1")), status: .quarantined),
        to: Clinic.vault, amount: amount(700))
    },
    Deed(
      "a vial found",
      adds: [
        "found 65219-186 K7 -5.000", "lot K7 2027-04-30",
        "stock:vault:quarantined:general:sealed 65219-186 K7 5.000",
      ], removes: []
    ) { _ in
      StockFound(
        line: Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000, quarantined).stock)
    },
  ]
}

@Suite("Coming in and waiting")
struct ReceivingTests {
  static func amount(_ thousandths: Int64) -> Amount { Amount(thousandths: thousandths) }

  @Test(
    "an order is open until all has come, what was refused has not, and a correction reopens it")
  func orders() throws {
    var clinic = try Clinic.stocked()
    let id = try OrderID("O-1")
    try clinic.record(
      try FaultTests.order(1, (Clinic.ketamine.product, 20_000), (Clinic.spray.product, 2_000)))
    var line = Clinic.line(Clinic.ketamine, 10_000)
    (line.damaged, line.refused, line.invoiced) = (
      Self.amount(5_000), Self.amount(5_000), Self.amount(20_000)
    )
    let first = Receipt(supplier: Clinic.supplier, invoice: "A-1", lines: [line], order: id)
    try clinic.record(first)  // 14
    #expect(clinic.state.received(on: id) == [Clinic.ketamine.product: Self.amount(15_000)])
    let order = try #require(clinic.state.orders[id])
    #expect(
      clinic.state.outstanding(order) == [
        .init(product: Clinic.ketamine.product, amount: Self.amount(5_000)),
        .init(product: Clinic.spray.product, amount: Self.amount(2_000)),
      ])
    try clinic.record(
      Receipt(
        supplier: Clinic.supplier, invoice: "B-1",
        lines: [Clinic.line(Clinic.ketamine, 10_000), Clinic.line(Clinic.spray, 2_000)], order: id))
    #expect(clinic.state.outstanding(order).isEmpty)
    #expect(clinic.state.openOrders.isEmpty)
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.openOrders.map(\.id) == [id])
    try clinic.record(OrderCancelled(id: id, reason: "not-available"))
    #expect(clinic.state.openOrders.isEmpty)
    #expect(clinic.state.new(OrderID.self).text == "O-2")
  }

  @Test("a receipt that was completed and then corrected leaves nothing to complete")
  func completed() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(FoldTests.unfinished())  // 13
    #expect(
      clinic.state.incomplete(Item(Clinic.ketamine.product, "K7")) == Self.amount(5_000))
    try clinic.record(ReceiptCompleted(receipt: 13, invoice: "I-1"))  // 14
    #expect(clinic.state.receipts[13]?.invoice == "I-1")
    #expect(clinic.state.incompleteReceipts.isEmpty)
    try clinic.record(clinic.correction(of: 13))
    try clinic.record(clinic.correction(of: 14))
    #expect(clinic.state.receipts[13] == nil)
  }

  /// Everything that ends, by what and when.
  static func limits(_ clinic: Clinic) -> [String] {
    clinic.state.useLimits(in: .utc).map { limit in
      let place =
        switch limit.subject {
        case .stock(let position): Account.stock(position).text
        case .syringe(let id, let location): "\(id.text) at \(location.text)"
        }
      let past = limit.isPast(at: clinic.now, in: .utc) ? ", past" : ""
      let day = limit.day(in: .utc)?.text ?? "unknown"
      return "\(day) \(limit.kind.rawValue) \(limit.item.lot) \(place)\(past)"
    }
  }

  /// A clinic with a staged syringe, an open vial and a delivery for one patient.
  static func waiting() throws -> Clinic {
    var clinic = try Clinic.stocked()
    try FaultTests.staged(&clinic)
    try clinic.record(
      Receipt(
        supplier: Clinic.supplier, invoice: "P-1",
        lines: [Clinic.line(Item(Clinic.spray.product, "S2"), 2_000, owned)], hasPrescription: true)
    )
    return clinic
  }
  static let owned = Position(Clinic.vault, owner: Clinic.pat.text)
  static let vault = "stock:vault:available:general"

  @Test("limits come earliest first, each thing by the earlier of its own")
  func useLimits() throws {
    var clinic = try Self.waiting()
    let rest = [
      "2026-12-19 beyond-use K1 \(Self.vault):V-1",
      "2027-01-05 delivery S2 stock:vault:available:aaaaaaaaaaaaaaaa:sealed",
      "2027-04-30 expiry S1 \(Self.vault):kit-50458-028-02",
      "2027-04-30 expiry K1 \(Self.vault):sealed", "2027-04-30 expiry K2 \(Self.vault):sealed",
      "2027-04-30 expiry T1 \(Self.vault):sealed",
    ]
    #expect(Self.limits(clinic) == ["2026-11-21 beyond-use K1 D-1 at room-1"] + rest)
    clinic.now = clinic.now.adding(milliseconds: 14_400_000)
    #expect(Self.limits(clinic).first == "2026-11-21 beyond-use K1 D-1 at room-1, past")
    for event in clinic.state.sweep(at: clinic.now, in: .utc) { try clinic.record(event) }
    #expect(Self.limits(clinic) == rest)
    #expect(
      clinic.state.balance(
        .stock(Position(Clinic.room, .loose(try DrawID("D-1")), status: .quarantined)),
        Clinic.ketamine) == Self.amount(700))
  }

  @Test("a lot is used through its day, a vial until its time, a delivery for 45 days")
  func sweep() throws {
    var clinic = try Self.waiting()
    try clinic.record(try FaultTests.syringe())
    func swept(_ text: String) -> [String] {
      clinic.state.sweep(at: Instant(text)!, in: .utc).map {
        "\($0.item.lot) \($0.to.status.rawValue) \($0.reason)"
      }
    }
    #expect(swept("2026-12-19T08:12:59.999Z") == [])
    #expect(swept("2026-12-19T08:13:00.000Z") == ["K1 expired beyond-use"])
    #expect(swept("2027-01-05T23:59:59.999Z") == ["K1 expired beyond-use"])
    #expect(
      swept("2027-01-06T00:00:00.000Z")
        == ["K1 expired beyond-use", "S2 quarantined delivery-past"])
    #expect(swept("2027-04-30T23:59:59.999Z").count == 2)
    #expect(swept("2027-05-01T00:00:00.000Z").count == 6)
  }

  @Test("what is swept once is not swept again, and a second delivery counts from its own day")
  func deliveries() throws {
    var clinic = try Self.waiting()
    try clinic.record(try FaultTests.syringe())
    let item = Item(Clinic.spray.product, "S2")
    clinic.now = Instant("2027-01-01T08:00:00.000Z")!
    try clinic.record(clinic.draw(2_000, item, from: Self.owned))
    try clinic.record(
      Receipt(
        supplier: Clinic.supplier, invoice: "Q-1", lines: [Clinic.line(item, 2_000, Self.owned)],
        hasPrescription: true))
    #expect(
      clinic.state.lastDay(ofDelivery: item, Self.owned, in: .utc)?.text == "2027-02-15")
    // One of the first delivery comes back, so that the oldest decides again.
    try clinic.record(
      PutBack(
        draw: try DrawID("D-2"), item: item, quantity: Self.amount(1_000), to: Self.owned))
    #expect(
      clinic.state.lastDay(ofDelivery: item, Self.owned, in: .utc)?.text == "2027-01-05")
    clinic.now = Instant("2027-01-06T00:00:00.000Z")!
    let events = clinic.state.sweep(at: clinic.now, in: .utc)
    #expect(events.map(\.item.lot) == ["K1", "S2"])
    for event in events { try clinic.record(event) }
    #expect(clinic.state.sweep(at: clinic.now, in: .utc).isEmpty)
  }
}

// MARK: What a count says of what is set aside since

extension Story {
  /// Sets aside what stands at a place, all with one status: `vault`, `vault/V-1`.
  @discardableResult
  mutating func setAside(
    _ at: String, _ amount: String, from place: String, as status: Position.Status,
    lot: String = "A1"
  ) throws -> Int64 {
    let position = Story.position(place)
    var target = position
    target.status = status
    return try add(
      SetAside(
        item: Story.item(lot), from: .stock(position), to: target, amount: Story.amount(amount),
        reason: "other"), at: at)
  }

  /// A syringe is put away, and later set aside in the room.
  mutating func stage(_ at: String, _ id: DrawID, _ amount: String) throws {
    try add(
      PutBack(
        draw: id, item: Story.item(), quantity: Story.amount(amount),
        to: Story.position("room"), stagedUntil: Story.time("1 20:00")), at: at)
  }

  @discardableResult
  mutating func setAside(_ at: String, _ id: DrawID, _ amount: String) throws -> Int64 {
    try add(
      SetAside(
        item: Story.item(), from: .draw(id), to: Story.loose(id), amount: Story.amount(amount),
        reason: "no-show"), at: at)
  }

  static func loose(_ id: DrawID) -> Position {
    Position(try! LocationID("room"), .loose(id), status: .quarantined)
  }

  /// Counts one bucket, whatever its status.
  mutating func count(_ at: String, _ position: Position, _ amount: String) throws {
    let book = state.balance(.stock(position), Story.item())
    var line = PhysicalCount.Line(
      item: Story.item(), position: position, counted: Story.amount(amount), book: book)
    if !line.difference.isZero { line.caseID = state.newCase }
    try add(PhysicalCount(method: .counted, lines: [line]), at: at)
  }
}

extension ReconciliationTests {
  static let recalled = Position(try! LocationID("vault"), status: .recalled)

  static let waiting: [Case] = [
    Case(
      "counted, then a part set aside",
      {
        try $0.receive("1 09:00", "20")
        try $0.count("1 12:00", ("vault", "20"))
        try $0.setAside("1 13:00", "5", from: "vault", as: .recalled)
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
        closing 20.000 = 20.000
        closed
        """),
    Case(
      "set aside, and only the rest counted",
      {
        try $0.receive("1 09:00", "20")
        try $0.setAside("1 10:00", "5", from: "vault", as: .recalled)
        try $0.count("1 12:00", ("vault", "15"))
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
         = ?
        not counted
        uncounted stock:vault:recalled:general:sealed A1 5.000
        """),
    Case(
      "what is set aside is counted as such",
      {
        try $0.receive("1 09:00", "20")
        try $0.setAside("1 10:00", "5", from: "vault", as: .recalled)
        try $0.count("1 12:00", ("vault", "15"))
        try $0.count("1 12:01", recalled, "5")
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
        closing 20.000 = 20.000
        closed
        """),
    Case(
      "what is set aside is missing",
      {
        try $0.receive("1 09:00", "20")
        try $0.setAside("1 10:00", "5", from: "vault", as: .recalled)
        try $0.count("1 12:00", ("vault", "15"))
        try $0.count("1 12:01", recalled, "0")
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
        closing 15.000 = 15.000
        difference -5.000 (-25.00%)
        case:C-1 5.000
        """),
    Case(
      "a vial counted, then set aside, is still what was counted",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        try $0.count("1 12:00", ("vault", "5"), ("vault/V-1", "4.9"))
        try $0.setAside("1 13:00", "4.9", from: "vault/V-1", as: .expired)
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 9.900 = 9.900
        difference -0.100 (-1.00%)
        case:C-1 0.100
        """),
    Case(
      "a staged syringe is set aside out of the hands, after the count",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let id = try $0.draw("1 10:05", "0.7", from: "vault/V-1")
        try $0.stage("1 10:06", id, "0.7")
        try $0.count("1 12:00", ("vault", "5"), ("vault/V-1", "4.3"))
        try $0.setAside("1 20:00", id, "0.7")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
    Case(
      "a syringe set aside before the count is counted, or nobody knows",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let id = try $0.draw("1 10:05", "0.7", from: "vault/V-1")
        try $0.setAside("1 11:00", id, "0.7")
        try $0.count("1 12:00", ("vault", "5"), ("vault/V-1", "4.3"))
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
         = ?
        not counted
        uncounted stock:room:quarantined:general:D-1 A1 0.700
        """),
    Case(
      "a syringe set aside is counted, and moved",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let id = try $0.draw("1 10:05", "0.7", from: "vault/V-1")
        try $0.setAside("1 11:00", id, "0.7")
        try $0.count("1 12:00", ("vault", "5"), ("vault/V-1", "4.3"))
        try $0.count("1 12:01", Story.loose(id), "0.7")
        try $0.add(
          Move(
            item: Story.item(), from: Story.loose(id), to: try LocationID("cart"),
            amount: Story.amount("0.7")), at: "1 13:00")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
    Case(
      "a syringe set aside, and the set-aside corrected after the count",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let id = try $0.draw("1 10:05", "0.7", from: "vault/V-1")
        let aside = try $0.setAside("1 11:00", id, "0.7")
        try $0.count("1 12:00", ("vault", "5"), ("vault/V-1", "4.3"))
        try $0.correct(aside, at: "1 13:00")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 9.300 + in-hands 0.700 = 10.000
        closed
        """),
    Case(
      "found stock is an addition of its own, and no difference",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 12:00", ("vault", "5"))
        try $0.add(
          StockFound(
            line: StockLine(
              item: Story.item("Z9"), expires: try CivilDate("2028-01-31"),
              position: Position(try LocationID("vault"), status: .quarantined),
              amount: Story.amount("5"))), at: "1 13:00")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 + found 5.000 = 15.000
        closing 10.000 = 10.000
        difference -5.000 (-33.33%)
        case:C-1 5.000
        """),
  ]
}
