import Foundation
import LedgerCore
import LedgerStore
import Recordkeeping
import Synchronization
import Testing

/// A log of made-up leaves that a witness is asked about.
struct MadeUpLog: Sendable {
  static let origin = try! Origin("acme.example/main/1")
  static let key = TestClinic.key(70)
  static let vkey = VerifierKey(origin, key.publicKey)

  private let leaves: [Digest]

  /// - Parameter fork: the first leaf that is another than in the true log.
  init(fork: Int? = nil, _ word: String = "f") {
    leaves = (0..<40).map { index in
      SHA256.leaf(Array("\(index)\(index >= fork ?? .max ? word : "")".utf8))
    }
  }

  private var tree: TreeReader {
    TreeReader(subtree: { _, _ in nil }, leaf: { leaves[Int($0)] })
  }

  func note(_ size: Int64) throws -> String {
    Checkpoint(origin: Self.origin, size: size, root: try tree.root(of: size))
      .signed(by: Self.key, as: Self.origin)
  }

  func request(_ old: Int64, _ new: Int64) throws -> [UInt8] {
    let path = old > new ? [] : try tree.consistency(from: old, to: new).path
    let proof = ConsistencyProof(oldSize: old, newSize: new, path: path)
    return Array(CheckpointRequest(proof, note: try note(new)).text.utf8)
  }
}

/// The witness over its stored state: what is durable when it answers, and what is kept as evidence.
@Suite("the witness's desk")
struct WitnessServiceTests {
  static let key = TestClinic.key(71)
  static let name = try! WitnessKey(name: "hospital.example/w1", key.publicKey)
  static let now: Int64 = 1_766_000_000

  /// A witness of the made-up log, in a folder.
  static func make(_ folder: Folder) throws -> Witness {
    let store = try WitnessStore.create(in: folder.path, name)
    #expect(try store.act { try $0.trust(MadeUpLog.vkey, at: 1) })
    #expect(try !store.act { try $0.trust(MadeUpLog.vkey, at: 2) })
    return try Witness(store: store, key: key)
  }

  static func reopened(
    _ folder: Folder, crash: @escaping (WitnessCrashPoint) throws -> Void = { _ in }
  ) throws -> Witness {
    try Witness(store: try WitnessStore.open(in: folder.path, crash: crash), key: key)
  }

  static func log(_ folder: Folder) throws -> TrustedLog {
    try WitnessStore.open(in: folder.path, readOnly: true).read { try #require($0.logs().first) }
  }

  @Test("a log that grows is cosigned each time, and the newest checkpoint is handed out")
  func grows() throws {
    let folder = Folder()
    let witness = try Self.make(folder)
    let log = MadeUpLog()
    var old: Int64 = 0
    for (step, size) in [Int64(3), 3, 7, 8, 20].enumerated() {
      let answer = try witness.addCheckpoint(log.request(old, size), now: Self.now + Int64(step))
      #expect(answer.status == 200)
      #expect(answer.report == nil)
      let line = try NoteSignature(line: String(answer.body.dropLast()))
      let text = try SignedNote(log.note(size)).text
      #expect(
        try Cosignature(line, of: text, by: Self.name)?.time == Self.now + Int64(step))
      old = size
    }
    let hash = SHA256.hash(Array(MadeUpLog.origin.text.utf8)).hex
    let kept = try Self.reopened(folder).checkpoint(ofHash: hash)
    #expect(kept.status == 200)
    #expect(try Checkpoint.open(note: kept.body, keys: [MadeUpLog.vkey]).size == 20)
    #expect(try SignedNote(kept.body).cosignatures(by: [Self.name]).count == 1)
    #expect(try witness.checkpoint(ofHash: String(repeating: "0", count: 64)).status == 404)
  }

