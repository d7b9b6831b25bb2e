package import Notation

/// Drug is lost: stolen, missing, or gone on its way.
///
/// The facts of DEA Form 106 (21 CFR 1301.76(b)) that the ledger can hold; the circumstances and
/// the police's report stand in the vault, under `circumstances` and `police`.
package struct Loss: Event {
  package static let type = "loss"
  package static let isPhysical = true
  package static let isReversible = true

  package enum Kind: String, CaseIterable, Sendable {
    case theft, missing
    case inTransit = "in-transit"
  }

  /// Stock, a draw, a shipment, or the case that holds what a count missed.
  package var from: Account
  package var item: Item
  package var quantity: Amount
  package var kind: Kind
  /// When somebody first knew; the clocks of 1301.76(b) run from here.
  package var discovered: Instant
  /// Who had custody when it was lost, where that is known.
  package var custodian: PersonID?

  package init(
    from: Account, item: Item, quantity: Amount, kind: Kind, discovered: Instant,
    custodian: PersonID? = nil
  ) {
    self.from = from
    self.item = item
    self.quantity = quantity
    self.kind = kind
    self.discovered = discovered
    self.custodian = custodian
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    from = try fields.value("from")
    switch from {
    case .draw, .stock, .inTransit, .discrepancy: break
    default: throw fields.fault("from", "holds nothing that can be lost: `\(from.text)`")
    }
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    kind = try fields.value("kind")
    guard let discovered = try fields.optionalInstant("discovered") else {
      throw fields.fault("discovered", "is missing")
    }
    self.discovered = discovered
    custodian = try fields.optional("custodian")
  }

  package var members: Members {
    var members = Members()
    members.put("from", from)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("kind", kind)
    members.put("discovered", discovered)
    members.put("custodian", custodian)
    return members
  }

  package var postings: [Posting] { .moving(quantity, of: item, from: from, to: .lost) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = sourceFaults(in: state)
    if let custodian { faults += Known.person(custodian, in: state) }
    if discovered > entry.occurredAt {
      faults.append(
        EventFault(
          "a loss is discovered before it is reported, not at `\(discovered.text)`", kind: .future))
    }
    return faults
  }

  private func sourceFaults(in state: State) -> [EventFault] {
    switch from {
    case .draw(let id): return DrawPart.faults(id, item, quantity, "lost", in: state)
    case .stock(let position):
      return StockPart.faults(item, position, quantity, "lost", in: state)
    case .inTransit(let id):
      let faults = Known.positive(quantity, "the quantity lost")
      guard state.shipment(id) == nil else { return faults }
      return faults + [Shipment.unknown(id, in: state)]
    case .discrepancy(let id): return caseFaults(id, in: state)
    default: return [EventFault("nothing is lost from `\(from.text)`")]
    }
  }

  /// A case gives what it misses, and no more.
  private func caseFaults(_ id: CaseID, in state: State) -> [EventFault] {
    guard let record = state.cases[id] else {
      return [Known.unknown("case", id.text, among: state.cases.keys.map(\.text), "status")]
    }
    if record.item != item {
      return [EventFault("case `\(id.text)` is about other stock than this entry")]
    }
    let held = state.unexplained(record)
    let product = state.products[item.product]
    var faults = Known.positive(quantity, "the quantity lost")
    if quantity > held {
      faults.append(
        EventFault(
          "case `\(id.text)` misses \(state.shown(max(.zero, held), product)), and "
            + "\(state.shown(quantity, product)) would be lost",
          hint: "`custody status` shows the open cases", kind: .notEnough))
    }
    return faults
  }
}

extension Loss.Kind: WireText {}
