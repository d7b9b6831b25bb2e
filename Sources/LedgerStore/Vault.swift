internal import GRDB

/// The second file: the values behind the digests, and their erasure.
enum Vault {
  /// Opens the vault of this ledger; nil when there is none, or only a file without
  /// tables that a crash left. Whose it is is not asked when the ledger's own origin
  /// cannot be read.
  static func open(
    _ path: String, origin: String?, readOnly: Bool
  ) throws(StoreError) -> DatabaseQueue? {
    guard Medium.exists(path) else { return nil }
    let queue: DatabaseQueue
    do {
      queue = try Connection.open(path, as: .vault, readOnly: readOnly)
    } catch  where error.code == .notALedger {
      if (try? Connection.openNew(path, as: .vault, readOnly: readOnly)) != nil { return nil }
      throw error
    }
    let owner = try typed("vault.db") { try queue.read { try $0.first(Vault.owner)?.text } }
    guard origin == nil || owner == origin else { throw StoreError(.foreignVault, path) }
    return queue
  }

  /// Makes an empty vault, or finishes making one that a crash left without tables.
  static func create(_ path: String, origin: String) throws(StoreError) -> DatabaseQueue {
    try Medium.makeFile(path, mode: 0o600)
    let queue = try Connection.openNew(path, as: .vault)
    try typed("vault.db") {
      try queue.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          try db.execute(sql: SchemaText.vault1)
          try db.run("INSERT INTO vault VALUES (1, ?, -1)", [.string(origin)])
          return .commit
        }
        _ = try db.truncateLog(wait: 0)
      }
    }
    return queue
  }

  private static let owner = "SELECT origin FROM vault"

  static func insert(_ openings: [Opening], into db: Database) throws(StoreError) {
    let insert = try SQLCursor(db, "INSERT INTO opening VALUES (?, ?, ?, ?)")
    for opening in openings {
      try insert.run([
        .string(opening.digest), .integer(opening.seq), .string(opening.name),
        .string(opening.disclosure),
      ])
    }
  }

  /// Removes openings of entries that never came to be: the vault is committed
  /// first, so a crash before the ledger's COMMIT leaves them.
  static func removeOrphans(_ db: Database, size: Int64) throws(StoreError) {
    let after = [RawValue.integer(size)]
    guard try db.first("SELECT 1 FROM opening WHERE seq >= ? LIMIT 1", after) != nil
    else { return }
    try db.run("DELETE FROM opening WHERE seq >= ?", after)
    _ = try db.truncateLog(wait: 0)
  }

  /// The entry through which every erasure is done to the last byte; -1 for none.
  static func erasedThrough(_ db: Database) throws(StoreError) -> Int64 {
    try db.first("SELECT erased_through FROM vault")?.integer ?? -1
  }

  /// Erases openings so that no byte of them is left in either file of the vault.
  ///
  /// `secure_delete` alone leaves copies behind where SQLite has moved cells within
  /// a page, so the file is written anew; then the WAL, which still holds the old
  /// pages, is folded and cut. A reader prevents the last step.
  ///
  /// - Returns: false when a reader blocks it. Running it again finishes it.
  static func erase(
    _ digests: [String], through seq: Int64, _ db: Database, wait: Int32, crash: CrashHook
  ) throws -> Bool {
    try db.inTransaction(.immediate) {
      let delete = try SQLCursor(db, "DELETE FROM opening WHERE digest = ?")
      for digest in digests { try delete.run([.string(digest)]) }
      return .commit
    }
    try crash(.afterVaultDelete)
    // VACUUM builds the new file in a temporary one: never on disk, it holds values.
    try db.run("PRAGMA temp_store = MEMORY")
    try db.run("VACUUM")
    try crash(.afterVaultVacuum)
    guard try db.truncateLog(wait: wait) else { return false }
    try crash(.afterVaultTruncate)
    // Only now: until this is written, every locked open repeats the whole of it.
    try db.run("UPDATE vault SET erased_through = ?", [.integer(seq)])
    return true
  }
}

/// Runs SQLite work and gives what fails as an error of this room.
func typed<T>(_ context: String, _ body: () throws -> T) throws(StoreError) -> T {
  do {
    return try body()
  } catch {
    throw StoreError.wrap(error, context) ?? StoreError(.io, context, underlying: error)
  }
}
