import Notation

/// A prescription is not, or no longer, to be filled.
package struct PrescriptionVoided: Event {
  package static let type = "rx.void"
  package static let isReversible = true

  package static let reasons = [
    "canceled", "duplicate", "wrong-patient", "entered-wrong", "not-valid", "other",
  ]

  package var id: RxID
  package var recipient: PatientID
  /// Why, as a code; the words behind it are private.
  package var reason: String

  package init(id: RxID, recipient: PatientID, reason: String) {
    (self.id, self.recipient, self.reason) = (id, recipient, reason)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("rx")
    recipient = try fields.value("patient")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("reason", reason)
    return members
  }

  package var patient: PatientID? { recipient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = PrescriptionPart.faults(id, recipient, in: state)
    faults += PrescriptionPart.closed(id, in: state)
    if case .transferred(let closing)? = state.prescriptions[id]?.closure {
      faults.append(EventFault("`\(id.text)` was transferred by entry \(closing.seq)"))
    }
    if !PrescriptionVoided.reasons.contains(reason) {
      faults.append(
        EventFault(
          "`\(reason)` is not a reason to void a prescription",
          hint: "one of \(PrescriptionVoided.reasons.joined(separator: ", "))"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.prescriptions[id]?.closures.append(.voided(Standing(self, entry)))
  }

  package func undo(in state: inout State) { state.dropCorrected(of: id) }
}
