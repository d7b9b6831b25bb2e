import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Testing

/// One way to damage a ledger, and what verification must say of it.
struct Tampering: CustomTestStringConvertible, Sendable {
  let name: String
  let code: FaultCode
  /// Damages the copy and answers the first bad entry, nil where none is concerned.
  let damage: @Sendable (Copy) throws -> Int64?

  var testDescription: String { name }

  init(
    _ name: String, _ code: FaultCode, _ damage: @escaping @Sendable (Copy) throws -> Int64?
  ) {
    (self.name, self.code, self.damage) = (name, code, damage)
  }

  /// SQL alone.
  static func sql(
    _ name: String, _ code: FaultCode, _ seq: Int64?, guards: Bool = false, _ sql: String
  ) -> Tampering {
    Tampering(name, code) { copy in
      if guards { try copy.script(sql + ";") } else { try copy.damage(sql) }
      return seq
    }
  }

  /// The whole evidence made to fit again, as far as the forger's keys go.
  static func forged(
    _ name: String, _ code: FaultCode, _ forge: @escaping @Sendable (inout Forgery) throws -> Int64
  ) -> Tampering {
    Tampering(name, code) { copy in
      var forgery = try Forgery(copy)
      let seq = try forge(&forgery)
      try copy.damage(forgery.sql())
      return seq
    }
  }
}

private let everyone: [String: PrivateKey] = Dictionary(
  uniqueKeysWithValues: (1...4).map { ("p\($0)/1", TestClinic.key(UInt8($0))) })

@Suite struct TamperTests {
  static let schema = [
    Tampering.sql(
      "a view that shows nothing on hand", .schemaChanged, nil, guards: true,
      "DROP VIEW v_on_hand; CREATE VIEW v_on_hand AS "
        + "SELECT account, product, lot, '0.000' AS quantity FROM balance"),
    Tampering.sql(
      "a guard that guards nothing", .schemaChanged, nil, guards: true,
      "DROP TRIGGER entry_kept; CREATE TRIGGER entry_kept BEFORE DELETE ON entry WHEN 0 "
        + "BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END"),
    Tampering.sql("a guard dropped", .schemaChanged, nil, guards: true, "DROP TRIGGER entry_fixed"),
    Tampering.sql(
      "a table of somebody else's", .schemaChanged, nil, guards: true, "CREATE TABLE extra(x)"),
  ]

