/// The largest and smallest things this room admits, each with its reason.
package enum CoreLimits {
  /// An origin must fit in the first line of a paper checkpoint.
  package static let originBytesMax = 100

  /// `pharmacy.inventory_adjustment` and the like; long names are prose.
  package static let typeBytesMax = 40

  /// Nobody signs a hundred at a time; keeps a hostile body from costing a second of signatures.
  package static let witnessesMax = 16

  /// A body of 65,535 bytes holds fewer digests than this.
  package static let digestsMax = 1_024

  /// C2SP asks for at least 16 signatures on a note.
  package static let noteSignaturesMax = 32

  /// A checkpoint is four short lines; 32 post-quantum signatures still fit.
  package static let noteBytesMax = 200_000

  /// C2SP allows 63 lines of hashes: a tree of 2^63 leaves needs no more.
  package static let proofHashesMax = 63

  /// The hashes, a note, and some extra data beside them.
  package static let proofBytesMax = 300_000

  /// A time-stamping authority answers with its whole chain of certificates in less than 16 KiB; the
  /// scan of a signed sheet takes more.
  package static let evidenceBytesMax = 1 << 20

  /// C2SP lets names have 255 bytes where a cosignature binds them.
  package static let witnessNameBytesMax = 255

  /// The last second of the year 9999, in seconds since 1970: no time of ours is later.
  package static let cosignatureTimeMax: Int64 = 253_402_300_799

  /// Hundreds of logs, witnesses and groups; the specification asks for 32 of each.
  package static let policyBytesMax = 100_000

  /// Rounds of PBKDF2-HMAC-SHA256 for a new key file: a third of a second to unlock, as OWASP's
  /// password storage advice asks.
  package static let keyRounds = 600_000

  /// A key file that asks for more rounds than this is an attack on the clock.
  package static let keyRoundsMax = 10_000_000

  /// A key file of ours takes less than 400 bytes.
  package static let keyFileBytesMax = 16_384

  /// A passphrase is typed by a person.
  package static let passphraseBytesMax = 1_024

  /// Levels of stored subtrees: 256^7 entries are more than a ledger will ever hold.
  package static let subtreeLevelMax = 7

  /// Entries in a full block of the first level.
  package static let subtreeWidth: Int64 = 256

  /// Faults that a verification keeps; further ones are only counted.
  package static let faultsMax = 1_000
}
