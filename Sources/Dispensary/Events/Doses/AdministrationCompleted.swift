import Notation

/// What was not written down when a dose was given is added: its order, its prescriber, its route.
///
/// Nothing that the dose says is changed; what was wrong is corrected with the dose itself.
package struct AdministrationCompleted: Event {
  package static let type = "administration.complete"
  package static let isReversible = true

  /// The entry of the dose.
  package var entry: Int64
  package var recipient: PatientID
  package var particulars: Particulars

  package init(entry: Int64, recipient: PatientID, particulars: Particulars) {
    self.entry = entry
    self.recipient = recipient
    self.particulars = particulars
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    entry = try fields.whole("entry")
    recipient = try fields.value("patient")
    particulars = try Particulars(&fields)
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: entry)
    members.put("patient", recipient)
    particulars.put(into: &members)
    return members
  }

  package var patient: PatientID? { recipient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let known = state.particulars(of: self.entry),
      let dose = state.reversible[self.entry] as? Administration
    else { return [notADose(in: state)] }
    var faults = particulars.faults(of: state.products[dose.item.product])
    faults += known.completed(by: particulars).nobodysNumber
    if !state.isSame(dose.recipient, recipient) {
      faults.append(EventFault("entry \(self.entry) is a dose of another patient"))
    }
    if particulars.said.isEmpty {
      faults.append(
        EventFault(
          "nothing is added to entry \(self.entry)",
          hint: "name what is known: the order, the prescriber, the authority, the route"))
    }
    for name in particulars.said where known.said.contains(name) {
      faults.append(
        EventFault(
          "entry \(self.entry) has its \(name) already",
          hint: "if it is wrong, `custody correct` the dose and record it again"))
    }
    return faults
  }

  private func notADose(in state: State) -> EventFault {
    if entry >= 0, entry < state.size, let by = state.journal[Int(entry)].correctedBy {
      return EventFault("entry \(entry) was corrected by entry \(by)")
    }
    return EventFault(
      "entry \(entry) is not a dose", hint: "`custody status` lists the doses that lack something")
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.completions[self.entry, default: []].append(entry.seq)
    state.noteParticulars(of: self.entry)
  }

  package func undo(in state: inout State) {
    let standing = state.completions[entry]?.filter { state.reversible[$0] != nil } ?? []
    state.completions[entry] = standing.isEmpty ? nil : standing
    state.noteParticulars(of: entry)
  }
}
