import Dispensary
import Notation
import Reports
import Testing

@Suite("Reports of a site with one signer")
struct OneSignerReportTests {
  /// Every report that can be drawn up of a story, as text and as JSON.
  static func reports(_ story: Story) throws -> [(name: String, text: String, json: JSON?)] {
    let (state, zone, now) = (story.state, Site.zone, Story.time("9 17:00"))
    let chart = try #require(
      Reconciliation(of: Story.item().product, in: state, from: nil, to: nil))
    let charted = ReconciliationReport(chart, state: state, zone: zone, head: Site.head)
    let status = StatusReport(state: state, now: now, zone: zone, warnings: [])
    let person = try #require(state.people.keys.min())
    let handover = StatusReport(
      state: state, now: now, zone: zone, warnings: [], person: person)
    let history = HistoryReport(story.items, state: state, zone: zone)
    let nothing = HistoryReport([], state: state, zone: zone)
    let expiring = ExpiringReport(state: state, now: now, zone: zone, within: nil)
    let dead = DeadSpaceReport(state, zone: zone)
    let none = DeadSpaceReport(state, zone: zone, from: now)
    let sheet = DowntimeSheet(state: state, now: now, zone: zone, lines: 2)
    return [
      ("reconciliation", charted.text, charted.json), ("status", status.text, status.json),
      ("hand-over", handover.text, handover.json), ("history", history.text, history.json),
      ("no history", nothing.text, nothing.json),
      ("an entry", history.detail(3) ?? "", nil), ("expiring", expiring.text, expiring.json),
      ("dead space", dead.text, dead.json), ("no dead space", none.text, none.json),
      ("downtime sheet", sheet.text, sheet.json),
    ]
  }

  @Test("each says so, in words and in JSON, and still when it has ended")
  func all() throws {
    var story = try Site.week()
    for report in try OneSignerReportTests.reports(story) {
      #expect(!report.text.contains("one-signer"), "\(report.name)")
      #expect(report.json?["one_signer"] == nil, "\(report.name)")
    }
    var policy = Policy()
    policy.isOneSigner = true
    let from = story.state.size
    try story.add(PolicyAdopted(policy: policy), at: "9 16:00")
    var line = "one-signer policy since entry \(from): no second person saw these acts unless named"
    var json: JSON = [["since": .integer(from)]]
    try check(story, line, json)
    policy.isOneSigner = false
    try story.add(PolicyAdopted(policy: policy), at: "9 16:01")
    line =
      "one-signer policy from entry \(from) to entry \(from + 1): no second person saw those acts "
      + "unless named"
    json = [["since": .integer(from), "until": .integer(from + 1)]]
    try check(story, line, json)
  }

  private func check(_ story: Story, _ line: String, _ json: JSON) throws {
    for report in try OneSignerReportTests.reports(story) {
      let lines = report.text.split(separator: "\n").map(String.init)
      #expect(lines.count { $0 == line } == 1, "\(report.name)")
      if let own = report.json { #expect(own["one_signer"] == json, "\(report.name)") }
    }
  }
}
