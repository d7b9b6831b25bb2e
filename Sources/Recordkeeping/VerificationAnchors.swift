import Dispensary
import LedgerCore
import LedgerStore
import Notation

/// An entry that names an anchor, as verification read it.
struct NamedAnchor {
  let seq: Int64
  let recordedAt: Instant
  let event: AnchorAdded
}

/// A row of `anchor` that can be read.
struct StoredAnchor {
  let id: Int64
  let size: Int64
  let kind: String
  let request: [UInt8]?
  let evidence: [UInt8]

  init?(_ row: [RawValue]) {
    guard row.count == 5, let id = row[0].integer, let size = row[1].integer,
      let kind = row[2].text, let evidence = row[4].blob, row[3].isNull || row[3].blob != nil
    else { return nil }
    (self.id, self.size, self.kind, self.evidence) = (id, size, kind, evidence)
    request = row[3].blob
  }
}

extension Examination {
  /// Notes what an entry says about anchors.
  func noteAnchor(_ body: EntryBody, at seq: Int64) {
    guard body.type == AnchorAdded.type, let entry = try? RecordedEvent(body),
      let event = entry.event as? AnchorAdded
    else { return }
    namedAnchors.append(NamedAnchor(seq: seq, recordedAt: body.ts, event: event))
  }

  /// Each anchor has its entry, each entry its anchor, and what they say is true of this ledger.
  func checkAnchors(_ tree: StoredTree) {
    let rows = readAnchors()
    checkCosignatures(rows)
    var left = rows
    var unmet: [NamedAnchor] = []
    for named in namedAnchors {
      let evidence = named.event.evidence.wireText
      guard let at = left.firstIndex(where: { SHA256.hash($0.evidence).base64 == evidence })
      else {
        unmet.append(named)
        continue
      }
      compare(named, left.remove(at: at), tree)
    }
    // What is left on both sides was changed; what is left on one side came or went.
    for (named, row) in zip(unmet, left) { compare(named, row, tree) }
    for named in unmet.dropFirst(left.count) {
      report(
        Fault(.anchorMissing, at: named.seq, "the evidence of the anchor is not in table anchor"),
        .tree)
    }
    for row in left.dropFirst(unmet.count) {
      report(
        Fault(.anchorUnnamed, at: max(0, row.size - 1), "an anchor that no entry names"), .tree)
    }
  }

  private func readAnchors() -> [StoredAnchor] {
    var rows: [StoredAnchor] = []
    for row in attempt(.tree, "table anchor", { try snapshot.anchorRows() }) ?? [] {
      guard let anchor = StoredAnchor(row) else {
        report(Fault(.columnClass, at: nil, "an anchor holds another class of value"), .tree)
        continue
      }
      rows.append(anchor)
      if anchor.id != Int64(rows.count) {
        report(
          Fault(
            .anchorMismatch, at: max(0, anchor.size - 1), "the anchors are not numbered in order",
            stored: "\(anchor.id)", computed: "\(rows.count)"), .tree)
      }
    }
    return rows
  }

  private func compare(_ named: NamedAnchor, _ row: StoredAnchor, _ tree: StoredTree) {
    let root = tree.checkpoints.first { $0.size == named.event.size }?.root
    let request = row.request.map { SHA256.hash($0).base64 }
    let columns: [(String, String?, String?)] = [
      ("evidence", SHA256.hash(row.evidence).base64, named.event.evidence.wireText),
      ("request", request, named.event.request?.wireText),
      ("kind", row.kind, named.event.kind.rawValue),
      ("size", "\(row.size)", "\(named.event.size)"),
    ]
    var fits = true
    for (name, stored, computed) in columns where stored != computed {
      fits = false
      report(
        Fault(
          .anchorMismatch, at: named.seq, "`\(name)` of the anchor is not what its entry says",
          stored: stored ?? "nothing", computed: computed ?? "nothing"), .tree)
    }
    // The checkpoints themselves are compared with the tree.
    let wanted = root.map(Base64.encode)
    if wanted != named.event.root.wireText {
      fits = false
      report(
        Fault(
          .anchorMismatch, at: named.seq, "the root that was anchored is not the ledger's",
          stored: named.event.root.wireText, computed: wanted ?? "no checkpoint"), .tree)
    }
    if fits, named.event.kind == .witness { fits = checkWitness(named, row, tree) }
    if fits { soundAnchors.append((named, row)) }
  }

