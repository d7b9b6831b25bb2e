import Dispensary
import Foundation
import Interchange
import Notation
import Testing

@Suite("openFDA files")
struct OpenFDATests {
  static func fixture() throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    return [UInt8](try Data(contentsOf: root.appending(path: "Examples/openfda-ndc.json")))
  }

  /// NDC, strength per base unit, containers × container of each package, multi-dose.
  static let taken: [(String, String, String, Bool)] = [
    ("65219-186", "100 mg/mL", "10 × 5.000 mL", false),
    ("42023-113", "10 mg/mL", "10 × 20.000 mL", false),
    ("0409-2051", "100 mg/mL", "10 × 5.000 mL", true),
    ("71872-7296", "100 mg/mL", "1 × 5.000 mL", true),
    ("50458-028", "28 mg/device", "2 × 1 device, 3 × 1 device", false),
    ("69097-537", "200 mg/mL", "1 × 1.000 mL, 1 × 10.000 mL", false),
    ("0574-0820", "200 mg/mL", "1 × 1.000 mL, 1 × 10.000 mL", false),
    ("62756-017", "100 mg/mL", "1 × 10.000 mL", true),
    ("54436-200", "100 mg/device", "4 × 1 device", false),
    ("0591-3216", "25 mg/packet", "30 × 1 packet", false),
    ("12496-0300", "300 mg/device", "1 × 1 device", false),
    ("58284-264", "64 mg/device", "1 × 1 device", false),
    ("72189-580", "2 mg/tablet", "1 × 60 tablets, 1 × 90 tablets", false),
    ("12496-1202", "2 mg/film", "30 × 1 film", false),
    ("13551-003", "7500 mg/packet", "7 × 1 packet, 30 × 1 packet", false),
    ("68727-150", "500 mg/mL", "1 × 180.000 mL", false),
  ]

  @Test("every product of the selection is counted as the counter does", arguments: taken)
  func product(_ row: (String, String, String, Bool)) throws {
    let reading = try OpenFDA.read(try Self.fixture())
    let product = try #require(reading.products.first { $0.id.text == row.0 })
    #expect(product.strength.description == row.1)
    let packages = product.packages.map { "\($0.containers) × \($0.container)" }
    #expect(packages.joined(separator: ", ") == row.2)
    #expect(product.isMultiDose == row.3)
    #expect(product.beyondUseDays == (row.3 ? 28 : nil))
    #expect(product.isNarcotic == product.genericName.lowercased().contains("buprenorphine"))
    let bytes = try CanonicalJSON.bytes(["product": product.wire])
    let wire = try #require(try CanonicalJSON.read(bytes)["product"])
    #expect(try Product(wire: wire) == product)
  }

  static let skipped: [(String, String)] = [
    ("62991-1087", "is not a finished product"),
    ("73301-014", "is listed as DRUG FOR FURTHER PROCESSING, not as a finished product"),
    ("62207-992", "is CI, not CIII"),
    ("72252-515", "is CIV, not CIII"),
    ("66993-082", "is not scheduled"),
    ("54436-200-01", "is a sample"),
    ("72252-515-10", "its product was skipped"),
  ]

  @Test("what is left out says why", arguments: skipped)
  func skips(_ row: (String, String)) throws {
    let reading = try OpenFDA.read(try Self.fixture())
    #expect(reading.lines.first { $0.code == row.0 }?.outcome == .skipped(row.1))
  }

  @Test("every product and package has one line, in the order of the file")
  func lines() throws {
    let reading = try OpenFDA.read(try Self.fixture())
    #expect(reading.products.map(\.id.text) == Self.taken.map(\.0))
    #expect(reading.count(.taken, of: .product) == 16)
    #expect(reading.count(.skipped, of: .product) == 5)
    #expect(reading.count(.taken, of: .package) == 21)
    #expect(reading.count(.skipped, of: .package) == 12)
    #expect(reading.lines.count { $0.outcome.kind == .unreadable } == 0)
    #expect(
      reading.lines.prefix(2).map(\.description) == [
        "product 65219-186 at results[0]: taken",
        "package 65219-186-05 at results[0].packaging[0]: taken",
      ])
    let all = try OpenFDA.read(try Self.fixture(), includingSamples: true)
    #expect(all.count(.taken, of: .package) == 22)
  }

  /// A record with one package, with some members replaced; the package's are `ndc`, `text`.
  static func record(_ changes: [String: String] = [:], text: String? = nil) -> String {
    var members = [
      "product_ndc": "\"0409-2051\"", "generic_name": "\"Ketamine\"",
      "labeler_name": "\"Hospira\"", "dea_schedule": "\"CIII\"", "finished": "true",
      "active_ingredients": "[{\"name\":\"KETAMINE\",\"strength\":\"100 mg/mL\"}]",
      "packaging": """
      [{"package_ndc":"0409-2051-05","description":"\(text ?? "5 mL in 1 VIAL (0409-2051-05)")"}]
      """,
    ]
    members.merge(changes) { $1 }
    return "{"
      + members.filter { !$0.value.isEmpty }
      .map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  static let unreadable: [(String, String)] = [
    ("7", "the record is not an object"),
    (record(["product_ndc": ""]), "`product_ndc` is missing"),
    (record(["dea_schedule": "3"]), "`dea_schedule` is missing or is not text"),
    (record(["dea_schedule": "\"CVI\""]), "`CVI` is not a schedule"),
    (record(["finished": "\"yes\""]), "`finished` is missing or is not true or false"),
    (record(["packaging": ""]), "`packaging` is missing or is not an array"),
    (record(["packaging": "[]"]), "no package tells how it is counted"),
    (
      record(["active_ingredients": "[]"]),
      "`active_ingredients[0].strength` is missing or is not text"
    ),
    (
      record(text: "5 mL in 1"),
      "no package tells how it is counted: `5 mL in 1` is not a level of packing"
    ),
    (
      record(text: "5 mL in 1 VIAL (0409-2051-99)"),
      "no package tells how it is counted: the description names `0409-2051-99`, "
        + "not `0409-2051-05`"
    ),
    (
      record(text: "1 LOZENGE in 1 BOX"),
      "no package tells how it is counted: `1 LOZENGE in 1 BOX` does not say how much it holds"
    ),
    (
      record(text: "60 TABLET in 1 BOTTLE"),
      "no package tells how it is counted: the strength `100 mg/mL` does not measure tablets"
    ),
    (
      record(["product_ndc": "\"0409-2052\""]),
      "no package tells how it is counted: `0409-2051-05` is not a package of `0409-2052`"
    ),
    (record(["generic_name": "null"]), "`generic_name` is missing or is not text"),
  ]

  @Test("what cannot be read is reported in its place", arguments: unreadable)
  func refuses(_ row: (String, String)) throws {
    let reading = try OpenFDA.read(Array("[\(row.0),\(Self.record())]".utf8))
    #expect(reading.lines.first?.outcome == .unreadable(row.1))
    #expect(reading.lines.first?.place == "[0]")
    #expect(reading.products.count == 1)
  }

  @Test("a product that comes twice is taken once")
  func twice() throws {
    let reading = try OpenFDA.read(Array("[\(Self.record()),\(Self.record())]".utf8))
    #expect(reading.products.count == 1)
    #expect(reading.lines[2].outcome == .skipped("is the same product as [0]"))
    #expect(reading.lines.count == 4)
  }

  @Test("a package of an unreadable product keeps its own reason")
  func packageReason() throws {
    let reading = try OpenFDA.read(Array("[\(Self.record(text: "5 mL in 1"))]".utf8))
    #expect(reading.lines.last?.outcome == .unreadable("`5 mL in 1` is not a level of packing"))
    #expect(reading.lines.last?.place == "[0].packaging[0]")
  }

  static let files: [(String, OpenFDAError)] = [
    ("", .empty), (" \n", .empty), ("{}", .wrongShape), ("3", .wrongShape),
    ("{\"results\":{}}", .wrongShape), ("[]", .noProducts), ("{\"results\":[]}", .noProducts),
  ]

  @Test("a file that is none is an error", arguments: files)
  func file(_ row: (String, OpenFDAError)) {
    #expect(throws: row.1) { try OpenFDA.read(Array(row.0.utf8)) }
  }

  @Test("a file that is no JSON is an error with its position")
  func notJSON() {
    do {
      _ = try OpenFDA.read(Array("{\"results\": [,]}".utf8))
      Issue.record("was read")
    } catch {
      #expect(error.underlying?.byte == 13)
      #expect(error.text == "the file is not JSON")
    }
  }
}
