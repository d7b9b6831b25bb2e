import Compliance
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports
import Testing

/// What is private stays in the vault, and goes from it when the law lets it.
@Suite struct PrivateValuesTests {
  /// The bytes of a file, empty where there is none.
  private func bytes(_ path: String) -> Data {
    FileManager.default.contents(atPath: path) ?? Data()
  }

  /// A text as it might lie in a file: plain, in hex, in base64 of any alignment.
  private func disguises(_ text: String) -> [Data] {
    let plain = Data(text.utf8)
    var all = [plain, Data(Hex.encode(Array(plain)).utf8)]
    for shift in 0..<3 {
      // Only the characters that depend on the text alone.
      let padded = Data(repeating: 0x2C, count: shift) + plain
      let base = padded.base64EncodedString().replacingOccurrences(of: "=", with: "")
      let inner = base.dropFirst(shift == 0 ? 0 : shift + 1).dropLast(2)
      all.append(Data(String(inner).utf8))
      let url = inner.replacingOccurrences(of: "+", with: "-").replacingOccurrences(
        of: "/", with: "_")
      all.append(Data(url.utf8))
    }
    return all
  }

  private func holds(_ data: Data, _ text: String) -> Bool {
    disguises(text).contains { data.range(of: $0) != nil }
  }

  @Test func noPrivateValueIsInTheLedgersFiles() throws {
    let folder = Folder()
    let ledger = folder.path + "/ledger"
    let clinic = try TestClinic(founding: ledger)
    try clinic.dose(TestClinic.patients[1], note: TestClinic.freeText)
    let texts = TestClinic.secrets.flatMap { $0 } + [TestClinic.freeText]
    for text in texts {
      // The search itself finds them where they belong.
      let vault = bytes(ledger + "/vault.db") + bytes(ledger + "/vault.db-wal")
      #expect(holds(vault, text), "the search is blind for \(text)")
      for name in ["ledger.db", "ledger.db-wal"] {
        #expect(!holds(bytes(ledger + "/" + name), text), "\(name) holds \(text)")
      }
    }
    // The WAL was really looked at.
    #expect(bytes(ledger + "/ledger.db-wal").count > 10_000)
  }

  @Test func noPrivateValueIsInAMessageOrAReport() throws {
    let copy = try SampleLedger.copy()
    let texts = TestClinic.secrets.flatMap { $0 } + [TestClinic.freeText]
    let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
    var messages: [String] = []
    func fails(_ body: () throws -> Void) {
      do {
        try body()
        Issue.record("nothing was refused")
      } catch {
        messages.append("\(error)")
        messages.append(String(reflecting: error))
      }
    }
    let values = zip(["name", "address"], [TestClinic.secrets[1][0], TestClinic.secrets[1][2]])
    // A patient who exists, an unwitnessed waste, an opening of too many bytes.
    fails {
      try clinic.act {
        try $0.add(
          $0.draft(
            PatientAdded(id: TestClinic.patients[1]), privates: values.map { Private($0, $1) }))
      }
    }
    fails {
      try clinic.act(TestClinic.cai) { writing in
        let vial = writing.state.openContainers.last!
        try writing.add(
          writing.draft(
            Waste(
              source: .container(vial.position), item: vial.item,
              quantity: Amount(thousandths: 100), method: "drain", place: TestClinic.room),
            privates: [Private("note", TestClinic.freeText)]))
      }
    }
    fails { try clinic.erase(TestClinic.patients[1], keptUntil: "2000-01-01") }
    try copy.script("DROP TRIGGER entry_kept;")
    try run(["sqlite3", copy.path + "/vault.db", "UPDATE opening SET seq = seq + 1"])
    let report = try copy.verify()
    #expect(report.faults.contains { $0.code == "vault-mismatch" })
    messages += [
      page(report).text, String(decoding: PlainJSON.bytes(page(report).json), as: UTF8.self),
    ]
    messages += try clinic.custodian.store.read { try $0.openings().map { "\($0)" } }
    for text in texts {
      for message in messages {
        #expect(!holds(Data(message.utf8), text), "\(message.prefix(200))")
      }
    }
  }

