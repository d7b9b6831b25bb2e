import Dispensary
import Notation

// MARK: What might be done next

extension Walk {
  mutating func propose() -> Step? {
    switch dice.number(1...140) {
    case 1...8: arrive()
    case 9...13: move()
    case 14...16: unpack()
    case 17...22: open()
    case 23...42: draw()
    case 43...56: give()
    case 57...65: waste()
    case 66...67: wasteStraight()
    case 68...71: putBack()
    case 72...74: stage()
    case 75...78: empty()
    case 79...86: count()
    case 87...90: explain()
    case 91...97: correct()
    case 98...104: leave()
    case 105...110: setAside()
    case 111...118: handle()
    case 119...126: prescribe()
    case 127...130: compound()
    case 131...137: keepOffice()
    default: nonsense()
    }
  }

  /// Sometimes it was done up to six hours ago and is written down only now.
  mutating func late() -> Instant? {
    dice.chance(15) ? clinic.now.adding(milliseconds: -dice.number(1...21_600_000)) : nil
  }

  /// A place where stock stands or has stood.
  mutating func spot() -> Spot? { dice.chance(45) ? dice.pick(Walk.shelves) : dice.pick(spots) }

  /// The vial at a position, where it is one.
  func vial(at position: Position) -> Vial? {
    guard case .container(let id) = position.holding else { return nil }
    return vials[id.number - 1]
  }

  mutating func openVial() -> Vial? {
    openVials.removeAll { !vials[$0 - 1].isOpen }
    return dice.pick(openVials).map { vials[$0 - 1] }
  }

  /// A draw in somebody's hands; now and then one that is closed.
  mutating func busyHand() -> Hand? {
    if busyHands.count > 50 {
      let (hands, model) = (hands, model)
      busyHands.removeAll { model.at(hands[$0 - 1].text, hands[$0 - 1].item) == 0 }
      busyHands = busyHands.suffix(40)
    }
    return dice.pick(busyHands).map { hands[$0 - 1] }
  }

  mutating func move() -> Step? {
    let chosen =
      dice.chance(40) ? openVial().map { Spot(position: $0.position, item: $0.item) } : spot()
    guard let spot = chosen, let place = dice.pick(Walk.places) else { return nil }
    let held = held(spot)
    let whole = vial(at: spot.position) != nil
    let to =
      dice.chance(10) ? place : spot.position.location == Clinic.vault ? Clinic.room : Clinic.vault
    let asked =
      whole || dice.chance(30)
      ? held - (dice.chance(10) ? 1 : 0) : dice.number(0...3) * Walk.size(spot.item)
    var target = spot.position
    target.location = to
    return Step(
      name: "move \(Walk.kind(spot))",
      event: Move(item: spot.item, from: spot.position, to: to, amount: Amount(thousandths: asked)),
      act: .flow(asked, of: spot.item, from: spot.text, to: Walk.text(target)),
      occurredAt: late(),
      refused: asked <= 0 || asked > held || to == spot.position.location
        || (whole && asked != held),
      learn: Walk.carrying(from: spot.position, to: target))
  }

  static func kind(_ spot: Spot) -> String {
    switch spot.position.holding {
    case .sealed: "sealed"
    case .kit: "kit"
    case .container: "vial"
    case .loose: "loose"
    }
  }

