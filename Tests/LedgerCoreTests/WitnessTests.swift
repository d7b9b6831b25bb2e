import LedgerCore
import Notation
import Testing

/// What a witness signs, and what it refuses: C2SP `tlog-cosignature` and `tlog-witness`.
@Suite("witnesses")
struct WitnessTests {
  static let name = "hospital.example/w1"
  static let key = TestLedger.key(40)
  static let witness = try! WitnessKey(name: name, key.publicKey)

  // MARK: Keys and cosignatures

  @Test("a vkey is read as it is written, and nothing else is")
  func vkey() throws {
    let text = Self.witness.text
    #expect(try WitnessKey(text) == Self.witness)
    let parts = text.split(separator: "+", maxSplits: 2).map(String.init)
    let log = VerifierKey(try Origin("a.example/b/1"), Self.key.publicKey)
    for bad in [
      "", log.text, "x+" + parts[1] + "+" + parts[2], parts[0] + "+00000000+" + parts[2],
      parts[0] + "+" + parts[1] + "+BA==", text + "A", " " + text,
    ] { #expect(throws: CoreError.self, "\(bad)") { try WitnessKey(bad) } }
    #expect(throws: CoreError.self) {
      try WitnessKey(name: String(repeating: "w", count: 256), Self.key.publicKey)
    }
  }

  /// The example of C2SP tlog-cosignature: its line has 4 bytes of id, 8 of time, 64 of signature.
  @Test("the line of the specification has its time where we read it")
  func specification() throws {
    let line =
      "\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dl"
      + "rDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    let signature = try NoteSignature(line: line)
    #expect(signature.bytes.count == 72)
    #expect(Array(signature.bytes.prefix(8)) == [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB])
    #expect(0x6418_50CB == 1_679_315_147)
  }

