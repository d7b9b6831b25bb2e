import Dispensary
import Notation

extension Rule {
  /// Opening and finishing containers.
  static let containers = [openedInDate, emptiedExplained, openedWithEnd]

  static let openedInDate = Rule(
    "container.expired-lot", .block, .house("expiry"), "Only lots in date are opened."
  ) { question in
    guard let opened = question.event as? ContainerOpened else { return [] }
    return expiry(of: opened.item, question)
  }

  static let emptiedExplained = Rule(
    "container.difference", .task, .cfr("1304.21(a)"),
    "What is left in the book of an empty container is explained."
  ) { question in
    guard let emptied = question.event as? ContainerEmptied, let id = emptied.caseID else {
      return []
    }
    return [
      Verdict(
        "\(question.shown(emptied.missing, emptied.item)) of `\(emptied.id.text)` is unexplained "
          + "and stands in case `\(id.text)`",
        hint: "look for a dose or a waste that was not recorded")
    ]
  }

  static let openedWithEnd = Rule(
    "container.beyond-use", .block, .house("beyond-use dates"),
    "An opened multi-dose container is used for the days of its label, and no longer."
  ) { question in
    guard let opened = question.event as? ContainerOpened,
      let days = question.state.products[opened.item.product]?.beyondUseDays,
      let last = question.day.adding(days: days)
    else { return [] }
    guard let beyondUse = opened.beyondUse else {
      return [Verdict("container `\(opened.id.text)` has no beyond-use time")]
    }
    // The time itself is no longer inside, so that midnight ends the day before it.
    let end = question.zone.day(of: beyondUse.adding(milliseconds: -1))
    guard end > last else { return [] }
    return [Verdict("container `\(opened.id.text)` may be used until \(last.text), no longer")]
  }

  /// A finding when the lot had expired on the day of the act.
  static func expiry(of item: Item, _ question: Question) -> [Verdict] {
    guard let expires = question.state.lots[item], expires < question.day else { return [] }
    return [
      Verdict(
        "lot `\(item.lot)` expired on \(expires.text)",
        hint: "set it aside for a reverse distributor")
    ]
  }
}
