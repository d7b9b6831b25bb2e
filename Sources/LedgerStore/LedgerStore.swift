internal import GRDB
package import LedgerCore

/// One ledger's folder: `ledger.db`, `vault.db`, `ledger.lock`.
///
///     let store = try LedgerStore.open(in: folder, readOnly: false, journal: state)
///     try store.write { appender in try appender.append(batch) }
///     let size = try store.read { try $0.size() }
///
/// Writers take turns by a lock file; readers see the moment at which they began
/// and wait for nobody. Not `Sendable`: one task at a time uses a store, and each
/// opens its own.
package final class LedgerStore {
  /// The ledger's folder.
  package let directory: String

  /// Whether the folder is read through a copy, because it cannot be written.
  package let readsCopy: Bool

  /// What went wrong after an entry was safely recorded, without harm to it: the
  /// journal of heads could not be written, an older erasure is still blocked.
  package private(set) var warnings: [StoreError] = []

  /// Where the files are: the folder, or a copy of it.
  private let files: String
  private let readOnly: Bool
  private let journal: String?
  private let origin: String
  private let ledger: DatabaseQueue
  private var vault: DatabaseQueue?
  private let crash: CrashHook

  private init(
    directory: String, files: String, readOnly: Bool, journal: String?, origin: String,
    ledger: DatabaseQueue, vault: DatabaseQueue?, crash: @escaping CrashHook
  ) {
    self.directory = directory
    self.files = files
    self.readOnly = readOnly
    self.journal = journal
    self.origin = origin
    self.ledger = ledger
    self.vault = vault
    self.crash = crash
    readsCopy = files != directory
  }
}

// MARK: - Making and opening

extension LedgerStore {
  /// Makes a new ledger, with its first entries in the same transaction.
  ///
  /// The folder is made if need be; what else is in it is left alone. A crash leaves
  /// either nothing that counts as a ledger, or all of it.
  ///
  /// - Parameters:
  ///   - journal: the folder of the journals of heads, outside `directory`; nil for none.
  ///   - body: appends the first batch.
  /// - Throws: ``StoreError/Code/exists`` where there is a ledger, and what
  ///   ``write(timeoutSeconds:withoutVault:_:)`` throws.
  package static func create(
    in directory: String, log: LogRow, journal: String? = nil,
    _ body: (Appender) throws -> Void = { _ in }, crash: @escaping CrashHook = { _ in }
  ) throws -> LedgerStore {
    try Medium.makeDirectories(directory)
    if let refusal = Medium.refusal(directory) { throw StoreError.system(refusal, directory) }
    let (path, lock) = (directory + "/ledger.db", directory + "/ledger.lock")
    return try LockFile.hold(lock, exclusive: true, milliseconds: lockMilliseconds) {
      try Medium.requireSpace(directory)
      let ledger = try newLedger(path)
      let vault = try newVault(directory + "/vault.db", origin: log.origin)
      let store = LedgerStore(
        directory: directory, files: directory, readOnly: false, journal: journal,
        origin: log.origin, ledger: ledger, vault: vault, crash: crash)
      try store.transaction(prepare: { db in try addSchema(db, log) }, body)
      try ledger.writeWithoutTransaction { _ = try $0.truncateLog(wait: 0) }
      try Medium.syncDirectory(directory)
      return store
    }
  }

  private static var lockMilliseconds: Int { StoreLimits.lockSeconds * 1_000 }

  private static func newLedger(_ path: String) throws(StoreError) -> DatabaseQueue {
    do {
      return try Connection.openNew(path, as: .ledger)
    } catch  where error.code == .notALedger {
      // Some other file bears the name: it is not ours to write over.
      throw StoreError(.exists, path, underlying: error)
    }
  }

  private static func newVault(
    _ path: String, origin: String
  ) throws(StoreError) -> DatabaseQueue {
    // One may be left by a `create` that ended before its COMMIT; that of another
    // ledger is refused.
    if let left = try Vault.open(path, origin: origin, readOnly: false) { return left }
    return try Vault.create(path, origin: origin)
  }

