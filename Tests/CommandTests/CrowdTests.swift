import Foundation
import Testing

/// Many at one counter, and ends that come at a bad moment. Each takes the whole machine.
@Suite("crowd", .serialized)
struct CrowdTests {
  @Test("eight processes append two hundred entries each, and nobody is turned away")
  func eight() throws {
    let place = try Place()
    try place.clinic()
    let first = try Int(place.query("SELECT count(*) FROM entry").trimmed) ?? 0
    let began = Date()
    let crowd = try (1...8).map { try place.start(CrowdTests.appender($0)) }
    let ends = try crowd.map { try $0.end() }
    let seconds = Date().timeIntervalSince(began)
    for end in ends { #expect(end.status == 0 && end.text.isEmpty, "\(end.text.prefix(2000))") }
    let waits = try place.must("cat wait-*").split(separator: "\n").compactMap { Int($0) }.sorted()
    #expect(waits.count == 1600)
    let median = waits.isEmpty ? 0 : waits[waits.count / 2] / 1000
    print(
      "crowd: 1600 entries by 8 processes in \(Int(seconds)) s; one entry took \(median) ms in "
        + "the middle, \((waits.last ?? 0) / 1000) ms at worst")
    try place.checkChain(entries: first + 1600)
  }

  /// Adds two hundred places, and writes down how many microseconds each took.
  private static func appender(_ number: Int) -> String {
    """
    for i in $(seq 200); do
      from=${EPOCHREALTIME/./}
      custody location add l-\(number)-$i >said-\(number) 2>&1 || { cat said-\(number); exit 1; }
      grep -q 'is locked\\|is busy' said-\(number) && { cat said-\(number); exit 1; }
      echo $((${EPOCHREALTIME/./} - from)) >>wait-\(number)
    done
    """
  }

  @Test("kill -9 at two hundred moments: what was acknowledged is there, and nothing half")
  func killed() throws {
    let place = try Place()
    try place.stocked()
    let seed = UInt64.random(in: 0...UInt64.max)
    var dice = Dice(seed: seed)
    var acknowledged: [(seq: String, slip: String)] = []
    var deaths = 0
    for number in 1...200 {
      let running = try place.start("exec custody \(CrowdTests.act(number))")
      usleep(UInt32.random(in: 0...90_000, using: &dice))
      kill(running.process, SIGKILL)
      let said = try running.end()
      if said.status == -1 { deaths += 1 } else { #expect(said.status == 0, "\(said.text)") }
      // The whole answer may not have been said; what was said must be true.
      acknowledged += said.text.matches(of: #/entry (\d+): [^\n]*\n[^\n]*\n  slip ([a-z2-7]{32})/#)
        .map { (String($0.1), String($0.2)) }
    }
    print("killed: seed \(seed), \(deaths) of 200 died, \(acknowledged.count) entries acknowledged")
    let slips = try place.slips()
    for entry in acknowledged where slips[entry.seq] != entry.slip {
      Issue.record("entry \(entry.seq) with slip \(entry.slip) is gone, seed \(seed)")
    }
    try place.must("custody location add last")
    try place.checkChain(entries: nil)
    try place.checkVault()
  }

  private static func act(_ number: Int) -> String {
    switch number % 4 {
    case 0: "patient add --name 'Nora Eiderdown \(number)' --address '5 Bramble Ct'"
    case 1: "location add k-\(number)"
    case 2: "give V-1 0.002mL --drawn 0.003mL --patient P-1 --waste rest --witness ana --note 'n'"
    default: "draw V-1 0.001mL --note 'a note for the vault'"
    }
  }

  @Test("Ctrl-C while waiting for the lock ends with 130 and records nothing")
  func interrupted() throws {
    let place = try Place()
    try place.clinic()
    let before = try place.content()
    let holder = try place.start("exec flock ledger/ledger.lock sleep 30")
    while try place.sh("flock -n ledger/ledger.lock true").status == 0 { usleep(20_000) }
    let waiting = try place.start("exec custody location add attic")
    usleep(1_500_000)
    #expect(waiting.isRunning)
    kill(waiting.process, SIGINT)
    let said = try waiting.end()
    kill(holder.process, SIGKILL)
    _ = try holder.end()
    #expect(said.status == 130)
    #expect(said.text.isEmpty)
    #expect(try place.content() == before)
  }
}

/// A small generator with a seed that a failure prints (splitmix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension Place {
  /// Numbers without a gap, projections that can be derived again, and a clean verdict.
  func checkChain(entries: Int?) throws {
    let row = try query("SELECT count(*), min(seq), max(seq) FROM entry").trimmed
    let parts = row.split(separator: "|").compactMap { Int($0) }
    #expect(parts.count == 3 && parts[1] == 0 && parts[2] == parts[0] - 1, "\(row)")
    if let entries { #expect(parts.first == entries) }
    #expect(try query("PRAGMA integrity_check").trimmed == "ok")
    let rebuilt = try must("custody rebuild")
    #expect(rebuilt.contains("nothing had changed"), "\(rebuilt)")
    let verdict = try sh("custody verify")
    #expect(verdict.status == 0, "\(verdict.text)")
  }

  /// Every opening in the vault belongs to an entry, and every entry has its openings.
  func checkVault() throws {
    let openings = try query("SELECT count(*) FROM opening", "ledger/vault.db").trimmed
    let expected = try query("SELECT coalesce(sum(openings), 0) FROM journal").trimmed
    #expect(openings == expected, "the vault has \(openings) openings, the entries \(expected)")
    #expect(openings != "0")
  }

  /// The slip of every entry, derived from its stored leaf as any outsider would.
  func slips() throws -> [String: String] {
    let script = """
      import sqlite3, base64
      for seq, leaf in sqlite3.connect('ledger/ledger.db').execute('SELECT seq, leaf FROM entry'):
          print(seq, base64.b32encode(leaf).decode().lower()[:32])
      """
    let lines = try must("python3 - <<'EOF'\n\(script)\nEOF").split(separator: "\n")
    return Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), String(words[1]))
      })
  }
}
