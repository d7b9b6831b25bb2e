import Dispensary
import Interchange
import Testing

@Suite("GS1 scans")
struct ScanReaderTests {
  static let gtin = "00304092051057"

  private func read(_ text: String, _ reader: ScanReader? = nil) throws -> Scan {
    try (reader ?? ScanReader()).read(text)
  }

  static let alike: [String] = [
    "]d2010030409205105721S1\u{1D}1727043010K1A", "\u{1D}010030409205105721S1\u{1D}1727043010K1A",
    "]C1010030409205105721S1|1727043010K1A", "]Q3010030409205105721S1~1727043010K1A\r\n",
    "010030409205105721S1^1727043010K1A", "]d2010030409205105721S1\u{241D}1727043010K1A",
    "010030409205105721S1\u{1D}17270430\u{1D}10K1A\u{1D}",
    "(01)00304092051057(21)S1(17)270430(10)K1A", "(01) 00304092051057 (21) S1 (17) 270430 (10) K1A",
  ]

  @Test("one carton, however the scanner is set", arguments: alike)
  func forms(_ text: String) throws {
    guard case .one(let whole) = try read(text).reading else {
      Issue.record("read in several ways")
      return
    }
    #expect(whole.bracketed == "(01)00304092051057(21)S1(17)270430(10)K1A")
    #expect(whole.gtin == Self.gtin)
    #expect(whole.expiry(seenFrom: 2026) == CivilDate(year: 2027, month: 4, day: 30))
  }

  @Test(
    "bare item numbers become fourteen digits",
    arguments: ["304092051057", "0304092051057", "00304092051057", "]E00304092051057"])
  func bare(_ text: String) throws {
    #expect(try read(text).reading == .one(ElementString([Element("01", Self.gtin)])))
  }

  /// A lot that looks like a lot and a serial number; a serial that swallows what follows.
  static let several: [(String, Int)] = [
    ("010030409205105710A2110", 2),
    ("010030409205105721S11727043010K1A", 3),
    ("010030409205105710KT17270430", 2),
  ]

  @Test("lost separators are never put back by guessing", arguments: several)
  func ambiguous(_ text: String, _ count: Int) throws {
    guard case .several(let readings) = try read(text).reading else {
      Issue.record("one reading")
      return
    }
    #expect(readings.count == count, "\(readings.map(\.bracketed))")
    #expect(Set(readings).count == count)
    #expect(readings.allSatisfy { $0.encoded(separator: " ").filter { $0 != " " } == text })
  }

