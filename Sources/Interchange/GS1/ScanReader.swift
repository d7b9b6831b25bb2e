/// How a scan was printed, by the three characters that a scanner can be set to send first
/// (ISO/IEC 15424).
package enum Symbology: String, Hashable, Sendable, CaseIterable {
  case dataMatrix = "]d2"
  case code128 = "]C1"
  case qr = "]Q3"
  case dataBar = "]e0"
  case dotCode = "]J1"
  case ean = "]E0"
  case itf = "]I1"

  /// Whether it holds a bare item number and no element string.
  var isBareNumber: Bool { self == .ean || self == .itf }
}

/// What a scan says: one thing, or several that only a person can tell apart.
package enum ScanReading: Hashable, Sendable {
  case one(ElementString)
  /// A separator was lost on the way, and more than one reading is valid.
  case several([ElementString])
}

/// A scan that has been read.
package struct Scan: Hashable, Sendable {
  package let symbology: Symbology?
  package let reading: ScanReading
  /// Whether separators had been lost and there was one way only to put them back.
  package let isRepaired: Bool
}

/// Reads what a scanner types: GS1 element strings with FNC1 as GS or as a substitute, the
/// bracketed form that is printed below a bar code, and bare item numbers.
///
///     let reader = ScanReader()
///     try reader.read("]d2010030409205105717270430\u{1D}10K1A")
///
/// A scanner that swallows the separator is repaired only when exactly one reading is valid.
/// Otherwise the readings are handed back; nothing is ever guessed.
package struct ScanReader: Sendable {
  /// No bar code of a package holds more: DataMatrix carries at most 2,335 letters and digits,
  /// and what is printed on cartons stays far below.
  package static let maximumBytes = 512
  /// More readings than a person would look through.
  package static let maximumReadings = 8

  /// A character that the scanner sends in place of GS.
  package let substitute: UInt8?
  /// Whether the scanner is known to send its separators. What then looks like two readings is
  /// one: the text up to the separator or the end.
  package let sendsSeparators: Bool
  /// Whether an element may stand without its companions, for an item with several bar codes.
  package let allowsPart: Bool

  /// - Throws: a ``ScanFault`` for a substitute that may be data.
  package init(
    substitute: Character? = nil, sendsSeparators: Bool = false, allowsPart: Bool = false
  ) throws(ScanFault) {
    if let substitute {
      guard let byte = substitute.asciiValue, byte >= 0x20, byte != UInt8(ascii: "("),
        byte != UInt8(ascii: ")"), byte != UInt8(ascii: "]"), !isDigit(byte),
        !(0x41...0x5A).contains(byte & 0xDF)
      else {
        throw ScanFault(
          .character, "`\(substitute)` cannot stand for the separator",
          hint: "take one such as `|`, `~` or `^`, which no element may hold")
      }
      self.substitute = byte
    } else {
      self.substitute = nil
    }
    self.sendsSeparators = sendsSeparators
    self.allowsPart = allowsPart
  }

  /// Reads a scan.
  ///
  /// - Throws: a ``ScanFault`` for what no reading fits, with the fault of the plainest one.
  package func read(_ text: String) throws(ScanFault) -> Scan {
    var text = text[...]
    while let last = text.last, last.isNewline || last == "\t" || last == " " {
      text = text.dropLast()
    }
    guard !text.isEmpty else { throw ScanFault(.empty, "the scan is empty") }
    guard text.utf8.count <= Self.maximumBytes else {
      throw ScanFault(
        .tooLong, "the scan has \(text.utf8.count) characters, more than \(Self.maximumBytes)",
        hint: "scan one code at a time")
    }
    let symbology = try symbology(removedFrom: &text)
    if text.first == "(" { return try Scan(symbology: symbology, bracketed(text)) }
    let bytes = separated(text)
    guard !bytes.isEmpty else { throw ScanFault(.empty, "the scan is empty") }
    return try read(bytes, symbology)
  }

  /// Takes the symbology identifier off.
  private func symbology(removedFrom text: inout Substring) throws(ScanFault) -> Symbology? {
    guard text.first == "]" else { return nil }
    let code = String(text.prefix(3))
    guard let symbology = Symbology(rawValue: code) else {
      throw ScanFault(
        .notGS1, at: 0, "`\(code)` is not a bar code of GS1",
        hint: "scan the GS1 DataMatrix or the GS1-128 code of the package")
    }
    text = text.dropFirst(3)
    return symbology
  }

  /// The bytes with every way of writing FNC1 turned into GS, and none at either end.
  private func separated(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{241D}": bytes.append(ScanReader.separator)
      case _ where isSubstitute(scalar): bytes.append(ScanReader.separator)
      default: bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
      }
    }
    while bytes.first == ScanReader.separator { bytes.removeFirst() }
    while bytes.last == ScanReader.separator { bytes.removeLast() }
    return bytes
  }

  /// Bar, tilde and circumflex are in no character set of GS1, so they can only be separators.
  private func isSubstitute(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "|" || scalar == "~" || scalar == "^"
      || substitute.map { UInt32($0) == scalar.value } == true
  }

  static let separator: UInt8 = 0x1D
}