  /// A witness's line stands in `cosignature` and in the evidence of an anchor, or in neither.
  private func checkCosignatures(_ rows: [StoredAnchor]) {
    var named: Set<String> = []
    for row in rows where row.kind == AnchorAdded.Kind.witness.rawValue {
      for line in String(decoding: row.evidence, as: UTF8.self).split(separator: "\n") {
        named.insert("\(row.size) \(line)")
      }
    }
    var stored: Set<String> = []
    for row in attempt(.tree, "table cosignature", { try snapshot.cosignatureRows() }) ?? [] {
      let size = row.first?.integer
      let line = row.count > 1 ? row[1].text : nil
      let key = "\(size.map(String.init) ?? "") \(line ?? "")"
      stored.insert(key)
      guard !named.contains(key) else { continue }
      report(
        Fault(
          .cosignatureUnknown, at: size.map { max(0, $0 - 1) },
          "a cosignature of a witness that no entry names"), .tree)
    }
    for key in named.subtracting(stored).sorted() {
      let size = key.split(separator: " ").first.flatMap { Int64($0) }
      report(
        Fault(
          .cosignatureMissing, at: size.map { max(0, $0 - 1) },
          "a cosignature of an anchor is not in table cosignature"), .tree)
    }
  }
}

// MARK: What the evidence proves

extension Examination {
  /// Milliseconds by which the ledger's clock and one outside may differ: as much as the house rule
  /// `anchor.clock` lets pass.
  static let clockTolerance: Int64 = 300_000

  /// Checks the evidence of each anchor again, and the times around it.
  func judgeAnchors(_ tree: StoredTree) {
    for (named, row) in soundAnchors.sorted(by: { $0.named.seq < $1.named.seq }) {
      guard let note = tree.checkpoints.first(where: { $0.size == named.event.size })?.note,
        let grade = grade(named, row, Array(note.utf8))
      else { continue }
      anchors.append(
        VerificationReport.Anchor(
          seq: named.seq, kind: named.event.kind, name: named.event.name, size: named.event.size,
          outside: named.event.outside, grade: grade))
    }
    checkClock()
  }

  /// How far the evidence leads; nil where it contradicts the ledger.
  private func grade(
    _ named: NamedAnchor, _ row: StoredAnchor, _ note: [UInt8]
  ) -> VerificationReport.Anchor.Grade? {
    switch named.event.kind {
    case .tsa: return timeStamp(named, row, note)
    case .witness: return isPinned(named) ? .traced : .untraced
    case .sheet, .inspector: return .kept
    }
  }

  /// Whether the trust file names the key of the witness that cosigned.
  private func isPinned(_ named: NamedAnchor) -> Bool {
    let pinned = Set(trust?.policy.witnesses.compactMap(\.key) ?? [])
    return cosigned.contains {
      $0.size == named.event.size && $0.key.name == named.event.name && pinned.contains($0.key)
    }
  }

  private func timeStamp(
    _ named: NamedAnchor, _ row: StoredAnchor, _ note: [UInt8]
  ) -> VerificationReport.Anchor.Grade? {
    do {
      let stamp = try TimeStamp.open(
        row.evidence, answering: TimeStampRequest(der: row.request ?? []), stamping: note,
        roots: authorities)
      guard stamp.time == named.event.outside else {
        report(
          Fault(
            .anchorInvalid, at: named.seq, "the time stamp is of another time than its entry says",
            stored: named.event.outside?.text ?? "none", computed: stamp.time.text), .tree)
        return nil
      }
      return stamp.trust == .traced ? .traced : .untraced
    } catch .certificates {
      return .untraced
    } catch {
      report(
        Fault(.anchorInvalid, at: named.seq, "the time stamp \(error.rawValue)"), .tree)
      return nil
    }
  }

