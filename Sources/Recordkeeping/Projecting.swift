package import Dispensary
package import LedgerCore
package import LedgerStore
import Notation

/// Turns the fold's state into the rows that the store keeps for reports.
///
/// The rows written as entries are appended and the rows of a rebuild come from the same functions;
/// verification compares the two.
package enum Projecting {
  /// The rows that one entry adds or changes.
  package static func rows(for body: EntryBody, after state: State) -> Projection {
    let touched = state.lastTouched
    var rows = Projection()
    rows.journal = [journal(body, state)]
    rows.postings = postings(of: state.journal[Int(body.seq)])
    rows.balances = touched.buckets.map { balance($0, state.balance($0)) }
    rows.containers = touched.containers.compactMap { state.containers[$0] }.map(container)
    rows.draws = touched.draws.compactMap { state.draws[$0] }.map(draw)
    rows.cases = touched.cases.compactMap { state.cases[$0] }.map { row(of: $0, in: state) }
    rows.erased = touched.erased.map { ErasedRow(digest: $0, seq: body.seq) }
    return rows
  }

  /// Every row, for a state folded from the first entry on.
  package static func whole(_ state: State, journal: [JournalRow]) -> Projection {
    var rows = Projection()
    rows.journal = journal
    rows.postings = state.journal.flatMap(postings)
    rows.balances = state.balances.map { balance($0.key, $0.value) }
      .sorted { ($0.account, $0.product, $0.lot) < ($1.account, $1.product, $1.lot) }
    rows.containers = state.containers.values.map(container).sorted { $0.id < $1.id }
    rows.draws = state.draws.values.map(draw).sorted { $0.id < $1.id }
    rows.cases = state.cases.values.map { row(of: $0, in: state) }.sorted { $0.id < $1.id }
    rows.erased = state.erased.map { ErasedRow(digest: $0.key, seq: $0.value) }
      .sorted { $0.digest < $1.digest }
    return rows
  }

  package static func journal(_ body: EntryBody, _ state: State) -> JournalRow {
    JournalRow(
      seq: body.seq, type: body.type, at: body.at.text, ts: body.ts.text,
      by: body.by?.text ?? "", wit: body.wit.map(\.text).joined(separator: " "),
      patient: state.journal[Int(body.seq)].patient?.text ?? "", openings: Int64(body.sd.count))
  }

  private static func postings(of entry: JournalEntry) -> [PostingRow] {
    entry.postings.enumerated().map { index, posting in
      PostingRow(
        seq: entry.seq, n: Int64(index), at: entry.effectiveAt.text,
        account: posting.bucket.account.text, product: posting.bucket.item.product.text,
        lot: posting.bucket.item.lot, quantity: posting.amount.thousandths)
    }
  }

  private static func balance(_ bucket: Bucket, _ amount: Amount) -> BalanceRow {
    BalanceRow(
      account: bucket.account.text, product: bucket.item.product.text, lot: bucket.item.lot,
      quantity: amount.thousandths)
  }

  private static func container(_ container: Container) -> ContainerRow {
    ContainerRow(
      id: container.id.text, product: container.item.product.text, lot: container.item.lot,
      location: container.position.location.text, size: container.size.thousandths,
      openedAt: container.openedAt.text, beyondUse: container.beyondUse?.text ?? "",
      status: container.status.rawValue, openedSeq: container.openedBy,
      endedSeq: container.endedBy)
  }

  private static func draw(_ draw: DrawRecord) -> DrawRow {
    var container = ""
    if case .container(let id) = draw.source.holding { container = id.text }
    return DrawRow(
      id: draw.id.text, product: draw.item.product.text, lot: draw.item.lot,
      container: container, holder: draw.holder.text, patient: draw.patient?.text ?? "",
      drawnAt: draw.drawnAt.text, quantity: draw.quantity.thousandths, seq: draw.seq)
  }

  private static func row(of record: CaseRecord, in state: State) -> CaseRow {
    CaseRow(
      id: record.id.text, product: record.item.product.text, lot: record.item.lot,
      openedSeq: record.openedBy, openedAt: record.openedAt.text,
      status: state.unexplained(record).isZero ? "explained" : "open")
  }
}
