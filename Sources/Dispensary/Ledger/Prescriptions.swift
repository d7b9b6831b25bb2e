package import Notation

/// An event that no correction has reversed, with its place in the ledger.
package struct Standing<Kind: Event>: Sendable {
  package let event: Kind
  package let seq: Int64
  package let at: Instant
  package let by: PersonID?

  init(_ event: Kind, _ entry: EntryContext) {
    (self.event, seq, at, by) = (event, entry.seq, entry.occurredAt, entry.by)
  }
}

/// A prescription and what has become of it.
package struct PrescriptionRecord: Sendable {
  /// Why nothing more is filled.
  package enum Closure: Sendable {
    case voided(Standing<PrescriptionVoided>)
    case transferred(Standing<PrescriptionTransferred>)

    var seq: Int64 {
      switch self {
      case .voided(let closing): closing.seq
      case .transferred(let closing): closing.seq
      }
    }
  }

  package let order: PrescriptionAdded
  package let addedBy: Int64
  /// Oldest first, as recorded.
  package internal(set) var fills: [Standing<PrescriptionFilled>] = []
  package internal(set) var pickups: [Standing<PrescriptionPickedUp>] = []
  package internal(set) var returns: [Standing<PrescriptionReturned>] = []
  /// Oldest first: a prescription may be transferred more than once.
  var closures: [Closure] = []
  package var closure: Closure? { closures.last }

  init(order: PrescriptionAdded, addedBy: Int64) {
    (self.order, self.addedBy) = (order, addedBy)
  }

  package var id: RxID { order.id }

  /// How much was filled under one number, without what went back to stock.
  package func filled(_ number: Int64) -> Amount {
    let made = fills.filter { $0.event.number == number }.map(\.event.quantity).sum
    let back = returns.filter { $0.event.number == number }.flatMap(\.event.lines)
    return made - back.map(\.amount).sum
  }

  /// The same, of one lot.
  package func filled(_ number: Int64, _ item: Item) -> Amount {
    let made = fills.filter { $0.event.number == number }.flatMap(\.event.lines)
    let back = returns.filter { $0.event.number == number }.flatMap(\.event.lines)
    return made.of(item) - back.of(item)
  }

  /// The same, without what was picked up under the number of that filling.
  package func left(_ number: Int64, _ item: Item) -> Amount {
    let gone = pickups.flatMap(\.event.lines).filter { $0.fill == number && $0.item == item }
    return filled(number, item) - gone.map(\.amount).sum
  }

  /// The number of the last filling that was not wholly returned; `nil` before the first.
  package var last: Int64? {
    fills.map(\.event.number).filter { filled($0).isPositive }.max()
  }

  /// Which filling comes next, and how much of it is due: the rest of one that was filled in part,
  /// or a whole one.
  package var next: (number: Int64, amount: Amount) {
    guard let last else { return (0, order.quantity) }
    let rest = order.quantity - filled(last)
    return rest.isPositive ? (last, rest) : (last + 1, order.quantity)
  }

  /// Refills that have not been begun.
  package var refillsLeft: Int64 { max(0, order.refills - (last ?? 0)) }

  /// What may still be filled: the rest of the filling at hand, and the refills left.
  package var remaining: Amount {
    let rest = max(.zero, order.quantity - filled(last ?? 0))
    return rest + Amount(thousandths: order.quantity.thousandths * refillsLeft)
  }

  /// When the supply of the last filling began, and how many days it lasts; `nil` where nobody
  /// said how long a filling lasts. A part of a filling lasts its part of the days, whole days only.
  package func supplied(in zone: Zone) -> (from: CivilDate, days: Int64)? {
    guard let last, let days = order.daysSupply, let first = began(last) else { return nil }
    let part = Int128(days) * Int128(filled(last).thousandths) / Int128(order.quantity.thousandths)
    return (zone.day(of: first), Int64(clamping: part))
  }

  /// When the first part of a filling was filled that is not all back in stock.
  private func began(_ number: Int64) -> Instant? {
    let made = fills.filter { $0.event.number == number }.map { ($0.seq, $0.at, $0.event.quantity) }
    let back = returns.filter { $0.event.number == number }
      .map { ($0.seq, $0.at, -$0.event.lines.map(\.amount).sum) }
    var sum = Amount.zero
    var began: Instant?
    for (_, at, amount) in (made + back).sorted(by: { $0.0 < $1.0 }) {
      if sum.isZero { began = at }
      sum += amount
    }
    return began
  }
}

