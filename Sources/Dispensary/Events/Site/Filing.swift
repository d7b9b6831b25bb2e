package import Notation

/// A form or a notice was sent to an authority or a partner. It may answer an entry, such as a loss.
package struct Filing: Event {
  package static let type = "filing"

  /// Such as `DEA-106`, or `transfer-notice`.
  package var form: String
  /// Which kind of authority or partner; what it is called stands in the vault, under `recipient`.
  package var recipient: Agency
  package var sentAt: Instant
  /// What the recipient gave back, such as a confirmation number.
  package var confirmation: String?
  /// The number of the entry that made it necessary.
  package var answers: Int64?

  package init(
    form: String, recipient: Agency, sentAt: Instant, confirmation: String? = nil,
    answers: Int64? = nil
  ) {
    self.form = form
    self.recipient = recipient
    self.sentAt = sentAt
    self.confirmation = confirmation
    self.answers = answers
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    form = try fields.text("form")
    recipient = try fields.value("recipient")
    guard let sentAt = try fields.optionalInstant("sent_at") else {
      throw fields.fault("sent_at", "is missing")
    }
    self.sentAt = sentAt
    confirmation = try fields.optionalText("confirmation")
    answers = fields.has("answers") ? try fields.whole("answers") : nil
  }

  package var members: Members {
    var members = Members()
    members.put("form", form)
    members.put("recipient", recipient)
    members.put("sent_at", sentAt)
    members.put("confirmation", confirmation)
    members.put("answers", whole: answers)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.code(form, of: "the form")
    if let confirmation {
      faults += Words.number(confirmation, of: "the confirmation number")
    }
    if let answers { faults += Known.entry(answers, in: state) }
    if sentAt > entry.recordedAt {
      faults.append(
        EventFault(
          "the form was sent in the future: `\(sentAt.text)`",
          hint: "a filing is recorded when it has been sent", kind: .future))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.filings.append(FilingRecord(seq: entry.seq, event: self))
  }
}
