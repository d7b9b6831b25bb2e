import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

extension Desk {
  /// The papers of what left.
  var disposal: DisposalReport { DisposalReport(state: state, now: now, zone: zone) }
}

/// `custody destroy`: inventory, on site, before two.
struct DestroyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Destroy inventory on site, with a second person.",
    discussion: """
        custody destroy V-31 --method 'chemical digestion' --witness ana
        custody destroy ketamine '2 vials' --lot K41A --in vault \\
          --method incineration --witness ana
        custody destroy list
      """,
    subcommands: [Now.self, List.self], defaultSubcommand: Now.self)

  struct Now: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "now", abstract: "Destroy something (what `destroy` alone does).")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var leaving: LeavingOptions
    @Argument(help: "A container, drug set aside under a draw's number, or a product.")
    var what: String?
    @Argument(help: "How much, or `all`.") var quantity: String?
    @Option(help: "How it is made non-retrievable.") var method: String
    @Option(help: "Where it is destroyed; where the first line stands otherwise.")
    var place: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let targets = try leaving.targets(what, quantity)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let (lines, emptied) = try desk.leaving(targets)
        let event = Destruction(
          lines: lines, method: try Methods.read(method),
          place: try place.map(desk.location) ?? lines[0].position.location)
        try desk.add(event, act, to: writing)
        try desk.close(emptied, act, to: writing)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what was destroyed, with the elements of DEA Form 41.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let list = desk.disposal.destructions
      Listing.print(
        ledger, "destructions", list.titles, list.rows, notice: OneSignerNotice(desk.state))
    }
  }
}

/// `custody distribute`: to another registrant.
struct DistributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distribute", abstract: "Distribute stock to another registrant.",
    discussion: """
        custody distribute ketamine '2 vials' --in vault --to-dea FB1234563 \\
          --name 'Birch Clinic' --address '4 Elm St, Akron OH 44301' --invoice 2026-7
        custody distribute ketamine '2 vials' --in vault --to birch --invoice 2026-8
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var leaving: LeavingOptions
  @Argument(help: "A product.") var what: String?
  @Argument(help: "How much: `2 vials`, `6 devices`, `all`.") var quantity: String?
  @Option(help: "The recipient, where `custody supplier list` has them as a registrant.")
  var to: String?
  @Option(help: "The recipient's DEA number.") var toDea: String?
  @Option(help: "The recipient's registered name.") var name: String?
  @Option(help: "The recipient's registered address.") var address: String?
  @Option(help: "The number of the invoice that goes with it.") var invoice: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let targets = try leaving.targets(what, quantity)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let (lines, emptied) = try desk.leaving(targets, preferring: .available)
      let recipient = try recipient(desk)
      let event = Distribution(
        registrant: recipient.dea, name: recipient.name, address: recipient.address,
        invoice: invoice, lines: lines)
      try desk.add(event, act, to: writing)
      try desk.close(emptied, act, to: writing)
    }
  }
}

extension DistributeCommand {
  private typealias Recipient = (dea: DEANumber, name: String, address: String)

  /// The registrant that the list of suppliers knows, or the one whose particulars are typed.
  private func recipient(_ desk: Desk) throws -> Recipient {
    guard let to else { return try typed() }
    guard toDea == nil, name == nil, address == nil else {
      throw Failure.usage(
        "the recipient is named twice",
        hint: "`--to` takes number, name and address from `custody supplier list`")
    }
    let id = try SupplierID(to.lowercased())
    if let fault = Known.supplier(id, in: desk.state).first {
      throw Failure.usage(fault.text, hint: fault.hint)
    }
    guard let known = desk.state.suppliers[id], known.kind == .registrant else {
      throw Failure.usage(
        "`\(id.text)` is not a registrant",
        hint: "`custody ship` sends stock back; `--to-dea`, `--name` and `--address` name another")
    }
    return (known.dea, known.name, known.address)
  }

  private func typed() throws -> Recipient {
    guard let toDea, let name, let address else {
      throw Failure.usage(
        "to whom it goes is not said",
        hint: "`--to ID`, or `--to-dea NUMBER --name NAME --address ADDRESS`")
    }
    return (try DEANumber(toDea), name, address)
  }
}

/// `custody seize`: an authority takes stock.
struct SeizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seize", abstract: "Record what an authority took, against its receipt.",
    discussion: """
        custody seize ketamine all --in vault --agency 'DEA Columbus' \\
          --receipt 12-0042 --officer 'J. Doe' --badge 4411 --witness ana
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var leaving: LeavingOptions
  @Argument(help: "A container, drug set aside under a draw's number, or a product.")
  var what: String?
  @Argument(help: "How much, or `all`.") var quantity: String?
  @Option(help: "Which authority: `dea`, `police`, … or its name, which the vault keeps.")
  var agency: String
  @Option(help: "The number of its receipt.") var receipt: String
  @Option(help: "The officer's name; kept in the vault.") var officer: String
  @Option(help: "The officer's badge; kept in the vault.") var badge: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let targets = try leaving.targets(what, quantity)
    let (authority, named) = try desk.agency(agency, as: "agency")
    let privates =
      try named + [desk.secret("officer", officer), desk.secret("badge", badge)]
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let (lines, emptied) = try desk.leaving(targets)
      let event = Seizure(agency: authority, receipt: receipt, lines: lines)
      try desk.add(event, act, privates: privates, to: writing)
      try desk.close(emptied, act, to: writing)
    }
  }
}
