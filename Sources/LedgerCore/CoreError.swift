/// Why a value of this room could not be made or read. Two are equal when their codes are.
package struct CoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of the reason.
  package enum Code: String, Hashable, Sendable {
    case originMalformed = "origin-malformed"
    case verifierKeyMalformed = "verifier-key-malformed"
    case noteMalformed = "note-malformed"
    case noteUnsigned = "note-unsigned"
    case noteSignatureInvalid = "note-signature-invalid"
    case checkpointMalformed = "checkpoint-malformed"
    case proofMalformed = "proof-malformed"
    case disclosureMalformed = "disclosure-malformed"
    case nodeMissing = "node-missing"
    case trustMalformed = "trust-malformed"
    case policyMalformed = "policy-malformed"
    case slipMalformed = "slip-malformed"
    case cryptography = "cryptography"
  }

  /// What happened.
  package let code: Code
  /// The same in words, one line, without values that must stay secret.
  package let text: String

  /// An error with its explanation.
  package init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }

  package var description: String { text }

  package static func == (left: CoreError, right: CoreError) -> Bool { left.code == right.code }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
