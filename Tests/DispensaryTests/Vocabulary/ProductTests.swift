import Dispensary
import Notation
import Testing

@Suite("Products and packages")
struct ProductTests {
  static let carton = "10 VIAL in 1 TRAY (65219-186-05)  / 5 mL in 1 VIAL (65219-186-01)"

  static func ketamine(
    packages: [Package]? = nil, overfill: Quantity? = nil, multiDose: Bool = true
  ) throws -> Product {
    let box = try Package(
      ndc: NDC("65219-186-05"), levels: PackageLevel.levels(of: carton), description: carton,
      container: Quantity(5, .milliliter), containers: 10)
    return try Product(
      id: ProductID("65219-186"), name: "ketamine", genericName: "ketamine hydrochloride",
      labeler: "Fresenius Kabi USA, LLC", schedule: .three, form: "INJECTION, SOLUTION",
      routes: ["INTRAVENOUS"],
      ingredients: [
        Product.Ingredient(
          Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three), strength: "100 mg/mL")
      ],
      strength: Strength("100 mg/mL"), packages: packages ?? [box], isMultiDose: multiDose,
      overfillLimit: overfill, provenance: .openFDA)
  }

  @Test("a description is read down to the vial")
  func levels() throws {
    let levels = try PackageLevel.levels(of: Self.carton)
    #expect(levels.map(\.count) == [10_000, 5_000])
    #expect(levels.map(\.unit) == ["VIAL", "mL"])
    #expect(levels.map(\.container) == ["TRAY", "VIAL"])
    #expect(
      levels.map(\.text) == [
        "10 VIAL in 1 TRAY (65219-186-05)", "5 mL in 1 VIAL (65219-186-01)",
      ])
  }

  static let texts: [(String, String)] = [
    (".2 mL in 1 VIAL, SINGLE-USE (50458-028-00)", "0.2 mL in 1 VIAL, SINGLE-USE (50458-028-00)"),
    ("100 uL in 1 CONTAINER", "0.1 mL in 1 CONTAINER"),
    ("10 kg in 1 DRUM (62207-992-01)", "10000 g in 1 DRUM (62207-992-01)"),
    (
      "1 FOR SUSPENSION, EXTENDED RELEASE in 1 PACKET",
      "1 FOR SUSPENSION, EXTENDED RELEASE in 1 PACKET"
    ),
    (
      "1  FILM,  SOLUBLE   in 1 POUCH ( 12496-1202-1 )", "1 FILM, SOLUBLE in 1 POUCH (12496-1202-1)"
    ),
    (".5 L in 1 BOTTLE", "500 mL in 1 BOTTLE"),
  ]

  @Test("a level is written in one way", arguments: texts)
  func level(_ row: (String, String)) throws {
    let level = try PackageLevel(row.0)
    #expect(level.text == row.1)
    #expect(try PackageLevel(level.text) == level)
  }

  static let mangled: [(String, String)] = [
    ("", "`` is not a level of packing"),
    ("10 VIAL", "`10 VIAL` is not a level of packing"),
    ("10 VIAL in 2 CARTON", "`10 VIAL in 2 CARTON` is not a level of packing"),
    ("VIAL in 1 CARTON", "`VIAL in 1 CARTON` is not a level of packing"),
    ("10 in 1 CARTON", "`10 in 1 CARTON` is not a level of packing"),
    ("10 VIAL in 1 ", "`10 VIAL in 1` is not a level of packing"),
    ("10 VIAL in 1 BOX in 1 CASE", "`10 VIAL in 1 BOX in 1 CASE` is not a level of packing"),
    ("-1 mL in 1 VIAL", "`-1 mL in 1 VIAL` is not a level of packing"),
    ("1e1 mL in 1 VIAL", "`1e1 mL in 1 VIAL` is not a level of packing"),
    ("0 mL in 1 VIAL", "`mL in 1 VIAL` is not a level of packing"),
    ("5 mL in 1 VIAL 65219-186-01)", "`5 mL in 1 VIAL 65219-186-01)` is not a level of packing"),
    ("5 mL in 1 VIAL (65219-186-01", "`mL in 1 VIAL (65219-186-01` is not a level of packing"),
    (
      "5 mL in 1 VIAL (6521918601)",
      "`6521918601` can be read as `6521-9186-01`, `65219-186-01` or `65219-1860-1`"
    ),
    ("5 mL in 1 VIAL (x)", "`x` is not an NDC"),
    (".1234 mL in 1 VIAL", "`.1234 mL in 1 VIAL` has a count that thousandths cannot hold"),
    (".5 uL in 1 VIAL", "`.5 uL in 1 VIAL` has a count that thousandths cannot hold"),
    (
      "10 VIAL in 1 TRAY / 5 mL in 1 BOTTLE",
      "`10 VIAL in 1 TRAY` counts `VIAL`, but the next level is `BOTTLE`"
    ),
    (
      "1.5 VIAL in 1 TRAY / 5 mL in 1 VIAL",
      "`1.5 VIAL in 1 TRAY` counts a fraction of a container"
    ),
    (
      "1 A in 1 B / 1 B in 1 C / 1 C in 1 D / 1 D in 1 E / 1 E in 1 F / 1 F in 1 G",
      "the description has 6 levels, more than 5"
    ),
    (
      "1 KIT in 1 CARTON * 5 mL in 1 VIAL",
      "`1 KIT in 1 CARTON * 5 mL in 1 VIAL` is a kit of different parts"
    ),
    (String(repeating: "1", count: 1_001), "the description is longer than 1000 characters"),
  ]

  @Test("a mangled description is refused", arguments: mangled)
  func refusesMangled(_ row: (String, String)) {
    do {
      let levels = try PackageLevel.levels(of: row.0)
      Issue.record("was read as \(levels)")
    } catch {
      #expect(error.text == row.1)
    }
  }

  @Test("a package knows its codes and what each names")
  func codes() throws {
    let product = try Self.ketamine()
    let vial = try NDC("65219-0186-01")
    let box = try #require(product.package(named: try NDC("65219018605")))
    #expect(box.containers(named: try NDC("65219018605")) == 10)
    #expect(box.containers(named: vial) == 1)
    #expect(box.containers(named: try NDC("65219-186-99")) == nil)
    #expect(box.codes.map(\.text) == ["65219-186-05", "65219-186-01"])
    #expect(box.contents == (try Quantity(50, .milliliter)))
    #expect(!box.isKit)
  }

  @Test("levels that contradict the count of containers name nothing")
  func contradiction() throws {
    let inner = try PackageLevel("5 mL in 1 VIAL (65219-186-01)")
    for outer in ["0.5 VIAL in 1 TRAY", "3 VIAL in 1 TRAY", "999999999999 VIAL in 1 TRAY"] {
      let level = try PackageLevel(outer)
      let box = try Package(
        ndc: nil, levels: [level, level, inner], container: Quantity(5, .milliliter),
        containers: 10)
      #expect(box.containers(named: try NDC("65219-186-01")) == nil)
    }
  }

  static let overfills: [(Int64, Int64)] = [
    (200, 100), (500, 100), (1_000, 100), (2_000, 150), (3_000, 300), (5_000, 300),
    (10_000, 500), (20_000, 600), (30_000, 800), (40_000, 1_000), (50_000, 1_000),
    (180_000, 3_600),
  ]

  @Test("a container may hold more than its label", arguments: overfills)
  func overfill(_ row: (Int64, Int64)) throws {
    let product = try Self.ketamine()
    let cap = product.overfillCap(of: try Quantity(thousandths: row.0, .milliliter))
    #expect(cap.thousandths == row.1)
    #expect(Overfill.recommended(for: try Quantity(1, .device)).isZero)
    let own = try Self.ketamine(overfill: Quantity(thousandths: 10, .milliliter))
    #expect(own.overfillCap(of: try Quantity(5, .milliliter)).thousandths == 10)
  }

  @Test("a multi-dose container is used for 28 days")
  func beyondUse() throws {
    #expect(try Self.ketamine().beyondUseDays == 28)
    #expect(try Self.ketamine(multiDose: false).beyondUseDays == nil)
    #expect(try !Self.ketamine().isNarcotic)
  }

  @Test("a product refuses a package in another unit")
  func otherUnit() throws {
    let device = try Package(ndc: nil, container: Quantity(1, .device), containers: 2)
    check(
      try Self.ketamine(packages: [device]), .unitMismatch,
      "`65219-186` is counted in mL and has a package in devices")
    check(
      try Package(ndc: nil, container: .zero(.device), containers: 2), .packageMalformed,
      "`2` containers of `0 devices` are not a package")
  }

  @Test("a product is written into an entry and read back")
  func wire() throws {
    for product in [
      try Self.ketamine(), try Self.ketamine(packages: [], multiDose: false),
      try Self.ketamine(overfill: Quantity(thousandths: 10, .milliliter)),
    ] {
      let body: JSON = ["product": product.wire]
      let bytes = try CanonicalJSON.bytes(body)
      let read = try #require(try CanonicalJSON.read(bytes)["product"])
      #expect(try Product(wire: read) == product)
    }
  }

  @Test("an entry that no product wrote is refused")
  func wireRefused() throws {
    let good = try #require(try Self.ketamine().wire.members)
    for key in good.keys where key != "form" && key != "routes" && key != "packages" {
      var fields = good
      fields[key] = .null
      #expect(throws: VocabularyError.self, "\(key) is null") {
        try Product(wire: .object(fields))
      }
    }
    for (key, value) in [
      ("price", "12.00"), ("multi_dose", false), ("overfill", "0.3"), ("schedule", "III"),
      ("packages", []), ("id", "A"),
    ] as [(String, JSON)] {
      var fields = good
      fields[key] = value
      #expect(throws: VocabularyError.self, "\(key) is \(value)") {
        try Product(wire: .object(fields))
      }
    }
    #expect(throws: VocabularyError.self) { try Product(wire: .null) }
  }
}
