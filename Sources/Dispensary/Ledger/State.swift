package import Notation

/// Everything the ledger says up to some entry: the fold of its events.
///
/// A state is a value. ``apply(_:)`` is the only way to change one, and it refuses whatever would
/// break an invariant, so a state that exists is a state that adds up:
///
///     var state = State()
///     for entry in entries { try state.apply(entry) }
///     let left = state.balance(.stock(position), item)
package struct State: Sendable {
  /// The number of entries folded in.
  package internal(set) var size: Int64 = 0
  package internal(set) var registration: RegistrationRecorded?
  package internal(set) var policy = Policy()
  /// When a one-signer policy stood, oldest first; only the last may be open.
  package internal(set) var oneSigner: [OneSignerSpan] = []
  package internal(set) var locations: [LocationID: LocationAdded] = [:]
  package internal(set) var people: [PersonID: Person] = [:]
  package internal(set) var keys: [String: KeyRecord] = [:]
  package internal(set) var products: [ProductID: Product] = [:]
  package internal(set) var suppliers: [SupplierID: SupplierAdded] = [:]
  package internal(set) var patients: [PatientID: Patient] = [:]
  /// When each lot expires that the ledger has seen, where anybody could read it.
  package internal(set) var lots: [Item: CivilDate] = [:]
  /// The lots that the ledger has seen whose expiry nobody could read yet.
  package internal(set) var unreadLots: Set<Item> = []
  package internal(set) var balances: [Bucket: Amount] = [:]
  package internal(set) var containers: [ContainerID: Container] = [:]
  package internal(set) var draws: [DrawID: DrawRecord] = [:]
  package internal(set) var cases: [CaseID: CaseRecord] = [:]
  package internal(set) var prescriptions: [RxID: PrescriptionRecord] = [:]
  package internal(set) var orders: [OrderID: OrderRecord] = [:]
  /// The receipts that no correction has reversed, by entry, each with all that is known of it now.
  package internal(set) var receipts: [Int64: Receipt] = [:]
  package internal(set) var erased: [String: Int64] = [:]
  package internal(set) var office = Office()
  /// When the initial inventory was taken, by entry number; `nil` before the ceremony.
  package internal(set) var initialInventory: Int64?
  /// What each entry did, indexed by its number.
  ///
  /// GAP: grows with the ledger, about 200 bytes an entry; a million entries want it in SQL.
  package internal(set) var journal: [JournalEntry] = []
  /// Every count line ever taken, oldest first.
  package internal(set) var counts: [CountedLine] = []

  /// The entries by which a draw was given, put away or handed on, oldest first, so that nobody
  /// searches the whole ledger for them.
  var actsOnDraw: [DrawID: [Int64]] = [:]
  /// The entries by which shipments went and batches began.
  var shipments: [ShipmentID: Int64] = [:]
  var batches: [BatchID: Int64] = [:]
  /// The doses of which something must still be written down, by entry.
  var lacking: Set<Int64> = []
  /// The entries that complete a dose, by the dose's entry.
  var completions: [Int64: [Int64]] = [:]

  var nextContainer = 1
  var nextDraw = 1
  var nextCase = 1
  var nextPatient = 1
  var nextPerson = 1
  /// The last number handed out of each other kind, by its prefix.
  var issued: [String: Int] = [:]
  /// The events that a correction may still reverse, by entry.
  var reversible: [Int64: any Event] = [:]
  var touched = Touched()

  package init() {}
}

/// What one entry did, kept for corrections, history and reconciliation.
package struct JournalEntry: Sendable {
  package let seq: Int64
  package let type: String
  package let recordedAt: Instant
  package let occurredAt: Instant
  /// When the postings take effect in the world's order: `occurredAt`, but for a correction the
  /// time of the entry it reverses.
  package let effectiveAt: Instant
  package let by: PersonID?
  package let witnesses: [PersonID]
  package let patient: PatientID?
  package let postings: [Posting]
  /// The correction that reversed this entry.
  package internal(set) var correctedBy: Int64?
}

