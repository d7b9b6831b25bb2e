import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// `custody compound`: a batch, from its ingredients to its yield.
struct CompoundCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compound", abstract: "Compound a batch.",
    discussion: """
      At once, or begun and finished later:
        custody compound ketamine-nasal 50mL --from 'V-31 5mL' --formula KN-10 \\
          --lot KN26-7 --expires 2026-06-01 --to vault
        custody compound start ketamine-nasal --from 'V-31 5mL' --formula KN-10
        custody compound finish B-3 49mL --lot KN26-7 --expires 2026-06-01 \\
          --to vault --dead-space 'K41A,0.1mL'
      The mass of drug in the yield is that of the ingredients less what is named as lost.
      """,
    subcommands: [Make.self, Start.self, Finish.self, List.self], defaultSubcommand: Make.self)

  /// What a batch begins with.
  struct IngredientOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "An ingredient: `V-31 5mL`, or WHAT,AMOUNT[,PLACE[,LOT]]. Repeatable.", valueName: "line"))
    var from: [String] = []
    @Option(help: "The code of the formula.") var formula: String

    func event(_ product: ProductID, _ desk: Desk) throws -> (
      CompoundingStarted, emptied: [ContainerID]
    ) {
      guard !from.isEmpty else {
        throw Failure.usage("there are no ingredients", hint: "name each with `--from`")
      }
      let targets = try from.map { text in
        if text.contains(",") { return try LeavingTarget(line: text) }
        // `V-31 5mL`: the first word is the container, the rest how much.
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        return try LeavingTarget(line: parts.joined(separator: ","))
      }
      let (lines, emptied) = try desk.leaving(targets)
      let event = CompoundingStarted(
        id: desk.state.new(BatchID.self), product: product, formula: formula, ingredients: lines)
      return (event, emptied)
    }
  }

  /// What a batch ends with.
  struct YieldOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The lot number that the batch gets.") var lot: String
    @Option(help: "Until when it may be used: 2026-06-01.") var expires: String
    @Option(name: .shortAndLong, help: "Where it is put.") var to: String
    @Option(help: ArgumentHelp("What stayed in vessels. Repeatable.", valueName: "lot,amount"))
    var deadSpace: [String] = []
    @Option(help: ArgumentHelp("What was thrown away. Repeatable.", valueName: "lot,amount"))
    var wasted: [String] = []

    func event(_ id: BatchID, _ quantity: String, _ desk: Desk) throws -> CompoundingFinished {
      guard let started = desk.state.batch(id)?.event,
        let product = desk.state.products[started.product]
      else {
        throw Failure.usage(
          "batch `\(id.text)` is not known", hint: "`custody compound list` shows the batches")
      }
      let held = desk.state.compounding(id)
      let items = held.map(\.item)
      let dead = try lost(deadSpace, items, id, desk)
      let thrown = try lost(wasted, items, id, desk)
      let goods = try desk.goods(quantity, of: product, nil)
      return CompoundingFinished(
        id: id,
        yield: StockLine(
          item: Item(product.id, lot), expires: try Dates.expiry(expires),
          position: Position(try desk.location(to)), amount: goods.amount),
        ingredients: held.map {
          CompoundingFinished.Ingredient(
            item: $0.item, quantity: $0.amount, deadSpace: dead[$0.item] ?? .zero,
            wasted: thrown[$0.item] ?? .zero)
        })
    }

    private func lost(
      _ lines: [String], _ items: [Item], _ id: BatchID, _ desk: Desk
    ) throws -> [Item: Amount] {
      var amounts: [Item: Amount] = [:]
      for text in lines {
        let parts = text.split(separator: ",", maxSplits: 1).map { String($0).trimmingSpaces }
        guard parts.count == 2 else {
          throw Failure.usage("`\(text)` is not a line", hint: "write LOT,AMOUNT")
        }
        guard let item = items.first(where: { $0.lot == parts[0] }),
          let product = desk.state.products[item.product]
        else {
          throw Failure.usage(
            "lot `\(parts[0])` is not in batch `\(id.text)`",
            hint: "it holds: " + items.map(\.lot).joined(separator: ", "))
        }
        amounts[item, default: .zero] += try desk.amount(parts[1], of: product)
      }
      return amounts
    }
  }

  struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "make", abstract: "Begin and finish a batch (what `compound` alone does).")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var ingredients: IngredientOptions
    @OptionGroup var yield: YieldOptions
    @Argument(help: "What is made.") var product: String
    @Argument(help: "How much came of it.") var quantity: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let product = try desk.product(self.product).product.id
      try desk.record(signing) { writing in
        let (event, emptied) = try ingredients.event(product, desk.seeing(writing))
        try desk.add(event, act, to: writing)
        try desk.close(emptied, act, to: writing)
        let finished = try yield.event(event.id, quantity, desk.seeing(writing))
        try desk.add(finished, act.withoutCase, to: writing)
      }
    }
  }

  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take the ingredients of a batch.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var ingredients: IngredientOptions
    @Argument(help: "What is made.") var product: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let product = try desk.product(self.product).product.id
      try desk.record(signing) { writing in
        let (event, emptied) = try ingredients.event(product, desk.seeing(writing))
        try desk.add(event, act, to: writing)
        try desk.close(emptied, act, to: writing)
      }
    }
  }

  struct Finish: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Put away what a batch yielded.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var yield: YieldOptions
    @Argument(help: "The batch, such as `B-3`.") var batch: String
    @Argument(help: "How much came of it.") var quantity: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let id = try BatchID(batch)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        try desk.add(try yield.event(id, quantity, desk), act, to: writing)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the batches.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let list = desk.disposal.batches
      Listing.print(
        ledger, "batches", list.titles, list.rows, notice: OneSignerNotice(desk.state))
    }
  }
}