extension PrescriptionAdded {
  /// The last day on which it may be filled: six calendar months after its issue for Schedules
  /// III and IV (21 CFR 1306.22(a)); `nil` where federal law sets none. From the last day of a
  /// longer month it reaches to the last day of the shorter one.
  package func lastDay(_ product: Product?) -> CivilDate? {
    guard let schedule = product?.schedule, schedule == .three || schedule == .four else {
      return nil
    }
    return issued.adding(months: 6)
  }
}

extension CivilDate {
  /// So many calendar months later; where that month has no such day, its last day. Nil outside the
  /// calendar's years.
  package func adding(months: Int) -> CivilDate? {
    let count = year * 12 + (month - 1) + months
    for day in stride(from: day, to: 27, by: -1) + [day] {
      if let date = CivilDate(year: count / 12, month: count % 12 + 1, day: day) { return date }
    }
    return nil
  }
}

/// One part of what waits in will-call: which filling it belongs to, where it came from, since when.
package struct WillCall: Sendable {
  package let number: Int64
  package let item: Item
  package let source: Position
  package let amount: Amount
  package let since: Instant
}

extension State {
  /// What waits for a patient, filling by filling, oldest first.
  ///
  /// Will-call is one account for each prescription and lot. Where several fillings have gone into
  /// it and a pickup names none of them, the oldest are taken to have been picked up first.
  package func waiting(_ id: RxID) -> [WillCall] {
    guard let record = prescriptions[id] else { return [] }
    var left: [Item: Amount] = [:]
    var back: [Returned: Amount] = [:]
    for line in record.returns {
      for part in line.event.lines {
        back[Returned(number: line.event.number, item: part.item), default: .zero] += part.amount
      }
    }
    for line in record.pickups.flatMap(\.event.lines) {
      guard let fill = line.fill else { continue }
      back[Returned(number: fill, item: line.item), default: .zero] += line.amount
    }
    var waiting: [WillCall] = []
    for fill in record.fills.reversed() {
      for line in fill.event.lines.reversed() {
        let key = Returned(number: fill.event.number, item: line.item)
        let gone = min(line.amount, back[key] ?? .zero)
        back[key, default: .zero] += -gone
        let held = left[line.item] ?? balance(.willCall(id), line.item)
        let amount = min(line.amount - gone, held)
        left[line.item] = held - amount
        guard amount.isPositive else { continue }
        waiting.append(
          WillCall(
            number: fill.event.number, item: line.item, source: line.position, amount: amount,
            since: fill.at))
      }
    }
    return waiting.reversed()
  }

  private struct Returned: Hashable {
    let number: Int64
    let item: Item
  }

  /// The prescriptions by number.
  package var prescriptionList: [PrescriptionRecord] {
    prescriptions.values.sorted { $0.id.number < $1.id.number }
  }

  /// Forgets what corrections have reversed, among the acts on a prescription.
  mutating func dropCorrected(of id: RxID) {
    let journal = journal
    func stands(_ seq: Int64) -> Bool { journal[Int(seq)].correctedBy == nil }
    prescriptions[id]?.fills.removeAll { !stands($0.seq) }
    prescriptions[id]?.pickups.removeAll { !stands($0.seq) }
    prescriptions[id]?.returns.removeAll { !stands($0.seq) }
    prescriptions[id]?.closures.removeAll { !stands($0.seq) }
  }
}

extension [PrescriptionLine] {
  fileprivate func of(_ item: Item) -> Amount { filter { $0.item == item }.map(\.amount).sum }
}
