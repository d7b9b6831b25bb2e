import Notation

/// Stock turns up of which the ledger knows nothing, such as a vial at the back of a drawer.
///
/// It stands in quarantine until somebody knows where it came from. A line of its own in every
/// reconciliation, it is never set off against what is missing.
package struct StockFound: Event {
  package static let type = "found"
  package static let isPhysical = true
  package static let takesWitness = true
  package static let isReversible = true

  package var line: StockLine

  package init(line: StockLine) { self.line = line }

  package init(_ fields: inout Fields) throws(WireFault) { line = try StockLine(&fields) }

  package var members: Members { line.members }

  package var postings: [Posting] {
    .moving(line.amount, of: line.item, from: .found, to: .stock(line.position))
  }

  package var patient: PatientID? { line.position.patient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = line.faults(in: state) + Known.positive(line.amount, "the quantity found")
    if let patient { faults += Known.patient(patient, in: state) }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) { line.unfold(in: &state) }

  package func undo(in state: inout State) { state.forget([line.item]) }
}
