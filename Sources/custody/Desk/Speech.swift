import Compliance
import Dispensary
import LedgerCore
import Notation
import Recordkeeping

extension Desk {
  /// Says what an act recorded: number, before and after, who, when, slip, and what is still open.
  func say(_ done: [Acknowledgement], before: State, dryRun: Bool) {
    if options.json {
      Console.print(json(done, dryRun: dryRun))
      return
    }
    for entry in done { Console.print(lines(of: entry, dryRun: dryRun).joined(separator: "\n")) }
    guard !dryRun else { return Console.say("dry run: nothing was recorded") }
    for line in changes(from: before, done) { Console.print("  " + line) }
    for line in openEnds(done) { Console.print("  still open: " + line) }
  }

  private func lines(of entry: Acknowledgement, dryRun: Bool) -> [String] {
    let number = dryRun ? "would be entry" : "entry"
    var lines = ["\(number) \(entry.seq): \(describe(entry.event))"]
    lines.append("  \(signature(of: entry)), \(when(entry))")
    if !dryRun { lines.append("  slip \(entry.slip)") }
    for finding in entry.findings {
      lines.append(
        "  \(tag(finding)): \(finding.text) [\(finding.rule), "
          + "\(finding.citation.source)]")
      if finding.severity == .task, let hint = finding.hint { lines.append("    \(hint)") }
    }
    if let wall = entry.wall {
      lines.append(
        "  warn: the clock of this machine says \(zone.shown(wall)), before the ledger's")
    }
    return lines
  }

  /// What would have been refused, and has happened all the same, is a finding.
  private func tag(_ finding: Finding) -> String {
    switch finding.severity {
    case .block: "finding"
    case .warn: "note"
    case .task: "to do"
    }
  }

  func handle(_ id: PersonID) -> String { state.people[id]?.handle.text ?? id.text }

  private func signature(of entry: Acknowledgement) -> String {
    let witnesses = entry.witnesses.map(handle)
    let by = "by \(handle(entry.by))" + (entry.doneBy.map { ", done by \($0)" } ?? "")
    return witnesses.isEmpty ? by : by + ", witnessed by " + witnesses.joined(separator: ", ")
  }

  private func when(_ entry: Acknowledgement) -> String {
    entry.occurredAt == entry.recordedAt
      ? zone.shown(entry.recordedAt)
      : "happened \(zone.shown(entry.occurredAt)), recorded \(zone.shown(entry.recordedAt))"
  }

  /// Before and after of every place on hand that the act touched.
  private func changes(from before: State, _ done: [Acknowledgement]) -> [String] {
    let touched = done.flatMap { entry in
      state.journal[Int(entry.seq)].postings.map(\.bucket)
    }.unique
    return touched.compactMap { bucket in
      switch bucket.account {
      case .stock, .discrepancy, .willCall: break
      default: return nil
      }
      let product = state.products[bucket.item.product]
      let (old, new) = (before.balance(bucket), state.balance(bucket))
      guard old != new else { return nil }
      // What a case holds is said in words: nobody reads a sign right.
      let words = { (amount: Amount) in
        if case .discrepancy = bucket.account { return state.difference(amount, product) }
        return state.shown(amount, product)
      }
      return "\(changedPlace(bucket.account)), lot \(bucket.item.lot): \(words(old)) -> "
        + words(new)
    }
  }

  /// Where something changed: what has a number and moves is named with both places.
  private func changedPlace(_ account: Account) -> String {
    switch account {
    case .discrepancy(let id): "case \(id.text)"
    case .stock(let position):
      switch position.holding {
      case .container, .loose: "\(place(account)) at \(position.location.text)"
      case .sealed, .kit: place(account)
      }
    default: place(account)
    }
  }

  func place(_ account: Account) -> String {
    if case .draw(let id) = account { return id.text }
    guard case .stock(let position) = account else { return account.text }
    let owner = position.patient.map { " for \(code(state.survivor(of: $0)))" } ?? ""
    let status = (position.status == .available ? "" : " (\(position.status.rawValue))") + owner
    switch position.holding {
    case .container(let id): return id.text + status
    case .loose(let id): return id.text + status
    case .sealed: return position.location.text + status
    case .kit: return "\(position.location.text), unopened kits\(status)"
    }
  }

  /// Draws of this act that are not closed, and what somebody else must look at.
  private func openEnds(_ done: [Acknowledgement]) -> [String] {
    let draws = done.compactMap { entry -> DrawID? in
      switch entry.event {
      case let draw as Draw: draw.id
      case let dose as Administration: dose.draw
      case let waste as Waste:
        if case .draw(let id) = waste.source { id } else { nil }
      case let putBack as PutBack: putBack.draw
      case let handoff as Handoff: handoff.draw
      case let prepared as Preparation: prepared.draw
      default: nil
      }
    }.unique
    let reviews = done.filter { state.office.reviews[$0.seq]?.reviewedBy == nil }
      .compactMap { state.office.reviews[$0.seq] }
      .map { "entry \($0.seq) is to be reviewed \(reviewer)" }
    return done.compactMap { waiting(after: $0.event) }.unique
      + draws.compactMap { id in
        guard let draw = state.draws[id], !state.remaining(draw).isZero else { return nil }
        let left = state.shown(state.remaining(draw), state.products[draw.item.product])
        if let staged = draw.staged {
          return "\(id.text) is staged at \(staged.location.text) with \(left), to be used before "
            + zone.shown(staged.beyondUse)
        }
        if let prepared = draw.preparation {
          return
            "\(left) of draw \(id.text) in \((prepared.total - prepared.infused).wire) mL: infuse "
            + "it or waste it"
        }
        return "\(left) of draw \(id.text): give it, waste it or put it back"
      } + reviews
  }

  /// Who reviews: under a one-signer policy nobody else is there.
  private var reviewer: String {
    // The ledger's time, which may be ahead of the machine's.
    let last = state.journal.last?.recordedAt ?? now
    return state.oneSignerPolicy(at: last, on: zone.day(of: last)) == nil
      ? "by another person" : "on a later day"
  }

  private func json(_ done: [Acknowledgement], dryRun: Bool) -> JSON {
    .object([
      "schema": "custody/recorded/1",
      "dry_run": .bool(dryRun),
      "entries": .array(done.map(json)),
    ])
  }

  private func json(_ entry: Acknowledgement) -> JSON {
    var object: [String: JSON] = [
      "seq": .integer(entry.seq), "type": .string(entry.type),
      "leaf": .string(entry.leaf.base64), "slip": .string(entry.slip),
      "by": .string(handle(entry.by)), "at": .string(entry.occurredAt.text),
      "ts": .string(entry.recordedAt.text), "event": .object(entry.event.members.all),
    ]
    object["done_by"] = entry.doneBy.map { .string($0) }
    object["witnesses"] = .array(entry.witnesses.map { .string(handle($0)) })
    object["findings"] = .array(
      entry.findings.map {
        .object([
          "rule": .string($0.rule), "severity": .string($0.severity.rawValue),
          "source": .string($0.citation.source), "text": .string($0.text),
        ])
      })
    return .object(object)
  }
}
