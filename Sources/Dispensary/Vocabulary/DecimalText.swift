/// A plain decimal number of ASCII digits as a listing or a person writes it: `10`, `.2`, `0.70`.
///
/// The value is `digits` divided by ten to the power of `places`. There is no sign, no exponent
/// and no separator; at least one digit must stand before or after the point, and a point must
/// be followed by a digit.
struct DecimalText {
  let digits: Int64
  let places: Int

  /// Nil for anything else and for more than eighteen digits.
  init?(_ text: some StringProtocol) {
    var digits: Int64 = 0
    var seen = 0
    var places: Int?
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard seen < 18 else { return nil }
        digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
        seen += 1
        places = places.map { $0 + 1 }
      case UInt8(ascii: ".") where places == nil:
        places = 0
      default: return nil
      }
    }
    guard seen > 0, places != 0 else { return nil }
    self.digits = digits
    self.places = places ?? 0
  }

  /// The value times ten to the power of `shift` where that is a whole number that fits.
  func whole(shiftedBy shift: Int) -> Int64? {
    var value = digits
    var exponent = shift - places
    while exponent < 0, value.isMultiple(of: 10), value != 0 {
      value /= 10
      exponent += 1
    }
    guard value != 0 else { return 0 }
    guard exponent >= 0 else { return nil }
    for _ in 0..<exponent {
      let (next, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = next
    }
    return value
  }
}

func greatestCommonDivisor(_ left: Int128, _ right: Int128) -> Int128 {
  var (a, b) = (left, right)
  while b != 0 { (a, b) = (b, a % b) }
  return a < 0 ? -a : a
}
