internal import Notation

/// A public key with the name and id that C2SP signed notes know it by.
///
/// Its text is the `vkey` that an inspector is given: `name+hex8(id)+base64(0x01 ‖ key)`.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
  /// For a site key the origin of the ledger.
  package let name: String
  /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key).
  package let id: [UInt8]
  /// The key.
  package let key: PublicKey

  private static let ed25519: UInt8 = 0x01

  /// The site key of a ledger, an Ed25519 key.
  package init(_ origin: Origin, _ key: PublicKey) {
    self.init(name: origin.text, key: key)
  }

  private init(name: String, key: PublicKey) {
    precondition(key.algorithm == .ed25519, "a note is signed with Ed25519")
    self.name = name
    self.key = key
    let hashed = Array(name.utf8) + [0x0A, VerifierKey.ed25519] + key.bytes
    id = Array(SHA256.hash(hashed).bytes.prefix(4))
  }

  /// Reads a vkey; throws ``CoreError/Code/verifierKeyMalformed`` for another form, an id that is
  /// not that of the key, and keys that are not Ed25519.
  package init(_ text: String) throws(CoreError) {
    let malformed = CoreError(.verifierKeyMalformed, "not a verifier key")
    guard let (name, id, typed) = keyText(text), typed.first == VerifierKey.ed25519,
      let key = PublicKey(.ed25519, Array(typed.dropFirst()))
    else { throw malformed }
    self.init(name: name, key: key)
    if self.id != id { throw malformed }
  }

  /// The vkey.
  package var text: String {
    "\(name)+\(Hex.encode(id))+\(Base64.encode([VerifierKey.ed25519] + key.bytes))"
  }

  package var description: String { text }
}

/// The parts of a vkey of any kind: its name, its id, and the type with the key; nil for what is none.
func keyText(_ text: String) -> (name: String, id: [UInt8], typed: [UInt8])? {
  // Base64 may hold further plus signs.
  let parts = text.utf8.split(
    separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3, let name = String(parts[0]), isNoteName(name),
    let id = Hex.decode(String(parts[1]) ?? ""), id.count == 4,
    let typed = Base64.decode(String(parts[2]) ?? ""), !typed.isEmpty
  else { return nil }
  return (name, id, typed)
}

/// Whether a text may name a key in a note: not empty, no spaces, no plus sign.
func isNoteName(_ name: String) -> Bool {
  !name.isEmpty
    && name.unicodeScalars.allSatisfy {
      !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 && $0.value != 0x7F
    }
}

/// One line below the text of a note.
package struct NoteSignature: Hashable, Sendable {
  /// The name of the key.
  package let name: String
  /// The id of the key, four bytes.
  package let id: [UInt8]
  /// What follows the id; its meaning depends on the kind of key.
  package let bytes: [UInt8]

  /// A line of these parts.
  package init(name: String, id: [UInt8], bytes: [UInt8]) {
    self.name = name
    self.id = id
    self.bytes = bytes
  }

  /// `— NAME BASE64`, without its LF.
  package var line: String { "\u{2014} \(name) \(Base64.encode(id + bytes))" }
}

/// A C2SP signed note: a text, a blank line, and signature lines.
package struct SignedNote: Hashable, Sendable {
  /// The signed text, with its last LF.
  package let text: String
  /// The signatures in their order.
  package let signatures: [NoteSignature]

  /// Signs a text that ends in LF with one key.
  package init(text: String, key: PrivateKey, name: VerifierKey) {
    self.text = text
    let bytes = key.sign(Array(text.utf8))
    signatures = [NoteSignature(name: name.name, id: name.id, bytes: bytes)]
  }

  /// A note of these parts.
  init(text: String, signatures: [NoteSignature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note without judging its signatures. Throws ``CoreError/Code/noteMalformed``.
  package init(_ note: String) throws(CoreError) {
    let bytes = Array(note.utf8)
    guard bytes.count <= CoreLimits.noteBytesMax, bytes.last == 0x0A,
      !bytes.contains(where: { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }),
      let blank = SignedNote.lastBlankLine(bytes)
    else { throw CoreError(.noteMalformed, "not a signed note") }
    let lines = bytes[(blank + 2)...].dropLast().split(
      separator: 0x0A, omittingEmptySubsequences: false)
    text = String(decoding: bytes[...blank], as: UTF8.self)
    signatures = try SignedNote.signatures(lines)
  }

  /// The index of the LF that ends the text, before the last blank line.
  private static func lastBlankLine(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 3 else { return nil }
    return (1..<bytes.count - 1).last { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }
  }

  static func signatures(
    _ lines: [ArraySlice<UInt8>]
  ) throws(CoreError) -> [NoteSignature] {
    guard !lines.isEmpty, lines.count <= CoreLimits.noteSignaturesMax else {
      throw CoreError(.noteMalformed, "a note with no signature, or with too many")
    }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try signature(line)) }
    return signatures
  }

  private static func signature(_ line: ArraySlice<UInt8>) throws(CoreError) -> NoteSignature {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8),
      let name = String(validating: parts[1], as: UTF8.self), isNoteName(name),
      let blob = Base64.decode(String(decoding: parts[2], as: UTF8.self)), blob.count > 4
    else { throw CoreError(.noteMalformed, "a signature line is malformed") }
    return NoteSignature(name: name, id: Array(blob.prefix(4)), bytes: Array(blob.dropFirst(4)))
  }

  /// The whole note.
  package var note: String {
    text + "\n" + signatures.map { $0.line + "\n" }.joined()
  }

  /// Verifies the signatures of known keys. Throws where a known key's signature fails, and where no
  /// known key signed; lines of unknown keys are passed over, as C2SP asks.
  package func verify(_ keys: [VerifierKey]) throws(CoreError) {
    var verified = false
    for signature in signatures {
      let known = keys.filter { sameBytes($0.name, signature.name) && $0.id == signature.id }
      if known.isEmpty { continue }
      guard known.contains(where: { $0.key.verify(Array(text.utf8), signature.bytes) }) else {
        throw CoreError(.noteSignatureInvalid, "a signature of a known key does not verify")
      }
      verified = true
    }
    if !verified { throw CoreError(.noteUnsigned, "no known key signed the note") }
  }
}
