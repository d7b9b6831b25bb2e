import Dispensary
import Testing

@Suite("Typed amounts")
struct TypedAmountTests {
  static let accepted: [(String, TypedAmount, echo: String)] = [
    ("0.7mL", .quantity(thousandths: 700, unit: .milliliter), "0.7 mL"),
    ("0.7 mL", .quantity(thousandths: 700, unit: .milliliter), "0.7 mL"),
    ("0.7  mL", .quantity(thousandths: 700, unit: .milliliter), "0.7 mL"),
    (" 0.7 mL ", .quantity(thousandths: 700, unit: .milliliter), "0.7 mL"),
    (".7mL", .quantity(thousandths: 700, unit: .milliliter), "0.7 mL"),
    (".75", .quantity(thousandths: 750, unit: nil), "0.75"),
    ("0.7", .quantity(thousandths: 700, unit: nil), "0.7"),
    ("0.70", .quantity(thousandths: 700, unit: nil), "0.7"),
    ("0.700", .quantity(thousandths: 700, unit: nil), "0.7"),
    ("0.001 mL", .quantity(thousandths: 1, unit: .milliliter), "0.001 mL"),
    ("5", .quantity(thousandths: 5_000, unit: nil), "5"),
    ("5.0 mL", .quantity(thousandths: 5_000, unit: .milliliter), "5 mL"),
    ("1000 mL", .quantity(thousandths: 1_000_000, unit: .milliliter), "1000 mL"),
    ("25 g", .quantity(thousandths: 25_000, unit: .gram), "25 g"),
    ("3 devices", .quantity(thousandths: 3_000, unit: .device), "3 devices"),
    ("1 device", .quantity(thousandths: 1_000, unit: .device), "1 device"),
    ("1device", .quantity(thousandths: 1_000, unit: .device), "1 device"),
    ("2{device}", .quantity(thousandths: 2_000, unit: .device), "2 devices"),
    ("0.5 tablet", .quantity(thousandths: 500, unit: .tablet), "0.5 tablets"),
    ("60 tablets", .quantity(thousandths: 60_000, unit: .tablet), "60 tablets"),
    ("1 film", .quantity(thousandths: 1_000, unit: .film), "1 film"),
    ("30 packets", .quantity(thousandths: 30_000, unit: .packet), "30 packets"),
    ("4 patches", .quantity(thousandths: 4_000, unit: .patch), "4 patches"),
    ("7 capsules", .quantity(thousandths: 7_000, unit: .capsule), "7 capsules"),
    ("70mg", .mass(micrograms: 70_000), "70 mg"),
    ("70 mg", .mass(micrograms: 70_000), "70 mg"),
    ("0.125mg", .mass(micrograms: 125), "0.125 mg"),
    ("250mcg", .mass(micrograms: 250), "0.25 mg"),
    ("250 ug", .mass(micrograms: 250), "0.25 mg"),
    ("1000000000000", .quantity(thousandths: 1_000_000_000_000_000, unit: nil), "1000000000000"),
  ]

  @Test("are read in the spellings of the counter", arguments: accepted)
  func accepts(_ row: (String, TypedAmount, echo: String)) throws {
    let amount = try TypedAmount(row.0)
    #expect(amount == row.1)
    #expect(amount.text == row.echo)
  }

  static let write = "write one number and one unit, such as `0.7 mL`"
  static let sign = "write the amount without a sign; the command says which way it goes"
  static let slipped = "look for a slipped decimal point"

