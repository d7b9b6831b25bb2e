package import Dispensary
package import LedgerCore
package import Notation

/// The accountability chart on paper, for a registrant and an investigator to sign.
package struct ReconciliationReport: Sendable {
  /// The head of the ledger that the chart was drawn up from.
  package struct Head: Hashable, Sendable {
    package let size: Int64
    package let root: Digest

    package init(size: Int64, root: Digest) {
      self.size = size
      self.root = root
    }
  }

  package let chart: Reconciliation
  package let state: State
  package let zone: Zone
  package let head: Head?

  package init(_ chart: Reconciliation, state: State, zone: Zone, head: Head?) {
    self.chart = chart
    self.state = state
    self.zone = zone
    self.head = head
  }

  private var wording: Wording { Wording(state: state, zone: zone) }
  private var id: ProductID { chart.product.id }

  // MARK: Text

  package var text: String {
    Text.document(
      title + columns + verdict + uncounted + difference + closing + signatures)
  }

  private var title: [String] {
    let product = chart.product
    let form = product.form.map { ", \($0.lowercased())" } ?? ""
    var lines = ["ACCOUNTABILITY AUDIT", ""]
    if let site = state.registration { lines.append("\(site.name), DEA \(site.dea.text)") }
    lines.append("\(product.name) \(product.strength.description)\(form)")
    lines.append("\(id.text), \(product.schedule.text), counted in \(product.baseUnit.plural)")
    lines.append("period: \(period)")
    if let head {
      lines.append("ledger: \(head.size) entries, root \(head.root.base64)")
    }
    return lines + wording.oneSigner.lines + [""]
  }

  private var period: String {
    let from = chart.from.map { "after \(zone.shown($0))" }
    let to = chart.to.map { "to \(zone.shown($0))" } ?? "to the last entry"
    return "\(from ?? "from the beginning") \(to), \(zone.name)"
  }

  private var columns: [String] {
    let left = chart.accountableLines.map { (label($0.kind), $0.amount) }
    var right = chart.accountedLines.map { (label($0.kind), $0.amount as Amount?) }
    if chart.accounted == nil { right.insert(("Closing count", nil), at: 0) }
    let total = [("TOTAL ACCOUNTABLE FOR", chart.accountable as Amount?)]
    let cells = Cells(
      amounts: (left.map(\.1) + [chart.accountable] + right.compactMap(\.1)).map {
        (wording.quantity($0, id), wording.mass($0, id))
      })
    func side(_ rows: [(String, Amount?)]) -> [String] {
      rows.flatMap { label, amount in
        cells.lines(
          label, amount.map { wording.quantity($0, id) } ?? "not counted",
          amount.map { wording.mass($0, id) } ?? "")
      }
    }
    let body = cells.beside(side(left.map { ($0.0, $0.1) }), side(right))
    let totals = cells.beside(
      side(total), side([("TOTAL ACCOUNTED FOR", chart.accounted)]))
    return cells.beside(["ACCOUNTABLE FOR"], ["ACCOUNTED FOR"]) + [cells.rule] + body + [cells.rule]
      + totals + [""]
  }

  private func label(_ kind: Reconciliation.Line.Kind) -> String {
    switch kind {
    case .opening: chart.from == nil ? "Initial inventory" : "Opening"
    case .openingInHands: "Not on shelves at opening"
    case .initialInventory: "Initial inventory"
    case .addition(.supplier(let id)): "Received, \(id.text)"
    case .addition(.overfill): "Overfill"
    case .addition(.found): "Found"
    case .closing: "Closing count"
    case .inHands: "In hands, by the book"
    case .willCall: "Will-call, by the book"
    case .inTransit: "In transit"
    case .compounding: "Being compounded"
    case .addition(let account): label(of: account)
    case .out(let account): label(of: account)
    }
  }

  private func label(of account: Account) -> String {
    switch account {
    case .administered: "Administered"
    case .dispensed: "Dispensed"
    case .wasted: "Wasted"
    case .deadSpace: "Dead space"
    case .spilled: "Spilled"
    case .compounded(let id): "Compounded, \(id.text)"
    case .returnedToSupplier(let id): "Returned to \(id.text)"
    case .reverseDistributor(let id): "To \(id.text), to destroy"
    case .registrant(let dea): "To registrant \(dea.text)"
    case .destroyed: "Destroyed"
    case .seized: "Seized"
    case .lost: "Lost, reported"
    default: account.text
    }
  }

  private var verdict: [String] {
    var lines: [String] = []
    if let difference = chart.difference {
      let percent = chart.percent.map { ", \($0) %" } ?? ""
      let kind =
        difference.isZero ? "none" : difference < .zero ? "SHORTAGE" : "OVERAGE"
      lines.append("DIFFERENCE  \(wording.both(difference, id))\(percent): \(kind)")
    } else {
      lines.append("DIFFERENCE  not counted: there is no closing inventory of all stock")
    }
    if !chart.startsAtInventory {
      lines.append("No initial inventory was taken: the chart starts at zero.")
    }
    return lines
  }

  private var uncounted: [String] {
    guard !chart.uncounted.isEmpty else { return [] }
    let rows = chart.uncounted.map { stock in
      [
        wording.place(stock.position), stock.lot, wording.quantity(stock.book, id),
        stock.refilledSince.map { "refilled since entry \($0) from stock nobody counted" } ?? "",
      ]
    }
    return Text.heading("Not counted in the period")
      + TextTable(["place", "lot", ">by the book", ""], rows: rows).lines
  }

  private var difference: [String] {
    let holds = chart.holds.map { hold in
      let opened = hold.openedBy.map { "opened by entry \($0)" } ?? "readings inside the policy"
      return [name(hold.account), wording.quantity(-hold.amount, id), "lot \(hold.lot), \(opened)"]
    }
    let apart = chart.causes.isEmpty ? [] : [["in no case", wording.quantity(-rest, id), why]]
    let causes = chart.causes.map { cause in
      let words =
        cause.kind == .late
        ? "\(cause.type) of before the count of entry \(cause.count), recorded after it"
        : "\(cause.type) of after the count of entry \(cause.count), recorded before it"
      return ["  entry \(cause.seq)", wording.quantity(-cause.amount, id), words]
    }
    let rows = holds + apart + causes
    guard !rows.isEmpty else { return [] }
    return Text.heading("What holds the difference")
      + TextTable(["", ">amount", ""], rows: rows).lines
  }

  private var rest: Amount { chart.remainder ?? .zero }
  private var why: String { "entries that explain no case (`--explains CASE`):" }

  private func name(_ account: Account) -> String {
    switch account {
    case .discrepancy(let id): "case \(id.text)"
    case .measurement(let id): "readings of \(id.text)"
    default: account.text
    }
  }

  private var closing: [String] {
    guard !chart.closing.isEmpty else { return [] }
    let rows = chart.closing.map { stock -> [String] in
      let basis =
        switch stock.basis {
        case .count(let seq, let at, let counted):
          "entry \(seq), \(wording.time(at))"
            + (counted == stock.amount ? "" : ": \(wording.quantity(counted, id))")
        case .emptied(let seq): "finished in entry \(seq)"
        case .book: "arrived after the count, by the book"
        }
      return [wording.place(stock.position), stock.lot, wording.quantity(stock.amount, id), basis]
    }
    return Text.heading("Closing inventory")
      + TextTable(["place", "lot", ">closing", "counted in"], rows: rows).lines
  }

  private var signatures: [String] {
    let line = String(repeating: "_", count: 36)
    let short = String(repeating: "_", count: 20)
    return Text.heading("Closing count witnessed by") + [""]
      + ["registrant    \(line)  date \(short)", ""]
      + ["investigator  \(line)  date \(short)"]
  }

  // MARK: JSON

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/reconciliation/1", "product": .string(id.text),
      "drug": .string(chart.product.name), "strength": .string(chart.product.strength.description),
      "outcome": .string(chart.outcome.rawValue), "status": .integer(Int64(chart.outcome.status)),
      "zone": .string(zone.name),
      "accountable": .array(chart.accountableLines.map(json)),
      "accounted": .array(chart.accountedLines.map(json)),
      "total_accountable": wording.json(chart.accountable, id),
      "holds": .array(chart.holds.map(json)), "causes": .array(chart.causes.map(json)),
      "closing": .array(chart.closing.map(json)), "uncounted": .array(chart.uncounted.map(json)),
      "starts_at_inventory": .bool(chart.startsAtInventory),
    ]
    members["form"] = chart.product.form.map { .string($0) }
    members["from"] = chart.from.map { .string($0.text) }
    members["to"] = chart.to.map { .string($0.text) }
    members["total_accounted"] = chart.accounted.map { wording.json($0, id) }
    members["difference"] = chart.difference.map { wording.json($0, id) }
    members["percent"] = chart.percent.map { .string($0) }
    members["remainder"] = chart.remainder.map { wording.json($0, id) }
    members["head"] = head.map {
      ["size": .integer($0.size), "root": .string($0.root.base64)]
    }
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }

  private func json(_ line: Reconciliation.Line) -> JSON {
    [
      "line": .string(line.name), "amount": wording.json(line.amount, id),
      "entries": numbers(line.entries),
    ]
  }

  private func json(_ hold: Reconciliation.Hold) -> JSON {
    var members: [String: JSON] = [
      "account": .string(wording.account(hold.account)), "lot": .string(hold.lot),
      "missing": wording.json(hold.amount, id), "entries": numbers(hold.entries),
    ]
    members["opened_by"] = hold.openedBy.map { .integer($0) }
    return .object(members)
  }

  private func json(_ cause: Reconciliation.Cause) -> JSON {
    [
      "kind": .string(cause.kind.rawValue), "entry": .integer(cause.seq),
      "type": .string(cause.type), "count": .integer(cause.count),
      "remainder": wording.json(cause.amount, id),
    ]
  }

  private func json(_ stock: Reconciliation.ClosingStock) -> JSON {
    var members: [String: JSON] = [
      "position": wording.json(stock.position), "lot": .string(stock.lot),
      "amount": wording.json(stock.amount, id), "entries": numbers(stock.entries),
    ]
    switch stock.basis {
    case .count(let seq, let at, let counted):
      members["basis"] = "count"
      members["count"] = .integer(seq)
      members["counted_at"] = .string(at.text)
      members["counted"] = wording.json(counted, id)
    case .emptied(let seq):
      members["basis"] = "emptied"
      members["emptied_by"] = .integer(seq)
    case .book: members["basis"] = "book"
    }
    return .object(members)
  }

  private func json(_ stock: Reconciliation.UncountedStock) -> JSON {
    var members: [String: JSON] = [
      "position": wording.json(stock.position), "lot": .string(stock.lot),
      "book": wording.json(stock.book, id),
    ]
    members["refilled_since"] = stock.refilledSince.map { .integer($0) }
    return .object(members)
  }
}

