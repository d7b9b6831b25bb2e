/// How much drug is in a product, as an exact ratio: micrograms of the active ingredient per
/// thousandths of the base unit.
///
///     let strength = try Strength("28 mg/.2mL")              // 140 mg in 1 mL
///     let device = try strength.perPiece(of: content, .device) // 28 mg in 1 device
///
/// It reads strengths as openFDA states them: a number and `kg`, `g`, `mg`, `mcg` or `ug`, a
/// slash, an optional number and `L`, `mL`, `uL`, `kg`, `g`, `mg`, or the bare `1` that stands
/// for one piece. Percentages, units of activity and rates are refused. The listing's own text
/// is kept.
package struct Strength: Hashable, Sendable, CustomStringConvertible {
  /// Micrograms of the active ingredient in `thousandths` of a unit; never zero.
  package let micrograms: Int64
  /// Thousandths of `unit` that hold `micrograms`; the two have no common divisor.
  package let thousandths: Int64
  package let unit: BaseUnit
  /// The strength as the listing or the label states it.
  package let text: String

  /// Reads a stated strength; `piece` is what a bare `1` below the slash counts.
  package init(_ text: String, piece: BaseUnit = .device) throws(VocabularyError) {
    guard let read = Strength(reading: text, piece: piece) else {
      throw VocabularyError(
        .strengthMalformed, "\(quoted(text)) is not a strength",
        hint: "write mass per amount, such as `100 mg/mL`, `28 mg/0.2mL` or `2 mg/1`")
    }
    self = read
  }

  /// The ratio of both numbers, reduced. Nil unless both are positive and fit.
  init?(micrograms: Int128, thousandths: Int128, _ unit: BaseUnit, text: String) {
    guard micrograms > 0, thousandths > 0 else { return nil }
    let divisor = greatestCommonDivisor(micrograms, thousandths)
    guard let mass = Int64(exactly: micrograms / divisor),
      let amount = Int64(exactly: thousandths / divisor),
      mass <= VocabularyLimits.thousandths, amount <= VocabularyLimits.thousandths
    else { return nil }
    self.micrograms = mass
    self.thousandths = amount
    self.unit = unit
    self.text = text
  }

  private init?(reading text: String, piece: BaseUnit) {
    guard text.count <= VocabularyLimits.strengthCharacters else { return nil }
    let sides = text.split(separator: "/", omittingEmptySubsequences: false)
    guard sides.count == 2, let mass = Measure(sides[0], bare: false),
      let amount = Measure(sides[1], bare: true),
      let massScale = Strength.massScales[mass.unit],
      let (unit, amountScale) = Strength.amountScale(amount.unit, piece: piece)
    else { return nil }
    // Eighteen digits, nine places and nine of scale at most: 128 bits hold them.
    let places = max(mass.number.places, amount.number.places)
    guard places <= 9 else { return nil }
    self.init(
      micrograms: Int128(mass.number.digits) * massScale * power(places - mass.number.places),
      thousandths: Int128(amount.number.digits) * amountScale
        * power(places - amount.number.places),
      unit, text: text)
  }

  private static let massScales: [String: Int128] = [
    "ug": 1, "mcg": 1, "mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000,
  ]

  /// The base unit and how many thousandths of it are in one of the stated unit.
  private static func amountScale(_ unit: String, piece: BaseUnit) -> (BaseUnit, Int128)? {
    switch unit {
    case "": (piece, 1_000)
    case "mL": (.milliliter, 1_000)
    case "uL": (.milliliter, 1)
    case "L": (.milliliter, 1_000_000)
    case "g": (.gram, 1_000)
    case "mg": (.gram, 1)
    case "kg": (.gram, 1_000_000)
    default: nil
    }
  }

  /// The strength of one piece that holds `content`: 28 mg per device for 0.2 mL of 140 mg/mL.
  ///
  /// Refused if the content is not in this strength's unit or the ratio does not fit.
  package func perPiece(
    of content: Quantity, _ piece: BaseUnit
  ) throws(VocabularyError) -> Strength {
    guard content.unit == unit, content.isPositive,
      let each = Strength(
        micrograms: Int128(micrograms) * Int128(content.thousandths),
        thousandths: Int128(thousandths) * 1_000, piece, text: text)
    else {
      throw VocabularyError(
        .strengthMalformed, "`\(content)` has no mass at the strength \(quoted(text))")
    }
    return each
  }

  /// Whether the stated text names exactly `content` below its slash, as `28 mg/.2mL` does for
  /// a spray that holds 0.2 mL.
  package func isStated(per content: Quantity) -> Bool {
    guard content.unit == unit, let below = text.split(separator: "/").last,
      let amount = Measure(below, bare: true),
      let (_, scale) = Strength.amountScale(amount.unit, piece: unit)
    else { return false }
    return Int128(amount.number.digits) * scale
      == Int128(content.thousandths) * power(amount.number.places)
  }

  /// The mass of drug in `quantity`. Refused if the quantity has another unit.
  package func mass(of quantity: Quantity) throws(QuantityError) -> Mass {
    guard quantity.unit == unit else { throw .unitMismatch(quantity.unit, unit) }
    return Mass(
      numerator: Int128(micrograms) * Int128(quantity.thousandths),
      denominator: Int128(thousandths))
  }

  /// The exact number of thousandths of the base unit that hold `micrograms`, as a fraction.
  func amount(ofMicrograms mass: Int64) -> Fraction {
    Fraction(Int128(mass) * Int128(thousandths), Int128(micrograms))
  }

  /// `100 mg/mL`, `28 mg/device`: what one unit holds, without needless zeros.
  package var description: String {
    let each = Mass(
      numerator: Int128(micrograms) * 1_000, denominator: Int128(thousandths))
    return "\(each)/\(unit.singular)"
  }
}

