import Notation

/// A person takes a quantity into their own hands, to be given, wasted or put back to the last drop.
package struct Draw: Event {
  package static let type = "draw"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: DrawID
  package var item: Item
  package var from: Position
  package var quantity: Amount
  /// The part that the container held beyond its label, inside the product's overfill cap.
  package var overfill: Amount
  /// The part that the book cannot account for, and the case it stands in.
  package var beyondBook: Amount
  package var caseID: CaseID?
  /// What stayed in the needle hub; part of `quantity`, gone at once.
  package var loss: Amount
  package var holder: PersonID
  package var patient: PatientID?
  /// The kind of syringe or needle, by which the policy knows the dead space.
  package var device: String?

  package init(
    id: DrawID, item: Item, from: Position, quantity: Amount, overfill: Amount = .zero,
    beyondBook: Amount = .zero, caseID: CaseID? = nil, loss: Amount = .zero, holder: PersonID,
    patient: PatientID? = nil, device: String? = nil
  ) {
    self.id = id
    self.item = item
    self.from = from
    self.quantity = quantity
    self.overfill = overfill
    self.beyondBook = beyondBook
    self.caseID = caseID
    self.loss = loss
    self.holder = holder
    self.patient = patient
    self.device = device
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    quantity = try fields.amount("quantity")
    overfill = try fields.amountUnlessZero("overfill")
    beyondBook = try fields.amountUnlessZero("beyond_book")
    caseID = try fields.optional("case")
    loss = try fields.amountUnlessZero("dead_space")
    holder = try fields.value("holder")
    patient = try fields.optional("patient")
    device = try fields.optionalText("device")
  }

  package var members: Members {
    var members = Members()
    members.put("draw", id)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("quantity", quantity)
    members.put("overfill", overfill.isZero ? nil : overfill)
    members.put("beyond_book", beyondBook.isZero ? nil : beyondBook)
    members.put("case", caseID)
    members.put("dead_space", loss.isZero ? nil : loss)
    members.put("holder", holder)
    members.put("patient", patient)
    members.put("device", device)
    return members
  }

  /// The opened container it comes from; `nil` for whole units of sealed stock.
  package var container: ContainerID? {
    guard case .container(let id) = from.holding else { return nil }
    return id
  }

  /// The part that the book of the container accounts for.
  package var fromBook: Amount { quantity - overfill - beyondBook }

  package var postings: [Posting] {
    let draw = Account.draw(id)
    var postings = [Posting].moving(fromBook, of: item, from: .stock(from), to: draw)
    postings += .moving(overfill, of: item, from: .overfill, to: draw)
    if let caseID {
      postings += .moving(beyondBook, of: item, from: .discrepancy(caseID), to: draw)
    }
    return postings + .moving(loss, of: item, from: draw, to: .deadSpace)
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.product(item.product, in: state) + LotNumber.faults(item.lot)
    faults += Known.location(from.location, in: state) + Known.person(holder, in: state)
    if let patient { faults += Known.patient(patient, in: state) }
    if let device { faults += DeviceName.faults(device) }
    faults += Known.positive(quantity, "the quantity drawn")
    if id != state.newDraw {
      faults.append(EventFault("the next draw is `\(state.newDraw.text)`"))
    }
    if overfill < .zero || beyondBook < .zero || fromBook < .zero || loss < .zero {
      faults.append(EventFault("a part of the draw is negative"))
    }
    if loss >= quantity && quantity.isPositive {
      faults.append(
        EventFault(
          "the whole draw would be dead space",
          hint: "write what was drawn, with what is lost in it"))
    }
    faults += containerFaults(in: state) + overfillFaults(in: state)
    return faults + Case.faults(caseID, holds: -beyondBook, of: item, in: state)
  }

  /// The lot is the container's, and its book comes before overfill, overfill before a case.
  private func containerFaults(in state: State) -> [EventFault] {
    if case .container(let id) = from.holding, let container = state.containers[id],
      container.item != item
    {
      return [EventFault("`\(id.text)` is not what this entry says it is")]
    }
    guard quantity.isPositive, (overfill + beyondBook).isPositive else { return [] }
    let fair = state.division(of: quantity, from: from, item)
    guard fromBook < fair.book || beyondBook > fair.beyond else { return [] }
    let product = state.products[item.product]
    return [
      EventFault(
        "\(state.place(.stock(from))) has \(state.shown(fair.book, product)) by the book and "
          + "\(state.shown(fair.overfill, product)) of overfill, which come first")
    ]
  }

  private func overfillFaults(in state: State) -> [EventFault] {
    guard overfill.isPositive else { return [] }
    guard case .container(let id) = from.holding, let container = state.containers[id],
      let product = state.products[item.product]
    else { return [EventFault("only opened containers have overfill")] }
    let cap = product.overfillCap(of: container.size)
    return container.overfill + overfill <= cap
      ? [] : [EventFault("overfill of `\(id.text)` passes the cap of \(cap.wire)")]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.draws[id] = DrawRecord(
      id: id, item: item, source: from, quantity: quantity, holder: holder, patient: patient,
      drawnAt: entry.occurredAt, seq: entry.seq)
    state.nextDraw += 1
    state.touched.draws.insert(id)
    if case .container(let container) = from.holding {
      state.containers[container]?.overfill += overfill
      state.touched.containers.insert(container)
    }
    Case.open(caseID, item, .stock(from), in: &state, entry)
  }

  package func undo(in state: inout State) {
    if case .container(let container) = from.holding {
      state.containers[container]?.overfill += -overfill
    }
    state.touched.draws.insert(id)
  }
}

extension State {
  /// How a quantity divides over the book of a container, its overfill and a case.
  ///
  /// The book is used up first, then overfill up to the product's cap; the rest is unexplained.
  package func division(
    of quantity: Amount, from position: Position, _ item: Item
  ) -> (book: Amount, overfill: Amount, beyond: Amount) {
    let usable = isOpen(position)
    let book = usable ? min(quantity, balance(.stock(position), item)) : .zero
    let overfill = min(quantity - book, usable ? overfillLeft(position, item) : .zero)
    return (book, overfill, quantity - book - overfill)
  }

  /// Sealed stock is open to a draw of whole units; a container only until it is empty.
  private func isOpen(_ position: Position) -> Bool {
    guard case .container(let id) = position.holding else { return true }
    return containers[id]?.status == .open
  }

  private func overfillLeft(_ position: Position, _ item: Item) -> Amount {
    guard case .container(let id) = position.holding, let container = containers[id],
      let product = products[item.product]
    else { return .zero }
    return max(.zero, product.overfillCap(of: container.size) - container.overfill)
  }
}
