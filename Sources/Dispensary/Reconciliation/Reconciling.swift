package import Notation

extension Reconciliation {
  /// Draws up the chart; `nil` for a product that the ledger does not know.
  ///
  /// - Parameters:
  ///   - from: the end of the opening. Without it the initial inventory is the opening.
  ///   - to: the end of the period; without it everything recorded.
  package init?(of id: ProductID, in state: State, from: Instant?, to: Instant?) {
    guard let product = state.products[id] else { return nil }
    let period = Period(from: from, to: to)
    let movements = WorldOrder(of: id, in: state).movements.filter {
      period.isNotAfter($0.moment.at)
    }
    let inside = movements.filter { period.isInside($0.moment.at) }
    let before = movements.filter { !period.isInside($0.moment.at) }
    let shelf = Shelf(of: id, in: state, period, movements)
    let stock = shelf.closingStock()

    self.product = product
    self.from = from
    self.to = to
    accountableLines =
      Reconciliation.opening(before, inside, from) + Reconciliation.additions(inside)
    let closing = Line(
      kind: .closing, amount: stock.counted.map(\.amount).sum,
      entries: entryNumbers(stock.counted.flatMap(\.entries)))
    accountedLines =
      (stock.uncounted.isEmpty ? [closing] : []) + Reconciliation.held(movements)
      + Reconciliation.outs(inside)
    self.closing = stock.counted
    uncounted = stock.uncounted
    holds = Reconciliation.holds(inside, state)
    remainder =
      stock.uncounted.isEmpty ? movements.onShelves.map(\.amount).sum - closing.amount : nil
    causes = stock.uncounted.isEmpty ? shelf.causes() : []
    startsAtInventory = from != nil || state.initialInventory != nil
  }

  private static func opening(
    _ before: [Movement], _ inside: [Movement], _ from: Instant?
  ) -> [Line] {
    let initial = inside.filter { $0.bucket.account == .priorInventory }
    guard from != nil else { return [line(.opening, initial, sign: -1)] }
    let lines = [
      line(.openingInHands, before.held), line(.initialInventory, initial, sign: -1),
    ]
    return [line(.opening, before.onShelves)] + lines.filter { !$0.amount.isZero }
  }

  private static func additions(_ inside: [Movement]) -> [Line] {
    let sources = accounts(in: inside, on: .source).filter { $0 != .priorInventory }
    let yields = converted(inside).filter { $0.amount < .zero }.map(\.account)
    return (sources + yields).map { account in
      line(.addition(account), inside.filter { $0.bucket.account == account }, sign: -1)
    }
  }

  /// What stands in no count and is on hand by the book.
  private static func held(_ movements: [Movement]) -> [Line] {
    [Line.Kind.inHands, .willCall, .inTransit, .compounding].compactMap { kind in
      let own = movements.filter { $0.bucket.account.heldAs == kind }
      var open: [Bucket: Amount] = [:]
      for movement in own { open[movement.bucket, default: .zero] += movement.amount }
      let line = line(kind, own.filter { open[$0.bucket]?.isZero == false })
      return line.entries.isEmpty ? nil : line
    }
  }

  private static func outs(_ inside: [Movement]) -> [Line] {
    let yields = Set(converted(inside).filter { $0.amount <= .zero }.map(\.account))
    return accounts(in: inside, on: .gone).filter { !yields.contains($0) }.map { account in
      line(.out(account), inside.filter { $0.bucket.account == account })
    }
  }

  /// Batches: an addition to what they yielded, an out of what they took.
  private static func converted(
    _ inside: [Movement]
  ) -> [(account: Account, amount: Amount)] {
    accounts(in: inside, on: .gone).compactMap { account in
      guard case .compounded = account else { return nil }
      return (account, inside.filter { $0.bucket.account == account }.map(\.amount).sum)
    }
  }

  private static func holds(_ inside: [Movement], _ state: State) -> [Hold] {
    let unexplained = inside.filter { $0.bucket.account.side == .unexplained }
    return Dictionary(grouping: unexplained, by: \.bucket).compactMap { bucket, movements in
      let amount = movements.map(\.amount).sum
      guard !amount.isZero else { return nil }
      var openedBy: Int64?
      if case .discrepancy(let id) = bucket.account { openedBy = state.cases[id]?.openedBy }
      return Hold(
        account: bucket.account, lot: bucket.item.lot, amount: amount, openedBy: openedBy,
        entries: entryNumbers(movements.map(\.seq)))
    }
    .sorted { $0.order < $1.order }
  }

  private static func line(_ kind: Line.Kind, _ movements: [Movement], sign: Int64 = 1) -> Line {
    let sum = movements.map(\.amount).sum
    return Line(
      kind: kind, amount: sign < 0 ? -sum : sum, entries: entryNumbers(movements.map(\.seq)))
  }

  /// Suppliers by name, then the others as the domain lists them.
  private static func accounts(in movements: [Movement], on side: Account.Side) -> [Account] {
    let found = Set(movements.map(\.bucket.account).filter { $0.side == side })
    return found.sorted { Reconciliation.rank($0) < Reconciliation.rank($1) }
  }

  private static func rank(_ account: Account) -> (Int, String) {
    let kind = account.text.prefix { $0 != ":" }
    return (order.firstIndex(of: String(kind)) ?? order.count, account.text)
  }

  private static let order = [
    "supplier", "overfill", "found", "administered", "dispensed", "wasted", "dead-space",
    "spilled", "compounded", "returned-to-supplier", "reverse-distributor", "registrant",
    "destroyed", "seized", "lost",
  ]
}

/// The time between two audits: after `from`, up to and with `to`.
struct Period: Sendable {
  let from: Instant?
  let to: Instant?

  func isNotAfter(_ at: Instant) -> Bool { to.map { at <= $0 } ?? true }
  func isInside(_ at: Instant) -> Bool { isNotAfter(at) && (from.map { at > $0 } ?? true) }
}

extension [Movement] {
  var onShelves: [Movement] {
    filter { if case .stock = $0.bucket.account { true } else { false } }
  }

  var held: [Movement] { filter { $0.bucket.account.heldAs != nil } }
}

extension Account {
  /// On which line of the chart an account stands that is on hand, but on no shelf.
  fileprivate var heldAs: Reconciliation.Line.Kind? {
    switch self {
    case .draw: .inHands
    case .willCall: .willCall
    case .inTransit: .inTransit
    case .compounding: .compounding
    default: nil
    }
  }
}

extension Reconciliation.Hold {
  fileprivate var order: (Int64, Int, String, String) {
    (openedBy ?? .max, account.text.utf8.count, account.text, lot)
  }
}

/// Each entry once, in order.
func entryNumbers(_ seqs: [Int64]) -> [Int64] { Set(seqs).sorted() }
