import Compliance
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// One command's place at the counter: the opened ledger, its site's time, and the people who sign.
struct Desk {
  let custodian: Custodian
  let options: LedgerOptions
  /// The act being written, whose state is then the one that counts.
  var writing: Writing?

  var state: State { writing?.state ?? custodian.state }
  var zone: Zone { custodian.surroundings.zone }
  var now: Instant { custodian.surroundings.now() }

  /// Opens the ledger of a command.
  static func open(_ options: LedgerOptions, readOnly: Bool = false) throws -> Desk {
    let directory = options.directory
    let surroundings = Surroundings(
      now: LocalTime.now, chance: Chance.bytes, zone: try siteZone(options))
    let custodian = try Custodian.open(
      in: directory, readOnly: readOnly, journal: options.headJournal,
      temporary: NSTemporaryDirectory(), surroundings: surroundings)
    return Desk(custodian: custodian, options: options)
  }

  /// The zone stands in the ledger, and the rules need it before the ledger is folded: it is read
  /// by a first, cheap look at the registrations.
  private static func siteZone(_ options: LedgerOptions) throws -> Zone {
    let store = try LedgerStore.open(
      in: options.directory, readOnly: true, temporary: NSTemporaryDirectory())
    var name = "UTC"
    try store.read { snapshot in
      try snapshot.forEachEntry(ofTypes: [RegistrationRecorded.type]) { raw in
        guard let bytes = raw.body, let body = try? EntryBody(reading: bytes) else { return }
        name = body.fields["zone"]?.text ?? name
      }
    }
    return try LocalTime.zone(name)
  }

  func person(_ name: String) throws -> Person {
    let people = state.people.values
    let lower = name.lowercased()
    if let person = people.first(where: { $0.handle.text == lower || $0.id.text == lower }) {
      return person
    }
    // A full name, or the one person who has that first or last name or those initials.
    let named = people.filter { person in
      let words = person.name.lowercased().split(separator: " ").map(String.init)
      return person.name.lowercased() == lower || words.contains(lower)
        || person.initials.lowercased() == lower
    }
    if let only = named.first, named.count == 1 { return only }
    let hint = Known.suggestion(lower, among: people.map(\.handle.text))
    throw Failure.usage(
      "nobody here is called `\(name)`", hint: hint ?? "`custody person list` shows who is")
  }
}

// MARK: - Signing

extension Desk {
  /// Unlocks the keys of everyone who signs. Prompts end here, before any lock is taken.
  func signers(_ options: SigningOptions) throws -> Signers {
    let actor = try person(try options.actorName())
    let by = try Lease.current?.signer(for: actor, in: state) ?? signer(actor, options)
    // Nobody signs twice: who witnesses themselves is handed on as a witness, and the rules speak.
    let witnesses = try options.witness.map { try person($0) }
    return Signers(
      by: by, witnesses: try witnesses.map { try $0.id == actor.id ? by : signer($0, options) })
  }

  func signer(_ person: Person, _ options: SigningOptions) throws -> Signer {
    guard let record = state.activeKey(of: person.id), let name = KeyName(record.name) else {
      throw Failure(
        .wrongSecret, "`\(person.handle.text)` has no key",
        hint: "`custody key new \(person.handle.text)` makes one")
    }
    let key = try KeyFiles.read(
      KeyFiles.path(options: self.options, name), owner: person.name, options.passphraseFd)
    return Signer(person: person.id, name: name, key: key)
  }

  func siteKey() throws -> PrivateKey {
    let path = KeyFiles.sitePath(options)
    try SiteKeyFile(options).settle(try custodian.keys().siteKey?.key)
    guard FileManager.default.fileExists(atPath: path) else { throw RecordError.siteKey(path) }
    let key = try KeyFiles.read(path, owner: "the site", nil)
    guard key.publicKey.algorithm == .ed25519 else { throw RecordError.wrongSiteKey }
    return key
  }

  /// Writes one act and says what was recorded.
  func record(
    _ signing: SigningOptions, possession: [Signer] = [], with signers: Signers? = nil,
    handover: Handover? = nil, _ body: (Writing) throws -> Void
  ) throws {
    let before = state
    let done = try write(
      signing, possession: possession, with: signers, handover: handover, body)
    say(done, before: before, dryRun: signing.dryRun)
    warn()
  }

  /// Writes one act and leaves it to the command to say so.
  func write(
    _ signing: SigningOptions, possession: [Signer] = [], with signers: Signers? = nil,
    handover: Handover? = nil, _ body: (Writing) throws -> Void
  ) throws -> [Acknowledgement] {
    var signers = try signers ?? self.signers(signing)
    signers.possession = possession
    let site = try handover ?? siteKey().unchanged
    do {
      return try custodian.record(by: signers, handover: site, dryRun: signing.dryRun, body)
    } catch let refused as RulesRefused where asksForWitness(refused, signing, signers) {
      guard let witness = try askedWitness(signing) else { throw refused }
      signers.witnesses = [witness]
      return try custodian.record(by: signers, handover: site, dryRun: signing.dryRun, body)
    }
  }

