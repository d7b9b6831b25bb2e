import Dispensary
import Notation
import Testing

// MARK: Stock that leaves the shelves and comes back to another place

extension Story {
  /// What is left of a draw comes back to a shelf.
  mutating func putBack(_ at: String, _ id: DrawID, to place: String) throws {
    let draw = state.draws[id]!
    try add(
      PutBack(
        draw: id, item: draw.item, quantity: state.remaining(draw), to: Story.position(place),
        stagedUntil: nil), at: at)
  }

  /// Fills a prescription of its own with unopened stock.
  mutating func fill(_ at: String, _ amount: String, from place: String) throws -> RxID {
    let id = state.new(RxID.self)
    try add(
      PrescriptionAdded(
        id: id, recipient: Story.patient, product: Story.ketamine, quantity: Story.amount(amount),
        daysSupply: nil, refills: 0, issued: try CivilDate("2026-11-01"), prescriber: "Dr. Reyes",
        prescriberDEA: try DEANumber("AB1234563"), form: .electronic), at: at)
    let lines = [Story.filling(amount, place)]
    try add(
      PrescriptionFilled(id: id, recipient: Story.patient, number: 0, lines: lines), at: at)
    return id
  }

  /// Nobody came for it.
  mutating func takeBack(_ at: String, _ amount: String, _ id: RxID, to place: String) throws {
    let lines = [Story.filling(amount, place)]
    try add(
      PrescriptionReturned(id: id, recipient: Story.patient, number: 0, lines: lines), at: at)
  }

  private static func filling(_ amount: String, _ place: String) -> PrescriptionLine {
    PrescriptionLine(
      item: Story.item(), position: Story.position(place), amount: Story.amount(amount))
  }
}

extension ReconciliationTests {
  static let refilled = """
    opening 0.000 + supplier:acme 15.000 = 15.000
     = ?
    not counted
    uncounted stock:vault:available:general:sealed A1 15.000 refilled
    """

  static let returned: [Case] = [
    Case(
      "what nobody counted is not counted by drawing it and putting it back elsewhere",
      product: Story.spray,
      { story in
        try story.receive("1 09:00", "10", product: Story.spray)
        try story.receive("1 09:30", "5", to: "cart", product: Story.spray)
        try story.count("1 12:00", ("vault", "10"), product: Story.spray)
        let id = try story.draw("1 13:00", "5", from: "cart", product: Story.spray)
        try story.putBack("1 14:00", id, to: "vault")
      }, chart: refilled),
    Case(
      "nor by filling a prescription with it and taking that back",
      { story in
        try story.receive("1 09:00", "10")
        try story.receive("1 09:30", "5", to: "cart")
        try story.count("1 12:00", ("vault", "10"))
        let id = try story.fill("1 13:00", "5", from: "cart")
        try story.takeBack("1 14:00", "5", id, to: "vault")
      }, chart: refilled),
    Case(
      "what was drawn before the count and comes back after it goes on from the count",
      product: Story.spray,
      { story in
        try story.receive("1 09:00", "10", product: Story.spray)
        let id = try story.draw("1 11:00", "5", from: "vault", product: Story.spray)
        try story.count("1 12:00", ("vault", "5"), product: Story.spray)
        try story.putBack("1 13:00", id, to: "room")
      },
      chart: """
        opening 0.000 + supplier:acme 10.000 = 10.000
        closing 10.000 = 10.000
        closed
        """),
    Case(
      "all of a place was in hands when the rest was counted", product: Story.spray,
      { story in
        try story.receive("1 09:00", "5", to: "cart", product: Story.spray)
        let id = try story.draw("1 10:00", "5", from: "cart", product: Story.spray)
        try story.receive("1 11:00", "10", product: Story.spray)
        try story.count("1 12:00", ("vault", "10"), product: Story.spray)
        try story.putBack("1 13:00", id, to: "vault")
      },
      chart: """
        opening 0.000 + supplier:acme 15.000 = 15.000
        closing 15.000 = 15.000
        closed
        """),
  ]
}
