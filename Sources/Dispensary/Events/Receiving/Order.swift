package import Notation

/// Stock is ordered from a supplier. Nothing moves: what comes is a ``Receipt`` that cites the order.
///
/// Schedules III to V go on ordinary purchase orders; the order forms of 21 CFR 1305 are for
/// Schedules I and II.
package struct OrderPlaced: Event {
  package static let type = "order.place"

  /// One product on an order, counted in base units.
  package struct Line: Hashable, Sendable {
    package var product: ProductID
    package var amount: Amount

    package init(product: ProductID, amount: Amount) {
      self.product = product
      self.amount = amount
    }

    init(_ fields: inout Fields) throws(WireFault) {
      product = try fields.value("product")
      amount = try fields.amount("quantity")
    }

    var members: Members {
      var members = Members()
      members.put("product", product)
      members.put("quantity", amount)
      return members
    }
  }

  package var id: OrderID
  package var supplier: SupplierID
  package var lines: [Line]

  package init(id: OrderID, supplier: SupplierID, lines: [Line]) {
    self.id = id
    self.supplier = supplier
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("order")
    supplier = try fields.value("supplier")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("order", id)
    members.put("supplier", supplier)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = state.notNext(id) + Known.supplier(supplier, in: state)
    if lines.isEmpty { faults.append(EventFault("an order needs at least one line")) }
    for line in lines {
      faults += Known.product(line.product, in: state)
      faults += Known.positive(line.amount, "the quantity ordered")
    }
    if Set(lines.map(\.product)).count != lines.count {
      faults.append(
        EventFault("a product stands on the order twice", hint: "write one line with the sum"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.issue(id)
    state.orders[id] = OrderRecord(
      id: id, supplier: supplier, lines: lines, placedBy: entry.seq, placedAt: entry.occurredAt)
  }
}

/// What has not come of an order is no longer expected.
package struct OrderCancelled: Event {
  package static let type = "order.cancel"

  package var id: OrderID
  /// Why, as a code of ``reasons``.
  package var reason: String

  package static let reasons = ["not-needed", "not-available", "mistake", "other"]

  package init(id: OrderID, reason: String) {
    self.id = id
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("order")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("order", id)
    members.put("reason", reason)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.reason(reason, "cancelling an order", among: OrderCancelled.reasons)
    guard let order = state.orders[id] else { return faults + Known.order(id, in: state) }
    if let seq = order.cancelledBy {
      faults.append(EventFault("order `\(id.text)` was cancelled by entry \(seq) already"))
    } else if state.outstanding(order).isEmpty {
      faults.append(EventFault("all of order `\(id.text)` has come"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.orders[id]?.cancelledBy = entry.seq
  }
}

/// An order as the ledger knows it; what has come of it is asked of the receipts that cite it.
package struct OrderRecord: Sendable {
  package let id: OrderID
  package let supplier: SupplierID
  package let lines: [OrderPlaced.Line]
  /// The entry that placed it.
  package let placedBy: Int64
  package let placedAt: Instant
  package internal(set) var cancelledBy: Int64?
}

extension State {
  /// What came of each product on the receipts that cite an order, damaged goods among it. What was
  /// refused at the door has not come.
  package func received(on id: OrderID) -> [ProductID: Amount] {
    var received: [ProductID: Amount] = [:]
    for line in receipts.values.filter({ $0.order == id }).flatMap(\.lines) {
      received[line.stock.item.product, default: .zero] += line.received
    }
    return received
  }

  /// What of an order has not come yet, in the order of its lines. A product of which more came
  /// than was ordered is not outstanding.
  package func outstanding(_ order: OrderRecord) -> [OrderPlaced.Line] {
    let received = received(on: order.id)
    return order.lines.compactMap { line in
      let left = line.amount - received[line.product, default: .zero]
      return left.isPositive ? OrderPlaced.Line(product: line.product, amount: left) : nil
    }
  }

  /// Orders of which something is still expected, oldest first.
  package var openOrders: [OrderRecord] {
    orders.values.filter { $0.cancelledBy == nil && !outstanding($0).isEmpty }
      .sorted { $0.placedBy < $1.placedBy }
  }
}

extension Known {
  static func order(_ id: OrderID, in state: State) -> [EventFault] {
    guard state.orders[id] == nil else { return [] }
    return [unknown("order", id.text, among: state.orders.keys.map(\.text), "order list")]
  }

  /// A reason given as a code, of those that an event knows.
  static func reason(_ code: String, _ what: String, among codes: [String]) -> [EventFault] {
    guard !codes.contains(code) else { return [] }
    return [
      EventFault(
        "`\(code)` is not a reason for \(what)", hint: "one of \(codes.joined(separator: ", "))")
    ]
  }
}