  @Test func aLawfulErasureRemovesEveryByteAndVerifies() throws {
    let copy = try SampleLedger.copy()
    let clinic = try TestClinic(reopening: copy.path, at: "2033-07-01T08:00:00.000Z")
    let patient = TestClinic.patients[1]
    try clearCases(clinic)
    let digests = try clinic.digests(of: patient)
    let disclosures = try clinic.custodian.store.read { snapshot in
      try digests.compactMap { try snapshot.opening(digest: $0)?.disclosure }
    }
    #expect(disclosures.count == digests.count && digests.count > 3)
    // Three years after the last entry about the patient.
    clinic.clock.step(minutes: 3 * 366 * 1_440)
    try clinic.erase(patient, keptUntil: "2033-07-01")
    for name in ["vault.db", "vault.db-wal"] {
      let data = bytes(copy.path + "/" + name)
      for disclosure in disclosures {
        #expect(data.range(of: Data(disclosure.utf8)) == nil, "\(name) still holds a value")
        // Nor a part of it: pages are cut anywhere.
        let middle = Data(disclosure.utf8.dropFirst(24).prefix(24))
        #expect(data.range(of: middle) == nil, "\(name) still holds a part of a value")
      }
      for text in TestClinic.secrets[1] { #expect(!holds(data, text), "\(name)") }
    }
    #expect(holds(bytes(copy.path + "/vault.db"), TestClinic.secrets[2][0]))
    let report = try copy.verify()
    #expect(report.verdict.status == 0, "\(report.verdict.line)")
    #expect(report.erasures.map(\.values).contains(digests.count))
    #expect(page(report).text.contains("erased: \(digests.count) values, as entry"))
  }

  /// Nothing is erased while a case is open; a miscount is corrected.
  private func clearCases(_ clinic: TestClinic) throws {
    for record in clinic.state.openCases { try clinic.correct(record.openedBy) }
  }

  @Test func anErasureBeforeItsDayIsRefused() throws {
    let copy = try SampleLedger.copy()
    let clinic = try TestClinic(reopening: copy.path, at: SampleLedger.end)
    try clearCases(clinic)
    let before = try copy.dump()
    // The day that the act names does not shorten the policy's.
    for day in ["2000-01-01", "2031-01-01"] {
      let error = #expect(throws: RulesRefused.self) {
        try clinic.erase(TestClinic.patients[1], keptUntil: day)
      }
      #expect(error?.findings.map(\.rule) == ["erase.retention", "erase.disclosures"])
    }
    #expect(try copy.dump() == before)
  }

  @Test func aMissingOpeningIsADiscrepancy() throws {
    let copy = try SampleLedger.copy()
    try run([
      "sqlite3", copy.path + "/vault.db",
      "DELETE FROM opening WHERE digest IN (SELECT digest FROM opening ORDER BY seq DESC LIMIT 2)",
    ])
    let report = try copy.verify()
    #expect(report.verdict.status == 3)
    #expect(report.faults == [])
    #expect(report.verdict.line.contains("but the vault lacks 2 values under entries"))
    #expect(!report.verdict.line.contains("nothing outside"))
    print(report.verdict.line)
  }

  @Test func aMissingVaultIsReportedWithItsCount() throws {
    let copy = try SampleLedger.copy()
    let store = try LedgerStore.open(in: copy.path, readOnly: true)
    let expected = try store.read { try $0.expectedOpenings() }
    try FileManager.default.removeItem(atPath: copy.path + "/vault.db")
    let report = try copy.verify()
    #expect(report.verdict.status == 3)
    #expect(
      report.verdict.line.contains("vault.db is missing, with \(expected) values under entries"))
    print(report.verdict.line)
  }

  @Test(arguments: [
    "UPDATE opening SET disclosure = replace(disclosure, 'A', 'B')",
    "UPDATE opening SET field = 'title' WHERE field = 'name'",
    "UPDATE opening SET seq = 7",
    "INSERT INTO opening VALUES('LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ', 7, 'note', 'x')",
    "UPDATE opening SET digest = 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ' WHERE digest = "
      + "(SELECT max(digest) FROM opening)",
    "DROP INDEX opening_seq",
  ])
  func aDoctoredVaultIsTamperEvidence(_ sql: String) throws {
    let copy = try SampleLedger.copy()
    let ran = try run(["sqlite3", copy.path + "/vault.db", sql])
    #expect(ran.status == 0, "\(ran.output)")
    #expect(try copy.verify().verdict.status == 4)
  }
}
