import Dispensary
import Notation
import Testing

/// What a person did, in words that need no postings.
enum Act {
  case receive(Item, Int64, place: String)
  case carry(Item, Int64, from: String, to: String)
  case take(
    Item, Int64, from: String, draw: String, overfill: Int64, beyond: Int64, case: String?,
    loss: Int64)
  case use(Item, Int64, draw: String, end: String)
  case wasteStraight(Item, Int64, from: String)
  case nothing
  case finish(
    Item, from: String, container: String, hub: Int64, reading: Int64, missing: Int64, case: String?
  )
  case tally(Item, at: String, counted: Int64, case: String?, container: String?)
}

/// The ledger as a child would keep it: one number for each account, product and lot.
struct NaiveModel {
  var holds: [String: Int64] = [:]

  static func key(_ account: String, _ item: Item) -> String {
    "\(account)|\(item.product)|\(item.lot)"
  }

  private mutating func add(_ account: String, _ item: Item, _ amount: Int64) {
    let key = NaiveModel.key(account, item)
    let sum = holds[key, default: 0] + amount
    holds[key] = sum == 0 ? nil : sum
  }

  func at(_ account: String, _ item: Item) -> Int64 { holds[NaiveModel.key(account, item)] ?? 0 }

  mutating func see(_ act: Act, sign: Int64 = 1) {
    switch act {
    case .nothing: break
    case .receive(let item, let amount, let place):
      add("supplier:mckesson", item, -amount * sign)
      add(place, item, amount * sign)
    case .carry(let item, let amount, let from, let to):
      add(from, item, -amount * sign)
      add(to, item, amount * sign)
    case .take(let item, let amount, let from, let draw, let overfill, let beyond, let id, let loss):
      add(from, item, -(amount - overfill - beyond) * sign)
      add("overfill", item, -overfill * sign)
      if let id { add("case:\(id)", item, -beyond * sign) }
      add("dead-space", item, loss * sign)
      add("draw:\(draw)", item, (amount - loss) * sign)
    case .use(let item, let amount, let draw, let end):
      add("draw:\(draw)", item, -amount * sign)
      add(end, item, amount * sign)
    case .wasteStraight(let item, let amount, let from):
      add(from, item, -amount * sign)
      add("wasted", item, amount * sign)
    case .finish(let item, let from, let container, let hub, let reading, let missing, let id):
      add(from, item, -(hub + reading + missing) * sign)
      add("dead-space", item, hub * sign)
      add("measurement:\(container)", item, reading * sign)
      if let id { add("case:\(id)", item, missing * sign) }
    case .tally(let item, let at, let counted, let id, let container):
      let other = id.map { "case:\($0)" } ?? container.map { "measurement:\($0)" } ?? ""
      let surplus = counted - self.at(at, item)
      if surplus != 0 { add(other, item, -surplus) }
      add(at, item, surplus)
    }
  }

  /// A late entry takes stock back out of the case that had it missing.
  mutating func explain(
    _ id: String, _ item: Item, _ amount: Int64, to place: String, sign: Int64 = 1
  ) {
    add("case:\(id)", item, -amount * sign)
    add(place, item, amount * sign)
  }

  mutating func undo(tally changes: [(String, Item, Int64)]) {
    for (account, item, amount) in changes { add(account, item, -amount) }
  }
}

/// SplitMix64: the same walk for the same seed on every machine.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &self)
  }
  mutating func chance(_ percent: Int64) -> Bool { number(1...100) <= percent }
  mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &self) }
}

/// One step that was tried: the draft, what it means, and what an outsider expects of it.
struct Step {
  var name: String
  var event: any Event
  var act: Act
  var notes = Notes()
  var explained: (id: String, item: Item, amount: Int64, place: String)?
  var occurredAt: Instant?
  /// Whether it must be refused, must be accepted, or either (corrections of used entries).
  var refused: Bool? = false
}

