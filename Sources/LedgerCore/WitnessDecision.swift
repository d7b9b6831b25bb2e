/// What a witness keeps of a log: the largest checkpoint that it has cosigned.
package struct HeldCheckpoint: Hashable, Sendable {
  /// The log.
  package let origin: String
  /// Entries in the tree.
  package let size: Int64
  /// The root of the tree.
  package let root: Digest
  /// The checkpoint with the log's own signatures.
  package let note: String

  /// A row as it is kept.
  package init(origin: String, size: Int64, root: Digest, note: String) {
    self.origin = origin
    self.size = size
    self.root = root
    self.note = note
  }
}

/// What a witness answers to `add-checkpoint` (C2SP `tlog-witness`), and why.
///
///     switch WitnessDecision.of(request, logs: trusted, held: row) {
///     case .cosign(let row): …           // store it, then sign it
///     case .refuse(let refusal): …       // refusal.status, refusal.words
///     }
///
/// A pure function of the request, the keys that are trusted, and the row that is held: the caller
/// makes reading the row and storing the new one one atomic step.
package enum WitnessDecision: Hashable, Sendable {
  /// 200: store this, then cosign it.
  case cosign(HeldCheckpoint)
  /// Any other status.
  case refuse(WitnessRefusal)

  /// Checks in the order of the specification.
  ///
  /// - Parameters:
  ///   - logs: keys of the logs that the witness serves; a log is known by the name of its key.
  ///   - held: the row of the request's origin; nil where nothing of it was ever cosigned.
  package static func of(
    _ request: CheckpointRequest, logs: [VerifierKey], held: HeldCheckpoint?
  ) -> WitnessDecision {
    guard let signed = try? SignedNote(request.note), let new = try? Checkpoint(text: signed.text)
    else { return .refuse(.malformed("the checkpoint is malformed")) }
    // 1. Whose log it is, and whether its key signed.
    let keys = logs.filter { sameBytes($0.name, new.origin) }
    guard !keys.isEmpty else { return .refuse(.unknownLog) }
    let kept: SignedNote
    do { kept = try signed.keeping(keys) } catch { return .refuse(.unsigned(error.text)) }
    let row = HeldCheckpoint(origin: new.origin, size: new.size, root: new.root, note: kept.note)
    // 2. What the client believes that this witness holds.
    guard request.oldSize <= new.size else {
      return .refuse(.malformed("`old` is larger than the checkpoint"))
    }
    let size = held?.size ?? 0
    if let held, held.size == new.size, held.root != new.root {
      return .refuse(.fork(held: held, offered: row))
    }
    guard request.oldSize == size else { return .refuse(.stale(held: held, offered: row)) }
    // 3. Whether the one extends the other.
    if let why = objection(request, row, held) {
      return .refuse(.unproven(held: held, offered: row, why))
    }
    return .cosign(row)
  }

  /// Why the proof does not show that the new tree begins with the held one; nil where it does.
  private static func objection(
    _ request: CheckpointRequest, _ new: HeldCheckpoint, _ held: HeldCheckpoint?
  ) -> String? {
    if request.oldSize == 0 {
      if !request.path.isEmpty { return "from the empty tree there is nothing to prove" }
      let isEmpty = new.size == 0
      return isEmpty && new.root != SHA256.hash([]) ? "the root is not that of no entries" : nil
    }
    let proof = ConsistencyProof(
      oldSize: request.oldSize, newSize: new.size, path: request.path)
    switch held.map({ proof.verify(oldRoot: $0.root, newRoot: new.root) }) {
    case .verified: return nil
    case .malformed(let why), .wrong(let why): return why
    case .vacuous, nil: return "nothing is held that it could extend"
    }
  }
}

/// Why a witness does not cosign.
package enum WitnessRefusal: Hashable, Sendable {
  /// 400.
  case malformed(String)
  /// 404: the witness serves no log of this name.
  case unknownLog
  /// 403: no trusted key of this log signed, or one is named whose signature fails.
  case unsigned(String)
  /// 409: another size is held than the client believes.
  case stale(held: HeldCheckpoint?, offered: HeldCheckpoint)
  /// 409: two checkpoints of one size with different roots, both signed by the log.
  case fork(held: HeldCheckpoint, offered: HeldCheckpoint)
  /// 422: the proof does not show that the new tree begins with the held one.
  case unproven(held: HeldCheckpoint?, offered: HeldCheckpoint, String)

  /// The status of HTTP.
  package var status: Int {
    switch self {
    case .malformed: 400
    case .unsigned: 403
    case .unknownLog: 404
    case .stale, .fork: 409
    case .unproven: 422
    }
  }

  /// The size that a 409 answers with; nil for any other status.
  package var heldSize: Int64? {
    switch self {
    case .stale(let held, _): held?.size ?? 0
    case .fork(let held, _): held.size
    case .malformed, .unsigned, .unknownLog, .unproven: nil
    }
  }

  /// What the log's own key makes suspect: kept with the two notes, and reported aloud. A client
  /// that only asks for the size that is held is no suspect.
  package var suspicion: Suspicion? {
    switch self {
    case .fork(let held, let offered): Suspicion(.fork, held, offered)
    case .unproven(let held?, let offered, _): Suspicion(.unproven, held, offered)
    case .stale(let held?, let offered) where offered.size < held.size:
      Suspicion(.rollback, held, offered)
    case .stale, .malformed, .unsigned, .unknownLog, .unproven: nil
    }
  }

  /// One line, lower case.
  package var words: String {
    switch self {
    case .malformed(let why): why
    case .unknownLog: "no log of this name is witnessed here"
    case .unsigned(let why): why
    case .stale(let held, _): "this witness holds \(held?.size ?? 0) entries"
    case .fork: "another tree of this size was cosigned"
    case .unproven(_, _, let why): why
    }
  }

  /// Two notes of one log that do not go together, or may not.
  package struct Suspicion: Hashable, Sendable {
    /// What they say about the log.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Two trees of one size: this convicts the key that signed both.
      case fork
      /// A larger tree that was not shown to extend the held one. A fork, or a damaged request.
      case unproven
      /// A smaller tree than the held one. An older copy is in use, or an old request came again.
      case rollback
    }

    /// What they say.
    package let kind: Kind
    /// What was cosigned before.
    package let held: HeldCheckpoint
    /// What was offered, with the log's own signatures.
    package let offered: HeldCheckpoint

    init(_ kind: Kind, _ held: HeldCheckpoint, _ offered: HeldCheckpoint) {
      self.kind = kind
      self.held = held
      self.offered = offered
    }
  }
}
