import Foundation
import LedgerStore
import Testing

/// Statements sent from a plain `sqlite3` shell with its own settings.
@Suite struct GuardTests {
  /// Several rows in every table of evidence.
  static let sample: TestLedger = {
    let ledger = TestLedger()
    do {
      let store = try ledger.create(entries: 300)
      try store.write { try $0.append(batch($0.tip, entries: 300, checkpoint: true)) }
      try store.write { try $0.append(batch($0.tip, entries: 3, checkpoint: true)) }
      try store.write {
        try $0.append(batch($0.tip, entries: 2))
        for size: Int64 in [600, 603] {
          for line in ["c", "d"] { try $0.addCosignature(size: size, line: line) }
          try $0.insertAnchor(kind: "tsa", size: .integer(size), request: nil, evidence: [1, 2])
        }
      }
    } catch { Issue.record(error) }
    return ledger
  }()

  /// Sends one statement to a copy; says whether it was refused and changed nothing.
  private func send(_ statement: String) throws -> (refused: Bool, unchanged: Bool) {
    let copy = NSTemporaryDirectory() + "custody-guard-" + UUID().uuidString
    try FileManager.default.copyItem(atPath: GuardTests.sample.folder, toPath: copy)
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let file = copy + "/ledger.db"
    let before = try run(["sqlite3", file, ".dump"]).output
    let result = try run(["sqlite3", file, statement])
    let after = try run(["sqlite3", file, ".dump"]).output
    #expect(before.utf8.count > 10_000)
    return (result.status != 0, before == after)
  }

  @Test func everyTableOfEvidenceHasSeveralRows() throws {
    let store = try GuardTests.sample.open(readOnly: true)
    try store.read { snapshot in
      for table in ["entry", "signature", "subtree", "checkpoint", "cosignature", "anchor"] {
        let count = try snapshot.count(table) ?? 0
        #expect(count >= 2, "\(table)")
      }
    }
    try GuardTests.sample.checkEverything(size: 605)
  }

