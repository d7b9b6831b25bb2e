import Dispensary
import Notation
import Testing

// MARK: Whole containers, and recalls that outlive what was set aside

extension RuleTests {
  static func carried(_ thousandths: Int64, _ from: Position = Position(Clinic.vault)) -> Move {
    Move(
      item: Clinic.ketamine, from: from, to: Clinic.room,
      amount: Amount(thousandths: thousandths))
  }

  static let moves: [Situation] = [
    Situation("move.whole-containers", "two vials") { _ in carried(10_000) },
    Situation(
      "move.whole-containers", "a part of one",
      ["2.000 mL is no number of whole containers of 5.000 mL"]
    ) { _ in carried(2_000) },
    Situation("move.whole-containers", "an open vial with what is left") { clinic in
      try clinic.drawn(700)
      return carried(4_300, clinic.vial())
    },
    Situation("move.whole-containers", "all that the book has there") { clinic in
      try clinic.record(clinic.count(22_000, Position(Clinic.vault)))
      return carried(22_000)
    },

    Situation(
      "release.recalled", "when what was set aside for it is gone", ["lot `K1` is recalled"]
    ) { clinic in
      let recalled = Position(Clinic.vault, status: .recalled)
      let waiting = Position(Clinic.vault, status: .quarantined)
      let amount = Amount(thousandths: 5_000)
      try clinic.record(
        SetAside(
          item: Clinic.ketamine, from: .stock(Position(Clinic.vault)), to: waiting, amount: amount,
          reason: "inspection"))
      try clinic.record(
        SetAside(
          item: Clinic.ketamine, from: .stock(Position(Clinic.vault)), to: recalled,
          amount: amount, reason: "recall"))
      try clinic.record(
        Destruction(
          lines: [OutgoingLine(item: Clinic.ketamine, position: recalled, quantity: amount)],
          method: "incineration", place: Clinic.vault), witnesses: [Clinic.ben])
      return Release(item: Clinic.ketamine, from: waiting, amount: amount, reason: "inspected")
    },
  ]
}
