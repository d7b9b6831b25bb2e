import Dispensary
import Notation
import Testing

extension FoldTests {
  static let shelf = "stock:vault:available:general:sealed"
  static let awaiting = "stock:vault:awaiting-waste:general:D-1"
  static let shipped: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.ship(clinic.out(5_000)))
  }
  static let heldBefore: @Sendable (inout Clinic) throws -> Void = { clinic in
    try drawn(&clinic)
    try clinic.record(clinic.hold(700))
  }
  static let missed: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(clinic.count(20_000, Clinic.shelf))
  }
  static let spray: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.record(ProductAdded(product: Clinic.nasalSpray()))
  }
  static let batch: @Sendable (inout Clinic) throws -> Void = { clinic in
    try clinic.compounding()
  }

  static let disposal: [Deed] = [
    Deed(
      "waste held", adds: ["\(awaiting) \(k) 0.700"],
      removes: ["draw D-1 - -", "draw:D-1 \(k) 0.700"], before: drawn
    ) { $0.hold(700) },
    Deed(
      "what was held, wasted", adds: ["wasted \(k) 0.200", "\(awaiting) \(k) 0.500"],
      removes: ["\(awaiting) \(k) 0.700"],
      before: heldBefore
    ) { clinic in
      Waste(
        source: .container(Clinic.held), item: Clinic.ketamine, quantity: amount(200),
        method: "charcoal", place: Clinic.vault)
    },
    Deed(
      "a spill, in part recovered",
      adds: [
        "spilled \(k) 0.200", "stock:vault:damaged:general:D-1 \(k) 0.100", "\(vial) \(k) 4.700",
      ],
      removes: ["\(vial) \(k) 5.000"], before: open
    ) { $0.spill(200, back: 100) },
    Deed(
      "a spill of a draw",
      adds: ["spilled \(k) 0.700"], removes: ["draw D-1 - -", "draw:D-1 \(k) 0.700"], before: drawn
    ) { clinic in
      Spill(from: .draw(try DrawID("D-1")), item: Clinic.ketamine, unrecoverable: amount(700))
    },
    Deed(
      "a loss from a shelf", adds: ["lost \(k) 5.000", "\(shelf) \(k) 20.000"],
      removes: ["\(shelf) \(k) 25.000"]
    ) { $0.loss(5_000) },
    Deed(
      "a loss that closes its case", adds: ["lost \(k) 5.000"],
      removes: ["case C-1 \(shelf)", "case:C-1 \(k) 5.000"],
      before: missed
    ) { $0.loss(5_000, from: .discrepancy(try CaseID("C-1"))) },
    Deed(
      "a loss on the way", adds: ["in-transit:S-1 \(k) 4.000", "lost \(k) 1.000"],
      removes: ["in-transit:S-1 \(k) 5.000"], before: shipped
    ) { $0.loss(1_000, from: .inTransit(Clinic.shipment), kind: .inTransit) },
    Deed(
      "destroyed", adds: ["destroyed \(k) 5.000", "\(shelf) \(k) 20.000"],
      removes: ["\(shelf) \(k) 25.000"]
    ) { $0.destroy($0.out(5_000)) },
    Deed(
      "shipped", adds: ["in-transit:S-1 \(k) 5.000", "\(shelf) \(k) 20.000"],
      removes: ["\(shelf) \(k) 25.000"]
    ) { $0.ship($0.out(5_000)) },
    Deed(
      "acknowledged, short",
      adds: ["in-transit:S-1 \(k) 1.000", "reverse-distributor:mckesson \(k) 4.000"],
      removes: ["in-transit:S-1 \(k) 5.000"], before: shipped
    ) { $0.acknowledge(4_000) },
    Deed(
      "distributed", adds: ["registrant:FB1234563 \(k) 5.000", "\(shelf) \(k) 20.000"],
      removes: ["\(shelf) \(k) 25.000"]
    ) { $0.distribute($0.out(5_000)) },
    Deed(
      "seized", adds: ["seized \(k) 25.000"], removes: ["\(shelf) \(k) 25.000"]
    ) { $0.seize($0.out(25_000)) },
    Deed(
      "a batch begun", adds: ["compounding:B-1 \(k) 5.000", "\(shelf) \(k) 20.000"],
      removes: ["\(shelf) \(k) 25.000"],
      before: spray
    ) { $0.start($0.out(5_000)) },
    Deed(
      "a batch finished",
      adds: [
        "compounded:B-1 \(k) 4.800", "compounded:B-1 ketamine-nasal N1 -48.000",
        "dead-space \(k) 0.100", "wasted \(k) 0.100", "lot N1 2027-04-30",
        "\(shelf) ketamine-nasal N1 48.000",
      ], removes: ["compounding:B-1 \(k) 5.000"], before: batch
    ) { $0.finish(48_000, dead: 100, wasted: 100) },
  ]
}

