import Notation

/// A place in the world's order: when something was so, and by which entry where two share a time.
struct Moment: Hashable, Comparable, Sendable {
  var at: Instant
  var seq: Int64

  static func < (left: Moment, right: Moment) -> Bool {
    (left.at, left.seq) < (right.at, right.seq)
  }
}

/// One change of one bucket, at its place in the world's order.
struct Movement: Sendable {
  let moment: Moment
  /// The entry that records it.
  let seq: Int64
  let bucket: Bucket
  let amount: Amount
  /// Whether it takes a difference back out of a case. Nothing moved on a shelf.
  let isExplanation: Bool
}

/// All movements of one product in the order in which they happened, not in which they were
/// recorded.
///
/// Three things stand elsewhere than their entry:
///
/// - A correction stands at the entry that it reverses, so that at a shared time both fall on
///   the same side of a count.
/// - What an entry takes out of a case (`--explains`) stands at the entry that opened the case,
///   whose posting it reverses. Before that there was no difference to take back. So does what a
///   case misses once it is reported lost: it was gone when the count missed it, and a period
///   between the count and the report must not have it twice.
/// - An entry that explains a case of its own minute happened before the count of that minute.
struct WorldOrder: Sendable {
  let movements: [Movement]

  init(of product: ProductID, in state: State) {
    var reversed: [Int64: Int64] = [:]
    for entry in state.journal {
      if let correction = entry.correctedBy { reversed[correction] = entry.seq }
    }
    movements = state.journal
      .filter { $0.postings.contains { $0.bucket.item.product == product } }
      .flatMap { WorldOrder.movements(of: $0, as: reversed[$0.seq] ?? $0.seq, product, state) }
      .sorted { ($0.moment, $0.seq) < ($1.moment, $1.seq) }
  }

  private static func movements(
    of entry: JournalEntry, as rank: Int64, _ product: ProductID, _ state: State
  ) -> [Movement] {
    let explaining = explanations(in: entry.postings, of: state.journal[Int(rank)].type)
    var moment = Moment(at: entry.effectiveAt, seq: rank)
    for record in explaining.values.compactMap({ state.cases[$0] })
    where record.openedAt == moment.at { moment.seq = min(moment.seq, record.openedBy) }
    return entry.postings.enumerated().compactMap { index, posting in
      guard posting.bucket.item.product == product else { return nil }
      let record = explaining[index].flatMap { state.cases[$0] }
      return Movement(
        moment: record.map { Moment(at: $0.openedAt, seq: $0.openedBy) } ?? moment,
        seq: entry.seq, bucket: posting.bucket, amount: posting.amount,
        isExplanation: record != nil)
    }
  }

  /// The indices of the lines that take stock out of a case, to its shelf or to what is lost, with
  /// the case.
  ///
  /// INVARIANT: lines come in pairs, from and to, as `[Posting].moving` makes them. Counts and
  /// emptied containers put stock into cases by the same pair, and are known by their type.
  private static func explanations(in postings: [Posting], of type: String) -> [Int: CaseID] {
    guard type != PhysicalCount.type, type != ContainerEmptied.type else { return [:] }
    var found: [Int: CaseID] = [:]
    for index in stride(from: 0, to: postings.count - 1, by: 2) {
      guard case .discrepancy(let id) = postings[index].bucket.account,
        postings[index + 1].bucket.account.settlesCases
      else { continue }
      found[index] = id
      found[index + 1] = id
    }
    return found
  }
}

extension Account {
  /// Where the content of a case goes when its difference is settled.
  fileprivate var settlesCases: Bool {
    switch self {
    case .stock, .lost: true
    default: false
    }
  }
}
