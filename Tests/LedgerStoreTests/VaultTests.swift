import Foundation
import LedgerStore
import Testing

@Suite struct VaultTests {
  /// A ledger with many openings, so that values have been moved between pages.
  private func filled() throws -> (TestLedger, LedgerStore) {
    let ledger = TestLedger()
    let store = try ledger.create()
    for round in 0..<30 {
      let fields = (0..<10).map {
        ("f\($0)", "SECRET-\(round)-\($0)-" + String(repeating: "x", count: 90))
      }
      try store.write { try $0.append(batch($0.tip, openings: fields)) }
    }
    return (ledger, store)
  }

  @Test func erasedValuesAreInNoByteOfTheVault() throws {
    let (ledger, store) = try filled()
    #expect(try store.read { try $0.openings().count } == 300)
    #expect(try store.read { try $0.openings(of: 5).count } == 10)
    #expect(try store.read { try $0.opening(digest: "digest-f3-5") }?.name == "f3")
    #expect(holds(ledger.bytes("vault.db-wal") + ledger.bytes("vault.db"), "SECRET-2-3-"))
    try store.write { try $0.append(batch($0.tip, erasing: ["digest-f3-5", "digest-f4-5"])) }
    for name in ["vault.db", "vault.db-wal", "ledger.db", "ledger.db-wal"] {
      #expect(!holds(ledger.bytes(name), "SECRET-2-3-"), "\(name)")
      #expect(!holds(ledger.bytes(name), "SECRET-2-4-"), "\(name)")
    }
    #expect(holds(ledger.bytes("vault.db"), "SECRET-2-5-"))
    #expect(try store.read { try $0.opening(digest: "digest-f3-5") } == nil)
    #expect(try store.read { try $0.erasureIsPending() } == false)
    try ledger.checkEverything(size: 34)
  }

  @Test func aReaderBlocksErasureLoudlyAndTheNextWriteFinishesIt() throws {
    let (ledger, store) = try filled()
    let other = try ledger.open()
    let reader = try ledger.open(readOnly: true)
    try reader.read { snapshot in
      #expect(try snapshot.openings().count == 300)
      let result = code {
        try store.write { try $0.append(batch($0.tip, erasing: ["digest-f3-5"])) }
      }
      #expect(result == .erasurePending)
      // Another act is recorded meanwhile, and says what is outstanding.
      try other.write { try $0.append(batch($0.tip)) }
      #expect(other.warnings.map(\.code) == [.erasurePending])
    }
    #expect(try store.read { try $0.erasureIsPending() })
    #expect(holds(ledger.bytes("vault.db-wal") + ledger.bytes("vault.db"), "SECRET-2-3-"))
    try other.write { try $0.append(batch($0.tip)) }
    #expect(other.warnings == [])
    for name in ["vault.db", "vault.db-wal"] {
      #expect(!holds(ledger.bytes(name), "SECRET-2-3-"), "\(name)")
    }
    #expect(try store.read { try $0.erasureIsPending() } == false)
    try ledger.checkEverything(size: 36)
  }

  @Test func aMissingVaultIsReportedWithWhatItHeld() throws {
    let (ledger, store) = try filled()
    try store.write { try $0.append(batch($0.tip, erasing: ["digest-f3-5"])) }
    for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
      try? FileManager.default.removeItem(atPath: ledger.folder + "/" + name)
    }
    let next = try ledger.open()
    let missing = StoreError.Code.vaultMissing(expected: 299)
    #expect(code { _ = try next.read { try $0.openings() } } == missing)
    #expect(code { try next.write { try $0.append(batch($0.tip)) } } == missing)
    try next.write(withoutVault: true) { try $0.append(batch($0.tip)) }
    #expect(try next.read { try $0.size() } == 35)
  }

  @Test func theVaultOfAnotherLedgerIsRefused() throws {
    let (one, two) = (TestLedger(), TestLedger())
    _ = try one.create()
    _ = try LedgerStore.create(
      in: two.folder, log: LogRow(origin: "other.org/main/1", epoch: 1, format: "custody/1"))
    let path = one.folder + "/vault.db"
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    try FileManager.default.copyItem(atPath: two.folder + "/vault.db", toPath: path)
    #expect(code { _ = try one.open() } == .foreignVault)
  }

  @Test func onlyTheOwnerMayReadTheVault() throws {
    let ledger = TestLedger()
    _ = try ledger.create()
    let mode = try FileManager.default.attributesOfItem(atPath: ledger.folder + "/vault.db")
    #expect(mode[.posixPermissions] as? Int == 0o600)
  }
}
