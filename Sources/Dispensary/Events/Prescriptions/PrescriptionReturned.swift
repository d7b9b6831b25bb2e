import Notation

/// Nobody came for what was filled: it goes back from will-call to stock, and the filling, or that
/// part of it, counts as never made. What has left the house never comes back this way.
package struct PrescriptionReturned: Event {
  package static let type = "rx.return_to_stock"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: RxID
  package var recipient: PatientID
  /// The filling that is taken back, wholly or in part.
  package var number: Int64
  package var lines: [PrescriptionLine]

  package init(id: RxID, recipient: PatientID, number: Int64, lines: [PrescriptionLine]) {
    (self.id, self.recipient, self.number, self.lines) = (id, recipient, number, lines)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("rx")
    recipient = try fields.value("patient")
    number = try fields.whole("fill")
    lines = try fields.list("lines") { fields throws(WireFault) in
      try PrescriptionLine(&fields, "to")
    }
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("fill", whole: number)
    members.put("lines", objects: lines.map { $0.members("to") })
    return members
  }

  package var patient: PatientID? { recipient }

  package var postings: [Posting] {
    lines.flatMap {
      [Posting].moving($0.amount, of: $0.item, from: .willCall(id), to: .stock($0.position))
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = PrescriptionPart.faults(id, recipient, in: state)
    if lines.isEmpty { faults.append(EventFault("nothing goes back to stock")) }
    if Set(lines.map(\.bucket)).count != lines.count {
      faults.append(EventFault("the same stock is named twice"))
    }
    faults += lines.flatMap { $0.faults(in: state, "the quantity that goes back") }
    let sums = Dictionary(grouping: lines, by: \.item).mapValues { $0.map(\.amount).sum }
    let lots = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let short = PrescriptionPart.held(lots, of: id, "put back", in: state)
    faults += short
    if short.isEmpty, let record = state.prescriptions[id] {
      faults += lots.filter { $0.1 > record.filled(number, $0.0) }.map { item, _ in
        EventFault("filling \(number) of `\(id.text)` has less of lot `\(item.lot)` than that")
      }
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.prescriptions[id]?.returns.append(Standing(self, entry))
  }

  package func undo(in state: inout State) { state.dropCorrected(of: id) }
}
