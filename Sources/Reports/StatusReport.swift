package import Dispensary
package import Notation

/// What the next shift must know: who holds what, what is open, what is there, what is wrong.
package struct StatusReport: Sendable {
  package let state: State
  package let now: Instant
  package let zone: Zone
  /// Said by the desk, such as keys without a passphrase.
  package let warnings: [String]
  /// Whose part of it is asked for; everybody's otherwise.
  package let person: PersonID?

  package init(
    state: State, now: Instant, zone: Zone, warnings: [String], person: PersonID? = nil
  ) {
    self.person = person
    self.state = state
    self.now = now
    self.zone = zone
    self.warnings = warnings
  }

  /// Days before its expiry from which a lot is flagged.
  package static let expiryDays = 90

  var wording: Wording { Wording(state: state, zone: zone) }
  var handedOut: [DrawRecord] { state.openDraws.filter { $0.staged == nil } }
  var staged: [DrawRecord] { state.openDraws.filter { $0.staged != nil } }

  // MARK: Text

  package var text: String {
    if let person {
      return Text.document([title] + handover(of: person) + wording.oneSigner.foot)
    }
    var lines =
      [title] + wording.oneSigner.lines + summary + unfitPolicy + urgent + underway + receiving
      + onHand
    if !warnings.isEmpty {
      lines += Text.heading("Warnings")
      lines += warnings.flatMap { Text.wrapped($0, to: 80) }
    }
    return Text.document(lines + ["", lastCount, "ledger: \(state.size) entries", exposure])
  }

  /// What must be done now, the most pressing first.
  private var urgent: [String] {
    section("Past use", pastRows, ["what", "place", ">left", "why", "drug"])
      + drawSection(handedOut) + heldSection(heldRows)
      + section("Open cases", caseRows, ["case", ">amount", "", "open for", "what"])
      + incompleteSection(incompleteRows)
      + section(
        "Incomplete receipts", withoutInvoiceRows, ["entry", "supplier", "waiting", "what"])
      + section(
        "Receipts that differ from the invoice", receiptRows,
        ["invoice", "supplier", "entries", "what"])
      + section("To review", reviewRows, [">entry", "what", "why", "by", "open for"])
      + (lateWillCall > 0 ? willCall : [])
      + section("Credentials that end", credentialRows, ["who", "what", "until", ""])
  }

  /// What is open and goes on.
  private var underway: [String] {
    stagedSection(staged)
      + section(
        "Open containers", containerRows, ["vial", "place", ">left", "use before", "what"])
      + (lateWillCall > 0 ? [] : willCall)
      + section(
        "Shipments not acknowledged", shipmentRows,
        ["shipment", "recipient", ">left", "since", "for", "what"])
      + section(
        "Being compounded", batchRows, ["batch", "product", ">holds", "since", "for", "what"])
      + office
  }

  private var willCall: [String] {
    section("Will-call", willCallRows, ["rx", "for", ">waits", "since", "what"])
  }

  func drawSection(_ draws: [DrawRecord]) -> [String] {
    section("Draws in hands", rows(inHands: draws), ["draw", "who", ">left", "since", "what"])
  }

  func stagedSection(_ draws: [DrawRecord]) -> [String] {
    section(
      "Staged syringes", rows(staged: draws), ["draw", "place", ">left", "use before", "what"])
  }

  func heldSection(_ rows: [[String]]) -> [String] {
    section("Held for waste", rows, ["draw", "place", ">left", "since", "for", "what"])
  }

  func incompleteSection(_ rows: [[String]]) -> [String] {
    let doses = rows.count == 1 ? "1 dose lacks its" : "\(rows.count) doses lack their"
    return section("\(doses) order or route", rows, [">entry", "given", "patient", "lacks"])
  }

  private var title: String {
    let site = state.registration.map { "\($0.name), " } ?? ""
    return "\(site)\(zone.shown(now)), \(zone.name)"
  }

  func section(_ title: String, _ rows: [[String]], _ titles: [String]) -> [String] {
    rows.isEmpty ? [] : Text.heading(title) + TextTable(titles, rows: rows, width: 100).lines
  }

  private func rows(inHands draws: [DrawRecord]) -> [[String]] {
    draws.map { draw in
      [
        draw.id.text, wording.handle(draw.holder),
        wording.quantity(state.remaining(draw), draw.item.product), wording.time(draw.drawnAt),
        what(draw),
      ]
    }
  }

  private func rows(staged draws: [DrawRecord]) -> [[String]] {
    draws.map { draw in
      [
        draw.id.text, draw.staged?.location.text ?? "",
        wording.quantity(state.remaining(draw), draw.item.product),
        draw.staged.map { limit($0.beyondUse) } ?? "", what(draw),
      ]
    }
  }

  private func what(_ draw: DrawRecord) -> String {
    let patient = wording.code(draw.patient).map { "for \($0)" } ?? "unassigned"
    return "\(wording.item(draw.item)), \(patient)" + (draw.preparation.map(diluted) ?? "")
  }

  /// `2026-11-21 14:05, 3 h 10 min left`, or how long ago it was.
  func limit(_ beyondUse: Instant) -> String {
    let left =
      beyondUse > now
      ? ", \(span(from: now, to: beyondUse)) left" : ", PAST by \(span(from: beyondUse, to: now))"
    return wording.time(beyondUse) + left
  }

  private var containerRows: [[String]] {
    state.openContainers.map { container in
      [
        container.id.text, wording.place(container.position).replacing("\(container.id.text) in "),
        wording.quantity(content(container), container.item.product),
        container.beyondUse.map(limit) ?? withoutLimit(container), wording.item(container.item),
      ]
    }
  }

  private func withoutLimit(_ container: Container) -> String {
    state.products[container.item.product]?.isMultiDose == true ? "none recorded" : "single dose"
  }

  func content(_ container: Container) -> Amount {
    state.balance(.stock(container.position), container.item)
  }

  private var onHand: [String] {
    let byProduct = Dictionary(grouping: state.stock, by: \.item.product)
    var lines = Text.heading("On hand")
    if byProduct.isEmpty { lines.append("nothing") }
    for (id, stock) in byProduct.sorted(by: { ($0.key.text) < ($1.key.text) }) {
      let total = stock.map(\.amount).sum
      lines.append("\(wording.drug(id)) (\(id.text)): \(wording.both(total, id))")
      let rows = stock.map { line in
        [
          wording.place(line.position), line.item.lot, wording.quantity(line.amount, id),
          wording.mass(line.amount, id), expiry(line.item),
        ]
      }
      lines +=
        TextTable(["place", "lot", ">quantity", ">mass", "expires"], rows: rows, indent: 2).lines
    }
    return lines
  }

  private func daysLeft(_ item: Item) -> Int? {
    state.lots[item].map { $0.dayNumber - zone.day(of: now).dayNumber }
  }

  private func expiry(_ item: Item) -> String {
    guard let day = state.lots[item], let left = daysLeft(item) else { return "" }
    switch left {
    case ..<0: return "\(day.text) EXPIRED"
    case 0: return "\(day.text) TODAY"
    case ...StatusReport.expiryDays: return "\(day.text) in \(left) \(left == 1 ? "day" : "days")"
    default: return day.text
    }
  }

  private var caseRows: [[String]] {
    state.openCases.map { record in
      let held = state.unexplained(record)
      return [
        record.id.text, wording.quantity(held.magnitude, record.item.product),
        held.isPositive ? "missing" : "too much",
        span(from: record.openedAt, to: now),
        "\(wording.item(record.item)), entry \(record.openedBy)",
      ]
    }
  }

  var receiptRows: [[String]] {
    openReceipts.map { open in
      let missing = open.invoiced - open.received - open.refused
      let words = missing.isPositive ? "short" : "over"
      return [
        open.invoice, open.supplier.text, open.entries.map(String.init).joined(separator: ", "),
        "\(wording.drug(open.product)): \(wording.quantity(missing.magnitude, open.product)) \(words)",
      ]
    }
  }

  var withoutInvoiceRows: [[String]] {
    state.incompleteReceipts.map { seq, receipt in
      let since = state.journal[Int(seq)].occurredAt
      return [
        String(seq), receipt.supplier.text, span(from: since, to: now),
        receipt.lines.map {
          "\(wording.quantity($0.received, $0.stock.item.product)) \(wording.item($0.stock.item))"
        }.joined(separator: "; ") + ": no invoice number",
      ]
    }
  }

  private var lastCount: String {
    guard let last = state.counts.max(by: { $0.at < $1.at }) else { return "never counted" }
    return "last count: \(wording.time(last.at)), entry \(last.seq)"
  }
}