/// A walk through the clinic: what it has seen so far, without asking the state for it.
struct Walk {
  struct Vial {
    var id: Int
    var item: Item
    var place: LocationID
    var isOpen = true
    var overfill: Int64 = 0
    var reading: Int64 = 0
    var position: Position { Position(place, .container(try! ContainerID(number: id))) }
    var text: String { "stock:\(place):available:general:V-\(id)" }
  }

  struct Hand {
    var id: Int
    var item: Item
    var text: String { "draw:D-\(id)" }
  }

  struct Past {
    var seq: Int64
    var step: Step
    var tally: [(String, Item, Int64)] = []
    var at: Instant
    var corrected = false
  }

  var clinic: Clinic
  var model = NaiveModel()
  var dice: Dice
  var vials: [Vial] = []
  var hands: [Hand] = []
  var cases: [(id: Int, item: Item, place: String)] = []
  var past: [Past] = []
  var nextVial = 1
  var nextDraw = 1
  var nextCase = 1
  var nextShipment = 1
  var shipments: [(id: Int, item: Item)] = []
  var reached: [String: Int] = [:]

  init(seed: UInt64) throws {
    clinic = try Clinic.stocked()
    dice = Dice(seed: seed)
    let vault = "stock:vault:available:general:sealed"
    model.see(.receive(Clinic.ketamine, 25_000, place: vault))
    model.see(.receive(Clinic.ketamineB, 25_000, place: vault))
    model.see(.receive(Clinic.testosterone, 3_000, place: vault))
    model.see(
      .receive(Clinic.spray, 4_000, place: "stock:vault:available:general:kit-\(Clinic.kit)"))
  }

  static let items = [Clinic.ketamine, Clinic.ketamineB, Clinic.spray, Clinic.testosterone]
  static let places = [Clinic.vault, Clinic.room]

  static func isLiquid(_ item: Item) -> Bool { item != Clinic.spray }
  static func size(_ item: Item) -> Int64 {
    item == Clinic.testosterone || item == Clinic.spray ? 1_000 : 5_000
  }
  /// USP <1151>: 0.10 mL for 1 mL, 0.30 mL for 5 mL.
  static func cap(_ item: Item) -> Int64 { size(item) == 1_000 ? 100 : 300 }

  static func stock(_ place: LocationID, _ holding: String = "sealed") -> String {
    "stock:\(place):available:general:\(holding)"
  }
}

// MARK: What might be done next

extension Walk {
  mutating func propose() -> Step? {
    switch dice.number(1...100) {
    case 1...5: receive()
    case 6...10: move()
    case 11...13: unpack()
    case 14...19: open()
    case 20...40: draw()
    case 41...53: use("administration")
    case 54...63: use("waste")
    case 64...66: wasteStraight()
    case 67...71: putBack()
    case 72...74: stage()
    case 75...78: empty()
    case 79...86: count()
    case 87...89: explain()
    case 90...94: correct()
    case 95...97: leave()
    default: nonsense()
    }
  }

  /// Sometimes it was done up to two hours ago and is written down only now.
  mutating func late() -> Instant? {
    dice.chance(15) ? clinic.now.adding(milliseconds: -dice.number(1...7_200_000)) : nil
  }

  private mutating func receive() -> Step? {
    guard let item = dice.pick(Walk.items), let place = dice.pick(Walk.places) else { return nil }
    let isKit = item == Clinic.spray
    let amount = dice.number(1...5) * (isKit ? 2_000 : Walk.size(item))
    let at = Position(place, isKit ? .kit(Clinic.kit) : .sealed)
    return Step(
      name: "receipt",
      event: Receipt(
        supplier: Clinic.supplier, invoice: "INV", lines: [Clinic.line(item, amount, at)]),
      act: .receive(
        item, amount, place: Walk.stock(place, isKit ? "kit-\(Clinic.kit)" : "sealed")),
      occurredAt: late())
  }

