import Dispensary
import Notation

extension Rule {
  /// What leaves otherwise than to a patient.
  static let disposal = [
    wasteHeldLong, spillTwoSigners, spillRepeated, lossNotice, lossSignificance,
    destroyTwoPersons, destroyInDate, destroyRetrievable, shipTwoPersons, shipToKind,
    acknowledgedShort,
    distributeOneself, distributeInDate, distributeUsable, distributeRegistered, seizeTwoSigners,
    compoundUsable, compoundInDate, compoundExpiry, compoundWitnessed, compoundMarked,
  ]

  // MARK: Waste that waits, and spills

  static let wasteHeldLong = Rule(
    "waste.held-long", .warn, .house("waste"),
    "What is held for waste is wasted within a day."
  ) { question in
    guard let waste = question.event as? Waste, case .container(let position) = waste.source,
      position.status == .awaitingWaste,
      let since = question.state.heldSince(Bucket(.stock(position), waste.item))
    else { return [] }
    let hours = (question.occurredAt.milliseconds - since.milliseconds) / 3_600_000
    guard hours >= 24 else { return [] }
    return [
      Verdict("\(question.state.shelf(position)) was held for waste for \(tally(hours, "hour"))")
    ]
  }

  static let spillTwoSigners = Rule(
    "spill.two-signers", .block, .house("breakage and spillage"),
    "What was spilled or broken is signed for by two people, with its circumstances."
  ) { question in
    guard let spill = question.event as? Spill, !isWitnessed(question) else { return [] }
    return [
      Verdict(
        "nobody else signs for \(question.shown(spill.quantity, spill.item)) spilled",
        hint: question.secondPersonHint)
    ]
  }

  static let spillRepeated = Rule(
    "spill.repeated", .warn, .house("diversion"),
    "Spills that come back to one person are looked into."
  ) { question in
    guard question.event is Spill, let person = question.by else { return [] }
    let since = question.occurredAt.adding(milliseconds: -30 * 86_400_000)
    let earlier = question.state.journal.filter {
      $0.type == Spill.type && $0.by == person.id && $0.correctedBy == nil
        && $0.occurredAt > since && $0.occurredAt <= question.occurredAt
    }
    guard !earlier.isEmpty else { return [] }
    return [
      Verdict("spill \(earlier.count + 1) that `\(person.handle.text)` records within 30 days")
    ]
  }

  // MARK: Losses

  static let lossNotice = Rule(
    "loss.notice", .task, .cfr("1301.76(b)"),
    "DEA is notified in writing of a theft within one business day of its discovery."
  ) { question in
    guard let loss = question.event as? Loss, loss.kind == .theft else { return [] }
    return [
      Verdict(
        "a theft, discovered \(question.zone.shown(loss.discovered))",
        hint: "notify DEA in writing within one business day of discovery (1301.76(b)), and file "
          + "DEA Form 106 within 45 days")
    ]
  }

  static let lossSignificance = Rule(
    "loss.significance", .task, .cfr("1301.76(b)"),
    "A loss is weighed by the six factors, and notified where it is significant."
  ) { question in
    guard let loss = question.event as? Loss, loss.kind != .theft else { return [] }
    return [
      Verdict(
        "a loss, discovered \(question.zone.shown(loss.discovered))",
        hint: "weigh it by the six factors; if it is significant, notify DEA in writing within "
          + "one business day of discovery (1301.76(b))")
    ]
  }

  // MARK: Destroying and shipping

  static let destroyTwoPersons = Rule(
    "destroy.two-persons", .block, .cfr("1317.95(d)"),
    "Two employees handle what is destroyed until it is non-retrievable, and both see it."
  ) { question in
    guard question.event is Destruction, !isWitnessed(question) else { return [] }
    return [Verdict("nobody else sees it destroyed", hint: question.secondPersonHint)]
  }

