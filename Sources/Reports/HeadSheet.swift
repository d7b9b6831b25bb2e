package import Dispensary
package import LedgerCore
package import Notation

/// The head of the ledger on one side of paper, at the end of a day: the checkpoint as text and as
/// a QR Code, what was counted, and room for two people to sign with ink.
///
/// Whoever keeps it can show later what the ledger was: `verify --since` with what a scanner reads.
package struct HeadSheet: Sendable {
  /// What the sheet is about.
  package let head: CheckpointRow
  package let state: State
  package let now: Instant
  package let zone: Zone
  private let origin: Origin
  private let last: Slip

  /// More lines of counts than this are counted, not printed: the sheet is one page.
  package static let countsMax = 8

  /// - Parameters:
  ///   - head: the checkpoint, signed by the site, of at least one entry.
  ///   - last: the slip of the last entry under it.
  ///   - state: the ledger's, at the head or later.
  package init(
    _ head: CheckpointRow, origin: Origin, last: Slip, state: State, now: Instant, zone: Zone
  ) {
    self.head = head
    self.origin = origin
    self.last = last
    self.state = state
    self.now = now
    self.zone = zone
  }

  private var wording: Wording { Wording(state: state, zone: zone) }
  private var today: CivilDate { zone.day(of: now) }

  /// The entries of the day under the head, corrected ones too.
  private var entries: [JournalEntry] {
    state.journal.prefix(Int(head.size)).filter { zone.day(of: $0.recordedAt) == today }
  }

  /// The last count of each place on the day that stands, those first that differ from the book.
  private var counts: [CountedLine] {
    var last: [Bucket: CountedLine] = [:]
    for line in state.counts
    where line.seq < head.size && zone.day(of: line.at) == today
      && state.journal[Int(line.seq)].correctedBy == nil
    {
      last[line.bucket] = line
    }
    return last.values.sorted { left, right in
      let differ = (left.counted != left.book, right.counted != right.book)
      if differ.0 != differ.1 { return differ.0 }
      return (left.seq, left.bucket.account.text, left.bucket.item)
        < (right.seq, right.bucket.account.text, right.bucket.item)
    }
  }

  // MARK: HTML

  /// The printable page.
  ///
  /// - Parameter code: an `svg` element of the QR Code of the checkpoint's note.
  package func page(code: String) -> PaperPage {
    let site = state.registration
    let parts = [
      """
      <header><div><h1>Head sheet</h1><p><b>\(escaped(site?.name ?? origin.text))</b><br>\
      \(escaped(site.map { "DEA \($0.dea.text)" } ?? ""))<br>\(escaped(site?.address ?? ""))</p></div>\
      <div class="right"><h1>\(today.text)</h1><p>printed \(escaped(zone.shown(now)))</p></div></header>
      <div class="beside">
      \(code)
      <div>
      \(PaperPage.facts(facts))
      </div></div>
      <h2>The checkpoint, as in the code</h2>
      <pre>\(escaped(head.note))</pre>
      """, countTable, oneSigner, HeadSheet.signatures, foot,
    ]
    return PaperPage(
      title: "Head sheet \(today.text), \(origin.text)", content: parts.joined(separator: "\n"))
  }

  private func escaped(_ text: String) -> String { PaperPage.escaped(text) }

  private var facts: [(String, String)] {
    [
      ("ledger", origin.text), ("entries", "\(head.size)"), ("of this day", ofThisDay),
      ("counted", counted), ("still open", open), ("last entry", "\(head.size - 1)"),
      ("its slip", last.text),
    ]
  }

  private var ofThisDay: String {
    guard let first = entries.first, let last = entries.last else { return "none" }
    return "\(entries.count), from \(first.seq) to \(last.seq)"
  }

  private var counted: String {
    guard !counts.isEmpty else { return "nothing on this day" }
    let off = counts.filter { $0.counted != $0.book }.count
    return "\(counts.count) \(counts.count == 1 ? "place" : "places"), "
      + (off == 0 ? "all as the book said" : "\(off) not as the book said")
  }

  private var open: String {
    let (draws, cases) = (state.openDraws.count, state.openCases.count)
    return "\(draws) \(draws == 1 ? "draw" : "draws"), \(cases) \(cases == 1 ? "case" : "cases")"
  }

  private var countTable: String {
    let title = "<h2>The count of the day</h2>"
    guard !counts.isEmpty else { return title + "\n<p>Nothing was counted on this day.</p>" }
    let rows = counts.prefix(HeadSheet.countsMax).map { line in
      let id = line.bucket.item.product
      let difference = line.counted - line.book
      return """
        <tr><td>\(escaped(wording.drug(id))), lot \(escaped(line.bucket.item.lot))</td>\
        <td>\(escaped(place(line.bucket)))</td>\
        <td class="number">\(wording.quantity(line.counted, id))</td>\
        <td class="number">\(wording.quantity(line.book, id))</td>\
        <td class="number">\(difference.isZero ? "0" : wording.quantity(difference, id))</td>\
        <td class="number">\(line.seq)</td></tr>
        """
    }
    let more = counts.count - rows.count
    let rest = more > 0 ? "\n<p>and \(more) more, in entries \(restOfCounts)</p>" : ""
    return """
      \(title)
      <table class="ruled"><tr><th class="wide">drug and lot</th><th>place</th><th class="number">counted</th>\
      <th class="number">book</th><th class="number">difference</th><th class="number">entry</th></tr>
      \(rows.joined(separator: "\n"))
      </table>\(rest)
      """
  }

  private var oneSigner: String {
    wording.oneSigner.lines.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n")
  }

  private var restOfCounts: String {
    let seqs = counts.dropFirst(HeadSheet.countsMax).map(\.seq)
    let (first, last) = (seqs.min() ?? 0, seqs.max() ?? 0)
    return first == last ? "\(first)" : "\(first) to \(last)"
  }

  private func place(_ bucket: Bucket) -> String {
    guard case .stock(let position) = bucket.account else { return bucket.account.text }
    return wording.place(position)
  }

  private static let signatures: String = {
    let box = """
      <div><div class="line"><small>name</small></div><div class="line"><small>signature</small></div>\
      <div class="line"><small>date and time</small></div></div>
      """
    return """
      <h2>Signed by two, with ink</h2>
      <div class="sign">\(box)\(box)</div>
      """
  }()

  private var foot: String {
    """
    <h2>To check it later</h2>
    <p><small>Scan the code into a file, or type the checkpoint, and give it to whoever has the \
    ledger or a bundle of it: <code>custody verify --since FILE</code>. It must extend this \
    checkpoint. Where the code cannot be read, type the slip: \
    <code>custody verify --slip '…'</code>. Keep this sheet where the site's computers cannot reach \
    it.</small></p>
    """
  }
}
