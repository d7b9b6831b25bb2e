import Dispensary
import Notation

/// A dose, and what is written down of it by which entry.
struct Given {
  var seq: Int64
  var recipient: PatientID
  var said: Set<String>
  var later: [(seq: Int64, said: Set<String>)] = []

  var all: Set<String> { later.reduce(said) { $0.union($1.said) } }
  var isIncomplete: Bool {
    (!all.contains("order") && !all.contains("prescriber")) || !all.contains("route")
  }
}

// MARK: Doses, dilutions, and what changes hands

extension Walk {
  mutating func give() -> Step? {
    guard let hand = busyHand() else { return nil }
    if let prepared = hand.prepared, dice.chance(90) { return infuse(hand, prepared) }
    let held = held(hand)
    let asked = dice.chance(55) ? held : dice.number(0...1_500)
    let undiluted = dice.chance(2)
    var dose = dose(hand, asked)
    if undiluted {
      dose.infusion = Infusion(
        infused: Amount(thousandths: 50), total: Amount(thousandths: 100))
    }
    // Times that cannot be.
    let wrong = dice.chance(3)
    if wrong { dose.ended = clinic.now.adding(milliseconds: 60_000) }
    return giving(
      dose, hand,
      refused: asked == 0 || asked > held || hand.prepared != nil || undiluted || wrong)
  }

  private mutating func infuse(
    _ hand: Hand, _ prepared: (held: Int64, total: Int64, infused: Int64)
  ) -> Step? {
    let (held, left) = (held(hand), prepared.total - prepared.infused)
    let volume =
      dice.chance(30) ? left : dice.chance(5) ? left + 1 : dice.number(0...prepared.total / 3)
    let share = Walk.share(volume, of: prepared.held, in: prepared.total)
    let drug = volume == left ? held : min(share, held)
    let stated = dice.chance(92) ? drug : drug + 1
    var dose = dose(hand, stated)
    dose.infusion = Infusion(
      infused: Amount(thousandths: volume), total: Amount(thousandths: prepared.total))
    return giving(
      dose, hand,
      refused: volume <= 0 || volume > left || stated <= 0 || stated > held || stated != drug)
  }

  /// `held * volume / total`, halves to the even thousandth.
  static func share(_ volume: Int64, of held: Int64, in total: Int64) -> Int64 {
    let (whole, rest) = (held * volume).quotientAndRemainder(dividingBy: total)
    return whole + (rest * 2 > total || (rest * 2 == total && whole % 2 == 1) ? 1 : 0)
  }

  private mutating func dose(_ hand: Hand, _ amount: Int64) -> Administration {
    var dose = Administration(
      draw: hand.draw, item: hand.item, quantity: Amount(thousandths: amount), milligrams: nil,
      recipient: dice.chance(50) ? Clinic.pat : Clinic.quinn)
    dose.particulars = particulars()
    return dose
  }

  private mutating func particulars() -> Particulars {
    Particulars(
      hasOrder: dice.chance(40), prescriber: dice.chance(40) ? "Dr. Wells" : nil,
      route: dice.chance(60) ? "INTRAMUSCULAR" : nil)
  }

  private static func said(_ particulars: Particulars) -> Set<String> {
    var said: Set<String> = []
    if particulars.hasOrder { said.insert("order") }
    if particulars.prescriber != nil { said.insert("prescriber") }
    if particulars.route != nil { said.insert("route") }
    return said
  }

  private mutating func giving(_ dose: Administration, _ hand: Hand, refused: Bool) -> Step {
    let volume = dose.infusion?.infused.thousandths ?? 0
    let said = Walk.said(dose.particulars)
    return Step(
      name: dose.infusion == nil ? "administration" : "infusion", event: dose,
      act: .flow(dose.quantity.thousandths, of: hand.item, from: hand.text, to: "administered"),
      occurredAt: late(), refused: refused,
      learn: { walk, seq, sign in
        walk.hands[hand.id - 1].prepared?.infused += sign * volume
        guard sign > 0 else {
          walk.hands[hand.id - 1].doses.removeAll { $0.seq == seq }
          walk.doses[seq] = nil
          return
        }
        walk.hands[hand.id - 1].doses.append((seq, dose.recipient))
        walk.doses[seq] = Given(seq: seq, recipient: dose.recipient, said: said)
        walk.recentDoses.append(seq)
        if walk.recentDoses.count > 100 { walk.recentDoses.removeFirst(50) }
      })
  }

  mutating func handle() -> Step? {
    switch dice.number(1...8) {
    case 1...3: handOver()
    case 4, 5: dilute()
    default: completeDose()
    }
  }