  @Test("a lost separator with one reading is put back, and said")
  func repaired() throws {
    // No lot has more than twenty characters.
    let lot = String(repeating: "A", count: 20)
    let scan = try read("010030409205105710\(lot)17270430")
    #expect(scan.isRepaired)
    #expect(
      scan.reading
        == .one(
          try ElementString([
            Element("01", Self.gtin), Element("10", lot),
            Element("17", "270430"),
          ])))
  }

  @Test("a scanner known to send separators loses none")
  func strict() throws {
    let reader = try ScanReader(sendsSeparators: true)
    let scan = try read("010030409205105710A2110", reader)
    #expect(!scan.isRepaired)
    #expect(
      scan.reading == .one(try ElementString([Element("01", Self.gtin), Element("10", "A2110")])))
  }

  @Test("whatever loses its separators still has the true reading among the found")
  func everyLoss() throws {
    var dice = SystemDice(seed: 20_261_121)
    for _ in 0..<2_000 {
      let lot = dice.word(1...8)
      let serial = dice.word(1...8)
      let whole = try ElementString([
        Element("01", Self.gtin), Element("21", serial), Element("17", "270430"),
        Element("10", lot),
      ])
      let lost = whole.encoded(separator: " ").filter { $0 != " " }
      switch try? read(lost).reading {
      case .one(let reading): #expect(reading == whole, "\(lost)")
      case .several(let readings):
        #expect(readings.contains(whole) || readings.count >= ScanReader.maximumReadings, "\(lost)")
      case nil: Issue.record("\(lost) was refused")
      }
    }
  }

  static let refused: [(String, ScanFault.Code)] = [
    ("", .empty), ("\r\n", .empty), ("]d2", .empty), ("]d1ABC", .notGS1), ("V-31", .notGS1),
    ("hello", .notGS1), ("01003040920510", .tooShort), ("0100304092051056", .content),
    ("17270430", .missingCompanion), ("]E00304092051056", .content),
    ("010030409205105717271330", .content), ("0100304092051057\u{1D}10K1 A", .character),
    ("010030409205105705", .unknownIdentifier), ("0100304092051057\u{1D}10", .tooShort),
    ("0100304092051057\u{1D}10123456789012345678901", .elementTooLong),
    ("(05)12", .unknownIdentifier), ("(01)00304092051057(10)A(10)B", .repeated),
    ("(01)00304092051057(37)5", .excluded), (String(repeating: "9", count: 600), .tooLong),
  ]

  @Test("what is no scan of a package is refused, by name", arguments: refused)
  func refusals(_ text: String, _ code: ScanFault.Code) {
    do {
      let scan = try read(text)
      Issue.record("read as \(scan.reading)")
    } catch let fault as ScanFault {
      #expect(fault.code == code, "\(fault)")
      #expect(!fault.text.hasSuffix(".") && fault.text.first?.isUppercase == false)
    } catch { Issue.record("\(error)") }
  }

  @Test("a repeated value is said once; a part is enough when it is asked for")
  func parts() throws {
    let twice = try read("(01)00304092051057(10)A(10)A")
    #expect(
      twice.reading == .one(try ElementString([Element("01", Self.gtin), Element("10", "A")])))
    let reader = try ScanReader(sendsSeparators: true, allowsPart: true)
    guard case .one(let first) = try read("]C11727043010K1A", reader).reading,
      case .one(let second) = try read("]C1010030409205105721S1", reader).reading
    else {
      Issue.record("several")
      return
    }
    #expect(first.missingCompanions.count == 2)
    #expect(try second.joined(with: first).missingCompanions.isEmpty)
  }

  @Test("a separator may be any character that is no digit, letter or bracket")
  func separators() throws {
    let scan = try read("010030409205105721S1#1727043010K1A", try ScanReader(substitute: "#"))
    #expect(scan.reading == (try read(Self.alike[0])).reading)
    for character in "1Aa()]é" {
      #expect(throws: ScanFault.self) { try ScanReader(substitute: character) }
    }
  }

  @Test("years are read from where one stands; day 00 is the last of the month")
  func dates() {
    let cases: [(String, Int, String?)] = [
      ("270430", 2026, "2027-04-30"), ("270400", 2026, "2027-04-30"),
      ("280200", 2026, "2028-02-29"),
      ("760101", 2026, "2076-01-01"), ("770101", 2026, "1977-01-01"),
      ("000101", 2051, "2100-01-01"),
      ("990101", 2051, "2099-01-01"), ("271301", 2026, nil), ("270431", 2026, nil),
    ]
    for (text, year, day) in cases {
      #expect(ElementDate.day(text, seenFrom: year)?.text == day, "\(text) from \(year)")
    }
  }

  @Test("cartons and their vials are found in the formulary by what is scanned")
  func formulary() throws {
    let products = try OpenFDA.read(try OpenFDATests.fixture()).products
    var scanned = 0
    for product in products {
      for package in product.packages {
        for code in package.codes {
          let gtin = try #require(code.gtin14(), "\(code)")
          guard case .one(let whole) = try read("(01)\(gtin)(17)270430(10)K1A").reading else {
            Issue.record("\(code) is read in several ways")
            continue
          }
          let item = try #require(whole.gtin.flatMap(ItemNumber.init(gtin:)))
          let found = item.packages(among: products)
          #expect(found.contains { $0.product.id == product.id && $0.code == code }, "\(code)")
          #expect(Set(found.map(\.product.id)).count == 1, "\(code)")
          scanned += 1
        }
      }
    }
    #expect(scanned > products.count)
  }

  @Test("the carton and the vial within are the same stock")
  func innerAndOuter() throws {
    let products = try OpenFDA.read(try OpenFDATests.fixture()).products
    func found(_ code: String) throws -> [(product: Product, code: NDC, containers: Int64)] {
      let item = try NDC(code).gtin14().flatMap(ItemNumber.init(gtin:))
      return try #require(item).packages(among: products)
    }
    let outer = try found("0409-2051-05")
    let inner = try found("0409-2051-15")
    #expect(outer.map(\.product.id) == inner.map(\.product.id))
    #expect(outer.map(\.containers) == [10] && inner.map(\.containers) == [1])
  }
}

/// A generator with a seed.
struct SystemDice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(count))
  }

  mutating func word(_ lengths: ClosedRange<Int>) -> String {
    let letters = Array("0123456789ABCDEF")
    let length = lengths.lowerBound + next(below: lengths.count)
    return String((0..<length).map { _ in letters[next(below: letters.count)] })
  }
}
