import Dispensary
import Notation

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

  mutating func receive() -> Step? {
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

  mutating func move() -> Step? {
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

  mutating func unpack() -> Step? {
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

  mutating func open() -> Step? {
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

  mutating func draw() -> Step? {
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

  mutating func drawing(
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

  mutating func use(_ type: String) -> Step? {
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

  mutating func wasteStraight() -> Step? {
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

  mutating func putBack() -> Step? {
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

  mutating func stage() -> Step? {
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

  mutating func empty() -> Step? {
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

  mutating func count() -> Step? {
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
  mutating func explain() -> Step? {
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

  mutating func correct() -> Step? {
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
  mutating func nonsense() -> Step? {
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
