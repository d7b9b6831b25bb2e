import Notation

/// Somebody is shown, or handed, what the vault says about a patient: the accounting of disclosures
/// that 45 CFR 164.528 gives the patient for six years.
///
/// Written before anything is shown. Who received it is a private value of the entry, because the
/// recipient may be the patient, or tell who the patient is.
package struct RecordsDisclosed: Event {
  package static let type = "disclosure"

  package enum Purpose: String, CaseIterable, Sendable, WireText {
    case treatment, rems, dea, board, patient, audit, other
  }

  /// What was shown: name and address; these with every entry; the accounting itself; or single
  /// values, in a bundle.
  package enum Content: String, CaseIterable, Sendable, WireText {
    case identity, records, disclosures, values
  }

  package var subject: PatientID
  package var purpose: Purpose
  package var content: Content

  package init(subject: PatientID, purpose: Purpose, content: Content) {
    self.subject = subject
    self.purpose = purpose
    self.content = content
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    subject = try fields.value("patient")
    purpose = try fields.value("purpose")
    content = try fields.value("what")
  }

  package var members: Members {
    var members = Members()
    members.put("patient", subject)
    members.put("purpose", purpose)
    members.put("what", content)
    return members
  }

  package var patient: PatientID? { subject }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Known.patient(subject, in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.disclosures.append(
      DisclosureRecord(seq: entry.seq, at: entry.occurredAt, event: self))
  }
}
