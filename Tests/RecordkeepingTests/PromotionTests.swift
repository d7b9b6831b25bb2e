import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Testing

/// Checkpoints that were due, at a counter where acts follow each other at any pace.
@Suite struct PromotionTests {
  /// A ledger of acts with one to four entries, a moment to two minutes apart, with the machine's
  /// clock running back by itself and set back by two people, past a multiple of 256.
  private static func uneven(_ seed: UInt64, acts: Int) throws -> Folder {
    let folder = Folder()
    let clinic = try TestClinic(founding: folder.path)
    let chances = Chances(seed)
    var places = 0
    for _ in 0..<acts {
      // Each act steps 20 seconds by itself.
      clinic.clock.step(seconds: [-20, -20, -20, 0, 40, 100, -50][Int(chances.next() % 7)])
      let isSetBack = chances.next() % 12 == 0
      if isSetBack { clinic.clock.step(minutes: -Int64(chances.next() % 3)) }
      try clinic.act(TestClinic.ana, [TestClinic.ben]) { writing in
        for _ in 0..<Int(1 + chances.next() % 4) {
          places += 1
          try writing.add(
            writing.draft(
              LocationAdded(id: try LocationID("place-\(places)"), name: "P", parent: nil)))
        }
        if isSetBack { try writing.add(writing.draft(ClockSet(now: clinic.clock.now))) }
      }
    }
    return folder
  }

  @Test(
    "an honest ledger misses none, however its clock runs", arguments: 1...6 as ClosedRange<UInt64>)
  func honest(_ seed: UInt64) throws {
    let folder = try PromotionTests.uneven(seed, acts: 120)
    let report = try verifiedFolder(folder.path)
    #expect(report.size > 256)
    #expect(report.faults == [])
    #expect(report.verdict.status == 0)
  }

  @Test("each that is removed is missed, unless another of the same moment stands for it")
  func removed() throws {
    let folder = try PromotionTests.uneven(7, acts: 60)
    let whole = try Copy(of: folder.path)
    let sizes = try whole.numbers("SELECT size FROM checkpoint ORDER BY size")
    #expect(sizes.count > 10)
    var missed = 0
    for (size, next) in zip(sizes, sizes.dropFirst() + [.max]) {
      let copy = try Copy(of: folder.path)
      try copy.damage("DELETE FROM checkpoint WHERE size=\(size)")
      let report = try copy.verify()
      guard report.verdict.status != 0 else { continue }
      #expect(report.faults.first?.code == "checkpoint-missing")
      // Where the clock was set back meanwhile, the one named may be a little later.
      #expect((report.firstBad?.fault.seq ?? .max) < next)
      #expect(report.firstBad?.sparesEntries == true)
      missed += 1
    }
    // A clock that is set back makes what was due before it undue.
    #expect(missed * 10 >= sizes.count * 8, "\(missed) of \(sizes.count)")
  }

  @Test("more than were due are in order")
  func more() throws {
    let copy = try SampleLedger.copy()
    try copy.damage(Forgery(copy).sql(everyCheckpoint: true))
    let report = try copy.verify()
    #expect(report.faults == [])
  }

  @Test("all of them removed: the first that was due is named")
  func none() throws {
    let copy = try SampleLedger.copy()
    try copy.damage("DELETE FROM checkpoint")
    let report = try copy.verify()
    #expect(report.verdict.status == 4)
    #expect(report.firstBad?.fault.seq == 0)
    // The anchors of the sample are left without theirs, too.
    let codes = Set(report.faults.map(\.code))
    #expect(codes == ["checkpoint-missing", "anchor-mismatch", "file-damaged"])
  }
}
