import Compliance
import Dispensary
import Foundation
import LedgerStore
import Recordkeeping
import Testing

/// The derived tables are what the entries say, whenever and however they were written.
@Suite struct RebuildTests {
  @Test func aRebuildReproducesEveryByte() throws {
    let copy = try SampleLedger.copy()
    let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
    let before = try copy.dump()
    #expect(try clinic.custodian.rebuild() == false)
    #expect(try copy.dump() == before)
  }

  @Test(arguments: [
    "UPDATE balance SET quantity = quantity + 1", "DELETE FROM posting WHERE seq > 100",
    "INSERT INTO draw SELECT 'D-9999', product, lot, container, holder, patient, drawn_at, "
      + "quantity, seq FROM draw LIMIT 1",
    "UPDATE case_file SET status = 'explained'", "DELETE FROM erased",
    "UPDATE journal SET by = 'p9/9', type = 'waste'", "DELETE FROM journal",
    "UPDATE container SET status = 'open', ended_seq = NULL",
  ])
  func aRebuildRepairsADamagedTable(_ sql: String) throws {
    let copy = try SampleLedger.copy()
    let before = try copy.dump()
    try copy.script(sql + ";")
    #expect(try copy.verify().verdict.status == 4)
    #expect(try copy.dump() != before)
    let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
    #expect(try clinic.custodian.rebuild())
    #expect(try copy.dump() == before)
    #expect(try copy.verify().verdict.status == 0)
  }

  @Test func rowsWrittenOneActAtATimeEqualTheWhole() throws {
    let seed = UInt64.random(in: 1...999_999)
    print("seed \(seed)")
    let chances = Chances(seed)
    let copy = try SampleLedger.copy()
    let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
    var (done, refused) = (0, 0)
    for _ in 0..<120 {
      do {
        try step(clinic, Int(chances.next() % 7), chances)
        done += 1
      } catch is EventRefused {
        refused += 1
      } catch is RulesRefused {
        refused += 1
      }
    }
    print("\(done) acts, \(refused) refused")
    #expect(done > 40)
    let report = try copy.verify()
    #expect(report.verdict.status == 0, "\(report.verdict.line)")
    var journal: [JournalRow] = []
    let (stored, folded) = try clinic.custodian.store.read { snapshot in
      (
        try snapshot.projection(),
        try Custodian.fold(State(), snapshot) { journal.append(Projecting.journal($0, $1)) }
      )
    }
    let whole = Projecting.whole(folded, journal: journal)
    #expect(stored.postings == whole.postings)
    #expect(Set(stored.balances) == Set(whole.balances))
    #expect(Set(stored.containers) == Set(whole.containers))
    #expect(Set(stored.draws) == Set(whole.draws))
    #expect(Set(stored.cases) == Set(whole.cases))
    #expect(stored.journal == whole.journal)
    #expect(Set(stored.erased) == Set(whole.erased))
    let before = try copy.dump()
    #expect(try clinic.custodian.rebuild() == false)
    #expect(try copy.dump() == before)
  }

  private func step(_ clinic: TestClinic, _ kind: Int, _ chances: Chances) throws {
    let pick = { (count: Int) in Int(chances.next() % UInt64(count)) }
    let state = clinic.state
    switch kind {
    case 0: try clinic.openVial()
    case 1: try clinic.emptyVial()
    case 2:
      // Anything that may be reversed.
      let seqs = state.journal.filter { $0.correctedBy == nil && !$0.postings.isEmpty }.map(\.seq)
      try clinic.correct(seqs.suffix(40)[seqs.suffix(40).startIndex + pick(min(40, seqs.count))])
    case 3: try clinic.count(short: Int64(pick(3)) * 5_000)
    case 4:
      guard let draw = state.openDraws.first else { return try clinic.dose(TestClinic.patients[2]) }
      try clinic.act(TestClinic.cai, [TestClinic.dee]) {
        try $0.add(
          $0.draft(
            PutBack(
              draw: draw.id, item: draw.item, quantity: state.remaining(draw), to: draw.source)))
      }
    case 5:
      let vial = state.openContainers.last
      guard let vial else { return try clinic.openVial() }
      try clinic.act(TestClinic.cai) {
        try $0.add(
          $0.draft(
            Move(
              item: vial.item, from: vial.position,
              to: vial.position.location == TestClinic.vault ? TestClinic.room : TestClinic.vault,
              amount: state.balance(.stock(vial.position), vial.item))))
      }
    default: try clinic.dose(TestClinic.patients[1 + pick(2)])
    }
  }
}