  private static func addSchema(_ db: Database, _ log: LogRow) throws {
    try db.execute(sql: SchemaText.migration1)
    try db.run(
      "INSERT INTO log VALUES (1, ?, ?, ?, ?)",
      [
        .string(log.origin), .integer(log.epoch), .string(log.format),
        log.priorNote.map(RawValue.string) ?? .null,
      ])
  }

  /// Opens a ledger.
  ///
  /// A folder that cannot be written is read through a copy of its files in
  /// `temporary`, taken under the lock where there is one; a database with a WAL
  /// cannot be read in place without writing beside it.
  ///
  /// - Parameters:
  ///   - readOnly: promises that ``write(timeoutSeconds:withoutVault:_:)`` is not called.
  ///   - journal: the folder of the journals of heads, outside `directory`; nil for none.
  ///   - temporary: where a copy may be made.
  /// - Throws: ``StoreError/Code/noLedger``, ``StoreError/Code/notALedger``,
  ///   ``StoreError/Code/newerVersion(found:)``, ``StoreError/Code/readOnlyMedium``,
  ///   ``StoreError/Code/permissionDenied``, ``StoreError/Code/foreignVault``,
  ///   ``StoreError/Code/corrupt``, ``StoreError/Code/io``.
  package static func open(
    in directory: String, readOnly: Bool, journal: String? = nil,
    temporary: String = "/tmp", crash: @escaping CrashHook = { _ in }
  ) throws(StoreError) -> LedgerStore {
    try Medium.requireReadable(directory + "/ledger.db")
    guard let refusal = Medium.refusal(directory) else {
      return try open(
        directory, files: directory, readOnly: readOnly, journal: journal, crash: crash)
    }
    guard readOnly else { throw StoreError.system(refusal, directory) }
    let copy = try Medium.makeTemporary(in: temporary)
    // The copies hold patients' values: their names go at once, and their bytes with
    // the last descriptor, however this process ends.
    defer { removeCopy(copy) }
    try copyFiles(directory, to: copy)
    let store = try open(
      directory, files: copy, readOnly: true, journal: journal, crash: crash)
    // A first reading opens every file that later ones use.
    try LedgerStore.opened { try store.read { _ = try $0.size() } }
    return store
  }

  private static func open(
    _ directory: String, files: String, readOnly: Bool, journal: String?,
    crash: @escaping CrashHook
  ) throws(StoreError) -> LedgerStore {
    let ledger = try Connection.open(files + "/ledger.db", as: .ledger, readOnly: readOnly)
    let log = try opened { try ledger.read { try Snapshot(db: $0, vault: nil).logRows() } }
    // A damaged row is for verification to report: it needs a store to read with.
    let origin = log.first.flatMap { $0.count > 1 ? $0[1].text : nil }
    let vault = try openVault(files + "/vault.db", ledger, origin: origin, readOnly: readOnly)
    return LedgerStore(
      directory: directory, files: files, readOnly: readOnly, journal: journal,
      origin: origin ?? "", ledger: ledger, vault: vault, crash: crash)
  }

  /// The vault of the ledger as table `log` names it or, for a reader, as entry 0 does: a `log` row
  /// that was edited is for verification to report, and must not keep it from looking.
  private static func openVault(
    _ path: String, _ ledger: DatabaseQueue, origin: String?, readOnly: Bool
  ) throws(StoreError) -> DatabaseQueue? {
    do {
      return try Vault.open(path, origin: origin, readOnly: readOnly)
    } catch  where readOnly && error.code == .foreignVault {
      let sql = "SELECT json_extract(CAST(body AS TEXT), '$.origin') FROM entry WHERE seq = 0"
      let first = (try? ledger.read { try $0.first(sql)?.text }) ?? nil
      guard let first, first != origin else { throw error }
      return try Vault.open(path, origin: first, readOnly: true)
    }
  }

