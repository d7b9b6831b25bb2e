import Dispensary
import Notation

/// What leaves otherwise than to a patient, as steps of the walk.
extension Walk {
  mutating func leave() -> Step? {
    switch dice.number(1...10) {
    case 1...3: leaveShelf()
    case 4: acknowledge()
    case 5, 6: lose()
    case 7, 8: hold()
    case 9: wasteHeld()
    default: spill()
    }
  }

  private mutating func leaveShelf() -> Step? {
    guard let item = dice.pick(Walk.items), let place = dice.pick(Walk.places) else { return nil }
    let held = model.at(Walk.stock(place), item)
    let asked = dice.number(0...2) * Walk.size(item)
    let lines = [
      OutgoingLine(
        item: item, position: Position(place), quantity: Amount(thousandths: asked))
    ]
    let (event, end): (any Event, String) =
      switch dice.number(1...5) {
      case 1: (Destruction(lines: lines, method: "kit", place: place), "destroyed")
      case 2: (Seizure(agency: "DEA", receipt: "1", lines: lines), "seized")
      case 3:
        (
          Distribution(
            registrant: Clinic.otherDEA, name: "B", address: "C", invoice: "1", lines: lines),
          "registrant:\(Clinic.otherDEA.text)"
        )
      default:
        (
          Shipment(
            id: try! ShipmentID(number: nextShipment), to: .reverseDistributor,
            supplier: Clinic.supplier, reason: .unwanted, lines: lines),
          "in-transit:S-\(nextShipment)"
        )
      }
    return Step(
      name: type(of: event).type, event: event,
      act: .carry(item, asked, from: Walk.stock(place), to: end), occurredAt: late(),
      refused: asked == 0 || asked > held)
  }

  private mutating func acknowledge() -> Step? {
    guard let sent = dice.pick(shipments) else { return nil }
    let text = "in-transit:S-\(sent.id)"
    let held = model.at(text, sent.item)
    let asked = dice.chance(60) ? held : dice.number(0...2) * 1_000
    return Step(
      name: "ship.acknowledge",
      event: ShipmentAcknowledged(
        id: try! ShipmentID(number: sent.id), to: .reverseDistributor, supplier: Clinic.supplier,
        lines: [.init(item: sent.item, quantity: Amount(thousandths: asked))]),
      act: .carry(sent.item, asked, from: text, to: "reverse-distributor:mckesson"),
      occurredAt: late(), refused: asked == 0 || asked > held)
  }

  /// From a shelf, a shipment or a case.
  private mutating func lose() -> Step? {
    let (from, item): (String, Item)
    switch dice.number(1...3) {
    case 1:
      guard let sent = dice.pick(shipments) else { return nil }
      (from, item) = ("in-transit:S-\(sent.id)", sent.item)
    case 2:
      guard let found = dice.pick(cases.suffix(10)) else { return nil }
      (from, item) = ("case:C-\(found.id)", found.item)
    default:
      guard let picked = dice.pick(Walk.items) else { return nil }
      (from, item) = (Walk.stock(Clinic.vault), picked)
    }
    let held = model.at(from, item)
    let asked = dice.chance(60) ? held : held + dice.number(-1...1) * 1_000
    let event = Loss(
      from: Account(from)!, item: item, quantity: Amount(thousandths: asked), kind: .missing,
      discovered: clinic.now.adding(milliseconds: -86_400_000))
    // A correction may have taken a shipment back, whose loss is then of nothing.
    return Step(
      name: "loss \(from.split(separator: ":")[0])", event: event,
      act: .carry(item, asked, from: from, to: "lost"), occurredAt: late(),
      refused: asked <= 0 || asked > held)
  }

  private mutating func hold() -> Step? {
    guard let hand = dice.pick(hands) else { return nil }
    let held = model.at(hand.text, hand.item)
    let asked = dice.chance(70) ? held : dice.number(0...1_500)
    let (to, text) = Walk.held(hand)
    return Step(
      name: "waste.hold",
      event: WasteHeld(
        draw: try! DrawID(number: hand.id), item: hand.item, quantity: Amount(thousandths: asked),
        to: to),
      act: .use(hand.item, asked, draw: "D-\(hand.id)", end: text), occurredAt: late(),
      refused: asked == 0 || asked > held)
  }

  private mutating func wasteHeld() -> Step? {
    let held = hands.filter { model.at(Walk.held($0).text, $0.item) > 0 }
    guard let hand = dice.pick(held) ?? dice.pick(hands) else { return nil }
    let (from, text) = Walk.held(hand)
    let amount = model.at(text, hand.item)
    let asked = dice.chance(80) ? amount : amount + 1
    return Step(
      name: "waste held",
      event: Waste(
        source: .container(from), item: hand.item, quantity: Amount(thousandths: asked),
        method: "kit", place: Clinic.vault),
      act: .wasteStraight(hand.item, asked, from: text), occurredAt: late(),
      refused: asked == 0 || asked > amount)
  }

  /// Where what was drawn waits to be wasted.
  private static func held(_ hand: Hand) -> (position: Position, text: String) {
    let position = Position(
      Clinic.vault, .loose(try! DrawID(number: hand.id)), status: .awaitingWaste)
    return (position, Account.stock(position).text)
  }

  /// From a vial: all of it gone, or all of it recovered under the next draw's number.
  private mutating func spill() -> Step? {
    guard let vial = dice.pick(vials) else { return nil }
    let held = model.at(vial.text, vial.item)
    let asked = dice.number(0...8) * 50
    let isBack = asked > 0 && dice.chance(50)
    let remnant = try! DrawID(number: nextDraw)
    let to = Position(vial.place, .loose(remnant), status: .damaged)
    let amount = Amount(thousandths: asked)
    let event = Spill(
      from: .stock(vial.position), item: vial.item, unrecoverable: isBack ? .zero : amount,
      recoverable: isBack ? amount : .zero, to: isBack ? to : nil,
      remnant: isBack ? remnant : nil)
    return Step(
      name: isBack ? "spill recovered" : "spill", event: event,
      act: .carry(
        vial.item, asked, from: vial.text, to: isBack ? Account.stock(to).text : "spilled"),
      occurredAt: late(), refused: asked == 0 || asked > held)
  }
}

extension RandomWalkTests {
  /// What a walk has to have seen of what leaves.
  static let leaving: Set<String> = Set(
    [
      "destroy", "seize", "distribute", "ship", "ship.acknowledge", "loss stock", "loss case",
      "loss in-transit", "waste.hold", "waste held", "spill", "spill recovered",
    ]
      + ["destroy", "ship", "loss stock", "waste.hold", "spill"].map { "corrected \($0)" }
      + [
        "destroyed", "seized", "registrant", "in-transit", "reverse-distributor", "lost", "spilled",
      ].map { "account \($0)" })
}