/// What changed in the last ``State/apply(_:)``, so that projections need not be rewritten whole.
package struct Touched: Sendable {
  package var buckets: [Bucket] = []
  package var containers: Set<ContainerID> = []
  package var draws: Set<DrawID> = []
  package var cases: Set<CaseID> = []
  package var erased: [String] = []
}

/// One person as the ledger knows them.
package struct Person: Sendable {
  package let id: PersonID
  package let handle: Handle
  package let name: String
  package let initials: String
  package let roles: [Role]
  package internal(set) var license: License?
  /// The person's own DEA registration, where they have one.
  package internal(set) var dea: DEANumber?
  package internal(set) var deaExpires: CivilDate?
  package let from: CivilDate?
  package let until: CivilDate?
  package internal(set) var retiredAt: Int64?

  package func has(_ role: Role) -> Bool { roles.contains(role) }
}

/// A professional license as printed on it.
package struct License: Hashable, Sendable {
  package var number: String
  package var state: String?
  package var expires: CivilDate?

  package init(number: String, state: String?, expires: CivilDate?) {
    self.number = number
    self.state = state
    self.expires = expires
  }
}

/// A person's key: whose it is, and from when to when it signs.
package struct KeyRecord: Sendable {
  package let name: String
  package let person: PersonID
  package let addedAt: Int64
  package internal(set) var endedAt: Int64?
}

/// A patient as the ledger knows them: a random identifier and a running code, nothing else.
package struct Patient: Sendable {
  package let id: PatientID
  package let code: PatientCode
  package let addedAt: Int64
  /// When something about this patient was last recorded; retention runs from here.
  package internal(set) var lastActivity: Instant
  /// The patient that this one turned out to be.
  package internal(set) var mergedInto: PatientID?
}

/// An opened container.
package struct Container: Sendable {
  package enum Status: String, Sendable { case open, empty, voided }

  package let id: ContainerID
  package let item: Item
  package let size: Amount
  package internal(set) var position: Position
  package let openedAt: Instant
  package let openedBy: Int64
  /// Not to be used at or after this time.
  package let beyondUse: Instant?
  package internal(set) var status: Status
  package internal(set) var endedBy: Int64?
  /// How much has been drawn from overfill so far.
  package internal(set) var overfill: Amount = .zero
}

/// A person's custody of a drawn quantity, open until its account is zero.
package struct DrawRecord: Sendable {
  package let id: DrawID
  package let item: Item
  package let source: Position
  package let quantity: Amount
  package internal(set) var holder: PersonID
  package internal(set) var patient: PatientID?
  package let drawnAt: Instant
  package let seq: Int64
  /// Where a labeled syringe has been put away, and until when it may be used.
  package internal(set) var staged: Staging?
  /// In what the draw was diluted, and how much of that has been infused.
  package internal(set) var preparation: Preparation?

  package struct Staging: Hashable, Sendable {
    package let location: LocationID
    package let beyondUse: Instant
  }

  /// A draw diluted for an infusion. Volumes are thousandths of a milliliter.
  package struct Preparation: Hashable, Sendable {
    /// The drug in it, in the product's unit.
    package let held: Amount
    package let diluent: String
    package let total: Amount
    package let beyondUse: Instant
    package let at: Instant
    package let by: PersonID?
    package internal(set) var infused: Amount = .zero
  }

  /// Not to be given at or after this time: the earlier of a syringe's and an infusion's.
  package var beyondUse: Instant? {
    [staged?.beyondUse, preparation?.beyondUse].compactMap { $0 }.min()
  }
}

/// A difference that nobody has explained yet.
package struct CaseRecord: Sendable {
  package let id: CaseID
  package let item: Item
  /// The stock bucket whose book the case corrected; late entries that explain it go back there.
  package let account: Account
  package let openedBy: Int64
  package let openedAt: Instant
}

/// One line of a physical count, as it was taken.
package struct CountedLine: Sendable {
  package let seq: Int64
  package let at: Instant
  package let bucket: Bucket
  package let counted: Amount
  package let book: Amount
}

