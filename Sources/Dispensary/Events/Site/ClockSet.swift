package import Notation

/// The clock was wrong, and two people say so: from here on time may run back once.
package struct ClockSet: Event {
  package static let type = "clock"

  /// What the clock is set to.
  package var now: Instant

  package init(now: Instant) { self.now = now }

  package init(_ fields: inout Fields) throws(WireFault) {
    guard let now = try fields.optionalInstant("now") else {
      throw fields.fault("now", "is missing")
    }
    self.now = now
  }

  package var members: Members {
    var members = Members()
    members.put("now", now)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    entry.isUnwitnessed
      ? [EventFault("setting the clock takes two signers", hint: "add `--witness NAME`")] : []
  }
}
