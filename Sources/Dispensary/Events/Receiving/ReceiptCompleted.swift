import Notation

/// What an incomplete receipt lacked is known now: the number of its invoice.
///
/// Who learned it and when are the entry's own; how, its `source`.
package struct ReceiptCompleted: Event {
  package static let type = "receipt.complete"
  package static let isReversible = true

  /// The entry of the receipt.
  package var receipt: Int64
  package var invoice: String

  package init(receipt: Int64, invoice: String) {
    self.receipt = receipt
    self.invoice = invoice
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    receipt = try fields.whole("entry")
    invoice = try fields.text("invoice")
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: receipt)
    members.put("invoice", invoice)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    let faults = Words.number(invoice, of: "the invoice number")
    guard let known = state.receipts[receipt] else {
      return faults + [
        EventFault(
          "entry \(receipt) is not a receipt that stands",
          hint: "`custody status` lists the receipts that are incomplete")
      ]
    }
    guard known.invoice != nil else { return faults }
    return faults + [
      EventFault(
        "the receipt of entry \(receipt) has its invoice number already",
        hint: "a wrong one is corrected with the entry that gave it")
    ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.receipts[receipt]?.invoice = invoice
  }

  /// The receipt may have been corrected in the meantime; then there is nothing left to take back.
  package func undo(in state: inout State) { state.receipts[receipt]?.invoice = nil }
}
