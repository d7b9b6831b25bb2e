import ArgumentParser

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "s")
}
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "history", abstract: "s")
}
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "reconcile", abstract: "s")
}
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "verify", abstract: "s")
}
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "export", abstract: "s")
}
