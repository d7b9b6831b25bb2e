import Dispensary
import Notation

extension Desk {
  /// Prescriptions, from the order to the patient's hand.
  func describePrescriptions(_ event: any Event) -> String? {
    switch event {
    case let e as PrescriptionAdded:
      return "prescription \(e.id.text) for \(code(e.recipient)): "
        + amount(e.quantity, e.product) + (e.daysSupply.map { " for \(tally($0, "day"))" } ?? "")
        + ", \(refills(e.refills)), issued \(e.issued.text)"
    case let e as PrescriptionFilled:
      return "\(e.id.text) \(filling(e.number)), for \(code(e.recipient)): "
        + lines(e.lines, "from")
    case let e as PrescriptionPickedUp:
      let what = e.lines.map { amount($0.amount, $0.item) }.joined(separator: "; ")
      let whom =
        e.setting.map { "delivered to \($0.name) for \(code(e.recipient))" }
        ?? "handed over for \(code(e.recipient))"
      return "\(e.id.text) \(whom): \(what)"
    case let e as PrescriptionReturned:
      return "\(e.id.text) \(filling(e.number)) back to stock: " + lines(e.lines, "to")
    case let e as PrescriptionTransferred:
      return "\(e.id.text) transferred to \(e.pharmacy) with \(refills(e.refills))"
    case let e as PrescriptionVoided: return "\(e.id.text) voided (\(e.reason))"
    default: return nil
    }
  }

  func refills(_ count: Int64) -> String { count == 1 ? "1 refill" : "\(count) refills" }

  /// `filled`, `refill 2`.
  private func filling(_ number: Int64) -> String { number == 0 ? "filling" : "refill \(number)" }

  private func lines(_ lines: [PrescriptionLine], _ preposition: String) -> String {
    lines.map { "\(amount($0.amount, $0.item)) \(preposition) \(place(.stock($0.position)))" }
      .joined(separator: "; ")
  }
}
