internal import Notation

/// One signature of a person under an entry.
package struct Signature: Hashable, Sendable {
  /// Whose key it is.
  package let key: KeyName
  /// What it was made with.
  package let algorithm: Algorithm
  /// The signature itself.
  package let bytes: [UInt8]

  /// A signature as it will be stored.
  package init(key: KeyName, algorithm: Algorithm, bytes: [UInt8]) {
    self.key = key
    self.algorithm = algorithm
    self.bytes = bytes
  }
}

/// A sealed entry with its signatures, ready to be stored.
package struct Entry: Sendable {
  /// Its number, beginning at 0.
  package let seq: Int64
  /// SHA-256(0x00 ‖ body).
  package let leaf: Digest
  /// The canonical bytes, hashed as they are.
  package let body: [UInt8]
  /// One for each key that the body names in `by` and `wit`.
  package let signatures: [Signature]

  /// An entry of parts that belong together.
  package init(seq: Int64, leaf: Digest, body: [UInt8], signatures: [Signature]) {
    self.seq = seq
    self.leaf = leaf
    self.body = body
    self.signatures = signatures
  }
}

/// What a person signs: the number and the leaf, which through `prev` covers all that came before.
package enum EntrySignature {
  /// Four lines, each with its LF: `custody-entry/1`, origin, seq, base64 leaf.
  package static func text(origin: Origin, seq: Int64, leaf: Digest) -> [UInt8] {
    Array("custody-entry/1\n\(origin.text)\n\(seq)\n\(leaf.base64)\n".utf8)
  }

  /// Signs an entry under the name of the key.
  package static func sign(
    origin: Origin, seq: Int64, leaf: Digest, key: PrivateKey, name: KeyName
  ) -> Signature {
    let bytes = key.sign(text(origin: origin, seq: seq, leaf: leaf))
    return Signature(key: name, algorithm: key.publicKey.algorithm, bytes: bytes)
  }
}