  private mutating func move() -> Step? {
    if dice.chance(40),
      let index = vials.indices.filter({ vials[$0].isOpen }).randomElement(using: &dice)
    {
      let vial = vials[index]
      let held = model.at(vial.text, vial.item)
      let to = vial.place == Clinic.vault ? Clinic.room : Clinic.vault
      let asked = dice.chance(20) ? held - 1 : held
      return Step(
        name: "move vial",
        event: Move(
          item: vial.item, from: vial.position, to: to, amount: Amount(thousandths: asked)),
        act: .carry(vial.item, asked, from: vial.text, to: Walk.stock(to, "V-\(vial.id)")),
        occurredAt: late(), refused: asked != held || asked <= 0)
    }
    guard let item = dice.pick(Walk.items), let from = dice.pick(Walk.places),
      let to = dice.pick(Walk.places)
    else { return nil }
    let isKit = item == Clinic.spray && dice.chance(50)
    let holding = isKit ? "kit-\(Clinic.kit)" : "sealed"
    let held = model.at(Walk.stock(from, holding), item)
    let asked = dice.number(0...3) * (isKit ? 2_000 : Walk.size(item))
    return Step(
      name: isKit ? "move kit" : "move sealed",
      event: Move(
        item: item, from: Position(from, isKit ? .kit(Clinic.kit) : .sealed), to: to,
        amount: Amount(thousandths: asked)),
      act: .carry(item, asked, from: Walk.stock(from, holding), to: Walk.stock(to, holding)),
      occurredAt: late(), refused: asked > held || asked == 0 || from == to)
  }

  private mutating func unpack() -> Step? {
    guard let place = dice.pick(Walk.places) else { return nil }
    let text = Walk.stock(place, "kit-\(Clinic.kit)")
    let (kits, slip) = (dice.number(1...3), dice.chance(10) ? Int64(1_000) : 0)
    let amount = kits * 2_000 - slip
    return Step(
      name: "kit.unpack",
      event: KitUnpacked(
        item: Clinic.spray, from: Position(place, .kit(Clinic.kit)),
        amount: Amount(thousandths: amount), kits: kits),
      act: .carry(Clinic.spray, amount, from: text, to: Walk.stock(place)),
      occurredAt: late(), refused: slip != 0 || amount > model.at(text, Clinic.spray))
  }

  private mutating func open() -> Step? {
    guard let item = dice.pick(Walk.items.filter(Walk.isLiquid)),
      let place = dice.pick(Walk.places)
    else { return nil }
    let (size, number) = (Walk.size(item), dice.chance(5) ? nextVial + 1 : nextVial)
    return Step(
      name: "container.open",
      event: ContainerOpened(
        id: try! ContainerID(number: number), item: item, from: Position(place),
        size: Amount(thousandths: size), beyondUse: nil),
      act: .carry(item, size, from: Walk.stock(place), to: Walk.stock(place, "V-\(number)")),
      occurredAt: late(),
      refused: number != nextVial || size > model.at(Walk.stock(place), item))
  }

  private mutating func draw() -> Step? {
    if dice.chance(25), let place = dice.pick(Walk.places) {
      let asked = dice.number(1...2) * 1_000
      return drawing(
        Clinic.spray, asked, Position(place), Walk.stock(place), overfill: 0, beyond: 0,
        refused: asked > model.at(Walk.stock(place), Clinic.spray), name: "draw device")
    }
    // Mostly a vial in use; sometimes one that is closed.
    let open = vials.filter { $0.isOpen && dice.chance(50) }
    guard let vial = dice.chance(4) ? dice.pick(vials) : dice.pick(open) else { return nil }
    let book = model.at(vial.text, vial.item)
    let asked = dice.number(1...15) * 100 + dice.number(0...3) * 10
    let fromBook = vial.isOpen ? min(asked, book) : 0
    let fill = vial.isOpen ? min(asked - fromBook, max(0, Walk.cap(vial.item) - vial.overfill)) : 0
    let beyond = asked - fromBook - fill
    // The wrong division: overfill or a case although the book is not used up.
    if dice.chance(5), vial.isOpen, book >= 100 {
      let overfill = dice.chance(50)
      return drawing(
        vial.item, 100, vial.position, vial.text, overfill: overfill ? 50 : 0,
        beyond: overfill ? 0 : 50, refused: true, name: "draw wrong")
    }
    return drawing(
      vial.item, asked, vial.position, vial.text, overfill: fill, beyond: beyond, refused: false,
      name: beyond > 0 ? "draw beyond" : fill > 0 ? "draw overfill" : "draw")
  }