  static let refused: [(String, VocabularyError.Code, text: String, hint: String)] = [
    ("", .amountMalformed, "the amount is empty", "write `0.7 mL`"),
    ("   ", .amountMalformed, "the amount is empty", "write `0.7 mL`"),
    (
      "0.1234", .amountTooPrecise, "`0.1234` has four decimals; the ledger keeps three",
      "write what was measured, such as `0.123`"
    ),
    (
      ".12345 mL", .amountTooPrecise, "`.12345` has five decimals; the ledger keeps three",
      "write what was measured, such as `0.123`"
    ),
    (
      "0.7000mL", .amountTooPrecise, "`0.7000` has four decimals; the ledger keeps three",
      "write what was measured, such as `0.700`"
    ),
    (
      "0.1234mg", .amountTooPrecise, "`0.1234` has four decimals; the ledger keeps three",
      "write what was measured, such as `0.123`"
    ),
    (
      "0.12345678901 mL", .amountTooPrecise,
      "`0.12345678901` has 11 decimals; the ledger keeps three",
      "write what was measured, such as `0.123`"
    ),
    (
      "0.5mcg", .amountTooPrecise, "`0.5` is a fraction of a microgram",
      "write a whole number of `mcg`"
    ),
    ("0.7ML", .unitUnknown, "`0.7ML` has an unknown unit, `ML`", "write `mL`"),
    ("0.7ml", .unitUnknown, "`0.7ml` has an unknown unit, `ml`", "write `mL`"),
    ("0.7 Ml", .unitUnknown, "`0.7 Ml` has an unknown unit, `Ml`", "write `mL`"),
    ("0.7cc", .unitUnknown, "`0.7cc` has an unknown unit, `cc`", "write `mL`"),
    ("0.7 CC", .unitUnknown, "`0.7 CC` has an unknown unit, `CC`", "write `mL`"),
    (
      "1 milliliter", .unitUnknown, "`1 milliliter` has an unknown unit, `milliliter`",
      "write `mL`"
    ),
    ("70MG", .unitUnknown, "`70MG` has an unknown unit, `MG`", "write `mg`"),
    ("70 Mg", .unitUnknown, "`70 Mg` has an unknown unit, `Mg`", "write `mg`"),
    ("5 gm", .unitUnknown, "`5 gm` has an unknown unit, `gm`", "write `g`"),
    ("5G", .unitUnknown, "`5G` has an unknown unit, `G`", "write `g`"),
    ("250 µg", .unitUnknown, "`250 µg` has an unknown unit, `µg`", "write `mcg`"),
    ("1L", .unitUnknown, "`1L` has an unknown unit, `L`", "write the amount in `mL`"),
    ("1kg", .unitUnknown, "`1kg` has an unknown unit, `kg`", "write the amount in `g`"),
    ("2 tabs", .unitUnknown, "`2 tabs` has an unknown unit, `tabs`", "write `tablets`"),
    ("2 Tablets", .unitUnknown, "`2 Tablets` has an unknown unit, `Tablets`", "write `tablets`"),
    ("1 strip", .unitUnknown, "`1 strip` has an unknown unit, `strip`", "write `films`"),
    ("1 spray", .unitUnknown, "`1 spray` has an unknown unit, `spray`", "write `devices`"),
    (
      "5 units", .unitUnknown, "`5 units` has an unknown unit, `units`",
      "the units are `mL`, `g`, `mg`, `mcg`, `devices`, `tablets`, `capsules`, `films`, "
        + "`patches` and `packets`"
    ),
    (
      "1e3", .amountMalformed, "`1e3` has an exponent",
      "write the number out, such as `0.5 mL`"
    ),
    (
      "5E-1mL", .amountMalformed, "`5E-1mL` has an exponent",
      "write the number out, such as `0.5 mL`"
    ),
    (
      "5 each", .unitUnknown, "`5 each` has an unknown unit, `each`",
      "the units are `mL`, `g`, `mg`, `mcg`, `devices`, `tablets`, `capsules`, `films`, "
        + "`patches` and `packets`"
    ),
    (
      "1/2 tablet", .unitUnknown, "`1/2 tablet` has an unknown unit, `/2 tablet`",
      "the units are `mL`, `g`, `mg`, `mcg`, `devices`, `tablets`, `capsules`, `films`, "
        + "`patches` and `packets`"
    ),
    ("0,7", .amountMalformed, "`0,7` has a decimal comma", "write `0.7`"),
    ("0,7 mL", .amountMalformed, "`0,7` has a decimal comma", "write `0.7`"),
    (",7mL", .amountMalformed, "`,7` has a decimal comma", "write `0.7`"),
    ("0,125 mg", .amountMalformed, "`0,125` has a decimal comma", "write `0.125`"),
    (
      "1,000 mL", .amountMalformed, "`1,000` has a thousands separator",
      "write `1000`, or a point if a decimal was meant"
    ),
    (
      "1,000,000", .amountMalformed, "`1,000,000` has a thousands separator",
      "write `1000000`, or a point if a decimal was meant"
    ),
    (
      "1'000 mL", .amountMalformed, "`1'000` has a thousands separator",
      "write `1000`, or a point if a decimal was meant"
    ),
    (
      "1_000 mL", .amountMalformed, "`1_000` has a thousands separator",
      "write `1000`, or a point if a decimal was meant"
    ),
    (
      "1 000 mL", .amountMalformed, "`1 000` has a thousands separator",
      "write `1000`, or a point if a decimal was meant"
    ),
    (
      "1,234.5 mL", .amountMalformed, "`1,234.5` has a thousands separator",
      "write `1234.5`, or a point if a decimal was meant"
    ),
    ("-0.7mL", .amountNegative, "`-0.7mL` is negative", sign),
    ("−0.7 mL", .amountNegative, "`−0.7 mL` is negative", sign),
    ("-0", .amountNegative, "`-0` is negative", sign),
    ("+0.7 mL", .amountMalformed, "`+0.7 mL` has a sign", "write `0.7 mL`"),
    (
      "0", .amountZero, "`0` is nothing",
      "leave the entry out, or record a count if none is left"
    ),
    (
      "0.000 mL", .amountZero, "`0.000 mL` is nothing",
      "leave the entry out, or record a count if none is left"
    ),
    ("5.", .amountMalformed, "`5.` ends with its point", "write `5`"),
    ("5. mL", .amountMalformed, "`5.` ends with its point", "write `5`"),
    (".", .amountMalformed, "`.` does not start with a number", write),
    ("mL", .amountMalformed, "`mL` does not start with a number", write),
    ("mL 5", .amountMalformed, "`mL 5` does not start with a number", write),
    ("half", .amountMalformed, "`half` does not start with a number", write),
    ("½ tablet", .amountMalformed, "`½ tablet` does not start with a number", write),
    ("٧ mL", .amountMalformed, "`٧ mL` does not start with a number", write),
    ("０.7", .amountMalformed, "`０.7` does not start with a number", write),
    ("\u{1B}[31m", .amountMalformed, "`?[31m` does not start with a number", write),
    (
      "0.7.1", .amountMalformed, "`0.7.1` has more than one point",
      "write one number, such as `0.7`"
    ),
    ("007 mL", .amountMalformed, "`007` has needless zeros in front", "write `7`"),
    ("00.7", .amountMalformed, "`00.7` has needless zeros in front", "write `0.7`"),
    ("00", .amountMalformed, "`00` has needless zeros in front", "write `0`"),
    (
      "1000000000000.001", .amountTooLarge,
      "`1000000000000.001` is beyond what the ledger holds", slipped
    ),
    (
      "99999999999999999", .amountTooLarge,
      "`99999999999999999` is beyond what the ledger holds", slipped
    ),
    (
      "99999999999999999999999", .amountTooLarge,
      "`99999999999999999999999` is beyond what the ledger holds", slipped
    ),
    (
      "0.7 mL and then some more of the same vial", .amountMalformed,
      "`0.7 mL and then some more of the same vial` is longer than 40 characters", write
    ),
  ]

