/// The root of a full block of 256^level leaves, as the table `subtree` holds it.
package struct SubtreeRow: Hashable, Sendable {
  /// 1 to 7.
  package let level: Int
  /// Which block of that level, beginning at 0.
  package let index: Int64
  /// The root of the block.
  package let hash: Digest

  /// A row as it is stored.
  package init(level: Int, index: Int64, hash: Digest) {
    self.level = level
    self.index = index
    self.hash = hash
  }

  /// The first entry of the block.
  package var firstSeq: Int64 { index << (8 * Int64(level)) }
}

/// The right edge of an RFC 6962 tree: all that must be kept in order to append.
///
///     var frontier = Frontier()
///     let rows = frontier.append(leaf)     // the subtree rows that this leaf completed
///     frontier.root
///
/// At most 63 digests, one for each set bit of the size.
package struct Frontier: Hashable, Sendable {
  /// Leaves in the tree.
  package private(set) var size: Int64 = 0

  // One root for each set bit of `size`, the largest block first.
  private var blocks: [Digest] = []

  /// The edge of the empty tree.
  package init() {}

  /// The edge of a tree of `size` leaves, from stored rows: at most 255 rows for each level and 255
  /// leaves. Throws ``CoreError/Code/nodeMissing`` where a row is not there, and what the
  /// closures throw.
  package init(
    size: Int64, subtree: (_ level: Int, _ index: Int64) throws -> Digest?,
    leaf: (_ seq: Int64) throws -> Digest?
  ) throws {
    precondition(size >= 0, "a tree has no negative size")
    self.size = size
    var start: Int64 = 0
    for bit in stride(from: Int64(62), through: 0, by: -1) where size >> bit & 1 == 1 {
      let level = min(bit / 8, Int64(CoreLimits.subtreeLevelMax))
      let first = start >> (8 * level)
      var block = Frontier()
      for index in first..<first + 1 << (bit - 8 * level) {
        let found = try level == 0 ? leaf(index) : subtree(Int(level), index)
        guard let found else { throw Frontier.missing(level, index) }
        block.append(found)
      }
      blocks.append(block.root)
      start += 1 << bit
    }
  }

  private static func missing(_ level: Int64, _ index: Int64) -> CoreError {
    CoreError(.nodeMissing, "no hash at level \(level), index \(index)")
  }

  /// Adds a leaf; answers the rows of the full blocks it completes, the smallest first.
  @discardableResult
  package mutating func append(_ leaf: Digest) -> [SubtreeRow] {
    var rows: [SubtreeRow] = []
    var current = leaf
    size += 1
    for bit in 0...size.trailingZeroBitCount where bit > 0 {
      current = SHA256.node(blocks.removeLast(), current)
      if bit % 8 == 0, bit / 8 <= CoreLimits.subtreeLevelMax {
        rows.append(SubtreeRow(level: bit / 8, index: size >> Int64(bit) - 1, hash: current))
      }
    }
    blocks.append(current)
    return rows
  }

  /// The root hash (RFC 6962 section 2.1); of the empty tree SHA-256 of nothing.
  package var root: Digest {
    guard var root = blocks.last else { return SHA256.hash([]) }
    for block in blocks.dropLast().reversed() { root = SHA256.node(block, root) }
    return root
  }
}
