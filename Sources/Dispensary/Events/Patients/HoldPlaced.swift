import Notation

/// Records must be kept, whatever their age: a lawsuit, an audit or an investigation is near. Why is
/// a private value.
package struct HoldPlaced: Event {
  package static let type = "hold.place"
  package static let renewsRetention = false

  package var id: HoldID
  /// Whose records; `nil` means everybody's.
  package var patient: PatientID?

  package init(id: HoldID, patient: PatientID? = nil) {
    self.id = id
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("hold")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("hold", id)
    members.put("patient", patient)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    state.notNext(id) + (patient.map { Known.patient($0, in: state) } ?? [])
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.office.holds[id] = HoldRecord(
      id: id, patient: patient, placedBy: entry.seq, placedAt: entry.occurredAt)
  }
}

/// A legal hold ends.
package struct HoldLifted: Event {
  package static let type = "hold.lift"
  package static let renewsRetention = false

  package var id: HoldID
  /// That of the hold, so that the reason is found with everything about the patient.
  package var patient: PatientID?

  package init(id: HoldID, patient: PatientID? = nil) {
    self.id = id
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("hold")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("hold", id)
    members.put("patient", patient)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let hold = state.office.holds[id] else {
      return [
        Known.unknown("hold", id.text, among: state.office.holds.keys.map(\.text), "hold list")
      ]
    }
    var faults: [EventFault] = []
    if let other = hold.liftedBy {
      faults.append(
        EventFault(
          "hold `\(id.text)` was lifted by entry \(other) already",
          hint: "`custody hold list` shows the holds"))
    }
    if patient != hold.patient {
      faults.append(EventFault("hold `\(id.text)` is about other records"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.holds[id]?.liftedBy = entry.seq
  }
}
