/// One level of packing as a listing describes it: `10 VIAL in 1 CARTON (65219-186-05)`.
///
/// Microliters are turned into milliliters and kilograms into grams; every other unit keeps
/// the listing's word.
package struct PackageLevel: Hashable, Sendable, CustomStringConvertible {
  /// Thousandths of `unit` in one container; positive.
  package let count: Int64
  /// What is counted: a container of the next level or, at the innermost, `mL`, `TABLET`.
  package let unit: String
  package let container: String
  package let ndc: NDC?

  package init(
    count: Int64, unit: String, container: String, ndc: NDC?
  ) throws(VocabularyError) {
    guard (1...VocabularyLimits.thousandths).contains(count), isLine(unit), isLine(container),
      !(unit + container).contains(where: { "()/".contains($0) })
    else { throw PackageLevel.malformed("\(unit) in 1 \(container)") }
    (self.count, self.unit, self.container, self.ndc) = (count, unit, container, ndc)
  }

  /// Reads one level. Refused are other shapes, an NDC that is none and counts that thousandths
  /// cannot hold.
  package init(_ text: String) throws(VocabularyError) {
    var rest = text.split(separator: " ").joined(separator: " ")[...]
    let code = try PackageLevel.removeCode(from: &rest, in: text)
    guard let (before, container) = PackageLevel.halves(rest),
      let space = before.firstIndex(of: " "),
      let number = DecimalText(before[..<space])
    else { throw PackageLevel.malformed(text) }
    let (unit, shift) = PackageLevel.measure(before[before.index(after: space)...])
    guard let count = number.whole(shiftedBy: shift) else {
      throw VocabularyError(
        .packageMalformed, "\(quoted(text)) has a count that thousandths cannot hold")
    }
    try self.init(count: count, unit: unit, container: String(container), ndc: code)
  }

  /// Reads all levels of a description, outermost first; levels are divided by ` / `, and each
  /// must count the containers of the next.
  package static func levels(
    of description: String
  ) throws(VocabularyError) -> [PackageLevel] {
    guard description.unicodeScalars.count <= VocabularyLimits.descriptionCharacters else {
      throw VocabularyError(
        .packageMalformed,
        "the description is longer than \(VocabularyLimits.descriptionCharacters) characters")
    }
    guard !description.contains("*") else {
      throw VocabularyError(
        .packageMalformed, "\(quoted(description)) is a kit of different parts",
        hint: "add each part as a product of its own")
    }
    let parts = description.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= VocabularyLimits.packageLevels else {
      throw VocabularyError(
        .packageMalformed,
        "the description has \(parts.count) levels, more than \(VocabularyLimits.packageLevels)")
    }
    var levels: [PackageLevel] = []
    for part in parts {
      let level = try PackageLevel(String(trimmed(part)))
      if let outer = levels.last { try refuseGap(outer, level) }
      levels.append(level)
    }
    return levels
  }

  /// `10 VIAL in 1 CARTON (65219-186-05)`, which reads back as the same level.
  package var text: String {
    let code = ndc.map { " (\($0))" } ?? ""
    return "\(shortDecimal(UInt64(count))) \(unit) in 1 \(container)\(code)"
  }
  package var description: String { text }

  private static func refuseGap(
    _ outer: PackageLevel, _ inner: PackageLevel
  ) throws(VocabularyError) {
    guard outer.unit == inner.container else {
      throw VocabularyError(
        .packageMalformed,
        "\(quoted(outer.text)) counts \(quoted(outer.unit)), "
          + "but the next level is \(quoted(inner.container))")
    }
    guard outer.count.isMultiple(of: 1_000) else {
      throw VocabularyError(
        .packageMalformed, "\(quoted(outer.text)) counts a fraction of a container")
    }
  }

  private static func removeCode(
    from rest: inout Substring, in text: String
  ) throws(VocabularyError) -> NDC? {
    guard rest.last == ")" else { return nil }
    guard let open = rest.lastIndex(of: "(") else { throw malformed(text) }
    let code = rest[rest.index(after: open)...].dropLast()
    rest = trimmed(rest[..<open])
    return try NDC(String(trimmed(code)))
  }

  /// What stands before and after the only ` in 1 `.
  private static func halves(_ text: Substring) -> (Substring, Substring)? {
    let words = text.split(separator: " ")
    let joints = words.indices.dropLast().filter { words[$0] == "in" && words[$0 + 1] == "1" }
    guard joints.count == 1, let joint = joints.first, joint + 2 < words.count, joint >= 2 else {
      return nil
    }
    return (
      text[..<trimmed(text[..<words[joint].startIndex]).endIndex],
      text[words[joint + 2].startIndex...]
    )
  }

  /// The unit that is kept, and how many decimals of the stated number make a thousandth.
  private static func measure(_ word: Substring) -> (String, Int) {
    switch word {
    case "uL": ("mL", 0)
    case "L": ("mL", 6)
    case "mg": ("g", 0)
    case "kg": ("g", 6)
    default: (String(word), 3)
    }
  }

  private static func malformed(_ text: String) -> VocabularyError {
    VocabularyError(
      .packageMalformed, "\(quoted(text)) is not a level of packing",
      hint: "a level reads `10 VIAL in 1 CARTON (65219-186-05)`")
  }
}

