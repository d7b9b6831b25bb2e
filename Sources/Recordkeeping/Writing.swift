import Compliance
package import Dispensary
import LedgerCore
import LedgerStore
package import Notation

/// One act being written: a set of entries that become durable together, or not at all.
///
/// Lives inside the lock and one transaction. Each draft is checked against the state that the
/// entries before it leave, so that a dose may be given from a draw of the same act.
package final class Writing {
  /// The state after the entries of this act so far.
  package private(set) var state: State
  package private(set) var acknowledgements: [Acknowledgement] = []

  private let origin: Origin
  private let signers: Signers
  private let surroundings: Surroundings
  private let wallClock: Instant
  private let book: Digest
  private var register: KeyRegister
  private var frontier: Frontier
  private var prev: Digest
  private var last: Instant?
  private var entries: [Entry] = []
  private var subtrees: [SubtreeRow] = []
  private var openings: [Opening] = []
  private var projection = Projection()
  /// Evidence for the entries of this act that name an anchor, in their order.
  var anchors: [AnchorRow] = []

  init(
    state: State, tip: Tip, origin: Origin, signers: Signers, surroundings: Surroundings,
    book: Digest, register: KeyRegister
  ) {
    self.state = state
    self.origin = origin
    self.signers = signers
    self.surroundings = surroundings
    self.wallClock = surroundings.now()
    self.book = book
    self.register = register
    self.frontier = tip.frontier
    self.prev = tip.lastLeaf ?? origin.genesisPrev
    self.last = tip.lastTS
  }

  /// The time that the next entry will be recorded at: never before the entry before it.
  package var recordedAt: Instant { last.map { max($0, wallClock) } ?? wallClock }

  /// Who performs the act.
  package var performer: PersonID { signers.by.person }

  /// The local day of the act.
  package var today: CivilDate { surroundings.zone.day(of: recordedAt) }

  /// A draft by whoever performs this act, with all its witnesses.
  package func draft(
    _ event: any Event, at occurredAt: Instant? = nil, notes: Notes = Notes(),
    privates: [Private] = [], witnessed: Bool = true
  ) -> EventDraft {
    EventDraft(
      event, by: signers.by.person,
      witnesses: witnessed ? signers.witnesses.map(\.person) : [], occurredAt: occurredAt,
      notes: notes, privates: privates)
  }

  /// Adds one entry to the act.
  ///
  /// - Throws: ``EventRefused``, ``RulesRefused``, ``RecordError``; then nothing of the act stays.
  @discardableResult
  package func add(_ draft: EventDraft) throws -> Acknowledgement {
    // 1. The drawing room: does it fit the state?
    let recordedAt = draft.event is ClockSet ? wallClock : self.recordedAt
    let valid = try state.validate(draft, recordedAt: recordedAt)
    // 2. The study: what do the rules say?
    let cleared = try surroundings.rules.clear(
      valid, state: state, recordedAt: recordedAt, zone: surroundings.zone)
    // 3. The vault: bytes, leaf, signatures.
    let sealed = try seal(cleared, recordedAt: recordedAt)
    // 4. What will be read back is what was meant: the fold takes the sealed bytes, not the draft.
    let body = try EntryBody(reading: sealed.entry.body)
    let keyFaults = register.admit(body)
    guard keyFaults.isEmpty else { throw RecordError.keysRefuse(keyFaults.map(\.text)) }
    try state.apply(RecordedEvent(body))
    projection.add(Projecting.rows(for: body, after: state))
    subtrees += frontier.append(sealed.entry.leaf)
    entries.append(sealed.entry)
    openings += sealed.openings
    prev = sealed.entry.leaf
    last = recordedAt
    let acknowledgement = Acknowledgement(
      seq: sealed.entry.seq, type: body.type, leaf: sealed.entry.leaf, event: draft.event,
      findings: cleared.findings, by: draft.by, witnesses: cleared.witnesses,
      doneBy: draft.notes.doneBy, occurredAt: body.at, recordedAt: body.ts, wall: sealed.wall)
    acknowledgements.append(acknowledgement)
    return acknowledgement
  }

  /// Everything the store needs to make the act durable; `nil` when nothing was added.
  ///
  /// The head in which one key of the site takes over from another is always kept.
  func batch(_ site: Handover, since checkpoint: (size: Int64, ts: Instant?)?) -> Batch? {
    guard let last = acknowledgements.last else { return nil }
    let takesOver = last.type == SiteKeyReplaced.type
    let old = takesOver ? site.old : nil
    let head = CheckpointRow(frontier, origin: origin, key: site.new, and: old)
    let isDue =
      takesOver
      || Promotion.isDue(size: frontier.size, at: last.recordedAt, since: checkpoint)
    return Batch(
      entries: entries, subtrees: subtrees, checkpoint: isDue ? head : nil, head: head,
      openings: openings, projection: projection, anchors: anchors)
  }
}

