internal import Notation

/// A proof that stands by itself: where an entry is, its path, and the checkpoint (C2SP
/// `tlog-proof@v1`).
///
///     let proof = try TlogProof(reading: bytes)
///     let (checkpoint, verdict) = try proof.verify(leaf: SHA256.leaf(entry), keys: [vkey])
///
/// Of our own logs or of any other. Normative text: `Schemas/formats/proofs.md`.
package struct TlogProof: Hashable, Sendable {
  /// The first line.
  package static let header = "c2sp.org/tlog-proof@v1"

  /// The number of the entry, beginning at 0.
  package let index: Int64
  /// From the leaf's sibling upwards.
  package let path: [Digest]
  /// What the maker wanted to add; nothing vouches for it. Ours add nothing.
  package let extra: [UInt8]?
  /// The checkpoint, as it was signed.
  package let note: String

  /// A proof of ours.
  package init(_ proof: InclusionProof, note: String) {
    index = proof.index
    path = proof.path
    extra = nil
    self.note = note
  }

  /// Reads the one form; throws ``CoreError/Code/proofMalformed`` for any other, and what a note
  /// that is none throws.
  package init(reading bytes: [UInt8]) throws(CoreError) {
    var (lines, note) = try proofLines(bytes)
    guard lines.first.map({ sameBytes($0, TlogProof.header) }) == true else {
      throw CoreError(.proofMalformed, "not a proof of the form \(TlogProof.header)")
    }
    lines.removeFirst()
    var extra: [UInt8]?
    if let line = lines.first, line.hasPrefix("extra ") {
      guard let blob = Base64.decode(String(line.dropFirst(6))) else {
        throw CoreError(.proofMalformed, "the line `extra` is malformed")
      }
      extra = blob
      lines.removeFirst()
    }
    guard let line = lines.first, let index = proofNumber(line, after: "index ") else {
      throw CoreError(.proofMalformed, "the line `index` is missing or malformed")
    }
    self.index = index
    self.extra = extra
    path = try proofHashes(lines.dropFirst())
    _ = try Checkpoint(text: SignedNote(note).text)
    self.note = note
  }

  /// The form that ``init(reading:)`` reads.
  package var text: String {
    let extra = self.extra.map { ["extra " + Base64.encode($0)] } ?? []
    let head = [TlogProof.header] + extra + ["index \(index)"] + path.map(\.base64)
    return head.map { $0 + "\n" }.joined() + "\n" + note
  }

  /// Opens the checkpoint and checks the path. Throws what ``Checkpoint/open(note:keys:)`` throws.
  package func verify(
    leaf: Digest, keys: [VerifierKey]
  ) throws(CoreError) -> (checkpoint: Checkpoint, verdict: ProofVerdict) {
    let checkpoint = try Checkpoint.open(note: note, keys: keys)
    let proof = InclusionProof(index: index, size: checkpoint.size, path: path)
    return (checkpoint, proof.verify(leaf: leaf, root: checkpoint.root))
  }
}

/// That a checkpoint extends an older one: what C2SP `tlog-witness` asks to be posted to
/// `add-checkpoint`, and what is kept as a proof.
///
///     let request = try CheckpointRequest(reading: bytes)
///     let (checkpoint, verdict) = try request.verify(from: kept, keys: [vkey])
package struct CheckpointRequest: Hashable, Sendable {
  /// Entries in the older tree.
  package let oldSize: Int64
  /// The consistency proof.
  package let path: [Digest]
  /// The newer checkpoint, as it was signed.
  package let note: String

  /// A proof of ours.
  package init(_ proof: ConsistencyProof, note: String) {
    oldSize = proof.oldSize
    path = proof.path
    self.note = note
  }

  /// Reads the one form; throws ``CoreError/Code/proofMalformed`` for any other, and what a note
  /// that is none throws.
  package init(reading bytes: [UInt8]) throws(CoreError) {
    let (lines, note) = try proofLines(bytes)
    guard let line = lines.first, let oldSize = proofNumber(line, after: "old ") else {
      throw CoreError(.proofMalformed, "the line `old` is missing or malformed")
    }
    self.oldSize = oldSize
    path = try proofHashes(lines.dropFirst())
    _ = try Checkpoint(text: SignedNote(note).text)
    self.note = note
  }

  /// The form that ``init(reading:)`` reads.
  package var text: String {
    (["old \(oldSize)"] + path.map(\.base64)).map { $0 + "\n" }.joined() + "\n" + note
  }

  /// Opens the newer checkpoint and checks that it extends the older one. Throws what
  /// ``Checkpoint/open(note:keys:)`` throws.
  package func verify(
    from old: Checkpoint, keys: [VerifierKey]
  ) throws(CoreError) -> (checkpoint: Checkpoint, verdict: ProofVerdict) {
    let new = try Checkpoint.open(note: note, keys: keys)
    guard sameBytes(old.origin, new.origin) else {
      return (new, .wrong("the two checkpoints are of different logs"))
    }
    guard old.size == oldSize else {
      return (new, .malformed("the proof begins at \(oldSize) entries, not at \(old.size)"))
    }
    let proof = ConsistencyProof(oldSize: oldSize, newSize: new.size, path: path)
    return (new, proof.verify(oldRoot: old.root, newRoot: new.root))
  }
}

/// The lines above the first empty one, and the note below it.
private func proofLines(_ bytes: [UInt8]) throws(CoreError) -> ([String], String) {
  guard bytes.count <= CoreLimits.proofBytesMax,
    let blank = bytes.indices.dropLast().first(where: { bytes[$0] == 10 && bytes[$0 + 1] == 10 }),
    let head = String(validating: bytes[..<blank], as: UTF8.self),
    let note = String(validating: bytes[(blank + 2)...], as: UTF8.self)
  else { throw CoreError(.proofMalformed, "not a proof") }
  let lines = head.utf8.split(separator: 10, omittingEmptySubsequences: false)
  return (lines.map { String($0) ?? "" }, note)
}

/// A number without leading zeros behind a word.
private func proofNumber(_ line: String, after word: String) -> Int64? {
  guard line.hasPrefix(word), let number = Int64(line.dropFirst(word.count)), number >= 0,
    sameBytes(line, word + String(number))
  else { return nil }
  return number
}

private func proofHashes(_ lines: some Collection<String>) throws(CoreError) -> [Digest] {
  guard lines.count <= CoreLimits.proofHashesMax else {
    throw CoreError(.proofMalformed, "more than \(CoreLimits.proofHashesMax) hashes")
  }
  var hashes: [Digest] = []
  for line in lines {
    guard let hash = Digest(base64: line) else {
      throw CoreError(.proofMalformed, "a hash is not 32 bytes in base64")
    }
    hashes.append(hash)
  }
  return hashes
}
