import Dispensary
import Notation

/// What the walk has written down beside the stock.
struct OfficeDiary {
  static let digest = try! DigestText(wireText: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
  struct Downtime {
    var id: DowntimeID
    var from: Instant
    var to: Instant?
    func contains(_ instant: Instant) -> Bool {
      from <= instant && to.map { instant <= $0 } ?? true
    }
  }

  /// Entries to be looked at, and whether somebody has.
  var reviews: [Int64: Bool] = [:]
  /// Who signed each entry, and who reviewed it last.
  var signers: [Int64: PersonID] = [:]
  var reviewers: [Int64: PersonID] = [:]
  var cosigned: [Int64: Set<PersonID>] = [:]
  var patients: [PatientID] = []
  var merged: Set<PatientID> = []
  var holds: [Bool] = []
  var downtimes: [Downtime] = []
  var isClosed = false
  /// From the fifth person on: whether they are still here.
  var people: [Bool] = []
  /// The keys of the third person, and whether they still sign.
  var keys: [Bool] = []
  var erased = 0
  var counts = 0
  var names = 0
}

// MARK: Acts that move nothing

extension Walk {
  mutating func keepOffice() -> Step? {
    guard var step = officeStep() else { return nil }
    step.isReversible = false
    return step
  }

  private mutating func officeStep() -> Step? {
    switch dice.number(1...26) {
    case 1...3: cosign()
    case 4...6: review()
    case 7: addPatient()
    case 8: merge()
    case 9: hold()
    case 10: lift()
    case 11...13: downtime()
    case 14: close()
    case 15: person()
    case 16: retire()
    case 17, 18: key()
    case 19: erase()
    case 20: setClock()
    case 21: add()
    default: note()
    }
  }

  private mutating func cosign() -> Step? {
    let size = clinic.state.size
    let entry = dice.chance(5) ? size : dice.number(max(0, size - 30)...size - 1)
    let actor = actor
    let patient = dice.chance(5) ? try! PatientID("cccccccccccccccc") : nil
    return Step(
      name: "entry.cosign", event: EntryCosigned(entry: entry, patient: patient),
      refused: entry == size || patient != nil || office.cosigned[entry]?.contains(actor) == true,
      learn: { walk, _, _ in walk.office.cosigned[entry, default: []].insert(actor) })
  }

  private mutating func review() -> Step? {
    let recent = past.suffix(200).map(\.seq)
    let waiting = recent.filter { office.reviews[$0] == false }
    guard let entry = dice.chance(80) ? dice.pick(waiting) : dice.pick(recent) else { return nil }
    let actor = actor
    // Whoever signed it looks again under a one-signer policy; another person still may after that.
    let isSecond =
      office.reviewers[entry] == office.signers[entry] && office.signers[entry] != actor
    return Step(
      name: "entry.review", event: EntryReviewed(entry: entry),
      refused: office.reviews[entry] == nil || corrected.contains(entry)
        || (office.reviews[entry] == true && !isSecond),
      learn: { walk, _, _ in
        walk.office.reviews[entry] = true
        walk.office.reviewers[entry] = actor
      })
  }

  private mutating func addPatient() -> Step? {
    // A pseudonym has letters, and digits from 2 to 7.
    let number = String(office.patients.count + (dice.chance(90) ? 1 : 0), radix: 6)
    let digits = number.compactMap(\.wholeNumberValue).map { String($0 + 2) }.joined()
    let id = try! PatientID(String(repeating: "z", count: 16 - digits.count) + digits)
    return Step(
      name: "patient.add", event: PatientAdded(id: id), refused: office.patients.contains(id),
      learn: { walk, _, _ in walk.office.patients.append(id) })
  }

  private mutating func merge() -> Step? {
    guard let from = dice.pick(office.patients.suffix(20)), let into = dice.pick(office.patients)
    else { return nil }
    return Step(
      name: "patient.merge", event: PatientMerged(from: from, into: into, reason: .duplicate),
      refused: from == into || office.merged.contains(from) || office.merged.contains(into),
      learn: { walk, _, _ in walk.office.merged.insert(from) })
  }

