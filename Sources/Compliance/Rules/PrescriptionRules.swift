import Dispensary

extension Rule {
  /// Prescriptions, from the order to the patient's hand.
  static let prescriptions = [
    rxRefills, rxPrescriber, rxMedicalNeed, rxPharmacist, rxBeforeIssue, rxSixMonths,
    rxDispensedInTime,
    rxRefillsLeft, rxWithinPrescribed, rxOpen, rxSameDrug, rxInDate, rxAvailable, rxForOwner,
    rxEarly, rxWholeContainers, rxBackToOwner, rxTransferredOnce, rxWillCallFirst,
    rxDeliveryProven, eraseOpenPrescription,
  ]

  static let rxRefills = Rule(
    "rx.refills", .block, .cfr("1306.22(a)"),
    "A prescription of Schedule III or IV is refilled at most five times."
  ) { question in
    guard let order = question.event as? PrescriptionAdded,
      let schedule = question.state.products[order.product]?.schedule,
      schedule == .three || schedule == .four, order.refills > 5
    else { return [] }
    return [
      Verdict(
        "\(order.refills) refills are more than five", hint: "ask the prescriber for another")
    ]
  }

  /// A number of the right form says what kind of registrant it was given to. Not every kind is
  /// told apart by its letter, so that this is a note to look again, not a refusal.
  static let rxPrescriber = Rule(
    "rx.prescriber", .warn, .cfr("1306.03(a)"),
    "Prescriptions are issued by practitioners, under a practitioner's registration."
  ) { question in
    guard let order = question.event as? PrescriptionAdded,
      let letter = order.prescriberDEA.number.first, !"ABCFGMX".contains(letter)
    else { return [] }
    return [
      Verdict(
        "registration `\(order.prescriberDEA.text)` is not of a kind that prescribes",
        hint: "compare it with the prescription")
    ]
  }

  static let rxMedicalNeed = Rule(
    "rx.medical-need", .block, .cfr("1306.05(c)"),
    "A prescription for gamma-hydroxybutyric acid notes the patient's medical need on its face."
  ) { question in
    guard let order = question.event as? PrescriptionAdded, !order.hasMedicalNeed,
      let substances = question.state.products[order.product]?.substances,
      substances.contains(where: { isOxybate($0) })
    else { return [] }
    return [
      Verdict(
        "the prescription notes no medical need",
        hint: "add what it says with `--medical-need`, or ask the prescriber")
    ]
  }

  static let rxPharmacist = Rule(
    "rx.pharmacist", .block, .cfr("1306.06"),
    "Prescriptions are filled and handed over by a pharmacist, or by a prescriber who dispenses."
  ) { question in
    guard question.event is PrescriptionFilled || question.event is PrescriptionPickedUp else {
      return []
    }
    let signers = [question.valid.draft.by] + question.witnesses
    let people = signers.compactMap { question.state.people[$0] }
    guard !people.contains(where: { $0.has(.pharmacist) || $0.has(.prescriber) }) else { return [] }
    return [
      Verdict(
        "neither a pharmacist nor a prescriber signs",
        hint: "add `--witness NAME` of the pharmacist who has checked it")
    ]
  }

  static let rxBeforeIssue = Rule(
    "rx.before-issue", .block, .cfr("1306.21(a)"),
    "Nothing is filled before the prescription was issued."
  ) { question in
    guard let (fill, record) = filling(question), question.day < record.order.issued else {
      return []
    }
    return [Verdict("`\(fill.id.text)` was issued on \(record.order.issued.text)")]
  }

  static let rxSixMonths = Rule(
    "rx.six-months", .block, .cfr("1306.22(a)"),
    "A prescription of Schedule III or IV is filled within six months after its issue."
  ) { question in
    guard let (fill, record) = filling(question) else { return [] }
    return tooOld(fill.id, record, question, hint: "ask the prescriber for another")
  }

