import Dispensary

extension Rule {
  /// Making drug unrecoverable.
  static let wasting = [wasteWitnessed, wasteOfInventory, wasteUnassigned]

  static let wasteWitnessed = Rule(
    "waste.witness-required", .block, .house("waste"),
    "Waste of a controlled substance is seen by a second person, who signs.",
    yieldsToOneSigner: true
  ) { question in
    guard let waste = question.event as? Waste, !isWitnessed(question) else { return [] }
    return [
      Verdict(
        "no witness for \(question.shown(waste.quantity, waste.item)) of waste",
        hint: "add `--witness NAME`, or lock it away with `--hold` until somebody can see it wasted"
      )
    ]
  }

  static let wasteOfInventory = Rule(
    "waste.inventory", .block, .cfr("1317.05"),
    "Unopened stock and the rest of a multi-dose container are inventory, not waste."
  ) { question in
    guard let waste = question.event as? Waste, case .container(let position) = waste.source else {
      return []
    }
    let what: String
    switch position.holding {
    case .sealed, .kit: what = "unopened stock"
    case .container:
      guard question.state.products[waste.item.product]?.isMultiDose == true else { return [] }
      what = "the rest of a multi-dose container"
    case .loose: return []
    }
    return [
      Verdict(
        "\(what) is inventory, not waste", hint: "set it aside for a reverse distributor")
    ]
  }

  static let wasteUnassigned = Rule(
    "waste.no-patient", .block, .cfr("1317.05"),
    "What is wasted was drawn under a patient's order."
  ) { question in
    guard let waste = question.event as? Waste, let id = waste.source.account.looseDraw,
      waste.patient == nil, question.state.draws[id]?.patient == nil
    else { return [] }
    return [
      Verdict(
        "draw `\(id.text)` was drawn for nobody, so that it is inventory, not waste",
        hint: "`custody set-aside \(id.text)` keeps it for a reverse distributor; the dose of a "
          + "patient is wasted with `--patient CODE`")
    ]
  }
}