extension StatusReport {
  /// What came on an invoice so far, where that is not what the invoice says. A later receipt on
  /// the same invoice follows it up, and so does a correction.
  private struct OpenReceipt {
    let supplier: SupplierID
    let invoice: String
    let product: ProductID
    var invoiced = Amount.zero
    var received = Amount.zero
    var refused = Amount.zero
    var entries: [Int64] = []
  }

  private var openReceipts: [OpenReceipt] {
    var open: [String: OpenReceipt] = [:]
    for (seq, receipt) in state.receipts.sorted(by: { $0.key < $1.key })
    where state.journal[Int(seq)].correctedBy == nil {
      let invoice = receipt.invoice ?? "none yet"
      for line in receipt.lines {
        let product = line.stock.item.product
        let key = "\(receipt.supplier.text)\n\(invoice)\n\(product.text)"
        var entry =
          open[key]
          ?? OpenReceipt(supplier: receipt.supplier, invoice: invoice, product: product)
        entry.invoiced += line.invoiced
        entry.received += line.received
        entry.refused += line.refused
        if entry.entries.last != seq { entry.entries.append(seq) }
        open[key] = entry
      }
    }
    let settled = state.settlements
    return open.filter { _, entry in
      entry.invoiced != entry.received + entry.refused
        && !entry.entries.contains { settled[$0] != nil }
    }
    .sorted { $0.key < $1.key }.map(\.value)
  }