  static let rxDispensedInTime = Rule(
    "rx.picked-up-late", .warn, .cfr("1306.23(c)"),
    "What was filled in time is dispensed within the same six months."
  ) { question in
    guard let pickup = question.event as? PrescriptionPickedUp,
      let record = question.state.prescriptions[pickup.id]
    else { return [] }
    return tooOld(pickup.id, record, question, hint: nil)
  }

  static let rxRefillsLeft = Rule(
    "rx.refills-left", .block, .cfr("1306.22(a)"),
    "A prescription is not refilled more often than its prescriber allows."
  ) { question in
    guard let (fill, record) = filling(question), fill.number > record.order.refills else {
      return []
    }
    let allowed = record.order.refills
    return [
      Verdict(
        "`\(fill.id.text)` has no refills" + (allowed == 0 ? "" : " left of \(allowed)"),
        hint: "ask the prescriber for another")
    ]
  }

  static let rxWithinPrescribed = Rule(
    "rx.more-than-prescribed", .block, .cfr("1306.23(b)"),
    "All parts of a filling together are not more than was prescribed."
  ) { question in
    guard let (fill, record) = filling(question) else { return [] }
    let sum = record.filled(fill.number) + fill.quantity
    guard sum > record.order.quantity else { return [] }
    let item = Item(record.order.product, "")
    let rest = record.order.quantity - record.filled(fill.number)
    return [
      Verdict(
        "\(question.shown(sum, item)) would be filled of \(question.shown(record.order.quantity, item))"
          + " prescribed",
        hint: rest.isPositive ? "fill \(question.shown(rest, item)) at most" : nil)
    ]
  }

  static let rxOpen = Rule(
    "rx.closed", .block, .cfr("1306.25(b)"),
    "Nothing is filled or handed over on a prescription that was voided or transferred."
  ) { question in
    let id: RxID
    switch question.event {
    case let fill as PrescriptionFilled: id = fill.id
    case let pickup as PrescriptionPickedUp: id = pickup.id
    default: return []
    }
    switch question.state.prescriptions[id]?.closure {
    case .voided(let closing):
      return [Verdict("`\(id.text)` was voided by entry \(closing.seq)")]
    case .transferred(let closing):
      return [
        Verdict(
          "`\(id.text)` was transferred by entry \(closing.seq)",
          hint: "it is filled at the other pharmacy")
      ]
    case nil: return []
    }
  }

  static let rxSameDrug = Rule(
    "rx.other-drug", .block, .cfr("1306.21(a)"),
    "What is filled is the drug, strength and form that was prescribed."
  ) { question in
    guard let (fill, record) = filling(question) else { return [] }
    return Set(fill.lines.map(\.item.product)).sorted()
      .filter { !isAllowed($0, record.order, question.state) }
      .map {
        Verdict(
          "`\($0.text)` is not what `\(fill.id.text)` is for, `\(record.order.product.text)`",
          hint: record.order.isAsWritten ? "it is to be dispensed as written" : nil)
      }
  }

  static let rxInDate = Rule(
    "rx.expired-lot", .block, .house("expiry"), "Only lots in date are filled and handed over."
  ) { question in
    switch question.event {
    case let fill as PrescriptionFilled: fill.lines.flatMap { expiry(of: $0.item, question) }
    case let pickup as PrescriptionPickedUp: pickup.lines.flatMap { expiry(of: $0.item, question) }
    default: []
    }
  }

  static let rxAvailable = Rule(
    "rx.not-available", .block, .house("quarantine"),
    "Nothing is filled from stock that is set aside."
  ) { question in
    guard let (fill, _) = filling(question) else { return [] }
    return fill.lines.filter { $0.position.status != .available }.map {
      Verdict(
        "what is at \(question.state.shelf($0.position)) is \($0.position.status.rawValue)")
    }
  }

