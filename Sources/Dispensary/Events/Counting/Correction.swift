package import Notation

/// An entry is reversed, because it records something that did not happen, or happened otherwise.
///
/// Both stay visible. The postings take effect at the time of the entry reversed, as if it had
/// never been.
package struct Correction: Event {
  package static let type = "correction"

  package var entry: Int64
  /// Why, as a code; the words behind it are private.
  package var reason: String
  package var effective: Instant
  /// The reversed postings of the entry, in full, so that this entry can be read alone.
  package var reversal: [Posting]
  /// The patient of the entry reversed, so that what is noted about the correction is found, and
  /// one day erased, with everything else about the patient.
  package var patient: PatientID?

  package static let reasons = [
    "wrong-amount", "wrong-item", "wrong-patient", "duplicate", "did-not-happen", "other",
  ]

  package init(
    entry: Int64, reason: String, effective: Instant, reversal: [Posting],
    patient: PatientID? = nil
  ) {
    self.entry = entry
    self.reason = reason
    self.effective = effective
    self.reversal = reversal
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    entry = try fields.whole("entry")
    reason = try fields.text("reason")
    guard let effective = try fields.optionalInstant("effective") else {
      throw fields.fault("effective", "is missing")
    }
    self.effective = effective
    patient = try fields.optional("patient")
    reversal = try fields.list("postings") { fields throws(WireFault) in
      Posting(
        try fields.value("account"),
        Item(try fields.value("product"), try fields.text("lot")), try fields.amount("quantity"))
    }
  }

  package var members: Members {
    var members = Members()
    members.put("entry", whole: entry)
    members.put("reason", reason)
    members.put("effective", effective)
    members.put("patient", patient)
    members.put("postings", objects: reversal.map(Correction.members))
    return members
  }

  private static func members(_ posting: Posting) -> [String: JSON] {
    var members = Members()
    members.put("account", posting.bucket.account)
    members.put("product", posting.bucket.item.product)
    members.put("lot", posting.bucket.item.lot)
    members.put("quantity", posting.amount)
    return members.all
  }

  package var postings: [Posting] { reversal }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard self.entry >= 0, self.entry < state.size else {
      return [
        EventFault(
          "there is no entry \(self.entry)", hint: "`custody history` lists the entries")
      ]
    }
    let target = state.journal[Int(self.entry)]
    var faults: [EventFault] = []
    if let other = target.correctedBy {
      faults.append(
        EventFault(
          "entry \(self.entry) was corrected by entry \(other) already",
          hint: "`custody history --entry \(other)` shows it"))
    }
    if let kind = Events.byType[target.type], !kind.isReversible {
      faults.append(
        EventFault(
          "entry \(self.entry) (\(target.type)) cannot be reversed",
          hint: "record what really happened as an entry of its own"))
    }
    if reversal != target.postings.reversed || effective != target.effectiveAt {
      faults.append(EventFault("the reversal is not what entry \(self.entry) posted"))
    }
    faults += laterUse(in: state)
    if let patient, patient != target.patient {
      faults.append(EventFault("entry \(self.entry) is about another patient, or none"))
    }
    if !Correction.reasons.contains(reason) {
      faults.append(
        EventFault(
          "`\(reason)` is not a reason for a correction",
          hint: "one of \(Correction.reasons.joined(separator: ", "))"))
    }
    return faults
  }

  /// A container goes back only with exactly what came with it, or a rest would stay behind in a
  /// container that is not there.
  private func laterUse(in state: State) -> [EventFault] {
    for posting in reversal.net {
      guard case .stock(let position) = posting.bucket.account,
        case .container(let id) = position.holding, let container = state.containers[id],
        let end = container.endedBy, end != entry
      else { continue }
      return [
        EventFault(
          "`\(id.text)` was closed by entry \(end)", hint: "`custody correct \(end)` comes first")
      ]
    }
    let id: ContainerID
    let bucket: Bucket
    let came: Amount
    switch state.reversible[entry] {
    case let opened as ContainerOpened:
      (id, came) = (opened.id, opened.size)
      bucket = Bucket(.stock(opened.position), opened.item)
    case let moved as Move:
      guard case .container(let container) = moved.from.holding else { return [] }
      (id, came) = (container, moved.amount)
      bucket = Bucket(.stock(moved.target), moved.item)
    case let aside as SetAside:
      guard case .container(let container) = aside.to.holding else { return [] }
      (id, came) = (container, aside.amount)
      bucket = Bucket(.stock(aside.to), aside.item)
    case let release as Release:
      guard case .container(let container) = release.from.holding else { return [] }
      (id, came) = (container, release.amount)
      bucket = Bucket(.stock(release.target), release.item)
    case let prepared as Preparation: return infused(prepared.draw, in: state)
    default: return []
    }
    guard state.containers[id]?.status == .open, state.balance(bucket) == came else {
      return [
        EventFault(
          "`\(id.text)` has been used since entry \(entry)",
          hint: "correct the later entries about it first, the newest before the others")
      ]
    }
    return []
  }

  /// What was infused is a share of what was prepared.
  private func infused(_ draw: DrawID, in state: State) -> [EventFault] {
    guard state.draws[draw]?.preparation?.infused.isPositive == true else { return [] }
    return [
      EventFault(
        "`\(draw.text)` has been infused since entry \(entry)",
        hint: "correct the doses first, the newest before the others")
    ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    // The mark comes first: an event's `undo` asks what still stands, itself no longer among it.
    state.journal[Int(self.entry)].correctedBy = entry.seq
    // So does what is kept by entry: an event does not know its own number.
    state.receipts[self.entry] = nil
    state.lacking.remove(self.entry)
    state.reversible.removeValue(forKey: self.entry)?.undo(in: &state)
  }
}
