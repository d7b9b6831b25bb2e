import Notation

/// What is left of a prescription goes to another pharmacy, from pharmacist to pharmacist.
///
/// The record of 21 CFR 1306.25(b)(2): the receiving pharmacy's name, address and registration, the
/// receiving pharmacist, the date, and, as the signer, who transfers. Nothing is filled here
/// afterwards.
package struct PrescriptionTransferred: Event {
  package static let type = "rx.transfer"
  package static let isReversible = true

  package var id: RxID
  package var recipient: PatientID
  package var pharmacy: String
  package var address: String
  package var dea: DEANumber
  /// Who receives it there.
  package var pharmacist: String
  /// How many refills go with it.
  package var refills: Int64

  package init(
    id: RxID, recipient: PatientID, pharmacy: String, address: String, dea: DEANumber,
    pharmacist: String, refills: Int64
  ) {
    (self.id, self.recipient, self.pharmacy, self.address) = (id, recipient, pharmacy, address)
    (self.dea, self.pharmacist, self.refills) = (dea, pharmacist, refills)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("rx")
    recipient = try fields.value("patient")
    pharmacy = try fields.text("pharmacy")
    address = try fields.text("address")
    dea = try fields.value("dea")
    pharmacist = try fields.text("pharmacist")
    refills = try fields.whole("refills")
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("pharmacy", pharmacy)
    members.put("address", address)
    members.put("dea", dea)
    members.put("pharmacist", pharmacist)
    members.put("refills", whole: refills)
    return members
  }

  package var patient: PatientID? { recipient }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = PrescriptionPart.faults(id, recipient, in: state)
    faults += PrescriptionPart.closed(id, in: state)
    faults += Words.faults(pharmacy, of: "the pharmacy's name")
    faults += Words.faults(address, of: "the pharmacy's address", limit: 300)
    faults += Words.faults(pharmacist, of: "the pharmacist's name")
    if let record = state.prescriptions[id], !(0...record.refillsLeft).contains(refills) {
      let left = record.refillsLeft
      faults.append(
        EventFault(
          "`\(id.text)` has \(left) \(left == 1 ? "refill" : "refills") left, not \(refills)"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.prescriptions[id]?.closures.append(.transferred(Standing(self, entry)))
  }

  package func undo(in state: inout State) { state.dropCorrected(of: id) }
}
