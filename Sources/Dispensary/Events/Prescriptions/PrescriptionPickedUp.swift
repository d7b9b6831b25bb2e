import Notation

/// What waited in will-call is dispensed: handed to the patient or their agent, or delivered to the
/// practitioner who administers it (21 USC 829a).
///
/// Who picked it up, which identification was seen, and what proves a delivery, are private values of the entry.
package struct PrescriptionPickedUp: Event {
  package static let type = "rx.pickup"
  package static let isPhysical = true
  package static let isReversible = true

  package struct Line: Hashable, Sendable {
    package var item: Item
    package var amount: Amount
    /// The number of the filling that it is a part of; `nil` in entries that name none, of which
    /// the oldest filling is taken to have been picked up first.
    package var fill: Int64?

    package init(item: Item, amount: Amount, fill: Int64? = nil) {
      self.item = item
      self.amount = amount
      self.fill = fill
    }

    init(_ fields: inout Fields) throws(WireFault) {
      item = Item(try fields.value("product"), try fields.text("lot"))
      amount = try fields.amount("quantity")
      fill = fields.has("fill") ? try fields.whole("fill") : nil
    }

    var members: [String: JSON] {
      var members = Members()
      members.put("product", item.product)
      members.put("lot", item.lot)
      members.put("quantity", amount)
      members.put("fill", whole: fill)
      return members.all
    }
  }

  /// Where a practitioner administers what was delivered for one patient.
  package struct Setting: Hashable, Sendable {
    package var name: String
    /// The practitioner's registration, whose address the delivery goes to (21 USC 829a(a)(2)).
    package var dea: DEANumber
    /// Whether something proves the delivery, such as a signed slip.
    package var hasProof: Bool

    package init(name: String, dea: DEANumber, hasProof: Bool) {
      (self.name, self.dea, self.hasProof) = (name, dea, hasProof)
    }
  }

  package var id: RxID
  package var recipient: PatientID
  package var lines: [Line]
  /// Where it was delivered, if the patient did not take it.
  package var deliveredTo: String?
  package var deliveredDEA: DEANumber?
  /// Whether something proves the delivery; what it is stands in the vault, under `proof`.
  package var hasProof: Bool

  package init(id: RxID, recipient: PatientID, lines: [Line], setting: Setting? = nil) {
    (self.id, self.recipient, self.lines) = (id, recipient, lines)
    (deliveredTo, deliveredDEA) = (setting?.name, setting?.dea)
    hasProof = setting?.hasProof ?? false
  }

  /// The setting that it was delivered to; `nil` when it was picked up.
  package var setting: Setting? {
    guard let deliveredTo, let deliveredDEA else { return nil }
    return Setting(name: deliveredTo, dea: deliveredDEA, hasProof: hasProof)
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("rx")
    recipient = try fields.value("patient")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
    deliveredTo = try fields.optionalText("delivered_to")
    deliveredDEA = try fields.optional("delivered_dea")
    hasProof = try fields.flag("proof")
  }

  package var members: Members {
    var members = Members()
    members.put("rx", id)
    members.put("patient", recipient)
    members.put("lines", objects: lines.map(\.members))
    members.put("delivered_to", deliveredTo)
    members.put("delivered_dea", deliveredDEA)
    members.put("proof", flag: hasProof)
    return members
  }

  package var patient: PatientID? { recipient }

  package var postings: [Posting] {
    lines.flatMap {
      [Posting].moving($0.amount, of: $0.item, from: .willCall(id), to: .dispensed)
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = PrescriptionPart.faults(id, recipient, in: state)
    if lines.isEmpty { faults.append(EventFault("nothing is picked up")) }
    if Set(lines.map { Part(item: $0.item, fill: $0.fill) }).count != lines.count {
      faults.append(EventFault("the same lot is named twice"))
    }
    for line in lines {
      faults += Known.item(line.item, in: state)
      faults += Known.positive(line.amount, "the quantity picked up")
    }
    let sums = Dictionary(grouping: lines, by: \.item).mapValues { $0.map(\.amount).sum }
    let lots = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let short = PrescriptionPart.held(lots, of: id, "handed over", in: state)
    return faults + short + (short.isEmpty ? fillFaults(in: state) : []) + deliveryFaults
  }

  private struct Part: Hashable {
    let item: Item
    let fill: Int64?
  }

  /// A filling that is named has at least that much which was neither returned nor picked up by
  /// its number.
  private func fillFaults(in state: State) -> [EventFault] {
    guard let record = state.prescriptions[id] else { return [] }
    return lines.compactMap { line in
      guard let fill = line.fill, line.amount > record.left(fill, line.item) else { return nil }
      return EventFault(
        "filling \(fill) of `\(id.text)` has less of lot `\(line.item.lot)` waiting than that",
        hint: "`custody rx show \(id.text)` shows what waits and what has been picked up")
    }
  }

  private var deliveryFaults: [EventFault] {
    var faults: [EventFault] = []
    if (deliveredTo == nil) != (deliveredDEA == nil) || (hasProof && deliveredTo == nil) {
      faults.append(EventFault("a delivery names the setting and its registration"))
    }
    if let deliveredTo { faults += Words.faults(deliveredTo, of: "the setting's name") }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.prescriptions[id]?.pickups.append(Standing(self, entry))
  }

  package func undo(in state: inout State) { state.dropCorrected(of: id) }
}
