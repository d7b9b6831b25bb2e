import Dispensary
import Testing

@Suite("Quantities")
struct QuantityTests {
  static let spellings: [(Int64, BaseUnit, wire: String, shown: String)] = [
    (700, .milliliter, "0.700", "0.700 mL"),
    (0, .milliliter, "0.000", "0.000 mL"),
    (-100, .milliliter, "-0.100", "-0.100 mL"),
    (-1, .gram, "-0.001", "-0.001 g"),
    (25_000, .gram, "25.000", "25.000 g"),
    (3_000, .device, "3.000", "3 devices"),
    (1_000, .device, "1.000", "1 device"),
    (-1_000, .tablet, "-1.000", "-1 tablet"),
    (0, .film, "0.000", "0 films"),
    (500, .tablet, "0.500", "0.5 tablets"),
    (1_250, .packet, "1.250", "1.25 packets"),
    (2_000, .patch, "2.000", "2 patches"),
    (1_000_000_000_000_000, .capsule, "1000000000000.000", "1000000000000 capsules"),
  ]

  @Test("are shown in one way and written in one way", arguments: spellings)
  func spelling(_ row: (Int64, BaseUnit, wire: String, shown: String)) throws {
    let quantity = try Quantity(thousandths: row.0, row.1)
    #expect(quantity.wireText == row.wire)
    #expect(quantity.description == row.shown)
    #expect(try Quantity(wireText: row.wire, row.1) == quantity)
  }

  @Test(
    "have one wire text only",
    arguments: [
      "", "0.7", "0.70", "0.7000", ".700", "00.700", "-0.000", "+0.700", "0,700", "1e3", "1",
      " 0.700", "0.700 ", "--0.100", "1000000000000.001", "9999999999999999.000", "٠.٧٠٠",
    ])
  func wireRefused(_ text: String) {
    #expect(throws: VocabularyError(.amountMalformed, "")) {
      try Quantity(wireText: text, .milliliter)
    }
  }

  @Test("add, subtract and multiply within one unit")
  func arithmetic() throws {
    let five = try Quantity(5, .milliliter)
    let drawn = try Quantity(thousandths: 700, .milliliter)
    #expect(try five.subtracting(drawn).wireText == "4.300")
    #expect(try drawn.subtracting(five).wireText == "-4.300")
    #expect(try five.times(10) == Quantity(50, .milliliter))
    #expect(try five.compared(to: drawn) == 1)
    #expect(try drawn.compared(to: five) == -1)
    #expect(drawn.negated.magnitude == drawn)
    #expect(!drawn.isWhole && five.isWhole)
  }

  @Test("refuse other units and figures out of this world")
  func refused() throws {
    let volume = try Quantity(1, .milliliter)
    #expect(throws: QuantityError.unitMismatch(.milliliter, .gram)) {
      try volume.adding(Quantity(1, .gram))
    }
    #expect(throws: QuantityError.unitMismatch(.milliliter, .device)) {
      try volume.compared(to: .zero(.device))
    }
    let limit = try Quantity(thousandths: VocabularyLimits.thousandths, .milliliter)
    #expect(throws: QuantityError.overflow) {
      try limit.adding(Quantity(thousandths: 1, .milliliter))
    }
    #expect(throws: QuantityError.overflow) { try limit.times(.max) }
    #expect(throws: QuantityError.overflow) { try Quantity(.max, .gram) }
    #expect(throws: QuantityError.overflow) { try Quantity(thousandths: .min, .gram) }
  }
}
