/// An amount as somebody typed it, before the product says what it is an amount of.
///
///     try TypedAmount("0.7 mL")   // .quantity(thousandths: 700, unit: .milliliter)
///     try TypedAmount("0.7")      // .quantity(thousandths: 700, unit: nil)
///     try TypedAmount("70mg")     // .mass(micrograms: 70_000)
///
/// A missing leading zero is accepted, because the amount is echoed with it. Signs, commas,
/// thousands separators, exponents, needless zeros in front and more than three decimals are
/// refused with the right spelling as a hint. UCUM knows one spelling of the milliliter, and
/// so do we: `ml`, `ML` and `cc` are refused here. The desk writes them as `mL` first, and says so.
package enum TypedAmount: Hashable, Sendable {
  /// Thousandths of a unit; nil is the product's own unit. Grams may turn out to be a mass of
  /// drug once the product is known.
  case quantity(thousandths: Int64, unit: BaseUnit?)
  /// An exact mass of drug.
  case mass(micrograms: Int64)

  /// Reads what was typed. Zero is an amount only where `allowZero` says so: in a count.
  package init(_ typed: String, allowZero: Bool = false) throws(VocabularyError) {
    let text = String(trimmed(typed))
    try AmountSpelling.refuseStrange(text)
    let number = String(text.prefix { $0 == "." || ("0"..."9").contains($0) })
    let word = String(trimmed(text.dropFirst(number.count)))
    try AmountSpelling.refuseNumber(number, in: text)
    try AmountSpelling.refuseExponent(word, in: text)
    let unit = try AmountUnit(word, in: text)
    guard let value = DecimalText(number)?.whole(shiftedBy: unit.shift) else {
      // More than three decimals have been refused, so only micrograms can have too many.
      let isFraction = unit.shift == 0 && number.contains(".")
      throw isFraction ? AmountSpelling.fractionOfMicrogram(number) : AmountSpelling.tooLarge(text)
    }
    guard value <= VocabularyLimits.thousandths else { throw AmountSpelling.tooLarge(text) }
    guard value > 0 || allowZero else {
      throw VocabularyError(
        .amountZero, "\(quoted(text)) is nothing",
        hint: "leave the entry out, or record a count if none is left")
    }
    self =
      switch unit {
      case .base(let base): .quantity(thousandths: value, unit: base)
      case .milligram, .microgram: .mass(micrograms: value)
      }
  }

  /// What was typed as an amount of a product that is counted in `unit`.
  ///
  /// A mass needs the product's strength. What is measured is rounded to the nearest multiple
  /// of `step` thousandths, halves up, because a syringe has marks; the result says so, and
  /// the desk echoes it. What is counted is never rounded: `30mg` of a 28 mg device is refused.
  package func measured(
    in unit: BaseUnit, strength: Strength?, step: Int64 = 10
  ) throws(VocabularyError) -> MeasuredAmount {
    precondition(step > 0, "a measure has marks")
    switch self {
    case .quantity(let thousandths, nil):
      return MeasuredAmount(try quantity(thousandths, unit))
    case .quantity(let thousandths, let typed?) where typed == unit:
      return MeasuredAmount(try quantity(thousandths, unit))
    case .quantity(let thousandths, .gram):
      let (micrograms, overflow) = thousandths.multipliedReportingOverflow(by: 1_000)
      guard !overflow else { throw AmountSpelling.tooLarge(text) }
      return try measured(micrograms, unit, strength, step)
    case .quantity(_, let typed?):
      throw VocabularyError(
        .unitMismatch, "`\(text)` is in \(typed.plural); the product is counted in \(unit.plural)",
        hint: "write the amount in \(unit.plural) or as a mass in `mg`")
    case .mass(let micrograms):
      return try measured(micrograms, unit, strength, step)
    }
  }

  /// The amount in one spelling, with its leading zero: `0.7 mL`, `70 mg`.
  package var text: String {
    switch self {
    case .quantity(let thousandths, let unit):
      let number = shortDecimal(thousandths.magnitude)
      guard let unit else { return number }
      return "\(number) \(thousandths == 1_000 ? unit.singular : unit.plural)"
    case .mass(let micrograms): return "\(shortDecimal(micrograms.magnitude)) mg"
    }
  }

  private func quantity(
    _ thousandths: Int64, _ unit: BaseUnit
  ) throws(VocabularyError) -> Quantity {
    do { return try Quantity(thousandths: thousandths, unit) } catch {
      throw AmountSpelling.tooLarge(text)
    }
  }

  private func measured(
    _ micrograms: Int64, _ unit: BaseUnit, _ strength: Strength?, _ step: Int64
  ) throws(VocabularyError) -> MeasuredAmount {
    guard let strength, strength.unit == unit else {
      throw VocabularyError(
        .strengthMissing, "`\(text)` is a mass, and the product has no strength in \(unit.plural)",
        hint: "write the amount in \(unit.plural)")
    }
    let exact = strength.amount(ofMicrograms: micrograms)
    if unit.isCounted, exact.denominator != 1 {
      throw VocabularyError(
        .amountNotMeasurable,
        "`\(text)` is \(exact.exactTextOfThousandths) \(unit.plural) of \(strength)",
        hint: "write the number of \(unit.plural)")
    }
    let nearest = exact.rounded(toMultipleOf: unit.isCounted ? 1 : Int128(step))
    guard let thousandths = Int64(exactly: nearest) else { throw AmountSpelling.tooLarge(text) }
    guard thousandths > 0 || micrograms == 0 else {
      throw VocabularyError(
        .amountNotMeasurable,
        "`\(text)` is \(exact.exactTextOfThousandths) \(unit.plural), less than can be measured",
        hint: "write the amount in \(unit.plural)")
    }
    return MeasuredAmount(
      try quantity(thousandths, unit),
      exact: "\(exact.exactTextOfThousandths) \(unit.plural)",
      isRounded: exact != Fraction(nearest, 1))
  }
}

