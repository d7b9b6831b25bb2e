import Notation

/// The program could not be used from this moment on: acts go to paper, and are entered afterwards
/// with this one reason for all of them. The reason is a private value.
package struct DowntimeStarted: Event {
  package static let type = "downtime.start"

  package var id: DowntimeID

  package init(id: DowntimeID) { self.id = id }

  package init(_ fields: inout Fields) throws(WireFault) { id = try fields.value("downtime") }

  package var members: Members {
    var members = Members()
    members.put("downtime", id)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = state.notNext(id)
    if let open = state.downtimes.first(where: { $0.to == nil }) {
      faults.append(
        EventFault(
          "downtime `\(open.id.text)` has not ended", hint: "`custody downtime end` comes first"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.office.downtimes[id] = Downtime(id: id, from: entry.occurredAt, startedBy: entry.seq)
  }
}

/// The program can be used again.
package struct DowntimeEnded: Event {
  package static let type = "downtime.end"

  package var id: DowntimeID

  package init(id: DowntimeID) { self.id = id }

  package init(_ fields: inout Fields) throws(WireFault) { id = try fields.value("downtime") }

  package var members: Members {
    var members = Members()
    members.put("downtime", id)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let downtime = state.office.downtimes[id] else {
      return [
        Known.unknown(
          "downtime", id.text, among: state.office.downtimes.keys.map(\.text), "downtime list")
      ]
    }
    if let other = downtime.endedBy {
      return [EventFault("downtime `\(id.text)` was ended by entry \(other) already")]
    }
    return entry.occurredAt < downtime.from
      ? [EventFault("downtime `\(id.text)` would end before it began")] : []
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.downtimes[id]?.to = entry.occurredAt
    state.office.downtimes[id]?.endedBy = entry.seq
  }
}
