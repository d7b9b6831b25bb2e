import Notation

/// A prescription as its prescriber issued it, for one product and one patient.
///
/// Elements of 21 CFR 1306.05(a): the day of issue, the drug with strength and form through the
/// product, the quantity, and the prescriber with registration number. The patient's name and
/// address, the directions and the prescriber's address are private values: they stand in the vault.
package struct PrescriptionAdded: Event {
  package static let type = "rx.add"

  /// How it reached the pharmacy (21 CFR 1306.21(a)).
  package enum Form: String, CaseIterable, Sendable, WireText {
    case written, electronic, oral, fax
  }

  package var id: RxID
  package var recipient: PatientID
  package var product: ProductID
  /// What one filling dispenses, in the product's base unit.
  package var quantity: Amount
  /// How many days one filling lasts, where the prescriber says so.
  package var daysSupply: Int64?
  /// How often it may be filled again after the first time.
  package var refills: Int64
  package var issued: CivilDate
  package var prescriber: String
  package var prescriberDEA: DEANumber
  package var form: Form
  /// Dispense as written: no other labeler's product instead.
  package var isAsWritten: Bool
  /// The prescriber notes the medical need on its face, as 21 CFR 1306.05 asks for
  /// gamma-hydroxybutyric acid. What the need is is a private value.
  package var hasMedicalNeed: Bool

  package init(
    id: RxID, recipient: PatientID, product: ProductID, quantity: Amount,
    daysSupply: Int64? = nil, refills: Int64, issued: CivilDate, prescriber: String,
    prescriberDEA: DEANumber, form: Form = .written, isAsWritten: Bool = false,
    hasMedicalNeed: Bool = false
  ) {
    (self.id, self.recipient, self.product) = (id, recipient, product)
    (self.quantity, self.daysSupply, self.refills) = (quantity, daysSupply, refills)
    (self.issued, self.prescriber, self.prescriberDEA) = (issued, prescriber, prescriberDEA)
    (self.form, self.isAsWritten, self.hasMedicalNeed) = (form, isAsWritten, hasMedicalNeed)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("rx")
    recipient = try fields.value("patient")
    product = try fields.value("product")
    quantity = try fields.amount("quantity")
    daysSupply = fields.has("days_supply") ? try fields.whole("days_supply") : nil
    refills = try fields.whole("refills")
    issued = try fields.value("issued")
    prescriber = try fields.text("prescriber")
    prescriberDEA = try fields.value("prescriber_dea")
    form = try fields.value("form")
    isAsWritten = try fields.flag("as_written")
    hasMedicalNeed = try fields.flag("medical_need")
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("product", product)
    members.put("quantity", quantity)
    members.put("days_supply", whole: daysSupply)
    members.put("refills", whole: refills)
    members.put("issued", issued)
    members.put("prescriber", prescriber)
    members.put("prescriber_dea", prescriberDEA)
    members.put("form", form)
    members.put("as_written", flag: isAsWritten)
    members.put("medical_need", flag: hasMedicalNeed)
    return members
  }

  package var patient: PatientID? { recipient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = state.notNext(id) + Known.patient(recipient, in: state)
    faults += Known.product(product, in: state)
    faults += Known.positive(quantity, "the quantity prescribed")
    faults += Words.faults(prescriber, of: "the prescriber's name")
    if !(0...99).contains(refills) {
      faults.append(
        EventFault(
          "refills lie between 0 and 99, not \(refills)", hint: "no refills are `--refills 0`"))
    }
    if let daysSupply, !(1...366).contains(daysSupply) {
      faults.append(
        EventFault(
          "a supply lasts 1 to 366 days, not \(daysSupply)",
          hint: "leave `--days` out where it is not written"))
    }
    if isIssuedAfter(entry.recordedAt) {
      faults.append(
        EventFault(
          "the day of issue, \(issued.text), lies in the future",
          hint: "a prescription is dated on the day on which it is signed", kind: .future))
    }
    return faults
  }

  /// Whether the day of issue has not begun anywhere on earth: local time runs at most 14 hours
  /// ahead of UTC. The desk, which knows the site's zone, is stricter.
  private func isIssuedAfter(_ now: Instant) -> Bool {
    Int64(issued.dayNumber) * 86_400_000 - 14 * 3_600_000 > now.milliseconds
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.prescriptions[id] = PrescriptionRecord(order: self, addedBy: entry.seq)
  }
}
