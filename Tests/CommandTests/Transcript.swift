import Foundation
import Testing

/// A session at the counter, as typed and as answered.
///
/// Lines of a transcript are:
///
///     # a comment, or nothing
///     @ 2026-03-02 14:05            the clock of the commands that follow, in UTC
///     $ custody draw V-1 0.7mL      a line of shell, run as it stands
///     entry 12: draw D-1, …         what it says, both streams in the order spoken
///     [6]                           its exit status, unless it is 0
///     ~ mount                       skips the rest, loudly, where `mount` is impossible
///
/// What differs from run to run is masked: slips, keys, digests and random identifiers.
struct Transcript {
  let path: String

  var name: String { (path as NSString).lastPathComponent.replacing(".transcript", with: "") }

  static let folder = Program.root + "/Tests/CommandTests/Transcripts"

  static let all: [Transcript] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".transcript") }.sorted()
      .map { Transcript(path: folder + "/" + $0) }
  }()

  /// Plays the transcript in a fresh folder.
  ///
  /// - Returns: what was written down, and what was said this time.
  func play(in place: Place) throws -> (written: String, said: String, raw: [Exchange]) {
    let written = try String(contentsOfFile: path, encoding: .utf8)
    var said: [String] = []
    var raw: [Exchange] = []
    var clock: String?
    var skipped: String?
    for line in written.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("# ") || line == "#" || line.isEmpty { said.append(line) }
      if line.hasPrefix("~ ") {
        said.append(line)
        let need = String(line.dropFirst(2))
        if try !Need.isMet(need, in: place) { skipped = need }
      }
      if line.hasPrefix("@ ") {
        said.append(line)
        clock = String(line.dropFirst(2))
      }
      if line.hasPrefix("$ ") {
        if let need = skipped {
          print("SKIPPED: \(name): `\(need)` is impossible here, and the rest needs it")
          return (Transcript.upTo(said, written), said.joined(separator: "\n"), raw)
        }
        let exchange = Exchange(
          line: line, said: try place.sh(String(line.dropFirst(2)), at: clock))
        raw.append(exchange)
        said.append(contentsOf: exchange.lines(in: place))
      }
    }
    while said.last?.isEmpty == true { said.removeLast() }
    return (written, said.joined(separator: "\n") + "\n", raw)
  }

  /// As much of what was written as was played.
  private static func upTo(_ said: [String], _ written: String) -> String {
    let lines = written.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix(said.count).joined(separator: "\n")
  }
}

/// A command of a transcript with its answer.
struct Exchange {
  let line: String
  let said: Said

  func lines(in place: Place) -> [String] {
    var lines = [line]
    let text = Mask.hide(said.text, in: place)
    // An empty line parts exchanges, so one that is said is left out.
    lines += text.split(separator: "\n").map(String.init)
    if said.status != 0 { lines.append("[\(said.status)]") }
    return lines
  }
}

/// What a machine must be able to do for a part of a transcript.
enum Need {
  static func isMet(_ need: String, in place: Place) throws -> Bool {
    switch need {
    case "mount":
      try place.sh(
        "mkdir -p .try && mount -t tmpfs -o size=64k tmpfs .try 2>/dev/null && umount .try"
      ).status == 0
    default: try place.sh("command -v \(need) >/dev/null").status == 0
    }
  }
}

/// Hides what chance decides.
enum Mask {
  static func hide(_ text: String, in place: Place) -> String {
    var text = text.replacing(place.path, with: "HERE")
    text = text.replacing(Program.root, with: "ROOT")
    text = text.replacing(#/slip [a-z2-7]{32}/#, with: "slip SLIP")
    text = text.replacing(#/"slip": "[a-z2-7]{32}"/#, with: "\"slip\": \"SLIP\"")
    text = text.replacing(#/\+[0-9a-f]{8}\+[A-Za-z0-9+\/]{40,}=*/#, with: "+KEY")
    text = text.replacing(#/[A-Za-z0-9+\/]{43}=/#, with: "BASE64")
    text = text.replacing(#/"patient": "[a-z2-7]{16}"/#, with: "\"patient\": \"PATIENT\"")
    text = text.replacing(#/:\d\d\.\d\d\dZ/#, with: ":SEC")
    text = text.replacing(#/by process \d+/#, with: "by process PID")
    return text
  }
}