  /// Whether the only thing missing is a witness, and somebody is there to name one.
  private func asksForWitness(
    _ refused: RulesRefused, _ signing: SigningOptions, _ signers: Signers
  ) -> Bool {
    signing.witness.isEmpty && signers.witnesses.isEmpty && signing.passphraseFd == nil
      && !signing.dryRun && Console.isInteractive
      && refused.findings.allSatisfy { $0.rule.hasSuffix(".witness-required") }
  }

  /// The witness named at the prompt; `nil` when nobody is.
  private func askedWitness(_ signing: SigningOptions) throws -> Signer? {
    let name = try Console.ask("this needs a witness; their name, or Enter for none")
    return name.isEmpty ? nil : try signer(try person(name), signing)
  }

  func warn() {
    for warning in custodian.store.warnings { Console.say("warning: \(warning.code.text)") }
  }
}

// MARK: - What acts have in common

extension Desk {
  /// The fields that any entry may carry, and its private words.
  func notes(_ act: ActOptions) throws -> (notes: Notes, privates: [Private], at: Instant?) {
    var notes = Notes()
    var privates: [Private] = []
    notes.alreadyHappened = act.alreadyHappened != nil
    notes.doneBy = act.doneBy.map(initials)
    if let source = act.source {
      guard Notes.sources.contains(source) else {
        throw Failure.usage("`\(source)` is not a source", hint: "write `paper` or `verbal`")
      }
      notes.source = source
    }
    if let reason = act.alreadyHappened { privates.append(try secret("reason", reason)) }
    if let note = act.note { privates.append(try secret("note", note)) }
    if let text = act.outsider {
      notes.outsider = true
      privates.append(try outsider(text))
    }
    let at = try act.at.map(past)
    notes.downtime = try act.downtime.map { try DowntimeID($0) } ?? downtime(of: at)
    return (notes, privates, at)
  }

  /// The time without the program in which a late act happened, so that one reason covers it.
  private func downtime(of at: Instant?) -> DowntimeID? {
    guard let at, now.milliseconds - at.milliseconds > state.policy.lateAfterMinutes * 60_000
    else { return nil }
    return state.downtime(at: at)?.id
  }

  /// Somebody without a key, who signs on paper: name, organization, identification.
  func outsider(_ text: String) throws -> Private {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
      .map { String($0).trimmingSpaces }
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 300 else {
      throw Failure.usage(
        "an outsider is not fully named",
        hint: "write 'NAME; ORGANIZATION; IDENTIFICATION', such as "
          + "'Dan Roe; Northmed; driver license OH TL4711'")
    }
    return Private("outsider", parts.joined(separator: "; "))
  }

  /// A time that somebody typed, which is not in the future.
  func past(_ text: String) throws -> Instant {
    let at = try LocalTime.read(text, now: now, zone: zone)
    try requirePast(at, text)
    return at
  }

  /// A day that somebody typed; today otherwise.
  func day(_ text: String?) throws -> CivilDate {
    switch text {
    case nil, "today": zone.day(of: now)
    case "yesterday": zone.day(of: now.adding(milliseconds: -86_400_000))
    case let text?: try Dates.day(text, today: zone.day(of: now))
    }
  }

  /// Said here in the site's time; the fold says the same of any entry, in UTC.
  private func requirePast(_ at: Instant, _ text: String) throws {
    let latest = max(now, state.journal.last?.recordedAt ?? now)
    guard at > latest else { return }
    throw Failure.usage(
      "`\(text)` lies in the future: it is \(zone.shown(latest))",
      hint: "nothing is recorded before it happens; check the time that was typed, and the clock")
  }

  /// A value that somebody typed, which goes to the vault under this name.
  func secret(_ name: String, _ text: String) throws -> Private {
    guard !text.isEmpty, text.utf8.count <= 2000 else {
      let words = name.replacing("_", with: " ")
      throw Failure.usage("the text of `\(words)` has 1 to 2000 characters")
    }
    return Private(name, text)
  }

  /// Adds an event to an act, with everything that its options say.
  func add(
    _ event: any Event, _ act: ActOptions, privates own: [Private] = [], to writing: Writing
  ) throws {
    var (notes, privates, at) = try notes(act)
    privates = own + privates
    if let text = act.explains { notes.explains = [try explanation(text, event, writing.state)] }
    try writing.add(writing.draft(event, at: at, notes: notes, privates: privates))
  }

  /// How much of a case a late entry explains: as much of it as the case holds.
  private func explanation(
    _ text: String, _ event: any Event, _ state: State
  ) throws -> Explanation {
    let id = try CaseID(text)
    guard let record = state.cases[id] else {
      throw Failure.usage(
        "case `\(id.text)` is not known", hint: "`custody status` lists the open cases")
    }
    let bucket = Bucket(record.account, record.item)
    let moved = event.postings.filter { $0.bucket == bucket }.map(\.amount).sum
    let held = state.unexplained(record)
    let size = min(held.magnitude, moved.magnitude)
    return Explanation(
      caseID: id, account: record.account, item: record.item,
      amount: held < .zero ? -size : size)
  }
}
