package import LedgerCore
package import Notation

/// A verification, as it is printed: stages with counts, what was found, one verdict line last.
///
/// It takes plain values, so that the room which verifies need not know how it is shown.
package struct VerdictPage: Sendable {
  package struct Stage: Sendable {
    package var name: String
    package var text: String
    package var faults: Int

    package init(name: String, text: String, faults: Int) {
      self.name = name
      self.text = text
      self.faults = faults
    }
  }

  package struct KeyUse: Sendable {
    package var key: String
    package var handle: String
    package var entries: Int
    package var lastSeq: Int64

    package init(key: String, handle: String, entries: Int, lastSeq: Int64) {
      self.key = key
      self.handle = handle
      self.entries = entries
      self.lastSeq = lastSeq
    }
  }

  package struct Anchor: Sendable {
    package var seq: Int64
    package var kind: String
    package var name: String
    package var size: Int64
    package var outside: Instant?
    /// `traced`, `untraced` or `kept`.
    package var grade: String

    package init(
      seq: Int64, kind: String, name: String, size: Int64, outside: Instant?, grade: String
    ) {
      self.seq = seq
      self.kind = kind
      self.name = name
      self.size = size
      self.outside = outside
      self.grade = grade
    }
  }

  package var origin: String?
  package var size: Int64
  package var root: String?
  package var headNote: String?
  package var stages: [Stage] = []
  package var faults: [Fault] = []
  package var faultCount = 0
  package var firstBad: Int64?
  package var signedBy: [KeyUse] = []
  package var laterSigners: [KeyUse] = []
  package var discrepancies: [String] = []
  package var erasures: [(seq: Int64, values: Int)] = []
  package var warnings: [String] = []
  package var trustSource = ""
  package var exposure: Int64 = 0
  package var anchors: [Anchor] = []
  package var verdict: String
  package var status: Int32

  package init(size: Int64, verdict: String, status: Int32) {
    self.size = size
    self.verdict = verdict
    self.status = status
  }

  /// More faults than this are counted, not printed; the JSON has them.
  package static let faultsShown = 20
}

extension VerdictPage {
  package var text: String {
    var lines = stages.map(line)
    if let root { lines.append(padded("root") + "\(root) over \(size)") }
    if !trustSource.isEmpty { lines.append(padded("trust") + trustSource) }
    lines.append(padded("exposure") + exposureText)
    lines += faults.prefix(VerdictPage.faultsShown).map { "fault: " + VerdictPage.line($0) }
    if faultCount > VerdictPage.faultsShown {
      lines.append("fault: and \(faultCount - VerdictPage.faultsShown) more")
    }
    if !signedBy.isEmpty, let firstBad {
      lines.append(
        "entry \(firstBad) was signed by "
          + signedBy.map { "\($0.handle) (\($0.key))" }
          .joined(separator: ", "))
    }
    lines += laterSigners.map {
      "after it \($0.handle) (\($0.key)) signed \($0.entries), the last of them entry \($0.lastSeq)"
    }
    lines += discrepancies.map { "discrepancy: " + $0 }
    lines += erasures.map {
      "erased: \($0.values) \($0.values == 1 ? "value" : "values"), as entry \($0.seq) orders"
    }
    lines += warnings.map { "warning: " + $0 }
    lines.append(verdict)
    return lines.joined(separator: "\n") + "\n"
  }

  private var exposureText: String {
    if size == 0 { return "none, there is nothing to vouch for" }
    let entries = "\(exposure) of \(size) entries: "
    if let anchor = widest, size - anchor.size <= exposure {
      return entries + "since the anchor by \(anchor.name)"
        + (anchor.outside.map { ", \($0.text)" } ?? "")
    }
    if exposure < size { return entries + "since the checkpoint given" }
    return entries
      + (anchors.isEmpty ? "no anchor outside this machine" : "no anchor that leads outside")
  }

  private var widest: Anchor? {
    anchors.filter { $0.grade == "traced" }.max { $0.size < $1.size }
  }

  private func line(_ stage: Stage) -> String {
    let faults =
      stage.faults == 0 ? "" : "; \(stage.faults) \(stage.faults == 1 ? "fault" : "faults")"
    return padded(stage.name) + stage.text + faults
  }

  private func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(1, 13 - name.count))
  }

  /// `leaf-mismatch at entry 812: …, stored `a`, computed `b``.
  package static func line(_ fault: Fault) -> String {
    var text = fault.description
    if let stored = fault.stored { text += ", stored `\(stored)`" }
    if let computed = fault.computed { text += ", computed `\(computed)`" }
    return text
  }
}

extension VerdictPage {
  /// `custody/verification/1`.
  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/verification/1", "size": .integer(size), "verdict": .string(verdict),
      "status": .integer(Int64(status)), "exposure": .integer(exposure),
      "trust": .string(trustSource), "fault_count": .integer(Int64(faultCount)),
      "stages": .array(stages.map(VerdictPage.json)),
      "faults": .array(faults.map(VerdictPage.json)),
      "signed_by": .array(signedBy.map(VerdictPage.json)),
      "later_signers": .array(laterSigners.map(VerdictPage.json)),
      "discrepancies": .array(discrepancies.map { .string($0) }),
      "erasures": .array(
        erasures.map { ["seq": .integer($0.seq), "values": .integer(Int64($0.values))] }),
      "warnings": .array(warnings.map { .string($0) }),
      "anchors": .array(anchors.map(VerdictPage.json)),
    ]
    members["origin"] = origin.map { .string($0) }
    members["root"] = root.map { .string($0) }
    members["head"] = headNote.map { .string($0) }
    members["first_bad"] = firstBad.map { .integer($0) }
    return .object(members)
  }

  private static func json(_ stage: Stage) -> JSON {
    [
      "stage": .string(stage.name), "text": .string(stage.text),
      "faults": .integer(Int64(stage.faults)),
    ]
  }

  private static func json(_ fault: Fault) -> JSON {
    var members: [String: JSON] = ["code": .string(fault.code), "text": .string(fault.text)]
    members["seq"] = fault.seq.map { .integer($0) }
    members["stored"] = fault.stored.map { .string($0) }
    members["computed"] = fault.computed.map { .string($0) }
    return .object(members)
  }

  private static func json(_ anchor: Anchor) -> JSON {
    var members: [String: JSON] = [
      "entry": .integer(anchor.seq), "kind": .string(anchor.kind), "name": .string(anchor.name),
      "size": .integer(anchor.size), "grade": .string(anchor.grade),
    ]
    members["outside"] = anchor.outside.map { .string($0.text) }
    return .object(members)
  }

  private static func json(_ use: KeyUse) -> JSON {
    [
      "key": .string(use.key), "handle": .string(use.handle),
      "entries": .integer(Int64(use.entries)), "last_seq": .integer(use.lastSeq),
    ]
  }
}
