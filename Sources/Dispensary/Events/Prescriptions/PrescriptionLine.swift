import Notation

/// So much of one lot that a prescription is filled with, or that comes back from will-call.
package struct PrescriptionLine: Hashable, Sendable {
  package var item: Item
  /// The stock that it leaves, or goes back to.
  package var position: Position
  package var amount: Amount

  package init(item: Item, position: Position, amount: Amount) {
    self.item = item
    self.position = position
    self.amount = amount
  }

  init(_ fields: inout Fields, _ key: String) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    position = try fields.position(key)
    amount = try fields.amount("quantity")
  }

  func members(_ key: String) -> [String: JSON] {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put(key, Account.stock(position))
    members.put("quantity", amount)
    return members.all
  }

  package var bucket: Bucket { Bucket(.stock(position), item) }

  func faults(in state: State, _ what: String) -> [EventFault] {
    Known.item(item, in: state) + Known.location(position.location, in: state)
      + Known.positive(amount, what)
  }
}

/// What every act on a prescription checks: it is known, and it is this patient's.
enum PrescriptionPart {
  static func faults(_ id: RxID, _ patient: PatientID, in state: State) -> [EventFault] {
    guard let record = state.prescriptions[id] else {
      return [
        Known.unknown(
          "prescription", id.text, among: state.prescriptions.keys.map(\.text), "rx list")
      ]
    }
    return state.isSame(record.order.recipient, patient)
      ? [] : [EventFault("`\(id.text)` is another patient's prescription")]
  }

  static func closed(_ id: RxID, in state: State) -> [EventFault] {
    guard case .voided(let closing)? = state.prescriptions[id]?.closure else { return [] }
    return [EventFault("`\(id.text)` was voided by entry \(closing.seq)")]
  }

  /// Will-call holds at least these amounts, each lot named once.
  static func held(
    _ lots: [(item: Item, amount: Amount)], of id: RxID, _ verb: String, in state: State
  ) -> [EventFault] {
    lots.compactMap { item, amount in
      let held = state.balance(.willCall(id), item)
      guard amount > held else { return nil }
      let product = state.products[item.product]
      return EventFault(
        "will-call holds \(state.shown(held, product)) of lot `\(item.lot)` for `\(id.text)`, and "
          + "\(state.shown(amount, product)) would be \(verb)",
        hint: "`custody rx show \(id.text)` shows what waits and what has been picked up",
        kind: .notEnough)
    }
  }
}
