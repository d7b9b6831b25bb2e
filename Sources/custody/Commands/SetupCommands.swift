import ArgumentParser
import Dispensary
import Foundation
import Interchange
import Notation
import Recordkeeping
import Reports

/// `custody registration record`: the site's DEA registration, as renewed or changed.
struct RegistrationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registration", abstract: "The site's DEA registration.",
    subcommands: [Record.self])

  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Record a registration.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "The DEA registration number.") var dea: String
    @Option(help: "The registered name.") var name: String
    @Option(help: "The registered address.") var address: String
    @Option(help: "The state, as two capitals.") var state: String
    @Option(help: "When it expires.") var expires: String?
    @Option(help: "The site's time zone.") var zone: String = "America/New_York"

    func run() throws {
      let desk = try Desk.open(ledger)
      _ = try LocalTime.zone(zone)
      let event = RegistrationRecorded(
        dea: try DEANumber(dea), name: name, address: address, state: state,
        expires: try expires.map { try Dates.fullDay($0) ?? CivilDate($0) }, zone: zone)
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }
}

/// `custody policy`: what the site has decided for itself.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "What the site has decided for itself.",
    subcommands: [Show.self, Adopt.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the policy in force.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let policy = desk.state.policy
      if ledger.json {
        var fields = PolicyAdopted(policy: policy).members.all
        fields["schema"] = "custody/policy/1"
        // The field of the entry says whether; here, as in every report, since when.
        fields["one_signer"] = OneSignerNotice(desk.state).json
        return Console.print(.object(fields))
      }
      Console.print("reading uncertainty of opened liquids  \(policy.readingUncertainty.wire)")
      Console.print("sum of readings before a case          \(policy.readingLimit.wire)")
      Console.print(
        "late after                             \(tally(policy.lateAfterMinutes, "minute"))")
      Console.print(
        "staged syringes may be used for        \(tally(policy.stagedMinutes, "minute"))")
      Console.print("patient data is kept for at least      \(policy.keepYears) years")
      Console.print("prescriptions wait in will-call for    \(tally(policy.willCallDays, "day"))")
      for (device, amount) in policy.deadSpace.sorted(by: { $0.key < $1.key }) {
        let name = "dead space of \(device)".padding(toLength: 37, withPad: " ", startingAt: 0)
        Console.print("\(name)  \(amount.wire) mL")
      }
      for line in OneSignerNotice(desk.state).lines { Console.print(line) }
    }
  }

  struct Adopt: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adopt a policy; what is not named stays as it is.",
      discussion: """
          custody policy adopt --one-signer      one person works here alone
          custody policy adopt --two-signers     not any longer
        Alone, what a second person would sign is recorded with a note, and every
        report says so. Two people destroy stock, load what is to be destroyed and
        sign for a spill all the same. It rests while somebody else can sign.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Flag(help: "Whether a second person is asked for where the law does not ask for one.")
    var signers: SignersAskedFor?
    @Option(help: "How far one reading may be off, such as `0.05`.") var readingUncertainty: String?
    @Option(help: "How far the readings of one container may be off together.") var readingLimit:
      String?
    @Option(help: "Minutes after which an entry is late.") var lateAfterMinutes: Int64?
    @Option(help: "Minutes for which a staged syringe may be used.") var stagedMinutes: Int64?
    @Option(help: "Days after which what nobody has picked up goes back to stock.")
    var willCallDays: Int64?
    @Option(help: "Years for which patient data is kept at least.") var keepYears: Int64?
    @Option(
      help: ArgumentHelp(
        "What stays in a kind of syringe: `1mL-syringe=0.05mL`; `=0` drops it. Repeatable.",
        valueName: "device=amount"))
    var deadSpace: [String] = []

    func run() throws {
      let desk = try Desk.open(ledger)
      var policy = desk.state.policy
      if let text = readingUncertainty { policy.readingUncertainty = try amount(text) }
      if let text = readingLimit { policy.readingLimit = try amount(text) }
      policy.lateAfterMinutes = lateAfterMinutes ?? policy.lateAfterMinutes
      policy.stagedMinutes = stagedMinutes ?? policy.stagedMinutes
      policy.keepYears = keepYears ?? policy.keepYears
      policy.willCallDays = willCallDays ?? policy.willCallDays
      for text in deadSpace { try take(text, into: &policy) }
      if let signers { policy.isOneSigner = signers == .oneSigner }
      let event = PolicyAdopted(policy: policy)
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }

    private func take(_ text: String, into policy: inout Policy) throws {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw Failure.usage(
          "`\(text)` is not a device's dead space", hint: "write such as `1mL-syringe=0.05mL`")
      }
      let amount = try amount(parts[1])
      policy.deadSpace[parts[0]] = amount.isZero ? nil : amount
    }

    private func amount(_ text: String) throws -> Amount {
      guard case .quantity(let thousandths, let unit) = try TypedAmount(text, allowZero: true),
        unit == nil || unit == .milliliter
      else { throw Failure.usage("`\(text)` is not a number of mL") }
      return Amount(thousandths: thousandths)
    }
  }
}

/// How many people sign, as a site's policy has it.
enum SignersAskedFor: String, EnumerableFlag {
  case oneSigner
  case twoSigners
}

/// `custody location`.
struct LocationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "location", abstract: "Places where stock is kept.",
    subcommands: [Add.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a place.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "A short name, such as `vault`.") var id: String
    @Option(help: "What people call it.") var name: String?
    @Option(help: "The place it is part of.") var parent: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = LocationAdded(
        id: try LocationID(id), name: name ?? id, parent: try parent.map { try LocationID($0) })
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the places.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let places = desk.state.locations.values.sorted { $0.id < $1.id }
      Listing.print(
        ledger, "locations", ["place", "name", "part of"],
        places.map { [$0.id.text, $0.name, $0.parent?.text ?? ""] })
    }
  }
}

/// `custody supplier`.
struct SupplierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supplier", abstract: "Registrants that supply the site.",
    subcommands: [Add.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a supplier.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "A short name, such as `mckesson`.") var id: String
    @Option(help: "Its registered name.") var name: String
    @Option(help: "Its registered address.") var address: String
    @Option(help: "Its DEA registration number.") var dea: String
    @Option(help: "What it is: supplier, registrant, manufacturer or reverse-distributor.")
    var kind: String = "supplier"

    func run() throws {
      let desk = try Desk.open(ledger)
      guard let kind = SupplierAdded.Kind(rawValue: kind) else {
        throw Failure.usage(
          "`\(kind)` is not a kind of supplier",
          hint: "one of " + SupplierAdded.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let event = SupplierAdded(
        id: try SupplierID(id), name: name, address: address, dea: try DEANumber(dea), kind: kind)
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the suppliers.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let suppliers = desk.state.suppliers.values.sorted { $0.id < $1.id }
      Listing.print(
        ledger, "suppliers", ["supplier", "DEA number", "kind", "name", "address"],
        suppliers.map { [$0.id.text, $0.dea.text, $0.kind.rawValue, $0.name, $0.address] })
    }
  }
}

/// Prints rows as an aligned table, or as JSON.
enum Listing {
  static func print(
    _ options: LedgerOptions, _ name: String, _ columns: [String], _ rows: [[String]],
    notice: OneSignerNotice? = nil
  ) {
    if options.json {
      let objects = rows.map { row in
        JSON.object(
          Dictionary(
            uniqueKeysWithValues: zip(columns, row).map {
              ($0.lowercased().replacing(" ", with: "_"), JSON.string($1))
            }))
      }
      var members: [String: JSON] = [
        "schema": .string("custody/\(name)/1"), "rows": .array(objects),
      ]
      members["one_signer"] = notice?.json
      return Console.print(.object(members))
    }
    defer { for line in notice?.lines ?? [] { Console.print(line) } }
    if rows.isEmpty { return Console.say("there are no \(name) yet") }
    let widths = columns.indices.map { column in
      ([columns] + rows).map { $0[column].count }.max() ?? 0
    }
    for row in [columns] + rows {
      let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      Console.print(cells.joined(separator: "  ").trimmingSuffix(" "))
    }
  }
}

extension String {
  func trimmingSuffix(_ character: Character) -> String {
    var text = self[...]
    while text.last == character { text = text.dropLast() }
    return String(text)
  }
}
