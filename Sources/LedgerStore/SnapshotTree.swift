package import LedgerCore

extension Snapshot {
  /// The tree as stored, for making proofs. What cannot be read as a hash is not there.
  package var tree: TreeReader {
    TreeReader(
      subtree: { level, index in
        try db.first(
          "SELECT hash FROM subtree WHERE level = ? AND idx = ?",
          [.integer(Int64(level)), .integer(index)])?.blob.flatMap(Digest.init)
      },
      leaf: { seq in
        try db.first("SELECT leaf FROM entry WHERE seq = ?", [.integer(seq)])?.blob
          .flatMap(Digest.init)
      })
  }
}
