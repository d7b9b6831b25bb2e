import Dispensary
import Notation

/// Days as they are printed on packages and typed at a counter.
///
///     04/27, 2027/04, APR 2027     the last day of April 2027, where an expiry is meant
///     4/30/2027, 30 APR 2027       that day
///
/// A day and a month that could be each other's are never guessed between.
enum Dates {
  /// An expiry as printed. What the vocabulary reads is not looked at twice.
  static func expiry(_ text: String) throws -> CivilDate {
    if let date = try? CivilDate(expiry: text) { return date }
    if let day = try fullDay(text) { return day }
    if let (year, month) = yearAndMonth(text) {
      return try CivilDate(expiry: "\(year)-\(padded(month))")
    }
    return try CivilDate(expiry: text)
  }

  /// An expiry as printed on a carton; `nil` where somebody types that nobody can read it.
  static func carton(_ text: String) throws -> CivilDate? {
    ["unreadable", "unknown", "illegible"].contains(text.lowercased()) ? nil : try expiry(text)
  }

  /// A day as typed.
  static func day(_ text: String, today: CivilDate) throws -> CivilDate {
    switch text.lowercased() {
    case "today": return today
    case "yesterday": return today.adding(days: -1) ?? today
    default: return try fullDay(text) ?? CivilDate(text)
    }
  }

  /// A day with its month and year in any usual order; `nil` for anything else.
  static func fullDay(_ text: String) throws -> CivilDate? {
    let parts = parts(text)
    guard parts.count == 3 else { return nil }
    if let month = parts.compactMap(monthNamed).first {
      let numbers = parts.compactMap { Int($0) }
      guard numbers.count == 2, let day = numbers.first(where: { $0 <= 31 }),
        let year = year(parts.last(where: { Int($0) != nil && $0.count >= 2 }) ?? "")
          ?? year(parts[0])
      else { return nil }
      return CivilDate(year: year, month: month, day: day)
    }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == 3 else { return nil }
    if parts[0].count == 4 {
      return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
    }
    guard let year = year(parts[2]) else { return nil }
    let (first, second) = (numbers[0], numbers[1])
    if first <= 12, second <= 12, first != second {
      throw Failure.usage(
        "`\(text)` may be two days",
        hint: "write year, month and day: `\(year)-\(padded(first))-\(padded(second))`, or "
          + "`\(year)-\(padded(second))-\(padded(first))`")
    }
    return first <= 12
      ? CivilDate(year: year, month: first, day: second)
      : CivilDate(year: year, month: second, day: first)
  }

  private static func yearAndMonth(_ text: String) -> (year: Int, month: Int)? {
    let parts = parts(text)
    guard parts.count == 2 else { return nil }
    if parts[0].count == 4, let year = year(parts[0]), let month = month(parts[1]) {
      return (year, month)
    }
    guard let month = month(parts[0]), let year = year(parts[1]) else { return nil }
    return (year, month)
  }

  private static func parts(_ text: String) -> [String] {
    let words = text.split { " /-.,".contains($0) }.map(String.init)
    // `APR2027` is two words.
    return words.flatMap { word -> [String] in
      let letters = word.prefix(while: \.isLetter)
      let rest = word.dropFirst(letters.count)
      return letters.isEmpty || rest.isEmpty ? [word] : [String(letters), String(rest)]
    }
  }

  private static func month(_ text: String) -> Int? {
    if let named = monthNamed(text) { return named }
    guard let number = Int(text), (1...12).contains(number), text.count <= 2 else { return nil }
    return number
  }

  private static func monthNamed(_ text: String) -> Int? {
    let names = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september",
      "october", "november", "december",
    ]
    let lower = text.lowercased()
    guard lower.count >= 3 else { return nil }
    return names.firstIndex { $0.hasPrefix(lower) }.map { $0 + 1 }
  }

  /// Four digits, or two of this century.
  private static func year(_ text: String) -> Int? {
    guard let number = Int(text), text.allSatisfy(\.isNumber) else { return nil }
    switch text.count {
    case 4 where (1900...2199).contains(number): return number
    case 2: return 2000 + number
    default: return nil
    }
  }

  private static func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
}
