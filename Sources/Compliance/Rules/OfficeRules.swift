import Dispensary
import Notation

extension Rule {
  /// A second look, credentials, holds, and the end of a site.
  static let office = [
    reviewByAnother, cosignByAnother, registrationOfPersonValid, erasureHold, erasureDisclosed,
    moveRegistered,
    closingInventory, transferNotified, closedReceivesNothing, inspectionNotice,
    anchorClock,
  ]

  static let reviewByAnother = Rule(
    "review.another-person", .block, .house("reviews"),
    "What was recorded against a rule is reviewed by another person than its signer.",
    yieldsToOneSigner: true
  ) { question in
    guard let review = question.event as? EntryReviewed, let person = question.by,
      question.state.journal[Int(review.entry)].by == person.id
    else { return [] }
    return [
      Verdict(
        "`\(person.handle.text)` recorded entry \(review.entry)",
        hint: "have another person review it, with `--as NAME`")
    ]
  }

  static let cosignByAnother = Rule(
    "cosign.another-person", .block, .house("co-signatures"),
    "Who signed or witnessed an entry does not co-sign it."
  ) { question in
    guard let cosign = question.event as? EntryCosigned, let person = question.by else { return [] }
    let entry = question.state.journal[Int(cosign.entry)]
    guard entry.by == person.id || entry.witnesses.contains(person.id) else { return [] }
    let word = entry.by == person.id ? "signed" : "witnessed"
    return [
      Verdict(
        "`\(person.handle.text)` \(word) entry \(cosign.entry) already",
        hint: "have another person co-sign it, with `--as NAME`")
    ]
  }

  static let registrationOfPersonValid = Rule(
    "person.registration-expired", .warn, .cfr("1301.13(e)"),
    "The DEA registration of whoever handles stock has not expired, where they have one."
  ) { question in
    guard let person = question.by, let expires = person.deaExpires, expires < question.day,
      type(of: question.event).isPhysical
    else { return [] }
    return [
      Verdict("the DEA registration of `\(person.handle.text)` expired on \(expires.text)")
    ]
  }

  static let erasureHold = Rule(
    "erase.legal-hold", .block, .house("legal holds"),
    "Nothing is erased that a legal hold keeps."
  ) { question in
    guard let erasure = question.event as? Erasure else { return [] }
    return question.state.openHolds.filter { hold in
      guard let kept = hold.patient, let subject = erasure.subject else { return true }
      return question.state.isSame(kept, subject)
    }
    .map {
      Verdict("hold `\($0.id.text)` keeps these values", hint: "`custody hold list` shows it")
    }
  }

  /// Documentation is kept for six years from its creation; erasing would lose the recipients.
  static let erasureDisclosed = Rule(
    "erase.disclosures", .block, .hipaa("164.530(j)"),
    "Who was shown a patient's records is accounted for during six years."
  ) { question in
    guard let erasure = question.event as? Erasure, let subject = erasure.subject else { return [] }
    let made = question.state.office.disclosures.filter {
      question.state.isSame($0.event.subject, subject)
    }
    guard let last = made.map({ question.zone.day(of: $0.at) }).max(),
      let until = last.adding(years: 6), question.today <= until
    else { return [] }
    return [
      Verdict(
        "the disclosure of \(last.text) is accounted for until \(until.text)",
        hint: "`custody patient disclosures` lists them")
    ]
  }

  static let moveRegistered = Rule(
    "site.move-registration", .task, .cfr("1301.51"),
    "A registration is modified before the registrant moves."
  ) { question in
    guard let move = question.event as? SiteMoved,
      question.state.registration?.address != move.address
    else { return [] }
    return [
      Verdict(
        "the registration does not name the new address",
        hint: "ask for its modification; then `custody registration record`")
    ]
  }

  static let closingInventory = Rule(
    "site.closing-inventory", .block, .cfr("1301.52(e)"),
    "On the day on which a site ends, everything on hand is counted."
  ) { question in
    guard let date = endDate(question.event) else { return [] }
    let state = question.state
    let counted = Set(
      state.counts.filter { question.zone.day(of: $0.at) == date }.map(\.bucket))
    let missing = state.stock.filter { !counted.contains(Bucket(.stock($0.position), $0.item)) }
    return missing.map {
      Verdict(
        "\(question.shown($0.amount, $0.item)) at \(state.place(.stock($0.position))), lot "
          + "`\($0.item.lot)`, was not counted on \(date.text)", hint: "`custody count`")
    }
      + state.openDraws.map {
        Verdict(
          "draw `\($0.id.text)` is open", hint: "give it, waste it or put it back")
      } + state.underWay.map { unfinished($0.bucket, $0.amount, question) }
  }

