import Notation

/// A key is withdrawn: lost, stolen, or its owner gone.
package struct KeyRevoked: Event {
  package static let type = "key.revoke"

  package var key: String
  /// Why, as a code: `lost`, `stolen`, `left` or `replaced`.
  package var reason: String

  package static let reasons = ["left", "lost", "replaced", "stolen"]

  package init(key: String, reason: String) {
    self.key = key
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    key = try fields.text("key")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("key", key)
    members.put("reason", reason)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults: [EventFault] = []
    if state.keys[key] == nil || state.keys[key]?.endedAt != nil {
      faults.append(
        EventFault("`\(key)` is not an active key", hint: "`custody key show` lists them"))
    }
    if !KeyRevoked.reasons.contains(reason) {
      faults.append(
        EventFault(
          "`\(reason)` is not a reason for revoking a key",
          hint: "one of \(KeyRevoked.reasons.joined(separator: ", "))"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.keys[key]?.endedAt = entry.seq
  }
}
