import Notation

/// What was on hand when the ledger began (21 CFR 1304.11(b)): one witnessed ceremony.
///
/// No lines is a zero inventory, which is valid and must be recorded.
package struct InitialInventory: Event {
  package static let type = "inventory.initial"
  package static let isPhysical = true
  package static let takesWitness = true

  /// Whether it was taken as of the opening or the close of business (21 CFR 1304.11(a)).
  package enum Moment: String, CaseIterable, Sendable { case open, close }

  package var moment: Moment
  package var lines: [StockLine]

  package init(moment: Moment, lines: [StockLine]) {
    self.moment = moment
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    moment = try fields.value("as_of")
    lines = try fields.list("lines") { fields throws(WireFault) in try StockLine(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("as_of", moment)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] {
    lines.flatMap {
      [Posting].moving($0.amount, of: $0.item, from: .priorInventory, to: .stock($0.position))
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = lines.flatMap {
      $0.faults(in: state) + Known.positive($0.amount, "a counted line")
    }
    faults += StockLine.contradictions(among: lines)
    if let seq = state.initialInventory {
      faults.append(
        EventFault(
          "the initial inventory was taken in entry \(seq)",
          hint: "stock found since is recorded by `custody found`"))
    }
    if state.registration == nil {
      faults.append(
        EventFault(
          "the site has no registration yet", hint: "`custody registration record` comes first"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for line in lines { line.unfold(in: &state) }
    state.initialInventory = entry.seq
  }
}