extension ScanReader {
  private func read(
    _ bytes: [UInt8], _ symbology: Symbology?
  ) throws(ScanFault) -> Scan {
    if symbology?.isBareNumber == true {
      guard let number = bareNumber(bytes) else {
        throw ScanFault(
          .content, "the item number has a wrong check digit or length",
          hint: "scan again, or type the number below the code")
      }
      return Scan(symbology: symbology, reading: .one(number), isRepaired: false)
    }
    let plain = plainReading(bytes)
    if bytes.contains(ScanReader.separator) || sendsSeparators {
      return Scan(symbology: symbology, reading: .one(try complete(plain)), isRepaired: false)
    }
    let search = Readings(of: bytes, most: ScanReader.maximumReadings) {
      allowsPart || $0.missingCompanions.isEmpty
    }
    var readings = search.found
    // One reading found is one reading only when the search came to its end.
    guard search.isExhausted || readings.count > 1 else {
      throw ScanFault(
        .unseparated, "the scan has no separators and too many readings",
        hint: "set the scanner to send FNC1 as GS, or type what is printed below the code")
    }
    if symbology == nil, let number = bareNumber(bytes) { readings.insert(number, at: 0) }
    switch readings.count {
    case 0: return Scan(symbology: symbology, reading: .one(try complete(plain)), isRepaired: false)
    case 1:
      let isPlain = (try? plain.get()) == readings[0]
      return Scan(
        symbology: symbology, reading: .one(readings[0]),
        isRepaired: !isPlain && readings[0].elements.count > 1)
    default: return Scan(symbology: symbology, reading: .several(readings), isRepaired: false)
    }
  }

