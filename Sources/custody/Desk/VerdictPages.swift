import Dispensary
import LedgerCore
import Recordkeeping
import Reports

extension VerdictPage {
  /// The corridor's report as the printing room wants it.
  init(_ report: VerificationReport) {
    self.init(size: report.size, verdict: report.verdict.line, status: report.verdict.status)
    origin = report.origin
    root = report.root?.base64
    headNote = report.headNote
    stages = report.stages.map { Stage(name: $0.stage.rawValue, text: $0.text, faults: $0.faults) }
    faults = report.faults
    faultCount = report.faultCount
    firstBad = report.firstBad?.fault.seq
    signedBy = report.firstBad?.signedBy.map(KeyUse.init) ?? []
    laterSigners = report.firstBad?.laterSigners.map(KeyUse.init) ?? []
    discrepancies = report.discrepancies
    erasures = report.erasures.map { ($0.seq, $0.values) }
    warnings = report.warnings
    trustSource = report.trustSource
    exposure = report.exposure
    anchors = report.anchors.map {
      Anchor(
        seq: $0.seq, kind: $0.kind.rawValue, name: $0.name, size: $0.size, outside: $0.outside,
        grade: $0.grade.rawValue)
    }
  }
}

extension VerdictPage.KeyUse {
  init(_ use: VerificationReport.KeyUse) {
    self.init(
      key: use.key.text, handle: use.handle, entries: use.entries, lastSeq: use.lastSeq)
  }
}
