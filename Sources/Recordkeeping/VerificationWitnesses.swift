import Dispensary
import LedgerCore
import Notation

extension Examination {
  /// Notes whom an entry takes as a witness of the ledger.
  func notePeer(_ body: EntryBody, at seq: Int64) {
    guard body.type == PeerAdopted.type else { return }
    // An id that is not that of the key names nobody, and what such a key signs is nobody's.
    if let key = body.fields["vkey"]?.text.flatMap({ try? WitnessKey($0) }) {
      adopted.append((seq, key))
    }
  }

  /// Whether the evidence of a witness is its signature over the note of the checkpoint, and the
  /// entry says of it what it says itself.
  func checkWitness(_ named: NamedAnchor, _ row: StoredAnchor, _ tree: StoredTree) -> Bool {
    let known = adopted.filter { $0.seq < named.seq }.map(\.key)
    guard let note = tree.checkpoints.first(where: { $0.size == row.size })?.note,
      let signed = try? SignedNote(note), row.evidence.last == 0x0A
    else { return refuse(named, .cosignatureInvalid, "the evidence is no cosignature") }
    var latest: Int64?
    for line in row.evidence.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
      guard let signature = try? NoteSignature(line: String(decoding: line, as: UTF8.self)) else {
        return refuse(named, .cosignatureInvalid, "a line of the evidence is no cosignature")
      }
      let keys = known.filter { $0.name == signature.name && $0.id == signature.id }
      guard !keys.isEmpty else {
        return refuse(
          named, .cosignatureUnknown, "a cosignature of a witness that no entry adopts")
      }
      let found = keys.lazy.compactMap { key in
        (try? Cosignature(signature, of: signed.text, by: key)).flatMap { $0 }.map { (key, $0) }
      }.first
      guard let (key, cosignature) = found else {
        return refuse(
          named, .cosignatureInvalid, "the cosignature of `\(signature.name)` does not verify")
      }
      guard key.name == named.event.name else {
        return refuse(named, .anchorMismatch, "the anchor is not of the witness that it names")
      }
      latest = max(latest ?? 0, cosignature.time)
      cosigned.append((row.size, key))
    }
    guard let latest, latest <= CoreLimits.cosignatureTimeMax,
      named.event.outside?.milliseconds == latest * 1_000
    else {
      return refuse(
        named, .anchorMismatch, "`outside` of the anchor is not the time of the cosignature")
    }
    return true
  }

  private func refuse(_ named: NamedAnchor, _ code: FaultCode, _ text: String) -> Bool {
    report(Fault(code, at: named.seq, text), .tree)
    return false
  }

  /// The largest size that enough of the witnesses have cosigned whom the trust file asks for; nil
  /// where it asks for none, or none has.
  var quorumSize: Int64? {
    guard let policy = trust?.policy, policy.asksForWitnesses else { return nil }
    let bySize = Dictionary(grouping: cosigned, by: \.size)
    return bySize.filter { policy.isMet(by: Set($0.value.map(\.key))) }.keys.max()
  }

  /// Why the quorum of the trust file is not there; nil where it is, or none is asked for.
  var missingQuorum: String? {
    guard trust?.policy.asksForWitnesses == true, quorumSize == nil else { return nil }
    return "no checkpoint has the cosignatures that \(trustName) asks for"
  }

  /// Where the keys of the witnesses come from, in words.
  var witnessSources: [String] {
    let pinned = Set(trust?.policy.witnesses.compactMap(\.key) ?? [])
    let used = cosigned.map(\.key).unique
    let known = used.filter(pinned.contains).map(\.name)
    let own = used.filter { !pinned.contains($0) }.map(\.name)
    var parts: [String] = []
    if let size = quorumSize { parts.append("quorum of \(trustName) for \(size) entries") }
    if !known.isEmpty {
      parts.append("key of \(known.joined(separator: ", ")) pinned by \(trustName)")
    }
    if !own.isEmpty {
      parts.append("key of \(own.joined(separator: ", ")) taken from the ledger itself")
    }
    return parts
  }
}