  private mutating func handOver() -> Step? {
    guard let hand = busyHand(), let to = dice.pick(Walk.people) else { return nil }
    let from = dice.chance(90) ? hand.holder : dice.pick(Walk.people) ?? actor
    return Step(
      name: "draw.handoff", event: Handoff(draw: hand.draw, holder: from, to: to),
      occurredAt: late(), refused: from != hand.holder || to == from || held(hand) == 0,
      learn: { walk, seq, sign in
        if sign > 0 {
          walk.hands[hand.id - 1].handoffs.append((seq, to))
        } else {
          walk.hands[hand.id - 1].handoffs.removeAll { $0.seq == seq }
        }
      })
  }

  private mutating func dilute() -> Step? {
    guard let hand = busyHand() else { return nil }
    let held = held(hand)
    let asked = dice.chance(90) ? held : held - 10
    let total = dice.chance(95) ? held + dice.number(0...100) * 1_000 + 7 : held - 10
    let isLess = Walk.isLiquid(hand.item) && total < asked
    return Step(
      name: "draw.prepare",
      event: Preparation(
        draw: hand.draw, item: hand.item, quantity: Amount(thousandths: asked),
        diluent: "NaCl 0.9 %", total: Amount(thousandths: total),
        beyondUse: clinic.now.adding(milliseconds: 3_600_000)),
      occurredAt: late(),
      refused: asked <= 0 || asked != held || total <= 0 || isLess || hand.prepared != nil,
      learn: { walk, _, sign in
        walk.hands[hand.id - 1].prepared = sign > 0 ? (asked, total, 0) : nil
      })
  }

  private mutating func completeDose() -> Step? {
    guard let seq = dice.pick(recentDoses) else { return nil }
    let known = doses[seq]
    let recipient = dice.chance(95) ? known?.recipient ?? Clinic.pat : Clinic.quinn
    let added = particulars()
    let said = Walk.said(added)
    return Step(
      name: "administration.complete",
      event: AdministrationCompleted(entry: seq, recipient: recipient, particulars: added),
      occurredAt: late(),
      refused: known == nil || recipient != known?.recipient || said.isEmpty
        || !said.isDisjoint(with: known?.all ?? []),
      learn: { walk, own, sign in
        if sign > 0 {
          walk.doses[seq]?.later.append((own, said))
        } else {
          walk.doses[seq]?.later.removeAll { $0.seq == own }
        }
      })
  }

  // MARK: Out of use

  mutating func setAside() -> Step? { dice.chance(40) ? setDrawAside() : setStockAside() }

  private mutating func setStockAside() -> Step? {
    let chosen =
      dice.chance(30) ? openVial().map { Spot(position: $0.position, item: $0.item) } : spot()
    guard let spot = chosen, let status = dice.pick(Walk.statuses),
      let place = dice.pick(Walk.places)
    else { return nil }
    let held = held(spot)
    let isVial = vial(at: spot.position) != nil
    let asked = dice.chance(isVial ? 85 : 40) ? held : dice.number(0...2) * Walk.size(spot.item)
    var to = spot.position
    to.status = dice.chance(95) ? status : .available
    if dice.chance(40) { to.location = place }
    let isOther = dice.chance(3)
    if isOther { to.owner = Clinic.quinn.text }
    return Step(
      name: "set aside \(Walk.kind(spot))",
      event: SetAside(
        item: spot.item, from: .stock(spot.position), to: to, amount: Amount(thousandths: asked),
        reason: "recall"),
      act: .flow(asked, of: spot.item, from: spot.text, to: Walk.text(to)), occurredAt: late(),
      refused: asked <= 0 || asked > held || to.status == .available || isOther
        || to == spot.position || (isVial && asked != held),
      learn: Walk.carrying(from: spot.position, to: to))
  }

  /// The syringe of a patient who did not come.
  private mutating func setDrawAside() -> Step? {
    guard let hand = busyHand() else { return nil }
    let held = held(hand)
    let asked = dice.chance(80) ? held : dice.number(0...1_500)
    let owner = dice.chance(95) ? hand.owner : Clinic.quinn.text
    let to = Position(Clinic.vault, .loose(hand.draw), status: .quarantined, owner: owner)
    let isStaged = !hand.stagings.isEmpty
    return Step(
      name: isStaged ? "set aside staged" : "set aside draw",
      event: SetAside(
        item: hand.item, from: .draw(hand.draw), to: to, amount: Amount(thousandths: asked),
        reason: "no-show"),
      act: .flow(asked, of: hand.item, from: hand.text, to: Walk.text(to)), occurredAt: late(),
      refused: asked <= 0 || asked > held || owner != hand.owner || (isStaged && asked != held))
  }
}
