import Dispensary
import Notation

/// A small clinic on the morning of its first day: two founders, a registration, a policy, a vault
/// and a room, a supplier, three products and two patients. Its clock steps a minute per entry.
struct Clinic {
  var state = State()
  /// The time of the next entry.
  var now = Instant(milliseconds: 1_795_248_000_000)  // 2026-11-21T08:00:00.000Z

  static let ana = try! PersonID("p1")
  static let ben = try! PersonID("p2")
  static let vault = try! LocationID("vault")
  static let room = try! LocationID("room-1")
  static let supplier = try! SupplierID("mckesson")
  static let pat = try! PatientID("aaaaaaaaaaaaaaaa")
  static let quinn = try! PatientID("bbbbbbbbbbbbbbbb")
  static let ketamine = Item(try! ProductID("65219-186"), "K1")
  static let ketamineB = Item(try! ProductID("65219-186"), "K2")
  static let spray = Item(try! ProductID("50458-028"), "S1")
  static let testosterone = Item(try! ProductID("testosterone"), "T1")
  static let kit = "50458-028-02"
  static let expires = try! CivilDate("2027-04-30")
  static let dea = try! DEANumber("AB1234563")

  /// Founded and set up, with nothing on hand.
  init() throws {
    try record(Clinic.opening, by: Clinic.ana)
    try record(
      RegistrationRecorded(
        dea: Clinic.dea, name: "Hill Clinic", address: "1 Hill Rd, Akron", state: "OH",
        expires: try CivilDate("2028-01-31")))
    try record(PolicyAdopted(policy: Clinic.policy))
    try record(LocationAdded(id: Clinic.vault, name: "Vault", parent: nil))
    try record(LocationAdded(id: Clinic.room, name: "Room 1", parent: Clinic.vault))
    try record(
      SupplierAdded(
        id: Clinic.supplier, name: "McKesson", address: "2 Depot St, Columbus", dea: Clinic.dea))
    for product in try Clinic.products() { try record(ProductAdded(product: product)) }
    try record(PatientAdded(id: Clinic.pat))
    try record(PatientAdded(id: Clinic.quinn))
  }

  /// With ten vials in two lots, four sprays in two kits and three ampules in the vault.
  static func stocked() throws -> Clinic {
    var clinic = try Clinic()
    try clinic.record(InitialInventory(moment: .open, lines: []), witnesses: [ben])
    try clinic.record(
      Receipt(
        supplier: supplier, invoice: "INV-1",
        lines: [
          line(ketamine, 25_000), line(ketamineB, 25_000),
          line(spray, 4_000, Position(vault, .kit(kit))), line(testosterone, 3_000),
        ]))
    return clinic
  }

  static func line(_ item: Item, _ amount: Int64, _ position: Position = Position(vault))
    -> Receipt.Line
  {
    Receipt.Line(
      stock: StockLine(
        item: item, expires: expires, position: position, amount: Amount(thousandths: amount)),
      invoiced: Amount(thousandths: amount))
  }

  static let founders = [
    LedgerOpened.Founder(
      person: PersonAdded(
        id: ana, handle: try! Handle("ana"), name: "Ana Ash", initials: "AA",
        roles: [.administrator, .nurse],
        license: License(number: "RN-1", state: "OH", expires: try! CivilDate("2027-06-30"))),
      key: "p1/1", algorithm: "ed25519", publicKey: "AAAA"),
    LedgerOpened.Founder(
      person: PersonAdded(
        id: ben, handle: try! Handle("ben"), name: "Ben Birch", initials: "BB",
        roles: [.pharmacist]),
      key: "p2/1", algorithm: "ed25519", publicKey: "BBBB"),
  ]

  static let opening = LedgerOpened(
    origin: "hill.example/custody", format: "custody/1", siteKey: "site+key", founders: founders)

  static var policy: Policy {
    var policy = Policy()
    policy.readingUncertainty = Amount(thousandths: 100)
    policy.readingLimit = Amount(thousandths: 300)
    return policy
  }