  static let entries = [
    Tampering("an old head put back, with later rows edited", .headSize) { copy in
      let forgery = try Forgery(copy)
      let seq = forgery.seq(of: "waste", from: 270)
      try copy.damage(
        """
        UPDATE head SET (size, root, note) =
          (SELECT size, root, note FROM checkpoint WHERE size < \(seq) ORDER BY size DESC LIMIT 1);
        DELETE FROM checkpoint WHERE size > (SELECT size FROM head);
        UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '0.200', '0.100') AS BLOB)
          WHERE seq = \(seq)
        """)
      return Int64(
        try run(["sqlite3", copy.ledger, "SELECT size FROM head"]).output
          .trimmingCharacters(in: .whitespacesAndNewlines))
    },
    .sql(
      "an entry removed", .sequenceGap, 150,
      "DELETE FROM signature WHERE seq=150; DELETE FROM entry WHERE seq=150"),
    .sql(
      "the first entry removed", .sequenceGap, 0,
      "DELETE FROM signature WHERE seq=0; DELETE FROM entry WHERE seq=0"),
    .sql(
      "two entries swapped", .seqMismatch, 150,
      """
      UPDATE entry SET seq=-2 WHERE seq=150; UPDATE entry SET seq=150 WHERE seq=151;
      UPDATE entry SET seq=151 WHERE seq=-2;
      UPDATE signature SET seq=-2 WHERE seq=150; UPDATE signature SET seq=150 WHERE seq=151;
      UPDATE signature SET seq=151 WHERE seq=-2
      """),
    .sql(
      "an entry inserted at the end", .headSize, nil, guards: true,
      "INSERT INTO entry SELECT max(seq)+1, leaf, body FROM entry"
    ).named { copy in
      Int64(try Forgery(copy).rows.count) - 1
    },
    .sql("a body withheld", .bodyWithheld, 150, "UPDATE entry SET body=NULL WHERE seq=150"),
    .sql(
      "a row of another storage class", .columnClass, 150,
      "CREATE TABLE e AS SELECT * FROM entry; DROP TABLE entry; "
        + "CREATE TABLE entry(seq INTEGER PRIMARY KEY, leaf, body); "
        + "INSERT INTO entry SELECT seq, leaf, CASE seq WHEN 150 THEN CAST(body AS TEXT) ELSE body END FROM e; "
        + "DROP TABLE e"),
    .forged("an entry removed and the rest chained again with the site key", .signatureInvalid) {
      $0.rows.remove(at: 150)
      try $0.rechain(from: 150)
      return 150
    },
    .forged("two entries swapped and chained again", .signatureInvalid) {
      $0.rows.swapAt(150, 151)
      try $0.rechain(from: 150)
      return 150
    },
    .forged("an entry inserted and chained again", .signatureInvalid) {
      $0.rows.insert($0.rows[149], at: 150)
      try $0.rechain(from: 150)
      return 150
    },
    .forged("an entry edited and chained again", .signatureInvalid) {
      let seq = $0.seq(of: "waste", from: 150)
      try $0.edit(seq) { $0["method"] = "sewer" }
      try $0.rechain(from: seq)
      return seq
    },
    .forged("edited with one person's key, chained again", .signatureInvalid) {
      let seq = $0.seq(of: "waste", from: 150)
      $0.keys = ["p3/1": TestClinic.key(3)]
      try $0.edit(seq) { $0["method"] = "sewer" }
      try $0.rechain(from: seq)
      return seq
    },
    .forged("the newest entry edited and only its head signed again", .signatureInvalid) {
      let seq = Int64($0.rows.count - 1)
      try $0.edit(seq) { $0["quantity"] = "1.000" }
      try $0.rechain(from: seq)
      return seq
    },
  ]

  static let signatures = [
    Tampering("a required signature removed", .signatureMissing) { copy in
      let seq = try Forgery(copy).seq(of: "waste", from: 150)
      try copy.damage("DELETE FROM signature WHERE seq=\(seq) AND key NOT IN ('p3/1','p1/1')")
      return seq
    },
    .sql(
      "all signatures of an entry removed", .signatureMissing, 150,
      "DELETE FROM signature WHERE seq=150"),
    .forged("a true signature that the body does not call for", .signatureExtra) {
      let seq = $0.seq(of: "administration", from: 150)
      let text = EntrySignature.text(origin: $0.origin, seq: seq, leaf: $0.leaf(Int(seq)))
      $0.rows[Int(seq)].signatures.append(
        RawSignature(key: "p2/1", algorithm: 1, bytes: TestClinic.key(2).sign(text)))
      return seq
    },
    .forged("one person's signature under another's name", .signatureInvalid) {
      let seq = $0.seq(of: "waste", from: 150)
      let text = EntrySignature.text(origin: $0.origin, seq: seq, leaf: $0.leaf(Int(seq)))
      $0.rows[Int(seq)].signatures = $0.rows[Int(seq)].signatures.map {
        RawSignature(key: $0.key, algorithm: 1, bytes: TestClinic.key(9).sign(text))
      }
      return seq
    },
    .forged("a person signs in place of another", .signatureExtra) {
      let seq = $0.seq(of: "patient.add")
      let text = EntrySignature.text(origin: $0.origin, seq: seq, leaf: $0.leaf(Int(seq)))
      $0.rows[Int(seq)].signatures = [
        RawSignature(key: "p2/1", algorithm: 1, bytes: TestClinic.key(2).sign(text))
      ]
      return seq
    },
    .sql(
      "a signature of an entry that is not there", .signatureExtra, 5000,
      "INSERT INTO signature VALUES(5000,'p1/1',1,x'bb')"),
    Tampering("a signature by a key that was revoked", .keyNotValid) { copy in
      let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
      try clinic.act(TestClinic.ana, [TestClinic.ben]) {
        try $0.add($0.draft(KeyRevoked(key: "p4/1", reason: "left")))
      }
      var forgery = try Forgery(copy)
      forgery.keys = everyone
      var last = forgery.rows[Int(forgery.seq(of: "location.add"))]
      last.members["by"] = "p4/1"
      last.members["location"] = "attic"
      last.members["ts"] = forgery.rows.last!.members["ts"]
      last.members["at"] = last.members["ts"]
      last.signatures = [RawSignature(key: "p4/1", algorithm: 1, bytes: [])]
      forgery.rows.append(last)
      try forgery.rechain(from: Int64(forgery.rows.count - 1))
      try copy.damage(forgery.sql())
      return Int64(forgery.rows.count - 1)
    },
    .forged("an entry by a key that nobody introduced", .keyUnknown) {
      $0.keys = everyone.merging(["p4/2": TestClinic.key(44)]) { own, _ in own }
      let seq = $0.seq(of: "location.add")
      try $0.edit(seq) { $0["by"] = "p4/2" }
      $0.rows[Int(seq)].signatures = [RawSignature(key: "p4/2", algorithm: 1, bytes: [])]
      try $0.rechain(from: seq)
      return seq
    },
  ]

