import Dispensary
import Notation
import Reports
import Testing

@Suite("What the office prints")
struct OfficeReportTests {
  static let day = try! CivilDate("2026-11-05")

  /// The week, with everything that the office can add to it.
  static func week() throws -> Story {
    var story = try Site.week()
    let ana = story.state.people.keys.min()!
    let dea = try DEANumber("PN1234563")
    let license = License(number: "RN-1", state: "OH", expires: try CivilDate("2026-11-20"))
    try story.add(
      PersonCredential(person: ana, license: license, dea: dea, deaExpires: day), at: "5 16:00")
    try story.add(EntryCosigned(entry: 12), at: "5 16:01")
    try story.add(EntryReviewed(entry: 12), at: "5 16:02")
    try story.add(PatientUpdated(id: Story.patient), at: "5 16:03")
    let twin = try PatientID("dddddddddddddddd")
    try story.add(PatientAdded(id: twin), at: "5 16:04")
    try story.add(
      PatientMerged(from: twin, into: Story.patient, reason: .duplicate), at: "5 16:05")
    try story.add(
      RecordsDisclosed(subject: Story.patient, purpose: .board, content: .records), at: "5 16:06")
    try story.add(HoldPlaced(id: try HoldID("H-1"), patient: Story.patient), at: "5 16:07")
    try story.add(HoldPlaced(id: try HoldID("H-2")), at: "5 16:08")
    try story.add(HoldLifted(id: try HoldID("H-2")), at: "5 16:09")
    try story.add(DowntimeStarted(id: try DowntimeID("DT-1")), at: "5 16:10")
    try story.add(DowntimeEnded(id: try DowntimeID("DT-1")), at: "5 16:11")
    try story.add(DowntimeStarted(id: try DowntimeID("DT-2")), at: "5 16:12")
    try story.add(
      Inspection(agency: .dea, form: "DEA-82", copies: true, samples: true), at: "5 16:13")
    try story.add(
      Filing(
        form: "DEA-106", recipient: .dea, sentAt: Story.time("5 16:00"), confirmation: "C-7",
        answers: 12), at: "5 16:14")
    try story.add(SiteMoved(address: "5 Lake Rd", date: day), at: "5 16:15")
    try story.add(SiteTransferred(dea: dea, name: "Lake Clinic", date: day), at: "5 16:16")
    return story
  }

  @Test("status and history tell all of it, and no pseudonym")
  func told() throws {
    let story = try OfficeReportTests.week()
    let status = StatusReport(
      state: story.state, now: Story.time("5 17:00"), zone: Site.zone, warnings: [])
    let history = HistoryReport(story.items, state: story.state, zone: Site.zone)
    for text in [status.text, history.text, "\(status.json)", "\(history.json)"] {
      #expect(ReportTests.isPrivate(text) && !text.contains("dddddddddddddddd"))
    }
    #expect(ReportTests.isReadable(status.text + history.text, columns: 100))
    try golden("status-office.txt", status.text)
    try golden("history-office.txt", history.text)
  }

  @Test("a downtime sheet fits eighty columns")
  func sheet() throws {
    let story = try Site.week()
    let sheet = DowntimeSheet(
      state: story.state, now: Story.time("5 17:00"), zone: Site.zone, lines: 4)
    #expect(sheet.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(ReportTests.isPrivate(sheet.text) && ReportTests.isPrivate("\(sheet.json)"))
    #expect(sheet.text.split(separator: "\n").count { $0.hasPrefix("     |") } == 4)
    try golden("downtime-sheet.txt", sheet.text)
  }
}
