import LedgerCore
import Notation
import Testing

@Test("a sound ledger has no faults", arguments: [1, 6, 40, 300])
func soundLedger(_ size: Int) {
  let ledger = TestLedger.busy(size)
  let found = ledger.verify()
  #expect(found.faults == [])
  #expect(found.size == Int64(ledger.rows.count))
  #expect(found.root == ledger.frontier.root)
  #expect(found.signaturesVerified == ledger.rows.reduce(0) { $0 + $1.signatures.count })
  #expect(ledger.verify(depth: .withoutSignatures).faults == [])
}

@Test("an empty ledger is empty and not verified")
func emptyLedger() throws {
  let verifier = StreamVerifier(origin: try Origin("a/b/1"), checkpointSizes: [])
  let found = verifier.finish(subtrees: [], checkpoints: [], head: nil)
  #expect(found.isEmpty && found.faults == [])
}

private func flip(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
  var bytes = bytes
  bytes[Int.random(in: 0..<bytes.count, using: &dice)] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
  return bytes
}

extension EntryRow {
  fileprivate func with(
    leaf: [UInt8]? = nil, body: [UInt8]?? = nil, signatures: [RawSignature]? = nil
  ) -> EntryRow {
    EntryRow(
      seq: seq, leaf: leaf ?? self.leaf, body: body ?? self.body,
      signatures: signatures ?? self.signatures)
  }
}

