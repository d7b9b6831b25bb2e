import Notation

/// Someone counted what is there. Every difference is posted, so that the book equals the shelf.
package struct PhysicalCount: Event {
  package static let type = "count"
  package static let isPhysical = true
  package static let isReversible = true

  /// How a quantity was read (`graduated` and `estimate` are for opened liquids).
  package enum Method: String, CaseIterable, Sendable {
    case counted, graduated, weighed, seal, estimate
  }

  package struct Line: Hashable, Sendable {
    package var item: Item
    package var position: Position
    package var counted: Amount
    /// What the book said at that moment.
    package var book: Amount
    /// The case that holds the difference; absent when there is none or the policy allows it.
    package var caseID: CaseID?

    package init(
      item: Item, position: Position, counted: Amount, book: Amount, caseID: CaseID? = nil
    ) {
      self.item = item
      self.position = position
      self.counted = counted
      self.book = book
      self.caseID = caseID
    }

    init(_ fields: inout Fields) throws(WireFault) {
      item = Item(try fields.value("product"), try fields.text("lot"))
      position = try fields.position("account")
      counted = try fields.amount("counted")
      book = try fields.amount("book")
      caseID = try fields.optional("case")
    }

    var members: Members {
      var members = Members()
      members.put("product", item.product)
      members.put("lot", item.lot)
      members.put("account", Account.stock(position))
      members.put("counted", counted)
      members.put("book", book)
      members.put("case", caseID)
      return members
    }

    package var bucket: Bucket { Bucket(.stock(position), item) }
    /// Positive when there is more than the book says.
    package var difference: Amount { counted - book }

    var postings: [Posting] {
      if let caseID {
        return .moving(difference, of: item, from: .discrepancy(caseID), to: .stock(position))
      }
      guard case .container(let id) = position.holding else { return [] }
      return .moving(difference, of: item, from: .measurement(id), to: .stock(position))
    }
  }

  package var method: Method
  package var lines: [Line]

  package init(method: Method, lines: [Line]) {
    self.method = method
    self.lines = lines
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    method = try fields.value("method")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("method", method)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] { lines.flatMap(\.postings) }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = lines.isEmpty ? [EventFault("a count needs at least one line")] : []
    if Set(lines.map(\.bucket)).count != lines.count {
      faults.append(
        EventFault(
          "the same stock is counted twice in one count",
          hint: "write one line for each place and lot"))
    }
    var next = state.nextCase
    for line in lines {
      faults += lineFaults(line, in: state)
      guard let id = line.caseID else { continue }
      if id.number != next { faults.append(EventFault("the next case is `C-\(next)`")) }
      next += 1
    }
    return faults
  }

  private func lineFaults(_ line: Line, in state: State) -> [EventFault] {
    var faults = Known.item(line.item, in: state).map { fault in
      // Of a product that is not known either, the product comes first.
      guard state.products[line.item.product] != nil else { return fault }
      let found = "stock that turned up is recorded by `custody found`"
      let meant = Known.suggestion(line.item.lot, among: state.lots(of: line.item.product))
      return EventFault(fault.text, hint: meant.map { "\($0) otherwise, \(found)" } ?? found)
    }
    faults += Known.location(line.position.location, in: state)
    faults += containerFaults(line, in: state)
    if line.counted < .zero { faults.append(EventFault("nobody counts less than nothing")) }
    if state.balance(line.bucket) != line.book {
      faults.append(EventFault("the book has moved on since this count was prepared"))
    }
    if line.caseID != nil && line.difference.isZero {
      faults.append(EventFault("a case without a difference"))
    }
    if line.caseID == nil && !line.difference.isZero && !state.isReading(line) {
      faults.append(Case.noCase(-line.difference, of: line.item, in: state))
    }
    return faults
  }

  /// A container that the ledger knows, of its own lot; where it was found is a fact.
  private func containerFaults(_ line: Line, in state: State) -> [EventFault] {
    guard case .container(let id) = line.position.holding else { return [] }
    guard let container = state.containers[id] else {
      return [
        Known.unknown("container", id.text, among: state.containers.keys.map(\.text), "status")
      ]
    }
    return container.item == line.item
      ? [] : [EventFault("`\(id.text)` is not what this entry says it is")]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for line in lines {
      state.counts.append(
        CountedLine(
          seq: entry.seq, at: entry.occurredAt, bucket: line.bucket, counted: line.counted,
          book: line.book))
      Case.open(line.caseID, line.item, .stock(line.position), in: &state, entry)
    }
  }

  package func undo(in state: inout State) {
    let journal = state.journal
    state.counts.removeAll { journal[Int($0.seq)].correctedBy != nil }
    // A surplus may have been all that still spoke of a lot whose receipt was reversed.
    state.forget(lines.map(\.item))
  }
}

extension State {
  /// Whether a difference is a reading of an opened liquid inside the site's signed policy.
  package func isReading(_ line: PhysicalCount.Line) -> Bool {
    guard case .container(let id) = line.position.holding,
      products[line.item.product]?.countsWholeUnits == false
    else { return false }
    let sum = balance(.measurement(id), line.item) - line.difference
    return line.difference.magnitude <= policy.readingUncertainty
      && sum.magnitude <= policy.readingLimit
  }
}
