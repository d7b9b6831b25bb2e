/// The exit statuses, as the manual prints them.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case failed = 1
  case usage = 2
  case discrepancies = 3
  case tampered = 4
  case refused = 5
  case notEnough = 6
  case busy = 7
  case noLedger = 8
  case wrongSecret = 9
  case overdue = 10
  case notProven = 11
  case unreadable = 12
  case interrupted = 130

  /// All of them, one line each.
  static var table: String {
    allCases.map { status in
      let number = "\(status.rawValue)"
      return String(repeating: " ", count: 5 - number.count) + number + "  " + status.meaning
    }.joined(separator: "\n")
  }

  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed"
    case .usage: "usage: the command line is not understood"
    case .discrepancies: "a check found discrepancies"
    case .tampered: "tamper evidence"
    case .refused: "refused by a rule"
    case .notEnough: "not enough stock"
    case .busy: "the ledger is busy"
    case .noLedger: "no ledger here"
    case .wrongSecret: "wrong passphrase or key"
    case .overdue: "something is overdue"
    case .notProven: "not proven, or not counted"
    case .unreadable: "unreadable"
    case .interrupted: "interrupted, nothing half-written"
    }
  }
}

/// Bad news for the person at the desk: what, which thing, the numbers, and what to do next.
struct Failure: Error {
  var status: ExitStatus
  /// One line or several, each lower case without a full stop.
  var lines: [String]
  var hints: [String]

  init(_ status: ExitStatus, _ line: String, hint: String? = nil) {
    self.status = status
    lines = [line]
    hints = hint.map { [$0] } ?? []
  }

  init(_ status: ExitStatus, lines: [String], hints: [String]) {
    self.status = status
    self.lines = lines
    self.hints = hints
  }

  static func usage(_ line: String, hint: String? = nil) -> Failure {
    Failure(.usage, line, hint: hint)
  }
}
