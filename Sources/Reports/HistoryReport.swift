package import Dispensary
package import Notation

/// One entry as the desk read it from the store.
package struct HistoryItem: Sendable {
  package let seq: Int64
  package let recordedAt: Instant
  package let occurredAt: Instant
  package let event: any Event
  package let by: PersonID?
  package let witnesses: [PersonID]
  package let notes: Notes
  package let leafBase64: String
  /// The rules that had something to say, as stamped into the entry.
  package let hits: [String]

  package init(
    seq: Int64, recordedAt: Instant, occurredAt: Instant, event: any Event, by: PersonID?,
    witnesses: [PersonID], notes: Notes, leafBase64: String, hits: [String]
  ) {
    self.seq = seq
    self.recordedAt = recordedAt
    self.occurredAt = occurredAt
    self.event = event
    self.by = by
    self.witnesses = witnesses
    self.notes = notes
    self.leafBase64 = leafBase64
    self.hits = hits
  }
}

/// Which entries a reader asked for. What is nil does not filter.
package struct HistoryFilter: Sendable {
  package var product: ProductID?
  package var lot: String?
  package var container: ContainerID?
  /// Who signed, witnessed, or holds the draw.
  package var person: PersonID?
  package var patient: PatientCode?
  /// The `type` of the entry, such as `waste`.
  package var type: String?
  /// By when it happened; both ends belong to it.
  package var from: Instant?
  package var to: Instant?

  package init() {}

  package func admits(_ item: HistoryItem, in state: State) -> Bool {
    let items = Subjects.items(of: item, state)
    let code =
      item.event.patient.flatMap { state.patients[$0]?.code } ?? Subjects.patient(item, state)
    return product.map { product in items.contains { $0.product == product } } ?? true
      && lot.map { lot in items.contains { $0.lot == lot } } ?? true
      && container.map { Subjects.containers(of: item, state).contains($0) } ?? true
      && person.map { Subjects.people(of: item).contains($0) } ?? true
      && patient.map { isSame($0, code, in: state) } ?? true
      && type.map { $0 == Swift.type(of: item.event).type } ?? true
      && from.map { item.occurredAt >= $0 } ?? true && to.map { item.occurredAt <= $0 } ?? true
  }

  /// Codes that were merged stand for one patient.
  private func isSame(_ asked: PatientCode, _ code: PatientCode?, in state: State) -> Bool {
    // Looking patients up by code is slow, and mostly nobody was merged.
    guard let code, asked != code, state.office.merges > 0, let left = state.patient(asked),
      let right = state.patient(code)
    else {
      return asked == code
    }
    return state.isSame(left.id, right.id)
  }
}

