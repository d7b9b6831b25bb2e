import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// `custody receive`: goods against an invoice.
struct ReceiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive", abstract: "Receive goods against an invoice.",
    discussion: """
        custody receive ketamine 20 vials -l K1A --expires 04/2027 --invoice 90021
      The supplier and the place need not be said where they can only be one:
        custody receive 0409-2051-05 20 vials --lot K1A --expires 2027-04 \\
          --supplier mckesson --invoice 90021 --to vault
      Where the invoice says something else, or some came damaged (it is set aside)
      or was refused (it stays with the driver):
        custody receive spravato 2 kits --invoiced 3 kits --lot E7 …
        custody receive ketamine 8 vials --damaged 1 vial --refused 1 vial …
      A whole invoice in one entry, PRODUCT,LOT,EXPIRES,AMOUNT,PLACE and what
      differs:
        custody receive --supplier mckesson --invoice 90022 \\
          --line '0409-2051,K1A,2027-04,8 vials,vault,damaged 1 vial' \\
          --line 'spravato,E7,2028-01,2 kits,vault,invoiced 3 kits'
      Without an invoice number, or where nobody can read the expiry (`--expires
      unreadable`), the goods wait in quarantine: `receipt complete`, and then
      `release`. What a pharmacy delivers for one patient takes
      `--patient` and `--rx`.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The product, or the NDC of its package.") var product: String?
  @Argument(help: "What came: `20 vials`, `2 kits`, `50mL`.") var quantity: String?
  @Option(help: "What the invoice says, if it says otherwise.") var invoiced: String?
  @Option(help: "What came damaged, beside the quantity.") var damaged: String?
  @Option(help: "What was refused, beside the quantity.") var refused: String?
  @Option(name: .shortAndLong, help: "The lot number as printed.") var lot: String?
  @Option(help: "The expiry as printed: 2027-04, 04/27, APR 2027; `unreadable` if it is.")
  var expires: String?
  @Option(name: .shortAndLong, help: "Where it is put; where its like stands otherwise.") var to:
    String?
  @Option(help: "One line of the invoice. Repeatable.") var line: [String] = []
  @Option(help: "Who sent it; the only supplier there is otherwise.") var supplier: String?
  @Option(help: "The number of the invoice; without it the goods wait in quarantine.")
  var invoice: String?
  @Option(help: "The order that it answers, such as `O-4`.") var order: String?
  @Option(name: .shortAndLong, help: "The one patient for whom it was delivered.") var patient:
    String?
  @Option(help: "The pharmacy's number of that patient's prescription; kept in the vault.")
  var rx: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let owner = try patient.map(desk.patient)
    let lines = try (self.line.map(ReceiptLine.init) + single(desk)).map { line in
      try line.read(desk, isComplete: invoice != nil, owner)
    }
    guard !lines.isEmpty else {
      throw Failure.usage(
        "nothing is received",
        hint: "such as `custody receive ketamine 20 vials --lot K1A --expires 04/2027`")
    }
    let event = Receipt(
      supplier: try desk.supplier(supplier), invoice: invoice, lines: lines,
      order: try order.map { try OrderID($0) }, hasPrescription: rx != nil)
    let privates = try rx.map { [try desk.secret("rx", $0)] } ?? []
    try desk.record(signing) { try desk.add(event, act, privates: privates, to: $0) }
  }

  /// The line that the arguments make; none when they say nothing.
  private func single(_ desk: Desk) throws -> [ReceiptLine] {
    guard let product else { return [] }
    let (what, quantity) = CounterWords.ordered(product, self.quantity)
    func needed(_ value: String?, _ what: String, _ option: String) throws -> String {
      guard let value else {
        throw Failure.usage("\(what) is not said", hint: "add \(option)")
      }
      return value
    }
    return [
      ReceiptLine(
        product: what, lot: try needed(lot, "the lot", "`--lot`, as printed"),
        expires: try needed(expires, "the expiry", "`--expires`, as printed"),
        quantity: try needed(quantity, "how much came", "a quantity, such as `20 vials`"),
        place: try to ?? desk.usualPlace(of: desk.product(what).product).text, invoiced: invoiced,
        damaged: damaged, refused: refused)
    ]
  }
}

/// One line of an invoice as typed.
struct ReceiptLine {
  var product: String
  var lot: String
  var expires: String
  var quantity: String
  var place: String
  var invoiced: String?
  var damaged: String?
  var refused: String?
}

extension ReceiptLine {
  /// Reads `PRODUCT,LOT,EXPIRES,AMOUNT,PLACE`, and then `invoiced`, `damaged` or `refused` amounts.
  init(_ text: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmingSpaces }
    guard parts.count >= 5 else {
      throw Failure.usage(
        "`\(text)` is not a line of an invoice",
        hint: "write PRODUCT,LOT,EXPIRES,AMOUNT,PLACE, then such as `damaged 1 vial`")
    }
    self.init(
      product: parts[0], lot: parts[1], expires: parts[2], quantity: parts[3], place: parts[4])
    for part in parts.dropFirst(5) {
      let words = part.split(separator: " ", maxSplits: 1).map(String.init)
      switch words.first {
      case "invoiced" where words.count == 2: invoiced = words[1]
      case "damaged" where words.count == 2: damaged = words[1]
      case "refused" where words.count == 2: refused = words[1]
      default:
        throw Failure.usage(
          "`\(part)` is not what a line of an invoice says",
          hint: "write `invoiced 3 kits`, `damaged 1 vial` or `refused 1 vial`")
      }
    }
  }

  /// The lot as the ledger has it already, when it was typed in another case.
  private func sameLot(_ desk: Desk, _ product: Product) -> String {
    let known = desk.knownLot(lot, of: product.id) ?? lot
    if known != lot { Console.say("`\(lot)` is lot `\(known)`, which is here already") }
    return known
  }

  /// The line in base units. Without an invoice it stands in quarantine.
  func read(_ desk: Desk, isComplete: Bool, _ owner: PatientID?) throws -> Receipt.Line {
    let (product, package) = try desk.product(self.product)
    let goods = try desk.goods(quantity, of: product, package)
    func amount(_ text: String?) throws -> Amount? {
      guard let text else { return nil }
      let other = try desk.goods(text, of: product, package)
      guard other.holding == goods.holding else {
        throw Failure.usage(
          "`\(text)` and `\(quantity)` are not held alike",
          hint: "kits and single units are lines of their own")
      }
      return other.amount
    }
    let (damaged, refused) = (try amount(damaged) ?? .zero, try amount(refused) ?? .zero)
    let item = Item(product.id, sameLot(desk, product))
    let expires = try Dates.carton(self.expires)
    let isLegible = expires != nil || desk.state.lots[item] != nil
    if expires == nil, let known = desk.state.lots[item] {
      Console.say("lot `\(item.lot)` expires \(known.text) by another carton of it")
    }
    let stock = StockLine(
      item: item, expires: expires,
      position: Position(
        try desk.location(place), goods.holding,
        status: isComplete && isLegible ? .available : .quarantined,
        owner: owner?.text ?? "general"),
      amount: goods.amount)
    return Receipt.Line(
      stock: stock, invoiced: try amount(invoiced) ?? goods.amount + damaged + refused,
      damaged: damaged, refused: refused)
  }
}

/// `custody receipt`: what was missing from a receipt.
struct ReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "What was missing from a receipt, or settled about it.",
    subcommands: [Complete.self, Settle.self])

  struct Complete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name the invoice of a receipt that had none, or an expiry.",
      discussion: """
          custody receipt complete 31 --invoice 90021 --source verbal
          custody receipt complete 31 --expires 2027-04 --lot K41A
        The goods stay in quarantine until `custody release`.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The entry of the receipt.") var entry: Int64
    @Option(help: "The number of the invoice.") var invoice: String?
    @Option(help: "The expiry that nobody could read: 2027-04, 04/27, APR 2027.")
    var expires: String?
    @Option(name: .shortAndLong, help: "The lot that expires then, where several are unknown.")
    var lot: String?

    func validate() throws {
      if invoice == nil, expires == nil {
        throw ValidationError("say what is known now: `--invoice NUMBER` or `--expires DATE`")
      }
      if lot != nil, expires == nil { throw ValidationError("`--lot` goes with `--expires`") }
    }

    func run() throws {
      let desk = try Desk.open(ledger)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let expiries = try expires.map { [try expiry($0, desk)] } ?? []
        let event = ReceiptCompleted(receipt: entry, invoice: invoice, expiries: expiries)
        try desk.add(event, act, to: writing)
      }
    }

    /// The lot of the receipt that is meant: the one that is unknown, or the one that is named.
    private func expiry(_ text: String, _ desk: Desk) throws -> ReceiptCompleted.Expiry {
      let receipt = desk.state.receipts[entry]
      let unread = receipt.map { desk.state.unread($0) } ?? []
      let named = receipt?.lines.map(\.stock.item).first {
        $0.lot.lowercased() == lot?.lowercased()
      }
      guard let item = lot == nil ? (unread.count == 1 ? unread[0] : nil) : named else {
        guard !unread.isEmpty else {
          throw Failure.usage(
            "no lot of entry \(entry) waits for its expiry",
            hint: "`custody status` lists the receipts that are incomplete")
        }
        let lots = unread.map { "`--lot \($0.lot)`" }.joined(separator: ", ")
        throw Failure.usage("the expiry of which lot is not said", hint: "add one of \(lots)")
      }
      return ReceiptCompleted.Expiry(item: item, expires: try Dates.expiry(text))
    }
  }
}

