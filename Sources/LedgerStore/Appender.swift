internal import GRDB
package import LedgerCore
package import Notation

/// The end of the ledger, read under the lock.
package struct Tip: Sendable {
  /// The number of the next entry.
  package let size: Int64
  /// The leaf of the newest entry; nil in an empty ledger.
  package let lastLeaf: Digest?
  /// `ts` of the newest entry that has a body; nil in an empty ledger.
  package let lastTS: Instant?
  /// The right edge of the tree; its root is the head's.
  package let frontier: Frontier
  /// Nil in an empty ledger.
  package let head: CheckpointRow?
  /// The newest promoted head, and `ts` of the newest entry it covers.
  package let lastCheckpoint: (size: Int64, ts: Instant?)?
}

/// The hand that writes. Exists only under the lock and inside one transaction.
package final class Appender {
  private let db: Database
  private let vault: Database?
  private let crash: CrashHook

  /// Where the next batch begins. Moves with every ``append(_:)``.
  package private(set) var tip: Tip

  private(set) var firstNew: Entry?
  private(set) var erasesOpenings = false
  private(set) var redacts = false

  /// Reads the tip and checks that the head is the head of the entries.
  ///
  /// - Throws: ``StoreError/Code/headMismatch``; then nobody may append.
  init(_ db: Database, vault: Database?, crash: @escaping CrashHook) throws(StoreError) {
    self.db = db
    self.vault = vault
    self.crash = crash
    tip = try Tip(stored: db)
  }

  /// Everything in the folder, as this transaction sees it.
  package var snapshot: Snapshot { Snapshot(db: db, vault: vault) }

  /// Adds one act: entries, signatures, subtrees, checkpoint, head, openings, rows.
  ///
  /// What was written is read back from the database and hashed again before the
  /// caller may commit.
  ///
  /// - Throws: ``StoreError/Code/headMoved(expected:actual:)`` when the batch was
  ///   made for another tip, ``StoreError/Code/batchRefused`` when it contradicts
  ///   itself, ``StoreError/Code/guarded``, ``StoreError/Code/diskFull``. After any
  ///   of them the whole write must end; ``LedgerStore/write(timeoutSeconds:withoutVault:_:)``
  ///   sees to that when the error is passed on.
  package func append(_ batch: Batch) throws {
    guard let first = batch.entries.first else {
      throw StoreError(.batchRefused, "no entries")
    }
    guard first.seq == tip.size else {
      throw StoreError(.headMoved(expected: first.seq, actual: tip.size), "append")
    }
    // 1. The guards admit signatures only for the newest entry: each entry is
    //    followed by its own.
    try insertEntries(batch.entries)
    // 2. What is derived from the leaves.
    try insertTree(batch)
    // 3. Bodies under a `redact` entry of this batch go.
    try redact(batch.redacted)
    try insertAnchors(batch.anchors)
    try batch.projection.apply(to: db)
    try crash(.afterLedgerInsert)
    // 4. The values, into the other file.
    try insertOpenings(batch.openings)
    try crash(.afterVaultInsert)
    // 5. A second reading of the rows just written decides.
    tip = try reread(batch)
    if firstNew == nil { firstNew = first }
    if !batch.projection.erased.isEmpty { erasesOpenings = true }
  }

  /// Empties the derived tables and fills them with these rows.
  package func replaceProjection(_ whole: Projection) throws(StoreError) {
    try Projection.clear(db)
    try whole.apply(to: db)
  }

  /// Adds a witness's signature line to a checkpoint.
  package func addCosignature(size: Int64, line: String) throws(StoreError) {
    try db.run("INSERT INTO cosignature VALUES (?, ?)", [.integer(size), .string(line)])
  }

  /// Adds outside evidence for a checkpoint, under the next number, from 1.
  package func insertAnchor(
    kind: String, size: RawValue, request: [UInt8]?, evidence: [UInt8]
  ) throws(StoreError) {
    try db.run(
      "INSERT INTO anchor VALUES ((SELECT coalesce(max(id) + 1, 1) FROM anchor), ?, ?, ?, ?)",
      [size, .string(kind), request.map(RawValue.blob) ?? .null, .blob(evidence)])
  }

  /// Keeps the head as it stands.
  func insertCheckpoint(_ row: CheckpointRow) throws(StoreError) {
    try db.run("INSERT INTO checkpoint VALUES (?, ?, ?)", row.values)
    tip = try Tip(stored: db)
  }

  // MARK: - The steps of append

  private func insertEntries(_ entries: [Entry]) throws(StoreError) {
    let entry = try SQLCursor(db, "INSERT INTO entry VALUES (?, ?, ?)")
    let signature = try SQLCursor(db, "INSERT INTO signature VALUES (?, ?, ?, ?)")
    for item in entries {
      try entry.run([.integer(item.seq), .blob(item.leaf.bytes), .blob(item.body)])
      for one in item.signatures {
        try signature.run([
          .integer(item.seq), .string(one.key.text), .integer(Int64(one.algorithm.rawValue)),
          .blob(one.bytes),
        ])
      }
    }
  }

  private func insertTree(_ batch: Batch) throws(StoreError) {
    for row in batch.subtrees {
      try db.run(
        "INSERT INTO subtree VALUES (?, ?, ?)",
        [.integer(Int64(row.level)), .integer(row.index), .blob(row.hash.bytes)])
    }
    if let row = batch.checkpoint {
      try db.run("INSERT INTO checkpoint VALUES (?, ?, ?)", row.values)
    }
    let statement =
      tip.head == nil
      ? "INSERT INTO head (size, root, note, id) VALUES (?, ?, ?, 1)"
      : "UPDATE head SET size = ?, root = ?, note = ? WHERE id = 1"
    try db.run(statement, batch.head.values)
  }

  private func redact(_ numbers: [Int64]) throws(StoreError) {
    let update = "UPDATE entry SET body = NULL WHERE seq = ? AND body IS NOT NULL"
    for seq in numbers { try db.run(update, [.integer(seq)]) }
    if !numbers.isEmpty { redacts = true }
  }

  private func insertOpenings(_ openings: [Opening]) throws {
    guard !openings.isEmpty else { return }
    guard let vault else {
      throw StoreError(.vaultMissing(expected: try snapshot.expectedOpenings()), "vault.db")
    }
    if !vault.isInsideTransaction { try vault.beginTransaction(.immediate) }
    try Vault.insert(openings, into: vault)
  }

  private func reread(_ batch: Batch) throws(StoreError) -> Tip {
    var frontier = tip.frontier
    var completed: [SubtreeRow] = []
    let redacted = Set(batch.redacted)
    let rows = try SQLCursor(
      db, "SELECT seq, leaf, body FROM entry WHERE seq >= ? ORDER BY seq",
      [.integer(tip.size)])
    var leaf = tip.lastLeaf
    while try rows.step() {
      let seq = rows.integer(0)
      guard seq == frontier.size, let stored = Digest(rows.bytes(1)),
        redacted.contains(seq) || SHA256.leaf(rows.bytes(2)) == stored
      else { throw StoreError(.batchRefused, "leaf of entry \(seq)") }
      completed += frontier.append(stored)
      leaf = stored
      if let promoted = batch.checkpoint, promoted.size == frontier.size,
        promoted.root != frontier.root
      {
        throw StoreError(.batchRefused, "root of the checkpoint")
      }
    }
    guard completed == batch.subtrees else { throw StoreError(.batchRefused, "subtrees") }
    guard batch.head.size == frontier.size, batch.head.root == frontier.root else {
      throw StoreError(.batchRefused, "root of the head")
    }
    return try Tip(db, size: frontier.size, lastLeaf: leaf, frontier, head: batch.head)
  }
}