extension State {
  package func balance(_ account: Account, _ item: Item) -> Amount {
    balances[Bucket(account, item)] ?? .zero
  }

  package func balance(_ bucket: Bucket) -> Amount { balances[bucket] ?? .zero }

  /// The acts of a kind on a draw that no correction has reversed, oldest first.
  func standing<T: Event>(_ kind: T.Type, on draw: DrawID) -> [T] {
    (actsOnDraw[draw] ?? []).compactMap { reversible[$0] as? T }
  }

  /// Whether a correction has reversed an entry.
  func isCorrected(_ seq: Int64) -> Bool { journal[Int(seq)].correctedBy != nil }

  /// What is left of a draw: what its holder must still give, waste or put back.
  package func remaining(_ draw: DrawRecord) -> Amount { balance(.draw(draw.id), draw.item) }

  /// What a case still holds; positive when stock is missing, negative when there is too much.
  package func unexplained(_ record: CaseRecord) -> Amount {
    balance(.discrepancy(record.id), record.item)
  }

  /// Draws that are not closed, oldest first.
  package var openDraws: [DrawRecord] {
    draws.values.filter { !remaining($0).isZero }.sorted { $0.seq < $1.seq }
  }

  /// Cases that are not explained, oldest first.
  package var openCases: [CaseRecord] {
    cases.values.filter { !unexplained($0).isZero }
      .sorted { ($0.openedBy, $0.id.number) < ($1.openedBy, $1.id.number) }
  }

  /// Containers in use, oldest first.
  package var openContainers: [Container] {
    containers.values.filter { $0.status == .open }.sorted { $0.id.number < $1.id.number }
  }

  /// The stock buckets that are not empty, in a stable order.
  package var stock: [(position: Position, item: Item, amount: Amount)] {
    balances.compactMap { bucket, amount in
      guard case .stock(let position) = bucket.account else { return nil }
      return (position, bucket.item, amount)
    }
    .sorted {
      ($0.item, Account.stock($0.position).text) < ($1.item, Account.stock($1.position).text)
    }
  }

  package func person(_ handle: Handle) -> Person? {
    people.values.first { $0.handle == handle }
  }

  package func patient(_ code: PatientCode) -> Patient? {
    patients.values.first { $0.code == code }
  }

  /// The key with which a person signs now: the newest that has not ended.
  package func activeKey(of person: PersonID) -> KeyRecord? {
    keys.values.filter { $0.person == person && $0.endedAt == nil }.max { $0.addedAt < $1.addedAt }
  }

  package var newContainer: ContainerID { .next(nextContainer) }
  package var newDraw: DrawID { .next(nextDraw) }
  package var newCase: CaseID { .next(nextCase) }
  package var newPatientCode: PatientCode { .next(nextPatient) }
  package var newPerson: PersonID { .next(nextPerson) }

  /// What the last entry changed.
  package var lastTouched: Touched { touched }
}

extension State {
  /// The next identifier of a kind of which the ledger counts only how many there are:
  /// `state.new(RxID.self)`.
  package func new<Kind: NumberedKind>(_ type: Identifier<Kind>.Type) -> Identifier<Kind> {
    .next(issued[Kind.prefix, default: 0] + 1)
  }

  /// What is wrong with an identifier that an event hands out: it must be the next one.
  func notNext<Kind: NumberedKind>(_ id: Identifier<Kind>) -> [EventFault] {
    let next = new(Identifier<Kind>.self)
    guard id != next else { return [] }
    return [EventFault("the next number is `\(next.text)`, not `\(id.text)`")]
  }

  mutating func issue<Kind: NumberedKind>(_ id: Identifier<Kind>) {
    issued[Kind.prefix] = id.number
  }
}

extension Identifier where Kind: NumberedKind {
  /// The identifier that the ledger hands out with this number.
  static func next(_ number: Int) -> Self {
    guard let id = try? Self(number: number) else {
      preconditionFailure("a ledger numbers at most 999,999,999 things of a kind")
    }
    return id
  }
}
