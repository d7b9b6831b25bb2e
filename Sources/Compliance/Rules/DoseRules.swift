import Dispensary
import Notation

extension Rule {
  /// What belongs to a dose, and through whose hands it goes.
  static let doses = [
    doseParticulars, doseRoute, doseOneLot, drawHeld, handoffSigned, handoffReceiver,
    prepareInTime, prepareLiquid,
  ]

  static let doseParticulars = Rule(
    "administration.particulars", .task, .cfr("1304.22(c), 1306.05"),
    "A dose has its order or prescriber, and its route."
  ) { question in
    let entry: Int64
    let lacks: [String]
    switch question.event {
    case let dose as Administration:
      (entry, lacks) = (question.valid.seq, dose.particulars.lacks)
    case let later as AdministrationCompleted:
      (entry, lacks) = (later.entry, question.state.lacks(after: later))
    default: return []
    }
    guard !lacks.isEmpty else { return [] }
    let verb = lacks.count == 1 ? "is" : "are"
    let options = lacks.map { $0 == "the route" ? "--route ROUTE" : "--order NUMBER" }
    return [
      Verdict(
        "\(lacks.joined(separator: " and ")) of the dose \(verb) not written down",
        hint: "`custody particulars \(entry) \(options.joined(separator: " "))` adds what is known")
    ]
  }

  static let doseRoute = Rule(
    "administration.route", .warn, .house("doses"),
    "A dose is given by a route that the product's label names."
  ) { question in
    let product: ProductID?
    let route: String?
    switch question.event {
    case let dose as Administration: (product, route) = (dose.item.product, dose.route)
    case let later as AdministrationCompleted:
      product = question.state.dose(later.entry)?.item.product
      route = later.particulars.route
    default: return []
    }
    guard let route, let product = product.flatMap({ question.state.products[$0] }) else {
      return []
    }
    let listed = product.routes
    // `INTRAVENOUS` on a label covers a bolus and a drip.
    guard !listed.isEmpty, !listed.contains(where: { route.hasPrefix($0) }) else { return [] }
    let names = listed.map { $0.lowercased() }.joined(separator: ", ")
    return [
      Verdict("the label of `\(product.id.text)` says \(names), not \(route.lowercased())")
    ]
  }

  static let doseOneLot = Rule(
    "administration.two-lots", .warn, .house("doses"),
    "A patient gets one lot of a product in a session."
  ) { question in
    guard let dose = question.event as? Administration else { return [] }
    let lots = question.lotsToday(of: dose).filter { $0 != dose.item.lot }
    guard !lots.isEmpty else { return [] }
    let names = lots.map { "`\($0)`" }.joined(separator: ", ")
    return [
      Verdict(
        "this patient had lot \(names) of `\(dose.item.product.text)` on the same day, and gets lot "
          + "`\(dose.item.lot)`",
        hint: "write both lots on the patient's chart")
    ]
  }

  static let drawHeld = Rule(
    "draw.holder", .warn, .house("custody"),
    "Whoever gives, dilutes, wastes or puts back a draw is its holder."
  ) { question in
    // A syringe that was put away is in nobody's hands, and is taken up without an act.
    guard let id = question.drawActedOn, let draw = question.state.draws[id], draw.staged == nil,
      draw.holder != question.valid.draft.by
    else { return [] }
    return [
      Verdict(
        "draw `\(id.text)` is in the hands of `\(question.handle(draw.holder))`",
        hint: "`custody handoff \(id.text) --to NAME` passes it on, with both signatures")
    ]
  }

  static let handoffSigned = Rule(
    "handoff.signatures", .block, .house("custody"),
    "A draw passes from hand to hand with two signatures: the holder's and the receiver's."
  ) { question in
    guard let handoff = question.event as? Handoff else { return [] }
    let by = question.valid.draft.by
    var verdicts: [Verdict] = []
    if by != handoff.holder {
      verdicts.append(
        Verdict(
          "`\(question.handle(handoff.holder))` holds draw `\(handoff.draw.text)`, and has not "
            + "signed", hint: "have the holder hand it over, with `--as NAME`"))
    }
    if by != handoff.to && !question.witnesses.contains(handoff.to) {
      verdicts.append(
        Verdict(
          "`\(question.handle(handoff.to))` has not signed for draw `\(handoff.draw.text)`",
          hint: "the receiver signs as the witness"))
    }
    return verdicts
  }

  static let handoffReceiver = Rule(
    "handoff.receiver", .block, .house("roles"),
    "A draw is handed to somebody who may draw."
  ) { question in
    guard let handoff = question.event as? Handoff, let to = question.state.people[handoff.to]
    else { return [] }
    guard let denial = Permissions.denial(of: Draw.type, to: to.roles) else { return [] }
    return [Verdict("`\(to.handle.text)` \(denial)", hint: "hand it to somebody who may draw")]
  }

  static let prepareLiquid = Rule(
    "prepare.counted", .block, .house("infusions"), "Only what is measured is diluted."
  ) { question in
    guard let prepared = question.event as? Preparation,
      let product = question.state.products[prepared.item.product], product.countsWholeUnits
    else { return [] }
    return [
      Verdict(
        "`\(prepared.draw.text)` is counted in \(product.baseUnit.plural), which nobody dilutes",
        hint: "give it as it is, or put it back")
    ]
  }

  static let prepareInTime = Rule(
    "prepare.beyond-use", .block, .house("beyond-use dates"),
    "An infusion is begun within the policy's time after its drug was drawn."
  ) { question in
    guard let prepared = question.event as? Preparation,
      let draw = question.state.draws[prepared.draw]
    else { return [] }
    let last = draw.drawnAt.adding(milliseconds: question.state.policy.stagedMinutes * 60_000)
    guard prepared.beyondUse > last else { return [] }
    return [
      Verdict("draw `\(draw.id.text)` may be used until \(question.zone.shown(last)), no longer")
    ]
  }
}

extension State {
  /// What a dose lacks once this is added to it.
  fileprivate func lacks(after later: AdministrationCompleted) -> [String] {
    particulars(of: later.entry)?.completed(by: later.particulars).lacks ?? []
  }
}

extension Question {
  /// The draw out of which something is given, wasted, put back or diluted.
  fileprivate var drawActedOn: DrawID? {
    switch event {
    case let dose as Administration: return dose.draw
    case let prepared as Preparation: return prepared.draw
    case let putBack as PutBack: return putBack.draw
    case let waste as Waste:
      guard case .draw(let id) = waste.source else { return nil }
      return id
    default: return nil
    }
  }

  fileprivate func handle(_ id: PersonID) -> String { state.people[id]?.handle.text ?? id.text }

  /// The lots of a product that a patient got on the local day of a dose, each once.
  fileprivate func lotsToday(of dose: Administration) -> [String] {
    let doses = state.journal.filter {
      $0.type == Administration.type && $0.correctedBy == nil
        && zone.day(of: $0.occurredAt) == day
        && $0.patient.map { state.isSame($0, dose.recipient) } ?? false
    }
    let lots = doses.flatMap(\.postings).map(\.bucket.item)
      .filter { $0.product == dose.item.product }.map(\.lot)
    return Set(lots).sorted()
  }
}
