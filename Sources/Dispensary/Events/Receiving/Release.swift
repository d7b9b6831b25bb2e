import Notation

/// Stock that was set aside may be used again.
///
/// Not a physical act but a decision, and the one act of receiving that can be refused: a receipt is
/// always recorded, and what is wrong with it waits here.
package struct Release: Event {
  package static let type = "release"
  package static let isReversible = true

  package var item: Item
  /// Where it stands set aside; it stays there, and becomes available.
  package var from: Position
  package var amount: Amount
  /// Why, as a code of ``reasons``.
  package var reason: String

  package static let reasons = [
    "complete", "inspected", "recall-lifted", "set-aside-by-mistake", "other",
  ]

  package init(item: Item, from: Position, amount: Amount, reason: String) {
    self.item = item
    self.from = from
    self.amount = amount
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    amount = try fields.amount("quantity")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("quantity", amount)
    members.put("reason", reason)
    return members
  }

  /// Where it stands afterwards.
  package var target: Position {
    var target = from
    target.status = .available
    return target
  }

  package var postings: [Posting] {
    .moving(amount, of: item, from: .stock(from), to: .stock(target))
  }

  package var patient: PatientID? { from.patient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = OnShelf.faults(
      item, at: from, amount, "is released", "the quantity released", in: state)
    faults += Known.reason(reason, "releasing stock", among: Release.reasons)
    if from.status == .available { faults.append(EventFault("it is available already")) }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    OnShelf.put(target, in: &state)
  }

  package func undo(in state: inout State) { OnShelf.put(from, in: &state) }
}
