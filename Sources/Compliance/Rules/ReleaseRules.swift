import Dispensary
import Notation

extension Rule {
  /// Stock set aside, released and found.
  static let waiting = [
    releaseComplete, releaseInDate, releaseRecalled, releaseDamaged, releaseLoose,
    setAsideRecalled, openAvailable, foundWitnessed, foundInQuarantine, foundUnexplained,
  ]

  /// The invoice is the evidence of a receipt; without it the goods wait.
  static let releaseComplete = Rule(
    "release.incomplete", .block, .cfr("1304.22(c)"),
    "Stock is released once the record of its receipt is complete."
  ) { question in
    guard let release = question.event as? Release else { return [] }
    let held = question.state.incomplete(release.item)
    guard question.state.setAside(release.item) - release.amount < held else { return [] }
    let entries = question.state.incompleteReceipts.filter { _, receipt in
      receipt.lines.contains { $0.stock.item == release.item }
    }.map { String($0.seq) }
    return [
      Verdict(
        "the receipt of lot `\(release.item.lot)` has no invoice number "
          + "(entry \(entries.joined(separator: ", ")))",
        hint: "`custody receipt complete \(entries.first ?? "ENTRY") --invoice NUMBER` names it")
    ]
  }

  static let releaseInDate = Rule(
    "release.expired", .block, .house("expiry"),
    "Only what is in date, and before its beyond-use time, is released."
  ) { question in
    guard let release = question.event as? Release else { return [] }
    if case .container(let id) = release.from.holding,
      let end = question.state.containers[id]?.beyondUse, end <= question.occurredAt
    {
      return [
        Verdict(
          "container `\(id.text)` is past its beyond-use time, \(question.zone.shown(end))",
          hint: "it is inventory, for a reverse distributor")
      ]
    }
    return expiry(of: release.item, question)
  }

  static let releaseRecalled = Rule(
    "release.recalled", .block, .house("recalls"),
    "What is recalled is released only when the recall is lifted."
  ) { question in
    guard let release = question.event as? Release, release.reason != "recall-lifted" else {
      return []
    }
    // A recall is of the lot: what was damaged or expired before it is under it, too.
    let isRecalled = question.state.stock.contains {
      $0.item == release.item && $0.position.status == .recalled
    }
    // It outlives what was set aside for it.
    guard isRecalled || question.state.recalled(release.item) != nil else { return [] }
    return [
      Verdict(
        "lot `\(release.item.lot)` is recalled",
        hint: "`--reason recall-lifted` when the manufacturer has said so")
    ]
  }

  static let releaseDamaged = Rule(
    "release.damaged", .block, .house("quarantine"),
    "What is damaged is released only after somebody has inspected it."
  ) { question in
    guard let release = question.event as? Release, release.from.status == .damaged,
      !["inspected", "set-aside-by-mistake"].contains(release.reason)
    else { return [] }
    return [
      Verdict(
        "lot `\(release.item.lot)` at \(question.state.shelf(release.from)) is damaged",
        hint: "`--reason inspected` when it turns out to be intact")
    ]
  }

  static let releaseLoose = Rule(
    "release.loose", .block, .house("beyond-use dates"),
    "What has left its container never becomes stock for use again."
  ) { question in
    guard let release = question.event as? Release, case .loose(let id) = release.from.holding
    else { return [] }
    return [
      Verdict(
        "`\(id.text)` has left its container",
        hint: "it is inventory: destroy it, or ship it to a reverse distributor")
    ]
  }

  /// Otherwise a recall would end by setting the stock aside once more.
  static let setAsideRecalled = Rule(
    "set-aside.recalled", .block, .house("recalls"),
    "What is recalled stays recalled until it is released, or gone."
  ) { question in
    guard let aside = question.event as? SetAside, case .stock(let position) = aside.from,
      position.status == .recalled, aside.to.status != .recalled
    else { return [] }
    return [
      Verdict(
        "lot `\(aside.item.lot)` is recalled",
        hint: "`custody release --reason recall-lifted` comes first")
    ]
  }

  static let openAvailable = Rule(
    "container.not-available", .block, .house("quarantine"),
    "Nothing is opened or unpacked that is set aside."
  ) { question in
    let from: Position
    switch question.event {
    case let opened as ContainerOpened: from = opened.from
    case let unpacked as KitUnpacked: from = unpacked.from
    default: return []
    }
    guard from.status != .available else { return [] }
    return [
      Verdict(
        "what is at \(question.state.shelf(from)) is \(from.status.rawValue)",
        hint: "`custody release` makes it available")
    ]
  }

  static let foundWitnessed = Rule(
    "found.witness-required", .block, .house("counts"),
    "Stock that turns up is seen by a second person, who signs.", yieldsToOneSigner: true
  ) { question in
    guard let found = question.event as? StockFound, !isWitnessed(question) else { return [] }
    return [
      Verdict(
        "no witness for \(question.shown(found.line.amount, found.line.item)) found",
        hint: "add `--witness NAME`")
    ]
  }

  static let foundInQuarantine = Rule(
    "found.quarantine", .block, .house("quarantine"),
    "Stock that turns up is not used before somebody knows where it came from."
  ) { question in
    guard let found = question.event as? StockFound, found.line.position.status == .available
    else { return [] }
    return [
      Verdict(
        "what was found would be available at once",
        hint: "record it as quarantined; `custody release` comes after the inspection")
    ]
  }

  static let foundUnexplained = Rule(
    "found.unexplained", .task, .cfr("1304.21(a)"),
    "Stock that turns up is stock whose receipt or return nobody recorded."
  ) { question in
    guard let found = question.event as? StockFound else { return [] }
    let line = found.line
    return [
      Verdict(
        "nobody knows where \(question.shown(line.amount, line.item)) of lot `\(line.item.lot)` came "
          + "from",
        hint: "look for a receipt that was not recorded, and for a case that it explains: "
          + "`custody history --lot \(line.item.lot)`")
    ]
  }
}