/// The two columns of the chart: a label, an amount and its mass on each side.
private struct Cells {
  let quantity: Int
  let mass: Int
  let label: Int
  var width: Int { label + quantity + mass + 4 }

  /// 80 columns where the figures let the labels have twelve; otherwise a little more.
  init(amounts: [(String, String)]) {
    quantity = max(11, amounts.map { Text.width($0.0) }.max() ?? 0)
    mass = amounts.map { Text.width($0.1) }.max() ?? 0
    label = max(12, 38 - quantity - mass - 4)
  }

  var rule: String {
    String(repeating: "-", count: width + 1) + "+" + String(repeating: "-", count: width + 1)
  }

  func lines(_ name: String, _ amount: String, _ milligrams: String) -> [String] {
    let parts = Text.wrapped(name, to: label)
    return parts.enumerated().map { index, part in
      // The figures stand beside the last line of the label.
      let isLast = index == parts.count - 1
      return Text.padded(part, to: label) + "  "
        + Text.padded(isLast ? amount : "", to: quantity, right: true) + "  "
        + Text.padded(isLast ? milligrams : "", to: mass, right: true)
    }
  }

  func beside(_ left: [String], _ right: [String]) -> [String] {
    (0..<max(left.count, right.count)).map { index in
      let one = index < left.count ? left[index] : ""
      let two = index < right.count ? right[index] : ""
      return Text.trimmed(Text.padded(one, to: width) + " | " + two)
    }
  }
}
