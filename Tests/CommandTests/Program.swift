import Foundation
import Testing

/// The program under test and the folders that it works in.
///
/// Everything here goes through processes, as a user would: no room of the house is imported.
enum Program {
  /// The folder that `swift build` leaves `custody` in, beside the test bundle.
  static let folder: String = {
    let started = CommandLine.arguments.first ?? ""
    let bundles = [Bundle.main.bundlePath, Bundle.main.executablePath ?? "", started]
    let candidates = bundles.flatMap { above($0) } + built
    for candidate in candidates where isProgram(candidate + "/custody") { return candidate }
    fatalError("no `custody` beside the tests: `swift build --build-tests` makes it")
  }()

  /// The repository, for the sources of transcripts and for real data.
  static let root: String = {
    let here = URL(fileURLWithPath: #filePath)
    return here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  private static func above(_ path: String) -> [String] {
    let url = URL(fileURLWithPath: path)
    return [url, url.deletingLastPathComponent()].map(\.path)
  }

  /// Where the program is when the tests were started from somewhere else.
  private static var built: [String] {
    #if DEBUG
      [root + "/.build/debug"]
    #else
      [root + "/.build/release"]
    #endif
  }

  private static func isProgram(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }
}

/// A folder of its own for one test, and what a shell finds in it.
final class Place {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "custody-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A test that mounts something unmounts it before it ends; nothing else stays.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// What the environment of a command says: a ledger here, Kim at the counter, no surprises.
  var environment: [String: String] {
    [
      "PATH": Program.folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"),
      "HOME": path, "TMPDIR": path, "XDG_STATE_HOME": path + "/state", "LC_ALL": "C.UTF-8",
      "TZ": "UTC", "CUSTODY_LEDGER": "ledger", "CUSTODY_AS": "kim", "ROOT": Program.root,
    ]
  }

  /// Runs a line of shell, with everything that it says in one stream, in the order it was said.
  @discardableResult
  func sh(_ line: String, at clock: String? = nil) throws -> Said {
    let running = try start(line, at: clock)
    return try running.end()
  }

  /// Runs a line and demands that it succeeds.
  @discardableResult
  func must(_ line: String, _ location: SourceLocation = #_sourceLocation) throws -> String {
    let said = try sh(line)
    if said.status != 0 {
      Issue.record("[\(said.status)] \(line)\n\(said.text)", sourceLocation: location)
    }
    return said.text
  }

  /// Starts a line of shell and does not wait for it.
  func start(_ line: String, at clock: String? = nil) throws -> Running {
    // Into a file: a pipe would stay open for as long as whatever the line leaves behind.
    let file = path + "/.said-" + UUID().uuidString
    let words = (clock.map { ["faketime", "-f", "@\($0):00"] } ?? []) + ["bash", "-c", line]
    return Running(
      process: try Spawn.start(words, environment: environment, in: path, output: file), file: file)
  }

  /// A clinic with two administrators, a nurse and two places; nothing is in stock yet.
  func clinic() throws {
    try must(Place.opening)
    try must("custody person add ana --name 'Ana Silva' --initials AS --role nurse")
    try must("custody key new ana --no-passphrase --witness lee")
    try must("custody location add vault && custody location add room")
  }

  static let opening = """
    custody init --origin acme/clinic/1 --dea FA1234563 --name 'Acme Clinic' \
      --address '1 Main St, Columbus OH 43215' --state OH --zone America/New_York \
      --no-passphrase --founder 'kim:Kim Wells:KW:pharmacist,administrator' \
      --founder 'lee:Lee Park:LP:pharmacist,administrator'
    """

  func query(_ sql: String, _ file: String = "ledger/ledger.db") throws -> String {
    try must("sqlite3 -batch \(file) \"\(sql)\"")
  }
}

/// What a finished command said, and its status.
struct Said {
  let text: String
  let status: Int32
}

/// A command that is still running.
struct Running {
  let process: pid_t
  fileprivate let file: String

  /// Whether it has not ended yet; it is not reaped by asking.
  var isRunning: Bool {
    var info = siginfo_t()
    waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
    return info.si_signo == 0
  }

  /// Waits for its end. A status of -1 says that a signal ended it.
  func end() throws -> Said {
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    let data = FileManager.default.contents(atPath: file) ?? Data()
    try? FileManager.default.removeItem(atPath: file)
    let exited = status & 0x7F == 0
    return Said(
      text: String(decoding: data, as: UTF8.self), status: exited ? (status >> 8) & 0xFF : -1)
  }
}

/// Starts processes without Foundation's `Process`, which waits on a run loop and hands down
/// the signals that its thread blocks.
private enum Spawn {
  struct Refused: Error { let errno: Int32 }

  static func start(
    _ words: [String], environment: [String: String], in folder: String, output: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The threads of the tests block signals, and a child would inherit that: Ctrl-C must work.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    // No terminal: a prompt must fail, wherever the tests are started from.
    let arguments = (["setsid", "env", "-C", folder] + words).map { strdup($0) }
    let variables = environment.map { strdup("\($0)=\($1)") }
    defer { for text in arguments + variables { free(text) } }
    let result = posix_spawnp(
      &pid, "setsid", &actions, &attributes, arguments + [nil], variables + [nil])
    guard result == 0 else { throw Refused(errno: result) }
    return pid
  }
}
