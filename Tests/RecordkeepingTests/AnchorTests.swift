import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Testing

/// Anchors beside the entries that name them.
@Suite struct AnchorTests {
  /// The entries that name the anchors of the sample, in order.
  private static func seqs(_ copy: Copy) throws -> [Int64] {
    try copy.numbers(
      "SELECT seq FROM entry WHERE json_extract(CAST(body AS TEXT), '$.type') = 'anchor.add'")
  }

  private static func sql(
    _ name: String, _ code: FaultCode, anchor: Int = 0, _ sql: String
  ) -> Tampering {
    Tampering(name, code) { copy in
      try copy.damage(sql)
      return try seqs(copy)[anchor]
    }
  }

  static let all = [
    sql("other evidence", .anchorMismatch, "UPDATE anchor SET evidence=x'ff' WHERE id=1"),
    sql(
      "the evidence of another", .anchorMismatch, anchor: 1,
      "UPDATE anchor SET evidence=(SELECT evidence FROM anchor WHERE id=1) WHERE id=2"),
    sql("no evidence", .anchorMissing, anchor: 2, "DELETE FROM anchor WHERE id=3"),
    sql("evidence of the middle gone", .anchorMissing, anchor: 1, "DELETE FROM anchor WHERE id=2"),
    sql("another request", .anchorMismatch, anchor: 2, "UPDATE anchor SET request=x'' WHERE id=3"),
    sql("no request", .anchorMismatch, anchor: 2, "UPDATE anchor SET request=NULL WHERE id=3"),
    sql("a request of its own", .anchorMismatch, "UPDATE anchor SET request=x'00' WHERE id=1"),
    sql("another kind", .anchorMismatch, "UPDATE anchor SET kind='tsa' WHERE id=1"),
    sql(
      "another checkpoint", .anchorMismatch, anchor: 2,
      "UPDATE anchor SET size=(SELECT min(size) FROM checkpoint) WHERE id=3"),
    Tampering("numbered anew", .anchorMismatch) { copy in
      try copy.damage("UPDATE anchor SET id=7 WHERE id=3")
      return try copy.numbers("SELECT size-1 FROM anchor WHERE id=7").first
    },
    Tampering("once more", .anchorUnnamed) { copy in
      try copy.script(
        "INSERT INTO anchor SELECT 4,size,kind,request,evidence FROM anchor WHERE id=3;")
      return try copy.numbers("SELECT size-1 FROM anchor WHERE id=4").first
    },
    Tampering("a cosignature that an anchor has and the table has not", .cosignatureMissing) {
      copy in
      try copy.damage("UPDATE anchor SET kind='witness' WHERE id=1")
      return try copy.numbers("SELECT size-1 FROM anchor WHERE id=1").first
    },
    .forged("a root of another history, signed by everybody", .anchorMismatch) {
      $0.keys = Dictionary(
        uniqueKeysWithValues: (1...4).map { ("p\($0)/1", TestClinic.key(UInt8($0))) })
      let seq = $0.seq(of: "anchor.add")
      try $0.rechain(from: seq)
      try $0.edit(seq) { $0["root"] = .string(SHA256.hash([]).base64) }
      try $0.rechain(from: seq, keeping: [seq])
      return seq
    },
  ]

