import Notation

/// Goods leave for a supplier who takes them back, or for a reverse distributor who destroys them.
///
/// They are in transit until they are acknowledged (21 CFR 1317.05, 1317.10). What a manifest must
/// show, names, addresses and registrations of both sides, follows from the ledger.
package struct Shipment: Event {
  package static let type = "ship"
  package static let isPhysical = true
  package static let isReversible = true

  /// What the goods are sent for.
  package enum Recipient: String, CaseIterable, Sendable {
    /// Taken back by whom they came from, or by the manufacturer or their agent.
    case supplier
    /// To be destroyed.
    case reverseDistributor = "reverse-distributor"
  }

  package enum Reason: String, CaseIterable, Sendable {
    case unwanted, expired, recalled, damaged
    case wrongGoods = "wrong-goods"
  }

  package var id: ShipmentID
  package var to: Recipient
  package var supplier: SupplierID
  package var reason: Reason
  package var tracking: String?
  package var lines: [OutgoingLine]

  package init(
    id: ShipmentID, to: Recipient, supplier: SupplierID, reason: Reason, tracking: String? = nil,
    lines: [OutgoingLine]
  ) {
    self.id = id
    self.to = to
    self.supplier = supplier
    self.reason = reason
    self.tracking = tracking
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("shipment")
    to = try fields.value("to")
    supplier = try fields.value("supplier")
    reason = try fields.value("reason")
    tracking = try fields.optionalText("tracking")
    lines = try [OutgoingLine](&fields)
  }

  package var members: Members {
    var members = Members()
    members.put("shipment", id)
    members.put("to", to)
    members.put("supplier", supplier)
    members.put("reason", reason)
    members.put("tracking", tracking)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] { lines.postings(to: .inTransit(id)) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = state.notNext(id) + Known.supplier(supplier, in: state)
    if let tracking { faults += Words.number(tracking, of: "the tracking number") }
    return faults + lines.faults("shipped", in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.shipments[id] = entry.seq
  }

  static func unknown(_ id: ShipmentID, in state: State) -> EventFault {
    let known = state.recorded(Shipment.self).map(\.event.id.text)
    return Known.unknown("shipment", id.text, among: known, "ship list")
  }
}

extension Shipment.Recipient: WireText {
  /// The account of what arrived there.
  func account(_ supplier: SupplierID) -> Account {
    switch self {
    case .supplier: .returnedToSupplier(supplier)
    case .reverseDistributor: .reverseDistributor(supplier)
    }
  }
}

extension Shipment.Reason: WireText {}

/// The recipient of a shipment says what arrived. The rest stays in transit.
package struct ShipmentAcknowledged: Event {
  package static let type = "ship.acknowledge"
  package static let isPhysical = true
  package static let isReversible = true

  package struct Line: Hashable, Sendable {
    package var item: Item
    package var quantity: Amount

    package init(item: Item, quantity: Amount) {
      self.item = item
      self.quantity = quantity
    }

    init(_ fields: inout Fields) throws(WireFault) {
      item = Item(try fields.value("product"), try fields.text("lot"))
      quantity = try fields.amount("quantity")
    }

    var members: Members {
      var members = Members()
      members.put("product", item.product)
      members.put("lot", item.lot)
      members.put("quantity", quantity)
      return members
    }
  }

  package var id: ShipmentID
  package var to: Shipment.Recipient
  package var supplier: SupplierID
  package var lines: [Line]

  package init(
    id: ShipmentID, to: Shipment.Recipient, supplier: SupplierID, lines: [Line]
  ) {
    self.id = id
    self.to = to
    self.supplier = supplier
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("shipment")
    to = try fields.value("to")
    supplier = try fields.value("supplier")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("shipment", id)
    members.put("to", to)
    members.put("supplier", supplier)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] {
    lines.flatMap {
      [Posting].moving(
        $0.quantity, of: $0.item, from: .inTransit(id), to: to.account(supplier))
    }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let sent = state.shipment(id)?.event else { return [Shipment.unknown(id, in: state)] }
    var faults =
      lines.isEmpty
      ? [EventFault("nothing is acknowledged", hint: "what never arrived is `custody loss report`")]
      : []
    if sent.supplier != supplier || sent.to != to {
      faults.append(EventFault("shipment `\(id.text)` went to `\(sent.supplier.text)`"))
    }
    if Set(lines.map(\.item)).count != lines.count {
      faults.append(EventFault("the same lot stands on two lines"))
    }
    for line in lines { faults += Known.positive(line.quantity, "the quantity acknowledged") }
    return faults
  }
}

extension State {
  /// The shipment with this number, and its entry; `nil` where it was never sent.
  package func shipment(_ id: ShipmentID) -> (seq: Int64, event: Shipment)? {
    guard let seq = shipments[id], let event = reversible[seq] as? Shipment else { return nil }
    return (seq, event)
  }

  /// What of a shipment nobody has acknowledged, by lot.
  package func inTransit(_ id: ShipmentID) -> [(item: Item, amount: Amount)] {
    balances.filter { $0.key.account == .inTransit(id) }
      .map { (item: $0.key.item, amount: $0.value) }.sorted { $0.item < $1.item }
  }
}
