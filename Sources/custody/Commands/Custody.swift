import ArgumentParser
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
      CommandGroup(
        name: "At the counter",
        subcommands: [
          ReceiveCommand.self, MoveCommand.self, UnpackCommand.self, OpenCommand.self,
          DrawCommand.self, GiveCommand.self, WasteCommand.self, PutBackCommand.self,
          EmptyCommand.self, CountCommand.self, CorrectCommand.self, StatusCommand.self,
        ]),
      CommandGroup(
        name: "The record",
        subcommands: [
          HistoryCommand.self, ReconcileCommand.self, VerifyCommand.self, ExportCommand.self,
          RebuildCommand.self, CheckpointCommand.self, EraseCommand.self, ClockCommand.self,
        ]),
      CommandGroup(
        name: "Setting up",
        subcommands: [
          InitCommand.self, RegistrationCommand.self, PolicyCommand.self, PersonCommand.self, KeyCommand.self,
          LocationCommand.self, SupplierCommand.self, PatientCommand.self, ProductCommand.self,
          InitialInventoryCommand.self, CompletionsCommand.self,
        ]),
    ])

  static func main() {
    Interruption.install()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    if let status = error as? StatusOnly { Foundation.exit(status.status.rawValue) }
    // ArgumentParser's own errors: help is good news, everything else is usage.
    let code = exitCode(for: error)
    if code == .success {
      Console.print(fullMessage(for: error))
      Foundation.exit(0)
    }
    if code == .validationFailure {
      let text = message(for: error).replacing("Error: ", with: "")
      Console.report(Failure.usage(text, hint: "`custody help` and `custody COMMAND --help` say how"))
      Foundation.exit(ExitStatus.usage.rawValue)
    }
    let failure = Failure(error)
    Console.report(failure)
    Foundation.exit(failure.status.rawValue)
  }
}

/// Everything has been said; only the status is left.
struct StatusOnly: Error {
  let status: ExitStatus
  init(_ status: ExitStatus) { self.status = status }
}

/// Ctrl-C: SQLite rolls back what was not committed, and the status says so.
enum Interruption {
  static func install() {
    signal(SIGINT) { _ in _exit(130) }
    signal(SIGPIPE, SIG_IGN)
  }
}
