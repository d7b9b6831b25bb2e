package import Dispensary
package import LedgerCore

/// A person at the counter with an unlocked key.
package struct Signer: Sendable {
  package let person: PersonID
  package let name: KeyName
  package let key: PrivateKey

  package init(person: PersonID, name: KeyName, key: PrivateKey) {
    self.person = person
    self.name = name
    self.key = key
  }
}

/// Everyone who signs one act: who performs it, who witnesses it, and new keys that prove that
/// they are held.
package struct Signers: Sendable {
  package var by: Signer
  package var witnesses: [Signer]
  package var possession: [Signer]

  package init(by: Signer, witnesses: [Signer] = [], possession: [Signer] = []) {
    self.by = by
    self.witnesses = witnesses
    self.possession = possession
  }
}
