import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports
import Testing

@Suite struct VerificationTests {
  @Test func aCleanLedgerHasNoFindings() throws {
    let report = try SampleLedger.copy().verify()
    #expect(report.faults == [])
    #expect(report.discrepancies == [])
    #expect(report.faultCount == 0 && report.firstBad == nil)
    #expect(report.size >= 300)
    #expect(
      report.verdict
        == .consistent(size: report.size, because: "nothing outside vouches for it"))
    #expect(report.warnings.contains("person keys taken from the ledger itself"))
    #expect(report.erasures.count == 1)
    print(page(report).text)
  }

  @Test func theSampleHasSomethingInEveryTable() throws {
    let copy = try SampleLedger.copy()
    let store = try LedgerStore.open(in: copy.path, readOnly: true)
    try store.read { snapshot in
      for table in [
        "entry", "signature", "subtree", "checkpoint", "head", "log", "posting", "balance",
        "container", "draw", "case_file", "journal", "erased",
      ] {
        let count = try snapshot.count(table) ?? 0
        #expect(count > 0, "\(table)")
      }
      let checkpoints = try snapshot.count("checkpoint") ?? 0
      #expect(checkpoints >= 2)
    }
  }

  @Test func anEmptyLedgerIsNotProven() throws {
    let folder = Folder()
    _ = try LedgerStore.create(
      in: folder.path, log: LogRow(origin: "hill.example/main/1", epoch: 1, format: "custody/1"))
    let report = try verifiedFolder(folder.path)
    #expect(report.verdict == .notProven("empty ledger"))
    #expect(report.verdict.status == 11)
  }
}

/// As the desk shows it.
func page(_ report: VerificationReport) -> VerdictPage {
  var page = VerdictPage(
    size: report.size, verdict: report.verdict.line, status: report.verdict.status)
  page.origin = report.origin
  page.root = report.root?.base64
  page.headNote = report.headNote
  page.stages = report.stages.map {
    VerdictPage.Stage(name: $0.stage.rawValue, text: $0.text, faults: $0.faults)
  }
  page.faults = report.faults
  page.faultCount = report.faultCount
  page.firstBad = report.firstBad?.fault.seq
  let use = { (use: VerificationReport.KeyUse) in
    VerdictPage.KeyUse(
      key: use.key.text, handle: use.handle, entries: use.entries, lastSeq: use.lastSeq)
  }
  page.signedBy = report.firstBad?.signedBy.map(use) ?? []
  page.laterSigners = report.firstBad?.laterSigners.map(use) ?? []
  page.discrepancies = report.discrepancies
  page.erasures = report.erasures.map { ($0.seq, $0.values) }
  page.warnings = report.warnings
  page.trustSource = report.trustSource
  page.exposure = report.exposure
  return page
}
