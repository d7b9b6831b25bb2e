import Dispensary
import Notation

extension Desk {
  /// What happens to a dose beside drawing, giving and wasting it.
  func describeDoses(_ event: any Event) -> String? {
    switch event {
    case let e as Handoff:
      "\(e.draw.text) handed from \(handle(e.holder)) to \(handle(e.to))"
    case let e as Preparation:
      "\(e.draw.text), \(amount(e.quantity, e.item)), in \(e.total.wire) mL of \(e.diluent)"
        + concentration(e) + ", use before \(zone.shown(e.beyondUse))"
    case let e as AdministrationCompleted:
      "the dose of entry \(e.entry) completed" + said(e.particulars)
    default: nil
    }
  }

  /// A dose with what was infused, by which way and on whose order.
  func describe(dose: Administration) -> String {
    let part = dose.infusion.map { "\($0.infused.wire) mL of \($0.total.wire) mL infused: " } ?? ""
    return part + "\(amount(dose.quantity, dose.item)) of \(dose.draw.text) given to "
      + code(dose.recipient) + said(dose.particulars)
      + (dose.started.map { ", begun \(zone.shown($0))" } ?? "")
  }

  private func said(_ said: Particulars) -> String {
    said.text.isEmpty ? "" : ", " + said.text
  }

  /// ` (0.7 mg/mL)`, where the drug's mass is known.
  private func concentration(_ event: Preparation) -> String {
    state.products[event.item.product]?.concentration(of: event.quantity, in: event.total)
      .map { " (\($0))" } ?? ""
  }
}
