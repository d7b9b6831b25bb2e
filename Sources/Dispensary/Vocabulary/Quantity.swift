/// An amount of one product: a whole number of thousandths of its base unit.
///
/// Quantities never round, and may be negative where they state a change. Arithmetic across
/// units is refused with ``QuantityError/unitMismatch(_:_:)``, and beyond
/// ``VocabularyLimits/thousandths`` with ``QuantityError/overflow``.
///
///     let drawn = try Quantity(thousandths: 700, .milliliter)
///     drawn.description   // 0.700 mL
///     drawn.wireText      // 0.700
package struct Quantity: Hashable, Sendable, CustomStringConvertible {
  /// Thousandths of `unit`.
  package let thousandths: Int64
  package let unit: BaseUnit

  package init(thousandths: Int64, _ unit: BaseUnit) throws(QuantityError) {
    guard thousandths.magnitude <= VocabularyLimits.thousandths.magnitude else {
      throw .overflow
    }
    self.init(checked: thousandths, unit)
  }

  /// So many whole units: `try Quantity(3, .device)`.
  package init(_ whole: Int64, _ unit: BaseUnit) throws(QuantityError) {
    let (thousandths, overflow) = whole.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { throw .overflow }
    try self.init(thousandths: thousandths, unit)
  }

  private init(checked thousandths: Int64, _ unit: BaseUnit) {
    self.thousandths = thousandths
    self.unit = unit
  }

  /// None of a product that is counted in `unit`.
  package static func zero(_ unit: BaseUnit) -> Quantity { Quantity(checked: 0, unit) }

  package var isZero: Bool { thousandths == 0 }
  package var isNegative: Bool { thousandths < 0 }
  package var isPositive: Bool { thousandths > 0 }
  /// Whether the amount is a whole number of units.
  package var isWhole: Bool { thousandths.isMultiple(of: 1_000) }
  /// The same amount with the other sign.
  package var negated: Quantity { Quantity(checked: -thousandths, unit) }
  /// The same amount without its sign.
  package var magnitude: Quantity { isNegative ? negated : self }

  package func adding(_ other: Quantity) throws(QuantityError) -> Quantity {
    guard unit == other.unit else { throw .unitMismatch(unit, other.unit) }
    // Two numbers within the limit cannot overflow 64 bits; the initializer checks the limit.
    return try Quantity(thousandths: thousandths + other.thousandths, unit)
  }

  package func subtracting(_ other: Quantity) throws(QuantityError) -> Quantity {
    try adding(other.negated)
  }

  /// So many times this amount: ten vials of 5 mL.
  package func times(_ count: Int64) throws(QuantityError) -> Quantity {
    let (product, overflow) = thousandths.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .overflow }
    return try Quantity(thousandths: product, unit)
  }

  /// -1, 0 or 1 as this amount is less than, equal to or greater than `other`.
  package func compared(to other: Quantity) throws(QuantityError) -> Int {
    guard unit == other.unit else { throw .unitMismatch(unit, other.unit) }
    return Int((thousandths - other.thousandths).signum())
  }

  /// The decimal number with exactly three places, as the ledger writes it: `-0.100`.
  package var wireText: String {
    let size = thousandths.magnitude
    let sign = isNegative ? "-" : ""
    return "\(sign)\(size / 1_000).\(paddedThousandths(size % 1_000))"
  }

  /// Reads ``wireText`` back and refuses every other spelling.
  package init(wireText: String, _ unit: BaseUnit) throws(VocabularyError) {
    var digits = Substring(wireText)
    let negative = digits.first == "-"
    if negative { digits = digits.dropFirst() }
    let decimal = DecimalText(digits)
    guard let decimal, decimal.places == 3,
      let read = try? Quantity(thousandths: negative ? -decimal.digits : decimal.digits, unit),
      read.wireText == wireText
    else {
      throw VocabularyError(
        .amountMalformed, "\(quoted(wireText)) is not an amount with exactly three decimals")
    }
    self = read
  }

  /// `0.700 mL`, `3 devices`, `0.5 tablets`: three places for what is measured, and a fraction
  /// only where there is one for what is counted.
  package var description: String {
    guard unit.isCounted else { return "\(wireText) \(unit.singular)" }
    return "\(shortNumber) \(thousandths.magnitude == 1_000 ? unit.singular : unit.plural)"
  }

  /// The number alone without needless zeros: `0.7`, `3`.
  package var shortNumber: String {
    (isNegative ? "-" : "") + shortDecimal(UInt64(thousandths.magnitude))
  }
}

/// Why two quantities could not be reckoned together. Both are the caller's mistake or a
/// figure out of this world; no amount is ever adjusted to avoid them.
package enum QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  case unitMismatch(BaseUnit, BaseUnit)
  case overflow

  package var text: String {
    switch self {
    case .unitMismatch(let left, let right):
      "an amount in `\(left.plural)` cannot be reckoned with one in `\(right.plural)`"
    case .overflow:
      "the amount is beyond what the ledger holds, `1000000000000` units"
    }
  }

  package var hint: String? {
    switch self {
    case .unitMismatch: "every amount of one product has the product's own unit"
    case .overflow: "look for a slipped decimal point"
    }
  }

  package var description: String { text }
}

func paddedThousandths(_ value: UInt64) -> String {
  let digits = String(value)
  return String(repeating: "0", count: 3 - digits.count) + digits
}

/// A number of thousandths without needless zeros: 700 is `0.7`.
func shortDecimal(_ thousandths: UInt64) -> String {
  guard !thousandths.isMultiple(of: 1_000) else { return String(thousandths / 1_000) }
  var text = "\(thousandths / 1_000).\(paddedThousandths(thousandths % 1_000))"
  while text.last == "0" { text.removeLast() }
  return text
}
