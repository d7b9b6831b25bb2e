import Notation
import Testing

private let instants: [(String, Int64)] = [
  ("1970-01-01T00:00:00.000Z", 0), ("1970-01-01T00:00:00.001Z", 1),
  ("2000-02-29T23:59:59.999Z", 951_868_799_999), ("2026-11-21T14:05:09.123Z", 1_795_269_909_123),
  ("2100-02-28T00:00:00.000Z", 4_107_456_000_000),
  ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
  ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
]

@Test("instants are read and written", arguments: instants)
func instant(_ text: String, _ milliseconds: Int64) {
  #expect(Instant(text)?.milliseconds == milliseconds)
  #expect(Instant(milliseconds: milliseconds).text == text)
}

@Test(
  "everything but the one form is refused",
  arguments: [
    "", "2026-11-21", "2026-11-21T14:05:09Z", "2026-11-21T14:05:09.12Z", "2026-11-21 14:05:09.123Z",
    "2026-11-21t14:05:09.123z", "2026-11-21T14:05:09.123+00:00", "2026-11-21T14:05:09.1234Z",
    "2026-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
    "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-04-31T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z",
    "1969-12-31T23:59:59.999Z", "2026-11-21T14:05:09.123Z ", "２026-11-21T14:05:09.123Z",
    "-026-11-21T14:05:09.123Z",
  ])
func notAnInstant(_ text: String) {
  #expect(Instant(text) == nil)
}

@Test("every day of the range goes there and back, one after the other")
func everyDay() {
  var previous = GregorianDay(days: -1)
  #expect(previous.text == "1969-12-31")
  for days in 0...2_932_896 {
    let date = GregorianDay(days: days)
    if date.days != days || !(previous < date) || !follows(date, previous) {
      Issue.record("\(date.text)")
      return
    }
    previous = date
  }
  #expect(previous.text == "9999-12-31")
}

private func follows(_ date: GregorianDay, _ previous: GregorianDay) -> Bool {
  if date.day > 1 { return (date.year, date.month, date.day - 1) == parts(previous) }
  return GregorianDay(year: previous.year, month: previous.month, day: previous.day + 1) == nil
}

private func parts(_ date: GregorianDay) -> (Int, Int, Int) { (date.year, date.month, date.day) }

@Test("adding stops at the ends of the range")
func addingStops() {
  #expect(Instant.first.adding(milliseconds: -1) == .first)
  #expect(Instant.last.adding(milliseconds: .max) == .last)
  #expect(Instant.first.adding(milliseconds: 86_400_000).text == "1970-01-02T00:00:00.000Z")
  #expect(Instant(exactly: -1) == nil && Instant(exactly: 253_402_300_800_000) == nil)
  #expect(Instant.first < Instant.last)
}