  private mutating func drawing(
    _ item: Item, _ asked: Int64, _ from: Position, _ text: String, overfill: Int64,
    beyond: Int64, refused: Bool, name: String
  ) -> Step {
    let loss: Int64 = Walk.isLiquid(item) && asked > 50 && dice.chance(20) ? 50 : 0
    let caseID = beyond > 0 ? nextCase : nil
    let event = Draw(
      id: try! DrawID(number: nextDraw), item: item, from: from,
      quantity: Amount(thousandths: asked), overfill: Amount(thousandths: overfill),
      beyondBook: Amount(thousandths: beyond), caseID: caseID.map { try! CaseID(number: $0) },
      loss: Amount(thousandths: loss), holder: Clinic.ana,
      patient: dice.chance(70) ? Clinic.pat : nil)
    return Step(
      name: name, event: event,
      act: .take(
        item, asked, from: text, draw: "D-\(nextDraw)", overfill: overfill, beyond: beyond,
        case: caseID.map { "C-\($0)" }, loss: loss),
      occurredAt: late(), refused: refused)
  }

  private mutating func use(_ type: String) -> Step? {
    guard let hand = dice.pick(hands) else { return nil }
    let held = model.at(hand.text, hand.item)
    let asked = dice.chance(55) ? held : dice.number(0...1_500)
    let draw = try! DrawID(number: hand.id)
    let amount = Amount(thousandths: asked)
    let event: any Event =
      type == "waste"
      ? Waste(
        source: .draw(draw), item: hand.item, quantity: amount, method: "sink",
        place: Clinic.vault)
      : Administration(
        draw: draw, item: hand.item, quantity: amount, milligrams: nil,
        recipient: dice.chance(50) ? Clinic.pat : Clinic.quinn)
    return Step(
      name: type, event: event,
      act: .use(
        hand.item, asked, draw: "D-\(hand.id)", end: type == "waste" ? "wasted" : "administered"),
      occurredAt: late(), refused: asked == 0 || asked > held)
  }

  private mutating func wasteStraight() -> Step? {
    guard let vial = dice.pick(vials.filter { $0.item == Clinic.testosterone }) else { return nil }
    let held = model.at(vial.text, vial.item)
    let asked = dice.chance(70) ? held : held + 1
    return Step(
      name: "waste container",
      event: Waste(
        source: .container(vial.position), item: vial.item, quantity: Amount(thousandths: asked),
        method: "sink", place: Clinic.vault),
      act: .wasteStraight(vial.item, asked, from: vial.text), occurredAt: late(),
      refused: asked == 0 || asked > held)
  }

  private mutating func putBack() -> Step? {
    guard let hand = dice.pick(hands), let place = dice.pick(Walk.places) else { return nil }
    let held = model.at(hand.text, hand.item)
    let asked = dice.chance(80) ? held : 1_000
    return Step(
      name: "put-back",
      event: PutBack(
        draw: try! DrawID(number: hand.id), item: hand.item, quantity: Amount(thousandths: asked),
        to: Position(place)),
      act: .use(hand.item, asked, draw: "D-\(hand.id)", end: Walk.stock(place)),
      occurredAt: late(),
      refused: Walk.isLiquid(hand.item) || asked == 0 || asked > held || asked % 1_000 != 0)
  }

