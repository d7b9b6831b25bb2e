/// The places between two steps of a write where a process may end.
///
/// Tests pass a closure that throws or ends the process at one of them; the desk
/// passes none. Cases are in the order in which a write reaches them.
package enum CrashPoint: String, CaseIterable, Sendable {
  /// The lock is held and orphans are gone; nothing has been begun.
  case afterTidy
  /// The entries are in the ledger's transaction.
  case afterLedgerInsert
  /// The openings are in the vault's transaction.
  case afterVaultInsert
  /// Everything is written and read back; no COMMIT yet.
  case beforeVaultCommit
  /// The openings are durable, the entries are not: they are orphans.
  case afterVaultCommit
  /// The ledger's COMMIT fails and nothing is recorded.
  case ledgerCommitFails
  /// The ledger's COMMIT reports a failure, but the entries are recorded.
  case ledgerCommitFailsButPersists
  /// The entries are durable; the journal of heads does not know them.
  case afterLedgerCommit
  /// The journal of heads knows them; erased openings are still in the vault.
  case beforeErasure
  /// Erased openings are deleted; their bytes are still in the file.
  case afterVaultDelete
  /// The vault is rewritten; the old bytes are still in the WAL.
  case afterVaultVacuum
  /// The bytes are gone; the vault does not know yet that they are.
  case afterVaultTruncate
}

/// What a test does at a crash point. An error thrown there ends the write.
package typealias CrashHook = (CrashPoint) throws -> Void
