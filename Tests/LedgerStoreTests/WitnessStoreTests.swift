import Foundation
import LedgerCore
import LedgerStore
import Testing

/// The file of a witness: who may go back, and who may not.
@Suite struct WitnessStoreTests {
  private static func made(_ folder: String) throws -> WitnessStore {
    let key = try PrivateKey.derived(from: SHA256.hash([1]).bytes)
    let name = try WitnessKey(name: "w.example/1", key.publicKey)
    let store = try WitnessStore.create(in: folder, name)
    for (origin, sizes) in [("a/b/1", [Int64(4), 9]), ("a/b/2", [3])] {
      for size in sizes {
        let root = SHA256.hash([UInt8(size)])
        let row = HeldCheckpoint(origin: origin, size: size, root: root, note: "note \(size)")
        try store.act { try $0.hold(row, cosigned: "cosigned \(size)", at: 100 + size) }
      }
    }
    let statement =
      "INSERT INTO refused VALUES (1,'a/b/1','fork',5,9,'n','9','m');"
      + "INSERT INTO refused VALUES (2,'a/b/1','rollback',6,3,'n',9,'m')"
    try run(["sqlite3", folder + "/witness.db", statement])
    return store
  }

  @Test func whatIsHeldIsReadBack() throws {
    let ledger = TestLedger()
    let store = try Self.made(ledger.folder)
    let held = try store.read { try $0.held("a/b/1") }
    #expect(held?.checkpoint.size == 9)
    #expect(held?.checkpoint.root == SHA256.hash([9]))
    #expect(held?.cosigned == "cosigned 9")
    #expect(held?.time == 109)
    #expect(try store.read { try $0.held("a/b/3") } == nil)
  }

  @Test func whatFailsIsNotStored() throws {
    let ledger = TestLedger()
    let store = try Self.made(ledger.folder)
    let row = HeldCheckpoint(origin: "a/b/1", size: 10, root: SHA256.hash([10]), note: "n")
    #expect(throws: Crash.self) {
      try store.act {
        try $0.hold(row, cosigned: "c", at: 200)
        throw Crash()
      }
    }
    #expect(try store.read { try $0.held("a/b/1")?.checkpoint.size } == 9)
    // Going back is refused by the file itself.
    let older = HeldCheckpoint(origin: "a/b/1", size: 8, root: SHA256.hash([8]), note: "n")
    #expect(code { try store.act { try $0.hold(older, cosigned: "c", at: 200) } } == .guarded)
    let fork = HeldCheckpoint(origin: "a/b/1", size: 9, root: SHA256.hash([8]), note: "n")
    #expect(code { try store.act { try $0.hold(fork, cosigned: "c", at: 200) } } == .guarded)
  }

  @Test(arguments: [
    "UPDATE held SET size = 3 WHERE origin = 'a/b/1'",
    "UPDATE held SET root = zeroblob(32) WHERE origin = 'a/b/1'",
    "UPDATE held SET origin = 'x' WHERE origin = 'a/b/1'",
    "UPDATE held SET time = 1 WHERE origin = 'a/b/1'",
    "DELETE FROM held",
    "REPLACE INTO held VALUES ('a/b/1', 3, zeroblob(32), 'n', 'c', 200)",
    "INSERT OR REPLACE INTO held VALUES ('a/b/1', 30, zeroblob(32), 'n', 'c', 200)",
    "UPDATE refused SET kind = 'rollback'",
    "DELETE FROM refused",
    "REPLACE INTO refused VALUES (1,'a/b/1','fork',5,9,'n','9','m')",
    "INSERT INTO refused VALUES (9,'a/b/1','fork',5,9,'x','9','m')",
  ])
  func guards(_ statement: String) throws {
    let ledger = TestLedger()
    _ = try Self.made(ledger.folder)
    let file = ledger.folder + "/witness.db"
    let before = try run(["sqlite3", file, ".dump"]).output
    #expect(try run(["sqlite3", file, statement]).status != 0)
    #expect(try run(["sqlite3", file, ".dump"]).output == before)
  }

  @Test func aLedgerIsNoWitness() throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    #expect(code { _ = try WitnessStore.open(in: ledger.folder) } == .noLedger)
    try FileManager.default.copyItem(
      atPath: ledger.folder + "/ledger.db", toPath: ledger.folder + "/witness.db")
    #expect(code { _ = try WitnessStore.open(in: ledger.folder) } == .notALedger)
  }
}