extension FaultTests {
  static let negative = ["the quantity destroyed must be more than zero, not -1.000"]
  static let held = "`custody status` shows what is there"

  static let disposal: [Refusal] = [
    Refusal(
      "held somewhere else, as something else",
      [
        "what is held for waste is known by its draw, and awaits waste",
        "what is held for waste belongs to whom it was drawn from",
      ]
    ) { clinic in
      try FoldTests.drawn(&clinic)
      return clinic.hold(
        100, to: Position(Clinic.vault, owner: Clinic.pat.text))
    },
    Refusal(
      "held, more than was drawn, where nobody knows",
      [
        "draw `D-1` has 0.700 mL left, and 0.800 mL would be held | give the quantity that was really held",
        "location `vault-9` is not known | did you mean `vault`?",
      ]
    ) { clinic in
      try FoldTests.drawn(&clinic)
      return clinic.hold(
        800, to: Position(elsewhere, .loose(try DrawID("D-1")), status: .awaitingWaste))
    },
    Refusal(
      "nothing spilled",
      ["the quantity spilled must be more than zero, not 0.000"]
    ) { clinic in
      try FoldTests.open(&clinic)
      return clinic.spill(0)
    },
    Refusal(
      "a spill from a vial that is not, of a negative part",
      [
        "container `V-1` is not known | `custody status` shows what is there",
        "a part of the spill is negative",
      ]
    ) { clinic in clinic.spill(-100, back: 200) },
    Refusal(
      "recovered to nowhere", ["where the recovered part is put is not said"]
    ) { clinic in
      try FoldTests.open(&clinic)
      var spill = clinic.spill(100, back: 100)
      spill.to = nil
      return spill
    },
    Refusal(
      "recovered under another number, back into use",
      [
        "the next draw is `D-1`", "what was recovered is known by its draw, and damaged",
        "what was recovered belongs to whom it was spilled from",
      ]
    ) { clinic in
      try FoldTests.open(&clinic)
      var spill = clinic.spill(100, back: 100)
      spill.remnant = try DrawID("D-5")
      spill.to = Position(Clinic.vault, owner: Clinic.pat.text)
      return spill
    },
    Refusal(
      "a draw spilled and renamed",
      [
        "what was in a draw keeps its number",
        "what was recovered is known by its draw, and damaged",
      ]
    ) { clinic in
      try FoldTests.drawn(&clinic)
      return Spill(
        from: .draw(try DrawID("D-1")), item: Clinic.ketamine, unrecoverable: amount(100),
        recoverable: amount(100), to: Clinic.held, remnant: try DrawID("D-2"))
    },
    Refusal(
      "nothing recovered, at a place",
      ["nothing was recovered, and the entry says where it is"]
    ) { clinic in
      try FoldTests.open(&clinic)
      var spill = clinic.spill(100)
      spill.to = Sample.damaged
      return spill
    },
    Refusal(
      "more spilled than there is",
      [
        "not enough of lot `K1` at `V-1`: 6.000 mL asked for, 5.000 mL there | `custody status` shows where it is"
      ]
    ) { clinic in
      try FoldTests.open(&clinic)
      return clinic.spill(6_000)
    },
    Refusal(
      "a loss discovered after its report, by a stranger",
      [
        "person `p9` is not known | `custody person list` shows what is there",
        "a loss is discovered before it is reported, not at `2026-11-21T08:14:00.000Z`",
      ]
    ) { clinic in
      var loss = clinic.loss(5_000)
      loss.custodian = try PersonID("p9")
      loss.discovered = clinic.now.adding(milliseconds: 60_000)
      return loss
    },
    Refusal(
      "a case that is not", ["case `C-1` is not known | `custody status` shows what is there"]
    ) { clinic in clinic.loss(1_000, from: .discrepancy(try CaseID("C-1"))) },
    Refusal(
      "more lost than a case misses",
      [
        "case `C-1` misses 5.000 mL, and 6.000 mL would be lost | `custody status` shows the open cases"
      ]
    ) { clinic in
      try clinic.record(clinic.count(20_000, Clinic.shelf))
      return clinic.loss(6_000, from: .discrepancy(try CaseID("C-1")))
    },
    Refusal(
      "a loss of what there is too much of",
      [
        "case `C-1` misses 0.000 mL, and 1.000 mL would be lost | `custody status` shows the open cases"
      ]
    ) { clinic in
      try clinic.record(clinic.count(30_000, Clinic.shelf))
      return clinic.loss(1_000, from: .discrepancy(try CaseID("C-1")))
    },
    Refusal("a case of another lot", ["case `C-1` is about other stock than this entry"]) {
      clinic in
      try clinic.record(clinic.count(20_000, Clinic.shelf))
      return clinic.loss(1_000, from: .discrepancy(try CaseID("C-1")), Clinic.ketamineB)
    },
    Refusal(
      "lost on no way",
      ["shipment `S-1` is not known | `custody ship list` shows what is there"]
    ) { clinic in clinic.loss(1_000, from: .inTransit(Clinic.shipment)) },
    Refusal(
      "nothing destroyed, in no way",
      [
        "nothing is destroyed", "the method of destruction is empty or has spaces at its ends",
      ]
    ) { _ in Destruction(lines: [], method: "", place: Clinic.vault) },
    Refusal(
      "destroyed twice, less than nothing",
      ["the same stock stands on two lines | write one line with the sum"] + negative + negative
    ) { $0.destroy($0.out(-1_000), $0.out(-1_000)) },
    Refusal(
      "a lot and a syringe that nobody knows",
      [
        "lot `Z9` of `65219-186` is not known | did you mean `K1`?",
        "draw `D-1` is not known | `custody status` shows what is there",
      ]
    ) { clinic in
      clinic.destroy(
        clinic.out(1_000, Item(Clinic.ketamine.product, "Z9")),
        clinic.out(1_000, from: Clinic.held))
    },
    Refusal("a vial of another lot", ["`V-1` is not what this entry says it is"]) { clinic in
      try FoldTests.open(&clinic)
      return clinic.destroy(clinic.out(1_000, Clinic.ketamineB, from: clinic.vial()))
    },
    Refusal(
      "shipped out of order, to nobody",
      [
        "the next number is `S-1`, not `S-4`",
        "supplier `inmar` is not known | `custody supplier list` shows what is there",
        "the tracking number is empty or has spaces at its ends",
      ]
    ) { clinic in
      var ship = clinic.ship(clinic.out(5_000))
      ship.id = try ShipmentID("S-4")
      ship.supplier = try SupplierID("inmar")
      ship.tracking = " "
      return ship
    },
    Refusal(
      "a shipment acknowledged that was never sent",
      ["shipment `S-1` is not known | `custody ship list` shows what is there"]
    ) { $0.acknowledge(1_000) },
    Refusal("acknowledged by somebody else", ["shipment `S-1` went to `mckesson`"]) { clinic in
      try FoldTests.shipped(&clinic)
      return clinic.acknowledge(1_000, to: .supplier)
    },
    Refusal(
      "nothing acknowledged",
      ["nothing is acknowledged | what never arrived is `custody loss report`"]
    ) { clinic in
      try FoldTests.shipped(&clinic)
      var event = clinic.acknowledge(1_000)
      event.lines = []
      return event
    },
    Refusal(
      "acknowledged twice in one entry, less than nothing",
      [
        "the same lot stands on two lines",
        "the quantity acknowledged must be more than zero, not -1.000",
        "the quantity acknowledged must be more than zero, not -1.000",
      ]
    ) { clinic in
      try FoldTests.shipped(&clinic)
      var event = clinic.acknowledge(-1_000)
      event.lines += event.lines
      return event
    },
    Refusal(
      "more acknowledged than was sent",
      [
        "not enough of lot `K1` at `in-transit:S-1`: 6.000 mL asked for, 5.000 mL there | `custody status` shows where it is"
      ]
    ) { clinic in
      try FoldTests.shipped(&clinic)
      return clinic.acknowledge(6_000)
    },
    Refusal(
      "distributed to nobody",
      [
        "the registrant's name is empty or has spaces at its ends",
        "the registrant's address is empty or has spaces at its ends",
        "the invoice number is empty or has spaces at its ends", "nothing is distributed",
      ]
    ) { _ in
      Distribution(registrant: Clinic.otherDEA, name: "", address: "", invoice: "", lines: [])
    },
    Refusal(
      "seized by nobody",
      [
        "the number of the receipt is empty or has spaces at its ends", "nothing is seized",
      ]
    ) { _ in Seizure(agency: .other, receipt: "", lines: []) },
    Refusal(
      "a batch out of order, of nothing, into nothing",
      [
        "the next number is `B-1`, not `B-4`",
        "product `ketamine-nasal` is not known | `custody product list` shows what is there",
        "the formula is empty or has spaces at its ends", "nothing is compounded",
      ]
    ) { clinic in
      var start = clinic.start()
      start.id = try BatchID("B-4")
      start.formula = ""
      return start
    },
    Refusal(
      "a batch that was never begun",
      ["batch `B-1` is not known | `custody compound list` shows what is there"]
    ) { $0.finish(50_000) },
    Refusal(
      "a batch of something else, open, of nothing",
      [
        "the yield must be more than zero, not 0.000",
        "batch `B-1` makes `ketamine-nasal`, not something else",
        "a yield is put away in closed containers",
      ]
    ) { clinic in
      try clinic.compounding()
      var finish = clinic.finish(0)
      finish.yield.item = Clinic.ketamine
      finish.yield.position = Position(Clinic.vault, .kit(Clinic.kit))
      return finish
    },
    Refusal(
      "a batch finished twice",
      ["batch `B-1` is finished already | `custody compound list` shows its yield"]
    ) { clinic in
      try clinic.compounding()
      try clinic.record(clinic.finish(50_000))
      return clinic.finish(50_000)
    },
    Refusal("a batch of other lots", ["batch `B-1` holds other lots than the entry uses up"]) {
      clinic in
      try clinic.compounding()
      return clinic.finish(50_000, Clinic.ketamineB)
    },
    Refusal(
      "a batch half finished",
      ["batch `B-1` holds 5.000 mL of lot `K1`, and the entry uses up 4.000 mL"]
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(40_000, of: 4_000)
    },
    Refusal(
      "more lost than a batch held",
      [
        "more of lot `K1` is lost than the batch holds | `custody status` shows what the batch holds"
      ]
    ) {
      clinic in
      try clinic.compounding()
      return clinic.finish(50_000, dead: 3_000, wasted: 3_000)
    },
    Refusal(
      "more drug in the yield than in its ingredients",
      [
        "the yield holds 500.01 mg, and its ingredients, less what was lost, 500 mg | read the yield and the strength on its formula again"
      ]
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(50_001)
    },
    Refusal(
      "less drug in the yield, unexplained",
      [
        "the yield holds 480 mg, and its ingredients, less what was lost, 490 mg | name the 10 mg that is not in the yield, as dead space or waste: 0.100 mL of lot `K1`"
      ]
    ) { clinic in
      try clinic.compounding()
      return clinic.finish(48_000, dead: 100)
    },
    Refusal(
      "a batch of another drug",
      [
        "`65219-186` holds ketamine hydrochloride, and `ketamine-nasal` holds esketamine hydrochloride | a batch is made of the substance that its strength states"
      ]
    ) { clinic in
      try clinic.compounding(
        try Clinic.nasalSpray(substance: "ESKETAMINE HYDROCHLORIDE"))
      return clinic.finish(50_000)
    },
  ]
}

