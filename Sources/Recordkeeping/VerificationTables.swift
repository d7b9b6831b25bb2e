import Dispensary
import LedgerCore
import LedgerStore

extension Examination {
  /// The derived tables against the entries: what is queried must be what was hashed.
  func checkProjections(_ size: Int64) {
    progress(.projections, 0, 1)
    let computed = Projecting.whole(state, journal: journal).tables
    let tables = attempt(.projections, "a derived table") { try snapshot.projectionTables() }
    guard let tables else {
      texts[.projections] = "not read"
      return
    }
    var count = 0
    for (table, wanted) in zip(tables, computed) {
      let single = ["posting", "journal", "erased"].contains(table.name)
      // What entries say that could not be folded is not known; they have their faults already.
      if unfolded != nil && (!single || table.name == "erased") { continue }
      compare(table, wanted, size, sums: !single)
      count += wanted.count
    }
    let rest = unfolded.map { ", and none from entry \($0) on" } ?? ""
    texts[.projections] =
      counted(Int64(count), "row", "rows") + " compared with the entries" + rest
    progress(.projections, 1, 1)
  }

  private func compare(
    _ table: ProjectionTable, _ wanted: [[RawValue]], _ size: Int64, sums: Bool
  ) {
    var left: [[RawValue]: [RawValue]] = [:]
    for row in table.rows { left[Array(row.prefix(table.keys))] = row }
    for row in wanted {
      let key = Array(row.prefix(table.keys))
      let name = key.map(\.shown).joined(separator: " ")
      guard let found = left.removeValue(forKey: key) else {
        report(
          Fault(.rowMissing, at: entry(of: row, table), "table \(table.name) lacks `\(name)`"),
          sums)
        continue
      }
      guard found != row else { continue }
      let at = zip(found, row).enumerated().first { $0.element.0 != $0.element.1 }
      let column = at.map {
        table.columns.indices.contains($0.offset) ? table.columns[$0.offset] : "?"
      }
      report(
        Fault(
          .rowDifferent, at: entry(of: row, table),
          "`\(column ?? "?")` of `\(name)` in table \(table.name) is not what the entries say",
          stored: at?.element.0.shown, computed: at?.element.1.shown), sums)
    }
    for (key, row) in left.sorted(by: {
      $0.key.map(\.shown).lexicographicallyPrecedes($1.key.map(\.shown))
    }) {
      // A row for an entry that could not be folded may be right.
      let seq = entry(of: row, table)
      if let unfolded, let seq, seq >= unfolded { continue }
      report(
        Fault(
          .rowExtra, at: seq.flatMap { (0..<max(1, size)).contains($0) ? $0 : nil },
          "table \(table.name) has `\(key.map(\.shown).joined(separator: " "))`, which no entry made"
        ),
        sums)
    }
  }

  /// The entry to name for a row: its own, or the last one that changed what it sums up.
  private func entry(of row: [RawValue], _ table: ProjectionTable) -> Int64? {
    let id = row.first?.shown ?? ""
    return switch table.name {
    case "posting", "journal": row.first?.integer
    case "erased": row.count > 1 ? row[1].integer : nil
    case "balance": touched.balances[row.prefix(3).map(\.shown).joined(separator: " ")]
    case "container": touched.containers[id]
    case "draw": touched.draws[id]
    default: touched.cases[id]
    }
  }

  private func report(_ fault: Fault, _ sums: Bool) {
    faultCount += 1
    faultsOfStage[.projections, default: 0] += 1
    guard faultsOfStage[.projections, default: 0] <= CoreLimits.faultsMax else { return }
    if sums { aggregates.append(fault) } else { derived.append(fault) }
  }
}
