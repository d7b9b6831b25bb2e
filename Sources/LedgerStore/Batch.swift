package import LedgerCore

/// What one act adds to the ledger, all of it or nothing.
package struct Batch: Sendable {
  /// In order; the first has the number of the tip.
  package var entries: [Entry]
  /// The 256^k subtrees these entries complete.
  package var subtrees: [SubtreeRow]
  /// A head promoted to a checkpoint, when one is due.
  package var checkpoint: CheckpointRow?
  /// The head after the last entry.
  package var head: CheckpointRow
  /// The values behind the entries' `_sd` digests.
  package var openings: [Opening]
  /// Rows to add and replace. Its ``Projection/erased`` rows order the erasure of
  /// openings: they go once the entry that names them is durable.
  package var projection: Projection
  /// Outside evidence, in the order of the entries of this batch that name it.
  package var anchors: [AnchorRow]
  /// Entries whose bodies are removed for good under a `redact` entry of this batch.
  package var redacted: [Int64]

  /// All of it, as given.
  package init(
    entries: [Entry], subtrees: [SubtreeRow] = [], checkpoint: CheckpointRow? = nil,
    head: CheckpointRow, openings: [Opening] = [], projection: Projection = Projection(),
    anchors: [AnchorRow] = [], redacted: [Int64] = []
  ) {
    self.entries = entries
    self.subtrees = subtrees
    self.checkpoint = checkpoint
    self.head = head
    self.openings = openings
    self.projection = projection
    self.anchors = anchors
    self.redacted = redacted
  }

  /// The digests whose openings this batch orders to be erased.
  package var erased: [String] { projection.erased.map(\.digest) }
}

/// The value behind one `_sd` digest. Holds what must not reach a message or a log.
package struct Opening: Hashable, Sendable, CustomStringConvertible {
  /// base64url(SHA-256(disclosure)), the text in the entry's `_sd`.
  package var digest: String
  /// The entry that has the digest.
  package var seq: Int64
  /// The field's name.
  package var name: String
  /// base64url(JSON [salt, name, value]).
  package var disclosure: String

  /// All of it, as given.
  package init(digest: String, seq: Int64, name: String, disclosure: String) {
    self.digest = digest
    self.seq = seq
    self.name = name
    self.disclosure = disclosure
  }

  /// For messages: never holds a value of a person or a patient.
  package var description: String { "opening \(digest)" }
}

/// The one row of table `log`.
package struct LogRow: Hashable, Sendable {
  /// organization/site/epoch.
  package var origin: String
  /// The last part of the origin: counts the ledgers of a site from 1.
  package var epoch: Int64
  /// Such as `custody/1`.
  package var format: String
  /// The last note of the epoch before, after a declared recovery.
  package var priorNote: String?

  /// All of it, as given.
  package init(origin: String, epoch: Int64, format: String, priorNote: String? = nil) {
    self.origin = origin
    self.epoch = epoch
    self.format = format
    self.priorNote = priorNote
  }
}
