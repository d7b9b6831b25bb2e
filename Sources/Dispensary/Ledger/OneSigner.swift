package import Notation

/// A time during which a site had a one-signer policy, from the entry that adopted it to the entry
/// that ended it.
///
/// It stays in every report for as long as the ledger: what was recorded in it was seen by nobody
/// else, and no later signature changes that.
package struct OneSignerSpan: Hashable, Sendable {
  /// The entry that adopted the policy.
  package let from: Int64
  /// The entry that ended it; `nil` while it stands.
  package internal(set) var until: Int64?

  /// What every report says of it: `one-signer policy since entry 12: no second person saw these
  /// acts unless named`. One that was ended is still said.
  package var text: String {
    guard let until else {
      return "one-signer policy since entry \(from): no second person saw these acts unless named"
    }
    return
      "one-signer policy from entry \(from) to entry \(until): no second person saw those acts "
      + "unless named"
  }
}

extension State {
  /// The people who can sign on a day: here, with a key, and in a role that signs anything.
  /// Inspectors sign nothing.
  package func signers(on day: CivilDate) -> [Person] {
    people.values.filter { person in
      person.retiredAt == nil && person.from.map { $0 <= day } ?? true
        && person.until.map { day <= $0 } ?? true && person.roles != [.inspector]
        && activeKey(of: person.id) != nil
    }
    .sorted { $0.id < $1.id }
  }

  /// The entry that adopted the one-signer policy which stands, whether or not it still fits.
  package var oneSignerSince: Int64? {
    oneSigner.last.flatMap { $0.until == nil ? $0.from : nil }
  }

  /// The entry of the one-signer policy that covers an act; `nil` where two people are asked for.
  ///
  /// The policy is for a site at which nobody else can sign. It rests by itself on each day on which
  /// somebody can, such as a locum's, and never reaches back to what happened before it was adopted.
  package func oneSignerPolicy(at instant: Instant, on day: CivilDate) -> Int64? {
    guard let since = oneSignerSince, journal[Int(since)].recordedAt <= instant,
      signers(on: day).count <= 1
    else { return nil }
    return since
  }

  /// Whoever can sign on a day although the one-signer policy stands: the policy no longer fits.
  /// Empty where it fits, and where there is none.
  package func signersBesideOne(on day: CivilDate) -> [Person] {
    guard oneSignerSince != nil else { return [] }
    let signers = signers(on: day)
    return signers.count > 1 ? signers : []
  }

  /// Keeps from when to when a one-signer policy stood.
  mutating func adopt(isOneSigner: Bool, at seq: Int64) {
    switch (isOneSigner, oneSignerSince) {
    case (true, nil): oneSigner.append(OneSignerSpan(from: seq))
    case (false, .some): oneSigner[oneSigner.count - 1].until = seq
    case (true, .some), (false, nil): break
    }
  }

  /// Whether only the person who signed an entry has reviewed it.
  package func isReviewedBySignerOnly(_ task: ReviewTask) -> Bool {
    guard let review = task.reviewedBy else { return false }
    return journal[Int(review)].by == journal[Int(task.seq)].by
  }
}