  private mutating func hold() -> Step? {
    let number = office.holds.count + (dice.chance(10) ? 2 : 1)
    return Step(
      name: "hold.place", event: HoldPlaced(id: try! HoldID(number: number)),
      refused: number != office.holds.count + 1,
      learn: { walk, _, _ in walk.office.holds.append(true) })
  }

  private mutating func lift() -> Step? {
    guard let index = office.holds.indices.suffix(4).randomElement(using: &dice) else { return nil }
    return Step(
      name: "hold.lift", event: HoldLifted(id: try! HoldID(number: index + 1)),
      refused: !office.holds[index], learn: { walk, _, _ in walk.office.holds[index] = false })
  }

  /// One at a time; the last one ends.
  private mutating func downtime() -> Step? {
    let at = late()
    let moment = at ?? clinic.now
    let last = office.downtimes.last
    if let last, last.to == nil, dice.chance(80) {
      return Step(
        name: "downtime.end", event: DowntimeEnded(id: last.id), occurredAt: at,
        refused: moment < last.from,
        learn: { walk, _, _ in
          walk.office.downtimes[walk.office.downtimes.count - 1].to = moment
        })
    }
    let id = try! DowntimeID(number: office.downtimes.count + 1)
    return Step(
      name: "downtime.start", event: DowntimeStarted(id: id), occurredAt: at,
      refused: last.map { $0.to == nil } ?? false,
      learn: { walk, _, _ in walk.office.downtimes.append(.init(id: id, from: moment)) })
  }

  /// The site closes, or goes to another, and is registered again.
  private mutating func close() -> Step? {
    let date = try! CivilDate("2027-01-31")
    switch dice.number(1...4) {
    case 1, 2:
      return Step(
        name: "registration.record",
        event: RegistrationRecorded(
          dea: Clinic.dea, name: "Hill Clinic", address: "1 Hill Rd, Akron", state: "OH",
          expires: nil),
        learn: { walk, _, _ in walk.office.isClosed = false })
    case 3:
      return Step(
        name: "site.close", event: SiteClosed(date: date, reason: .moved),
        refused: office.isClosed, learn: { walk, _, _ in walk.office.isClosed = true })
    default:
      return Step(
        name: "site.transfer",
        event: SiteTransferred(dea: Clinic.otherDEA, name: "Birch Clinic", date: date),
        refused: office.isClosed, learn: { walk, _, _ in walk.office.isClosed = true })
    }
  }

  private mutating func person() -> Step? {
    let number = office.people.count + 5 + (dice.chance(10) ? 1 : 0)
    return Step(
      name: "person.add",
      event: PersonAdded(
        id: try! PersonID(number: number), handle: try! Handle("locum\(office.people.count)"),
        name: "Locum", initials: "LO", roles: [.nurse]),
      refused: number != office.people.count + 5,
      learn: { walk, _, _ in walk.office.people.append(true) })
  }

  private mutating func retire() -> Step? {
    guard let index = office.people.indices.suffix(4).randomElement(using: &dice)
    else { return nil }
    return Step(
      name: "person.retire", event: PersonRetired(id: try! PersonID(number: index + 5)),
      refused: !office.people[index], learn: { walk, _, _ in walk.office.people[index] = false })
  }

