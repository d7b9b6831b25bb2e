import Dispensary
import Notation
import Testing

/// One event of each kind, with everything in it that it can hold.
struct Sample: Sendable, CustomTestStringConvertible {
  let event: any Event
  /// The fields that may be absent, by their path in the body.
  let optional: Set<String>
  let postings: [String]

  init(_ event: any Event, optional: Set<String> = [], postings: [String] = []) {
    self.event = event
    self.optional = optional
    self.postings = postings
  }

  var testDescription: String { type(of: event).type }

  static let day = try! CivilDate("2028-01-31")
  static let vial = Position(Clinic.vault, .container(try! ContainerID("V-1")))
  static let instant = Instant("2026-11-21T09:00:00.000Z")!
  static let person = PersonAdded(
    id: try! PersonID("p3"), handle: try! Handle("cleo"), name: "Cleo Cole", initials: "CC",
    roles: [.nurse, .technician], license: License(number: "RN-3", state: "OH", expires: day),
    from: day, until: day)
  static let key = KeyAdded(
    key: "p3/1", person: try! PersonID("p3"), algorithm: "ed25519", publicKey: "CCCC")
  static let k = "65219-186 K1"
  static let s = "50458-028 S1"

  static func amount(_ thousandths: Int64) -> Amount { Amount(thousandths: thousandths) }

  static let all: [Sample] = elsewhere + receiving + prescriptions + office + disposal

