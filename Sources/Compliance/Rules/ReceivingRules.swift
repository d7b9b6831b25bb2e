import Dispensary

extension Rule {
  /// Stock coming in.
  static let receiving = [
    initialInventoryFirst, initialInventoryWitnessed, receiptComplete, receiptInQuarantine,
    receiptMatchesInvoice, receiptDamaged, receiptRefused, receiptAsOrdered, receiptSource,
    receiptInDate, productIsScheduleIII, receiptOnce,
    receiptBeforeInventory, unitsWhole,
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
    "An inventory is taken by two people.", yieldsToOneSigner: true
  ) { question in
    guard question.event is InitialInventory, !isWitnessed(question) else { return [] }
    return [Verdict("the inventory has no witness", hint: "add `--witness NAME`")]
  }

  static let receiptComplete = Rule(
    "receipt.incomplete", .task, .cfr("1304.22(c)"),
    "A receipt names the invoice that is its evidence."
  ) { question in
    guard let receipt = question.event as? Receipt, receipt.invoice == nil else { return [] }
    return [
      Verdict(
        "the receipt from `\(receipt.supplier.text)` has no invoice number, and waits in quarantine",
        hint: "`custody receipt complete \(question.valid.seq) --invoice NUMBER` when it is known")
    ]
  }

  static let receiptInQuarantine = Rule(
    "receipt.quarantine", .block, .house("quarantine"),
    "What came without an invoice number or a legible expiry waits in quarantine."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter {
      $0.stock.position.status == .available && $0.stock.amount.isPositive
    }.compactMap { line in
      let lack =
        receipt.invoice == nil
        ? "an invoice number" : question.lacksExpiry(line) ? "a legible expiry" : nil
      return lack.map {
        Verdict("lot `\(line.stock.item.lot)` came without \($0) and would be available")
      }
    }
  }

  static let receiptMatchesInvoice = Rule(
    "receipt.differs-from-invoice", .task, .cfr("1304.22(c)"),
    "What was received is what was invoiced, or the supplier is told."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { !$0.short.isZero }.map { line in
      let item = line.stock.item
      let refused =
        line.refused.isZero ? "" : ", \(question.shown(line.refused, item)) refused"
      return Verdict(
        "lot `\(item.lot)`: \(question.shown(line.invoiced, item)) invoiced, "
          + "\(question.shown(line.received, item)) received\(refused)",
        hint: "tell `\(receipt.supplier.text)`; a loss in transit is theirs to report")
    }
  }

  static let receiptDamaged = Rule(
    "receipt.damaged", .task, .cfr("1317.05"),
    "What comes damaged is inventory, set aside until it goes back or is destroyed."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { $0.damaged.isPositive }.map { line in
      Verdict(
        "lot `\(line.stock.item.lot)`: \(question.shown(line.damaged, line.stock.item)) came "
          + "damaged",
        hint: "tell `\(receipt.supplier.text)`; what leaked out is a spill or a loss of its own")
    }
  }

  static let receiptRefused = Rule(
    "receipt.refused", .task, .cfr("1304.22(c)"),
    "What is refused at the door is put right on the invoice."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter { $0.refused.isPositive }.map { line in
      Verdict(
        "lot `\(line.stock.item.lot)`: \(question.shown(line.refused, line.stock.item)) was "
          + "refused and stayed with the driver",
        hint: "ask `\(receipt.supplier.text)` for an invoice that says so")
    }
  }

  static let receiptAsOrdered = Rule(
    "receipt.not-as-ordered", .warn, .house("receiving"),
    "What comes on an order is what was ordered, from whom it was ordered."
  ) { question in
    guard let receipt = question.event as? Receipt, let id = receipt.order,
      let order = question.state.orders[id]
    else { return [] }
    var verdicts: [Verdict] = []
    if order.cancelledBy != nil { verdicts.append(Verdict("order `\(id.text)` was cancelled")) }
    if order.supplier != receipt.supplier {
      verdicts.append(
        Verdict(
          "order `\(id.text)` went to `\(order.supplier.text)`, not to "
            + "`\(receipt.supplier.text)`"))
    }
    return verdicts + excess(receipt, order, question)
  }

