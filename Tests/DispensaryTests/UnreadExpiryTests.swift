import Dispensary
import Notation
import Testing

/// Lots that come with an expiry that nobody can read.
@Suite("An expiry that cannot be read")
struct UnreadExpiryTests {
  static let item = Item(Clinic.ketamine.product, "K9")
  static let other = Item(Clinic.spray.product, "S9")
  static let quarantine = Position(Clinic.vault, status: .quarantined)
  static let april = try! CivilDate("2027-04-30")
  static let may = try! CivilDate("2027-05-31")

  static func line(_ item: Item = UnreadExpiryTests.item, _ expires: CivilDate? = nil)
    -> Receipt.Line
  {
    var line = Clinic.line(item, 5_000, quarantine)
    line.stock.expires = expires
    return line
  }

  static func receipt(_ lines: Receipt.Line...) -> Receipt {
    Receipt(supplier: Clinic.supplier, invoice: "I-9", lines: lines)
  }

  static func completed(
    _ expires: CivilDate = UnreadExpiryTests.april, _ item: Item = UnreadExpiryTests.item,
    entry: Int64 = 13, invoice: String? = nil
  ) -> ReceiptCompleted {
    ReceiptCompleted(
      receipt: entry, invoice: invoice,
      expiries: [ReceiptCompleted.Expiry(item: item, expires: expires)])
  }

  /// Entry 13 has received two lots that nobody could read.
  static func clinic() throws -> Clinic {
    var clinic = try Clinic.stocked()
    try clinic.record(receipt(line(), line(other)))
    return clinic
  }

  static func unread(_ clinic: Clinic) -> [String] {
    clinic.state.unreadLots.map(\.lot).sorted()
  }

  @Test("the lot is known, and its day is not, until the receipt is completed")
  func completed() throws {
    var clinic = try Self.clinic()
    #expect(Self.unread(clinic) == ["K9", "S9"])
    #expect(clinic.state.isKnown(Self.item) && clinic.state.lots[Self.item] == nil)
    #expect(clinic.state.incompleteReceipts.isEmpty, "its invoice is known")
    #expect(
      clinic.state.receipts[13].map { clinic.state.unread($0) } == [Self.other, Self.item].sorted())
    let before = clinic.picture
    try clinic.record(Self.completed())
    #expect(clinic.state.lots[Self.item] == Self.april)
    #expect(Self.unread(clinic) == ["S9"])
    try clinic.record(clinic.correction(of: 14))
    #expect(clinic.picture == before)
    try clinic.record(Self.completed(Self.may))
    #expect(clinic.state.lots[Self.item] == Self.may)
  }

  @Test("another carton tells it, and takes it back when it is reversed")
  func another() throws {
    var clinic = try Self.clinic()
    try clinic.record(Self.receipt(Self.line(Self.item, Self.april)))
    #expect(clinic.state.lots[Self.item] == Self.april)
    #expect(Self.unread(clinic) == ["S9"])
    try clinic.record(clinic.correction(of: 14))
    #expect(clinic.state.lots[Self.item] == nil)
    #expect(Self.unread(clinic) == ["K9", "S9"])
  }

  @Test("found stock of the lot tells it as well")
  func found() throws {
    var clinic = try Self.clinic()
    var stock = Self.line(Self.item, Self.april).stock
    stock.position.location = Clinic.room
    try clinic.record(StockFound(line: stock))
    #expect(clinic.state.lots[Self.item] == Self.april)
    try clinic.record(Self.receipt(Self.line(Self.item, Self.april)))
    try clinic.record(clinic.correction(of: 15))
    #expect(clinic.state.lots[Self.item] == Self.april, "the found vial still says it")
    try clinic.record(clinic.correction(of: 14))
    #expect(Self.unread(clinic) == ["K9", "S9"])
  }

  @Test("a carton that nobody can read forgets nothing")
  func known() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(Self.receipt(Self.line(Clinic.ketamine)))
    #expect(clinic.state.lots[Clinic.ketamine] == Clinic.expires)
    #expect(Self.unread(clinic).isEmpty)
  }

  @Test("a lot that only a reversed receipt knew is forgotten whole")
  func forgotten() throws {
    var clinic = try Self.clinic()
    try clinic.record(clinic.correction(of: 13))
    #expect(Self.unread(clinic).isEmpty)
    #expect(!clinic.state.isKnown(Self.item))
  }

  @Test("a surplus that a count posted, and took back, keeps no lot known")
  func surplus() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(Self.receipt(Self.line(Self.item, Self.april)))
    try clinic.record(clinic.count(6_000, Self.quarantine, Self.item))
    try clinic.record(clinic.correction(of: 13))
    #expect(clinic.state.isKnown(Self.item), "the surplus stands")
    try clinic.record(clinic.correction(of: 14))
    #expect(!clinic.state.isKnown(Self.item))
    #expect(clinic.faults(Self.receipt(Self.line(Self.item, Self.may))).isEmpty)
  }

  @Test("limits show it as unknown, first, and never as past")
  func limits() throws {
    var clinic = try Self.clinic()
    let limits = ReceivingTests.limits(clinic)
    #expect(
      limits.prefix(2) == [
        "unknown expiry S9 stock:vault:quarantined:general:sealed",
        "unknown expiry K9 stock:vault:quarantined:general:sealed",
      ])
    clinic.now = Instant("2099-01-01T00:00:00.000Z")!
    let swept = clinic.state.sweep(at: clinic.now, in: .utc).map(\.item)
    #expect(!swept.contains(Self.item) && swept.contains(Clinic.ketamine))
  }

  @Test("what cannot be completed says why")
  func faults() throws {
    let clinic = try Self.clinic()
    func faults(_ event: ReceiptCompleted) -> [String] { clinic.faults(event).map(\.text) }
    #expect(faults(Self.completed()).isEmpty)
    #expect(
      faults(ReceiptCompleted(receipt: 13, invoice: nil))
        == ["nothing is said that the receipt lacked"])
    #expect(faults(Self.completed(entry: 12)) == ["the receipt of entry 12 has no lot `K9`"])
    #expect(
      faults(Self.completed(Self.april, Clinic.ketamine, entry: 12))
        == ["lot `K1` expires 2027-04-30 in the ledger already"])
    var twice = Self.completed()
    twice.expiries += Self.completed(Self.may).expiries
    #expect(faults(twice) == ["a lot is named twice"])
    #expect(
      faults(Self.completed(invoice: "I-1"))
        == ["the receipt of entry 13 has its invoice number already"])
  }

  @Test("only a receipt may lack it")
  func receiptsOnly() throws {
    let clinic = try Clinic.stocked()
    let line = Self.line().stock
    let text = "the expiry of lot `K9` is not said"
    #expect(clinic.faults(StockFound(line: line)).map(\.text) == [text])
    let fresh = try Clinic()
    #expect(
      fresh.faults(InitialInventory(moment: .open, lines: [line])).map(\.text) == [text])
  }
}
