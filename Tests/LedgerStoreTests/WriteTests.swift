import Foundation
import LedgerCore
import LedgerStore
import Notation
import Testing

@Suite struct WriteTests {
  @Test func appendsAndReadsBack() throws {
    let ledger = TestLedger()
    let store = try ledger.create(entries: 3)
    try store.write { appender in
      #expect(appender.tip.size == 3 && appender.tip.lastCheckpoint == nil)
      try appender.append(batch(appender.tip, entries: 600, checkpoint: true))
      #expect(appender.tip.size == 603)
      try appender.append(batch(appender.tip, ts: "2026-11-21T14:05:10.000Z"))
    }
    try store.write { appender in
      #expect(appender.tip.lastTS == Instant("2026-11-21T14:05:10.000Z"))
      #expect(appender.tip.lastCheckpoint?.size == 603)
      #expect(appender.tip.lastCheckpoint?.ts == Instant("2026-11-21T14:05:09.123Z"))
    }
    #expect(store.warnings == [])
    try ledger.checkEverything(size: 604)
    let entry = try #require(try store.read { try $0.entry(603) })
    #expect(entry.signatures.map(\.key) == ["p1/1", "p2/1"])
    #expect(try store.read { try $0.projection() }.journal.count == 604)
  }

  @Test func refusesABatchForAnotherTip() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    var old: Batch?
    try store.write { old = batch($0.tip) }
    let stale = try #require(old)
    try store.write { try $0.append(batch($0.tip)) }
    #expect(
      code { try store.write { try $0.append(stale) } } == .headMoved(expected: 3, actual: 4))
    try ledger.checkEverything(size: 4)
  }

  @Test func refusesABatchThatContradictsItself() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    let wrong = Digest([UInt8](repeating: 7, count: 32))
    func check(_ change: (inout Batch) -> Void) throws {
      let result = code {
        try store.write {
          var made = batch($0.tip, entries: 300)
          change(&made)
          try $0.append(made)
        }
      }
      #expect(result == .batchRefused)
    }
    let root = try #require(wrong)
    try check { $0.head = CheckpointRow(size: $0.head.size, root: root, note: "") }
    try check { $0.subtrees = [] }
    try check { $0.entries = [] }
    try check { $0.checkpoint = CheckpointRow(size: $0.head.size, root: root, note: "") }
    try check {
      let first = $0.entries[0]
      $0.entries[0] = Entry(
        seq: first.seq, leaf: first.leaf, body: first.body + [0x20], signatures: [])
    }
    try ledger.checkEverything(size: 3)
  }

  @Test func whatTheBodyThrowsLeavesNothing() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    #expect(throws: Crash.self) {
      try store.write {
        try $0.append(batch($0.tip, openings: [("name", "value")]))
        throw Crash()
      }
    }
    try ledger.checkEverything(size: 3)
  }

  @Test func aForeignHeadStopsAppending() throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    try run([
      "sqlite3", ledger.folder + "/ledger.db",
      "DROP TRIGGER head_up; UPDATE head SET root = randomblob(32)",
    ])
    let store = try ledger.open()
    #expect(code { try store.write { try $0.append(batch($0.tip)) } } == .headMismatch)
  }

  @Test func twoHandsTakeTurns() throws {
    let ledger = TestLedger()
    let (one, two) = (try ledger.create(), try ledger.open())
    for _ in 0..<5 {
      try one.write { try $0.append(batch($0.tip)) }
      try two.write { try $0.append(batch($0.tip)) }
    }
    try ledger.checkEverything(size: 13)
  }

  @Test func aBalanceOfZeroGoesAndARebuildReplaces() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    try store.write {
      var made = batch($0.tip)
      made.projection.balances[0].quantity = 0
      made.projection.containers = [
        ContainerRow(
          id: "V-1", product: "m", lot: "A", location: "vault", size: 1, openedAt: "t",
          beyondUse: "", status: "open", openedSeq: 3, endedSeq: nil)
      ]
      made.projection.draws = [
        DrawRow(
          id: "D-1", product: "m", lot: "A", container: "V-1", holder: "p1", patient: "",
          drawnAt: "t", quantity: -5, seq: 3)
      ]
      made.projection.cases = [
        CaseRow(id: "C-1", product: "m", lot: "A", openedSeq: 3, openedAt: "t", status: "open")
      ]
      try $0.append(made)
    }
    let before = try store.read { try $0.projection() }
    #expect(before.balances == [] && before.containers.count == 1 && before.draws.count == 1)
    try store.write { try $0.replaceProjection(Projection()) }
    #expect(try store.read { try $0.projection() } == Projection())
    try store.write { try $0.replaceProjection(before) }
    #expect(try store.read { try $0.projection() } == before)
  }

  @Test func aLongLogIsFolded() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    for _ in 0..<3 { try store.write { try $0.append(batch($0.tip, entries: 5_000)) } }
    #expect(ledger.bytes("ledger.db-wal").count <= Int(StoreLimits.walBytesMax))
    try ledger.checkEverything(size: 15_003)
  }

  @Test func redactedBytesGo() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    let secret = "2011-11-11T11:11:11.111Z"
    try store.write { try $0.append(batch($0.tip, ts: secret)) }
    try store.write {
      var made = batch($0.tip)
      made.redacted = [3]
      var rows = try $0.snapshot.projection()
      rows.journal.removeLast()
      rows.postings.removeLast()
      try $0.append(made)
      try $0.replaceProjection(rows)
    }
    #expect(try store.read { try $0.entry(3) }?.body == nil)
    for name in ["ledger.db", "ledger.db-wal"] { #expect(!holds(ledger.bytes(name), secret)) }
    try ledger.checkEverything(size: 5)
  }
}

/// Whether the bytes of a text occur anywhere.
func holds(_ bytes: [UInt8], _ text: String) -> Bool {
  Data(bytes).range(of: Data(text.utf8)) != nil
}
