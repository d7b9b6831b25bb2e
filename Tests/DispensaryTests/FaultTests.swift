import Dispensary
import Notation
import Testing

/// A draft that cannot be entered, and everything that is said about it.
struct Refusal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let witnesses: [PersonID]
  let faults: [String]
  let make: @Sendable (inout Clinic) throws -> any Event

  init(
    _ name: String, _ faults: [String], witnesses: [PersonID] = [],
    _ make: @escaping @Sendable (inout Clinic) throws -> any Event
  ) {
    self.testDescription = name
    self.witnesses = witnesses
    self.faults = faults
    self.make = make
  }
}

@Suite("Why an event cannot be entered")
struct FaultTests {
  static func amount(_ thousandths: Int64) -> Amount { Amount(thousandths: thousandths) }
  static func person(
    id: Int = 3, handle: String = "cleo", name: String = "Cleo", initials: String = "CC",
    roles: [Role] = [.nurse], license: License? = nil, from: CivilDate? = nil,
    until: CivilDate? = nil
  ) throws -> PersonAdded {
    PersonAdded(
      id: try PersonID(number: id), handle: try Handle(handle), name: name, initials: initials,
      roles: roles, license: license, from: from, until: until)
  }
  static let day = try! CivilDate("2026-11-21")
  static let elsewhere = try! LocationID("vault-9")

