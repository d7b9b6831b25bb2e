import LedgerCore
import Notation
import Testing

/// Inputs and roots of the RFC 6962 reference tree, sizes 1 to 8.
private let inputs = [
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
]
private let roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

@Test("the roots of the reference tree")
func referenceRoots() {
  var frontier = Frontier()
  #expect(frontier.root.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  for (input, root) in zip(inputs, roots) {
    frontier.append(SHA256.leaf(Hex.decode(input)!))
    #expect(frontier.root.hex == root)
  }
}

private func leaf(_ index: Int64) -> Digest { SHA256.leaf(Array("\(index)".utf8)) }

/// RFC 6962 section 2.1, word for word.
private func naiveRoot(_ leaves: ArraySlice<Digest>) -> Digest {
  if leaves.isEmpty { return SHA256.hash([]) }
  if leaves.count == 1 { return leaves.first! }
  var split = 1
  while split * 2 < leaves.count { split *= 2 }
  let middle = leaves.startIndex + split
  return SHA256.node(naiveRoot(leaves[..<middle]), naiveRoot(leaves[middle...]))
}

@Test("every tree to 300 leaves has the root of the definition")
func everyTree() {
  var frontier = Frontier()
  var leaves: [Digest] = []
  for index in 0..<Int64(300) {
    frontier.append(leaf(index))
    leaves.append(leaf(index))
    #expect(frontier.root == naiveRoot(leaves[...]))
  }
}

@Test("an edge is resumed at every size to 1,000, and where a second level completes")
func resume() throws {
  var frontier = Frontier()
  var rows: [SubtreeRow] = []
  var leaves: [Digest] = []
  for index in 0..<Int64(66_000) {
    leaves.append(leaf(index))
    rows += frontier.append(leaves[Int(index)])
    guard index <= 1_000 || (65_530...65_540).contains(index) || index == 65_999 else { continue }
    let kept = Dictionary(uniqueKeysWithValues: rows.map { ("\($0.level)/\($0.index)", $0.hash) })
    let again = try Frontier(
      size: index + 1, subtree: { kept["\($0)/\($1)"] }, leaf: { leaves[Int($0)] })
    if again != frontier { Issue.record("size \(index + 1)") }
  }
  #expect(rows.filter { $0.level == 1 }.count == 257 && rows.filter { $0.level == 2 }.count == 1)
  #expect(rows.first { $0.level == 2 }?.hash == naiveRoot(leaves[..<65_536]))
  #expect(rows.first { $0.level == 1 && $0.index == 3 }?.hash == naiveRoot(leaves[768..<1_024]))
}

@Test("a missing row is named")
func missingRow() {
  let error = #expect(throws: CoreError.self) {
    try Frontier(size: 300, subtree: { _, _ in nil }, leaf: leaf)
  }
  #expect(error?.code == .nodeMissing && error?.text == "no hash at level 1, index 0")
}