  /// With the keys of everybody: only the rules of form are left to catch it.
  static let bodies = [
    Tampering.forged("a body with a space", .bodyNotCanonical) {
      $0.keys = everyone
      try $0.rechain(from: 150)
      let bytes = $0.rows[150].bytes
      $0.rows[150].bytes = [bytes[0], 0x20] + bytes.dropFirst()
      try $0.rechain(from: 150, keeping: [150])
      return 150
    },
    .forged("a body with a key twice", .bodyNotCanonical) {
      $0.keys = everyone
      let text = String(decoding: $0.rows[150].bytes, as: UTF8.self)
      let at = text.dropFirst().prefix { $0 != "," }
      $0.rows[150].bytes = Array("{\(at),\(text.dropFirst())".utf8)
      try $0.rechain(from: 150, keeping: [150])
      return 150
    },
    .forged("a dose larger than its draw, signed by everybody", .eventRefused) {
      $0.keys = everyone
      let seq = $0.seq(of: "administration", from: 150)
      try $0.edit(seq) { $0["quantity"] = "9.000" }
      try $0.rechain(from: seq)
      return seq
    },
    .forged("a correction that reverses something else, signed by everybody", .eventRefused) {
      $0.keys = everyone
      let seq = $0.seq(of: "correction")
      try $0.edit(seq) { $0["entry"] = .integer(($0["entry"]?.whole ?? 0) - 3) }
      try $0.rechain(from: seq)
      return seq
    },
    .forged("time that goes back", .timeDecreases) {
      $0.keys = everyone
      try $0.edit(150) {
        $0["ts"] = "2026-11-21T08:00:00.000Z"
        $0["at"] = $0["ts"]
      }
      try $0.rechain(from: 150)
      return 150
    },
  ]