  /// The rule asks for notice to the Special Agent in Charge at least 14 days before.
  static let transferNotified = Rule(
    "site.transfer-notice", .task, .cfr("1301.52(d)"),
    "DEA is told of a transfer of business fourteen days before."
  ) { question in
    guard let transfer = question.event as? SiteTransferred,
      let latest = transfer.date.adding(days: -14)
    else { return [] }
    let isTold = question.state.office.filings.contains {
      $0.event.form == "transfer-notice" && question.zone.day(of: $0.event.sentAt) <= latest
    }
    guard !isTold else { return [] }
    return [
      Verdict(
        "no notice of the transfer was sent by \(latest.text)",
        hint: "`custody filing add --form transfer-notice` records one")
    ]
  }

  static let closedReceivesNothing = Rule(
    "site.closed", .block, .cfr("1301.52(a)"),
    "Nothing is received where the registrant has ended the business."
  ) { question in
    guard let closing = question.state.office.closing, question.day >= closing.date,
      type(of: question.event).isPhysical,
      question.valid.postings.contains(where: { posting in
        if case .supplier = posting.bucket.account { posting.amount < .zero } else { false }
      })
    else { return [] }
    return [
      Verdict(
        "the site was closed on \(closing.date.text), entry \(closing.seq)",
        hint: "`custody registration record` opens it again")
    ]
  }

  static let inspectionNotice = Rule(
    "inspection.notice", .warn, .cfr("1316.06"),
    "An inspection by DEA begins with a notice of inspection, or a warrant."
  ) { question in
    guard let inspection = question.event as? Inspection, inspection.agency == .dea,
      inspection.form == nil
    else { return [] }
    return [
      Verdict("no notice of inspection is named", hint: "add `--form DEA-82`, or say what it was")
    ]
  }

  static let anchorClock = Rule(
    "anchor.clock", .warn, .house("clocks"),
    "The clock of the ledger and that of an anchor agree within five minutes."
  ) { question in
    guard let anchor = question.event as? AnchorAdded, let outside = anchor.outside else {
      return []
    }
    let ahead = question.state.journal[Int(anchor.size) - 1].recordedAt.milliseconds
    let behind = question.recordedAt.milliseconds
    var verdicts: [Verdict] = []
    if ahead > outside.milliseconds + 300_000 {
      verdicts.append(
        Verdict(
          "entry \(anchor.size - 1) bears a later time than the anchor that covers it",
          hint:
            "the clock was ahead when it was recorded; look at the entries since the last anchor"))
    }
    if outside.milliseconds > behind + 300_000 {
      verdicts.append(
        Verdict(
          "the clock is behind that of `\(anchor.name)`",
          hint: "set the machine's clock; the ledger follows it forward by itself"))
    }
    return verdicts
  }

  /// What is on hand and on no shelf: it cannot be counted, and comes to its end before.
  private static func unfinished(
    _ bucket: Bucket, _ amount: Amount, _ question: Question
  ) -> Verdict {
    let held = "\(question.shown(amount, bucket.item)) of lot `\(bucket.item.lot)`"
    switch bucket.account {
    case .willCall(let id):
      return Verdict(
        "will-call holds \(held) for `\(id.text)`",
        hint: "hand it over, or `custody rx return-to-stock \(id.text)`")
    case .inTransit(let id):
      return Verdict(
        "\(held) is in transit with `\(id.text)`",
        hint: "`custody ship acknowledge \(id.text)`, or report what was lost")
    case .compounding(let id):
      return Verdict(
        "batch `\(id.text)` holds \(held)", hint: "`custody compound finish \(id.text)`")
    default: return Verdict("\(held) is at \(question.state.place(bucket.account))")
    }
  }

  /// When a site ends, where that is what an event says.
  private static func endDate(_ event: any Event) -> CivilDate? {
    switch event {
    case let closed as SiteClosed: closed.date
    case let transfer as SiteTransferred: transfer.date
    default: nil
    }
  }
}
