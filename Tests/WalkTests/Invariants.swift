import Dispensary
import Notation

// MARK: What must hold at every checkpoint, whatever the model says

extension Walk {
  func compareEverything() throws {
    try compareBalances()
    try compareRecords()
    try checkStandingEntries()
    try checkDraws()
    try checkWillCall()
  }

  private func compareBalances() throws {
    guard clinic.state.balances.count == model.holds.count else {
      let mine = Set(model.holds.keys)
      let theirs = Set(
        clinic.state.balances.keys.map { NaiveModel.key($0.account.text, $0.item) })
      throw Astray(description: "balances differ: \(mine.symmetricDifference(theirs).sorted())")
    }
    var sums: [Item: Int64] = [:]
    for (bucket, amount) in clinic.state.balances {
      try compare(bucket)
      sums[bucket.item, default: 0] += amount.thousandths
    }
    guard sums.values.allSatisfy({ $0 == 0 }) else {
      throw Astray(description: "all accounts together are not zero: \(sums)")
    }
  }

  /// A corrected entry has no effect at all: the entries that stand say the same as all of them.
  private func checkStandingEntries() throws {
    var sums: [Bucket: Int64] = [:]
    for entry in clinic.state.journal where entry.correctedBy == nil && entry.type != "correction" {
      for posting in entry.postings {
        sums[posting.bucket, default: 0] += posting.amount.thousandths
      }
    }
    sums = sums.filter { $0.value != 0 }
    guard sums == clinic.state.balances.mapValues(\.thousandths) else {
      throw Astray(description: "what stands is not what the balances say")
    }
  }

  /// Given, wasted, put back, spilled, lost, held, set aside, in the hub and left is all drawn.
  private func checkDraws() throws {
    let state = clinic.state
    var out: [DrawID: Int64] = [:]
    func add(_ id: DrawID, _ amount: Amount) { out[id, default: 0] += amount.thousandths }
    for (_, event) in state.recorded(Draw.self) {
      add(event.id, event.loss)
      add(event.id, -event.quantity)
    }
    for (_, event) in state.recorded(Administration.self) { add(event.draw, event.quantity) }
    for (_, event) in state.recorded(Waste.self) {
      if case .draw(let id) = event.source { add(id, event.quantity) }
    }
    for (_, event) in state.recorded(PutBack.self) where event.stagedUntil == nil {
      add(event.draw, event.quantity)
    }
    for (_, event) in state.recorded(Spill.self) {
      if case .draw(let id) = event.from { add(id, event.quantity) }
    }
    for (_, event) in state.recorded(Loss.self) {
      if case .draw(let id) = event.from { add(id, event.quantity) }
    }
    for (_, event) in state.recorded(WasteHeld.self) { add(event.draw, event.quantity) }
    for (_, event) in state.recorded(SetAside.self) {
      if case .draw(let id) = event.from { add(id, event.amount) }
    }
    for draw in state.draws.values
    where out[draw.id, default: 0] + state.remaining(draw).thousandths != 0 {
      throw Astray(description: "draw \(draw.id.text) is not accounted for")
    }
  }

  /// What waits is what was filled less what was picked up and what went back.
  private func checkWillCall() throws {
    let state = clinic.state
    var held: [RxID: Int64] = [:]
    for (_, event) in state.recorded(PrescriptionFilled.self) {
      held[event.id, default: 0] += event.quantity.thousandths
    }
    for (_, event) in state.recorded(PrescriptionPickedUp.self) {
      held[event.id, default: 0] -= event.lines.map(\.amount.thousandths).reduce(0, +)
    }
    for (_, event) in state.recorded(PrescriptionReturned.self) {
      held[event.id, default: 0] -= event.lines.map(\.amount.thousandths).reduce(0, +)
    }
    for id in state.prescriptions.keys {
      let balance = state.balance(.willCall(id), Clinic.spray).thousandths
      let waiting = state.waiting(id).map(\.amount.thousandths).reduce(0, +)
      guard held[id, default: 0] == balance, waiting == balance else {
        throw Astray(
          description: "\(id.text): \(held[id] ?? 0) by its acts, \(balance) by the book, "
            + "\(waiting) waiting")
      }
    }
  }
}

// MARK: What the ledger keeps beside the balances

extension Walk {
  private func compareRecords() throws {
    for vial in vials { try compare(vial) }
    for hand in hands where !hand.isVoided && !hand.isRemnant { try compare(hand) }
    for rx in prescriptions { try compare(rx) }
    for number in 1...max(1, newLots) where newLots > 0 {
      let item = Item(Clinic.ketamine.product, "F\(number)")
      guard clinic.state.lots[item] == (isKnown(item) ? expiries[item] : nil) else {
        throw Astray(description: "lot \(item.lot) is \(isKnown(item) ? "" : "not ")known")
      }
    }
    try compareLists()
  }

  private func compare(_ vial: Vial) throws {
    guard let own = clinic.state.containers[try ContainerID(number: vial.id)],
      (own.status == .open) == vial.isOpen, (own.status == .voided) == vial.isVoided,
      own.position == vial.position || vial.isVoided,
      own.overfill.thousandths == vial.overfill
    else { throw Astray(description: "V-\(vial.id) differs from the one on the shelf") }
  }

  private func compare(_ hand: Hand) throws {
    let draw = clinic.state.draws[hand.draw]
    guard let draw, draw.holder == hand.holder, draw.patient == hand.patient,
      draw.staged?.beyondUse == hand.stagings.last?.until,
      draw.preparation?.infused.thousandths == hand.prepared?.infused,
      draw.preparation?.total.thousandths == hand.prepared?.total
    else { throw Astray(description: "D-\(hand.id) differs from the one in the hand") }
  }

  private func compare(_ rx: Rx) throws {
    let own = clinic.state.prescriptions[rx.rx]
    let isVoid: Bool? =
      switch own?.closure {
      case .voided: true
      case .transferred: false
      case nil: nil
      }
    guard let own, isVoid == rx.closures.last?.isVoid, own.last == rx.last,
      own.refillsLeft == rx.refillsLeft,
      (0...6).allSatisfy({ own.filled($0).thousandths == rx.filled($0) })
    else { throw Astray(description: "Rx-\(rx.id) differs from the one in the drawer") }
  }

  private func compareLists() throws {
    let state = clinic.state
    let lists: [(String, [Int64], [Int64])] = [
      (
        "incomplete receipts", state.incompleteReceipts.map(\.seq),
        receipts.filter { !$0.value.invoice }.keys.sorted()
      ),
      (
        "incomplete doses", state.incompleteDoses.map(\.entry),
        doses.values.filter(\.isIncomplete).map(\.seq).sorted()
      ),
      (
        "open orders", state.openOrders.map { Int64($0.id.number) },
        orders.filter { !$0.isCancelled && !isComplete($0) }.map { Int64($0.id) }
      ),
      (
        "open reviews", state.openReviews.map(\.seq),
        office.reviews.filter { !$0.value && !corrected.contains($0.key) }.keys.sorted()
      ),
      ("open holds", [Int64(state.openHolds.count)], [Int64(office.holds.filter { $0 }.count)]),
      (
        "counts", [Int64(Set(state.counts.map(\.seq)).count)], [Int64(office.counts)]
      ),
    ]
    for (name, theirs, mine) in lists where theirs != mine {
      throw Astray(description: "\(name): the ledger has \(theirs.count), the walk \(mine.count)")
    }
  }
}
