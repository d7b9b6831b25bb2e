import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// Which of several is meant.
struct ChoiceOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The lot, where there are several.") var lot: String?
  @Option(
    help: ArgumentHelp(
      "Its status, where it is set aside: quarantined, expired, recalled, damaged or "
        + "awaiting-waste.", valueName: "status"))
  var status: String?
  @Option(name: .shortAndLong, help: "The patient, where it was delivered for one.") var patient:
    String?

  var choice: Choice { Choice(lot: lot, status: status, patient: patient) }

  /// The same, as typed in a line.
  struct Choice {
    var lot: String?
    var status: String?
    var patient: String?

    func readStatus() throws -> Position.Status? { try status.map(Position.Status.typed) }
  }
}

extension Position.Status {
  static func typed(_ text: String) throws -> Position.Status {
    guard let status = Position.Status(rawValue: text) else {
      throw Failure.usage(
        "`\(text)` is not a status of stock",
        hint: "one of " + Position.Status.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return status
  }
}

extension Desk {
  /// What a command line names of the stock at its place: an open container or drug set aside
  /// whole, unopened stock by its quantity.
  func standing(
    _ what: String, _ quantity: String?, _ place: String?, _ options: ChoiceOptions
  ) throws -> Stock {
    if let id = try? ContainerID(what) {
      guard let container = state.containers[id] else { throw unknown(id) }
      let content = state.balance(.stock(container.position), container.item)
      try requireWhole(quantity, content, of: id, container.item)
      return (container.position, container.item, content)
    }
    let location = try place.map(location)
    if let id = try? DrawID(what) { return try loose(id, at: location) }
    let (product, package) = try product(what, lot: options.lot, place: place)
    guard let quantity else {
      throw Failure.usage("how much of \(product.name) is not said", hint: "such as `2 vials`")
    }
    let goods = try goods(quantity, of: product, package)
    var stock = try stock(
      product, lot: options.lot, at: location, for: try options.patient.map(patient),
      status: try options.choice.readStatus()
    ) { $0.holding == goods.holding }
    stock.amount = goods.amount
    return stock
  }

  /// An open container goes whole; a part of it that was typed would be ignored.
  private func requireWhole(
    _ quantity: String?, _ content: Amount, of id: ContainerID, _ item: Item
  ) throws {
    guard let quantity, quantity != "all", quantity != "rest",
      let product = state.products[item.product]
    else { return }
    guard try amount(quantity, of: product) != content else { return }
    throw Failure.usage(
      "`\(id.text)` goes whole, with \(state.shown(content, product)), not `\(quantity)`",
      hint: "leave the amount out; `custody draw` takes a part of it")
  }

  /// Drug out of its container, by the number of its draw.
  func loose(_ id: DrawID, at location: LocationID? = nil) throws -> Stock {
    let here = state.setDown(id).filter { location == nil || $0.position.location == location }
    guard let only = here.first else {
      throw Failure.usage(
        "nothing of draw `\(id.text)` is set aside", hint: "`custody status` shows what is")
    }
    guard here.count == 1 else {
      let list = here.map { "\($0.position.location.text) (\($0.position.status.rawValue))" }
      throw Failure.usage(
        "`\(id.text)` stands in \(here.count) places: " + list.joined(separator: ", "),
        hint: "name the place")
    }
    return only
  }
}

/// `custody set-aside`: out of use.
struct SetAsideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-aside", abstract: "Take something out of use: expired, recalled, damaged.",
    discussion: """
      Unopened stock, an open container, or a syringe that will not be given:
        custody set-aside ketamine '2 vials' --in vault --mark damaged
        custody set-aside V-31 --mark quarantined --reason complaint
        custody set-aside D-6 --reason no-show
      A recall takes a lot out of use wherever it is, in one act:
        custody set-aside ketamine --lot K1A --everywhere --mark recalled
      All that is past its date, in one act; `--dry-run` lists it:
        custody set-aside --past-date
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var choice: ChoiceOptions
  @Argument(help: "A container, a draw, or a product.") var what: String?
  @Argument(help: "How much: `2 vials`; a container and a syringe go whole.") var quantity: String?
  @Option(name: .place, help: "Where it is.") var place: String?
  @Option(name: .shortAndLong, help: "Where it goes; it stays where it is otherwise.") var to:
    String?
  @Option(
    help: ArgumentHelp(
      "What it becomes: quarantined, expired, recalled, damaged or awaiting-waste.",
      valueName: "status"))
  var mark: String = "quarantined"
  @Option(help: "Why: \(SetAside.reasons.joined(separator: ", ")).") var reason: String?
  @Flag(help: "All of the lot, wherever it is.") var everywhere = false
  @Flag(help: "All that is past its expiry or beyond-use time.") var pastDate = false

  func run() throws {
    let desk = try Desk.open(ledger)
    let status = try Position.Status.typed(mark)
    guard pastDate == (what == nil) else {
      throw Failure.usage(
        pastDate
          ? "`--past-date` takes everything, and `\(what ?? "")` is named"
          : "nothing is named that is set aside",
        hint: "name a container, a draw or a product, or give `--past-date`")
    }
    if pastDate, desk.state.sweep(at: desk.now, in: desk.zone).isEmpty {
      return Console.say("nothing past its date is still in use")
    }
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      for event in try events(desk, writing, status) { try desk.add(event, act, to: writing) }
    }
  }

  private func events(
    _ desk: Desk, _ writing: Writing, _ status: Position.Status
  ) throws -> [SetAside] {
    guard let what else { return desk.state.sweep(at: writing.recordedAt, in: desk.zone) }
    if everywhere { return try lot(what, desk, status) }
    if let id = try? DrawID(what), let draw = desk.state.draws[id],
      !desk.state.remaining(draw).isZero
    {
      return [try syringe(draw, desk, status)]
    }
    let stock = try desk.standing(what, quantity, place, choice)
    return [
      SetAside(
        item: stock.item, from: .stock(stock.position),
        to: try target(stock.position, desk, status),
        amount: stock.amount, reason: try reason(status))
    ]
  }

  private func target(
    _ position: Position, _ desk: Desk, _ status: Position.Status
  ) throws -> Position {
    var target = position
    target.status = status
    target.location = try to.map(desk.location) ?? position.location
    return target
  }

  /// What is left of a draw: a staged syringe stays where it was put away.
  private func syringe(
    _ draw: DrawRecord, _ desk: Desk, _ status: Position.Status
  ) throws -> SetAside {
    guard let product = desk.state.products[draw.item.product] else {
      preconditionFailure("a draw holds a known product")
    }
    let left = desk.state.remaining(draw)
    let location = try to.map(desk.location) ?? draw.staged?.location ?? draw.source.location
    return SetAside(
      item: draw.item, from: .draw(draw.id),
      to: Position(location, .loose(draw.id), status: status, owner: draw.source.owner),
      amount: try quantity.map { try desk.amount($0, of: product) } ?? left,
      reason: try reason(status))
  }

  /// All of a lot that might still be used, wherever it stands, staged syringes among it. What is
  /// damaged or expired keeps its status, or lifting a recall would make it usable.
  private func lot(
    _ what: String, _ desk: Desk, _ status: Position.Status
  ) throws -> [SetAside] {
    let (product, _) = try desk.product(what)
    guard let lot = choice.lot else {
      throw Failure.usage("the lot is not said", hint: "add `--lot`, as printed")
    }
    let item = Item(product.id, lot)
    if let fault = Known.item(item, in: desk.state).first {
      throw Failure.usage(fault.text, hint: fault.hint)
    }
    let why = try reason(status)
    let usable: Set<Position.Status> = [.available, .quarantined]
    let shelves = try desk.state.stock.filter {
      $0.item == item && usable.contains($0.position.status) && $0.position.status != status
    }
    .map { stock in
      SetAside(
        item: item, from: .stock(stock.position), to: try target(stock.position, desk, status),
        amount: stock.amount, reason: why)
    }
    let syringes = try desk.state.openDraws.filter { $0.item == item && $0.staged != nil }
      .map { try syringe($0, desk, status) }
    elsewhere(item, desk)
    guard !(shelves + syringes).isEmpty else {
      throw Failure(
        .notEnough,
        "nothing of lot `\(lot)` stands anywhere that might still be used",
        hint: "`custody history --lot \(lot)` shows where it went")
    }
    return shelves + syringes
  }

  /// What is on hand and on no shelf cannot be set aside from here, and must not be forgotten.
  private func elsewhere(_ item: Item, _ desk: Desk) {
    let staged = Set(desk.state.openDraws.filter { $0.staged != nil }.map(\.id))
    for (bucket, amount) in desk.state.balances.sorted(by: {
      $0.key.account.text < $1.key.account.text
    })
    where bucket.item == item && bucket.account.side == .onHand {
      if case .stock = bucket.account { continue }
      if case .draw(let id) = bucket.account, staged.contains(id) { continue }
      let left = desk.state.shown(amount, desk.state.products[item.product])
      Console.say(
        "warning: \(left) of lot `\(item.lot)` is not on a shelf: `\(bucket.account.text)`")
    }
  }

  /// The reason that is said, or the one that a status has by itself.
  private func reason(_ status: Position.Status) throws -> String {
    if let reason { return reason }
    switch status {
    case .expired: return "expired"
    case .recalled: return "recall"
    case .damaged: return "damaged"
    case .available, .quarantined, .awaitingWaste:
      throw Failure.usage(
        "why it is set aside is not said",
        hint: "add `--reason`, one of " + SetAside.reasons.joined(separator: ", "))
    }
  }
}

/// `custody release`: into use again.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Make available again what was set aside.",
    discussion: """
        custody release ketamine '2 vials' --in vault --reason complete
        custody release V-31 --reason inspected
        custody release ketamine '2 vials' --status recalled --reason recall-lifted
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var choice: ChoiceOptions
  @Argument(help: "A container, or a product.") var what: String
  @Argument(help: "How much: `2 vials`; a container is released whole.") var quantity: String?
  @Option(name: .place, help: "Where it is.") var place: String?
  @Option(help: "Why: \(Release.reasons.joined(separator: ", ")).") var reason: String

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      var choice = choice
      // What is set aside is most often in quarantine; available stock beside it is not meant.
      if choice.status == nil { choice.status = Position.Status.quarantined.rawValue }
      let stock = try desk.standing(what, quantity, place, choice)
      let event = Release(
        item: stock.item, from: stock.position, amount: stock.amount, reason: reason)
      try desk.add(event, act, to: writing)
    }
  }
}

/// `custody expiring`: what ends when.
struct ExpiringCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expiring",
    abstract: "What ends when: lots, containers, syringes, deliveries.",
    discussion: """
        custody expiring                  all that is on hand
        custody expiring --within 30d     past, or within thirty days
      `custody set-aside --past-date` takes out of use what is past.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Option(help: "How far ahead, in days: `30d`.") var within: String?

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let report = ExpiringReport(
      state: desk.state, now: desk.now, zone: desk.zone, within: try within.map(days))
    if ledger.json { return Console.print(report.json) }
    Console.print(report.text.trimmingLine)
  }

  private func days(_ text: String) throws -> Int {
    let digits = text.hasSuffix("d") ? text.dropLast() : text[...]
    guard let days = Int(digits), (0...36_500).contains(days) else {
      throw Failure.usage("`\(text)` is not a number of days", hint: "write such as `30d`")
    }
    return days
  }
}
