import Dispensary
import LedgerCore
import Notation
import Recordkeeping

/// An act of every family that the days of doses do not have, so that damage, rebuilding and
/// projections are tried on each kind of entry.
extension TestClinic {
  private static let returns = try! SupplierID("inmar")
  private static let ketamineB = Item(ketamine.product, "K2")
  private static let sprayB = Item(spray.product, "S2")
  private static let nasal = Item(try! ProductID("ketamine-nasal"), "N1")
  private static let merged = try! PatientID("dddddddddddddddd")

  func everythingElse() throws {
    try receiveOtherwise()
    try carryDoses()
    try loseAndSpill()
    try sendAway()
    try compound()
    try prescribe()
    try keepTheOffice()
  }

  @discardableResult
  private func add(
    _ event: any Event, by: Signer = ben, _ witnesses: [Signer] = [],
    _ privates: [String: String] = [:]
  ) throws -> Int64 {
    let values = privates.sorted { $0.key < $1.key }.map { Private($0.key, $0.value) }
    return try act(by, witnesses) { try $0.add($0.draft(event, privates: values)) }[0].seq
  }

  /// The clinic's ledger is kept in universal time.
  private var today: CivilDate { Zone.utc.day(of: clock.now) }

  private static func at(
    _ status: Position.Status = .available, _ holding: Position.Holding = .sealed,
    owner: String = "general"
  ) -> Position { Position(vault, holding, status: status, owner: owner) }

  private static func line(_ item: Item, _ amount: Int64, _ position: Position = at())
    -> OutgoingLine
  {
    OutgoingLine(item: item, position: position, quantity: Amount(thousandths: amount))
  }

  private static func stock(_ item: Item, _ thousandths: Int64, _ position: Position) -> StockLine {
    var line = TestClinic.line(thousandths, item)
    line.position = position
    return line
  }

  private func receiveOtherwise() throws {
    let order = state.new(OrderID.self)
    let lines = [OrderPlaced.Line(product: TestClinic.ketamine.product, amount: .init(50_000))]
    try add(OrderPlaced(id: order, supplier: TestClinic.supplier, lines: lines))
    let broken = Receipt.Line(
      stock: TestClinic.line(20_000), invoiced: .init(35_000), damaged: .init(5_000),
      refused: .init(5_000))
    let short = try add(
      Receipt(supplier: TestClinic.supplier, invoice: "INV-2", lines: [broken], order: order))
    try add(EntryReviewed(entry: short), by: TestClinic.ana, [], ["note": TestClinic.freeText])
    try add(ReceiptSettled(receipt: short, credit: "CN-1"))
    try add(OrderCancelled(id: order, reason: "not-needed"))
    let waiting = TestClinic.at(.quarantined)
    let late = Receipt.Line(
      stock: TestClinic.stock(TestClinic.ketamineB, 20_000, waiting), invoiced: .init(20_000))
    let entry = try add(Receipt(supplier: TestClinic.supplier, invoice: nil, lines: [late]))
    try add(ReceiptCompleted(receipt: entry, invoice: "INV-3"))
    try add(
      Release(
        item: TestClinic.ketamineB, from: waiting, amount: .init(20_000), reason: "complete"))
    let own = TestClinic.at(owner: TestClinic.patients[1].text)
    let delivery = Receipt.Line(
      stock: TestClinic.stock(TestClinic.sprayB, 2_000, own), invoiced: .init(2_000))
    try add(
      Receipt(
        supplier: TestClinic.supplier, invoice: "INV-4", lines: [delivery], hasPrescription: true),
      by: TestClinic.ben, [], ["rx": "7001122"])
    try add(
      SetAside(
        item: TestClinic.ketamineB, from: .stock(TestClinic.at()), to: TestClinic.at(.recalled),
        amount: .init(5_000), reason: "recall"))
    try add(
      StockFound(line: TestClinic.stock(TestClinic.ketamine, 5_000, waiting)), by: TestClinic.ben,
      [TestClinic.ana])
  }

  /// Drawn, handed over, diluted, infused and completed; another draw is held for waste.
  private func carryDoses() throws {
    try openVial()
    let vial = state.openContainers.last!
    let patient = TestClinic.patients[1]
    let infusion = try draw(700, from: vial, for: patient)
    try add(
      Handoff(draw: infusion, holder: TestClinic.cai.person, to: TestClinic.ana.person),
      by: TestClinic.cai, [TestClinic.ana])
    try add(
      Preparation(
        draw: infusion, item: vial.item, quantity: .init(700), diluent: "NaCl 0.9 %",
        total: .init(100_000), beyondUse: clock.now.adding(milliseconds: 3_600_000)),
      by: TestClinic.ana)
    var dose = Administration(
      draw: infusion, item: vial.item, quantity: .init(700), milligrams: nil, recipient: patient)
    dose.infusion = Infusion(infused: .init(100_000), total: .init(100_000))
    let given = try add(dose, by: TestClinic.ana)
    var known = Particulars()
    (known.hasOrder, known.route) = (true, "INTRAVENOUS")
    try add(
      AdministrationCompleted(entry: given, recipient: patient, particulars: known),
      by: TestClinic.ana, [], ["order": "ORD-8812"])
    try holdWaste(from: vial, for: patient)
  }

