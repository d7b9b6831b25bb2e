/// What a check of a Merkle proof says.
package enum ProofVerdict: Hashable, Sendable {
  /// The hashes lead to the root.
  case verified
  /// Every tree extends the empty one: nothing was shown, and nothing was verified.
  case vacuous
  /// No proof has this shape: a number out of range, a hash too many or too few.
  case malformed(String)
  /// The shape is right, and the hashes lead elsewhere.
  case wrong(String)
}

/// That a leaf stands at its place in a tree (RFC 6962 section 2.1.1).
///
///     let proof = InclusionProof(index: 5, size: 7, path: path)
///     proof.verify(leaf: leaf, root: root) == .verified
///
/// Sizes go up to `Int64.max`. The size is believed: sizes of the same shape have the same proofs,
/// so it must come from a signed checkpoint.
package struct InclusionProof: Hashable, Sendable {
  /// The number of the leaf, beginning at 0.
  package let index: Int64
  /// Leaves in the tree.
  package let size: Int64
  /// From the leaf's sibling upwards.
  package let path: [Digest]

  /// A proof as it was claimed.
  package init(index: Int64, size: Int64, path: [Digest]) {
    self.index = index
    self.size = size
    self.path = path
  }

  /// RFC 9162 section 2.1.3.2.
  package func verify(leaf: Digest, root: Digest) -> ProofVerdict {
    guard index >= 0, index < size else {
      return .malformed("there is no leaf \(index) in a tree of \(size)")
    }
    var (place, edge, hash) = (index, size - 1, leaf)
    for sibling in path {
      if edge == 0 { return .malformed("the path has a hash too many") }
      if place & 1 == 1 || place == edge {
        hash = SHA256.node(sibling, hash)
        climbLonely(&place, &edge)
      } else {
        hash = SHA256.node(hash, sibling)
      }
      (place, edge) = (place >> 1, edge >> 1)
    }
    if edge != 0 { return .malformed("the path has a hash too few") }
    return hash == root ? .verified : .wrong("the path does not lead from the leaf to the root")
  }
}

/// That a tree begins with all leaves of an older one (RFC 6962 section 2.1.2).
///
/// Sizes go up to `Int64.max`. From the empty tree nothing can be shown: ``ProofVerdict/vacuous``.
package struct ConsistencyProof: Hashable, Sendable {
  /// Leaves in the older tree.
  package let oldSize: Int64
  /// Leaves in the newer tree.
  package let newSize: Int64
  /// Hashes in the order of the RFC.
  package let path: [Digest]

  /// A proof as it was claimed.
  package init(oldSize: Int64, newSize: Int64, path: [Digest]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.path = path
  }

  /// RFC 9162 section 2.1.4.2.
  package func verify(oldRoot: Digest, newRoot: Digest) -> ProofVerdict {
    guard oldSize >= 0, newSize >= oldSize else {
      return .malformed("a tree of \(newSize) cannot extend one of \(oldSize)")
    }
    if oldSize == 0 || oldSize == newSize { return verifyWithoutPath(oldRoot, newRoot) }
    // The older root of a full tree is a node of the newer one and is left out of the path.
    let hashes = oldSize & (oldSize - 1) == 0 ? [oldRoot] + path : path
    guard let first = hashes.first else { return .malformed("the path has a hash too few") }
    var (place, edge) = (oldSize - 1, newSize - 1)
    while place & 1 == 1 { (place, edge) = (place >> 1, edge >> 1) }
    var (old, new) = (first, first)
    for hash in hashes.dropFirst() {
      if edge == 0 { return .malformed("the path has a hash too many") }
      if place & 1 == 1 || place == edge {
        old = SHA256.node(hash, old)
        new = SHA256.node(hash, new)
        climbLonely(&place, &edge)
      } else {
        new = SHA256.node(new, hash)
      }
      (place, edge) = (place >> 1, edge >> 1)
    }
    if edge != 0 { return .malformed("the path has a hash too few") }
    if old != oldRoot { return .wrong("the path does not lead to the older root") }
    return new == newRoot ? .verified : .wrong("the path does not lead to the newer root")
  }

  private func verifyWithoutPath(_ oldRoot: Digest, _ newRoot: Digest) -> ProofVerdict {
    if !path.isEmpty { return .malformed("the path has a hash too many") }
    if oldSize == 0 { return .vacuous }
    return oldRoot == newRoot ? .verified : .wrong("two trees of one size have different roots")
  }
}

