import Dispensary
import Recordkeeping

/// Words that stand openly in a body, brought into the form they have there.
///
/// Whatever is not understood is refused without being repeated, and never squeezed into a code: it
/// may be the name of a patient that slipped into the wrong field.
enum Methods {
  /// How something is wasted or destroyed, as one word: `Chemical digestion` is
  /// `chemical-digestion`.
  static func read(_ text: String) throws -> String {
    let words = text.lowercased().split(separator: " ").joined(separator: "-")
    if usual.contains(words) { return words }
    if let fault = Words.code(text, of: "the method").first {
      throw Failure.usage(
        fault.text,
        hint: "such as \(usual.prefix(4).map { "`\($0)`" }.joined(separator: ", ")); "
          + "other words go into `--note`")
    }
    return text.lowercased()
  }

  /// What people do, and type with spaces.
  private static let usual = [
    "denaturing-kit", "incineration", "chemical-digestion", "charcoal", "incineration-kit",
    "disposal-kit", "drug-disposal-kit", "activated-carbon", "sharps-container", "waste-container",
    "cat-litter", "kitty-litter", "coffee-grounds", "sink", "drain", "sewer", "toilet", "trash",
  ]
}

extension WastingOptions {
  /// The method as it stands in the body.
  var code: String { get throws { try Methods.read(method) } }
}

extension PrepareCommand {
  /// The diluent in its one spelling.
  func named() throws -> String {
    if let name = Diluent.named(diluent) { return name }
    throw Failure.usage("the diluent is none that the ledger knows", hint: Diluent.hint)
  }
}

extension Desk {
  /// What kind of authority was named, and its name for the vault where that says more.
  func agency(_ text: String, as name: String) throws -> (Agency, [Private]) {
    if let agency = Agency(rawValue: text.lowercased()) { return (agency, []) }
    return (Agency.named(text), [try secret(name, text)])
  }

  /// Initials in capitals, with a credential in its usual spelling: `as rn` is `AS RN`.
  func initials(_ text: String) -> String {
    var parts = text.split { $0 == " " || $0 == "," }.map(String.init)
    guard !parts.isEmpty else { return text }
    parts[0] = parts[0].uppercased()
    for (index, part) in parts.enumerated().dropFirst() {
      let known = Words.credentials.first { $0.lowercased() == part.lowercased() }
      parts[index] = known ?? part
    }
    return parts.joined(separator: " ")
  }
}
