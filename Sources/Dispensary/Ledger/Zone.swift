package import Notation

/// A site's local time as plain numbers, so that rules need no time zone database.
///
/// The desk builds it from the system's database and hands it in.
///
/// GAP: the ledger holds the zone's name and no digest of its table, so that a later database may
/// show an old entry at another local time. What is recorded is in UTC.
package struct Zone: Hashable, Sendable {
  /// From this moment on, local time is UTC plus so many seconds.
  package struct Transition: Hashable, Sendable {
    package let from: Instant
    package let offsetSeconds: Int64

    package init(from: Instant, offsetSeconds: Int64) {
      self.from = from
      self.offsetSeconds = offsetSeconds
    }
  }

  package let name: String
  /// In order of time; the first one holds for everything before it too.
  package let transitions: [Transition]

  package init(name: String, transitions: [Transition]) {
    self.name = name
    self.transitions = transitions
  }

  package static let utc = Zone(name: "UTC", transitions: [])

  package func offsetSeconds(at instant: Instant) -> Int64 {
    (transitions.last { $0.from <= instant } ?? transitions.first)?.offsetSeconds ?? 0
  }

  /// The local day of an instant.
  package func day(of instant: Instant) -> CivilDate {
    let local = instant.milliseconds + offsetSeconds(at: instant) * 1000
    let whole = local / 86_400_000
    let day = Int(local % 86_400_000 < 0 ? whole - 1 : whole)
    guard let date = CivilDate(dayNumber: day) else {
      preconditionFailure("an instant lies within the calendar")
    }
    return date
  }

  /// Local wall time to the minute with its offset, such as `2026-11-21 09:05 -05:00`.
  package func shown(_ instant: Instant) -> String {
    let offset = offsetSeconds(at: instant)
    // An instant so early that its local time would lie before 1970 is shown at the first one.
    let shifted = instant.milliseconds + offset * 1000
    let local = (Instant(exactly: shifted) ?? .first).text
    let minutes = abs(offset) / 60
    let sign = offset < 0 ? "-" : "+"
    let zone = "\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    return "\(local.prefix(10)) \(local.dropFirst(11).prefix(5)) \(zone)"
  }

  private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