  /// A vial goes with its content.
  static func carrying(from: Position, to: Position) -> (inout Walk, Int64, Int64) -> Void {
    { walk, _, sign in
      guard case .container(let id) = from.holding else { return }
      walk.vials[id.number - 1].position = sign > 0 ? to : from
    }
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
      act: .flow(amount, of: Clinic.spray, from: text, to: Walk.stock(place)),
      occurredAt: late(), refused: slip != 0 || amount > model.at(text, Clinic.spray))
  }

  mutating func open() -> Step? {
    guard let item = dice.pick(Walk.items.filter(Walk.isLiquid)),
      let place = dice.pick(Walk.places)
    else { return nil }
    let owner = dice.chance(10) ? Clinic.pat.text : "general"
    let from = Position(place, owner: owner)
    let (size, number) = (Walk.size(item), vials.count + (dice.chance(5) ? 2 : 1))
    var to = from
    to.holding = .container(try! ContainerID(number: number))
    let vial = Vial(id: number, item: item, opened: to, position: to)
    return Step(
      name: "container.open",
      event: ContainerOpened(
        id: try! ContainerID(number: number), item: item, from: from,
        size: Amount(thousandths: size), beyondUse: nil),
      act: .flow(size, of: item, from: Walk.text(from), to: Walk.text(to)),
      occurredAt: late(),
      refused: number != vials.count + 1 || size > model.at(Walk.text(from), item),
      learn: { walk, _, sign in
        if sign > 0 {
          walk.vials.append(vial)
          walk.openVials.append(number)
        } else {
          walk.vials[number - 1].isOpen = false
          walk.vials[number - 1].isVoided = true
        }
      })
  }

  // MARK: Drawing

  mutating func draw() -> Step? {
    if dice.chance(25) { return drawDevices() }
    // Mostly a vial in use; sometimes one that is closed.
    guard let vial = dice.chance(4) ? dice.pick(vials.suffix(60)) : openVial() else { return nil }
    let book = held(vial)
    let asked = dice.number(1...15) * 100 + dice.number(0...3) * 10
    let fromBook = vial.isOpen ? min(asked, book) : 0
    let fill = vial.isOpen ? min(asked - fromBook, max(0, Walk.cap(vial.item) - vial.overfill)) : 0
    let beyond = asked - fromBook - fill
    // The wrong division: overfill or a case although the book is not used up.
    if dice.chance(5), vial.isOpen, book >= 100 {
      let overfill = dice.chance(50)
      return drawing(
        vial.item, 100, vial.position, overfill: overfill ? 50 : 0,
        beyond: overfill ? 0 : 50, refused: true, name: "draw wrong")
    }
    return drawing(
      vial.item, asked, vial.position, overfill: fill, beyond: beyond, refused: false,
      name: beyond > 0 ? "draw beyond" : fill > 0 ? "draw overfill" : "draw")
  }

  private mutating func drawDevices() -> Step? {
    let own = spots.filter {
      $0.item == Clinic.spray && $0.position.holding == .sealed && $0.position.owner != "general"
    }
    guard let place = dice.pick(Walk.places) else { return nil }
    let from = dice.chance(20) ? dice.pick(own)?.position : nil
    let position = from ?? Position(place)
    let asked = dice.number(1...2) * 1_000
    return drawing(
      Clinic.spray, asked, position, overfill: 0, beyond: 0,
      refused: asked > model.at(Walk.text(position), Clinic.spray),
      name: from == nil ? "draw device" : "draw of a patient's")
  }

  mutating func drawing(
    _ item: Item, _ asked: Int64, _ from: Position, overfill: Int64, beyond: Int64, refused: Bool,
    name: String
  ) -> Step {
    let loss: Int64 = Walk.isLiquid(item) && asked > 50 && dice.chance(20) ? 50 : 0
    let caseID = beyond > 0 ? nextCase : nil
    let holder = dice.chance(70) ? actor : dice.pick(Walk.people) ?? actor
    let hand = Hand(
      id: nextDraw, item: item, owner: from.owner, drawnBy: holder,
      drawnFor: dice.chance(70) ? Clinic.pat : nil)
    let event = Draw(
      id: hand.draw, item: item, from: from, quantity: Amount(thousandths: asked),
      overfill: Amount(thousandths: overfill), beyondBook: Amount(thousandths: beyond),
      caseID: caseID.map { try! CaseID(number: $0) }, loss: Amount(thousandths: loss),
      holder: holder, patient: hand.drawnFor)
    var flows = [
      Flow(asked - overfill - beyond, of: item, from: Walk.text(from), to: hand.text),
      Flow(overfill, of: item, from: "overfill", to: hand.text),
      Flow(loss, of: item, from: hand.text, to: "dead-space"),
    ]
    if let caseID { flows.append(Flow(beyond, of: item, from: "case:C-\(caseID)", to: hand.text)) }
    return Step(
      name: name, event: event, act: .flow(flows), occurredAt: late(),
      refused: refused,
      learn: { walk, _, sign in
        walk.take(hand, sign)
        if case .container(let id) = from.holding {
          walk.vials[id.number - 1].overfill += sign * overfill
        }
        walk.open(caseID, item, from, sign)
      })
  }

  mutating func take(_ hand: Hand, _ sign: Int64) {
    if sign > 0 {
      hands.append(hand)
      busyHands.append(hand.id)
    } else {
      hands[hand.id - 1].isVoided = true
    }
  }

  mutating func open(_ id: Int?, _ item: Item, _ place: Position, _ sign: Int64) {
    guard let id, sign > 0 else { return }
    cases.append((id, item, place))
    if cases.count > 200 { cases.removeFirst(100) }
    nextCase += 1
  }

  // MARK: Out of a hand

  mutating func waste() -> Step? {
    guard let hand = busyHand() else { return nil }
    let held = held(hand)
    let asked = dice.chance(55) ? held : dice.number(0...1_500)
    return Step(
      name: "waste",
      event: Waste(
        source: .draw(hand.draw), item: hand.item, quantity: Amount(thousandths: asked),
        method: "sink", place: Clinic.vault),
      act: .flow(asked, of: hand.item, from: hand.text, to: "wasted"), occurredAt: late(),
      refused: asked == 0 || asked > held)
  }

  mutating func wasteStraight() -> Step? {
    guard let vial = dice.pick(vials.suffix(80).filter { $0.item == Clinic.testosterone })
    else { return nil }
    let held = held(vial)
    let asked = dice.chance(70) ? held : held + 1
    return Step(
      name: "waste container",
      event: Waste(
        source: .container(vial.position), item: vial.item, quantity: Amount(thousandths: asked),
        method: "sink", place: Clinic.vault),
      act: .flow(asked, of: vial.item, from: vial.text, to: "wasted"), occurredAt: late(),
      refused: asked == 0 || asked > held)
  }

  mutating func putBack() -> Step? {
    guard let hand = busyHand(), let place = dice.pick(Walk.places) else { return nil }
    let held = held(hand)
    let asked = dice.chance(80) ? held : 1_000
    return Step(
      name: "put-back",
      event: PutBack(
        draw: hand.draw, item: hand.item, quantity: Amount(thousandths: asked),
        to: Position(place)),
      act: .flow(asked, of: hand.item, from: hand.text, to: Walk.stock(place)),
      occurredAt: late(),
      refused: Walk.isLiquid(hand.item) || asked == 0 || asked > held || asked % 1_000 != 0)
  }

  mutating func stage() -> Step? {
    guard let hand = busyHand() else { return nil }
    let held = held(hand)
    let asked = dice.chance(85) ? held : held - 10
    let until = clinic.now.adding(milliseconds: 14_400_000)
    return Step(
      name: "put-back staged",
      event: PutBack(
        draw: hand.draw, item: hand.item, quantity: Amount(thousandths: asked),
        to: Position(Clinic.vault), stagedUntil: until),
      refused: asked != held || asked <= 0,
      learn: { walk, seq, sign in
        if sign > 0 {
          walk.hands[hand.id - 1].stagings.append((seq, until))
        } else {
          walk.hands[hand.id - 1].stagings.removeAll { $0.seq == seq }
        }
      })
  }

  // MARK: Closing and counting

  mutating func empty() -> Step? {
    guard let vial = dice.chance(10) ? dice.pick(vials.suffix(60)) : openVial() else { return nil }
    let book = held(vial)
    // Small rests mostly; large ones are left for later draws.
    guard book < 1_500 || dice.chance(20) || !vial.isOpen else { return nil }
    let reading = model.at("measurement:V-\(vial.id)", vial.item)
    let hub = min(book, dice.number(0...4) * 50)
    let read = min(book - hub, dice.number(0...3) * 50)
    let missing = book - hub - read + (dice.chance(5) ? 10 : 0)
    let caseID = missing > 0 ? nextCase : nil
    var flows = [
      Flow(hub, of: vial.item, from: vial.text, to: "dead-space"),
      Flow(read, of: vial.item, from: vial.text, to: "measurement:V-\(vial.id)"),
    ]
    if let caseID {
      flows.append(Flow(missing, of: vial.item, from: vial.text, to: "case:C-\(caseID)"))
    }
    return Step(
      name: "container.empty",
      event: ContainerEmptied(
        id: try! ContainerID(number: vial.id), item: vial.item, from: vial.position,
        deadSpace: Amount(thousandths: hub), measurement: Amount(thousandths: read),
        missing: Amount(thousandths: missing), caseID: caseID.map { try! CaseID(number: $0) }),
      act: .flow(flows), occurredAt: late(),
      refused: !vial.isOpen || (read > 0 && abs(reading + read) > 300)
        || hub + read + missing != book,
      learn: { walk, seq, sign in
        walk.vials[vial.id - 1].isOpen = sign < 0
        walk.vials[vial.id - 1].ended = sign < 0 ? nil : seq
        if sign < 0 { walk.openVials.append(vial.id) }
        walk.open(caseID, vial.item, vial.position, sign)
      })
  }

  mutating func count() -> Step? {
    let chosen =
      dice.chance(60) ? openVial().map { Spot(position: $0.position, item: $0.item) } : spot()
    // What is counted stays known although what brought it is taken back: not so the rare lots.
    guard let spot = chosen, !spot.item.lot.hasPrefix("F"), spot.item != Clinic.nasal
    else { return nil }
    let vial = vial(at: spot.position)
    let book = held(spot)
    let step = vial == nil ? Walk.size(spot.item) : 10
    let off = dice.chance(50) ? 0 : dice.number(-12...12)
    let counted = book + (vial == nil ? off.signum() : off) * step
    let reading = vial.map { model.at("measurement:V-\($0.id)", $0.item) } ?? 0
    let difference = counted - book
    let isReading = vial != nil && abs(difference) <= 100 && abs(reading - difference) <= 300
    let needsCase = difference != 0 && !isReading
    // Sometimes the case is forgotten, or the book misread.
    let forgets = needsCase && dice.chance(5)
    let misreads = dice.chance(4)
    let caseID = needsCase && !forgets ? nextCase : nil
    let line = PhysicalCount.Line(
      item: spot.item, position: spot.position, counted: Amount(thousandths: counted),
      book: Amount(thousandths: misreads ? book + 1 : book),
      caseID: caseID.map { try! CaseID(number: $0) })
    return Step(
      name: needsCase ? "count case" : difference == 0 ? "count" : "count reading",
      event: PhysicalCount(method: .counted, lines: [line]),
      act: .tally(
        spot.item, at: spot.text, counted: counted, case: caseID.map { "C-\($0)" },
        container: vial.map { "V-\($0.id)" }),
      occurredAt: late(), refused: counted < 0 || forgets || misreads,
      learn: { walk, seq, sign in
        walk.open(caseID, spot.item, spot.position, sign)
        if sign > 0 { walk.office.counts += 1 } else { walk.office.counts -= 1 }
      })
  }

  // MARK: Explaining

  /// What nobody wrote down, of stock that a count has since found missing, or too much.
  mutating func explain() -> Step? {
    dice.chance(30) ? explainSurplus() : explainMissing()
  }

  private mutating func explainMissing() -> Step? {
    let open = cases.filter {
      model.at("case:C-\($0.id)", $0.item) > 0 && vial(at: $0.place) != nil
    }
    guard let found = dice.pick(open) else { return nil }
    let other = open.first {
      $0.id != found.id && $0.place == found.place && $0.item == found.item
    }
    let missing = model.at("case:C-\(found.id)", found.item)
    let slip = dice.chance(10) ? missing : 0
    let more = other.map { min(10, model.at("case:C-\($0.id)", $0.item)) } ?? 0
    let asked = min(missing, 500)
    var step = drawing(
      found.item, asked + more, found.place, overfill: 0, beyond: 0, refused: slip != 0,
      name: more > 0 ? "explain two" : "explain")
    step.occurredAt = clinic.now.adding(milliseconds: -dice.number(1...7_200_000))
    explain(found, asked + slip, in: &step)
    if let other { explain(other, more, in: &step) }
    return step
  }

  private func explain(
    _ found: (id: Int, item: Item, place: Position), _ amount: Int64, in step: inout Step
  ) {
    step.notes.explains.append(
      Explanation(
        caseID: try! CaseID(number: found.id), account: .stock(found.place), item: found.item,
        amount: Amount(thousandths: amount)))
    step.explained.append(
      Flow(amount, of: found.item, from: "case:C-\(found.id)", to: Walk.text(found.place)))
  }

  /// A delivery that was put away and not written down.
  private mutating func explainSurplus() -> Step? {
    let open = cases.filter {
      model.at("case:C-\($0.id)", $0.item) < 0 && $0.place == Position($0.place.location)
        && $0.item.product != Clinic.nasal.product
    }
    guard let found = dice.pick(open) else { return nil }
    let over = -model.at("case:C-\(found.id)", found.item)
    let explained = dice.chance(10) ? over + 1 : over
    var step = Step(
      name: "explain receipt",
      event: Receipt(
        supplier: Clinic.supplier, invoice: "LATE-1",
        lines: [Clinic.line(found.item, over, found.place)]),
      act: .flow(over, of: found.item, from: "supplier:mckesson", to: Walk.text(found.place)),
      occurredAt: clinic.now.adding(milliseconds: -dice.number(1...7_200_000)),
      refused: explained != over,
      learn: { walk, seq, sign in walk.receipts[seq] = sign > 0 ? Delivery(invoice: true) : nil })
    explain(found, -explained, in: &step)
    return step
  }

  // MARK: Nonsense

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
          supplier: try! SupplierID("nobody"), invoice: "X-1",
          lines: [Clinic.line(Clinic.ketamine, 5_000)])
      case 4:
        Receipt(
          supplier: Clinic.supplier, invoice: "X-1", lines: [Clinic.line(Clinic.ketamine, -5_000)])
      case 5: InitialInventory(moment: .open, lines: [])
      case 6: Correction(entry: 0, reason: "other", effective: clinic.now, reversal: [])
      default:
        Draw(
          id: try! DrawID(number: nextDraw), item: Clinic.ketamine, from: Position(Clinic.vault),
          quantity: amount, caseID: try! CaseID(number: nextCase), holder: Clinic.ana)
      }
    return Step(name: "nonsense", event: event, refused: true)
  }
}
