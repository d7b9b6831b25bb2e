internal import Notation

/// A key that entries introduced, and the range of entries that it may sign.
package struct RegisteredKey: Hashable, Sendable {
  /// Its name.
  package let name: KeyName
  /// The key.
  package let key: PublicKey
  /// The first entry that it may sign; one more than the entry that introduced it, 0 for founders.
  package let firstSeq: Int64
  /// The last entry that it may sign; nil while it has not ended.
  package internal(set) var lastSeq: Int64?
  /// The persons who signed its introduction; empty for founders.
  package let introducers: [String]
}

/// A key of the site, and the checkpoints that it signs: those of more entries than ``seq``, up to
/// the one that the next key's entry completes.
package struct SiteKey: Hashable, Sendable {
  /// Why a key took the place of the one before it.
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// In good order: the key before it signs the checkpoint of the change, too.
    case rotated
    /// The key before it is gone and signs nothing any more.
    case lost
    /// Somebody else may have the key before it, whose word is worth nothing from here on.
    case stolen
  }

  /// The key.
  package let key: VerifierKey
  /// The entry that brought it.
  package let seq: Int64
  /// Nil for the key of `ledger.open`.
  package let reason: Reason?
}

extension [SiteKey] {
  /// The key that had taken the place of all those that signed a checkpoint before that was made.
  func successor(of checkpoint: Checkpoint) -> SiteKey? {
    let indexes = checkpoint.signers.compactMap { signer in firstIndex { $0.key == signer } }
    guard let last = indexes.max(), last + 1 < count else { return nil }
    let next = self[last + 1]
    // With a rotation in good order the old key signs the checkpoint of the change.
    return checkpoint.size > next.seq + (next.reason == .rotated ? 1 : 0) ? next : nil
  }

  /// The first key after this one that came without a signature of the one before it.
  package func breach(after key: VerifierKey) -> SiteKey? {
    guard let index = firstIndex(where: { $0.key == key }) else { return nil }
    return self[(index + 1)...].first { $0.reason != .rotated }
  }
}

/// A key event that one administrator alone stood behind; a report names them all.
package struct SingleAdministratorEvent: Hashable, Sendable {
  /// The entry.
  package let seq: Int64
  /// Its type: `key.add`, `key.rotate`, `key.revoke` or `key.site`.
  package let type: String
  /// The key that was added, put in place, or revoked: its name, or `the site`.
  package let key: String
  /// The person of the one administrator.
  package let administrator: String
}

