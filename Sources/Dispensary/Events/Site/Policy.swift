import Notation

/// What a site has decided for itself, where the law leaves it to the site.
package struct Policy: Hashable, Sendable {
  /// How far a reading of an opened liquid may differ from the book without a case, in
  /// thousandths of a milliliter. Zero until the site signs another figure.
  package var readingUncertainty = Amount.zero
  /// The sum of readings, for one container, past which a case is opened all the same.
  package var readingLimit = Amount.zero
  /// An entry recorded more than this after the act is late. Minutes.
  package var lateAfterMinutes: Int64 = 60
  /// How long openings of patient data are kept at least. Years; federal law asks for two
  /// (21 CFR 1304.04).
  package var keepYears: Int64 = 2
  /// How long a staged syringe may be used. Minutes; four hours unless the site says otherwise.
  package var stagedMinutes: Int64 = 240

  package init() {}
}

/// The site adopts a policy, which holds from this entry on.
package struct PolicyAdopted: Event {
  package static let type = "policy.adopt"

  package var policy: Policy

  package init(policy: Policy) { self.policy = policy }

  package init(_ fields: inout Fields) throws(WireFault) {
    var policy = Policy()
    policy.readingUncertainty = try fields.amount("reading_uncertainty")
    policy.readingLimit = try fields.amount("reading_limit")
    policy.lateAfterMinutes = try fields.whole("late_after_minutes")
    policy.keepYears = try fields.whole("keep_years")
    policy.stagedMinutes = try fields.whole("staged_minutes")
    self.policy = policy
  }

  package var members: Members {
    var members = Members()
    members.put("reading_uncertainty", policy.readingUncertainty)
    members.put("reading_limit", policy.readingLimit)
    members.put("late_after_minutes", whole: policy.lateAfterMinutes)
    members.put("keep_years", whole: policy.keepYears)
    members.put("staged_minutes", whole: policy.stagedMinutes)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults: [EventFault] = []
    if !(2...99).contains(policy.keepYears) {
      faults.append(
        EventFault(
          "records are kept for at least two years, not \(policy.keepYears)",
          hint: "21 CFR 1304.04 asks for two years; a state may ask for more"))
    }
    let minutes = 1...10_080
    if !minutes.contains(Int(clamping: policy.lateAfterMinutes))
      || !minutes.contains(Int(clamping: policy.stagedMinutes))
    {
      faults.append(EventFault("minutes in a policy lie between 1 and 10080"))
    }
    if policy.readingUncertainty < .zero || policy.readingLimit < policy.readingUncertainty {
      faults.append(EventFault("the reading limit is smaller than a single reading's uncertainty"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) { state.policy = policy }
}
