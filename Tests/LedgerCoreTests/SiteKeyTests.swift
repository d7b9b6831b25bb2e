import LedgerCore
import Notation
import Testing

extension TestLedger {
  /// Another site key, and the checkpoint in which it takes over.
  mutating func replaceSiteKey(
    seed: UInt8, reason: String = "rotated", by: String = "p1/1", wit: [String] = ["p2/1"],
    handsOn: Bool? = nil
  ) -> [Fault] {
    let old = siteKey
    siteKey = TestLedger.key(seed)
    let faults = append(
      "key.site", by: by, wit: wit, ["site_key": .string(vkey.text), "reason": .string(reason)])
    let hands = handsOn ?? (reason == "rotated")
    head = RawCheckpoint(
      CheckpointRow(frontier, origin: origin, key: siteKey, and: hands ? old : nil))
    promote()
    return faults
  }

  /// Three keys, in good order and as stolen, with entries between.
  static func rotated() -> TestLedger {
    var ledger = TestLedger.busy(20)
    ledger.promote()
    #expect(ledger.replaceSiteKey(seed: 70) == [])
    for _ in 0..<5 { ledger.append("waste", by: "p3/1") }
    ledger.promote()
    #expect(ledger.replaceSiteKey(seed: 71, reason: "stolen") == [])
    for _ in 0..<5 { ledger.append("waste", by: "p3/1") }
    return ledger
  }
}

@Test("who signs which checkpoint")
func siteKeyRanges() {
  let ledger = TestLedger.rotated()
  #expect(ledger.verify().faults == [] && ledger.verify(depth: .fast).faults == [])
  let keys = ledger.register.siteKeys
  #expect(keys.map(\.seq) == [0, 20, 26])
  let names = { (size: Int64) in
    ledger.register.siteKeys(forSize: size).map { key in keys.firstIndex { $0.key == key } }
  }
  #expect(names(1) == [0] && names(20) == [0] && names(21) == [1, 0] && names(22) == [1])
  #expect(names(26) == [1] && names(27) == [2] && names(32) == [2])
}

@Test("another site key takes administrators, a reason, and a key that was never used")
func siteKeyFaults() {
  var ledger = TestLedger.busy(10)
  let codes = { (faults: [Fault]) in faults.map(\.code) }
  #expect(
    codes(ledger.replaceSiteKey(seed: 70, wit: [])) == ["second-administrator-missing"])
  #expect(
    codes(ledger.replaceSiteKey(seed: 71, by: "p3/1", wit: ["p1/1"])) == [
      "administrator-missing"
    ])
  #expect(codes(ledger.replaceSiteKey(seed: 72, reason: "fun")) == ["field-malformed"])
  #expect(codes(ledger.replaceSiteKey(seed: 1)) == ["key-reused"])
  ledger = TestLedger.busy(10)
  #expect(codes(ledger.replaceSiteKey(seed: 0)) == ["key-reused"])
  ledger = TestLedger.busy(10)
  ledger.append("key.revoke", by: "p2/1", ["key": "p2/1", "reason": "lost"])
  #expect(ledger.replaceSiteKey(seed: 73, wit: []) == [])
  #expect(ledger.verify().faults == [])
  #expect(ledger.verify().register.singleAdministratorEvents.map(\.key) == ["the site"])
}

@Test("the checkpoint of the change is there, with both signatures or with one")
func siteKeyCheckpoint() {
  func found(_ reason: String, handsOn: Bool) -> [String] {
    var ledger = TestLedger.busy(10)
    _ = ledger.replaceSiteKey(seed: 70, reason: reason, handsOn: handsOn)
    ledger.append("waste", by: "p3/1")
    return ledger.verify().faults.map(\.code)
  }
  #expect(found("rotated", handsOn: true) == [] && found("lost", handsOn: false) == [])
  #expect(found("rotated", handsOn: false) == ["checkpoint-note"])
  #expect(found("stolen", handsOn: true) == ["checkpoint-note"])
  var ledger = TestLedger.busy(10)
  _ = ledger.replaceSiteKey(seed: 70)
  ledger.append("waste", by: "p3/1")
  ledger.checkpoints.removeLast()
  #expect(ledger.verify().faults.map(\.code) == ["checkpoint-missing"])
  // The old key signs nothing more.
  ledger = TestLedger.busy(10)
  let old = ledger.siteKey
  _ = ledger.replaceSiteKey(seed: 70)
  ledger.append("waste", by: "p3/1")
  ledger.head = RawCheckpoint(CheckpointRow(ledger.frontier, origin: ledger.origin, key: old))
  #expect(ledger.verify().faults.map(\.code) == ["head-note"])
}

@Test("a pin of any of the site's keys holds, and one of none does not")
func siteKeyPins() throws {
  let ledger = TestLedger.rotated()
  for site in ledger.register.siteKeys {
    let trust = try TrustFile(siteKey: site.key, genesisLeaf: ledger.leaves[0])
    #expect(ledger.verify(trust: trust).faults == [], "key of entry \(site.seq)")
  }
  let first = ledger.register.siteKeys[0].key
  #expect(ledger.register.siteKeys.breach(after: first)?.seq == 26)
  #expect(ledger.register.siteKeys.breach(after: ledger.vkey) == nil)
  // Before the rotation the later key was nobody's.
  let early = TestLedger.busy(20)
  let trust = try TrustFile(siteKey: ledger.vkey, genesisLeaf: ledger.leaves[0])
  #expect(early.verify(trust: trust).faults.map(\.code).contains("trust-site-key"))
}

/// A9 of the threat model.
@Test("a head that a stolen key signs after its end is evidence against that key")
func stolenSiteKey() throws {
  let ledger = TestLedger.rotated()
  let keys = ledger.register.siteKeys.map(\.key)
  let open = { (note: String) in try Checkpoint.open(note: note, keys: keys) }
  // What each key signed while it was the site's is extended.
  for row in ledger.checkpoints {
    #expect(ledger.verify(earlier: [try open(row.note)]).faults == [], "\(row.size)")
  }
  for (seed, size, end) in [(UInt8(0), Int64(24), Int64(20)), (70, 27, 26), (70, 30, 26)] {
    let root = SHA256.hash([seed, UInt8(size)])
    let lie = Checkpoint(origin: ledger.origin, size: size, root: root)
    let note = lie.signed(by: TestLedger.key(seed), as: ledger.origin)
    let faults = ledger.verify(earlier: [try open(note)]).faults
    #expect(faults.map(\.code) == ["site-key-ended"] && faults.first?.seq == end, "\(faults)")
  }
  // One that it signed for a size in its own time is a fork like any other.
  let lie = Checkpoint(origin: ledger.origin, size: 15, root: SHA256.hash([9]))
  let note = lie.signed(by: TestLedger.key(0), as: ledger.origin)
  #expect(ledger.verify(earlier: [try open(note)]).faults.map(\.code) == ["does-not-extend"])
}