  static let people: [Refusal] = [
    Refusal(
      "opened twice",
      ["the ledger is open already | `custody init` makes another ledger, in a folder of its own"]
    ) { _ in Clinic.opening },
    Refusal("opened by nobody", ["a ledger needs a founder"]) { clinic in
      clinic.state = State()
      return LedgerOpened(origin: "o", format: "f", siteKey: "k", founders: [])
    },
    Refusal(
      "opened by twins",
      [
        "the name `ana` is taken | choose another short name for this person",
        "the next person is p2", "two founders have the same key",
      ]
    ) { clinic in
      clinic.state = State()
      return LedgerOpened(
        origin: "o", format: "f", siteKey: "k",
        founders: [Clinic.founders[0], Clinic.founders[0]])
    },
    Refusal("not opened", ["the first entry opens the ledger"]) { clinic in
      clinic.state = State()
      return PatientAdded(id: Clinic.pat)
    },
    Refusal(
      "a name taken",
      ["the name `ana` is taken | choose another short name for this person"]
    ) { _ in try person(handle: "ana") },
    Refusal("a number skipped", ["the next person is p3"]) { _ in try person(id: 4) },
    Refusal(
      "nameless",
      [
        "the person's name is empty or has spaces at its ends",
        "the set of initials is longer than 6 characters", "a person needs at least one role",
        "`until` lies before `from` | check the two days",
      ]
    ) { _ in
      try person(
        name: " Cleo", initials: "CCCCCCC", roles: [], from: day, until: day.adding(days: -1))
    },
    Refusal("a role twice", ["a role is given twice | name each role once"]) { _ in
      try person(roles: [.nurse, .nurse])
    },
    Refusal(
      "no license",
      [
        "the license number is empty or has spaces at its ends",
        "`Ohio` is not a state; write two capitals, such as `OH`",
      ]
    ) { _ in try person(license: License(number: "", state: "Ohio", expires: nil)) },
    Refusal(
      "an unknown person leaves",
      ["person `p9` is not known | `custody person list` shows what is there"]
    ) {
      _ in PersonRetired(id: try PersonID("p9"))
    },
    Refusal(
      "a person leaves twice", ["`ben` has left already | `custody person list` shows who is here"]
    ) { clinic in
      try clinic.record(PersonRetired(id: Clinic.ben))
      return PersonRetired(id: Clinic.ben)
    },
    Refusal(
      "a key of nobody, and one that exists",
      [
        "person `p9` is not known | `custody person list` shows what is there",
        "key `p1/1` exists already | `custody key show` lists the keys",
      ]
    ) { _ in
      KeyAdded(key: "p1/1", person: try PersonID("p9"), algorithm: "a", publicKey: "b")
    },
    Refusal("another's key rotated", ["key `p2/1` is not an active key of that person"]) { _ in
      KeyRotated(
        added: KeyAdded(key: "p1/2", person: Clinic.ana, algorithm: "a", publicKey: "b"),
        replaces: "p2/1")
    },
    Refusal(
      "another site key for fun",
      ["`fun` is not a reason for another site key | one of lost, rotated, stolen"]
    ) { _ in SiteKeyReplaced(siteKey: "key", reason: "fun") },
    Refusal(
      "a key revoked twice, for fun",
      [
        "`p2/1` is not an active key | `custody key show` lists them",
        "`fun` is not a reason for revoking a key | one of left, lost, replaced, stolen",
      ]
    ) { clinic in
      try clinic.record(KeyRevoked(key: "p2/1", reason: "lost"))
      return KeyRevoked(key: "p2/1", reason: "fun")
    },
    Refusal(
      "an impossible policy",
      [
        "records are kept for at least two years, not 1 | 21 CFR 1304.04 asks for two years; a state may ask for more",
        "minutes in a policy lie between 1 and 10080",
        "the reading limit is smaller than a single reading's uncertainty | the limit is for what the readings of a container add up to",
      ]
    ) { _ in
      var policy = Policy()
      policy.keepYears = 1
      policy.lateAfterMinutes = .max
      policy.readingUncertainty = amount(1)
      return PolicyAdopted(policy: policy)
    },
    Refusal(
      "registered nowhere",
      [
        "the registered name is empty or has spaces at its ends",
        "the registered address is longer than 300 characters",
        "`oh` is not a state; write two capitals, such as `OH`",
      ]
    ) { _ in
      RegistrationRecorded(
        dea: Clinic.dea, name: "", address: String(repeating: "a", count: 301), state: "oh",
        expires: nil)
    },
    Refusal(
      "a place twice, in a place that is not",
      [
        "location `vault` exists already | `custody location list` shows it; choose another short name",
        "location `valt` is not known | did you mean `vault`?",
      ]
    ) { _ in LocationAdded(id: Clinic.vault, name: "V", parent: try LocationID("valt")) },
    Refusal(
      "a product twice",
      ["product `65219-186` exists already | `custody product show 65219-186` shows it"]
    ) { _ in
      ProductAdded(product: try Clinic.products()[0])
    },
    Refusal(
      "a supplier twice",
      [
        "supplier `mckesson` exists already | `custody supplier list` shows it; choose another short name"
      ]
    ) { _ in
      SupplierAdded(id: Clinic.supplier, name: "M", address: "A", dea: Clinic.dea)
    },
    Refusal(
      "a witness without a name, at no address",
      ["the name of the witness is empty or has spaces at its ends"]
    ) { _ in
      PeerAdopted(
        vkey: "+00000001+BO0BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", url: nil)
    },
    Refusal(
      "a patient twice",
      ["this patient exists already | `custody patient find NAME` shows the code"]
    ) { _ in PatientAdded(id: Clinic.pat)
    },
    Refusal("the clock, alone", ["setting the clock takes two signers | add `--witness NAME`"]) {
      ClockSet(now: $0.now)
    },
    Refusal(
      "the clock, alone twice", ["setting the clock takes two signers | add `--witness NAME`"],
      witnesses: [Clinic.ana]
    ) { ClockSet(now: $0.now) },
    Refusal(
      "a witness from nowhere",
      ["person `p9` is not known | `custody person list` shows what is there"],
      witnesses: [try! PersonID("p9")]
    ) { _ in PatientAdded(id: try PatientID("cccccccccccccccc")) },
    Refusal(
      "nothing erased, alone",
      ["there is nothing to erase", "an erasure takes two signers | add `--witness NAME`"]
    ) { _ in Erasure(digests: [], subject: nil, keptUntil: day) },
    Refusal(
      "erased twice",
      [
        "the same value is named twice",
        "this patient is not known | `custody patient find NAME` or `custody patient add`",
        "`d1` was erased already | leave it out; what was erased is gone for good",
      ], witnesses: [Clinic.ben]
    ) { clinic in
      try clinic.record(
        Erasure(digests: ["d1"], subject: nil, keptUntil: day), witnesses: [Clinic.ben])
      return Erasure(
        digests: ["d1", "d1"], subject: try PatientID("cccccccccccccccc"), keptUntil: day)
    },
  ]

