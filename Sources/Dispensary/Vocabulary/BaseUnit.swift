/// The unit in which a product is counted, named by its UCUM code.
///
/// Liquids are counted in milliliters and powders in grams; whatever is handed out whole is
/// counted by the piece: a nasal spray, a prefilled syringe, a tablet, a film, a packet.
package enum BaseUnit: String, Hashable, Sendable, CaseIterable {
  case milliliter = "mL"
  case gram = "g"
  case device = "{device}"
  case tablet = "{tablet}"
  case capsule = "{capsule}"
  case film = "{film}"
  case patch = "{patch}"
  case packet = "{packet}"

  /// The UCUM code, as the ledger writes it.
  package var code: String { rawValue }

  /// Whether the unit is counted by the piece.
  package var isCounted: Bool { self != .milliliter && self != .gram }

  /// The word for one: `mL`, `device`.
  package var singular: String {
    switch self {
    case .milliliter: "mL"
    case .gram: "g"
    case .device: "device"
    case .tablet: "tablet"
    case .capsule: "capsule"
    case .film: "film"
    case .patch: "patch"
    case .packet: "packet"
    }
  }

  /// The word for several: `mL`, `devices`.
  package var plural: String {
    switch self {
    case .milliliter, .gram: singular
    case .patch: "patches"
    default: singular + "s"
    }
  }

  /// Reads a UCUM code or a word as the counter writes it: `mL`, `{device}`, `device`,
  /// `devices`. The letters' case matters, as it does in UCUM.
  package init?(word: String) {
    let named = BaseUnit.allCases.first {
      $0.rawValue == word || $0.singular == word || $0.plural == word
    }
    guard let named else { return nil }
    self = named
  }
}