/// A package of a product as it is bought: what is in it, down to the containers that are
/// opened at the counter.
///
/// Ten vials of 5 mL in a carton hold 50 mL in ten containers of 5 mL; a kit of two sprays holds
/// two devices in two containers of one.
package struct Package: Hashable, Sendable {
  /// The code of the outermost container.
  package let ndc: NDC?
  /// Outermost first; empty for a package that was typed by hand without levels.
  package let levels: [PackageLevel]
  /// The listing's text, unchanged.
  package let description: String
  /// Whether the listing calls it a sample.
  package let isSample: Bool
  /// What one innermost container holds: 5 mL, 1 device, 60 tablets.
  package let container: Quantity
  /// How many innermost containers the package holds; at least one.
  package let containers: Int64
  /// Base units in the whole package.
  package let contents: Quantity

  /// Refused if the container is empty, there are none, or the total is out of range.
  package init(
    ndc: NDC?, levels: [PackageLevel] = [], description: String = "", isSample: Bool = false,
    container: Quantity, containers: Int64
  ) throws(VocabularyError) {
    guard container.isPositive, containers > 0, levels.count <= VocabularyLimits.packageLevels,
      let contents = try? container.times(containers)
    else {
      throw VocabularyError(
        .packageMalformed, "`\(containers)` containers of `\(container)` are not a package")
    }
    (self.ndc, self.levels, self.description) = (ndc, levels, description)
    (self.isSample, self.container, self.containers) = (isSample, container, containers)
    self.contents = contents
  }

  /// Whether the package is a kit by its outermost word.
  package var isKit: Bool { levels.first?.container == "KIT" }

  /// Every code of the package, outermost first: the box and its inner vial.
  package var codes: [NDC] {
    var codes = ndc.map { [$0] } ?? []
    for code in levels.compactMap(\.ndc) where !codes.contains(where: code.denotesSamePackage) {
      codes.append(code)
    }
    return codes
  }

  /// How many innermost containers are in one of what `code` names: ten for the carton, one for
  /// the vial. Nil for a code of another package.
  package func containers(named code: NDC) -> Int64? {
    if let ndc, ndc.denotesSamePackage(as: code) { return containers }
    guard let depth = levels.lastIndex(where: { $0.ndc?.denotesSamePackage(as: code) == true })
    else { return nil }
    // Levels that were typed or read from an entry need not agree with the count of containers.
    var outside: Int64 = 1
    for level in levels[..<depth] {
      let (product, overflow) = outside.multipliedReportingOverflow(by: level.count / 1_000)
      guard !overflow, product > 0 else { return nil }
      outside = product
    }
    return containers.isMultiple(of: outside) ? containers / outside : nil
  }
}
