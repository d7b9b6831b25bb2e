import Dispensary
import Notation
import Testing

extension Sample {
  /// A second look, credentials, patients' records, holds, downtimes and the end of a site.
  static let office: [Sample] = [
    Sample(
      PersonCredential(
        person: Clinic.ana, license: License(number: "RN-9", state: "OH", expires: day),
        dea: Clinic.dea, deaExpires: day),
      optional: ["license", "license_state", "license_expires", "dea", "dea_expires"]),
    Sample(EntryReviewed(entry: 7, patient: Clinic.pat), optional: ["patient"]),
    Sample(EntryCosigned(entry: 7, patient: Clinic.pat), optional: ["patient"]),
    Sample(PatientUpdated(id: Clinic.pat)),
    Sample(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .renamed)),
    Sample(RecordsDisclosed(subject: Clinic.pat, purpose: .board, content: .records)),
    Sample(HoldPlaced(id: try! HoldID("H-1"), patient: Clinic.pat), optional: ["patient"]),
    Sample(HoldLifted(id: try! HoldID("H-1"), patient: Clinic.pat), optional: ["patient"]),
    Sample(DowntimeStarted(id: try! DowntimeID("DT-1"))),
    Sample(DowntimeEnded(id: try! DowntimeID("DT-1"))),
    Sample(SiteMoved(address: "5 Lake Rd, Akron", date: day)),
    Sample(SiteClosed(date: day, reason: .registrationEnded)),
    Sample(SiteTransferred(dea: Clinic.dea, name: "Lake Clinic", date: day)),
    Sample(
      Inspection(agency: .board, form: "DEA-82", copies: true, samples: true, nonce: "tulip-4711"),
      optional: ["form", "copies", "samples", "nonce"]),
    Sample(
      Filing(
        form: "DEA-106", recipient: .dea, sentAt: instant, confirmation: "4711",
        answers: 7), optional: ["confirmation", "answers"]),
    Sample(
      AnchorAdded(
        kind: .tsa, size: 7, root: digest, evidence: digest, request: digest, outside: instant,
        name: "freetsa"), optional: ["request", "outside"]),
    Sample(AnchorMissed(kind: .witness, name: "hill.example/main", reason: .wrongAnswer)),
  ]
}

extension Sample {
  static let digest = try! DigestText(wireText: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
}

extension FaultTests {
  static let other = try! DEANumber("PN1234563")
  static let hold = try! HoldID("H-1")
  static let down = try! DowntimeID("DT-1")

