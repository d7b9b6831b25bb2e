import Dispensary
import Notation

/// A receipt as far as later entries need it.
struct Delivery {
  var invoice: Bool
  var order: Int?
  var came: [(product: ProductID, amount: Int64)] = []
  var lots: [Item] = []
  /// Whether it is not what its invoice says, or not in order.
  var differs = false
  var isSettled = false
}

/// An order, and what was ordered.
struct Ordered {
  var id: Int
  var lines: [(product: ProductID, amount: Int64)]
  var isCancelled = false
}

// MARK: What comes

extension Walk {
  mutating func arrive() -> Step? {
    switch dice.number(1...17) {
    case 17: settle()
    case 1...9: receive()
    case 10, 11: complete()
    case 12: order()
    case 13: cancel()
    case 14: release()
    default: find()
    }
  }

  /// One line to three, each of which may be short, over, damaged or refused.
  private mutating func receive() -> Step? {
    guard let place = dice.pick(Walk.places) else { return nil }
    let owner = dice.chance(8) ? Clinic.pat : nil
    let hasInvoice = dice.chance(85)
    var (lines, flows, kinds): ([Receipt.Line], [Flow], Set<String>) = ([], [], [])
    let supplier = owner == nil && dice.chance(90) ? Clinic.supplier : Walk.depot
    for _ in 1...dice.number(1...3) {
      let line = line(at: place, owner, hasInvoice)
      lines.append(line)
      kinds.formUnion(Walk.kinds(of: line))
      let source = "supplier:\(supplier.text)"
      flows += [
        Flow(
          line.stock.amount.thousandths, of: line.stock.item, from: source,
          to: Walk.text(line.stock.position)),
        Flow(
          line.damaged.thousandths, of: line.stock.item, from: source,
          to: Walk.text(line.damagedPosition)),
      ]
    }
    let order = dice.chance(20) ? dice.pick(orders.suffix(10))?.id : nil
    if order != nil { kinds.insert("ordered") }
    if !hasInvoice { kinds.insert("incomplete") }
    if owner != nil { kinds.insert("patient") }
    let mixed = dice.chance(3) && owner != nil
    if mixed { lines.append(Clinic.line(Clinic.ketamine, 5_000)) }
    let delivery = Delivery(
      invoice: hasInvoice, order: order,
      came: lines.map { ($0.stock.item.product, $0.received.thousandths) },
      lots: lines.map(\.stock.item).filter { $0.lot.hasPrefix("F") },
      differs: lines.contains { !Walk.kinds(of: $0).isEmpty })
    let inOrder = !delivery.differs
    let kind = kinds.sorted()
    return Step(
      name: "receipt",
      event: Receipt(
        supplier: supplier, invoice: hasInvoice ? "INV-0" : nil, lines: lines,
        order: order.map { try! OrderID(number: $0) }, hasPrescription: owner != nil),
      act: .flow(flows), occurredAt: late(),
      refused: mixed
        || lines.contains { $0.invoiced.isZero && $0.received.isZero && $0.refused.isZero },
      learn: { walk, seq, sign in
        for kind in kind { walk.reached["receipt \(kind)", default: 0] += 1 }
        walk.receipts[seq] = sign > 0 ? delivery : nil
        for lot in delivery.lots { walk.mentions[lot, default: 0] += Int(sign) }
        if sign > 0, !inOrder { walk.office.reviews[seq] = false }
      })
  }

  private mutating func line(
    at place: LocationID, _ owner: PatientID?, _ hasInvoice: Bool
  ) -> Receipt.Line {
    let item = dice.pick(Walk.items) ?? Clinic.ketamine
    let isKit = item == Clinic.spray && owner == nil
    let size = isKit ? 2_000 : Walk.size(item)
    let (good, damaged) = (dice.number(0...4) * size, dice.chance(15) ? size : 0)
    let (refused, short) = (
      dice.chance(10) ? size : 0, dice.chance(15) ? dice.number(-1...1) * size : 0
    )
    let position = Position(
      place, isKit ? .kit(Clinic.kit) : .sealed, status: hasInvoice ? .available : .quarantined,
      owner: owner?.text ?? "general")
    return Receipt.Line(
      stock: StockLine(
        item: item, expires: Clinic.expires, position: position, amount: Amount(thousandths: good)),
      invoiced: Amount(thousandths: max(0, good + damaged + refused + short)),
      damaged: Amount(thousandths: damaged), refused: Amount(thousandths: refused))
  }

  private static func kinds(of line: Receipt.Line) -> Set<String> {
    var kinds: Set<String> = []
    if line.damaged.isPositive { kinds.insert("damaged") }
    if line.refused.isPositive { kinds.insert("refused") }
    let expected = line.stock.amount + line.damaged + line.refused
    if line.invoiced > expected { kinds.insert("short") }
    if line.invoiced < expected { kinds.insert("over") }
    return kinds
  }

