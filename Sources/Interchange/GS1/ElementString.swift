package import Dispensary

/// One element of a scan: an application identifier and its data.
package struct Element: Hashable, Sendable {
  /// 2 to 4 digits that the table knows.
  package let identifier: String
  /// What its rule allows.
  package let data: String

  /// Reads the data of an element by the rule of its identifier.
  package init(_ identifier: String, _ data: String) throws(ScanFault) {
    guard let rule = ElementTable.rules[identifier] else {
      throw ScanFault(
        .unknownIdentifier, in: identifier,
        "`\(identifier.prefix(8))` is not an application identifier of GS1")
    }
    if let fault = rule.fault(in: Array(data.utf8)) { throw fault }
    (self.identifier, self.data) = (identifier, data)
  }

  init(checked rule: ElementRule, _ data: ArraySlice<UInt8>) {
    identifier = rule.identifier
    self.data = String(decoding: data, as: UTF8.self)
  }

  /// GS1's short title, such as `BATCH/LOT`.
  package var title: String { ElementTable.rules[identifier]?.title ?? "" }
}

/// What a GS1 bar code says: elements that fit together.
///
///     let scan = try ElementString([Element("01", "00304092051057"), Element("10", "K1A")])
///     scan.gtin            // 00304092051057
///     scan.bracketed       // (01)00304092051057(10)K1A
///
/// An item may carry its elements on several bar codes; what one of them lacks is in
/// ``missingCompanions``, and only the whole is refused for it.
package struct ElementString: Hashable, Sendable {
  /// In the order of the bar code, each identifier once.
  package let elements: [Element]

  /// Refused are an identifier with two values and identifiers that exclude each other.
  package init(_ elements: [Element]) throws(ScanFault) {
    var kept: [Element] = []
    for element in elements where !kept.contains(element) {
      if kept.contains(where: { $0.identifier == element.identifier }) {
        throw ScanFault(
          .repeated, in: element.identifier,
          "the scan has two different values of (\(element.identifier)) \(element.title)",
          hint: "scan one package at a time")
      }
      kept.append(element)
    }
    guard !kept.isEmpty else { throw ScanFault(.empty, "the scan is empty") }
    if let fault = ElementString.exclusion(among: kept) { throw fault }
    self.elements = kept
  }

  /// The data of an element.
  package subscript(_ identifier: String) -> String? {
    elements.first { $0.identifier == identifier }?.data
  }

  /// The item's number, 14 digits: (01) of a trade item.
  package var gtin: String? { self["01"] }
  package var lot: String? { self["10"] }
  package var serial: String? { self["21"] }

  /// The last day of use, (17), or the day of (7003), seen from a year.
  package func expiry(seenFrom year: Int) -> CivilDate? {
    (self["17"] ?? self["7003"].map { String($0.prefix(6)) }).flatMap {
      ElementDate.day($0, seenFrom: year)
    }
  }

  /// The elements with their identifiers in brackets, as they are printed below a bar code. A
  /// bracket within data has a backslash before it.
  package var bracketed: String {
    elements.map { element in
      let data = element.data.map { $0 == "(" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return "(\(element.identifier))\(data)"
    }.joined()
  }

  /// The characters of the bar code, without symbology identifier or leading FNC1; `separator`
  /// stands after each element whose length its identifier does not fix, but the last.
  package func encoded(separator: Character = "\u{1D}") -> String {
    var text = ""
    for (index, element) in elements.enumerated() {
      text += element.identifier + element.data
      let isFixed = ElementTable.rules[element.identifier]?.isPredefined == true
      if index < elements.count - 1, !isFixed { text.append(separator) }
    }
    return text
  }

  /// What the elements want beside them and the scan does not have.
  package var missingCompanions: [ScanFault] {
    let present = elements.map(\.identifier)
    return elements.flatMap { element in
      (ElementTable.rules[element.identifier]?.needs ?? []).compactMap { list in
        ElementString.isSatisfied(list, by: present, for: element.identifier)
          ? nil : ElementString.missing(list, for: element)
      }
    }
  }

  /// This scan and another bar code of the same item.
  package func joined(with other: ElementString) throws(ScanFault) -> ElementString {
    try ElementString(elements + other.elements)
  }

  private static func isSatisfied(
    _ list: [[String]], by present: [String], for identifier: String
  ) -> Bool {
    list.contains { patterns in
      patterns.allSatisfy { pattern in
        present.contains { $0 != identifier && ElementRule.matches($0, pattern) }
      }
    }
  }

  private static func missing(_ list: [[String]], for element: Element) -> ScanFault {
    let wanted = list.map { $0.map { "(\($0))" }.joined(separator: " with ") }
    return ScanFault(
      .missingCompanion, in: element.identifier,
      "(\(element.identifier)) \(element.title) stands alone; it needs \(alternatives(wanted))",
      hint: "scan the other bar code of the same package as well")
  }

  private static func exclusion(among elements: [Element]) -> ScanFault? {
    for element in elements {
      let patterns = ElementTable.rules[element.identifier]?.excludes ?? []
      for other in elements where other.identifier != element.identifier {
        guard patterns.contains(where: { ElementRule.matches(other.identifier, $0) }) else {
          continue
        }
        return ScanFault(
          .excluded, in: element.identifier,
          "(\(element.identifier)) \(element.title) and (\(other.identifier)) \(other.title) "
            + "do not belong on one item",
          hint: "scan one package at a time")
      }
    }
    return nil
  }
}

/// `a`, `a or b`, `a, b or c`.
private func alternatives(_ words: [String]) -> String {
  guard words.count > 1, let last = words.last else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

extension ElementRule {
  /// What is wrong with some data, component by component.
  func fault(in data: [UInt8]) -> ScanFault? {
    var rest = data[...]
    for component in components {
      if rest.isEmpty, component.isOptional { continue }
      let part = rest.prefix(component.length.upperBound)
      guard part.count >= component.length.lowerBound else { return wrongLength(data) }
      rest = rest.dropFirst(part.count)
      if let byte = part.first(where: { !component.characters.holds($0) }) {
        return wrongCharacter(byte)
      }
      for check in component.checks {
        if let wanted = check.fault(in: Array(part)) { return wrongContent(data, wanted) }
      }
    }
    return rest.isEmpty ? nil : wrongLength(data)
  }

  private var named: String { "(\(identifier)) \(title)" }

  private func wrongLength(_ data: [UInt8]) -> ScanFault {
    let wanted =
      length.lowerBound == length.upperBound
      ? "\(length.lowerBound)" : "\(length.lowerBound) to \(length.upperBound)"
    let isShort = data.count < length.upperBound
    return ScanFault(
      isShort ? .tooShort : .elementTooLong, in: identifier,
      "\(named) has \(data.count) characters instead of \(wanted)",
      hint: isShort ? "scan again, or type what is printed below the code" : nil)
  }

  private func wrongCharacter(_ byte: UInt8) -> ScanFault {
    let shown =
      (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "`")
      ? "`\(Character(UnicodeScalar(byte)))`" : "byte \(byte)"
    return ScanFault(
      .character, in: identifier, "\(named) may not hold \(shown)",
      hint: "scan again; where it comes back, the scanner's keyboard layout may be wrong")
  }

  /// Names of people and addresses stay out of messages.
  private func wrongContent(_ data: [UInt8], _ wanted: String) -> ScanFault {
    let isPersonal = identifier.hasPrefix("43") || identifier.hasPrefix("72")
    let shown = isPersonal ? "" : " `\(String(decoding: data, as: UTF8.self))`"
    return ScanFault(.content, in: identifier, "\(named)\(shown) is not \(wanted)")
  }
}
