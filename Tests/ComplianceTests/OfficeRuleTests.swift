import Compliance
import Dispensary
import Notation
import Testing

// MARK: A second look, holds, and the end of a site

extension RuleTests {
  /// A short receipt as entry 13, by Ana with Ben as witness or without.
  static func shortReceipt(_ clinic: inout Clinic, witnesses: [PersonID] = []) throws {
    var line = Clinic.line(Clinic.ketamine, 5_000)
    line.invoiced = Amount(thousandths: 10_000)
    try clinic.record(
      Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: [line]), witnesses: witnesses)
  }

  static let today = try! CivilDate("2026-11-21")
  static let lake = try! DEANumber("PN1234563")

  /// Counts everything that is in the vault.
  static func countAll(_ clinic: inout Clinic) throws {
    let lines = clinic.state.stock.map {
      PhysicalCount.Line(item: $0.item, position: $0.position, counted: $0.amount, book: $0.amount)
    }
    try clinic.record(PhysicalCount(method: .counted, lines: lines))
  }

  static func noticed(_ sent: String, form: String = "transfer-notice", _ clinic: inout Clinic)
    throws -> any Event
  {
    try countAll(&clinic)
    try clinic.record(Filing(form: form, recipient: .dea, sentAt: Instant(sent)!))
    return SiteTransferred(dea: lake, name: "Lake", date: today)
  }

  static func anchor(_ clinic: Clinic, outside: Instant?) -> any Event {
    let digest = try! DigestText(wireText: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    return AnchorAdded(
      kind: .tsa, size: 1, root: digest, evidence: digest, outside: outside, name: "freetsa")
  }

  static let uncounted = [
    "4 devices at `vault` (unopened kits), lot `S1`, was not counted on 2026-11-21",
    "25.000 mL at `vault`, lot `K1`, was not counted on 2026-11-21",
    "25.000 mL at `vault`, lot `K2`, was not counted on 2026-11-21",
    "3.000 mL at `vault`, lot `T1`, was not counted on 2026-11-21",
  ]

  static let office: [Situation] = [
    Situation("review.another-person", "another", by: Clinic.ben) { clinic in
      try shortReceipt(&clinic)
      return EntryReviewed(entry: 13)
    },
    Situation("review.another-person", "its witness", by: Clinic.ben) { clinic in
      try shortReceipt(&clinic, witnesses: [Clinic.ben])
      return EntryReviewed(entry: 13)
    },
    Situation("review.another-person", "its signer", ["`ana` recorded entry 13"]) { clinic in
      try shortReceipt(&clinic)
      return EntryReviewed(entry: 13)
    },

    Situation("cosign.another-person", "another", by: Clinic.ben) { _ in
      EntryCosigned(entry: 12)
    },
    Situation("cosign.another-person", "its signer", ["`ana` signed entry 12 already"]) { _ in
      EntryCosigned(entry: 12)
    },
    Situation(
      "cosign.another-person", "its witness", ["`ben` witnessed entry 13 already"], by: Clinic.ben
    ) { clinic in
      try shortReceipt(&clinic, witnesses: [Clinic.ben])
      return EntryCosigned(entry: 13)
    },

    Situation("person.registration-expired", "without one") { $0.open() },
    Situation("person.registration-expired", "on its last day") { clinic in
      try clinic.record(PersonCredential(person: Clinic.ana, dea: Clinic.dea, deaExpires: today))
      return clinic.open()
    },
    Situation(
      "person.registration-expired", "the day after",
      ["the DEA registration of `ana` expired on 2026-11-21"]
    ) { clinic in
      try clinic.record(PersonCredential(person: Clinic.ana, dea: Clinic.dea, deaExpires: today))
      clinic.wait(until: "2026-11-22T00:00:00.000Z")
      return clinic.open()
    },
    Situation("person.registration-expired", "for what is not physical") { clinic in
      try clinic.record(PersonCredential(person: Clinic.ana, dea: Clinic.dea, deaExpires: today))
      clinic.wait(until: "2026-11-22T00:00:00.000Z")
      return PatientUpdated(id: Clinic.pat)
    },
    Situation("person.license-expired", "renewed") { clinic in
      clinic.wait(until: "2027-07-01T00:00:00.000Z")
      let license = License(number: "RN-1", state: "OH", expires: try CivilDate("2029-06-30"))
      try clinic.record(PersonCredential(person: Clinic.ana, license: license))
      return clinic.count(25_000, Position(Clinic.vault))
    },

    Situation("erase.legal-hold", "no hold", witnesses: [Clinic.ben]) { _ in
      try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.legal-hold", "on this patient", ["hold `H-1` keeps these values"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.pat))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.legal-hold", "on another", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.quinn))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.legal-hold", "on another, who is the same", ["hold `H-1` keeps these values"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.quinn))
      try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.legal-hold", "on everybody, twice",
      ["hold `H-1` keeps these values", "hold `H-2` keeps these values"], witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1")))
      try clinic.record(HoldPlaced(id: try HoldID("H-2")))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.legal-hold", "on somebody, and nobody is said", ["hold `H-1` keeps these values"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.quinn))
      return try erasure("2026-11-20")
    },
    Situation("erase.legal-hold", "lifted", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.pat))
      try clinic.record(HoldLifted(id: try HoldID("H-1"), patient: Clinic.pat))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.retention", "a hold does not renew it", witnesses: [Clinic.ben]) { clinic in
      clinic.wait(until: "2028-11-20T12:00:00.000Z")
      try clinic.record(HoldPlaced(id: try HoldID("H-1"), patient: Clinic.pat))
      try clinic.record(HoldLifted(id: try HoldID("H-1"), patient: Clinic.pat))
      clinic.wait(until: "2028-11-22T12:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },

    Situation("erase.disclosures", "never disclosed", witnesses: [Clinic.ben]) { _ in
      try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.disclosures", "on the last day of six years",
      ["the disclosure of 2026-11-21 is accounted for until 2032-11-21"], witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(
        RecordsDisclosed(subject: Clinic.pat, purpose: .dea, content: .records))
      clinic.wait(until: "2032-11-21T23:59:59.999Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.disclosures", "the day after", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(
        RecordsDisclosed(subject: Clinic.pat, purpose: .dea, content: .records))
      clinic.wait(until: "2032-11-22T00:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.disclosures", "another's", witnesses: [Clinic.ben]) { clinic in
      try clinic.record(
        RecordsDisclosed(subject: Clinic.quinn, purpose: .dea, content: .records))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },

    Situation(
      "erase.open-case", "a case about the patient's lot", ["case `C-1` is open"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.drawn()
      try clinic.record(clinic.count(15_000, Position(Clinic.vault)))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation("erase.open-case", "a case about another lot", witnesses: [Clinic.ben]) { clinic in
      try clinic.drawn()
      try clinic.record(
        clinic.count(20_000, Position(Clinic.vault), Clinic.ketamineB))
      return try erasure("2026-11-20", subject: Clinic.pat)
    },
    Situation(
      "erase.open-case", "a case about the lot of who is the same", ["case `C-1` is open"],
      witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.drawn()
      try clinic.record(clinic.count(15_000, Position(Clinic.vault)))
      try clinic.record(PatientMerged(from: Clinic.pat, into: Clinic.quinn, reason: .duplicate))
      return try erasure("2026-11-20", subject: Clinic.quinn)
    },
    Situation(
      "erase.retention", "the other code is younger", ["these values are kept until 2030-11-21"],
      witnesses: [Clinic.ben]
    ) { clinic in
      clinic.wait(until: "2028-11-21T12:00:00.000Z")
      try clinic.record(PatientUpdated(id: Clinic.quinn))
      try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
      clinic.wait(until: "2028-11-23T12:00:00.000Z")
      return try erasure("2026-11-20", subject: Clinic.quinn)
    },
    Situation("administration.other-patient", "another code of the same") { clinic in
      try clinic.drawn(patient: Clinic.quinn)
      try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
      return clinic.give(700)
    },

    Situation("entry.late", "a downtime is said afterwards", ago: 2 * day) { clinic in
      DowntimeStarted(id: try DowntimeID("DT-1"))
    },
    Situation("entry.late", "and so is its end", ago: 90 * minute) { clinic in
      try clinic.record(
        DowntimeStarted(id: try DowntimeID("DT-1")), at: clinic.now.adding(milliseconds: -2 * day))
      return DowntimeEnded(id: try DowntimeID("DT-1"))
    },

    Situation("site.move-registration", "with a modified registration") { clinic in
      try clinic.record(
        RegistrationRecorded(
          dea: Clinic.dea, name: "Hill", address: "5 Lake Rd", state: "OH", expires: nil))
      return SiteMoved(address: "5 Lake Rd", date: today)
    },
    Situation(
      "site.move-registration", "without", ["the registration does not name the new address"]
    ) { _ in SiteMoved(address: "5 Lake Rd", date: today) },

    Situation("site.closing-inventory", "everything counted") { clinic in
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },
    Situation("site.closing-inventory", "nothing counted", uncounted) { _ in
      SiteClosed(date: today, reason: .discontinued)
    },
    Situation("site.closing-inventory", "nothing counted before a transfer", uncounted) { _ in
      SiteTransferred(dea: lake, name: "Lake", date: today)
    },
    Situation(
      "site.closing-inventory", "counted the day before",
      uncounted.map { $0.replacing("2026-11-21", with: "2026-11-22") }
    ) { clinic in
      try countAll(&clinic)
      clinic.wait(until: "2026-11-22T12:00:00.000Z")
      return SiteClosed(date: try CivilDate("2026-11-22"), reason: .discontinued)
    },
    Situation(
      "site.closing-inventory", "a draw in somebody's hands", ["draw `D-1` is open"]
    ) { clinic in
      try clinic.drawn()
      try countAll(&clinic)
      return SiteClosed(date: today, reason: .discontinued)
    },

    Situation("site.transfer-notice", "fourteen days before") { clinic in
      try noticed("2026-11-07T23:59:59.999Z", &clinic)
    },
    Situation(
      "site.transfer-notice", "thirteen days before",
      ["no notice of the transfer was sent by 2026-11-07"]
    ) { clinic in try noticed("2026-11-08T00:00:00.000Z", &clinic) },
    Situation(
      "site.transfer-notice", "another form", ["no notice of the transfer was sent by 2026-11-07"]
    ) { clinic in try noticed("2026-11-01T00:00:00.000Z", form: "DEA-106", &clinic) },

    Situation("site.closed", "the day before") { clinic in
      try clinic.record(
        SiteClosed(date: try CivilDate("2026-11-22"), reason: .discontinued))
      return Receipt(
        supplier: Clinic.supplier, invoice: "I-1", lines: [Clinic.line(Clinic.ketamine, 5_000)])
    },
    Situation("site.closed", "on the day", ["the site was closed on 2026-11-21, entry 13"]) {
      clinic in
      try clinic.record(SiteClosed(date: today, reason: .discontinued))
      return Receipt(
        supplier: Clinic.supplier, invoice: "I-1", lines: [Clinic.line(Clinic.ketamine, 5_000)])
    },
    Situation("site.closed", "what leaves, leaves") { clinic in
      try clinic.record(SiteClosed(date: today, reason: .discontinued))
      return clinic.open()
    },
    Situation("site.closed", "registered again") { clinic in
      try clinic.record(SiteClosed(date: today, reason: .discontinued))
      try clinic.record(
        RegistrationRecorded(
          dea: Clinic.dea, name: "Hill", address: "1 Hill Rd", state: "OH", expires: nil))
      return Receipt(
        supplier: Clinic.supplier, invoice: "I-1", lines: [Clinic.line(Clinic.ketamine, 5_000)])
    },

    Situation("inspection.notice", "with a notice") { _ in
      Inspection(agency: .dea, form: "DEA-82")
    },
    Situation("inspection.notice", "of the board") { _ in Inspection(agency: .board) },
    Situation("inspection.notice", "without", ["no notice of inspection is named"]) { _ in
      Inspection(agency: .dea)
    },
    Situation("anchor.clock", "clocks that agree") { clinic in
      anchor(clinic, outside: clinic.now.adding(milliseconds: 240_000))
    },
    Situation("anchor.clock", "evidence that names no time") { anchor($0, outside: nil) },
    Situation(
      "anchor.clock", "a clock that is behind", ["the clock is behind that of `freetsa`"]
    ) { clinic in anchor(clinic, outside: clinic.now.adding(milliseconds: 360_000)) },
    Situation(
      "anchor.clock", "a clock that was ahead",
      ["entry 0 bears a later time than the anchor that covers it"]
    ) { clinic in
      anchor(
        clinic, outside: clinic.state.journal[0].recordedAt.adding(milliseconds: -300_001))
    },
  ]

  @Test("a late entry of a downtime says so, and needs no other reason")
  func downtime() throws {
    var clinic = try Clinic.stocked()
    let id = try DowntimeID("DT-1")
    let start = clinic.now
    try clinic.record(DowntimeStarted(id: id))
    clinic.now = clinic.now.adding(milliseconds: 200 * minute)
    try clinic.record(DowntimeEnded(id: id))
    var notes = Notes()
    notes.downtime = id
    let draft = EventDraft(
      clinic.open(), by: Clinic.ana, occurredAt: start.adding(milliseconds: minute), notes: notes)
    let valid = try clinic.state.validate(draft, recordedAt: clinic.now)
    let cleared = try RuleBook().clear(
      valid, state: clinic.state, recordedAt: clinic.now, zone: .utc)
    #expect(
      cleared.findings.map(\.text) == [
        "recorded 3 hours after it happened, during downtime `DT-1`"
      ])
  }
}
