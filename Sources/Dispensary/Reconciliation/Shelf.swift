import Notation

/// The stock buckets of a product and what people saw in them.
///
/// A bucket is *anchored* where someone knew what was in it: by a count in the period, or by the
/// entry that finished the container. The buckets of one container are one: whoever carries it to
/// another room carries what is in it, and not what the book says is in it.
struct Shelf {
  /// What was known to be in a bucket, and when.
  struct Anchor {
    let moment: Moment
    let seen: Amount
    let basis: Reconciliation.ClosingStock.Basis
  }

  private let movements: [Bucket: [Movement]]
  private let arrivals: [Bucket: [Arrival]]
  private let anchors: [Bucket: Anchor]
  /// The product's latest count in the period.
  private let latest: Moment?
  private let types: [Int64: String]
  private let homes: Homes

  /// Stock that came to a bucket from other buckets, on a shelf or off it.
  private struct Arrival {
    let moment: Moment
    let sources: [Bucket]
  }

  /// - Parameter movements: those of the product up to the end of the period.
  init(of product: ProductID, in state: State, _ period: Period, _ movements: [Movement]) {
    let onShelves = movements.onShelves
    // A count that was corrected is none, whoever else counted the same stock.
    let counts = state.counts.filter {
      $0.bucket.item.product == product && period.isInside($0.at)
        && state.journal[Int($0.seq)].correctedBy == nil
    }
    latest = counts.map { Moment(at: $0.at, seq: $0.seq) }.max()
    let homes = Homes(onShelves, counts, state)
    self.homes = homes
    self.movements = Dictionary(grouping: onShelves) { homes[$0.bucket] }
    arrivals = Shelf.arrivals(movements.filter { $0.bucket.isOnHand }, homes)
    let buckets = Set(self.movements.keys).union(counts.map { homes[$0.bucket] })
    anchors = Shelf.anchors(buckets, counts, homes, Shelf.emptyings(state, period))
    types = Dictionary(
      uniqueKeysWithValues: Set(onShelves.map(\.seq)).map { ($0, state.journal[Int($0)].type) })
  }

  /// The closing amount of each bucket, or that nobody counted it.
  func closingStock() -> (
    counted: [Reconciliation.ClosingStock], uncounted: [Reconciliation.UncountedStock]
  ) {
    var counted: [Reconciliation.ClosingStock] = []
    var uncounted: [Reconciliation.UncountedStock] = []
    for bucket in Set(movements.keys).union(anchors.keys).sorted(by: { $0.order < $1.order }) {
      guard case .stock(let position) = homes.shown(bucket).account else { continue }
      let anchor = anchors[bucket]
      if let amount = closing(bucket) {
        let rolled = moves(bucket).filter { move in
          anchor.map { move.moment > $0.moment } ?? true
        }
        if anchor == nil && rolled.map(\.amount).sum.isZero { continue }
        let seen = anchor.map { [$0.moment.seq] } ?? []
        counted.append(
          Reconciliation.ClosingStock(
            position: position, lot: bucket.item.lot, basis: anchor?.basis ?? .book,
            amount: amount, entries: entryNumbers(seen + rolled.map(\.seq))))
      } else {
        uncounted.append(
          Reconciliation.UncountedStock(
            position: position, lot: bucket.item.lot, book: book(bucket),
            refilledSince: anchor?.moment.seq))
      }
    }
    return (counted, uncounted)
  }

  /// What is in a bucket at the end, or nil if nobody knows.
  private func closing(_ bucket: Bucket) -> Amount? {
    if let anchor = anchors[bucket] {
      guard cameFromCounted(bucket, since: anchor.moment, before: nil) else { return nil }
      let rolled = moves(bucket).filter { $0.moment > anchor.moment }
      return anchor.seen + rolled.map(\.amount).sum
    }
    let book = self.book(bucket)
    if book.isZero { return .zero }
    guard let latest else { return nil }
    return isAccountedFor(bucket, since: latest, before: nil) ? book : nil
  }

