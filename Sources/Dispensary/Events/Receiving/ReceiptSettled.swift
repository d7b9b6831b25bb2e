import Notation

/// What a receipt lacked, or had too much of, is put right between the site and its supplier: there
/// is a credit note, and nothing more is expected on the invoice.
///
/// Nothing moves. Stock that comes after all is a receipt of its own.
package struct ReceiptSettled: Event {
  package static let type = "receipt.settle"
  package static let isReversible = true

  /// The entry of the receipt.
  package var receipt: Int64
  /// The number of the credit note.
  package var credit: String

  package init(receipt: Int64, credit: String) {
    self.receipt = receipt
    self.credit = credit
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    receipt = try fields.whole("entry")
    credit = try fields.text("credit")
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: receipt)
    members.put("credit", credit)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    let faults = Words.number(credit, of: "the number of the credit note")
    guard let known = state.receipts[receipt] else {
      return faults + [
        EventFault(
          "entry \(receipt) is not a receipt that stands",
          hint: "`custody status` lists the receipts that differ from their invoice")
      ]
    }
    if let settled = state.settlements[receipt] {
      return faults + [EventFault("entry \(settled) has settled the receipt already")]
    }
    return known.needsReview
      ? faults
      : faults + [
        EventFault(
          "the receipt of entry \(receipt) is what its invoice says",
          hint: "`custody status` lists the receipts that differ from their invoice")
      ]
  }
}

extension State {
  /// The entries that settled receipts, by the receipt's entry.
  package var settlements: [Int64: Int64] {
    let standing = recorded(ReceiptSettled.self).map { ($0.event.receipt, $0.seq) }
    return Dictionary(standing) { first, _ in first }
  }
}
