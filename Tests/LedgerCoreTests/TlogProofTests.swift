import LedgerCore
import Notation
import Testing

/// A ledger, its proofs, and the key that opens them.
private struct Evidence {
  let ledger = TestLedger.busy(40)
  var keys: [VerifierKey] { [ledger.vkey] }

  var reader: TreeReader {
    TreeReader(subtree: { _, _ in nil }, leaf: { [leaves = ledger.leaves] in leaves[Int($0)] })
  }

  func proof(of index: Int64) throws -> TlogProof {
    TlogProof(try reader.inclusion(of: index, in: 40), note: ledger.head!.note)
  }

  func request(from old: RawCheckpoint) throws -> CheckpointRequest {
    CheckpointRequest(
      try reader.consistency(from: old.size, to: 40), note: ledger.head!.note)
  }
}

@Test("a proof of ours is read back and verifies")
func ownProof() throws {
  let evidence = Evidence()
  for index in [0, 7, 39] as [Int64] {
    let proof = try TlogProof(reading: Array(try evidence.proof(of: index).text.utf8))
    #expect(proof == (try evidence.proof(of: index)))
    let (checkpoint, verdict) = try proof.verify(
      leaf: evidence.ledger.leaves[Int(index)], keys: evidence.keys)
    #expect(verdict == .verified && checkpoint.size == 40)
  }
}

/// A proof by the tile log of transparency-dev/tessera, put together from its published tile.
@Test("a proof of a foreign log verifies, with extra data too")
func foreignProof() throws {
  let words = [
    "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf",
    "threeten", "fourten", "fivten",
  ]
  let leaves = words.map { SHA256.leaf(Array($0.utf8)) }
  let reader = TreeReader(subtree: { _, _ in nil }, leaf: { leaves[Int($0)] })
  let key = try VerifierKey(
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
  let note = """
    example.com/log/testdata
    15
    rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

    \u{2014} example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=

    """
  for index in 0..<15 {
    let proof = try reader.inclusion(of: Int64(index), in: 15)
    let text = TlogProof(proof, note: note).text
      .replacing("v1\n", with: "v1\nextra aGVsbG8=\n", maxReplacements: 1)
    let read = try TlogProof(reading: Array(text.utf8))
    #expect(read.extra == Array("hello".utf8) && read.text == text)
    #expect(try read.verify(leaf: leaves[index], keys: [key]).verdict == .verified)
    #expect(try read.verify(leaf: leaves[(index + 1) % 15], keys: [key]).verdict != .verified)
  }
}

@Test("no proof with a flipped bit is verified")
func flippedProof() throws {
  let evidence = Evidence()
  let proof = Array(try evidence.proof(of: 7).text.utf8)
  let request = Array(try evidence.request(from: evidence.ledger.checkpoints[2]).text.utf8)
  let old = try Checkpoint.open(note: evidence.ledger.checkpoints[2].note, keys: evidence.keys)
  for (bytes, isProof) in [(proof, true), (request, false)] {
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let verdict =
        isProof
        ? try? TlogProof(reading: changed).verify(
          leaf: evidence.ledger.leaves[7], keys: evidence.keys
        ).verdict
        : try? CheckpointRequest(reading: changed).verify(from: old, keys: evidence.keys).verdict
      if verdict == .verified { Issue.record("bit \(bit)") }
    }
  }
}

@Test("a proof of growth is read back and verifies, from every checkpoint")
func growth() throws {
  let evidence = Evidence()
  for row in evidence.ledger.checkpoints {
    let old = try Checkpoint.open(note: row.note, keys: evidence.keys)
    let made = try evidence.request(from: row)
    let request = try CheckpointRequest(reading: Array(made.text.utf8))
    #expect(request == made)
    #expect(try request.verify(from: old, keys: evidence.keys).verdict == .verified)
    for other in evidence.ledger.checkpoints where other.size != row.size {
      let old = try Checkpoint.open(note: other.note, keys: evidence.keys)
      #expect(try request.verify(from: old, keys: evidence.keys).verdict != .verified)
    }
  }
}

@Test("a fork is wrong, and another log is not the same one")
func forks() throws {
  let evidence = Evidence()
  let request = try evidence.request(from: evidence.ledger.checkpoints[0])
  let size = evidence.ledger.checkpoints[0].size
  let other = Checkpoint(
    origin: evidence.ledger.origin, size: size, root: evidence.ledger.leaves[3])
  guard case .wrong = try request.verify(from: other, keys: evidence.keys).verdict else {
    Issue.record("the fork is not found")
    return
  }
  let elsewhere = Checkpoint(
    origin: try Origin("a/b/1"), size: size, root: Digest(evidence.ledger.checkpoints[0].root)!)
  #expect(
    try request.verify(from: elsewhere, keys: evidence.keys).verdict
      == .wrong("the two checkpoints are of different logs"))
}

@Test("a proof has one form")
func strictProof() throws {
  let evidence = Evidence()
  let text = try evidence.proof(of: 7).text
  let changes: [(String, String)] = [
    ("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n"), ("index 7\n", "index 07\n"),
    ("index 7\n", "index +7\n"), ("index 7\n", "index -7\n"), ("index 7\n", "Index 7\n"),
    ("index 7\n", "index 7 \n"), ("index 7\n", "index 7\r\n"), ("index 7\n", ""),
    ("index 7\n", "index 7\nindex 7\n"), ("index 7\n", "index 9223372036854775808\n"),
    ("index 7\n", "extra a\nindex 7\n"), ("index 7\n", "index 7\nextra aGVsbG8=\n"),
    ("index 7\n", "index 7\n\n"), ("=\n", "=\n=\n"), ("=\n", "\n"), ("=\n", "= \n"),
    ("c2sp.org", "\u{FEFF}c2sp.org"),
  ]
  for (old, new) in changes {
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    #expect(changed != text, "\(new)")
    #expect(throws: CoreError.self, "\(new)") { try TlogProof(reading: Array(changed.utf8)) }
  }
  for bytes in [[], Array("\n\n".utf8), Array(text.utf8.dropLast()), [0xFF] + Array(text.utf8)] {
    #expect(throws: CoreError.self) { try TlogProof(reading: bytes) }
  }
  let many = text.replacing(
    "index 7\n", with: "index 7\n" + String(repeating: SHA256.hash([]).base64 + "\n", count: 60))
  #expect(throws: CoreError.self) { try TlogProof(reading: Array(many.utf8)) }
}
