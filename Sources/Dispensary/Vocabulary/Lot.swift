import Notation

/// A lot of a product: the manufacturer's number as it is printed, and the day it expires.
///
///     try Lot(number: "KT0425", expiry: CivilDate(expiry: "2027-04"))   // 2027-04-30
///
/// The number has 1 to 20 printable ASCII characters (GS1 allows no more) and no space at its
/// ends. Upper and lower case are different, as they are on the label.
package struct Lot: Hashable, Sendable {
  package let number: String
  package let expiry: CivilDate

  package init(number: String, expiry: CivilDate) throws(VocabularyError) {
    let bytes = number.utf8
    guard (1...20).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }),
      bytes.first != 0x20, bytes.last != 0x20
    else {
      throw VocabularyError(
        .lotMalformed, "\(quoted(number)) is not a lot number",
        hint: "write 1 to 20 printable characters as on the label")
    }
    (self.number, self.expiry) = (number, expiry)
  }

  /// Whether the lot may still be used on `day`; the day of expiry itself counts.
  package func isUsable(on day: CivilDate) -> Bool { day <= expiry }
}

/// A day of the Gregorian calendar without a time or a zone, from 1900-01-01 to 9999-12-31.
package struct CivilDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let year: Int
  package let month: Int
  package let day: Int

  /// Nil for a day that the calendar does not have.
  package init?(year: Int, month: Int, day: Int) {
    guard (1900...9999).contains(year), GregorianDay(year: year, month: month, day: day) != nil
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// Reads `2027-04-30` and nothing else.
  package init(_ text: String) throws(VocabularyError) {
    guard let read = CivilDate.numbers(text, shape: [4, 2, 2]),
      let date = CivilDate(year: read[0], month: read[1], day: read[2])
    else {
      throw VocabularyError(
        .dateMalformed, "\(quoted(text)) is not a date",
        hint: "write year, month and day, such as `2027-04-30`")
    }
    self = date
  }

  /// Reads an expiry: a day, or a month such as `2027-04`, which means its last day.
  package init(expiry text: String) throws(VocabularyError) {
    if let read = CivilDate.numbers(text, shape: [4, 2]), (1...12).contains(read[1]),
      let date = CivilDate(
        year: read[0], month: read[1],
        day: GregorianDay.length(ofMonth: read[1], year: read[0]))
    {
      self = date
      return
    }
    do { try self.init(text) } catch {
      throw VocabularyError(
        .dateMalformed, "\(quoted(text)) is not an expiry",
        hint: "write `2027-04-30`, or `2027-04` for the last day of the month")
    }
  }

  /// The day that is `number` days after 1970-01-01. Nil outside the calendar's years.
  package init?(dayNumber number: Int) {
    guard (-25_567...2_932_896).contains(number) else { return nil }
    let date = GregorianDay(days: number)
    (year, month, day) = (date.year, date.month, date.day)
  }

  /// Days since 1970-01-01.
  package var dayNumber: Int {
    guard let date = GregorianDay(year: year, month: month, day: day) else {
      preconditionFailure("a date is a day of the calendar")
    }
    return date.days
  }

  /// So many days later, or earlier. Nil outside the calendar's years.
  package func adding(days: Int) -> CivilDate? {
    let (number, overflow) = dayNumber.addingReportingOverflow(days)
    return overflow ? nil : CivilDate(dayNumber: number)
  }

  /// `2027-04-30`.
  package var text: String {
    "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }
  package var description: String { text }

  package static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  private static func numbers(_ text: String, shape: [Int]) -> [Int]? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == shape, parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) })
    else { return nil }
    return parts.compactMap { Int($0) }
  }
}
