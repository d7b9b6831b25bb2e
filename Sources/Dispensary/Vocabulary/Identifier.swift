/// What an identifier names, and how it is spelled.
package protocol IdentifierKind: Sendable {
  /// `a person`, `a container`: what the message says the text is not.
  static var noun: String { get }
  /// The remedy: how such an identifier is written.
  static var rule: String { get }
  /// Whether the text may stand in a message; a patient's may not.
  static var isShown: Bool { get }
  /// The one spelling of what was typed, or nil if it is none.
  static func canonical(_ text: String) -> String?
}

extension IdentifierKind {
  package static var isShown: Bool { true }
}

/// A kind whose identifiers are a prefix and a number that starts at 1.
package protocol NumberedKind: IdentifierKind {
  /// `V-`, `p`.
  static var prefix: String { get }
  /// A number that a message may show.
  static var example: Int { get }
}

extension NumberedKind {
  package static var rule: String {
    "write `\(prefix)` and a number, such as `\(prefix)\(example)`"
  }
  package static func canonical(_ text: String) -> String? { numbered(text, prefix) }
}

/// A name for one thing of a kind, so that a person is never taken for a lot.
///
///     let vial = try ContainerID("v31")   // V-31
///     try DrawID(number: 104)             // D-104
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, Comparable,
  CustomStringConvertible
{
  /// The one spelling of the identifier.
  package let text: String

  package init(_ text: String) throws(VocabularyError) {
    guard text.utf8.count <= 64, let canonical = Kind.canonical(text) else {
      let shown = Kind.isShown ? quoted(text) : "the text"
      throw VocabularyError(
        .identifierMalformed, "\(shown) does not name \(Kind.noun)", hint: Kind.rule)
    }
    self.text = canonical
  }

  package var description: String { text }

  /// Shorter numbers come first, so that `V-9` stands before `V-10`; slugs go by the alphabet.
  package static func < (left: Self, right: Self) -> Bool {
    guard Kind.self is any NumberedKind.Type, left.text.utf8.count != right.text.utf8.count
    else { return left.text < right.text }
    return left.text.utf8.count < right.text.utf8.count
  }
}

extension Identifier where Kind: NumberedKind {
  /// The identifier with this number, which is at least 1 and has at most nine digits.
  package init(number: Int) throws(VocabularyError) { try self.init("\(Kind.prefix)\(number)") }

  /// The number behind the prefix.
  package var number: Int { Int(text.dropFirst(Kind.prefix.count)) ?? 0 }
}

/// A person of the site: `p3`.
package typealias PersonID = Identifier<PersonKind>
/// The short name by which colleagues call a person at the counter: `ana`.
package typealias Handle = Identifier<HandleKind>
/// A place where stock is held: `vault-2`.
package typealias LocationID = Identifier<LocationKind>
/// A product: its NDC without the package, `0409-2051`, or a slug of the site's own.
package typealias ProductID = Identifier<ProductKind>
/// An opened or numbered container: `V-31`.
package typealias ContainerID = Identifier<ContainerKind>
/// An amount that was drawn: `D-104`.
package typealias DrawID = Identifier<DrawKind>
/// An investigation of a difference: `C-3`.
package typealias CaseID = Identifier<CaseKind>
/// A prescription, or an order for a patient of the house: `Rx-12`.
package typealias RxID = Identifier<RxKind>
/// An order with a supplier: `O-4`.
package typealias OrderID = Identifier<OrderKind>
/// Goods on their way to somebody else: `S-2`.
package typealias ShipmentID = Identifier<ShipmentKind>
/// A batch being compounded: `B-3`.
package typealias BatchID = Identifier<BatchKind>
/// A legal hold on records: `H-1`.
package typealias HoldID = Identifier<HoldKind>
/// A time without the program, entered afterwards from paper: `DT-1`.
package typealias DowntimeID = Identifier<DowntimeKind>
/// A supplier: `mckesson`.
package typealias SupplierID = Identifier<SupplierKind>
/// A patient's random pseudonym of 80 bits: sixteen characters of lower-case base 32.
package typealias PatientID = Identifier<PatientKind>
/// The short number under which the counter knows a patient: `P-12`.
package typealias PatientCode = Identifier<PatientCodeKind>

package enum PersonKind: NumberedKind {
  package static let noun = "a person"
  package static let prefix = "p"
  package static let example = 3
  package static func canonical(_ text: String) -> String? { numbered(text, "p", loosely: false) }
}

