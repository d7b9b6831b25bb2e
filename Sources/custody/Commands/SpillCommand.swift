import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// `custody spill`: broken, or spilled.
struct SpillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spill", abstract: "Record what was spilled or broken. Two signers.",
    discussion: """
      What could be recovered stands aside under the number of a draw, to be wasted or destroyed:
        custody spill V-31 0.3mL --recovered 0.1mL --circumstances 'dropped' \\
          --witness ana
        custody spill V-31 rest --circumstances 'the vial broke' --witness ana
        custody spill ketamine '1 vial' --in vault --circumstances 'fell down' \\
          --witness ana
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var which: WhichOptions
  @Argument(help: "A container, a draw, or a product in unopened containers.") var what: String
  @Argument(help: "How much in all: `0.3mL`, `1 vial`, `rest`.") var quantity: String
  @Option(help: "How much of it was recovered.") var recovered: String?
  @Option(name: .shortAndLong, help: "Where the recovered part is put; where it was otherwise.")
  var to: String?
  @Option(help: "How it happened; kept in the vault.") var circumstances: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let privates = [try desk.secret("circumstances", circumstances)]
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let leaving = try desk.leaving(LeavingTarget(what, quantity, which))
      try desk.add(try event(desk, leaving), act, privates: privates, to: writing)
      try desk.close([leaving.emptied].compactMap { $0 }, act, to: writing)
    }
  }

  private func event(_ desk: Desk, _ leaving: Leaving) throws -> Spill {
    guard let product = desk.state.products[leaving.item.product] else {
      preconditionFailure("what is on hand is of a known product")
    }
    let back = try recovered.map { try desk.amount($0, of: product, allowZero: true) } ?? .zero
    guard back <= leaving.amount else {
      throw Failure.usage(
        "\(desk.state.shown(back, product)) is more than the "
          + "\(desk.state.shown(leaving.amount, product)) that was spilled",
        hint: "the amount is what was spilled in all; `--recovered` is a part of it")
    }
    let draw = leaving.account.looseDraw
    let remnant = draw == nil && back.isPositive ? desk.state.newDraw : nil
    return Spill(
      from: leaving.account, item: leaving.item, unrecoverable: leaving.amount - back,
      recoverable: back,
      to: try back.isPositive ? target(desk, leaving, remnant ?? draw) : nil, remnant: remnant,
      patient: draw.flatMap { desk.state.draws[$0]?.patient })
  }

  private func target(_ desk: Desk, _ leaving: Leaving, _ id: DrawID?) throws -> Position {
    let source: Position? =
      switch leaving.account {
      case .stock(let position): position
      case .draw(let id): desk.state.draws[id]?.source
      default: nil
      }
    guard let id, let source else { preconditionFailure("a spill is from stock or a draw") }
    return Position(
      try to.map(desk.location) ?? source.location, .loose(id), status: .damaged,
      owner: source.owner)
  }
}

/// `custody loss`: stolen, missing, or gone on its way.
struct LossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Report a loss or a theft.",
    subcommands: [Report.self, List.self])

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report a loss or a theft.",
      discussion: """
        What a count missed stands in a case, and is reported from it:
          custody loss report C-3 --kind missing --discovered 'yesterday 17:30' \\
            --circumstances 'not found in three searches'
          custody loss report ketamine '2 vials' --in vault --kind theft \\
            --discovered 07:10 --custodian ana --police 'Columbus PD, 26-1180' \\
            --circumstances 'forced door'
          custody loss report S-2 --kind in-transit --discovered 09:00 \\
            --circumstances -
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var which: WhichOptions
    @Argument(help: "A case, a container, a draw, a shipment or a product.") var what: String
    @Argument(help: "How much; all that is there otherwise.") var quantity: String?
    @Option(help: "theft, missing or in-transit.") var kind: String
    @Option(help: "When somebody first knew.") var discovered: String
    @Option(help: "Who had custody.") var custodian: String?
    @Option(help: "What is known of it; kept in the vault.") var circumstances: String
    @Option(help: "The police's report; kept in the vault.") var police: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      guard let kind = Loss.Kind(rawValue: kind) else {
        throw Failure.usage(
          "`\(kind)` is not a kind of loss",
          hint: Loss.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let discovered = try desk.past(self.discovered)
      var privates = [try desk.secret("circumstances", circumstances)]
      if let police { privates.append(try desk.secret("police", police)) }
      let custodian = try self.custodian.map { try desk.person($0).id }
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let leaving = try lost(desk)
        let event = Loss(
          from: leaving.account, item: leaving.item, quantity: leaving.amount, kind: kind,
          discovered: discovered, custodian: custodian)
        try desk.add(event, act, privates: privates, to: writing)
        try desk.close([leaving.emptied].compactMap { $0 }, act, to: writing)
      }
    }

    private func lost(_ desk: Desk) throws -> Leaving {
      if let id = try? CaseID(what) { return try missing(id, desk) }
      if let id = try? ShipmentID(what) { return try underWay(id, desk) }
      return try desk.leaving(LeavingTarget(what, quantity, which))
    }

    private func missing(_ id: CaseID, _ desk: Desk) throws -> Leaving {
      guard let record = desk.state.cases[id],
        let product = desk.state.products[record.item.product]
      else {
        throw Failure.usage(
          "case `\(id.text)` is not known", hint: "`custody status` lists the open cases")
      }
      let held = desk.state.unexplained(record)
      guard held.isPositive else {
        throw Failure(
          .notEnough, "case `\(id.text)` misses nothing",
          hint: "`custody status` lists the open cases")
      }
      return Leaving(
        account: .discrepancy(id), item: record.item,
        amount: try quantity.map { try desk.amount($0, of: product) } ?? held)
    }

    private func underWay(_ id: ShipmentID, _ desk: Desk) throws -> Leaving {
      let lines = desk.state.inTransit(id).filter { which.lot == nil || $0.item.lot == which.lot }
      guard lines.count == 1, let product = desk.state.products[lines[0].item.product] else {
        let lots = desk.state.inTransit(id).map(\.item.lot).joined(separator: ", ")
        throw lots.isEmpty
          ? Failure(
            .notEnough, "nothing of `\(id.text)` is in transit",
            hint: "`custody ship list` shows the shipments")
          : Failure.usage(
            "`\(id.text)` has several lots in transit: \(lots)", hint: "say which, with `--lot`")
      }
      return Leaving(
        account: .inTransit(id), item: lines[0].item,
        amount: try quantity.map { try desk.amount($0, of: product) } ?? lines[0].amount)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the losses, with the facts of their clocks.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let list = desk.disposal.losses
      Listing.print(
        ledger, "losses", list.titles, list.rows, notice: OneSignerNotice(desk.state))
    }
  }
}
