import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody count`: what is there, against what the book says.
struct CountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count", abstract: "Count what is there; a difference stands in a case.",
    discussion: """
        custody count V-31 3.6mL
        custody count ketamine 9 vials -i vault
        custody count ketamine 0 vials -i vault
      Several things in one count, each CONTAINER,AMOUNT or
      PRODUCT,AMOUNT,PLACE[,LOT[,STATUS[,PATIENT]]]:
        custody count --line 'V-31,3.6mL' --line 'ketamine,9 vials,vault'
      What is set aside is counted as such:
        custody count D-6 0.3mL
        custody count ketamine 2 vials -i vault --status recalled
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var choice: ChoiceOptions
  @Argument(help: "A container, a syringe set aside, or a product.") var what: String?
  @Argument(help: "How much is there.") var quantity: String?
  @Option(name: .place, help: "Where it is.") var place: String?
  @Option(help: "One line of a count. Repeatable.") var line: [String] = []
  @Option(help: "How it was read: counted, graduated, weighed, seal or estimate.")
  var method: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let targets = try self.targets()
    let method = try self.method.map(read) ?? defaultMethod(targets)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      var lines: [PhysicalCount.Line] = []
      var next = desk.state.newCase.number
      for target in targets {
        var line = try desk.counted(target)
        if !line.difference.isZero, !desk.state.isReading(line) {
          line.caseID = try CaseID(number: next)
          next += 1
        }
        lines.append(line)
      }
      try desk.add(PhysicalCount(method: method, lines: lines), act, to: writing)
    }
  }

  /// What one line names, as typed.
  struct Target {
    var what: String
    var quantity: String
    var place: String?
    var choice: ChoiceOptions.Choice
  }

  private func targets() throws -> [Target] {
    var targets = try line.map { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { String($0).trimmingSpaces }
      guard (2...6).contains(parts.count) else {
        throw Failure.usage(
          "`\(text)` is not a line of a count",
          hint: "write CONTAINER,AMOUNT or PRODUCT,AMOUNT,PLACE[,LOT[,STATUS[,PATIENT]]]")
      }
      return Target(
        what: parts[0], quantity: parts[1], place: parts.count > 2 ? parts[2] : nil,
        choice: .init(
          lot: parts.count > 3 ? parts[3] : nil, status: parts.count > 4 ? parts[4] : nil,
          patient: parts.count > 5 ? parts[5] : nil))
    }
    if let what, let quantity = quantity {
      let (what, quantity) = CounterWords.ordered(what, quantity)
      guard let quantity else { preconditionFailure("two words stay two") }
      targets.append(
        Target(what: what, quantity: quantity, place: place, choice: choice.choice))
    } else if what != nil {
      throw Failure.usage(
        "how much is there is not said", hint: "such as `custody count V-31 3.6mL`")
    }
    guard !targets.isEmpty else {
      throw Failure.usage("nothing is counted", hint: "`custody count V-31 3.6mL`, or `--line`")
    }
    return targets
  }

  private func read(_ text: String) throws -> PhysicalCount.Method {
    guard let method = PhysicalCount.Method(rawValue: text) else {
      throw Failure.usage(
        "`\(text)` is not a way of counting",
        hint: PhysicalCount.Method.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return method
  }

  private func defaultMethod(_ targets: [Target]) -> PhysicalCount.Method {
    targets.contains { (try? ContainerID($0.what)) != nil } ? .graduated : .counted
  }
}

extension Desk {
  /// One line of a count, with what the book says now.
  func counted(_ target: CountCommand.Target) throws -> PhysicalCount.Line {
    if let id = try? ContainerID(target.what) {
      guard let container = state.containers[id] else { throw unknown(id) }
      guard let product = state.products[container.item.product] else {
        preconditionFailure("a container holds a known product")
      }
      return PhysicalCount.Line(
        item: container.item, position: container.position,
        counted: try amount(target.quantity, of: product, allowZero: true),
        book: state.balance(.stock(container.position), container.item))
    }
    if let id = try? DrawID(target.what) { return try countedLoose(id, target) }
    let (product, package) = try product(target.what)
    let goods = try goods(target.quantity, of: product, package)
    let (position, item) = try shelf(product, goods, target)
    return PhysicalCount.Line(
      item: item, position: position, counted: goods.amount,
      book: state.balance(.stock(position), item))
  }

  /// Drug that stands out of its container, known by the number of its draw.
  private func countedLoose(_ id: DrawID, _ target: CountCommand.Target) throws
    -> PhysicalCount.Line
  {
    let loose = try loose(id, at: try target.place.map(location))
    guard let product = state.products[loose.item.product] else {
      preconditionFailure("a draw holds a known product")
    }
    return PhysicalCount.Line(
      item: loose.item, position: loose.position,
      counted: try amount(target.quantity, of: product, allowZero: true), book: loose.amount)
  }

  /// Where a count finds stock: where the book has it, or where it should not be.
  private func shelf(
    _ product: Product, _ goods: Goods, _ target: CountCommand.Target
  ) throws -> (Position, Item) {
    let place = try target.place.map(location)
    let status = try target.choice.readStatus()
    let owner = try target.choice.patient.map(patient)
    if let place, let lot = knownLot(target.choice.lot, of: product.id) {
      return (
        Position(
          place, goods.holding, status: status ?? .available, owner: owner?.text ?? "general"),
        Item(product.id, lot)
      )
    }
    let stock = try stock(
      product, lot: target.choice.lot, at: place, for: owner, status: status
    ) { $0.holding == goods.holding }
    return (stock.position, stock.item)
  }
}

/// `custody correct`: an entry is reversed.
struct CorrectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct", abstract: "Reverse an entry, with a reason and a second signer.",
    discussion: """
      Both stay visible. Then record what really happened, with `--at`:
        custody correct 41 --reason wrong-amount --note 'read 0.7 for 0.1' -w lee
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The number of the entry.") var entry: Int64
  @Option(help: "Why: \(Correction.reasons.joined(separator: ", ")).") var reason: String

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      guard entry >= 0, entry < desk.state.size else {
        throw Failure.usage("there is no entry \(entry)", hint: "`custody history` lists them")
      }
      let target = desk.state.journal[Int(entry)]
      let event = Correction(
        entry: entry, reason: reason, effective: target.effectiveAt,
        reversal: target.postings.reversed, patient: target.patient)
      try desk.add(event, act, to: writing)
    }
  }
}

/// `custody clock`: the clock was wrong.
struct ClockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clock", abstract: "Say that the clock was wrong and is right now. Two signers.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions

  func run() throws {
    let desk = try Desk.open(ledger)
    let now = desk.now
    try desk.record(signing) { try desk.add(ClockSet(now: now), act, to: $0) }
  }
}

/// `custody erase`: openings of a patient's data, after the law lets them go.
struct EraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase what is private about a patient. Two signers.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The patient's code, such as `P-12`.") var patient: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let id = try desk.patient(patient)
    let found = try Erasing.openings(of: id, desk)
    guard !found.digests.isEmpty else {
      throw Failure(.failed, "nothing private is kept about \(patient)")
    }
    let event = Erasure(digests: found.digests, subject: id, keptUntil: found.keptUntil)
    try desk.record(signing) { try desk.add(event, act, to: $0) }
  }
}

/// Finds what is kept about a patient, and until when the law asks to keep it.
enum Erasing {
  static func openings(
    of id: PatientID, _ desk: Desk
  ) throws -> (digests: [String], keptUntil: CivilDate) {
    let records = desk.state.identities(of: id)
    let entries = desk.state.journal.filter { $0.patient.map(records.contains) ?? false }
    let digests = try desk.custodian.store.read { snapshot in
      try entries.flatMap { try snapshot.openings(of: $0.seq).map(\.digest) }
        .filter { desk.state.erased[$0] == nil }
    }
    let last =
      entries.filter { Events.byType[$0.type]?.renewsRetention ?? true }
      .map { desk.zone.day(of: $0.occurredAt) }.max() ?? desk.zone.day(of: desk.now)
    return (digests.sorted(), keptUntil(last, years: desk.state.policy.keepYears))
  }

  static func keptUntil(_ day: CivilDate, years: Int64) -> CivilDate {
    let year = day.year + Int(years)
    // A record of February 29 is kept through the 28th of a year that has no 29th.
    guard
      let until = CivilDate(year: year, month: day.month, day: day.day)
        ?? CivilDate(year: year, month: day.month, day: day.day - 1)
    else { preconditionFailure("a retention ends within the calendar") }
    return until
  }
}

/// `custody rebuild`: projections, anew from the entries.
struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Derive every balance and list anew from the entries.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Flag(name: [.customShort("n"), .long], help: "Compare, and keep what is there.")
  var dryRun = false

  func run() throws {
    let desk = try Desk.open(ledger)
    let line = Progress("rebuild", of: desk.state.size)
    let differed = try desk.custodian.rebuild(dryRun: dryRun) { done, _ in line.at(done) }
    line.end()
    if ledger.json {
      return Console.print([
        "schema": "custody/rebuilt/1", "entries": .integer(desk.state.size),
        "differed": .bool(differed), "dry_run": .bool(dryRun),
      ])
    }
    let did = dryRun ? "compared with" : "rebuilt from"
    let found = differed ? "what was there differed" : "nothing had changed"
    Console.print("\(did) \(desk.state.size) entries; \(found)")
  }
}

/// `custody checkpoint`: the signed head, to be kept by somebody outside.
struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "The signed head of the ledger.",
    subcommands: [Show.self, CheckpointPublish.self, CheckpointCompare.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the head as a C2SP checkpoint.",
      discussion: """
        Whoever keeps it can prove later that this ledger still extends it:
          custody checkpoint show > kept.note
          custody verify --since kept.note
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      guard let head = try desk.custodian.store.read({ try $0.head() }) else {
        throw Failure(.notProven, "the ledger is empty, and has no head")
      }
      if ledger.json {
        return Console.print([
          "schema": "custody/checkpoint/1", "size": .integer(head.size),
          "root": .string(head.root.base64), "note": .string(head.note),
        ])
      }
      Console.print(String(head.note.dropLast()))
    }
  }
}

/// `custody completions`.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print completions for bash, zsh or fish.")
  @Argument(help: "The shell.") var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw Failure.usage(
        "`\(shell)` is not a shell with completions", hint: "one of bash, zsh, fish")
    }
    Console.print(Custody.completionScript(for: shell))
  }
}
