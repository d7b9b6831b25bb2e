import Dispensary
import Notation
import Reports
import Testing

@Suite("Reports of prescriptions")
struct PrescriptionReportTests {
  static let rx = try! RxID(number: 1)

  /// Three sprays filled in two parts and picked up, a refill that waits, another that is void.
  static func story() throws -> Story {
    var story = try Story()
    try story.receive("2 10:00", "10", lot: "S1", product: Story.spray)
    try story.add(try order(1, days: 14, refills: 2), at: "2 11:00")
    try story.add(try filled(1, "1"), at: "2 12:00")
    try story.add(try filled(1, "2"), at: "3 12:00")
    try story.add(
      PrescriptionPickedUp(
        id: rx, recipient: Story.patient,
        lines: [.init(item: Story.item("S1", Story.spray), amount: Story.amount("3"))],
        setting: .init(
          name: "Hill Clinic", dea: try DEANumber("AB1234563"), hasProof: true)), at: "3 13:00")
    try story.add(try filled(1, "3", number: 1), at: "4 12:00")
    try story.add(try order(2, days: nil, refills: 0, asWritten: true), at: "4 13:00")
    try story.add(
      PrescriptionVoided(id: try RxID(number: 2), recipient: Story.patient, reason: "duplicate"),
      at: "4 13:30")
    return story
  }

  static func order(
    _ number: Int, days: Int64?, refills: Int64, asWritten: Bool = false
  ) throws -> PrescriptionAdded {
    PrescriptionAdded(
      id: try RxID(number: number), recipient: Story.patient, product: Story.spray,
      quantity: Story.amount("3"), daysSupply: days, refills: refills,
      issued: try CivilDate("2026-11-02"), prescriber: "Dr. Ida Reyes",
      prescriberDEA: try DEANumber("AB1234563"), form: .electronic, isAsWritten: asWritten)
  }

  static func filled(
    _ rx: Int, _ amount: String, number: Int64 = 0
  ) throws -> PrescriptionFilled {
    PrescriptionFilled(
      id: try RxID(number: rx), recipient: Story.patient, number: number,
      lines: [
        PrescriptionLine(
          item: Story.item("S1", Story.spray), position: Story.position("vault"),
          amount: Story.amount(amount))
      ])
  }

  @Test("a prescription on a page")
  func page() throws {
    let story = try Self.story()
    let reports = story.state.prescriptionList.map {
      PrescriptionReport($0, state: story.state, now: Story.time("19 12:01"), zone: Site.zone)
    }
    #expect(reports.map(\.standing) == ["open", "voided"])
    #expect(reports.map(\.isOpen) == [true, false])
    let text = reports.map(\.text).joined(separator: "\n")
    #expect(ReportTests.isReadable(text, columns: 100) && ReportTests.isPrivate(text))
    try golden("prescriptions.txt", text)
    let json = try #require(reports.first).json
    #expect(ReportTests.isPrivate("\(json)"))
    try golden("prescription.json", ReportTests.pretty(json))
  }

  static let standings: [(String, String)] = [
    ("2027-05-02T23:59:59.999Z", "open"), ("2027-05-03T04:00:00.000Z", "expired"),
  ]

  @Test("after six months it has expired", arguments: standings)
  func expired(_ row: (now: String, standing: String)) throws {
    let story = try Self.story()
    let record = try #require(story.state.prescriptions[Self.rx])
    let now = try #require(Instant(row.now))
    let report = PrescriptionReport(record, state: story.state, now: now, zone: .utc)
    #expect(report.standing == row.standing)
    #expect(report.isOpen, "it waits in will-call")
  }

  @Test("the status says what waits, and what has waited too long")
  func status() throws {
    let story = try Self.story()
    for (now, flagged) in [("18 12:00", false), ("18 12:01", true)] {
      let report = StatusReport(
        state: story.state, now: Story.time(now), zone: Site.zone, warnings: [])
      #expect(report.text.contains("RETURN after 14 d") == flagged)
      #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    }
    let report = StatusReport(
      state: story.state, now: Story.time("19 12:01"), zone: Site.zone, warnings: [])
    try golden("status-will-call.txt", report.text)
    try golden("status-will-call.json", ReportTests.pretty(report.json["will_call"] ?? .null))
  }

  @Test("the history tells of prescriptions")
  func history() throws {
    let story = try Self.story()
    let report = HistoryReport(story.items, state: story.state, zone: Site.zone)
    let text = report.text
    #expect(ReportTests.isReadable(text, columns: 100) && ReportTests.isPrivate(text))
    try golden("history-prescriptions.txt", text)
    var filter = HistoryFilter()
    filter.patient = try PatientCode("P-1")
    let types = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter).items
      .map { type(of: $0.event).type }
    #expect(
      types == [
        "patient.add", "rx.add", "rx.fill", "rx.fill", "rx.pickup", "rx.fill", "rx.add", "rx.void",
      ])
  }
}
