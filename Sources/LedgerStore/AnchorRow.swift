internal import GRDB
package import LedgerCore

/// A row of the table `anchor`: evidence from outside for a stored checkpoint.
package struct AnchorRow: Hashable, Sendable {
  /// Such as `tsa`.
  package let kind: String
  /// The checkpoint that it covers; it has its row already.
  package let size: Int64
  package let root: Digest
  /// What was sent to get the evidence.
  package let request: [UInt8]?
  package let evidence: [UInt8]
  /// Lines of witnesses for the table `cosignature`.
  package let cosignatures: [String]

  /// All of it, as given.
  package init(
    kind: String, size: Int64, root: Digest, request: [UInt8]?, evidence: [UInt8],
    cosignatures: [String] = []
  ) {
    self.kind = kind
    self.size = size
    self.root = root
    self.request = request
    self.evidence = evidence
    self.cosignatures = cosignatures
  }
}

extension Appender {
  /// Keeps the head as a row of `checkpoint`, so that it can be anchored; answers it.
  ///
  /// A head that is kept already stays as it is.
  ///
  /// - Throws: ``StoreError/Code/batchRefused`` in an empty ledger, ``StoreError/Code/guarded``.
  package func promoteHead() throws(StoreError) -> CheckpointRow {
    guard let head = tip.head else { throw StoreError(.batchRefused, "no head to keep") }
    if tip.lastCheckpoint?.size != head.size {
      try insertCheckpoint(head)
    }
    return head
  }

  /// Rows of `anchor` and `cosignature`, each beside the entry that names it.
  func insertAnchors(_ anchors: [AnchorRow]) throws(StoreError) {
    for anchor in anchors {
      let size = RawValue.integer(anchor.size)
      let found = try snapshot.checkpointRoot(at: anchor.size)
      guard found == anchor.root else { throw StoreError(.batchRefused, "anchor") }
      guard (1...CoreLimits.evidenceBytesMax).contains(anchor.evidence.count),
        (anchor.request?.count ?? 0) <= CoreLimits.evidenceBytesMax
      else { throw StoreError(.batchRefused, "evidence of the anchor") }
      try insertAnchor(
        kind: anchor.kind, size: size, request: anchor.request, evidence: anchor.evidence)
      for line in anchor.cosignatures { try addCosignature(size: anchor.size, line: line) }
    }
  }
}

extension Snapshot {
  /// The stored checkpoint of a size; nil where that size was not kept.
  package func checkpoint(at size: Int64) throws(StoreError) -> CheckpointRow? {
    try db.rows("SELECT size, root, note FROM checkpoint WHERE size = ?", [.integer(size)])
      .first.flatMap(CheckpointRow.init(stored:))
  }

  /// The stored checkpoints that can be read, the oldest first; for reading, never for verification.
  package func readableCheckpoints() throws(StoreError) -> [CheckpointRow] {
    try checkpointRows().compactMap(CheckpointRow.init(stored:))
  }

  /// The newest stored checkpoint.
  package func newestCheckpoint() throws(StoreError) -> CheckpointRow? {
    try db.rows("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")
      .first.flatMap(CheckpointRow.init(stored:))
  }

  func checkpointRoot(at size: Int64) throws(StoreError) -> Digest? {
    try checkpoint(at: size)?.root
  }

  /// The anchors as they are stored, by their number, those that are not sound left out: for
  /// reading, never for verification.
  package func anchors() throws(StoreError) -> [(id: Int64, row: AnchorRow)] {
    var anchors: [(Int64, AnchorRow)] = []
    for row in try anchorRows() {
      guard row.count == 5, let id = row[0].integer, let size = row[1].integer,
        let kind = row[2].text, let evidence = row[4].blob,
        let root = try checkpointRoot(at: size)
      else { continue }
      anchors.append(
        (
          id,
          AnchorRow(kind: kind, size: size, root: root, request: row[3].blob, evidence: evidence)
        ))
    }
    return anchors
  }
}
