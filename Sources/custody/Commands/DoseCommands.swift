import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// What a draw is taken from, as typed.
struct SourceOptions: ParsableArguments {
  @Option(name: .place, help: "Where it is, for unopened units.") var place: String?
  @Option(name: .shortAndLong, help: "The lot, where there are several.") var lot: String?
  @Option(help: "The product, for a container that the ledger does not know.") var product: String?
}

/// `custody draw`: into a person's hands.
struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draw from an open container, or take whole units.",
    discussion: """
        custody draw V-31 0.7mL -p P-12
        custody draw ketamine 70mg -p P-12         the one open container of it
        custody draw spravato 3 devices -i room-1
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var device: DeviceOptions
  @Argument(help: "A container such as `V-31`, or a drug; and how much: `0.7mL`, `70mg`.")
  var what: [String] = []
  @Option(name: .shortAndLong, help: "For whom.") var patient: String?

  func run() throws {
    let words = CounterWords(what)
    guard let from = words.from else {
      throw Failure.usage(
        "what is drawn from is not said", hint: "such as `custody draw V-31 0.7mL`")
    }
    guard let quantity = words.quantity else {
      throw Failure.usage(
        "how much is drawn is not said", hint: "such as `custody draw V-31 0.7mL`")
    }
    let desk = try Desk.open(ledger)
    let patient = try (self.patient ?? words.patient).map(desk.patient)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let event = try desk.draw(
        from, quantity, source, device: device, patient: patient, act, writing)
      try desk.add(event, act, to: writing)
    }
  }
}

/// With what something is drawn, and what stays in it.
struct DeviceOptions: ParsableArguments {
  @Option(help: "The kind of syringe, by which the policy knows its dead space.")
  var device: String?
  @Option(help: "What stayed in the needle hub, if not what the policy says.") var loss: String?
}

extension Desk {
  /// The draw that a command line asks for, divided over book, overfill and a case.
  ///
  /// - Parameter isNet: the quantity is what comes out of the device again, so that its dead space
  ///   is drawn on top.
  func draw(
    _ from: String, _ quantity: String, _ source: SourceOptions,
    device: DeviceOptions = DeviceOptions(), isNet: Bool = false, patient: PatientID?,
    _ act: ActOptions, _ writing: Writing
  ) throws -> Draw {
    let moment = try act.at.map { try LocalTime.read($0, now: now, zone: zone) }
    let (position, item) = try origin(
      from, source, for: patient, at: moment ?? writing.recordedAt)
    guard let product = state.products[item.product] else {
      throw Failure.usage("product `\(item.product.text)` is not known")
    }
    let lost = try deadSpace(device.loss, device: device.device, of: product)
    let typed = try self.amount(quantity, of: product)
    let amount = isNet ? typed + lost : typed
    // What a case holds goes back to the shelf in the same entry, and can be drawn.
    let explained = try act.explains.map { try explainable($0, position, item) } ?? .zero
    var division = state.division(of: amount, from: position, item)
    let back = min(explained, division.overfill + division.beyond)
    let fromOverfill = min(back, division.beyond)
    division.beyond += -fromOverfill
    division.overfill += -(back - fromOverfill)
    return Draw(
      id: state.newDraw, item: item, from: position, quantity: amount,
      overfill: division.overfill, beyondBook: division.beyond,
      caseID: division.beyond.isZero ? nil : state.newCase, loss: lost,
      holder: writing.performer, patient: patient, device: device.device)
  }

  private func explainable(_ text: String, _ position: Position, _ item: Item) throws -> Amount {
    let id = try CaseID(text)
    guard let record = state.cases[id], record.account == .stock(position), record.item == item
    else { return .zero }
    return max(.zero, state.unexplained(record))
  }

  private func origin(
    _ from: String, _ source: SourceOptions, for patient: PatientID?, at moment: Instant
  ) throws -> (Position, Item) {
    if let id = try? ContainerID(from) {
      if let container = state.containers[id] { return (container.position, container.item) }
      return try unknownOrigin(id, source)
    }
    if let open = try openContainer(called: from, source, for: patient, at: moment) {
      return (open.position, open.item)
    }
    let (product, _) = try self.product(from)
    guard product.countsWholeUnits else {
      throw Failure.usage(
        "\(product.name) is drawn from an open container",
        hint: openContainersHint(product))
    }
    let stock = try stock(
      product, lot: source.lot, at: try source.place.map(location), for: patient)
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
  @Option(help: "How it is made unrecoverable, in one word.") var method: String = "denaturing-kit"
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
        custody waste D-104 rest -w ana          all that is left of the draw
        custody waste D-104 0.2mL -w ana
        custody waste rest -w ana                the one draw in your hands
        custody waste V-31 rest -w ana           a single-dose container
        custody waste D-104 rest --hold -t vault nobody is there to see it wasted
        custody waste D-104 rest -w ana          later: what was held
      The witness unlocks an own key. On a terminal you are asked who it is.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var wasting: WastingOptions
  @Argument(
    help: "A draw, or a single-dose container; and how much: `0.2mL`, `20mg` or `rest`.")
  var what: [String] = []
  @Option(name: .shortAndLong, help: "Whose dose it is the rest of.") var patient: String?
  @Flag(help: "Lock it away, labeled, until somebody can see it wasted.") var hold = false
  @Option(name: .shortAndLong, help: "Where it is locked away; where it was drawn otherwise.")
  var to: String?

  func validate() throws {
    if to != nil && !hold { throw ValidationError("`--to` says where `--hold` locks it away") }
    if hold && wasting.unwitnessed != nil {
      throw ValidationError("`--hold` waits for a witness, and `--unwitnessed` does not")
    }
  }

  func run() throws {
    let words = CounterWords(what)
    guard let quantity = words.quantity else {
      throw Failure.usage(
        "how much is wasted is not said", hint: "such as `custody waste D-104 rest`")
    }
    let desk = try Desk.open(ledger)
    let patient = try (self.patient ?? words.patient).map(desk.patient)
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      if hold {
        if let from = words.from, (try? ContainerID(from)) != nil {
          throw Failure.usage(
            "only what was drawn is held for waste",
            hint: "`custody draw \(from) …` takes it out of its container first")
        }
        let draw = try desk.draw(words.from, heldBy: writing.performer, for: patient)
        try desk.add(try desk.hold(draw, quantity, at: to, patient), act, to: writing)
      } else if let id = words.from.flatMap({ try? ContainerID($0) }) {
        try desk.add(
          try desk.waste(id, quantity, wasting, patient), wasting.act(act), to: writing)
      } else {
        let draw = try desk.draw(words.from, heldBy: writing.performer, for: patient)
        let event =
          try desk.wasteHeld(draw, quantity, wasting, patient)
          ?? desk.waste(draw, quantity, wasting, patient)
        try desk.add(event, wasting.act(act), to: writing)
      }
    }
  }
}

extension Desk {
  /// A part of a draw. Of a diluted one, milliliters could be of the drug or of the mixture.
  func inHands(
    _ quantity: String, of product: Product, _ draw: DrawRecord, verb: String
  ) throws -> Amount {
    if let prepared = draw.preparation {
      throw Failure.usage(
        "`\(draw.id.text)` is diluted to \(prepared.total.wire) mL, so that `\(quantity)` \(verb) "
          + "could be of the drug or of the mixture",
        hint: verb == "given" ? "say `--infused` with a volume, or `rest`" : "say `rest`")
    }
    return try amount(quantity, of: product, inHands: true)
  }

  func waste(
    _ draw: DrawRecord, _ quantity: String, _ options: WastingOptions, _ patient: PatientID?
  ) throws -> Waste {
    let amount = try wasted(quantity, of: draw)
    return Waste(
      source: .draw(draw.id), item: draw.item, quantity: amount, method: try options.code,
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
      method: try options.code,
      place: try options.place.map(location) ?? container.position.location, patient: patient)
  }

  /// How much of a draw is wasted, or locked away for it.
  private func wasted(_ quantity: String, of draw: DrawRecord) throws -> Amount {
    guard let product = state.products[draw.item.product] else {
      preconditionFailure("a draw holds a known product")
    }
    let left = state.remaining(draw)
    let amount =
      quantity == "rest" ? left : try inHands(quantity, of: product, draw, verb: "wasted")
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
      method: try options.code, place: try options.place.map(location) ?? first.position.location,
      patient: patient ?? draw.patient)
  }
}

/// `custody put-back`.
struct PutBackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put-back", abstract: "Put intact units, or a capped labeled syringe, back.",
    discussion: """
        custody put-back D-104                   all of it, where it came from
        custody put-back D-104 1 device -t vault
        custody put-back D-104 -t fridge --staged    a capped, labeled syringe
        custody put-back -t fridge --staged          the one draw in your hands
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The draw; and how much, if not the rest.") var what: [String] = []
  @Option(name: .shortAndLong, help: "Where it is put; where it came from otherwise.") var to:
    String?
  @Flag(help: "A capped, labeled syringe: it stays a draw, with a beyond-use time.")
  var staged = false

  func run() throws {
    let desk = try Desk.open(ledger)
    let words = CounterWords(what)
    let quantity = words.quantity ?? "rest"
    var put: DrawID?
    try desk.record(signing) { writing in
      let desk = desk.seeing(writing)
      let draw = try desk.draw(words.from, heldBy: writing.performer)
      put = draw.id
      guard let product = desk.state.products[draw.item.product] else {
        preconditionFailure("a draw holds a known product")
      }
      let left = desk.state.remaining(draw)
      guard !left.isZero else {
        throw Failure(
          .notEnough, "draw `\(draw.id.text)` is closed: nothing is left to put back",
          hint: "`custody history` shows where it went")
      }
      let amount = quantity == "rest" ? left : try desk.amount(quantity, of: product, inHands: true)
      let place = try to.map(desk.location) ?? draw.source.location
      let minutes = desk.state.policy.stagedMinutes
      // What was taken from one patient's stock goes back to that patient's stock.
      let source = draw.source
      let event = PutBack(
        draw: draw.id, item: draw.item, quantity: amount,
        to: Position(place, status: source.status, owner: source.owner),
        stagedUntil: staged ? draw.drawnAt.adding(milliseconds: minutes * 60_000) : nil)
      try desk.add(event, act, to: writing)
    }
    if staged, !signing.dryRun, !ledger.json, let put { try desk.printLabel(of: put) }
  }
}
