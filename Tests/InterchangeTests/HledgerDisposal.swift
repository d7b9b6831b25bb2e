import Dispensary
import Notation

extension Story {
  /// Everything that leaves the room otherwise than to a patient, and a batch.
  mutating func leaveRoom(on day: String) throws {
    func line(_ amount: String) -> [OutgoingLine] {
      [
        OutgoingLine(
          item: Story.item(), position: Story.position("room"), quantity: Story.amount(amount))
      ]
    }
    let (room, acme) = (try LocationID("room"), try SupplierID("acme"))
    try add(
      Destruction(lines: line("0.5"), method: "kit", place: room), at: "\(day) 16:00")
    try add(Seizure(agency: .dea, receipt: "1", lines: line("0.5")))
    try add(
      Distribution(
        registrant: try DEANumber("FB1234563"), name: "B", address: "C", invoice: "1",
        lines: line("0.5")))
    for (number, kind) in Shipment.Recipient.allCases.enumerated() {
      let id = try ShipmentID(number: number + 1)
      try add(
        Shipment(id: id, to: kind, supplier: acme, reason: .expired, lines: line("0.5")))
      try add(
        ShipmentAcknowledged(
          id: id, to: kind, supplier: acme,
          lines: [.init(item: Story.item(), quantity: Story.amount("0.3"))]))
    }
    let remnant = state.newDraw
    try add(
      Spill(
        from: .stock(Story.position("room")), item: Story.item(),
        unrecoverable: Story.amount("0.3"), recoverable: Story.amount("0.2"),
        to: Position(room, .loose(remnant), status: .damaged), remnant: remnant))
    try add(
      Loss(
        from: .inTransit(try ShipmentID("S-1")), item: Story.item(),
        quantity: Story.amount("0.1"), kind: .inTransit, discovered: Story.time("\(day) 16:00")))
    let spray = try ProductID("house-1")
    try add(ProductAdded(product: Story.product(spray, "10 mg/mL", .milliliter)))
    let batch = try BatchID("B-1")
    try add(
      CompoundingStarted(id: batch, product: spray, formula: "F", ingredients: line("0.5")))
    try add(
      CompoundingFinished(
        id: batch, yield: try Story.line("N1", "room", "4", spray),
        ingredients: [
          .init(
            item: Story.item(), quantity: Story.amount("0.5"), deadSpace: Story.amount("0.1"))
        ]))
  }
}
