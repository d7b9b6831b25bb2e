import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// `custody prepare`: a draw becomes an infusion.
struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Dilute a draw, to be infused.",
    discussion: """
      The total is drug, diluent and line together:
        custody prepare D-104 --diluent 'NaCl 0.9 %' --total 100mL
        custody give D-104 --infused 58mL --start 10:05 --stop 10:47 --patient P-12
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The draw; the one in your hands otherwise.") var draw: String?
  @Option(help: "In what, such as `NaCl 0.9 %`.") var diluent: String
  @Option(help: "How much it is in all: `100mL`.") var total: String
  @Option(
    help: ArgumentHelp(
      "Until when it may be begun; as long as the policy allows otherwise.", valueName: "time"))
  var useBefore: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let total = try desk.milliliters(self.total)
    let until = try useBefore.map { try LocalTime.read($0, now: desk.now, zone: desk.zone) }
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let record = try desk.draw(draw, heldBy: writing.performer)
      let left = desk.state.remaining(record)
      guard !left.isZero else {
        throw Failure(
          .notEnough, "draw `\(record.id.text)` is closed: nothing is left to dilute",
          hint: "`custody history` shows where it went")
      }
      let minutes = desk.state.policy.stagedMinutes
      let event = Preparation(
        draw: record.id, item: record.item, quantity: left, diluent: try named(), total: total,
        beyondUse: until ?? record.drawnAt.adding(milliseconds: minutes * 60_000))
      try desk.add(event, act, to: writing)
    }
  }
}

/// `custody handoff`: custody passes, with both signatures.
struct HandoffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handoff", abstract: "Hand draws over to another person, who signs.",
    discussion: """
      Both sign, with an own key each:
        custody handoff D-104 ana
      When the holder has left, the receiver signs alone, and says so:
        custody handoff D-104 --to ana --as ana \\
          --already-happened 'found in room 1 after the shift'
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The draws, then who takes them; the draw in your hands otherwise.")
  var draws: [String] = []
  @Option(name: .shortAndLong, help: "Who takes them.") var to: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let (draws, to) = try parties()
    let receiver = try desk.person(to)
    var signing = self.signing
    // The receiver signs without being named twice.
    let signers = try [signing.actorName()] + signing.witness
    if try !signers.contains(where: { try desk.person($0).id == receiver.id }) {
      signing.witness.append(receiver.handle.text)
    }
    try desk.record(signing) { writing in
      for name in draws.isEmpty ? [nil] : draws.map(Optional.some) {
        let desk = desk.seeing(writing)
        let record = try desk.draw(name, heldBy: writing.performer)
        let event = Handoff(draw: record.id, holder: record.holder, to: receiver.id)
        try desk.add(event, act, to: writing)
      }
    }
  }
}

extension HandoffCommand {
  /// `handoff D-2 ana`: the last word is who takes it, where `--to` names nobody.
  private func parties() throws -> (draws: [String], to: String) {
    if let to { return (draws, to) }
    guard let last = draws.last, (try? DrawID(last)) == nil else {
      throw Failure.usage(
        "who takes it is not said", hint: "such as `custody handoff D-104 ana`")
    }
    return (Array(draws.dropLast()), last)
  }
}

/// `custody particulars`: what was not written down with a dose.
struct ParticularsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "particulars", abstract: "Add to doses what was not written down with them.",
    discussion: """
      `custody status` lists the doses that lack something:
        custody particulars 24 27 --order 8812 --prescriber 'Dr. Reyes' --route IV
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var particulars: ParticularsOptions
  @Argument(help: "The numbers of the entries.") var entries: [Int64]

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      for entry in entries {
        let desk = desk.seeing(writing)
        let event = try completion(of: entry, desk)
        try desk.add(event, act, privates: try particulars.privates(desk), to: writing)
      }
    }
  }

  private func completion(of entry: Int64, _ desk: Desk) throws -> AdministrationCompleted {
    guard let dose = desk.state.dose(entry), let product = desk.state.products[dose.item.product]
    else {
      throw Failure.usage(
        "entry \(entry) is not a dose that stands",
        hint: "`custody status` lists the doses that lack something")
    }
    return AdministrationCompleted(
      entry: entry, recipient: dose.recipient,
      particulars: try particulars.read(for: product, guessing: false))
  }
}

/// `custody label`: prints the label of a draw that is put away.
struct LabelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Print the label of a syringe or an infusion.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Argument(help: "The draw.") var draw: String

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let record = try desk.draw(draw)
    guard !desk.state.remaining(record).isZero else {
      throw Failure.usage(
        "draw `\(record.id.text)` is closed: there is nothing to label",
        hint: "`custody status` lists the open draws")
    }
    if ledger.json {
      return Console.print(SyringeLabel(record, state: desk.state, zone: desk.zone).json)
    }
    try desk.printLabel(of: record.id)
  }
}

extension Desk {
  func printLabel(of id: DrawID) throws {
    let label = SyringeLabel(try draw(id.text), state: state, zone: zone)
    Console.print(label.text.trimmingLine)
  }
}

/// `custody dead-space`: what is booked as overfill and dead space, by person and product.
struct DeadSpaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead-space",
    abstract: "Overfill and dead space by product and person, since neither is a tolerance.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup var period: PeriodOptions

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let (from, to) = try period.bounds(desk)
    let report = DeadSpaceReport(desk.state, zone: desk.zone, from: from, to: to)
    if ledger.json { return Console.print(report.json) }
    Console.print(report.text.trimmingLine)
  }
}
