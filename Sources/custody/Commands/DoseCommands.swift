import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// What a draw is taken from, as typed.
struct SourceOptions: ParsableArguments {
  @Option(name: .customLong("in"), help: "Where it is, for unopened units.") var place: String?
  @Option(help: "The lot, where there are several.") var lot: String?
  @Option(help: "The product, for a container that the ledger does not know.") var product: String?
}

/// `custody draw`: into a person's hands.
struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draw from an open container, or take whole units.",
    discussion: """
        custody draw V-31 0.7mL --patient P-12
        custody draw spravato '3 devices' --in room-1
      """)
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var act: ActOptions
  @OptionGroup var source: SourceOptions
  @Argument(help: "A container such as `V-31`, or a product.") var from: String
  @Argument(help: "How much: `0.7mL`, `70mg`, `3 devices`.") var quantity: String
  @Option(help: "For whom.") var patient: String?
  @Option(help: "What stayed in the needle hub.") var loss: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let patient = try self.patient.map(desk.patient)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let event = try desk.draw(
        from, quantity, source, loss: loss, patient: patient, explains: act.explains, writing)
      try desk.add(event, act, to: writing)
    }
  }
}

extension Desk {
  /// The draw that a command line asks for, divided over book, overfill and a case.
  func draw(
    _ from: String, _ quantity: String, _ source: SourceOptions, loss: String? = nil,
    patient: PatientID?, explains: String?, _ writing: Writing
  ) throws -> Draw {
    let (position, item) = try origin(from, source)
    guard let product = state.products[item.product] else {
      throw Failure.usage("product `\(item.product.text)` is not known")
    }
    let amount = try amount(quantity, of: product)
    let lost = try loss.map { try self.amount($0, of: product) } ?? .zero
    // What a case holds goes back to the shelf in the same entry, and can be drawn.
    let explained = try explains.map { try explainable($0, position, item) } ?? .zero
    var division = state.division(of: amount, from: position, item)
    let back = min(explained, division.overfill + division.beyond)
    let fromOverfill = min(back, division.beyond)
    division.beyond += -fromOverfill
    division.overfill += -(back - fromOverfill)
    return Draw(
      id: state.newDraw, item: item, from: position, quantity: amount,
      overfill: division.overfill, beyondBook: division.beyond,
      caseID: division.beyond.isZero ? nil : state.newCase, loss: lost,
      holder: writing.performer, patient: patient)
  }

  private func explainable(_ text: String, _ position: Position, _ item: Item) throws -> Amount {
    let id = try CaseID(text)
    guard let record = state.cases[id], record.account == .stock(position), record.item == item
    else { return .zero }
    return max(.zero, state.unexplained(record))
  }

  private func origin(_ from: String, _ source: SourceOptions) throws -> (Position, Item) {
    if let id = try? ContainerID(from) {
      if let container = state.containers[id] { return (container.position, container.item) }
      return try unknownOrigin(id, source)
    }
    let (product, _) = try self.product(from)
    guard product.countsWholeUnits else {
      throw Failure.usage(
        "\(product.name) is drawn from an open container",
        hint: openContainersHint(product))
    }
    let stock = try stock(product, lot: source.lot, at: try source.place.map(location))
    return (stock.position, stock.item)
  }

  private func openContainersHint(_ product: Product) -> String {
    let open = state.openContainers.filter { $0.item.product == product.id }.map(\.id.text)
    return open.isEmpty
      ? "`custody open \(product.id.text)` opens one" : "open now: " + open.joined(separator: ", ")
  }

  /// A container that the ledger does not know: its product and lot must be said, or nothing can
  /// be recorded about it.
  private func unknownOrigin(_ id: ContainerID, _ source: SourceOptions) throws -> (Position, Item)
  {
    guard let productText = source.product, let lot = source.lot, let place = source.place else {
      let hint = Known.suggestion(id.text, among: state.openContainers.map(\.id.text))
      throw Failure(
        .refused,
        lines: ["container `\(id.text)` is not known [draw.unknown-container, 21 CFR 1304.21(a)]"],
        hints: [
          hint ?? "`custody status` lists the open containers; `custody open` opens one",
          "if it has happened, record it with `--already-happened REASON`, and say what it was "
            + "with `--product`, `--lot` and `--in`",
        ])
    }
    let product = try self.product(productText).product
    return (Position(try location(place), .container(id)), Item(product.id, lot))
  }
}

