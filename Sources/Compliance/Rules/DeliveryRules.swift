import Dispensary
import Notation

extension Rule {
  /// What an outside pharmacy delivers for one patient (21 USC 829a).
  static let deliveries = [deliveryPrescription, ownerKept, drawInDeliveryTime]

  static let deliveryPrescription = Rule(
    "receipt.prescription", .block, .usc("829a"),
    "What is delivered for one patient is recorded with the number of the prescription."
  ) { question in
    guard let receipt = question.event as? Receipt, receipt.patient != nil,
      !receipt.hasPrescription
    else { return [] }
    return [
      Verdict(
        "the delivery for one patient names no prescription",
        hint: "add the pharmacy's number with `--rx NUMBER`")
    ]
  }

  /// Asked of every entry: no act, whatever it is for, turns one patient's stock into another's.
  static let ownerKept = Rule(
    "stock.patient-owned", .block, .usc("829a"),
    "What was delivered for one patient never becomes general stock, or another patient's."
  ) { question in
    // A correction puts back what an entry did, to whoever had it before.
    guard !(question.event is Correction) else { return [] }
    return question.valid.postings.changesOfOwner(in: question.state).map { item in
      Verdict(
        "lot `\(item.lot)` was delivered for one patient and would become somebody else's",
        hint: "what is not used is destroyed, or shipped to a reverse distributor")
    }
  }

  static let drawInDeliveryTime = Rule(
    "draw.delivery-past", .block, .usc("829a"),
    "What was delivered for one patient is given within 45 days of its receipt."
  ) { question in
    guard let draw = question.event as? Draw,
      let last = question.state.lastDay(ofDelivery: draw.item, draw.from, in: question.zone),
      last < question.day
    else { return [] }
    return [
      Verdict(
        "lot `\(draw.item.lot)` was delivered for use through \(last.text)",
        hint: "set it aside: it is destroyed, or shipped to a reverse distributor")
    ]
  }
}

extension [Posting] {
  /// The items of which one patient has less on hand after these postings and somebody else more.
  fileprivate func changesOfOwner(in state: State) -> [Item] {
    var change: [Item: [String: Amount]] = [:]
    for posting in self {
      guard let owner = state.owner(of: posting.bucket.account) else { continue }
      change[posting.bucket.item, default: [:]][owner, default: .zero] += posting.amount
    }
    return change.filter { _, owners in
      owners.contains { $0.key != "general" && $0.value < .zero }
        && owners.contains { $0.value.isPositive }
    }.keys.sorted()
  }
}

extension State {
  /// Whose the stock at a position, or in a draw from it, is: `general`, or a patient's, by the
  /// code that the patient has now.
  fileprivate func owner(of account: Account) -> String? {
    switch account {
    case .stock(let position): owner(position.owner)
    case .draw(let id): draws[id].map { owner($0.source.owner) }
    default: nil
    }
  }
}
