package import Notation

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
  package var particulars: Particulars
  /// When it began and ended, where that differs from the entry's `at`.
  package var started: Instant?
  package var ended: Instant?
  /// For a diluted draw: how much of the volume went in.
  package var infusion: Infusion?

  package init(
    draw: DrawID, item: Item, quantity: Amount, milligrams: String?, recipient: PatientID,
    route: String? = nil, prescriber: String? = nil, hasOrder: Bool = false
  ) {
    self.draw = draw
    self.item = item
    self.quantity = quantity
    self.milligrams = milligrams
    self.recipient = recipient
    particulars = Particulars(hasOrder: hasOrder, prescriber: prescriber, route: route)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    milligrams = try fields.optionalText("mg")
    if let milligrams, !Words.isMilligrams(milligrams) {
      throw fields.fault("mg", "is not milligrams with up to three decimals")
    }
    recipient = try fields.value("patient")
    particulars = try Particulars(&fields)
    started = try fields.optionalInstant("started")
    ended = try fields.optionalInstant("ended")
    let total = try fields.optionalAmount("total")
    if let infused = try fields.optionalAmount("infused") {
      guard let total else { throw fields.fault("total", "is missing") }
      infusion = Infusion(infused: infused, total: total)
    } else if total != nil {
      throw fields.fault("infused", "is missing")
    }
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("mg", milligrams)
    members.put("patient", recipient)
    particulars.put(into: &members)
    members.put("started", started)
    members.put("ended", ended)
    members.put("infused", infusion?.infused)
    members.put("total", infusion?.total)
    return members
  }

  package var route: String? { particulars.route }

  package var patient: PatientID? { recipient }

  package var postings: [Posting] {
    .moving(quantity, of: item, from: .draw(draw), to: .administered)
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.patient(recipient, in: state)
    faults += DrawPart.faults(draw, item, quantity, "given", in: state)
    faults += particulars.faults(of: state.products[item.product]) + particulars.nobodysNumber
    if let record = state.draws[draw] {
      faults += state.infusionFaults(infusion, quantity, of: record)
    }
    return faults + timeFaults(entry)
  }

  private func timeFaults(_ entry: EntryContext) -> [EventFault] {
    let end = ended ?? entry.occurredAt
    if end > entry.recordedAt {
      return [
        EventFault(
          "the dose ends in the future: `\(end.text)`, and it is `\(entry.recordedAt.text)`",
          hint: "record it when it has ended", kind: .future)
      ]
    }
    guard let started, started > end else { return [] }
    return [EventFault("the dose would begin after it has ended", hint: "check the two times")]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    if state.draws[draw]?.patient == nil { state.draws[draw]?.patient = recipient }
    if let infusion { state.draws[draw]?.preparation?.infused += infusion.infused }
    state.actsOnDraw[draw, default: []].append(entry.seq)
    state.touched.draws.insert(draw)
    state.noteParticulars(of: entry.seq)
  }

  /// The draw belongs again to whom it was drawn for, or to whoever else was given from it first.
  package func undo(in state: inout State) {
    if let seq = state.draws[draw]?.seq, let drawn = state.reversible[seq] as? Draw {
      let other = state.standing(Administration.self, on: draw).first
      state.draws[draw]?.patient = drawn.patient ?? other?.recipient
    }
    if let infusion { state.draws[draw]?.preparation?.infused += -infusion.infused }
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