  private static func opened<T>(_ body: () throws -> T) throws(StoreError) -> T {
    try typed("ledger.db", body)
  }

  private static let copied = ["ledger.db", "ledger.db-wal", "vault.db", "vault.db-wal"]

  private static func copyFiles(_ from: String, to: String) throws(StoreError) {
    func all() throws(StoreError) {
      for name in copied { try Medium.copy("\(from)/\(name)", to: "\(to)/\(name)") }
    }
    let lock = from + "/ledger.lock"
    guard Medium.exists(lock) else { return try all() }
    try opened {
      try LockFile.hold(lock, exclusive: false, milliseconds: lockMilliseconds, all)
    }
  }

  private static func removeCopy(_ directory: String) {
    for name in copied + ["ledger.db-shm", "vault.db-shm"] {
      Medium.remove("\(directory)/\(name)")
    }
    Medium.removeDirectory(directory)
  }
}

// MARK: - Reading

extension LedgerStore {
  /// Reads everything as of one moment. Waits for no writer.
  ///
  /// The vault's moment is a little later than the ledger's: an opening may be there
  /// whose entry is not, or gone though the entry that erases it is not seen.
  package func read<T>(_ body: (Snapshot) throws -> T) throws -> T {
    guard let vault else {
      return try ledger.read { try body(Snapshot(db: $0, vault: nil)) }
    }
    return try ledger.read { db in
      try vault.read { try body(Snapshot(db: db, vault: $0)) }
    }
  }

  /// Compares the ledger with the journal of heads kept outside its folder.
  ///
  /// - Throws: ``StoreError/Code/rolledBack(ledgerSize:journalSize:)``,
  ///   ``StoreError/Code/forked(size:)``.
  package func checkHeadJournal(_ snapshot: Snapshot) throws(StoreError) {
    guard let journal = headJournal, let last = try journal.last() else { return }
    let size = try snapshot.size()
    guard last.size <= size else {
      throw StoreError(.rolledBack(ledgerSize: size, journalSize: last.size), directory)
    }
    guard try snapshot.frontier(at: last.size).root == last.root else {
      throw StoreError(.forked(size: last.size), directory)
    }
  }

  /// The newest head that this machine has seen, where it keeps a journal. Whoever compares it with
  /// a snapshot reads it before the snapshot: in between, another process may append.
  package func lastSeenHead() throws(StoreError) -> (size: Int64, root: Digest)? {
    try headJournal?.last().map { ($0.size, $0.root) }
  }

  private var headJournal: HeadJournal? {
    guard let journal, !origin.isEmpty else { return nil }
    return HeadJournal(directory: journal, origin: origin)
  }
}

// MARK: - Writing

extension LedgerStore {
  /// Runs one act under the lock and makes it durable, or records nothing of it.
  ///
  /// - Parameters:
  ///   - timeoutSeconds: how long to wait for the lock.
  ///   - withoutVault: whether a missing vault is replaced by an empty one instead
  ///     of being an error.
  ///   - body: reads the tip and appends. It is called at most once, never waits for a
  ///     person, and reads by ``Appender/snapshot``: ``read(_:)`` within it would trap.
  /// - Throws: what `body` throws, with nothing recorded;
  ///   ``StoreError/Code/busy(holder:)``, ``StoreError/Code/diskFull``,
  ///   ``StoreError/Code/headMismatch``, ``StoreError/Code/rolledBack(ledgerSize:journalSize:)``,
  ///   ``StoreError/Code/forked(size:)``, ``StoreError/Code/vaultMissing(expected:)``
  ///   with nothing recorded; ``StoreError/Code/commitUncertain(exists:)``; and
  ///   ``StoreError/Code/erasurePending`` or ``StoreError/Code/redactionPending``
  ///   with everything recorded.
  package func write<T>(
    timeoutSeconds: Int = StoreLimits.lockSeconds, withoutVault: Bool = false,
    _ body: (Appender) throws -> T
  ) throws -> T {
    guard !readOnly else { throw StoreError(.readOnlyMedium, directory) }
    warnings = []
    return try LockFile.hold(
      directory + "/ledger.lock", exclusive: true, milliseconds: timeoutSeconds * 1_000
    ) {
      try makeRoom()
      try prepareVault(withoutVault: withoutVault)
      try tidy()
      try crash(.afterTidy)
      return try transaction(prepare: { _ in }, body)
    }
  }

