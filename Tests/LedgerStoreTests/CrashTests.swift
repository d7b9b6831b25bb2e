import Foundation
import LedgerStore
import Testing

@Suite struct CrashTests {
  /// A process that ends at any step leaves the act whole or absent, and the next
  /// write puts right what is left.
  @Test(arguments: CrashPoint.allCases)
  func nothingIsHalfWritten(_ point: CrashPoint) throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    var armed = true
    let store = try ledger.open { reached in
      if armed, reached == point {
        armed = false
        throw Crash()
      }
    }
    // The act adds an opening and erases one of an earlier act.
    let first = try ledger.open()
    try first.write { try $0.append(batch($0.tip, openings: [("old", "value-old")])) }
    var failed = false
    do {
      try store.write {
        try $0.append(
          batch($0.tip, openings: [("new", "value-new")], erasing: ["digest-old-3"]))
      }
    } catch { failed = true }
    #expect(failed, "the crash point is never reached")
    let recorded = CrashPoint.allCases.firstIndex(of: point).map {
      $0 >= CrashPoint.allCases.firstIndex(of: .ledgerCommitFailsButPersists) ?? 0
    }
    let size: Int64 = recorded == true ? 5 : 4
    let next = try ledger.open()
    #expect(try next.read { try $0.size() } == size)
    try next.write { try $0.append(batch($0.tip)) }
    #expect(next.warnings == [])
    try ledger.checkEverything(size: size + 1)
    let digests = try next.read { try $0.vaultDigests() }
    #expect(digests == (recorded == true ? ["digest-new-4"] : ["digest-old-3"]))
    if recorded == true {
      for name in ["vault.db", "vault.db-wal"] {
        #expect(!holds(ledger.bytes(name), "value-old"), "\(name)")
      }
    }
  }

  @Test func aCommitThatFailsSaysWhetherTheEntryExists() throws {
    for (point, exists) in [
      (CrashPoint.ledgerCommitFails, false), (.ledgerCommitFailsButPersists, true),
    ] {
      let ledger = TestLedger()
      _ = try ledger.create()
      let store = try ledger.open { if $0 == point { throw Crash() } }
      #expect(
        code { try store.write { try $0.append(batch($0.tip)) } }
          == .commitUncertain(exists: exists))
    }
  }

  /// `create` that ends at any step before its COMMIT may simply be run again.
  @Test(arguments: [
    CrashPoint.afterLedgerInsert, .beforeVaultCommit, .afterVaultCommit, .ledgerCommitFails,
  ])
  func creationIsRepeated(_ point: CrashPoint) throws {
    let ledger = TestLedger()
    #expect(throws: (any Error).self) {
      try ledger.create { if $0 == point { throw Crash() } }
    }
    #expect(code { _ = try ledger.open() } == .notALedger)
    _ = try ledger.create()
    try ledger.checkEverything(size: 3)
  }

  /// The real thing: the process ends at the crash point, with nothing unwound.
  @Test(arguments: CrashPoint.allCases)
  func aProcessEndsInTheMidst(_ point: CrashPoint) async throws {
    let ledger = TestLedger()
    do {
      try ledger.create().write {
        try $0.append(batch($0.tip, openings: [("old", "value-old")]))
      }
    }
    await #expect(processExitsWith: .exitCode(9)) {
      [root = ledger.root as String, name = point.rawValue as String] in
      let ledger = TestLedger(named: root)
      let store = try ledger.open { if $0.rawValue == name { _exit(9) } }
      try store.write {
        try $0.append(
          batch($0.tip, openings: [("new", "value-new")], erasing: ["digest-old-3"]))
      }
    }
    let next = try ledger.open()
    let size = try next.read { try $0.size() }
    let recorded = [
      .ledgerCommitFailsButPersists, .afterLedgerCommit, .beforeErasure, .afterVaultDelete,
      .afterVaultVacuum, CrashPoint.afterVaultTruncate,
    ].contains(point)
    #expect(size == (recorded ? 5 : 4))
    try next.write { try $0.append(batch($0.tip)) }
    #expect(next.warnings == [])
    try ledger.checkEverything(size: size + 1)
    let left = ledger.bytes("vault.db") + ledger.bytes("vault.db-wal")
    #expect(holds(left, "value-old") == !recorded)
  }

  /// Another program killed in the midst of a write of its own.
  @Test func aKilledSQLiteWriterLeavesASoundLedger() throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    let sql =
      "BEGIN IMMEDIATE; INSERT INTO entry VALUES(3,randomblob(32),x'7b7d');\n.shell kill -9 $PPID\n"
    try run(["sqlite3", ledger.folder + "/ledger.db"], input: sql)
    let store = try ledger.open()
    try store.write { try $0.append(batch($0.tip)) }
    try ledger.checkEverything(size: 4)
  }
}