/// A node without a right sibling is carried upwards unchanged until it is a right child itself.
private func climbLonely(_ place: inout Int64, _ edge: inout Int64) {
  while place & 1 == 0, place != 0 { (place, edge) = (place >> 1, edge >> 1) }
}

/// The hashes of a stored tree, from which proofs are made.
///
///     let tree = TreeReader(subtree: { rows[$0, $1] }, leaf: { leaves[$0] })
///     let proof = try tree.inclusion(of: 5, in: 7)
///
/// A proof reads at most 255 rows of each level at the leaf and as many at the tree's right edge:
/// some hundreds for a million leaves. What is read is believed; check the proof before it is
/// handed out.
package struct TreeReader {
  private let subtree: (_ level: Int, _ index: Int64) throws -> Digest?
  private let leaf: (_ seq: Int64) throws -> Digest?

  /// `subtree` yields the root of a full block of 256^level leaves; `leaf` a leaf. A nil is an
  /// error of the reading: ``CoreError/Code/nodeMissing``.
  package init(
    subtree: @escaping (_ level: Int, _ index: Int64) throws -> Digest?,
    leaf: @escaping (_ seq: Int64) throws -> Digest?
  ) {
    self.subtree = subtree
    self.leaf = leaf
  }

  /// The root over the first leaves.
  package func root(of size: Int64) throws -> Digest {
    try size == 0 ? SHA256.hash([]) : hash(0, size)
  }

  /// The proof that leaf `index` is in the tree of the first `size` leaves.
  package func inclusion(of index: Int64, in size: Int64) throws -> InclusionProof {
    precondition(index >= 0 && index < size, "no such leaf")
    return InclusionProof(index: index, size: size, path: try path(index, 0, size))
  }

  /// The proof that the tree of `newSize` leaves extends that of `oldSize`.
  package func consistency(from oldSize: Int64, to newSize: Int64) throws -> ConsistencyProof {
    precondition(oldSize >= 0 && oldSize <= newSize, "no such trees")
    let path = try oldSize == 0 ? [] : subproof(oldSize, 0, newSize, isWhole: true)
    return ConsistencyProof(oldSize: oldSize, newSize: newSize, path: path)
  }

  /// PATH of RFC 6962 section 2.1.1, of the leaves from `start` on.
  private func path(_ index: Int64, _ start: Int64, _ count: Int64) throws -> [Digest] {
    if count == 1 { return [] }
    let left = TreeReader.split(count)
    if index < start + left {
      return try path(index, start, left) + [hash(start + left, count - left)]
    }
    return try path(index, start + left, count - left) + [hash(start, left)]
  }

  /// SUBPROOF of RFC 6962 section 2.1.2, of the leaves from `start` on.
  private func subproof(
    _ old: Int64, _ start: Int64, _ count: Int64, isWhole: Bool
  ) throws -> [Digest] {
    if old == count { return isWhole ? [] : [try hash(start, count)] }
    let left = TreeReader.split(count)
    if old <= left {
      return try subproof(old, start, left, isWhole: isWhole)
        + [hash(start + left, count - left)]
    }
    return try subproof(old - left, start + left, count - left, isWhole: false)
      + [hash(start, left)]
  }

  /// The hash over `count` leaves from `start` on, which is a multiple of every block in them.
  private func hash(_ start: Int64, _ count: Int64) throws -> Digest {
    if count & (count - 1) == 0 { return try block(start, bits: count.trailingZeroBitCount) }
    let left = TreeReader.split(count)
    return SHA256.node(try hash(start, left), try hash(start + left, count - left))
  }

  /// The hash over a full block of 2^bits leaves, folded from the widest rows within it.
  private func block(_ start: Int64, bits: Int) throws -> Digest {
    let level = min(bits / 8, CoreLimits.subtreeLevelMax)
    let first = start >> (8 * level)
    var fold = Frontier()
    for index in first..<first + 1 << (bits - 8 * level) {
      let found = try level == 0 ? leaf(index) : subtree(level, index)
      guard let found else {
        throw CoreError(.nodeMissing, "no hash at level \(level), index \(index)")
      }
      fold.append(found)
    }
    return fold.root
  }

  /// The largest power of two below a count of at least 2.
  private static func split(_ count: Int64) -> Int64 {
    1 << (63 - (count - 1).leadingZeroBitCount)
  }
}