  @Test("are refused with the right spelling", arguments: refused)
  func refuses(_ row: (String, VocabularyError.Code, text: String, hint: String)) {
    do {
      let amount = try TypedAmount(row.0)
      Issue.record("`\(row.0)` was read as \(amount)")
    } catch {
      #expect(error.code == row.1)
      #expect(error.text == row.text)
      #expect(error.hint == row.hint)
    }
  }

  @Test("may be zero where a count asks for it", arguments: ["0", "0.0 mL", "0 devices", "0mg"])
  func zero(_ text: String) throws {
    _ = try TypedAmount(text, allowZero: true)
    #expect(throws: VocabularyError(.amountZero, "")) { try TypedAmount(text) }
  }

  static let vial = "100 mg/mL"
  static let measured: [(String, String, BaseUnit, shown: String, exact: String, rounded: Bool)] = [
    ("0.7 mL", vial, .milliliter, "0.700 mL", "0.7 mL", false),
    ("0.705", vial, .milliliter, "0.705 mL", "0.705 mL", false),
    ("70mg", vial, .milliliter, "0.700 mL", "0.7 mL", false),
    ("33mg", vial, .milliliter, "0.330 mL", "0.33 mL", false),
    ("33.3mg", vial, .milliliter, "0.330 mL", "0.333 mL", true),
    ("33.5mg", vial, .milliliter, "0.340 mL", "0.335 mL", true),
    ("50mg", "28 mg/.2mL", .milliliter, "0.360 mL", "5/14 mL", true),
    ("4.5 g", ".5 g/mL", .milliliter, "9.000 mL", "9 mL", false),
    ("56mg", "28 mg/1", .device, "2.000", "2 devices", false),
    ("2", "28 mg/1", .device, "2.000", "2 devices", false),
    ("1mg", "2 mg/1", .tablet, "0.500", "0.5 tablets", false),
    ("7.5g", "7.5 g/1", .packet, "1.000", "1 packets", false),
    ("5 g", "1 g/g", .gram, "5.000 g", "5 g", false),
    ("500 mg", "1 g/g", .gram, "0.500 g", "0.5 g", false),
  ]

