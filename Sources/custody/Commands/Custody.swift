import ArgumentParser
import Dispensary
import Foundation

/// The program: picks the command, and turns whatever goes wrong into a message and a status.
@main
struct Custody: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "custody",
    abstract: "A controlled-substance ledger that outsiders can check.",
    discussion: """
      A day at the counter (-p is --patient, -w is --witness):
        custody status                          what waits, and what is on hand
        custody receive ketamine 10 vials --lot K1A --expires 04/2027 --invoice 77
        custody open ketamine                   the vial gets its number, V-31
        custody give V-31 0.5mL -p P-12         draw it and give it
        custody draw V-31 0.7mL                 or draw first: it becomes D-104
        custody give D-104 0.5mL -p P-12        and give of it
        custody waste D-104 rest -w ana         waste the rest before a witness
        custody put-back D-105                  put intact units back
        custody count V-31 3.6mL                count; a difference opens a case
        custody correct 41 --reason wrong-amount -w lee    reverse a mistake

      Name the ledger with --ledger DIR or CUSTODY_LEDGER, and yourself with --as
      NAME or CUSTODY_AS. -n rehearses: everything is said, nothing is recorded.
      `custody desk` keeps you signed in, and `custody COMMAND --help` says more.

      Exit statuses:
      \(ExitStatus.table)
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "At the counter", subcommands: counter),
      CommandGroup(name: "Looking", subcommands: looking),
      CommandGroup(name: "Putting right", subcommands: puttingRight),
      CommandGroup(name: "Prescriptions", subcommands: prescriptions),
      CommandGroup(name: "Stock", subcommands: stock),
      CommandGroup(name: "Leaving otherwise", subcommands: leaving),
      CommandGroup(name: "The record", subcommands: record),
      CommandGroup(name: "Evidence for outsiders", subcommands: evidence),
      CommandGroup(name: "People and patients", subcommands: people),
      CommandGroup(name: "Setting up", subcommands: setup),
    ])

  private static let counter: [any ParsableCommand.Type] = [
    DrawCommand.self, GiveCommand.self, WasteCommand.self, PutBackCommand.self,
    CountCommand.self, OpenCommand.self, EmptyCommand.self, HandoffCommand.self,
    PrepareCommand.self, LabelCommand.self, DeskCommand.self,
  ]

  private static let looking: [any ParsableCommand.Type] = [
    StatusCommand.self, ExpiringCommand.self, HistoryCommand.self, ReconcileCommand.self,
    DeadSpaceCommand.self, VerifyCommand.self, ScanCommand.self,
  ]

  private static let puttingRight: [any ParsableCommand.Type] = [
    CorrectCommand.self, ParticularsCommand.self, ReviewCommand.self, CosignCommand.self,
  ]

  private static let prescriptions: [any ParsableCommand.Type] = [
    RxCommand.self, DispenseCommand.self,
  ]

  private static let stock: [any ParsableCommand.Type] = [
    ReceiveCommand.self, ReceiptCommand.self, OrderCommand.self, MoveCommand.self,
    UnpackCommand.self, SetAsideCommand.self, ReleaseCommand.self, FoundCommand.self,
  ]

  private static let leaving: [any ParsableCommand.Type] = [
    SpillCommand.self, LossCommand.self, DestroyCommand.self, ShipCommand.self,
    DistributeCommand.self, SeizeCommand.self, CompoundCommand.self,
  ]

  private static let record: [any ParsableCommand.Type] = [
    CheckpointCommand.self, AnchorCommand.self, ExportCommand.self, RebuildCommand.self,
    EraseCommand.self,
    ClockCommand.self, HoldCommand.self, DowntimeCommand.self, InspectionCommand.self,
    FilingCommand.self,
  ]

  private static let evidence: [any ParsableCommand.Type] = [
    ProveCommand.self, ProofCommand.self, LogCommand.self, InspectCommand.self,
    PeerCommand.self,
  ]

  private static let people: [any ParsableCommand.Type] = [
    PersonCommand.self, KeyCommand.self, PatientCommand.self,
  ]

  private static let setup: [any ParsableCommand.Type] = [
    InitCommand.self, RegistrationCommand.self, SiteCommand.self, PolicyCommand.self,
    LocationCommand.self,
    SupplierCommand.self, ProductCommand.self, InitialInventoryCommand.self,
    CompletionsCommand.self,
  ]

  static func main() {
    Interruption.install()
    do {
      // A path of no hashes is written `--path=` as well, which the parser calls a missing value.
      let words = CommandLine.arguments.dropFirst().flatMap {
        $0 == "--path=" ? ["--path", ""] : [$0]
      }
      var command = try parseAsRoot(try TypedWords.understood(words))
      try command.run()
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    Foundation.exit(report(error, of: Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Says what went wrong with a command line, and with which status it ends.
  static func report(_ error: any Error, of arguments: [String]) -> ExitStatus {
    if let status = error as? StatusOnly { return status.status }
    // ArgumentParser's own errors: help is good news, everything else is usage.
    let code = exitCode(for: error)
    if code == .success {
      Console.print(HelpPage.arranged(fullMessage(for: error)))
      return .done
    }
    if code == .validationFailure {
      Console.report(Misuse.explained(message(for: error), arguments))
      return .usage
    }
    let failure = Failure(error)
    Console.report(failure)
    return failure.status
  }
}

/// A command line that the parser does not understand, in the words of this desk.
enum Misuse {
  static func explained(_ message: String, _ arguments: some Collection<String>) -> Failure {
    var command: any ParsableCommand.Type = Custody.self
    var path = "custody"
    for word in arguments {
      let below = command.configuration.subcommands
      if let next = below.first(where: { $0._commandName == word }) {
        command = next
        path += " " + word
      } else if let usual = command.configuration.defaultSubcommand {
        // `ship ketamine …` means `ship send ketamine …`.
        command = usual
        path += " " + usual._commandName
      } else if !below.isEmpty, !word.hasPrefix("-") {
        return unknown(word, after: path, among: below.map { $0._commandName })
      } else {
        break
      }
    }
    let hint = "`\(path) --help` says how"
    if let word = arguments.first(where: { $0.prefixMatch(of: #/-[0-9.]/#) != nil }) {
      return .usage(
        "`\(word)` is negative",
        hint: "write the amount without a sign; the command says which way it goes")
    }
    let text = message.replacing("Error: ", with: "").replacing(#/'([^']*)'/#) { "`\($0.1)`" }
    let parts = text.split(separator: ". Did you mean ", maxSplits: 1).map(String.init)
    return .usage(
      parts[0].prefix(1).lowercased() + parts[0].dropFirst(),
      hint: parts.count == 2 ? "did you mean " + parts[1] : hint)
  }

  private static func unknown(_ word: String, after path: String, among names: [String]) -> Failure
  {
    .usage(
      "`\(path) \(word)` is not a command",
      hint: Known.suggestion(word, among: names).map {
        $0.replacing("`", with: "`\(path) ", maxReplacements: 1)
      }
        ?? "`\(path) --help` lists what there is")
  }
}

/// Everything has been said; only the status is left.
struct StatusOnly: Error {
  let status: ExitStatus
  init(_ status: ExitStatus) { self.status = status }
}

/// Ctrl-C: SQLite rolls back what was not committed, and the status says so.
enum Interruption {
  /// A terminal that a prompt has silenced, and how it was.
  ///
  /// Unsafe because the handler reads it: it is set before the terminal is silenced and dropped
  /// after it speaks again, on the one thread that prompts.
  nonisolated(unsafe) private static var silenced:
    (terminal: Int32, settings: termios, quiet: termios)?

  static func install() {
    // All that the handlers call is safe in a handler.
    signal(SIGINT) { _ in
      Interruption.giveBack()
      _exit(130)
    }
    // Whoever closes the window or ends the program leaves a terminal that echoes, too.
    for ending in [SIGTERM, SIGHUP] {
      signal(ending) { number in
        Interruption.giveBack()
        _exit(128 + number)
      }
    }
    signal(SIGTSTP) { _ in
      Interruption.giveBack()
      kill(getpid(), SIGSTOP)
      // Here it goes on in the foreground again.
      if var terminal = Interruption.silenced {
        tcsetattr(terminal.terminal, TCSANOW, &terminal.quiet)
      }
    }
    signal(SIGPIPE, SIG_IGN)
  }

  private static func giveBack() {
    guard var terminal = silenced else { return }
    tcsetattr(terminal.terminal, TCSANOW, &terminal.settings)
  }

  static func restoring(_ settings: termios, of terminal: Int32, silencedBy quiet: termios) {
    silenced = (terminal, settings, quiet)
  }

  static func restored() { silenced = nil }
}
