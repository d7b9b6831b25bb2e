import Dispensary
import Notation

extension Sentence {
  /// Prescriptions, from the order to the patient's hand.
  func prescriptions(_ event: any Event) -> String? {
    switch event {
    case let event as PrescriptionAdded: return ordered(event)
    case let event as PrescriptionFilled:
      return "filled \(event.id.text)\(number(event.number)) for \(code(event.recipient)): "
        + lines(event.lines, "from")
    case let event as PrescriptionPickedUp:
      let what = event.lines.map { amount($0.amount, $0.item) }.joined(separator: ", ")
      guard let setting = event.setting else {
        return "dispensed \(event.id.text) to \(code(event.recipient)): \(what)"
      }
      let proof = setting.hasProof ? ", proof in the vault" : ""
      return "delivered \(event.id.text) for \(code(event.recipient)) to \(setting.name), "
        + "DEA \(setting.dea.text)\(proof): \(what)"
    case let event as PrescriptionReturned:
      return "returned \(event.id.text)\(number(event.number)) from will-call to stock: "
        + lines(event.lines, "to")
    case let event as PrescriptionTransferred:
      return "transferred \(event.id.text) with \(refills(event.refills)) to \(event.pharmacy), "
        + "DEA \(event.dea.text), \(event.pharmacist)"
    case let event as PrescriptionVoided: return "voided \(event.id.text): \(event.reason)"
    default: return nil
    }
  }

  private func ordered(_ event: PrescriptionAdded) -> String {
    let days = event.daysSupply.map { " for \(tally($0, "day"))" } ?? ""
    return "added \(event.id.text) for \(code(event.recipient)): "
      + "\(wording.quantity(event.quantity, event.product)) \(wording.drug(event.product))\(days), "
      + "\(refills(event.refills)), \(event.form.rawValue), issued \(event.issued.text) by "
      + "\(event.prescriber), DEA \(event.prescriberDEA.text)"
      + (event.isAsWritten ? ", as written" : "")
  }

  private func lines(_ lines: [PrescriptionLine], _ preposition: String) -> String {
    lines.map { "\(amount($0.amount, $0.item)) \(preposition) \(wording.place($0.position))" }
      .joined(separator: ", ")
  }

  private func number(_ number: Int64) -> String { number == 0 ? "" : ", refill \(number)" }

  private func refills(_ count: Int64) -> String { count == 1 ? "1 refill" : "\(count) refills" }

  private func code(_ id: PatientID) -> String { wording.code(id) ?? "" }
}
