package import LedgerCore
package import LedgerStore

/// One site as the witness of others (C2SP `tlog-witness`): what it answers, and what it keeps.
///
///     let witness = try Witness(store: store, key: key)
///     let answer = try witness.addCheckpoint(bytes, now: seconds)
///     answer.status                       // 200, 400, 403, 404, 409 or 422
///
/// Asking for the row, judging and storing the new one are one step that nobody else comes between,
/// and the new one is on the disk before an answer exists.
package struct Witness {
  /// An answer, as HTTP carries it.
  package struct Answer: Hashable, Sendable {
    /// The status of HTTP.
    package let status: Int
    /// The media type of the body.
    package let type: String
    /// The body; signature lines, a size, a note, or a line of words.
    package let body: String
    /// What the operator is told; nil where nothing was refused.
    package let report: String?
    /// Whether two notes of a log do not go together, or may not: it is said aloud.
    package let isGrave: Bool
  }

  private let store: WitnessStore
  private let key: PrivateKey
  private let name: WitnessKey

  /// Throws ``RecordError/wrongWitnessKey`` where the key is not the one that the state was made for.
  package init(store: WitnessStore, key: PrivateKey) throws {
    self.store = store
    self.key = key
    name = try store.read { try $0.key() }
    guard name.key == key.publicKey else { throw RecordError.wrongWitnessKey }
  }

  /// Answers the body of a `POST …/add-checkpoint`.
  ///
  /// - Parameter now: seconds since 1970. A cosignature is never older than the one before it.
  /// - Throws: ``StoreError`` where the state cannot be read or kept; then nothing may be answered
  ///   but that it failed.
  package func addCheckpoint(_ bytes: [UInt8], now: Int64) throws -> Answer {
    let request: CheckpointRequest
    let origin: String
    do {
      request = try CheckpointRequest(reading: bytes)
      origin = try Checkpoint(text: SignedNote(request.note).text).origin
    } catch {
      return answer(.malformed(error.text), of: nil)
    }
    return try store.act { rows in
      let held = try rows.held(origin)
      switch WitnessDecision.of(
        request, logs: try rows.keys(of: origin), held: held?.checkpoint)
      {
      case .refuse(let refusal):
        if let suspicion = refusal.suspicion { try rows.keep(suspicion, at: now) }
        return answer(refusal, of: origin)
      case .cosign(let new):
        let signed = try SignedNote(new.note)
        let time = max(now, held?.time ?? 0)
        let line = Cosignature(of: signed.text, at: time, key, as: name).signature
        try rows.hold(new, cosigned: signed.adding([line]).note, at: time)
        return Answer(
          status: 200, type: "text/plain; charset=utf-8", body: line.line + "\n", report: nil,
          isGrave: false)
      }
    }
  }

  private func answer(_ refusal: WitnessRefusal, of origin: String?) -> Answer {
    let name = origin.map { " \(Witness.printable($0))" } ?? ""
    let grave: String? =
      switch refusal.suspicion.map({ ($0.kind, $0.held.size, $0.offered.size) }) {
      case (.fork, let size, _)?:
        "FORK:\(name) signed two different histories of \(size) entries; both notes are kept"
      case (.unproven, let held, let offered)?:
        "NOT PROVEN:\(name) offers \(offered) entries and does not show that they begin with the "
          + "\(held) that were cosigned; both notes are kept"
      case (.rollback, let held, let offered)?:
        "ROLLBACK:\(name) offers \(offered) entries, and has shown \(held): an older copy is in "
          + "use, or an old request came again"
      case nil: nil
      }
    return Answer(
      status: refusal.status,
      type: refusal.heldSize == nil ? "text/plain; charset=utf-8" : "text/x.tlog.size",
      body: refusal.heldSize.map { "\($0)\n" } ?? refusal.words + "\n",
      report: grave ?? "refused (\(refusal.status))\(name): \(refusal.words)",
      isGrave: grave != nil)
  }

  /// Answers a `GET …/HASH/checkpoint`: the latest checkpoint of a log, with its own signatures and
  /// ours. HASH is the SHA-256 of the origin in lower-case hexadecimal.
  package func checkpoint(ofHash hash: String) throws -> Answer {
    let found = try store.read { rows in
      try rows.logs().first { SHA256.hash(Array($0.origin.utf8)).hex == hash }?.held?.cosigned
    }
    return Answer(
      status: found == nil ? 404 : 200, type: "text/plain; charset=utf-8",
      body: found ?? "no checkpoint of this log was cosigned here\n", report: nil, isGrave: false)
  }

  /// What a stranger calls itself, fit for a terminal: printable ASCII, and not much of it.
  private static func printable(_ text: String) -> String {
    let bytes = text.utf8.prefix(100).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
    return "`\(String(decoding: bytes, as: UTF8.self))`"
  }
}
