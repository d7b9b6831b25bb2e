import Foundation
import LedgerStore
import Testing

/// A damaged ledger is read and described; it never stops the reader.
@Suite struct DamageTests {
  private func damaged(_ sql: String) throws -> (TestLedger, LedgerStore) {
    let ledger = TestLedger()
    do { _ = try ledger.create() }
    try run(["sqlite3", ledger.folder + "/ledger.db", sql])
    return (ledger, try ledger.open(readOnly: true))
  }

  @Test func valuesOfTheWrongClassAreHandedOut() throws {
    let (_, store) = try damaged(
      """
      DROP VIEW v_entry; DROP TABLE head; DROP TABLE entry;
      CREATE TABLE entry(seq, leaf, body); INSERT INTO entry VALUES(0, 'text', 7), (2, NULL, NULL);
      CREATE TABLE head(id, size, root, note); INSERT INTO head VALUES('x', 1.5, 'y', NULL);
      """)
    var seen: [RawEntry] = []
    try store.read { snapshot in
      try snapshot.forEachEntry { seen.append($0) }
      #expect(try snapshot.head() == nil)
      #expect(try snapshot.headRows().count == 1)
      #expect(try snapshot.straySignatures().map(\.seq) == [1, 1])
      #expect(try !snapshot.schemaDifferences().isEmpty)
    }
    #expect(seen.map(\.oddColumns) == [["leaf", "body"], ["leaf"]])
    #expect(seen.map(\.signatures.count) == [2, 2])
  }

  @Test func aMissingTableIsAnErrorNotACrash() throws {
    let (_, store) = try damaged("DROP TABLE signature")
    #expect(code { try store.read { try $0.forEachEntry { _ in } } } == .io)
  }

  @Test func aMissingLogRowStillOpens() throws {
    let (_, store) = try damaged("DROP TRIGGER log_kept; DELETE FROM log")
    #expect(code { _ = try store.read { try $0.log() } } == .corrupt)
  }

  @Test func overwrittenPagesAreCorrupt() throws {
    let ledger = TestLedger()
    do {
      let store = try ledger.create(entries: 2_000)
      try store.write { try $0.append(batch($0.tip)) }
    }
    try run(["sqlite3", ledger.folder + "/ledger.db", "PRAGMA wal_checkpoint(TRUNCATE)"])
    var bytes = ledger.bytes("ledger.db")
    for index in 8_192..<bytes.count - 4_096 where index % 4_096 < 64 { bytes[index] = 0xEE }
    try Data(bytes).write(to: URL(fileURLWithPath: ledger.folder + "/ledger.db"))
    let result = code {
      let store = try ledger.open(readOnly: true)
      try store.read { try $0.forEachEntry { _ in } }
    }
    #expect(result == .corrupt)
  }
}
