import Foundation
import LedgerCore
import LedgerStore
import Notation
import Testing

/// A ledger in a folder of its own, written with made-up entries.
final class TestLedger: Sendable {
  let root: String
  var folder: String { root + "/ledger" }
  var state: String { root + "/state" }

  init(named root: String? = nil) {
    self.root = root ?? NSTemporaryDirectory() + "custody-test-" + UUID().uuidString
    try? FileManager.default.createDirectory(
      atPath: self.root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  static let log = LogRow(origin: "example.org/main/1", epoch: 1, format: "custody/1")

  /// A new ledger with this many entries.
  func create(entries: Int = 3, crash: @escaping CrashHook = { _ in }) throws -> LedgerStore {
    try LedgerStore.create(
      in: folder, log: TestLedger.log, journal: state,
      { try $0.append(batch($0.tip, entries: entries)) }, crash: crash)
  }

  func open(
    readOnly: Bool = false, crash: @escaping CrashHook = { _ in }
  ) throws -> LedgerStore {
    try LedgerStore.open(in: folder, readOnly: readOnly, journal: state, crash: crash)
  }

  /// Reads everything again from the files and rebuilds the root from the bodies.
  func checkEverything(size: Int64) throws {
    let store = try open(readOnly: true)
    try store.read { snapshot in
      #expect(try snapshot.size() == size)
      #expect(try snapshot.entryCount() == size)
      #expect(try snapshot.integrityCheck() == [])
      #expect(try snapshot.schemaDifferences() == [])
      #expect(try snapshot.straySignatures() == [])
      var frontier = Frontier()
      var rows: [SubtreeRow] = []
      try snapshot.forEachEntry { entry in
        #expect(entry.seq == frontier.size && entry.oddColumns == [])
        let leaf = try #require(Digest(entry.leaf))
        if let body = entry.body { #expect(SHA256.leaf(body) == leaf) }
        rows += frontier.append(leaf)
      }
      #expect(try snapshot.head()?.size == size)
      #expect(try snapshot.head()?.root == frontier.root)
      #expect(try snapshot.frontier(at: size) == frontier)
      #expect(try snapshot.subtreeRows().count == rows.count)
      try store.checkHeadJournal(snapshot)
      // Nothing in the vault is an orphan, and what should be there is.
      if snapshot.hasVault {
        let openings = try snapshot.openings()
        #expect(openings.allSatisfy { $0.seq < size })
        #expect(try snapshot.expectedOpenings() == Int64(openings.count))
      }
    }
  }

  func bytes(_ name: String) -> [UInt8] {
    [UInt8](FileManager.default.contents(atPath: folder + "/" + name) ?? Data())
  }
}

/// A batch for this tip. Every entry has two signatures.
func batch(
  _ tip: Tip, entries count: Int = 1, openings: [(name: String, value: String)] = [],
  erasing: [String] = [], checkpoint: Bool = false, ts: String = "2026-11-21T14:05:09.123Z"
) -> Batch {
  var frontier = tip.frontier
  var entries: [Entry] = []
  var subtrees: [SubtreeRow] = []
  var rows = Projection()
  for seq in tip.size..<tip.size + Int64(count) {
    let body = Array(#"{"at":"\#(ts)","seq":\#(seq),"ts":"\#(ts)","type":"test"}"#.utf8)
    let leaf = SHA256.leaf(body)
    subtrees += frontier.append(leaf)
    let signatures = ["p1/1", "p2/1"].compactMap { KeyName($0) }.map {
      Signature(
        key: $0, algorithm: .ed25519, bytes: [UInt8](repeating: UInt8(seq & 0xff), count: 64))
    }
    entries.append(Entry(seq: seq, leaf: leaf, body: body, signatures: signatures))
    let made = seq == tip.size ? Int64(openings.count) : 0
    rows.journal.append(
      JournalRow(seq: seq, type: "test", at: ts, ts: ts, by: "p1/1", wit: "p2/1", openings: made))
    rows.postings.append(
      PostingRow(
        seq: seq, n: 0, at: ts, account: "stock:vault", product: "morphine", lot: "A1",
        quantity: 1_000))
  }
  rows.balances = [
    BalanceRow(
      account: "stock:vault", product: "morphine", lot: "A1", quantity: frontier.size * 1_000)
  ]
  rows.erased = erasing.map { ErasedRow(digest: $0, seq: tip.size) }
  let head = CheckpointRow(size: frontier.size, root: frontier.root, note: "note \(frontier.size)")
  return Batch(
    entries: entries, subtrees: subtrees, checkpoint: checkpoint ? head : nil, head: head,
    openings: openings.map {
      Opening(
        digest: "digest-\($0.name)-\(tip.size)", seq: tip.size, name: $0.name,
        disclosure: $0.value)
    }, projection: rows)
}

/// What a program prints and how it ends.
struct Ran {
  let status: Int32
  let output: String
}

@discardableResult
func run(_ arguments: [String], input: String = "") throws -> Ran {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  let (stdin, output) = (Pipe(), Pipe())
  process.standardInput = stdin
  process.standardOutput = output
  process.standardError = output
  try process.run()
  stdin.fileHandleForWriting.write(Data(input.utf8))
  try stdin.fileHandleForWriting.close()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return Ran(
    status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
}

/// The code of the store's error that a closure throws; nil when it throws none.
func code(_ body: () throws -> Void) -> StoreError.Code? {
  do {
    try body()
    return nil
  } catch {
    if let error = error as? StoreError { return error.code }
    Issue.record("not a StoreError: \(error)")
    return nil
  }
}

/// What a test throws at a crash point.
struct Crash: Error {}
