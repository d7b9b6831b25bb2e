import Notation

/// A person leaves, and their keys end. Their open draws and cases stay open, under their name.
package struct PersonRetired: Event {
  package static let type = "person.retire"

  package var id: PersonID

  package init(id: PersonID) { self.id = id }

  package init(_ fields: inout Fields) throws(WireFault) { id = try fields.value("person") }

  package var members: Members {
    var members = Members()
    members.put("person", id)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let person = state.people[id] else { return Known.person(id, in: state) }
    return person.retiredAt == nil
      ? []
      : [
        EventFault(
          "`\(person.handle.text)` has left already",
          hint: "`custody person list` shows who is here")
      ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.people[id]?.retiredAt = entry.seq
    for (name, key) in state.keys where key.person == id && key.endedAt == nil {
      state.keys[name]?.endedAt = entry.seq
    }
  }
}
