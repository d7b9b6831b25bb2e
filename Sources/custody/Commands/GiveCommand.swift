import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// `custody give`: a dose, from a draw or in one line from a container.
struct GiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give", abstract: "Give a dose, from a vial, a draw or a shelf.",
    discussion: """
        custody give V-31 0.5mL -p P-12              draw from a vial, and give
        custody give ketamine 50mg -p P-12           the one open container of it
        custody give D-104 0.5mL -p P-12 --route IV --order 8812
        custody give rest -p P-12                    the one draw in your hands
        custody give spravato 3 devices -i room-1 -p P-12
      Drawn, given and wasted in one line:
        custody give V-31 0.5mL --drawn 0.7mL -p P-12 --waste rest -w ana
      What was diluted with `custody prepare`, by the volume that went in:
        custody give D-104 --infused 58mL --start 10:05 --stop 10:47 -p P-12
      What is not known yet, `custody particulars` adds later.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup(title: "What stays in the syringe") var device: DeviceOptions
  @OptionGroup(title: "How it is wasted") var wasting: WastingOptions
  @OptionGroup(title: "The order") var particulars: ParticularsOptions
  @Argument(help: "A draw, a container or a drug; and how much: `0.5mL`, `50mg`, `rest`.")
  var what: [String] = []
  @Option(name: .shortAndLong, help: "To whom.") var patient: String?
  @Option(help: "How much was drawn, if more than was given.") var drawn: String?
  @Option(help: "Waste this much of the draw: `rest`, or an amount.") var waste: String?
  @Option(help: "How much of a diluted draw went in: `58mL`.") var infused: String?
  @Option(help: ArgumentHelp("When the dose began, if it took a while.", valueName: "time"))
  var start: String?
  @Option(help: ArgumentHelp("When it ended.", valueName: "time")) var stop: String?

  private var words: CounterWords { CounterWords(what) }

  func run() throws {
    guard words.quantity != nil || infused != nil else {
      throw Failure.usage(
        "how much is given is not said", hint: "such as `custody give D-104 0.5mL --patient P-12`")
    }
    let desk = try Desk.open(ledger)
    guard let named = self.patient ?? words.patient else {
      throw Failure.usage(
        "to whom it is given is not said",
        hint: "add the patient's code, such as `P-12`; `custody patient find` finds it")
    }
    let patient = try desk.patient(named)
    try desk.record(signing) { writing in
      let draw = try drawn(desk.seeing(writing), writing, patient)
      try dose(desk.seeing(writing), draw, patient, writing)
      try wasteRest(desk.seeing(writing), draw, patient, writing)
    }
  }

  /// The draw that the dose comes from; a new one when a container or a drug is named.
  private func drawn(_ desk: Desk, _ writing: Writing, _ patient: PatientID) throws -> DrawID {
    let named = words.from
    if named == nil || (named.map { (try? DrawID($0)) != nil } ?? false) {
      let draw = try desk.draw(named, heldBy: writing.performer, for: patient)
      guard drawn == nil, device.device == nil, device.loss == nil else {
        throw Failure.usage(
          "`\(draw.id.text)` is drawn already",
          hint: "leave `--drawn`, `--device` and `--loss` out")
      }
      return draw.id
    }
    guard let named, let quantity = drawn ?? words.quantity, infused == nil else {
      throw Failure.usage(
        "an infusion is given from a draw that was diluted",
        hint: "`custody draw`, then `custody prepare`")
    }
    let event = try desk.draw(
      named, quantity, source, device: device, isNet: drawn == nil, patient: patient, drawing,
      writing)
    try desk.add(event, drawing, to: writing)
    return event.id
  }

  /// What is drawn for a dose is drawn when that begins.
  private var drawing: ActOptions {
    var act = self.act
    act.at = act.at ?? start ?? stop
    return act
  }

  private func dose(_ desk: Desk, _ id: DrawID, _ patient: PatientID, _ writing: Writing) throws {
    guard let draw = desk.state.draws[id], let product = desk.state.products[draw.item.product]
    else { preconditionFailure("a draw holds a known product") }
    let (amount, infusion) = try amount(desk, draw, product, writing)
    guard !amount.isZero else {
      throw Failure(
        .notEnough,
        desk.state.remaining(draw).isZero
          ? "draw `\(id.text)` is closed: nothing is left to give"
          : "the drug in that is less than the ledger can hold",
        hint: "`custody history` shows where it went")
    }
    let mass = try product.strength.mass(of: product.quantity(amount))
    var event = Administration(
      draw: id, item: draw.item, quantity: amount, milligrams: mass.milligrams, recipient: patient)
    event.particulars = try particulars.read(for: product)
    event.infusion = infusion
    let act = try timing(of: &event, desk)
    try desk.add(
      event, act.withoutCase, privates: try particulars.privates(desk), to: writing)
  }

  private func amount(
    _ desk: Desk, _ draw: DrawRecord, _ product: Product, _ writing: Writing
  ) throws -> (Amount, Infusion?) {
    if let prepared = draw.preparation, infused != nil || words.quantity == "rest" {
      let volume = try infused.map(desk.milliliters) ?? prepared.total - prepared.infused
      let infusion = Infusion(infused: volume, total: prepared.total)
      return (desk.state.drug(in: infusion, of: draw) ?? .zero, infusion)
    }
    guard infused == nil, let quantity = words.quantity else {
      throw Failure.usage(
        "`\(draw.id.text)` is not diluted",
        hint: "`custody prepare \(draw.id.text) --diluent … --total …` comes before `--infused`")
    }
    // What was drawn for this dose has been measured, and said, once already.
    let isWhole =
      quantity == "rest" || (drawn == nil && draw.seq == writing.acknowledgements.last?.seq)
    if isWhole { return (desk.state.remaining(draw), nil) }
    return (try desk.inHands(quantity, of: product, draw, verb: "given"), nil)
  }

  /// A dose is recorded as of its end; what differs from that stands in the dose.
  private func timing(of event: inout Administration, _ desk: Desk) throws -> ActOptions {
    let read = { (text: String) in try LocalTime.read(text, now: desk.now, zone: desk.zone) }
    var act = self.act
    act.at = act.at ?? stop ?? start
    let at = try act.at.map(read)
    let started = try start.map(read)
    let ended = try stop.map(read)
    event.started = started == at ? nil : started
    event.ended = ended == at ? nil : ended
    return act
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

/// On whose authority a dose is given, and by which way.
struct ParticularsOptions: ParsableArguments {
  @Option(help: "The route, such as `IV`, `IM` or `nasal`.") var route: String?
  @Option(help: "The name of who ordered it.") var prescriber: String?
  @Option(help: "The prescriber's DEA number.") var prescriberDea: String?
  @Option(help: "The order's or prescription's number, kept in the vault.") var order: String?
  @Option(help: "`order`, `protocol`, `standing-order` or `emergency`; an order otherwise.")
  var authority: String?

  /// - Parameter guessing: whether a device may name its only route itself.
  func read(for product: Product, guessing: Bool = true) throws -> Particulars {
    Particulars(
      hasOrder: order != nil, prescriber: prescriber,
      prescriberDEA: try prescriberDea.map { try DEANumber($0) },
      authority: try authority.map(readAuthority),
      route: try route.map { try readRoute($0, product) } ?? (guessing ? onlyRoute(product) : nil))
  }

  /// The number of the order, which may tell who the patient is.
  func privates(_ desk: Desk) throws -> [Private] {
    try order.map { [try desk.secret("order", $0)] } ?? []
  }

  private func readAuthority(_ text: String) throws -> Particulars.Authority {
    guard let authority = Particulars.Authority(rawValue: text) else {
      let all = Particulars.Authority.allCases.map(\.rawValue)
      throw Failure.usage(
        "`\(text)` is not an authority", hint: "one of " + all.joined(separator: ", "))
    }
    return authority
  }

  private func readRoute(_ text: String, _ product: Product) throws -> String {
    if let route = Route.named(text, listed: product.routes) { return route }
    let names = product.routes.isEmpty ? ["INTRAVENOUS", "NASAL"] : product.routes
    throw Failure.usage(
      "`\(text)` is not a route",
      hint: Known.suggestion(text.uppercased(), among: Array(Route.all))
        ?? "write it as on the label, such as "
        + names.map { "`\($0.lowercased())`" }.joined(separator: " or "))
  }

  /// A device made for one route cannot well be given by another.
  private func onlyRoute(_ product: Product) -> String? {
    guard product.baseUnit == .device, product.routes.count == 1, let route = product.routes.first
    else { return nil }
    Console.say("the route is \(route.lowercased()), the only one on the label")
    return route
  }
}
