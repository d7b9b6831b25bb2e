/// A product of the formulary: what it is, how strong, how it is counted and packed.
///
/// It has no prices. Every package and the strength are in the product's base unit, which the
/// initializer checks.
package struct Product: Hashable, Sendable {
  /// One active ingredient with its strength as the listing states it.
  package struct Ingredient: Hashable, Sendable {
    package let substance: Substance
    package let strength: String

    package init(_ substance: Substance, strength: String) {
      (self.substance, self.strength) = (substance, strength)
    }
  }

  /// Where the description of the product comes from.
  package enum Provenance: String, Hashable, Sendable, CaseIterable {
    case openFDA = "openfda"
    case typed
    /// Made by the house; it has no listing, and no NDC.
    case compounded
  }

  package let id: ProductID
  /// The brand, or the generic name of a product without one.
  package let name: String
  package let genericName: String
  package let labeler: String
  /// The product's own schedule, which is that of its strictest ingredient.
  package let schedule: Schedule
  /// The dosage form, as the listing words it.
  package let form: String?
  package let routes: [String]
  /// All active ingredients; the first is the one that the strength measures.
  package let ingredients: [Ingredient]
  /// Mass of the first ingredient per base unit.
  package let strength: Strength
  package let baseUnit: BaseUnit
  package let packages: [Package]
  /// Whether a container may be entered more than once. False unless the listing or a person
  /// says so.
  package let isMultiDose: Bool
  /// Days after opening during which a multi-dose container may be used; nil for single doses.
  package let beyondUseDays: Int?
  /// The most that a container may hold above its label, where the site has set it.
  package let overfillLimit: Quantity?
  package let provenance: Provenance

  package init(
    id: ProductID, name: String, genericName: String, labeler: String, schedule: Schedule,
    form: String? = nil, routes: [String] = [], ingredients: [Ingredient], strength: Strength,
    packages: [Package], isMultiDose: Bool = false, beyondUseDays: Int? = nil,
    overfillLimit: Quantity? = nil, provenance: Provenance
  ) throws(VocabularyError) {
    (self.id, self.name, self.genericName) = (id, name, genericName)
    (self.labeler, self.schedule, self.form) = (labeler, schedule, form)
    (self.routes, self.ingredients, self.strength) = (routes, ingredients, strength)
    (self.baseUnit, self.packages) = (strength.unit, packages)
    self.isMultiDose = isMultiDose
    self.beyondUseDays = isMultiDose ? beyondUseDays ?? Product.beyondUseDays : nil
    (self.overfillLimit, self.provenance) = (overfillLimit, provenance)
    try refuseWrongLines()
    try refuseWrongAmounts()
  }

  /// Days for which an entered multi-dose container may be used unless the label says
  /// otherwise (USP <797>).
  package static let beyondUseDays = 28

  package var substances: [Substance] { ingredients.map(\.substance) }
  /// Whether an ingredient is a narcotic drug.
  package var isNarcotic: Bool { substances.contains(where: \.isNarcotic) }

  /// The package that `code` names, or whose inner container it names, in any form.
  package func package(named code: NDC) -> Package? {
    packages.first { $0.containers(named: code) != nil }
  }

  /// The most that `container` may hold above its label before the surplus is a difference.
  package func overfillCap(of container: Quantity) -> Quantity {
    overfillLimit ?? Overfill.recommended(for: container)
  }

  private func refuseWrongLines() throws(VocabularyError) {
    let lines = [name, genericName, labeler] + (form.map { [$0] } ?? []) + routes
    for line in lines + ingredients.map(\.strength) where !isLine(line) {
      throw VocabularyError(
        .productMalformed, "\(quoted(line)) is not a line of text of a product",
        hint: "write 1 to \(VocabularyLimits.lineCharacters) printable characters")
    }
  }

  private func refuseWrongAmounts() throws(VocabularyError) {
    guard (1...VocabularyLimits.ingredients).contains(ingredients.count),
      packages.count <= VocabularyLimits.packages
    else {
      throw VocabularyError(
        .productMalformed, "`\(id)` has no ingredients, or too many ingredients or packages")
    }
    let units = packages.map(\.container.unit) + (overfillLimit.map { [$0.unit] } ?? [])
    for unit in units where unit != baseUnit {
      throw VocabularyError(
        .unitMismatch,
        "`\(id)` is counted in \(baseUnit.plural) and has a package in \(unit.plural)")
    }
    guard overfillLimit?.isNegative != true, beyondUseDays.map((1...3_650).contains) != false
    else {
      throw VocabularyError(
        .productMalformed, "`\(id)` has an overfill or a beyond-use time out of range")
    }
  }
}

/// How much more than its label a container of liquid usually holds.
package enum Overfill {
  /// The excess that USP <1151> recommends for mobile liquids; sizes between two rows take the
  /// larger row. Nothing for what is weighed or counted.
  package static func recommended(for container: Quantity) -> Quantity {
    guard container.unit == .milliliter, container.isPositive else {
      return .zero(container.unit)
    }
    let row = rows.first { container.thousandths <= $0.size }
    let excess = row?.excess ?? max(1_000, container.thousandths / 50)
    return (try? Quantity(thousandths: excess, .milliliter)) ?? .zero(.milliliter)
  }

  /// Thousandths of a milliliter. From 50 mL on the table says two percent.
  private static let rows: [(size: Int64, excess: Int64)] = [
    (1_000, 100), (2_000, 150), (5_000, 300), (10_000, 500), (20_000, 600), (30_000, 800),
  ]
}
