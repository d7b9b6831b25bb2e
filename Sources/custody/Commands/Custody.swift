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
      The commonest acts:
        custody draw V-31 0.7mL                       take from an open vial
        custody give D-104 0.5mL --patient P-12       give from a draw
        custody waste D-104 rest --witness ana        waste what is left
        custody count V-31 3.6mL                      count, and see what differs
        custody status                                what is open, and what is on hand

      Name the ledger with --ledger DIR or CUSTODY_LEDGER, yourself with --as NAME or CUSTODY_AS.

      Exit statuses:
      \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n"))
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "At the counter", subcommands: counter),
      CommandGroup(name: "Prescriptions", subcommands: prescriptions),
      CommandGroup(name: "Stock", subcommands: stock),
      CommandGroup(name: "Leaving otherwise", subcommands: leaving),
      CommandGroup(name: "The record", subcommands: record),
      CommandGroup(name: "Evidence for outsiders", subcommands: evidence),
      CommandGroup(name: "People and patients", subcommands: people),
      CommandGroup(name: "Setting up", subcommands: setup),
    ])

  private static let counter: [any ParsableCommand.Type] = [
    OpenCommand.self, DrawCommand.self, PrepareCommand.self, GiveCommand.self,
    ParticularsCommand.self, WasteCommand.self, PutBackCommand.self, LabelCommand.self,
    HandoffCommand.self, EmptyCommand.self, CountCommand.self, CorrectCommand.self,
    ReviewCommand.self, CosignCommand.self, StatusCommand.self, DeskCommand.self,
  ]

  private static let prescriptions: [any ParsableCommand.Type] = [
    RxCommand.self, DispenseCommand.self,
  ]

  private static let stock: [any ParsableCommand.Type] = [
    OrderCommand.self, ReceiveCommand.self, ReceiptCommand.self, SetAsideCommand.self,
    ReleaseCommand.self, FoundCommand.self, ExpiringCommand.self, MoveCommand.self,
    UnpackCommand.self,
  ]

  private static let leaving: [any ParsableCommand.Type] = [
    SpillCommand.self, LossCommand.self, DestroyCommand.self, ShipCommand.self,
    DistributeCommand.self, SeizeCommand.self, CompoundCommand.self,
  ]

  private static let record: [any ParsableCommand.Type] = [
    HistoryCommand.self, ReconcileCommand.self, DeadSpaceCommand.self, VerifyCommand.self,
    ExportCommand.self,
    RebuildCommand.self, CheckpointCommand.self, EraseCommand.self, ClockCommand.self,
    HoldCommand.self, DowntimeCommand.self, InspectionCommand.self, FilingCommand.self,
  ]

  private static let evidence: [any ParsableCommand.Type] = [
    ProveCommand.self, ProofCommand.self, LogCommand.self, InspectCommand.self,
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
      var command = try parseAsRoot(words)
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
      Console.print(fullMessage(for: error))
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
  nonisolated(unsafe) private static var silenced: (terminal: Int32, settings: termios)?

  static func install() {
    signal(SIGINT) { _ in
      // Both calls are safe in a handler.
      if var terminal = Interruption.silenced {
        tcsetattr(terminal.terminal, TCSANOW, &terminal.settings)
      }
      _exit(130)
    }
    signal(SIGPIPE, SIG_IGN)
  }

  static func restoring(_ settings: termios, of terminal: Int32) {
    silenced = (terminal, settings)
  }

  static func restored() { silenced = nil }
}
