import Dispensary
import Notation

/// What leaves otherwise than to a patient, with the numbers that come next.
extension Clinic {
  static let nasal = Item(try! ProductID("ketamine-nasal"), "N1")
  static let otherDEA = try! DEANumber("FB1234563")
  static let held = Position(vault, .loose(try! DrawID("D-1")), status: .awaitingWaste)
  static let shipment = try! ShipmentID("S-1")
  static let batch = try! BatchID("B-1")
  static let shelf = Position(vault)

  /// A nasal spray of 10 mg/mL that the house compounds of ketamine.
  static func nasalSpray(
    substance: String = "KETAMINE HYDROCHLORIDE", provenance: Product.Provenance = .compounded
  ) throws -> Product {
    try Product(
      id: nasal.product, name: "ketamine nasal", genericName: substance.lowercased(),
      labeler: "house", schedule: .three,
      ingredients: [
        Product.Ingredient(Substance(listed: substance, in: .three), strength: "10 mg/mL")
      ],
      strength: Strength("10 mg/mL"),
      packages: [
        try Package(ndc: nil, container: Quantity(10, .milliliter), containers: 1)
      ],
      provenance: provenance)
  }

  func out(
    _ amount: Int64, _ item: Item = Clinic.ketamine, from position: Position = Clinic.shelf
  ) -> OutgoingLine {
    OutgoingLine(item: item, position: position, quantity: Amount(thousandths: amount))
  }

  func hold(_ amount: Int64, to: Position = Clinic.held) -> WasteHeld {
    WasteHeld(
      draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: Amount(thousandths: amount),
      to: to)
  }

  /// Spilled from the first vial; what is recovered gets the next draw's number.
  func spill(_ lost: Int64, back: Int64 = 0, _ item: Item = Clinic.ketamine) -> Spill {
    Spill(
      from: .stock(vial()), item: item, unrecoverable: Amount(thousandths: lost),
      recoverable: Amount(thousandths: back),
      to: back > 0 ? Position(Clinic.vault, .loose(state.newDraw), status: .damaged) : nil,
      remnant: back > 0 ? state.newDraw : nil)
  }

  func loss(
    _ amount: Int64, from account: Account = .stock(Clinic.shelf), kind: Loss.Kind = .missing,
    _ item: Item = Clinic.ketamine
  ) -> Loss {
    Loss(
      from: account, item: item, quantity: Amount(thousandths: amount), kind: kind,
      discovered: now.adding(milliseconds: -3_600_000))
  }

  func destroy(_ lines: OutgoingLine..., method: String = "incineration") -> Destruction {
    Destruction(lines: lines, method: method, place: Clinic.vault)
  }

  func ship(_ lines: OutgoingLine..., to: Shipment.Recipient = .reverseDistributor) -> Shipment {
    Shipment(
      id: state.new(ShipmentID.self), to: to, supplier: Clinic.supplier, reason: .unwanted,
      lines: lines)
  }

  func acknowledge(
    _ amount: Int64, to: Shipment.Recipient = .reverseDistributor
  ) -> ShipmentAcknowledged {
    ShipmentAcknowledged(
      id: Clinic.shipment, to: to, supplier: Clinic.supplier,
      lines: [.init(item: Clinic.ketamine, quantity: Amount(thousandths: amount))])
  }

  func distribute(
    _ lines: OutgoingLine..., dea: DEANumber = Clinic.otherDEA
  ) -> Distribution {
    Distribution(
      registrant: dea, name: "Birch Clinic", address: "4 Elm St", invoice: "7", lines: lines)
  }

  func seize(_ lines: OutgoingLine...) -> Seizure {
    Seizure(agency: .dea, receipt: "12-0042", lines: lines)
  }

  func start(_ lines: OutgoingLine...) -> CompoundingStarted {
    CompoundingStarted(
      id: state.new(BatchID.self), product: Clinic.nasal.product, formula: "KN-10",
      ingredients: lines)
  }

  /// All that the batch holds of one lot, less what was lost, as so much of the spray.
  func finish(
    _ yield: Int64, of amount: Int64 = 5_000, dead: Int64 = 0, wasted: Int64 = 0,
    _ item: Item = Clinic.ketamine, expires: CivilDate = Clinic.expires
  ) -> CompoundingFinished {
    CompoundingFinished(
      id: Clinic.batch,
      yield: StockLine(
        item: Clinic.nasal, expires: expires, position: Clinic.shelf,
        amount: Amount(thousandths: yield)),
      ingredients: [
        .init(
          item: item, quantity: Amount(thousandths: amount),
          deadSpace: Amount(thousandths: dead), wasted: Amount(thousandths: wasted))
      ])
  }

  /// A vial's worth of ketamine on its way into a batch of spray.
  mutating func compounding(_ product: Product? = nil) throws {
    try record(ProductAdded(product: try product ?? Clinic.nasalSpray()))
    try record(start(out(5_000)))
  }
}
