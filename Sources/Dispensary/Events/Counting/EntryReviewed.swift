import Notation

/// Another person has looked at an entry that was recorded against a rule, or that does not agree
/// with its papers. What they think of it is a private note.
///
/// Under a one-signer policy it may be the signer, who looks again; then another person may still
/// review the entry later.
package struct EntryReviewed: Event {
  package static let type = "entry.review"

  /// The number of the entry looked at.
  package var entry: Int64
  /// That of the entry looked at, so that the note is found with everything about the patient.
  package var patient: PatientID?

  package init(entry: Int64, patient: PatientID? = nil) {
    self.entry = entry
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    entry = try fields.whole("entry")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: entry)
    members.put("patient", patient)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    let unknown = Known.entry(self.entry, in: state)
    guard unknown.isEmpty else { return unknown }
    var faults = Known.samePatient(patient, as: self.entry, in: state)
    guard let task = state.office.reviews[self.entry] else {
      return faults + [EventFault("entry \(self.entry) has nothing to review", hint: hint)]
    }
    let isAnother = entry.by != state.journal[Int(self.entry)].by
    if let other = task.reviewedBy, !(isAnother && state.isReviewedBySignerOnly(task)) {
      faults.append(EventFault("entry \(self.entry) was reviewed by entry \(other) already"))
    }
    if let other = state.journal[Int(self.entry)].correctedBy {
      faults.append(EventFault("entry \(self.entry) was corrected by entry \(other)"))
    }
    return faults
  }

  private var hint: String { "`custody status` lists what is to be reviewed" }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.reviews[self.entry]?.reviewedBy = entry.seq
  }
}
