internal import GRDB

/// A derived table, row by row as it lies in the file or as it should lie there.
///
/// Verification compares the two without decoding: a damaged value need not be text or a number.
package struct ProjectionTable: Sendable {
  /// Its name in the schema.
  package let name: String
  /// In the order of the schema.
  package let columns: [String]
  /// How many of the columns, the first ones, are the primary key.
  package let keys: Int
  /// Each with all columns.
  package let rows: [[RawValue]]
}

extension Projection {
  /// The rows that these will be stored as.
  package var tables: [[[RawValue]]] {
    [
      postings.map(\.values), balances.map(\.values), containers.map(\.values),
      draws.map(\.values), cases.map(\.values), journal.map(\.values), erased.map(\.values),
    ]
  }
}

extension Snapshot {
  /// Every derived table as stored, in the order of ``Projection/tables``.
  package func projectionTables() throws(StoreError) -> [ProjectionTable] {
    let kinds: [any ProjectionRow.Type] = [
      PostingRow.self, BalanceRow.self, ContainerRow.self, DrawRow.self, CaseRow.self,
      JournalRow.self, ErasedRow.self,
    ]
    return try kinds.map { (kind) throws(StoreError) in
      let info = try db.rows(
        "SELECT name FROM pragma_table_info(?) ORDER BY cid", [.string(kind.table)])
      return ProjectionTable(
        name: kind.table, columns: info.map { $0[0].text ?? "?" },
        keys: kind.key.split(separator: ",").count,
        rows: try db.rows("SELECT * FROM \(kind.table) ORDER BY \(kind.key)"))
    }
  }
}
