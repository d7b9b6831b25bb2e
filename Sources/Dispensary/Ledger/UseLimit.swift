package import Notation

/// Until when something on hand may be used.
///
/// A lot is used through the day of its expiry, a container or a staged syringe before its
/// beyond-use time, and what was delivered for one patient within 45 days of its receipt
/// (21 USC 829a). Where two limits meet, the earlier one is the limit.
package struct UseLimit: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case expiry
    case beyondUse = "beyond-use"
    case delivery
  }

  /// What it is that has a limit.
  package enum Subject: Hashable, Sendable {
    case stock(Position)
    /// A staged syringe.
    case syringe(DrawID, at: LocationID)
  }

  package enum End: Hashable, Sendable {
    /// It may be used through this day.
    case day(CivilDate)
    /// It may not be used at or after this time.
    case time(Instant)
    /// Nobody could read until when: it is not used before somebody knows.
    case unknown
  }

  package let kind: Kind
  package let subject: Subject
  package let item: Item
  package let amount: Amount
  package let end: End

  /// Days after the receipt for which a delivery for one patient may be used (21 USC 829a).
  package static let deliveryDays = 45

  /// The day on which it ends, in the site's time; `nil` where nobody knows it.
  package func day(in zone: Zone) -> CivilDate? {
    switch end {
    case .day(let day): day
    case .time(let time): zone.day(of: time)
    case .unknown: nil
    }
  }

  /// Whether it may no longer be used.
  package func isPast(at now: Instant, in zone: Zone) -> Bool {
    switch end {
    case .day(let day): day < zone.day(of: now)
    case .time(let time): time <= now
    case .unknown: false
    }
  }
}

extension State {
  /// The limits of all that is on hand and might still be used, earliest first. What is expired,
  /// recalled, damaged or loose has none: it will not be used. What nobody could read stands before
  /// all that is known, beside a limit of another kind where it has one.
  package func useLimits(in zone: Zone) -> [UseLimit] {
    let stock = self.stock.flatMap { line in
      [
        unreadLimit(line.position, line.item, line.amount),
        useLimit(line.position, line.item, line.amount, in: zone),
      ].compactMap { $0 }
    }
    let syringes = openDraws.compactMap { draw in
      draw.staged.map {
        UseLimit(
          kind: .beyondUse, subject: .syringe(draw.id, at: $0.location), item: draw.item,
          amount: remaining(draw), end: .time($0.beyondUse))
      }
    }
    // What ends together stays in the order of lots and places.
    return (stock + syringes).enumerated().sorted {
      let (left, right) = ($0.element.order(in: zone), $1.element.order(in: zone))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
  }

  private func mayHaveLimit(_ position: Position) -> Bool {
    if case .loose = position.holding { return false }
    return position.status == .available || position.status == .quarantined
  }

  private func unreadLimit(_ position: Position, _ item: Item, _ amount: Amount) -> UseLimit? {
    guard unreadLots.contains(item), mayHaveLimit(position) else { return nil }
    return UseLimit(
      kind: .expiry, subject: .stock(position), item: item, amount: amount, end: .unknown)
  }

  private func useLimit(
    _ position: Position, _ item: Item, _ amount: Amount, in zone: Zone
  ) -> UseLimit? {
    guard mayHaveLimit(position) else { return nil }
    var ends: [(UseLimit.Kind, UseLimit.End)] = []
    if let expires = lots[item] { ends.append((.expiry, .day(expires))) }
    if let last = lastDay(ofDelivery: item, position, in: zone) {
      ends.append((.delivery, .day(last)))
    }
    if case .container(let id) = position.holding, let end = containers[id]?.beyondUse {
      ends.append((.beyondUse, .time(end)))
    }
    let limits = ends.map {
      UseLimit(kind: $0.0, subject: .stock(position), item: item, amount: amount, end: $0.1)
    }
    return limits.min { $0.order(in: zone) < $1.order(in: zone) }
  }

  /// The last day on which stock that was delivered for one patient may be used; `nil` for general
  /// stock. What came first is taken to be used first.
  package func lastDay(
    ofDelivery item: Item, _ position: Position, in zone: Zone
  ) -> CivilDate? {
    guard let patient = position.patient else { return nil }
    var left = stock.filter { stock in
      stock.item == item && stock.position.patient.map { isSame($0, patient) } ?? false
    }.map(\.amount).sum
    var oldest: Instant?
    for (seq, receipt) in receipts.sorted(by: { $0.key > $1.key })
    where left.isPositive && receipt.patient.map({ isSame($0, patient) }) ?? false {
      let came = receipt.lines.filter { $0.stock.item == item }.map(\.received).sum
      guard came.isPositive else { continue }
      left += -came
      oldest = journal[Int(seq)].occurredAt
    }
    return oldest.flatMap { zone.day(of: $0).adding(days: UseLimit.deliveryDays) }
  }

  /// What takes out of use all that may no longer be used: expired lots and containers as
  /// `expired`, staged syringes and late deliveries into quarantine.
  package func sweep(at now: Instant, in zone: Zone) -> [SetAside] {
    useLimits(in: zone).filter { $0.isPast(at: now, in: zone) }.map(setAside)
      .filter { $0.from.account != .stock($0.to) }
  }

  private func setAside(_ limit: UseLimit) -> SetAside {
    switch limit.subject {
    case .syringe(let id, let location):
      let owner = draws[id]?.source.owner ?? "general"
      return SetAside(
        item: limit.item, from: .draw(id),
        to: Position(location, .loose(id), status: .quarantined, owner: owner),
        amount: limit.amount, reason: "beyond-use")
    case .stock(let position):
      var target = position
      target.status = limit.kind == .delivery ? .quarantined : .expired
      let reason =
        switch limit.kind {
        case .expiry: "expired"
        case .beyondUse: "beyond-use"
        case .delivery: "delivery-past"
        }
      return SetAside(
        item: limit.item, from: .stock(position), to: target, amount: limit.amount, reason: reason)
    }
  }
}

extension UseLimit {
  /// By day, and on one day what has a time before what has none.
  fileprivate func order(in zone: Zone) -> (Int, Int64) {
    switch end {
    case .day(let day): (day.dayNumber, .max)
    case .time(let time): (zone.day(of: time).dayNumber, time.milliseconds)
    case .unknown: (.min, .min)
    }
  }
}
