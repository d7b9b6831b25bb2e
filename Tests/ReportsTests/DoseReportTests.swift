import Dispensary
import Notation
import Reports
import Testing

@Suite("Reports about doses")
struct DoseReportTests {
  /// Two draws with dead space, one of them reversed, and a diluted one of which a part is in.
  static func story() throws -> Story {
    var story = try Story()
    try story.initial("2 13:00", ("A1", "vault", "50"))
    try story.open("3 09:00")
    for at in ["3 10:00", "3 10:10"] {
      let draw = Draw(
        id: story.state.newDraw, item: Story.item(), from: Story.position("vault/V-1"),
        quantity: Story.amount("0.7"), loss: Story.amount("0.05"), holder: Story.ana,
        device: "1mL-syringe")
      try story.add(draw, at: at)
    }
    try story.correct(story.state.size - 1, at: "3 10:15")
    _ = try story.draw("3 10:20", "4.5", from: "vault/V-1")
    try story.add(
      Preparation(
        draw: DrawID("D-1"), item: Story.item(), quantity: Story.amount("0.65"),
        diluent: "NaCl 0.9 %", total: Story.amount("100"),
        beyondUse: Story.time("3 14:00")), at: "3 10:30")
    var dose = Administration(
      draw: try DrawID("D-1"), item: Story.item(), quantity: Story.amount("0.377"),
      milligrams: nil, recipient: Story.patient, route: "INTRAVENOUS", hasOrder: true)
    dose.infusion = Infusion(infused: Story.amount("58"), total: Story.amount("100"))
    dose.started = Story.time("3 10:40")
    try story.add(dose, at: "3 11:20")
    try story.add(
      AdministrationCompleted(
        entry: story.state.size - 1, recipient: Story.patient,
        particulars: Particulars(prescriber: "Dr. Reyes", authority: .standingOrder)),
      at: "3 12:00")
    let receiver = story.state.newPerson
    try story.add(
      PersonAdded(
        id: receiver, handle: Handle("cleo"), name: "Cleo Cole", initials: "CC", roles: [.nurse]),
      at: "3 12:05")
    try story.add(
      Handoff(draw: try DrawID("D-1"), holder: Story.ana, to: receiver), at: "3 12:10")
    return story
  }

  @Test("the label of an infusion")
  func label() throws {
    let story = try Self.story()
    let draw = try #require(story.state.draws[try DrawID("D-1")])
    let label = SyringeLabel(draw, state: story.state, zone: .utc)
    #expect(ReportTests.isPrivate(label.text) && ReportTests.isPrivate("\(label.json)"))
    try golden("label.txt", label.text)
    try golden("label.json", ReportTests.pretty(label.json))
  }

  @Test("the label of a syringe that nobody is named on")
  func unassigned() throws {
    let story = try Self.story()
    let draw = try #require(story.state.draws[try DrawID("D-3")])
    try golden(
      "label-unassigned.txt", SyringeLabel(draw, state: story.state, zone: .utc).text)
  }

  @Test("overfill and dead space by person, without what was reversed")
  func deadSpace() throws {
    let story = try Self.story()
    let report = DeadSpaceReport(story.state, zone: .utc)
    #expect(report.lines.map(\.draws) == [2])
    #expect(report.lines.map(\.deadSpace) == [Story.amount("0.05")])
    try golden("dead-space.txt", report.text)
    try golden("dead-space.json", ReportTests.pretty(report.json))
    let day = DeadSpaceReport(story.state, zone: .utc, from: Story.time("3 10:05"))
    #expect(day.lines.map(\.deadSpace) == [.zero])
    let quiet = DeadSpaceReport(story.state, zone: .utc, to: Story.time("3 09:59"))
    #expect(quiet.text == "no overfill and no dead space\n")
  }

  @Test("a draw's way through hands and veins, in the history of its vial")
  func history() throws {
    let story = try Self.story()
    var filter = HistoryFilter()
    filter.container = try ContainerID("V-1")
    let report = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter)
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isReadable(report.text, columns: 100))
    try golden("history-doses.txt", report.text)
  }

  @Test("the history of a lot has what moved nothing: handoffs, preparations, completions")
  func lot() throws {
    let story = try Self.story()
    var filter = HistoryFilter()
    filter.lot = "A1"
    let report = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter)
    let types = Set(report.items.map { type(of: $0.event).type })
    let all = Set(story.items.map { type(of: $0.event).type })
    let still = [Handoff.type, Preparation.type, AdministrationCompleted.type, PutBack.type]
    #expect(types.intersection(still) == all.intersection(still) && types.contains(Handoff.type))
  }

  @Test("the status of what is being infused, and of what a dose lacks")
  func status() throws {
    var story = try Self.story()
    try story.give("3 12:30", "0.5", of: try DrawID("D-3"))
    let report = StatusReport(
      state: story.state, now: Story.time("3 13:00"), zone: .utc, warnings: [])
    #expect(ReportTests.isReadable(report.text, columns: 100))
    try golden("status-doses.txt", report.text)
  }
}