/// `custody give`: a dose, from a draw or in one line from a container.
struct GiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give", abstract: "Give a dose.",
    discussion: """
      From a draw, or drawn, given and wasted in one line:
        custody give D-104 0.5mL --patient P-12
        custody give V-31 0.5mL --drawn 0.7mL --patient P-12 --waste rest --witness ana
        custody give spravato '3 devices' --in room-1 --patient P-12
      """)
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var act: ActOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var wasting: WastingOptions
  @Argument(help: "A draw, a container, or a product counted in whole units.") var from: String
  @Argument(help: "How much was given: `0.5mL`, `50mg`, `rest`.") var quantity: String
  @Option(help: "To whom.") var patient: String
  @Option(help: "How much was drawn, if more than was given.") var drawn: String?
  @Option(help: "Waste this much of the draw: `rest`, or an amount.") var waste: String?
  @Option(help: "The route, such as `IV`.") var route: String?
  @Option(help: "Who ordered it.") var prescriber: String?
  @Option(help: "The order's or prescription's number.") var order: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let patient = try desk.patient(self.patient)
    try desk.record(signing) { writing in
      let draw = try drawn(desk, writing, patient)
      try dose(desk.seeing(writing), draw, patient, writing)
      try wasteRest(desk.seeing(writing), draw, patient, writing)
    }
  }

  /// The draw that the dose comes from; a new one when a container or a product is named.
  private func drawn(_ desk: Desk, _ writing: Writing, _ patient: PatientID) throws -> DrawID {
    let desk = desk.seeing(writing)
    if let id = try? DrawID(from) {
      guard drawn == nil else {
        throw Failure.usage("`\(id.text)` is drawn already", hint: "leave `--drawn` out")
      }
      return try desk.draw(id.text).id
    }
    let event = try desk.draw(
      from, drawn ?? quantity, source, patient: patient, explains: act.explains, writing)
    try desk.add(event, act, to: writing)
    return event.id
  }

  private func dose(_ desk: Desk, _ id: DrawID, _ patient: PatientID, _ writing: Writing) throws {
    guard let draw = desk.state.draws[id], let product = desk.state.products[draw.item.product]
    else { preconditionFailure("a draw holds a known product") }
    // What was drawn for this dose has been measured, and said, once already.
    let isWhole =
      quantity == "rest" || (drawn == nil && draw.seq == writing.acknowledgements.last?.seq)
    let amount =
      isWhole ? desk.state.remaining(draw) : try desk.amount(quantity, of: product)
    guard !amount.isZero else {
      throw Failure(
        .notEnough, "draw `\(id.text)` is closed: nothing is left to give",
        hint: "`custody history` shows where it went")
    }
    let mass = try product.strength.mass(of: product.quantity(amount))
    let event = Administration(
      draw: id, item: draw.item, quantity: amount, milligrams: mass.milligrams,
      recipient: patient, route: route, prescriber: prescriber, order: order)
    try desk.add(event, act.withoutCase, to: writing)
  }

  private func wasteRest(
    _ desk: Desk, _ id: DrawID, _ patient: PatientID, _ writing: Writing
  ) throws {
    guard let waste, let draw = desk.state.draws[id] else { return }
    if waste == "rest", desk.state.remaining(draw).isZero { return }
    let event = try desk.waste(draw, waste, wasting, patient)
    try desk.add(event, wasting.act(act.withoutCase), to: writing)
  }
}

extension ActOptions {
  /// The same, for the entries of a set whose first one has explained the case.
  var withoutCase: ActOptions {
    var act = self
    act.explains = nil
    return act
  }
}

/// How and where something is wasted.
struct WastingOptions: ParsableArguments {
  @Option(help: "How it is made unrecoverable.") var method: String = "denaturing-kit"
  @Option(help: "Where; the place of the container otherwise.") var place: String?
  @Option(
    help: ArgumentHelp(
      "Nobody could see it wasted, and it has happened all the same.", valueName: "reason"))
  var unwitnessed: String?

  /// The act of wasting, for which a lack of witness was a fact.
  func act(_ act: ActOptions) -> ActOptions {
    var act = act
    act.alreadyHappened = act.alreadyHappened ?? unwitnessed
    return act
  }
}

/// `custody waste`.
struct WasteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waste", abstract: "Waste what is left of a draw, with a witness.",
    discussion: """
        custody waste D-104 0.2mL --witness ana
        custody waste D-104 rest --witness ana
        custody waste V-31 rest --witness ana         (a single-dose container)
        custody waste D-104 rest --hold --to vault    (nobody is there to see it wasted)
        custody waste D-104 rest --witness ana        (later: what was held)
      """)
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var act: ActOptions
  @OptionGroup var wasting: WastingOptions
  @Argument(help: "A draw, or a single-dose container.") var from: String
  @Argument(help: "How much: `0.2mL`, `20mg` or `rest`.") var quantity: String
  @Option(help: "Whose dose it is the rest of.") var patient: String?
  @Flag(help: "Lock it away, labeled, until somebody can see it wasted.") var hold = false
  @Option(help: "Where it is locked away; where it was drawn otherwise.") var to: String?

  func validate() throws {
    if to != nil && !hold { throw ValidationError("`--to` says where `--hold` locks it away") }
    if hold && wasting.unwitnessed != nil {
      throw ValidationError("`--hold` waits for a witness, and `--unwitnessed` does not")
    }
  }

  func run() throws {
    let desk = try Desk.open(ledger)
    let patient = try self.patient.map(desk.patient)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      if hold {
        guard (try? ContainerID(from)) == nil else {
          throw Failure.usage(
            "only what was drawn is held for waste",
            hint: "`custody draw \(from) …` takes it out of its container first")
        }
        try desk.add(
          try desk.hold(try desk.draw(from), quantity, at: to, patient), act, to: writing)
      } else if let id = try? ContainerID(from) {
        try desk.add(
          try desk.waste(id, quantity, wasting, patient), wasting.act(act), to: writing)
      } else {
        let draw = try desk.draw(from)
        let event =
          try desk.wasteHeld(draw, quantity, wasting, patient)
          ?? desk.waste(draw, quantity, wasting, patient)
        try desk.add(event, wasting.act(act), to: writing)
      }
    }
  }
}

