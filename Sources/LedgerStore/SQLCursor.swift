internal import CSQLite
internal import GRDB

/// A value as it lies in a table, of whatever storage class it has there.
package enum RawValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  /// Text as stored: it may not be UTF-8 in a damaged ledger.
  case text([UInt8])
  case blob([UInt8])

  /// The integer, if it is stored as one.
  package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  /// The bytes, if they are stored as a blob.
  package var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }
  /// The text, if it is stored as valid UTF-8 text.
  package var text: String? {
    if case .text(let value) = self { String(validating: value, as: UTF8.self) } else { nil }
  }
  /// Whether nothing is stored.
  package var isNull: Bool { self == .null }
}

extension RawValue {
  static func string(_ text: String) -> RawValue { .text(Array(text.utf8)) }
}

/// One prepared statement, stepped by hand.
///
/// GRDB decodes rows by trapping on surprises and costs 1.5x in a long scan; a
/// damaged ledger must be reported, not crashed on. So this room reads and writes
/// rows here, and leaves connections and transactions to GRDB.
///
/// Use only inside the closure that handed out the `Database`.
@safe final class SQLCursor {
  private let statement: OpaquePointer
  private let connection: OpaquePointer
  private let sql: String

  init(_ db: Database, _ sql: String, _ values: [RawValue] = []) throws(StoreError) {
    guard let connection = unsafe db.sqliteConnection else {
      throw StoreError(.io, "connection is closed")
    }
    var statement: OpaquePointer?
    let result = unsafe sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
    guard result == SQLITE_OK, let statement = unsafe statement else {
      let message = unsafe String(cString: sqlite3_errmsg(connection))
      throw StoreError.sqlite(
        unsafe sqlite3_extended_errcode(connection), message, SQLCursor.head(of: sql))
    }
    unsafe self.connection = connection
    unsafe self.statement = statement
    self.sql = sql
    try bind(values)
  }

  deinit { unsafe sqlite3_finalize(statement) }

  /// Starts over with other values.
  func bind(_ values: [RawValue]) throws(StoreError) {
    unsafe sqlite3_reset(statement)
    for (index, value) in values.enumerated() {
      let result = bind(value, at: Int32(index + 1))
      guard result == SQLITE_OK else { throw fault() }
    }
  }

  private func bind(_ value: RawValue, at index: Int32) -> Int32 {
    switch value {
    case .null: unsafe sqlite3_bind_null(statement, index)
    case .integer(let value): unsafe sqlite3_bind_int64(statement, index, value)
    case .real(let value): unsafe sqlite3_bind_double(statement, index, value)
    case .text(let bytes):
      unsafe bytes.withUnsafeBytes {
        unsafe custody_bind_text(statement, index, $0.baseAddress, Int32($0.count))
      }
    case .blob(let bytes):
      unsafe bytes.withUnsafeBytes {
        unsafe custody_bind_blob(statement, index, $0.baseAddress, Int32($0.count))
      }
    }
  }

  /// Moves to the next row; false after the last.
  func step() throws(StoreError) -> Bool {
    switch unsafe sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw fault()
    }
  }

  /// Runs once with these values, for a statement that yields no rows.
  func run(_ values: [RawValue] = []) throws(StoreError) {
    try bind(values)
    while try step() {}
    unsafe sqlite3_reset(statement)
  }

  /// The column as stored, without conversion.
  func value(_ column: Int32) -> RawValue {
    switch unsafe sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: .integer(unsafe sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: .real(unsafe sqlite3_column_double(statement, column))
    case SQLITE_TEXT: .text(bytes(column))
    case SQLITE_BLOB: .blob(bytes(column))
    default: .null
    }
  }

  var columns: Int32 { unsafe sqlite3_column_count(statement) }

  var row: [RawValue] { (0..<columns).map(value) }

  /// The bytes of a text or a blob.
  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(statement, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  func isBlob(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_BLOB
  }

  func isInteger(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_INTEGER
  }

  func isText(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_TEXT
  }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  /// An integer, converted as SQLite does when it is stored as something else.
  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

  private func fault() -> StoreError {
    let message = unsafe String(cString: sqlite3_errmsg(connection))
    return StoreError.sqlite(
      unsafe sqlite3_extended_errcode(connection), message, SQLCursor.head(of: sql))
  }

  /// The first words of a statement: they hold no values.
  private static func head(of sql: String) -> String {
    String(sql.prefix { $0 != "(" && $0 != "\n" }.prefix(60))
  }
}

extension Database {
  /// Every row, as stored.
  func rows(_ sql: String, _ values: [RawValue] = []) throws(StoreError) -> [[RawValue]] {
    let cursor = try SQLCursor(self, sql, values)
    var rows: [[RawValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  /// The first column of the first row.
  func first(_ sql: String, _ values: [RawValue] = []) throws(StoreError) -> RawValue? {
    let cursor = try SQLCursor(self, sql, values)
    return try cursor.step() ? cursor.value(0) : nil
  }

  /// Runs a statement that yields nothing.
  func run(_ sql: String, _ values: [RawValue] = []) throws(StoreError) {
    try SQLCursor(self, sql).run(values)
  }

  /// Folds the WAL into the file and cuts it to nothing; false when a reader or
  /// another writer is in the way after `wait` milliseconds.
  func truncateLog(wait: Int32) throws(StoreError) -> Bool {
    guard let connection = unsafe sqliteConnection else {
      throw StoreError(.io, "connection is closed")
    }
    unsafe sqlite3_busy_timeout(connection, wait)
    defer { unsafe sqlite3_busy_timeout(connection, StoreLimits.sqliteWaitMilliseconds) }
    let result = unsafe sqlite3_wal_checkpoint_v2(
      connection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    switch result & 0xff {
    case SQLITE_OK: return true
    case SQLITE_BUSY, SQLITE_LOCKED: return false
    default:
      let message = unsafe String(cString: sqlite3_errmsg(connection))
      throw StoreError.sqlite(result, message, "wal_checkpoint")
    }
  }
}
