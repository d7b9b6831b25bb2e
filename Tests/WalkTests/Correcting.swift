import Dispensary
import Notation

// MARK: Taking back

extension Walk {
  mutating func correct() -> Step? {
    if dice.chance(3), let seq = dice.pick(corrections.suffix(50)) {
      return Step(
        name: "correction of a correction", event: clinic.correction(of: seq), refused: true)
    }
    // What is rare is corrected often enough only where it is looked for.
    let rare = dice.chance(35)
    let open = past.filter {
      !$0.corrected && $0.step.isReversible && reached["corrected \($0.step.name)", default: 0] < 3
    }
    let target =
      rare ? dice.pick(open) : dice.chance(60) ? dice.pick(past.suffix(12)) : dice.pick(past)
    guard let target else { return nil }
    let forged = dice.chance(8)
    var correction = clinic.correction(of: target.seq)
    if forged { correction.effective = correction.effective.adding(milliseconds: -1) }
    return Step(
      name: "correction", event: correction,
      refused: forged || target.corrected || !target.step.isReversible || mustStay(target),
      isReversible: false)
  }

  /// Whether something has been done since that needs what would be taken back.
  private func mustStay(_ target: Past) -> Bool {
    if !model.short(without: target.flows).isEmpty { return true }
    return touchesEnded(target) || isInUse(target.step.event)
  }

  /// A container that was emptied by another entry is left alone.
  private func touchesEnded(_ target: Past) -> Bool {
    var net = NaiveModel()
    net.see(target.flows)
    return target.flows.flatMap { flow in [flow.from, flow.to].map { ($0, flow.item) } }
      .contains { account, item in
        guard net.at(account, item) != 0, case .stock(let position)? = Account(account),
          let vial = vial(at: position), let end = vial.ended
        else { return false }
        return end != target.seq
      }
  }

  /// A vial goes back whole or not at all, and an infusion before what was diluted for it.
  private func isInUse(_ event: any Event) -> Bool {
    switch event {
    case let opened as ContainerOpened:
      return isInUse(opened.position, opened.item, opened.size)
    case let moved as Move: return isInUse(moved.target, moved.item, moved.amount)
    case let aside as SetAside: return isInUse(aside.to, aside.item, aside.amount)
    case let released as Release: return isInUse(released.target, released.item, released.amount)
    case let prepared as Preparation:
      return hands[prepared.draw.number - 1].prepared.map { $0.infused > 0 } ?? false
    default: return false
    }
  }

  private func isInUse(_ position: Position, _ item: Item, _ amount: Amount) -> Bool {
    guard let vial = vial(at: position) else { return false }
    return !vial.isOpen || model.at(Walk.text(position), item) != amount.thousandths
  }
}