extension Desk {
  func waste(
    _ draw: DrawRecord, _ quantity: String, _ options: WastingOptions, _ patient: PatientID?
  ) throws -> Waste {
    let amount = try wasted(quantity, of: draw)
    return Waste(
      source: .draw(draw.id), item: draw.item, quantity: amount, method: options.method,
      place: try options.place.map(location) ?? draw.source.location,
      patient: patient ?? draw.patient)
  }

  func waste(
    _ id: ContainerID, _ quantity: String, _ options: WastingOptions, _ patient: PatientID?
  ) throws -> Waste {
    guard let container = state.containers[id] else { throw unknown(id) }
    guard let product = state.products[container.item.product] else {
      preconditionFailure("a container holds a known product")
    }
    let left = state.balance(.stock(container.position), container.item)
    return Waste(
      source: .container(container.position), item: container.item,
      quantity: quantity == "rest" ? left : try amount(quantity, of: product),
      method: options.method,
      place: try options.place.map(location) ?? container.position.location, patient: patient)
  }

  /// How much of a draw is wasted, or locked away for it.
  private func wasted(_ quantity: String, of draw: DrawRecord) throws -> Amount {
    guard let product = state.products[draw.item.product] else {
      preconditionFailure("a draw holds a known product")
    }
    let left = state.remaining(draw)
    let amount = quantity == "rest" ? left : try amount(quantity, of: product)
    guard !amount.isZero else {
      throw Failure(
        .notEnough, "draw `\(draw.id.text)` is closed: nothing is left to waste",
        hint: "`custody history` shows where it went")
    }
    return amount
  }

  /// What is locked away for waste instead of being wasted.
  func hold(
    _ draw: DrawRecord, _ quantity: String, at place: String?, _ patient: PatientID?
  ) throws -> WasteHeld {
    WasteHeld(
      draw: draw.id, item: draw.item, quantity: try wasted(quantity, of: draw),
      to: Position(
        try place.map(location) ?? draw.source.location, .loose(draw.id),
        status: .awaitingWaste, owner: draw.source.owner),
      patient: patient ?? draw.patient)
  }

  /// What of a closed draw stands out of its container; `nil` where nothing does.
  func wasteHeld(
    _ draw: DrawRecord, _ quantity: String, _ options: WastingOptions, _ patient: PatientID?
  ) throws -> Waste? {
    let held = state.setDown(draw.id)
    guard state.remaining(draw).isZero, let first = held.first,
      let product = state.products[draw.item.product]
    else { return nil }
    guard held.count == 1 else {
      throw Failure.usage(
        "`\(draw.id.text)` stands at "
          + held.map {
            place(.stock($0.position)) + " in "
              + $0.position.location.text
          }.joined(separator: " and "),
        hint: "`custody destroy \(draw.id.text) --in PLACE` or `--status` says which")
    }
    return Waste(
      source: .container(first.position), item: first.item,
      quantity: quantity == "rest" ? first.amount : try amount(quantity, of: product),
      method: options.method, place: try options.place.map(location) ?? first.position.location,
      patient: patient ?? draw.patient)
  }
}

/// `custody put-back`.
struct PutBackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put-back", abstract: "Put intact units, or a capped labeled syringe, back.",
    discussion: """
        custody put-back D-104 '1 device' --to vault
        custody put-back D-104 rest --to fridge --staged      (a capped, labeled syringe)
      """)
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var act: ActOptions
  @Argument(help: "The draw.") var draw: String
  @Argument(help: "How much, or `rest`.") var quantity: String = "rest"
  @Option(help: "Where it is put; where it came from otherwise.") var to: String?
  @Flag(help: "A capped, labeled syringe: it stays a draw, with a beyond-use time.")
  var staged = false

  func run() throws {
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let draw = try desk.draw(self.draw)
      guard let product = desk.state.products[draw.item.product] else {
        preconditionFailure("a draw holds a known product")
      }
      let left = desk.state.remaining(draw)
      guard !left.isZero else {
        throw Failure(
          .notEnough, "draw `\(draw.id.text)` is closed: nothing is left to put back",
          hint: "`custody history` shows where it went")
      }
      let amount = quantity == "rest" ? left : try desk.amount(quantity, of: product)
      let place = try to.map(desk.location) ?? draw.source.location
      let minutes = desk.state.policy.stagedMinutes
      let event = PutBack(
        draw: draw.id, item: draw.item, quantity: amount, to: Position(place),
        stagedUntil: staged ? draw.drawnAt.adding(milliseconds: minutes * 60_000) : nil)
      try desk.add(event, act, to: writing)
    }
  }
}
