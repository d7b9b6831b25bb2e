/// The stable names of everything a verification can find.
package enum FaultCode: String, Hashable, Sendable, CaseIterable {
  // The bytes of one entry.
  case sequenceGap = "sequence-gap"
  case leafMalformed = "leaf-malformed"
  case leafMismatch = "leaf-mismatch"
  case bodyWithheld = "body-withheld"
  case bodyNotCanonical = "body-not-canonical"
  case bodyMalformed = "body-malformed"
  case seqMismatch = "seq-mismatch"
  case prevMismatch = "prev-mismatch"
  case timeDecreases = "time-decreases"
  case atAfterTS = "at-after-ts"

  // Who signed.
  case byMissing = "by-missing"
  case byUnexpected = "by-unexpected"
  case samePerson = "same-person"
  case signatureMissing = "signature-missing"
  case signatureExtra = "signature-extra"
  case signatureAlgorithm = "signature-algorithm"
  case signatureInvalid = "signature-invalid"
  case keyUnknown = "key-unknown"
  case keyNotValid = "key-not-valid"

  // People and keys.
  case openingMissing = "opening-missing"
  case openingRepeated = "opening-repeated"
  case openingMalformed = "opening-malformed"
  case openingSigners = "opening-signers"
  case originMismatch = "origin-mismatch"
  case fieldMalformed = "field-malformed"
  case personExists = "person-exists"
  case personUnknown = "person-unknown"
  case personRetired = "person-retired"
  case keyExists = "key-exists"
  case keyReused = "key-reused"
  case keyEnded = "key-ended"
  case keyOfAnother = "key-of-another"
  case possessionMissing = "possession-missing"
  case administratorMissing = "administrator-missing"
  case secondAdministratorMissing = "second-administrator-missing"
  case typeReserved = "type-reserved"

  // Imports.
  case importUnclosed = "import-unclosed"
  case importRange = "import-range"

  // Tree, checkpoints and head.
  case subtreeMismatch = "subtree-mismatch"
  case subtreeMissing = "subtree-missing"
  case subtreeExtra = "subtree-extra"
  case checkpointNote = "checkpoint-note"
  case checkpointColumns = "checkpoint-columns"
  case checkpointRoot = "checkpoint-root"
  case checkpointBeyond = "checkpoint-beyond"
  case checkpointRepeated = "checkpoint-repeated"
  case checkpointMissing = "checkpoint-missing"
  case headMissing = "head-missing"
  case headSize = "head-size"
  case headNote = "head-note"
  case headColumns = "head-columns"
  case headRoot = "head-root"

  // What the verifier knew beforehand.
  case trustOrigin = "trust-origin"
  case trustSiteKey = "trust-site-key"
  case trustGenesis = "trust-genesis"
  case trustKey = "trust-key"
  case doesNotExtend = "does-not-extend"

  // What the rooms above find in the file, the tables and the vault.
  case fileDamaged = "file-damaged"
  case schemaChanged = "schema-changed"
  case logMismatch = "log-mismatch"
  case columnClass = "column-class"
  case cosignatureUnknown = "cosignature-unknown"
  case cosignatureMissing = "cosignature-missing"
  case cosignatureInvalid = "cosignature-invalid"
  case anchorUnnamed = "anchor-unnamed"
  case anchorMissing = "anchor-missing"
  case anchorMismatch = "anchor-mismatch"
  case anchorInvalid = "anchor-invalid"
  case eventRefused = "event-refused"
  case rowMissing = "row-missing"
  case rowExtra = "row-extra"
  case rowDifferent = "row-different"
  case vaultMismatch = "vault-mismatch"
  case vaultStray = "vault-stray"
}

/// One thing that is wrong with a ledger.
///
///     leaf-mismatch at entry 812: the leaf is not the hash of the body
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The first bad entry it concerns; nil where it concerns none.
  package let seq: Int64?
  /// Its stable name; see ``FaultCode``.
  package let code: String
  /// What is wrong, in words; never with values from a body.
  package let text: String
  /// What the ledger holds, as text.
  package let stored: String?
  /// What it should hold, as text.
  package let computed: String?

  /// A fault with both values where there are two.
  package init(
    _ code: FaultCode, at seq: Int64?, _ text: String, stored: String? = nil,
    computed: String? = nil
  ) {
    self.seq = seq
    self.code = code.rawValue
    self.text = text
    self.stored = stored
    self.computed = computed
  }

  package var description: String {
    code + (seq.map { " at entry \($0)" } ?? "") + ": " + text
  }
}
