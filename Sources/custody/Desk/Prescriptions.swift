import Dispensary
import Notation
import Recordkeeping

/// Finds what is meant by a prescription, and the stock that fills it.
extension Desk {
  func prescription(_ text: String) throws -> PrescriptionRecord {
    let id = try RxID(text)
    guard let record = state.prescriptions[id] else {
      let hint = Known.suggestion(id.text, among: state.prescriptions.keys.map(\.text))
      throw Failure.usage(
        "prescription `\(id.text)` is not known", hint: hint ?? "`custody rx list` shows them")
    }
    return record
  }

  func nothingWaits(_ id: RxID) -> Failure {
    Failure(
      .notEnough, "nothing waits in will-call for `\(id.text)`",
      hint: "what has been picked up never comes back to stock; `custody rx show \(id.text)`")
  }

  /// What is handed over of what waits: all of it, or an amount, the oldest first.
  func handed(
    _ waiting: [WillCall], _ quantity: String?, of record: PrescriptionRecord
  ) throws -> [PrescriptionPickedUp.Line] {
    guard let quantity else { return lots(waiting) }
    let (product, _) = try ordered(record)
    var left = try goods(quantity, of: product, nil).amount
    var parts: [Handed] = []
    for part in waiting where left.isPositive {
      let taken = min(part.amount, left)
      parts.append((part.number, part.item, taken))
      left = left - taken
    }
    guard left.isZero else {
      throw Failure(
        .notEnough,
        "\(state.shown(waiting.map(\.amount).sum, product)) wait for `\(record.id.text)`, and "
          + "`\(quantity)` would be handed over",
        hint: "leave the amount out to hand over all that waits")
    }
    return handed(parts)
  }

  /// A part of a filling that is handed over.
  typealias Handed = (number: Int64, item: Item, amount: Amount)

  /// What is handed over, one line for each filling and lot.
  func lots(_ parts: [WillCall]) -> [PrescriptionPickedUp.Line] {
    handed(parts.map { ($0.number, $0.item, $0.amount) })
  }

  func handed(_ parts: [Handed]) -> [PrescriptionPickedUp.Line] {
    var lines: [PrescriptionPickedUp.Line] = []
    for (number, item, amount) in parts {
      if let at = lines.firstIndex(where: { $0.item == item && $0.fill == number }) {
        lines[at].amount += amount
      } else {
        lines.append(PrescriptionPickedUp.Line(item: item, amount: amount, fill: number))
      }
    }
    return lines
  }

  /// Back where it came from, or to another place in the same status and for the same owner.
  func backTo(_ place: LocationID?, _ parts: [WillCall]) -> [PrescriptionLine] {
    let lines = parts.map { part in
      var position = part.source
      if let place { position.location = place }
      return PrescriptionLine(item: part.item, position: position, amount: part.amount)
    }
    return lines.map(\.bucket).unique.compactMap { bucket in
      let same = lines.filter { $0.bucket == bucket }
      return same.first.map {
        PrescriptionLine(item: $0.item, position: $0.position, amount: same.map(\.amount).sum)
      }
    }
  }

  func sayWaited(_ part: WillCall, _ id: RxID) {
    let days = (now.milliseconds - part.since.milliseconds) / 86_400_000
    let amount = state.shown(part.amount, state.products[part.item.product])
    Console.say(
      "\(amount) of `\(id.text)` waited in will-call for \(days) \(days == 1 ? "day" : "days")")
  }
}

// MARK: - Filling

extension Desk {
  /// The filling that a command line asks for: what is due, from the lots that expire first.
  func filling(
    _ rx: String, _ quantity: String?, _ options: FillingOptions
  ) throws -> PrescriptionFilled {
    let record = try prescription(rx)
    let (product, package) = try options.product.map(product) ?? ordered(record)
    let next = due(record, options)
    let amount = try quantity.map { try goods($0, of: product, package).amount } ?? next.amount
    let lines = try lines(of: amount, product, record, options)
    return PrescriptionFilled(
      id: record.id, recipient: record.order.recipient, number: next.number, lines: lines)
  }

  private func due(
    _ record: PrescriptionRecord, _ options: FillingOptions
  ) -> (number: Int64, amount: Amount) {
    guard options.nextRefill, let last = record.last else { return record.next }
    return (last + 1, record.order.quantity)
  }