  static let destroyInDate = Rule(
    "destroy.usable", .warn, .house("disposal"),
    "What is destroyed is expired, or was set aside."
  ) { question in
    guard let destruction = question.event as? Destruction else { return [] }
    return destruction.lines.filter { question.isUsable($0) && question.isSealed($0.position) }.map
    {
      Verdict("lot `\($0.item.lot)` at \(question.state.place(.stock($0.position))) is usable")
    }
  }

  static let destroyRetrievable = Rule(
    "destroy.retrievable", .warn, .cfr("1317.90"),
    "The method makes the drug non-retrievable; drains, trash and litter do not."
  ) { question in
    guard let destruction = question.event as? Destruction else { return [] }
    let words = destruction.method.lowercased().split { !$0.isLetter }
    let weak = ["sewer", "drain", "sink", "toilet", "flush", "flushed", "trash", "litter"]
    guard let word = words.first(where: { weak.contains(String($0)) }) else { return [] }
    return [Verdict("`\(word)` does not make a drug non-retrievable")]
  }

  static let shipTwoPersons = Rule(
    "ship.two-persons", .block, .cfr("1317.95"),
    "Two employees load what goes to a reverse distributor, or watch until it is done."
  ) { question in
    guard let shipment = question.event as? Shipment, shipment.to == .reverseDistributor,
      !isWitnessed(question)
    else { return [] }
    return [
      Verdict(
        "nobody else sees `\(shipment.id.text)` loaded", hint: question.secondPersonHint)
    ]
  }

  /// Only a reverse distributor acquires stock to destroy it, and none is a supplier of any.
  static let shipToKind = Rule(
    "ship.recipient", .warn, .cfr("1317.05"),
    "What is to be destroyed goes to a reverse distributor, and only that."
  ) { question in
    guard let shipment = question.event as? Shipment,
      let supplier = question.state.suppliers[shipment.supplier],
      (shipment.to == .reverseDistributor) != (supplier.kind == .reverseDistributor)
    else { return [] }
    let id = supplier.id.text
    return shipment.to == .supplier
      ? [Verdict("`\(id)` is a reverse distributor, and takes nothing back for a supplier")]
      : [
        Verdict(
          "`\(id)` is a \(supplier.kind.rawValue), not a reverse distributor",
          hint: "`custody supplier add ID --kind reverse-distributor` adds one")
      ]
  }

  static let acknowledgedShort = Rule(
    "ship.short", .task, .cfr("1301.76(b)"),
    "What a recipient does not acknowledge is looked for, and reported where it is lost."
  ) { question in
    guard let acknowledged = question.event as? ShipmentAcknowledged else { return [] }
    let id = acknowledged.id.text
    return question.state.inTransit(acknowledged.id).compactMap { line in
      let received = acknowledged.lines.filter { $0.item == line.item }.map(\.quantity).sum
      guard received < line.amount else { return nil }
      return Verdict(
        "\(question.shown(line.amount - received, line.item)) of lot `\(line.item.lot)` did not "
          + "arrive with `\(id)`",
        hint: "ask for it; `custody loss report \(id) --kind in-transit` when it is lost")
    }
  }

  // MARK: Other registrants

  static let distributeOneself = Rule(
    "distribute.oneself", .block, .cfr("1307.11"),
    "A practitioner distributes to another registrant."
  ) { question in
    guard let distribution = question.event as? Distribution,
      distribution.registrant == question.state.registration?.dea
    else { return [] }
    return [
      Verdict(
        "`\(distribution.registrant.text)` is this site's own registration",
        hint: "`custody move` goes from one place of the site to another")
    ]
  }

  static let distributeInDate = Rule(
    "distribute.expired-lot", .block, .house("expiry"), "Only lots in date are distributed."
  ) { question in
    guard let distribution = question.event as? Distribution else { return [] }
    return distribution.lines.flatMap { expiry(of: $0.item, question) }
  }

  static let distributeUsable = Rule(
    "distribute.usable", .block, .cfr("1307.11"),
    "What is distributed to be dispensed is unopened, set aside for nothing, and nobody's."
  ) { question in
    guard let distribution = question.event as? Distribution else { return [] }
    return distribution.lines.compactMap { line in
      question.hindrance(line.position, opened: true).map {
        Verdict("lot `\(line.item.lot)` at \(question.state.shelf(line.position)) \($0)")
      }
    }
  }

