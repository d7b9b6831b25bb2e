import Dispensary
import Testing

@Suite("Strengths")
struct StrengthTests {
  static let stated: [(String, BaseUnit, micrograms: Int64, per: Int64, shown: String)] = [
    ("100 mg/mL", .milliliter, 100, 1, "100 mg/mL"),
    ("10 mg/mL", .milliliter, 10, 1, "10 mg/mL"),
    ("28 mg/.2mL", .milliliter, 140, 1, "140 mg/mL"),
    ("20.25 mg/1.25g", .gram, 81, 5, "16.2 mg/g"),
    ("64 mg/.18mL", .milliliter, 3_200, 9, "about 355.556 mg/mL"),
    ("2 mg/1", .device, 2, 1, "2 mg/device"),
    ("7.5 g/1", .device, 7_500, 1, "7500 mg/device"),
    (".5 g/mL", .milliliter, 500, 1, "500 mg/mL"),
    ("1 g/g", .gram, 1_000, 1, "1000 mg/g"),
    ("1 kg/kg", .gram, 1_000, 1, "1000 mg/g"),
    ("20 mg/100uL", .milliliter, 200, 1, "200 mg/mL"),
    ("100 mg/.5mL", .milliliter, 200, 1, "200 mg/mL"),
    ("10 mg/g", .gram, 10, 1, "10 mg/g"),
    ("300 ug/mL", .milliliter, 3, 10, "0.3 mg/mL"),
    ("0.5mcg/mL", .milliliter, 1, 2_000, "about 0.001 mg/mL"),
    ("5 g/L", .milliliter, 5, 1, "5 mg/mL"),
  ]

  @Test("are exact ratios", arguments: stated)
  func ratio(
    _ row: (String, BaseUnit, micrograms: Int64, per: Int64, shown: String)
  ) throws {
    let strength = try Strength(row.0)
    #expect(strength.unit == row.1)
    #expect(strength.micrograms == row.micrograms)
    #expect(strength.thousandths == row.per)
    #expect(strength.text == row.0)
    #expect(strength.description == row.shown)
  }

  @Test(
    "that are none are refused",
    arguments: [
      "", "/", "100", "100 mg", "100 mg/", "mg/mL", "0 mg/mL", "1 mg/0mL", "1 mg/mL/mL", "1 %/mL",
      "100 [iU]/mL", "5 ug/h", "1 mg/dL", "1,000 mg/mL", "1e3 mg/mL", "-1 mg/mL", "1 MG/mL",
      "1 mg/ML", "1 mg/1 2", "1. mg/mL", "1 1/mL", "9999999999999999999 mg/mL",
      "1000000000000 kg/mL",
    ])
  func refused(_ text: String) {
    check(try Strength(text), .strengthMalformed, "`\(text)` is not a strength")
  }

  @Test("tell the mass of a piece")
  func pieces() throws {
    let spray = try Strength("28 mg/.2mL")
      .perPiece(of: Quantity(thousandths: 200, .milliliter), .device)
    #expect(spray.description == "28 mg/device" && spray.text == "28 mg/.2mL")
    #expect(try spray.mass(of: Quantity(3, .device)).description == "84 mg")
    let gel = try Strength("10 mg/g").perPiece(of: Quantity(thousandths: 2_500, .gram), .packet)
    #expect(gel.description == "25 mg/packet")
    let depot = try Strength("64 mg/.18mL")
      .perPiece(of: Quantity(thousandths: 180, .milliliter), .device)
    #expect(depot.description == "64 mg/device")
    check(
      try Strength("2 mg/1").perPiece(of: Quantity(1, .milliliter), .device), .strengthMalformed,
      "`1.000 mL` has no mass at the strength `2 mg/1`")
  }

  @Test("tell the mass of an amount and say when it is rounded")
  func masses() throws {
    let odd = try Strength("64 mg/.18mL")
    let mass = try odd.mass(of: Quantity(thousandths: 100, .milliliter))
    #expect(mass.milligrams == "35.556" && mass.isRounded && mass.wholeMicrograms == nil)
    #expect(mass.description == "about 35.556 mg")
    let exact = try Strength("100 mg/mL").mass(of: Quantity(thousandths: -700, .milliliter))
    #expect(exact.milligrams == "-70" && !exact.isRounded && exact.wholeMicrograms == -70_000)
    #expect(throws: QuantityError.unitMismatch(.device, .milliliter)) {
      try odd.mass(of: .zero(.device))
    }
  }
}
