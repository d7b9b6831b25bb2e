import LedgerCore
import Notation

/// A small signed ledger in memory, as a store would hold it.
///
///     var ledger = TestLedger()
///     ledger.append("receipt", by: "p1/1", wit: ["p2/1"])
///     ledger.verify().faults
///
/// Founders are `p1` and `p2`, both administrators. Keys come from fixed seeds, so every run makes
/// the same bytes.
struct TestLedger {
  let origin: Origin
  var siteKey: PrivateKey
  var people: [String: PrivateKey] = [:]
  var register: KeyRegister
  var frontier = Frontier()
  var rows: [EntryRow] = []
  var leaves: [Digest] = []
  var subtrees: [RawSubtree] = []
  var checkpoints: [RawCheckpoint] = []
  var head: RawCheckpoint?
  var clock = Instant("2026-01-05T08:00:00.000Z")!

  init(_ name: String = "riverside.example/main/1") {
    origin = try! Origin(name)
    siteKey = TestLedger.key(0)
    register = KeyRegister(origin: origin)
    people = ["p1/1": TestLedger.key(1), "p2/1": TestLedger.key(2)]
    append("ledger.open", by: "p1/1", wit: ["p2/1"], opening)
  }

  /// A private key that is the same in every run.
  static func key(_ number: UInt8) -> PrivateKey {
    try! PrivateKey.derived(from: SHA256.hash([number]).bytes)
  }

  var vkey: VerifierKey { VerifierKey(origin, siteKey.publicKey) }

  var opening: [String: JSON] {
    [
      "origin": .string(origin.text), "format": "custody/1", "site_key": .string(vkey.text),
      "founders": [founder("p1", "kim", "KW"), founder("p2", "lee", "LB")],
    ]
  }

  func founder(_ person: String, _ handle: String, _ initials: String) -> JSON {
    [
      "person": .string(person), "handle": .string(handle), "name": .string(handle),
      "initials": .string(initials), "roles": ["administrator", "pharmacist"],
      "key": .string(person + "/1"), "alg": "ed25519",
      "public": .string(people[person + "/1"]!.publicKey.base64),
    ]
  }

  /// The body that would come next.
  func body(
    _ type: String, by: String?, wit: [String] = [], _ fields: [String: JSON] = [:],
    ts: Instant? = nil, at: Instant? = nil
  ) throws -> (body: [UInt8], leaf: Digest) {
    try EntryBody.seal(
      seq: frontier.size, prev: leaves.last ?? origin.genesisPrev, ts: ts ?? clock,
      at: at ?? ts ?? clock, type: type, by: by.map { KeyName($0)! },
      wit: wit.map { KeyName($0)! }, sd: [], fields: fields)
  }

  /// Seals, signs and stores the next entry, whatever the rules have against it.
  @discardableResult
  mutating func append(
    _ type: String, by: String?, wit: [String] = [], _ fields: [String: JSON] = [:],
    ts: Instant? = nil
  ) -> [Fault] {
    clock = clock.adding(milliseconds: 1_000)
    let sealed = try! body(type, by: by, wit: wit, fields, ts: ts)
    let seq = frontier.size
    let signatures = ((by.map { [$0] } ?? []) + wit).map {
      EntrySignature.sign(
        origin: origin, seq: seq, leaf: sealed.leaf, key: people[$0]!, name: KeyName($0)!)
    }
    let entry = Entry(seq: seq, leaf: sealed.leaf, body: sealed.body, signatures: signatures)
    rows.append(EntryRow(entry))
    leaves.append(sealed.leaf)
    subtrees += frontier.append(sealed.leaf).map(RawSubtree.init)
    head = RawCheckpoint(CheckpointRow(frontier, origin: origin, key: siteKey))
    return register.admit(try! EntryBody(reading: sealed.body))
  }

  /// Keeps the head as a checkpoint.
  mutating func promote() { checkpoints.append(head!) }

  mutating func addPerson(_ person: String, roles: [JSON] = ["nurse"]) -> [Fault] {
    append("person.add", by: "p1/1", ["person": .string(person), "roles": .array(roles)])
  }

  /// The fields of `key.add` and `key.rotate`; the key can sign from now on.
  mutating func newKey(_ name: String, seed: UInt8, replaces: String? = nil) -> [String: JSON] {
    people[name] = TestLedger.key(seed)
    var fields: [String: JSON] = [
      "key": .string(name), "person": .string(KeyName(name)!.person), "alg": "ed25519",
      "public": .string(TestLedger.key(seed).publicKey.base64),
    ]
    fields["replaces"] = replaces.map { .string($0) }
    return fields
  }

  /// A ledger with people, keys, imports and checkpoints, of `size` entries.
  static func busy(_ size: Int) -> TestLedger {
    var ledger = TestLedger()
    _ = ledger.addPerson("p3")
    let fields = ledger.newKey("p3/1", seed: 3)
    ledger.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
    ledger.append("import.row", by: nil, ["row": 1])
    ledger.append("import.row", by: nil, ["row": 2])
    ledger.append("import.close", by: "p1/1", ["first": 3, "last": 4, "count": 2])
    while ledger.rows.count < size {
      let number = ledger.rows.count
      ledger.append("waste", by: "p3/1", wit: number % 3 == 0 ? ["p2/1"] : [], ["n": 1])
      if number % 7 == 0 { ledger.promote() }
    }
    return ledger
  }

  func verify(
    trust: TrustFile? = nil, earlier: [Checkpoint] = [], depth: StreamVerifier.Depth = .full
  ) -> Verification {
    let sizes = checkpoints.map(\.size) + (head.map { [$0.size] } ?? [])
    var verifier = StreamVerifier(
      origin: origin, checkpointSizes: sizes, trust: trust, earlier: earlier, depth: depth)
    for row in rows { verifier.take(row) }
    return verifier.finish(subtrees: subtrees, checkpoints: checkpoints, head: head)
  }
}