  static let rxForOwner = Rule(
    "rx.owner", .block, .usc("829a"),
    "What was delivered for one patient is used for that patient only."
  ) { question in
    guard let (fill, _) = filling(question) else { return [] }
    return fill.lines.filter {
      !question.state.isStock(of: $0.position.owner, usableFor: fill.recipient)
    }.map {
      Verdict(
        "lot `\($0.item.lot)` at \(question.state.place(.stock($0.position))) belongs to another "
          + "patient", hint: "fill it from general stock")
    }
  }

  static let rxEarly = Rule(
    "rx.early", .warn, .house("refills"),
    "A refill begins when the days of the filling before it have run."
  ) { question in
    guard let (fill, record) = filling(question), let last = record.last, fill.number > last,
      let supply = record.supplied(in: question.zone),
      let end = supply.from.adding(days: Int(supply.days)), question.day < end
    else { return [] }
    return [
      Verdict(
        "filling \(last) of \(supply.from.text) was for \(tally(supply.days, "day")), until \(end.text)"
      )
    ]
  }

  static let rxWholeContainers = Rule(
    "rx.whole-containers", .block, .house("will-call"),
    "Prescriptions are filled with unopened containers, or whole units."
  ) { question in
    guard let (fill, _) = filling(question) else { return [] }
    return fill.lines.compactMap { broken($0, question) }
  }

  static let rxBackToOwner = Rule(
    "rx.return-owner", .block, .usc("829a"),
    "What goes back to stock keeps its owner and its status."
  ) { question in
    guard let back = question.event as? PrescriptionReturned,
      let record = question.state.prescriptions[back.id]
    else { return [] }
    let sources = record.fills.filter { $0.event.number == back.number }.flatMap(\.event.lines)
    return back.lines.filter { line in
      !sources.contains {
        $0.item == line.item
          && question.state.isSameOwner($0.position.owner, line.position.owner)
          && $0.position.status == line.position.status
      }
    }.map {
      Verdict(
        "lot `\($0.item.lot)` came from other stock than it would go back to",
        hint: "put it back where it came from")
    }
  }

  static let rxTransferredOnce = Rule(
    "rx.transferred-once", .block, .cfr("1306.25(a)"), "A prescription is transferred once only."
  ) { question in
    guard let transfer = question.event as? PrescriptionTransferred,
      case .transferred(let first)? = question.state.prescriptions[transfer.id]?.closure
    else { return [] }
    return [
      Verdict(
        "`\(transfer.id.text)` was transferred to \(first.event.pharmacy) by entry \(first.seq)")
    ]
  }

  static let rxWillCallFirst = Rule(
    "rx.will-call-first", .block, .house("will-call"),
    "What waits in will-call is picked up or returned before a prescription is closed."
  ) { question in
    let id: RxID
    switch question.event {
    case let transfer as PrescriptionTransferred: id = transfer.id
    case let void as PrescriptionVoided: id = void.id
    default: return []
    }
    let fillings = Dictionary(grouping: question.state.waiting(id), by: \.number)
    return fillings.sorted { $0.key < $1.key }.flatMap { number, parts in
      parts.prefix(1).map { first in
        Verdict(
          "will-call holds \(question.shown(parts.map(\.amount).sum, first.item)) of filling "
            + "\(number)",
          hint: "`custody rx return-to-stock \(id.text)` comes first")
      }
    }
  }

  static let rxDeliveryProven = Rule(
    "rx.delivery-proof", .task, .usc("829a"),
    "A delivery to the practitioner who administers is proven by their receipt."
  ) { question in
    guard let pickup = question.event as? PrescriptionPickedUp, let setting = pickup.setting,
      !setting.hasProof
    else { return [] }
    return [
      Verdict(
        "nothing proves the delivery to \(setting.name)",
        hint: "what is on its way stays in will-call until the slip is signed")
    ]
  }