  private mutating func stage() -> Step? {
    guard let hand = dice.pick(hands) else { return nil }
    let held = model.at(hand.text, hand.item)
    let asked = dice.chance(85) ? held : held - 10
    return Step(
      name: "put-back staged",
      event: PutBack(
        draw: try! DrawID(number: hand.id), item: hand.item, quantity: Amount(thousandths: asked),
        to: Position(Clinic.vault), stagedUntil: clinic.now.adding(milliseconds: 14_400_000)),
      act: .nothing, refused: asked != held || asked <= 0)
  }

  private mutating func empty() -> Step? {
    guard let vial = dice.pick(vials) else { return nil }
    let book = model.at(vial.text, vial.item)
    // Small rests mostly; large ones are left for later draws.
    guard book < 1_500 || dice.chance(20) || !vial.isOpen else { return nil }
    let hub = min(book, dice.number(0...4) * 50)
    let reading = min(book - hub, dice.number(0...3) * 50)
    let missing = book - hub - reading + (dice.chance(5) ? 10 : 0)
    let caseID = missing > 0 ? nextCase : nil
    let isAllowed = reading == 0 || abs(vial.reading + reading) <= 300
    return Step(
      name: "container.empty",
      event: ContainerEmptied(
        id: try! ContainerID(number: vial.id), item: vial.item, from: vial.position,
        deadSpace: Amount(thousandths: hub), measurement: Amount(thousandths: reading),
        missing: Amount(thousandths: missing), caseID: caseID.map { try! CaseID(number: $0) }),
      act: .finish(
        vial.item, from: vial.text, container: "V-\(vial.id)", hub: hub, reading: reading,
        missing: missing, case: caseID.map { "C-\($0)" }),
      occurredAt: late(),
      refused: !vial.isOpen || !isAllowed || hub + reading + missing != book)
  }

  private mutating func count() -> Step? {
    let isVial = dice.chance(60)
    var position: Position
    let text: String
    let item: Item
    var reading: Int64 = 0
    if isVial, let vial = dice.pick(vials.filter(\.isOpen)) {
      (position, text, item, reading) = (vial.position, vial.text, vial.item, vial.reading)
    } else {
      guard let any = dice.pick(Walk.items), let place = dice.pick(Walk.places) else { return nil }
      (position, text, item) = (Position(place), Walk.stock(place), any)
    }
    let book = model.at(text, item)
    var container: String?
    if case .container(let id) = position.holding { container = id.text }
    let step = container == nil ? Walk.size(item) : 10
    let off = dice.chance(50) ? 0 : dice.number(-12...12) * (container == nil ? 1 : step)
    let counted = container == nil ? book + (off == 0 ? 0 : off.signum() * step) : book + off
    let difference = counted - book
    let isReading =
      container != nil && abs(difference) <= 100 && abs(reading - difference) <= 300
    let needsCase = difference != 0 && !isReading
    // Sometimes the case is forgotten, or the book misread.
    let forgets = needsCase && dice.chance(5)
    let misreads = dice.chance(4)
    let caseID = needsCase && !forgets ? nextCase : nil
    let line = PhysicalCount.Line(
      item: item, position: position, counted: Amount(thousandths: counted),
      book: Amount(thousandths: misreads ? book + 1 : book),
      caseID: caseID.map { try! CaseID(number: $0) })
    return Step(
      name: needsCase ? "count case" : difference == 0 ? "count" : "count reading",
      event: PhysicalCount(method: .counted, lines: [line]),
      act: .tally(
        item, at: text, counted: counted, case: caseID.map { "C-\($0)" }, container: container),
      occurredAt: late(), refused: counted < 0 || forgets || misreads)
  }

