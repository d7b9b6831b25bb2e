import Notation

/// Stock arrives from a supplier against an invoice.
///
/// Elements of 21 CFR 1304.22(a)(2)(iv) and (c): name, form, quantity, actual date of receipt, the
/// supplier's name, address and registration; the invoice is the evidence, annotated with what came.
package struct Receipt: Event {
  package static let type = "receipt"
  package static let isPhysical = true
  package static let isReversible = true

  package struct Line: Hashable, Sendable {
    package var stock: StockLine
    /// What the invoice says was sent.
    package var invoiced: Amount

    package init(stock: StockLine, invoiced: Amount) {
      self.stock = stock
      self.invoiced = invoiced
    }

    init(_ fields: inout Fields) throws(WireFault) {
      invoiced = try fields.amount("invoiced")
      stock = try StockLine(&fields)
    }

    var members: Members {
      var members = stock.members
      members.put("invoiced", invoiced)
      return members
    }
  }

  package var supplier: SupplierID
  package var invoice: String
  package var lines: [Line]

  package init(supplier: SupplierID, invoice: String, lines: [Line]) {
    self.supplier = supplier
    self.invoice = invoice
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    supplier = try fields.value("supplier")
    invoice = try fields.text("invoice")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("supplier", supplier)
    members.put("invoice", invoice)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] {
    lines.flatMap { line in
      [Posting].moving(
        line.stock.amount, of: line.stock.item, from: .supplier(supplier),
        to: .stock(line.stock.position))
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.supplier(supplier, in: state)
    faults += Words.faults(invoice, of: "the invoice number", limit: 40)
    if lines.isEmpty { faults.append(EventFault("a receipt needs at least one line")) }
    faults += StockLine.contradictions(among: lines.map(\.stock))
    for line in lines {
      faults += line.stock.faults(in: state)
      if line.stock.amount < .zero || line.invoiced < .zero {
        faults.append(EventFault("a quantity on the invoice is negative"))
      }
      if line.stock.amount.isZero && line.invoiced.isZero {
        faults.append(EventFault("a line with nothing invoiced and nothing received"))
      }
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for line in lines { line.stock.unfold(in: &state) }
    state.receipts[entry.seq] = self
  }

  /// A lot that only this receipt knew is forgotten, so that a mistyped expiry can be put right.
  package func undo(in state: inout State) {
    state.receipts = state.receipts.filter { !state.isCorrected($0.key) }
    let lines = state.receipts.values.flatMap(\.lines)
    for item in Set(self.lines.map(\.stock.item))
    where !lines.contains(where: { $0.stock.item == item }) {
      let stands = state.journal.contains { entry in
        entry.type != Correction.type && entry.correctedBy == nil
          && entry.postings.contains { $0.bucket.item == item }
      }
      if !stands { state.lots[item] = nil }
    }
  }
}