  private mutating func key() -> Step? {
    let next = office.keys.count
    let added = KeyAdded(
      key: "p3/\(next)", person: Walk.cleo, algorithm: "ed25519", publicKey: "K\(next)")
    guard let index = office.keys.indices.suffix(3).randomElement(using: &dice), dice.chance(70)
    else {
      return Step(
        name: "key.add", event: added, learn: { walk, _, _ in walk.office.keys.append(true) })
    }
    if dice.chance(10) {
      return Step(
        name: "key.site",
        event: SiteKeyReplaced(siteKey: "site \(next)", reason: SiteKeyReplaced.reasons[0]))
    }
    let isActive = office.keys[index]
    if dice.chance(50) {
      return Step(
        name: "key.revoke", event: KeyRevoked(key: "p3/\(index)", reason: KeyRevoked.reasons[0]),
        refused: !isActive, learn: { walk, _, _ in walk.office.keys[index] = false })
    }
    return Step(
      name: "key.rotate", event: KeyRotated(added: added, replaces: "p3/\(index)"),
      refused: !isActive,
      learn: { walk, _, _ in
        walk.office.keys[index] = false
        walk.office.keys.append(true)
      })
  }

  private var isAlone: Bool { seers.allSatisfy { $0 == actor } }

  private mutating func erase() -> Step? {
    let again = office.erased > 0 && dice.chance(20)
    let digest = "digest \(again ? 1 : office.erased + 1)"
    return Step(
      name: "erase",
      event: Erasure(
        digests: [digest], subject: Clinic.pat, keptUntil: try! CivilDate("2026-01-01")),
      refused: again || isAlone, learn: { walk, _, _ in walk.office.erased += 1 })
  }

  private mutating func setClock() -> Step? {
    Step(name: "clock", event: ClockSet(now: clinic.now), refused: isAlone)
  }

  /// A place, a supplier or a product that nothing else in the walk uses, or one that is there.
  private mutating func add() -> Step? {
    let number = office.names + 1
    let isOld = dice.chance(20)
    let product = Walk.product(isOld ? Clinic.nasal.product : try! ProductID("house-\(number)"))
    let event: any Event =
      switch dice.number(1...3) {
      case 1:
        LocationAdded(
          id: isOld ? Clinic.room : try! LocationID("room-x\(number)"), name: "Room", parent: nil)
      case 2:
        SupplierAdded(
          id: isOld ? Walk.depot : try! SupplierID("supplier-\(number)"), name: "S", address: "A",
          dea: Clinic.dea)
      default: ProductAdded(product: product)
      }
    return Step(
      name: type(of: event).type, event: event, refused: isOld,
      learn: { walk, _, _ in walk.office.names = number })
  }

  private static func product(_ id: ProductID) -> Product {
    try! Product(
      id: id, name: "another", genericName: "ketamine hydrochloride", labeler: "house",
      schedule: .three,
      ingredients: [
        Product.Ingredient(
          Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three), strength: "10 mg/mL")
      ],
      strength: Strength("10 mg/mL"),
      packages: [
        try! Package(ndc: nil, container: Quantity(10, .milliliter), containers: 1)
      ],
      provenance: .compounded)
  }

  private mutating func note() -> Step? {
    let event: any Event =
      switch dice.number(1...10) {
      case 10:
        PeerAdopted(
          vkey: "w/1+00000001+BO0BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
          url: "http://w.example/\(clinic.state.size)")
      case 1: PatientUpdated(id: Clinic.pat)
      case 2: RecordsDisclosed(subject: Clinic.quinn, purpose: .dea, content: .records)
      case 3: Inspection(agency: .dea, form: "DEA-82", copies: true)
      case 4:
        Filing(
          form: "DEA-106", recipient: .dea,
          sentAt: clinic.now.adding(milliseconds: -60_000), answers: clinic.state.size - 1)
      case 5: SiteMoved(address: "9 Hill Rd, Akron", date: try! CivilDate("2027-02-01"))
      case 6: PolicyAdopted(policy: Clinic.policy)
      case 7:
        AnchorAdded(
          kind: .sheet, size: dice.number(1...clinic.state.size),
          root: OfficeDiary.digest, evidence: OfficeDiary.digest, name: "the safe")
      case 8: AnchorMissed(kind: .tsa, name: "freetsa", reason: .unreachable)
      default:
        PersonCredential(
          person: Walk.cleo,
          license: License(number: "RN-3", state: "OH", expires: try! CivilDate("2028-06-30")))
      }
    return Step(name: type(of: event).type, event: event)
  }
}