package enum HandleKind: IdentifierKind {
  package static let noun = "a person"
  package static let rule =
    "write a lower-case letter, then up to 19 letters, digits or hyphens, such as `ana`"
  package static func canonical(_ text: String) -> String? {
    guard let first = text.utf8.first, isLower(first) else { return nil }
    return slug(text, limit: 20)
  }
}

package enum LocationKind: IdentifierKind {
  package static let noun = "a location"
  package static let rule =
    "write up to 31 lower-case letters, digits and hyphens, such as `vault-2`"
  package static func canonical(_ text: String) -> String? { slug(text, limit: 31) }
}

package enum SupplierKind: IdentifierKind {
  package static let noun = "a supplier"
  package static let rule =
    "write up to 31 lower-case letters, digits and hyphens, such as `mckesson`"
  package static func canonical(_ text: String) -> String? { slug(text, limit: 31) }
}

package enum ProductKind: IdentifierKind {
  package static let noun = "a product"
  package static let rule =
    "write the NDC without its package, such as `0409-2051`, or up to 40 lower-case letters, "
    + "digits, hyphens and points"
  package static func canonical(_ text: String) -> String? { slug(text, limit: 40, points: true) }
}

package enum ContainerKind: NumberedKind {
  package static let noun = "a container"
  package static let prefix = "V-"
  package static let example = 31
}

package enum DrawKind: NumberedKind {
  package static let noun = "a draw"
  package static let prefix = "D-"
  package static let example = 104
}

package enum CaseKind: NumberedKind {
  package static let noun = "a case"
  package static let prefix = "C-"
  package static let example = 3
}

package enum RxKind: NumberedKind {
  package static let noun = "a prescription"
  package static let prefix = "Rx-"
  package static let example = 12
}

package enum OrderKind: NumberedKind {
  package static let noun = "an order"
  package static let prefix = "O-"
  package static let example = 4
}

package enum ShipmentKind: NumberedKind {
  package static let noun = "a shipment"
  package static let prefix = "S-"
  package static let example = 2
}

package enum BatchKind: NumberedKind {
  package static let noun = "a batch"
  package static let prefix = "B-"
  package static let example = 3
}

package enum HoldKind: NumberedKind {
  package static let noun = "a legal hold"
  package static let prefix = "H-"
  package static let example = 1
}

package enum DowntimeKind: NumberedKind {
  package static let noun = "a downtime"
  package static let prefix = "DT-"
  package static let example = 1
}

package enum PatientCodeKind: NumberedKind {
  package static let noun = "a patient"
  package static let prefix = "P-"
  package static let example = 12
  // Somebody may have typed the patient's name.
  package static let isShown = false
}

package enum PatientKind: IdentifierKind {
  package static let noun = "a patient"
  package static let rule = "a pseudonym has 16 characters of `a` to `z` and `2` to `7`"
  package static let isShown = false
  package static func canonical(_ text: String) -> String? {
    let good = text.utf8.allSatisfy { isLower($0) || (0x32...0x37).contains($0) }
    return good && text.utf8.count == 16 ? text : nil
  }
}

/// Letters, digits and hyphens, not starting with a hyphen.
private func slug(_ text: String, limit: Int, points: Bool = false) -> String? {
  guard let first = text.utf8.first, isLower(first) || isDigit(first), text.utf8.count <= limit,
    text.utf8.allSatisfy({
      isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") || (points && $0 == UInt8(ascii: "."))
    })
  else { return nil }
  return text
}

/// A prefix and a number without zeros in front. What is typed `loosely` may be in other case and
/// lack the hyphen.
private func numbered(_ text: String, _ prefix: String, loosely: Bool = true) -> String? {
  let letters = prefix.prefix { $0 != "-" }
  guard
    text.hasPrefix(letters)
      || (loosely && asciiLowercased(text).hasPrefix(asciiLowercased(letters)))
  else { return nil }
  var digits = text.dropFirst(letters.count)
  if prefix.hasSuffix("-"), digits.hasPrefix("-") { digits = digits.dropFirst() }
  guard (1...VocabularyLimits.identifierDigits).contains(digits.utf8.count),
    digits.utf8.allSatisfy(isDigit), digits.first != "0"
  else { return nil }
  return prefix + digits
}
