import Dispensary
import Foundation
import Interchange

/// hledger reckons every balance of a state anew, from the exported journal, which asserts them.
///
/// It reckons beside the walk, which goes on; ``finish()`` asks what it found.
struct SecondProgram {
  struct Disagrees: Error, CustomStringConvertible { let description: String }

  private var running: [(process: Process, journal: URL, said: URL)] = []

  /// Does nothing where hledger is not installed, and says so once.
  mutating func begin(_ state: State) throws {
    guard let program = SecondProgram.program else { return }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "custody-walk-\(UUID().uuidString).journal")
    let said = file.appendingPathExtension("said")
    try Data(Hledger.journal(of: state, zone: .utc).utf8).write(to: file)
    try Data().write(to: said)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["-f", file.path, "check", "accounts", "commodities", "ordereddates"]
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    let words = try FileHandle(forWritingTo: said)
    process.standardOutput = words
    process.standardError = words
    try process.run()
    running.append((process, file, said))
  }

  func finish() throws {
    defer {
      for check in running {
        try? FileManager.default.removeItem(at: check.journal)
        try? FileManager.default.removeItem(at: check.said)
      }
    }
    for check in running {
      check.process.waitUntilExit()
      guard check.process.terminationStatus == 0 else {
        let said = try String(contentsOf: check.said, encoding: .utf8)
        throw Disagrees(description: "hledger: \(said)")
      }
    }
  }

  private static let program: String? = {
    let found = ["/usr/bin/hledger", "/usr/local/bin/hledger"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    if found == nil { print("WARNING: HLEDGER IS NOT INSTALLED: NO SECOND PROGRAM RECKONED") }
    return found
  }()
}
