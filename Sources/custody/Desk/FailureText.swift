import ArgumentParser
import Compliance
import Dispensary
import Interchange
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

extension Failure {
  /// What any error of the rooms means at the desk.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as VocabularyError: self.init(.usage, error.text, hint: error.hint)
    case let error as QuantityError: self.init(.usage, error.text, hint: error.hint)
    case let error as EventRefused: self.init(error)
    case let error as RulesRefused: self.init(error)
    case let error as StoreError: self.init(error)
    case let error as RecordError: self.init(error)
    case let error as KeyFileError: self.init(error)
    case let error as OpenFDAError: self.init(.usage, error.text, hint: error.hint)
    case let error as CoreError: self.init(.usage, error.text)
    case let error as NotationFault: self.init(.usage, "\(error)")
    case let error as BodyFault: self.init(.usage, "this cannot stand in an entry: \(error)")
    case let error as NetworkError: self.init(.failed, "\(error)")
    default: self.init(.failed, "\(error)")
    }
  }

  private init(_ error: EventRefused) {
    let onlyStock = error.faults.allSatisfy { $0.kind == .notEnough }
    self.init(
      onlyStock ? .notEnough : .usage, lines: error.faults.map(\.text).unique,
      hints: error.faults.compactMap(\.hint).unique)
  }

  private init(_ error: RulesRefused) {
    // Who witnesses themselves need not be told as well that there is no witness.
    let isOneself = error.findings.contains { $0.rule == "witness.oneself" }
    let findings = error.findings.filter {
      !isOneself || !$0.rule.hasSuffix(".witness-required")
    }
    let lines = findings.map { "\($0.text) [\($0.rule), \($0.citation.source)]" }
    var hints = findings.compactMap(\.hint).unique
    if error.isPhysical {
      hints.append("if it has happened, record it with `--already-happened REASON`")
    }
    self.init(error.isAboutStock ? .notEnough : .refused, lines: lines.unique, hints: hints)
  }

  private init(_ error: RecordError) {
    switch error {
    case .siteKey(let path):
      self.init(
        .failed, "the site key `\(path)` cannot be read",
        hint: "it lies beside the ledger, in a file that only its owner may read")
    case .wrongSiteKey:
      self.init(
        .wrongSecret, "`site.key` is not the site's key as the ledger knows it",
        hint: "put the right file back; `custody key site --reason lost` where it is gone")
    case .wrongWitnessKey:
      self.init(.wrongSecret, "`witness.key` is not the key that this witness was made with")
    case .wrongKey(let name):
      self.init(
        .wrongSecret, "the key file of `\(name)` does not hold the key that the ledger knows",
        hint: "`custody key show` prints the keys of the ledger")
    case .keysRefuse(let lines):
      self.init(
        .refused, lines: lines,
        hints: ["people and keys are signed by an administrator, keys by two where there are two"])
    case .unreadableEntry(let seq, let why):
      self.init(
        .tampered, "entry \(seq) cannot be read: \(why)", hint: "`custody verify` says more")
    case .tooLarge(let what):
      self.init(.usage, "the entry is too large: \(what)", hint: "record it in several entries")
    }
  }

  private init(_ error: KeyFileError) {
    switch error {
    case .wrongPassphrase: self.init(.wrongSecret, "wrong passphrase")
    case .needsPassphrase:
      self.init(
        .wrongSecret, "the key needs its passphrase",
        hint: "run it on a terminal, or pass it with `--passphrase-fd`")
    case .unfitPassphrase:
      self.init(.usage, "a passphrase has 8 to 1024 characters")
    default: self.init(.wrongSecret, "\(error)")
    }
  }

  private init(_ error: StoreError) {
    let (status, hint) = Failure.remedy(for: error.code)
    self.init(status, "\(error.code.text): `\(error.context)`", hint: hint)
  }

  private static func remedy(for code: StoreError.Code) -> (ExitStatus, String?) {
    switch code {
    case .noLedger: (.noLedger, "`custody init` makes one; `--ledger DIR` names another folder")
    case .notALedger: (.unreadable, "`--ledger DIR` names the folder of a ledger")
    case .newerVersion: (.unreadable, "install the newer Custody that wrote it")
    case .exists: (.failed, "`--ledger DIR` names another folder")
    case .readOnlyMedium: (.failed, "reading works; writing needs a folder that can be written")
    case .permissionDenied: (.failed, "ask for access to the folder")
    case .busy: (.busy, "try again in a moment; nothing was recorded")
    case .diskFull: (.failed, "nothing was recorded; free some space and repeat the command")
    case .corrupt: (.tampered, "`custody verify` says where; restore a backup beside it")
    case .headMismatch: (.tampered, "nobody appends to such a ledger; `custody verify` says more")
    case .rolledBack, .forked:
      (.tampered, "an older copy was put back; keep both and call the compliance officer")
    case .vaultMissing:
      (.discrepancies, "put `vault.db` back from its backup; it is part of the record")
    case .foreignVault: (.failed, "put the right `vault.db` back")
    case .erasurePending, .redactionPending: (.failed, "close other programs; run any command")
    case .commitUncertain: (.failed, "`custody history` shows whether it was recorded")
    case .headMoved, .batchRefused, .guarded, .io: (.failed, nil)
    }
  }
}

extension Array where Element: Hashable {
  /// Each element once, in order of first appearance.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
