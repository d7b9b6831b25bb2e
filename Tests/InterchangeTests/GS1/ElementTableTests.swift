import Interchange
import Testing

/// Cases made from the table itself, for every application identifier: the least and the most
/// that it may hold are taken, one character less or more is refused, and so is a character of
/// another set.
@Suite("GS1 application identifiers")
struct ElementTableTests {
  static let identifiers = ElementTable.rules.keys.sorted()

  @Test("the table has the identifiers of the General Specifications")
  func table() {
    #expect(ElementTable.rules.count == 541)
    for (identifier, title) in [
      ("00", "SSCC"), ("01", "GTIN"), ("10", "BATCH/LOT"), ("17", "USE BY or EXPIRY"),
      ("21", "SERIAL"), ("3103", "NET WEIGHT (kg)"), ("7003", "EXPIRY TIME"), ("99", "INTERNAL"),
    ] {
      #expect(ElementTable.rules[identifier]?.title == title)
    }
    // Identifiers of one beginning have one length, or a scan could not be taken apart.
    let lengths = Dictionary(grouping: Self.identifiers, by: { $0.prefix(2) })
    #expect(lengths.values.allSatisfy { Set($0.map(\.count)).count == 1 })
  }

  @Test("every identifier takes its least and its most", arguments: identifiers)
  func accepts(_ identifier: String) throws {
    let rule = try #require(ElementTable.rules[identifier])
    for data in [Sample.data(rule, longest: false), Sample.data(rule, longest: true)] {
      let element = try Element(identifier, data)
      #expect(element.data == data)
    }
  }

  @Test("every identifier refuses less, more and other characters", arguments: identifiers)
  func refuses(_ identifier: String) throws {
    let rule = try #require(ElementTable.rules[identifier])
    let least = Sample.data(rule, longest: false)
    let most = Sample.data(rule, longest: true)
    #expect(throws: ScanFault.self) { try Element(identifier, String(least.dropLast())) }
    #expect(throws: ScanFault.self) { try Element(identifier, most + "0") }
    for stranger in [" ", "#", "é", "\u{1D}"] where !(stranger == "#" && identifier == "8010") {
      #expect(throws: ScanFault.self) { try Element(identifier, stranger + least.dropFirst()) }
    }
  }

  @Test("every check of content refuses", arguments: Sample.wrong)
  func content(_ identifier: String, _ data: String) {
    #expect(throws: ScanFault(code: .content)) { try Element(identifier, data) }
  }

  @Test("a scan built with its companions reads back", arguments: identifiers)
  func roundTrip(_ identifier: String) throws {
    let scan = try Sample.scan(with: identifier)
    #expect(scan.missingCompanions.isEmpty)
    for longest in [false, true] {
      let scan = try Sample.scan(with: identifier, longest: longest)
      let strict = try ScanReader(sendsSeparators: true)
      for text in [
        scan.encoded(), "]d2" + scan.encoded(), "]C1\u{1D}" + scan.encoded(),
        "]Q3" + scan.encoded(separator: "~"), scan.bracketed,
      ] where text.utf8.count <= ScanReader.maximumBytes {
        #expect(try strict.read(text).reading == .one(scan), "\(text)")
      }
    }
  }

  @Test("what must not stand together is refused", arguments: identifiers)
  func exclusions(_ identifier: String) throws {
    let rule = try #require(ElementTable.rules[identifier])
    for pattern in rule.excludes {
      guard let other = Self.identifiers.first(where: { Sample.fits($0, pattern, not: identifier) })
      else { continue }
      let pair = try [Sample.element(identifier), Sample.element(other)]
      #expect(throws: ScanFault(code: .excluded)) { try ElementString(pair) }
    }
  }

  @Test("what stands alone misses its companions", arguments: identifiers)
  func companions(_ identifier: String) throws {
    let rule = try #require(ElementTable.rules[identifier])
    let alone = try ElementString([Sample.element(identifier)])
    #expect(alone.missingCompanions.count == rule.needs.count)
  }
}

extension ScanFault {
  /// A fault that compares by its code alone.
  init(code: Code) { self.init(code, "") }
}
