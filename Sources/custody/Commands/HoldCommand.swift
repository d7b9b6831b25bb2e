import ArgumentParser
import Dispensary
import Recordkeeping

/// `custody hold`: records that must be kept.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Legal holds: what must not be erased.",
    subcommands: [Place.self, Lift.self, List.self])

  struct Place: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep the records of one patient, or of everybody.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(name: .shortAndLong, help: "Whose records, by code; everybody's otherwise.")
    var patient: String?
    @Option(help: ArgumentHelp("Why, kept in the vault.", valueName: "text")) var reason: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let patient = try self.patient.map(desk.patient)
      let privates = [try desk.secret("reason", reason)]
      try desk.record(signing) { writing in
        let event = HoldPlaced(id: writing.state.new(HoldID.self), patient: patient)
        try writing.add(writing.draft(event, privates: privates))
      }
    }
  }

  struct Lift: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End a hold.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The hold, such as `H-1`.") var hold: String
    @Option(help: ArgumentHelp("Why, kept in the vault.", valueName: "text")) var reason: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let id = try HoldID(hold)
      let privates = try reason.map { [try desk.secret("reason", $0)] } ?? []
      try desk.record(signing) { writing in
        let event = HoldLifted(id: id, patient: writing.state.office.holds[id]?.patient)
        try writing.add(writing.draft(event, privates: privates))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the holds.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let holds = desk.state.office.holds.values.sorted { $0.id < $1.id }
      Listing.print(
        ledger, "holds", ["hold", "records of", "placed", "by", "lifted"],
        holds.map { hold in
          [
            hold.id.text, hold.patient.map(desk.code) ?? "everybody",
            desk.zone.shown(hold.placedAt), desk.signer(ofEntry: hold.placedBy),
            hold.liftedBy.map { "entry \($0)" } ?? "",
          ]
        })
    }
  }
}

extension Desk {
  /// Who signed an entry, by the short name.
  func signer(ofEntry seq: Int64) -> String {
    state.journal[Int(seq)].by.map(handle) ?? "nobody"
  }
}