  static let office: [Refusal] = [
    Refusal(
      "credentials of nobody, of nothing",
      [
        "person `p9` is not known | `custody person list` shows what is there",
        "neither a license nor a registration | add `--license` or `--dea`",
        "an expiry without the number of the registration",
      ]
    ) { _ in PersonCredential(person: try PersonID("p9"), deaExpires: day) },
    Refusal(
      "a license without a number, of a state that is none",
      [
        "the license number is empty or has spaces at its ends",
        "`Ohio` is not a state; write two capitals, such as `OH`",
      ]
    ) { _ in
      PersonCredential(
        person: Clinic.ana, license: License(number: "", state: "Ohio", expires: nil))
    },
    Refusal("a review of no entry", ["there is no entry 99 | `custody history` lists the entries"])
    { _ in EntryReviewed(entry: 99) },
    Refusal(
      "a review of what needs none, of somebody",
      [
        "entry 12 is about another patient, or none",
        "entry 12 has nothing to review | `custody status` lists what is to be reviewed",
      ]
    ) { _ in EntryReviewed(entry: 12, patient: Clinic.pat) },
    Refusal("a review twice", ["entry 14 was reviewed by entry 15 already"]) { clinic in
      try clinic.wasteAlone()
      try clinic.record(EntryReviewed(entry: 14), by: Clinic.ben)
      return EntryReviewed(entry: 14)
    },
    Refusal("a review of what was corrected", ["entry 14 was corrected by entry 15"]) { clinic in
      try clinic.wasteAlone()
      try clinic.record(clinic.correction(of: 14), witnesses: [Clinic.ben])
      return EntryReviewed(entry: 14)
    },
    Refusal(
      "a co-signature of no entry", ["there is no entry -1 | `custody history` lists the entries"]
    ) { _ in EntryCosigned(entry: -1) },
    Refusal(
      "co-signed twice by one",
      [
        "entry 12 was co-signed by the same person in entry 13"
      ]
    ) { clinic in
      try clinic.record(EntryCosigned(entry: 12))
      return EntryCosigned(entry: 12)
    },
    Refusal(
      "an unknown patient updated",
      [
        "this patient is not known | `custody patient find NAME` or `custody patient add`"
      ]
    ) { _ in PatientUpdated(id: try PatientID("cccccccccccccccc")) },
    Refusal(
      "an unknown patient disclosed",
      [
        "this patient is not known | `custody patient find NAME` or `custody patient add`"
      ]
    ) { _ in
      RecordsDisclosed(
        subject: try PatientID("cccccccccccccccc"), purpose: .dea, content: .identity)
    },
    Refusal(
      "merged into itself",
      ["a patient is not merged into itself | `--into` names the record that is kept"]
    ) { _ in
      PatientMerged(from: Clinic.pat, into: Clinic.pat, reason: .duplicate)
    },
    Refusal(
      "merged twice, and back",
      [
        "`P-2` was merged into `P-1` already"
      ]
    ) { clinic in
      try clinic.record(
        PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
      return PatientMerged(from: Clinic.pat, into: Clinic.quinn, reason: .duplicate)
    },
    Refusal(
      "a hold out of order, on nobody",
      [
        "the next number is `H-1`, not `H-2`",
        "this patient is not known | `custody patient find NAME` or `custody patient add`",
      ]
    ) { _ in
      HoldPlaced(id: try HoldID("H-2"), patient: try PatientID("cccccccccccccccc"))
    },
    Refusal(
      "an unknown hold lifted",
      [
        "hold `H-1` is not known | `custody hold list` shows what is there"
      ]
    ) { _ in HoldLifted(id: hold) },
    Refusal(
      "a hold lifted twice, as if on somebody",
      [
        "hold `H-1` was lifted by entry 14 already | `custody hold list` shows the holds",
        "hold `H-1` is about other records",
      ]
    ) { clinic in
      try clinic.record(HoldPlaced(id: hold))
      try clinic.record(HoldLifted(id: hold))
      return HoldLifted(id: hold, patient: Clinic.pat)
    },
    Refusal(
      "a downtime in a downtime",
      [
        "downtime `DT-1` has not ended | `custody downtime end` comes first"
      ]
    ) { clinic in
      try clinic.record(DowntimeStarted(id: down))
      return DowntimeStarted(id: try DowntimeID("DT-2"))
    },
    Refusal(
      "an unknown downtime ended",
      [
        "downtime `DT-1` is not known | `custody downtime list` shows what is there"
      ]
    ) { _ in DowntimeEnded(id: down) },
    Refusal("a downtime ended twice", ["downtime `DT-1` was ended by entry 14 already"]) {
      clinic in
      try clinic.record(DowntimeStarted(id: down))
      try clinic.record(DowntimeEnded(id: down))
      return DowntimeEnded(id: down)
    },
    Refusal("moved to nowhere", ["the new address is empty or has spaces at its ends"]) { _ in
      SiteMoved(address: "", date: day)
    },
    Refusal(
      "closed twice",
      [
        "the site was closed by entry 13 already | `custody registration record` opens it again"
      ]
    ) { clinic in
      try clinic.record(SiteClosed(date: day, reason: .other))
      return SiteClosed(date: day, reason: .other)
    },
    Refusal(
      "given to itself, without a name",
      [
        "the name of the other registrant is empty or has spaces at its ends",
        "`AB1234563` is this site's own registration | name the registrant who takes over",
      ]
    ) { _ in SiteTransferred(dea: Clinic.dea, name: "", date: day) },
    Refusal("a form without a name", ["the form is empty or has spaces at its ends"]) { _ in
      Inspection(agency: .dea, form: "")
    },
    Refusal(
      "a nonce that is a sentence",
      [
        "the nonce is not a word of 8 to 64 characters | the inspector makes it up of letters, digits and -._, such as `tulip-4711`"
      ]
    ) { _ in Inspection(agency: .dea, nonce: "seen by me") },
    Refusal(
      "a nonce that can be guessed",
      [
        "the nonce is not a word of 8 to 64 characters | the inspector makes it up of letters, digits and -._, such as `tulip-4711`"
      ]
    ) { _ in Inspection(agency: .dea, nonce: "4711") },
    Refusal(
      "a form that answers nothing, sent to nobody tomorrow",
      [
        "the form is empty or has spaces at its ends",
        "the confirmation number is empty or has spaces at its ends",
        "there is no entry 99 | `custody history` lists the entries",
        "the form was sent in the future: `2026-11-21T09:00:00.000Z` | a filing is recorded when it has been sent",
      ]
    ) { _ in
      Filing(
        form: "", recipient: .other, sentAt: Sample.instant, confirmation: " ", answers: 99)
    },
    Refusal(
      "an anchor of what is not there, by nobody",
      [
        "the name of the authority is empty or has spaces at its ends",
        "the ledger never had 99 entries before this one | "
          + "an anchor covers a checkpoint of this ledger",
      ]
    ) { _ in
      AnchorAdded(
        kind: .sheet, size: 99, root: Sample.digest, evidence: Sample.digest, name: "")
    },
    Refusal(
      "an anchor missed by nobody", ["the name of the authority is empty or has spaces at its ends"]
    ) { _ in AnchorMissed(kind: .tsa, name: " ", reason: .refused) },
  ]
}

extension Clinic {
  /// An ampule's waste that nobody saw, as entry 14.
  mutating func wasteAlone() throws {
    try record(open(Clinic.testosterone, size: 1_000))
    var notes = Notes()
    notes.alreadyHappened = true
    let waste = Waste(
      source: .container(vial()), item: Clinic.testosterone, quantity: Amount(thousandths: 1_000),
      method: "sink", place: Clinic.vault)
    try record(waste, notes: notes)
  }
}

@Suite("What the office keeps")
struct OfficeTests {
  @Test("no event has a field that any entry may carry", arguments: Sample.all)
  func fields(_ sample: Sample) {
    var notes = Notes()
    (notes.alreadyHappened, notes.outsider) = (true, true)
    (notes.doneBy, notes.source, notes.downtime) = ("AA", "paper", FaultTests.down)
    notes.explains = [
      Explanation(
        caseID: try! CaseID("C-1"), account: .stock(Sample.vial), item: Clinic.ketamine,
        amount: Amount(thousandths: 500))
    ]
    let everybodys = Set(notes.members.all.keys).union(["review", "wall"])
    #expect(everybodys.count == 8)
    #expect(everybodys.isDisjoint(with: sample.event.members.all.keys))
  }

