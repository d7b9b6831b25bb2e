/// What texts in a body must look like.
///
/// A body is for everybody who audits. What people may write freely goes to the vault; what stands
/// openly is a name of the trade (a person of the staff, a supplier, a place), a number on a paper
/// of business, or a code, and has a form in which a patient's name does not turn up by accident.
/// A text that is refused is never repeated: it may be such a name.
package enum Words {
  /// A name of the trade: 1 to `limit` characters, without spaces at its ends.
  package static func faults(_ text: String, of what: String, limit: Int = 120) -> [EventFault] {
    if text.isEmpty || text.first == " " || text.last == " " {
      return [EventFault("\(what) is empty or has spaces at its ends")]
    }
    if text.unicodeScalars.count > limit {
      return [EventFault("\(what) is longer than \(limit) characters")]
    }
    return []
  }

  /// The number of a paper or a parcel, such as `INV-55120` or `12/0042`: 1 to 40 letters, digits
  /// and signs without a space, one digit at least.
  package static func number(_ text: String, of what: String) -> [EventFault] {
    let faults = faults(text, of: what, limit: 40)
    guard faults.isEmpty else { return faults }
    guard isCode(text) else {
      return [EventFault("\(what) has \(stray(in: text)) in it", hint: hint)]
    }
    guard text.utf8.contains(where: isDigit) else {
      return [EventFault("\(what) has no digit in it", hint: hint)]
    }
    return []
  }

  /// A word of the house, such as `DEA-106` or `denaturing-kit`: like a number, also without digit.
  package static func code(_ text: String, of what: String) -> [EventFault] {
    let faults = faults(text, of: what, limit: 40)
    guard faults.isEmpty else { return faults }
    guard isCode(text) else {
      return [
        EventFault(
          "\(what) has \(stray(in: text)) in it",
          hint:
            "write one word, such as `denaturing-kit` or `DEA-106`; what is to be explained goes "
            + "into `--note`")
      ]
    }
    return []
  }

  /// Initials in capitals, and a credential where one is said: `AS`, `AS RN`.
  package static func initials(_ text: String, of what: String) -> [EventFault] {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let first = parts.first, (1...6).contains(first.count),
      first.allSatisfy({ $0.isUppercase || $0 == "." || $0 == "-" }),
      parts.count == 1 || (parts.count == 2 && credentials.contains(String(parts[1])))
    else {
      return [
        EventFault(
          "\(what) is not initials",
          hint: "such as `AS`, or with a credential `AS RN`")
      ]
    }
    return []
  }

  /// What may follow somebody's initials.
  package static let credentials: Set<String> = [
    "RN", "LPN", "LVN", "APRN", "NP", "CNM", "CNS", "CRNA", "CAA", "PA", "PA-C", "MD", "DO", "DDS",
    "DMD", "DPM", "DVM", "RPh", "PharmD", "CPhT", "CMA", "MA", "RMA", "EMT", "RT",
  ]

  package static func isStateCode(_ text: String) -> Bool {
    text.utf8.count == 2 && text.utf8.allSatisfy { (65...90).contains($0) }
  }

  /// Milligrams as the program writes them: digits, and up to three decimals.
  static func isMilligrams(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), text.utf8.count <= 20 else { return false }
    return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
      && (parts.count == 1 || parts[1].count <= 3)
  }

  private static let hint =
    "write it as the paper has it, without spaces, such as `INV-55120`; words go into `--note`"

  private static func stray(in text: String) -> String {
    text.contains(" ") ? "a space" : "a sign that no number or code has"
  }

  private static func isCode(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "-/.#_:".utf8.contains(byte)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
