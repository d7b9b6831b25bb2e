import Compliance
package import Dispensary
package import LedgerCore
package import LedgerStore
import Notation

/// An opened ledger: the one way by which acts are written and the state is read.
///
///     let custodian = try Custodian.open(in: folder, surroundings: surroundings)
///     try custodian.record(by: signers) { writing in
///       try writing.add(writing.draft(draw))
///     }
package final class Custodian {
  package let store: LedgerStore
  package let origin: Origin
  package let surroundings: Surroundings
  /// Everything up to the newest entry read so far.
  package private(set) var state: State
  private let book: Digest

  private init(store: LedgerStore, origin: Origin, surroundings: Surroundings) {
    self.store = store
    self.origin = origin
    self.surroundings = surroundings
    self.state = State()
    self.book = SHA256.hash(surroundings.rules.bytes)
  }

  /// The digest of the rule book in force.
  package var ruleBook: Digest { book }

  /// Opens the ledger in a folder and folds its entries.
  ///
  /// - Throws: ``StoreError``; ``RecordError/unreadableEntry(_:_:)`` where an entry cannot be
  ///   folded, which only verification can look at.
  package static func open(
    in directory: String, readOnly: Bool = false, journal: String? = nil,
    temporary: String = "/tmp", surroundings: Surroundings, crash: @escaping CrashHook = { _ in }
  ) throws -> Custodian {
    let store = try LedgerStore.open(
      in: directory, readOnly: readOnly, journal: journal, temporary: temporary, crash: crash)
    let log = try store.read { try $0.log() }
    let custodian = Custodian(
      store: store, origin: try Origin(log.origin), surroundings: surroundings)
    custodian.state = try store.read { try Custodian.fold(State(), $0) }
    return custodian
  }

  /// Founds a ledger: entry 0, signed by all founders, and what `body` adds, as one act.
  package static func found(
    in directory: String, origin: Origin, journal: String? = nil, founders: Signers,
    siteKey: PrivateKey, surroundings: Surroundings, _ body: (Writing) throws -> Void
  ) throws -> Custodian {
    var founded: Writing?
    let book = SHA256.hash(surroundings.rules.bytes)
    let log = LogRow(
      origin: origin.text, epoch: Int64(origin.epoch), format: KeyRegister.format)
    let begin = { (appender: Appender) throws -> Void in
      let writing = Writing(
        state: State(), tip: appender.tip, origin: origin, signers: founders,
        surroundings: surroundings, book: book, register: KeyRegister(origin: origin))
      try body(writing)
      guard let batch = writing.batch(siteKey.unchanged, since: nil) else {
        preconditionFailure("a ledger is founded with an entry")
      }
      try appender.append(batch)
      founded = writing
    }
    let store = try LedgerStore.create(
      in: directory, log: log, journal: journal, begin)
    let custodian = Custodian(store: store, origin: origin, surroundings: surroundings)
    custodian.state = founded?.state ?? State()
    return custodian
  }

  /// Brings the state up to date with what other processes have appended.
  package func refresh() throws { state = try store.read { try Custodian.fold(state, $0) } }

  /// Writes one act under the lock: every entry that `body` adds, or none.
  ///
  /// Prompts and key derivation are over by now: nobody is waited for inside the lock.
  ///
  /// - Parameter dryRun: does everything but keep it.
  /// - Returns: what was recorded, durable unless `dryRun`.
  @discardableResult
  package func record(
    by signers: Signers, siteKey: PrivateKey, dryRun: Bool = false,
    _ body: (Writing) throws -> Void
  ) throws -> [Acknowledgement] {
    try record(by: signers, handover: siteKey.unchanged, dryRun: dryRun, body)
  }

  /// Writes one act as ``record(by:siteKey:dryRun:_:)`` does; its last entry brings another key of
  /// the site.
  package func record(
    by signers: Signers, handover: Handover, dryRun: Bool = false,
    _ body: (Writing) throws -> Void
  ) throws -> [Acknowledgement] {
    var written: Writing?
    do {
      try store.write { appender in
        let current = try Custodian.fold(state, appender.snapshot)
        state = current
        let register = try requireKeys(signers, handover.old, appender.snapshot)
        let writing = Writing(
          state: current, tip: appender.tip, origin: origin, signers: signers,
          surroundings: surroundings, book: book, register: register)
        try body(writing)
        written = writing
        if dryRun { throw DryRun() }
        if let batch = writing.batch(handover, since: appender.tip.lastCheckpoint) {
          try appender.append(batch)
        }
      }
    } catch is DryRun {
      return written?.acknowledgements ?? []
    } catch let error as StoreError where error.code == .erasurePending {
      // The entry is durable; the bytes in the vault go with the next command.
      if let written { state = written.state }
      throw error
    }
    guard let written else { return [] }
    state = written.state
    return written.acknowledgements
  }

  /// Derives every projection anew from the entries.
  ///
  /// - Parameters:
  ///   - dryRun: compares, and keeps what is there.
  ///   - progress: called with how many entries are done, of how many.
  /// - Returns: whether the rows that were there differed.
  package func rebuild(
    dryRun: Bool = false, progress: (Int64, Int64) -> Void = { _, _ in }
  ) throws -> Bool {
    try store.write { appender in
      var rows: [JournalRow] = []
      let total = appender.tip.size
      let folded = try Custodian.fold(State(), appender.snapshot) { body, state in
        rows.append(Projecting.journal(body, state))
        if body.seq % 256 == 0 { progress(body.seq, total) }
      }
      state = folded
      let before = try appender.snapshot.projection()
      let whole = Projecting.whole(folded, journal: rows)
      if dryRun { return before != whole }
      try appender.replaceProjection(whole)
      return try appender.snapshot.projection() != before
    }
  }

  /// Folds the entries from the state's size on.
  package static func fold(
    _ state: State, _ snapshot: Snapshot, _ each: (EntryBody, State) -> Void = { _, _ in }
  ) throws -> State {
    var state = state
    try snapshot.forEachEntry(from: state.size) { raw in
      guard let bytes = raw.body else {
        throw RecordError.unreadableEntry(raw.seq, "its body was withheld")
      }
      do {
        let body = try EntryBody(reading: bytes)
        try state.apply(try RecordedEvent(body))
        each(body, state)
      } catch let error as EventRefused {
        let text = error.faults.map(\.text).joined(separator: "; ")
        throw RecordError.unreadableEntry(raw.seq, text)
      } catch {
        throw RecordError.unreadableEntry(raw.seq, "\(error)")
      }
    }
    return state
  }

  private struct DryRun: Error {}
}

