import Notation

/// A dose is given to a patient out of a draw.
///
/// Elements of 21 CFR 1304.22(c): drug, form and strength through the product, quantity, patient
/// (name and address in the vault), date, and who administered.
package struct Administration: Event {
  package static let type = "administration"
  package static let isPhysical = true
  package static let isReversible = true

  package var draw: DrawID
  package var item: Item
  package var quantity: Amount
  /// The dose in milligrams, as echoed to the person who gave it; exact or rounded to 0.001.
  package var milligrams: String?
  package var recipient: PatientID
  package var route: String?
  package var prescriber: String?
  /// The order or prescription on whose authority it was given.
  package var order: String?

  package init(
    draw: DrawID, item: Item, quantity: Amount, milligrams: String?, recipient: PatientID,
    route: String? = nil, prescriber: String? = nil, order: String? = nil
  ) {
    self.draw = draw
    self.item = item
    self.quantity = quantity
    self.milligrams = milligrams
    self.recipient = recipient
    self.route = route
    self.prescriber = prescriber
    self.order = order
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    milligrams = try fields.optionalText("mg")
    recipient = try fields.value("patient")
    route = try fields.optionalText("route")
    prescriber = try fields.optionalText("prescriber")
    order = try fields.optionalText("order")
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("mg", milligrams)
    members.put("patient", recipient)
    members.put("route", route)
    members.put("prescriber", prescriber)
    members.put("order", order)
    return members
  }

  package var patient: PatientID? { recipient }

  package var postings: [Posting] {
    .moving(quantity, of: item, from: .draw(draw), to: .administered)
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.patient(recipient, in: state)
    faults += DrawPart.faults(draw, item, quantity, "given", in: state)
    if let prescriber { faults += Words.faults(prescriber, of: "the prescriber") }
    if let order { faults += Words.faults(order, of: "the order", limit: 40) }
    if let route { faults += Words.faults(route, of: "the route", limit: 40) }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    if state.draws[draw]?.patient == nil { state.draws[draw]?.patient = recipient }
    state.touched.draws.insert(draw)
  }

  /// The draw belongs again to whom it was drawn for, or to whoever else was given from it first.
  package func undo(in state: inout State) {
    if let seq = state.draws[draw]?.seq, let drawn = state.reversible[seq] as? Draw {
      let other = state.standing(Administration.self).first { $0.draw == draw }
      state.draws[draw]?.patient = drawn.patient ?? other?.recipient
    }
    state.touched.draws.insert(draw)
  }
}

/// What every act on a draw checks: the draw is known, and holds at least the quantity.
enum DrawPart {
  static func faults(
    _ id: DrawID, _ item: Item, _ quantity: Amount, _ verb: String, in state: State
  ) -> [EventFault] {
    guard let draw = state.draws[id] else {
      return [Known.unknown("draw", id.text, among: state.openDraws.map(\.id.text), "status")]
    }
    var faults = Known.positive(quantity, "the quantity \(verb)")
    if draw.item != item { faults.append(EventFault("draw `\(id.text)` is of another lot")) }
    let left = state.remaining(draw)
    if quantity > left {
      let product = state.products[item.product]
      faults.append(
        EventFault(
          "draw `\(id.text)` has \(state.shown(left, product)) left, and "
            + "\(state.shown(quantity, product)) would be \(verb)",
          hint: left.isZero
            ? "the draw is closed; a dose taken elsewhere needs a draw of its own"
            : "give the quantity that was really \(verb)",
          kind: .notEnough))
    }
    return faults
  }
}
