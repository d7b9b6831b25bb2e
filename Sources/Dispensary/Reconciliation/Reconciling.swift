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
      (stock.uncounted.isEmpty ? [closing] : []) + Reconciliation.inHands(movements)
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
      line(.openingInHands, before.inHands), line(.initialInventory, initial, sign: -1),
    ]
    return [line(.opening, before.onShelves)] + lines.filter { !$0.amount.isZero }
  }

  private static func additions(_ inside: [Movement]) -> [Line] {
    accounts(in: inside, on: .source).filter { $0 != .priorInventory }.map { account in
      line(.addition(account), inside.filter { $0.bucket.account == account }, sign: -1)
    }
  }

  private static func inHands(_ movements: [Movement]) -> [Line] {
    var open: [Bucket: Amount] = [:]
    for movement in movements.inHands { open[movement.bucket, default: .zero] += movement.amount }
    let drawn = line(.inHands, movements.inHands.filter { open[$0.bucket]?.isZero == false })
    return drawn.entries.isEmpty ? [] : [drawn]
  }

  private static func outs(_ inside: [Movement]) -> [Line] {
    accounts(in: inside, on: .gone).map { account in
      line(.out(account), inside.filter { $0.bucket.account == account })
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
    switch account {
    case .supplier: (0, account.text)
    case .overfill: (1, "")
    case .found: (2, "")
    case .administered: (3, "")
    case .wasted: (4, "")
    case .deadSpace: (5, "")
    default: (6, account.text)
    }
  }
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

  var inHands: [Movement] {
    filter { if case .draw = $0.bucket.account { true } else { false } }
  }
}

extension Reconciliation.Hold {
  fileprivate var order: (Int64, Int, String, String) {
    (openedBy ?? .max, account.text.utf8.count, account.text, lot)
  }
}

/// Each entry once, in order.
func entryNumbers(_ seqs: [Int64]) -> [Int64] { Set(seqs).sorted() }
