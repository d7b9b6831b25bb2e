import Dispensary
import Notation

/// A batch of nasal spray.
struct Batch {
  var id: Int
  var isVoided = false
  var text: String { "compounding:B-\(id)" }
}

// MARK: What the house makes: a spray of 10 mg/mL out of ketamine of 100 mg/mL

extension Walk {
  static let ingredients = [Clinic.ketamine, Clinic.ketamineB]

  mutating func compound() -> Step? { dice.chance(50) ? startBatch() : finishBatch() }

  private mutating func startBatch() -> Step? {
    let id = batches.count + (dice.chance(5) ? 2 : 1)
    let items = dice.chance(60) ? [Walk.ingredients[0]] : Walk.ingredients
    let amount = dice.number(0...2) * 2_500
    let from = Position(Clinic.vault)
    let text = Walk.text(from)
    return Step(
      name: "compound.start",
      event: CompoundingStarted(
        id: try! BatchID(number: id), product: Clinic.nasal.product, formula: "KN-10",
        ingredients: items.map {
          OutgoingLine(item: $0, position: from, quantity: Amount(thousandths: amount))
        }),
      act: .flow(items.map { Flow(amount, of: $0, from: text, to: "compounding:B-\(id)") }),
      occurredAt: late(),
      refused: id != batches.count + 1 || amount == 0
        || items.contains { amount > model.at(text, $0) },
      learn: { walk, _, sign in
        if sign > 0 {
          walk.batches.append(Batch(id: id))
        } else {
          walk.batches[id - 1].isVoided = true
        }
      })
  }

  private mutating func finishBatch() -> Step? {
    guard let batch = dice.pick(batches.suffix(6)) else { return nil }
    let held = Walk.ingredients.map { ($0, model.at(batch.text, $0)) }.filter { $0.1 > 0 }
    let lost = held.map { _ in (dead: dice.number(0...3) * 50, wasted: dice.number(0...2) * 100) }
    let used = zip(held, lost).map { $0.1 - $1.dead - $1.wasted }
    // Ten times as much, but for what the smallest step of the ingredient cannot say.
    let slip = dice.chance(80) ? 0 : dice.pick([-1, 9, 10] as [Int64]) ?? 0
    let yield = used.reduce(0, +) * 10 - slip
    var flows: [Flow] = []
    for ((item, _), (lost, used)) in zip(held, zip(lost, used)) {
      flows += [
        Flow(used, of: item, from: batch.text, to: "compounded:B-\(batch.id)"),
        Flow(lost.dead, of: item, from: batch.text, to: "dead-space"),
        Flow(lost.wasted, of: item, from: batch.text, to: "wasted"),
      ]
    }
    flows.append(
      Flow(
        yield, of: Clinic.nasal, from: "compounded:B-\(batch.id)", to: Walk.stock(Clinic.vault)))
    return Step(
      name: "compound.finish",
      event: CompoundingFinished(
        id: try! BatchID(number: batch.id),
        yield: StockLine(
          item: Clinic.nasal, expires: Clinic.expires, position: Position(Clinic.vault),
          amount: Amount(thousandths: yield)),
        ingredients: zip(held, lost).map {
          .init(
            item: $0.0, quantity: Amount(thousandths: $0.1),
            deadSpace: Amount(thousandths: $1.dead), wasted: Amount(thousandths: $1.wasted))
        }),
      act: .flow(flows), occurredAt: late(),
      refused: batch.isVoided || held.isEmpty || used.contains { $0 < 0 } || yield <= 0
        || slip < 0 || slip > 9)
  }
}
