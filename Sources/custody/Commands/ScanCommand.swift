import ArgumentParser
import Dispensary
import Foundation
import Interchange
import Notation

/// `custody scan`: what a bar code says; needs no ledger.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Read what a scanner types.", subcommands: [Parse.self])

  struct Parse: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a GS1 scan apart: item, lot, serial number, expiry.",
      discussion: """
        Reads DataMatrix, GS1-128 and QR element strings with or without the three characters of \
        the symbology, with FNC1 as GS or as |, ~ or ^, the form in brackets that is printed \
        below a code, and bare item numbers. Without a string it reads standard input, one scan a \
        line, and rings the bell for each that it refuses.

        A scanner that swallows the separator is repaired when there is one way only to read \
        the scan; otherwise all readings are listed and none is taken.

          custody scan parse '(01)00304092051057(17)270430(10)K1A'
          custody scan parse --separator '#' < scans.txt

        Status 0: read; 1: refused, or more than one reading; 2: not a separator.
        """)
    @Argument(help: ArgumentHelp("The scan.", valueName: "string")) var text: String?
    @OptionGroup var scanner: ScannerOptions
    @Flag(help: "Accept one of several bar codes of a package.") var part = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let reader = try scanner.reader(allowingPart: part)
      let year = Int(LocalTime.now().text.prefix(4)) ?? 2000
      if let text {
        guard try take(text, reader, year) else { throw StatusOnly(.failed) }
        return
      }
      var isFine = true
      while let line = readLine(strippingNewline: true) {
        if try !take(line, reader, year) { isFine = false }
      }
      if !isFine { throw StatusOnly(.failed) }
    }

    /// Prints one scan. False for one that cannot be taken as it is.
    private func take(_ text: String, _ reader: ScanReader, _ year: Int) throws -> Bool {
      let page: ScanPage
      do { page = ScanPage(try reader.read(text), year: year) } catch {
        if self.text == nil, isatty(STDERR_FILENO) == 1 { Console.say("\u{7}") }
        Console.report(Failure(.failed, error.description, hint: error.hint))
        return false
      }
      page.print(json: json)
      guard page.isOne else {
        Console.report(
          Failure(
            .failed, "the scan can be read in \(page.readings.count) ways",
            hint: "a separator was lost: type what is printed below the code, or set the "
              + "scanner to send FNC1 as GS"))
        return false
      }
      return true
    }
  }
}

/// How the scanner is set.
struct ScannerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What the scanner types for FNC1, besides GS, |, ~ and ^.", valueName: "c"))
  var separator: String?
  @Flag(help: "The scanner is known to send FNC1: nothing was lost.") var sendsSeparators = false

  func reader(allowingPart: Bool) throws -> ScanReader {
    guard separator == nil || separator?.count == 1 else {
      throw Failure.usage("`\(separator ?? "")` is not one character", hint: "such as `#`")
    }
    do {
      return try ScanReader(
        substitute: separator?.first, sendsSeparators: sendsSeparators, allowsPart: allowingPart)
    } catch { throw Failure.usage(error.text, hint: error.hint ?? "") }
  }
}

/// A scan as text and as JSON.
struct ScanPage {
  let readings: [ElementString]
  private let scan: Scan
  private let year: Int

  init(_ scan: Scan, year: Int) {
    self.scan = scan
    self.year = year
    readings =
      switch scan.reading {
      case .one(let whole): [whole]
      case .several(let all): all
      }
  }

  var isOne: Bool { readings.count == 1 }

  func print(json: Bool) {
    guard json else {
      if scan.isRepaired { Console.say("a lost separator was put back; there was one way only") }
      return Console.print(readings.map(text).joined(separator: "\n\n"))
    }
    var members: [String: JSON] = [
      "schema": "custody/scan/1", "repaired": .bool(scan.isRepaired),
      "readings": .array(readings.map(object)),
    ]
    if let symbology = scan.symbology { members["symbology"] = .string(symbology.rawValue) }
    Console.print(.object(members))
  }

  private func text(_ reading: ElementString) -> String {
    let rows = reading.elements.map { element in
      let day = day(of: element).map { " (\($0.text))" } ?? ""
      return "(\(element.identifier))  \(element.title)  \(element.data)\(day)"
    }
    return ([reading.bracketed] + rows).joined(separator: "\n")
  }

  private func object(_ reading: ElementString) -> JSON {
    var members: [String: JSON] = [
      "elements": .array(reading.elements.map(object)),
      "brackets": .string(reading.bracketed),
      "element_string": .string(reading.encoded()),
    ]
    members["gtin"] = reading.gtin.map { .string($0) }
    members["lot"] = reading.lot.map { .string($0) }
    members["serial"] = reading.serial.map { .string($0) }
    members["expiry"] = reading.expiry(seenFrom: year).map { .string($0.text) }
    if let item = reading.gtin.flatMap(ItemNumber.init(gtin:)) {
      members["ndc"] = .array(item.readings.map { .string($0.text) })
    }
    return .object(members)
  }

  private func object(_ element: Element) -> JSON {
    var members: [String: JSON] = [
      "ai": .string(element.identifier), "title": .string(element.title),
      "data": .string(element.data),
    ]
    members["date"] = day(of: element).map { .string($0.text) }
    return .object(members)
  }

  private func day(of element: Element) -> CivilDate? {
    guard ["11", "12", "13", "15", "16", "17"].contains(element.identifier) else { return nil }
    return ElementDate.day(element.data, seenFrom: year)
  }
}