  private func ordered(_ record: PrescriptionRecord) throws -> (Product, Package?) {
    guard let product = state.products[record.order.product] else {
      preconditionFailure("a prescription is for a known product")
    }
    return (product, nil)
  }

  private func lines(
    of amount: Amount, _ product: Product, _ record: PrescriptionRecord, _ options: FillingOptions
  ) throws -> [PrescriptionLine] {
    var left = amount
    var lines: [PrescriptionLine] = []
    for stock in try shelves(product, record, options) where left.isPositive {
      let taken = whole(min(left, stock.amount), at: stock.position, product)
      guard taken.isPositive else { continue }
      lines.append(
        PrescriptionLine(item: stock.item, position: stock.position, amount: taken))
      left = left - taken
    }
    guard left.isZero else { throw short(amount, left, product, record, options) }
    if options.lot == nil { for line in lines { say(line, product) } }
    return lines
  }

  /// What may fill it: the patient's own stock first, then what expires first. A lot that is named
  /// is taken whatever its state, so that the rules can say what is wrong with it.
  private func shelves(
    _ product: Product, _ record: PrescriptionRecord, _ options: FillingOptions
  ) throws -> [(position: Position, item: Item, amount: Amount)] {
    let place = try options.place.map(location)
    let own = record.order.recipient
    let today = zone.day(of: now)
    return state.stock.filter { stock in
      guard stock.item.product == product.id, isUnopened(stock.position),
        place.map({ $0 == stock.position.location }) ?? true
      else { return false }
      if let lot = options.lot { return stock.item.lot == knownLot(lot, of: product.id) }
      return stock.position.status == .available
        && state.isStock(of: stock.position.owner, usableFor: own)
        && state.lots[stock.item].map { $0 >= today } ?? false
    }
    .sorted { order($0, own) < order($1, own) }
  }

  private func isUnopened(_ position: Position) -> Bool {
    switch position.holding {
    case .sealed, .kit: true
    case .container, .loose: false
    }
  }

  private func order(
    _ stock: (position: Position, item: Item, amount: Amount), _ own: PatientID
  ) -> (Int, Int, String) {
    let isUsable = stock.position.status == .available
    let isKit = stock.position.holding != .sealed
    let isOwn = state.isSameOwner(stock.position.owner, own.text)
    let rank = (isUsable ? 0 : 4) + (isOwn ? 0 : 2) + (isKit ? 1 : 0)
    let expires = state.lots[stock.item]?.dayNumber ?? .max
    return (rank, expires, Account.stock(stock.position).text + stock.item.lot)
  }

  /// As much of an amount as unbroken kits hold.
  private func whole(_ amount: Amount, at position: Position, _ product: Product) -> Amount {
    guard case .kit(let code) = position.holding, let ndc = try? NDC(code),
      let contents = product.package(named: ndc)?.contents.thousandths
    else { return amount }
    return Amount(thousandths: amount.thousandths / contents * contents)
  }

  private func say(_ line: PrescriptionLine, _ product: Product) {
    let expires = state.lots[line.item].map { ", expires \($0.text)" } ?? ", expiry unknown"
    Console.say(
      "\(state.shown(line.amount, product)) of lot \(line.item.lot) at "
        + "\(place(.stock(line.position)))\(expires)")
  }

  private func short(
    _ amount: Amount, _ left: Amount, _ product: Product, _ record: PrescriptionRecord,
    _ options: FillingOptions
  ) -> Failure {
    let there = amount - left
    let lot = options.lot.map { " of lot `\($0)`" } ?? ""
    let site = options.place.map { " at `\($0)`" } ?? ""
    let kits = state.stock.contains {
      $0.item.product == product.id && $0.position.holding != .sealed && isUnopened($0.position)
    }
    let elsewhere =
      record.remaining.isZero
      ? "`\(record.id.text)` is used up: it has no refills left"
      : kits
        ? "`custody unpack` makes single \(product.baseUnit.plural) of unopened kits"
        : "`custody status` shows what is on hand, and what is set aside or expired"
    return Failure(
      .notEnough,
      "\(state.shown(amount, product))\(lot) of \(product.name) are to be filled, and "
        + "\(state.shown(there, product)) are on hand\(site)",
      hint: there.isPositive
        ? "fill a part: `custody rx fill \(record.id.text) '\(state.shown(there, product))'`"
        : elsewhere)
  }
}
