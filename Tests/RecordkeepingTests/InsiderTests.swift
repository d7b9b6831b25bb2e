import LedgerCore
import Notation
import Recordkeeping
import Testing

/// A4 and A5 of the threat model: whoever holds the site's key, and people's keys with it.
@Suite struct InsiderTests {
  private static var everybody: [String: PrivateKey] {
    Dictionary(
      uniqueKeysWithValues: (1...4).map { ("p\($0)/1", TestClinic.key(UInt8($0))) })
  }

  private static var site: VerifierKey {
    VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey)
  }

  /// What was published before, with every key pinned.
  private func kept(_ copy: Copy) throws -> (trust: TrustFile, saved: Checkpoint) {
    let trust = try TrustFile(
      siteKey: InsiderTests.site, genesisLeaf: try Forgery(copy).leaf(0),
      personKeys: Dictionary(
        uniqueKeysWithValues: InsiderTests.everybody.map { (KeyName($0.key)!, $0.value.publicKey) })
    )
    let note = try copy.verify().headNote!
    return (trust, try Checkpoint.open(note: note, keys: [InsiderTests.site]))
  }

  /// Every key on the machine: only what left it before says otherwise.
  @Test func aHistoryRewrittenWithEveryKeyIsFoundOnlyByWhatLeft() throws {
    let copy = try SampleLedger.copy()
    let (trust, saved) = try kept(copy)
    var forgery = try Forgery(copy)
    forgery.keys = InsiderTests.everybody
    let seq = forgery.seq(of: "receipt")
    try forgery.edit(seq) { $0["invoice"] = "INV-9" }
    try forgery.rechain(from: seq)
    try copy.damage(forgery.sql())
    let entries = { (report: VerificationReport) in
      report.faults.filter { !$0.code.hasPrefix("row-") && !$0.code.hasPrefix("checkpoint-") }
        .map(\.code)
    }
    #expect(entries(try copy.verify(trust: trust)) == [])
    let report = try copy.verify(trust: trust, earlier: [saved])
    #expect(report.verdict.status == 4)
    #expect(entries(report).contains("does-not-extend"))
  }

  /// The site's key and one person's: the tail after the entry can be that person's only.
  @Test func aTailRewrittenWithOnePersonsKeyBreaksEverybodyElses() throws {
    for holder in ["p1/1", "p3/1"] {
      let copy = try SampleLedger.copy()
      let (trust, saved) = try kept(copy)
      var forgery = try Forgery(copy)
      forgery.keys = InsiderTests.everybody.filter { $0.key == holder }
      let seq = forgery.seq(of: "receipt")
      try forgery.edit(seq) { $0["invoice"] = "INV-9" }
      try forgery.rechain(from: seq)
      try copy.damage(forgery.sql())
      let report = try copy.verify(trust: trust, earlier: [saved])
      #expect(report.verdict.status == 4, "\(holder)")
      #expect(report.faults.contains { $0.code == "signature-invalid" }, "\(holder)")
      #expect(report.faults.contains { $0.code == "does-not-extend" }, "\(holder)")
      #expect((report.firstBad?.fault.seq ?? -1) >= seq, "\(holder)")
    }
  }
}
