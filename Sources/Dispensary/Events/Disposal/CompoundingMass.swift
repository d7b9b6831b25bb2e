extension CompoundingFinished {
  /// The mass of drug in the yield is that of its ingredients less what was lost, exactly, but for
  /// what the smallest step of an amount cannot say.
  ///
  /// GAP: one controlled substance a batch. A batch of two would need a strength for each, and a
  /// product states one.
  func massFaults(in state: State) -> [EventFault] {
    guard let made = state.products[yield.item.product] else { return [] }
    var sum = Fraction(0, 1)
    var step = made.strength.perThousandth
    for line in ingredients {
      guard let product = state.products[line.item.product] else { return [] }
      if let fault = CompoundingFinished.otherSubstance(product, made) { return [fault] }
      guard let mass = product.strength.micrograms(in: line.used), let total = sum.plus(mass) else {
        return [CompoundingFinished.tooLarge]
      }
      sum = total
      if let larger = step.minus(product.strength.perThousandth), larger.numerator < 0 {
        step = product.strength.perThousandth
      }
    }
    guard let out = made.strength.micrograms(in: yield.amount), let rest = sum.minus(out),
      let over = step.minus(rest)
    else { return [CompoundingFinished.tooLarge] }
    return rest.numerator >= 0 && over.numerator > 0 ? [] : [unclosed(sum, out, rest, in: state)]
  }

  private func unclosed(
    _ sum: Fraction, _ out: Fraction, _ rest: Fraction, in state: State
  ) -> EventFault {
    EventFault(
      "the yield holds \(out.mass), and its ingredients, less what was lost, \(sum.mass)",
      hint: rest.numerator < 0
        ? "read the yield and the strength on its formula again"
        : "name the \(rest.mass) that is not in the yield, as dead space or waste"
          + explanation(rest, in: state))
  }

  /// How much of the first ingredient the mass comes to, where its amounts can say it.
  private func explanation(_ rest: Fraction, in state: State) -> String {
    guard let line = ingredients.first, let product = state.products[line.item.product],
      let micrograms = Int64(exactly: rest.rounded(toMultipleOf: 1)),
      let amount = Int64(
        exactly: product.strength.amount(ofMicrograms: micrograms).rounded(toMultipleOf: 1)),
      amount > 0, amount <= Amount.limit
    else { return "" }
    let shown = state.shown(Amount(thousandths: amount), product)
    return ": \(shown) of lot `\(line.item.lot)`"
  }

  private static let tooLarge = EventFault("the masses of the batch are beyond reckoning")

  /// Whether two products state the mass of one substance; salts differ only where both name one.
  private static func otherSubstance(_ product: Product, _ made: Product) -> EventFault? {
    guard let left = product.substances.first, let right = made.substances.first else { return nil }
    let isSame =
      left.name == right.name
      && (left.salt == nil || right.salt == nil || left.salt == right.salt)
    return isSame
      ? nil
      : EventFault(
        "`\(product.id.text)` holds \(left.text), and `\(made.id.text)` holds \(right.text)",
        hint: "a batch is made of the substance that its strength states")
  }
}

extension Strength {
  /// Micrograms in the smallest step of an amount.
  fileprivate var perThousandth: Fraction { Fraction(Int128(micrograms), Int128(thousandths)) }

  /// The exact mass in an amount; `nil` beyond 128 bits.
  fileprivate func micrograms(in amount: Amount) -> Fraction? {
    let (mass, overflow) = Int128(micrograms).multipliedReportingOverflow(
      by: Int128(amount.thousandths))
    return overflow ? nil : Fraction(mass, Int128(thousandths))
  }
}

extension Fraction {
  fileprivate var mass: String {
    Mass(numerator: numerator, denominator: denominator).description
  }

  /// The sum; `nil` beyond 128 bits.
  fileprivate func plus(_ other: Fraction) -> Fraction? {
    let left = numerator.multipliedReportingOverflow(by: other.denominator)
    let right = other.numerator.multipliedReportingOverflow(by: denominator)
    let sum = left.partialValue.addingReportingOverflow(right.partialValue)
    let below = denominator.multipliedReportingOverflow(by: other.denominator)
    guard !left.overflow, !right.overflow, !sum.overflow, !below.overflow else { return nil }
    return Fraction(sum.partialValue, below.partialValue)
  }

  fileprivate func minus(_ other: Fraction) -> Fraction? {
    plus(Fraction(-other.numerator, other.denominator))
  }
}
