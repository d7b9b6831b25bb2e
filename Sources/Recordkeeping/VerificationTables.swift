import Dispensary
import LedgerCore
import LedgerStore

/// A row of a derived table, for comparison.
private struct TableRow: Equatable {
  let key: String
  /// The entry to name; nil where the row says nothing of one that exists.
  let seq: Int64?
  let columns: [String]
}

extension Examination {
  /// The derived tables against the entries: what is queried must be what was hashed.
  func checkProjections(_ size: Int64) {
    progress(.projections, 0, 1)
    let computed = Projecting.whole(state, journal: journal)
    guard
      let stored = attempt(.projections, "the derived tables", { try snapshot.projection() })
    else {
      texts[.projections] = "not read"
      return
    }
    // What entries say that could not be folded is not known; they have their faults already.
    let limit = unfolded ?? .max
    var count = compare(
      "posting", stored.postings.filter { $0.seq < limit }, computed.postings, size) { row in
        TableRow(
          key: "\(row.seq)/\(row.n)", seq: row.seq,
          columns: [row.at, row.account, row.product, row.lot, "\(row.quantity)"])
      }
    count += compare(
      "journal", stored.journal.filter { $0.seq < limit }, computed.journal, size) { row in
        TableRow(
          key: "\(row.seq)", seq: row.seq,
          columns: [
            row.type, row.at, row.ts, row.by, row.wit, row.patient, row.summary,
            "\(row.openings)",
          ])
      }
    if unfolded == nil { count += compareAggregates(stored, computed, size) }
    let rest = unfolded.map { ", and none from entry \($0) on" } ?? ""
    texts[.projections] =
      counted(Int64(count), "row", "rows") + " compared with the entries" + rest
    progress(.projections, 1, 1)
  }

  private func compareAggregates(
    _ stored: Projection, _ computed: Projection, _ size: Int64
  ) -> Int {
    var buckets: [String: Int64] = [:]
    for (bucket, seq) in touched.buckets {
      buckets["\(bucket.account.text) \(bucket.item.product.text) \(bucket.item.lot)"] = seq
    }
    var count = compare("erased", stored.erased, computed.erased, size) { row in
      TableRow(key: row.digest, seq: row.seq, columns: ["\(row.seq)"])
    }
    count += compare("balance", stored.balances, computed.balances, size, sums: true) { row in
      let key = "\(row.account) \(row.product) \(row.lot)"
      return TableRow(key: key, seq: buckets[key], columns: ["\(row.quantity)"])
    }
    count += compare("container", stored.containers, computed.containers, size, sums: true) { row in
      TableRow(
        key: row.id, seq: touched.containers[row.id],
        columns: [
          row.product, row.lot, row.location, "\(row.size)", row.openedAt, row.beyondUse,
          row.status, "\(row.openedSeq)", row.endedSeq.map { "\($0)" } ?? "",
        ])
    }
    count += compare("draw", stored.draws, computed.draws, size, sums: true) { row in
      TableRow(
        key: row.id, seq: touched.draws[row.id],
        columns: [
          row.product, row.lot, row.container, row.holder, row.patient, row.drawnAt,
          "\(row.quantity)", "\(row.seq)",
        ])
    }
    count += compare("case_file", stored.cases, computed.cases, size, sums: true) { row in
      TableRow(
        key: row.id, seq: touched.cases[row.id],
        columns: [row.product, row.lot, "\(row.openedSeq)", row.openedAt, row.status])
    }
    return count
  }

  private func compare<Row>(
    _ table: String, _ stored: [Row], _ computed: [Row], _ size: Int64, sums: Bool = false,
    _ read: (Row) -> TableRow
  ) -> Int {
    var left: [String: TableRow] = [:]
    for row in stored.map(read) { left[row.key] = row }
    let wanted = computed.map(read)
    for row in wanted {
      guard let found = left.removeValue(forKey: row.key) else {
        report(
          Fault(.rowMissing, at: row.seq, "table \(table) lacks the row `\(row.key)`"), sums)
        continue
      }
      guard found.columns != row.columns else { continue }
      let differing = zip(found.columns, row.columns).first { $0 != $1 }
      report(
        Fault(
          .rowDifferent, at: row.seq,
          "table \(table), row `\(row.key)` is not what the entries say", stored: differing?.0,
          computed: differing?.1), sums)
    }
    for row in left.values.sorted(by: { $0.key < $1.key }) {
      let seq = row.seq.flatMap { (0..<max(1, size)).contains($0) ? $0 : nil }
      report(
        Fault(.rowExtra, at: seq, "table \(table) has a row `\(row.key)` that no entry made"),
        sums)
    }
    return wanted.count
  }

  private func report(_ fault: Fault, _ sums: Bool) {
    faultCount += 1
    faultsOfStage[.projections, default: 0] += 1
    guard faultsOfStage[.projections, default: 0] <= CoreLimits.faultsMax else { return }
    if sums { aggregates.append(fault) } else { derived.append(fault) }
  }
}