extension ReceiptCommand {
  struct Settle: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say by which credit note a short, damaged or refused delivery is settled.",
      discussion: """
          custody receipt settle 31 --credit CN-4711
        `custody status` then lists the receipt no longer. What comes after all is received anew.
        """)
    @Argument(help: "The entry of the receipt.") var entry: Int64
    @Option(help: "The number of the credit note.") var credit: String
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = ReceiptSettled(receipt: entry, credit: credit)
      try desk.record(signing) { try desk.add(event, act, to: $0) }
    }
  }
}

/// `custody order`: what is expected from suppliers.
struct OrderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order", abstract: "What is ordered from suppliers, and what has come.",
    subcommands: [Place.self, List.self, Cancel.self])

  struct Place: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Place an order.",
      discussion: """
        A line is PRODUCT,AMOUNT:
          custody order place northmed --line '0409-2051-05,2 boxes' \\
            --line 'spravato,3 kits'
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The supplier.") var supplier: String
    @Option(help: "What is ordered. Repeatable.") var line: [String]

    func run() throws {
      let desk = try Desk.open(ledger)
      let supplier = try desk.supplier(supplier)
      let lines = try line.map { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
          .map { String($0).trimmingSpaces }
        guard parts.count == 2 else {
          throw Failure.usage("`\(text)` is not a line of an order", hint: "write PRODUCT,AMOUNT")
        }
        let (product, package) = try desk.product(parts[0])
        let goods = try desk.goods(parts[1], of: product, package)
        return OrderPlaced.Line(product: product.id, amount: goods.amount)
      }
      try desk.record(signing) { writing in
        let event = OrderPlaced(
          id: writing.state.new(OrderID.self), supplier: supplier, lines: lines)
        try desk.add(event, act, to: writing)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the open orders, with what is outstanding.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Flag(help: "Those that have come or were cancelled, too.") var all = false

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let state = desk.state
      let orders =
        all ? state.orders.values.sorted { $0.placedBy < $1.placedBy } : state.openOrders
      Listing.print(
        ledger, "orders",
        ["order", "supplier", "placed", "product", "ordered", "received", "outstanding"],
        orders.flatMap { rows($0, desk) })
    }

    private func rows(_ order: OrderRecord, _ desk: Desk) -> [[String]] {
      let received = desk.state.received(on: order.id)
      let outstanding = desk.state.outstanding(order)
      return order.lines.map { line in
        let product = desk.state.products[line.product]
        let left = outstanding.first { $0.product == line.product }?.amount ?? .zero
        let came = received[line.product] ?? .zero
        return [
          order.id.text, order.supplier.text, desk.zone.day(of: order.placedAt).text,
          "\(product?.name ?? "") (\(line.product.text))", desk.state.shown(line.amount, product),
          desk.state.shown(came, product),
          order.cancelledBy == nil ? desk.state.shown(left, product) : "cancelled",
        ]
      }
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Cancel what has not come of an order.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The order, such as `O-4`.") var order: String
    @Option(help: "Why: \(OrderCancelled.reasons.joined(separator: ", ")).") var reason: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = OrderCancelled(id: try OrderID(order), reason: reason)
      try desk.record(signing) { try desk.add(event, act, to: $0) }
    }
  }
}

/// `custody found`: stock that the ledger knows nothing of.
struct FoundCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "found", abstract: "Record stock that turned up. It waits in quarantine.",
    discussion: """
        custody found ketamine 1 vial -l K9 --expires 2027-04 -i vault -w ana
      More of a lot than the book says at a place is a count; this is for what the book does not \
      have there at all.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @Argument(help: "The product, or the NDC of its package.") var product: String
  @Argument(help: "How much: `1 vial`, `2 devices`.") var quantity: String
  @Option(name: .shortAndLong, help: "The lot number as printed.") var lot: String
  @Option(help: "The expiry as printed: 2027-04, 04/27, APR 2027.") var expires: String
  @Option(name: .place, help: "Where it is now.") var place: String

  func run() throws {
    let desk = try Desk.open(ledger)
    let (what, amount) = CounterWords.ordered(self.product, self.quantity)
    let (product, package) = try desk.product(what)
    let goods = try desk.goods(amount ?? self.quantity, of: product, package)
    let line = StockLine(
      item: Item(product.id, lot), expires: try Dates.expiry(expires),
      position: Position(try desk.location(place), goods.holding, status: .quarantined),
      amount: goods.amount)
    try desk.record(signing) { try desk.add(StockFound(line: line), act, to: $0) }
  }
}