  static func products() throws -> [Product] {
    let esketamine = Product.Ingredient(
      Substance(listed: "ESKETAMINE HYDROCHLORIDE", in: .three), strength: "28 mg/1")
    let kits = try PackageLevel.levels(of: "2 DEVICE in 1 KIT (50458-028-02)")
    return [
      try Product(
        id: ketamine.product, name: "ketamine", genericName: "ketamine hydrochloride",
        labeler: "Kabi", schedule: .three,
        ingredients: [
          Product.Ingredient(
            Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three), strength: "100 mg/mL")
        ],
        strength: Strength("100 mg/mL"),
        packages: [
          try Package(ndc: NDC("65219-186-05"), container: Quantity(5, .milliliter), containers: 5)
        ],
        isMultiDose: true, provenance: .openFDA),
      try Product(
        id: spray.product, name: "SPRAVATO", genericName: "esketamine", labeler: "Janssen",
        schedule: .three, ingredients: [esketamine], strength: Strength("28 mg/1"),
        packages: [
          try Package(
            ndc: NDC(kit), levels: kits, container: Quantity(1, .device), containers: 2)
        ],
        provenance: .openFDA),
      try Product(
        id: testosterone.product, name: "testosterone", genericName: "testosterone cypionate",
        labeler: "Sun", schedule: .three,
        ingredients: [
          Product.Ingredient(
            Substance(listed: "TESTOSTERONE CYPIONATE", in: .three), strength: "200 mg/mL")
        ],
        strength: Strength("200 mg/mL"),
        packages: [
          try Package(ndc: nil, container: Quantity(1, .milliliter), containers: 1)
        ],
        provenance: .typed),
    ]
  }
}

extension Clinic {
  /// Validates, applies and returns; the clock steps a minute.
  @discardableResult
  mutating func record(_ draft: EventDraft) throws -> RecordedEvent {
    let valid = try state.validate(draft, recordedAt: now)
    let entry = RecordedEvent(
      event: valid.event, notes: valid.notes, context: valid.context(recordedAt: now))
    try state.apply(entry)
    now = now.adding(milliseconds: 60_000)
    return entry
  }

  @discardableResult
  mutating func record(
    _ event: any Event, by: PersonID = Clinic.ana, witnesses: [PersonID] = [],
    at occurredAt: Instant? = nil, notes: Notes = Notes()
  ) throws -> RecordedEvent {
    try record(
      EventDraft(event, by: by, witnesses: witnesses, occurredAt: occurredAt, notes: notes))
  }

  /// Why the event would be refused; empty when it would not.
  func faults(
    _ event: any Event, witnesses: [PersonID] = [], at occurredAt: Instant? = nil,
    notes: Notes = Notes()
  ) -> [EventFault] {
    let draft = EventDraft(
      event, by: Clinic.ana, witnesses: witnesses, occurredAt: occurredAt, notes: notes)
    do {
      _ = try state.validate(draft, recordedAt: now)
      return []
    } catch { return error.faults }
  }

  /// The correction of an entry, as the desk would write it.
  func correction(of seq: Int64, reason: String = "other") -> Correction {
    let entry = state.journal[Int(seq)]
    return Correction(
      entry: seq, reason: reason, effective: entry.effectiveAt, reversal: entry.postings.reversed)
  }

  /// Everything a state says but the journal and the numbers that are never used again, as text.
  var picture: [String] {
    var lines = state.balances.map {
      "\($0.account.text) \($0.item.product) \($0.item.lot) \($1.wire)"
    }
    lines += state.lots.map { "lot \($0.lot) \($1.text)" }
    lines += state.unreadLots.map { "lot \($0.lot) unread" }
    lines += state.containers.values.filter { $0.status != .voided }.map {
      "container \($0.id) \($0.status) \(Account.stock($0.position).text) \($0.overfill.wire) "
        + "\($0.endedBy ?? -1)"
    }
    lines += state.openDraws.map {
      "draw \($0.id) \($0.patient?.text ?? "-") \($0.staged.map { "\($0)" } ?? "-")"
    }
    lines += state.openDraws.filter { $0.holder != Clinic.ana }.map {
      "holder \($0.id) \($0.holder)"
    }
    lines += state.draws.values.compactMap { draw in
      draw.preparation.map { "infusion \(draw.id) \($0.infused.wire) of \($0.total.wire)" }
    }
    lines += state.incompleteDoses.map {
      "dose \($0.entry) lacks \($0.lacks.joined(separator: ", "))"
    }
    lines += state.openCases.map { "case \($0.id) \($0.account.text)" }
    lines += state.receipts.keys.map { "receipt \($0)" }
    lines += state.incompleteReceipts.map { "incomplete \($0.seq)" }
    lines += state.orders.values.map { "order \($0.id) \($0.cancelledBy ?? -1)" }
    lines += state.counts.map { "count \($0.seq) \($0.bucket.account.text) \($0.counted.wire)" }
    return lines.sorted()
  }