  /// Asks for free space, and first folds the WALs when there is too little: one that
  /// a failed act has filled a disk with keeps its size until then.
  private func makeRoom() throws {
    if (try? Medium.requireSpace(directory)) != nil { return }
    for queue in [ledger, vault] {
      try? queue?.writeWithoutTransaction { _ = try $0.truncateLog(wait: 0) }
    }
    try Medium.requireSpace(directory)
  }

  private func prepareVault(withoutVault: Bool) throws(StoreError) {
    let path = directory + "/vault.db"
    if Medium.exists(path), vault != nil { return }
    vault = try Vault.open(path, origin: origin, readOnly: false)
    if vault != nil { return }
    let expected = try LedgerStore.opened {
      try ledger.read { try Snapshot(db: $0, vault: nil).expectedOpenings() }
    }
    guard expected == 0 || withoutVault else {
      throw StoreError(.vaultMissing(expected: expected), path)
    }
    vault = try Vault.create(path, origin: origin)
  }

  /// Finishes what a crash or a reader has interrupted.
  private func tidy() throws {
    guard let vault else { return }
    let size = try ledger.read { try Snapshot(db: $0, vault: nil).size() }
    try vault.writeWithoutTransaction { try Vault.removeOrphans($0, size: size) }
    // A reader that still blocks an older erasure does not stop recording.
    if try !finishErasures(wait: 0) { warnings.append(StoreError(.erasurePending, "vault.db")) }
    if try !finishRedaction(wait: 0) {
      warnings.append(StoreError(.redactionPending, "ledger.db"))
    }
  }

  /// One act. The order of its steps is what a crash is judged by.
  private func transaction<T>(
    prepare: (Database) throws -> Void, _ body: (Appender) throws -> T
  ) throws -> T {
    guard let vault else { throw StoreError(.vaultMissing(expected: 0), "vault.db") }
    let (result, appender) = try vault.writeWithoutTransaction { vault in
      try ledger.writeWithoutTransaction { db in
        do {
          try db.beginTransaction(.immediate)
          try prepare(db)
          return try record(db, vault, body)
        } catch {
          // INVARIANT: GRDB traps when a transaction outlives its closure.
          if vault.isInsideTransaction { try? vault.rollback() }
          if db.isInsideTransaction { try? db.rollback() }
          throw StoreError.wrap(error, "write") ?? error
        }
      }
    }
    // From here on a crash loses nothing: what is left is done by the next write.
    try afterCommit(appender)
    return result
  }

  private func record<T>(
    _ db: Database, _ vault: Database, _ body: (Appender) throws -> T
  ) throws -> (T, Appender) {
    // 1. Whoever appends extends what this machine has seen, or does not append.
    let appender = try Appender(db, vault: vault, crash: crash)
    try checkHeadJournal(appender.snapshot)
    if appender.tip.size > 0, origin.isEmpty { throw StoreError(.corrupt, "log") }
    // 2. The act.
    let result = try body(appender)
    if appender.redacts { try RedactionMark.set(directory) }
    try crash(.beforeVaultCommit)
    // 3. The vault first: an opening without an entry is tidied away, an entry
    //    without its opening would be a loss.
    if vault.isInsideTransaction { try vault.commit() }
    try crash(.afterVaultCommit)
    // 4. The ledger. Once this returns, the act is recorded.
    do {
      try crash(.ledgerCommitFails)
      try db.commit()
      try crash(.ledgerCommitFailsButPersists)
    } catch {
      if db.isInsideTransaction { try? db.rollback() }
      throw settle(error, appender.firstNew)
    }
    return (result, appender)
  }