extension Writing {
  private func seal(
    _ cleared: ClearedEvent, recordedAt: Instant
  ) throws -> (entry: Entry, openings: [Opening], wall: Instant?) {
    let draft = cleared.valid.draft
    let event = draft.event
    let wall = wallClock.milliseconds + 5000 < recordedAt.milliseconds ? wallClock : nil
    let seq = cleared.valid.seq
    let openings = try draft.privates.map { try opening($0, seq: seq) }
    var fields = event.members.all
    fields.merge(draft.notes.members.all) { own, _ in own }
    fields["review"] = review(cleared)
    fields["wall"] = wall.map { .string($0.text) }
    let signing = self.signing(cleared)
    let (body, leaf) = try EntryBody.seal(
      seq: seq, prev: prev, ts: recordedAt, at: cleared.valid.occurredAt,
      type: type(of: event).type, by: signers.by.name,
      wit: signing.dropFirst().map(\.name), sd: openings.map(\.digest), fields: fields)
    let signatures = signing.map {
      EntrySignature.sign(origin: origin, seq: seq, leaf: leaf, key: $0.key, name: $0.name)
    }
    return (Entry(seq: seq, leaf: leaf, body: body, signatures: signatures), openings, wall)
  }

  /// Who signs: the performer first, then witnesses and new keys, in the order of the body.
  private func signing(_ cleared: ClearedEvent) -> [Signer] {
    let witnesses = signers.witnesses.filter { cleared.witnesses.contains($0.person) }
    return [signers.by] + (witnesses + signers.possession).sorted { $0.name < $1.name }
  }

  private func review(_ cleared: ClearedEvent) -> JSON {
    var review: [String: JSON] = ["book": .string(book.base64)]
    if !cleared.hits.isEmpty { review["hits"] = .array(cleared.hits.map { .string($0) }) }
    return .object(review)
  }

  private func opening(_ value: Private, seq: Int64) throws -> Opening {
    let disclosure = try Disclosure(
      salt: surroundings.chance(Disclosure.saltBytes), name: value.name,
      value: .string(value.value))
    return Opening(
      digest: disclosure.digest, seq: seq, name: value.name, disclosure: disclosure.text)
  }
}

extension Projection {
  /// Adds the rows of a later entry; a row of the same key replaces the earlier one on writing.
  mutating func add(_ later: Projection) {
    postings += later.postings
    balances = balances.replacing(later.balances) {
      $0.account == $1.account && $0.product == $1.product && $0.lot == $1.lot
    }
    containers = containers.replacing(later.containers) { $0.id == $1.id }
    draws = draws.replacing(later.draws) { $0.id == $1.id }
    cases = cases.replacing(later.cases) { $0.id == $1.id }
    journal += later.journal
    erased += later.erased
  }
}

extension Array {
  fileprivate func replacing(
    _ later: [Element], same: (Element, Element) -> Bool
  ) -> [Element] {
    filter { row in !later.contains { same($0, row) } } + later
  }
}
