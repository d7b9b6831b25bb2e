import Notation

/// A patient's name, address or birth date, as it is now. The new values are private values of the
/// entry; the older ones stay with the entries that brought them.
package struct PatientUpdated: Event {
  package static let type = "patient.update"

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
    Known.patient(id, in: state)
  }
}