  private func holdWaste(from vial: Container, for patient: PatientID) throws {
    let id = try draw(400, from: vial, for: patient)
    let held = TestClinic.at(.awaitingWaste, .loose(id))
    try add(
      WasteHeld(draw: id, item: vial.item, quantity: .init(400), to: held, patient: patient),
      by: TestClinic.cai)
    try add(
      Waste(
        source: .container(held), item: vial.item, quantity: .init(300), method: "charcoal",
        place: TestClinic.room, patient: patient),
      by: TestClinic.cai, [TestClinic.dee])
  }

  private func draw(_ amount: Int64, from vial: Container, for patient: PatientID) throws -> DrawID
  {
    let id = state.newDraw
    try add(
      Draw(
        id: id, item: vial.item, from: vial.position, quantity: .init(amount),
        holder: TestClinic.cai.person, patient: patient),
      by: TestClinic.cai)
    return id
  }

  private func loseAndSpill() throws {
    let vial = state.openContainers.last!
    let remnant = state.newDraw
    let broken = TestClinic.at(.damaged, .loose(remnant))
    try add(
      Spill(
        from: .stock(vial.position), item: vial.item, unrecoverable: .init(200),
        recoverable: .init(300), to: broken, remnant: remnant),
      by: TestClinic.cai, [TestClinic.dee], ["circumstances": TestClinic.freeText])
    try add(
      Destruction(
        lines: [TestClinic.line(vial.item, 100, broken)], method: "chemical-digestion",
        place: TestClinic.vault), by: TestClinic.ben, [TestClinic.ana])
    let lost = try add(
      Loss(
        from: .stock(TestClinic.at()), item: TestClinic.ketamine, quantity: .init(5_000),
        kind: .theft, discovered: clock.now), by: TestClinic.ben, [],
      ["circumstances": TestClinic.freeText, "police": "report 4711"])
    try add(
      Filing(form: "DEA-106", recipient: .dea, sentAt: clock.now, answers: lost))
  }

  private func sendAway() throws {
    try add(
      PeerAdopted(
        vkey: "w/1+00000001+BO0BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", url: nil))
    try add(
      SupplierAdded(
        id: TestClinic.returns, name: "Inmar", address: "9 Depot St, Akron",
        dea: DEANumber("PN1234563"), kind: .reverseDistributor))
    let damaged = TestClinic.line(TestClinic.ketamine, 5_000, TestClinic.at(.damaged))
    let id = state.new(ShipmentID.self)
    try add(
      Shipment(
        id: id, to: .reverseDistributor, supplier: TestClinic.returns, reason: .damaged,
        lines: [damaged]), by: TestClinic.ben, [TestClinic.ana])
    try add(
      ShipmentAcknowledged(
        id: id, to: .reverseDistributor, supplier: TestClinic.returns,
        lines: [.init(item: TestClinic.ketamine, quantity: .init(4_000))]))
    try add(
      Distribution(
        registrant: DEANumber("FB1234563"), name: "Birch Clinic", address: "4 Elm St, Akron",
        invoice: "2029-1", lines: [TestClinic.line(TestClinic.ketamine, 5_000)]))
    try add(
      Seizure(
        agency: .dea, receipt: "12-0042",
        lines: [TestClinic.line(TestClinic.ketamine, 5_000)]),
      by: TestClinic.ben, [TestClinic.ana], ["officer": "J. Doe", "badge": "4411"])
  }

