import Notation

/// Drug is spilled, or what holds it breaks. What cannot be recovered is gone; what can stands
/// aside, damaged, until it is wasted, destroyed or shipped.
///
/// A spill whose circumstances are known is no loss (DEA, guidance on breakage and spillage): they
/// are recorded and signed by two people. They stand in the vault, under `circumstances`.
package struct Spill: Event {
  package static let type = "spill"
  package static let isPhysical = true
  package static let isReversible = true
  package static let takesWitness = true

  /// A draw, or stock.
  package var from: Account
  package var item: Item
  package var unrecoverable: Amount
  package var recoverable: Amount
  /// Where what was recovered stands: damaged, known by the number of a draw.
  package var to: Position?
  /// The number that what was recovered gets, where it was in no draw before.
  package var remnant: DrawID?
  package var patient: PatientID?

  package init(
    from: Account, item: Item, unrecoverable: Amount, recoverable: Amount = .zero,
    to: Position? = nil, remnant: DrawID? = nil, patient: PatientID? = nil
  ) {
    self.from = from
    self.item = item
    self.unrecoverable = unrecoverable
    self.recoverable = recoverable
    self.to = to
    self.remnant = remnant
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    from = try fields.value("from")
    switch from {
    case .draw, .stock: break
    default: throw fields.fault("from", "is neither a draw nor stock: `\(from.text)`")
    }
    item = Item(try fields.value("product"), try fields.text("lot"))
    unrecoverable = try fields.amountUnlessZero("unrecoverable")
    recoverable = try fields.amountUnlessZero("recoverable")
    to = try fields.has("to") ? fields.position("to") : nil
    remnant = try fields.optional("remnant")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("from", from)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("unrecoverable", unrecoverable.isZero ? nil : unrecoverable)
    members.put("recoverable", recoverable.isZero ? nil : recoverable)
    members.put("to", to.map { Account.stock($0) })
    members.put("remnant", remnant)
    members.put("patient", patient)
    return members
  }

  package var quantity: Amount { unrecoverable + recoverable }

  package var postings: [Posting] {
    var postings = [Posting].moving(unrecoverable, of: item, from: from, to: .spilled)
    if let to { postings += .moving(recoverable, of: item, from: from, to: .stock(to)) }
    return postings
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults: [EventFault] = []
    switch from {
    case .draw(let id): faults += DrawPart.faults(id, item, quantity, "spilled", in: state)
    case .stock(let position):
      faults += StockPart.faults(item, position, quantity, "spilled", in: state)
    default: faults.append(EventFault("nothing is spilled from `\(from.text)`"))
    }
    if unrecoverable < .zero || recoverable < .zero {
      faults.append(EventFault("a part of the spill is negative"))
    }
    if let patient { faults += Known.patient(patient, in: state) }
    return faults + remnantFaults(in: state)
  }

  /// What was recovered has a place and a number; where nothing was, there is neither.
  private func remnantFaults(in state: State) -> [EventFault] {
    guard recoverable.isPositive else {
      return to == nil && remnant == nil
        ? [] : [EventFault("nothing was recovered, and the entry says where it is")]
    }
    guard let to else { return [EventFault("where the recovered part is put is not said")] }
    var faults = Known.location(to.location, in: state)
    if from.looseDraw == nil, remnant != state.newDraw {
      faults.append(EventFault("the next draw is `\(state.newDraw.text)`"))
    }
    if from.looseDraw != nil, remnant != nil {
      faults.append(EventFault("what was in a draw keeps its number"))
    }
    guard let id = remnant ?? from.looseDraw else { return faults }
    if to.holding != .loose(id) || to.status != .damaged {
      faults.append(EventFault("what was recovered is known by its draw, and damaged"))
    }
    if let owner = owner(in: state), owner != to.owner {
      faults.append(EventFault("what was recovered belongs to whom it was spilled from"))
    }
    return faults
  }

  private func owner(in state: State) -> String? {
    switch from {
    case .draw(let id): state.draws[id]?.source.owner
    case .stock(let position): position.owner
    default: nil
    }
  }

  /// What was recovered is known from now on by the number of a draw that nobody holds.
  package func unfold(in state: inout State, _ entry: EntryContext) {
    guard let remnant, case .stock(let source) = from, let holder = entry.by else { return }
    state.draws[remnant] = DrawRecord(
      id: remnant, item: item, source: source, quantity: recoverable, holder: holder,
      patient: patient, drawnAt: entry.occurredAt, seq: entry.seq)
    state.nextDraw += 1
    state.touched.draws.insert(remnant)
  }

  package func undo(in state: inout State) {
    if let remnant { state.touched.draws.insert(remnant) }
  }
}
