import Dispensary

extension Rule {
  /// Stock coming in.
  static let receiving = [
    initialInventoryFirst, initialInventoryWitnessed, receiptMatchesInvoice, receiptInDate,
    productIsScheduleIII, receiptOnce, unitsWhole,
  ]

  static let initialInventoryFirst = Rule(
    "inventory.initial-first", .block, .cfr("1304.11(b)"),
    "An initial inventory, which may be zero, is taken before stock is received."
  ) { question in
    guard question.event is Receipt, question.state.initialInventory == nil else { return [] }
    return [
      Verdict(
        "no initial inventory has been taken",
        hint: "`custody initial-inventory --zero --witness NAME` when nothing was on hand")
    ]
  }

  static let initialInventoryWitnessed = Rule(
    "inventory.witness-required", .block, .house("inventories"),
    "An inventory is taken by two people."
  ) { question in
    guard question.event is InitialInventory, !isWitnessed(question) else { return [] }
    return [Verdict("the inventory has no witness", hint: "add `--witness NAME`")]
  }

  static let receiptMatchesInvoice = Rule(
    "receipt.differs-from-invoice", .task, .cfr("1304.22(c)"),
    "What was received is what was invoiced, or the supplier is told."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { $0.invoiced != $0.stock.amount }.map { line in
      let item = line.stock.item
      return Verdict(
        "lot `\(item.lot)`: \(question.shown(line.invoiced, item)) invoiced, "
          + "\(question.shown(line.stock.amount, item)) received",
        hint: "tell `\(receipt.supplier.text)`; a loss in transit is theirs to report")
    }
  }

  static let receiptInDate = Rule(
    "receipt.expired", .warn, .house("receiving"), "Stock is in date when it is received."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { $0.stock.expires < question.day && $0.stock.amount.isPositive }
      .map {
        Verdict("lot `\($0.stock.item.lot)` expired on \($0.stock.expires.text)")
      }
  }

  static let productIsScheduleIII = Rule(
    "product.schedule", .warn, .cfr("1308.13"),
    "This ledger is made for substances of Schedule III."
  ) { question in
    guard let added = question.event as? ProductAdded, added.product.schedule != .three else {
      return []
    }
    return [Verdict("`\(added.product.id.text)` is \(added.product.schedule.text)")]
  }

  static let receiptOnce = Rule(
    "receipt.duplicate-invoice", .warn, .house("receiving"),
    "A lot on an invoice is received once."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    let items = Set(receipt.lines.map(\.stock.item))
    // Several entries for one invoice are in order: a line each.
    let earlier = question.state.receipts.filter {
      $0.value.supplier == receipt.supplier && $0.value.invoice == receipt.invoice
        && !items.isDisjoint(with: $0.value.lines.map(\.stock.item))
    }
    return earlier.keys.sorted().map {
      Verdict("the same lot on invoice `\(receipt.invoice)` was received in entry \($0) already")
    }
  }

  /// Fractions of a unit exist only in people's hands: half a tablet given, a spray half used.
  static let unitsWhole = Rule(
    "stock.whole-units", .block, .house("counts"), "Unopened units are handled whole."
  ) { question in
    question.valid.postings.filter { posting in
      guard case .stock(let position) = posting.bucket.account,
        question.state.products[posting.bucket.item.product]?.countsWholeUnits == true
      else { return false }
      switch position.holding {
      case .container, .loose: return false
      case .sealed, .kit: break
      }
      return !posting.amount.thousandths.isMultiple(of: 1000)
    }
    .map { posting in
      Verdict(
        "\(question.shown(posting.amount.magnitude, posting.bucket.item)) at "
          + "\(question.state.place(posting.bucket.account)) is not a whole number")
    }
  }

  /// Whether another person witnesses.
  static func isWitnessed(_ question: Question) -> Bool {
    question.witnesses.contains { $0 != question.valid.draft.by }
  }
}
