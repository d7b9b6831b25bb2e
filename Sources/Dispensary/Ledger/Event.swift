package import Notation

/// Something that happened, or that the ledger is told: one kind for each `type` of entry.
///
/// An event is self-describing. Its postings follow from its own fields, never from the state, so
/// that an inspector who reads one body can check its arithmetic. Adding an event takes one file
/// here, one line in ``Events/all``, and its rules, its command and its tests in the other rooms.
package protocol Event: Sendable {
  /// The `type` field of the entry, such as `container.open`.
  static var type: String { get }
  /// Whether it records something that people did to stock, which is never refused once it has
  /// happened.
  static var isPhysical: Bool { get }
  /// Whether a correction may reverse it.
  static var isReversible: Bool { get }
  /// Whether the house has it seen by a second person, so that without one it is unwitnessed.
  static var takesWitness: Bool { get }

  /// Reads the event from the fields of a body; ``Fields/finish()`` is the caller's.
  init(_ fields: inout Fields) throws(WireFault)
  /// The fields of the body, in the decided wire form.
  var members: Members { get }

  /// What came and what left. Sums to zero for each lot.
  var postings: [Posting] { get }
  /// The patient whom the entry concerns.
  var patient: PatientID? { get }
  /// Whether the retention of the patient's records runs from it; a legal hold does not.
  static var renewsRetention: Bool { get }
  /// Whether another person must look at it, even where no rule would have refused it.
  var needsReview: Bool { get }

  /// Why the event cannot be entered in this state: unknown things and broken arithmetic, all of
  /// them. What a rule thinks of it is for Compliance to say.
  func faults(in state: State, _ entry: EntryContext) -> [EventFault]
  /// Changes of the state other than balances.
  func unfold(in state: inout State, _ entry: EntryContext)
  /// Takes back what ``unfold(in:_:)`` did, when a correction reverses the event. The event is
  /// already marked as corrected and is no longer among the reversible ones.
  func undo(in state: inout State)
}

extension Event {
  package static var isPhysical: Bool { false }
  package static var isReversible: Bool { false }
  package static var takesWitness: Bool { false }
  package static var renewsRetention: Bool { true }
  package var postings: [Posting] { [] }
  package var patient: PatientID? { nil }
  package var needsReview: Bool { false }
  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] { [] }
  package func unfold(in state: inout State, _ entry: EntryContext) {}
  package func undo(in state: inout State) {}
}

/// What an event may know of the entry it stands in.
package struct EntryContext: Sendable {
  package let seq: Int64
  package let recordedAt: Instant
  package let occurredAt: Instant
  package let by: PersonID?
  package let witnesses: [PersonID]

  /// Whether nobody but the signer stands by it.
  var isUnwitnessed: Bool { witnesses.allSatisfy { $0 == by } }

  package init(
    seq: Int64, recordedAt: Instant, occurredAt: Instant, by: PersonID?, witnesses: [PersonID]
  ) {
    self.seq = seq
    self.recordedAt = recordedAt
    self.occurredAt = occurredAt
    self.by = by
    self.witnesses = witnesses
  }
}

/// Why an event cannot be entered: what, about which thing, and the way out.
package struct EventFault: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Something named does not exist, or arithmetic does not close.
    case invalid
    /// More would leave a position than is there.
    case notEnough
    /// It lies in the future.
    case future
  }

  package let kind: Kind
  package let text: String
  package let hint: String?

  package init(_ text: String, hint: String? = nil, kind: Kind = .invalid) {
    self.kind = kind
    self.text = text
    self.hint = hint
  }
}

/// All the kinds of event, by the type that stands in the body, in families that share a folder.
package enum Events {
  package static let all: [any Event.Type] =
    site + people + patients + receiving + doses + prescriptions + disposal + counting

  /// The ledger, the house and its registration.
  static let site: [any Event.Type] = [
    LedgerOpened.self, PolicyAdopted.self, RegistrationRecorded.self, LocationAdded.self,
    ProductAdded.self, SupplierAdded.self, ClockSet.self,
    DowntimeStarted.self, DowntimeEnded.self, SiteMoved.self, SiteClosed.self,
    SiteTransferred.self, Inspection.self, Filing.self,
    AnchorAdded.self, AnchorMissed.self,
    PeerAdopted.self,
  ]

  /// Who works here, and what they sign with.
  static let people: [any Event.Type] = [
    PersonAdded.self, PersonRetired.self, KeyAdded.self, KeyRotated.self, KeyRevoked.self,
    SiteKeyReplaced.self,
    PersonCredential.self,
  ]

  /// Whom the records are about, and who has seen them.
  static let patients: [any Event.Type] = [
    PatientAdded.self, Erasure.self,
    PatientUpdated.self, PatientMerged.self, RecordsDisclosed.self, HoldPlaced.self,
    HoldLifted.self,
  ]

  /// Stock coming in and standing on shelves.
  static let receiving: [any Event.Type] = [
    InitialInventory.self, OrderPlaced.self, OrderCancelled.self, Receipt.self,
    ReceiptCompleted.self, ReceiptSettled.self, Release.self, SetAside.self, StockFound.self,
    Move.self,
    KitUnpacked.self,
  ]

  /// From a container to a patient.
  static let doses: [any Event.Type] = [
    ContainerOpened.self, ContainerEmptied.self, Draw.self, Handoff.self, Preparation.self,
    Administration.self, AdministrationCompleted.self, Waste.self, PutBack.self,
  ]

  /// Prescriptions, from the order to the patient's hand.
  static let prescriptions: [any Event.Type] = [
    PrescriptionAdded.self, PrescriptionFilled.self, PrescriptionPickedUp.self,
    PrescriptionReturned.self, PrescriptionTransferred.self, PrescriptionVoided.self,
  ]

  /// What leaves otherwise than to a patient.
  static let disposal: [any Event.Type] = [
    WasteHeld.self, Spill.self, Loss.self, Destruction.self, Shipment.self,
    ShipmentAcknowledged.self, Distribution.self, Seizure.self, CompoundingStarted.self,
    CompoundingFinished.self,
  ]

  /// Counts, and putting right.
  static let counting: [any Event.Type] = [
    PhysicalCount.self, Correction.self,
    EntryReviewed.self, EntryCosigned.self,
  ]

  package static let byType: [String: any Event.Type] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.type, $0) })
}
