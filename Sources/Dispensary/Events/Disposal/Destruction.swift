import Notation

/// Inventory is destroyed on site, before the eyes of two employees.
///
/// The elements of DEA Form 41 (21 CFR 1304.21(e), 1317.95(d)): each product with its form and
/// strength, quantity, date, method, place, and the two who signed.
package struct Destruction: Event {
  package static let type = "destroy"
  package static let isPhysical = true
  package static let isReversible = true
  package static let takesWitness = true

  package var lines: [OutgoingLine]
  /// How it is made non-retrievable, as a word of the house, such as `incineration`.
  package var method: String
  package var place: LocationID

  package init(lines: [OutgoingLine], method: String, place: LocationID) {
    self.lines = lines
    self.method = method
    self.place = place
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    lines = try [OutgoingLine](&fields)
    method = try fields.text("method")
    place = try fields.value("place")
  }

  package var members: Members {
    var members = Members()
    members.put("lines", objects: lines.map(\.members.all))
    members.put("method", method)
    members.put("place", place)
    return members
  }

  package var postings: [Posting] { lines.postings(to: .destroyed) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    lines.faults("destroyed", in: state) + Known.location(place, in: state)
      + Words.code(method, of: "the method of destruction")
  }
}
