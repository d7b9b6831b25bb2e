package import Notation

/// A value that stays out of the ledger, with the salt that lets it be proven later (RFC 9901).
///
///     let disclosure = try Disclosure(salt: Chance.bytes(16), name: "note", value: "spilled")
///     disclosure.digest     // goes into `_sd` of the body
///     disclosure.text       // goes into the vault, and to whom it is shown
package struct Disclosure: Hashable, Sendable {
  /// Bytes of a salt: 128 bits, one salt for each value.
  package static let saltBytes = 16

  /// What makes the digest unguessable.
  package let salt: [UInt8]
  /// The name of the field.
  package let name: String
  /// The value of the field.
  package let value: JSON
  /// base64url of the JSON text `[salt, name, value]`.
  package let text: String

  /// Throws ``CoreError/Code/disclosureMalformed`` unless the salt has 16 bytes, the name is fit for
  /// a key of a body, and the value is within the canonical profile.
  package init(salt: [UInt8], name: String, value: JSON) throws(CoreError) {
    guard salt.count == Disclosure.saltBytes else {
      throw CoreError(.disclosureMalformed, "salt is not of 16 bytes")
    }
    if name.utf8.first == UInt8(ascii: "_") {
      throw CoreError(.disclosureMalformed, "name begins with an underscore")
    }
    do { _ = try CanonicalJSON.bytes(.object([name: value])) } catch {
      throw CoreError(.disclosureMalformed, "name or value is outside the canonical profile")
    }
    self.salt = salt
    self.name = name
    self.value = value
    let triple: JSON = [.string(Base64.encodeURL(salt)), .string(name), value]
    text = Base64.encodeURL(PlainJSON.bytes(triple))
  }

  /// Reads the form of ``text``, and refuses any other, even one with the same meaning.
  package init(_ text: String) throws(CoreError) {
    guard let bytes = Base64.decodeURL(text), let value = try? PlainJSON.read(bytes),
      let triple = value.items, triple.count == 3, let name = triple[1].text,
      let salt = Base64.decodeURL(triple[0].text ?? "")
    else { throw CoreError(.disclosureMalformed, "not a disclosure") }
    try self.init(salt: salt, name: name, value: triple[2])
    if !sameBytes(self.text, text) {
      throw CoreError(.disclosureMalformed, "disclosure is not in its one form")
    }
  }

  /// What stands in `_sd`: base64url of SHA-256 of the disclosure text.
  package var digest: String { Disclosure.digest(of: text) }

  /// The digest of any disclosure text, of ours or of another's making.
  package static func digest(of text: String) -> String {
    Base64.encodeURL(SHA256.hash(Array(text.utf8)).bytes)
  }
}