  @Test("become amounts of the product", arguments: measured)
  func measures(
    _ row: (String, String, BaseUnit, shown: String, exact: String, rounded: Bool)
  ) throws {
    let strength = try Strength(row.1, piece: row.2)
    let amount = try TypedAmount(row.0).measured(in: row.2, strength: strength)
    #expect(amount.quantity.description == row.shown || amount.quantity.wireText == row.shown)
    #expect(amount.quantity.unit == row.2)
    #expect(amount.exact == row.exact)
    #expect(amount.isRounded == row.rounded)
  }

  @Test("are refused where the product cannot measure them")
  func unmeasurable() throws {
    let device = try Strength("28 mg/1")
    let vial = try Strength("100 mg/mL")
    check(
      try TypedAmount("30mg").measured(in: .device, strength: device), .amountNotMeasurable,
      "`30 mg` is 15/14 devices of 28 mg/device")
    check(
      try TypedAmount("0.1mg").measured(in: .milliliter, strength: vial), .amountNotMeasurable,
      "`0.1 mg` is 0.001 mL, less than can be measured")
    check(
      try TypedAmount("70mg").measured(in: .milliliter, strength: nil), .strengthMissing,
      "`70 mg` is a mass, and the product has no strength in mL")
    check(
      try TypedAmount("2 devices").measured(in: .milliliter, strength: vial), .unitMismatch,
      "`2 devices` is in devices; the product is counted in mL")
    check(
      try TypedAmount("1000000000000 g").measured(in: .milliliter, strength: vial),
      .amountTooLarge, "`1000000000000 g` is beyond what the ledger holds")
  }
}

/// Expects a refusal with this code and text.
func check<Value>(
  _ body: @autoclosure () throws -> Value, _ code: VocabularyError.Code, _ text: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    let value = try body()
    Issue.record("was read as \(value)", sourceLocation: sourceLocation)
  } catch let error as VocabularyError {
    #expect(error.code == code, sourceLocation: sourceLocation)
    #expect(error.text == text, sourceLocation: sourceLocation)
  } catch {
    Issue.record("threw \(error)", sourceLocation: sourceLocation)
  }
}
