import Notation

/// Stock goes from one place to another, whatever its status: sealed units, unopened kits, an opened
/// container, or drug that was set aside out of its container.
package struct Move: Event {
  package static let type = "move"
  package static let isPhysical = true
  package static let isReversible = true

  package var item: Item
  package var from: Position
  package var to: LocationID
  package var amount: Amount

  package init(item: Item, from: Position, to: LocationID, amount: Amount) {
    self.item = item
    self.from = from
    self.to = to
    self.amount = amount
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    to = try fields.value("to")
    amount = try fields.amount("quantity")
  }

  package var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("to", to)
    members.put("quantity", amount)
    return members
  }

  /// Where the stock stands afterwards.
  package var target: Position {
    var target = from
    target.location = to
    return target
  }

  package var postings: [Posting] {
    .moving(amount, of: item, from: .stock(from), to: .stock(target))
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.item(item, in: state)
    faults += Known.location(from.location, in: state) + Known.location(to, in: state)
    if from.location == to {
      faults.append(
        EventFault("it is at `\(to.text)` already", hint: "name another place with `--to`"))
    }
    faults += Known.positive(amount, "the quantity moved")
    if case .container(let id) = from.holding {
      faults += OnShelf.wholeContainer(id, item, at: from, amount, "moves", in: state)
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    OnShelf.put(target, in: &state)
  }

  package func undo(in state: inout State) { OnShelf.put(from, in: &state) }
}

extension Fields {
  /// A position, written as the stock account it is.
  mutating func position(_ key: String) throws(WireFault) -> Position {
    let account: Account = try value(key)
    guard case .stock(let position) = account else {
      throw fault(key, "is not stock: `\(account.text)`")
    }
    return position
  }
}