  /// The reading that takes every element up to its separator.
  private func plainReading(_ bytes: [UInt8]) -> Result<ElementString, ScanFault> {
    do throws(ScanFault) {
      var elements: [Element] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        elements.append(try nextElement(&rest))
        if rest.first == ScanReader.separator { rest = rest.dropFirst() }
      }
      return .success(try ElementString(elements))
    } catch { return .failure(error) }
  }

  private func nextElement(_ rest: inout ArraySlice<UInt8>) throws(ScanFault) -> Element {
    let start = rest.startIndex
    guard let rule = ElementTable.rule(startingIn: rest) else {
      throw noIdentifier(rest)
    }
    let data = rest.dropFirst(rule.identifier.utf8.count)
    let upTo = data.firstIndex(of: ScanReader.separator) ?? data.endIndex
    let end =
      rule.isPredefined
      ? min(data.startIndex + rule.length.upperBound, upTo) : upTo
    if let fault = rule.fault(in: Array(data[..<end])) {
      throw ScanFault(fault.code, at: start, in: rule.identifier, fault.text, hint: fault.hint)
    }
    rest = data[end...]
    return Element(checked: rule, data[..<end])
  }

  private func noIdentifier(_ rest: ArraySlice<UInt8>) -> ScanFault {
    let isWhole = rest.startIndex == 0
    let digits = String(decoding: rest.prefix(4).prefix { isDigit($0) }, as: UTF8.self)
    let text =
      digits.utf8.count < 2
      ? (isWhole ? "that is no GS1 element string" : "no application identifier stands there")
      : "`\(digits)` does not begin with an application identifier of GS1"
    return ScanFault(
      isWhole ? .notGS1 : .unknownIdentifier, at: isWhole ? nil : rest.startIndex, text,
      hint: isWhole ? "scan the GS1 DataMatrix or the GS1-128 code of the package" : nil)
  }

  /// A reading without anything that its elements want beside them is refused, unless a part
  /// is enough.
  private func complete(
    _ reading: Result<ElementString, ScanFault>
  ) throws(ScanFault) -> ElementString {
    let whole = try reading.get()
    if !allowsPart, let missing = whole.missingCompanions.first { throw missing }
    return whole
  }

  /// A number of 12, 13 or 14 digits with its check digit: UPC-A, EAN-13 or ITF-14.
  private func bareNumber(_ bytes: [UInt8]) -> ElementString? {
    guard (12...14).contains(bytes.count), CheckDigits.hasDigit(bytes) else { return nil }
    let digits =
      String(repeating: "0", count: 14 - bytes.count)
      + String(decoding: bytes, as: UTF8.self)
    return (try? Element("01", digits)).flatMap { try? ElementString([$0]) }
  }

  /// Reads `(01)00304092051057(10)K1A`. Only a known identifier in brackets begins an element.
  private func bracketed(_ text: Substring) throws(ScanFault) -> ElementString {
    var elements: [(identifier: String, data: String)] = []
    var rest = text
    while let character = rest.first {
      if character == "(", let identifier = identifier(in: rest) {
        elements.append((identifier, ""))
        rest = rest.dropFirst(identifier.count + 2)
        continue
      }
      guard !elements.isEmpty else {
        throw ScanFault(
          .unknownIdentifier, at: 0, "the brackets hold no application identifier of GS1",
          hint: "type it as it is printed, such as `(01)00304092051057(17)270430(10)K1A`")
      }
      rest = rest.dropFirst()
      if character == "\\", let escaped = rest.first {
        elements[elements.count - 1].data.append(escaped)
        rest = rest.dropFirst()
      } else if character != " " {
        // People type the spaces that are printed between elements.
        elements[elements.count - 1].data.append(character)
      }
    }
    var read: [Element] = []
    for element in elements { read.append(try Element(element.identifier, element.data)) }
    return try complete(.success(ElementString(read)))
  }

  private func identifier(in text: Substring) -> String? {
    guard let close = text.firstIndex(of: ")") else { return nil }
    let name = String(text[text.index(after: text.startIndex)..<close])
    return ElementTable.rules[name] == nil ? nil : name
  }
}

extension Scan {
  fileprivate init(symbology: Symbology?, _ whole: ElementString) {
    self.init(symbology: symbology, reading: .one(whole), isRepaired: false)
  }
}

/// Every way in which bytes without separators are elements.
private struct Readings {
  private(set) var found: [ElementString] = []
  private let most: Int
  private let isAllowed: (ElementString) -> Bool
  /// Work is bounded: a long text of digits has very many readings, and nobody reads them.
  private var stepsLeft = 20_000

  init(of bytes: [UInt8], most: Int, where isAllowed: @escaping (ElementString) -> Bool) {
    self.most = most
    self.isAllowed = isAllowed
    search(bytes[...], [])
  }

  /// Whether every reading has been looked at.
  var isExhausted: Bool { stepsLeft > 0 }

  private mutating func search(_ rest: ArraySlice<UInt8>, _ elements: [Element]) {
    guard found.count < most, stepsLeft > 0 else { return }
    stepsLeft -= 1
    guard !rest.isEmpty else {
      if let whole = try? ElementString(elements), isAllowed(whole), !found.contains(whole) {
        found.append(whole)
      }
      return
    }
    guard let rule = ElementTable.rule(startingIn: rest) else { return }
    let data = rest.dropFirst(rule.identifier.utf8.count)
    let lengths = rule.length.clamped(to: 0...data.count)
    guard rule.length.lowerBound <= data.count else { return }
    // Longest first, so that the plain reading comes first.
    for length in lengths.reversed() {
      let end = data.startIndex + length
      guard rule.fault(in: Array(data[..<end])) == nil else { continue }
      let element = Element(checked: rule, data[..<end])
      let clashes = elements.contains {
        $0.identifier == element.identifier && $0.data != element.data
      }
      if !clashes { search(data[end...], elements + [element]) }
    }
  }
}
