import Notation

/// What is to be wasted waits, labeled and locked, until somebody is there to see it wasted.
package struct WasteHeld: Event {
  package static let type = "waste.hold"
  package static let isPhysical = true
  package static let isReversible = true

  package var draw: DrawID
  package var item: Item
  package var quantity: Amount
  /// Where it is locked away: awaiting waste, known by its draw, owned as its source was.
  package var to: Position
  package var patient: PatientID?

  package init(
    draw: DrawID, item: Item, quantity: Amount, to: Position, patient: PatientID? = nil
  ) {
    self.draw = draw
    self.item = item
    self.quantity = quantity
    self.to = to
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    to = try fields.position("to")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("to", Account.stock(to))
    members.put("patient", patient)
    return members
  }

  package var postings: [Posting] {
    .moving(quantity, of: item, from: .draw(draw), to: .stock(to))
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = DrawPart.faults(draw, item, quantity, "held", in: state)
    faults += Known.location(to.location, in: state)
    if let patient { faults += Known.patient(patient, in: state) }
    if to.holding != .loose(draw) || to.status != .awaitingWaste {
      faults.append(EventFault("what is held for waste is known by its draw, and awaits waste"))
    }
    if let source = state.draws[draw]?.source, source.owner != to.owner {
      faults.append(EventFault("what is held for waste belongs to whom it was drawn from"))
    }
    return faults
  }
}