/// A typed amount as the product measures it.
package struct MeasuredAmount: Hashable, Sendable {
  package let quantity: Quantity
  /// The amount before rounding, exactly: `0.7 mL`, `5/14 mL`.
  package let exact: String
  /// Whether `quantity` differs from `exact`.
  package let isRounded: Bool

  init(_ quantity: Quantity) {
    self.init(
      quantity, exact: "\(quantity.shortNumber) \(quantity.unit.plural)", isRounded: false)
  }

  init(_ quantity: Quantity, exact: String, isRounded: Bool) {
    self.quantity = quantity
    self.exact = exact
    self.isRounded = isRounded
  }
}

/// The unit behind a typed number. `shift` is how many decimals the ledger keeps of it.
private enum AmountUnit {
  case base(BaseUnit?)
  case milligram
  case microgram

  init(_ word: String, in text: String) throws(VocabularyError) {
    switch word {
    case "": self = .base(nil)
    case "mg": self = .milligram
    case "mcg", "ug": self = .microgram
    default:
      guard let unit = BaseUnit(word: word) else {
        throw VocabularyError(
          .unitUnknown, "\(quoted(text)) has an unknown unit, \(quoted(word))",
          hint: AmountUnit.hint(for: word))
      }
      self = .base(unit)
    }
  }

  var shift: Int {
    switch self {
    case .base, .milligram: 3
    case .microgram: 0
    }
  }

  private static func hint(for word: String) -> String {
    switch word.lowercased() {
    case "ml", "mls", "cc", "ccm", "cm3", "milliliter", "milliliters", "millilitre",
      "millilitres":
      "write `mL`"
    case "mg", "mgs", "milligram", "milligrams": "write `mg`"
    case "g", "gm", "gms", "gr", "gram", "grams": "write `g`"
    case "mcg", "ug", "µg", "μg", "mcgs", "microgram", "micrograms": "write `mcg`"
    case "l", "liter", "liters", "dl", "cl": "write the amount in `mL`"
    case "kg": "write the amount in `g`"
    case "tab", "tabs", "tablets", "tablet": "write `tablets`"
    case "cap", "caps", "capsule", "capsules": "write `capsules`"
    case "film", "films", "strip", "strips": "write `films`"
    case "packet", "packets", "sachet", "sachets": "write `packets`"
    case "device", "devices", "spray", "sprays", "syringe", "syringes": "write `devices`"
    case "patch", "patches": "write `patches`"
    default:
      "the units are `mL`, `g`, `mg`, `mcg`, `devices`, `tablets`, `capsules`, "
        + "`films`, `patches` and `packets`"
    }
  }
}

/// The spellings that are refused, and what to write instead.
private enum AmountSpelling {
  static func refuseStrange(_ text: String) throws(VocabularyError) {
    guard !text.isEmpty else {
      throw VocabularyError(.amountMalformed, "the amount is empty", hint: "write `0.7 mL`")
    }
    guard text.count <= VocabularyLimits.amountCharacters else {
      throw VocabularyError(
        .amountMalformed,
        "\(quoted(text)) is longer than \(VocabularyLimits.amountCharacters) characters",
        hint: "write one number and one unit, such as `0.7 mL`")
    }
    if let first = text.first, first == "-" || first == "−" || first == "–" {
      throw VocabularyError(
        .amountNegative, "\(quoted(text)) is negative",
        hint: "write the amount without a sign; the command says which way it goes")
    }
    if text.first == "+" {
      throw VocabularyError(
        .amountMalformed, "\(quoted(text)) has a sign", hint: "write \(quoted(without("+", text)))")
    }
    try refuseSeparators(text)
  }

