/// A moment in UTC, counted in milliseconds since 1970 without leap seconds.
///
/// It is written in exactly one way, 24 characters of RFC 3339:
///
///     Instant("2026-11-21T14:05:09.123Z")?.text     // the same text
///     Instant("2026-11-21T14:05:09Z")               // nil: milliseconds are part of the form
///
/// Years run from 1970 to 9999.
package struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00.000Z.
  package let milliseconds: Int64

  /// The last millisecond of the year 9999.
  package static let last = Instant(milliseconds: 253_402_300_799_999)
  /// The first millisecond of 1970.
  package static let first = Instant(milliseconds: 0)

  private static let range: ClosedRange<Int64> = 0...253_402_300_799_999

  /// Precondition: within the years 1970 to 9999. Counts from outside go through ``init(exactly:)``.
  package init(milliseconds: Int64) {
    precondition(Instant.range.contains(milliseconds), "instant outside 1970 to 9999")
    self.milliseconds = milliseconds
  }

  /// Nil outside the years 1970 to 9999.
  package init?(exactly milliseconds: Int64) {
    guard Instant.range.contains(milliseconds) else { return nil }
    self.milliseconds = milliseconds
  }

  /// Reads the one form; nil for any other, and for dates that no calendar has.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, Instant.hasMarks(bytes) else { return nil }
    func field(_ start: Int, _ length: Int) -> Int { Instant.number(bytes[start..<start + length]) }
    let (year, month, day) = (field(0, 4), field(5, 2), field(8, 2))
    let (hour, minute, second, milli) = (field(11, 2), field(14, 2), field(17, 2), field(20, 3))
    guard year >= 1970, let days = GregorianDay(year: year, month: month, day: day)?.days,
      hour < 24, minute < 60, second < 60
    else { return nil }
    let seconds = (days * 24 + hour) * 3600 + minute * 60 + second
    self.milliseconds = Int64(seconds) * 1000 + Int64(milli)
  }

  /// The 24 characters.
  package var text: String {
    let days = Int(milliseconds / 86_400_000)
    let rest = Int(milliseconds % 86_400_000)
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
    let time = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2)).\(pad(rest % 1000, 3))"
    return "\(GregorianDay(days: days).text)T\(time)Z"
  }

  /// The moment so many milliseconds later or, when negative, earlier; it stops at the ends of the
  /// range.
  package func adding(milliseconds more: Int64) -> Instant {
    let (sum, overflow) = milliseconds.addingReportingOverflow(more)
    if overflow { return more < 0 ? .first : .last }
    let kept = min(max(sum, Instant.range.lowerBound), Instant.range.upperBound)
    return Instant(milliseconds: kept)
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Whether the fixed characters stand in their places and all others are digits.
  private static func hasMarks(_ bytes: [UInt8]) -> Bool {
    for (index, mark) in "dddd-dd-ddTdd:dd:dd.dddZ".utf8.enumerated() {
      let fits = mark == UInt8(ascii: "d") ? Byte.isDigit(bytes[index]) : bytes[index] == mark
      if !fits { return false }
    }
    return true
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1 - Byte.zero) }
  }
}

/// A day of the Gregorian calendar, without a time zone.
///
///     GregorianDay(year: 2026, month: 2, day: 29)     // nil
package struct GregorianDay: Hashable, Comparable, Sendable {
  /// 0 to 9999.
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  /// Nil for a day that the calendar does not have, and outside the years 0 to 9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= GregorianDay.length(ofMonth: month, year: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day so many days after 1970-01-01. Precondition: within the years 0 to 9999.
  package init(days: Int) {
    // Eras of 400 years that begin on March 1, so that the leap day is the last of its year
    // (Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    precondition((0...9999).contains(year), "date outside the years 0 to 9999")
  }

  /// Days since 1970-01-01, negative before it.
  package var days: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `2026-11-21`.
  package var text: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }

  package static func < (left: GregorianDay, right: GregorianDay) -> Bool { left.days < right.days }

  /// The number of days of a month. Precondition: 1 to 12.
  package static func length(ofMonth month: Int, year: Int) -> Int {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }
}

/// The number with leading zeros up to a width.
private func pad(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