  /// After a failed COMMIT only a second look says whether the entry exists.
  private func settle(_ error: any Error, _ entry: Entry?) -> StoreError {
    let fault = StoreError.wrap(error, "COMMIT")
    let exists: Bool? =
      if let entry { try? LedgerStore.exists(entry, in: directory) } else { false }
    if exists == false, fault?.code == .diskFull { return StoreError(.diskFull, directory) }
    return StoreError(.commitUncertain(exists: exists), directory, underlying: fault ?? error)
  }

  private static func exists(_ entry: Entry, in directory: String) throws -> Bool {
    let path = directory + "/ledger.db"
    let queue = try Connection.open(path, as: .ledger, readOnly: true)
    return try queue.read { db in
      let leaf = try db.first("SELECT leaf FROM entry WHERE seq = ?", [.integer(entry.seq)])
      return leaf?.blob == entry.leaf.bytes
    }
  }

  private func afterCommit(_ appender: Appender) throws {
    try crash(.afterLedgerCommit)
    if appender.firstNew != nil, let head = appender.tip.head {
      do {
        try headJournal?.add(HeadJournal.Line(size: head.size, root: head.root))
      } catch {
        // The entry is recorded; a missing line weakens a check and no more.
        warnings.append(error)
      }
    }
    try crash(.beforeErasure)
    if appender.erasesOpenings, try !finishErasures(wait: StoreLimits.erasureWaitMilliseconds) {
      throw StoreError(.erasurePending, directory + "/vault.db")
    }
    if appender.redacts, try !finishRedaction(wait: StoreLimits.erasureWaitMilliseconds) {
      throw StoreError(.redactionPending, directory + "/ledger.db")
    }
    try foldLogs()
  }

  /// Carries out every erasure the ledger orders and the vault has not finished.
  private func finishErasures(wait: Int32) throws -> Bool {
    guard let vault else { return true }
    let done = try vault.read { try Vault.erasedThrough($0) }
    let rows = try ledger.read {
      try $0.rows("SELECT digest, seq FROM erased WHERE seq > ?", [.integer(done)])
    }
    guard let last = rows.compactMap({ $0[1].integer }).max() else { return true }
    let digests = rows.compactMap { $0[0].text }
    return try vault.writeWithoutTransaction { db in
      try Vault.erase(digests, through: last, db, wait: wait, crash: crash)
    }
  }

  private func finishRedaction(wait: Int32) throws -> Bool {
    guard RedactionMark.isSet(directory) else { return true }
    let done = try ledger.writeWithoutTransaction { db in
      try db.run("VACUUM")
      return try db.truncateLog(wait: wait)
    }
    if done { RedactionMark.clear(directory) }
    return done
  }

  /// Folds a long WAL. A reader that prevents it costs nothing but space; the next
  /// write tries again.
  private func foldLogs() throws {
    for (name, queue) in [("ledger.db", ledger), ("vault.db", vault)] {
      let size = Medium.size("\(directory)/\(name)-wal") ?? 0
      guard let queue, size > StoreLimits.walBytesMax else { continue }
      try queue.writeWithoutTransaction { _ = try $0.truncateLog(wait: 0) }
    }
  }
}

/// A file that says that redacted bytes may still be in the ledger's files. Made
/// before the COMMIT that redacts; one left by a crash costs a needless rewriting.
private enum RedactionMark {
  static func isSet(_ directory: String) -> Bool { Medium.exists(path(directory)) }

  static func set(_ directory: String) throws(StoreError) {
    try Medium.makeFile(path(directory), mode: 0o600)
    try Medium.syncDirectory(directory)
  }

  static func clear(_ directory: String) { Medium.remove(path(directory)) }

  private static func path(_ directory: String) -> String { directory + "/redaction.pending" }
}