  static let distributeRegistered = Rule(
    "distribute.registration", .task, .cfr("1307.11(a)"),
    "Whoever receives controlled substances is registered to dispense them."
  ) { question in
    guard let distribution = question.event as? Distribution else { return [] }
    return [
      Verdict(
        "the registration `\(distribution.registrant.text)` is taken from its paper",
        hint: "look it up at DEA's registration validation, and keep what it says")
    ]
  }

  static let seizeTwoSigners = Rule(
    "seize.two-signers", .block, .house("seizures"),
    "What an authority takes is counted out and signed for by two people.", yieldsToOneSigner: true
  ) { question in
    guard question.event is Seizure, !isWitnessed(question) else { return [] }
    return [
      Verdict("nobody else signs for what was seized", hint: "add `--witness NAME`")
    ]
  }

  // MARK: Compounding

  static let compoundInDate = Rule(
    "compound.expired-lot", .block, .house("expiry"), "Only lots in date are compounded."
  ) { question in
    guard let started = question.event as? CompoundingStarted else { return [] }
    return started.ingredients.flatMap { expiry(of: $0.item, question) }
  }

  static let compoundUsable = Rule(
    "compound.usable", .block, .house("compounding"),
    "Ingredients are set aside for nothing, and nobody's."
  ) { question in
    guard let started = question.event as? CompoundingStarted else { return [] }
    return started.ingredients.compactMap { line in
      question.hindrance(line.position, opened: false).map {
        Verdict("lot `\(line.item.lot)` at \(question.state.shelf(line.position)) \($0)")
      }
    }
  }

  static let compoundExpiry = Rule(
    "compound.expiry", .block, .house("beyond-use dates"),
    "A compound is not used longer than any of its ingredients."
  ) { question in
    guard let finished = question.event as? CompoundingFinished,
      let first = finished.ingredients.compactMap({ question.state.lots[$0.item] }).min(),
      let expires = finished.yield.expires, expires > first
    else { return [] }
    return [
      Verdict(
        "lot `\(finished.yield.item.lot)` would be used until \(expires.text), and "
          + "an ingredient expires on \(first.text)", hint: "give the earlier date")
    ]
  }

  static let compoundWitnessed = Rule(
    "compound.waste-witness", .block, .house("waste"),
    "What is thrown away of a batch is seen by a second person, who signs.", yieldsToOneSigner: true
  ) { question in
    guard let finished = question.event as? CompoundingFinished, !isWitnessed(question) else {
      return []
    }
    return finished.ingredients.filter { $0.wasted.isPositive }.map {
      Verdict(
        "no witness for \(question.shown($0.wasted, $0.item)) of lot `\($0.item.lot)` thrown away",
        hint: "add `--witness NAME`")
    }
  }

  static let compoundMarked = Rule(
    "compound.marked", .warn, .house("compounding"),
    "What the house makes is marked as compounded in the list of products."
  ) { question in
    guard let started = question.event as? CompoundingStarted,
      let product = question.state.products[started.product], product.provenance != .compounded
    else { return [] }
    return [Verdict("product `\(product.id.text)` is not marked as compounded")]
  }
}

extension Question {
  /// In date, and set aside for nothing.
  fileprivate func isUsable(_ line: OutgoingLine) -> Bool {
    line.position.status == .available && state.lots[line.item].map { $0 >= day } ?? false
  }

  fileprivate func isSealed(_ position: Position) -> Bool {
    switch position.holding {
    case .sealed, .kit: true
    case .container, .loose: false
    }
  }

  /// Why stock at a position is not to be used; `nil` where it may be.
  fileprivate func hindrance(_ position: Position, opened: Bool) -> String? {
    if position.status != .available { return "is \(position.status.rawValue)" }
    if position.owner != "general" { return "belongs to a patient" }
    if case .loose = position.holding { return "is out of its container" }
    return opened && !isSealed(position) ? "is opened" : nil
  }
}