  /// Whether what is in a bucket was counted, or came after `moment` from where it was counted or
  /// from outside.
  ///
  /// Without this, stock that nobody counted would count as soon as it is moved.
  private func isAccountedFor(_ bucket: Bucket, since moment: Moment, before end: Moment?) -> Bool {
    if anchors[bucket] != nil { return true }
    guard bucket.isOnShelf else { return wasTakenFromCounted(bucket, since: moment, before: end) }
    let held = moves(bucket).filter { $0.moment <= moment }.map(\.amount).sum
    return held.isZero && cameFromCounted(bucket, since: moment, before: end)
  }

  /// Whether what is in hands, in will-call or on its way was taken from where it was counted.
  ///
  /// No count sees it, whenever it was taken. Without this, stock that nobody counted would count
  /// as soon as it is drawn, or filled, and put back at another place.
  private func wasTakenFromCounted(
    _ bucket: Bucket, since moment: Moment, before end: Moment?
  ) -> Bool {
    (arrivals[bucket] ?? []).allSatisfy { arrival in
      guard end.map({ arrival.moment < $0 }) ?? true else { return true }
      return arrival.sources.allSatisfy {
        isAccountedFor($0, since: moment, before: arrival.moment)
      }
    }
  }

  /// Ends because each step looks at earlier moments than the last.
  private func cameFromCounted(_ bucket: Bucket, since moment: Moment, before end: Moment?) -> Bool
  {
    (arrivals[bucket] ?? []).allSatisfy { arrival in
      guard arrival.moment > moment, end.map({ arrival.moment < $0 }) ?? true else { return true }
      return arrival.sources.allSatisfy {
        isAccountedFor($0, since: moment, before: arrival.moment)
      }
    }
  }

  /// The entries that stand on different sides of an anchor by recording and by time, with what
  /// each adds to the book beyond the count.
  ///
  /// By the recorded order the book was what was counted, so that the book and the count rolled
  /// forward can differ by these and by nothing else.
  func causes() -> [Reconciliation.Cause] {
    var causes: [Reconciliation.Cause] = []
    for (bucket, anchor) in anchors.sorted(by: { $0.key.order < $1.key.order }) {
      let seq = anchor.moment.seq
      let late = moves(bucket).filter { $0.moment <= anchor.moment && $0.seq > seq }
      let early = moves(bucket).filter { $0.moment > anchor.moment && $0.seq < seq }
      causes += entries(late, .late, seq) + entries(early, .early, seq)
    }
    return causes.sorted { ($0.seq, $0.count) < ($1.seq, $1.count) }
  }

  private func entries(
    _ movements: [Movement], _ kind: Reconciliation.Cause.Kind, _ count: Int64
  ) -> [Reconciliation.Cause] {
    Dictionary(grouping: movements, by: \.seq).compactMap { seq, movements in
      let sum = movements.map(\.amount).sum
      guard !sum.isZero else { return nil }
      return Reconciliation.Cause(
        kind: kind, seq: seq, type: types[seq] ?? "", count: count,
        amount: kind == .late ? sum : -sum)
    }
  }

  private func moves(_ bucket: Bucket) -> [Movement] { movements[bucket] ?? [] }
  private func book(_ bucket: Bucket) -> Amount { moves(bucket).map(\.amount).sum }
}

extension Shelf {
  private static func arrivals(_ movements: [Movement], _ homes: Homes) -> [Bucket: [Arrival]] {
    var arrivals: [Bucket: [Arrival]] = [:]
    let moved = movements.filter { !$0.isExplanation }
    for (moment, together) in Dictionary(grouping: moved, by: \.moment) {
      // A correction shares its moment with what it reverses; together they move nothing.
      var net: [Bucket: Amount] = [:]
      for movement in together { net[homes[movement.bucket], default: .zero] += movement.amount }
      for (target, amount) in net where amount.isPositive {
        let sources = net.filter { $0.value < .zero && $0.key.item == target.item }.map(\.key)
        arrivals[target, default: []].append(Arrival(moment: moment, sources: sources))
      }
    }
    return arrivals
  }

