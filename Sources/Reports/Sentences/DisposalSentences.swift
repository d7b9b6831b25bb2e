import Dispensary
import Notation

extension Sentence {
  /// What leaves otherwise than to a patient.
  func disposal(_ event: any Event) -> String? {
    switch event {
    case let event as WasteHeld:
      let patient = wording.code(event.patient).map { ", \($0)" } ?? ""
      return "held \(quantity(event.quantity, event.item)) of \(event.draw.text) for waste in "
        + "\(event.to.location.text)\(patient)"
    case let event as Spill: return spilled(event)
    case let event as Loss:
      return "reported \(amount(event.quantity, event.item)) of \(source(event.from)) lost: "
        + "\(event.kind.rawValue), discovered \(wording.time(event.discovered))"
        + (event.custodian.map { ", in custody of \(wording.handle($0))" } ?? "")
    case let event as Destruction:
      return "destroyed \(list(event.lines)): \(event.method), \(event.place.text)"
    case let event as Shipment:
      let tracking = event.tracking.map { ", tracking \($0)" } ?? ""
      return "shipped \(event.id.text) to \(event.supplier.text) (\(event.to.rawValue)), "
        + "\(event.reason.rawValue): \(list(event.lines))\(tracking)"
    case let event as ShipmentAcknowledged:
      let lines = event.lines.map { amount($0.quantity, $0.item) }
      return "\(event.supplier.text) acknowledged \(event.id.text): "
        + lines.joined(separator: ", ")
    case let event as Distribution:
      return "distributed to \(event.name), DEA \(event.registrant.text), invoice "
        + "\(event.invoice): \(list(event.lines))"
    case let event as Seizure:
      return "seized by \(event.agency.shown), receipt \(event.receipt): \(list(event.lines))"
    default: return compounding(event)
    }
  }

  private func compounding(_ event: any Event) -> String? {
    switch event {
    case let event as CompoundingStarted:
      return "began batch \(event.id.text) of \(wording.drug(event.product)), formula "
        + "\(event.formula), from \(list(event.ingredients))"
    case let event as CompoundingFinished:
      let lost = event.ingredients.flatMap { line in
        [
          line.deadSpace.isZero ? nil : "\(amount(line.deadSpace, line.item)) dead space",
          line.wasted.isZero ? nil : "\(amount(line.wasted, line.item)) wasted",
        ].compactMap { $0 }
      }
      return "finished batch \(event.id.text): \(amount(event.yield.amount, event.yield.item)) to "
        + "\(wording.place(event.yield.position)), \(expiry(event.yield))"
        + (lost.isEmpty ? "" : "; " + lost.joined(separator: ", "))
    default: return nil
    }
  }

  private func spilled(_ event: Spill) -> String {
    var text = "spilled \(amount(event.quantity, event.item)) of \(source(event.from))"
    if let to = event.to {
      text += ", \(quantity(event.recoverable, event.item)) recovered as \(wording.place(to))"
    }
    return text + (wording.code(event.patient).map { ", \($0)" } ?? "")
  }

  private func list(_ lines: [OutgoingLine]) -> String {
    lines.map { "\(amount($0.quantity, $0.item)) from \(wording.place($0.position))" }
      .joined(separator: ", ")
  }

  private func source(_ account: Account) -> String {
    switch account {
    case .stock(let position): wording.place(position)
    case .draw(let id): id.text
    case .discrepancy(let id): "case \(id.text)"
    case .inTransit(let id): "shipment \(id.text)"
    default: account.text
    }
  }
}
