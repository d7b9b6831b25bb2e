internal import GRDB
package import LedgerCore

/// One entry as stored, damaged or not.
package struct RawEntry: Sendable {
  /// What verification takes. Signatures are in order of the key's name.
  package let row: EntryRow
  /// Columns whose storage class is not the schema's: tamper evidence. Empty in a
  /// sound ledger.
  package let oddColumns: [String]

  /// The entry's number.
  package var seq: Int64 { row.seq }
  /// 32 bytes in a sound ledger.
  package var leaf: [UInt8] { row.leaf }
  /// Nil when redacted.
  package var body: [UInt8]? { row.body }
  /// In order of the key's name.
  package var signatures: [RawSignature] { row.signatures }
}

/// A signature row whose entry does not exist.
package struct StraySignature: Hashable, Sendable {
  /// The number it bears; nil when that is not an integer.
  package let seq: Int64?
  /// The rest of the row.
  package let signature: RawSignature
}

/// Everything in the folder as of one moment.
///
/// Use only inside the closure that received it. Values are handed out as stored:
/// a damaged ledger is reported by verification, so nothing here traps on one.
package struct Snapshot {
  let db: Database
  let vault: Database?

  /// The rows of `log`: exactly one in a sound ledger.
  /// Columns: id, origin, epoch, format, prior_note.
  package func logRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM log ORDER BY id")
  }

  /// The row of `log`.
  ///
  /// - Throws: ``StoreError/Code/corrupt`` when there is not exactly one sound row.
  package func log() throws(StoreError) -> LogRow {
    let rows = try logRows()
    guard rows.count == 1, rows[0].count == 5, let origin = rows[0][1].text,
      let epoch = rows[0][2].integer, let format = rows[0][3].text
    else { throw StoreError(.corrupt, "log") }
    return LogRow(origin: origin, epoch: epoch, format: format, priorNote: rows[0][4].text)
  }

  /// The number after the newest entry's; 0 in an empty ledger.
  package func size() throws(StoreError) -> Int64 {
    try db.first("SELECT coalesce(max(seq) + 1, 0) FROM entry")?.integer ?? 0
  }

  /// The rows of `entry`, counted: the same as ``size()`` in a sound ledger.
  package func entryCount() throws(StoreError) -> Int64 {
    try db.first("SELECT count(*) FROM entry")?.integer ?? 0
  }

  /// Hands out every entry of a range in order, with its signatures.
  package func forEachEntry(
    from first: Int64 = 0, through last: Int64? = nil, _ body: (RawEntry) throws -> Void
  ) throws {
    let range = [RawValue.integer(first), .integer(last ?? .max)]
    let entries = try SQLCursor(
      db, "SELECT seq, leaf, body FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq", range)
    let signatures = try SignatureCursor(db, range)
    while try entries.step() {
      let seq = entries.integer(0)
      var odd: [String] = []
      if !entries.isInteger(0) { odd.append("seq") }
      if !entries.isBlob(1) { odd.append("leaf") }
      if !entries.isBlob(2), !entries.isNull(2) { odd.append("body") }
      try body(
        RawEntry(
          row: EntryRow(
            seq: seq, leaf: entries.bytes(1),
            body: entries.isNull(2) ? nil : entries.bytes(2),
            signatures: try signatures.take(seq, odd: &odd)), oddColumns: odd))
    }
  }

  /// One entry with its signatures; nil when there is none.
  package func entry(_ seq: Int64) throws -> RawEntry? {
    var found: RawEntry?
    try forEachEntry(from: seq, through: seq) { found = $0 }
    return found
  }

  /// Entries of these types, in order: for key registers and other small readings.
  /// By way of `journal`, a projection: never for verification.
  package func forEachEntry(
    ofTypes types: [String], _ body: (RawEntry) throws -> Void
  ) throws {
    let marks = Array(repeating: "?", count: types.count).joined(separator: ",")
    let numbers = try db.rows(
      "SELECT seq FROM journal WHERE type IN (\(marks)) ORDER BY seq",
      types.map(RawValue.string))
    for row in numbers {
      if let seq = row[0].integer, let entry = try entry(seq) { try body(entry) }
    }
  }

  /// Signatures of entries that do not exist: tamper evidence.
  package func straySignatures() throws(StoreError) -> [StraySignature] {
    let rows = try db.rows(
      "SELECT seq, key, alg, sig FROM signature WHERE seq NOT IN (SELECT seq FROM entry) "
        + "ORDER BY seq, key")
    return rows.map { row in
      StraySignature(
        seq: row[0].integer,
        signature: RawSignature(
          key: row[1].text ?? "", algorithm: row[2].integer ?? -1, bytes: row[3].blob ?? []))
    }
  }

  /// Columns: level, idx, hash.
  package func subtreeRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM subtree ORDER BY level, idx")
  }

  /// Columns: size, root, note.
  package func checkpointRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM checkpoint ORDER BY size")
  }

  /// Columns: size, line.
  package func cosignatureRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM cosignature ORDER BY size, line")
  }

  /// Columns: id, size, kind, request, evidence.
  package func anchorRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM anchor ORDER BY id")
  }

  /// Columns: id, size, root, note. One row in a sound ledger with entries.
  package func headRows() throws(StoreError) -> [[RawValue]] {
    try db.rows("SELECT * FROM head ORDER BY id")
  }

  /// The head, when there is one and it is well formed.
  package func head() throws(StoreError) -> CheckpointRow? {
    let rows = try headRows()
    guard rows.count == 1 else { return nil }
    return CheckpointRow(stored: Array(rows[0].dropFirst()))
  }

  /// The checkpoints that are well formed, in order.
  package func checkpoints() throws(StoreError) -> [CheckpointRow] {
    try checkpointRows().compactMap(CheckpointRow.init(stored:))
  }

  /// Every derived row as stored, sorted by primary key.
  ///
  /// - Throws: ``StoreError/Code/corrupt`` when a value has another storage class.
  package func projection() throws(StoreError) -> Projection { try Projection.whole(db) }

  /// The number of rows in a table of evidence or projection, by its name in the
  /// schema; nil when there is no such table.
  package func count(_ table: String) throws(StoreError) -> Int64? {
    let known = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    guard try db.first(known, [.string(table)]) != nil else { return nil }
    return try db.first("SELECT count(*) FROM \"\(table)\"")?.integer
  }

  /// The frontier at a size, from subtree rows and tail leaves as stored.
  ///
  /// - Throws: ``StoreError/Code/headMismatch`` when one is missing or malformed.
  package func frontier(at size: Int64) throws(StoreError) -> Frontier {
    try Frontier(stored: db, size: size)
  }
}

