import LedgerCore
import Testing

/// RFC 6962 section 2.1, word for word, over leaves in memory; remembers what it computed.
private final class SlowTree {
  let leaves: [Digest]
  private var known: [Range<Int>: Digest] = [:]

  init(_ count: Int) { leaves = (0..<count).map { SHA256.leaf(Array("leaf \($0)".utf8)) } }

  static func split(_ count: Int) -> Int {
    var split = 1
    while split * 2 < count { split *= 2 }
    return split
  }

  /// MTH of the leaves in a range.
  func root(_ range: Range<Int>) -> Digest {
    if range.isEmpty { return SHA256.hash([]) }
    if range.count == 1 { return leaves[range.lowerBound] }
    if let root = known[range] { return root }
    let middle = range.lowerBound + SlowTree.split(range.count)
    let root = SHA256.node(
      self.root(range.lowerBound..<middle), self.root(middle..<range.upperBound))
    known[range] = root
    return root
  }

  /// PATH(m, D[n]).
  func path(_ index: Int, _ range: Range<Int>) -> [Digest] {
    if range.count <= 1 { return [] }
    let middle = range.lowerBound + SlowTree.split(range.count)
    return index < middle
      ? path(index, range.lowerBound..<middle) + [root(middle..<range.upperBound)]
      : path(index, middle..<range.upperBound) + [root(range.lowerBound..<middle)]
  }

  /// SUBPROOF(m, D[n], b).
  func subproof(_ old: Int, _ range: Range<Int>, _ isWhole: Bool) -> [Digest] {
    if old == range.count { return isWhole ? [] : [root(range)] }
    let left = SlowTree.split(range.count)
    let middle = range.lowerBound + left
    return old <= left
      ? subproof(old, range.lowerBound..<middle, isWhole) + [root(middle..<range.upperBound)]
      : subproof(old - left, middle..<range.upperBound, false) + [root(range.lowerBound..<middle)]
  }

  var reader: TreeReader {
    TreeReader(
      subtree: { level, index in
        let width = 1 << (8 * level)
        return self.root(Int(index) * width..<(Int(index) + 1) * width)
      }, leaf: { self.leaves[Int($0)] })
  }
}

/// The root that a path leads to, by the recursion of the definition; nil where the shape is wrong.
private func slowRoot(_ index: Int64, _ size: Int64, _ leaf: Digest, _ path: [Digest]) -> Digest? {
  guard index >= 0, index < size else { return nil }
  if size == 1 { return path.isEmpty ? leaf : nil }
  guard let last = path.last else { return nil }
  let left = Int64(SlowTree.split(Int(size)))
  let rest = Array(path.dropLast())
  if index < left { return slowRoot(index, left, leaf, rest).map { SHA256.node($0, last) } }
  return slowRoot(index - left, size - left, leaf, rest).map { SHA256.node(last, $0) }
}

/// The older and the newer root that a path leads to; nil where the shape is wrong.
private func slowRoots(
  _ old: Int64, _ new: Int64, _ path: [Digest], _ oldRoot: Digest, isWhole: Bool = true
) -> (old: Digest, new: Digest)? {
  guard old >= 1, old <= new else { return nil }
  if old == new {
    if isWhole { return path.isEmpty ? (oldRoot, oldRoot) : nil }
    return path.count == 1 ? (path[0], path[0]) : nil
  }
  guard let last = path.last else { return nil }
  let left = Int64(SlowTree.split(Int(new)))
  let rest = Array(path.dropLast())
  if old <= left {
    return slowRoots(old, left, rest, oldRoot, isWhole: isWhole).map {
      ($0.old, SHA256.node($0.new, last))
    }
  }
  return slowRoots(old - left, new - left, rest, oldRoot, isWhole: false).map {
    (SHA256.node(last, $0.old), SHA256.node(last, $0.new))
  }
}

private let sizeMax = 130

/// Everything that goes wrong with a path: a hash too many or too few at each end, two swapped, one
/// twice, and a bit flipped in each.
private func damaged(_ path: [Digest], _ stranger: Digest) -> [[Digest]] {
  var all: [[Digest]] = [path + [stranger], [stranger] + path]
  if let first = path.first { all += [[first] + path, Array(path.dropFirst())] }
  if path.count > 1 { all += [Array(path.dropLast()), path.reversed()] }
  for index in path.indices {
    var bytes = path[index].bytes
    bytes[index % 32] ^= 1 << UInt8(index % 8)
    var changed = path
    changed[index] = Digest(bytes)!
    all.append(changed)
    if index > 0 {
      changed = path
      changed.swapAt(index, index - 1)
      all.append(changed)
    }
  }
  return all
}

@Suite("proofs agree with the definition on every tree to 130 leaves")
struct ProofTests {
  private let tree = SlowTree(sizeMax + 2)

