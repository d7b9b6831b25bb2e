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

  var directory: String {
    ledger ?? ProcessInfo.processInfo.environment["CUSTODY_LEDGER"] ?? "ledger"
  }

  /// Where this machine remembers the heads it has seen, outside the ledger's folder.
  var headJournal: String? {
    let environment = ProcessInfo.processInfo.environment
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/custody" }
    return environment["HOME"].map { $0 + "/.local/state/custody" }
  }
}

/// Who signs.
struct SigningOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who performs this; `CUSTODY_AS` otherwise.", valueName: "name"))
  var actor: String?

  @Option(help: ArgumentHelp("Who witnesses it, with an own key. Repeatable.", valueName: "name"))
  var witness: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read passphrases from this descriptor, one line for each signer, performer first.",
      valueName: "n"))
  var passphraseFd: Int32?

  @Flag(name: [.customShort("n"), .long], help: "Do everything but keep it.")
  var dryRun = false

  func actorName() throws -> String {
    if let name = actor ?? ProcessInfo.processInfo.environment["CUSTODY_AS"] { return name }
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

  @Option(help: ArgumentHelp("A note, kept in the vault.", valueName: "text"))
  var note: String?
}