  /// A draw that nobody wrote down, of stock that a count has since found missing.
  private mutating func explain() -> Step? {
    let open = cases.filter {
      model.at("case:C-\($0.id)", $0.item) > 0 && Walk.isLiquid($0.item) && $0.place.contains(":V-")
    }
    guard let found = dice.pick(open), let vial = vials.first(where: { $0.text == found.place })
    else { return nil }
    let missing = model.at("case:C-\(found.id)", found.item)
    let (asked, slip) = (min(missing, 500), dice.chance(10) ? missing : 0)
    let amount = asked + slip
    var step = drawing(
      found.item, asked, vial.position, found.place, overfill: 0, beyond: 0,
      refused: slip != 0, name: "explain")
    step.occurredAt = clinic.now.adding(milliseconds: -dice.number(1...7_200_000))
    step.notes.explains = [
      Explanation(
        caseID: try! CaseID(number: found.id), account: .stock(vial.position), item: found.item,
        amount: Amount(thousandths: amount))
    ]
    step.explained = ("C-\(found.id)", found.item, amount, found.place)
    return step
  }

  private mutating func correct() -> Step? {
    // What is rare is corrected often enough only where it is looked for.
    let names = RandomWalkTests.leaving.union(["explain"])
    let rare = past.filter { names.contains($0.step.name) && !$0.corrected }
    let from = dice.chance(20) ? rare[...] : dice.chance(70) ? past.suffix(12) : past.suffix(200)
    guard let target = from.randomElement(using: &dice) else { return nil }
    let forged = dice.chance(8)
    var correction = clinic.correction(of: target.seq)
    if forged { correction.effective = correction.effective.adding(milliseconds: -1) }
    return Step(
      name: "correction", event: correction, act: .nothing,
      refused: forged || target.corrected ? true : nil)
  }

  /// What no ledger can hold.
  private mutating func nonsense() -> Step? {
    let ghost = try! DrawID(number: nextDraw + 3)
    let amount = Amount(thousandths: 100)
    let event: any Event =
      switch dice.number(1...7) {
      case 1:
        Administration(
          draw: ghost, item: Clinic.ketamine, quantity: amount, milligrams: nil,
          recipient: Clinic.pat)
      case 2:
        Move(
          item: Item(Clinic.ketamine.product, "K9"), from: Position(Clinic.vault), to: Clinic.room,
          amount: amount)
      case 3:
        Receipt(
          supplier: try! SupplierID("nobody"), invoice: "X",
          lines: [Clinic.line(Clinic.ketamine, 5_000)])
      case 4:
        Receipt(
          supplier: Clinic.supplier, invoice: "X", lines: [Clinic.line(Clinic.ketamine, -5_000)])
      case 5: InitialInventory(moment: .open, lines: [])
      case 6: Correction(entry: 0, reason: "other", effective: clinic.now, reversal: [])
      default:
        Draw(
          id: try! DrawID(number: nextDraw), item: Clinic.ketamine, from: Position(Clinic.vault),
          quantity: amount, caseID: try! CaseID(number: nextCase), holder: Clinic.ana)
      }
    return Step(name: "nonsense", event: event, act: .nothing, refused: true)
  }
}

// MARK: Taking a step and comparing

extension Walk {
  struct Astray: Error, CustomStringConvertible {
    let description: String
  }

  mutating func step(_ number: Int) throws {
    guard let step = propose() else { return }
    let before = (clinic.state.size, clinic.state.balances.count, clinic.state.lastTouched.buckets)
    let future = step.occurredAt == nil && dice.chance(1)
    let occurredAt = future ? clinic.now.adding(milliseconds: 1) : step.occurredAt
    let size = clinic.state.size
    do {
      let entry = try clinic.record(step.event, at: occurredAt, notes: step.notes)
      guard step.refused != true, !future else { throw Astray(description: "\(step) was accepted") }
      reached[step.name, default: 0] += 1
      if step.occurredAt != nil { reached["late", default: 0] += 1 }
      try see(step, entry, seq: size)
      try compare(entry)
    } catch let refusal as EventRefused {
      guard step.refused != false || future else {
        throw Astray(description: "step \(number), \(step.name): \(refusal) for \(step.event)")
      }
      reached["refused \(step.name)", default: 0] += 1
      guard clinic.state.size == before.0, clinic.state.balances.count == before.1,
        clinic.state.lastTouched.buckets == before.2
      else { throw Astray(description: "a refusal changed the state at step \(number)") }
    }
  }

