package import Notation

/// Somebody outside has seen the ledger as it was at a size, and left evidence of it.
///
/// It pegs time both ways: what lies below ``size`` is older than ``outside``, and what follows this
/// entry is younger. The evidence itself is a row of `anchor`; see `Schemas/formats/anchors.md`.
package struct AnchorAdded: Event {
  package static let type = "anchor.add"

  /// What kind of authority saw it.
  package enum Kind: String, CaseIterable, Sendable, WireText {
    /// A time-stamping authority (RFC 3161).
    case tsa
    /// A witness of the log (C2SP tlog-witness).
    case witness
    /// A printed head sheet that somebody keeps.
    case sheet
    /// An inspector who took a checkpoint away.
    case inspector
  }

  package var kind: Kind
  /// How many entries it covers.
  package var size: Int64
  /// The root of the tree at that size.
  package var root: DigestText
  /// SHA-256 of the evidence.
  package var evidence: DigestText
  /// SHA-256 of what was sent to get it, where that is kept, too.
  package var request: DigestText?
  /// When the evidence says that it was made.
  package var outside: Instant?
  /// Who made or keeps it: a public name.
  package var name: String

  package init(
    kind: Kind, size: Int64, root: DigestText, evidence: DigestText, request: DigestText? = nil,
    outside: Instant? = nil, name: String
  ) {
    self.kind = kind
    self.size = size
    self.root = root
    self.evidence = evidence
    self.request = request
    self.outside = outside
    self.name = name
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    kind = try fields.value("kind")
    size = try fields.whole("size")
    root = try fields.value("root")
    evidence = try fields.value("evidence")
    request = try fields.optional("request")
    outside = try fields.optionalInstant("outside")
    name = try fields.text("name")
  }

  package var members: Members {
    var members = Members()
    members.put("kind", kind)
    members.put("size", whole: size)
    members.put("root", root)
    members.put("evidence", evidence)
    members.put("request", request)
    members.put("outside", outside)
    members.put("name", name)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the name of the authority", limit: 80)
    if size < 1 || size > state.size {
      faults.append(
        EventFault(
          "the ledger never had \(size) entries before this one",
          hint: "an anchor covers a checkpoint of this ledger"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.anchors.append(
      AnchorRecord(seq: entry.seq, at: entry.recordedAt, event: self))
  }
}

/// An anchor was due and did not come. The pharmacy goes on; whoever verifies sees it.
package struct AnchorMissed: Event {
  package static let type = "anchor.miss"

  package enum Reason: String, CaseIterable, Sendable, WireText {
    /// Nobody answered there.
    case unreachable
    /// No whole answer came in time.
    case timeout
    /// The authority said no.
    case refused
    /// The answer was none, or to another question.
    case wrongAnswer = "wrong-answer"
    /// The answer does not lead to a key that is trusted.
    case untrusted
    /// The authority has seen another history.
    case conflict
    case other
  }

  package var kind: AnchorAdded.Kind
  /// Whose anchor it would have been: a public name.
  package var name: String
  package var reason: Reason

  package init(kind: AnchorAdded.Kind, name: String, reason: Reason) {
    self.kind = kind
    self.name = name
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    kind = try fields.value("kind")
    name = try fields.text("name")
    reason = try fields.value("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("kind", kind)
    members.put("name", name)
    members.put("reason", reason)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Words.faults(name, of: "the name of the authority", limit: 80)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.missedAnchors.append(
      MissedAnchor(seq: entry.seq, at: entry.recordedAt, event: self))
  }
}

/// An anchor, with the entry that names it.
package struct AnchorRecord: Sendable {
  package let seq: Int64
  /// When the entry was recorded: what follows it is younger than ``AnchorAdded/outside``.
  package let at: Instant
  package let event: AnchorAdded
}

/// An anchor that did not come, with the entry that says so.
package struct MissedAnchor: Sendable {
  package let seq: Int64
  package let at: Instant
  package let event: AnchorMissed
}

extension State {
  /// The anchor that covers most; of several that cover as much, the first.
  package var widestAnchor: AnchorRecord? {
    office.anchors.reduce(nil) { widest, anchor in
      widest.map { $0.event.size >= anchor.event.size } ?? false ? widest : anchor
    }
  }

  /// How many entries no anchor covers, by what the entries themselves say.
  package var exposure: Int64 { size - (widestAnchor?.event.size ?? 0) }

  /// The anchors that did not come since the last one that did.
  package var missedSinceAnchor: [MissedAnchor] {
    let last = office.anchors.last?.seq ?? -1
    return office.missedAnchors.filter { $0.seq > last }
  }
}

/// A SHA-256 digest as 44 characters of base64.
package struct DigestText: WireText, Hashable {
  package let wireText: String

  package init(wireText: String) throws {
    guard Base64.decode(wireText)?.count == 32 else { throw NotADigest() }
    self.wireText = wireText
  }

  private struct NotADigest: Error {}
}
