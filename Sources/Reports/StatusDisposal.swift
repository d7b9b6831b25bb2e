import Dispensary
import Notation

/// What waits for somebody else: a witness, or an acknowledgement.
extension StatusReport {
  /// One bucket on hand that waits, and since when.
  struct Waiting {
    let bucket: Bucket
    let amount: Amount
    let since: Instant
  }

  var heldForWaste: [Waiting] {
    waiting { account in
      if case .stock(let position) = account { position.status == .awaitingWaste } else { false }
    }
  }

  var underWay: [Waiting] {
    waiting { if case .inTransit = $0 { true } else { false } }
  }

  var batches: [Waiting] {
    waiting { if case .compounding = $0 { true } else { false } }
  }

  private func waiting(_ matches: (Account) -> Bool) -> [Waiting] {
    state.balances.filter { matches($0.key.account) }.compactMap { bucket, amount in
      state.heldSince(bucket).map { Waiting(bucket: bucket, amount: amount, since: $0) }
    }
    .sorted {
      ($0.since, $0.bucket.account.text, $0.bucket.item)
        < ($1.since, $1.bucket.account.text, $1.bucket.item)
    }
  }

  var heldRows: [[String]] {
    heldForWaste.map { held in
      var place = held.bucket.account.text
      if case .stock(let position) = held.bucket.account { place = position.location.text }
      return [held.bucket.account.looseDraw?.text ?? "", place] + row(held)
    }
  }

  var shipmentRows: [[String]] {
    underWay.map { line in
      guard case .inTransit(let id) = line.bucket.account else { return [] }
      return [id.text, state.shipment(id)?.event.supplier.text ?? ""] + row(line)
    }
  }

  var batchRows: [[String]] {
    batches.map { line in
      guard case .compounding(let id) = line.bucket.account else { return [] }
      return [id.text, state.batch(id).map { wording.drug($0.event.product) } ?? ""] + row(line)
    }
  }

  private func row(_ line: Waiting) -> [String] {
    [
      wording.quantity(line.amount, line.bucket.item.product), wording.time(line.since),
      span(from: line.since, to: now), wording.item(line.bucket.item),
    ]
  }

  func json(_ line: Waiting) -> JSON {
    [
      "account": .string(wording.account(line.bucket.account)),
      "product": .string(line.bucket.item.product.text), "lot": .string(line.bucket.item.lot),
      "amount": wording.json(line.amount, line.bucket.item.product),
      "since": .string(line.since.text),
    ]
  }
}