  static let elsewhere: [Sample] = [
    Sample(
      Clinic.opening,
      optional: Set(
        ["founders"]
          + ["license", "license_state", "license_expires"].map { "founders[0].\($0)" }
          + ["founders[0].roles", "founders[1].roles"])),
    Sample(PolicyAdopted(policy: Clinic.policy)), devices,
    Sample(
      RegistrationRecorded(
        dea: Clinic.dea, name: "Hill", address: "1 Hill Rd", state: "OH", expires: day),
      optional: ["expires"]),
    Sample(
      LocationAdded(id: Clinic.room, name: "Room 1", parent: Clinic.vault), optional: ["parent"]),
    Sample(
      person,
      optional: ["roles", "license", "license_state", "license_expires", "from", "until"]),
    Sample(PersonRetired(id: Clinic.ben)),
    Sample(key),
    Sample(KeyRotated(added: key, replaces: "p3/0")),
    Sample(KeyRevoked(key: "p3/1", reason: "lost")),
    Sample(SiteKeyReplaced(siteKey: "site+key", reason: "rotated")),
    Sample(ProductAdded(product: try! Clinic.products()[1])),
    Sample(
      SupplierAdded(
        id: Clinic.supplier, name: "McKesson", address: "2 Depot St", dea: Clinic.dea)),
    Sample(
      PeerAdopted(
        vkey: "w/1+00000001+BO0BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", url: "http://w/"),
      optional: ["url"]),
    Sample(PatientAdded(id: Clinic.pat)),
    Sample(
      InitialInventory(moment: .close, lines: [Clinic.line(Clinic.ketamine, 5_000).stock]),
      optional: ["lines"],
      postings: [
        "prior-inventory \(k) -5.000", "stock:vault:available:general:sealed \(k) 5.000",
      ]),
    Sample(
      Receipt(
        supplier: Clinic.supplier, invoice: "INV-1",
        lines: [Clinic.line(Clinic.ketamine, 5_000), Clinic.line(Clinic.spray, 2_000)]),
      optional: ["invoice", "lines", "lines[0].expires", "lines[1].expires"],
      postings: [
        "supplier:mckesson \(k) -5.000", "stock:vault:available:general:sealed \(k) 5.000",
        "supplier:mckesson \(s) -2.000", "stock:vault:available:general:sealed \(s) 2.000",
      ]),
    Sample(
      Move(
        item: Clinic.ketamine, from: vial, to: Clinic.room, amount: amount(4_300)),
      postings: [
        "stock:vault:available:general:V-1 \(k) -4.300",
        "stock:room-1:available:general:V-1 \(k) 4.300",
      ]),
    Sample(
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)), amount: amount(4_000),
        kits: 2),
      postings: [
        "stock:vault:available:general:kit-50458-028-02 \(s) -4.000",
        "stock:vault:available:general:sealed \(s) 4.000",
      ]),
    Sample(
      ContainerOpened(
        id: try! ContainerID("V-1"), item: Clinic.ketamine, from: Position(Clinic.vault),
        size: amount(5_000), beyondUse: instant),
      optional: ["beyond_use"],
      postings: [
        "stock:vault:available:general:sealed \(k) -5.000",
        "stock:vault:available:general:V-1 \(k) 5.000",
      ]),
    Sample(
      ContainerEmptied(
        id: try! ContainerID("V-1"), item: Clinic.ketamine, from: vial, deadSpace: amount(100),
        measurement: amount(50), missing: amount(200), caseID: try! CaseID("C-1")),
      // Without its case the missing part is not posted, which the fold refuses.
      optional: ["dead_space", "measurement", "missing", "case"],
      postings: [
        "stock:vault:available:general:V-1 \(k) -0.100", "dead-space \(k) 0.100",
        "stock:vault:available:general:V-1 \(k) -0.050", "measurement:V-1 \(k) 0.050",
        "stock:vault:available:general:V-1 \(k) -0.200", "case:C-1 \(k) 0.200",
      ]),
    Sample(
      Draw(
        id: try! DrawID("D-1"), item: Clinic.ketamine, from: vial, quantity: amount(700),
        overfill: amount(200), beyondBook: amount(100), caseID: try! CaseID("C-1"),
        loss: amount(50), holder: Clinic.ana, patient: Clinic.pat, device: "1mL-syringe"),
      optional: ["overfill", "beyond_book", "case", "dead_space", "patient", "device"],
      postings: [
        "stock:vault:available:general:V-1 \(k) -0.400", "draw:D-1 \(k) 0.400",
        "overfill \(k) -0.200", "draw:D-1 \(k) 0.200",
        "case:C-1 \(k) -0.100", "draw:D-1 \(k) 0.100",
        "draw:D-1 \(k) -0.050", "dead-space \(k) 0.050",
      ]),
    dose, infusion, handoff, preparation, completion,
    Sample(
      Waste(
        source: .draw(try! DrawID("D-1")), item: Clinic.ketamine, quantity: amount(200),
        method: "charcoal", place: Clinic.vault, patient: Clinic.pat),
      optional: ["patient"],
      postings: ["draw:D-1 \(k) -0.200", "wasted \(k) 0.200"]),
    Sample(
      PutBack(
        draw: try! DrawID("D-1"), item: Clinic.spray, quantity: amount(1_000),
        to: Position(Clinic.vault)),
      postings: [
        "draw:D-1 \(s) -1.000", "stock:vault:available:general:sealed \(s) 1.000",
      ]),
    Sample(
      PutBack(
        draw: try! DrawID("D-1"), item: Clinic.ketamine, quantity: amount(700),
        to: Position(Clinic.vault), stagedUntil: instant),
      optional: ["staged_until"]),
    Sample(
      PhysicalCount(
        method: .graduated,
        lines: [
          PhysicalCount.Line(
            item: Clinic.ketamine, position: vial, counted: amount(4_900), book: amount(5_000)),
          PhysicalCount.Line(
            item: Clinic.spray, position: Position(Clinic.vault), counted: amount(5_000),
            book: amount(4_000), caseID: try! CaseID("C-1")),
        ]),
      optional: ["lines", "lines[1].case"],
      postings: [
        "measurement:V-1 \(k) 0.100", "stock:vault:available:general:V-1 \(k) -0.100",
        "case:C-1 \(s) -1.000", "stock:vault:available:general:sealed \(s) 1.000",
      ]),
    Sample(
      Correction(
        entry: 7, reason: "duplicate", effective: instant,
        reversal: [
          Posting(.administered, Clinic.ketamine, amount(-500)),
          Posting(.draw(try! DrawID("D-1")), Clinic.ketamine, amount(500)),
        ]),
      optional: ["postings"],
      postings: ["administered \(k) -0.500", "draw:D-1 \(k) 0.500"]),
    Sample(ClockSet(now: instant)),
    Sample(
      Erasure(digests: ["d1", "d2"], subject: Clinic.pat, keptUntil: day),
      optional: ["digests", "subject"]),
  ]
}