  @Test("a cosignature is never older than the one before, whatever the clock says")
  func clockBehind() throws {
    let folder = Folder()
    let witness = try Self.make(folder)
    let log = MadeUpLog()
    _ = try witness.addCheckpoint(log.request(0, 3), now: Self.now)
    let answer = try witness.addCheckpoint(log.request(3, 5), now: Self.now - 1_000)
    let line = try NoteSignature(line: String(answer.body.dropLast()))
    #expect(
      try Cosignature(line, of: SignedNote(log.note(5)).text, by: Self.name)?.time == Self.now)
  }

  @Test("rollback and fork are refused, kept with both notes, and said aloud")
  func suspicions() throws {
    let folder = Folder()
    let witness = try Self.make(folder)
    let (log, fork) = (MadeUpLog(), MadeUpLog(fork: 5))
    _ = try witness.addCheckpoint(log.request(0, 12), now: Self.now)
    #expect(try !Self.log(folder).isSuspect)

    // An older true state: 409 with the size, and it is kept.
    let back = try witness.addCheckpoint(log.request(4, 8), now: Self.now + 1)
    #expect(back.status == 409)
    #expect(back.type == "text/x.tlog.size")
    #expect(back.body == "12\n")
    #expect(back.isGrave)
    #expect(back.report?.hasPrefix("ROLLBACK: `acme.example/main/1` offers 8 entries") == true)
    #expect(try Self.log(folder).isSuspect)

    // The log goes on as it was: it was an old copy, or an old request, and is remembered.
    _ = try witness.addCheckpoint(log.request(12, 14), now: Self.now + 2)
    #expect(try !Self.log(folder).isSuspect)
    #expect(try Self.log(folder).refused.map(\.kind) == [.rollback])

    // Another history of more entries: 422. Sent twice, kept once.
    for _ in 0..<2 {
      let other = try witness.addCheckpoint(fork.request(14, 20), now: Self.now + 3)
      #expect(other.status == 422)
      #expect(other.report?.hasPrefix("NOT PROVEN: ") == true)
    }
    #expect(try Self.log(folder).isSuspect)

    // Another history of as many: 409, and the two notes convict the key for ever.
    let same = try witness.addCheckpoint(fork.request(14, 14), now: Self.now + 4)
    #expect(same.status == 409)
    #expect(same.report?.hasPrefix("FORK: ") == true)
    _ = try witness.addCheckpoint(log.request(14, 15), now: Self.now + 5)
    let found = try Self.log(folder)
    #expect(found.isSuspect)
    #expect(found.refused.map(\.kind) == [.rollback, .unproven, .fork])
    #expect(found.held?.checkpoint.size == 15)
    let convicted = try #require(found.refused.last)
    let one = try Checkpoint.open(note: convicted.note, keys: [MadeUpLog.vkey])
    let two = try Checkpoint.open(note: convicted.heldNote, keys: [MadeUpLog.vkey])
    #expect(one.size == two.size && one.root != two.root)
  }

  @Test("who only asks for the size, or has no key, is no suspect")
  func harmless() throws {
    let folder = Folder()
    let witness = try Self.make(folder)
    let log = MadeUpLog()
    _ = try witness.addCheckpoint(log.request(0, 12), now: Self.now)
    #expect(try witness.addCheckpoint(log.request(0, 20), now: Self.now).status == 409)
    let other = try Origin("evil.example/x/1")
    let note = Checkpoint(origin: other, size: 3, root: SHA256.hash([]))
      .signed(by: MadeUpLog.key, as: other)
    let proof = ConsistencyProof(oldSize: 0, newSize: 3, path: [])
    let answer = try witness.addCheckpoint(
      Array(CheckpointRequest(proof, note: note).text.utf8), now: Self.now)
    #expect(answer.status == 404)
    #expect(!answer.isGrave)
    #expect(try Self.log(folder).refused.isEmpty)
  }

  @Test("two hundred damaged requests change nothing")
  func malformed() throws {
    let folder = Folder()
    let witness = try Self.make(folder)
    let log = MadeUpLog()
    _ = try witness.addCheckpoint(log.request(0, 12), now: Self.now)
    let before = try Self.log(folder)
    let chances = Chances(7)
    let good = try log.request(12, 20)
    for number in 0..<200 {
      var bytes = good
      // A flipped bit may leave the note alone and only spoil the proof: nothing is stored either.
      switch number % 4 {
      case 0:
        let place = Int(chances.next() % UInt64(bytes.count * 8))
        bytes[place / 8] ^= 1 << (place % 8)
      case 1: bytes.removeSubrange(Int(chances.next() % UInt64(bytes.count))...)
      case 2: bytes = chances.bytes(Int(chances.next() % 600))
      default:
        bytes.insert(
          contentsOf: chances.bytes(3), at: Int(chances.next() % UInt64(bytes.count)))
      }
      let answer = try witness.addCheckpoint(bytes, now: Self.now + 1)
      #expect(answer.status != 200, "\(number)")
      #expect([400, 403, 404, 409, 422].contains(answer.status))
    }
    let after = try Self.log(folder)
    #expect(after.held?.cosigned == before.held?.cosigned)
    #expect(after.held?.time == before.held?.time)
    #expect(after.refused.allSatisfy { $0.kind == .unproven }, "only spoiled proofs are kept")
    #expect(try witness.addCheckpoint(good, now: Self.now + 2).status == 200)
  }

  @Test("of two forks that come at once exactly one wins", arguments: 0..<8)
  func race(_ round: Int) throws {
    let folder = Folder()
    _ = try Self.make(folder)
    let statuses = Mutex<[Int]>([])
    let group = DispatchGroup()
    for number in 0..<6 {
      // Even ones are one history, odd ones another.
      let request = try MadeUpLog(fork: 3, number % 2 == 0 ? "a" : "b").request(0, 10)
      DispatchQueue.global().async(group: group) {
        let answer = try? Self.reopened(folder).addCheckpoint(request, now: Self.now)
        statuses.withLock { $0.append(answer?.status ?? 0) }
      }
    }
    group.wait()
    // The first is cosigned; of the rest those of its own history hold another size than 0 now, and
    // those of the other are a fork.
    #expect(statuses.withLock { $0.sorted() } == [200, 409, 409, 409, 409, 409])
    let log = try Self.log(folder)
    #expect(log.held?.checkpoint.size == 10)
    #expect(log.refused.map(\.kind) == [.fork])
  }

  @Test(
    "a witness that ends before it answers has stored all or nothing",
    arguments: WitnessCrashPoint.allCases)
  func crash(_ point: WitnessCrashPoint) throws {
    struct Crash: Error {}
    let folder = Folder()
    _ = try Self.make(folder)
    let log = MadeUpLog()
    _ = try Self.reopened(folder).addCheckpoint(log.request(0, 5), now: Self.now)
    let request = try log.request(5, 9)
    #expect(throws: Crash.self) {
      try Self.reopened(folder) { if $0 == point { throw Crash() } }
        .addCheckpoint(request, now: Self.now)
    }
    let held = try Self.log(folder).held?.checkpoint.size
    #expect(held == (point == .afterCommit ? 9 : 5))
    // The client knows nothing of it. It asks again, and gets its cosignature in two steps at most.
    let again = try Self.reopened(folder).addCheckpoint(request, now: Self.now)
    if point == .afterCommit {
      #expect(again.status == 409)
      #expect(again.body == "9\n")
      #expect(!again.isGrave)
      let third = try Self.reopened(folder).addCheckpoint(log.request(9, 9), now: Self.now)
      #expect(third.status == 200)
    } else {
      #expect(again.status == 200)
    }
  }

  @Test("the state belongs to one key")
  func otherKey() throws {
    let folder = Folder()
    _ = try Self.make(folder)
    let store = try WitnessStore.open(in: folder.path)
    #expect(throws: RecordError.wrongWitnessKey) {
      try Witness(store: store, key: TestClinic.key(72))
    }
    #expect(throws: StoreError.self) { try WitnessStore.create(in: folder.path, Self.name) }
  }
}