  static let eraseOpenPrescription = Rule(
    "erase.open-prescription", .block, .cfr("1304.04(a)"),
    "Nothing is erased of a patient whose prescription may still be filled, or waits."
  ) { question in
    guard let erasure = question.event as? Erasure, let patient = erasure.subject else { return [] }
    return question.state.prescriptionList
      .filter { question.state.isSame($0.order.recipient, patient) }
      .compactMap { open($0, question) }
  }
}

extension Rule {
  /// A filling, and the prescription that it fills.
  private static func filling(
    _ question: Question
  ) -> (PrescriptionFilled, PrescriptionRecord)? {
    guard let fill = question.event as? PrescriptionFilled,
      let record = question.state.prescriptions[fill.id]
    else { return nil }
    return (fill, record)
  }

  private static func isOxybate(_ substance: Substance) -> Bool {
    substance.text.contains("oxybate") || substance.text.contains("hydroxybutyr")
  }

  private static func tooOld(
    _ id: RxID, _ record: PrescriptionRecord, _ question: Question, hint: String?
  ) -> [Verdict] {
    guard let last = record.order.lastDay(question.state.products[record.order.product]),
      question.day > last
    else { return [] }
    return [
      Verdict(
        "`\(id.text)` was issued on \(record.order.issued.text); its last day was \(last.text)",
        hint: hint)
    ]
  }

  /// The product prescribed, or, unless it is to be dispensed as written, one of another labeler
  /// with the same ingredients in the same strength and unit.
  private static func isAllowed(
    _ product: ProductID, _ order: PrescriptionAdded, _ state: State
  ) -> Bool {
    guard product != order.product else { return true }
    guard !order.isAsWritten, let own = state.products[product],
      let prescribed = state.products[order.product]
    else { return false }
    return Set(own.ingredients.map(\.substance.text))
      == Set(prescribed.ingredients.map(\.substance.text)) && own.form == prescribed.form
      && own.strength.unit == prescribed.strength.unit
      && own.strength.micrograms == prescribed.strength.micrograms
      && own.strength.thousandths == prescribed.strength.thousandths
  }

  /// What is wrong with a line that is not a number of whole containers or kits. Pieces that are
  /// broken are found by `stock.whole-units`.
  private static func broken(_ line: PrescriptionLine, _ question: Question) -> Verdict? {
    let place = question.state.place(.stock(line.position))
    let sizes: [Amount]
    switch line.position.holding {
    case .container, .loose: return Verdict("what is at \(place) is opened")
    case .kit(let ndc): sizes = contents(of: ndc, question.state.products[line.item.product])
    case .sealed:
      let product = question.state.products[line.item.product]
      guard let product, !product.countsWholeUnits else { return nil }
      sizes = product.packages.map(\.container.amount)
    }
    let isWhole = sizes.contains {
      $0.isPositive && line.amount.thousandths.isMultiple(of: $0.thousandths)
    }
    guard !sizes.isEmpty, !isWhole else { return nil }
    return Verdict(
      "\(question.shown(line.amount, line.item)) from \(place) are not whole containers")
  }

  private static func contents(of ndc: String, _ product: Product?) -> [Amount] {
    guard let code = try? NDC(ndc), let package = product?.package(named: code),
      let containers = package.containers(named: code),
      let contents = try? package.container.times(containers)
    else { return [] }
    return [contents.amount]
  }

  private static func open(_ record: PrescriptionRecord, _ question: Question) -> Verdict? {
    let id = record.id.text
    if !question.state.waiting(record.id).isEmpty {
      return Verdict(
        "`\(id)` waits in will-call", hint: "`custody rx return-to-stock \(id)` comes first")
    }
    let last = record.order.lastDay(question.state.products[record.order.product])
    guard record.closure == nil, record.remaining.isPositive,
      last.map({ question.today <= $0 }) ?? true
    else { return nil }
    return Verdict("`\(id)` may still be filled", hint: "`custody rx void \(id)` closes it")
  }
}