@Suite("Events on the wire")
struct WireTests {
  static func read(_ kind: any Event.Type, _ members: [String: JSON]) throws -> any Event {
    var fields = Fields(members)
    let event = try kind.init(&fields)
    try fields.finish()
    return event
  }

  static func fault(_ kind: any Event.Type, _ members: [String: JSON]) -> WireFault? {
    do {
      _ = try read(kind, members)
      return nil
    } catch { return error as? WireFault }
  }

  /// Every member and every member of every object in a list, with a way to change it.
  static func places(
    _ members: [String: JSON]
  ) -> [(path: String, change: (JSON?) -> [String: JSON])] {
    var places: [(path: String, change: (JSON?) -> [String: JSON])] = []
    for (key, value) in members {
      places.append(
        (
          key,
          { new in
            var changed = members
            changed[key] = new
            return changed
          }
        ))
      for (index, item) in (value.items ?? []).enumerated() {
        guard let inner = item.members else { continue }
        for (path, change) in self.places(inner) {
          places.append(
            (
              "\(key)[\(index)].\(path)",
              { new in
                var items = value.items ?? []
                items[index] = .object(change(new))
                var changed = members
                changed[key] = .array(items)
                return changed
              }
            ))
        }
      }
    }
    return places
  }

  @Test("every kind of event has a sample")
  func complete() {
    let sampled = Set(Sample.all.map { type(of: $0.event).type })
    #expect(sampled == Set(Events.all.map { $0.type }))
    #expect(Events.byType.count == Events.all.count)
    // What the envelope of an entry asks of a type.
    for kind in Events.all {
      #expect(kind.type.wholeMatch(of: /[a-z]+(\.[a-z_]+)*/) != nil, "\(kind.type)")
    }
  }

  @Test("what is written reads back as the same", arguments: Sample.all)
  func roundTrip(_ sample: Sample) throws {
    let members = sample.event.members.all
    let read = try Self.read(type(of: sample.event), members)
    #expect(read.members.all == members)
    #expect(read.postings == sample.event.postings)
    let bytes = try CanonicalJSON.bytes(.object(members))
    #expect(try CanonicalJSON.read(bytes) == .object(members))
  }

  @Test("postings are those of the table and close", arguments: Sample.all)
  func postings(_ sample: Sample) {
    let lines = sample.event.postings.map {
      let item = $0.bucket.item
      return "\($0.bucket.account.text) \(item.product) \(item.lot) \($0.amount.wire)"
    }
    #expect(lines == sample.postings)
    #expect(sample.event.postings.unbalanced.isEmpty)
  }

