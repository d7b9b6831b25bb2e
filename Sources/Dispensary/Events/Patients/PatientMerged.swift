import Notation

/// Two patients are one person, who was added twice. The code that is merged keeps working, and is
/// answered with the other one.
package struct PatientMerged: Event {
  package static let type = "patient.merge"

  /// Why they are one, as a code; how that was found out is a private note.
  package enum Reason: String, CaseIterable, Sendable, WireText {
    case duplicate, renamed, other
  }

  package var from: PatientID
  package var into: PatientID
  package var reason: Reason

  package init(from: PatientID, into: PatientID, reason: Reason) {
    self.from = from
    self.into = into
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    from = try fields.value("from")
    into = try fields.value("into")
    reason = try fields.value("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("from", from)
    members.put("into", into)
    members.put("reason", reason)
    return members
  }

  package var patient: PatientID? { into }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    let faults = Known.patient(from, in: state) + Known.patient(into, in: state)
    guard faults.isEmpty else { return faults }
    guard from != into else {
      return [
        EventFault(
          "a patient is not merged into itself", hint: "`--into` names the record that is kept")
      ]
    }
    return [from, into].compactMap { id in
      guard let patient = state.patients[id], let next = patient.mergedInto else { return nil }
      let code = state.patients[next]?.code.text ?? ""
      return EventFault("`\(patient.code.text)` was merged into `\(code)` already")
    }
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.patients[from]?.mergedInto = into
    state.office.merges += 1
  }
}
