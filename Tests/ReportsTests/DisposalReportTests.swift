import Dispensary
import Notation
import Reports
import Testing

@Suite("Papers of what left")
struct DisposalReportTests {
  /// The week, and then everything that leaves, with a waste held and a batch that is being made.
  static func story() throws -> Story {
    var story = try Site.week()
    try story.move("5 15:00", "5", from: "vault", to: "room")
    try story.leaveRoom(on: "5")
    let draw = try DrawID("D-4")
    try story.add(
      WasteHeld(
        draw: draw, item: Story.item(), quantity: Story.amount("1"),
        to: Position(try LocationID("vault"), .loose(draw), status: .awaitingWaste),
        patient: Story.patient), at: "5 17:00")
    try story.add(
      CompoundingStarted(
        id: try BatchID("B-2"), product: try ProductID("house-1"), formula: "F",
        ingredients: [
          OutgoingLine(
            item: Story.item("B2"), position: Story.position("vault"),
            quantity: Story.amount("5"))
        ]), at: "5 17:10")
    return story
  }

  static func report(_ story: Story) -> DisposalReport {
    DisposalReport(state: story.state, now: Story.time("6 15:00"), zone: Site.zone)
  }

  @Test("the manifest of a shipment")
  func manifest() throws {
    let report = DisposalReportTests.report(try DisposalReportTests.story())
    let text = try #require(report.manifest(of: try ShipmentID("S-2")))
    #expect(ReportTests.isReadable(text, columns: 120) && ReportTests.isPrivate(text))
    try golden("manifest.txt", text)
    #expect(report.manifest(of: try ShipmentID("S-3")) == nil)
  }

  @Test("lists of losses, destructions, shipments and batches")
  func lists() throws {
    let report = DisposalReportTests.report(try DisposalReportTests.story())
    let lists = [report.losses, report.destructions, report.shipments, report.batches]
    let text = lists.map { Text.document(TextTable($0.titles, rows: $0.rows, width: 200).lines) }
    #expect(text.allSatisfy(ReportTests.isPrivate))
    try golden("disposal-lists.txt", text.joined(separator: "\n"))
  }

  @Test("what waits stands in the status with its age")
  func status() throws {
    let story = try DisposalReportTests.story()
    let report = StatusReport(
      state: story.state, now: Story.time("6 15:00"), zone: Site.zone, warnings: [])
    #expect(ReportTests.isReadable(report.text, columns: 100))
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    try golden("status-leaving.txt", report.text)
    try golden("status-leaving.json", ReportTests.pretty(report.json))
  }

  @Test("the history tells it, and the chart has a line for each")
  func history() throws {
    let story = try DisposalReportTests.story()
    let items = story.items.filter { $0.seq >= 27 }
    let report = HistoryReport(items, state: story.state, zone: Site.zone)
    #expect(ReportTests.isReadable(report.text, columns: 100))
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    try golden("history-leaving.txt", report.text)
    let chart = try #require(
      Reconciliation(of: Story.ketamine, in: story.state, from: nil, to: nil))
    let text = ReconciliationReport(chart, state: story.state, zone: Site.zone, head: Site.head)
      .text
    try golden("reconciliation-leaving.txt", text)
  }

  @Test("a container's story has what was set down of it, and a loss its custodian")
  func filters() throws {
    var story = try DisposalReportTests.story()
    try story.add(
      Loss(
        from: .stock(Story.position("vault")), item: Story.item("B2"),
        quantity: Story.amount("5"), kind: .missing, discovered: Story.time("5 17:00"),
        custodian: Story.ana), at: "5 18:00")
    var filter = HistoryFilter()
    filter.container = try ContainerID("V-1")
    let report = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter)
    #expect(report.items.last?.event is WasteHeld)
    filter = HistoryFilter()
    (filter.person, filter.type) = (Story.ana, Loss.type)
    let losses = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter)
    #expect(losses.items.count == 2)
  }
}
