import Dispensary
import Notation

extension Rule {
  /// Keeping the record itself.
  static let recordkeeping = [
    entryLate, entryPastNegative, explainedLater, correctionWitnessed, correctionEarlierDay,
    erasureRetention, erasureOpenCase,
  ]

  static let entryLate = Rule(
    "entry.late", .warn, .cfr("1304.21(d)"),
    "An act is recorded when it happens, with the date on which it happened."
  ) { question in
    // That the program could not be used is always said afterwards.
    guard !(question.event is DowntimeStarted), !(question.event is DowntimeEnded) else {
      return []
    }
    let behind = question.recordedAt.milliseconds - question.occurredAt.milliseconds
    guard behind > question.state.policy.lateAfterMinutes * 60_000 else { return [] }
    // One reason covers everything of a downtime, and nobody is asked for another.
    let downtime = question.valid.notes.downtime.map { ", during downtime `\($0.text)`" } ?? ""
    return [Verdict("recorded \(span(behind / 60_000)) after it happened" + downtime)]
  }

  /// Late entries may show that a past balance was negative. That is a finding, never a refusal.
  static let entryPastNegative = Rule(
    "entry.past-negative", .warn, .cfr("1304.21(a)"),
    "In the order of the world, no more leaves a place than is there."
  ) { question in
    // A correction takes effect when the entry that it reverses did.
    let effective = (question.event as? Correction)?.effective ?? question.occurredAt
    guard effective < question.recordedAt else { return [] }
    return question.valid.postings.net.filter {
      $0.amount < .zero && !$0.bucket.account.mayBeNegative
    }
    .compactMap { posting in
      let lowest = question.state.lowestBalance(posting.bucket, since: effective)
      guard lowest + posting.amount < .zero else { return nil }
      return Verdict(
        "since \(question.zone.shown(effective)) there has not been enough at "
          + question.state.place(posting.bucket.account))
    }
  }

  /// What was done after a count changes the book and the shelf alike.
  static let explainedLater = Rule(
    "entry.explains-later", .warn, .house("cases"),
    "A case is explained by what happened before it was opened."
  ) { question in
    // A correction takes effect when the entry that it reverses did.
    let effective = (question.event as? Correction)?.effective ?? question.occurredAt
    return question.valid.notes.explains.compactMap { explanation in
      guard let record = question.state.cases[explanation.caseID], effective > record.openedAt
      else { return nil }
      return Verdict(
        "it happened after case `\(record.id.text)` was opened, "
          + "\(question.zone.shown(record.openedAt)), and cannot explain it",
        hint: "check `--at`, or record it without `--explains`")
    }
  }

  static let correctionWitnessed = Rule(
    "correction.witness-required", .block, .house("corrections"),
    "A correction is signed by a second person.", yieldsToOneSigner: true
  ) { question in
    guard question.event is Correction, !isWitnessed(question) else { return [] }
    return [Verdict("the correction has no second signer", hint: "add `--witness NAME`")]
  }

  static let correctionEarlierDay = Rule(
    "correction.earlier-day", .warn, .house("corrections"),
    "Mistakes are corrected on the day on which they were made."
  ) { question in
    guard let correction = question.event as? Correction else { return [] }
    let day = question.zone.day(of: correction.effective)
    return day < question.today ? [Verdict("it reverses an act of \(day.text)")] : []
  }

  static let erasureRetention = Rule(
    "erase.retention", .block, .cfr("1304.04(a)"),
    "Records are kept for at least two years, longer where the site's policy says so."
  ) { question in
    guard let erasure = question.event as? Erasure else { return [] }
    let until = max(erasure.keptUntil, question.keptUntil(erasure.subject) ?? erasure.keptUntil)
    guard question.today <= until else { return [] }
    return [
      Verdict(
        "these values are kept until \(until.text)",
        hint: "they can be erased from the day after")
    ]
  }

  static let erasureOpenCase = Rule(
    "erase.open-case", .block, .cfr("1301.76(b)"),
    "Nothing is erased while a case about the same lots is open."
  ) { question in
    guard let erasure = question.event as? Erasure, let open = question.openCases(about: erasure)
    else { return [] }
    return [Verdict("case `\(open.id.text)` is open", hint: "explain it first")]
  }

  private static func span(_ minutes: Int64) -> String {
    if minutes < 120 { return tally(minutes, "minute") }
    return minutes < 2880 ? "\(minutes / 60) hours" : "\(minutes / 1440) days"
  }
}

extension Question {
  /// The oldest open case about a lot that the subject's entries moved; any case, for an erasure
  /// without a subject.
  fileprivate func openCases(about erasure: Erasure) -> CaseRecord? {
    guard let subject = erasure.subject else { return state.openCases.first }
    let records = state.identities(of: subject)
    let lots = Set(
      state.journal.filter { entry in entry.patient.map(records.contains) ?? false }
        .flatMap { $0.postings.map(\.bucket.item) })
    return state.openCases.first { lots.contains($0.item) }
  }

  /// Until when the site's policy keeps what was last recorded about a patient.
  fileprivate func keptUntil(_ patient: PatientID?) -> CivilDate? {
    let records = patient.map { state.identities(of: $0) } ?? []
    guard let last = records.compactMap({ state.patients[$0]?.lastActivity }).max() else {
      return nil
    }
    return zone.day(of: last).adding(years: Int(state.policy.keepYears))
  }
}

extension CivilDate {
  /// The same day so many years later; February 29th is kept until March 1st.
  func adding(years: Int) -> CivilDate? {
    CivilDate(year: year + years, month: month, day: day)
      ?? CivilDate(year: year + years, month: 3, day: 1)
  }
}

extension State {
  /// The lowest balance that a bucket had, in the order of the world, from a time until now.
  func lowestBalance(_ bucket: Bucket, since time: Instant) -> Amount {
    // Entries of one moment count together: an entry and its correction are as if never made.
    var changes: [Instant: Amount] = [:]
    for entry in journal where entry.effectiveAt > time {
      for posting in entry.postings where posting.bucket == bucket {
        changes[entry.effectiveAt, default: .zero] += posting.amount
      }
    }
    var running = balance(bucket)
    var lowest = running
    for (_, amount) in changes.sorted(by: { $0.key > $1.key }) {
      running = running - amount
      lowest = min(lowest, running)
    }
    return lowest
  }
}