/// What happened, entry by entry, in the order in which it was recorded.
///
/// Patients stand by their code; their names are in the vault, and not even the desk passes them.
package struct HistoryReport: Sendable {
  package let items: [HistoryItem]
  package let state: State
  package let zone: Zone
  private let balances: [Int64: (before: Amount, after: Amount)]

  package init(
    _ items: [HistoryItem], state: State, zone: Zone, filter: HistoryFilter = HistoryFilter()
  ) {
    self.items = items.filter { filter.admits($0, in: state) }
    self.state = state
    self.zone = zone
    balances = HistoryReport.balances(state)
  }

  private var wording: Wording { Wording(state: state, zone: zone) }

  /// What the first stock bucket of each entry held before it and after.
  private static func balances(_ state: State) -> [Int64: (before: Amount, after: Amount)] {
    var running: [Bucket: Amount] = [:]
    var found: [Int64: (before: Amount, after: Amount)] = [:]
    for entry in state.journal {
      let first = entry.postings.first {
        if case .stock = $0.bucket.account { true } else { false }
      }
      let before = first.map { running[$0.bucket] ?? .zero }
      for posting in entry.postings { running[posting.bucket, default: .zero] += posting.amount }
      if let first, let before { found[entry.seq] = (before, running[first.bucket] ?? .zero) }
    }
    return found
  }

  // MARK: Text

  package var text: String {
    guard !items.isEmpty else { return Text.document(["no entries"] + wording.oneSigner.foot) }
    let rows = items.map { item in
      [String(item.seq), wording.time(item.occurredAt), people(item), line(item)]
    }
    let table = TextTable([">no.", "when", "who", "what"], rows: rows, width: 100)
    return Text.document(
      table.lines + ["", "times are local, \(zone.name)"] + wording.oneSigner.lines)
  }

  /// All fields of one entry; `nil` where it is not among the items.
  package func detail(_ seq: Int64) -> String? {
    guard let item = items.first(where: { $0.seq == seq }) else { return nil }
    var rows = [
      ["entry", "\(item.seq), \(Sentence.kind(item.event))"],
      ["happened", zone.shown(item.occurredAt)], ["recorded", zone.shown(item.recordedAt)],
      ["by", people(item)], ["what", line(item)],
    ]
    if !item.hits.isEmpty { rows.append(["rules", item.hits.joined(separator: ", ")]) }
    rows.append(["leaf", item.leafBase64])
    var lines = TextTable(["", ""], rows: rows, width: 100).lines
    let posted = posted(item)
    if !posted.isEmpty {
      lines +=
        ["", "posted"] + TextTable([">", "", ""], rows: posted, width: 100, indent: 2).lines
    }
    let fields = HistoryReport.flat(.object(shown(item)), "")
    if !fields.isEmpty {
      lines += ["", "fields as recorded"]
      lines += TextTable(["", ""], rows: fields, width: 100, indent: 2).lines
    }
    return Text.document(lines + wording.oneSigner.foot)
  }

  private func people(_ item: HistoryItem) -> String {
    let witnesses = item.witnesses.map { wording.handle($0) }
    let who = wording.handle(item.by) + (item.notes.doneBy.map { " for \($0)" } ?? "")
    return ([who] + witnesses).joined(separator: " + ")
  }

  private func line(_ item: HistoryItem) -> String {
    let words = Sentence(wording, balances[item.seq]).text(item.event)
    return ([words] + marks(item)).joined(separator: "; ")
  }

  private func marks(_ item: HistoryItem) -> [String] {
    var marks: [String] = []
    if let late = lateness(item) { marks.append("LATE by \(span(late))") }
    if let source = item.notes.source { marks.append("from \(source)") }
    if item.notes.alreadyHappened { marks.append("had already happened") }
    for explanation in item.notes.explains {
      let amount = wording.quantity(explanation.amount.magnitude, explanation.item.product)
      marks.append("explains \(amount) of case \(explanation.caseID.text)")
    }
    if item.notes.outsider { marks.append("with an outsider, named in the vault") }
    if let id = item.notes.downtime { marks.append("during downtime \(id.text)") }
    marks += secondLooks(item)
    if let by = journal(item)?.correctedBy { marks.append("CORRECTED by entry \(by)") }
    return marks
  }

  /// Who looked at it or attested it later: never the same as having witnessed it.
  private func secondLooks(_ item: HistoryItem) -> [String] {
    var looks = state.cosignatures(of: item.seq).map {
      "co-signed late by \(wording.handle($0.by)) (entry \($0.seq))"
    }
    guard let task = state.office.reviews[item.seq], journal(item)?.correctedBy == nil else {
      return looks
    }
    if task.isUnwitnessed { looks.append("UNWITNESSED") }
    guard let review = task.reviewedBy else { return looks + ["to be reviewed"] }
    let by = wording.handle(state.journal[Int(review)].by)
    // Whoever looks at their own entry again is not a second person.
    let whose = state.isReviewedBySignerOnly(task) ? ", who signed it" : ""
    return looks + ["reviewed by \(by)\(whose) (entry \(review))"]
  }

  /// Milliseconds between the act and its entry, where the site's policy calls that late.
  private func lateness(_ item: HistoryItem) -> Int64? {
    let late = item.recordedAt.milliseconds - item.occurredAt.milliseconds
    return late >= state.policy.lateAfterMinutes * 60_000 ? late : nil
  }

  private func journal(_ item: HistoryItem) -> JournalEntry? {
    item.seq < state.journal.count ? state.journal[Int(item.seq)] : nil
  }

  /// Each value on a line of its own, with its path: `lines[0].lot`.
  private static func flat(_ value: JSON, _ path: String) -> [[String]] {
    switch value {
    case .object(let members):
      return members.keys.sorted().flatMap { key in
        flat(members[key] ?? .null, path.isEmpty ? key : "\(path).\(key)")
      }
    case .array(let items):
      return items.enumerated().flatMap { flat($1, "\(path)[\($0)]") }
    default:
      return [[path, value.text ?? String(decoding: PlainJSON.bytes(value), as: UTF8.self)]]
    }
  }

  /// The fields of the body with patients by their codes.
  private func shown(_ item: HistoryItem) -> [String: JSON] {
    wording.veiled(item.event.members.all.merging(item.notes.members.all) { own, _ in own })
  }

  private func posted(_ item: HistoryItem) -> [[String]] {
    (journal(item)?.postings ?? []).map { posting in
      let sign = posting.amount.isPositive ? "+" : ""
      let amount = wording.quantity(posting.amount, posting.bucket.item.product)
      return [
        sign + amount, wording.account(posting.bucket.account), "lot \(posting.bucket.item.lot)",
      ]
    }
  }

  // MARK: JSON

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/history/1", "zone": .string(zone.name),
      "entries": .array(items.map { json($0) }),
    ]
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }

  private func json(_ item: HistoryItem) -> JSON {
    var members: [String: JSON] = [
      "entry": .integer(item.seq), "type": .string(type(of: item.event).type),
      "recorded_at": .string(item.recordedAt.text), "occurred_at": .string(item.occurredAt.text),
      "by": .string(wording.handle(item.by)),
      "witnesses": .array(item.witnesses.map { .string(wording.handle($0)) }),
      "what": .string(Sentence(wording, balances[item.seq]).text(item.event)),
      "fields": .object(shown(item)), "leaf": .string(item.leafBase64),
      "hits": .array(item.hits.map { .string($0) }), "late": .bool(lateness(item) != nil),
    ]
    let cosigned = state.cosignatures(of: item.seq).map(\.seq)
    if !cosigned.isEmpty { members["cosigned_late"] = numbers(cosigned) }
    if let task = state.office.reviews[item.seq] {
      members["unwitnessed"] = .bool(task.isUnwitnessed)
      members["reviewed_by"] = task.reviewedBy.map { .integer($0) } ?? .null
      if state.isReviewedBySignerOnly(task) { members["reviewed_by_signer_only"] = true }
    }
    members["corrected_by"] = journal(item)?.correctedBy.map { .integer($0) }
    return .object(members)
  }
}

