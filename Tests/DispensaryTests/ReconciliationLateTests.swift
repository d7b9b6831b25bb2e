import Dispensary
import Notation

extension ReconciliationTests {
  /// One vial of 5 mL, open since ten.
  static func vial(_ story: inout Story) throws {
    try story.receive("1 09:00", "5")
    try story.open("1 10:00")
  }

  static let late: [Case] = [
    Case(
      "a late dose before the count, explained",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        let explains = [try $0.explanation(1, "0.5")]
        try $0.dose("1 12:00", "0.5", from: "vault/V-1", recorded: "1 18:00", explains: explains)
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        """),
    Case(
      "a late dose before the count, not explained: the case still stands, and the entry is named",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        try $0.dose("1 12:00", "0.5", from: "vault/V-1", recorded: "1 18:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        case:C-1 0.500
        remainder -0.500
        late draw -0.500
        """),
    Case(
      "a late dose before a count that found nothing missing is an overage",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "5"))
        try $0.dose("1 12:00", "0.5", from: "vault/V-1", recorded: "1 18:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 5.000 + administered 0.500 = 5.500
        difference 0.500 (10.00%)
        remainder -0.500
        late draw -0.500
        """),
    Case(
      "a late dose after the count is rolled forward",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "5"))
        try $0.dose("1 17:30", "0.5", from: "vault/V-1", recorded: "1 20:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        """),
    Case(
      "a late dose explained, that happened after the count: the shortage stays",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        let explains = [try $0.explanation(1, "0.5")]
        try $0.dose("1 17:30", "0.5", from: "vault/V-1", recorded: "1 18:00", explains: explains)
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.000 + administered 0.500 = 4.500
        difference -0.500 (-10.00%)
        remainder 0.500
        late draw 0.500
        """),
    Case(
      "a late dose explains a part, and was more",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        let explains = [try $0.explanation(1, "0.5")]
        try $0.dose("1 12:00", "0.7", from: "vault/V-1", recorded: "1 18:00", explains: explains)
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.700 = 5.200
        difference 0.200 (4.00%)
        remainder -0.200
        late draw -0.200
        """),
    Case(
      "a late dose of the minute of the count, explained, was before it",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        let explains = [try $0.explanation(1, "0.5")]
        try $0.dose("1 17:00", "0.5", from: "vault/V-1", recorded: "1 18:00", explains: explains)
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        """),
    Case(
      "a dose after the count, recorded before it",
      {
        try vial(&$0)
        try $0.dose("1 17:05", "0.5", from: "vault/V-1")
        try $0.count("1 17:00", ("vault/V-1", "5"), recorded: "1 17:10")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        case:C-1 -0.500
        remainder 0.500
        early draw 0.500
        """),
    Case(
      "a wrong dose is corrected before the count",
      {
        try vial(&$0)
        let draw = try $0.draw("1 11:00", "1", from: "vault/V-1")
        let wrong = try $0.give("1 11:00", "1", of: draw)
        try $0.correct(wrong, at: "1 12:00")
        try $0.give("1 11:00", "0.6", of: draw)
        try $0.waste("1 11:10", "0.4", of: draw)
        try $0.count("1 17:00", ("vault/V-1", "4"))
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.000 + administered 0.600 + wasted 0.400 = 5.000
        closed
        """),
    Case(
      "a draw that never was is corrected after the count",
      {
        try vial(&$0)
        let wrong = $0.state.size
        try $0.draw("1 11:00", "1", from: "vault/V-1")
        try $0.count("1 17:00", ("vault/V-1", "5"))
        try $0.correct(wrong, at: "1 18:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 5.000 = 5.000
        closed
        case:C-1 -1.000
        remainder 1.000
        late correction 1.000
        """),
    Case(
      "a correction stands on the side of the count where its entry stands, in the same minute too",
      {
        try vial(&$0)
        let wrong = $0.state.size
        try $0.draw("1 17:00", "1", from: "vault/V-1")
        try $0.count("1 17:00", ("vault/V-1", "5"))
        let right = $0.state.size
        try $0.draw("1 17:00", "1", from: "vault/V-1")
        try $0.correct(wrong, at: "1 18:00")
        try $0.correct(right, at: "1 18:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 5.000 = 5.000
        closed
        case:C-1 -1.000
        remainder 1.000
        late correction 1.000
        """),
    Case(
      "a wrong receipt is corrected",
      {
        let wrong = try $0.receive("1 09:00", "50")
        try $0.receive("1 09:00", "5")
        try $0.correct(wrong, at: "1 12:00")
        try $0.count("1 17:00", ("vault", "5"))
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 5.000 = 5.000
        closed
        """),
    Case(
      "a corrected count is none",
      {
        try $0.receive("1 09:00", "10")
        let wrong = try $0.count("1 17:00", ("vault", "5"))
        try $0.correct(wrong, at: "1 17:05")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 10.000
        """),
    Case(
      "an emptying that was corrected leaves the vial uncounted",
      {
        try vial(&$0)
        try $0.correct(try $0.empty("1 11:00", "vault/V-1"), at: "1 11:05")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
         = ?
        not counted
        uncounted stock:vault:available:general:V-1 A1 5.000
        """),
    Case(
      "a late receipt into a room that the count left out is not counted",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.receive("1 12:00", "5", to: "room", recorded: "1 18:00")
      },
      chart: """
        opening 0.000 + supplier:acme 15.000 = 15.000
         = ?
        not counted
        uncounted stock:room:available:general:sealed A1 5.000
        """),
  ]

  static let places: [Case] = [
    Case(
      "a move between rooms after the count",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.move("1 18:00", "5", from: "vault", to: "room")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
    Case(
      "a move out of a room that nobody counted does not count the stock",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 09:00", "10", to: "room")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.move("1 18:00", "10", from: "room", to: "cart")
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
         = ?
        not counted
        uncounted stock:cart:available:general:sealed A1 10.000
        """),
    Case(
      "nor does a move into a place that was counted",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 09:00", "10", to: "room")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.move("1 18:00", "10", from: "room", to: "vault")
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 20.000 refilled
        """),
    Case(
      "a container opened after the count of what it came from",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.open("1 18:00")
        try $0.dose("1 18:05", "0.5", from: "vault/V-1")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 9.500 + administered 0.500 = 10.000
        closed
        """),
    Case(
      "a container opened before the count, and left out of it",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        try $0.count("1 17:00", ("vault", "5"))
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
         = ?
        not counted
        uncounted stock:vault:available:general:V-1 A1 5.000
        """),
    Case(
      "a counted container is carried to a room, and a late dose found",
      {
        try vial(&$0)
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        try $0.move("1 18:00", "4.5", from: "vault/V-1", to: "room")
        try $0.dose("1 12:00", "0.5", from: "room/V-1", recorded: "1 19:00")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 + administered 0.500 = 5.000
        closed
        case:C-1 0.500
        remainder -0.500
        late draw -0.500
        """),
    Case(
      "a container fuller than its book is carried away",
      {
        try vial(&$0)
        let wrong = $0.state.size
        try $0.draw("1 11:00", "1", from: "vault/V-1")
        try $0.count("1 17:00", ("vault/V-1", "4.5"))
        try $0.correct(wrong, at: "1 17:30")
        try $0.move("1 18:00", "5.5", from: "vault/V-1", to: "room")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        closing 4.500 = 4.500
        difference -0.500 (-10.00%)
        case:C-1 -0.500
        remainder 1.000
        late correction 1.000
        """),
    Case(
      "stock received after the count",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.receive("1 18:00", "5", to: "room")
      },
      chart: """
        opening 0.000 + supplier:acme 15.000 = 15.000
        closing 15.000 = 15.000
        closed
        """),
    Case(
      "rooms counted at different times",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 09:00", "10", to: "room")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.move("1 17:02", "5", from: "vault", to: "room")
        try $0.count("1 17:05", ("room", "14"))
      },
      chart: """
        opening 0.000 + supplier:acme 20.000 = 20.000
        closing 19.000 = 19.000
        difference -1.000 (-5.00%)
        case:C-1 1.000
        """),
  ]

  static let periods: [Case] = [
    Case(
      "a count before the period does not count", from: "2 00:00",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "10"))
        try $0.receive("2 09:00", "10")
      },
      chart: """
        opening 10.000 + supplier:acme 10.000 = 20.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 20.000
        """),
    Case(
      "a shortage found before the period is no difference of it", from: "2 00:00",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("1 17:00", ("vault", "9"))
        try $0.count("2 17:00", ("vault", "9"))
      },
      chart: """
        opening 9.000 = 9.000
        closing 9.000 = 9.000
        closed
        """),
    Case(
      "a count after the period does not count", to: "1 18:00",
      {
        try $0.receive("1 09:00", "10")
        try $0.count("2 17:00", ("vault", "9"))
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
         = ?
        not counted
        uncounted stock:vault:available:general:sealed A1 10.000
        """),
    Case(
      "what happens at the start belongs to the opening, at the end to the period",
      from: "1 09:00", to: "1 17:00",
      {
        try $0.receive("1 09:00", "10")
        try $0.receive("1 10:00", "5")
        try $0.count("1 17:00", ("vault", "15"))
        try $0.receive("1 17:01", "20")
      },
      chart: """
        opening 10.000 + supplier:acme 5.000 = 15.000
        closing 15.000 = 15.000
        closed
        """),
    Case(
      "a draw open over the start and another over the end", from: "2 00:00", to: "3 00:00",
      {
        try $0.receive("1 09:00", "10")
        try $0.open("1 10:00")
        let first = try $0.draw("1 23:00", "1", from: "vault/V-1")
        try $0.give("2 00:30", "1", of: first)
        try $0.count("2 17:00", ("vault", "5"), ("vault/V-1", "4"))
        let second = try $0.draw("2 23:30", "2", from: "vault/V-1")
        try $0.give("3 00:30", "2", of: second)
      },
      chart: """
        opening 9.000 + opening-in-hands 1.000 = 10.000
        closing 7.000 + in-hands 2.000 + administered 1.000 = 10.000
        closed
        """),
    Case(
      "a dose of before the period, found by a count in it and explained", from: "2 00:00",
      {
        try vial(&$0)
        try $0.count("2 17:00", ("vault/V-1", "4.5"))
        let explains = [try $0.explanation(1, "0.5")]
        try $0.dose("1 12:00", "0.5", from: "vault/V-1", recorded: "2 18:00", explains: explains)
      },
      chart: """
        opening 4.500 = 4.500
        closing 4.500 = 4.500
        closed
        """),
    Case(
      "an initial inventory inside the period", from: "1 00:00",
      {
        try $0.initial("2 08:00", ("A1", "vault", "10"))
        try $0.count("2 17:00", ("vault", "10"))
      },
      chart: """
        opening 0.000 + initial-inventory 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
    Case(
      "a vial emptied after the period was not counted in it", to: "2 00:00",
      {
        try vial(&$0)
        try $0.dose("1 11:00", "1", from: "vault/V-1")
        try $0.empty("2 09:00", "vault/V-1")
      },
      chart: """
        opening 0.000 + supplier:acme 5.000 = 5.000
        administered 1.000 = ?
        not counted
        uncounted stock:vault:available:general:V-1 A1 4.000
        """),
  ]
}