  static let hostile = [
    Tampering.sql(
      "hostile: a body taken away", .bodyWithheld, 5, guards: true,
      "UPDATE entry SET body=NULL WHERE seq=5"),
    .sql(
      "hostile: garbage appended", .leafMismatch, nil, guards: true,
      "INSERT INTO entry SELECT max(seq)+1,randomblob(32),x'7b7d' FROM entry"
    ).named { copy in
      Int64(
        try run(["sqlite3", copy.ledger, "SELECT max(seq) FROM entry"]).output
          .trimmingCharacters(in: .whitespacesAndNewlines))
    },
    .sql(
      "hostile: a stray signature", .signatureExtra, nil, guards: true,
      "INSERT INTO signature SELECT max(seq),'p9/1',1,x'bb' FROM entry"
    ).named { copy in
      Int64(try Forgery(copy).rows.count) - 1
    },
    .sql(
      "hostile: a checkpoint of noise", .checkpointNote, nil, guards: true,
      "INSERT INTO checkpoint SELECT max(seq)+1,randomblob(32),'x' FROM entry"
    ).named { copy in
      Int64(try Forgery(copy).rows.count) - 1
    },
    .sql(
      "hostile: a cosignature", .cosignatureUnknown, nil, guards: true,
      "INSERT INTO cosignature SELECT max(size),'e' FROM checkpoint"
    ).named(beforeLast),
    .sql(
      "hostile: an anchor", .anchorUnnamed, nil, guards: true,
      "INSERT INTO anchor SELECT (SELECT count(*)+1 FROM anchor),max(size),'tsa',NULL,x'ff' FROM checkpoint"
    ).named(beforeLast),
    .sql("hostile: a head of noise", .headNote, nil, guards: true, "UPDATE head SET note='x'")
      .named { copy in Int64(try Forgery(copy).rows.count) - 1 },
    .sql(
      "hostile: balances edited", .rowDifferent, -1, guards: true, "UPDATE balance SET quantity=1"),
    .sql("hostile: postings gone", .rowMissing, -1, guards: true, "DELETE FROM posting"),
    .sql("hostile: journal gone", .rowMissing, 0, guards: true, "DELETE FROM journal"),
    .sql(
      "hostile: an erasure that nobody ordered", .rowExtra, 1, guards: true,
      "INSERT INTO erased VALUES('digest',1)"),
    .sql("hostile: a guard dropped", .schemaChanged, nil, guards: true, "DROP TRIGGER entry_kept"),
    .sql("hostile: a view dropped", .schemaChanged, nil, guards: true, "DROP VIEW v_entry"),
  ]

  private static let beforeLast: @Sendable (Copy) throws -> Int64? = { copy in
    Int64(
      try run(["sqlite3", copy.ledger, "SELECT max(size)-1 FROM checkpoint"]).output
        .trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Promoted heads taken away; the first entry of the act that left the head is the one named.
  static let checkpoints = ["the first checkpoint", "a checkpoint", "the newest checkpoint"].map {
    name in
    Tampering("\(name) removed", .checkpointMissing) { copy in
      let all = try copy.numbers("SELECT size FROM checkpoint ORDER BY size")
      let size =
        switch name {
        case "the first checkpoint": all[0]
        case "a checkpoint": all[all.count / 2]
        default: all[all.count - 1]
        }
      try copy.damage("DELETE FROM checkpoint WHERE size=\(size)")
      let ts = "json_extract(CAST(body AS TEXT), '$.ts')"
      return try copy.numbers(
        "SELECT min(seq) FROM entry WHERE \(ts) = (SELECT \(ts) FROM entry WHERE seq=\(size - 1))"
      ).first
    }
  }

  @Test(arguments: [schema, entries, signatures, bodies, hostile, checkpoints].flatMap { $0 })
  func isFound(_ tampering: Tampering) throws {
    let copy = try SampleLedger.copy()
    let seq = try tampering.damage(copy)
    let report = try copy.verify()
    #expect(report.verdict.status == 4, "\(report.verdict.line)")
    #expect(
      report.faults.contains { $0.code == tampering.code.rawValue },
      "\(report.faults.prefix(5).map(\.description))")
    let first = report.firstBad?.fault.seq
    // -1: some entry, which depends on what the table sums up.
    if seq == -1 { #expect(first != nil) } else { #expect(first == seq, "\(report.verdict.line)") }
    if tampering.name.hasSuffix("chained again"), let bad = report.firstBad {
      #expect(bad.breaksLater && bad.laterSigners.count > 1, "\(report.verdict.line)")
    }
    #expect(
      report.firstBad?.sparesEntries != true || !tampering.code.rawValue.hasPrefix("signature"))
    print(tampering.name, "->", report.verdict.line)
  }
}

extension Tampering {
  /// The first bad entry is known only when the damage is done.
  func named(_ seq: @escaping @Sendable (Copy) throws -> Int64?) -> Tampering {
    Tampering(name, code) { copy in
      _ = try damage(copy)
      return try seq(copy)
    }
  }
}

/// What can be told only by those who kept something elsewhere.
@Suite struct OutsideKnowledgeTests {
  /// A ledger whose last twenty entries are gone, everything else made to fit with the site key.
  private func cut() throws -> (copy: Copy, saved: Checkpoint, size: Int64) {
    let copy = try SampleLedger.copy()
    let note = try copy.verify().headNote!
    let saved = try Checkpoint.open(
      note: note, keys: [VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey)])
    var forgery = try Forgery(copy)
    forgery.rows.removeLast(20)
    try copy.damage(forgery.sql())
    _ = try Custodian.open(
      in: copy.path, surroundings: Surroundings(now: { .first }, chance: { _ in [] })
    ).rebuild()
    return (copy, saved, Int64(forgery.rows.count))
  }

