package import Notation

/// What the office keeps beside the stock: what awaits a second look, who has seen the records,
/// what must not be erased, times without the program, what was sent to whom, and how a site ends.
package struct Office: Sendable {
  /// Entries that another person must look at, open or done, by their number.
  package internal(set) var reviews: [Int64: ReviewTask] = [:]
  /// The entries that co-sign an entry, oldest first.
  package internal(set) var cosignatures: [Int64: [Int64]] = [:]
  package internal(set) var disclosures: [DisclosureRecord] = []
  /// How many patients were merged into others.
  package internal(set) var merges = 0
  package internal(set) var holds: [HoldID: HoldRecord] = [:]
  package internal(set) var downtimes: [DowntimeID: Downtime] = [:]
  package internal(set) var inspections: [InspectionRecord] = []
  package internal(set) var filings: [FilingRecord] = []
  /// What has been anchored outside, oldest first.
  package internal(set) var anchors: [AnchorRecord] = []
  package internal(set) var missedAnchors: [MissedAnchor] = []
  /// Who vouches for the ledger, in the order of the entries; see ``State/peers``.
  package internal(set) var peers: [PeerRecord] = []
  /// Since when the site does no business here; a registration recorded later opens it again.
  package internal(set) var closing: Closing?
}

/// An entry that another person than its signer must look at.
package struct ReviewTask: Sendable {
  package let seq: Int64
  /// Recorded although a rule would have refused it.
  package let hasHappened: Bool
  /// Of a kind that takes a witness, and has none. A later co-signature does not change it.
  package let isUnwitnessed: Bool
  /// The entry that reviewed it; another person's rather than its signer's own.
  package internal(set) var reviewedBy: Int64?
}

/// One look at what the vault says about a patient, or one copy of it handed out.
package struct DisclosureRecord: Sendable {
  package let seq: Int64
  package let at: Instant
  package let event: RecordsDisclosed
}

/// An order to keep records, whatever their age.
package struct HoldRecord: Sendable {
  package let id: HoldID
  /// Whose records; `nil` means everybody's.
  package let patient: PatientID?
  package let placedBy: Int64
  package let placedAt: Instant
  package internal(set) var liftedBy: Int64?
}

/// A time without the program, with one reason for all that is entered afterwards.
package struct Downtime: Sendable {
  package let id: DowntimeID
  package let from: Instant
  package let startedBy: Int64
  /// `nil` while it lasts.
  package internal(set) var to: Instant?
  package internal(set) var endedBy: Int64?

  /// Whether a moment lies in it; both ends belong to it.
  package func contains(_ instant: Instant) -> Bool {
    from <= instant && to.map { instant <= $0 } ?? true
  }
}

/// A visit of those who may look at the records.
package struct InspectionRecord: Sendable {
  package let seq: Int64
  package let at: Instant
  package let event: Inspection
}

/// Something that was sent to an authority.
package struct FilingRecord: Sendable {
  package let seq: Int64
  package let event: Filing
}

/// The end of business at this site.
package struct Closing: Sendable {
  package let seq: Int64
  package let date: CivilDate
}

extension State {
  /// Entries that nobody else has looked at yet, oldest first. A corrected one needs no look.
  package var openReviews: [ReviewTask] {
    office.reviews.values.filter { $0.reviewedBy == nil && !isCorrected($0.seq) }
      .sorted { $0.seq < $1.seq }
  }

  /// The holds that have not been lifted, oldest first.
  package var openHolds: [HoldRecord] {
    office.holds.values.filter { $0.liftedBy == nil }.sorted { $0.id < $1.id }
  }

  /// Times without the program, oldest first.
  package var downtimes: [Downtime] { office.downtimes.values.sorted { $0.id < $1.id } }

  /// The one downtime in which a moment lies; `nil` for none, and for several.
  package func downtime(at instant: Instant) -> Downtime? {
    let around = downtimes.filter { $0.contains(instant) }
    return around.count == 1 ? around[0] : nil
  }

  /// What was sent because of an entry, oldest first.
  package func filings(answering seq: Int64) -> [FilingRecord] {
    office.filings.filter { $0.event.answers == seq }
  }

  /// Who co-signed an entry, and with which entry.
  package func cosignatures(of seq: Int64) -> [(by: PersonID?, seq: Int64)] {
    (office.cosignatures[seq] ?? []).map { (journal[Int($0)].by, $0) }
  }

  /// The patient that a merged one has become; itself where it was not merged.
  package func survivor(of id: PatientID) -> PatientID {
    var id = id
    // A merge is refused into a merged patient, so that the chain is short and has an end.
    while let next = patients[id]?.mergedInto { id = next }
    return id
  }

