import Notation

/// The site moves to another address (21 CFR 1301.51). The registration keeps its address until a
/// modified one is recorded.
package struct SiteMoved: Event {
  package static let type = "site.move"

  package var address: String
  package var date: CivilDate

  package init(address: String, date: CivilDate) {
    self.address = address
    self.date = date
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    address = try fields.text("address")
    date = try fields.value("date")
  }

  package var members: Members {
    var members = Members()
    members.put("address", address)
    members.put("date", date)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Words.faults(address, of: "the new address", limit: 300)
  }
}

/// The site ends its business in controlled substances (21 CFR 1301.52). Nothing is received from
/// that day on; the record stays.
package struct SiteClosed: Event {
  package static let type = "site.close"

  /// Why, as a code; the words behind it are private.
  package enum Reason: String, CaseIterable, Sendable, WireText {
    case discontinued, moved
    case registrationEnded = "registration-ended"
    case other
  }

  package var date: CivilDate
  package var reason: Reason

  package init(date: CivilDate, reason: Reason) {
    self.date = date
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    date = try fields.value("date")
    reason = try fields.value("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("date", date)
    members.put("reason", reason)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Closing.faults(in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.closing = Closing(seq: entry.seq, date: date)
  }
}

/// The business goes to another registrant (21 CFR 1301.52(d) and (e)). What stock goes along is
/// distributed in entries of its own.
package struct SiteTransferred: Event {
  package static let type = "site.transfer"

  /// The registration that takes over.
  package var dea: DEANumber
  package var name: String
  package var date: CivilDate

  package init(dea: DEANumber, name: String, date: CivilDate) {
    self.dea = dea
    self.name = name
    self.date = date
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    dea = try fields.value("dea")
    name = try fields.text("name")
    date = try fields.value("date")
  }

  package var members: Members {
    var members = Members()
    members.put("dea", dea)
    members.put("name", name)
    members.put("date", date)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the name of the other registrant")
    if dea == state.registration?.dea {
      faults.append(
        EventFault(
          "`\(dea.text)` is this site's own registration",
          hint: "name the registrant who takes over"))
    }
    return faults + Closing.faults(in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.closing = Closing(seq: entry.seq, date: date)
  }
}

extension Closing {
  /// A site ends once.
  fileprivate static func faults(in state: State) -> [EventFault] {
    guard let closing = state.office.closing else { return [] }
    return [
      EventFault(
        "the site was closed by entry \(closing.seq) already",
        hint: "`custody registration record` opens it again")
    ]
  }
}
