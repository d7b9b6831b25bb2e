import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// `custody site`: how it moves and ends.
struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "The site moves, closes, or goes to another registrant.",
    subcommands: [MoveSite.self, Close.self, Transfer.self])

  struct MoveSite: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "move", abstract: "The site moves to another address.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "The new address.") var address: String
    @Option(help: "On which day; today otherwise.") var on: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = SiteMoved(address: address, date: try desk.day(on))
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }

  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The site ends its business. Everything on hand is counted on that day, before.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "On which day; today otherwise.") var on: String?
    @Option(help: "Why: \(SiteClosed.Reason.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: String
    @Option(help: ArgumentHelp("A note, kept in the vault.", valueName: "text")) var note: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = SiteClosed(date: try desk.day(on), reason: try Codes.read(reason, "a reason"))
      let privates = try note.map { [try desk.secret("note", $0)] } ?? []
      try desk.record(signing) { try $0.add($0.draft(event, privates: privates)) }
    }
  }

  struct Transfer: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The business goes to another registrant. Everything is counted on that day.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "The DEA registration number of the other.") var dea: String
    @Option(help: "The registered name of the other.") var name: String
    @Option(help: "On which day; today otherwise.") var on: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = SiteTransferred(dea: try DEANumber(dea), name: name, date: try desk.day(on))
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }
}

/// `custody inspection`: who came to look.
struct InspectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspection", abstract: "Visits of those who may look at the records.",
    subcommands: [Record.self, List.self])

  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a visit.",
      discussion: """
          custody inspection record --agency dea --form DEA-82 \\
            --person 'Dan Roe; DEA Columbus; badge 4711' --copies 'biennial inventory'
        Who came and what they took stays in the vault; `custody history --entry N --outsider` \
        shows it.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(
      help: "Whose: \(Agency.allCases.map(\.rawValue).joined(separator: ", ")).")
    var agency: String
    @Option(help: "The notice that they presented, such as `DEA-82`.") var form: String?
    @Option(help: "Who came: 'NAME; ORGANIZATION; CREDENTIALS'. Repeatable.") var person: [String] =
      []
    @Option(help: ArgumentHelp("What they copied.", valueName: "text")) var copies: String?
    @Option(help: ArgumentHelp("What samples they took.", valueName: "text")) var samples: String?
    @Option(help: "When they came; now otherwise.") var at: String?
    @Option(help: ArgumentHelp("A note, kept in the vault.", valueName: "text")) var note: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = Inspection(
        agency: try Codes.read(agency, "an agency"), form: form, copies: copies != nil,
        samples: samples != nil)
      guard !person.isEmpty else {
        throw Failure.usage(
          "nobody is named who came", hint: "add `--person 'NAME; ORGANIZATION; CREDENTIALS'`")
      }
      var privates = try person.map(desk.outsider)
      for (name, text) in [("copies", copies), ("samples", samples), ("note", note)] {
        if let text { privates.append(try desk.secret(name, text)) }
      }
      var notes = Notes()
      notes.outsider = true
      let at = try self.at.map(desk.past)
      try desk.record(signing) {
        try $0.add($0.draft(event, at: at, notes: notes, privates: privates))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the visits.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      Listing.print(
        ledger, "inspections", ["entry", "when", "agency", "form", "copies", "samples"],
        desk.state.office.inspections.map { visit in
          [
            "\(visit.seq)", desk.zone.shown(visit.at), visit.event.agency.rawValue,
            visit.event.form ?? "", visit.event.copies ? "taken" : "",
            visit.event.samples ? "taken" : "",
          ]
        })
    }
  }
}

/// `custody filing`: what was sent to authorities.
struct FilingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filing", abstract: "Forms and notices that were sent.",
    subcommands: [Add.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that a form or a notice was sent.",
      discussion: """
          custody filing add --form DEA-106 --to 'DEA Columbus' \\
            --sent '2026-11-20 14:05' --confirmation 4711 --answers 57
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "The form, such as `DEA-106`, or `transfer-notice`.") var form: String
    @Option(
      name: .customLong("to"),
      help: "To whom: `dea`, `board`, … or its name, which the vault keeps.")
    var recipient: String
    @Option(help: "When; now otherwise.") var sent: String?
    @Option(help: "The number that the recipient gave back.") var confirmation: String?
    @Option(help: "The entry that made it necessary.") var answers: Int64?

    func run() throws {
      let desk = try Desk.open(ledger)
      let sent = try self.sent.map(desk.past)
      let (agency, privates) = try desk.agency(recipient, as: "recipient")
      try desk.record(signing) { writing in
        let event = Filing(
          form: form, recipient: agency, sentAt: sent ?? writing.recordedAt,
          confirmation: confirmation, answers: answers)
        try writing.add(writing.draft(event, privates: privates))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List what was sent.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      Listing.print(
        ledger, "filings", ["entry", "form", "to", "sent", "confirmation", "for entry"],
        desk.state.office.filings.map { filing in
          [
            "\(filing.seq)", filing.event.form, filing.event.recipient.shown,
            desk.zone.shown(filing.event.sentAt), filing.event.confirmation ?? "",
            filing.event.answers.map { "\($0)" } ?? "",
          ]
        })
    }
  }
}

/// Reads one of a few words.
enum Codes {
  static func read<Code: CaseIterable & RawRepresentable>(
    _ text: String, _ what: String
  ) throws -> Code where Code.RawValue == String {
    if let code = Code(rawValue: text) { return code }
    let names = Code.allCases.map(\.rawValue)
    throw Failure.usage(
      "`\(text)` is not \(what)",
      hint: Known.suggestion(text, among: names) ?? "one of \(names.joined(separator: ", "))")
  }
}