  @Test("a cosignature holds over its text and time, and over no other")
  func cosignature() throws {
    let log = Log(3)
    let text = try SignedNote(log.note(2)).text
    let made = Cosignature(of: text, at: 1_766_000_000, Self.key, as: Self.witness)
    let read = try Cosignature(try NoteSignature(line: made.line), of: text, by: Self.witness)
    #expect(read == made)
    #expect(read?.time == 1_766_000_000)
    for bit in 0..<made.signature.bytes.count * 8 {
      var bytes = made.signature.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      let damaged = NoteSignature(
        name: made.signature.name, id: made.signature.id, bytes: bytes)
      #expect(throws: CoreError.self) {
        try Cosignature(damaged, of: text, by: Self.witness)
      }
    }
    #expect(throws: CoreError.self) {
      try Cosignature(made.signature, of: text + "x\n", by: Self.witness)
    }
    let other = try WitnessKey(name: "other.example", Self.key.publicKey)
    #expect(try Cosignature(made.signature, of: text, by: other) == nil)
  }

  @Test("other signatures on a note are passed over, a known one that fails is not")
  func noteWithLines() throws {
    let log = Log(3)
    let note = try SignedNote(log.note(3))
    let made = Cosignature(of: note.text, at: 7, Self.key, as: Self.witness).signature
    let stranger = NoteSignature(name: "stranger", id: [9, 9, 9, 9], bytes: [1])
    let strange = NoteSignature(name: Self.name, id: [9, 9, 9, 9], bytes: [0x06, 1, 2])
    let whole = try SignedNote(note.adding([stranger, made, strange, made]).note)
    #expect(whole.signatures.count == 4)
    let found = try whole.cosignatures(by: [Self.witness])
    #expect(found.map(\.cosignature.time) == [7])
    try whole.verify([log.vkey])
    #expect(try whole.keeping([log.vkey]).note == log.note(3))
    let bad = NoteSignature(name: Self.name, id: Self.witness.id, bytes: made.bytes.reversed())
    #expect(throws: CoreError.self) {
      try note.adding([bad]).cosignatures(by: [Self.witness])
    }
  }

  // MARK: Decisions

  /// A log of `size` leaves with the same leaves up to `same`, signed with a fixed key.
  struct Log {
    var leaves: [Digest]
    let origin: Origin
    let key: PrivateKey

    init(_ size: Int, origin: String = "acme.example/main/1", fork: Int? = nil, seed: UInt8 = 41) {
      leaves = (0..<size).map { index in
        SHA256.leaf(Array("\(index)\(index >= fork ?? .max ? "f" : "")".utf8))
      }
      self.origin = try! Origin(origin)
      key = TestLedger.key(seed)
    }

    var vkey: VerifierKey { VerifierKey(origin, key.publicKey) }

    var tree: TreeReader {
      TreeReader(
        subtree: { level, index in
          let width = 1 << (8 * level)
          var fold = Frontier()
          for leaf in leaves[Int(index) * width..<(Int(index) + 1) * width] { fold.append(leaf) }
          return fold.root
        }, leaf: { leaves[Int($0)] })
    }

    func root(_ size: Int) -> Digest { try! tree.root(of: Int64(size)) }

    func note(_ size: Int) -> String {
      Checkpoint(origin: origin, size: Int64(size), root: root(size))
        .signed(by: key, as: origin)
    }

    func held(_ size: Int) -> HeldCheckpoint {
      HeldCheckpoint(
        origin: origin.text, size: Int64(size), root: root(size), note: note(size))
    }

    func path(_ old: Int, _ new: Int) -> [Digest] {
      try! tree.consistency(from: Int64(old), to: Int64(new)).path
    }

    func request(_ old: Int, _ new: Int, path: [Digest]? = nil) -> CheckpointRequest {
      let path = path ?? (old > new ? [] : self.path(old, new))
      return CheckpointRequest(
        ConsistencyProof(oldSize: Int64(old), newSize: Int64(new), path: path),
        note: note(new))
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let status: Int
    var size: Int64?
    var suspicion: WitnessRefusal.Suspicion.Kind?
    let make: @Sendable () -> (CheckpointRequest, [VerifierKey], HeldCheckpoint?)

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let log: @Sendable () -> Log = { Log(20) }
    let fork: @Sendable () -> Log = { Log(20, fork: 5) }
    return [
      Case(name: "the first checkpoint", status: 200) { (log().request(0, 12), [log().vkey], nil) },
      Case(name: "an extension", status: 200) {
        (log().request(12, 20), [log().vkey], log().held(12))
      },
      Case(name: "the same once more", status: 200) {
        (log().request(12, 12), [log().vkey], log().held(12))
      },
      Case(name: "an empty log", status: 200) { (log().request(0, 0), [log().vkey], nil) },
      Case(name: "after an empty log", status: 200) {
        (log().request(0, 3), [log().vkey], log().held(0))
      },
      Case(name: "from nothing, with a proof", status: 422) {
        (log().request(0, 12, path: log().path(4, 12)), [log().vkey], nil)
      },
      Case(name: "the same with a proof", status: 422, suspicion: .unproven) {
        (log().request(12, 12, path: [log().root(3)]), [log().vkey], log().held(12))
      },
      Case(name: "an empty log with a root", status: 422) {
        let root = log().root(3)
        let note = Checkpoint(origin: log().origin, size: 0, root: root)
          .signed(by: log().key, as: log().origin)
        let proof = ConsistencyProof(oldSize: 0, newSize: 0, path: [])
        return (CheckpointRequest(proof, note: note), [log().vkey], nil)
      },
      Case(name: "another log", status: 404) {
        (Log(20, origin: "acme.example/main/2").request(0, 12), [log().vkey], nil)
      },
      Case(name: "no log is known", status: 404) { (log().request(0, 12), [], nil) },
      Case(name: "another key of the log", status: 403) {
        (Log(20, seed: 42).request(0, 12), [log().vkey], nil)
      },
      Case(name: "one of two keys of the log", status: 200) {
        (Log(20, seed: 42).request(0, 12), [log().vkey, Log(20, seed: 42).vkey], nil)
      },
      Case(name: "a known key that did not sign this", status: 403) {
        let other = try! SignedNote(log().note(11)).signatures[0].line + "\n"
        let text = try! SignedNote(log().note(12)).text
        let proof = ConsistencyProof(oldSize: 0, newSize: 12, path: [])
        return (CheckpointRequest(proof, note: text + "\n" + other), [log().vkey], nil)
      },
      Case(name: "a good signature and a bad one of the same key", status: 403) {
        let other = try! SignedNote(log().note(11)).signatures[0].line + "\n"
        let proof = ConsistencyProof(oldSize: 0, newSize: 12, path: [])
        return (CheckpointRequest(proof, note: log().note(12) + other), [log().vkey], nil)
      },
      Case(name: "signatures of strangers and of kinds to come", status: 200) {
        let lines = "\u{2014} witness.example BgAAAQYBAg==\n\u{2014} acme.example/main/1 AQIDBAUG\n"
        let proof = ConsistencyProof(oldSize: 0, newSize: 12, path: [])
        return (CheckpointRequest(proof, note: log().note(12) + lines), [log().vkey], nil)
      },
      Case(name: "older than it says", status: 400) {
        (log().request(13, 12), [log().vkey], log().held(12))
      },
      Case(name: "asking for the size", status: 409, size: 12) {
        (log().request(0, 20), [log().vkey], log().held(12))
      },
      Case(name: "from a size never held", status: 409, size: 0) {
        (log().request(3, 20), [log().vkey], nil)
      },
      Case(name: "from beyond what is held", status: 409, size: 12) {
        (log().request(13, 20), [log().vkey], log().held(12))
      },
      Case(name: "a rollback", status: 409, size: 12, suspicion: .rollback) {
        (log().request(5, 8), [log().vkey], log().held(12))
      },
      Case(name: "one size, two roots", status: 409, size: 12, suspicion: .fork) {
        (fork().request(12, 12), [log().vkey], log().held(12))
      },
      Case(name: "one size, two roots, asked from nothing", status: 409, size: 12, suspicion: .fork)
      {
        (fork().request(0, 12), [log().vkey], log().held(12))
      },
      Case(name: "a fork with a proof of its own", status: 422, suspicion: .unproven) {
        (fork().request(12, 20), [log().vkey], log().held(12))
      },
      Case(name: "a fork from nothing", status: 409, size: 12) {
        (fork().request(0, 20), [log().vkey], log().held(12))
      },
      Case(name: "a hash too few", status: 422, suspicion: .unproven) {
        (
          log().request(12, 20, path: Array(log().path(12, 20).dropLast())), [log().vkey],
          log().held(12)
        )
      },
      Case(name: "a hash too many", status: 422, suspicion: .unproven) {
        (
          log().request(12, 20, path: log().path(12, 20) + [log().root(1)]), [log().vkey],
          log().held(12)
        )
      },
    ]
  }()

  @Test("each request has its answer", arguments: cases)
  func decides(_ one: Case) throws {
    let (request, logs, held) = one.make()
    // What is judged is what came over the wire.
    let sent = try CheckpointRequest(reading: Array(request.text.utf8))
    switch WitnessDecision.of(sent, logs: logs, held: held) {
    case .cosign(let row):
      #expect(one.status == 200)
      #expect(try Checkpoint.open(note: row.note, keys: logs).size == row.size)
      #expect(try SignedNote(row.note).signatures.count == 1, "strangers are not kept")
    case .refuse(let refusal):
      #expect(refusal.status == one.status, "\(refusal.words)")
      #expect(refusal.heldSize == one.size)
      #expect(refusal.suspicion?.kind == one.suspicion)
    }
  }

  /// Two keys of one name and one id: ids are 32 bits and can be ground.
  @Test("of two keys with one id, the one that signed counts")
  func collision() throws {
    let signed = try SignedNote(Log(3).note(3))
    let impostor = NoteSignature(
      name: Self.name, id: Self.witness.id, bytes: [UInt8](repeating: 0, count: 72))
    let made = Cosignature(of: signed.text, at: 7, Self.key, as: Self.witness).signature
    let other = try WitnessKey(name: Self.name, TestLedger.key(43).publicKey)
    // The line names an id that only one of the two keys has; the other never takes part.
    #expect(try signed.adding([made]).cosignatures(by: [other, Self.witness]).count == 1)
    #expect(throws: CoreError.self) {
      try signed.adding([impostor]).cosignatures(by: [other, Self.witness])
    }
  }

  @Test("a request is bounded, and of one form")
  func forms() throws {
    let log = Log(4)
    let good = log.request(2, 4).text
    _ = try CheckpointRequest(reading: Array(good.utf8))
    let hash = log.root(1).base64
    let note = log.note(4)
    for bad in [
      "", "old", "old 2", "old 2\n\n", "old 02\n\n" + note, "old -1\n\n" + note,
      "old 2 \n\n" + note, "old 9223372036854775808\n\n" + note, "new 2\n\n" + note,
      "old 2\n" + hash + "=\n\n" + note, "old 2\n" + hash + "\r\n\n" + note,
      "old 2\n" + String(repeating: hash + "\n", count: 64) + "\n" + note,
      "old 2\n\n" + String(note.dropLast()), "old 2\n\n" + note.replacing("\n4\n", with: "\n04\n"),
      "old 2\n\n" + note.replacing("\n4\n", with: "\n-4\n"), "old 2\n\n\n" + note,
      "old 2\n\n" + note + String(repeating: "x", count: 300_000),
      "old 2\n\n" + String(repeating: note.split(separator: "\n")[3] + "\n", count: 33),
    ] {
      #expect(throws: CoreError.self, "\(bad.prefix(40))") {
        try CheckpointRequest(reading: Array(bad.utf8))
      }
    }
    let most = "old 2\n" + String(repeating: hash + "\n", count: 63) + "\n" + note
    #expect(try CheckpointRequest(reading: Array(most.utf8)).path.count == 63)
  }
}
