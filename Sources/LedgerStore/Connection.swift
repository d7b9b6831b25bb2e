internal import CSQLite
internal import GRDB

/// How this program opens an SQLite file.
enum Connection {
  /// What a file must be before anything is done to it.
  struct Kind {
    let name: String
    let applicationID: Int64
    let version: Int64
    static let ledger = Kind(name: "ledger.db", applicationID: 0x4C44_4752, version: 1)
    static let vault = Kind(name: "vault.db", applicationID: 0x4C44_5654, version: 1)
    static let witness = Kind(name: "witness.db", applicationID: 0x4C44_5754, version: 1)
  }

  /// Opens an existing file for reading and writing, or for reading only.
  static func open(
    _ path: String, as kind: Kind, readOnly: Bool
  ) throws(StoreError) -> DatabaseQueue {
    try open(path, readOnly: readOnly) { db in
      // What is wrong is said of the file, not of the statement that found it out.
      do throws(StoreError) { try check(db, kind) } catch {
        throw StoreError(error.code, path, underlying: error)
      }
    }
  }

  /// Opens a file that may be new or empty, for ``LedgerStore/create(in:log:journal:_:)``.
  static func openNew(
    _ path: String, as kind: Kind, readOnly: Bool = false
  ) throws(StoreError) -> DatabaseQueue {
    try open(path, readOnly: readOnly) { db in
      let objects = try db.first("SELECT count(*) FROM sqlite_schema")?.integer
      guard objects == 0 else { throw StoreError(.exists, kind.name) }
    }
  }

  private static func open(
    _ path: String, readOnly: Bool, _ check: @escaping @Sendable (Database) throws -> Void
  ) throws(StoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(Double(StoreLimits.sqliteWaitMilliseconds) / 1_000)
    configuration.label = "custody"
    configuration.prepareDatabase { db in
      // The check comes first: a stranger's file is not touched, not even its mode.
      try check(db)
      try defend(db)
      if !readOnly { try makeDurable(db) }
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw StoreError.wrap(error, path) ?? StoreError(.io, path, underlying: error)
    }
  }

  private static func check(_ db: Database, _ kind: Kind) throws(StoreError) {
    let id = try db.first("PRAGMA application_id")?.integer
    guard id == kind.applicationID else { throw StoreError(.notALedger, kind.name) }
    let version = try db.first("PRAGMA user_version")?.integer ?? 0
    if version > kind.version { throw StoreError(.newerVersion(found: version), kind.name) }
    guard version == kind.version else { throw StoreError(.notALedger, kind.name) }
  }

  private static func defend(_ db: Database) throws(StoreError) {
    guard let connection = unsafe db.sqliteConnection,
      unsafe custody_defend(connection) == SQLITE_OK,
      unsafe custody_keep_wal(connection) == SQLITE_OK
    else { throw StoreError(.io, "sqlite3_db_config") }
    for pragma in ["foreign_keys", "recursive_triggers", "cell_size_check"] {
      try db.run("PRAGMA \(pragma) = ON")
      try expect(db, pragma, .integer(1))
    }
  }

  /// Acknowledged is durable: every COMMIT syncs the WAL. Both settings are read
  /// back, because SQLite answers a refusal with the old value and no error.
  private static func makeDurable(_ db: Database) throws(StoreError) {
    guard try db.first("PRAGMA journal_mode = WAL")?.text == "wal" else {
      throw StoreError(.io, "journal_mode is not wal")
    }
    try db.run("PRAGMA synchronous = FULL")
    try expect(db, "synchronous", .integer(2))
    try db.run("PRAGMA secure_delete = ON")
    try expect(db, "secure_delete", .integer(1))
    // We fold the WAL ourselves, after the lock's work is done.
    try db.run("PRAGMA wal_autocheckpoint = 0")
  }

  private static func expect(
    _ db: Database, _ pragma: String, _ wanted: RawValue
  ) throws(StoreError) {
    let found = try db.first("PRAGMA \(pragma)")
    guard found == wanted else { throw StoreError(.io, "\(pragma) cannot be set") }
  }
}
