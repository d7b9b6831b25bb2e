import Foundation
import Testing

/// Holds every message that a user can read, and what they must not read.
@Suite("transcripts")
struct TranscriptTests {
  static let isRewriting = ProcessInfo.processInfo.environment["CUSTODY_GOLDEN"] == "rewrite"

  @Test("is answered as written", arguments: Transcript.all)
  func answered(_ transcript: Transcript) throws {
    let place = try Place()
    let (written, said, raw) = try transcript.play(in: place)
    if TranscriptTests.isRewriting, written != said {
      // A transcript that was cut short keeps its end.
      let end = try String(contentsOfFile: transcript.path, encoding: .utf8).dropFirst(
        written.count)
      try (said + end).write(toFile: transcript.path, atomically: true, encoding: .utf8)
    } else if written != said {
      Issue.record("\(transcript.name): \(Difference.first(written, said))")
    }
    checkPrivacy(raw, place)
  }

  /// Nothing about a patient, and no free text, is said by anything but what is recorded as a
  /// disclosure, or stands in a byte of the ledger's own files.
  private func checkPrivacy(_ exchanges: [Exchange], _ place: Place) {
    let secrets = Set(exchanges.flatMap { Secrets.typed(in: $0.line) })
    for exchange in exchanges where !Secrets.areDisclosed(by: exchange.line) {
      for secret in secrets where exchange.said.text.contains(secret) {
        Issue.record("`\(secret)` is said by: \(exchange.line)")
      }
    }
    for name in ["ledger.db", "ledger.db-wal", "ledger.lock"] {
      let bytes = FileManager.default.contents(atPath: "\(place.path)/ledger/\(name)") ?? Data()
      for secret in secrets where bytes.range(of: Data(secret.utf8)) != nil {
        Issue.record("`\(secret)` stands in \(name)")
      }
    }
  }
}

extension Transcript: CustomTestStringConvertible {
  var testDescription: String { name }
}

/// The private words that a command line carries.
enum Secrets {
  /// What shows private words, after it was recorded or for those who took part.
  static func areDisclosed(by line: String) -> Bool {
    line.contains("patient records") || line.contains("--recipient")
      || line.contains(" --outsider") || line.contains(" --words")
  }

  static func typed(in line: String) -> [String] {
    var secrets: [String] = []
    let options =
      #/--(note|already-happened|name|address|born|outsider|recipient|copies|samples|reason|directions|prescriber-address|picked-up-by|identification|medical-need|rx|order|proof|agency|to) ('[^']*'|[^ ]+)/#
    for match in line.matches(of: options) {
      let isPatient = line.contains("patient add") || line.contains("patient address")
      let isPublic = ["name", "address", "born"].contains(match.1)
      let isCode = match.1 == "reason" && !line.contains("hold ") && !line.contains("downtime ")
      guard isPatient || !isPublic, !isCode else { continue }
      let value = String(match.2).replacing("'", with: "")
      // An order of a supplier is no prescriber's, a place no authority; and four digits turn up in
      // any digest.
      if match.1 == "order", line.contains("receive ") || value.count < 6 { continue }
      if match.1 == "to", !line.contains("filing ") { continue }
      if ["agency", "to"].contains(match.1), !value.contains(" ") { continue }
      secrets.append(value)
      // A name is as private by its parts.
      if isPatient {
        secrets += value.split(separator: " ").map(String.init).filter { $0.count > 3 }
      }
    }
    return secrets.filter { $0.count > 3 }
  }
}

/// Where two texts part, with a little around it.
enum Difference {
  static func first(_ written: String, _ said: String) -> String {
    let old = written.split(separator: "\n", omittingEmptySubsequences: false)
    let new = said.split(separator: "\n", omittingEmptySubsequences: false)
    let at = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    let from = max(0, (new[..<min(at + 1, new.count)].lastIndex { $0.hasPrefix("$ ") } ?? at))
    let wanted = old[min(from, old.count)..<min(at + 6, old.count)].joined(separator: "\n")
    let got = new[min(from, new.count)..<min(at + 6, new.count)].joined(separator: "\n")
    return
      "line \(at + 1) differs; `Scripts/golden` rewrites\n--- written\n\(wanted)\n--- said\n\(got)"
  }
}