  @Test func aTailCutOffIsFoundAgainstASavedCheckpoint() throws {
    let (copy, saved, size) = try cut()
    let report = try copy.verify(earlier: [saved])
    #expect(report.verdict.status == 4)
    #expect(report.faults.map(\.code) == ["does-not-extend"])
    #expect(report.firstBad?.fault.seq == size)
  }

  /// The limit that SECURITY.md states: who has the site key and the machine can cut the tail, and
  /// nothing on the machine says so.
  @Test func aTailCutOffIsConsistentToThoseWhoKeptNothing() throws {
    let (copy, _, size) = try cut()
    let report = try copy.verify()
    #expect(
      report.verdict == .consistent(size: size, because: "nothing outside vouches for it"))
  }

  @Test func aTailCutOffIsFoundAgainstTheJournalOfHeads() throws {
    let folder = Folder()
    let (ledger, journal) = (folder.path + "/ledger", folder.path + "/state")
    let clinic = try TestClinic(founding: ledger, journal: journal)
    let before = try Copy(of: ledger)
    try clinic.dose(TestClinic.patients[0])
    let size = clinic.state.size
    #expect(try verifiedFolder(ledger, journal: journal).verdict.status == 0)
    let report = try verifiedFolder(before.path, journal: journal)
    #expect(report.verdict.status == 4)
    #expect(report.firstBad?.fault.code == "does-not-extend")
    #expect((report.firstBad?.fault.seq ?? .max) < size)
  }

  @Test func whatIsAppendedMeanwhileIsNoFault() throws {
    let folder = Folder()
    let (ledger, journal) = (folder.path + "/ledger", folder.path + "/state")
    let clinic = try TestClinic(founding: ledger, journal: journal)
    let size = clinic.state.size
    let store = try LedgerStore.open(in: ledger, readOnly: true, journal: journal)
    var isAppended = false
    let report = try LedgerVerification.verify(store: store) { stage, done, _ in
      guard stage == .file, done == 1, !isAppended else { return }
      isAppended = true
      do { try clinic.dose(TestClinic.patients[0]) } catch { Issue.record(error) }
    }
    #expect(isAppended && clinic.state.size > size)
    #expect(report.faults == [])
    #expect(report.size == size)
  }

  @Test func damageBesideTheEntriesIsNotAnotherLedger() throws {
    let folder = Folder()
    let (ledger, journal) = (folder.path + "/ledger", folder.path + "/state")
    let clinic = try TestClinic(founding: ledger, journal: journal)
    while clinic.state.size < 260 { try clinic.dose(TestClinic.patients[0]) }
    let copy = try Copy(of: ledger)
    try copy.damage("UPDATE subtree SET hash = zeroblob(32)")
    let report = try verifiedFolder(copy.path, journal: journal)
    #expect(report.faults.map(\.code) == ["subtree-mismatch"])
    #expect(report.firstBad?.sparesEntries == true)
  }

  /// Everything rewritten with the site key and with persons' keys made up for the purpose.
  private func rewritten() throws -> (copy: Copy, trust: TrustFile) {
    let copy = try SampleLedger.copy()
    var forgery = try Forgery(copy)
    let trust = try TrustFile(
      siteKey: VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey),
      genesisLeaf: forgery.leaf(0),
      personKeys: Dictionary(
        uniqueKeysWithValues: everyone.map { (KeyName($0.key)!, $0.value.publicKey) }))
    forgery.keys = Dictionary(
      uniqueKeysWithValues: (1...4).map { ("p\($0)/1", TestClinic.key(UInt8(100 + $0))) })
    let invented = forgery.keys
    try forgery.edit(0) { members in
      let founders = members["founders"]!.items!.map { founder -> JSON in
        var fields = founder.members!
        fields["public"] = .string(invented[fields["key"]!.text!]!.publicKey.base64)
        return .object(fields)
      }
      members["founders"] = .array(founders)
    }
    for index in forgery.rows.indices where forgery.rows[index].members["type"]?.text == "key.add" {
      try forgery.edit(Int64(index)) {
        $0["public"] = .string(invented[$0["key"]!.text!]!.publicKey.base64)
      }
    }
    try forgery.edit(forgery.seq(of: "receipt")) { $0["invoice"] = "INV-9" }
    try forgery.rechain(from: 0)
    try copy.damage(forgery.sql())
    return (copy, trust)
  }

  @Test func aRewrittenHistoryIsFoundAgainstAPinnedTrustFile() throws {
    let (copy, trust) = try rewritten()
    let report = try copy.verify(trust: trust)
    #expect(report.verdict.status == 4)
    #expect(report.firstBad?.fault.seq == 0)
    let codes = Set(report.faults.map(\.code))
    #expect(codes == ["trust-genesis", "trust-key"])
    // The beginning alone is enough.
    let beginning = try TrustFile(siteKey: trust.siteKey, genesisLeaf: trust.genesisLeaf)
    #expect(try copy.verify(trust: beginning).firstBad?.fault.code == "trust-genesis")
  }

  @Test func withoutAPinTheVerdictSaysWhereTheKeysCameFrom() throws {
    let report = try rewritten().copy.verify()
    #expect(report.verdict.status == 0)
    #expect(report.verdict.line.hasSuffix("nothing outside vouches for it"))
    #expect(report.warnings.contains("person keys taken from the ledger itself"))
    #expect(report.trustSource == "person keys taken from the ledger itself")
  }

  @Test func aHistoryRewrittenWithoutAPersonsKeyIsFoundWithAndWithoutAPin() throws {
    let copy = try SampleLedger.copy()
    var forgery = try Forgery(copy)
    let trust = try TrustFile(
      siteKey: VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey),
      genesisLeaf: forgery.leaf(0))
    forgery.keys = everyone.filter { $0.key != "p2/1" }
    let seq = forgery.seq(of: "receipt")
    try forgery.edit(seq) { $0["invoice"] = "INV-9" }
    try forgery.rechain(from: seq)
    try copy.damage(forgery.sql())
    for pin in [nil, trust] {
      let report = try copy.verify(trust: pin)
      #expect(report.verdict.status == 4)
      #expect(report.firstBad?.fault.seq == seq)
      #expect(report.firstBad?.fault.code == "signature-invalid")
    }
  }

  @Test func pinsAndCheckpointsAreNamedInTheVerdict() throws {
    let copy = try SampleLedger.copy()
    let forgery = try Forgery(copy)
    let note = try run([
      "sqlite3", copy.ledger, "SELECT note FROM checkpoint ORDER BY size LIMIT 1",
    ]).output
    let site = VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey)
    let saved = try Checkpoint.open(note: String(note.dropLast()), keys: [site])
    let trust = try TrustFile(
      siteKey: site, genesisLeaf: forgery.leaf(0),
      personKeys: Dictionary(
        uniqueKeysWithValues: everyone.map { (KeyName($0.key)!, $0.value.publicKey) }))
    let report = try copy.verify(trust: trust, earlier: [saved])
    #expect(
      report.verdict.line
        == "consistent to \(forgery.rows.count), extends the checkpoint of \(saved.size) entries "
        + "given, keys pinned by the trust file")
    #expect(!report.warnings.contains { $0.hasPrefix("person keys taken") })
  }
}
