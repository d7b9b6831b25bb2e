internal import Notation

/// The public key of a witness, as C2SP `tlog-cosignature` knows it: type 0x04, Ed25519 with a time.
///
/// Its text is the vkey that others put into their trust: `name+hex8(id)+base64(0x04 ‖ key)`. The
/// message that a witness signs does not bind its name: one key is one witness.
package struct WitnessKey: Hashable, Sendable, CustomStringConvertible {
  /// A name like a URL without its scheme, such as `witness.example/w1`.
  package let name: String
  /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ key).
  package let id: [UInt8]
  /// The key.
  package let key: PublicKey

  private static let timed: UInt8 = 0x04

  /// The key under a name; throws ``CoreError/Code/verifierKeyMalformed`` for a name that no note
  /// may hold, or one longer than ``CoreLimits/witnessNameBytesMax``.
  package init(name: String, _ key: PublicKey) throws(CoreError) {
    guard isNoteName(name), name.utf8.count <= CoreLimits.witnessNameBytesMax else {
      throw CoreError(.verifierKeyMalformed, "`\(name)` cannot name a witness")
    }
    self.name = name
    self.key = key
    id = Array(
      SHA256.hash(Array(name.utf8) + [0x0A, WitnessKey.timed] + key.bytes).bytes.prefix(4))
  }

  /// Reads a vkey; throws ``CoreError/Code/verifierKeyMalformed`` for another form, another type,
  /// and an id that is not that of the key.
  package init(_ text: String) throws(CoreError) {
    let malformed = CoreError(.verifierKeyMalformed, "not the verifier key of a witness")
    guard let (name, id, typed) = keyText(text), typed.first == WitnessKey.timed,
      let key = PublicKey(.ed25519, Array(typed.dropFirst()))
    else { throw malformed }
    try self.init(name: name, key)
    if self.id != id { throw malformed }
  }

  /// The vkey.
  package var text: String {
    "\(name)+\(Hex.encode(id))+\(Base64.encode([WitnessKey.timed] + key.bytes))"
  }

  package var description: String { text }
}

/// That a witness saw this checkpoint, and nothing of this log that contradicts it (C2SP
/// `cosignature/v1`).
///
///     let cosignature = Cosignature(of: checkpointText, at: 1_766_000_000, key, as: witness)
///     cosignature.line                     // — witness.example/w1 …
///
/// It says: at that time this was the largest consistent tree of this origin that I had seen.
package struct Cosignature: Hashable, Sendable {
  /// POSIX seconds, not negative.
  package let time: Int64
  /// The signature line.
  package let signature: NoteSignature

  /// Signs the text of a checkpoint, with its last LF.
  package init(of text: String, at time: Int64, _ key: PrivateKey, as witness: WitnessKey) {
    precondition(time >= 0, "a cosignature is not older than 1970")
    self.time = time
    let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * Int64($0))) }
    let bytes = key.sign(Cosignature.message(text, time))
    signature = NoteSignature(name: witness.name, id: witness.id, bytes: stamp + bytes)
  }

  /// The cosignature in a line, if the line is this witness's and verifies over the text.
  ///
  /// - Returns: nil where the line names another key.
  /// - Throws: ``CoreError/Code/noteSignatureInvalid`` where it names this one and does not verify.
  package init?(
    _ signature: NoteSignature, of text: String, by witness: WitnessKey
  ) throws(CoreError) {
    guard sameBytes(signature.name, witness.name), signature.id == witness.id else { return nil }
    let invalid = CoreError(
      .noteSignatureInvalid, "the cosignature of \(witness.name) does not verify")
    guard signature.bytes.count == 72, signature.bytes[0] < 0x80 else { throw invalid }
    let time = signature.bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let message = Cosignature.message(text, time)
    guard witness.key.verify(message, Array(signature.bytes.dropFirst(8))) else { throw invalid }
    self.time = time
    self.signature = signature
  }

  /// `— NAME BASE64`, without its LF.
  package var line: String { signature.line }

  private static func message(_ text: String, _ time: Int64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
  }
}

extension NoteSignature {
  /// Reads one signature line, without its LF. Throws ``CoreError/Code/noteMalformed``.
  package init(line: String) throws(CoreError) {
    self = try SignedNote.signatures([Array(line.utf8)[...]])[0]
  }
}

extension SignedNote {
  /// The cosignatures of these witnesses on the note, in the order of its lines. Lines of others are
  /// passed over; of two keys with one name and id, the one that verifies counts.
  ///
  /// - Throws: ``CoreError/Code/noteSignatureInvalid`` where a line names a known key and no such
  ///   key verifies it.
  package func cosignatures(
    by witnesses: [WitnessKey]
  ) throws(CoreError) -> [(witness: WitnessKey, cosignature: Cosignature)] {
    var found: [(WitnessKey, Cosignature)] = []
    for signature in signatures {
      var refusal: CoreError?
      var valid: (WitnessKey, Cosignature)?
      for witness in witnesses where valid == nil {
        do throws(CoreError) {
          valid = try Cosignature(signature, of: text, by: witness).map { (witness, $0) }
        } catch { refusal = error }
      }
      if let valid { found.append(valid) } else if let refusal { throw refusal }
    }
    return found
  }

  /// The note with only the signatures that one of the keys made, for keeping.
  ///
  /// Throws what ``verify(_:)`` throws.
  package func keeping(_ keys: [VerifierKey]) throws(CoreError) -> SignedNote {
    try verify(keys)
    let kept = signatures.filter { signature in
      keys.contains { sameBytes($0.name, signature.name) && $0.id == signature.id }
    }
    return SignedNote(text: text, signatures: kept)
  }

  /// The note with further lines below; what is there already is not repeated.
  package func adding(_ lines: [NoteSignature]) -> SignedNote {
    var all = signatures
    for line in lines where !all.contains(line) { all.append(line) }
    return SignedNote(text: text, signatures: all)
  }
}