  @Test(arguments: all) func isFound(_ tampering: Tampering) throws {
    let copy = try SampleLedger.copy()
    let seq = try tampering.damage(copy)
    let report = try copy.verify()
    #expect(report.verdict.status == 4, "\(report.verdict.line)")
    #expect(
      report.faults.contains { $0.code == tampering.code.rawValue },
      "\(report.faults.prefix(5).map(\.description))")
    #expect(report.firstBad?.fault.seq == seq, "\(report.verdict.line)")
    #expect(report.firstBad?.sparesEntries == true)
  }

  @Test func rowAndEntryComeTogetherOrNotAtAll() throws {
    struct Cut: Error {}
    let folder = Folder()
    _ = try TestClinic(founding: folder.path)
    let clinic = try Custodian.open(
      in: folder.path,
      surroundings: Surroundings(
        now: { Instant("2026-12-01T08:00:00.000Z")! }, chance: { Array(repeating: 7, count: $0) }),
      crash: { if $0 == .afterLedgerInsert { throw Cut() } })
    let head = try clinic.promote()
    #expect(throws: (any Error).self) {
      try clinic.record(by: Signers(by: TestClinic.ana), siteKey: TestClinic.siteKey) {
        try $0.anchor(Anchor(.sheet, over: head, by: "the archive", evidence: [1]))
      }
    }
    let copy = try Copy(of: folder.path)
    #expect(try copy.numbers("SELECT count(*) FROM anchor") == [0])
    #expect(try copy.numbers("SELECT max(size) FROM checkpoint") == [head.size])
    #expect(try copy.verify().verdict.status == 0)
  }

  @Test func whatIsNotThisLedgersCheckpointIsNotAnchored() throws {
    let folder = Folder()
    let clinic = try TestClinic(founding: folder.path)
    let head = try clinic.custodian.promote()
    #expect(try clinic.custodian.promote() == head)
    let refused: [(CheckpointRow, [UInt8])] = [
      (CheckpointRow(size: head.size, root: SHA256.hash([]), note: head.note), [1]),
      (CheckpointRow(size: 2, root: head.root, note: head.note), [1]),
      (head, []), (head, Array(repeating: 0, count: CoreLimits.evidenceBytesMax + 1)),
    ]
    for (checkpoint, evidence) in refused {
      #expect(throws: StoreError(.batchRefused, "")) {
        try clinic.act {
          try $0.anchor(Anchor(.sheet, over: checkpoint, by: "the archive", evidence: evidence))
        }
      }
    }
    #expect(clinic.state.office.anchors.isEmpty)
    #expect(try verifiedFolder(folder.path).verdict.status == 0)
  }

  /// A root, a response to this request by an authority under it, and nothing else.
  private static func authority(_ request: TimeStampRequest, days: Int) throws -> (
    pem: [UInt8], der: [UInt8]
  ) {
    let folder = Folder()
    try Data(request.der).write(to: URL(fileURLWithPath: folder.path + "/head.tsq"))
    let script = """
      cd '\(folder.path)' && exec 2>log
      printf '[req]\\ndistinguished_name=n\\n[n]\\n[root]\\nbasicConstraints=critical,CA:true\\n' > c
      printf '[own]\\nextendedKeyUsage=critical,timeStamping\\n[tsa]\\nserial=serial\\n' >> c
      printf 'signer_cert=own.pem\\nsigner_key=own.key\\nsigner_digest=sha256\\n' >> c
      printf 'default_policy=1.2.3.4.1\\ndigests=sha256\\ness_cert_id_alg=sha256\\n' >> c
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c'
      openssl req -x509 $new -extensions root -keyout ca.key -out ca.pem -subj /CN=root -days 99 &&
      openssl req $new -keyout own.key -out own.csr -subj /CN=own &&
      openssl x509 -req -in own.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 90 -extfile c \\
        -extensions own -out own.pem &&
      faketime -f +\(days)d openssl ts -reply -config c -section tsa -queryfile head.tsq -out head.tsr
      """
    let ran = try run(["bash", "-c", script])
    #expect(ran.status == 0, "\(ran.output)")
    let read = { (name: String) in
      Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)))
    }
    return (try read("ca.pem"), try read("head.tsr"))
  }

  /// A ledger of today with a true stamp of its head, and a little that came after.
  private func stamped(days: Int = 0) throws -> (folder: Folder, roots: [UInt8], seq: Int64) {
    let folder = Folder()
    let clinic = try TestClinic(founding: folder.path)
    let now = LocalClock.now + Int64(days) * 86_400_000
    clinic.clock.step(minutes: (now - clinic.clock.now.milliseconds) / 60_000)
    try clinic.dose(TestClinic.patients[0])
    let head = try clinic.custodian.promote()
    let note = Array(head.note.utf8)
    let request = TimeStampRequest(stamping: note, nonce: [1, 2, 3, 4, 5, 6, 7, 8])
    let (roots, response) = try AnchorTests.authority(request, days: days)
    let stamp = try TimeStamp.open(response, answering: request, stamping: note, roots: roots)
    #expect(stamp.trust == .traced)
    let done = try clinic.act {
      try $0.anchor(
        Anchor(
          .tsa, over: head, by: "ours", outside: stamp.time, request: request.der,
          evidence: response))
    }
    try clinic.dose(TestClinic.patients[1])
    return (folder, roots, done[0].seq)
  }

  private func verify(_ path: String, _ roots: [UInt8]) throws -> VerificationReport {
    try LedgerVerification.verify(
      store: LedgerStore.open(in: path, readOnly: true), authorities: roots)
  }

  @Test("A4, A5: a true stamp does not fit a history that was rewritten with every key")
  func rewritten() throws {
    let (folder, roots, seq) = try stamped()
    let whole = try verify(folder.path, roots)
    #expect(whole.verdict.line.hasPrefix("verified to "), "\(whole.verdict.line)")
    #expect(whole.exposure == whole.size - seq)
    for keys in [[:], everyone] {
      let copy = try Copy(of: folder.path)
      var forgery = try Forgery(copy)
      forgery.keys = keys
      try forgery.edit(forgery.seq(of: "receipt")) { $0["invoice"] = "INV-9" }
      try forgery.rechain(from: forgery.seq(of: "receipt"))
      try copy.damage(forgery.sql())
      for roots in [roots, []] {
        let report = try verify(copy.path, roots)
        #expect(report.verdict.status == 4)
        #expect(report.faults.contains { $0.code == "anchor-invalid" && $0.seq == seq })
        // With everybody's keys nothing else is left to catch it.
        if !keys.isEmpty { #expect(Set(report.faults.map(\.code)) == ["anchor-invalid"]) }
      }
    }
  }

  @Test("an entry that waited long for its anchor is named")
  func waited() throws {
    let (folder, roots, _) = try stamped(days: 60)
    let report = try verify(folder.path, roots)
    #expect(report.verdict.status == 0, "\(report.verdict.line)")
    #expect(report.warnings.contains { $0.hasPrefix("entry 0 waited ") }, "\(report.warnings)")
  }

  @Test func whatFollowsTheStampCanBeRewrittenAndIsTheExposure() throws {
    let (folder, roots, seq) = try stamped()
    let copy = try Copy(of: folder.path)
    var forgery = try Forgery(copy)
    forgery.keys = everyone
    let waste = forgery.seq(of: "waste", from: seq)
    try forgery.edit(waste) { $0["method"] = "sewer" }
    try forgery.rechain(from: waste)
    try copy.damage(forgery.sql())
    _ = try Custodian.open(
      in: copy.path, surroundings: Surroundings(now: { .first }, chance: { _ in [] })
    ).rebuild()
    let report = try verify(copy.path, roots)
    #expect(report.verdict.status == 0, "\(report.verdict.line)")
    #expect(report.exposure == report.size - seq)
    #expect(waste >= seq)
  }
}

private let everyone: [String: PrivateKey] = Dictionary(
  uniqueKeysWithValues: (1...4).map { ("p\($0)/1", TestClinic.key(UInt8($0))) })

private enum LocalClock {
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
