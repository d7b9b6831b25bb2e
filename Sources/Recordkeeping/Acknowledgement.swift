package import Compliance
package import Dispensary
package import LedgerCore
package import Notation

/// What the desk may say about an entry once it is durable.
package struct Acknowledgement: Sendable {
  package let seq: Int64
  package let type: String
  package let leaf: Digest
  package let event: any Event
  package let findings: [Finding]
  package let by: PersonID
  package let witnesses: [PersonID]
  /// Initials of who did it, where that is not who signs.
  package let doneBy: String?
  package let occurredAt: Instant
  package let recordedAt: Instant
  /// The wall clock, where it was behind the ledger's time by more than five seconds.
  package let wall: Instant?

  /// The short form of the entry for labels and sheets.
  package var slip: String { Slip.text(of: leaf) }
}

/// Why the corridor could not record an act, beside what the rooms themselves refuse.
package enum RecordError: Error, Equatable {
  /// `site.key` is missing or cannot be read.
  case siteKey(String)
  /// The site key is not the one that the ledger was opened with.
  case wrongSiteKey
  /// The key of a witness is not the one that its state was made with.
  case wrongWitnessKey
  /// A person's key is not the one that the ledger knows.
  case wrongKey(String)
  /// The register of keys would not take the entry: who must sign it has not.
  case keysRefuse([String])
  /// An entry that is already in the ledger cannot be read: nobody appends to such a ledger.
  case unreadableEntry(Int64, String)
  /// The entry would be larger than the profile allows.
  case tooLarge(String)
}