extension ReconciliationTests {
  static let theCase = Account.discrepancy(try! CaseID("C-1"))
  static let found = "1 00:00"

  static func lost(
    _ story: inout Story, _ at: String, _ amount: String, from account: Account = theCase,
    recorded: String? = nil
  ) throws -> Int64 {
    try story.add(
      Loss(
        from: account, item: Story.item(), quantity: Story.amount(amount), kind: .missing,
        discovered: Story.time(found)), at: at, recorded: recorded)
  }

  /// Ten milliliters, of which a count on the second misses half; reported lost on the fourth.
  static let missed: @Sendable (inout Story) throws -> Void = { story in
    try story.initial("1 08:00", ("A1", "vault", "10"))
    try story.count("2 17:00", ("vault", "9.5"))
    _ = try lost(&story, "4 09:00", "0.5")
    try story.count("5 17:00", ("vault", "9.5"))
  }

  /// Ten milliliters, of which half are shipped on the second and four acknowledged on the fourth.
  static let sent: @Sendable (inout Story) throws -> Void = { story in
    try story.initial("1 08:00", ("A1", "vault", "10"))
    let id = try ShipmentID("S-1")
    let supplier = try SupplierID("acme")
    try story.add(
      Shipment(
        id: id, to: .supplier, supplier: supplier, reason: .unwanted,
        lines: [
          OutgoingLine(
            item: Story.item(), position: Story.position("vault"), quantity: Story.amount("5"))
        ]), at: "2 10:00")
    try story.count("2 17:00", ("vault", "5"))
    try story.add(
      ShipmentAcknowledged(
        id: id, to: .supplier, supplier: supplier,
        lines: [.init(item: Story.item(), quantity: Story.amount("4"))]), at: "4 09:00")
    _ = try lost(&story, "5 09:00", "1", from: .inTransit(id))
    try story.count("5 17:00", ("vault", "5"))
  }