  /// What is on hand, but on no shelf and in nobody's hands: in will-call, in transit and being
  /// compounded, in a stable order.
  package var underWay: [(bucket: Bucket, amount: Amount)] {
    balances.filter { bucket, _ in
      switch bucket.account {
      case .willCall, .inTransit, .compounding: true
      default: false
      }
    }
    .map { ($0.key, $0.value) }
    .sorted { ($0.bucket.account.text, $0.bucket.item) < ($1.bucket.account.text, $1.bucket.item) }
  }

  /// Every identifier that stands for the same patient.
  package func identities(of id: PatientID) -> Set<PatientID> {
    let survivor = survivor(of: id)
    return Set(patients.keys.filter { self.survivor(of: $0) == survivor }).union([id])
  }

  /// Whether two identifiers stand for the same patient.
  package func isSame(_ left: PatientID, _ right: PatientID) -> Bool {
    survivor(of: left) == survivor(of: right)
  }

  /// An owner of stock under the code that its patient has now; `general` stays what it is.
  package func owner(_ owner: String) -> String {
    guard let patient = try? PatientID(owner) else { return owner }
    return survivor(of: patient).text
  }

  /// Whether two owners of stock are one: general stock, or one patient under merged codes.
  package func isSameOwner(_ left: String, _ right: String) -> Bool { owner(left) == owner(right) }

  /// Whether stock of this owner may be used for a patient: general stock, and the patient's own.
  package func isStock(of owner: String, usableFor patient: PatientID?) -> Bool {
    owner == "general" || patient.map { isSameOwner(owner, $0.text) } ?? false
  }

  /// Licenses and registrations of people here that end up to so many days after a day, or have
  /// ended, soonest first.
  package func endingCredentials(on day: CivilDate, within days: Int) -> [EndingCredential] {
    people.values.filter { $0.retiredAt == nil }.flatMap { person in
      [
        person.license?.expires.map { EndingCredential(person: person.id, kind: .license, on: $0) },
        person.deaExpires.map { EndingCredential(person: person.id, kind: .registration, on: $0) },
      ].compactMap { $0 }
    }
    .filter { $0.on.dayNumber - day.dayNumber <= days }
    .sorted { ($0.on, $0.person) < ($1.on, $1.person) }
  }
}

/// A license or registration of a person, with its last day.
package struct EndingCredential: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case license
    case registration = "DEA registration"
  }

  package let person: PersonID
  package let kind: Kind
  package let on: CivilDate

  package init(person: PersonID, kind: Kind, on: CivilDate) {
    (self.person, self.kind, self.on) = (person, kind, on)
  }
}

extension RecordedEvent {
  /// Whether another person must look at it.
  var needsReview: Bool {
    event.needsReview || (type(of: event).isPhysical && notes.alreadyHappened)
  }
}

extension State {
  /// Keeps an entry for review, where it needs one.
  mutating func askReview(of entry: RecordedEvent) {
    guard entry.needsReview else { return }
    office.reviews[entry.context.seq] = ReviewTask(
      seq: entry.context.seq, hasHappened: entry.notes.alreadyHappened,
      isUnwitnessed: type(of: entry.event).takesWitness && entry.context.isUnwitnessed)
  }

  /// What is wrong with the downtime that an entry names.
  func downtimeFaults(of entry: RecordedEvent) -> [EventFault] {
    guard let id = entry.notes.downtime else { return [] }
    guard let downtime = office.downtimes[id] else {
      return [
        Known.unknown(
          "downtime", id.text, among: office.downtimes.keys.map(\.text), "downtime list")
      ]
    }
    guard !downtime.contains(entry.context.occurredAt) else { return [] }
    return [
      EventFault(
        "the act lies outside downtime `\(id.text)`",
        hint: "`custody downtime list` shows from when to when; leave `--downtime` out otherwise")
    ]
  }
}

extension Known {
  /// An entry that the ledger has.
  package static func entry(_ seq: Int64, in state: State) -> [EventFault] {
    seq >= 0 && seq < state.size
      ? []
      : [EventFault("there is no entry \(seq)", hint: "`custody history` lists the entries")]
  }

  /// The patient that an entry about another one repeats, so that its words are found with theirs.
  static func samePatient(_ patient: PatientID?, as seq: Int64, in state: State) -> [EventFault] {
    guard let patient, patient != state.journal[Int(seq)].patient else { return [] }
    return [EventFault("entry \(seq) is about another patient, or none")]
  }
}
