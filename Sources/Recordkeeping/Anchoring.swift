package import Dispensary
package import LedgerCore
import LedgerStore
package import Notation

/// Evidence from outside for a checkpoint, before it is recorded.
///
///     let checkpoint = try custodian.promote()
///     // … the authority answers, outside the lock …
///     let anchor = Anchor(.tsa, over: checkpoint, by: "freetsa", outside: time, evidence: reply)
///     try custodian.record(by: signers, siteKey: key) { try $0.anchor(anchor) }
///
/// Whoever makes one has checked the evidence; verification checks it again.
package struct Anchor: Sendable {
  package let kind: AnchorAdded.Kind
  package let checkpoint: CheckpointRow
  /// The authority's public name.
  package let name: String
  /// When the evidence says that it was made.
  package let outside: Instant?
  /// What was sent to get it.
  package let request: [UInt8]?
  /// 1 to ``CoreLimits/evidenceBytesMax`` bytes.
  package let evidence: [UInt8]
  /// A witness's signature lines, each without its line end, that are not stored yet.
  package let cosignatures: [String]

  /// - Parameter checkpoint: one that is stored, as ``Custodian/promote(dryRun:)`` gives it.
  package init(
    _ kind: AnchorAdded.Kind, over checkpoint: CheckpointRow, by name: String,
    outside: Instant? = nil, request: [UInt8]? = nil, evidence: [UInt8],
    cosignatures: [String] = []
  ) {
    self.kind = kind
    self.checkpoint = checkpoint
    self.name = name
    self.outside = outside
    self.request = request
    self.evidence = evidence
    self.cosignatures = cosignatures
  }

  /// The entry that names it.
  package var event: AnchorAdded {
    AnchorAdded(
      kind: kind, size: checkpoint.size, root: Anchor.text(checkpoint.root),
      evidence: Anchor.text(SHA256.hash(evidence)),
      request: request.map { Anchor.text(SHA256.hash($0)) }, outside: outside, name: name)
  }

  var row: AnchorRow {
    AnchorRow(
      kind: kind.rawValue, size: checkpoint.size, root: checkpoint.root, request: request,
      evidence: evidence, cosignatures: cosignatures)
  }

  private static func text(_ digest: Digest) -> DigestText {
    guard let text = try? DigestText(wireText: digest.base64) else {
      preconditionFailure("a digest is 44 characters of base64")
    }
    return text
  }
}

extension Custodian {
  /// Keeps the head as a checkpoint that can be anchored, and answers it.
  ///
  /// It takes the lock and gives it back: nobody waits for an authority while holding it.
  ///
  /// - Parameter dryRun: answers the head and keeps nothing.
  package func promote(dryRun: Bool = false) throws -> CheckpointRow {
    if dryRun {
      guard let head = try store.read({ try $0.head() }) else {
        throw RecordError.unreadableEntry(0, "it does not open the ledger")
      }
      return head
    }
    return try store.write { try $0.promoteHead() }
  }
}

extension Writing {
  /// Adds the entry that names an anchor, and the evidence beside it: both or neither.
  @discardableResult
  package func anchor(_ anchor: Anchor) throws -> Acknowledgement {
    let done = try add(draft(anchor.event))
    anchors.append(anchor.row)
    return done
  }
}