  private func compound() throws {
    let product = try Product(
      id: TestClinic.nasal.product, name: "ketamine nasal", genericName: "ketamine hydrochloride",
      labeler: "house", schedule: .three,
      ingredients: [
        Product.Ingredient(
          Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three), strength: "10 mg/mL")
      ],
      strength: Strength("10 mg/mL"),
      packages: [try Package(ndc: nil, container: Quantity(10, .milliliter), containers: 1)],
      provenance: .compounded)
    try add(ProductAdded(product: product))
    let ingredient = TestClinic.line(TestClinic.ketamine, 5_000)
    for isFinished in [true, false] {
      let id = state.new(BatchID.self)
      try add(
        CompoundingStarted(
          id: id, product: product.id, formula: "KN-10", ingredients: [ingredient]))
      guard isFinished else { return }
      try add(
        CompoundingFinished(
          id: id, yield: TestClinic.stock(TestClinic.nasal, 40_000, TestClinic.at()),
          ingredients: [
            .init(
              item: TestClinic.ketamine, quantity: .init(5_000), deadSpace: .init(500),
              wasted: .init(500))
          ]), by: TestClinic.ben, [TestClinic.ana])
    }
  }

  private func prescribe() throws {
    let patient = TestClinic.patients[2]
    let ids = try (0..<3).map { _ in try ordered(for: patient) }
    let from = PrescriptionLine(
      item: TestClinic.spray, position: TestClinic.at(), amount: .init(1_000))
    for id in ids.prefix(2) {
      try add(PrescriptionFilled(id: id, recipient: patient, number: 0, lines: [from]))
    }
    try add(
      PrescriptionPickedUp(
        id: ids[0], recipient: patient, lines: [.init(item: from.item, amount: .init(1_000))]),
      by: TestClinic.ben, [], ["picked_up_by": "the patient", "identification": "license 77"])
    try add(
      PrescriptionReturned(id: ids[1], recipient: patient, number: 0, lines: [from]))
    try add(
      PrescriptionTransferred(
        id: ids[1], recipient: patient, pharmacy: "Elm Pharmacy", address: "2 Elm St",
        dea: DEANumber("FB1234563"), pharmacist: "Lou Finch", refills: 2))
    try add(PrescriptionVoided(id: ids[2], recipient: patient, reason: "canceled"))
  }

  private func ordered(for patient: PatientID) throws -> RxID {
    let id = state.new(RxID.self)
    try add(
      PrescriptionAdded(
        id: id, recipient: patient, product: TestClinic.spray.product, quantity: .init(1_000),
        daysSupply: nil, refills: 2, issued: today, prescriber: "Dr. Ida Reyes",
        prescriberDEA: DEANumber("AB1234563"), form: .electronic),
      by: TestClinic.ben, [], ["directions": "one spray a week", "prescriber_address": "1 Oak St"])
    return id
  }

  private func keepTheOffice() throws {
    let patient = TestClinic.patients[1]
    try add(EntryCosigned(entry: state.size - 1), by: TestClinic.ana)
    try add(
      RecordsDisclosed(subject: patient, purpose: .patient, content: .records), by: TestClinic.ana,
      [], ["recipient": TestClinic.freeText])
    let hold = state.new(HoldID.self)
    try add(HoldPlaced(id: hold, patient: patient), by: TestClinic.ana, [], ["reason": "a suit"])
    try add(HoldLifted(id: hold, patient: patient), by: TestClinic.ana, [], ["reason": "settled"])
    let down = state.new(DowntimeID.self)
    try add(DowntimeStarted(id: down), by: TestClinic.ana, [], ["reason": "a power cut"])
    try add(DowntimeEnded(id: down), by: TestClinic.ana)
    try add(
      Inspection(agency: .dea, form: "DEA-82", copies: true), by: TestClinic.ana, [],
      ["outsider": "Dan Roe; DEA; badge 4711", "copies": "the inventory"])
    try add(
      PersonCredential(
        person: TestClinic.cai.person, dea: DEANumber("AB1234563"),
        deaExpires: try CivilDate("2039-01-31")), by: TestClinic.ana)
    try add(PatientAdded(id: TestClinic.merged), by: TestClinic.ana, [], ["name": "I. Plumbottom"])
    try add(PatientUpdated(id: TestClinic.merged), by: TestClinic.ana, [], ["name": "I. P. Bottom"])
    try add(
      PatientMerged(from: TestClinic.merged, into: patient, reason: .duplicate), by: TestClinic.ana)
    try add(SiteMoved(address: "2 Hill Rd, Akron", date: today), by: TestClinic.ana)
    try keepAnchors()
  }
}

extension TestClinic {
  /// Two that came, of one checkpoint and of a later one, and one that did not.
  func keepAnchors() throws {
    let first = try custodian.promote()
    for number in 1...2 {
      try act { writing in
        try writing.anchor(
          Anchor(
            .sheet, over: first, by: "the archive", evidence: Array("sheet \(number)".utf8)))
      }
    }
    let second = try custodian.promote()
    try act {
      try $0.anchor(
        Anchor(
          .inspector, over: second, by: "Ivy Fox, DEA", outside: clock.now,
          request: Array("nonce".utf8), evidence: Array(second.note.utf8)))
    }
    try act {
      try $0.add($0.draft(AnchorMissed(kind: .tsa, name: "freetsa", reason: .unreachable)))
    }
  }
}

extension Amount {
  fileprivate init(_ thousandths: Int64) { self.init(thousandths: thousandths) }
}