  static let disposal: [Case] = [
    Case(
      "a loss out of its case closes the chart", missed,
      chart: """
        opening 10.000 = 10.000
        closing 9.500 + lost 0.500 = 10.000
        closed
        """),
    Case(
      "the period of the count has the loss, once it is reported", to: "3 00:00", missed,
      chart: """
        opening 10.000 = 10.000
        closing 9.500 + lost 0.500 = 10.000
        closed
        """),
    Case(
      "the period of the report does not have it again", from: "3 00:00", missed,
      chart: """
        opening 9.500 = 9.500
        closing 9.500 = 9.500
        closed
        """),
    Case(
      "a part of a case reported",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "10"))
        try story.count("2 17:00", ("vault", "9.5"))
        _ = try lost(&story, "4 09:00", "0.2")
      },
      chart: """
        opening 10.000 = 10.000
        closing 9.500 + lost 0.200 = 9.700
        difference -0.300 (-3.00%)
        case:C-1 0.300
        """),
    Case(
      "a report that was corrected opens the case again", from: "3 00:00",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "10"))
        try story.count("2 17:00", ("vault", "9.5"))
        let seq = try lost(&story, "4 09:00", "0.5")
        try story.correct(seq, at: "4 10:00")
        try story.count("5 17:00", ("vault", "9.5"))
      },
      chart: """
        opening 9.500 = 9.500
        closing 9.500 = 9.500
        closed
        """),
    Case(
      "and the difference stands in the period of the count",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "10"))
        try story.count("2 17:00", ("vault", "9.5"))
        let seq = try lost(&story, "4 09:00", "0.5")
        try story.correct(seq, at: "4 10:00")
      },
      chart: """
        opening 10.000 = 10.000
        closing 9.500 + lost 0.000 = 9.500
        difference -0.500 (-5.00%)
        case:C-1 0.500
        """),
    Case(
      "a loss straight from the shelf",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "10"))
        _ = try lost(
          &story, "2 09:00", "5", from: .stock(Story.position("vault")))
        try story.count("2 17:00", ("vault", "5"))
      },
      chart: """
        opening 10.000 = 10.000
        closing 5.000 + lost 5.000 = 10.000
        closed
        """),
    Case(
      "a shipment across the end of a period", to: "3 00:00", sent,
      chart: """
        opening 10.000 = 10.000
        closing 5.000 + in-transit 5.000 = 10.000
        closed
        """),
    Case(
      "and in the next", from: "3 00:00", sent,
      chart: """
        opening 5.000 + opening-in-hands 5.000 = 10.000
        closing 5.000 + returned-to-supplier:acme 4.000 + lost 1.000 = 10.000
        closed
        """),
    Case(
      "everything that leaves has a line",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "30"))
        func line(_ amount: String, _ place: String = "vault") -> [OutgoingLine] {
          [
            OutgoingLine(
              item: Story.item(), position: Story.position(place), quantity: Story.amount(amount))
          ]
        }
        let vault = try LocationID("vault")
        try story.add(
          Destruction(lines: line("1"), method: "kit", place: vault), at: "1 09:00")
        try story.add(
          Seizure(agency: .dea, receipt: "1", lines: line("2")), at: "1 09:10")
        try story.add(
          Distribution(
            registrant: try DEANumber("FB1234563"), name: "B", address: "C", invoice: "1",
            lines: line("3")), at: "1 09:20")
        let id = try ShipmentID("S-1")
        let acme = try SupplierID("acme")
        try story.add(
          Shipment(
            id: id, to: .reverseDistributor, supplier: acme, reason: .expired, lines: line("4")),
          at: "1 09:30")
        try story.add(
          ShipmentAcknowledged(
            id: id, to: .reverseDistributor, supplier: acme,
            lines: [.init(item: Story.item(), quantity: Story.amount("4"))]), at: "1 09:40")
        try story.open("1 10:00")
        let spilled = Position(vault, .loose(story.state.newDraw), status: .damaged)
        try story.add(
          Spill(
            from: .stock(Story.position("vault/V-1")), item: Story.item(),
            unrecoverable: Story.amount("0.2"), recoverable: Story.amount("0.1"), to: spilled,
            remnant: story.state.newDraw), at: "1 10:10")
        let draw = try story.draw("1 10:20", "0.5", from: "vault/V-1")
        let held = Position(vault, .loose(draw), status: .awaitingWaste)
        try story.add(
          WasteHeld(draw: draw, item: Story.item(), quantity: Story.amount("0.5"), to: held),
          at: "1 10:30")
        try story.count("1 17:00", ("vault", "15"), ("vault/V-1", "4.2"))
        try story.add(
          Waste(
            source: .container(held), item: Story.item(), quantity: Story.amount("0.5"),
            method: "kit", place: vault), at: "1 18:00")
        try story.add(
          Destruction(
            lines: [
              OutgoingLine(
                item: Story.item(), position: spilled, quantity: Story.amount("0.1"))
            ], method: "kit", place: vault), at: "1 18:10")
        try story.add(
          ProductAdded(
            product: Story.product(try ProductID("spray"), "10 mg/mL", .milliliter)),
          at: "1 18:20")
        let batch = try BatchID("B-1")
        try story.add(
          CompoundingStarted(
            id: batch, product: try ProductID("spray"), formula: "F", ingredients: line("5")),
          at: "1 18:30")
        try story.add(
          CompoundingFinished(
            id: batch, yield: try Story.line("N1", "vault", "49", try ProductID("spray")),
            ingredients: [
              .init(
                item: Story.item(), quantity: Story.amount("5"), deadSpace: Story.amount("0.1"))
            ]), at: "1 18:40")
      },
      chart: """
        opening 30.000 = 30.000
        closing 14.200 + wasted 0.500 + dead-space 0.100 + spilled 0.200 + compounded:B-1 4.900 + reverse-distributor:acme 4.000 + registrant:FB1234563 3.000 + destroyed 1.100 + seized 2.000 = 30.000
        closed
        """),
    Case(
      "the yield of a batch is an addition to its product", product: try! ProductID("spray"),
      { story in
        try story.initial("1 08:00", ("A1", "vault", "5"))
        try story.add(
          ProductAdded(
            product: Story.product(try ProductID("spray"), "10 mg/mL", .milliliter)))
        let batch = try BatchID("B-1")
        try story.add(
          CompoundingStarted(
            id: batch, product: try ProductID("spray"), formula: "F",
            ingredients: [
              OutgoingLine(
                item: Story.item(), position: Story.position("vault"),
                quantity: Story.amount("5"))
            ]), at: "1 18:30")
        try story.add(
          CompoundingFinished(
            id: batch, yield: try Story.line("N1", "vault", "50", try ProductID("spray")),
            ingredients: [.init(item: Story.item(), quantity: Story.amount("5"))]),
          at: "1 18:40")
        try story.count(
          "1 19:00", ("vault", "50"), lot: "N1", product: try ProductID("spray"))
      },
      chart: """
        opening 0.000 + compounded:B-1 50.000 = 50.000
        closing 50.000 = 50.000
        closed
        """),
    Case(
      "what was held before the count and not counted is not known",
      { story in
        try story.initial("1 08:00", ("A1", "vault", "5"))
        try story.open("1 09:00")
        let draw = try story.draw("1 10:00", "0.5", from: "vault/V-1")
        try story.add(
          WasteHeld(
            draw: draw, item: Story.item(), quantity: Story.amount("0.5"),
            to: Position(
              try LocationID("vault"), .loose(draw), status: .awaitingWaste)),
          at: "1 10:30")
        try story.count("1 17:00", ("vault/V-1", "4.5"))
      },
      chart: """
        opening 5.000 = 5.000
         = ?
        not counted
        uncounted stock:vault:awaiting-waste:general:D-1 A1 0.500
        """),
  ]
}

