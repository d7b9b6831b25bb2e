internal import GRDB

extension Snapshot {
  /// What of the schema is not as this program ships it: each line names an object
  /// that is missing, changed or not ours. A doctored view lies to an inspector, and
  /// a dropped guard says that somebody was here.
  package func schemaDifferences() throws(StoreError) -> [String] {
    let ours = try SchemaObject.shipped(SchemaText.current)
    var lines = SchemaObject.differences(try SchemaObject.all(db), ours)
    if let vault {
      let shipped = try SchemaObject.shipped(SchemaText.vault1)
      lines += SchemaObject.differences(try SchemaObject.all(vault), shipped)
        .map { "vault: " + $0 }
    }
    return lines
  }

  /// The schema, one object after the other, as `current.sql` has it.
  package func schemaText() throws(StoreError) -> String {
    let rank = ["table": 0, "index": 1, "view": 2, "trigger": 3]
    return try SchemaObject.all(db).filter { !$0.sql.isEmpty }
      .sorted { (rank[$0.type] ?? 9, $0.name) < (rank[$1.type] ?? 9, $1.name) }
      .map { "\n" + $0.sql + ";\n" }.joined()
  }

  /// What SQLite finds wrong with the files; empty when nothing.
  package func integrityCheck() throws(StoreError) -> [String] {
    var lines = try integrity(db, "")
    if let vault { lines += try integrity(vault, "vault: ") }
    return lines
  }

  private func integrity(_ db: Database, _ prefix: String) throws(StoreError) -> [String] {
    let check = "PRAGMA integrity_check(\(StoreLimits.integrityFaultsMax))"
    var lines = try db.rows(check).map { $0[0].text ?? "unreadable" }.filter { $0 != "ok" }
    for row in try db.rows("PRAGMA foreign_key_check") {
      lines.append("a row of \(row[0].text ?? "?") refers to a missing row")
    }
    return lines.map { prefix + $0 }
  }
}

/// One row of `sqlite_schema`, without the page it begins on.
private struct SchemaObject: Hashable {
  let type: String
  let name: String
  let table: String
  /// Empty for what SQLite makes by itself.
  let sql: String

  static func all(_ db: Database) throws(StoreError) -> [SchemaObject] {
    try db.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
      .map { row in
        SchemaObject(
          type: row[0].text ?? "", name: row[1].text ?? "", table: row[2].text ?? "",
          sql: row[3].text ?? "")
      }
  }

  static func shipped(_ sql: String) throws(StoreError) -> [SchemaObject] {
    try typed("schema") {
      let queue = try DatabaseQueue()
      try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
      return try queue.read { try all($0) }
    }
  }

  static func differences(_ found: [SchemaObject], _ ours: [SchemaObject]) -> [String] {
    let added = Set(found).subtracting(ours)
    let gone = Set(ours).subtracting(found)
    let changed = Set(added.map(\.label)).intersection(gone.map(\.label))
    return changed.sorted().map { "\($0) is changed" }
      + gone.map(\.label).filter { !changed.contains($0) }.sorted().map { "\($0) is missing" }
      + added.map(\.label).filter { !changed.contains($0) }.sorted().map { "\($0) is not ours" }
  }

  private var label: String { "\(type) \(name)" }
}