  @Test("inclusion, and every damage of it")
  func inclusion() throws {
    var count = 0
    for size in 1...sizeMax {
      let root = tree.root(0..<size)
      for index in 0..<size {
        let path = tree.path(index, 0..<size)
        let made = try tree.reader.inclusion(of: Int64(index), in: Int64(size))
        let leaf = tree.leaves[index]
        if made.path != path || made.verify(leaf: leaf, root: root) != .verified {
          Issue.record("leaf \(index) of \(size)")
        }
        let paths = index % 5 == size % 5 ? damaged(path, tree.leaves[sizeMax + 1]) : []
        for path in [path] + paths { count += check(index, size, leaf, path, root) }
        #expect(made.verify(leaf: tree.leaves[index + 1], root: root) != .verified)
        #expect(made.verify(leaf: leaf, root: tree.root(0..<size + 1)) != .verified)
      }
    }
    #expect(count > 50_000)
  }

  /// Compares with the slow definition, at the claimed place and at those around it.
  private func check(
    _ index: Int, _ size: Int, _ leaf: Digest, _ path: [Digest], _ root: Digest
  ) -> Int {
    let claims = [
      (index, size), (index + 1, size), (index - 1, size), (index, size + 1), (index, size - 1),
      (index, size * 2), (size, size), (index, 0),
    ]
    for (index, size) in claims {
      let slow = slowRoot(Int64(index), Int64(size), leaf, path)
      let verdict = InclusionProof(index: Int64(index), size: Int64(size), path: path)
        .verify(leaf: leaf, root: root)
      if !agrees(verdict, slow.map { $0 == root }) {
        Issue.record("leaf \(index) of \(size): \(verdict)")
      }
    }
    return claims.count
  }

  @Test("consistency, and every damage of it")
  func consistency() throws {
    var count = 0
    for new in 1...sizeMax {
      let newRoot = tree.root(0..<new)
      for old in 1...new {
        let oldRoot = tree.root(0..<old)
        let path = tree.subproof(old, 0..<new, true)
        let made = try tree.reader.consistency(from: Int64(old), to: Int64(new))
        if made.path != path || made.verify(oldRoot: oldRoot, newRoot: newRoot) != .verified {
          Issue.record("\(old) to \(new)")
        }
        let paths = old % 5 == new % 5 ? damaged(path, tree.leaves[sizeMax + 1]) : []
        for path in [path] + paths { count += check(old, new, path, oldRoot, newRoot) }
        let other = tree.leaves[sizeMax + 1]
        #expect(made.verify(oldRoot: other, newRoot: newRoot) != .verified)
        #expect(made.verify(oldRoot: oldRoot, newRoot: other) != .verified)
      }
    }
    #expect(count > 50_000)
  }

  private func check(
    _ old: Int, _ new: Int, _ path: [Digest], _ oldRoot: Digest, _ newRoot: Digest
  ) -> Int {
    let claims = [
      (old, new), (old + 1, new), (old - 1, new), (old, new + 1), (old, new - 1), (new, old),
      (new, new),
    ]
    for (old, new) in claims where old != 0 {
      let slow = slowRoots(Int64(old), Int64(new), path, oldRoot)
      let fits = slow.map { $0.old == oldRoot && $0.new == newRoot }
      let verdict = ConsistencyProof(oldSize: Int64(old), newSize: Int64(new), path: path)
        .verify(oldRoot: oldRoot, newRoot: newRoot)
      if !agrees(verdict, fits) { Issue.record("\(old) to \(new): \(verdict)") }
    }
    return claims.count
  }

  /// Malformed exactly where the definition has no such shape.
  private func agrees(_ verdict: ProofVerdict, _ slow: Bool?) -> Bool {
    switch verdict {
    case .verified: slow == true
    case .wrong: slow == false
    case .malformed: slow == nil
    case .vacuous: false
    }
  }

  @Test("nothing is verified from the empty tree")
  func empty() {
    let (root, empty) = (tree.root(0..<5), SHA256.hash([]))
    for (old, new) in [(0, 0), (0, 5)] as [(Int64, Int64)] {
      for newRoot in [root, empty] {
        let proof = ConsistencyProof(oldSize: old, newSize: new, path: [])
        #expect(proof.verify(oldRoot: empty, newRoot: newRoot) == .vacuous)
        let longer = ConsistencyProof(oldSize: old, newSize: new, path: [root])
        #expect(isMalformed(longer.verify(oldRoot: empty, newRoot: newRoot)))
      }
    }
    let none = InclusionProof(index: 0, size: 0, path: [])
    #expect(isMalformed(none.verify(leaf: empty, root: empty)))
  }

