/// An authority or partner that inspects, seizes or is sent a form, as a code.
///
/// A body says no more of it than its kind. What it is called in full may be any words, so that
/// the vault keeps it:
///
///     Agency.named("DEA Columbus")         // .dea
///     Agency.named("Ohio Board of Pharmacy")  // .board
///     Agency.named("Elm Transport")        // .other
package enum Agency: String, CaseIterable, Sendable, WireText {
  case dea, fda, board, rems, pdmp, police, court, supplier, registrant, other

  /// As people read it: `the DEA`.
  package var shown: String {
    switch self {
    case .dea, .fda, .rems, .pdmp: "the " + rawValue.uppercased()
    case .board: "the board of pharmacy"
    case .police, .court: "the " + rawValue
    case .supplier, .registrant: "a " + rawValue
    case .other: "somebody named in the vault"
    }
  }

  /// The kind that a name in words belongs to: the first of its words that is a code, or a usual
  /// word for one.
  package static func named(_ text: String) -> Agency {
    let words = text.lowercased().split { !$0.isLetter }.map(String.init)
    return words.lazy.compactMap { Agency(rawValue: $0) ?? usual[$0] }.first ?? .other
  }

  private static let usual: [String: Agency] = [
    "sheriff": .police, "trooper": .police, "pmp": .pdmp, "drug": .dea, "judge": .court,
  ]
}
