package import Notation

extension State {
  /// The events of a kind that no correction has reversed, with their entries, oldest first.
  ///
  /// Only kinds that a correction may reverse are kept.
  package func recorded<T: Event>(_ kind: T.Type) -> [(seq: Int64, event: T)] {
    reversible.compactMap { seq, event in (event as? T).map { (seq: seq, event: $0) } }
      .sorted { $0.seq < $1.seq }
  }

  /// Since when a bucket has held something without ever being empty, in the order of the world;
  /// `nil` for one that is empty. What stands out of its container does not begin anew by being
  /// carried to another place.
  package func heldSince(_ bucket: Bucket) -> Instant? {
    guard !balance(bucket).isZero else { return nil }
    var changes: [(at: Instant, seq: Int64, amount: Amount)] = []
    for entry in journal {
      // A move leaves and arrives in one entry, which changes nothing.
      let own = entry.postings.filter { $0.bucket.isWherever(bucket) }.map(\.amount).sum
      if !own.isZero { changes.append((entry.effectiveAt, entry.seq, own)) }
    }
    var running = Amount.zero
    var since: Instant?
    for change in changes.sorted(by: { ($0.at, $0.seq) < ($1.at, $1.seq) }) {
      if running.isZero { since = change.at }
      running += change.amount
    }
    return since
  }
}

extension Bucket {
  /// Whether this is the other, or the place of the same drug out of its container.
  fileprivate func isWherever(_ other: Bucket) -> Bool {
    guard item == other.item, case .stock(let own) = account,
      case .stock(let position) = other.account, case .loose = position.holding
    else { return self == other }
    return own.holding == position.holding && own.status == position.status
  }
}
