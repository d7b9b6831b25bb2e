import Notation

/// Openings of private values are destroyed, after the law lets them be.
package struct Erasure: Event {
  package static let type = "erase"

  /// The digests whose openings are destroyed.
  package var digests: [String]
  package var subject: PatientID?
  /// The day until which the strictest rule asked to keep them.
  package var keptUntil: CivilDate

  package init(digests: [String], subject: PatientID?, keptUntil: CivilDate) {
    self.digests = digests
    self.subject = subject
    self.keptUntil = keptUntil
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    digests = try fields.texts("digests", as: PlainText.self).map(\.wireText)
    subject = try fields.optional("subject")
    keptUntil = try fields.value("kept_until")
  }

  package var members: Members {
    var members = Members()
    members.put("digests", list: digests.map(PlainText.init(wireText:)))
    members.put("subject", subject)
    members.put("kept_until", keptUntil)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = digests.isEmpty ? [EventFault("there is nothing to erase")] : []
    if Set(digests).count != digests.count {
      faults.append(EventFault("the same value is named twice"))
    }
    if let subject { faults += Known.patient(subject, in: state) }
    if let gone = digests.first(where: { state.erased[$0] != nil }) {
      faults.append(
        EventFault(
          "`\(gone)` was erased already", hint: "leave it out; what was erased is gone for good"))
    }
    if entry.isUnwitnessed {
      faults.append(EventFault("an erasure takes two signers", hint: "add `--witness NAME`"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for digest in digests { state.erased[digest] = entry.seq }
    state.touched.erased = digests
  }
}

/// Text without further form.
package struct PlainText: WireText {
  package let wireText: String
  package init(wireText: String) { self.wireText = wireText }
}
