import LedgerCore
import Notation
import Testing

struct KeyCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let codes: [String]
  let act: @Sendable (inout TestLedger) -> [Fault]

  init(
    _ name: String, _ codes: [FaultCode], _ act: @escaping @Sendable (inout TestLedger) -> [Fault]
  ) {
    (testDescription, self.codes, self.act) = (name, codes.map(\.rawValue), act)
  }
}

/// Every case begins with `p3`, a nurse without a key.
private let cases: [KeyCase] = [
  KeyCase("a key by two administrators", []) {
    let fields = $0.newKey("p3/1", seed: 3)
    return $0.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
  },
  KeyCase("a key by one administrator of two", [.secondAdministratorMissing]) {
    let fields = $0.newKey("p3/1", seed: 3)
    return $0.append("key.add", by: "p1/1", wit: ["p3/1"], fields)
  },
  KeyCase("a key that does not sign", [.possessionMissing]) {
    let fields = $0.newKey("p3/1", seed: 3)
    return $0.append("key.add", by: "p1/1", wit: ["p2/1"], fields)
  },
  KeyCase("a key for nobody", [.personUnknown]) {
    let fields = $0.newKey("p7/1", seed: 3)
    return $0.append("key.add", by: "p1/1", wit: ["p2/1", "p7/1"], fields)
  },
  KeyCase("a key of another person's name", [.fieldMalformed]) {
    var fields = $0.newKey("p3/1", seed: 3)
    fields["person"] = "p2"
    return $0.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
  },
  KeyCase("a key that is no key", [.fieldMalformed]) {
    var fields = $0.newKey("p3/1", seed: 3)
    fields["public"] = "AAAA"
    return $0.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
  },
  KeyCase("a public key under a second name", [.keyReused]) {
    let fields = $0.newKey("p3/1", seed: 2)
    return $0.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
  },
  KeyCase("a name used twice", [.keyExists]) {
    let fields = $0.newKey("p2/1", seed: 9)
    return $0.append("key.add", by: "p1/1", wit: ["p2/1"], fields)
  },
  KeyCase("a key by a nurse", [.administratorMissing]) {
    _ = $0.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], $0.newKey("p3/1", seed: 3))
    _ = $0.addPerson("p4")
    let fields = $0.newKey("p4/1", seed: 4)
    return $0.append("key.add", by: "p3/1", wit: ["p2/1", "p4/1"], fields)
  },
  KeyCase("rotation by the old key", []) {
    let fields = $0.newKey("p1/2", seed: 5, replaces: "p1/1")
    return $0.append("key.rotate", by: "p1/1", wit: ["p1/2"], fields)
  },
  KeyCase("rotation by one administrator of two", [.secondAdministratorMissing]) {
    let fields = $0.newKey("p2/2", seed: 5, replaces: "p2/1")
    return $0.append("key.rotate", by: "p1/1", wit: ["p2/2"], fields)
  },
  KeyCase("rotation of another's key", [.keyOfAnother]) {
    let fields = $0.newKey("p3/1", seed: 5, replaces: "p2/1")
    return $0.append("key.rotate", by: "p1/1", wit: ["p3/1"], fields)
  },
  KeyCase("rotation of a key that ended", [.keyEnded]) {
    _ = $0.append("key.revoke", by: "p1/1", wit: [], ["key": "p2/1", "reason": "lost"])
    let fields = $0.newKey("p2/2", seed: 5, replaces: "p2/1")
    return $0.append("key.rotate", by: "p1/1", wit: ["p2/2"], fields)
  },
  KeyCase("revocation by the owner", []) {
    $0.append("key.revoke", by: "p2/1", ["key": "p2/1", "reason": "lost"])
  },
  KeyCase("revocation without a reason", [.fieldMalformed]) {
    $0.append("key.revoke", by: "p2/1", ["key": "p2/1"])
  },
  KeyCase("a person twice", [.personExists]) { $0.addPerson("p3") },
  KeyCase("a retired person twice", [.personRetired]) {
    _ = $0.append("person.retire", by: "p1/1", ["person": "p3"])
    return $0.append("person.retire", by: "p1/1", ["person": "p3"])
  },
  KeyCase("a retired person signs", [.personRetired]) {
    _ = $0.append("person.retire", by: "p1/1", ["person": "p2"])
    return $0.append("waste", by: "p2/1")
  },
  KeyCase("nobody performed it", [.byMissing]) { $0.append("waste", by: nil) },
  KeyCase("an imported row with a performer", [.byUnexpected]) {
    $0.append("import.row", by: "p1/1")
  },
  KeyCase("a second opening", [.openingRepeated]) {
    $0.append("ledger.open", by: "p1/1", wit: ["p2/1"], $0.opening)
  },
  KeyCase("a site key that is none", [.fieldMalformed]) {
    $0.append("key.site", by: "p1/1", wit: ["p2/1"], ["site_key": "key", "reason": "lost"])
  },
]

@Test("the rules for people and keys", arguments: cases)
func keyCase(_ row: KeyCase) {
  var ledger = TestLedger()
  #expect(ledger.addPerson("p3") == [])
  let faults = row.act(&ledger)
  #expect(faults.map(\.code) == row.codes, "\(faults)")
}

@Test("keys are valid from the entry after the one that brought them, and end with their own")
func keyRanges() {
  var ledger = TestLedger.busy(6)
  let old = KeyName("p3/1")!
  #expect(ledger.register.key(old, validAt: 2) == nil)
  #expect(ledger.register.key(old, validAt: 3) != nil)
  #expect(ledger.register.key(KeyName("p1/1")!, validAt: 0) != nil)
  ledger.append(
    "key.rotate", by: "p3/1", wit: ["p3/2"], ledger.newKey("p3/2", seed: 6, replaces: "p3/1"))
  #expect(ledger.register.key(old, validAt: 6) != nil)
  #expect(ledger.register.key(old, validAt: 7) == nil)
  #expect(ledger.register.key(KeyName("p3/2")!, validAt: 7) != nil)
  ledger.append("waste", by: "p3/1")
  #expect(ledger.verify().faults.map(\.code) == ["key-not-valid"])
}

@Test("what one administrator did alone is listed")
func aloneListed() {
  var ledger = TestLedger()
  ledger.append("key.revoke", by: "p1/1", ["key": "p2/1", "reason": "lost"])
  let found = ledger.verify()
  #expect(found.faults == [])
  #expect(found.register.singleAdministratorEvents.map(\.key) == ["p2/1"])
}
