import Dispensary
import Notation
import Testing

/// Stories with charts that were reckoned by hand.
@Suite("Reconciliation")
struct ReconciliationTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var from: String?
    var to: String?
    var product = Story.ketamine
    var reading = "0"
    let tell: @Sendable (inout Story) throws -> Void
    /// The two sides, the difference, and what holds it.
    let chart: String

    init(
      _ name: String, from: String? = nil, to: String? = nil, product: ProductID = Story.ketamine,
      reading: String = "0", _ tell: @escaping @Sendable (inout Story) throws -> Void, chart: String
    ) {
      testDescription = name
      (self.from, self.to, self.product, self.reading) = (from, to, product, reading)
      (self.tell, self.chart) = (tell, chart)
    }
  }

  static func shown(_ chart: Reconciliation) -> String {
    func side(_ lines: [Reconciliation.Line]) -> String {
      lines.map { "\($0.name) \($0.amount.wire)" }.joined(separator: " + ")
    }
    var lines = [
      "\(side(chart.accountableLines)) = \(chart.accountable.wire)",
      "\(side(chart.accountedLines)) = \(chart.accounted?.wire ?? "?")",
    ]
    switch chart.outcome {
    case .closed: lines.append("closed")
    case .difference:
      lines.append("difference \(chart.difference?.wire ?? "") (\(chart.percent ?? "-")%)")
    case .notCounted: lines.append("not counted")
    }
    lines += chart.uncounted.map { stock in
      let since = stock.refilledSince == nil ? "" : " refilled"
      return
        "uncounted \(Account.stock(stock.position).text) \(stock.lot) \(stock.book.wire)\(since)"
    }
    lines += chart.holds.map { "\($0.account.text) \($0.amount.wire)" }
    if let remainder = chart.remainder, !remainder.isZero {
      lines.append("remainder \(remainder.wire)")
    }
    lines += chart.causes.map { "\($0.kind.rawValue) \($0.type) \($0.amount.wire)" }
    return lines.joined(separator: "\n")
  }

  @Test("charts reckoned by hand", arguments: cases)
  func chart(_ row: Case) throws {
    var story = try Story(reading: row.reading)
    try row.tell(&story)
    let chart = try #require(
      Reconciliation(
        of: row.product, in: story.state, from: row.from.map(Story.time), to: row.to.map(Story.time)
      ))
    #expect(ReconciliationTests.shown(chart) == row.chart)
    #expect(chart.adds)
    for line in chart.accountableLines + chart.accountedLines where !line.amount.isZero {
      #expect(!line.entries.isEmpty)
      #expect(chart.line(line.name) == line)
    }
  }

  @Test("an unknown product has no chart")
  func unknown() throws {
    let story = try Story()
    let id = try ProductID("nothing")
    #expect(Reconciliation(of: id, in: story.state, from: nil, to: nil) == nil)
  }

  @Test("correcting an old count leaves the newer one standing")
  func correctedOldCount() throws {
    var story = try Story()
    try story.receive("1 09:00", "10")
    let old = try story.count("1 12:00", ("vault", "5"))
    try story.count("1 17:00", ("vault", "10"))
    try story.correct(old, at: "1 18:00")
    let chart = try #require(
      Reconciliation(of: Story.ketamine, in: story.state, from: nil, to: nil))
    #expect(chart.outcome == .closed && chart.closing.map(\.amount.wire) == ["10.000"])
    #expect(chart.adds)
  }

  @Test("a long history is charted quickly")
  func long() throws {
    var story = try Story()
    for day in 2...21 {
      let day = day < 10 ? "0\(day)" : "\(day)"
      for _ in 0..<25 {
        try story.receive("\(day) 09:00", "5")
        try story.open("\(day) 09:01")
        let place = "vault/V-\(story.state.containers.count)"
        try story.dose("\(day) 09:02", "5", from: place)
        try story.empty("\(day) 09:03", place)
      }
    }
    let clock = ContinuousClock()
    let time = clock.measure {
      let chart = Reconciliation(of: Story.ketamine, in: story.state, from: nil, to: nil)
      #expect(chart?.outcome == .closed)
      #expect(chart?.accountable.wire == "2500.000")
    }
    #expect(time < .seconds(2))
  }

  static let percents: [(String, String, String)] = [
    ("-0.500", "150.000", "-0.33"), ("1.000", "3.000", "33.33"), ("0.005", "100.000", "0.01"),
    ("0.004", "100.000", "0.00"), ("-0.004", "100.000", "0.00"), ("-0.005", "100.000", "-0.01"),
    ("2.000", "3.000", "66.67"), ("5.000", "5.000", "100.00"), ("0.000", "5.000", "0.00"),
  ]

  @Test("percentages round halves away from zero", arguments: percents)
  func percent(_ row: (String, String, String)) {
    #expect(Percent.text(of: Amount(wire: row.0)!, in: Amount(wire: row.1)!) == row.2)
  }
}

extension ReconciliationTests {
  static let cases: [Case] = plain + late + places + periods + waiting + disposal + returned

