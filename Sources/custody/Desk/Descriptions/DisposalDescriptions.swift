import Dispensary
import Notation

extension Desk {
  /// What leaves otherwise than to a patient.
  func describeDisposal(_ event: any Event) -> String? {
    switch event {
    case let e as WasteHeld:
      "\(amount(e.quantity, e.item)) of \(e.draw.text) held for waste at \(e.to.location.text)"
    case let e as Spill: "\(amount(e.quantity, e.item)) spilled from \(place(e.from))" + rest(e)
    case let e as Loss:
      "\(amount(e.quantity, e.item)) reported lost from \(source(e.from)) (\(e.kind.rawValue)), "
        + "discovered \(zone.shown(e.discovered))"
    case let e as Destruction:
      "destroyed at \(e.place.text) (\(e.method)): \(list(e.lines))"
    case let e as Shipment:
      "shipment \(e.id.text) to \(e.supplier.text), \(purpose(e.to)) (\(e.reason.rawValue)): "
        + list(e.lines)
    case let e as ShipmentAcknowledged:
      "\(e.supplier.text) acknowledges \(e.id.text): "
        + e.lines.map { amount($0.quantity, $0.item) }.joined(separator: "; ")
    case let e as Distribution:
      "distributed to \(e.name), \(e.registrant.text), invoice \(e.invoice): \(list(e.lines))"
    case let e as Seizure: "seized by \(e.agency.shown), receipt \(e.receipt): \(list(e.lines))"
    case let e as CompoundingStarted:
      "batch \(e.id.text), formula \(e.formula), of \(list(e.ingredients))"
    case let e as CompoundingFinished:
      "batch \(e.id.text) finished: \(amount(e.yield.amount, e.yield.item)), use by "
        + (e.yield.expires?.text ?? "unknown") + losses(e)
    default: nil
    }
  }

  private func list(_ lines: [OutgoingLine]) -> String {
    lines.map { "\(amount($0.quantity, $0.item)) from \(place(.stock($0.position)))" }
      .joined(separator: "; ")
  }

  private func source(_ account: Account) -> String {
    switch account {
    case .discrepancy(let id): "case \(id.text)"
    case .inTransit(let id): "shipment \(id.text)"
    default: place(account)
    }
  }

  private func purpose(_ to: Shipment.Recipient) -> String {
    to == .supplier ? "taken back" : "to be destroyed"
  }

  private func rest(_ event: Spill) -> String {
    guard let to = event.to, let id = event.remnant ?? event.from.looseDraw else {
      return ", nothing recovered"
    }
    let product = state.products[event.item.product]
    return ", \(state.shown(event.recoverable, product)) of it recovered as \(id.text) at "
      + to.location.text
  }

  private func losses(_ event: CompoundingFinished) -> String {
    let parts = event.ingredients.flatMap { line in
      let product = state.products[line.item.product]
      return [
        line.deadSpace.isZero
          ? nil : "\(state.shown(line.deadSpace, product)) of lot \(line.item.lot) dead space",
        line.wasted.isZero
          ? nil : "\(state.shown(line.wasted, product)) of lot \(line.item.lot) wasted",
      ].compactMap { $0 }
    }
    return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
  }

  /// What of an act waits for somebody else.
  func waiting(after event: any Event) -> String? {
    switch event {
    case let e as WasteHeld:
      let left = state.shown(
        state.balance(.stock(e.to), e.item), state.products[e.item.product])
      return "\(left) of \(e.draw.text) held for waste: `custody waste \(e.draw.text) rest` when "
        + "somebody can see it"
    case let e as Shipment:
      return "\(e.id.text) is in transit: `custody ship acknowledge \(e.id.text)` when it arrived"
    case let e as CompoundingStarted where !state.compounding(e.id).isEmpty:
      return "\(e.id.text) is being made: `custody compound finish \(e.id.text)`"
    default: return nil
    }
  }
}
