import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// `custody initial-inventory`: the ceremony that begins a record.
struct InitialInventoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "initial-inventory",
    abstract: "Begin the record: count all that is there, even zero.",
    discussion: """
      Each line is PRODUCT,LOT,EXPIRES,AMOUNT,PLACE:
        --line '0409-2051,K1A,2027-04,12 vials,vault'
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Option(help: ArgumentHelp("What is on hand. Repeatable.", valueName: "line")) var line:
    [String] = []
  @Flag(help: "Nothing is on hand.") var zero = false
  @Option(help: "Taken as of the `open` or the `close` of business.") var asOf: String = "open"

  func run() throws {
    let desk = try Desk.open(ledger)
    guard zero == line.isEmpty else {
      throw Failure.usage(
        zero ? "`--zero` says that nothing is on hand, and there are lines" : "there are no lines",
        hint: "give each lot with `--line`, or `--zero` when nothing is on hand")
    }
    guard let moment = InitialInventory.Moment(rawValue: asOf) else {
      throw Failure.usage("`\(asOf)` is neither `open` nor `close` of business")
    }
    let lines = try line.map { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { String($0).trimmingSpaces }
      guard parts.count == 5 else {
        throw Failure.usage(
          "`\(text)` is not a line", hint: "write PRODUCT,LOT,EXPIRES,AMOUNT,PLACE")
      }
      let (product, package) = try desk.product(parts[0])
      let goods = try desk.goods(parts[3], of: product, package)
      return StockLine(
        item: Item(product.id, parts[1]), expires: try Dates.expiry(parts[2]),
        position: Position(try desk.location(parts[4]), goods.holding), amount: goods.amount)
    }
    let event = InitialInventory(moment: moment, lines: lines)
    try desk.record(signing) { try desk.add(event, act, to: $0) }
  }
}

extension String {
  var trimmingSpaces: String {
    var text = self[...]
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}

/// `custody move`: from one place to another.
struct MoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Move stock from one place to another.",
    discussion: """
      An open container or a syringe set aside moves whole, unopened stock by what is said:
        custody move V-31 --to room-1
        custody move D-6 --to bin
        custody move ketamine '2 vials' --from vault --to room-1
        custody move ketamine '2 vials' --from vault --status recalled --to bin
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var choice: ChoiceOptions
  @Argument(help: "A container such as `V-31`, a syringe set aside, or a product.") var what: String
  @Argument(help: "How much: `2 vials`, `6 devices`, `1 kit`.") var quantity: String?
  @Option(help: "Where it is.") var from: String?
  @Option(name: .shortAndLong, help: "Where it goes.") var to: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let to = try desk.location(self.to)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      try desk.add(try event(desk, to), act, to: writing)
    }
  }

  private func event(_ desk: Desk, _ to: LocationID) throws -> Move {
    let stock = try desk.standing(what, quantity, from, choice)
    return Move(item: stock.item, from: stock.position, to: to, amount: stock.amount)
  }
}

/// `custody unpack`: kits become single devices.
struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Unpack kits into single devices.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The product, or the NDC of the kit.") var product: String
  @Argument(help: "How many kits; all that are there otherwise.") var kits: Int64?
  @Option(name: .place, help: "Where they are.") var place: String?
  @Option(name: .shortAndLong, help: "The lot, where there are several.") var lot: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let (product, package) = try desk.product(self.product)
      let stock = try desk.stock(
        product, lot: lot, at: try place.map(desk.location), as: "unopened kits"
      ) {
        guard case .kit(let ndc) = $0.holding else { return false }
        return package == nil || package?.ndc?.text == ndc
      }
      guard case .kit(let text) = stock.position.holding,
        let kit = product.package(named: try NDC(text))
      else { throw Failure.usage("\(product.name) is not held in kits") }
      let each = kit.contents.thousandths
      let number = kits ?? stock.amount.thousandths / each
      guard (1...100_000).contains(number) else {
        throw Failure.usage("`\(number)` is not a number of kits")
      }
      let event = KitUnpacked(
        item: stock.item, from: stock.position, amount: Amount(thousandths: each * number),
        kits: number)
      try desk.add(event, act, to: writing)
    }
  }
}