  @Test("numbers that no tree has are malformed")
  func numbers() {
    let root = tree.leaves[0]
    for (index, size) in [(-1, 1), (1, 1), (.max, .max), (0, -1), (.min, .max)]
      as [(Int64, Int64)]
    {
      let proof = InclusionProof(index: index, size: size, path: [])
      #expect(isMalformed(proof.verify(leaf: root, root: root)))
      let growth = ConsistencyProof(oldSize: size, newSize: index, path: [])
      if size != index { #expect(isMalformed(growth.verify(oldRoot: root, newRoot: root))) }
    }
  }

  @Test("a stored hash that is missing is named, and no proof is made")
  func missing() {
    let reader = TreeReader(subtree: { _, _ in nil }, leaf: { _ in nil })
    #expect(throws: CoreError.self) { try reader.inclusion(of: 3, in: 1_000) }
    #expect(throws: CoreError.self) { try reader.consistency(from: 700, to: 1_000) }
  }
}

private func isMalformed(_ verdict: ProofVerdict) -> Bool {
  if case .malformed = verdict { true } else { false }
}

/// A tree of any size whose leaves are all the same, but for one.
private final class EvenTree {
  let odd: Int64
  private let leaves = [SHA256.leaf([0]), SHA256.leaf([1])]
  private var full: [Digest] = []
  private(set) var reads = 0

  init(odd: Int64) {
    self.odd = odd
    full = [leaves[0]]
    for _ in 0..<62 { full.append(SHA256.node(full.last!, full.last!)) }
  }

  func leaf(_ index: Int64) -> Digest { leaves[index == odd ? 1 : 0] }

  /// The hash over 2^bits leaves.
  func block(_ start: Int64, _ bits: Int) -> Digest {
    guard start <= odd, odd - start < 1 << Int64(bits) else { return full[bits] }
    if bits == 0 { return leaves[1] }
    return SHA256.node(
      block(start, bits - 1), block(start + 1 << Int64(bits - 1), bits - 1))
  }

  /// The root over a range that begins where a full block may.
  func root(_ start: Int64, _ count: Int64) -> Digest {
    let bits = 63 - count.leadingZeroBitCount
    if count == 1 << Int64(bits) { return block(start, bits) }
    let left: Int64 = 1 << Int64(bits)
    return SHA256.node(block(start, bits), root(start + left, count - left))
  }

  var reader: TreeReader {
    TreeReader(
      subtree: { level, index in
        self.reads += 1
        return self.block(index << Int64(8 * level), 8 * level)
      },
      leaf: { index in
        self.reads += 1
        return self.leaf(index)
      })
  }
}

@Test(
  "trees of more than a thousand million leaves, to the largest there is",
  arguments: [1_000_000_007, 1 << 40, 1 << 40 + 1, 1 << 62, 1 << 62 + 12_345, .max] as [Int64])
func hugeTrees(_ size: Int64) throws {
  for odd in [0, 1, 255, 256, size / 3, size / 2, size - 2, size - 1] {
    let tree = EvenTree(odd: odd)
    let root = tree.root(0, size)
    let proof = try tree.reader.inclusion(of: odd, in: size)
    #expect(proof.verify(leaf: tree.leaf(odd), root: root) == .verified)
    #expect(proof.verify(leaf: SHA256.leaf([0]), root: root) != .verified)
    let beside = InclusionProof(index: odd ^ 1, size: size, path: proof.path)
    #expect(beside.verify(leaf: tree.leaf(odd), root: root) != .verified)
    let longer = InclusionProof(index: odd, size: size, path: proof.path + [root])
    #expect(isMalformed(longer.verify(leaf: tree.leaf(odd), root: root)))
    #expect(tree.reads <= 510 * 8)
  }
  for old in [1, 2, 3, 1 << 20, size / 3, size / 2 + 1, size - 1] {
    let tree = EvenTree(odd: old - 1)
    let (oldRoot, newRoot) = (tree.root(0, old), tree.root(0, size))
    let proof = try tree.reader.consistency(from: old, to: size)
    #expect(proof.verify(oldRoot: oldRoot, newRoot: newRoot) == .verified)
    #expect(proof.verify(oldRoot: newRoot, newRoot: newRoot) != .verified)
    let shifted = ConsistencyProof(oldSize: old, newSize: size, path: proof.path.reversed())
    if proof.path.count > 1 {
      #expect(shifted.verify(oldRoot: oldRoot, newRoot: newRoot) != .verified)
    }
  }
}

@Test("a proof in a ledger of a million entries takes some hundreds of reads")
func reads() throws {
  for index in [0, 517_003, 999_999] as [Int64] {
    let tree = EvenTree(odd: index)
    _ = try tree.reader.inclusion(of: index, in: 1_000_000)
    #expect(tree.reads < 800)
  }
}
