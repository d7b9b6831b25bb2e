import Dispensary
import Notation

extension Sentence {
  /// Stock coming in, set aside, released and found.
  func receiving(_ event: any Event) -> String? {
    switch event {
    case let event as Receipt: return receipt(event)
    case let event as OrderPlaced:
      let lines = event.lines.map {
        "\(wording.quantity($0.amount, $0.product)) \(wording.drug($0.product))"
      }
      return "ordered \(event.id.text) from \(event.supplier.text): "
        + lines.joined(separator: ", ")
    case let event as OrderCancelled: return "cancelled \(event.id.text): \(event.reason)"
    case let event as ReceiptSettled:
      return "settled the receipt of entry \(event.receipt) by credit note \(event.credit)"
    case let event as ReceiptCompleted:
      let known =
        (event.invoice.map { ["invoice \($0)"] } ?? [])
        + event.expiries.map { "lot \($0.item.lot) expires \($0.expires.text)" }
      return "completed the receipt of entry \(event.receipt): \(known.joined(separator: ", "))"
    case let event as Release:
      return "released \(amount(event.amount, event.item)) at \(wording.place(event.from)): "
        + event.reason
    case let event as SetAside:
      let source =
        switch event.from {
        case .stock(let position): wording.place(position)
        case .draw(let id): id.text
        }
      return "set aside \(amount(event.amount, event.item)) of \(source) as "
        + "\(wording.place(event.to)): \(event.reason)"
    case let event as StockFound:
      return "found \(amount(event.line.amount, event.line.item)), now at "
        + "\(wording.place(event.line.position)), \(expiry(event.line))"
    default: return nil
    }
  }

  private func receipt(_ event: Receipt) -> String {
    let order = event.order.map { " on order \($0.text)" } ?? ""
    let invoice = event.invoice.map { "invoice \($0)" } ?? "no invoice number"
    let patient = wording.code(event.patient).map { ", for \($0)" } ?? ""
    let rx = event.hasPrescription ? ", prescription named in the vault" : ""
    return "received from \(event.supplier.text)\(order), \(invoice)\(patient)\(rx): "
      + event.lines.map(line).joined(separator: ", ")
  }

  private func line(_ line: Receipt.Line) -> String {
    let item = line.stock.item
    var notes: [String] = []
    if !line.damaged.isZero { notes.append("\(quantity(line.damaged, item)) damaged") }
    if !line.refused.isZero { notes.append("\(quantity(line.refused, item)) refused") }
    if line.invoiced != line.stock.amount {
      notes.append("\(quantity(line.invoiced, item)) invoiced")
    }
    return "\(amount(line.stock.amount, item)) to \(wording.place(line.stock.position)), "
      + expiry(line.stock)
      + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
  }
}
