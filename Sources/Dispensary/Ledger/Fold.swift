package import Notation

extension State {
  /// Checks a draft against this state; all its faults, or an event that may be reviewed.
  ///
  /// - Parameter recordedAt: the ledger's time for the entry; nothing may lie after it.
  package func validate(
    _ draft: EventDraft, recordedAt: Instant
  ) throws(EventRefused) -> ValidEvent {
    let context = EntryContext(
      seq: size, recordedAt: recordedAt, occurredAt: draft.occurredAt ?? recordedAt,
      by: draft.by, witnesses: draft.witnesses)
    let recorded = RecordedEvent(event: draft.event, notes: draft.notes, context: context)
    let faults = self.faults(of: recorded)
    guard faults.isEmpty else { throw EventRefused(faults: faults) }
    return ValidEvent(
      draft: draft, postings: recorded.postings, occurredAt: context.occurredAt, seq: size)
  }

  /// Adds one entry. The state is unchanged when it throws.
  package mutating func apply(_ entry: RecordedEvent) throws(EventRefused) {
    let faults = self.faults(of: entry)
    guard faults.isEmpty else { throw EventRefused(faults: faults) }
    touched = Touched()
    let postings = entry.postings
    post(postings)
    journal.append(
      JournalEntry(
        seq: entry.context.seq, type: type(of: entry.event).type,
        recordedAt: entry.context.recordedAt, occurredAt: entry.context.occurredAt,
        effectiveAt: entry.effectiveAt, by: entry.context.by,
        witnesses: entry.context.witnesses, patient: entry.event.patient, postings: postings))
    askReview(of: entry)
    if type(of: entry.event).isReversible { reversible[entry.context.seq] = entry.event }
    entry.event.unfold(in: &self, entry.context)
    if let patient = entry.event.patient, type(of: entry.event).renewsRetention,
      let last = patients[patient]?.lastActivity
    {
      // Retention runs from the newest record; a late entry never takes it back.
      patients[patient]?.lastActivity = max(last, entry.context.recordedAt)
    }
    size += 1
  }

  /// Everything that is wrong with an entry in this state.
  func faults(of entry: RecordedEvent) -> [EventFault] {
    var faults: [EventFault] = []
    if entry.context.seq != size {
      faults.append(EventFault("entry \(entry.context.seq) where \(size) is next"))
    }
    if size == 0 && !(entry.event is LedgerOpened) {
      faults.append(EventFault("the first entry opens the ledger"))
    }
    if size > 0 {
      let signers = [entry.context.by].compactMap { $0 } + entry.context.witnesses
      faults += signers.flatMap { Known.person($0, in: self) }
    }
    if entry.context.occurredAt > entry.context.recordedAt {
      faults.append(
        EventFault(
          "the act lies in the future: `\(entry.context.occurredAt.text)`, and it is "
            + "`\(entry.context.recordedAt.text)`",
          hint: "nothing is recorded before it happens; check `--at` and the clock", kind: .future))
    }
    faults += entry.event.faults(in: self, entry.context)
    guard faults.isEmpty else { return faults }
    faults += entry.notes.faults
    faults += downtimeFaults(of: entry)
    faults += explanationFaults(of: entry)
    return faults.isEmpty ? postingFaults(entry.postings) : faults
  }

  /// Each sees what the ones before it took, so that nothing is explained twice.
  private func explanationFaults(of entry: RecordedEvent) -> [EventFault] {
    let explains = entry.notes.explains
    guard let first = explains.first else { return [] }
    var own = entry.event.postings
    var faults = first.faults(in: self, own: own)
    // Few entries explain more than one case, and only they pay for a copy of the balances.
    guard explains.count > 1 else { return faults }
    var taken = self
    for (earlier, explanation) in zip(explains, explains.dropFirst()) {
      own += earlier.postings
      taken.balances[Bucket(.discrepancy(earlier.caseID), earlier.item), default: .zero] +=
        -earlier.amount
      faults += explanation.faults(in: taken, own: own)
    }
    return faults
  }

  /// INVARIANT: postings close for each lot, and no stock or draw goes below zero.
  private func postingFaults(_ postings: [Posting]) -> [EventFault] {
    var faults = postings.unbalanced.map {
      EventFault("the postings of \($0.product.text) lot `\($0.lot)` do not sum to zero")
    }
    for posting in postings.net {
      let after = balance(posting.bucket) + posting.amount
      if !posting.bucket.account.mayBeNegative && after < .zero {
        faults.append(notEnough(posting))
      }
      if after.magnitude.thousandths > Amount.limit {
        faults.append(EventFault("a balance would pass the limit of 10^12 units"))
      }
    }
    return faults
  }

  private func notEnough(_ posting: Posting) -> EventFault {
    let product = products[posting.bucket.item.product]
    let need = shown((-posting.amount), product)
    let have = shown(balance(posting.bucket), product)
    return EventFault(
      "not enough of lot `\(posting.bucket.item.lot)` at \(place(posting.bucket.account)): "
        + "\(need) asked for, \(have) there",
      hint: "`custody status` shows where it is", kind: .notEnough)
  }

  /// An amount with the product's unit, for messages.
  package func shown(_ amount: Amount, _ product: Product?) -> String {
    guard let product else { return amount.wire }
    return product.quantity(amount).description
  }

  /// What a case holds, in words: `0.500 mL missing`, `0.500 mL too much`, `nothing`.
  package func difference(_ held: Amount, _ product: Product?) -> String {
    if held.isZero { return "nothing" }
    return shown(held.magnitude, product) + (held.isPositive ? " missing" : " too much")
  }

  /// An account in words, for messages: `` `vault` ``, `` `vault` (quarantined) ``.
  package func place(_ account: Account) -> String {
    switch account {
    case .stock(let position):
      shelf(position) + (position.status == .available ? "" : " (\(position.status.rawValue))")
    default: "`\(account.text)`"
    }
  }

  /// The same without the status, where a message says it anyway.
  package func shelf(_ position: Position) -> String {
    switch position.holding {
    case .container(let id): "`\(id.text)`"
    case .loose(let id): "`\(id.text)`"
    case .kit: "`\(position.location.text)` (unopened kits)"
    case .sealed: "`\(position.location.text)`"
    }
  }

  private mutating func post(_ postings: [Posting]) {
    for posting in postings.net {
      let after = balance(posting.bucket) + posting.amount
      balances[posting.bucket] = after.isZero ? nil : after
      touched.buckets.append(posting.bucket)
      if case .draw(let id) = posting.bucket.account { touched.draws.insert(id) }
      if case .discrepancy(let id) = posting.bucket.account { touched.cases.insert(id) }
    }
  }
}

/// A draft that cannot be entered, with every reason.
package struct EventRefused: Error, Hashable, Sendable {
  package let faults: [EventFault]

  package init(faults: [EventFault]) { self.faults = faults }
}
