package import Notation

/// A draw is diluted, to be infused: so much drug in so many milliliters.
///
/// The drug stays in the draw. What is infused afterwards is a share of what the draw held now.
package struct Preparation: Event {
  package static let type = "draw.prepare"
  package static let isPhysical = true
  package static let isReversible = true

  package var draw: DrawID
  package var item: Item
  /// All that the draw holds, in the product's unit.
  package var quantity: Amount
  /// What it is diluted in, in the one spelling of ``Diluent``.
  package var diluent: String
  /// The whole volume with drug and line, in thousandths of a milliliter.
  package var total: Amount
  /// Not to be started at or after this time.
  package var beyondUse: Instant

  package init(
    draw: DrawID, item: Item, quantity: Amount, diluent: String, total: Amount,
    beyondUse: Instant
  ) {
    self.draw = draw
    self.item = item
    self.quantity = quantity
    self.diluent = diluent
    self.total = total
    self.beyondUse = beyondUse
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    draw = try fields.value("draw")
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    diluent = try fields.text("diluent")
    total = try fields.amount("total")
    guard let beyondUse = try fields.optionalInstant("beyond_use") else {
      throw fields.fault("beyond_use", "is missing")
    }
    self.beyondUse = beyondUse
  }

  package var members: Members {
    var members = Members()
    members.put("draw", draw)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("diluent", diluent)
    members.put("total", total)
    members.put("beyond_use", beyondUse)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = DrawPart.faults(draw, item, quantity, "diluted", in: state)
    faults += Diluent.faults(diluent)
    faults += Known.positive(total, "the volume of an infusion")
    guard let record = state.draws[draw], faults.isEmpty else { return faults }
    let left = state.remaining(record)
    if record.preparation != nil {
      faults.append(EventFault("draw `\(draw.text)` is diluted already"))
    }
    if quantity != left {
      let shown = state.shown(left, state.products[item.product])
      faults.append(EventFault("draw `\(draw.text)` is diluted whole, with \(shown)"))
    }
    if state.products[item.product]?.baseUnit == .milliliter, total < quantity {
      faults.append(
        EventFault(
          "\(total.wire) mL in all is less than the \(quantity.wire) mL of drug in it",
          hint: "the total is drug, diluent and line together"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.draws[draw]?.preparation = DrawRecord.Preparation(
      held: quantity, diluent: diluent, total: total, beyondUse: beyondUse, at: entry.occurredAt,
      by: entry.by)
    state.touched.draws.insert(draw)
  }

  package func undo(in state: inout State) {
    state.draws[draw]?.preparation = nil
    state.touched.draws.insert(draw)
  }
}

/// A part of an infusion: so many milliliters of so many.
package struct Infusion: Hashable, Sendable {
  /// Thousandths of a milliliter that went in.
  package var infused: Amount
  /// The volume that was prepared.
  package var total: Amount

  package init(infused: Amount, total: Amount) {
    self.infused = infused
    self.total = total
  }

  /// The drug in it, of what was `held` when it was prepared: rounded to a thousandth of the unit,
  /// halves to the even one.
  package func share(of held: Amount) -> Amount {
    guard total.isPositive else { return .zero }
    let product = Int128(held.thousandths) * Int128(infused.thousandths)
    let divisor = Int128(total.thousandths)
    let (whole, rest) = product.quotientAndRemainder(dividingBy: divisor)
    let isUp = rest * 2 > divisor || (rest * 2 == divisor && !whole.isMultiple(of: 2))
    return Amount(thousandths: Int64(clamping: whole + (isUp ? 1 : 0)))
  }
}

extension Product {
  /// The drug in each milliliter of a dilution, `0.7 mg/mL`; `about` where three decimals do not
  /// hold it, and `nil` where the drug's mass is not a whole number of micrograms.
  package func concentration(of held: Amount, in total: Amount) -> String? {
    guard total.isPositive, let mass = try? strength.mass(of: quantity(held)),
      let micrograms = mass.wholeMicrograms
    else { return nil }
    let milliliter = Infusion(infused: Amount(thousandths: 1_000), total: total)
    let each = milliliter.share(of: Amount(thousandths: micrograms)).thousandths
    let isExact = Int128(each) * Int128(total.thousandths) == Int128(micrograms) * 1_000
    return "\(isExact ? "" : "about ")\(shortDecimal(each.magnitude)) mg/mL"
  }
}

extension State {
  /// How much drug a part of an infusion is; the part that ends it takes all that is left.
  package func drug(in infusion: Infusion, of draw: DrawRecord) -> Amount? {
    guard let prepared = draw.preparation else { return nil }
    let left = remaining(draw)
    if prepared.infused + infusion.infused == prepared.total { return left }
    return min(infusion.share(of: prepared.held), left)
  }

  func infusionFaults(
    _ infusion: Infusion?, _ quantity: Amount, of draw: DrawRecord
  ) -> [EventFault] {
    guard let infusion else {
      guard let prepared = draw.preparation else { return [] }
      return [
        EventFault(
          "draw `\(draw.id.text)` is diluted to \(prepared.total.wire) mL, and how much of that was "
            + "infused is not said", hint: "such as `--infused 58mL`, or `rest`")
      ]
    }
    guard let prepared = draw.preparation else {
      return [
        EventFault(
          "draw `\(draw.id.text)` is not prepared for an infusion",
          hint: "`custody prepare \(draw.id.text)` says in what and how much")
      ]
    }
    var faults = Known.positive(infusion.infused, "the volume infused")
    let left = prepared.total - prepared.infused
    if infusion.infused > left {
      faults.append(
        EventFault(
          "\(infusion.infused.wire) mL would be infused, and \(left.wire) mL of "
            + "\(prepared.total.wire) mL are left",
          hint: "write the volume that really went in", kind: .notEnough))
    } else if infusion.total != prepared.total || drug(in: infusion, of: draw) != quantity {
      faults.append(
        EventFault(
          "\(quantity.wire) is not what \(infusion.infused.wire) mL of \(infusion.total.wire) mL "
            + "hold"))
    }
    return faults
  }
}
