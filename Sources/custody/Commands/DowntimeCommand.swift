import ArgumentParser
import Dispensary
import Recordkeeping
import Reports

/// `custody downtime`: when the program could not be used.
struct DowntimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "downtime", abstract: "Times without the program, and paper for them.",
    discussion: """
      Print sheets while all is well; say afterwards from when to when; then enter the lines:
        custody downtime sheet > sheet.txt
        custody downtime start --at 09:10 --reason 'no power in the street'
        custody downtime end --at 11:45
        custody give V-31 0.5mL --patient P-12 --at 09:40 --source paper
      Late entries of that time carry the downtime, so that its reason is theirs.
      """,
    subcommands: [Start.self, End.self, List.self, Sheet.self])

  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The program could not be used.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "Since when; now otherwise.") var at: String?
    @Option(help: ArgumentHelp("Why, kept in the vault.", valueName: "text")) var reason: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let at = try self.at.map(desk.past)
      let privates = [try desk.secret("reason", reason)]
      try desk.record(signing) { writing in
        let event = DowntimeStarted(id: writing.state.new(DowntimeID.self))
        try writing.add(writing.draft(event, at: at, privates: privates))
      }
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The program can be used again.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The downtime; the one that lasts otherwise.") var downtime: String?
    @Option(help: "Since when; now otherwise.") var at: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let at = try self.at.map(desk.past)
      let named = try downtime.map { try DowntimeID($0) }
      try desk.record(signing) { writing in
        guard let id = named ?? writing.state.downtimes.last(where: { $0.to == nil })?.id else {
          throw Failure.usage(
            "no downtime lasts", hint: "`custody downtime start --at TIME --reason TEXT` says one")
        }
        try writing.add(writing.draft(DowntimeEnded(id: id), at: at))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the downtimes.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let entries = try HistoryItems.all(desk)
      Listing.print(
        ledger, "downtimes", ["downtime", "from", "to", "by", "entries"],
        desk.state.downtimes.map { downtime in
          [
            downtime.id.text, desk.zone.shown(downtime.from),
            downtime.to.map(desk.zone.shown) ?? "", desk.signer(ofEntry: downtime.startedBy),
            "\(entries.count { $0.notes.downtime == downtime.id })",
          ]
        }, notice: OneSignerNotice(desk.state))
    }
  }

  struct Sheet: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a sheet to write on while the program cannot be used.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Option(help: "Lines to write on, 1 to 200.") var lines: Int = 20

    func run() throws {
      guard (1...200).contains(lines) else {
        throw Failure.usage("a sheet has 1 to 200 lines, not \(lines)")
      }
      let desk = try Desk.open(ledger, readOnly: true)
      let sheet = DowntimeSheet(
        state: desk.state, now: desk.now, zone: desk.zone, lines: lines)
      if ledger.json { return Console.print(sheet.json) }
      Console.print(sheet.text.trimmingLine)
    }
  }
}
