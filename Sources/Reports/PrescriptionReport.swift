package import Dispensary
package import Notation

/// One prescription on a page: what was ordered, what was filled, what waits, what is left.
///
/// What 21 CFR 1306.22(f)(2) wants to see on line, but for the patient's name and address: the
/// patient stands by code, and `patient find` asks the vault.
package struct PrescriptionReport: Sendable {
  package let record: PrescriptionRecord
  package let state: State
  package let now: Instant
  package let zone: Zone

  package init(_ record: PrescriptionRecord, state: State, now: Instant, zone: Zone) {
    (self.record, self.state, self.now, self.zone) = (record, state, now, zone)
  }

  private var wording: Wording { Wording(state: state, zone: zone) }
  private var order: PrescriptionAdded { record.order }
  private var lastDay: CivilDate? { order.lastDay(state.products[order.product]) }

  /// `open`, `complete`, `expired`, `voided`, `transferred`; a word for lists.
  package var standing: String {
    switch record.closure {
    case .voided: return "voided"
    case .transferred: return "transferred"
    case nil: break
    }
    guard record.remaining.isPositive else { return "complete" }
    return lastDay.map { zone.day(of: now) > $0 } ?? false ? "expired" : "open"
  }

  /// Refills that may still be begun: none of what was voided or transferred.
  package var refillsLeft: Int64 { record.closure == nil ? record.refillsLeft : 0 }

  /// Whether anything may still be filled, or waits.
  package var isOpen: Bool { standing == "open" || !state.waiting(record.id).isEmpty }

  // MARK: Text

  package var text: String {
    var lines = ["\(order.id.text), \(standing)"]
    lines += TextTable(["", ""], rows: facts, width: 100, indent: 2).lines
    if !acts.isEmpty {
      lines += [""]
      lines +=
        TextTable([">entry", "when", "fill", "who", "what"], rows: acts.map(\.cells), width: 100)
        .lines
    }
    return Text.document(lines + wording.oneSigner.foot)
  }

  private var facts: [[String]] {
    var rows = [
      ["patient", wording.code(order.recipient) ?? ""],
      [
        "prescribed",
        "\(wording.both(order.quantity, order.product)) \(wording.drug(order.product))",
      ],
      ["issued", "\(order.issued.text), \(order.form.rawValue)"],
      ["by", "\(order.prescriber), DEA \(order.prescriberDEA.text)"],
      ["refills", "\(refillsLeft) left of \(order.refills)"],
      ["may be filled", due],
    ]
    if let days = order.daysSupply { rows.insert(["lasts", tally(days, "day")], at: 2) }
    if order.isAsWritten { rows.append(["substitution", "none: dispense as written"]) }
    rows += state.waiting(order.id).map { part in
      let what = "\(wording.quantity(part.amount, part.item.product)), lot \(part.item.lot)"
      return [
        "in will-call",
        "\(what), since \(wording.time(part.since)), "
          + span(from: part.since, to: now),
      ]
    }
    return rows
  }

  private var due: String {
    guard standing == "open" else { return "no" }
    let amount = wording.quantity(record.next.amount, order.product)
    let what = record.next.number == record.last ? "\(amount), the rest" : amount
    return what + (lastDay.map { ", until \($0.text)" } ?? "")
  }

  /// One line of the history of a prescription.
  private struct Act {
    let seq: Int64
    let cells: [String]
    let json: JSON
  }

  private var acts: [Act] {
    let fills = record.fills.map { fill in
      act(
        fill.seq, fill.at, fill.by, "filled", fill.event.number,
        fill.event.lines.map { ($0.item, $0.amount) })
    }
    let returns = record.returns.map { back in
      act(
        back.seq, back.at, back.by, "returned to stock", back.event.number,
        back.event.lines.map { ($0.item, $0.amount) })
    }
    let pickups = record.pickups.map { pickup in
      act(
        pickup.seq, pickup.at, pickup.by,
        pickup.event.setting.map { "delivered to \($0.name)" } ?? "picked up",
        onlyFill(pickup.event),
        pickup.event.lines.map { ($0.item, $0.amount) })
    }
    return (fills + returns + pickups + closing).sorted { $0.seq < $1.seq }
  }

  /// The number of the filling that was picked up, where it is one.
  private func onlyFill(_ pickup: PrescriptionPickedUp) -> Int64? {
    let numbers = Set(pickup.lines.map(\.fill))
    return numbers.count == 1 ? numbers.first ?? nil : nil
  }

  private var closing: [Act] {
    switch record.closure {
    case .voided(let void):
      [act(void.seq, void.at, void.by, "voided: \(void.event.reason)", nil, [])]
    case .transferred(let moved):
      [
        act(
          moved.seq, moved.at, moved.by,
          "transferred to \(moved.event.pharmacy), DEA \(moved.event.dea.text), refills: "
            + "\(moved.event.refills)", nil, [])
      ]
    case nil: []
    }
  }

  private func act(
    _ seq: Int64, _ at: Instant, _ by: PersonID?, _ what: String, _ number: Int64?,
    _ lots: [(item: Item, amount: Amount)]
  ) -> Act {
    let amounts = lots.map {
      "\(wording.quantity($0.amount, $0.item.product)) lot \($0.item.lot)"
    }
    let words = ([what] + [amounts.joined(separator: ", ")]).filter { !$0.isEmpty }
    var members: [String: JSON] = [
      "entry": .integer(seq), "at": .string(at.text), "by": .string(wording.handle(by)),
      "what": .string(what),
      "lots": .array(
        lots.map { item, amount in
          [
            "product": .string(item.product.text), "lot": .string(item.lot),
            "amount": wording.json(amount, item.product),
          ]
        }),
    ]
    members["fill"] = number.map { .integer($0) }
    return Act(
      seq: seq,
      cells: [
        String(seq), wording.time(at), number.map(String.init) ?? "", wording.handle(by),
        words.joined(separator: " "),
      ],
      json: .object(members))
  }

  // MARK: JSON

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/prescription/1", "rx": .string(order.id.text),
      "standing": .string(standing), "patient": .string(wording.code(order.recipient) ?? ""),
      "product": .string(order.product.text),
      "quantity": wording.json(order.quantity, order.product),
      "issued": .string(order.issued.text), "form": .string(order.form.rawValue),
      "prescriber": .string(order.prescriber), "prescriber_dea": .string(order.prescriberDEA.text),
      "refills": .integer(order.refills), "refills_left": .integer(refillsLeft),
      "remaining": wording.json(record.closure == nil ? record.remaining : .zero, order.product),
      "acts": .array(acts.map(\.json)), "entry": .integer(record.addedBy),
      "waiting": .array(
        state.waiting(order.id).map { part in
          [
            "fill": .integer(part.number), "lot": .string(part.item.lot),
            "amount": wording.json(part.amount, part.item.product),
            "since": .string(part.since.text),
          ]
        }),
    ]
    members["days_supply"] = order.daysSupply.map { .integer($0) }
    members["last_day"] = lastDay.map { .string($0.text) }
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }
}
