/// A product and a lot of it: what every posting and balance is about.
package struct Item: Hashable, Sendable, Comparable {
  package var product: ProductID
  /// The lot number as printed.
  package var lot: String

  package init(_ product: ProductID, _ lot: String) {
    self.product = product
    self.lot = lot
  }

  package static func < (left: Item, right: Item) -> Bool {
    (left.product.text, left.lot) < (right.product.text, right.lot)
  }
}

/// One account, for one lot of one product: the key of a balance.
package struct Bucket: Hashable, Sendable {
  package var account: Account
  package var item: Item

  package init(_ account: Account, _ item: Item) {
    self.account = account
    self.item = item
  }
}

/// One line of double entry: so much came to (positive) or left (negative) a bucket.
///
/// The postings of an entry sum to zero for each ``Item``.
package struct Posting: Hashable, Sendable {
  package var bucket: Bucket
  package var amount: Amount

  package init(_ account: Account, _ item: Item, _ amount: Amount) {
    self.bucket = Bucket(account, item)
    self.amount = amount
  }
}

extension [Posting] {
  /// Moves `amount` of `item` from one account to another: two lines, or none for nothing.
  package static func moving(
    _ amount: Amount, of item: Item, from source: Account, to target: Account
  ) -> [Posting] {
    amount.isZero ? [] : [Posting(source, item, -amount), Posting(target, item, amount)]
  }

  /// The same lines with their signs turned, which undoes them.
  package var reversed: [Posting] {
    map { Posting($0.bucket.account, $0.bucket.item, -$0.amount) }
  }

  /// The net change of each bucket, in order of first appearance, without zeros.
  package var net: [Posting] {
    var order: [Bucket] = []
    var sums: [Bucket: Amount] = [:]
    for posting in self {
      if sums[posting.bucket] == nil { order.append(posting.bucket) }
      sums[posting.bucket, default: .zero] += posting.amount
    }
    return order.compactMap { bucket in
      guard let sum = sums[bucket], !sum.isZero else { return nil }
      return Posting(bucket.account, bucket.item, sum)
    }
  }

  /// The items for which the lines do not sum to zero. INVARIANT: empty for every entry.
  package var unbalanced: [Item] {
    var sums: [Item: Amount] = [:]
    for posting in self { sums[posting.bucket.item, default: .zero] += posting.amount }
    return sums.filter { !$0.value.isZero }.keys.sorted()
  }
}
