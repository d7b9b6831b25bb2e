import Notation

/// A prescription is filled: stock is counted out, labeled, and waits in will-call.
///
/// The record of a refill (21 CFR 1306.22(c)) and of a partial filling (1306.23): product, date,
/// quantity, and, as the signer, the pharmacist.
package struct PrescriptionFilled: Event {
  package static let type = "rx.fill"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: RxID
  package var recipient: PatientID
  /// Which filling it is, or a part of: 0 is the first, 1 the first refill.
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
      try PrescriptionLine(&fields, "from")
    }
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("fill", whole: number)
    members.put("lines", objects: lines.map { $0.members("from") })
    return members
  }

  package var patient: PatientID? { recipient }

  package var quantity: Amount { lines.map(\.amount).sum }

  package var postings: [Posting] {
    lines.flatMap {
      [Posting].moving($0.amount, of: $0.item, from: .stock($0.position), to: .willCall(id))
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = PrescriptionPart.faults(id, recipient, in: state)
    if lines.isEmpty {
      faults.append(
        EventFault(
          "a filling needs at least one line",
          hint: "fill more than nothing, or leave the amount out"))
    }
    if Set(lines.map(\.bucket)).count != lines.count {
      faults.append(EventFault("the same stock is named twice in one filling"))
    }
    faults += lines.flatMap { $0.faults(in: state, "the quantity filled") }
    // The rest of a filling may be left, and a refill begun; none is passed over.
    if let record = state.prescriptions[id],
      !((record.last ?? 0)...(record.last.map { $0 + 1 } ?? 0)).contains(number)
    {
      faults.append(
        EventFault("the next filling of `\(id.text)` is number \(record.next.number)"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.prescriptions[id]?.fills.append(Standing(self, entry))
  }

  package func undo(in state: inout State) { state.dropCorrected(of: id) }
}
