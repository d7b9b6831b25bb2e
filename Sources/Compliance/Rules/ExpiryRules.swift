import Dispensary

extension Rule {
  /// Lots of which nobody knows until when they may be used.
  static let expiries = [expiryKnown, expiryUnread]

  static let expiryKnown = Rule(
    "lot.expiry-unknown", .block, .house("expiry"),
    "Nothing is used, released or passed on before somebody knows when it expires."
  ) { question in
    let state = question.state
    let unread = Set(question.used).intersection(state.unreadLots).sorted()
    return unread.map { item in
      let entry = state.receipts.filter { state.unread($0.value).contains(item) }.keys.min()
      return Verdict(
        "nobody has read when lot `\(item.lot)` expires",
        hint: "`custody receipt complete \(entry.map(String.init) ?? "ENTRY") --expires 2027-04` "
          + "says it, as the supplier or another carton has it")
    }
  }

  static let expiryUnread = Rule(
    "receipt.expiry-unread", .task, .house("expiry"),
    "What came without a legible expiry waits in quarantine until the supplier says it."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { question.lacksExpiry($0) }.map {
      Verdict(
        "nobody can read when lot `\($0.stock.item.lot)` expires, and it waits in quarantine",
        hint: "ask `\(receipt.supplier.text)`; `custody receipt complete \(question.valid.seq) "
          + "--expires 2027-04` when it is known")
    }
  }
}

extension Question {
  /// Whether a line came without an expiry that the ledger knows from another carton of the lot.
  func lacksExpiry(_ line: Receipt.Line) -> Bool {
    line.stock.expires == nil && line.received.isPositive && state.lots[line.stock.item] == nil
  }

  /// The lots that an act puts to use, or makes available.
  fileprivate var used: [Item] {
    switch event {
    case let opened as ContainerOpened: [opened.item]
    case let draw as Draw: [draw.item]
    case let dose as Administration: [dose.item]
    case let fill as PrescriptionFilled: fill.lines.map(\.item)
    case let pickup as PrescriptionPickedUp: pickup.lines.map(\.item)
    case let started as CompoundingStarted: started.ingredients.map(\.item)
    case let passed as Distribution: passed.lines.map(\.item)
    case let release as Release: [release.item]
    default: []
    }
  }
}
