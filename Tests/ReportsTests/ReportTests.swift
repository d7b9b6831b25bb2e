import Dispensary
import Foundation
import Notation
import Reports
import Testing

@Suite("Reports")
struct ReportTests {
  static func isReadable(_ text: String, columns: Int) -> Bool {
    text.split(separator: "\n").allSatisfy { $0.count <= columns && $0.last != " " }
  }

  static func isPrivate(_ text: String) -> Bool { !text.contains(Story.patient.text) }

  static let charts: [(String, ProductID, String?, String?)] = [
    ("ketamine", Story.ketamine, nil, nil),
    ("ketamine-fourth", Story.ketamine, "4 05:00", "5 05:00"),
    ("spray", Story.spray, nil, nil),
  ]

  @Test("charts", arguments: charts)
  func chart(_ row: (String, ProductID, String?, String?)) throws {
    let story = try Site.week()
    let chart = try #require(
      Reconciliation(
        of: row.1, in: story.state, from: row.2.map(Story.time), to: row.3.map(Story.time)))
    let report = ReconciliationReport(
      chart, state: story.state, zone: Site.zone, head: Site.head)
    #expect(ReportTests.isReadable(report.text, columns: 100))
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    try golden("reconciliation-\(row.0).txt", report.text)
    try golden("reconciliation-\(row.0).json", ReportTests.pretty(report.json))
  }

  @Test("the chart of the regulation's worked example fits 80 columns")
  func example() throws {
    var story = try Story()
    try story.initial("2 13:00", ("A1", "vault", "50"))
    try story.receive("2 15:00", "100")
    for _ in 0..<24 { try story.open("3 09:00") }
    for number in 1...20 {
      try story.dose("3 10:00", "4.17", from: "vault/V-\(number)")
      let rest = try story.draw("3 10:10", "0.83", from: "vault/V-\(number)")
      try story.waste("3 10:11", "0.83", of: rest)
    }
    for number in 21...22 {
      let all = try story.draw("3 10:00", "5", from: "vault/V-\(number)")
      try story.waste("3 10:11", "5", of: all)
    }
    try story.count(
      "3 17:00", ("vault", "30"), ("vault/V-23", "4.5"), ("vault/V-24", "5"))
    let chart = try #require(
      Reconciliation(of: Story.ketamine, in: story.state, from: nil, to: nil))
    let text = ReconciliationReport(chart, state: story.state, zone: .utc, head: nil).text
    #expect(chart.difference == Story.amount("-0.5") && chart.percent == "-0.33")
    #expect(ReportTests.isReadable(text, columns: 80))
    try golden("reconciliation-example.txt", text)
  }

  @Test("status")
  func status() throws {
    let story = try Site.week()
    let report = StatusReport(
      state: story.state, now: Story.time("5 15:00"), zone: Site.zone,
      warnings: ["the key of `ana` has no passphrase"])
    #expect(ReportTests.isReadable(report.text, columns: 100))
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    try golden("status.txt", report.text)
    try golden("status.json", ReportTests.pretty(report.json))
  }

  @Test("what ends when, within a span and altogether")
  func expiring() throws {
    let story = try Site.week()
    for (name, within) in [("expiring-45", 45), ("expiring", nil)] as [(String, Int?)] {
      let report = ExpiringReport(
        state: story.state, now: Story.time("5 18:00"), zone: Site.zone, within: within)
      #expect(ReportTests.isReadable(report.text, columns: 100))
      #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
      try golden("\(name).txt", report.text)
      try golden("\(name).json", ReportTests.pretty(report.json))
    }
    let none = ExpiringReport(
      state: try Story().state, now: Story.time("5 18:00"), zone: .utc, within: 7)
    #expect(none.text == "2026-11-05 18:00 +00:00, UTC\nnothing on hand ends within 7 days\n")
  }

  @Test("what is set aside and what waits for its invoice stand in the status")
  func waiting() throws {
    var story = try Site.week()
    let line = Receipt.Line(
      stock: try Story.line("W1", "vault", "5"), invoiced: Story.amount("15"),
      damaged: Story.amount("2"), refused: Story.amount("3"))
    var waiting = line
    waiting.stock.position.status = .quarantined
    let supplier = try SupplierID("acme")
    try story.add(
      OrderPlaced(
        id: try OrderID("O-1"), supplier: supplier,
        lines: [.init(product: Story.ketamine, amount: Story.amount("20"))]), at: "5 14:50")
    try story.add(
      Receipt(
        supplier: supplier, invoice: nil, lines: [waiting], order: try OrderID("O-1")),
      at: "5 14:51")
    try story.add(OrderCancelled(id: try OrderID("O-1"), reason: "not-available"), at: "5 14:52")
    try story.setAside("5 14:53", "5", from: "vault", as: .recalled)
    try story.setAside("5 14:54", try DrawID("D-3"), "0.5")
    try story.add(
      StockFound(line: try Story.line("F1", "room", "5")), at: "5 14:55")
    let late = try story.add(
      Receipt(supplier: supplier, invoice: nil, lines: [line]), at: "5 14:56")
    try story.add(ReceiptCompleted(receipt: late, invoice: "INV-90"), at: "5 14:57")
    try story.add(
      Release(
        item: Story.item("W1"), from: waiting.stock.position, amount: Story.amount("1"),
        reason: "inspected"), at: "5 14:58")
    let report = StatusReport(
      state: story.state, now: Story.time("5 15:00"), zone: Site.zone, warnings: [])
    #expect(ReportTests.isReadable(report.text, columns: 100))
    try golden("status-waiting.txt", report.text)
    try golden("status-waiting.json", ReportTests.pretty(report.json))
    let history = HistoryReport(story.items.suffix(9), state: story.state, zone: Site.zone)
    try golden("history-waiting.txt", history.text)
  }

  @Test("the status of an empty ledger")
  func empty() throws {
    let story = try Story()
    let text = StatusReport(
      state: story.state, now: Story.time("5 15:00"), zone: .utc, warnings: []
    ).text
    try golden("status-empty.txt", text)
  }

  @Test("history, whole and in detail")
  func history() throws {
    let story = try Site.week()
    let report = HistoryReport(story.items, state: story.state, zone: Site.zone)
    #expect(ReportTests.isReadable(report.text, columns: 100))
    #expect(ReportTests.isPrivate(report.text) && ReportTests.isPrivate("\(report.json)"))
    try golden("history.txt", report.text)
    try golden("history.json", ReportTests.pretty(report.json))
    let details = story.items.compactMap { report.detail($0.seq) }.joined(separator: "\n")
    #expect(ReportTests.isPrivate(details))
    try golden("history-details.txt", details)
    #expect(report.detail(999) == nil)
  }

  static let filters: [(String, @Sendable (inout HistoryFilter) throws -> Void, [String])] = [
    ("lot", { $0.lot = "S1" }, ["receipt"]),
    ("product", { $0.product = Story.spray }, ["product.add", "receipt"]),
    ("type", { $0.type = "count" }, ["count", "count"]),
    (
      "container", { $0.container = try ContainerID("V-1") },
      [
        "container.open", "draw", "administration", "waste", "count", "draw", "administration",
        "draw", PutBack.type, "draw",
      ]
    ),
    (
      "patient", { $0.patient = try PatientCode("P-1") },
      ["patient.add", "administration", "administration", "receipt"]
    ),
    ("nobody", { $0.person = try PersonID("p9") }, []),
    (
      "days", { ($0.from, $0.to) = (Story.time("3 14:06"), Story.time("3 15:00")) },
      ["administration", "waste", "receipt"]
    ),
    ("both", { ($0.lot, $0.type) = ("A1", "waste") }, ["waste"]),
  ]

  @Test("filters of the history", arguments: filters.indices)
  func filter(_ index: Int) throws {
    let (_, set, types) = ReportTests.filters[index]
    let story = try Site.week()
    var filter = HistoryFilter()
    try set(&filter)
    let report = HistoryReport(story.items, state: story.state, zone: .utc, filter: filter)
    #expect(report.items.map { type(of: $0.event).type } == types)
    if types.isEmpty { #expect(report.text == "no entries\n") }
  }

  static func pretty(_ json: JSON) -> String {
    String(decoding: PlainJSON.bytes(json, pretty: true), as: UTF8.self) + "\n"
  }
}

@Suite("Text tables")
struct TextTableTests {
  @Test("columns align, numbers to the right, and the last column wraps")
  func table() {
    let table = TextTable(
      ["lot", ">amount", "what"],
      rows: [
        ["A1", "10.000 mL", "short"], ["B22", "1.000 mL", "a text that is longer than its line"],
      ],
      width: 40)
    #expect(
      table.lines == [
        "lot     amount  what", "A1   10.000 mL  short", "B22   1.000 mL  a text that is longer",
        "                than its line",
      ])
  }

  @Test("no rows are no table")
  func empty() { #expect(TextTable(["a"], rows: []).lines.isEmpty) }

  @Test("words wrap and long ones break")
  func wrap() {
    #expect(Text.wrapped("one two", to: 20) == ["one two"])
    #expect(Text.wrapped("one two", to: 4) == ["one", "two"])
    #expect(Text.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(Text.wrapped("", to: 4) == [""])
  }
}
