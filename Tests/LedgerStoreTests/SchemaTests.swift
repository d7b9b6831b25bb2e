import Foundation
import LedgerStore
import Testing

@Suite struct SchemaTests {
  private static let house = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test func aNewLedgerHasTheShippedSchema() throws {
    let ledger = TestLedger()
    let store = try ledger.create()
    let page = try String(
      contentsOfFile: SchemaTests.house + "/Schemas/sqlite/current.sql", encoding: .utf8)
    try store.read { snapshot in
      let text = try snapshot.schemaText()
      #expect(page.hasSuffix(text))
      #expect(try snapshot.schemaDifferences() == [])
    }
    let identifier = try run([
      "sqlite3", ledger.folder + "/ledger.db", "PRAGMA application_id",
    ])
    #expect(identifier.output == "\(0x4C44_4752)\n")
  }

  @Test func theEmbeddedTextIsFresh() throws {
    let result = try run([SchemaTests.house + "/Scripts/embed", "--check"])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [
    ("DROP VIEW v_entry; CREATE VIEW v_entry AS SELECT 1 AS seq", ["view v_entry is changed"]),
    ("DROP TRIGGER head_up", ["trigger head_up is missing"]),
    ("CREATE TABLE extra(x)", ["table extra is not ours"]),
  ])
  func seesADoctoredSchema(_ statement: String, _ lines: [String]) throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    try run(["sqlite3", ledger.folder + "/ledger.db", statement])
    let store = try ledger.open(readOnly: true)
    #expect(try store.read { try $0.schemaDifferences() } == lines)
  }
}