extension Custodian {
  /// A key that the ledger does not know would make an entry that verification refuses: better to
  /// say so before than after.
  private func requireKeys(
    _ signers: Signers, _ siteKey: PrivateKey?, _ snapshot: Snapshot
  ) throws -> KeyRegister {
    let register = try snapshot.keyRegister(origin: origin)
    if let siteKey, register.siteKey?.key != siteKey.publicKey { throw RecordError.wrongSiteKey }
    for signer in [signers.by] + signers.witnesses {
      guard register.key(signer.name, validAt: state.size) == signer.key.publicKey else {
        throw RecordError.wrongKey(signer.name.text)
      }
    }
    return register
  }

  /// People's keys and the site's, as the entries introduce them.
  package func keys() throws -> KeyRegister {
    try store.read { try $0.keyRegister(origin: origin) }
  }

  /// What an inspector keeps outside: the site key, the leaf of entry 0 and people's keys as they
  /// are now. A later `verify --trust` compares the ledger with it.
  package func trust() throws -> TrustFile {
    try store.read { snapshot in
      let register = try snapshot.keyRegister(origin: origin)
      guard let siteKey = register.siteKey, let first = try snapshot.entry(0),
        let genesis = Digest(first.leaf)
      else { throw RecordError.unreadableEntry(0, "it does not open the ledger") }
      return try TrustFile(
        siteKey: siteKey, genesisLeaf: genesis, personKeys: register.keys.mapValues(\.key))
    }
  }
}