/// A mass of drug, exact to any fraction of a microgram, shown in milligrams.
package struct Mass: Hashable, Sendable, CustomStringConvertible {
  private let micrograms: Fraction

  init(numerator: Int128, denominator: Int128) {
    micrograms = Fraction(numerator, denominator)
  }

  /// Whether three decimals of a milligram cannot state the mass exactly.
  package var isRounded: Bool { micrograms.denominator != 1 }

  /// The number of milligrams with up to three decimals and no needless zeros, halves rounded
  /// away from zero: `70`, `0.333`.
  package var milligrams: String {
    let nearest = micrograms.rounded(toMultipleOf: 1)
    return (nearest < 0 ? "-" : "") + shortDecimal(UInt64(nearest.magnitude))
  }

  /// Whole micrograms, or nil if there is a fraction or the number is out of range.
  package var wholeMicrograms: Int64? {
    isRounded ? nil : Int64(exactly: micrograms.numerator)
  }

  /// `70 mg`, and `about 0.333 mg` where three decimals are not exact.
  package var description: String { "\(isRounded ? "about " : "")\(milligrams) mg" }
}

/// A fraction in lowest terms with a positive denominator.
struct Fraction: Hashable, Sendable {
  let numerator: Int128
  let denominator: Int128

  init(_ numerator: Int128, _ denominator: Int128) {
    precondition(denominator > 0, "a fraction has a positive denominator")
    let divisor = max(1, greatestCommonDivisor(numerator, denominator))
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// The nearest whole multiple of `step`; halves go away from zero.
  func rounded(toMultipleOf step: Int128) -> Int128 {
    let whole = denominator * step
    let size = numerator < 0 ? -numerator : numerator
    let steps = (2 * size + whole) / (2 * whole)
    return (numerator < 0 ? -steps : steps) * step
  }

  /// This many thousandths, written exactly: a decimal where it ends within six places,
  /// otherwise a fraction such as `5/14`.
  var exactTextOfThousandths: String {
    let whole = Fraction(numerator, denominator * 1_000)
    guard 1_000_000 % whole.denominator == 0 else {
      return "\(whole.numerator)/\(whole.denominator)"
    }
    let millionths = whole.numerator * (1_000_000 / whole.denominator)
    var decimals = String((millionths % 1_000_000).magnitude)
    decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
    while decimals.last == "0" { decimals.removeLast() }
    let integer = "\(millionths < 0 ? "-" : "")\((millionths / 1_000_000).magnitude)"
    return decimals.isEmpty ? integer : "\(integer).\(decimals)"
  }
}

/// One side of a strength: a number, which may be missing below the slash, and a unit.
private struct Measure {
  let number: DecimalText
  let unit: String

  init?(_ text: Substring, bare: Bool) {
    let side = trimmed(text)
    let digits = side.prefix { $0 == "." || ("0"..."9").contains($0) }
    let unit = trimmed(side.dropFirst(digits.count))
    guard let number = DecimalText(digits.isEmpty && bare && !unit.isEmpty ? "1" : digits)
    else { return nil }
    self.number = number
    self.unit = String(unit)
  }
}

/// The text without ASCII spaces at its ends.
func trimmed(_ text: some StringProtocol) -> Substring {
  var rest = Substring(text)
  while rest.first == " " { rest.removeFirst() }
  while rest.last == " " { rest.removeLast() }
  return rest
}

private func power(_ exponent: Int) -> Int128 {
  (0..<exponent).reduce(Int128(1)) { value, _ in value * 10 }
}