  @Test("what has already happened waits for another's look, until it has it")
  func reviews() throws {
    var clinic = try Clinic.stocked()
    try clinic.wasteAlone()
    #expect(clinic.state.openReviews.map(\.seq) == [14])
    #expect(clinic.state.office.reviews[14]?.isUnwitnessed == true)
    #expect(clinic.state.office.reviews[14]?.hasHappened == true)
    try clinic.record(EntryCosigned(entry: 14), by: Clinic.ben)
    #expect(clinic.state.cosignatures(of: 14).map(\.by) == [Clinic.ben])
    // A later co-signature makes no witness, and is no review.
    #expect(clinic.state.office.reviews[14]?.isUnwitnessed == true)
    #expect(clinic.state.journal[14].witnesses == [])
    #expect(clinic.state.openReviews.map(\.seq) == [14])
    try clinic.record(EntryReviewed(entry: 14), by: Clinic.ben)
    #expect(clinic.state.openReviews.isEmpty)
    #expect(clinic.state.office.reviews[14]?.reviewedBy == 16)
  }

  @Test("a receipt that differs from its invoice waits too; a corrected one does not")
  func receipts() throws {
    var clinic = try Clinic.stocked()
    var line = Clinic.line(Clinic.ketamine, 5_000)
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-2", lines: [line]))
    #expect(clinic.state.openReviews.isEmpty)
    line.invoiced = Amount(thousandths: 10_000)
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-3", lines: [line]))
    #expect(clinic.state.openReviews.map(\.seq) == [14])
    #expect(clinic.state.office.reviews[14]?.hasHappened == false)
    #expect(clinic.state.office.reviews[14]?.isUnwitnessed == false)
    try clinic.record(clinic.correction(of: 14), witnesses: [Clinic.ben])
    #expect(clinic.state.openReviews.isEmpty)
  }

