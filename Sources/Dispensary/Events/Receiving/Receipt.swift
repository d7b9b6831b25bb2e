import Notation

/// Stock arrives from a supplier, another registrant or a pharmacy, against an invoice.
///
/// Elements of 21 CFR 1304.22(a)(2)(iv) and (c): name, form, quantity, actual date of receipt, the
/// supplier's name, address and registration; the invoice is the evidence, annotated with what came.
/// A receipt without an invoice number is *incomplete* until a ``ReceiptCompleted`` names it, and so
/// is one with a lot whose expiry nobody could read.
///
/// A delivery for one patient (21 USC 829a) puts its goods in positions which that patient owns.
package struct Receipt: Event {
  package static let type = "receipt"
  package static let isPhysical = true
  package static let isReversible = true

  /// What came is not what the invoice says, or not in order.
  package var needsReview: Bool { lines.contains { !$0.isInOrder } }

  /// One lot on the invoice, and what became of it at the door.
  package struct Line: Hashable, Sendable {
    /// What came in order.
    package var stock: StockLine
    /// What the invoice says was sent.
    package var invoiced: Amount
    /// What came damaged: it stands at the same place, with the status `damaged`.
    package var damaged: Amount
    /// What was refused: it stayed with the driver and was never in stock.
    package var refused: Amount

    package init(
      stock: StockLine, invoiced: Amount, damaged: Amount = .zero, refused: Amount = .zero
    ) {
      self.stock = stock
      self.invoiced = invoiced
      self.damaged = damaged
      self.refused = refused
    }

    init(_ fields: inout Fields) throws(WireFault) {
      invoiced = try fields.amount("invoiced")
      damaged = try fields.amountUnlessZero("damaged")
      refused = try fields.amountUnlessZero("refused")
      stock = try StockLine(&fields, mayLackExpiry: true)
    }

    var members: Members {
      var members = stock.members
      members.put("invoiced", invoiced)
      members.put("damaged", damaged.isZero ? nil : damaged)
      members.put("refused", refused.isZero ? nil : refused)
      return members
    }

    /// All that came into stock, in whatever state.
    package var received: Amount { stock.amount + damaged }

    /// What the invoice says beyond what came and what was refused: positive is short, negative over.
    package var short: Amount { invoiced - received - refused }

    /// Whether everything that the invoice says came, and came well.
    var isInOrder: Bool { short.isZero && damaged.isZero && refused.isZero }

    /// Where the damaged part stands.
    package var damagedPosition: Position {
      var position = stock.position
      position.status = .damaged
      return position
    }

    func postings(from source: Account) -> [Posting] {
      .moving(stock.amount, of: stock.item, from: source, to: .stock(stock.position))
        + .moving(damaged, of: stock.item, from: source, to: .stock(damagedPosition))
    }
  }

  package var supplier: SupplierID
  /// The invoice's number; `nil` while nobody knows it.
  package var invoice: String?
  package var lines: [Line]
  /// The order that it answers.
  package var order: OrderID?
  /// Of a delivery for one patient: whether the outside pharmacy's number of the prescription is
  /// known. The number tells who the patient is, and stands in the vault as `rx`.
  package var hasPrescription: Bool

  package init(
    supplier: SupplierID, invoice: String?, lines: [Line], order: OrderID? = nil,
    hasPrescription: Bool = false
  ) {
    self.supplier = supplier
    self.invoice = invoice
    self.lines = lines
    self.order = order
    self.hasPrescription = hasPrescription
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    supplier = try fields.value("supplier")
    invoice = try fields.optionalText("invoice")
    order = try fields.optional("order")
    hasPrescription = try fields.flag("rx")
    lines = try fields.list("lines") { fields throws(WireFault) in try Line(&fields) }
  }

  package var members: Members {
    var members = Members()
    members.put("supplier", supplier)
    members.put("invoice", invoice)
    members.put("order", order)
    members.put("rx", flag: hasPrescription)
    members.put("lines", objects: lines.map(\.members.all))
    return members
  }

  package var postings: [Posting] { lines.flatMap { $0.postings(from: .supplier(supplier)) } }

  /// The patient for whom the goods were delivered; `nil` for general stock.
  package var patient: PatientID? { lines.lazy.compactMap(\.stock.position.patient).first }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.supplier(supplier, in: state)
    if let order { faults += Known.order(order, in: state) }
    if let invoice { faults += Words.number(invoice, of: "the invoice number") }
    if lines.isEmpty { faults.append(EventFault("a receipt needs at least one line")) }
    faults += ownerFaults(in: state)
    faults += StockLine.contradictions(among: lines.map(\.stock))
    for line in lines {
      faults += line.stock.faults(in: state, mayLackExpiry: true) + Receipt.quantityFaults(line)
    }
    return faults
  }

  private func ownerFaults(in state: State) -> [EventFault] {
    var faults = patient.map { Known.patient($0, in: state) } ?? []
    if Set(lines.map(\.stock.position.owner)).count > 1 {
      faults.append(
        EventFault(
          "a receipt is for general stock or for one patient, never for both",
          hint: "record a receipt for each"))
    }
    if hasPrescription, patient == nil {
      faults.append(
        EventFault(
          "a prescription's number without a patient",
          hint: "`--patient` names whose delivery it is"))
    }
    return faults
  }

  private static func quantityFaults(_ line: Line) -> [EventFault] {
    let parts = [line.stock.amount, line.invoiced, line.damaged, line.refused]
    if parts.contains(where: { $0 < .zero }) {
      return [EventFault("a quantity on the invoice is negative")]
    }
    guard parts.allSatisfy(\.isZero) else { return [] }
    return [
      EventFault(
        "a line with nothing invoiced and nothing received",
        hint: "leave the line out, or write what the invoice says")
    ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    for line in lines { line.stock.unfold(in: &state) }
    state.receipts[entry.seq] = self
  }

  /// A lot that only this receipt knew is forgotten, so that a mistyped expiry can be put right.
  package func undo(in state: inout State) { state.forget(lines.map(\.stock.item)) }
}