  @Test(arguments: [
    "INSERT OR REPLACE INTO entry(seq,leaf,body) VALUES(0,randomblob(32),x'7b7d')",
    "REPLACE INTO entry(seq,leaf,body) VALUES(5,randomblob(32),x'7b7d')",
    "INSERT INTO entry(leaf,body) VALUES(randomblob(32),x'7b7d')",
    "INSERT INTO entry(seq,leaf,body) VALUES(900,randomblob(32),x'7b7d')",
    "INSERT INTO entry(seq,leaf,body) VALUES(0,randomblob(32),x'7b7d') "
      + "ON CONFLICT DO UPDATE SET body=x'0000'",
    "INSERT INTO entry(seq,leaf,body) VALUES(605,randomblob(31),x'7b7d')",
    "INSERT INTO entry(seq,leaf,body) VALUES(605,randomblob(32),'text')",
    "UPDATE entry SET body=x'7b7d'", "UPDATE entry SET seq=5", "UPDATE entry SET seq=seq+1000",
    "UPDATE entry SET leaf=randomblob(32), body=NULL",
    "UPDATE OR REPLACE entry SET leaf=randomblob(32)", "UPDATE OR REPLACE entry SET seq=3",
    "DELETE FROM entry", "DELETE FROM entry WHERE seq=604",
    "INSERT OR REPLACE INTO signature VALUES(0,'p1/1',1,x'00')",
    "REPLACE INTO signature VALUES(604,'p1/1',1,x'00')",
    "INSERT OR IGNORE INTO signature VALUES(0,'p9/1',1,x'bb')",
    "INSERT INTO signature VALUES(603,'p9/1',1,x'bb')",
    "INSERT INTO signature VALUES(605,'p9/1',1,x'bb')",
    "UPDATE signature SET sig=x'00'", "UPDATE OR REPLACE signature SET seq=1",
    "WITH x AS (SELECT 1) DELETE FROM signature",
    "REPLACE INTO subtree VALUES(1,0,randomblob(32))",
    "INSERT INTO subtree VALUES(1,2,randomblob(32))",
    "INSERT INTO subtree VALUES(2,0,randomblob(32))",
    "INSERT INTO subtree VALUES(7,9223372036854775807,randomblob(32))",
    "UPDATE subtree SET hash=randomblob(32)", "DELETE FROM subtree",
    "REPLACE INTO checkpoint VALUES(600,randomblob(32),'x')",
    "INSERT INTO checkpoint VALUES(2,randomblob(32),'x')",
    "INSERT INTO checkpoint VALUES(606,randomblob(32),'x')",
    "INSERT INTO checkpoint(root,note) VALUES(randomblob(32),'x')",
    "UPDATE checkpoint SET note='x'", "DELETE FROM checkpoint",
    "REPLACE INTO cosignature VALUES(600,'c')", "INSERT INTO cosignature VALUES(1,'c')",
    "UPDATE cosignature SET line='x'", "DELETE FROM cosignature",
    "REPLACE INTO anchor VALUES(1,600,'tsa',NULL,x'ff')",
    "INSERT INTO anchor(size,kind,evidence) VALUES(600,'tsa',x'ff')",
    "INSERT INTO anchor VALUES(3,1,'tsa',NULL,x'ff')",
    "UPDATE anchor SET evidence=x'11'", "DELETE FROM anchor",
    "REPLACE INTO log VALUES(1,'p',1,'f',NULL)", "UPDATE log SET origin='p'", "DELETE FROM log",
    "UPDATE head SET size=0", "UPDATE head SET size=604", "UPDATE head SET size=606",
    "UPDATE head SET root=randomblob(32)", "UPDATE head SET id=2", "DELETE FROM head",
    "REPLACE INTO head VALUES(1,1,randomblob(32),'x')",
    "INSERT OR REPLACE INTO head VALUES(1,605,randomblob(32),'x')",
    "INSERT INTO head VALUES(2,605,randomblob(32),'x')",
    "INSERT INTO head VALUES(1,1,randomblob(32),'x') ON CONFLICT DO UPDATE SET size=1",
  ])
  func refuses(_ statement: String) throws {
    let result = try send(statement)
    #expect(result.refused, "accepted")
    #expect(result.unchanged, "changed the ledger")
  }

  /// What the guards let through: verification finds each of these.
  @Test(arguments: [
    "UPDATE entry SET body=NULL WHERE seq=5",
    "INSERT INTO entry VALUES(605,randomblob(32),x'7b7d')",
    "INSERT INTO signature VALUES(604,'p9/1',1,x'bb')",
    "INSERT INTO checkpoint VALUES(605,randomblob(32),'x')",
    "INSERT INTO cosignature VALUES(600,'e')",
    "INSERT INTO anchor VALUES(3,600,'tsa',NULL,x'ff')",
    "UPDATE head SET note='x'",
    "UPDATE balance SET quantity=1", "DELETE FROM posting", "DELETE FROM journal",
    "INSERT INTO erased VALUES('digest',1)",
    "DROP TRIGGER entry_kept", "DROP VIEW v_entry",
  ])
  func accepts(_ statement: String) throws {
    let result = try send(statement)
    #expect(!result.refused)
    #expect(!result.unchanged)
  }

  @Test func viewsAnswerInAPlainShell() throws {
    let file = GuardTests.sample.folder + "/ledger.db"
    let queries = [
      ("SELECT type, ts FROM v_entry WHERE seq = 604", "test|2026-11-21T14:05:09.123Z"),
      ("SELECT quantity, by FROM v_posting WHERE seq = 3", "1.000|p1/1"),
      ("SELECT account, quantity FROM v_on_hand", "stock:vault|605.000"),
    ]
    for (query, answer) in queries {
      #expect(try run(["sqlite3", file, query]).output == answer + "\n")
    }
  }
}