  // MARK: JSON

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/status/1", "now": .string(now.text), "zone": .string(zone.name),
      "size": .integer(state.size),
      "draws": .array(handedOut.filter(isAskedFor).map(json)),
      "staged": .array(staged.filter(isAskedFor).map(json)),
      "containers": .array(state.openContainers.map(json)),
      "will_call": willCallJSON,
      "on_hand": .array(
        state.stock.map { line in
          var members: [String: JSON] = [
            "product": .string(line.item.product.text), "lot": .string(line.item.lot),
            "position": wording.json(line.position),
            "amount": wording.json(line.amount, line.item.product),
          ]
          members["expires"] = state.lots[line.item].map { .string($0.text) }
          members["days_left"] = daysLeft(line.item).map { .integer(Int64($0)) }
          return .object(members)
        }),
      "incomplete_doses": .array(incompleteJSON),
      "cases": .array(state.openCases.map(json)),
      "held_for_waste": .array(heldForWaste.map(json)),
      "in_transit": .array(underWay.map(json)), "compounding": .array(batches.map(json)),
      "receipts": .array(
        openReceipts.map { open in
          [
            "supplier": .string(open.supplier.text), "invoice": .string(open.invoice),
            "product": .string(open.product.text), "entries": numbers(open.entries),
            "invoiced": wording.json(open.invoiced, open.product),
            "received": wording.json(open.received, open.product),
          ]
        }),
      "incomplete_receipts": .array(
        state.incompleteReceipts.map { seq, receipt in
          [
            "entry": .integer(seq), "supplier": .string(receipt.supplier.text),
            "lots": .array(receipt.lines.map { .string($0.stock.item.lot) }),
          ]
        }),
      "warnings": .array(warnings.map { .string($0) }),
    ]
    members.merge(officeMembers) { own, _ in own }
    members.merge(receivingMembers) { own, _ in own }
    members["one_signer"] = wording.oneSigner.json
    members["attention"] = .array(
      attention.map { ["count": .integer(Int64($0.count)), "what": .string($0.what)] })
    members["past_use"] = .array(
      past.map {
        [
          "what": .string($0.what), "place": .string($0.place), "why": .string($0.why),
          "product": .string($0.item.product.text), "lot": .string($0.item.lot),
        ]
      })
    if let last = state.counts.max(by: { $0.at < $1.at }) {
      members["last_count"] = ["entry": .integer(last.seq), "at": .string(last.at.text)]
    }
    return .object(members)
  }

  private func isAskedFor(_ draw: DrawRecord) -> Bool { person.map { $0 == draw.holder } ?? true }

  private func json(_ draw: DrawRecord) -> JSON {
    var members: [String: JSON] = [
      "draw": .string(draw.id.text), "holder": .string(wording.handle(draw.holder)),
      "product": .string(draw.item.product.text), "lot": .string(draw.item.lot),
      "left": wording.json(state.remaining(draw), draw.item.product),
      "drawn_at": .string(draw.drawnAt.text), "entry": .integer(draw.seq),
    ]
    members["patient"] = wording.code(draw.patient).map { .string($0) }
    members["location"] = draw.staged.map { .string($0.location.text) }
    members["beyond_use"] = draw.beyondUse.map { .string($0.text) }
    members["diluent"] = draw.preparation.map { .string($0.diluent) }
    members["total_ml"] = draw.preparation.map { .string($0.total.wire) }
    members["infused_ml"] = draw.preparation.map { .string($0.infused.wire) }
    return .object(members)
  }

  private func json(_ container: Container) -> JSON {
    var members: [String: JSON] = [
      "container": .string(container.id.text), "product": .string(container.item.product.text),
      "lot": .string(container.item.lot), "position": wording.json(container.position),
      "left": wording.json(content(container), container.item.product),
      "opened_at": .string(container.openedAt.text), "opened_by": .integer(container.openedBy),
    ]
    members["beyond_use"] = container.beyondUse.map { .string($0.text) }
    return .object(members)
  }

  private func json(_ record: CaseRecord) -> JSON {
    [
      "case": .string(record.id.text), "product": .string(record.item.product.text),
      "lot": .string(record.item.lot), "account": .string(wording.account(record.account)),
      "missing": wording.json(state.unexplained(record), record.item.product),
      "kind": state.unexplained(record).isPositive ? "missing" : "surplus",
      "amount": wording.json(state.unexplained(record).magnitude, record.item.product),
      "opened_at": .string(record.openedAt.text), "opened_by": .integer(record.openedBy),
    ]
  }
}

extension String {
  /// The text without a prefix that its column says already.
  fileprivate func replacing(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