/// What an entry is about, for filters.
private enum Subjects {
  static func items(of item: HistoryItem, _ state: State) -> [Item] {
    let own: [Item] =
      switch item.event {
      case let event as Handoff: [state.draws[event.draw]?.item].compactMap { $0 }
      case let event as AdministrationCompleted: moved(by: event.entry, state)
      case let event as EntryReviewed: moved(by: event.entry, state)
      case let event as EntryCosigned: moved(by: event.entry, state)
      case let event as Correction: moved(by: event.entry, state)
      case let event as ReceiptCompleted: moved(by: event.receipt, state)
      case let event as ReceiptSettled: moved(by: event.receipt, state)
      case let event as OrderPlaced: event.lines.map { Item($0.product, "") }
      case let event as OrderCancelled:
        state.orders[event.id]?.lines.map { Item($0.product, "") } ?? []
      case let event as CompoundingStarted: [Item(event.product, "")]
      case let event as PrescriptionTransferred: prescribed(event.id, state)
      case let event as PrescriptionVoided: prescribed(event.id, state)
      case let event as PutBack: [event.item]
      case let event as Preparation: [event.item]
      case let event as PhysicalCount: event.lines.map(\.item)
      case let event as Receipt: event.lines.map(\.stock.item)
      case let event as ContainerEmptied: [event.item]
      case let event as ProductAdded: [Item(event.product.id, "")]
      case let event as PrescriptionAdded: [Item(event.product, "")]
      default: []
      }
    return own + item.event.postings.map(\.bucket.item)
  }

  /// What an entry moved that another one is about.
  private static func moved(by seq: Int64, _ state: State) -> [Item] {
    state.journal.indices.contains(Int(seq))
      ? state.journal[Int(seq)].postings.map(\.bucket.item) : []
  }

  /// The product of a prescription, and what it was filled with.
  private static func prescribed(_ id: RxID, _ state: State) -> [Item] {
    guard let record = state.prescriptions[id] else { return [] }
    return [Item(record.order.product, "")] + record.fills.flatMap(\.event.lines).map(\.item)
  }

  static func containers(of item: HistoryItem, _ state: State) -> [ContainerID] {
    var accounts = item.event.postings.map(\.bucket.account)
    if let count = item.event as? PhysicalCount {
      accounts += count.lines.map { .stock($0.position) }
    }
    if let emptied = item.event as? ContainerEmptied { accounts.append(.stock(emptied.from)) }
    if let back = item.event as? PutBack { accounts.append(.draw(back.draw)) }
    if let prepared = item.event as? Preparation { accounts.append(.draw(prepared.draw)) }
    if let handoff = item.event as? Handoff { accounts.append(.draw(handoff.draw)) }
    if let later = item.event as? AdministrationCompleted, let dose = state.dose(later.entry) {
      accounts.append(.draw(dose.draw))
    }
    // What was drawn from a container is part of its story to the last drop.
    accounts += accounts.compactMap { account in
      guard let id = account.looseDraw, let draw = state.draws[id] else { return nil }
      return .stock(draw.source)
    }
    if let draw = item.event as? Draw { accounts.append(.stock(draw.from)) }
    return accounts.compactMap { account in
      switch account {
      case .stock(let position):
        if case .container(let id) = position.holding { id } else { nil }
      case .measurement(let id): id
      default: nil
      }
    }
  }

  static func people(of item: HistoryItem) -> [PersonID] {
    var people = [item.by].compactMap { $0 } + item.witnesses
    switch item.event {
    case let event as Draw: people.append(event.holder)
    case let event as Handoff: people += [event.holder, event.to]
    case let event as Loss: people += [event.custodian].compactMap { $0 }
    case let event as PersonAdded: people.append(event.id)
    case let event as PersonRetired: people.append(event.id)
    case let event as KeyAdded: people.append(event.person)
    case let event as KeyRotated: people.append(event.added.person)
    case let event as PersonCredential: people.append(event.person)
    default: break
    }
    return people
  }

  static func patient(_ item: HistoryItem, _ state: State) -> PatientCode? {
    let id: PatientID? =
      switch item.event {
      case let event as Draw: event.patient
      case let event as Waste: event.patient
      case let event as Erasure: event.subject
      default: nil
      }
    return id.flatMap { state.patients[$0]?.code }
  }
}
