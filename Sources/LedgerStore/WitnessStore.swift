internal import GRDB
package import LedgerCore

/// What a witness knows, in a folder of its own: `witness.db`, `witness.lock`.
///
///     let store = try WitnessStore.open(in: folder)
///     try store.act { appender in appender.held("acme/clinic/1") … }
///
/// It is nobody's ledger, and lies outside every ledger's folder: a backup of a ledger that is put
/// back must not take the memory of its witness back with it. Not `Sendable`: each thread opens its
/// own.
package final class WitnessStore {
  /// The folder.
  package let directory: String

  private let queue: DatabaseQueue
  private let crash: (WitnessCrashPoint) throws -> Void

  private init(
    _ directory: String, _ queue: DatabaseQueue,
    _ crash: @escaping (WitnessCrashPoint) throws -> Void
  ) {
    self.directory = directory
    self.queue = queue
    self.crash = crash
  }

  private static func file(_ directory: String) -> String { directory + "/witness.db" }
  private static func lock(_ directory: String) -> String { directory + "/witness.lock" }

  /// Whether the folder holds a witness.
  package static func exists(in directory: String) -> Bool { Medium.exists(file(directory)) }

  /// Makes the state of a new witness. Throws ``StoreError/Code/exists`` where there is one.
  package static func create(in directory: String, _ key: WitnessKey) throws -> WitnessStore {
    try Medium.makeDirectories(directory)
    return try LockFile.hold(lock(directory), exclusive: true, milliseconds: waitMilliseconds) {
      guard !Medium.exists(file(directory)) else {
        throw StoreError(.exists, file(directory))
      }
      try Medium.requireSpace(directory)
      try Medium.makeFile(file(directory), mode: 0o600)
      let queue = try Connection.openNew(file(directory), as: .witness)
      try typed("witness.db") {
        try queue.writeWithoutTransaction { db in
          try db.inTransaction(.immediate) {
            try db.execute(sql: SchemaText.witness1)
            try db.run("INSERT INTO witness VALUES (1, ?)", [.string(key.text)])
            return .commit
          }
          _ = try db.truncateLog(wait: 0)
        }
      }
      try Medium.syncDirectory(directory)
      return WitnessStore(directory, queue) { _ in }
    }
  }

  private static var waitMilliseconds: Int { StoreLimits.lockSeconds * 1_000 }

  /// Opens the state of a witness. Throws what ``LedgerStore/open(in:readOnly:journal:temporary:crash:)``
  /// does of another file.
  package static func open(
    in directory: String, readOnly: Bool = false,
    crash: @escaping (WitnessCrashPoint) throws -> Void = { _ in }
  ) throws(StoreError) -> WitnessStore {
    try Medium.requireReadable(file(directory))
    let queue = try Connection.open(file(directory), as: .witness, readOnly: readOnly)
    return WitnessStore(directory, queue, crash)
  }

  /// Reads as of one moment.
  package func read<T>(_ body: (WitnessRows) throws -> T) throws -> T {
    try queue.read { try body(WitnessRows(db: $0)) }
  }

  /// Reads and writes as one step that nobody else comes between, durable when this returns.
  ///
  /// - Parameter body: called once, under the lock and inside the transaction; what it throws undoes
  ///   all of it.
  package func act<T>(_ body: (WitnessRows) throws -> T) throws -> T {
    let result = try LockFile.hold(
      WitnessStore.lock(directory), exclusive: true, milliseconds: WitnessStore.waitMilliseconds
    ) {
      try Medium.requireSpace(directory)
      return try queue.writeWithoutTransaction { db in
        do {
          try db.beginTransaction(.immediate)
          let result = try body(WitnessRows(db: db))
          try crash(.beforeCommit)
          // With `synchronous` FULL, what this returns from is on the disk.
          try db.commit()
          return result
        } catch {
          // INVARIANT: GRDB traps when a transaction outlives its closure.
          if db.isInsideTransaction { try? db.rollback() }
          throw StoreError.wrap(error, "witness.db") ?? error
        }
      }
    }
    // From here on a crash loses the answer, and nothing that the answer would say.
    try crash(.afterCommit)
    if Medium.size(WitnessStore.file(directory) + "-wal") ?? 0 > StoreLimits.walBytesMax {
      try queue.writeWithoutTransaction { _ = try $0.truncateLog(wait: 0) }
    }
    return result
  }
}

/// The places where a witness may end while it answers.
package enum WitnessCrashPoint: String, CaseIterable, Sendable {
  /// Everything is written; nothing is durable.
  case beforeCommit
  /// The new checkpoint is durable; nobody was told.
  case afterCommit
}

/// What a witness refused, with the two notes that do not go together.
package struct RefusedNote: Hashable, Sendable {
  /// The log.
  package let origin: String
  /// What the notes say of it.
  package let kind: WitnessRefusal.Suspicion.Kind
  /// When it was refused first, in seconds since 1970.
  package let time: Int64
  /// Entries in the tree that was offered.
  package let size: Int64
  /// The note that was offered.
  package let note: String
  /// Entries in the tree that had been cosigned.
  package let heldSize: Int64
  /// The note that had been cosigned.
  package let heldNote: String
}