// MARK: - The vault

extension Snapshot {
  /// Whether the folder has a vault.
  package var hasVault: Bool { vault != nil }

  /// How many openings the vault should hold, by the projections.
  package func expectedOpenings() throws(StoreError) -> Int64 {
    let made = try db.first("SELECT coalesce(sum(openings), 0) FROM journal")?.integer ?? 0
    let gone = try db.first("SELECT count(*) FROM erased")?.integer ?? 0
    return max(0, made - gone)
  }

  /// Every opening, in order of entry and digest.
  ///
  /// - Throws: ``StoreError/Code/vaultMissing(expected:)``. Nothing is missing when
  ///   none is expected.
  package func openings() throws(StoreError) -> [Opening] {
    try openings("SELECT digest, seq, field, disclosure FROM opening ORDER BY seq, digest", [])
  }

  /// The openings of one entry.
  package func openings(of seq: Int64) throws(StoreError) -> [Opening] {
    try openings(
      "SELECT digest, seq, field, disclosure FROM opening WHERE seq = ? ORDER BY digest",
      [.integer(seq)])
  }

  /// One opening; nil when it is erased or was never there.
  package func opening(digest: String) throws(StoreError) -> Opening? {
    try openings(
      "SELECT digest, seq, field, disclosure FROM opening WHERE digest = ?",
      [.string(digest)]
    ).first
  }

  /// The digests of every opening, sorted: to compare with the bodies.
  package func vaultDigests() throws(StoreError) -> [String] {
    try presentVault()?.rows("SELECT digest FROM opening ORDER BY digest")
      .map { $0[0].text ?? "" } ?? []
  }

  /// Whether erased openings are still in the vault's files; see
  /// ``StoreError/Code/erasurePending``.
  package func erasureIsPending() throws(StoreError) -> Bool {
    guard let vault else { return false }
    let ordered = try db.first("SELECT max(seq) FROM erased")?.integer ?? -1
    return ordered > (try Vault.erasedThrough(vault))
  }

  private func openings(
    _ sql: String, _ values: [RawValue]
  ) throws(StoreError) -> [Opening] {
    let rows = try presentVault()?.rows(sql, values) ?? []
    return try rows.map { (row) throws(StoreError) in
      guard let digest = row[0].text, let seq = row[1].integer, let name = row[2].text,
        let disclosure = row[3].text
      else { throw StoreError(.corrupt, "vault.db opening") }
      return Opening(digest: digest, seq: seq, name: name, disclosure: disclosure)
    }
  }

  private func presentVault() throws(StoreError) -> Database? {
    if let vault { return vault }
    let expected = try expectedOpenings()
    if expected > 0 { throw StoreError(.vaultMissing(expected: expected), "vault.db") }
    return nil
  }
}

extension CheckpointRow {
  /// From the columns size, root, note; nil when they are not what they should be.
  init?(stored row: [RawValue]) {
    guard row.count == 3, let size = row[0].integer, let root = row[1].blob.flatMap(Digest.init),
      let note = row[2].text
    else { return nil }
    self.init(size: size, root: root, note: note)
  }
}

/// Signatures in order of entry and key, taken by the entry they belong to.
private final class SignatureCursor {
  private let cursor: SQLCursor
  private var more: Bool

  init(_ db: Database, _ range: [RawValue]) throws(StoreError) {
    cursor = try SQLCursor(
      db,
      "SELECT seq, key, alg, sig FROM signature WHERE seq BETWEEN ? AND ? ORDER BY seq, key",
      range)
    more = try cursor.step()
  }

  /// The signatures of `seq`. Those of missing entries before it are passed over;
  /// ``Snapshot/straySignatures()`` has them.
  func take(_ seq: Int64, odd: inout [String]) throws(StoreError) -> [RawSignature] {
    var taken: [RawSignature] = []
    while more, cursor.integer(0) <= seq {
      if cursor.integer(0) == seq { taken.append(current(&odd)) }
      more = try cursor.step()
    }
    return taken
  }

  private func current(_ odd: inout [String]) -> RawSignature {
    if !cursor.isText(1) { odd.append("signature.key") }
    if !cursor.isInteger(2) { odd.append("signature.alg") }
    if !cursor.isBlob(3) { odd.append("signature.sig") }
    return RawSignature(
      key: String(decoding: cursor.bytes(1), as: UTF8.self),
      algorithm: cursor.integer(2), bytes: cursor.bytes(3))
  }
}