  private mutating func complete() -> Step? {
    let open = past.filter { receipts[$0.seq]?.invoice == false }
    let target = dice.chance(80) ? dice.pick(open) : dice.pick(past.suffix(100))
    guard let target else { return nil }
    return Step(
      name: "receipt.complete", event: ReceiptCompleted(receipt: target.seq, invoice: "INV-9L"),
      occurredAt: late(), refused: receipts[target.seq]?.invoice != false,
      learn: { walk, _, sign in walk.receipts[target.seq]?.invoice = sign > 0 })
  }

  private mutating func settle() -> Step? {
    let open = past.filter { receipts[$0.seq].map { $0.differs && !$0.isSettled } ?? false }
    let target = dice.chance(80) ? dice.pick(open) : dice.pick(past.suffix(100))
    guard let target else { return nil }
    return Step(
      name: "receipt.settle", event: ReceiptSettled(receipt: target.seq, credit: "CN-1"),
      refused: !(receipts[target.seq].map { $0.differs && !$0.isSettled } ?? false),
      learn: { walk, _, sign in walk.receipts[target.seq]?.isSettled = sign > 0 })
  }

  private mutating func order() -> Step? {
    let id = orders.count + (dice.chance(5) ? 2 : 1)
    let products = [Clinic.ketamine.product, Clinic.spray.product].filter { _ in dice.chance(70) }
    let lines = products.map { (product: $0, amount: dice.number(1...4) * 10_000) }
    let ordered = Ordered(id: id, lines: lines)
    return Step(
      name: "order.place",
      event: OrderPlaced(
        id: try! OrderID(number: id), supplier: Clinic.supplier,
        lines: lines.map { .init(product: $0.product, amount: Amount(thousandths: $0.amount)) }),
      refused: id != orders.count + 1 || lines.isEmpty, isReversible: false,
      learn: { walk, _, _ in walk.orders.append(ordered) })
  }

  private mutating func cancel() -> Step? {
    guard let order = dice.pick(orders.suffix(6)) else { return nil }
    return Step(
      name: "order.cancel",
      event: OrderCancelled(id: try! OrderID(number: order.id), reason: "not-needed"),
      refused: order.isCancelled || isComplete(order), isReversible: false,
      learn: { walk, _, _ in walk.orders[order.id - 1].isCancelled = true })
  }

  /// Whether all that was ordered has come.
  func isComplete(_ order: Ordered) -> Bool {
    let came = receipts.values.filter { $0.order == order.id }.flatMap(\.came)
    return order.lines.allSatisfy { line in
      came.filter { $0.product == line.product }.map(\.amount).reduce(0, +) >= line.amount
    }
  }

  private mutating func release() -> Step? {
    let aside = spots.filter { $0.position.status != .available && self.held($0) > 0 }
    guard let spot = dice.chance(85) ? dice.pick(aside) : spot() else { return nil }
    let held = self.held(spot)
    let asked = dice.chance(80) ? held : held - dice.number(-1...1) * 1_000
    var target = spot.position
    target.status = .available
    return Step(
      name: "release \(Walk.kind(spot))",
      event: Release(
        item: spot.item, from: spot.position, amount: Amount(thousandths: asked),
        reason: "inspected"),
      act: .flow(asked, of: spot.item, from: spot.text, to: Walk.text(target)),
      occurredAt: late(),
      refused: asked <= 0 || asked > held || spot.position.status == .available
        || (vial(at: spot.position) != nil && asked != held),
      learn: Walk.carrying(from: spot.position, to: target))
  }

  /// Of a lot that is known, or of one that nobody has seen before.
  private mutating func find() -> Step? {
    var item = dice.pick(Walk.items) ?? Clinic.ketamine
    if dice.chance(50) {
      let number = dice.chance(50) ? newLots + 1 : Int(dice.number(1...Int64(max(1, newLots))))
      item = Item(Clinic.ketamine.product, "F\(number)")
    }
    let expires = dice.chance(85) ? Clinic.expires : try! CivilDate("2027-05-31")
    let known = item.lot.hasPrefix("F") ? isKnown(item) ? expiries[item] : nil : Clinic.expires
    let amount = dice.number(0...2) * Walk.size(item)
    let position = Position(
      Clinic.vault, status: .quarantined, owner: dice.chance(10) ? Clinic.pat.text : "general")
    return Step(
      name: "found",
      event: StockFound(
        line: StockLine(
          item: item, expires: expires, position: position, amount: Amount(thousandths: amount))),
      act: .flow(amount, of: item, from: "found", to: Walk.text(position)), occurredAt: late(),
      refused: amount == 0 || (known != nil && known != expires),
      learn: { walk, _, sign in
        guard item.lot.hasPrefix("F") else { return }
        if sign > 0 { walk.expiries[item] = expires }
        walk.newLots = max(walk.newLots, Int(item.lot.dropFirst()) ?? 0)
      })
  }

  /// Whether anything that stands speaks of a lot.
  func isKnown(_ item: Item) -> Bool { mentions[item, default: 0] > 0 }
}
