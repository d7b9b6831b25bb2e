import Dispensary

extension Rule {
  /// Opening and finishing containers.
  static let containers = [openedInDate, emptiedExplained]

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
