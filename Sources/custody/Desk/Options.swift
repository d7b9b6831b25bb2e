import ArgumentParser
import Foundation

/// Where the ledger is.
struct LedgerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The ledger's folder; `CUSTODY_LEDGER` or `ledger` otherwise.", valueName: "dir"))
  var ledger: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Read what is written as `-` from this descriptor, one line each; it is asked for otherwise.",
      valueName: "n"))
  var detailsFd: Int32?

  /// As for passphrases: a descriptor that nobody gave would be the number of one of ours.
  func validate() throws {
    guard let descriptor = detailsFd, fcntl(descriptor, F_GETFD) == -1 else { return }
    throw ValidationError("descriptor \(descriptor) of `--details-fd` is not open")
  }

  var directory: String {
    ledger ?? Environment.value("CUSTODY_LEDGER") ?? "ledger"
  }

  /// Where this machine remembers the heads it has seen, outside the ledger's folder.
  var headJournal: String? { Environment.stateFolder }
}

/// What the shell says; a variable that is set to nothing says nothing.
enum Environment {
  static func value(_ name: String) -> String? {
    guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return nil }
    return text
  }

  /// Where this program keeps what is nobody's ledger; nil where nobody is at home.
  static var stateFolder: String? {
    if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/custody" }
    return value("HOME").map { $0 + "/.local/state/custody" }
  }
}

/// Who signs.
struct SigningOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who performs this; `CUSTODY_AS` otherwise.", valueName: "name"))
  var actor: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Who witnesses it, with an own key. Repeatable.", valueName: "name"))
  var witness: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read passphrases from this descriptor, one line for each signer, performer first.",
      valueName: "n"))
  var passphraseFd: Int32?

  @Flag(name: [.customShort("n"), .long], help: "Do everything but keep it.")
  var dryRun = false

  /// Looked at before any file is opened: a descriptor that nobody gave would otherwise be the
  /// number of one of ours.
  func validate() throws {
    guard let descriptor = passphraseFd, fcntl(descriptor, F_GETFD) == -1 else { return }
    throw ValidationError("descriptor \(descriptor) of `--passphrase-fd` is not open")
  }

  func actorName() throws -> String {
    if let name = actor ?? Lease.current?.name ?? Environment.value("CUSTODY_AS") { return name }
    throw Failure.usage(
      "nobody is named who performs this", hint: "add `--as NAME`, or set `CUSTODY_AS`")
  }
}

/// When and how a physical act happened.
struct ActOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "When it happened: `14:05`, `yesterday 14:05`, `2026-11-20 14:05`. Now otherwise.",
      valueName: "time"))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Record it although a rule refuses it, because it has happened.", valueName: "reason"))
  var alreadyHappened: String?

  @Option(help: ArgumentHelp("Initials of who did it, if not who signs.", valueName: "initials"))
  var doneBy: String?

  @Option(help: ArgumentHelp("How the signer knows of it: `paper` or `verbal`."))
  var source: String?

  @Option(help: ArgumentHelp("The case that this late entry explains.", valueName: "case"))
  var explains: String?

  @Option(
    help: ArgumentHelp(
      "Who took part and has no key: 'NAME; ORGANIZATION; IDENTIFICATION', kept in the vault.",
      valueName: "who"))
  var outsider: String?

  @Option(
    help: ArgumentHelp(
      "The downtime in which it happened; found by its time otherwise.", valueName: "downtime"))
  var downtime: String?

  @Option(
    help: ArgumentHelp(
      "A note, kept in the vault. `--note -` asks for it, so that the shell does not keep it.",
      valueName: "text"))
  var note: String?
}
