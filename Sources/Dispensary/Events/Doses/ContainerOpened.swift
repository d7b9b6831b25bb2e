package import Notation

/// A sealed container is opened: it gets a number, an opening time and a beyond-use time.
package struct ContainerOpened: Event {
  package static let type = "container.open"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: ContainerID
  package var item: Item
  package var from: Position
  /// The labeled content.
  package var size: Amount
  /// Not to be used at or after this time; absent for single-dose containers.
  package var beyondUse: Instant?

  package init(id: ContainerID, item: Item, from: Position, size: Amount, beyondUse: Instant?) {
    self.id = id
    self.item = item
    self.from = from
    self.size = size
    self.beyondUse = beyondUse
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("container")
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    size = try fields.amount("quantity")
    beyondUse = try fields.optionalInstant("beyond_use")
  }

  package var members: Members {
    var members = Members()
    members.put("container", id)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("quantity", size)
    members.put("beyond_use", beyondUse)
    return members
  }

  package var position: Position {
    var position = from
    position.holding = .container(id)
    return position
  }

  package var postings: [Posting] {
    .moving(size, of: item, from: .stock(from), to: .stock(position))
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.item(item, in: state) + Known.location(from.location, in: state)
    faults += Known.positive(size, "the content of a container")
    if id != state.newContainer {
      faults.append(EventFault("the next container is `\(state.newContainer.text)`"))
    }
    if from.holding != .sealed {
      faults.append(EventFault("only sealed containers are opened; a kit is unpacked"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.containers[id] = Container(
      id: id, item: item, size: size, position: position, openedAt: entry.occurredAt,
      openedBy: entry.seq, beyondUse: beyondUse, status: .open)
    state.nextContainer += 1
    state.touched.containers.insert(id)
  }

  package func undo(in state: inout State) {
    state.containers[id]?.status = .voided
    state.touched.containers.insert(id)
  }
}
