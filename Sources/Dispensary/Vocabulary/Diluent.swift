/// What a drug is diluted in, in a few names that a label can print.
///
/// A closed list, because the name stands openly in a body. People may write what their charts say:
///
///     Diluent.named("normal saline")   // NaCl 0.9 %
///     Diluent.named("D5W")             // dextrose 5 %
///     Diluent.named("what we had")     // nil
package enum Diluent {
  /// Every diluent in its one spelling. What is none of them is `other`, and a note names it.
  package static let all = [
    "NaCl 0.9 %", "NaCl 0.45 %", "bacteriostatic NaCl 0.9 %", "dextrose 5 %", "dextrose 10 %",
    "dextrose 5 % in NaCl 0.45 %", "dextrose 5 % in NaCl 0.9 %", "lactated Ringer's",
    "Plasma-Lyte A", "sterile water", "bacteriostatic water", "other",
  ]

  /// The one spelling of a diluent; `nil` for what is none.
  package static func named(_ text: String) -> String? { bySpelling[spelling(text)] }

  /// What is wrong with a diluent in a body; what was typed is not repeated.
  static func faults(_ text: String) -> [EventFault] {
    guard !all.contains(text) else { return [] }
    return [EventFault("the diluent is none that the ledger knows", hint: hint)]
  }

  /// The way out for a name that is not known.
  package static let hint =
    "such as `NaCl 0.9 %`, `D5W` or `sterile water`; otherwise `other`, and `--note` says what"

  /// Without case, spaces and signs: `NaCl 0.9 %` and `nacl 0.9%` are one.
  private static func spelling(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "." }
  }

  private static let bySpelling: [String: String] = {
    var names = [
      "ns": "NaCl 0.9 %", "normal saline": "NaCl 0.9 %", "saline": "NaCl 0.9 %",
      "0.9 NaCl": "NaCl 0.9 %", "0.9 saline": "NaCl 0.9 %", "sodium chloride 0.9": "NaCl 0.9 %",
      "0.9 sodium chloride": "NaCl 0.9 %", "half normal saline": "NaCl 0.45 %",
      "0.45 NaCl": "NaCl 0.45 %", "bacteriostatic saline": "bacteriostatic NaCl 0.9 %",
      "D5W": "dextrose 5 %", "D5": "dextrose 5 %", "glucose 5": "dextrose 5 %",
      "5 dextrose": "dextrose 5 %", "D10W": "dextrose 10 %", "D10": "dextrose 10 %",
      "D5 0.45 NS": "dextrose 5 % in NaCl 0.45 %", "D5 half NS": "dextrose 5 % in NaCl 0.45 %",
      "D5NS": "dextrose 5 % in NaCl 0.9 %", "LR": "lactated Ringer's",
      "Ringer's lactate": "lactated Ringer's", "Plasmalyte": "Plasma-Lyte A",
      "SWFI": "sterile water",
      "water": "sterile water", "sterile water for injection": "sterile water",
      "water for injection": "sterile water", "BWFI": "bacteriostatic water",
    ]
    for name in all { names[name] = name }
    return Dictionary(names.map { (spelling($0.key), $0.value) }) { first, _ in first }
  }()
}
