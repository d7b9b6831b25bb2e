import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody init`: a new ledger with its founders.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Open a new ledger.",
    discussion: """
      Founders sign entry 0 together. Each is written as HANDLE:NAME:INITIALS:ROLES[:LICENSE], \
      and one of them at least is an administrator:
        custody init --origin acme/main/1 --dea FB1234563 --name 'Acme Clinic' \\
          --address '1 Main St, Columbus' --state OH --zone America/New_York \\
          --founder 'kim:Kim Wells:KW:pharmacist,administrator'
      """)

  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  @Option(help: ArgumentHelp("The ledger's name: organization/site/1.", valueName: "origin"))
  var origin: String
  @Option(help: "The site's DEA registration number.")
  var dea: String
  @Option(help: "The registered name.")
  var name: String
  @Option(help: "The registered address.")
  var address: String
  @Option(help: "The state, as two capitals.")
  var state: String
  @Option(help: ArgumentHelp("When the registration expires.", valueName: "date"))
  var expires: String?
  @Option(help: "The site's time zone.")
  var zone: String = "America/New_York"
  @Option(help: ArgumentHelp("A founder. Repeatable.", valueName: "person"))
  var founder: [String]
  @Option(help: ArgumentHelp("Years for which patient data is kept at least.", valueName: "years"))
  var keepYears: Int64 = 2
  @Option(
    help: ArgumentHelp(
      "How far a reading of an opened liquid may be off without a case, such as `0.05`.",
      valueName: "mL"))
  var readingUncertainty: String = "0"
  @Flag(help: "Make P-256 keys for the founders, as smart cards have, in place of Ed25519.")
  var p256 = false
  @Flag(help: "Make key files that anyone who has them can use. For scripts and tests.")
  var noPassphrase = false
  @Option(
    help: ArgumentHelp(
      "Read new passphrases from this descriptor, a line a founder.", valueName: "n"))
  var passphraseFd: Int32?

  func validate() throws {
    guard let descriptor = passphraseFd, fcntl(descriptor, F_GETFD) == -1 else { return }
    throw ValidationError("descriptor \(descriptor) of `--passphrase-fd` is not open")
  }

  @Flag(name: [.customShort("n"), .long], help: "Check everything, and make nothing.")
  var dryRun = false

  func run() throws {
    let origin = try self.origin(self.origin)
    guard !founder.isEmpty, founder.count <= 16 else {
      throw Failure.usage("a ledger has 1 to 16 founders", hint: "add `--founder`")
    }
    let people = try founder.enumerated().map { try person($1, number: $0 + 1) }
    guard people.contains(where: { $0.roles.contains(.administrator) }) else {
      throw Failure.usage(
        "none of the founders is an administrator",
        hint: "one of them must add people and keys: `…:pharmacist,administrator`")
    }
    let dea = try DEANumber(self.dea)
    let zone = try LocalTime.zone(self.zone)
    guard !FileManager.default.fileExists(atPath: ledger.directory + "/ledger.db") else {
      throw StoreError(.exists, ledger.directory)
    }
    let passphrases = try people.map { person in
      noPassphrase ? nil : try KeyFiles.newPassphrase(of: person.name, passphraseFd)
    }
    let site = try PrivateKey.generate()
    let keys = try people.map { _ in try PrivateKey.generate(p256 ? .p256 : .ed25519) }
    let signers = people.indices.map { index in
      Signer(
        person: people[index].id, name: KeyName(person: people[index].id.text, number: 1)!,
        key: keys[index])
    }
    let opened = LedgerOpened(
      origin: origin.text, format: KeyRegister.format,
      siteKey: VerifierKey(origin, site.publicKey).text,
      founders: people.indices.map {
        LedgerOpened.Founder(
          person: people[$0], key: signers[$0].name.text,
          algorithm: keys[$0].publicKey.algorithm.name,
          publicKey: keys[$0].publicKey.base64)
      })
    var policy = Policy()
    policy.keepYears = keepYears
    policy.readingUncertainty = Amount(thousandths: try reading())
    policy.readingLimit = Amount(thousandths: try reading() * 5)
    let registration = RegistrationRecorded(
      dea: dea, name: name, address: address,
      state: state.count == 2 ? state.uppercased() : state,
      expires: try expires.map { try Dates.fullDay($0) ?? CivilDate($0) }, zone: self.zone)
    let surroundings = Surroundings(now: LocalTime.now, chance: Chance.bytes, zone: zone)
    let founding = { (folder: String, journal: String?) in
      try Custodian.found(
        in: folder, origin: origin, journal: journal,
        founders: Signers(by: signers[0], witnesses: Array(signers.dropFirst())), siteKey: site,
        surroundings: surroundings
      ) { writing in
        try writing.add(writing.draft(opened))
        try writing.add(writing.draft(registration))
        try writing.add(writing.draft(PolicyAdopted(policy: policy)))
      }
    }
    // Whatever refuses it refuses the rehearsal, and leaves nothing behind in the folder.
    let rehearsed = try rehearse(founding)
    if dryRun {
      Console.print("would open ledger \(rehearsed.text) in \(ledger.directory)")
      return Console.say("dry run: nothing was made")
    }
    // Keys first: a ledger whose keys could not be written would be of no use to anyone.
    try writeKeys(site, people, signers, passphrases)
    do {
      report(try founding(ledger.directory, ledger.headJournal), signers, site)
    } catch {
      removeKeys(signers)
      throw error
    }
  }

  /// Founds the ledger in a folder that is thrown away: every check, and nothing left.
  private func rehearse(_ founding: (String, String?) throws -> Custodian) throws -> Origin {
    let folder = NSTemporaryDirectory() + "/custody-rehearsal-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try founding(folder, nil).origin
  }

  private func origin(_ text: String) throws -> Origin {
    do { return try Origin(text) } catch {
      throw Failure.usage(
        "`\(text)` is not a ledger's name",
        hint: "write organization/site/1 in small letters, such as `acme/main/1`")
    }
  }

  private func reading() throws -> Int64 {
    switch try TypedAmount(readingUncertainty, allowZero: true) {
    case .quantity(let thousandths, .none), .quantity(let thousandths, .milliliter): thousandths
    default: throw Failure.usage("the reading uncertainty is given in mL, such as `0.05`")
    }
  }

  private func person(_ text: String, number: Int) throws -> PersonAdded {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4 || parts.count == 5 else {
      throw Failure.usage(
        "`\(text)` does not describe a founder", hint: "write HANDLE:NAME:INITIALS:ROLES[:LICENSE]")
    }
    return PersonAdded(
      id: try PersonID(number: number), handle: try Handle(parts[0].lowercased()), name: parts[1],
      initials: parts[2],
      roles: try parts[3].split(separator: ",").map {
        try Role(String($0).trimmingSpaces.lowercased())
      },
      license: parts.count == 5 ? License(number: parts[4], state: nil, expires: nil) : nil)
  }

  private func writeKeys(
    _ site: PrivateKey, _ people: [PersonAdded], _ signers: [Signer], _ passphrases: [[UInt8]?]
  ) throws {
    try KeyFiles.write(try site.pem(passphrase: nil), to: KeyFiles.sitePath(ledger))
    for (signer, passphrase) in zip(signers, passphrases) {
      try KeyFiles.write(
        try signer.key.pem(passphrase: passphrase),
        to: KeyFiles.path(options: ledger, signer.name))
    }
  }

  private func removeKeys(_ signers: [Signer]) {
    let paths = signers.map { KeyFiles.path(options: ledger, $0.name) }
    for path in paths + [KeyFiles.sitePath(ledger)] {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private func report(_ custodian: Custodian, _ signers: [Signer], _ site: PrivateKey) {
    let desk = Desk(custodian: custodian, options: ledger)
    let key = VerifierKey(custodian.origin, site.publicKey).text
    if ledger.json {
      Console.print([
        "schema": "custody/opened/1", "origin": .string(custodian.origin.text),
        "site_key": .string(key), "ledger": .string(ledger.directory),
      ])
      return
    }
    Console.print("ledger \(custodian.origin.text) opened in \(ledger.directory)")
    Console.print("site key \(key)")
    for signer in signers {
      Console.print("key \(signer.name.text) of \(desk.handle(signer.person))")
    }
    if noPassphrase { Console.say("warning: the key files have no passphrase") }
    Console.say("hint: give the site key to your inspector on paper; next, `custody location add`")
  }
}
