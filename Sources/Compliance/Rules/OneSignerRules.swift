import Dispensary
import Notation

extension Rule {
  /// A site with one signer.
  ///
  /// Rules of the house that ask for a second person yield to the policy, each with a note in the
  /// entry: waste, what is found, inventories, corrections, seizures and what is thrown away of a
  /// batch. Federal law asks for a witness of none of them (21 CFR 1304.11 names the registrant
  /// alone; DEA only encourages one for waste).
  ///
  /// What does not yield: destruction (`destroy.two-persons`) and loading for a reverse distributor
  /// (`ship.two-persons`), where 21 CFR 1317.95 asks for two employees; breakage and spillage
  /// (`spill.two-signers`), where DEA's answer to registrants asks for two signatures in the record;
  /// custody that passes from hand to hand, which takes two hands; a witness, who is never oneself;
  /// and a late co-signature, which only somebody else can give. Setting the clock back and erasing
  /// take two signers by the format of the ledger itself.
  static let oneSigner = [oneSignerAlone, reviewOnLaterDay]

  static let oneSignerAlone = Rule(
    "policy.one-signer", .block, .house("one signer"),
    "A one-signer policy is for a site at which one person can sign."
  ) { question in
    guard let adopted = question.event as? PolicyAdopted, adopted.policy.isOneSigner else {
      return []
    }
    let signers = question.state.signers(on: question.today)
    guard signers.count > 1 else { return [] }
    let names = signers.map { "`\($0.handle.text)`" }.joined(separator: ", ")
    return [
      Verdict(
        "\(signers.count) people can sign here: \(names)",
        hint: "let them witness one another; `--two-signers` ends a policy that stands")
    ]
  }

  /// Whoever works alone reviews what they recorded themselves, and the review says so: a registrant
  /// who goes through the exceptions again, on another day and under a signature, keeps the record
  /// that an inspector asks for. In the same sitting it would be the same glance twice; and without
  /// any review what is odd would stay on the list for ever and be read by nobody. It never counts
  /// as another person's: whoever joins later may still review the entry.
  static let reviewOnLaterDay = Rule(
    "review.later-day", .block, .house("one signer"),
    "Whoever reviews their own entry does so on a later day than they recorded it."
  ) { question in
    guard let review = question.event as? EntryReviewed, let person = question.by else { return [] }
    let entry = question.state.journal[Int(review.entry)]
    guard entry.by == person.id, question.oneSignerPolicy != nil else { return [] }
    let day = question.zone.day(of: entry.recordedAt)
    guard question.today <= day else { return [] }
    return [
      Verdict(
        "entry \(review.entry) was recorded on \(day.text), by the same person",
        hint: "look at it again on another day")
    ]
  }
}

extension Question {
  /// The entry of the one-signer policy that covers this act, if one does.
  package var oneSignerPolicy: Int64? { state.oneSignerPolicy(at: occurredAt, on: day) }

  /// How to find the second person whom the law asks for whatever a site's policy says.
  var secondPersonHint: String {
    guard oneSignerPolicy != nil else { return "add `--witness NAME`" }
    return "no policy replaces the second employee: `custody person add NAME --until today`, with "
      + "a key, lets somebody witness for the day"
  }
}
