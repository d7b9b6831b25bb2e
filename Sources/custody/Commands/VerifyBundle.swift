import LedgerCore
import Notation

/// What `custody verify DIR` says about an inspection bundle.
struct BundlePage {
  private let verdict: BundleVerdict
  private let isPinned: Bool

  init(_ verdict: BundleVerdict, isPinned: Bool) {
    self.verdict = verdict
    self.isPinned = isPinned
  }

  var status: ExitStatus {
    switch verdict.outcome {
    case .consistent: .done
    case .tampered: .tampered
    case .notProven: .notProven
    case .unreadable: .unreadable
    }
  }

  func print(json: Bool) throws {
    if json {
      Console.print(self.json)
    } else {
      Console.print((lines + [verdict.line]).joined(separator: "\n"))
    }
    if status != .done { throw StatusOnly(status) }
  }

  private var lines: [String] {
    guard let checkpoint = verdict.checkpoint else { return [] }
    let withheld = verdict.withheld == 0 ? "" : ", \(verdict.withheld) withheld"
    return [
      "bundle       \(checkpoint.origin)",
      "checkpoint   \(checkpoint.size) entries, root \(checkpoint.root)",
      "entries      \(verdict.entries) hashed and chained\(withheld)",
      "signatures   \(verdict.signatures) valid",
      "trust        "
        + (isPinned ? "the site key that was given" : "the site key as the bundle names it"),
    ]
  }

  private var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/bundle-verification/1", "verdict": .string(verdict.line),
      "status": .integer(Int64(status.rawValue)), "entries": .integer(verdict.entries),
      "withheld": .integer(verdict.withheld),
      "signatures": .integer(Int64(verdict.signatures)), "pinned": .bool(isPinned),
    ]
    members["origin"] = verdict.checkpoint.map { .string($0.origin) }
    members["size"] = verdict.checkpoint.map { .integer($0.size) }
    members["root"] = verdict.checkpoint.map { .string($0.root.base64) }
    members["first_bad"] = verdict.entry.map { .integer($0) }
    return .object(members)
  }
}
