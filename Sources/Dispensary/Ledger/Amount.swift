/// A whole number of thousandths of a product's base unit, as events and postings hold it.
///
/// The unit is the product's and is not repeated; ``Quantity`` joins the two for people to read.
/// On the wire it is a decimal string with exactly three places, such as `"0.700"` or `"-0.100"`.
package struct Amount: Hashable, Comparable, Sendable {
  /// The largest magnitude that any amount or balance may have, in thousandths.
  package static let limit: Int64 = 1_000_000_000_000_000

  package static let zero = Amount(thousandths: 0)

  /// Thousandths of the base unit.
  package var thousandths: Int64

  package init(thousandths: Int64) { self.thousandths = thousandths }

  /// Reads the wire form; anything but digits, a point and exactly three places is `nil`.
  package init?(wire text: String) {
    var digits = text.utf8[...]
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits = digits.dropFirst() }
    guard let point = digits.firstIndex(of: UInt8(ascii: ".")),
      digits.distance(from: point, to: digits.endIndex) == 4
    else { return nil }
    var value: Int64 = 0
    for byte in digits where byte != UInt8(ascii: ".") {
      guard byte >= 48, byte <= 57 else { return nil }
      value = value &* 10 &+ Int64(byte &- 48)
      guard value <= Amount.limit else { return nil }
    }
    self.init(thousandths: negative ? -value : value)
    guard self.wire == text else { return nil }
  }

  /// The decimal text with exactly three places.
  package var wire: String {
    let magnitude = thousandths.magnitude
    let fraction = String(magnitude % 1000)
    let padding = String(repeating: "0", count: 3 - fraction.utf8.count)
    return "\(thousandths < 0 ? "-" : "")\(magnitude / 1000).\(padding)\(fraction)"
  }

  package var isPositive: Bool { thousandths > 0 }
  package var isZero: Bool { thousandths == 0 }
  package var magnitude: Amount { Amount(thousandths: abs(thousandths)) }

  package static func < (left: Amount, right: Amount) -> Bool {
    left.thousandths < right.thousandths
  }
  package static func + (left: Amount, right: Amount) -> Amount {
    Amount(thousandths: left.thousandths + right.thousandths)
  }
  package static func - (left: Amount, right: Amount) -> Amount {
    Amount(thousandths: left.thousandths - right.thousandths)
  }
  package static prefix func - (value: Amount) -> Amount {
    Amount(thousandths: -value.thousandths)
  }
  package static func += (left: inout Amount, right: Amount) { left = left + right }
}

extension Sequence where Element == Amount {
  /// The sum; zero when there is nothing to add.
  package var sum: Amount { reduce(.zero, +) }
}
