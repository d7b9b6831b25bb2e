import Notation

/// A person's first key, or another beside it. Who must sign it is LedgerCore's to check.
package struct KeyAdded: Event {
  package static let type = "key.add"

  /// The key's name, such as `p3/1`.
  package var key: String
  package var person: PersonID
  package var algorithm: String
  /// The raw public key in base64.
  package var publicKey: String

  package init(key: String, person: PersonID, algorithm: String, publicKey: String) {
    self.key = key
    self.person = person
    self.algorithm = algorithm
    self.publicKey = publicKey
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    key = try fields.text("key")
    person = try fields.value("person")
    algorithm = try fields.text("alg")
    publicKey = try fields.text("public")
  }

  package var members: Members {
    var members = Members()
    members.put("key", key)
    members.put("person", person)
    members.put("alg", algorithm)
    members.put("public", publicKey)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    Known.person(person, in: state)
      + (state.keys[key] == nil
        ? []
        : [EventFault("key `\(key)` exists already", hint: "`custody key show` lists the keys")])
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.keys[key] = KeyRecord(name: key, person: person, addedAt: entry.seq)
  }
}
