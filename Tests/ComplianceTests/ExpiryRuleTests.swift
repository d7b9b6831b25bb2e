import Compliance
import Dispensary
import Notation
import Testing

// MARK: Lots of which nobody knows until when they may be used

extension RuleTests {
  /// A lot that nobody could read as entry 13, in quarantine or available.
  static func unread(_ clinic: inout Clinic, _ status: Position.Status = .available) throws -> Item
  {
    let item = Item(Clinic.ketamine.product, "K9")
    var line = Clinic.line(item, 10_000, Position(Clinic.vault, status: status))
    line.stock.expires = nil
    try clinic.record(Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: [line]))
    return item
  }

  static let nobodyRead = ["nobody has read when lot `K9` expires"]

  static let expiries: [Situation] = [
    Situation("lot.expiry-unknown", "opened", nobodyRead) { clinic in
      let item = try unread(&clinic)
      return clinic.open(item)
    },
    Situation("lot.expiry-unknown", "drawn and given, after it had been opened", nobodyRead) {
      clinic in
      let item = try unread(&clinic)
      try clinic.record(clinic.open(item))
      return clinic.draw(500, item)
    },
    Situation("lot.expiry-unknown", "given", nobodyRead) { clinic in
      let item = try unread(&clinic)
      try clinic.record(clinic.open(item))
      try clinic.record(clinic.draw(500, item))
      return clinic.give(500, 1, item)
    },
    Situation("lot.expiry-unknown", "distributed", nobodyRead) { clinic in
      let item = try unread(&clinic)
      let line = OutgoingLine(
        item: item, position: Position(Clinic.vault), quantity: Amount(thousandths: 5_000))
      return Distribution(
        registrant: try DEANumber("PN1234563"), name: "Lake", address: "5 Lake Rd",
        invoice: "D-1", lines: [line])
    },
    Situation("lot.expiry-unknown", "released", nobodyRead) { clinic in
      let item = try unread(&clinic, .quarantined)
      return Release(
        item: item, from: Position(Clinic.vault, status: .quarantined),
        amount: Amount(thousandths: 10_000), reason: "complete")
    },
    Situation("lot.expiry-unknown", "released once it is known") { clinic in
      let item = try unread(&clinic, .quarantined)
      try clinic.record(
        ReceiptCompleted(
          receipt: 13, invoice: nil,
          expiries: [ReceiptCompleted.Expiry(item: item, expires: Clinic.expires)]))
      return Release(
        item: item, from: Position(Clinic.vault, status: .quarantined),
        amount: Amount(thousandths: 10_000), reason: "complete")
    },
    Situation("lot.expiry-unknown", "destroyed, which needs no date", witnesses: [Clinic.ben]) {
      clinic in
      let item = try unread(&clinic)
      let line = OutgoingLine(
        item: item, position: Position(Clinic.vault), quantity: Amount(thousandths: 5_000))
      return Destruction(lines: [line], method: "incineration", place: Clinic.vault)
    },

    Situation(
      "receipt.expiry-unread", "a carton that nobody can read",
      ["nobody can read when lot `K9` expires, and it waits in quarantine"]
    ) { _ in
      var line = Clinic.line(
        Item(Clinic.ketamine.product, "K9"), 5_000, Position(Clinic.vault, status: .quarantined))
      line.stock.expires = nil
      return Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: [line])
    },
    Situation("receipt.expiry-unread", "of a lot that another carton tells") { _ in
      var line = Clinic.line(Clinic.ketamine, 5_000)
      line.stock.expires = nil
      return Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: [line])
    },
    Situation(
      "receipt.quarantine", "what nobody can read, on the shelf",
      ["lot `K9` came without a legible expiry and would be available"]
    ) { _ in
      var line = Clinic.line(Item(Clinic.ketamine.product, "K9"), 5_000)
      line.stock.expires = nil
      return Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: [line])
    },
  ]
}