  /// The traced anchor that covers most; of several, the first.
  var widestTraced: VerificationReport.Anchor? {
    anchors.filter { $0.grade == .traced }
      .reduce(nil) { widest, next in widest.map { $0.size >= next.size } ?? false ? widest : next }
  }

  /// How many entries something outside vouches for.
  var covered: Int64 {
    max(widestTraced?.size ?? 0, earlier.map(\.size).max() ?? 0)
  }

  static func text(_ anchor: VerificationReport.Anchor, of size: Int64) -> String {
    "anchored outside to \(anchor.size) by \(anchor.name)"
      + (anchor.outside.map { " at \($0.text)" } ?? "")
      + ", exposure \(counted(size - anchor.size, "entry", "entries"))"
  }

  /// What is below an anchor is older than its time, and what follows its entry is younger.
  private func checkClock() {
    guard unread.isEmpty else { return }
    let traced = anchors.filter { $0.grade == .traced && $0.outside != nil }
    guard !traced.isEmpty else { return }
    let latest = times.runningMax
    let earliest = Array(times.reversed().map { -$0 }.runningMax.reversed()).map { -$0 }
    for anchor in traced {
      guard let outside = anchor.outside?.milliseconds, anchor.seq < times.count else { continue }
      let limit = outside + Examination.clockTolerance
      if latest[Int(anchor.size) - 1] > limit,
        let seq = times.prefix(Int(anchor.size)).firstIndex(where: { $0 > limit })
      {
        contradict(Int64(seq), "later than the time stamp that covers it", anchor)
      }
      let floor = outside - Examination.clockTolerance
      if earliest[Int(anchor.seq)] < floor,
        let seq = times.indices.dropFirst(Int(anchor.seq)).first(where: { times[$0] < floor })
      {
        contradict(Int64(seq), "earlier than the time stamp before it", anchor)
      }
    }
  }

  private func contradict(_ seq: Int64, _ how: String, _ anchor: VerificationReport.Anchor) {
    let own = Instant(milliseconds: times[Int(seq)]).text
    let text =
      "entry \(seq) bears \(own), \(how), by \(anchor.name) at \(anchor.outside?.text ?? "")"
    if !discrepancies.contains(text) { discrepancies.append(text) }
  }

  /// An entry that waits longer for its anchor is worth a warning: a stamp proves that it existed
  /// then, and nothing about the time before.
  private static let waitMax: Int64 = 31 * 86_400_000

  /// Of the entries that are covered, the one that was covered latest after it was recorded.
  private var longestWait: (seq: Int64, milliseconds: Int64)? {
    guard unread.isEmpty else { return nil }
    var longest: (seq: Int64, milliseconds: Int64)?
    var covered: Int64 = 0
    for anchor in anchors where anchor.grade == .traced && anchor.size > covered {
      if let outside = anchor.outside?.milliseconds {
        let wait = outside - times[Int(covered)]
        if wait > longest?.milliseconds ?? 0 { longest = (covered, wait) }
      }
      covered = anchor.size
    }
    return longest
  }

  func warnAnchors() {
    let untraced = anchors.filter { $0.grade == .untraced }
    if let last = untraced.last {
      warnings.append(
        counted(Int64(untraced.count), "anchor leads", "anchors lead")
          + " to nothing that is trusted here, the last of them by \(last.name) over \(last.size) "
          + "entries: time stamps need `--tsa-ca`, witnesses a trust file that names them")
    }
    if let wait = longestWait, wait.milliseconds > Examination.waitMax {
      warnings.append(
        "entry \(wait.seq) waited \(wait.milliseconds / 86_400_000) days for the anchor that covers it: "
          + "until then whoever held all keys could write it anew")
    }
    guard unfolded == nil, let last = state.missedSinceAnchor.last else { return }
    warnings.append(
      counted(Int64(state.missedSinceAnchor.count), "anchor was", "anchors were")
        + " missed since the last one, the last of them by \(last.event.name) in entry \(last.seq): "
        + last.event.reason.rawValue)
  }
}

extension Array where Element == Int64 {
  /// The largest element up to each place.
  fileprivate var runningMax: [Int64] {
    var largest = Int64.min
    return map { element in
      largest = Swift.max(largest, element)
      return largest
    }
  }
}
