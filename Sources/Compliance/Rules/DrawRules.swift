import Dispensary

extension Rule {
  /// Drawing and giving.
  static let draws = [
    drawKnownContainer, drawOpenContainer, drawBeforeBeyondUse, drawInDate, drawWithinBook,
    giveBeforeBeyondUse,
  ]

  static let drawKnownContainer = Rule(
    "draw.unknown-container", .block, .cfr("1304.21(a)"),
    "A draw comes from a container that the ledger knows."
  ) { question in
    guard let draw = question.event as? Draw, let id = draw.container,
      question.state.containers[id] == nil
    else { return [] }
    return [
      Verdict(
        "container `\(id.text)` is not known",
        hint: Known.suggestion(id.text, among: question.state.openContainers.map(\.id.text))
          ?? "`custody status` lists the open containers; `custody open` opens one")
    ]
  }

  static let drawOpenContainer = Rule(
    "draw.closed-container", .block, .cfr("1304.21(a)"), "A draw comes from an open container."
  ) { question in
    guard let draw = question.event as? Draw, let id = draw.container,
      let container = question.state.containers[id], container.status != .open
    else { return [] }
    return [Verdict("container `\(id.text)` is \(container.status.rawValue)")]
  }

  static let drawBeforeBeyondUse = Rule(
    "draw.beyond-use", .block, .house("beyond-use dates"),
    "Nothing is drawn from a container at or past its beyond-use time."
  ) { question in
    guard let draw = question.event as? Draw, let id = draw.container,
      let beyondUse = question.state.containers[id]?.beyondUse, beyondUse <= question.occurredAt
    else { return [] }
    return [
      Verdict(
        "container `\(id.text)` is past its beyond-use time, \(question.zone.shown(beyondUse))",
        hint: "open another; what is left in this one is inventory, for a reverse distributor")
    ]
  }

  static let drawInDate = Rule(
    "draw.expired-lot", .block, .house("expiry"), "Only lots in date are drawn."
  ) { question in
    guard let draw = question.event as? Draw else { return [] }
    return expiry(of: draw.item, question)
  }

  static let drawWithinBook = Rule(
    "draw.beyond-book", .block, .cfr("1304.21(a)"),
    "A draw is not larger than the book of its container and its overfill.", isAboutStock: true
  ) { question in
    guard let draw = question.event as? Draw, draw.beyondBook.isPositive else { return [] }
    if let id = draw.container, question.state.containers[id]?.status != .open { return [] }
    let available = draw.quantity - draw.beyondBook
    let book = question.state.balance(.stock(draw.from), draw.item)
    return [
      Verdict(
        "\(question.shown(draw.quantity, draw.item)) is more than "
          + "\(question.state.place(.stock(draw.from))) can give: "
          + "\(question.shown(book, draw.item)) by the book, "
          + "\(question.shown(available - book, draw.item)) of overfill",
        hint: "count what is there, or look for a draw recorded twice")
    ]
  }

  static let giveBeforeBeyondUse = Rule(
    "administration.beyond-use", .block, .house("beyond-use dates"),
    "A staged syringe is given before its beyond-use time."
  ) { question in
    guard let dose = question.event as? Administration,
      let staged = question.state.draws[dose.draw]?.staged, staged.beyondUse <= question.occurredAt
    else { return [] }
    return [
      Verdict(
        "syringe `\(dose.draw.text)` is past its beyond-use time, "
          + question.zone.shown(staged.beyondUse),
        hint: "draw a fresh dose")
    ]
  }
}
