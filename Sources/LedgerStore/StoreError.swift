internal import CSQLite
internal import GRDB
internal import Glibc

/// What the store could not do.
///
/// Two errors are equal when their codes are. `context` says where; `underlying`
/// is the error beneath, whose text is not repeated here.
package struct StoreError: Error, Equatable, CustomStringConvertible {
  /// What went wrong. A caller decides by this and nothing else.
  package enum Code: Hashable, Sendable {
    /// The folder or its `ledger.db` does not exist.
    case noLedger
    /// The file is not SQLite, or bears another program's application_id.
    case notALedger
    /// The ledger was written by a newer program: its schema has this version.
    case newerVersion(found: Int64)
    /// `create` was called where a ledger already is.
    case exists
    /// Nothing can be written: the medium or the folder is read-only.
    case readOnlyMedium
    /// The operating system refuses this user.
    case permissionDenied
    /// The lock was not had in time. `holder` is the process that has it, if known.
    case busy(holder: Int32?)
    /// Less than ``StoreLimits/freeBytesMin`` is free, or a write ran out of space.
    case diskFull
    /// SQLite found the file malformed. Verification says where.
    case corrupt
    /// The batch begins at `expected`, but the next number is `actual`: somebody
    /// else has appended. Read again and repeat.
    case headMoved(expected: Int64, actual: Int64)
    /// The stored head is not the head of the stored entries. Nobody appends to
    /// such a ledger; it is tamper evidence.
    case headMismatch
    /// The ledger is shorter than the journal of heads kept outside its folder:
    /// an older copy has been put back.
    case rolledBack(ledgerSize: Int64, journalSize: Int64)
    /// The ledger differs from the journal of heads at this size: it is another
    /// history under the same origin.
    case forked(size: Int64)
    /// `vault.db` is gone, and this many openings should be in it.
    case vaultMissing(expected: Int64)
    /// `vault.db` belongs to the ledger of another origin.
    case foreignVault
    /// The erasure is recorded, but the bytes are still in the vault's files
    /// because a reader holds them. The next write finishes it.
    case erasurePending
    /// The redaction is recorded, but the bytes are still in the ledger's files
    /// because a reader holds them. The next write finishes it.
    case redactionPending
    /// COMMIT failed. `exists` says whether the entries are there after all; nil
    /// when the ledger could not be read again.
    case commitUncertain(exists: Bool?)
    /// The batch contradicts itself or what was read back; nothing is recorded.
    case batchRefused
    /// A guard of the schema refused the statement; nothing is recorded.
    case guarded
    /// The operating system or SQLite failed in some other way.
    case io
  }

  /// What went wrong.
  package let code: Code
  /// The file or the step concerned.
  package let context: String
  /// The error beneath, if any.
  package let underlying: (any Error)?

  /// All of it, as given.
  package init(_ code: Code, _ context: String, underlying: (any Error)? = nil) {
    self.code = code
    self.context = context
    self.underlying = underlying
  }

  /// Whether the codes are the same.
  package static func == (a: StoreError, b: StoreError) -> Bool { a.code == b.code }

  /// For messages: never holds a value of a person or a patient.
  package var description: String { "\(code.text): \(context)" }
}

extension StoreError.Code {
  /// One line in lower case, without the context.
  package var text: String {
    switch self {
    case .noLedger: "there is no ledger"
    case .notALedger: "the file is not a ledger"
    case .newerVersion(let found): "the ledger has format version \(found), which is newer"
    case .exists: "there is a ledger already"
    case .readOnlyMedium: "the medium is read-only"
    case .permissionDenied: "permission denied"
    case .busy(let holder):
      holder.map { "the ledger is locked by process \($0)" } ?? "the ledger is locked"
    case .diskFull: "the disk is full"
    case .corrupt: "the file is malformed"
    case .headMoved(let expected, let actual):
      "the next entry is \(actual), not \(expected)"
    case .headMismatch: "the head does not match the entries"
    case .rolledBack(let ledger, let journal):
      "the ledger has \(ledger) entries, but has had \(journal)"
    case .forked(let size): "the first \(size) entries are not those recorded here before"
    case .vaultMissing(let expected): "the vault is missing, with \(expected) openings"
    case .foreignVault: "the vault belongs to another ledger"
    case .erasurePending:
      "the erasure is recorded, but a reader still holds the erased bytes; "
        + "the next command finishes it"
    case .redactionPending:
      "the redaction is recorded, but a reader still holds the redacted bytes; "
        + "the next command finishes it"
    case .commitUncertain(true?): "the commit failed, but the entry is recorded"
    case .commitUncertain(false?): "the commit failed and nothing is recorded"
    case .commitUncertain(nil): "the commit failed and it is unknown whether the entry exists"
    case .batchRefused: "the batch contradicts itself"
    case .guarded: "a guard of the ledger refused the change"
    case .io: "input or output failed"
    }
  }
}

/// What the operating system or SQLite says beneath a ``StoreError``.
struct SystemFault: Error, CustomStringConvertible {
  let description: String
}

extension StoreError {
  /// The failure of a system call, by `errno`.
  static func system(_ number: Int32, _ context: String) -> StoreError {
    let code: Code =
      switch number {
      case ENOENT, ENOTDIR: .noLedger
      case EACCES, EPERM: .permissionDenied
      case EROFS: .readOnlyMedium
      case ENOSPC, EDQUOT: .diskFull
      default: .io
      }
    let text = unsafe String(cString: strerror(number))
    return StoreError(code, context, underlying: SystemFault(description: text))
  }

  /// The failure of an SQLite call, by its (extended) result code.
  static func sqlite(_ result: Int32, _ message: String, _ context: String) -> StoreError {
    let code: Code =
      switch result & 0xff {
      case SQLITE_FULL: .diskFull
      case SQLITE_BUSY, SQLITE_LOCKED: .busy(holder: nil)
      case SQLITE_CORRUPT: .corrupt
      case SQLITE_NOTADB: .notALedger
      case SQLITE_READONLY: .readOnlyMedium
      case SQLITE_PERM, SQLITE_AUTH: .permissionDenied
      case SQLITE_CONSTRAINT: .guarded
      default: .io
      }
    return StoreError(
      code, context, underlying: SystemFault(description: "SQLite \(result): \(message)"))
  }

  /// Any error of this room's libraries as ours; nil for what a caller threw.
  static func wrap(_ error: any Error, _ context: String) -> StoreError? {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return nil }
    return sqlite(
      error.extendedResultCode.rawValue, error.message ?? "", context)
  }
}
