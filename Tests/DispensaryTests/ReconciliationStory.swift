import Dispensary
import Notation
import Testing

/// A small site whose days are told line by line: times are `day hh:mm` in November 2026, UTC.
///
///     var story = try Story()
///     try story.receive("1 09:00", "10", to: "vault")
///     try story.count("1 17:00", "vault", "9.5")
struct Story {
  var state = State()
  /// What was entered, in order.
  private(set) var entries: [RecordedEvent] = []
  private(set) var clock = Story.time("1 00:00")
  static let ketamine = try! ProductID("0409-2051")
  static let spray = try! ProductID("50458-028")
  static let ana = try! PersonID("p1")
  static let patient = try! PatientID("aaaaaaaaaaaaaaa2")

  /// - Parameter reading: how much a reading may differ without a case.
  init(reading: String = "0") throws {
    let founder = PersonAdded(
      id: Story.ana, handle: try Handle("ana"), name: "Ana Ruiz", initials: "AR",
      roles: [try Role("pharmacist")])
    try add(
      LedgerOpened(
        origin: "example.org/site", format: "custody/1", siteKey: "k",
        founders: [.init(person: founder, key: "p1/1", algorithm: "ed25519", publicKey: "A")]))
    try add(
      RegistrationRecorded(
        dea: try DEANumber("AB1234563"), name: "Example Clinic", address: "1 Main St", state: "OH",
        expires: nil))
    for name in ["vault", "room", "cart"] {
      try add(LocationAdded(id: try LocationID(name), name: name, parent: nil))
    }
    try add(
      SupplierAdded(
        id: try SupplierID("acme"), name: "Acme", address: "2 Main St",
        dea: try DEANumber("AB1234563")))
    try add(ProductAdded(product: Story.product(Story.ketamine, "100 mg/mL", .milliliter)))
    try add(ProductAdded(product: Story.product(Story.spray, "28 mg/1", .device)))
    try add(PatientAdded(id: Story.patient))
    var policy = Policy()
    policy.readingUncertainty = Story.amount(reading)
    policy.readingLimit = Story.amount(reading)
    try add(PolicyAdopted(policy: policy))
  }

  static func product(_ id: ProductID, _ strength: String, _ unit: BaseUnit) throws -> Product {
    try Product(
      id: id, name: "Ketamine", genericName: "ketamine hydrochloride", labeler: "Acme",
      schedule: .three, form: "INJECTION",
      ingredients: [.init(Substance(listed: "KETAMINE", in: .three), strength: strength)],
      strength: try Strength(strength),
      packages: [
        try Package(
          ndc: nil, container: try Quantity(unit == .milliliter ? 5 : 1, unit), containers: 2)
      ],
      isMultiDose: unit == .milliliter,
      overfillLimit: unit == .milliliter ? try Quantity(thousandths: 300, unit) : nil,
      provenance: .typed)
  }

  static func amount(_ text: String) -> Amount {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let zeros = String(repeating: "0", count: 3 - fraction.count)
    return Amount(wire: "\(parts[0]).\(fraction)\(zeros)")!
  }

  /// `2 09:05`, or with seconds.
  static func time(_ text: String) -> Instant {
    let parts = text.split(separator: " ")
    let day = parts[0].count == 1 ? "0\(parts[0])" : String(parts[0])
    return Instant("2026-11-\(day)T\(parts[1]):00.000Z")!
  }

  static func item(_ lot: String = "A1", _ product: ProductID = ketamine) -> Item {
    Item(product, lot)
  }

  /// `vault`, `vault/V-1`, `vault/kit-50458-028-02`.
  static func position(_ text: String) -> Position {
    let parts = text.split(separator: "/")
    let holding = parts.count > 1 ? Position.Holding(String(parts[1]))! : .sealed
    return Position(try! LocationID(String(parts[0])), holding)
  }

  /// Enters an event; `recorded` is the ledger's time, which otherwise follows `at`.
  @discardableResult
  mutating func add(
    _ event: any Event, at: String? = nil, recorded: String? = nil, explains: [Explanation] = []
  ) throws -> Int64 {
    let occurredAt = at.map(Story.time) ?? clock
    clock = max(clock, recorded.map(Story.time) ?? occurredAt)
    var notes = Notes()
    notes.explains = explains
    let seq = state.size
    let entry = RecordedEvent(
      event: event, notes: notes,
      context: EntryContext(
        seq: seq, recordedAt: clock, occurredAt: occurredAt, by: Story.ana, witnesses: []))
    try state.apply(entry)
    entries.append(entry)
    return seq
  }
}

extension Story {
  mutating func initial(_ at: String, _ lines: (String, String, String)...) throws {
    try add(
      InitialInventory(
        moment: .open,
        lines: try lines.map { lot, position, amount in try Story.line(lot, position, amount) }),
      at: at)
  }

  static func line(
    _ lot: String, _ position: String, _ amount: String, _ product: ProductID = ketamine
  ) throws -> StockLine {
    StockLine(
      item: item(lot, product), expires: try CivilDate("2028-01-31"),
      position: Story.position(position), amount: Story.amount(amount))
  }

