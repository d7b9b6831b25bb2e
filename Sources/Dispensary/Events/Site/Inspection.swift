import Notation

/// Somebody came to inspect (21 USC 880, 21 CFR part 1316): who they were, with their credentials,
/// and what they copied or took are private values. Stock that they took is an entry of its own.
package struct Inspection: Event {
  package static let type = "inspection"

  package var agency: Agency
  /// The notice that they presented, such as `DEA-82`.
  package var form: String?
  /// Whether they took copies of records.
  package var copies: Bool
  /// Whether they took samples.
  package var samples: Bool

  package init(agency: Agency, form: String? = nil, copies: Bool = false, samples: Bool = false) {
    self.agency = agency
    self.form = form
    self.copies = copies
    self.samples = samples
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    agency = try fields.value("agency")
    form = try fields.optionalText("form")
    copies = try fields.flag("copies")
    samples = try fields.flag("samples")
  }

  package var members: Members {
    var members = Members()
    members.put("agency", agency)
    members.put("form", form)
    members.put("copies", flag: copies)
    members.put("samples", flag: samples)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    form.map { Words.code($0, of: "the form") } ?? []
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.inspections.append(
      InspectionRecord(seq: entry.seq, at: entry.occurredAt, event: self))
  }
}
