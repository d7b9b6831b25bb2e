import Dispensary
import Notation

extension Desk {
  /// Stock coming in, set aside, released and found.
  func describeReceiving(_ event: any Event) -> String? {
    switch event {
    case let e as Receipt: receipt(e)
    case let e as OrderPlaced:
      "order \(e.id.text) from \(e.supplier.text): "
        + e.lines.map { "\(amount($0.amount, $0.product))" }.joined(separator: "; ")
    case let e as OrderCancelled: "order \(e.id.text) cancelled (\(e.reason))"
    case let e as ReceiptCompleted: "receipt of entry \(e.receipt): \(completed(e))"
    case let e as ReceiptSettled: "receipt of entry \(e.receipt) settled: credit note \(e.credit)"
    case let e as Release:
      "\(amount(e.amount, e.item)) at \(place(.stock(e.from))) released (\(e.reason))"
    case let e as SetAside:
      "\(amount(e.amount, e.item)) of \(place(e.from.account)) set aside: "
        + "\(e.to.status.rawValue) at \(e.to.location.text) (\(e.reason))"
    case let e as StockFound:
      "\(amount(e.line.amount, e.line.item)) found, now at \(place(.stock(e.line.position)))"
    default: nil
    }
  }

  private func completed(_ event: ReceiptCompleted) -> String {
    var known: [String] = []
    if let invoice = event.invoice { known.append("invoice \(invoice)") }
    for expiry in event.expiries {
      known.append("lot \(expiry.item.lot) expires \(expiry.expires.text)")
    }
    return known.joined(separator: ", ")
  }

  private func receipt(_ event: Receipt) -> String {
    let invoice = event.invoice.map { "invoice \($0) of" } ?? "delivery without an invoice from"
    let order = event.order.map { " on order \($0.text)" } ?? ""
    let patient = event.patient.map { " for \(code($0))" } ?? ""
    return "\(invoice) \(event.supplier.text)\(order)\(patient): "
      + event.lines.map(receiptLine).joined(separator: "; ")
  }

  private func receiptLine(_ line: Receipt.Line) -> String {
    let product = state.products[line.stock.item.product]
    var text = amount(line.stock.amount, line.stock.item)
    if !line.damaged.isZero { text += ", and \(state.shown(line.damaged, product)) damaged" }
    if !line.refused.isZero { text += ", \(state.shown(line.refused, product)) refused" }
    return text
  }

  /// An amount with its unit, milligrams beside it, and the drug.
  func amount(_ amount: Amount, _ id: ProductID) -> String {
    guard let product = state.products[id] else { return amount.wire }
    let quantity = product.quantity(amount)
    let mass = (try? product.strength.mass(of: quantity)).map { " (\($0))" } ?? ""
    return "\(quantity)\(mass) of \(product.name)"
  }
}
