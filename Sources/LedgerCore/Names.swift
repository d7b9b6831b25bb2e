/// The name of a ledger: `organization/site/epoch`, the first line of each of its checkpoints.
///
///     try Origin("riverside.example/main/1").site     // "main"
///
/// It matches `[a-z0-9.-]+/[a-z0-9-]+/[1-9][0-9]*` and has at most 100 bytes.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
  /// The whole name.
  package let text: String
  /// What stands before the first slash; a domain name by custom.
  package let organization: String
  /// The registered location.
  package let site: String
  /// Counts the ledgers of a site, beginning at 1.
  package let epoch: Int

  /// Throws ``CoreError/Code/originMalformed`` for text of another form.
  package init(_ text: String) throws(CoreError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard text.utf8.count <= CoreLimits.originBytesMax, parts.count == 3,
      Origin.isWord(parts[0], dots: true), Origin.isWord(parts[1], dots: false),
      let epoch = ordinal(String(parts[2]) ?? "")
    else { throw CoreError(.originMalformed, "origin is not of the form organization/site/epoch") }
    self.text = text
    organization = String(parts[0]) ?? ""
    site = String(parts[1]) ?? ""
    self.epoch = epoch
  }

  /// What stands as `prev` in entry 0: SHA-256(origin ‖ 0x0A).
  package var genesisPrev: Digest { SHA256.hash(Array(text.utf8) + [0x0A]) }

  package var description: String { text }

  private static func isWord(_ bytes: Substring.UTF8View, dots: Bool) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x2D || dots && $0 == 0x2E }
  }
}

/// The name of a person's key: `p3/1` is the first key of person `p3`. Never used twice.
///
/// Sorted by the bytes of the text, as strangers' tools sort.
package struct KeyName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The person: `p3`.
  package let person: String
  /// Counts the keys of a person, beginning at 1.
  package let number: Int

  /// Nil unless `p` and a number without leading zeros, a slash, and another such number.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, let person = String(parts[0]), KeyName.isPerson(person),
      let number = ordinal(String(parts[1]) ?? "")
    else { return nil }
    self.person = person
    self.number = number
  }

  /// Nil unless the person is of the form `p3` and the number 1 or more.
  package init?(person: String, number: Int) {
    self.init("\(person)/\(number)")
  }

  /// `p3/1`.
  package var text: String { "\(person)/\(number)" }

  package var description: String { text }

  /// Whether a text names a person: `p` and a number without leading zeros, at most nine digits.
  package static func isPerson(_ text: String) -> Bool {
    text.utf8.first == UInt8(ascii: "p") && ordinal(String(text.dropFirst())) != nil
  }

  package static func < (left: KeyName, right: KeyName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

/// A number `[1-9][0-9]*` of at most nine digits.
private func ordinal(_ text: String) -> Int? {
  guard let first = text.utf8.first, first != UInt8(ascii: "0"), text.utf8.count <= 9,
    text.utf8.allSatisfy(isDigit)
  else { return nil }
  return Int(text)
}

func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// Whether two texts are the same bytes. Swift's `==` calls texts equal that hash differently.
func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
