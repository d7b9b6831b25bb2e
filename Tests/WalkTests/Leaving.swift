import Dispensary
import Notation

/// A shipment, and who is to acknowledge it.
struct Sent {
  var id: Int
  var item: Item
  var to: Shipment.Recipient
  var supplier: SupplierID
  var isCorrected = false
  var text: String { "in-transit:S-\(id)" }
}

/// What leaves otherwise than to a patient, as steps of the walk.
extension Walk {
  mutating func leave() -> Step? {
    switch dice.number(1...12) {
    case 1...4: leaveShelf()
    case 5, 6: acknowledge()
    case 7: lose()
    case 8, 9: hold()
    case 10: wasteHeld()
    case 11: spill()
    default: spillFromHand()
    }
  }

  private mutating func leaveShelf() -> Step? {
    guard let first = spot(), let second = spot() else { return nil }
    let chosen = dice.chance(70) ? [first] : [first, second]
    let parts = chosen.map { spot -> (spot: Spot, asked: Int64) in
      let held = held(spot)
      return (spot, dice.chance(50) ? held : dice.number(0...2) * Walk.size(spot.item))
    }
    let isTwice =
      parts.count == 2 && first.position == second.position && first.item == second.item
    let lines = parts.map {
      OutgoingLine(
        item: $0.spot.item, position: $0.spot.position, quantity: Amount(thousandths: $0.asked))
    }
    let (event, end, learn) = exit(lines)
    return Step(
      name: Walk.name(event), event: event,
      act: .flow(
        parts.map { Flow($0.asked, of: $0.spot.item, from: $0.spot.text, to: end) }),
      occurredAt: late(),
      refused: isTwice || parts.contains { $0.asked <= 0 || $0.asked > held($0.spot) },
      learn: learn)
  }

  private static func name(_ event: any Event) -> String {
    (event as? Shipment)?.to == .supplier ? "ship to supplier" : type(of: event).type
  }

  private mutating func exit(
    _ lines: [OutgoingLine]
  ) -> (any Event, String, (inout Walk, Int64, Int64) -> Void) {
    switch dice.number(1...6) {
    case 1:
      return (
        Destruction(lines: lines, method: "kit", place: Clinic.vault), "destroyed", { _, _, _ in }
      )
    case 2:
      return (Seizure(agency: .dea, receipt: "1", lines: lines), "seized", { _, _, _ in })
    case 3:
      let event = Distribution(
        registrant: Clinic.otherDEA, name: "B", address: "C", invoice: "1", lines: lines)
      return (event, "registrant:\(Clinic.otherDEA.text)", { _, _, _ in })
    default:
      let back = dice.chance(40)
      let sent = Sent(
        id: shipments.count + 1, item: lines[0].item, to: back ? .supplier : .reverseDistributor,
        supplier: back ? Walk.depot : Clinic.supplier)
      let event = Shipment(
        id: try! ShipmentID(number: sent.id), to: sent.to, supplier: sent.supplier,
        reason: .unwanted, lines: lines)
      return (
        event, sent.text,
        { walk, _, sign in
          if sign > 0 {
            walk.shipments.append(sent)
          } else {
            walk.shipments[sent.id - 1].isCorrected = true
          }
        }
      )
    }
  }

  private mutating func acknowledge() -> Step? {
    guard let sent = dice.pick(shipments.suffix(20)) else { return nil }
    let held = model.at(sent.text, sent.item)
    let asked = dice.chance(60) ? held : dice.number(0...2) * 1_000
    let to = dice.chance(95) ? sent.to : sent.to == .supplier ? .reverseDistributor : .supplier
    let end = sent.to == .supplier ? "returned-to-supplier" : "reverse-distributor"
    return Step(
      name: sent.to == .supplier ? "acknowledged by supplier" : "ship.acknowledge",
      event: ShipmentAcknowledged(
        id: try! ShipmentID(number: sent.id), to: to, supplier: sent.supplier,
        lines: [.init(item: sent.item, quantity: Amount(thousandths: asked))]),
      act: .flow(asked, of: sent.item, from: sent.text, to: "\(end):\(sent.supplier.text)"),
      occurredAt: late(),
      refused: asked <= 0 || asked > held || sent.isCorrected || to != sent.to)
  }

