import Notation

/// What an incomplete receipt lacked is known now: the number of its invoice, or when a lot expires
/// whose carton nobody could read.
///
/// Who learned it and when are the entry's own; how, its `source`.
package struct ReceiptCompleted: Event {
  package static let type = "receipt.complete"
  package static let isReversible = true

  /// A lot of the receipt, and the last day of its use.
  package struct Expiry: Hashable, Sendable {
    package var item: Item
    package var expires: CivilDate

    package init(item: Item, expires: CivilDate) {
      self.item = item
      self.expires = expires
    }

    init(_ fields: inout Fields) throws(WireFault) {
      item = Item(try fields.value("product"), try fields.text("lot"))
      expires = try fields.value("expires")
    }

    var members: Members {
      var members = Members()
      members.put("product", item.product)
      members.put("lot", item.lot)
      members.put("expires", expires)
      return members
    }
  }

  /// The entry of the receipt.
  package var receipt: Int64
  /// The number of its invoice; `nil` where that was known already, or still is not.
  package var invoice: String?
  /// The lots whose expiry is known now.
  package var expiries: [Expiry]

  package init(receipt: Int64, invoice: String?, expiries: [Expiry] = []) {
    self.receipt = receipt
    self.invoice = invoice
    self.expiries = expiries
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    receipt = try fields.whole("entry")
    invoice = try fields.optionalText("invoice")
    expiries = try fields.list("expiries") { fields throws(WireFault) in try Expiry(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: receipt)
    members.put("invoice", invoice)
    members.put("expiries", objects: expiries.map(\.members.all))
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = invoice.map { Words.number($0, of: "the invoice number") } ?? []
    if invoice == nil, expiries.isEmpty {
      faults.append(EventFault("nothing is said that the receipt lacked"))
    }
    guard let known = state.receipts[receipt] else {
      return faults + [
        EventFault(
          "entry \(receipt) is not a receipt that stands",
          hint: "`custody status` lists the receipts that are incomplete")
      ]
    }
    if invoice != nil, known.invoice != nil {
      faults.append(
        EventFault(
          "the receipt of entry \(receipt) has its invoice number already",
          hint: "a wrong one is corrected with the entry that gave it"))
    }
    if Set(expiries.map(\.item)).count < expiries.count {
      faults.append(EventFault("a lot is named twice"))
    }
    return faults + expiries.flatMap { expiryFaults($0.item, known, state) }
  }

  private func expiryFaults(_ item: Item, _ known: Receipt, _ state: State) -> [EventFault] {
    guard known.lines.contains(where: { $0.stock.item == item }) else {
      return [EventFault("the receipt of entry \(receipt) has no lot `\(item.lot)`")]
    }
    guard let expires = state.lots[item] else { return [] }
    return [
      EventFault(
        "lot `\(item.lot)` expires \(expires.text) in the ledger already",
        hint: "a wrong date is corrected with the entry that gave it")
    ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    if let invoice { state.receipts[receipt]?.invoice = invoice }
    for expiry in expiries {
      state.lots[expiry.item] = expiry.expires
      state.unreadLots.remove(expiry.item)
      put(expiry.expires, on: expiry.item, in: &state)
    }
  }

  /// The receipt may have been corrected in the meantime; then there is nothing left to take back.
  package func undo(in state: inout State) {
    if invoice != nil { state.receipts[receipt]?.invoice = nil }
    for expiry in expiries {
      put(nil, on: expiry.item, in: &state)
      state.forget([expiry.item])
    }
  }

  private func put(_ expires: CivilDate?, on item: Item, in state: inout State) {
    guard let lines = state.receipts[receipt]?.lines else { return }
    for index in lines.indices where lines[index].stock.item == item {
      state.receipts[receipt]?.lines[index].stock.expires = expires
    }
  }
}