  static let plain: [Case] = [
    Case(
      "nothing ever happened", { _ in },
      chart: "opening 0.000 = 0.000\nclosing 0.000 = 0.000\nclosed"),
    Case(
      "received and never counted",
      { try $0.receive("1 09:00", "10") },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 10.000
        """),
    Case(
      "the initial inventory is no closing count",
      { try $0.initial("1 08:00", ("A1", "vault", "10")) },
      chart: """
        opening 10.000 = 10.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 10.000
        """),
    Case(
      "received, counted right",
      {
        try $0.initial("1 08:00", ("A1", "vault", "10"))
        try $0.receive("1 09:00", "20")
        try $0.count("1 17:00", ("vault", "30"))
      },
      chart: """
        opening 10.000 + supplier:acme 20.000 = 30.000
        closing 30.000 = 30.000
        closed
        """),
    Case(
      "a vial is missing",
      {
        try $0.receive("1 09:00", "30")
        try $0.count("1 17:00", ("vault", "25"))
      },
      chart: """
        opening 0.000 + supplier:acme 30.000 = 30.000
        closing 25.000 = 25.000
        difference -5.000 (-16.67%)
        case:C-1 5.000
        """),
    Case(
      "a vial too many",
      {
        try $0.receive("1 09:00", "30")
        try $0.count("1 17:00", ("vault", "35"))
      },
      chart: """
        opening 0.000 + supplier:acme 30.000 = 30.000
        closing 35.000 = 35.000
        difference 5.000 (16.67%)
        case:C-1 -5.000
        """),
    Case(
      "opened, drawn, given, wasted, counted, given again",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let draw = try $0.draw("1 10:05", "0.7", from: "vault/V-1")
        try $0.give("1 10:06", "0.5", of: draw)
        try $0.waste("1 10:07", "0.2", of: draw)
        try $0.count("1 17:00", ("vault", "5"), ("vault/V-1", "4.3"))
        try $0.dose("1 18:00", "1", from: "vault/V-1")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 8.300 + administered 1.500 + wasted 0.200 = 10.000
        closed
        """),
    Case(
      "a draw in somebody's hands",
      {
        try $0.receive("1 09:00", "5")
        try $0.open("1 10:00")
        let draw = try $0.draw("1 10:05", "2", from: "vault/V-1")
        try $0.give("1 10:06", "0.5", of: draw)
        try $0.count("1 17:00", ("vault/V-1", "3"))
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 3.000 + in-hands 1.500 + administered 0.500 = 5.000
        closed
        """),
    Case(
      "overfill is an addition, dead space an out, and an empty vial needs no count",
      {
        try $0.receive("1 09:00", "5")
        try $0.open("1 10:00")
        try $0.dose("1 10:05", "2.5", from: "vault/V-1")
        try $0.dose("1 10:10", "2.7", from: "vault/V-1")
        try $0.empty("1 11:00", "vault/V-1")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 + overfill 0.200 = 5.200
        closing 0.000 + administered 5.200 = 5.200
        closed
        """),
    Case(
      "more drawn than any overfill allows is a case and an overage",
      {
        try $0.receive("1 09:00", "5")
        try $0.open("1 10:00")
        try $0.dose("1 10:05", "5.5", from: "vault/V-1")
        try $0.empty("1 11:00", "vault/V-1")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 + overfill 0.300 = 5.300
        closing 0.000 + administered 5.500 = 5.500
        difference 0.200 (3.77%)
        case:C-1 -0.200
        """),
    Case(
      "a vial empty before its book is",
      {
        try $0.receive("1 09:00", "5")
        try $0.open("1 10:00")
        try $0.dose("1 10:05", "4.5", from: "vault/V-1")
        try $0.empty("1 11:00", "vault/V-1", deadSpace: "0.1")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 0.000 + administered 4.500 + dead-space 0.100 = 4.600
        difference -0.400 (-8.00%)
        case:C-1 0.400
        """),
    Case(
      "readings inside the policy are a difference all the same", reading: "0.1",
      {
        try $0.receive("1 09:00", "5")
        try $0.open("1 10:00")
        try $0.count("1 17:00", ("vault/V-1", "4.9"))
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.900 = 4.900
        difference -0.100 (-2.00%)
        measurement:V-1 0.100
        """),
    Case(
      "a kit is unpacked after the count", product: Story.spray,
      {
        try $0.receive("1 09:00", "6", to: "vault/kit-50458-028-02", product: Story.spray)
        try $0.count("1 10:00", ("vault/kit-50458-028-02", "6"), product: Story.spray)
        try $0.add(
          KitUnpacked(
            item: Story.item("A1", Story.spray), from: Story.position("vault/kit-50458-028-02"),
            amount: Story.amount("2"), kits: 1), at: "1 11:00")
        let draw = try $0.draw("1 11:05", "1", from: "vault", product: Story.spray)
        try $0.give("1 11:06", "1", of: draw)
      },
      chart: """
        opening 0.000 + supplier:acme 6.000 = 6.000
        closing 5.000 + administered 1.000 = 6.000
        closed
        """),
    Case(
      "two lots, one of them counted",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 09:00", "10", lot: "B2")
        try $0.count("1 17:00", ("vault", "10"))
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed B2 10.000
        """),
    Case(
      "two lots, swapped by the label: nothing is missing in sum, two cases stand",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 09:00", "10", lot: "B2")
        try $0.count("1 17:00", ("vault", "5"))
        try $0.count("1 17:01", ("vault", "15"), lot: "B2")
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
        closing 20.000 = 20.000
        closed
        case:C-1 5.000
        case:C-2 -5.000
        """),
    Case(
      "another product does not matter",
      {
        try $0.receive("1 09:00", "6", product: Story.spray)
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
  ]
}
