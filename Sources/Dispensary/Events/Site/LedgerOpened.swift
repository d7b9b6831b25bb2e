import Notation

/// Entry 0: the ledger exists, and these people founded it.
///
/// Their keys are LedgerCore's to judge; here they are the first people and the keys they sign with.
package struct LedgerOpened: Event {
  package static let type = "ledger.open"

  package var origin: String
  package var format: String
  /// The site's verifier key, as text.
  package var siteKey: String
  package var founders: [Founder]

  /// A founder: a person with a first key.
  package struct Founder: Sendable {
    package var person: PersonAdded
    package var key: String
    package var algorithm: String
    /// The raw public key in base64.
    package var publicKey: String

    package init(person: PersonAdded, key: String, algorithm: String, publicKey: String) {
      self.person = person
      self.key = key
      self.algorithm = algorithm
      self.publicKey = publicKey
    }

    init(_ fields: inout Fields) throws(WireFault) {
      person = try PersonAdded(&fields)
      key = try fields.text("key")
      algorithm = try fields.text("alg")
      publicKey = try fields.text("public")
    }

    var members: Members {
      var members = person.members
      members.put("key", key)
      members.put("alg", algorithm)
      members.put("public", publicKey)
      return members
    }
  }

  package init(origin: String, format: String, siteKey: String, founders: [Founder]) {
    self.origin = origin
    self.format = format
    self.siteKey = siteKey
    self.founders = founders
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    origin = try fields.text("origin")
    format = try fields.text("format")
    siteKey = try fields.text("site_key")
    founders = try fields.list("founders") { fields throws(WireFault) in try Founder(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("origin", origin)
    members.put("format", format)
    members.put("site_key", siteKey)
    members.put("founders", objects: founders.map(\.members.all))
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard entry.seq == 0 else {
      return [
        EventFault(
          "the ledger is open already",
          hint: "`custody init` makes another ledger, in a folder of its own")
      ]
    }
    var faults = founders.isEmpty ? [EventFault("a ledger needs a founder")] : []
    // Each founder is checked as a person added after those before.
    var scratch = state
    for founder in founders {
      faults += founder.person.faults(in: scratch, entry)
      founder.person.unfold(in: &scratch, entry)
    }
    if Set(founders.map(\.key)).count != founders.count {
      faults.append(EventFault("two founders have the same key"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for founder in founders {
      founder.person.unfold(in: &state, entry)
      state.keys[founder.key] = KeyRecord(
        name: founder.key, person: founder.person.id, addedAt: entry.seq)
    }
  }
}