/// Changes one stored value of an entry.
private func tamper(_ row: EntryRow, _ kind: Int, _ dice: inout Dice) -> EntryRow {
  var signatures = row.signatures
  switch kind {
  case 0: return row.with(body: flip(row.body!, &dice))
  case 1: return row.with(leaf: flip(row.leaf, &dice))
  case 2: return row.with(leaf: Array(row.leaf.dropLast()))
  case 3: return row.with(body: .some(nil))
  case 4:
    // The body and its leaf, as somebody would who knows the format.
    let text = String(decoding: row.body!, as: UTF8.self)
    let body = Array((text.dropLast() + #","zz":1}"#).utf8)
    return row.with(leaf: SHA256.leaf(body).bytes, body: body)
  case 5:
    signatures.append(RawSignature(key: "p9/1", algorithm: 1, bytes: [1]))
  case 6 where !signatures.isEmpty: signatures.removeLast()
  case 7 where !signatures.isEmpty:
    let last = signatures.removeLast()
    signatures.append(
      RawSignature(key: last.key, algorithm: last.algorithm, bytes: flip(last.bytes, &dice)))
  case 8 where !signatures.isEmpty:
    let last = signatures.removeLast()
    signatures.append(RawSignature(key: last.key, algorithm: 2, bytes: last.bytes))
  default: signatures.append(RawSignature(key: "é", algorithm: 1, bytes: []))
  }
  return row.with(signatures: signatures)
}

@Test("any changed value of an entry names that entry", arguments: 0..<9)
func tamperedEntry(_ kind: Int) {
  var dice = Dice(state: UInt64(kind))
  let sound = TestLedger.busy(36)
  for seq in sound.rows.indices.dropLast() {
    var ledger = sound
    ledger.rows[seq] = tamper(ledger.rows[seq], kind, &dice)
    let found = ledger.verify()
    #expect(found.firstBadSeq == Int64(seq), "kind \(kind), \(found.faults.prefix(3))")
  }
}

@Test("a changed last entry is found too", arguments: 0..<9)
func tamperedLast(_ kind: Int) {
  var dice = Dice(state: 7)
  var ledger = TestLedger.busy(20)
  ledger.rows[19] = tamper(ledger.rows[19], kind, &dice)
  #expect(ledger.verify().firstBadSeq == 19)
}

@Test("removed, repeated and exchanged entries are found", arguments: 1..<18)
func movedEntries(_ seq: Int) {
  var removed = TestLedger.busy(20)
  removed.rows.remove(at: seq)
  #expect(removed.verify().firstBadSeq == Int64(seq))
  var repeated = TestLedger.busy(20)
  repeated.rows.insert(repeated.rows[seq], at: seq)
  #expect(repeated.verify().firstBadSeq.map { $0 <= Int64(seq) + 1 } == true)
  var cut = TestLedger.busy(20)
  cut.rows.removeLast(20 - seq)
  #expect(cut.verify().firstBadSeq.map { $0 <= Int64(seq) } == true)
}

struct Beside: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let code: String
  let seq: Int64?
  let change: @Sendable (inout TestLedger) -> Void

  init(
    _ name: String, _ code: FaultCode, _ seq: Int64?,
    _ change: @escaping @Sendable (inout TestLedger) -> Void
  ) {
    (testDescription, self.code, self.seq, self.change) = (name, code.rawValue, seq, change)
  }
}

private let other = [UInt8](repeating: 7, count: 32)

private let beside: [Beside] = [
  Beside("no head", .headMissing, 299) { $0.head = nil },
  Beside("head of an older state", .headSize, 50) { $0.head = $0.checkpoints[6] },
  Beside("root of the head", .headColumns, 299) {
    $0.head = RawCheckpoint(size: 300, root: other, note: $0.head!.note)
  },
  Beside("size of the head", .headSize, 300) {
    $0.head = RawCheckpoint(size: 301, root: $0.head!.root, note: $0.head!.note)
  },
  Beside("note of the head", .headNote, 299) {
    $0.head = RawCheckpoint(size: 300, root: $0.head!.root, note: $0.head!.note + "\n")
  },
  Beside("head signed over another root", .headRoot, 299) {
    let lie = Checkpoint(origin: $0.origin, size: 300, root: Digest(other)!)
    $0.head = RawCheckpoint(
      size: 300, root: other, note: lie.signed(by: $0.siteKey, as: $0.origin))
  },
  Beside("head signed by a stranger", .headNote, 299) {
    $0.head = RawCheckpoint(
      CheckpointRow($0.frontier, origin: $0.origin, key: TestLedger.key(99)))
  },
  Beside("root of a checkpoint", .checkpointColumns, 14) {
    $0.checkpoints[1] = RawCheckpoint(size: 15, root: other, note: $0.checkpoints[1].note)
  },
  Beside("two checkpoints of one size", .checkpointRepeated, 14) {
    $0.checkpoints.append($0.checkpoints[1])
  },
  Beside("a checkpoint beyond the end", .checkpointBeyond, 300) {
    $0.checkpoints.append(RawCheckpoint(size: 400, root: other, note: "x"))
  },
  Beside("a changed subtree row", .subtreeMismatch, 0) {
    $0.subtrees[0] = RawSubtree(level: 1, index: 0, hash: other)
  },
  Beside("a missing subtree row", .subtreeMissing, 0) { $0.subtrees = [] },
  Beside("a stray subtree row", .subtreeExtra, 256) {
    $0.subtrees.append(RawSubtree(level: 1, index: 1, hash: other))
  },
  Beside("a subtree row of no tree", .subtreeExtra, 0) {
    $0.subtrees.append(RawSubtree(level: 99, index: -5, hash: []))
  },
]

@Test("what is changed beside the entries is found", arguments: beside)
func changedBeside(_ row: Beside) {
  var ledger = TestLedger.busy(300)
  row.change(&ledger)
  let found = ledger.verify()
  #expect(found.faults.contains { $0.code == row.code && $0.seq == row.seq }, "\(found.faults)")
}

@Test("each flipped byte of a note is found", arguments: 0..<4)
func flippedNote(_ seed: UInt64) {
  var dice = Dice(state: seed)
  let sound = TestLedger.busy(20)
  let note = Array(sound.head!.note.utf8)
  for index in note.indices {
    var bytes = note
    bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
    var ledger = sound
    ledger.head = RawCheckpoint(
      size: 20, root: sound.head!.root, note: String(decoding: bytes, as: UTF8.self))
    #expect(ledger.verify().faults.contains { $0.code == "head-note" }, "byte \(index)")
  }
}

@Test("subtree faults name the bad entry inside the block")
func blamedInBlock() {
  var ledger = TestLedger.busy(300)
  ledger.rows[200] = ledger.rows[200].with(body: Array("{}".utf8))
  let found = ledger.verify()
  #expect(found.firstBadSeq == 200)
  #expect(found.firstBadSigners == [])
  let later = found.laterSigners.first { $0.key.text == "p3/1" }
  #expect(later?.entries == 99 && later?.lastSeq == 299)
}

@Test("times and imports have their rules")
func timesAndImports() {
  var back = TestLedger()
  back.append("waste", by: "p1/1", ts: Instant("2026-01-01T00:00:00.000Z"))
  #expect(back.verify().faults.map(\.code) == ["time-decreases"])
  var clock = TestLedger()
  clock.append("clock", by: "p1/1", wit: ["p2/1"], ts: Instant("2026-01-01T00:00:00.000Z"))
  #expect(clock.verify().faults == [])
  var unclosed = TestLedger()
  unclosed.append("import.row", by: nil)
  #expect(unclosed.verify().faults.map(\.code) == ["import-unclosed"])
  unclosed.append("waste", by: "p1/1")
  #expect(unclosed.verify().faults.map(\.code) == ["import-unclosed"])
  var wrong = TestLedger()
  wrong.append("import.row", by: nil)
  wrong.append("import.close", by: "p1/1", ["first": 1, "last": 2, "count": 1])
  #expect(wrong.verify().faults.map(\.code) == ["import-range"])
}

@Test("a trust file pins the beginning and the keys")
func pins() throws {
  let ledger = TestLedger.busy(10)
  let person = ["p3/1", "p1/1"].map { (KeyName($0)!, ledger.people[$0]!.publicKey) }
  let trust = try TrustFile(
    siteKey: ledger.vkey, genesisLeaf: ledger.leaves[0],
    personKeys: Dictionary(uniqueKeysWithValues: person))
  #expect(try TrustFile(trust.text) == trust)
  let found = ledger.verify(trust: trust)
  #expect(found.faults == [] && found.pinned && found.unpinnedKeys.map(\.text) == ["p2/1"])
  let wrong = try TrustFile(
    siteKey: VerifierKey(ledger.origin, TestLedger.key(50).publicKey),
    genesisLeaf: ledger.leaves[1],
    personKeys: [
      KeyName("p3/1")!: TestLedger.key(51).publicKey,
      KeyName("p8/1")!: TestLedger.key(52).publicKey,
    ])
  let codes = Set(ledger.verify(trust: wrong).faults.map(\.code))
  #expect(codes.isSuperset(of: ["trust-site-key", "trust-genesis", "trust-key", "head-note"]))
}

@Test("an earlier checkpoint must be extended")
func earlierCheckpoint() throws {
  let ledger = TestLedger.busy(30)
  let old = try Checkpoint.open(note: ledger.checkpoints[2].note, keys: [ledger.vkey])
  #expect(ledger.verify(earlier: [old]).faults == [])
  let cut = TestLedger.busy(20)
  #expect(cut.verify(earlier: [old]).faults.map(\.code) == ["does-not-extend"])
  let fork = Checkpoint(origin: ledger.origin, size: old.size, root: Digest(other)!)
  #expect(ledger.verify(earlier: [fork]).faults.map(\.code) == ["does-not-extend"])
}

@Test("people who share an introducer are listed")
func ghostWitness() {
  var ledger = TestLedger.busy(6)
  ledger.append("waste", by: "p1/1", wit: ["p3/1"])
  ledger.append("waste", by: "p1/1", wit: ["p3/1"])
  ledger.append("waste", by: "p1/1", wit: ["p2/1"])
  let pairs = ledger.verify().sharedIntroducers
  #expect(pairs.map(\.witness) == ["p3"])
  #expect(pairs.first?.introducer == "p1" && pairs.first?.entries == 2)
}

@Test("fast: every byte, the weighty signatures, and the last of each key")
func fastDepth() throws {
  let ledger = TestLedger.busy(60)
  let whole = ledger.verify(depth: .fast)
  let full = ledger.verify()
  #expect(whole.faults.isEmpty && whole.signaturesPassedOver > 0)
  #expect(whole.signaturesVerified + whole.signaturesPassedOver == full.signaturesVerified)
  #expect(full.signaturesPassedOver == 0)
  for index in ledger.rows.indices {
    for key in ledger.rows[index].signatures.map(\.key) {
      var forged = ledger
      forged.rows[index] = damaged(ledger.rows[index], key)
      let found = forged.verify(depth: .fast)
      let type = try EntryBody(reading: ledger.rows[index].body!).type
      let isLast = !ledger.rows[(index + 1)...].contains { row in
        row.signatures.contains { $0.key == key }
      }
      let isSeen =
        isLast || type.hasPrefix("ledger.") || type.hasPrefix("key.")
        || type.hasPrefix("person.")
      #expect(found.firstBadSeq == (isSeen ? Int64(index) : nil), "entry \(index), \(key)")
    }
  }
}

private func damaged(_ row: EntryRow, _ key: String) -> EntryRow {
  let signatures = row.signatures.map { old -> RawSignature in
    var bytes = old.bytes
    if old.key == key { bytes[3] ^= 1 }
    return RawSignature(key: old.key, algorithm: old.algorithm, bytes: bytes)
  }
  return EntryRow(seq: row.seq, leaf: row.leaf, body: row.body, signatures: signatures)
}
