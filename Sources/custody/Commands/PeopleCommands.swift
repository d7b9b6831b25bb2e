import ArgumentParser
import Compliance
import Dispensary
import Foundation
import LedgerCore
import Recordkeeping
import Reports

/// `custody person`.
struct PersonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person", abstract: "People who sign, witness or are named.",
    subcommands: [Add.self, List.self, Credential.self, Retire.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a person. Their key is made with `custody key new`.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The short name typed at the counter, such as `ana`.") var handle: String
    @Option(help: "The full name.") var name: String
    @Option(help: "Initials, as on the log.") var initials: String
    @Option(help: "A role: \(Role.allCases.map(\.text).joined(separator: ", ")). Repeatable.")
    var role: [String]
    @Option(help: "The license number.") var license: String?
    @Option(help: "The state that issued the license.") var licenseState: String?
    @Option(help: "When the license expires.") var licenseExpires: String?
    @Option(help: "For locums: the first day.") var from: String?
    @Option(help: "For locums: the last day.") var until: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let handle = try Handle(self.handle.lowercased())
      let roles = try role.map { try Role($0.trimmingSpaces.lowercased()) }
      let expires = try licenseExpires.map { try Dates.fullDay($0) ?? CivilDate($0) }
      let license = license.map { License(number: $0, state: licenseState, expires: expires) }
      let (from, until) = (
        try self.from.map(desk.day), try self.until.map(desk.day)
      )
      try desk.record(signing) { writing in
        let event = PersonAdded(
          id: writing.state.newPerson, handle: handle, name: name, initials: initials,
          roles: roles, license: license, from: from, until: until)
        try writing.add(writing.draft(event))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the people.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let people = desk.state.people.values.sorted { $0.id < $1.id }
      let today = desk.zone.day(of: desk.now)
      Listing.print(
        ledger, "people",
        ["person", "handle", "name", "initials", "roles", "key", "here", "credentials"],
        people.map { person in
          [
            person.id.text, person.handle.text, person.name, person.initials,
            person.roles.map(\.text).joined(separator: ", "),
            desk.state.activeKey(of: person.id)?.name ?? "none", person.presence(on: today),
            person.credentials(on: today),
          ]
        })
    }
  }

  struct Credential: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a person's license or own DEA registration, as renewed.",
      discussion: """
          custody person credential ana --license RN.4711 --license-state OH \\
            --expires 2029-10-31
          custody person credential lee --dea BW1234563 --dea-expires 2028-05-31
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "Whose.") var handle: String
    @Option(help: "The license number; the one on record otherwise, with `--expires`.")
    var license: String?
    @Option(help: "The state that issued the license.") var licenseState: String?
    @Option(help: "When the license expires.") var expires: String?
    @Option(help: "The person's own DEA registration number.") var dea: String?
    @Option(help: "When that registration expires.") var deaExpires: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let person = try desk.person(handle)
      let event = PersonCredential(
        person: person.id, license: try renewed(person), dea: try dea.map { try DEANumber($0) },
        deaExpires: try deaExpires.map { try Dates.fullDay($0) ?? CivilDate($0) })
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }

    /// A license is renewed under its number, in its state.
    private func renewed(_ person: Person) throws -> License? {
      guard license != nil || licenseState != nil || expires != nil else { return nil }
      guard let number = license ?? person.license?.number else {
        throw Failure.usage(
          "`\(person.handle.text)` has no license on record", hint: "add `--license NUMBER`")
      }
      let same = number == person.license?.number ? person.license : nil
      return License(
        number: number, state: licenseState ?? same?.state,
        expires: try expires.map { try Dates.fullDay($0) ?? CivilDate($0) } ?? same?.expires)
    }
  }

  struct Retire: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A person leaves, and their keys end. What they have open is listed.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "Who leaves.") var handle: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let person = try desk.person(handle)
      let key = desk.state.activeKey(of: person.id)
      try desk.record(signing) { try $0.add($0.draft(PersonRetired(id: person.id))) }
      var lines = desk.openMatters(of: person.id)
      if let key, !signing.dryRun { lines.append("key \(key.name) has ended") }
      // Beside the JSON of what was recorded this is talk.
      for line in lines { ledger.json ? Console.say(line) : Console.print("  \(line)") }
    }
  }
}

extension Desk {
  /// What a person leaves open: draws in their hands, batches and shipments that they began,
  /// differences that they found, entries of theirs that nobody has reviewed.
  func openMatters(of person: PersonID) -> [String] {
    let draws = state.openDraws.filter { $0.holder == person }.map { draw in
      "\(state.shown(state.remaining(draw), state.products[draw.item.product])) of draw "
        + draw.id.text
    }
    let cases = state.openCases.filter { state.journal[Int($0.openedBy)].by == person }.map {
      "case \($0.id.text), entry \($0.openedBy)"
    }
    let reviews = state.openReviews.filter { state.journal[Int($0.seq)].by == person }.map {
      "entry \($0.seq) is to be reviewed"
    }
    return (draws + begun(by: person) + cases + reviews).map { "still open: " + $0 }
  }
}

extension Desk {
  /// Batches that a person began and nobody finished, and shipments of theirs that nobody has
  /// acknowledged.
  private func begun(by person: PersonID) -> [String] {
    state.underWay.map(\.bucket.account).unique.compactMap { account in
      switch account {
      case .compounding(let id):
        guard let batch = state.batch(id), state.journal[Int(batch.seq)].by == person else {
          return nil
        }
        return "batch \(id.text) of \(batch.event.product.text), entry \(batch.seq)"
      case .inTransit(let id):
        guard let sent = state.shipment(id), state.journal[Int(sent.seq)].by == person else {
          return nil
        }
        return "shipment \(id.text) to \(sent.event.supplier.text), entry \(sent.seq)"
      default: return nil
      }
    }
  }
}

extension Person {
  /// `yes`, `left`, or for a locum from when until when.
  fileprivate func presence(on today: CivilDate) -> String {
    if retiredAt != nil { return "left" }
    if let from, today < from {
      return "from \(from.text)" + (until.map { " to \($0.text)" } ?? "")
    }
    guard let until else { return "yes" }
    return (today > until ? "was here until " : "until ") + until.text
  }

  /// `RN.4711 OH until 2027-10-31 (in 12 days)`.
  fileprivate func credentials(on today: CivilDate) -> String {
    func end(_ last: CivilDate?) -> String {
      guard let last else { return "" }
      let isNear = last.dayNumber - today.dayNumber <= StatusReport.credentialDays
      let left = isNear ? " (\(StatusReport.daysLeft(last, from: today)))" : ""
      return " until \(last.text)\(left)"
    }
    var parts: [String] = []
    if let license {
      parts.append(license.number + (license.state.map { " \($0)" } ?? "") + end(license.expires))
    }
    if let dea { parts.append("DEA \(dea.text)" + end(deaExpires)) }
    return parts.joined(separator: "; ")
  }
}

/// `custody key`.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keys with which people sign.",
    subcommands: [
      New.self, Rotate.self, Revoke.self, Passphrase.self, Site.self, Show.self,
    ])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a person's key.",
      discussion: """
        An administrator signs; where there are two or more, a second one witnesses. The new key \
        signs too, which proves that it is held.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "Whose key.") var handle: String
    @Flag(help: "Make a P-256 key, as smart cards have, in place of Ed25519.") var p256 = false
    @Flag(help: "Make a key file that anyone who has it can use. For scripts and tests.")
    var noPassphrase = false

    func run() throws {
      let desk = try Desk.open(ledger)
      let person = try desk.person(handle)
      if let key = desk.state.activeKey(of: person.id) {
        throw Failure.usage(
          "`\(person.handle.text)` has the key `\(key.name)`",
          hint: "`custody key rotate \(person.handle.text)` replaces it")
      }
      let signers = try desk.signers(signing)
      try desk.requireRole(of: signers.by.person, for: KeyAdded.type)
      try Administrators.require(signers, desk)
      let new = try NewKey(
        for: person, desk, signing, p256 ? .p256 : .ed25519, noPassphrase: noPassphrase)
      let event = new.added
      try new.keep(signing.dryRun) {
        try desk.record(signing, possession: [new.signer], with: signers) {
          try $0.add($0.draft(event))
        }
      }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Replace a person's key.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "Whose key.") var handle: String
    @Flag(help: "Make a P-256 key, as smart cards have, in place of Ed25519.") var p256 = false
    @Flag(help: "Make a key file that anyone who has it can use. For scripts and tests.")
    var noPassphrase = false

    func run() throws {
      let desk = try Desk.open(ledger)
      let person = try desk.person(handle)
      guard let old = desk.state.activeKey(of: person.id) else {
        throw Failure.usage(
          "`\(person.handle.text)` has no key", hint: "`custody key new \(person.handle.text)`")
      }
      let signers = try desk.signers(signing)
      if signers.by.person != person.id { try Administrators.require(signers, desk) }
      let new = try NewKey(
        for: person, desk, signing, p256 ? .p256 : .ed25519, noPassphrase: noPassphrase)
      let event = KeyRotated(added: new.added, replaces: old.name)
      try new.keep(signing.dryRun) {
        try desk.record(signing, possession: [new.signer], with: signers) {
          try $0.add($0.draft(event))
        }
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Withdraw a key.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The key, such as `p3/1`.") var key: String
    @Option(help: "Why: \(KeyRevoked.reasons.joined(separator: ", ")).") var reason: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let signers = try desk.signers(signing)
      if signers.by.name.text != key, signers.by.person != desk.state.keys[key]?.person {
        try Administrators.require(signers, desk)
      }
      try desk.record(signing, with: signers) {
        try $0.add($0.draft(KeyRevoked(key: key, reason: reason)))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the keys of the ledger.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Flag(help: "Print the trust file for an inspector to keep: `custody verify --trust FILE`.")
    var trust = false
    @Flag(help: "Print the site's verifier key, or a person's key, as a QR Code.") var qr = false
    @Argument(help: "Whose key `--qr` prints; the site's otherwise.") var handle: String?

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      if qr || handle != nil { return try showCode(desk) }
      if trust {
        let text = try desk.custodian.trust().text
        return Console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      }
      let keys = desk.state.keys.values.sorted { ($0.addedAt, $0.name) < ($1.addedAt, $1.name) }
      Listing.print(
        ledger, "keys", ["key", "handle", "since entry", "until entry"],
        keys.map {
          [$0.name, desk.handle($0.person), "\($0.addedAt)", $0.endedAt.map { "\($0)" } ?? ""]
        })
    }
  }
}

/// Key events are signed by an administrator, by two where two are active.
enum Administrators {
  static func require(_ signers: Signers, _ desk: Desk) throws {
    let active = desk.state.people.values.filter { person in
      person.has(.administrator) && person.retiredAt == nil
        && desk.state.activeKey(of: person.id) != nil
    }
    let signing = Set(([signers.by] + signers.witnesses).map(\.person))
    let signed = active.filter { signing.contains($0.id) }
    let needed = min(2, active.count)
    guard signed.count < needed else { return }
    let all = active.map { "`\($0.handle.text)`" }.sorted()
    let names =
      all.count > 2 ? "two of " + all.joined(separator: ", ") : all.joined(separator: " and ")
    throw Failure(
      .refused,
      "a key is signed by \(needed == 1 ? "an administrator" : "two administrators") [key.administrators]",
      hint: needed == 1
        ? "add `--as` with one of \(names)" : "sign with `--as` and `--witness`: \(names)")
  }
}

extension Desk {
  /// Refuses here what the rule `person.role` would refuse later, where another refusal would come
  /// first and not say who may.
  func requireRole(of person: PersonID, for type: String) throws {
    guard let person = state.people[person],
      let denial = Permissions.denial(of: type, to: person.roles)
    else { return }
    throw Failure(
      .refused, "`\(person.handle.text)` \(denial) [person.role, house policy roles]",
      hint: "have somebody who may sign it, with `--as NAME`")
  }
}

/// A fresh key, its file, and the entry that introduces it.
struct NewKey {
  let signer: Signer
  let added: KeyAdded
  private let path: String
  private let pem: String

  init(
    for person: Person, _ desk: Desk, _ signing: SigningOptions, _ algorithm: Algorithm,
    noPassphrase: Bool
  ) throws {
    let count = desk.state.keys.values.count { $0.person == person.id }
    guard let name = KeyName(person: person.id.text, number: count + 1) else {
      throw Failure.usage("`\(person.handle.text)` has had too many keys")
    }
    let passphrase =
      noPassphrase ? nil : try KeyFiles.newPassphrase(of: person.name, signing.passphraseFd)
    let key = try PrivateKey.generate(algorithm)
    signer = Signer(person: person.id, name: name, key: key)
    added = KeyAdded(
      key: name.text, person: person.id, algorithm: algorithm.name,
      publicKey: key.publicKey.base64)
    path = KeyFiles.path(options: desk.options, name)
    pem = try key.pem(passphrase: passphrase)
    if noPassphrase { Console.say("warning: the key file has no passphrase") }
  }

  /// Writes the file before the entry, and takes it back when the entry is refused: an entry
  /// without its key would lock the person out.
  func keep(_ dryRun: Bool, _ record: () throws -> Void) throws {
    if dryRun { return try record() }
    try KeyFiles.write(pem, to: path)
    do { try record() } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }
}
