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
}
