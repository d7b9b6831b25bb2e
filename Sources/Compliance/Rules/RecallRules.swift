import Dispensary
import Notation

extension Rule {
  /// Lots that are recalled while some of them is on no shelf.
  static let recalls = [lotRecalled, doseRecalled, putBackRecalled]

  /// What is set aside is caught by its status. This is about the rest of the lot: what was put
  /// back, or came, after the recall.
  static let lotRecalled = Rule(
    "stock.recalled-lot", .block, .house("recalls"),
    "Nothing of a recalled lot is opened, drawn, filled, compounded or passed on."
  ) { question in
    question.takenForUse.filter { $0.position.status == .available }.compactMap { taken in
      question.recall(of: taken.item).map {
        Verdict(
          "lot `\(taken.item.lot)` at \(question.state.place(.stock(taken.position))) is recalled "
            + "since \($0)",
          hint: "`custody set-aside PRODUCT --lot LOT --everywhere --mark recalled` sets it aside; "
            + "`custody release --reason recall-lifted` ends the recall")
      }
    }
  }

  static let doseRecalled = Rule(
    "administration.recalled-lot", .block, .house("recalls"),
    "No patient gets what was recalled, even after it was drawn or filled."
  ) { question in
    let items: [Item]
    let hint: String
    switch question.event {
    case let dose as Administration:
      items = [dose.item]
      hint = "`custody set-aside \(dose.draw.text) --mark recalled`, and draw from another lot"
    case let pickup as PrescriptionPickedUp:
      items = pickup.lines.map(\.item)
      hint = "`custody rx return-to-stock \(pickup.id.text)`, and fill it from another lot"
    default: return []
    }
    return items.compactMap { item in
      question.recall(of: item).map {
        Verdict("lot `\(item.lot)` is recalled since \($0)", hint: hint)
      }
    }
  }

  static let putBackRecalled = Rule(
    "put-back.recalled-lot", .task, .house("recalls"),
    "What comes back to the shelf of a recalled lot is set aside with the rest."
  ) { question in
    let targets: [(item: Item, position: Position)]
    switch question.event {
    case let back as PutBack: targets = [(back.item, back.to)]
    case let back as PrescriptionReturned: targets = back.lines.map { ($0.item, $0.position) }
    default: return []
    }
    return targets.filter { $0.position.status == .available }.compactMap { target in
      question.recall(of: target.item).map {
        Verdict(
          "lot `\(target.item.lot)` is recalled since \($0), and comes back to "
            + question.state.place(.stock(target.position)),
          hint: "`custody set-aside PRODUCT --lot LOT --everywhere --mark recalled` sets it aside")
      }
    }
  }
}

extension Question {
  /// Since when a lot was recalled as the act was done; `nil` where nobody had recalled it yet.
  fileprivate func recall(of item: Item) -> String? {
    guard let since = state.recalled(item), since <= occurredAt else { return nil }
    return zone.shown(since)
  }

  /// The stock that an act takes to be used.
  fileprivate var takenForUse: [(item: Item, position: Position)] {
    switch event {
    case let opened as ContainerOpened: [(opened.item, opened.from)]
    case let draw as Draw: [(draw.item, draw.from)]
    case let fill as PrescriptionFilled: fill.lines.map { ($0.item, $0.position) }
    case let started as CompoundingStarted: started.ingredients.map { ($0.item, $0.position) }
    case let passed as Distribution: passed.lines.map { ($0.item, $0.position) }
    default: []
    }
  }
}
