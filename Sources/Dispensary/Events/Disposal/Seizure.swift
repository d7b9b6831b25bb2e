import Notation

/// An authority takes stock away, against a receipt.
///
/// What the authority is called stands in the vault, under `agency`, and the officer's name and
/// badge under `officer` and `badge`.
package struct Seizure: Event {
  package static let type = "seize"
  package static let isPhysical = true
  package static let isReversible = true
  package static let takesWitness = true

  package var agency: Agency
  /// The number of the receipt that the officer left.
  package var receipt: String
  package var lines: [OutgoingLine]

  package init(agency: Agency, receipt: String, lines: [OutgoingLine]) {
    self.agency = agency
    self.receipt = receipt
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    agency = try fields.value("agency")
    receipt = try fields.text("receipt")
    lines = try [OutgoingLine](&fields)
  }

  package var members: Members {
    var members = Members()
    members.put("agency", agency)
    members.put("receipt", receipt)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] { lines.postings(to: .seized) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Words.number(receipt, of: "the number of the receipt")
      + lines.faults("seized", in: state)
  }
}
