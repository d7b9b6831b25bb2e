import Dispensary
import Foundation
import Interchange

/// hledger reckons every balance of a state anew, from the exported journal, which asserts them.
enum SecondProgram {
  struct Disagrees: Error, CustomStringConvertible { let description: String }

  /// Does nothing where hledger is not installed, and says so once.
  static func check(_ state: State) throws {
    guard let program else { return }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "custody-walk-\(UUID().uuidString).journal")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Hledger.journal(of: state, zone: .utc).utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["-f", file.path, "check", "accounts", "commodities", "ordereddates"]
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Disagrees(description: "hledger: " + String(decoding: said, as: UTF8.self))
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
