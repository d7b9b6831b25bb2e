import Dispensary
import Notation

/// What cannot wait for the next shift: one line that counts it, and a table of what is past its
/// time.
extension StatusReport {
  /// Something that may no longer be used, and stands where somebody could take it.
  struct Past {
    let what: String
    let place: String
    let amount: String
    let why: String
    let item: Item
  }

  /// Opened containers and syringes past their beyond-use time, and expired lots that are not yet
  /// set aside.
  var past: [Past] { pastContainers + pastSyringes + pastLots }

  private var pastContainers: [Past] {
    state.openContainers.compactMap { container in
      guard let limit = container.beyondUse, limit <= now,
        container.position.status == .available
      else { return nil }
      return Past(
        what: container.id.text, place: container.position.location.text,
        amount: wording.quantity(content(container), container.item.product),
        why: "beyond use for \(span(from: limit, to: now))", item: container.item)
    }
  }

  private var pastSyringes: [Past] {
    staged.compactMap { draw in
      guard let place = draw.staged, place.beyondUse <= now else { return nil }
      return Past(
        what: draw.id.text, place: place.location.text,
        amount: wording.quantity(state.remaining(draw), draw.item.product),
        why: "beyond use for \(span(from: place.beyondUse, to: now))",
        item: draw.item)
    }
  }

  private var pastLots: [Past] {
    let today = zone.day(of: now)
    return state.stock.compactMap { line in
      guard line.position.status == .available, let day = state.lots[line.item], day < today
      else { return nil }
      switch line.position.holding {
      case .container, .loose: return nil
      case .sealed, .kit: break
      }
      return Past(
        what: "unopened", place: line.position.location.text,
        amount: wording.quantity(line.amount, line.item.product), why: "expired \(day.text)",
        item: line.item)
    }
  }

  var pastRows: [[String]] {
    past.map { [$0.what, $0.place, $0.amount, $0.why, wording.item($0.item)] }
  }

  /// Every kind of thing that waits for somebody, with how many there are.
  package var attention: [(count: Int, what: String)] {
    let today = zone.day(of: now)
    let ended = ending.filter { $0.on < today }.count
    let counted = [
      (past.count, "past use", "past use"), (handedOut.count, "draw in hands", "draws in hands"),
      (heldRows.count, "held for waste", "held for waste"),
      (state.openCases.count, "open case", "open cases"),
      (incompleteRows.count, "incomplete dose", "incomplete doses"),
      (withoutInvoiceRows.count, "receipt without invoice", "receipts without invoice"),
      (unreadReceipts.count, "receipt of unknown expiry", "receipts of unknown expiry"),
      (receiptRows.count, "receipt that differs", "receipts that differ"),
      (state.openReviews.count, "entry to review", "entries to review"),
      (lateWillCall, "will-call to return", "will-calls to return"),
      (ended, "expired credential", "expired credentials"),
      (ending.count - ended, "credential ending", "credentials ending"),
      (besideOne.isEmpty ? 0 : 1, "policy that no longer fits", "policies that no longer fit"),
    ]
    return counted.filter { $0.0 > 0 }.map { ($0.0, $0.0 == 1 ? $0.1 : $0.2) }
  }

  /// Whoever can sign although the site's policy says that one person does.
  private var besideOne: [Person] { state.signersBesideOne(on: zone.day(of: now)) }

  /// The one-signer policy no longer fits, and how it is ended.
  var unfitPolicy: [String] {
    guard !besideOne.isEmpty, let entry = state.oneSignerSince else { return [] }
    let names = besideOne.map { "`\($0.handle.text)`" }.joined(separator: ", ")
    return Text.wrapped(
      "the one-signer policy of entry \(entry) no longer fits: \(names) can sign, and two people "
        + "are asked for again; `custody policy adopt --two-signers` ends it", to: 80)
  }

  /// `3 things need attention: 1 draw in hands, 2 entries to review`.
  var summary: [String] {
    let total = attention.map(\.count).reduce(0, +)
    guard total > 0 else { return ["nothing needs attention"] }
    let list = attention.map { "\($0.count) \($0.what)" }.joined(separator: ", ")
    let head = total == 1 ? "1 thing needs attention" : "\(total) things need attention"
    return Text.wrapped("\(head): \(list)", to: 80)
  }

  /// What one person has to see to before they leave.
  func handover(of person: PersonID) -> [String] {
    let theirs = handedOut.filter { $0.holder == person }
    let prepared = staged.filter { $0.holder == person }
    let lacking = zip(state.incompleteDoses, incompleteRows).filter {
      state.journal[Int($0.0.entry)].by == person
    }.map(\.1)
    let credentials = zip(ending, credentialRows).filter { $0.0.person == person }.map(\.1)
    let held = zip(heldForWaste, heldRows).filter { line, _ in
      line.bucket.account.looseDraw.flatMap { state.draws[$0]?.holder } == person
    }.map(\.1)
    let lines =
      drawSection(theirs) + stagedSection(prepared) + heldSection(held)
      + incompleteSection(lacking) + section("Credentials that end", credentialRows(credentials))
    let name = wording.handle(person)
    let count = theirs.count
    let head =
      count == 0
      ? "`\(name)` holds nothing"
      : "`\(name)` holds \(count) \(count == 1 ? "draw" : "draws")"
    return [head] + lines
  }

  private func credentialRows(_ rows: [[String]]) -> ([[String]], [String]) {
    (rows, ["who", "what", "until", ""])
  }

  private func section(_ title: String, _ table: ([[String]], [String])) -> [String] {
    section(title, table.0, table.1)
  }
}
