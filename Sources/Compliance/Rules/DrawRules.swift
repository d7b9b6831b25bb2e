import Dispensary
import Notation

extension Rule {
  /// Drawing and giving.
  static let draws = [
    drawKnownContainer, drawOpenContainer, drawBeforeBeyondUse, drawInDate, drawWithinBook,
    giveBeforeBeyondUse, drawOpened, drawAvailable, drawForOwner, giveToPatient, stageInTime,
    putBackToOwner,
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
    return [
      Verdict(
        "container `\(id.text)` is \(container.status.rawValue)",
        hint: "`custody status` lists the open containers; `custody open` opens one")
    ]
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
    return [
      Verdict(
        "\(question.shown(draw.quantity, draw.item)) is more than "
          + "\(question.state.place(.stock(draw.from))) can give: "
          + "\(question.shown(draw.fromBook, draw.item)) by the book"
          + (draw.container == nil
            ? "" : ", \(question.shown(draw.overfill, draw.item)) of overfill"),
        hint: draw.container == nil
          ? elsewhere(draw, question) : "count what is there, or look for a draw recorded twice")
    ]
  }

  /// Where the rest of a draw of whole units may come from: other lots and places, each with a
  /// draw of its own.
  private static func elsewhere(_ draw: Draw, _ question: Question) -> String {
    let missing = draw.quantity - max(.zero, draw.fromBook)
    let others = question.state.stock.filter {
      $0.item.product == draw.item.product && $0.position.holding == .sealed
        && $0.position.status == .available
        && ($0.item != draw.item || $0.position != draw.from)
    }
    guard !others.isEmpty else { return "count what is there, or look for a draw recorded twice" }
    let ways = others.map { stock in
      let amount = question.shown(min(missing, stock.amount), stock.item)
      return "`custody draw \(stock.item.product.text) '\(amount)' --lot \(stock.item.lot) --in "
        + "\(stock.position.location.text)`"
    }
    return "draw what there is, and the rest from another: " + ways.joined(separator: ", ")
  }

  static let giveBeforeBeyondUse = Rule(
    "administration.beyond-use", .block, .house("beyond-use dates"),
    "A staged syringe is given, and an infusion begun, before its beyond-use time."
  ) { question in
    guard let dose = question.event as? Administration,
      let draw = question.state.draws[dose.draw], let beyondUse = draw.beyondUse,
      beyondUse <= dose.started ?? question.occurredAt
    else { return [] }
    let what = draw.staged?.beyondUse == beyondUse ? "syringe" : "infusion"
    return [
      Verdict(
        "\(what) `\(dose.draw.text)` is past its beyond-use time, "
          + question.zone.shown(beyondUse),
        hint: "draw a fresh dose")
    ]
  }

  static let drawOpened = Rule(
    "draw.unopened", .block, .cfr("1304.21(a)"),
    "Liquid and powder are drawn from opened containers, and kits are unpacked first."
  ) { question in
    guard let draw = question.event as? Draw else { return [] }
    switch draw.from.holding {
    case .container: return []
    case .kit:
      return [Verdict("the kit is not unpacked", hint: "`custody unpack` makes single units of it")]
    case .loose(let id):
      return [
        Verdict(
          "nothing is drawn from `\(id.text)`, which has left its container",
          hint: "draw a fresh dose")
      ]
    case .sealed:
      guard question.state.products[draw.item.product]?.countsWholeUnits == false else { return [] }
      return [
        Verdict(
          "nothing is drawn from unopened containers", hint: "`custody open` opens one")
      ]
    }
  }

  static let drawAvailable = Rule(
    "draw.not-available", .block, .house("quarantine"),
    "Nothing is drawn from stock that is set aside."
  ) { question in
    guard let draw = question.event as? Draw, draw.from.status != .available else { return [] }
    return [
      Verdict(
        "what is at \(question.state.shelf(draw.from)) is \(draw.from.status.rawValue)")
    ]
  }

  static let drawForOwner = Rule(
    "draw.owner", .block, .usc("829a"),
    "What was delivered for one patient is used for that patient only."
  ) { question in
    guard let draw = question.event as? Draw,
      !question.state.isStock(of: draw.from.owner, usableFor: draw.patient)
    else { return [] }
    return [
      Verdict(
        "lot `\(draw.item.lot)` at \(question.state.place(.stock(draw.from))) belongs to one patient",
        hint: "draw it for that patient, or draw from general stock")
    ]
  }

  static let giveToPatient = Rule(
    "administration.other-patient", .block, .house("doses"),
    "A dose is given to the patient for whom it was drawn."
  ) { question in
    guard let dose = question.event as? Administration,
      let patient = question.state.draws[dose.draw]?.patient,
      !question.state.isSame(patient, dose.recipient)
    else { return [] }
    return [
      Verdict(
        "draw `\(dose.draw.text)` was drawn for another patient",
        hint: "waste it, and draw a dose for this patient")
    ]
  }

  static let stageInTime = Rule(
    "put-back.beyond-use", .block, .house("beyond-use dates"),
    "A syringe is used within the policy's time after it was drawn."
  ) { question in
    guard let putBack = question.event as? PutBack, let until = putBack.stagedUntil,
      let draw = question.state.draws[putBack.draw]
    else { return [] }
    let last = draw.drawnAt.adding(milliseconds: question.state.policy.stagedMinutes * 60_000)
    guard until <= last else {
      return [
        Verdict("draw `\(draw.id.text)` may be used until \(question.zone.shown(last)), no longer")
      ]
    }
    guard until <= question.occurredAt else { return [] }
    return [
      Verdict(
        "draw `\(draw.id.text)` could be used until \(question.zone.shown(until)), which is past",
        hint: "`custody set-aside \(draw.id.text)` keeps it for a reverse distributor")
    ]
  }

  static let putBackToOwner = Rule(
    "put-back.owner", .block, .usc("829a"),
    "What is put back keeps its owner and its status."
  ) { question in
    guard let putBack = question.event as? PutBack, putBack.stagedUntil == nil,
      let source = question.state.draws[putBack.draw]?.source,
      !question.state.isSameOwner(source.owner, putBack.to.owner)
        || source.status != putBack.to.status
    else { return [] }
    return [
      Verdict(
        "draw `\(putBack.draw.text)` came from other stock than it would go back to",
        hint: "put it back where it came from")
    ]
  }
}
