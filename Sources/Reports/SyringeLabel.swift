package import Dispensary
package import Notation

/// The label of a syringe or an infusion that is put away: everything that the next person must
/// read before giving it.
package struct SyringeLabel: Sendable {
  package let draw: DrawRecord
  package let state: State
  package let zone: Zone

  package init(_ draw: DrawRecord, state: State, zone: Zone) {
    self.draw = draw
    self.state = state
    self.zone = zone
  }

  private var wording: Wording { Wording(state: state, zone: zone) }
  private var left: Amount { state.remaining(draw) }

  /// Who drew it, or diluted it.
  private var preparer: String {
    let by = draw.preparation?.by ?? state.journal[Int(draw.seq)].by
    return by.flatMap { state.people[$0]?.initials } ?? ""
  }

  private var preparedAt: Instant { draw.preparation?.at ?? draw.drawnAt }

  private var patient: String { wording.code(draw.patient) ?? "unassigned" }

  /// Seven short lines at most, as wide as a label of 58 mm.
  package var text: String {
    var lines = [
      wording.drug(draw.item.product), wording.both(left, draw.item.product),
      "lot \(draw.item.lot)",
    ]
    if let prepared = draw.preparation { lines.append(diluted(prepared)) }
    lines.append("\(draw.id.text)  \(patient)")
    lines.append("prepared \(zone.shown(preparedAt)) by \(preparer)")
    if let beyondUse = draw.beyondUse { lines.append("USE BEFORE \(zone.shown(beyondUse))") }
    let width = lines.map(Text.width).max() ?? 0
    let rule = "+" + String(repeating: "-", count: width + 2) + "+"
    let rows = lines.map { "| \(Text.padded($0, to: width)) |" }
    return Text.document([rule] + rows + [rule])
  }

  private func diluted(_ prepared: DrawRecord.Preparation) -> String {
    let product = state.products[draw.item.product]
    let strength = product?.concentration(of: prepared.held, in: prepared.total)
    let volume = (prepared.total - prepared.infused).wire
    return "in \(volume) mL of \(prepared.diluent)" + (strength.map { ", \($0)" } ?? "")
  }

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/label/1", "draw": .string(draw.id.text),
      "product": .string(draw.item.product.text), "lot": .string(draw.item.lot),
      "drug": .string(wording.drug(draw.item.product)),
      "amount": wording.json(left, draw.item.product), "patient": .string(patient),
      "preparer": .string(preparer), "prepared_at": .string(preparedAt.text),
    ]
    members["use_before"] = draw.beyondUse.map { .string($0.text) }
    members["diluent"] = draw.preparation.map { .string($0.diluent) }
    members["volume_ml"] = draw.preparation.map { .string(($0.total - $0.infused).wire) }
    return .object(members)
  }
}
