package import Notation

/// An act as the desk hands it in: an event, when it happened, who answers for it.
package struct EventDraft: Sendable {
  package var event: any Event
  /// When it happened; `nil` means as it is recorded.
  package var occurredAt: Instant?
  package var by: PersonID
  package var witnesses: [PersonID]
  package var notes: Notes
  /// What goes to the vault: everything about a patient, and all free text.
  package var privates: [Private]

  package init(
    _ event: any Event, by: PersonID, witnesses: [PersonID] = [], occurredAt: Instant? = nil,
    notes: Notes = Notes(), privates: [Private] = []
  ) {
    self.event = event
    self.by = by
    self.witnesses = witnesses
    self.occurredAt = occurredAt
    self.notes = notes
    self.privates = privates
  }
}

/// A value that never enters a body: only its salted digest does.
package struct Private: Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The fields that any entry may carry beside its event's own.
package struct Notes: Hashable, Sendable {
  /// Recorded although a rule would have refused it, because it has already happened.
  package var alreadyHappened = false
  /// Initials of who did it, where that is not who signs.
  package var doneBy: String?
  /// How the signer knows: `paper` or `verbal`.
  package var source: String?
  /// Somebody without a key took part, such as a driver; who it was is a private value.
  package var outsider = false
  /// The time without the program in which it happened, whose reason is then its reason.
  package var downtime: DowntimeID?
  /// Stock taken back from cases that this late entry explains.
  package var explains: [Explanation] = []

  package init() {}

  init(_ fields: inout Fields) throws(WireFault) {
    alreadyHappened = try fields.flag("already_happened")
    doneBy = try fields.optionalText("done_by")
    source = try fields.optionalText("source")
    outsider = try fields.flag("outsider")
    downtime = try fields.optional("during")
    explains = try fields.list("explains", Explanation.init)
  }

  /// What the notes say that no note may.
  var faults: [EventFault] {
    var faults: [EventFault] = []
    if let doneBy { faults += Words.initials(doneBy, of: "who did it") }
    if let source, !Notes.sources.contains(source) {
      faults.append(EventFault("`\(source)` is not a source", hint: "write `paper` or `verbal`"))
    }
    return faults
  }

  package static let sources = ["paper", "verbal"]

  package var members: Members {
    var members = Members()
    members.put("already_happened", flag: alreadyHappened)
    members.put("done_by", doneBy)
    members.put("source", source)
    members.put("outsider", flag: outsider)
    members.put("during", downtime)
    members.put("explains", objects: explains.map(\.members.all))
    return members
  }
}

/// A quantity that a late entry takes out of a case, back to the stock whose count opened it.
package struct Explanation: Hashable, Sendable {
  package var caseID: CaseID
  package var account: Account
  package var item: Item
  /// Positive takes missing stock out of the case, negative takes a surplus out.
  package var amount: Amount

  package init(caseID: CaseID, account: Account, item: Item, amount: Amount) {
    self.caseID = caseID
    self.account = account
    self.item = item
    self.amount = amount
  }

  init(_ fields: inout Fields) throws(WireFault) {
    caseID = try fields.value("case")
    account = try fields.value("account")
    item = Item(try fields.value("product"), try fields.text("lot"))
    amount = try fields.amount("quantity")
  }

  var members: Members {
    var members = Members()
    members.put("case", caseID)
    members.put("account", account)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", amount)
    return members
  }

  var postings: [Posting] {
    .moving(amount, of: item, from: .discrepancy(caseID), to: account)
  }

  func faults(in state: State, own: [Posting]) -> [EventFault] {
    guard let record = state.cases[caseID] else {
      return [
        EventFault("case `\(caseID.text)` is not known", hint: "`custody status` lists open cases")
      ]
    }
    if record.item != item || record.account != account {
      return [EventFault("case `\(caseID.text)` is about other stock than this entry")]
    }
    let held = state.unexplained(record)
    guard !held.isZero else {
      return [
        EventFault(
          "case `\(caseID.text)` is explained already", hint: "`custody status` lists open cases")
      ]
    }
    let outward = held.isPositive ? amount : -amount
    let moved = own.filter { $0.bucket == Bucket(account, item) }.map(\.amount).sum
    if !outward.isPositive || outward > held.magnitude {
      return [tooMuch(held, state)]
    }
    if moved.magnitude < outward || moved.isPositive == held.isPositive {
      return [unrelated(moved, held, state)]
    }
    return []
  }

  private func tooMuch(_ held: Amount, _ state: State) -> EventFault {
    let product = state.products[item.product]
    let explained = amount.isZero ? "nothing" : state.difference(amount, product)
    return EventFault(
      "case `\(caseID.text)` has \(state.difference(held, product)), "
        + "and this entry explains \(explained)",
      hint: Explanation.hint(held))
  }

  private func unrelated(_ moved: Amount, _ held: Amount, _ state: State) -> EventFault {
    let product = state.products[item.product]
    let size = state.shown(moved.magnitude, product)
    let place = state.place(account)
    let movement =
      moved.isZero
      ? "moves nothing at \(place)"
      : moved.isPositive ? "brings \(size) to \(place)" : "takes \(size) from \(place)"
    return EventFault(
      "this entry \(movement), which does not explain \(state.difference(amount, product))",
      hint: Explanation.hint(held))
  }

  private static func hint(_ held: Amount) -> String {
    held.isPositive
      ? "what is missing is explained by what went out and was not recorded, such as a draw"
      : "what is too much is explained by what came in and was not recorded, such as a receipt"
  }
}

/// An event that fits the state: nothing unknown, nothing negative, postings that close.
///
/// Only ``State/validate(_:recordedAt:)`` makes one, for the state it was given.
package struct ValidEvent: Sendable {
  package let draft: EventDraft
  package let postings: [Posting]
  package let occurredAt: Instant
  package let seq: Int64

  package var event: any Event { draft.event }
  package var notes: Notes { draft.notes }

  package func context(recordedAt: Instant) -> EntryContext {
    EntryContext(
      seq: seq, recordedAt: recordedAt, occurredAt: occurredAt, by: draft.by,
      witnesses: draft.witnesses)
  }
}

/// An event as it stands in the ledger.
package struct RecordedEvent: Sendable {
  package let event: any Event
  package let notes: Notes
  package let context: EntryContext

  package init(event: any Event, notes: Notes, context: EntryContext) {
    self.event = event
    self.notes = notes
    self.context = context
  }

  /// Reads the domain's part of a body: all but what the ledger itself answers for.
  package init(type: String, members: [String: JSON], context: EntryContext) throws(WireFault) {
    guard let kind = Events.byType[type] else { throw WireFault("type", "is unknown: `\(type)`") }
    var fields = Fields(members)
    self.notes = try Notes(&fields)
    self.event = try kind.init(&fields)
    self.context = context
    try fields.finish()
  }

  package var postings: [Posting] { event.postings + notes.explains.flatMap(\.postings) }

  /// When the postings take effect in the world's order.
  package var effectiveAt: Instant {
    (event as? Correction)?.effective ?? context.occurredAt
  }
}