/// People and their keys as the entries introduce them.
///
/// It knows `ledger.open`, `person.add`, `person.retire`, `key.add`, `key.rotate`, `key.revoke`,
/// `key.site`, and nothing about drugs. Entries are admitted in order; a writer admits a new body to a copy first,
/// and appends only when there are no faults:
///
///     var next = register
///     guard next.admit(body).isEmpty else { … }
///
/// Rules: `Schemas/formats/entry.md`.
package struct KeyRegister: Sendable {
  /// A person as the entries introduced them.
  package struct Person: Hashable, Sendable {
    /// Their roles; what each allows is decided elsewhere, except for `administrator`.
    package let roles: Set<String>
    /// The entry that introduced them.
    package let seq: Int64
    /// The persons who signed that entry; empty for founders.
    package let introducers: [String]
    /// The entry that retired them.
    package internal(set) var retired: Int64?
  }

  /// The role that may change people and keys.
  package static let administrator = "administrator"
  /// The format that `ledger.open` must name.
  package static let format = "custody/1"

  /// The types of the entries that it looks into.
  package static let types = [
    "ledger.open", "person.add", "person.retire", "key.add", "key.rotate", "key.revoke", "key.site",
  ]

  /// The ledger that it belongs to.
  package let origin: Origin
  /// Everybody who was ever introduced, by identifier.
  package private(set) var persons: [String: Person] = [:]
  /// Every key that was ever introduced, by name.
  package private(set) var keys: [KeyName: RegisteredKey] = [:]
  /// The site's keys in their order; empty before `ledger.open`.
  package private(set) var siteKeys: [SiteKey] = []
  /// Key events of one administrator alone.
  package private(set) var singleAdministratorEvents: [SingleAdministratorEvent] = []

  private var faults: [Fault] = []

  /// The register of an empty ledger.
  package init(origin: Origin) { self.origin = origin }

  /// The key of that name, where it may sign that entry.
  package func key(_ name: KeyName, validAt seq: Int64) -> PublicKey? {
    guard let known = keys[name], known.firstSeq <= seq, seq <= known.lastSeq ?? .max else {
      return nil
    }
    return known.key
  }

  /// The site's newest key; nil before `ledger.open`.
  package var siteKey: VerifierKey? { siteKeys.last?.key }

  /// The site keys that sign a checkpoint of that size, all of them, in the order of its lines.
  /// Two sign the one that a rotation in good order completes: the new key, then the old.
  package func siteKeys(forSize size: Int64) -> [VerifierKey] {
    guard let index = siteKeys.lastIndex(where: { $0.seq < max(size, 1) }) else { return [] }
    let site = siteKeys[index]
    guard site.reason == .rotated, site.seq == size - 1 else { return [site.key] }
    return [site.key, siteKeys[index - 1].key]
  }

  /// Who must sign an entry, and nobody else: its `by` and its `wit`.
  package func requiredSigners(of body: EntryBody) -> [KeyName] { body.signers }

  /// The key that verifies a signature under this body: a registered key valid at its number, or a
  /// key that the body itself introduces and that proves possession by signing.
  package func verifyingKey(_ name: KeyName, for body: EntryBody) -> PublicKey? {
    switch body.type {
    case "ledger.open":
      guard body.seq == 0 else { return nil }
      let founder = body.fields["founders"]?.items?.first { $0["key"]?.text == name.text }
      return founder.flatMap(KeyRegister.publicKey)
    case "key.add", "key.rotate":
      if body.fields["key"]?.text == name.text { return KeyRegister.publicKey(body.fields) }
      return key(name, validAt: body.seq)
    default: return key(name, validAt: body.seq)
    }
  }

  /// The persons who may act as administrators in that entry: the role, not retired, a valid key.
  package func activeAdministrators(at seq: Int64) -> Set<String> {
    let holders = keys.values.filter { key($0.name, validAt: seq) != nil }.map(\.name.person)
    return Set(holders).filter { person in
      persons[person].map { $0.roles.contains(KeyRegister.administrator) && $0.retired == nil }
        ?? false
    }
  }

  /// Takes the next body; answers what its rules for people and keys have against it. What can be
  /// applied is applied even then, so that one fault does not make a hundred.
  package mutating func admit(_ body: EntryBody) -> [Fault] {
    faults = []
    checkSigners(of: body)
    if body.seq == 0 && body.type != "ledger.open" {
      fault(.openingMissing, body, "entry 0 is not `ledger.open`")
    }
    switch body.type {
    case "ledger.open": open(body)
    case "person.add": addPerson(body)
    case "person.retire": retirePerson(body)
    case "key.add": addKey(body)
    case "key.rotate": rotateKey(body)
    case "key.revoke": revokeKey(body)
    case "key.site": replaceSiteKey(body)
    default: break
    }
    defer { faults = [] }
    return faults
  }

  // MARK: Every entry

  private mutating func checkSigners(of body: EntryBody) {
    let imported = body.type == "import.row"
    if body.by == nil && !imported { fault(.byMissing, body, "nobody performed the entry") }
    if body.by != nil && imported { fault(.byUnexpected, body, "an imported row has `by`") }
    var names = body.signers
    if body.type == "key.rotate", let new = body.fields["key"]?.text {
      // The old and the new key are the same person's, and both sign.
      names.removeAll { $0.text == new && body.wit.contains($0) }
    }
    if Set(names.map(\.person)).count < names.count {
      fault(.samePerson, body, "one person signs with two keys")
    }
    for name in names where persons[name.person]?.retired != nil {
      fault(.personRetired, body, "`\(name.person)` is retired and signs")
    }
  }

  // MARK: The founding

  private mutating func open(_ body: EntryBody) {
    guard body.seq == 0 else {
      return fault(.openingRepeated, body, "`ledger.open` stands after entry 0")
    }
    if !sameBytes(body.fields["origin"]?.text ?? "", origin.text) {
      fault(
        .originMismatch, body, "the ledger was opened under another origin",
        stored: body.fields["origin"]?.text, computed: origin.text)
    }
    if body.fields["format"]?.text != KeyRegister.format {
      fault(.openingMalformed, body, "`format` is not \(KeyRegister.format)")
    }
    readSiteKey(body)
    let founders = body.fields["founders"]?.items ?? []
    for founder in founders { found(founder, body) }
    if activeAdministrators(at: 0).isEmpty {
      fault(.openingMalformed, body, "no founder is an administrator")
    }
    if Set(body.signers) != Set(keys.keys) {
      fault(.openingSigners, body, "the signers are not exactly the founders' keys")
    }
  }

  private mutating func readSiteKey(_ body: EntryBody) {
    guard let text = body.fields["site_key"]?.text, let key = try? VerifierKey(text),
      sameBytes(key.name, origin.text)
    else { return fault(.openingMalformed, body, "`site_key` is not a key of this origin") }
    siteKeys = [SiteKey(key: key, seq: 0, reason: nil)]
  }

  private mutating func found(_ founder: JSON, _ body: EntryBody) {
    guard let person = founder["person"]?.text, KeyName.isPerson(person),
      let name = KeyName(founder["key"]?.text ?? ""), name.person == person,
      let key = KeyRegister.publicKey(founder), let roles = founder["roles"]?.texts
    else { return fault(.openingMalformed, body, "a founder is incomplete") }
    if persons[person] != nil { return fault(.personExists, body, "`\(person)` founds twice") }
    if isUsed(key) { fault(.keyReused, body, "two founders share a key") }
    persons[person] = Person(roles: Set(roles), seq: 0, introducers: [])
    keys[name] = RegisteredKey(name: name, key: key, firstSeq: 0, introducers: [])
  }

  // MARK: Persons

  private mutating func addPerson(_ body: EntryBody) {
    guard let person = person(of: body), let roles = body.fields["roles"]?.texts else {
      return fault(.fieldMalformed, body, "`person` or `roles` is malformed")
    }
    requireAdministrator(body)
    if persons[person] != nil { return fault(.personExists, body, "`\(person)` is there already") }
    persons[person] = Person(
      roles: Set(roles), seq: body.seq, introducers: body.signers.map(\.person))
  }

  private mutating func retirePerson(_ body: EntryBody) {
    guard let person = person(of: body) else {
      return fault(.fieldMalformed, body, "`person` is malformed")
    }
    requireAdministrator(body)
    guard let known = persons[person] else {
      return fault(.personUnknown, body, "`\(person)` is not known")
    }
    if known.retired != nil { return fault(.personRetired, body, "`\(person)` is retired already") }
    persons[person]?.retired = body.seq
    for name in keys.keys where name.person == person && keys[name]?.lastSeq == nil {
      keys[name]?.lastSeq = body.seq
    }
  }

  private mutating func requireAdministrator(_ body: EntryBody) {
    let active = activeAdministrators(at: body.seq)
    if let by = body.by, active.contains(by.person) { return }
    fault(.administratorMissing, body, "no active administrator performed it")
  }

  // MARK: Keys

  private mutating func replaceSiteKey(_ body: EntryBody) {
    guard let key = try? VerifierKey(body.fields["site_key"]?.text ?? ""),
      sameBytes(key.name, origin.text),
      let reason = SiteKey.Reason(rawValue: body.fields["reason"]?.text ?? "")
    else { return fault(.fieldMalformed, body, "`site_key` or `reason` is malformed") }
    // Nobody owns the site's key, so that nobody is left out and no new key signs here.
    requireAdministrators(body, key: nil, sparing: nil)
    if isUsed(key.key) { return fault(.keyReused, body, "the key was registered before") }
    // Without `ledger.open` there is no key to follow; that has its own fault.
    if !siteKeys.isEmpty { siteKeys.append(SiteKey(key: key, seq: body.seq, reason: reason)) }
  }

  private mutating func addKey(_ body: EntryBody) {
    guard let (name, key) = newKey(body) else { return }
    requireAdministrators(body, key: name, sparing: nil)
    register(name, key, body)
  }

  private mutating func rotateKey(_ body: EntryBody) {
    guard let (name, key) = newKey(body) else { return }
    guard let old = KeyName(body.fields["replaces"]?.text ?? "") else {
      return fault(.fieldMalformed, body, "`replaces` is not a key name")
    }
    if old.person != name.person {
      return fault(.keyOfAnother, body, "`\(old)` and `\(name)` are not one person's")
    }
    if self.key(old, validAt: body.seq) == nil {
      fault(.keyEnded, body, "`\(old)` is not a valid key")
    } else if body.by != old {
      requireAdministrators(body, key: name, sparing: nil)
    }
    register(name, key, body)
    end(old, body)
  }

  private mutating func revokeKey(_ body: EntryBody) {
    guard let name = KeyName(body.fields["key"]?.text ?? ""),
      let reason = body.fields["reason"]?.text, !reason.isEmpty
    else { return fault(.fieldMalformed, body, "`key` or `reason` is malformed") }
    guard key(name, validAt: body.seq) != nil else {
      return fault(.keyEnded, body, "`\(name)` is not a valid key")
    }
    if body.by?.person != name.person {
      // A lost key cannot help to revoke itself, so its owner is not counted.
      requireAdministrators(body, key: name, sparing: name.person)
    }
    end(name, body)
  }

  /// The key that `key.add` or `key.rotate` brings, after the checks that both share.
  private mutating func newKey(_ body: EntryBody) -> (KeyName, PublicKey)? {
    guard let name = KeyName(body.fields["key"]?.text ?? ""),
      let key = KeyRegister.publicKey(body.fields), person(of: body) == name.person
    else {
      fault(.fieldMalformed, body, "`key`, `person`, `alg` or `public` is malformed")
      return nil
    }
    guard let owner = persons[name.person] else {
      fault(.personUnknown, body, "`\(name.person)` is not known")
      return nil
    }
    if owner.retired != nil { fault(.personRetired, body, "`\(name.person)` is retired") }
    if keys[name] != nil {
      fault(.keyExists, body, "`\(name)` was used before")
      return nil
    }
    if isUsed(key) { fault(.keyReused, body, "the key was registered under another name") }
    if !body.wit.contains(name) {
      fault(.possessionMissing, body, "the new key does not sign")
    }
    return (name, key)
  }

  /// One active administrator performs; where another is active, another signs with them.
  private mutating func requireAdministrators(
    _ body: EntryBody, key: KeyName?, sparing: String?
  ) {
    let active = activeAdministrators(at: body.seq).subtracting(sparing.map { [$0] } ?? [])
    guard let by = body.by, active.contains(by.person) else {
      return fault(.administratorMissing, body, "no active administrator performed it")
    }
    let others = body.wit.filter { $0 != key && $0.person != by.person }.map(\.person)
    if !active.isDisjoint(with: others) { return }
    if active.count > 1 {
      fault(.secondAdministratorMissing, body, "a second administrator is active and did not sign")
    }
    singleAdministratorEvents.append(
      SingleAdministratorEvent(
        seq: body.seq, type: body.type, key: key?.text ?? "the site", administrator: by.person))
  }

  private mutating func register(_ name: KeyName, _ key: PublicKey, _ body: EntryBody) {
    let introducers = body.signers.filter { $0 != name }.map(\.person)
    keys[name] = RegisteredKey(
      name: name, key: key, firstSeq: body.seq + 1, introducers: introducers)
  }

  private mutating func end(_ name: KeyName, _ body: EntryBody) {
    if keys[name]?.lastSeq == nil { keys[name]?.lastSeq = body.seq }
  }

  // MARK: Fields

  private func person(of body: EntryBody) -> String? {
    body.fields["person"]?.text.flatMap { KeyName.isPerson($0) ? $0 : nil }
  }

  /// `alg` and `public` of an object.
  private static func publicKey(_ value: JSON) -> PublicKey? {
    guard let algorithm = Algorithm(name: value["alg"]?.text ?? ""),
      let text = value["public"]?.text
    else { return nil }
    return PublicKey(algorithm, base64: text)
  }

  private func isUsed(_ key: PublicKey) -> Bool {
    siteKeys.contains { $0.key.key == key } || keys.values.contains { $0.key == key }
  }

  private mutating func fault(
    _ code: FaultCode, _ body: EntryBody, _ text: String, stored: String? = nil,
    computed: String? = nil
  ) {
    faults.append(Fault(code, at: body.seq, text, stored: stored, computed: computed))
  }
}