/// A log that a witness serves.
package struct TrustedLog: Hashable, Sendable {
  /// The name of the log, which is that of its keys.
  package let origin: String
  /// The keys, in the order of their text.
  package let keys: [VerifierKey]
  /// The largest checkpoint that was cosigned, with our line; nil before the first.
  package let held: (checkpoint: HeldCheckpoint, cosigned: String, time: Int64)?
  /// What was refused, oldest first.
  package let refused: [RefusedNote]

  /// Whether the log must be looked into: a fork, or something refused since it last showed a larger
  /// checkpoint that extends what was held.
  package var isSuspect: Bool {
    refused.contains { $0.kind == .fork || $0.heldSize >= held?.checkpoint.size ?? 0 }
  }

  package static func == (left: TrustedLog, right: TrustedLog) -> Bool {
    left.origin == right.origin && left.keys == right.keys
      && left.held?.cosigned == right.held?.cosigned && left.refused == right.refused
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(origin) }
}

/// The rows of a witness as of one moment. Use only inside the closure that received it.
package struct WitnessRows {
  let db: Database

  /// Refusals that are kept of one log: its key alone can make them, and with notes of 200,000 bytes
  /// they must not fill the disk.
  package static let refusedMax = 100

  /// The witness's own key.
  package func key() throws -> WitnessKey {
    guard let text = try db.first("SELECT vkey FROM witness")?.text else {
      throw StoreError(.corrupt, "witness.db")
    }
    do { return try WitnessKey(text) } catch {
      throw StoreError(.corrupt, "witness.db", underlying: error)
    }
  }

  /// The keys that are trusted for a log; empty where it is not served.
  package func keys(of origin: String) throws -> [VerifierKey] {
    try db.rows(
      "SELECT vkey FROM trusted WHERE origin = ? ORDER BY vkey", [.string(origin)]
    ).map { row in
      guard let key = try? VerifierKey(row[0].text ?? "") else {
        throw StoreError(.corrupt, "table trusted")
      }
      return key
    }
  }

  /// Serves the log of this name from now on, or trusts a further key of it.
  ///
  /// - Returns: false where the key is trusted already.
  package func trust(_ key: VerifierKey, at time: Int64) throws -> Bool {
    if try keys(of: key.name).contains(key) { return false }
    try db.run(
      "INSERT INTO trusted VALUES (?, ?, ?)",
      [.string(key.text), .string(key.name), .integer(time)])
    return true
  }

  /// The largest checkpoint of a log that was cosigned, and when.
  package func held(_ origin: String) throws -> (
    checkpoint: HeldCheckpoint, cosigned: String, time: Int64
  )? {
    guard
      let row = try db.rows(
        "SELECT size, root, note, cosigned, time FROM held WHERE origin = ?", [.string(origin)]
      ).first
    else { return nil }
    guard let size = row[0].integer, let root = row[1].blob.flatMap(Digest.init),
      let note = row[2].text, let cosigned = row[3].text, let time = row[4].integer
    else { throw StoreError(.corrupt, "table held") }
    let checkpoint = HeldCheckpoint(origin: origin, size: size, root: root, note: note)
    return (checkpoint, cosigned, time)
  }

  /// Puts a checkpoint in the place of the one that was held.
  package func hold(_ new: HeldCheckpoint, cosigned: String, at time: Int64) throws {
    let values: [RawValue] = [
      .integer(new.size), .blob(new.root.bytes), .string(new.note), .string(cosigned),
      .integer(time), .string(new.origin),
    ]
    try db.run(
      try held(new.origin) == nil
        ? "INSERT INTO held (size, root, note, cosigned, time, origin) VALUES (?, ?, ?, ?, ?, ?)"
        : "UPDATE held SET size = ?, root = ?, note = ?, cosigned = ?, time = ? WHERE origin = ?",
      values)
  }

  /// Keeps what was refused; the same two notes are kept once.
  package func keep(_ suspicion: WitnessRefusal.Suspicion, at time: Int64) throws {
    let (held, offered) = (suspicion.held, suspicion.offered)
    let same = try db.first(
      "SELECT 1 FROM refused WHERE origin = ? AND kind = ? AND note = ? AND held_note = ?",
      [
        .string(held.origin), .string(suspicion.kind.rawValue), .string(offered.note),
        .string(held.note),
      ])
    let count =
      try db.first(
        "SELECT count(*) FROM refused WHERE origin = ?", [.string(held.origin)])?.integer ?? 0
    guard same == nil, count < WitnessRows.refusedMax else { return }
    let id = try db.first("SELECT coalesce(max(id) + 1, 1) FROM refused")?.integer ?? 1
    try db.run(
      "INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(id), .string(held.origin), .string(suspicion.kind.rawValue), .integer(time),
        .integer(offered.size), .string(offered.note), .integer(held.size), .string(held.note),
      ])
  }

  /// The logs that are served, by name.
  package func logs() throws -> [TrustedLog] {
    let origins = try db.rows("SELECT DISTINCT origin FROM trusted ORDER BY origin")
    return try origins.compactMap { $0[0].text }.map { origin in
      TrustedLog(
        origin: origin, keys: try keys(of: origin), held: try held(origin),
        refused: try refused(origin))
    }
  }

  private func refused(_ origin: String) throws -> [RefusedNote] {
    try db.rows(
      "SELECT kind, time, size, note, held_size, held_note FROM refused WHERE origin = ? "
        + "ORDER BY id", [.string(origin)]
    ).map { row in
      guard let kind = row[0].text.flatMap(WitnessRefusal.Suspicion.Kind.init),
        let time = row[1].integer, let size = row[2].integer, let note = row[3].text,
        let heldSize = row[4].integer, let heldNote = row[5].text
      else { throw StoreError(.corrupt, "table refused") }
      return RefusedNote(
        origin: origin, kind: kind, time: time, size: size, note: note, heldSize: heldSize,
        heldNote: heldNote)
    }
  }
}
