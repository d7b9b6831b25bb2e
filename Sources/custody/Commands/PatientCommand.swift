import ArgumentParser
import Dispensary
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody patient`.
struct PatientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patient", abstract: "Patients, whose names and addresses stay in the vault.",
    discussion: """
      Nothing but `records` and `disclosures --recipient` shows what the vault says about a \
      patient, and each of these is recorded first, signed, as a disclosure.
      """,
    subcommands: [
      Add.self, Find.self, Address.self, Merge.self, Records.self, Disclosures.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a patient.",
      discussion: """
          custody patient add              asks for the name and the address
          custody patient add --born -     and for the birth date
        Name and address are required by 21 CFR 1304.22(c). They go to the vault; the ledger holds \
        salted digests and a random identifier. What stands on a command line stays in the shell's \
        history and is seen in the list of processes while it runs: leave it out, or write `-`, and \
        it is asked for, or read from `--details-fd`.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "The full name; asked for otherwise.") var name: String?
    @Option(help: "The address; asked for otherwise.") var address: String?
    @Option(help: "The birth date, as 1980-02-29.") var born: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let name = try self.name ?? Identity.ask("name", ledger)
      let address = try self.address ?? Identity.ask("address", ledger)
      let privates = try Identity.privates(name: name, address: address, born: born)
      let id = try PatientID(Base32.encode(Chance.bytes(10)))
      try desk.record(signing) {
        try $0.add($0.draft(PatientAdded(id: id), privates: privates, witnessed: true))
      }
    }
  }

  struct Find: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find a patient's code by what you know of them. It shows no name.",
      discussion: """
        Every word must begin a word of a name that the patient has or had:
          custody patient find -               asks for the name
          custody patient find 'juniper har'   stays in the shell's history
          custody patient find --born 1980-02-29
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Argument(help: "Words of the name, or a code such as `P-12`.") var text: String?
    @Option(help: "The birth date, as 1980-02-29.") var born: String?

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      guard text?.isEmpty == false || born != nil else {
        throw Failure.usage("nothing is said of the patient", hint: "a name, or `--born DATE`")
      }
      let born = try self.born.map(Identity.date)
      let entries = Identity.entries(desk.state)
      let found = try desk.survivors.filter { id in
        let known = try Identity.all(of: id, entries, desk)
        return (text.map { fits($0, known, id, desk) } ?? true)
          && born.map { known.contains(name: "birth_date", $0) } ?? true
      }
      guard !found.isEmpty else {
        throw Failure(.failed, "no patient fits that", hint: "`custody patient add` adds one")
      }
      Listing.print(
        ledger, "patients", ["patient", "last activity", "merged"],
        found.map { [desk.code($0), desk.lastActivity(of: $0), desk.mergedCodes(of: $0)] })
    }

    private func fits(_ text: String, _ known: Identity, _ id: PatientID, _ desk: Desk) -> Bool {
      if let code = try? PatientCode(text), let patient = desk.state.patient(code) {
        return desk.state.isSame(patient.id, id)
      }
      return known.isNamed(text)
    }
  }

  struct Address: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a patient's new address, or a changed name or birth date.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The patient's code, such as `P-12`.") var patient: String
    @Option(help: "The new address.") var address: String?
    @Option(help: "The name as it is now.") var name: String?
    @Option(help: "The birth date, put right, as 1980-02-29.") var born: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let id = try desk.patient(patient)
      let isSaid = address != nil || name != nil || born != nil
      let address = isSaid ? self.address : try Identity.ask("address", ledger)
      let privates = try Identity.privates(name: name, address: address, born: born)
      try desk.record(signing) {
        try $0.add($0.draft(PatientUpdated(id: id), privates: privates))
      }
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Two codes are one patient; the second stays."
    )
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The code that is given up.") var from: String
    @Option(help: "The code that stays.") var into: String
    @Option(help: "Why: \(PatientMerged.Reason.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: String = PatientMerged.Reason.duplicate.rawValue
    @Option(help: ArgumentHelp("How you know, kept in the vault.", valueName: "text"))
    var note: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = PatientMerged(
        from: try desk.namedPatient(from), into: try desk.namedPatient(into),
        reason: try Codes.read(reason, "a reason"))
      let privates = try note.map { [try desk.secret("note", $0)] } ?? []
      try desk.record(signing) { try $0.add($0.draft(event, privates: privates)) }
    }
  }
}

extension Desk {
  /// The patients that were not merged into another, by code.
  var survivors: [PatientID] {
    state.patients.values.filter { $0.mergedInto == nil }.sorted { $0.code < $1.code }.map(\.id)
  }

  func lastActivity(of id: PatientID) -> String {
    state.identities(of: id).compactMap { state.patients[$0]?.lastActivity }.max()
      .map { zone.shown($0) } ?? ""
  }

  /// The codes that were merged into a patient's: `P-3, P-7`.
  func mergedCodes(of id: PatientID) -> String {
    state.identities(of: id).filter { $0 != id }.compactMap { state.patients[$0]?.code }.sorted()
      .map(\.text).joined(separator: ", ")
  }
}

/// What the vault says of who a patient is: name, address and birth date, newest last.
struct Identity {
  private let values: [(name: String, value: String)]

  /// The entries that say who somebody is, by patient, oldest first.
  static func entries(_ state: State) -> [PatientID: [Int64]] {
    var entries: [PatientID: [Int64]] = [:]
    for entry in state.journal where [PatientAdded.type, PatientUpdated.type].contains(entry.type) {
      if let patient = entry.patient { entries[patient, default: []].append(entry.seq) }
    }
    return entries
  }

  /// Reads it, for every code that was merged into this one. What is erased is not there.
  static func all(of id: PatientID, _ entries: [PatientID: [Int64]], _ desk: Desk) throws
    -> Identity
  {
    // What was said under the code that stays counts as newer.
    let merged = desk.state.identities(of: id).subtracting([id]).flatMap { entries[$0] ?? [] }
    let values = try desk.custodian.store.read { snapshot in
      try (merged.sorted() + (entries[id] ?? [])).flatMap { seq in
        try snapshot.openings(of: seq).compactMap { opening in
          (try? Disclosure(opening.disclosure)).map { ($0.name, $0.value.text ?? "") }
        }
      }
    }
    return Identity(values: values)
  }

  /// The newest value of a name; `nil` where there never was one, or it was erased.
  subscript(_ name: String) -> String? { values.last { $0.name == name }?.value }

  func contains(name: String, _ value: String) -> Bool {
    values.contains { $0.name == name && $0.value == value }
  }

  /// Whether every typed word begins a word of one name that the patient has or had.
  func isNamed(_ text: String) -> Bool {
    let typed = Identity.words(text)
    return !typed.isEmpty
      && values.filter { $0.name == "name" }.contains { name in
        let words = Identity.words(name.value)
        return typed.allSatisfy { start in words.contains { $0.hasPrefix(start) } }
      }
  }

  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }
  }

  /// The private values of an entry that says who a patient is.
  static func privates(name: String?, address: String?, born: String?) throws -> [Private] {
    for (what, text) in [("name", name), ("address", address)] {
      guard let text, text.isEmpty || text.utf8.count > 300 else { continue }
      throw Failure.usage("the \(what) is empty or longer than 300 characters")
    }
    let born = try born.map(date)
    return [("name", name), ("address", address), ("birth_date", born)].compactMap { name, value in
      value.map { Private(name, $0) }
    }
  }

  /// What was typed is not repeated: it is about a patient even when it is wrong.
  static func date(_ text: String) throws -> String {
    guard let date = (try? Dates.fullDay(text)) ?? (try? CivilDate(text)) else {
      throw Failure.usage(
        "the birth date is not a date", hint: "write year, month and day, such as `1980-02-29`")
    }
    return date.text
  }

  /// Asks for what was not said, on the terminal or on the descriptor that was given for it.
  static func ask(_ what: String, _ ledger: LedgerOptions) throws -> String {
    guard ledger.detailsFd != nil || Console.isInteractive else {
      throw Failure.usage(
        "a patient needs a name and an address",
        hint: "pass them with `--details-fd N`, a line each, or with `--name` and `--address`")
    }
    return try Details.read(what, ledger.detailsFd)
  }
}
