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
  /// What stays in a device after a draw, by the device's name, in thousandths of a milliliter.
  package var deadSpace: [String: Amount] = [:]
  /// After how many days what nobody has picked up goes back to stock.
  package var willCallDays = Policy.usualWillCallDays
  /// Whether rules of the house that ask for a second person yield, because there is none. Every
  /// report shows it. See ``State/oneSignerPolicy(at:on:)`` for when it holds.
  package var isOneSigner = false

  /// What holds where a site has decided nothing; its wire form is absence.
  package static let usualWillCallDays: Int64 = 14

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
    policy.deadSpace = try PolicyAdopted.deadSpace(&fields)
    let days = fields.has("will_call_days") ? try fields.whole("will_call_days") : nil
    guard days != Policy.usualWillCallDays else {
      throw fields.fault("will_call_days", "is the usual number where it should be absent")
    }
    policy.willCallDays = days ?? Policy.usualWillCallDays
    policy.isOneSigner = try fields.flag("one_signer")
    self.policy = policy
  }

  /// One line for each device, in the order of their names.
  private static func deadSpace(_ fields: inout Fields) throws(WireFault) -> [String: Amount] {
    let lines = try fields.list("dead_space") { fields throws(WireFault) in
      (try fields.text("device"), try fields.amount("quantity"))
    }
    let names = lines.map(\.0)
    guard names == Set(names).sorted() else {
      throw fields.fault("dead_space", "is not in the order of the devices, each once")
    }
    return Dictionary(uniqueKeysWithValues: lines)
  }

  private static func line(_ device: String, _ amount: Amount) -> [String: JSON] {
    var members = Members()
    members.put("device", device)
    members.put("quantity", amount)
    return members.all
  }

  package var members: Members {
    var members = Members()
    members.put("reading_uncertainty", policy.readingUncertainty)
    members.put("reading_limit", policy.readingLimit)
    members.put("late_after_minutes", whole: policy.lateAfterMinutes)
    members.put("keep_years", whole: policy.keepYears)
    members.put("staged_minutes", whole: policy.stagedMinutes)
    if policy.willCallDays != Policy.usualWillCallDays {
      members.put("will_call_days", whole: policy.willCallDays)
    }
    members.put("one_signer", flag: policy.isOneSigner)
    members.put(
      "dead_space",
      objects: policy.deadSpace.sorted { $0.key < $1.key }.map { PolicyAdopted.line($0, $1) })
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
    if !(1...365).contains(policy.willCallDays) {
      faults.append(EventFault("the days of will-call in a policy lie between 1 and 365"))
    }
    if policy.readingUncertainty < .zero || policy.readingLimit < policy.readingUncertainty {
      faults.append(
        EventFault(
          "the reading limit is smaller than a single reading's uncertainty",
          hint: "the limit is for what the readings of a container add up to"))
    }
    for (device, amount) in policy.deadSpace.sorted(by: { $0.key < $1.key }) {
      faults += DeviceName.faults(device)
      faults += Known.positive(amount, "the dead space of `\(device)`")
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.policy = policy
    state.adopt(isOneSigner: policy.isOneSigner, at: entry.seq)
  }
}

/// The name of a kind of syringe or needle, as the site's policy lists it: `1mL-syringe`.
package enum DeviceName {
  package static func faults(_ text: String) -> [EventFault] {
    let good = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
    guard !good || !(1...40).contains(text.utf8.count) else { return [] }
    return [
      EventFault(
        "`\(text)` does not name a device",
        hint: "write up to 40 letters, digits, hyphens and points, such as `1mL-syringe`")
    ]
  }
}