  /// The model learns what happened.
  private mutating func see(_ step: Step, _ entry: RecordedEvent, seq: Int64) throws {
    if let correction = step.event as? Correction {
      try undo(correction.entry)
      return
    }
    var record = Past(seq: seq, step: step, at: entry.context.occurredAt)
    if case .tally(let item, let at, let counted, let id, let container) = step.act {
      let surplus = counted - model.at(at, item)
      let other = id.map { "case:\($0)" } ?? container.map { "measurement:\($0)" } ?? "none"
      record.tally = [(at, item, surplus), (other, item, -surplus)]
    }
    model.see(step.act)
    if let explained = step.explained {
      model.explain(explained.id, explained.item, explained.amount, to: explained.place)
    }
    remember(step, sign: 1)
    past.append(record)
  }

  private mutating func undo(_ seq: Int64) throws {
    guard let index = past.lastIndex(where: { $0.seq == seq }) else {
      throw Astray(description: "entry \(seq) was corrected and is unknown")
    }
    past[index].corrected = true
    let step = past[index].step
    reached["corrected \(step.name)", default: 0] += 1
    if case .tally = step.act {
      model.undo(tally: past[index].tally)
    } else {
      model.see(step.act, sign: -1)
    }
    if let explained = step.explained {
      model.explain(explained.id, explained.item, explained.amount, to: explained.place, sign: -1)
    }
    remember(step, sign: -1)
  }

  private mutating func remember(_ step: Step, sign: Int64) {
    switch step.event {
    case let opened as ContainerOpened:
      if sign > 0 {
        vials.append(Vial(id: nextVial, item: opened.item, place: opened.from.location))
        nextVial += 1
      } else {
        vials.removeAll { $0.id == opened.id.number }
      }
    case let moved as Move:
      change(moved.from) { $0.place = sign > 0 ? moved.to : moved.from.location }
    case let drawn as Draw:
      change(drawn.from) { $0.overfill += sign * drawn.overfill.thousandths }
      if sign > 0 {
        hands.append(Hand(id: nextDraw, item: drawn.item))
        nextDraw += 1
      }
      open(drawn.caseID, drawn.item, drawn.from, sign)
    case let sent as Shipment where sign > 0:
      shipments.append((nextShipment, sent.lines[0].item))
      nextShipment += 1
    case let spilled as Spill where sign > 0 && spilled.remnant != nil: nextDraw += 1
    case let emptied as ContainerEmptied:
      change(emptied.from) {
        $0.isOpen = sign < 0
        $0.reading += sign * emptied.measurement.thousandths
      }
      open(emptied.caseID, emptied.item, emptied.from, sign)
    case let count as PhysicalCount:
      for line in count.lines {
        if line.caseID == nil {
          change(line.position) { $0.reading -= sign * line.difference.thousandths }
        }
        open(line.caseID, line.item, line.position, sign)
      }
    default: break
    }
    // Closed draws are asked for now and then, old ones no more.
    let model = self.model
    if hands.count > 60 {
      hands = hands.filter { model.at($0.text, $0.item) != 0 } + hands.suffix(5)
      hands = Array(hands.suffix(50))
    }
    if vials.count > 60 {
      let closed = Set(vials.filter { !$0.isOpen }.prefix(20).map(\.id))
      vials.removeAll { closed.contains($0.id) && model.at($0.text, $0.item) == 0 }
    }
    if past.count > 400 { past.removeFirst(200) }
    if cases.count > 200 { cases.removeFirst(100) }
  }

  private mutating func change(_ position: Position, _ body: (inout Vial) -> Void) {
    guard case .container(let id) = position.holding,
      let index = vials.firstIndex(where: { $0.id == id.number })
    else { return }
    body(&vials[index])
  }