  // Acts with the numbers that come next.

  func open(_ item: Item = Clinic.ketamine, size: Int64 = 5_000) -> ContainerOpened {
    ContainerOpened(
      id: state.newContainer, item: item, from: Position(Clinic.vault),
      size: Amount(thousandths: size), beyondUse: now.adding(milliseconds: 28 * 86_400_000))
  }

  func vial(_ number: Int = 1, at location: LocationID = Clinic.vault) -> Position {
    Position(location, .container(try! ContainerID(number: number)))
  }

  func draw(
    _ amount: Int64, _ item: Item = Clinic.ketamine, from: Position? = nil, loss: Int64 = 0,
    patient: PatientID? = Clinic.pat
  ) -> Draw {
    let from = from ?? vial()
    let parts = state.division(of: Amount(thousandths: amount), from: from, item)
    return Draw(
      id: state.newDraw, item: item, from: from, quantity: Amount(thousandths: amount),
      overfill: parts.overfill, beyondBook: parts.beyond,
      caseID: parts.beyond.isZero ? nil : state.newCase, loss: Amount(thousandths: loss),
      holder: Clinic.ana, patient: patient)
  }

  func give(_ amount: Int64, _ draw: Int = 1, _ item: Item = Clinic.ketamine) -> Administration {
    Administration(
      draw: try! DrawID(number: draw), item: item, quantity: Amount(thousandths: amount),
      milligrams: nil, recipient: Clinic.pat)
  }

  func waste(_ amount: Int64, _ draw: Int = 1, _ item: Item = Clinic.ketamine) -> Waste {
    Waste(
      source: .draw(try! DrawID(number: draw)), item: item, quantity: Amount(thousandths: amount),
      method: "charcoal", place: Clinic.vault)
  }

  func putBack(
    _ amount: Int64, _ draw: Int = 1, _ item: Item = Clinic.spray, until: Instant? = nil
  ) -> PutBack {
    PutBack(
      draw: try! DrawID(number: draw), item: item, quantity: Amount(thousandths: amount),
      to: Position(Clinic.vault), stagedUntil: until)
  }

  func handoff(_ draw: Int = 1, from: PersonID = Clinic.ana, to: PersonID = Clinic.ben) -> Handoff {
    Handoff(draw: try! DrawID(number: draw), holder: from, to: to)
  }

  func prepare(_ amount: Int64, total: Int64 = 100_000, until: Instant? = nil) -> Preparation {
    Preparation(
      draw: try! DrawID(number: 1), item: Clinic.ketamine, quantity: Amount(thousandths: amount),
      diluent: "NaCl 0.9 %", total: Amount(thousandths: total),
      beyondUse: until ?? now.adding(milliseconds: 3_600_000))
  }

  func infuse(_ volume: Int64, drug: Int64, total: Int64 = 100_000) -> Administration {
    var dose = give(drug)
    dose.infusion = Infusion(
      infused: Amount(thousandths: volume), total: Amount(thousandths: total))
    return dose
  }

  func complete(_ entry: Int64, _ particulars: Particulars) -> AdministrationCompleted {
    AdministrationCompleted(entry: entry, recipient: Clinic.pat, particulars: particulars)
  }

  func count(_ counted: Int64, _ position: Position, _ item: Item = Clinic.ketamine)
    -> PhysicalCount
  {
    let book = state.balance(.stock(position), item)
    var line = PhysicalCount.Line(
      item: item, position: position, counted: Amount(thousandths: counted), book: book)
    if !line.difference.isZero && !state.isReading(line) { line.caseID = state.newCase }
    return PhysicalCount(method: .counted, lines: [line])
  }
}