  @discardableResult
  mutating func receive(
    _ at: String, _ amount: String, to place: String = "vault", lot: String = "A1",
    product: ProductID = ketamine, recorded: String? = nil
  ) throws -> Int64 {
    let line = try Story.line(lot, place, amount, product)
    return try add(
      Receipt(
        supplier: try SupplierID("acme"), invoice: "I-1",
        lines: [.init(stock: line, invoiced: line.amount)]),
      at: at, recorded: recorded)
  }

  /// Opens a container of 5 mL.
  @discardableResult
  mutating func open(_ at: String, from place: String = "vault", lot: String = "A1") throws -> Int64
  {
    try add(
      ContainerOpened(
        id: state.newContainer, item: Story.item(lot), from: Story.position(place),
        size: Story.amount("5"), beyondUse: nil), at: at)
  }

  /// Draws, dividing over book, overfill and a case as the desk does.
  @discardableResult
  mutating func draw(
    _ at: String, _ amount: String, from place: String, lot: String = "A1",
    product: ProductID = ketamine, recorded: String? = nil, explains: [Explanation] = []
  ) throws -> DrawID {
    let (id, position) = (state.newDraw, Story.position(place))
    let quantity = Story.amount(amount)
    let parts = state.division(of: quantity, from: position, Story.item(lot, product))
    try add(
      Draw(
        id: id, item: Story.item(lot, product), from: position, quantity: quantity,
        overfill: parts.overfill, beyondBook: parts.beyond,
        caseID: parts.beyond.isZero ? nil : state.newCase, holder: Story.ana),
      at: at, recorded: recorded, explains: explains)
    return id
  }

  @discardableResult
  mutating func give(_ at: String, _ amount: String, of id: DrawID, recorded: String? = nil) throws
    -> Int64
  {
    let item = state.draws[id]!.item
    return try add(
      Administration(
        draw: id, item: item, quantity: Story.amount(amount), milligrams: nil,
        recipient: Story.patient), at: at, recorded: recorded)
  }

  /// A dose in one line: drawn and given.
  mutating func dose(
    _ at: String, _ amount: String, from place: String, lot: String = "A1",
    recorded: String? = nil, explains: [Explanation] = []
  ) throws {
    let id = try draw(at, amount, from: place, lot: lot, recorded: recorded, explains: explains)
    try give(at, amount, of: id, recorded: recorded)
  }

  @discardableResult
  mutating func waste(_ at: String, _ amount: String, of id: DrawID) throws -> Int64 {
    try add(
      Waste(
        source: .draw(id), item: state.draws[id]!.item, quantity: Story.amount(amount),
        method: "sink", place: try LocationID("vault")), at: at)
  }

  /// Counts places of one lot; a difference opens a case unless the policy allows it.
  @discardableResult
  mutating func count(
    _ at: String, _ lines: (String, String)..., lot: String = "A1", product: ProductID = ketamine,
    recorded: String? = nil
  ) throws -> Int64 {
    var next = state.newCase.number
    let counted = try lines.map { place, amount in
      let bucket = Bucket(.stock(Story.position(place)), Story.item(lot, product))
      var line = PhysicalCount.Line(
        item: bucket.item, position: Story.position(place), counted: Story.amount(amount),
        book: state.balance(bucket))
      if !line.difference.isZero, !state.isReading(line) {
        line.caseID = try CaseID(number: next)
        next += 1
      }
      return line
    }
    return try add(PhysicalCount(method: .counted, lines: counted), at: at, recorded: recorded)
  }

  mutating func move(
    _ at: String, _ amount: String, from: String, to: String, lot: String = "A1",
    recorded: String? = nil
  ) throws {
    try add(
      Move(
        item: Story.item(lot), from: Story.position(from), to: try LocationID(to),
        amount: Story.amount(amount)), at: at, recorded: recorded)
  }

  /// Finishes a container; all that the book still holds is missing, or dead space.
  @discardableResult
  mutating func empty(_ at: String, _ place: String, deadSpace: String = "0", lot: String = "A1")
    throws -> Int64
  {
    let position = Story.position(place)
    guard case .container(let id) = position.holding else { return 0 }
    let missing = state.balance(.stock(position), Story.item(lot)) - Story.amount(deadSpace)
    return try add(
      ContainerEmptied(
        id: id, item: Story.item(lot), from: position, deadSpace: Story.amount(deadSpace),
        missing: missing, caseID: missing.isZero ? nil : state.newCase), at: at)
  }

  mutating func correct(_ seq: Int64, at: String) throws {
    let target = state.journal[Int(seq)]
    try add(
      Correction(
        entry: seq, reason: "wrong-amount", effective: target.effectiveAt,
        reversal: target.postings.reversed), at: at)
  }

  func explanation(_ id: Int, _ amount: String) throws -> Explanation {
    let record = try #require(state.cases[try CaseID(number: id)])
    return Explanation(
      caseID: record.id, account: record.account, item: record.item, amount: Story.amount(amount))
  }
}
