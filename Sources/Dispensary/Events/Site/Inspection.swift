import Notation

/// Somebody came to inspect (21 USC 880, 21 CFR part 1316): who they were, with their credentials,
/// and what they copied or took are private values. Stock that they took is an entry of its own.
package struct Inspection: Event {
  package static let type = "inspection"

  package var agency: Agency
  /// The notice that they presented, such as `DEA-82`.
  package var form: String?
  /// Whether they took copies of records.
  package var copies: Bool
  /// Whether they took samples.
  package var samples: Bool
  /// A word that the inspector made up at the visit: nobody could have written the entry before.
  package var nonce: String?

  package init(
    agency: Agency, form: String? = nil, copies: Bool = false, samples: Bool = false,
    nonce: String? = nil
  ) {
    self.agency = agency
    self.form = form
    self.copies = copies
    self.samples = samples
    self.nonce = nonce
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    agency = try fields.value("agency")
    form = try fields.optionalText("form")
    copies = try fields.flag("copies")
    samples = try fields.flag("samples")
    nonce = try fields.optionalText("nonce")
  }

  package var members: Members {
    var members = Members()
    members.put("agency", agency)
    members.put("form", form)
    members.put("copies", flag: copies)
    members.put("samples", flag: samples)
    members.put("nonce", nonce)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    (form.map { Words.code($0, of: "the form") } ?? [])
      + (nonce.map(Inspection.faults(ofNonce:)) ?? [])
  }

  /// A nonce is public, so that it is a word and no sentence; shorter ones could be guessed.
  private static func faults(ofNonce nonce: String) -> [EventFault] {
    let isWord = nonce.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard !isWord || !(8...64).contains(nonce.utf8.count) else { return [] }
    return [
      EventFault(
        "the nonce is not a word of 8 to 64 characters",
        hint: "the inspector makes it up of letters, digits and -._, such as `tulip-4711`")
    ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.inspections.append(
      InspectionRecord(seq: entry.seq, at: entry.occurredAt, event: self))
  }
}