  @Test("what is not physical waits for nobody, whatever its notes say")
  func notPhysical() throws {
    var clinic = try Clinic.stocked()
    var notes = Notes()
    notes.alreadyHappened = true
    try clinic.record(PatientUpdated(id: Clinic.pat), notes: notes)
    #expect(clinic.state.openReviews.isEmpty)
  }

  @Test("credentials are replaced one by one, and listed before they end")
  func credentials() throws {
    var clinic = try Clinic.stocked()
    let last = try CivilDate("2026-12-21")
    try clinic.record(PersonCredential(person: Clinic.ben, dea: Clinic.dea, deaExpires: last))
    try clinic.record(
      PersonCredential(
        person: Clinic.ana, license: License(number: "RN-1", state: "OH", expires: last)))
    #expect(clinic.state.people[Clinic.ana]?.license?.expires == last)
    #expect(clinic.state.people[Clinic.ben]?.dea == Clinic.dea)
    let today = try CivilDate("2026-11-21")
    #expect(clinic.state.endingCredentials(on: today, within: 29) == [])
    #expect(
      clinic.state.endingCredentials(on: today, within: 30) == [
        EndingCredential(person: Clinic.ana, kind: .license, on: last),
        EndingCredential(person: Clinic.ben, kind: .registration, on: last),
      ])
    try clinic.record(PersonRetired(id: Clinic.ben))
    #expect(clinic.state.endingCredentials(on: last, within: 0).map(\.person) == [Clinic.ana])
  }

  @Test("a merged patient is the other one, however long the chain")
  func merges() throws {
    var clinic = try Clinic.stocked()
    let third = try PatientID("cccccccccccccccc")
    try clinic.record(PatientAdded(id: third))
    try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
    try clinic.record(PatientMerged(from: Clinic.pat, into: third, reason: .renamed))
    #expect(clinic.state.survivor(of: Clinic.quinn) == third)
    #expect(clinic.state.identities(of: Clinic.pat) == [Clinic.pat, Clinic.quinn, third])
    #expect(clinic.state.isSame(Clinic.quinn, Clinic.pat))
    #expect(clinic.state.isSameOwner(Clinic.quinn.text, third.text))
    #expect(!clinic.state.isSameOwner("general", third.text))
    #expect(clinic.state.isStock(of: Clinic.quinn.text, usableFor: third))
    #expect(!clinic.state.isStock(of: Clinic.quinn.text, usableFor: nil))
    #expect(clinic.state.isStock(of: "general", usableFor: nil))
    // The code still names what it named.
    #expect(clinic.state.patient(try PatientCode("P-2"))?.id == Clinic.quinn)
  }

