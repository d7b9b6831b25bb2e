import Notation

/// Somebody attests later to what an entry says. They were told, or saw it; the entry shows it as a
/// late co-signature, and never as witnessed.
package struct EntryCosigned: Event {
  package static let type = "entry.cosign"

  /// The number of the entry attested.
  package var entry: Int64
  /// That of the entry attested.
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
    if let earlier = state.cosignatures(of: self.entry).first(where: { $0.by == entry.by }) {
      faults.append(
        EventFault("entry \(self.entry) was co-signed by the same person in entry \(earlier.seq)"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.cosignatures[self.entry, default: []].append(entry.seq)
  }
}