extension CheckpointRow {
  var values: [RawValue] { [.integer(size), .blob(root.bytes), .string(note)] }
}

extension Tip {
  /// From what is stored, checked against the head.
  init(stored db: Database) throws(StoreError) {
    let size = try db.first("SELECT coalesce(max(seq) + 1, 0) FROM entry")?.integer ?? 0
    let rows = try db.rows("SELECT size, root, note FROM head")
    let frontier = try Frontier(stored: db, size: size)
    let head = rows.first.flatMap(CheckpointRow.init(stored:))
    let agrees = size == 0 ? rows.isEmpty : head?.size == size && head?.root == frontier.root
    guard agrees, rows.count <= 1 else { throw StoreError(.headMismatch, "head") }
    let leaf = try db.first("SELECT leaf FROM entry WHERE seq = ?", [.integer(size - 1)])
    try self.init(
      db, size: size, lastLeaf: leaf?.blob.flatMap(Digest.init), frontier, head: head)
  }

  init(
    _ db: Database, size: Int64, lastLeaf: Digest?, _ frontier: Frontier,
    head: CheckpointRow?
  ) throws(StoreError) {
    self.size = size
    self.lastLeaf = lastLeaf
    self.frontier = frontier
    self.head = head
    lastTS = try Tip.ts(db, through: size - 1)
    if let covered = try db.first("SELECT max(size) FROM checkpoint")?.integer {
      lastCheckpoint = (covered, try Tip.ts(db, through: covered - 1))
    } else {
      lastCheckpoint = nil
    }
  }

  /// `ts` of the newest entry up to a number that still has its body.
  private static func ts(_ db: Database, through seq: Int64) throws(StoreError) -> Instant? {
    let sql =
      "SELECT json_extract(CAST(body AS TEXT), '$.ts') FROM entry "
      + "WHERE seq <= ? AND body IS NOT NULL ORDER BY seq DESC LIMIT 1"
    return try db.first(sql, [.integer(seq)])?.text.flatMap { Instant($0) }
  }
}

extension Frontier {
  /// The right edge at a size, from the stored subtrees and the leaves after them.
  init(stored db: Database, size: Int64) throws(StoreError) {
    let subtree = try SQLCursor(db, "SELECT hash FROM subtree WHERE level = ? AND idx = ?")
    let leaf = try SQLCursor(db, "SELECT leaf FROM entry WHERE seq = ?")
    func digest(_ cursor: SQLCursor, _ values: [RawValue]) throws(StoreError) -> Digest? {
      try cursor.bind(values)
      return try cursor.step() ? cursor.value(0).blob.flatMap(Digest.init) : nil
    }
    do {
      try self.init(
        size: size,
        subtree: { try digest(subtree, [.integer(Int64($0)), .integer($1)]) },
        leaf: { try digest(leaf, [.integer($0)]) })
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.headMismatch, "the tree at \(size)", underlying: error)
    }
  }
}