  /// What came beyond an order, product by product.
  private static func excess(
    _ receipt: Receipt, _ order: OrderRecord, _ question: Question
  ) -> [Verdict] {
    let before = question.state.received(on: order.id)
    let lines = Dictionary(grouping: receipt.lines, by: \.stock.item.product)
    return lines.sorted { $0.key < $1.key }.compactMap { product, lines in
      let now = lines.map(\.received).sum
      guard now.isPositive else { return nil }
      guard let ordered = order.lines.first(where: { $0.product == product })?.amount else {
        return Verdict("`\(product.text)` is not on order `\(order.id.text)`")
      }
      let came = before[product, default: .zero] + now
      guard came > ordered else { return nil }
      let known = question.state.products[product]
      return Verdict(
        "\(question.state.shown(came, known)) of `\(product.text)` have come on order "
          + "`\(order.id.text)`, which is for \(question.state.shown(ordered, known))")
    }
  }

  /// Reverse distributors acquire stock to destroy or return it (21 CFR 1300.01); they sell none.
  static let receiptSource = Rule(
    "receipt.from-reverse-distributor", .warn, .cfr("1300.01"),
    "Stock comes from a supplier, a manufacturer or another registrant."
  ) { question in
    guard let receipt = question.event as? Receipt,
      question.state.suppliers[receipt.supplier]?.kind == .reverseDistributor
    else { return [] }
    return [
      Verdict(
        "`\(receipt.supplier.text)` is a reverse distributor",
        hint: "what was shipped to it by mistake comes back by correcting the shipment")
    ]
  }

  static let receiptInDate = Rule(
    "receipt.expired", .warn, .house("receiving"), "Stock is in date when it is received."
  ) { question in
    guard let receipt = question.event as? Receipt else { return [] }
    return receipt.lines.filter(\.received.isPositive).compactMap { line in
      guard let expires = line.stock.expires, expires < question.day else { return nil }
      return Verdict("lot `\(line.stock.item.lot)` expired on \(expires.text)")
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
    guard let (receipt, invoice) = invoiced(question) else { return [] }
    let items = Set(receipt.lines.map(\.stock.item))
    // Several entries for one invoice are in order: a line each.
    let earlier = question.state.receipts.filter {
      $0.value.supplier == receipt.supplier && $0.value.invoice == invoice
        && !items.isDisjoint(with: $0.value.lines.map(\.stock.item))
    }
    return earlier.keys.sorted().map {
      Verdict("the same lot on invoice `\(invoice)` was received in entry \($0) already")
    }
  }

  /// The receipt that an entry gives an invoice number: its own, or one that was incomplete.
  private static func invoiced(_ question: Question) -> (Receipt, String)? {
    switch question.event {
    case let receipt as Receipt: receipt.invoice.map { (receipt, $0) }
    case let completed as ReceiptCompleted:
      completed.invoice.flatMap { invoice in
        question.state.receipts[completed.receipt].map { ($0, invoice) }
      }
    default: nil
    }
  }

  /// What stood there when the inventory was taken is on hand by the inventory.
  static let receiptBeforeInventory = Rule(
    "receipt.before-inventory", .warn, .house("receiving"),
    "Stock that the initial inventory has counted is not received as well."
  ) { question in
    guard question.event is Receipt, let seq = question.state.initialInventory else { return [] }
    let taken = question.state.journal[Int(seq)].occurredAt
    guard question.occurredAt < taken else { return [] }
    return [
      Verdict(
        "it came before the initial inventory of \(question.zone.shown(taken)), which counted all "
          + "that was there: the same stock may now be in the book twice",
        hint:
          "check `--at`; what the inventory has counted already is reversed by `custody correct`")
    ]
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
