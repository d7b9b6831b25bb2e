extension Product {
  /// An amount with this product's unit.
  package func quantity(_ amount: Amount) -> Quantity {
    // Amount.limit is the limit of quantities too, so that this cannot fail.
    (try? Quantity(thousandths: amount.thousandths, baseUnit)) ?? .zero(baseUnit)
  }

  /// How much more than its label a container of this size may yield.
  package func overfillCap(of size: Amount) -> Amount {
    baseUnit.isCounted ? .zero : Amount(thousandths: overfillCap(of: quantity(size)).thousandths)
  }

  package var countsWholeUnits: Bool { baseUnit.isCounted }
}

extension Quantity {
  package var amount: Amount { Amount(thousandths: thousandths) }
}
