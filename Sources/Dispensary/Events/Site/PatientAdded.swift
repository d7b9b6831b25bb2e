import Notation

/// A patient, by a random identifier. Name, address and birth date are private values of the entry.
package struct PatientAdded: Event {
  package static let type = "patient.add"

  package var id: PatientID

  package init(id: PatientID) { self.id = id }

  package init(_ fields: inout Fields) throws(WireFault) { id = try fields.value("patient") }

  package var members: Members {
    var members = Members()
    members.put("patient", id)
    return members
  }

  package var patient: PatientID? { id }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    state.patients[id] == nil
      ? []
      : [
        EventFault(
          "this patient exists already", hint: "`custody patient find NAME` shows the code")
      ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.patients[id] = Patient(
      id: id, code: state.newPatientCode, addedAt: entry.seq, lastActivity: entry.recordedAt)
    state.nextPatient += 1
  }
}