  @Test("leftovers are refused, at the top and in lines", arguments: Sample.all)
  func leftovers(_ sample: Sample) {
    let kind = type(of: sample.event)
    var members = sample.event.members.all
    members["zebra"] = true
    #expect(Self.fault(kind, members) == WireFault("zebra", "is unknown"))
    for (key, value) in sample.event.members.all {
      guard let items = value.items, let first = items.first?.members else { continue }
      var changed = sample.event.members.all
      changed[key] = .array([.object(first.merging(["zebra": 1]) { $1 })] + items.dropFirst())
      #expect(Self.fault(kind, changed) == WireFault("\(key)[0].zebra", "is unknown"))
      changed[key] = .array(["text"] + items.dropFirst())
      #expect(Self.fault(kind, changed) == WireFault("\(key)[0]", "is not an object"))
      changed[key] = .array([])
      #expect(
        Self.fault(kind, changed) == WireFault(key, "is empty where it should be absent"))
    }
  }

  @Test("a missing field is named, and an optional one is not missed", arguments: Sample.all)
  func missing(_ sample: Sample) {
    for (path, change) in Self.places(sample.event.members.all) {
      let fault = Self.fault(type(of: sample.event), change(nil))
      guard sample.optional.contains(path) else {
        #expect(fault == WireFault(path, "is missing"), "\(path)")
        continue
      }
      // A license's state and expiry are leftovers without its number.
      let orphan = path.hasSuffix("license") ? "\(path)_expires" : nil
      #expect(fault?.field == orphan, "\(path)")
    }
  }

  @Test("a malformed field is named", arguments: Sample.all)
  func malformed(_ sample: Sample) {
    for (path, change) in Self.places(sample.event.members.all) {
      for wrong: JSON in [false, ["x": 1], .number("1.5"), .null] {
        let field = Self.fault(type(of: sample.event), change(wrong))?.field
        #expect(field == path || field == path + "[0]", "\(path) as \(wrong)")
      }
    }
  }

  /// Text fields that hold more than free text refuse the wrong spelling.
  static let free: Set<String> = [
    "name", "address", "state", "initials", "license", "license_state", "key", "alg", "public",
    "replaces", "reason", "lot", "invoice", "credit", "route", "prescriber",
    "method",
    "device", "diluent",
    "origin", "format", "site_key", "zone", "pharmacy", "pharmacist", "delivered_to",
    "form", "confirmation", "tracking", "receipt", "formula", "nonce",
  ]

  @Test("a text of the wrong form is named", arguments: Sample.all)
  func misspelled(_ sample: Sample) {
    let kind = type(of: sample.event)
    for (path, change) in Self.places(sample.event.members.all) {
      let name = path.split(separator: ".").last.map(String.init) ?? path
      let isCount = kind.type == "count" && name == "method"
      guard isCount || !Self.free.contains(name) else { continue }
      let fault = Self.fault(kind, change("No Such Thing"))
      #expect(fault?.field == path, "\(path)")
    }
  }

  static let spellings: [(String, JSON, String)] = [
    ("draw", "d1", "field `draw` is not in its one spelling, `D-1`"),
    ("draw", "D-01", "field `draw` is malformed: `D-01` does not name a draw"),
    ("patient", "Jane Roe", "field `patient` is malformed: the text does not name a patient"),
    ("quantity", "0.5", "field `quantity` is not a decimal with three places: `0.5`"),
    ("quantity", "-0.000", "field `quantity` is not a decimal with three places: `-0.000`"),
    ("overfill", "0.000", "field `overfill` is zero where it should be absent"),
    ("beyond_book", "0.000", "field `beyond_book` is zero where it should be absent"),
    ("dead_space", "0.000", "field `dead_space` is zero where it should be absent"),
    ("from", "wasted", "field `from` is not stock: `wasted`"),
    (
      "from", "stock:vault:fine:general:V-1",
      "field `from` is not known: `stock:vault:fine:general:V-1`"
    ),
    ("from", 7, "field `from` is not a string"),
  ]

  @Test("what a wire fault says", arguments: spellings)
  func spelling(_ row: (field: String, value: JSON, text: String)) throws {
    let draw = try #require(Sample.all.first { $0.event is Draw })
    var members = draw.event.members.all
    members[row.field] = row.value
    #expect(Self.fault(Draw.self, members)?.description == row.text)
  }

  @Test("notes and explanations go round")
  func notes() throws {
    var notes = Notes()
    notes.alreadyHappened = true
    notes.doneBy = "AA"
    notes.source = "paper"
    notes.outsider = true
    notes.downtime = try DowntimeID("DT-1")
    notes.explains = [
      Explanation(
        caseID: try CaseID("C-1"), account: .stock(Sample.vial), item: Clinic.ketamine,
        amount: Amount(thousandths: 500))
    ]
    let clinic = try Clinic.stocked()
    let event = clinic.draw(500)
    let members = event.members.all.merging(notes.members.all) { $1 }
    let context = EntryContext(
      seq: 1, recordedAt: clinic.now, occurredAt: clinic.now, by: Clinic.ana, witnesses: [])
    let read = try RecordedEvent(type: Draw.type, members: members, context: context)
    #expect(read.notes == notes)
    #expect(read.event.members.all == event.members.all)
    for (path, change) in Self.places(notes.members.all) where path.hasPrefix("explains[0].") {
      let changed = event.members.all.merging(change(nil)) { $1 }
      #expect(throws: WireFault(path, "is missing")) {
        try RecordedEvent(type: Draw.type, members: changed, context: context)
      }
    }
    #expect(throws: WireFault("already_happened", "is there but not `true`")) {
      let changed = members.merging(["already_happened": false]) { $1 }
      return try RecordedEvent(type: Draw.type, members: changed, context: context)
    }
    #expect(throws: WireFault("type", "is unknown: `theft`")) {
      try RecordedEvent(type: "theft", members: members, context: context)
    }
  }
}
