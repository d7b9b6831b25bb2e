import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Testing

/// A whole act through the custodian, ended at each step of the store.
@Suite struct CrashedActTests {
  struct Crash: Error {}

  @Test(arguments: CrashPoint.allCases)
  func whatIsAcknowledgedIsThereAndNothingIsHalfWritten(_ point: CrashPoint) throws {
    let folder = Folder()
    let ledger = folder.path + "/ledger"
    let clinic = try TestClinic(founding: ledger, journal: folder.path + "/state")
    try clinic.dose(TestClinic.patients[0], note: "before")
    clinic.clock.step(minutes: 3 * 366 * 1_440)
    let before = clinic.state.size
    let end = clinic.clock.now.adding(milliseconds: 60_000).text
    // An act with a value for the vault and one that erases, so that every step is reached.
    let custodian = try Custodian.open(
      in: ledger, journal: folder.path + "/state", surroundings: clinic.surroundings,
      crash: { if $0 == point { throw Crash() } })
    let digests = try clinic.digests(of: TestClinic.patients[0])
    var acknowledged = false
    do {
      try custodian.record(
        by: Signers(by: TestClinic.ana, witnesses: [TestClinic.ben]), siteKey: TestClinic.siteKey
      ) { writing in
        try writing.add(
          writing.draft(
            LocationAdded(id: try LocationID("attic"), name: "Attic", parent: nil),
            privates: [Private("note", "in the act")]))
        try writing.add(
          writing.draft(
            Erasure(
              digests: digests, subject: TestClinic.patients[0],
              keptUntil: try CivilDate("2028-11-21"))))
      }
      acknowledged = true
    } catch {}
    let after = try Custodian.open(
      in: ledger, journal: folder.path + "/state", surroundings: clinic.surroundings)
    let written = after.state.size - before
    #expect(written == 0 || written == 2, "half an act")
    #expect(!acknowledged || written == 2)
    let persisted =
      CrashPoint.allCases.firstIndex(of: point)!
      >= CrashPoint.allCases.firstIndex(of: .ledgerCommitFailsButPersists)!
    #expect((written == 2) == persisted)
    // The next command puts right what is left.
    let next = try TestClinic(reopening: ledger, at: end, journal: folder.path + "/state")
    try next.act {
      try $0.add($0.draft(LocationAdded(id: try LocationID("shed"), name: "Shed", parent: nil)))
    }
    let report = try verifiedFolder(ledger, journal: folder.path + "/state")
    #expect(report.faults == [] && report.discrepancies == [], "\(report.verdict.line)")
    #expect(report.size == before + written + 1)
    let (orphans, digestsLeft) = try next.custodian.store.read { snapshot in
      (try snapshot.openings().filter { $0.seq >= report.size }.count, try snapshot.vaultDigests())
    }
    #expect(orphans == 0)
    #expect(persisted == Set(digestsLeft).isDisjoint(with: digests))
  }
}
