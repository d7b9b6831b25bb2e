internal import Notation

/// A claim about a ledger: at this size its tree has this root (C2SP tlog-checkpoint).
///
///     let note = checkpoint.signed(by: siteKey, as: origin)
///     try Checkpoint.open(note: note, keys: [VerifierKey(origin, siteKey.publicKey)])
package struct Checkpoint: Hashable, Sendable {
  /// The first line; for ledgers of ours an ``Origin``.
  package let origin: String
  /// Entries in the tree.
  package let size: Int64
  /// The root of the tree.
  package let root: Digest
  /// Lines after the third, which foreign logs may add and ours never do.
  package let extensions: [String]
  /// The known keys whose signatures ``open(note:keys:)`` found under it, in the order of its lines.
  package private(set) var signers: [VerifierKey] = []

  /// A checkpoint of a ledger of ours.
  package init(origin: Origin, size: Int64, root: Digest) {
    self.origin = origin.text
    self.size = size
    self.root = root
    extensions = []
  }

  /// Reads the text of a checkpoint; throws ``CoreError/Code/checkpointMalformed``.
  package init(text: String) throws(CoreError) {
    let malformed = CoreError(.checkpointMalformed, "not a checkpoint")
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String($0) ?? "" }
    guard lines.count >= 4, lines.last == "", !lines.dropLast().contains(""),
      let size = Int64(lines[1]), size >= 0, sameBytes(String(size), lines[1]),
      let root = Digest(base64: lines[2])
    else { throw malformed }
    origin = lines[0]
    self.size = size
    self.root = root
    extensions = Array(lines[3..<lines.count - 1])
  }

  /// The signed text: origin, size, base64 root, and extensions, each line with its LF.
  package var text: String {
    ([origin, String(size), root.base64] + extensions).map { $0 + "\n" }.joined()
  }

  /// The note that a site makes of it: this text and one signature, or two where one key hands on
  /// to the next.
  package func signed(by key: PrivateKey, and old: PrivateKey? = nil, as origin: Origin) -> String {
    let notes = ([key] + [old].compactMap { $0 }).map {
      SignedNote(text: text, key: $0, name: VerifierKey(origin, $0.publicKey))
    }
    return notes[0].note + notes.dropFirst().flatMap(\.signatures).map { $0.line + "\n" }.joined()
  }

  /// Opens any C2SP checkpoint that at least one of the keys signed, our own or a foreign one.
  package static func open(note: String, keys: [VerifierKey]) throws(CoreError) -> Checkpoint {
    let signed = try SignedNote(note)
    try signed.verify(keys)
    var checkpoint = try Checkpoint(text: signed.text)
    checkpoint.signers = signed.signatures.compactMap { line in
      keys.first { sameBytes($0.name, line.name) && $0.id == line.id }
    }
    return checkpoint
  }

  /// Whether a note is, byte for byte, what the site's writer makes: this text and the signatures of
  /// these keys, in this order.
  ///
  /// The caller has verified it. Ed25519 signatures are unique for their writer, so two different
  /// canonical notes of one size convict the key.
  package func isCanonical(_ note: String, sites: [VerifierKey]) -> Bool {
    guard let signed = try? SignedNote(note), signed.signatures.count == sites.count,
      extensions.isEmpty,
      zip(signed.signatures, sites).allSatisfy({ line, site in
        sameBytes(line.name, site.name) && line.id == site.id && sameBytes(origin, site.name)
      })
    else { return false }
    return sameBytes(signed.text, text) && sameBytes(signed.note, note)
  }
}

/// A row of the table `checkpoint`, or the one row of `head`.
package struct CheckpointRow: Hashable, Sendable {
  /// Entries in the tree.
  package let size: Int64
  /// The root of the tree.
  package let root: Digest
  /// The signed note that says so.
  package let note: String

  /// A row as it is stored.
  package init(size: Int64, root: Digest, note: String) {
    self.size = size
    self.root = root
    self.note = note
  }

  /// Signs what a frontier says now; `old` is the key that hands on to `key` with this checkpoint.
  package init(_ frontier: Frontier, origin: Origin, key: PrivateKey, and old: PrivateKey? = nil) {
    let checkpoint = Checkpoint(origin: origin, size: frontier.size, root: frontier.root)
    self.init(
      size: checkpoint.size, root: checkpoint.root,
      note: checkpoint.signed(by: key, and: old, as: origin))
  }
}