  /// Commas, apostrophes, underscores and spaces between digits.
  private static func refuseSeparators(_ text: String) throws(VocabularyError) {
    let number = text.prefix { isDigit($0) || ".,'’_  \u{202F}".contains($0) }
    let inner = trimmed(number)
    guard let mark = inner.first(where: { !isDigit($0) && $0 != "." }) else { return }
    let parts = inner.split(separator: mark, omittingEmptySubsequences: false)
    let bare = inner.filter { isDigit($0) || $0 == "." }
    let thousands =
      mark != "," || parts.count > 2
      || (parts[0] != "0" && !parts[0].isEmpty && parts[1].prefix { isDigit($0) }.count == 3)
    guard thousands else {
      throw VocabularyError(
        .amountMalformed, "\(quoted(String(inner))) has a decimal comma",
        hint: "write `\(parts[0].isEmpty ? "0" : parts[0]).\(parts[1])`")
    }
    throw VocabularyError(
      .amountMalformed, "\(quoted(String(inner))) has a thousands separator",
      hint: "write `\(bare)`, or a point if a decimal was meant")
  }

  static func refuseNumber(_ number: String, in text: String) throws(VocabularyError) {
    guard !number.isEmpty, number != "." else {
      throw VocabularyError(
        .amountMalformed, "\(quoted(text)) does not start with a number",
        hint: "write one number and one unit, such as `0.7 mL`")
    }
    guard number.filter({ $0 == "." }).count <= 1 else {
      throw VocabularyError(
        .amountMalformed, "\(quoted(number)) has more than one point",
        hint: "write one number, such as `0.7`")
    }
    guard number.last != "." else {
      throw VocabularyError(
        .amountMalformed, "\(quoted(number)) ends with its point",
        hint: "write `\(number.dropLast())`")
    }
    let digits = number.utf8.count
    if digits > 1, number.first == "0", number.dropFirst().first != "." {
      let bare = number.drop { $0 == "0" }
      let right = bare.isEmpty ? "0" : bare.first == "." ? "0\(bare)" : String(bare)
      throw VocabularyError(
        .amountMalformed, "\(quoted(number)) has needless zeros in front",
        hint: "write `\(right)`")
    }
    let places = number.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    if let count = places.first?.count, count > 3 { throw tooPrecise(number, places: count) }
    if digits > 17 { throw tooLarge(text) }
  }

  /// `1e3`, `5e-1mL`: what follows the number is no unit.
  static func refuseExponent(_ word: String, in text: String) throws(VocabularyError) {
    guard word.first == "e" || word.first == "E" else { return }
    let rest = word.dropFirst()
    let digits = rest.first == "-" || rest.first == "+" ? rest.dropFirst() : rest
    guard let first = digits.first, isDigit(first) else { return }
    throw VocabularyError(
      .amountMalformed, "\(quoted(text)) has an exponent",
      hint: "write the number out, such as `0.5 mL`")
  }

  private static func tooPrecise(_ number: String, places: Int) -> VocabularyError {
    // Less than the ledger keeps is no amount to suggest.
    let kept = number.dropLast(places - 3)
    let shorter = kept.contains { ("1"..."9").contains($0) } ? kept : "0.001"
    return VocabularyError(
      .amountTooPrecise,
      "\(quoted(number)) has \(counted(places)) decimals; the ledger keeps three",
      hint: "write what was measured, such as `\(shorter.first == "." ? "0" : "")\(shorter)`")
  }

  static func fractionOfMicrogram(_ number: String) -> VocabularyError {
    VocabularyError(
      .amountTooPrecise, "\(quoted(number)) is a fraction of a microgram",
      hint: "write a whole number of `mcg`")
  }

  static func tooLarge(_ text: String) -> VocabularyError {
    VocabularyError(
      .amountTooLarge, "\(quoted(text)) is beyond what the ledger holds",
      hint: "look for a slipped decimal point")
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func without(_ mark: Character, _ text: String) -> String {
    String(text.filter { $0 != mark })
  }

  private static func counted(_ number: Int) -> String {
    let words = ["four", "five", "six", "seven", "eight", "nine"]
    return (4...9).contains(number) ? words[number - 4] : String(number)
  }
}
