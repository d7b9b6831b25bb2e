import Notation

/// A person's key gives way to a new one.
package struct KeyRotated: Event {
  package static let type = "key.rotate"

  package var added: KeyAdded
  package var replaces: String

  package init(added: KeyAdded, replaces: String) {
    self.added = added
    self.replaces = replaces
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    replaces = try fields.text("replaces")
    added = try KeyAdded(&fields)
  }

  package var members: Members {
    var members = added.members
    members.put("replaces", replaces)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = added.faults(in: state, entry)
    if state.keys[replaces]?.person != added.person || state.keys[replaces]?.endedAt != nil {
      faults.append(EventFault("key `\(replaces)` is not an active key of that person"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.keys[replaces]?.endedAt = entry.seq
    added.unfold(in: &state, entry)
  }
}