  /// Containers that were finished by the end of the period, at whatever time: they stay empty.
  private static func emptyings(_ state: State, _ period: Period) -> [ContainerID: Moment] {
    var emptyings: [ContainerID: Moment] = [:]
    for (id, container) in state.containers {
      guard container.status == .empty, let seq = container.endedBy else { continue }
      let moment = Moment(at: state.journal[Int(seq)].effectiveAt, seq: seq)
      if period.isNotAfter(moment.at) { emptyings[id] = moment }
    }
    return emptyings
  }

  private static func anchors(
    _ buckets: Set<Bucket>, _ counts: [CountedLine], _ homes: Homes,
    _ emptyings: [ContainerID: Moment]
  ) -> [Bucket: Anchor] {
    let own = Dictionary(grouping: counts) { homes[$0.bucket] }
    var anchors: [Bucket: Anchor] = [:]
    for bucket in buckets {
      let entries = Dictionary(grouping: own[bucket] ?? [], by: \.seq)
      var candidates = entries.values.map { lines in
        Anchor(lines[0], seen: lines.map(\.counted).sum)
      }
      if let moment = bucket.container.flatMap({ emptyings[$0] }) {
        candidates.append(Anchor(emptied: moment))
      }
      anchors[bucket] = candidates.max { $0.moment < $1.moment }
    }
    return anchors
  }
}

/// Which buckets are one, because they are the places of one container.
///
/// Where a container was counted at one place while the book had it at another, too, the other
/// place stays a bucket of its own: what the book says is there was not seen.
private struct Homes {
  private var home: [Bucket: Bucket] = [:]
  private var position: [Bucket: Bucket] = [:]

  init(_ movements: [Movement], _ counts: [CountedLine], _ state: State) {
    let buckets = Set(movements.map(\.bucket) + counts.map(\.bucket)).filter { $0.container != nil }
    let moved = Dictionary(grouping: movements, by: \.bucket)
    let counted = Dictionary(grouping: counts, by: \.bucket.content)
    for (content, places) in Dictionary(grouping: buckets, by: \.content) {
      guard let id = content.container else { continue }
      let lines = counted[content] ?? []
      let latest = lines.max { ($0.at, $0.seq) < ($1.at, $1.seq) }
      let seen = Set(lines.filter { $0.seq == latest?.seq }.map(\.bucket))
      let first = (seen.isEmpty ? Set(places) : seen).min { $0.order < $1.order }
      for bucket in places {
        let book = (moved[bucket] ?? []).filter { $0.seq <= latest?.seq ?? -1 }
        let isApart = !seen.contains(bucket) && !book.map(\.amount).sum.isZero
        home[bucket] = isApart ? bucket : first
        let isCurrent = state.containers[id].map { bucket.account == .stock($0.position) } ?? false
        if isCurrent, !isApart, let first { position[first] = bucket }
      }
    }
  }

  subscript(_ bucket: Bucket) -> Bucket { home[bucket] ?? bucket }

  /// Where it stands now, for people to read.
  func shown(_ bucket: Bucket) -> Bucket { position[bucket] ?? bucket }
}

extension Shelf.Anchor {
  fileprivate init(_ line: CountedLine, seen: Amount) {
    self.init(
      moment: Moment(at: line.at, seq: line.seq), seen: seen,
      basis: .count(seq: line.seq, at: line.at, counted: seen))
  }

  fileprivate init(emptied moment: Moment) {
    self.init(moment: moment, seen: .zero, basis: .emptied(seq: moment.seq))
  }
}

extension Bucket {
  var container: ContainerID? {
    guard case .stock(let position) = account, case .container(let id) = position.holding
    else { return nil }
    return id
  }

  var isOnShelf: Bool { if case .stock = account { true } else { false } }

  /// On a shelf, in hands, in will-call, on its way, or being compounded.
  fileprivate var isOnHand: Bool { account.side == .onHand }

  /// The container and the lot in it, wherever it stands.
  fileprivate var content: Content { Content(container: container, item: item) }

  var order: (String, String) { (item.lot, account.text) }
}

private struct Content: Hashable {
  let container: ContainerID?
  let item: Item
}
