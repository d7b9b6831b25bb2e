import Notation

/// Something is taken out of use: stock at its place, an opened container whole, or drug that was
/// drawn and will not be given, such as the syringe of a patient who did not come.
///
/// What was drawn becomes stock again, but held loose under the number of its draw, so that it can
/// never be taken for sealed stock. It keeps its owner.
package struct SetAside: Event {
  package static let type = "stock.set_aside"
  package static let isPhysical = true
  package static let isReversible = true

  /// What is set aside: stock at a position, or what is left of a draw.
  package enum Source: Hashable, Sendable {
    case stock(Position)
    case draw(DrawID)

    package var account: Account {
      switch self {
      case .stock(let position): .stock(position)
      case .draw(let id): .draw(id)
      }
    }
  }

  package var item: Item
  package var from: Source
  /// Where and with which status it stands afterwards; never `available`.
  package var to: Position
  package var amount: Amount
  /// Why, as a code of ``reasons``.
  package var reason: String

  package static let reasons = [
    "expired", "beyond-use", "recall", "damaged", "complaint", "no-show", "unassigned",
    "delivery-past", "inspection", "other",
  ]

  package init(item: Item, from: Source, to: Position, amount: Amount, reason: String) {
    self.item = item
    self.from = from
    self.to = to
    self.amount = amount
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    let account: Account = try fields.value("from")
    switch account {
    case .draw(let id): from = .draw(id)
    case .stock(let position): from = .stock(position)
    default: throw fields.fault("from", "is neither a draw nor stock: `\(account.text)`")
    }
    to = try fields.position("to")
    amount = try fields.amount("quantity")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", from.account)
    members.put("to", Account.stock(to))
    members.put("quantity", amount)
    members.put("reason", reason)
    return members
  }

  package var postings: [Posting] {
    .moving(amount, of: item, from: from.account, to: .stock(to))
  }

  package var patient: PatientID? { to.patient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.location(to.location, in: state)
    faults += Known.reason(reason, "setting stock aside", among: SetAside.reasons)
    if to.status == .available {
      faults.append(
        EventFault("what is set aside is not available", hint: "`custody release` ends it"))
    }
    switch from {
    case .stock(let position): return faults + stockFaults(position, in: state)
    case .draw(let id): return faults + drawFaults(id, in: state)
    }
  }

  private func stockFaults(_ position: Position, in state: State) -> [EventFault] {
    var faults = OnShelf.faults(
      item, at: position, amount, "is set aside", "the quantity set aside", in: state)
    if position.holding != to.holding || position.owner != to.owner {
      faults.append(EventFault("what is set aside keeps its container and its owner"))
    } else if position == to {
      faults.append(EventFault("it is \(to.status.rawValue) at `\(to.location.text)` already"))
    }
    return faults
  }

  private func drawFaults(_ id: DrawID, in state: State) -> [EventFault] {
    var faults = DrawPart.faults(id, item, amount, "set aside", in: state)
    guard let draw = state.draws[id] else { return faults }
    if to.holding != .loose(id) || to.owner != draw.source.owner {
      faults.append(EventFault("what is set aside keeps its container and its owner"))
    }
    if draw.staged != nil, amount != state.remaining(draw) {
      faults.append(EventFault("a staged syringe is set aside whole"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    if case .draw(let id) = from { state.touched.draws.insert(id) }
    OnShelf.put(to, in: &state)
  }

  package func undo(in state: inout State) {
    switch from {
    case .stock(let position): OnShelf.put(position, in: &state)
    case .draw(let id): state.touched.draws.insert(id)
    }
  }
}