/// `custody open`: a sealed container gets its number.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open a container; it gets a number and a time limit.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The product, or the NDC of its package.") var product: String
  @Option(name: .place, help: "Where it is.") var place: String?
  @Option(name: .shortAndLong, help: "The lot, where there are several.") var lot: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let (product, package) = try desk.product(self.product, lot: lot, place: place)
    guard !product.countsWholeUnits else {
      throw Failure.usage(
        "\(product.name) is counted in \(product.baseUnit.plural), which are not opened",
        hint: "take them with `custody draw` or `custody give`")
    }
    let size = try desk.containerSize(of: product, package)
    let at = try act.at.map { try LocalTime.read($0, now: desk.now, zone: desk.zone) }
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let location = try place.map(desk.location)
      if lot == nil { try desk.requireOneLot(of: product, at: location, typed: self.product) }
      let stock = try desk.stock(product, lot: lot, at: location)
      let event = ContainerOpened(
        id: writing.state.newContainer, item: stock.item, from: stock.position,
        size: size.amount, beyondUse: beyondUse(product, at ?? writing.recordedAt))
      try desk.add(event, act, to: writing)
    }
  }

  private func beyondUse(_ product: Product, _ opened: Instant) -> Instant? {
    product.beyondUseDays.map { opened.adding(milliseconds: Int64($0) * 86_400_000) }
  }
}

extension Desk {
  /// Chooses between no lots that fit: it names them, and proposes what expires first.
  fileprivate func requireOneLot(
    of product: Product, at location: LocationID?, typed: String
  ) throws {
    let today = zone.day(of: now)
    let here = state.stock.filter { stock in
      stock.item.product == product.id && stock.position.holding == .sealed
        && stock.position.status == .available && stock.position.owner == "general"
        && (location == nil || stock.position.location == location)
        && state.lots[stock.item].map { $0 >= today } ?? false
    }
    let first = here.min { left, right in
      let (one, two) = (state.lots[left.item], state.lots[right.item])
      return (one?.dayNumber ?? .max, left.item.lot) < (two?.dayNumber ?? .max, right.item.lot)
    }
    guard here.count > 1, let first, let expires = state.lots[first.item] else { return }
    let list = here.map { "lot \($0.item.lot) at \($0.position.location.text)" }
    let word = typed.contains(" ") ? "'\(typed)'" : typed
    throw Failure.usage(
      "\(product.name) is in \(here.count) places: " + list.joined(separator: ", "),
      hint: "`custody open \(word) --lot \(first.item.lot) --in \(first.position.location.text)` "
        + "opens what expires first, on \(expires.text)")
  }
}

/// `custody empty`: a container is finished.
struct EmptyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "empty", abstract: "Close a container that is empty.",
    discussion: """
      What the book still holds is dead space as far as `--dead-space` says, a reading inside the \
      site's policy, or it stands in a case.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The container, such as `V-31`.") var container: String
  @Option(help: "What stayed in needle hubs.") var deadSpace: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      try desk.add(try event(desk), act, to: writing)
    }
  }

  private func event(_ desk: Desk) throws -> ContainerEmptied {
    let id = try ContainerID(container)
    guard let container = desk.state.containers[id] else { throw desk.unknown(id) }
    guard let product = desk.state.products[container.item.product] else {
      preconditionFailure("a container holds a known product")
    }
    let book = desk.state.balance(.stock(container.position), container.item)
    let dead = try deadSpace.map { try desk.amount($0, of: product, allowZero: true) } ?? .zero
    guard dead <= book else {
      throw Failure(
        .notEnough,
        "`\(id.text)` holds \(desk.state.shown(book, product)) by the book, less than "
          + "\(desk.state.shown(dead, product)) of dead space",
        hint: "read the dead space again, or look for a draw recorded twice")
    }
    let rest = book - dead
    let line = PhysicalCount.Line(
      item: container.item, position: container.position, counted: .zero, book: rest)
    let isReading = rest.isZero || desk.state.isReading(line)
    return ContainerEmptied(
      id: id, item: container.item, from: container.position, deadSpace: dead,
      measurement: isReading ? rest : .zero, missing: isReading ? .zero : rest,
      caseID: isReading ? nil : desk.state.newCase)
  }
}

extension Desk {
  /// The same desk with the state of an act being written: what another process has appended in
  /// the meantime is in it.
  func seeing(_ writing: Writing) -> Desk {
    var desk = self
    desk.writing = writing
    return desk
  }

  func unknown(_ id: ContainerID) -> Failure {
    let hint = Known.suggestion(id.text, among: state.openContainers.map(\.id.text))
    return Failure.usage(
      "container `\(id.text)` is not known", hint: hint ?? "`custody status` lists open containers")
  }
}
