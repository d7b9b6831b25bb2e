import Dispensary
import Foundation
import Notation

/// The desk's clock, calendar and time zone: the only place that asks the system for them.
enum LocalTime {
  static func now() -> Instant {
    Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  /// A zone's transitions from 1970 to 2100, out of the system's database.
  static func zone(_ name: String) throws -> Zone {
    if name == "UTC" { return .utc }
    guard let zone = TimeZone(identifier: name) else {
      throw Failure.usage(
        "`\(name)` is not a time zone", hint: "write it as `America/New_York`")
    }
    var transitions = [transition(zone, at: Date(timeIntervalSince1970: 0))]
    var date = Date(timeIntervalSince1970: 0)
    let end = Date(timeIntervalSince1970: 4_102_444_800)
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next < end {
      transitions.append(transition(zone, at: next))
      date = next
    }
    return Zone(name: name, transitions: transitions)
  }

  private static func transition(_ zone: TimeZone, at date: Date) -> Zone.Transition {
    Zone.Transition(
      from: Instant(milliseconds: Int64(date.timeIntervalSince1970 * 1000)),
      offsetSeconds: Int64(zone.secondsFromGMT(for: date)))
  }

  /// Reads what people type for a time: `14:05`, `yesterday 14:05`, `2026-11-20 14:05`,
  /// `2026-11-20T14:05:09Z`, in the site's zone unless it says otherwise.
  /// So are `2:05pm`, `1405` and `11/20/2026 14:05`.
  static func read(_ text: String, now: Instant, zone: Zone) throws -> Instant {
    if let instant = Instant(text) { return instant }
    if text.hasSuffix("Z"), let instant = Instant(text.dropLast() + ".000Z") { return instant }
    if text.lowercased() == "now" { return now }
    let words = try usual(text)
    let today = zone.day(of: now)
    let day: CivilDate?
    switch words.first {
    case "today" where words.count == 2: day = today
    case "yesterday" where words.count == 2: day = today.adding(days: -1)
    case let word? where words.count == 1 && word.contains(":"): day = today
    case let word? where words.count == 2: day = try? CivilDate(word)
    default: day = nil
    }
    guard let day, let clock = words.last.flatMap(minutes) else { throw malformed(text) }
    return try instant(day, seconds: clock, zone: zone, text)
  }

  /// The words of a time, with its day and its clock as the ledger writes them.
  private static func usual(_ text: String) throws -> [String] {
    let spaced = text.contains(where: \.isNumber) ? text.replacing("T", with: " ") : text
    var words = spaced.lowercased().split(separator: " ").map(String.init).filter { $0 != "at" }
    if let half = words.last, ["am", "pm"].contains(half), words.count > 1 {
      words.removeLast()
      words[words.count - 1] += half
    }
    guard let last = words.last else { return [] }
    words[words.count - 1] = clock(last)
    if words.count == 2, let day = try Dates.fullDay(words[0]) { words[0] = day.text }
    return words
  }

  /// `14:05` of `2:05pm` and of `1405`.
  private static func clock(_ word: String) -> String {
    let digits = word.filter(\.isNumber)
    if digits == word, word.count == 4 { return "\(word.prefix(2)):\(word.suffix(2))" }
    let half = word.suffix(2)
    guard half == "am" || half == "pm" else { return word }
    let parts = word.dropLast(2).split(separator: ":").map(String.init)
    guard let hour = parts.first.flatMap({ Int($0) }), (1...12).contains(hour), parts.count <= 2
    else { return word }
    let minutes = parts.count == 2 ? parts[1] : "00"
    return "\(hour % 12 + (half == "pm" ? 12 : 0)):\(minutes)"
  }

  /// Reads the end or the beginning of a period: a day means all of it.
  static func readPeriod(
    _ text: String, end: Bool, now: Instant, zone: Zone
  ) throws -> Instant {
    let today = zone.day(of: now)
    let day: CivilDate? =
      switch text {
      case "today": today
      case "yesterday": today.adding(days: -1)
      default: try Dates.fullDay(text) ?? (try? CivilDate(text))
      }
    guard let day else { return try read(text, now: now, zone: zone) }
    guard let first = end ? day.adding(days: 1) : day else { throw malformed(text) }
    let instant = try instant(first, seconds: 0, zone: zone, text)
    return end ? Instant(milliseconds: instant.milliseconds - 1) : instant
  }

  private static func minutes(_ text: String) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3,
      parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hour = Int64(parts[0]), let minute = Int64(parts[1]),
      let second = parts.count == 3 ? Int64(parts[2]) : 0,
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// Local wall time to an instant; of two in autumn the earlier, of none in spring the later.
  private static func instant(
    _ day: CivilDate, seconds: Int64, zone: Zone, _ text: String
  ) throws -> Instant {
    let local = (Int64(day.dayNumber) * 86_400 + seconds) * 1000
    let offsets = Set(zone.transitions.map(\.offsetSeconds) + [0]).sorted(by: >)
    for offset in offsets {
      let instant = Instant(milliseconds: local - offset * 1000)
      if zone.offsetSeconds(at: instant) == offset { return instant }
    }
    throw Failure.usage(
      "`\(text)` does not exist: the clocks went forward then", hint: "write it as UTC, with `Z`")
  }

  private static func malformed(_ text: String) -> Failure {
    Failure.usage(
      "`\(text)` is not a time",
      hint: "write `14:05`, `yesterday 14:05`, `2026-11-20 14:05` or `2026-11-20T19:05:00Z`")
  }
}