  /// From a shelf, a shipment, a case or a hand.
  private mutating func lose() -> Step? {
    let (from, item): (String, Item)
    var unknown = false
    switch dice.number(1...7) {
    case 1:
      guard let sent = dice.pick(shipments.suffix(20)) else { return nil }
      (from, item, unknown) = (sent.text, sent.item, sent.isCorrected)
    case 2, 6, 7:
      guard let found = dice.pick(cases.suffix(30)) else { return nil }
      (from, item) = ("case:C-\(found.id)", found.item)
    case 3, 4:
      guard let hand = busyHand() else { return nil }
      (from, item) = (hand.text, hand.item)
    default:
      guard let spot = spot() else { return nil }
      (from, item) = (spot.text, spot.item)
    }
    let held = model.at(from, item)
    let asked = dice.chance(60) ? held : held + dice.number(-1...1) * 1_000
    let event = Loss(
      from: Account(from)!, item: item, quantity: Amount(thousandths: asked), kind: .missing,
      discovered: clinic.now.adding(milliseconds: -86_400_000))
    return Step(
      name: "loss \(from.split(separator: ":")[0])", event: event,
      act: .flow(asked, of: item, from: from, to: "lost"), occurredAt: late(),
      refused: unknown || asked <= 0 || asked > held)
  }

  private mutating func hold() -> Step? {
    guard let hand = busyHand() else { return nil }
    let held = held(hand)
    let asked = dice.chance(70) ? held : dice.number(0...1_500)
    let owner = dice.chance(95) ? hand.owner : Clinic.quinn.text
    let to = Position(Clinic.vault, .loose(hand.draw), status: .awaitingWaste, owner: owner)
    return Step(
      name: "waste.hold",
      event: WasteHeld(
        draw: hand.draw, item: hand.item, quantity: Amount(thousandths: asked), to: to),
      act: .flow(asked, of: hand.item, from: hand.text, to: Walk.text(to)), occurredAt: late(),
      refused: asked == 0 || asked > held || owner != hand.owner)
  }

  private mutating func wasteHeld() -> Step? {
    let waiting = spots.filter { $0.position.status == .awaitingWaste }
    let full = waiting.filter { held($0) > 0 }
    guard let spot = dice.pick(full) ?? dice.pick(waiting) else { return nil }
    let amount = held(spot)
    let asked = dice.chance(80) ? amount : amount + 1
    return Step(
      name: "waste held",
      event: Waste(
        source: .container(spot.position), item: spot.item, quantity: Amount(thousandths: asked),
        method: "kit", place: Clinic.vault),
      act: .flow(asked, of: spot.item, from: spot.text, to: "wasted"), occurredAt: late(),
      refused: asked == 0 || asked > amount)
  }

  /// From a vial: all of it gone, or all of it recovered under the next draw's number.
  private mutating func spill() -> Step? {
    guard let vial = dice.chance(90) ? openVial() : dice.pick(vials.suffix(40)) else { return nil }
    let held = held(vial)
    let asked = dice.number(0...8) * 50
    let isBack = asked > 0 && dice.chance(50)
    var hand = Hand(
      id: nextDraw, item: vial.item, owner: vial.position.owner, drawnBy: actor, drawnFor: nil)
    hand.isRemnant = true
    let to = Position(
      vial.position.location, .loose(hand.draw), status: .damaged, owner: vial.position.owner)
    let amount = Amount(thousandths: asked)
    let event = Spill(
      from: .stock(vial.position), item: vial.item, unrecoverable: isBack ? .zero : amount,
      recoverable: isBack ? amount : .zero, to: isBack ? to : nil,
      remnant: isBack ? hand.draw : nil)
    let remnant = isBack ? hand : nil
    return Step(
      name: isBack ? "spill recovered" : "spill", event: event,
      act: .flow(
        asked, of: vial.item, from: vial.text, to: isBack ? Walk.text(to) : "spilled"),
      occurredAt: late(), refused: asked == 0 || asked > held,
      learn: { walk, _, sign in
        if let remnant { walk.take(remnant, sign) }
      })
  }

  /// From a hand: some of it gone, and some set down damaged.
  private mutating func spillFromHand() -> Step? {
    guard let hand = busyHand() else { return nil }
    let (lost, back) = (dice.number(0...6) * 50, dice.chance(60) ? dice.number(0...6) * 50 : 0)
    let to = Position(Clinic.room, .loose(hand.draw), status: .damaged, owner: hand.owner)
    return Step(
      name: "spill draw",
      event: Spill(
        from: .draw(hand.draw), item: hand.item, unrecoverable: Amount(thousandths: lost),
        recoverable: Amount(thousandths: back), to: back > 0 ? to : nil),
      act: .flow([
        Flow(lost, of: hand.item, from: hand.text, to: "spilled"),
        Flow(back, of: hand.item, from: hand.text, to: Walk.text(to)),
      ]),
      occurredAt: late(), refused: lost + back == 0 || lost + back > held(hand))
  }
}