extension Position {
  /// The patient for whom the stock was delivered; `nil` for general stock.
  package var patient: PatientID? { try? PatientID(owner) }
}

extension State {
  /// Forgets the lots of which nothing that stands says anything, so that what was mistyped about
  /// them can be put right.
  mutating func forget(_ items: [Item]) {
    let known = Set(receipts.values.flatMap(\.lines).map(\.stock.item))
    for item in Set(items).intersection(known) { rereadExpiry(of: item) }
    for item in Set(items).subtracting(known) {
      let stands = journal.contains { entry in
        entry.type != Correction.type && entry.correctedBy == nil
          && entry.postings.contains { $0.bucket.item == item }
      }
      if !stands {
        lots[item] = nil
        unreadLots.remove(item)
      }
    }
  }

  /// Takes back what is known of the expiry of a lot that came unread, where no entry that stands
  /// says it any longer. The initial inventory cannot be reversed, and what it says stays.
  mutating func rereadExpiry(of item: Item) {
    let lines = receipts.values.flatMap(\.lines).map(\.stock).filter { $0.item == item }
    let isInventoried = initialInventory.map { seq in
      journal[Int(seq)].postings.contains { $0.bucket.item == item }
    }
    guard lines.contains(where: { $0.expires == nil }), isInventoried != true else { return }
    let found = recorded(StockFound.self).map(\.event.line).filter { $0.item == item }
    let expires = (lines + found).lazy.compactMap(\.expires).first
    lots[item] = expires
    if expires == nil { unreadLots.insert(item) } else { unreadLots.remove(item) }
  }

  /// The lots of a receipt whose expiry nobody has read yet, on this carton or another, each once.
  package func unread(_ receipt: Receipt) -> [Item] {
    Set(receipt.lines.filter { $0.received.isPositive }.map(\.stock.item))
      .intersection(unreadLots).sorted()
  }

  /// Receipts whose invoice nobody has named yet, by entry, oldest first.
  package var incompleteReceipts: [(seq: Int64, receipt: Receipt)] {
    receipts.filter { $0.value.invoice == nil }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
  }

  /// How much of a lot came on receipts that are incomplete, damaged goods among it.
  package func incomplete(_ item: Item) -> Amount {
    incompleteReceipts.flatMap(\.receipt.lines).filter { $0.stock.item == item }.map(\.received)
      .sum
  }

  /// How much of a lot is set aside, for whatever reason and wherever.
  package func setAside(_ item: Item) -> Amount {
    stock.filter { $0.item == item && $0.position.status != .available }.map(\.amount).sum
  }
}