  private mutating func open(_ id: CaseID?, _ item: Item, _ position: Position, _ sign: Int64) {
    guard let id, sign > 0 else { return }
    cases.append((id.number, item, Account.stock(position).text))
    nextCase += 1
  }

  /// The balances touched agree, and the entry closes.
  private mutating func compare(_ entry: RecordedEvent) throws {
    guard entry.postings.unbalanced.isEmpty else {
      throw Astray(description: "postings do not close: \(entry.postings)")
    }
    for bucket in clinic.state.lastTouched.buckets {
      try compare(bucket)
      let kind = bucket.account.text.split(separator: ":")[0]
      reached["account \(kind)", default: 0] += 1
    }
  }

  private func compare(_ bucket: Bucket) throws {
    let book = clinic.state.balance(bucket).thousandths
    let mine = model.at(bucket.account.text, bucket.item)
    guard book == mine else {
      throw Astray(
        description: "\(bucket.account.text) \(bucket.item.lot): ledger \(book), model \(mine)")
    }
    guard book >= 0 || bucket.account.mayBeNegative else {
      throw Astray(description: "\(bucket.account.text) is negative")
    }
  }

  func compareEverything() throws {
    guard clinic.state.balances.count == model.holds.count else {
      let mine = Set(model.holds.keys)
      let theirs = Set(
        clinic.state.balances.keys.map { NaiveModel.key($0.account.text, $0.item) })
      throw Astray(description: "balances differ: \(mine.symmetricDifference(theirs).sorted())")
    }
    var sums: [Item: Int64] = [:]
    for (bucket, amount) in clinic.state.balances {
      try compare(bucket)
      sums[bucket.item, default: 0] += amount.thousandths
    }
    guard sums.values.allSatisfy({ $0 == 0 }) else {
      throw Astray(description: "all accounts together are not zero: \(sums)")
    }
    for vial in vials
    where clinic.state.containers[try ContainerID(number: vial.id)].map({
      ($0.status == .open) != vial.isOpen || $0.position != vial.position
        || $0.overfill.thousandths != vial.overfill
    }) ?? true {
      throw Astray(description: "V-\(vial.id) differs from the one on the shelf")
    }
  }
}

@Suite("Random walks against a naive model")
struct RandomWalkTests {
  /// Everything a walk has to have seen, or it proves too little.
  static let wanted: Set<String> = Set(
    [
      "receipt", "move vial", "move sealed", "move kit", "kit.unpack", "container.open", "draw",
      "draw device", "draw overfill", "draw beyond", "administration", "waste", "waste container",
      "put-back", "put-back staged", "container.empty", "count", "count case", "count reading",
      "explain", "correction", "late", "refused nonsense", "refused correction",
      "refused draw wrong",
      "refused move vial", "refused count case", "refused explain", "refused waste",
    ]
      + [
        "receipt", "move vial", "kit.unpack", "container.open", "draw", "draw device",
        "draw overfill", "draw beyond", "administration", "waste", "put-back", "put-back staged",
        "container.empty", "count", "count case", "count reading", "explain",
      ].map { "corrected \($0)" }
      + [
        "supplier", "stock", "draw", "administered", "wasted", "dead-space", "overfill", "case",
        "measurement",
      ].map { "account \($0)" })

  @Test("20,000 steps agree at every step", arguments: [1, 20_261_121, 0x5eed] as [UInt64])
  func walk(seed: UInt64) throws {
    var walk = try Walk(seed: seed)
    do {
      for number in 1...20_000 {
        try walk.step(number)
        if number.isMultiple(of: 100) { try walk.compareEverything() }
      }
      try walk.compareEverything()
    } catch {
      Issue.record("seed \(seed), entry \(walk.clinic.state.size): \(error)")
      return
    }
    let seen = walk.reached.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("seed \(seed), \(walk.clinic.state.size) entries: \(seen.joined(separator: ", "))")
    let wanted = RandomWalkTests.wanted.union(RandomWalkTests.leaving)
    #expect(wanted.subtracting(walk.reached.keys) == [])
  }
}