@Suite("What leaves")
struct DisposalTests {
  @Test("what was recovered of a spill takes a draw's number, which is never used again")
  func remnant() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.open())
    let entry = try clinic.record(clinic.spill(200, back: 100))
    let record = try #require(clinic.state.draws[try DrawID("D-1")])
    #expect(record.quantity == Amount(thousandths: 100))
    #expect(clinic.state.openDraws.isEmpty)
    #expect(clinic.state.newDraw == (try DrawID("D-2")))
    try clinic.record(clinic.correction(of: entry.context.seq))
    #expect(clinic.state.newDraw == (try DrawID("D-2")))
  }

  @Test("a spill of a draw leaves what was recovered under its number")
  func spilledDraw() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.open())
    try clinic.record(clinic.draw(700))
    let to = Position(Clinic.vault, .loose(try DrawID("D-1")), status: .damaged)
    try clinic.record(
      Spill(
        from: .draw(try DrawID("D-1")), item: Clinic.ketamine,
        unrecoverable: Amount(thousandths: 500), recoverable: Amount(thousandths: 200), to: to,
        patient: Clinic.pat))
    #expect(clinic.state.openDraws.isEmpty)
    #expect(clinic.state.balance(.stock(to), Clinic.ketamine) == Amount(thousandths: 200))
    // It may be spilled again, destroyed, or shipped, under the same number.
    try clinic.record(clinic.destroy(clinic.out(200, from: to)))
    #expect(clinic.state.balance(.stock(to), Clinic.ketamine).isZero)
  }

  @Test("since when something is held")
  func since() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.open())
    try clinic.record(clinic.draw(700))
    let bucket = Bucket(.stock(Clinic.held), Clinic.ketamine)
    #expect(clinic.state.heldSince(bucket) == nil)
    let first = clinic.now
    try clinic.record(clinic.hold(300))
    try clinic.record(clinic.hold(400))
    #expect(clinic.state.heldSince(bucket) == first)
    // Carried to the room and back, it has been held all the time.
    var room = Clinic.held
    room.location = Clinic.room
    let all = Amount(thousandths: 700)
    try clinic.record(
      Move(item: Clinic.ketamine, from: Clinic.held, to: Clinic.room, amount: all))
    #expect(clinic.state.heldSince(Bucket(.stock(room), Clinic.ketamine)) == first)
    try clinic.record(Move(item: Clinic.ketamine, from: room, to: Clinic.vault, amount: all))
    let waste = Waste(
      source: .container(Clinic.held), item: Clinic.ketamine, quantity: Amount(thousandths: 700),
      method: "charcoal", place: Clinic.vault)
    try clinic.record(waste)
    #expect(clinic.state.heldSince(bucket) == nil)
  }

  @Test("a shipment is settled by acknowledgements and losses")
  func settled() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.ship(clinic.out(5_000)))
    try clinic.record(clinic.acknowledge(3_000))
    try clinic.record(clinic.acknowledge(1_000))
    #expect(clinic.state.inTransit(Clinic.shipment).map(\.amount) == [Amount(thousandths: 1_000)])
    try clinic.record(clinic.loss(1_000, from: .inTransit(Clinic.shipment), kind: .inTransit))
    #expect(clinic.state.inTransit(Clinic.shipment).isEmpty)
    // What arrived cannot be unsent.
    let faults = clinic.faults(clinic.correction(of: 13))
    #expect(faults.map(\.kind) == [.notEnough])
    #expect(clinic.state.new(ShipmentID.self).text == "S-2")
  }

  @Test("a batch closes within the smallest step of an amount")
  func rounding() throws {
    var clinic = try Clinic.stocked()
    try clinic.compounding()
    // One step of the yield is 10 micrograms, one of the ingredient 100.
    #expect(clinic.faults(clinic.finish(50_000)).isEmpty)
    #expect(clinic.faults(clinic.finish(49_991)).isEmpty)
    #expect(clinic.faults(clinic.finish(49_990)).count == 1)
    #expect(clinic.faults(clinic.finish(50_001)).count == 1)
  }

  @Test("a lot of a corrected batch is forgotten, and its number is not")
  func corrected() throws {
    var clinic = try Clinic.stocked()
    try clinic.compounding()
    let entry = try clinic.record(clinic.finish(50_000))
    try clinic.record(clinic.correction(of: entry.context.seq))
    #expect(clinic.state.lots[Clinic.nasal] == nil)
    #expect(clinic.state.compounding(Clinic.batch).map(\.amount) == [Amount(thousandths: 5_000)])
    try clinic.record(clinic.finish(50_000, expires: try CivilDate("2027-03-31")))
    #expect(clinic.state.new(BatchID.self).text == "B-2")
  }
}
