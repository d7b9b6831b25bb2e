package import Notation

/// A draw is put away whole: intact units go back to stock, a capped labeled syringe is staged.
package struct PutBack: Event {
  package static let type = "draw.put_back"
  package static let isPhysical = true
  package static let isReversible = true

  package var draw: DrawID
  package var item: Item
  package var quantity: Amount
  package var to: Position
  /// For a labeled syringe: until when it may be used. It stays a draw, and counts as on hand.
  package var stagedUntil: Instant?

  package init(
    draw: DrawID, item: Item, quantity: Amount, to: Position, stagedUntil: Instant? = nil
  ) {
    self.draw = draw
    self.item = item
    self.quantity = quantity
    self.to = to
    self.stagedUntil = stagedUntil
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    to = try fields.position("to")
    stagedUntil = try fields.optionalInstant("staged_until")
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("to", Account.stock(to))
    members.put("staged_until", stagedUntil)
    return members
  }

  package var postings: [Posting] {
    stagedUntil == nil ? .moving(quantity, of: item, from: .draw(draw), to: .stock(to)) : []
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = DrawPart.faults(draw, item, quantity, "put back", in: state)
    faults += Known.location(to.location, in: state)
    if to.holding != .sealed {
      faults.append(
        EventFault(
          "drawn liquid never goes back into a container",
          hint: "put a capped, labeled syringe away with `--staged`, or waste it"))
    }
    if stagedUntil == nil, let product = state.products[item.product],
      !product.countsWholeUnits || quantity.thousandths % 1000 != 0
    {
      faults.append(
        EventFault(
          "only intact units go back to stock, not \(state.shown(quantity, product))",
          hint: "put a capped, labeled syringe away with `--staged`, or waste it"))
    }
    if stagedUntil != nil, let record = state.draws[draw], state.remaining(record) != quantity {
      faults.append(
        EventFault(
          "a staged syringe is put away whole",
          hint: "`rest` puts all of it away; waste a part of it first"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    guard let stagedUntil else { return }
    state.draws[draw]?.staged = DrawRecord.Staging(location: to.location, beyondUse: stagedUntil)
    state.actsOnDraw[draw, default: []].append(entry.seq)
    state.touched.draws.insert(draw)
  }

  package func undo(in state: inout State) {
    guard stagedUntil != nil else { return }
    // A syringe that was put away twice goes back to where the other entry put it.
    let other = state.standing(PutBack.self, on: draw).last { $0.stagedUntil != nil }
    state.draws[draw]?.staged = other.flatMap { putBack in
      putBack.stagedUntil.map { .init(location: putBack.to.location, beyondUse: $0) }
    }
    state.touched.draws.insert(draw)
  }
}