  @Test("a prescription under the old code is filled and picked up under the new one")
  func mergedPrescription() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
        amount: Amount(thousandths: 4_000), kits: 2))
    try clinic.record(clinic.order(for: Clinic.quinn))
    #expect(
      clinic.faults(Clinic.fill(2_000)).map(\.text)
        == ["`Rx-1` is another patient's prescription"])
    try clinic.record(PatientMerged(from: Clinic.quinn, into: Clinic.pat, reason: .duplicate))
    try clinic.record(Clinic.fill(2_000))
    #expect(clinic.state.underWay.map(\.bucket.account) == [.willCall(Clinic.rx())])
    try clinic.record(Clinic.pickup(2_000))
    #expect(clinic.state.underWay.isEmpty)
  }

  @Test("a downtime is found by time, and an entry outside it does not carry it")
  func downtimes() throws {
    var clinic = try Clinic.stocked()
    let start = clinic.now.adding(milliseconds: -120 * 60_000)
    let end = clinic.now.adding(milliseconds: -60 * 60_000)
    try clinic.record(DowntimeStarted(id: FaultTests.down), at: start)
    #expect(
      clinic.faults(DowntimeEnded(id: FaultTests.down), at: start.adding(milliseconds: -1))
        .map(\.text) == ["downtime `DT-1` would end before it began"])
    try clinic.record(DowntimeEnded(id: FaultTests.down), at: end)
    for (moment, isIn) in [
      (start, true), (end, true), (start.adding(milliseconds: -1), false),
      (end.adding(milliseconds: 1), false),
    ] {
      #expect((clinic.state.downtime(at: moment) != nil) == isIn)
      var notes = Notes()
      notes.downtime = FaultTests.down
      let said = clinic.faults(clinic.open(), at: moment, notes: notes).map(\.text)
      #expect(said == (isIn ? [] : ["the act lies outside downtime `DT-1`"]))
    }
    var notes = Notes()
    notes.downtime = try DowntimeID("DT-7")
    #expect(
      clinic.faults(clinic.open(), notes: notes).map(\.text) == ["downtime `DT-7` is not known"])
  }

  @Test("two downtimes over one moment are asked for by name")
  func overlapping() throws {
    var clinic = try Clinic.stocked()
    let at = clinic.now
    try clinic.record(DowntimeStarted(id: FaultTests.down), at: at)
    try clinic.record(DowntimeEnded(id: FaultTests.down), at: at)
    try clinic.record(DowntimeStarted(id: try DowntimeID("DT-2")), at: at)
    #expect(clinic.state.downtime(at: at) == nil)
    #expect(clinic.state.downtimes.map(\.id.text) == ["DT-1", "DT-2"])
  }

  @Test("disclosures, holds, visits and filings are kept in order; a new registration opens again")
  func lists() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(RecordsDisclosed(subject: Clinic.pat, purpose: .dea, content: .records))
    try clinic.record(HoldPlaced(id: FaultTests.hold, patient: Clinic.pat))
    #expect(clinic.state.openHolds.map(\.id) == [FaultTests.hold])
    try clinic.record(HoldLifted(id: FaultTests.hold, patient: Clinic.pat))
    #expect(clinic.state.openHolds.isEmpty)
    try clinic.record(Inspection(agency: .dea, form: "DEA-82"))
    try clinic.record(
      Filing(form: "DEA-106", recipient: .dea, sentAt: clinic.now, answers: 12))
    #expect(clinic.state.office.disclosures.map(\.seq) == [13])
    #expect(clinic.state.office.inspections.map(\.seq) == [16])
    #expect(clinic.state.filings(answering: 12).map(\.seq) == [17])
    #expect(clinic.state.filings(answering: 13).isEmpty)
    try clinic.record(
      SiteTransferred(dea: FaultTests.other, name: "Lake", date: FaultTests.day))
    #expect(clinic.state.office.closing?.seq == 18)
    try clinic.record(
      RegistrationRecorded(
        dea: Clinic.dea, name: "Hill", address: "1 Hill Rd", state: "OH", expires: nil))
    #expect(clinic.state.office.closing == nil)
  }
}
