import Dispensary
import Notation

/// What leaves otherwise than to a patient: one event of each kind.
extension Sample {
  static let damaged = Position(
    Clinic.vault, .loose(try! DrawID("D-2")), status: .damaged)
  static let lines = [
    OutgoingLine(item: Clinic.ketamine, position: Position(Clinic.vault), quantity: amount(5_000)),
    OutgoingLine(item: Clinic.ketamine, position: vial, quantity: amount(300)),
  ]
  static let sealed = "stock:vault:available:general:sealed"
  static let linePaths = Set(["lines"])

  static func gone(_ account: String) -> [String] {
    [
      "\(sealed) \(k) -5.000", "\(account) \(k) 5.000",
      "stock:vault:available:general:V-1 \(k) -0.300", "\(account) \(k) 0.300",
    ]
  }

  static let disposal: [Sample] = [
    Sample(
      WasteHeld(
        draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: amount(200),
        to: Clinic.held, patient: Clinic.pat),
      optional: ["patient"],
      postings: [
        "draw:D-1 \(k) -0.200", "stock:vault:awaiting-waste:general:D-1 \(k) 0.200",
      ]),
    Sample(
      Spill(
        from: .stock(vial), item: Clinic.ketamine, unrecoverable: amount(200),
        recoverable: amount(100), to: damaged, remnant: try! DrawID("D-2"), patient: Clinic.pat),
      optional: ["unrecoverable", "recoverable", "to", "remnant", "patient"],
      postings: [
        "stock:vault:available:general:V-1 \(k) -0.200", "spilled \(k) 0.200",
        "stock:vault:available:general:V-1 \(k) -0.100",
        "stock:vault:damaged:general:D-2 \(k) 0.100",
      ]),
    Sample(
      Loss(
        from: .discrepancy(try! CaseID("C-1")), item: Clinic.ketamine, quantity: amount(5_000),
        kind: .theft, discovered: instant, custodian: Clinic.ana),
      optional: ["custodian"], postings: ["case:C-1 \(k) -5.000", "lost \(k) 5.000"]),
    Sample(
      Destruction(lines: lines, method: "incineration", place: Clinic.vault), optional: linePaths,
      postings: gone("destroyed")),
    Sample(
      Shipment(
        id: try! ShipmentID("S-1"), to: .reverseDistributor, supplier: Clinic.supplier,
        reason: .expired, tracking: "1Z999", lines: lines),
      optional: ["lines", "tracking"], postings: gone("in-transit:S-1")),
    Sample(
      ShipmentAcknowledged(
        id: try! ShipmentID("S-1"), to: .reverseDistributor, supplier: Clinic.supplier,
        lines: [.init(item: Clinic.ketamine, quantity: amount(5_000))]),
      optional: linePaths,
      postings: ["in-transit:S-1 \(k) -5.000", "reverse-distributor:mckesson \(k) 5.000"]),
    Sample(
      Distribution(
        registrant: Clinic.otherDEA, name: "Birch Clinic", address: "4 Elm St", invoice: "7",
        lines: lines),
      optional: linePaths, postings: gone("registrant:FB1234563")),
    Sample(
      Seizure(agency: .dea, receipt: "12-0042", lines: lines), optional: linePaths,
      postings: gone("seized")),
    Sample(
      CompoundingStarted(
        id: try! BatchID("B-1"), product: Clinic.nasal.product, formula: "KN-10",
        ingredients: lines),
      optional: ["ingredients"], postings: gone("compounding:B-1")),
    Sample(
      CompoundingFinished(
        id: try! BatchID("B-1"),
        yield: StockLine(
          item: Clinic.nasal, expires: Clinic.expires, position: Position(Clinic.vault),
          amount: amount(50_000)),
        ingredients: [
          .init(
            item: Clinic.ketamine, quantity: amount(5_300), deadSpace: amount(200),
            wasted: amount(100))
        ]),
      optional: ["ingredients", "ingredients[0].dead_space", "ingredients[0].wasted"],
      postings: [
        "compounding:B-1 \(k) -5.000", "compounded:B-1 \(k) 5.000",
        "compounding:B-1 \(k) -0.200", "dead-space \(k) 0.200",
        "compounding:B-1 \(k) -0.100", "wasted \(k) 0.100",
        "compounded:B-1 ketamine-nasal N1 -50.000", "\(sealed) ketamine-nasal N1 50.000",
      ]),
  ]
}