  static let stock: [Refusal] = [
    Refusal(
      "a second beginning",
      [
        "a counted line must be more than zero, not 0.000",
        "the initial inventory was taken in entry 11 | stock found since is recorded by `custody found`",
      ]
    ) { _ in InitialInventory(moment: .open, lines: [Clinic.line(Clinic.ketamine, 0).stock]) },
    Refusal(
      "a beginning without a registration",
      ["the site has no registration yet | `custody registration record` comes first"]
    ) { clinic in
      clinic.state = State()
      try clinic.record(Clinic.opening)
      return InitialInventory(moment: .open, lines: [])
    },
    Refusal(
      "an empty receipt from nobody",
      [
        "supplier `mckeson` is not known | did you mean `mckesson`?",
        "the invoice number is empty or has spaces at its ends",
        "a receipt needs at least one line",
      ]
    ) { _ in Receipt(supplier: try SupplierID("mckeson"), invoice: "", lines: []) },
    Refusal(
      "a receipt of nonsense",
      [
        "lot `K1` expires 2027-04-30 in the ledger, not 2027-05-31 | read the label again; a lot has one expiry date",
        "a quantity on the invoice is negative",
        "product `ghost` is not known | `custody product list` shows what is there",
        "location `vault-9` is not known | did you mean `vault`?",
        "`A B` is not a lot number | 1 to 20 characters as printed, without spaces",
        "opened containers are not received",
        "a line with nothing invoiced and nothing received | leave the line out, or write what the invoice says",
      ]
    ) { _ in
      var (first, second) = (Clinic.line(Clinic.ketamine, -1), Clinic.line(Clinic.spray, 0))
      first.stock.expires = try CivilDate("2027-05-31")
      second.stock.item = Item(try ProductID("ghost"), "A B")
      second.stock.position = Position(elsewhere, .container(try ContainerID("V-1")))
      return Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [first, second])
    },
    Refusal(
      "one lot with two expiries",
      [
        "lot `K7` expires 2027-04-30 in one line and 2027-05-31 in another | read the label again; a lot has one expiry date"
      ]
    ) { _ in
      let first = Clinic.line(Item(Clinic.ketamine.product, "K7"), 5_000)
      var second = first
      second.stock.expires = try CivilDate("2027-05-31")
      return Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [first, second])
    },
    Refusal(
      "moved nowhere",
      [
        "lot `K3` of `65219-186` is not known | did you mean `K1`?",
        "it is at `vault` already | name another place with `--to`",
        "the quantity moved must be more than zero, not -1.000",
      ]
    ) { _ in
      Move(
        item: Item(Clinic.ketamine.product, "K3"), from: Position(Clinic.vault), to: Clinic.vault,
        amount: amount(-1_000))
    },
    Refusal(
      "more moved than there is",
      [
        "not enough of lot `K1` at `vault`: 30.000 mL asked for, 25.000 mL there | `custody status` shows where it is"
      ]
    ) { _ in
      Move(
        item: Clinic.ketamine, from: Position(Clinic.vault), to: Clinic.room, amount: amount(30_000)
      )
    },
    Refusal("part of a vial moved", ["`V-1` moves whole, with 5.000 mL"]) { clinic in
      try clinic.record(clinic.open())
      return Move(item: Clinic.ketamine, from: clinic.vial(), to: Clinic.room, amount: amount(100))
    },
    Refusal(
      "a vial moved that is not",
      ["container `V-1` is not known | `custody status` shows what is there"]
    ) { clinic in
      Move(item: Clinic.ketamine, from: clinic.vial(), to: Clinic.room, amount: amount(100))
    },
    Refusal("a vial unpacked", ["only kits are unpacked; vials are opened"]) { _ in
      KitUnpacked(item: Clinic.spray, from: Position(Clinic.vault), amount: amount(2_000), kits: 1)
    },
    Refusal("half kits", ["1.000 units do not come out of 2 kits"]) { _ in
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)), amount: amount(1_000),
        kits: 2)
    },
    Refusal("three sprays of one kit", ["3.000 units do not come out of 1 kit"]) { _ in
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)), amount: amount(3_000),
        kits: 1)
    },
    Refusal(
      "no kits",
      [
        "the number of units must be more than zero, not 0.000",
        "0.000 units do not come out of 0 kits",
      ]
    ) { _ in
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)), amount: .zero, kits: 0)
    },
    Refusal(
      "an open vial opened",
      [
        "the content of a container must be more than zero, not 0.000",
        "the next container is `V-2`", "only sealed containers are opened; a kit is unpacked",
      ]
    ) { clinic in
      let opened = try clinic.record(clinic.open()).event as! ContainerOpened
      return ContainerOpened(
        id: opened.id, item: opened.item, from: opened.position, size: .zero, beyondUse: nil)
    },
    Refusal(
      "a vial emptied wrongly",
      [
        "what is left in a container is never less than nothing",
        "`V-1` holds 5.000 mL by the book, and the entry explains -0.001 mL",
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      return ContainerEmptied(
        id: try ContainerID("V-1"), item: Clinic.ketamine, from: clinic.vial(),
        deadSpace: amount(-1))
    },
    Refusal(
      "another lot's vial emptied, with more readings than the policy has",
      [
        "`V-1` is not what this entry says it is",
        "5.000 mL of readings pass the policy's limit | what the policy does not allow stands in a case",
        "`V-1` holds 0.000 mL by the book, and the entry explains 5.000 mL",
        "case `C-1` would hold nothing",
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      return ContainerEmptied(
        id: try ContainerID("V-1"), item: Clinic.ketamineB, from: clinic.vial(),
        measurement: amount(5_000), caseID: try CaseID("C-1"))
    },
    Refusal(
      "a vial emptied twice",
      ["`V-1` is closed already | `custody history --container V-1` shows when"]
    ) { clinic in
      try clinic.record(clinic.open())
      let emptied = ContainerEmptied(
        id: try ContainerID("V-1"), item: Clinic.ketamine, from: clinic.vial(),
        deadSpace: amount(5_000))
      try clinic.record(emptied)
      return ContainerEmptied(id: emptied.id, item: emptied.item, from: emptied.from)
    },
    Refusal(
      "an unknown vial emptied", ["container `V-3` is not known | did you mean `V-1`?"]
    ) { clinic in
      try clinic.record(clinic.open())
      return ContainerEmptied(
        id: try ContainerID("V-3"), item: Clinic.ketamine, from: clinic.vial(3))
    },
  ]

  static let hands: [Refusal] = [
    Refusal(
      "a draw of everything wrong",
      [
        "location `vault-9` is not known | did you mean `vault`?",
        "person `p9` is not known | `custody person list` shows what is there",
        "this patient is not known | `custody patient find NAME` or `custody patient add`",
        "the quantity drawn must be more than zero, not -1.000", "the next draw is `D-1`",
        "a part of the draw is negative", "the next case is `C-1`",
      ]
    ) { clinic in
      Draw(
        id: try DrawID("D-7"), item: Clinic.ketamine, from: clinic.vial(1, at: elsewhere),
        quantity: amount(-1_000), beyondBook: amount(10), caseID: try CaseID("C-4"),
        holder: try PersonID("p9"), patient: try PatientID("cccccccccccccccc"))
    },
    Refusal("a draw of another lot", ["`V-1` is not what this entry says it is"]) { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100, Clinic.ketamineB)
    },
    Refusal(
      "overfill before the book",
      ["`V-1` has 0.300 mL by the book and 0.000 mL of overfill, which come first"]
    ) { clinic in
      try clinic.record(clinic.open())
      return Draw(
        id: try DrawID("D-1"), item: Clinic.ketamine, from: clinic.vial(), quantity: amount(300),
        overfill: amount(300), holder: Clinic.ana)
    },
    Refusal(
      "a case before overfill",
      ["`V-1` has 5.000 mL by the book and 0.300 mL of overfill, which come first"]
    ) { clinic in
      try clinic.record(clinic.open())
      return Draw(
        id: try DrawID("D-1"), item: Clinic.ketamine, from: clinic.vial(), quantity: amount(5_300),
        beyondBook: amount(300), caseID: try CaseID("C-1"), holder: Clinic.ana)
    },
    Refusal("too much overfill", ["overfill of `V-1` passes the cap of 0.300"]) { clinic in
      try clinic.record(clinic.open())
      return Draw(
        id: try DrawID("D-1"), item: Clinic.ketamine, from: clinic.vial(), quantity: amount(5_301),
        overfill: amount(301), holder: Clinic.ana)
    },
    Refusal("overfill of a device", ["only opened containers have overfill"]) { clinic in
      try clinic.record(
        KitUnpacked(
          item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
          amount: amount(4_000), kits: 2))
      return Draw(
        id: try DrawID("D-1"), item: Clinic.spray, from: Position(Clinic.vault),
        quantity: amount(5_000), overfill: amount(1_000), holder: Clinic.ana)
    },
    Refusal(
      "all of it lost",
      ["the whole draw would be dead space | write what was drawn, with what is lost in it"]
    ) { clinic in
      try clinic.record(clinic.open())
      return clinic.draw(100, loss: 100)
    },
    Refusal("a case for nothing", ["case `C-1` would hold nothing"]) { clinic in
      try clinic.record(clinic.open())
      var draw = clinic.draw(100)
      draw.caseID = clinic.state.newCase
      return draw
    },
    Refusal("a difference without a case", ["1.000 mL too much of lot `K1` has no case"]) {
      clinic in
      var draw = clinic.draw(1_000)
      draw.caseID = nil
      return draw
    },
    Refusal(
      "a dose of no draw", ["draw `D-1` is not known | `custody status` shows what is there"]
    ) { $0.give(100) },
    Refusal(
      "a dose larger than its draw",
      [
        "draw `D-1` has 0.700 mL left, and 0.800 mL would be given | give the quantity that was really given"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      return clinic.give(800)
    },
    Refusal(
      "a waste of a closed draw",
      [
        "draw `D-1` has 0.000 mL left, and 0.100 mL would be wasted | the draw is closed; a dose taken elsewhere needs a draw of its own"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      try clinic.record(clinic.give(700))
      return clinic.waste(100)
    },
    Refusal(
      "a dose of another lot for nobody",
      [
        "this patient is not known | `custody patient find NAME` or `custody patient add`",
        "the quantity given must be more than zero, not 0.000", "draw `D-1` is of another lot",
        "the prescriber is empty or has spaces at its ends",
        "` IM` is not a route | write it as on the label, such as `INTRAVENOUS`, `INTRAMUSCULAR` or `NASAL`",
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      return Administration(
        draw: try DrawID("D-1"), item: Clinic.ketamineB, quantity: .zero, milligrams: nil,
        recipient: try PatientID("cccccccccccccccc"), route: " IM", prescriber: "")
    },
    Refusal(
      "a waste nowhere",
      [
        "the method of wasting is empty or has spaces at its ends",
        "location `vault-9` is not known | did you mean `vault`?",
        "the quantity wasted must be more than zero, not 0.000",
      ]
    ) { _ in
      Waste(
        source: .container(Position(Clinic.vault)), item: Clinic.testosterone, quantity: .zero,
        method: "", place: elsewhere)
    },
    Refusal(
      "liquid put back",
      [
        "drawn liquid never goes back into a container | put a capped, labeled syringe away with `--staged`, or waste it",
        "only intact units go back to stock, not 0.700 mL | put a capped, labeled syringe away with `--staged`, or waste it",
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      var putBack = clinic.putBack(700, 1, Clinic.ketamine)
      putBack.to = clinic.vial()
      return putBack
    },
    Refusal(
      "part of a syringe staged",
      ["a staged syringe is put away whole | `rest` puts all of it away; waste a part of it first"]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      return clinic.putBack(600, 1, Clinic.ketamine, until: clinic.now)
    },
    Refusal("nothing counted", ["a count needs at least one line"]) { _ in
      PhysicalCount(method: .counted, lines: [])
    },
    Refusal(
      "counted twice and wrongly",
      [
        "the same stock is counted twice in one count | write one line for each place and lot",
        "nobody counts less than nothing",
        "the book has moved on since this count was prepared",
        "1.001 mL missing of lot `K1` has no case", "a case without a difference",
        "the next case is `C-1`",
      ]
    ) { clinic in
      let at = Position(Clinic.vault)
      return PhysicalCount(
        method: .counted,
        lines: [
          PhysicalCount.Line(
            item: Clinic.ketamine, position: at, counted: amount(-1), book: amount(1_000)),
          PhysicalCount.Line(
            item: Clinic.ketamine, position: at, counted: amount(25_000), book: amount(25_000),
            caseID: try CaseID("C-2")),
        ])
    },
    Refusal("a vial counted as another lot", ["`V-1` is not what this entry says it is"]) {
      clinic in
      try clinic.record(clinic.open())
      return clinic.count(0, clinic.vial(), Clinic.ketamineB)
    },
    Refusal(
      "an unknown vial counted",
      ["container `V-1` is not known | `custody status` shows what is there"]
    ) { clinic in clinic.count(0, clinic.vial()) },
    Refusal(
      "a reading past the policy's limit", ["0.100 mL missing of lot `K1` has no case"]
    ) { clinic in
      try clinic.record(clinic.open())
      for left in [4_900, 4_800, 4_700] as [Int64] {
        try clinic.record(clinic.count(left, clinic.vial()))
      }
      var count = clinic.count(4_600, clinic.vial())
      #expect(count.lines[0].caseID != nil)
      count.lines[0].caseID = nil
      return count
    },
    Refusal(
      "an entry that is not corrected",
      ["there is no entry 99 | `custody history` lists the entries"]
    ) { Correction(entry: 99, reason: "other", effective: $0.now, reversal: []) },
    Refusal(
      "what cannot be reversed",
      [
        "entry 0 (ledger.open) cannot be reversed | record what really happened as an entry of its own"
      ]
    ) { $0.correction(of: 0) },
    Refusal(
      "a forged reversal, twice",
      [
        "entry 12 was corrected by entry 13 already | `custody history --entry 13` shows it",
        "the reversal is not what entry 12 posted",
        "`fun` is not a reason for a correction | one of wrong-amount, wrong-item, wrong-patient, duplicate, did-not-happen, other",
      ]
    ) { clinic in
      try clinic.record(clinic.correction(of: 12))
      var correction = clinic.correction(of: 12, reason: "fun")
      correction.reversal.removeLast()
      return correction
    },
    Refusal(
      "an opening whose vial was used",
      [
        "`V-1` has been used since entry 13 | correct the later entries about it first, the newest before the others"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.count(5_050, clinic.vial()))
      return clinic.correction(of: 13)
    },
    Refusal(
      "a move whose vial was counted since",
      [
        "`V-1` has been used since entry 14 | correct the later entries about it first, the newest before the others"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(
        Move(item: Clinic.ketamine, from: clinic.vial(), to: Clinic.room, amount: amount(5_000)))
      try clinic.record(clinic.count(5_050, clinic.vial(1, at: Clinic.room)))
      return clinic.correction(of: 14)
    },
    Refusal(
      "a draw from a vial closed since",
      ["`V-1` was closed by entry 15 | `custody correct 15` comes first"]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      try clinic.record(
        ContainerEmptied(
          id: try ContainerID("V-1"), item: Clinic.ketamine, from: clinic.vial(),
          deadSpace: amount(4_300)))
      return clinic.correction(of: 14)
    },
    Refusal(
      "a draw of which a dose was given",
      [
        "not enough of lot `K1` at `draw:D-1`: 0.700 mL asked for, 0.200 mL there | `custody status` shows where it is"
      ]
    ) { clinic in
      try clinic.record(clinic.open())
      try clinic.record(clinic.draw(700))
      try clinic.record(clinic.give(500))
      return clinic.correction(of: 14)
    },
  ]

  @Test(
    "the faults and hints of an event",
    arguments: people + stock + hands + receiving + doses + prescriptions + office + disposal)
  func faults(_ row: Refusal) throws {
    var clinic = try Clinic.stocked()
    let event = try row.make(&clinic)
    let said = clinic.faults(event, witnesses: row.witnesses).map { fault in
      fault.hint.map { "\(fault.text) | \($0)" } ?? fault.text
    }
    #expect(said == row.faults)
    // What is refused leaves nothing behind.
    let (size, picture) = (clinic.state.size, clinic.picture)
    #expect(throws: EventRefused.self) { try clinic.record(event, witnesses: row.witnesses) }
    #expect(clinic.state.size == size)
    #expect(clinic.picture == picture)
  }

  @Test("the future is refused to the millisecond, and an entry out of order")
  func future() throws {
    let clinic = try Clinic.stocked()
    let event = PatientAdded(id: try PatientID("cccccccccccccccc"))
    #expect(clinic.faults(event, at: clinic.now) == [])
    let fault = try #require(clinic.faults(event, at: clinic.now.adding(milliseconds: 1)).first)
    #expect(fault.kind == .future)
    #expect(
      fault.text
        == "the act lies in the future: `2026-11-21T08:13:00.001Z`, and it is "
        + "`2026-11-21T08:13:00.000Z`")
    var state = clinic.state
    let context = EntryContext(
      seq: state.size + 1, recordedAt: clinic.now, occurredAt: clinic.now, by: Clinic.ana,
      witnesses: [])
    #expect(throws: EventRefused(faults: [EventFault("entry 14 where 13 is next")])) {
      try state.apply(RecordedEvent(event: event, notes: Notes(), context: context))
    }
  }

  @Test("notes say who and how in the house's words")
  func notes() throws {
    let clinic = try Clinic.stocked()
    var notes = Notes()
    notes.source = "rumour"
    notes.doneBy = ""
    let said = clinic.faults(PatientAdded(id: try PatientID("cccccccccccccccc")), notes: notes)
    #expect(
      said == [
        EventFault(
          "who did it is not initials", hint: "such as `AS`, or with a credential `AS RN`"),
        EventFault("`rumour` is not a source", hint: "write `paper` or `verbal`"),
      ])
  }

  @Test("a balance stays inside its limit")
  func limit() throws {
    let clinic = try Clinic.stocked()
    let line = Clinic.line(Clinic.ketamine, Amount.limit)
    let receipt = Receipt(supplier: Clinic.supplier, invoice: "I-1", lines: [line])
    #expect(
      clinic.faults(receipt).map(\.text) == [
        "a balance would pass the limit of 10^12 units",
        "a balance would pass the limit of 10^12 units",
      ])
  }
}
