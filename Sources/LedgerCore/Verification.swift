/// A row of the table `signature`, as it lies in the file: nothing is believed yet.
package struct RawSignature: Hashable, Sendable {
  /// The name of the key.
  package let key: String
  /// The raw value of the algorithm.
  package let algorithm: Int64
  /// The signature.
  package let bytes: [UInt8]

  /// A row as it was read.
  package init(key: String, algorithm: Int64, bytes: [UInt8]) {
    self.key = key
    self.algorithm = algorithm
    self.bytes = bytes
  }
}

/// A row of the table `entry` with its signatures, as it lies in the file.
package struct EntryRow: Hashable, Sendable {
  /// The number of the row.
  package let seq: Int64
  /// Bytes of any length.
  package let leaf: [UInt8]
  /// Bytes of any length; nil where the body was withheld.
  package let body: [UInt8]?
  /// All rows for this entry, in any order.
  package let signatures: [RawSignature]

  /// A row as it was read.
  package init(seq: Int64, leaf: [UInt8], body: [UInt8]?, signatures: [RawSignature]) {
    self.seq = seq
    self.leaf = leaf
    self.body = body
    self.signatures = signatures
  }

  /// The row that an entry becomes.
  package init(_ entry: Entry) {
    self.init(
      seq: entry.seq, leaf: entry.leaf.bytes, body: entry.body,
      signatures: entry.signatures.map {
        RawSignature(
          key: $0.key.text, algorithm: Int64($0.algorithm.rawValue), bytes: $0.bytes)
      })
  }
}

/// A row of the table `subtree`, as it lies in the file.
package struct RawSubtree: Hashable, Sendable {
  /// Any number.
  package let level: Int64
  /// Any number.
  package let index: Int64
  /// Bytes of any length.
  package let hash: [UInt8]

  /// A row as it was read.
  package init(level: Int64, index: Int64, hash: [UInt8]) {
    self.level = level
    self.index = index
    self.hash = hash
  }

  /// The row that a completed block becomes.
  package init(_ row: SubtreeRow) {
    self.init(level: Int64(row.level), index: row.index, hash: row.hash.bytes)
  }
}

/// A row of the table `checkpoint`, or the row of `head`, as it lies in the file.
package struct RawCheckpoint: Hashable, Sendable {
  /// Any number.
  package let size: Int64
  /// Bytes of any length.
  package let root: [UInt8]
  /// Any text.
  package let note: String

  /// A row as it was read.
  package init(size: Int64, root: [UInt8], note: String) {
    self.size = size
    self.root = root
    self.note = note
  }

  /// The row that a checkpoint becomes.
  package init(_ row: CheckpointRow) {
    self.init(size: row.size, root: row.root.bytes, note: row.note)
  }
}

/// A key whose valid signatures stand under entries after a bad one, and so cover it.
package struct LaterSigner: Hashable, Sendable {
  /// The key.
  package let key: KeyName
  /// Entries after the bad one that it signed.
  package let entries: Int
  /// The last of them.
  package let lastSeq: Int64
}

/// A witness whom the performer, or the same third person, brought into the ledger: the two may be
/// one person with two keys.
package struct SharedIntroducer: Hashable, Sendable {
  /// Who performed.
  package let performer: String
  /// Who witnessed.
  package let witness: String
  /// Who introduced both, or one of the two where it introduced the other.
  package let introducer: String
  /// Entries that the two signed together.
  package internal(set) var entries: Int
  /// The first of them.
  package let firstSeq: Int64
}

/// What a verification found.
package struct Verification: Sendable {
  /// Entries that were read.
  package let size: Int64
  /// The root over them.
  package let root: Digest
  /// The stored leaf of entry 0; nil in an empty ledger.
  package let genesisLeaf: Digest?
  /// Signatures that were verified and are valid.
  package let signaturesVerified: Int
  /// Signatures that were only compared with who must sign; none at full depth.
  package let signaturesPassedOver: Int
  /// Checkpoints that were compared, the head not counted.
  package let checkpoints: Int
  /// Stored subtree rows that were compared.
  package let subtrees: Int
  /// Whether a trust file fixed the beginning; if not, person keys were taken from the ledger.
  package let pinned: Bool
  /// Names of person keys that no trust file fixed.
  package let unpinnedKeys: [KeyName]
  /// People and keys as the entries introduced them.
  package let register: KeyRegister
  /// All faults by entry, at most ``CoreLimits/faultsMax``; those of no entry come last.
  package let faults: [Fault]
  /// How many faults there were.
  package let faultCount: Int
  /// Who signed the first bad entry, where its signatures are readable.
  package let firstBadSigners: [KeyName]
  /// Whose later signatures cover the first bad entry.
  package let laterSigners: [LaterSigner]
  /// Pairs that sign together and were introduced by one person.
  package let sharedIntroducers: [SharedIntroducer]

  /// The first bad entry; nil where no fault names one.
  package var firstBadSeq: Int64? { faults.first?.seq }

  /// Whether there was nothing to verify; an empty ledger is never called verified.
  package var isEmpty: Bool { size == 0 }
}
