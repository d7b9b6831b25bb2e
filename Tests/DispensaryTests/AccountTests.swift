import Dispensary
import Testing

@Suite("Accounts, positions and amounts as text")
struct AccountTests {
  static let accounts: [(String, Account.Side)] = [
    ("supplier:mckesson", .source), ("prior-inventory", .source), ("overfill", .source),
    ("found", .source), ("stock:vault:available:general:sealed", .onHand),
    ("stock:vault:quarantined:general:kit-50458-028-02", .onHand),
    ("stock:room-1:expired:aaaaaaaaaaaaaaaa:V-31", .onHand),
    ("stock:vault:recalled:general:sealed", .onHand),
    ("stock:vault:damaged:general:sealed", .onHand),
    ("stock:vault:awaiting-waste:general:V-1", .onHand), ("draw:D-104", .onHand),
    ("case:C-3", .unexplained), ("measurement:V-31", .unexplained), ("administered", .gone),
    ("wasted", .gone), ("dead-space", .gone),
    ("stock:vault:awaiting-waste:general:D-104", .onHand), ("will-call:Rx-12", .onHand),
    ("in-transit:S-2", .onHand), ("compounding:B-3", .onHand), ("compounded:B-3", .gone),
    ("dispensed", .gone), ("spilled", .gone), ("returned-to-supplier:mckesson", .gone),
    ("reverse-distributor:inmar", .gone), ("registrant:FA1234563", .gone), ("destroyed", .gone),
    ("lost", .gone), ("seized", .gone),
  ]

  @Test("an account reads back as written", arguments: accounts)
  func roundTrip(_ row: (text: String, side: Account.Side)) throws {
    let account = try #require(Account(row.text))
    #expect(account.text == row.text)
    #expect(account.side == row.side)
    #expect(account.mayBeNegative == (row.side != .onHand))
  }

  @Test(
    "what is no account is none",
    arguments: [
      "", ":", "stock", "stock:", "stock:vault", "stock:vault:available:general",
      "stock:vault:available:general:sealed:", "stock:vault:available:general:v31",
      "stock:vault:available:general:V-031", "stock:vault:available:general:V31",
      "stock:vault:available:general:V-0", "stock:vault:available:general:Sealed",
      "stock:vault:available:general:", "stock:vault:available::sealed",
      "stock:vault:available:Jane Roe:sealed", "stock:vault:available:General:sealed",
      "stock:vault:good:general:sealed", "stock:Vault:available:general:sealed",
      "stock::available:general:sealed", "stock:vault:available:general:kit-",
      "stock:vault:available:general:kit-x", "stock:vault:available:general:kit-50458028002",
      "stock:vault:available:general:kit-50458-028", "draw:d104", "draw:D104", "draw:104",
      "draw:D-104:1", "draw", "case:C-0", "case:", "measurement:D-1", "supplier:",
      "supplier:McKesson", "supplier", "found:1", "wasted:", "Wasted", " wasted", "wasted ",
      "dead_space", "destroyed:", "will-call:12", "will-call:rx-12", "will-call",
      "registrant:FA1234560",
      "in-transit:D-1", "lost:S-1", "compounded", "stock:vault:available:general:d-104", "unknown",
      "prior-inventory:x", "administered\u{301}",
    ])
  func malformed(_ text: String) {
    #expect(Account(text) == nil)
  }

  static let amounts: [(String, Int64)] = [
    ("0.000", 0), ("0.001", 1), ("-0.001", -1), ("0.700", 700), ("-0.100", -100),
    ("1.000", 1_000), ("12345.678", 12_345_678), ("1000000000000.000", Amount.limit),
    ("-1000000000000.000", -Amount.limit),
  ]

  @Test("an amount reads back as written", arguments: amounts)
  func amount(_ row: (text: String, thousandths: Int64)) throws {
    #expect(Amount(wire: row.text) == Amount(thousandths: row.thousandths))
    #expect(Amount(thousandths: row.thousandths).wire == row.text)
  }

  @Test(
    "what is no amount is none",
    arguments: [
      "", "-", ".", "0", "1", "1.", ".000", "0.0", "0.00", "0.0000", "-0.000", "+1.000", "01.000",
      "00.000", "-01.000", "1,000", "1.0.0", "1.0.00", "--1.000", "1e3", "1.00a", "a.000", " 1.000",
      "1.000 ", "1000000000000.001", "9223372036854775808.000", "99999999999999999999999.000",
      "1.000\n", "١.000", "0x1.000", "NaN",
    ])
  func malformedAmount(_ text: String) {
    #expect(Amount(wire: text) == nil)
  }

  @Test("amounts add, compare and turn their sign")
  func arithmetic() {
    let (one, two) = (Amount(thousandths: 1), Amount(thousandths: 2))
    #expect(one + two == Amount(thousandths: 3))
    #expect(one - two == -one)
    #expect((one - two).magnitude == one)
    #expect(one < two)
    #expect([one, two, two].sum == Amount(thousandths: 5))
    #expect([Amount]().sum.isZero)
  }

  @Test("net postings drop what cancels, and unbalanced lots are named")
  func net() throws {
    let draw = Account.draw(try DrawID("D-1"))
    let lines =
      [Posting].moving(Amount(thousandths: 5), of: Clinic.spray, from: .found, to: draw)
      + .moving(Amount(thousandths: 5), of: Clinic.spray, from: draw, to: .wasted)
    #expect(lines.net.map(\.bucket.account) == [.found, .wasted])
    #expect((lines + lines.reversed).net.isEmpty)
    #expect(lines.unbalanced.isEmpty)
    #expect(Array(lines.dropFirst()).unbalanced == [Clinic.spray])
    #expect([Posting].moving(.zero, of: Clinic.spray, from: .found, to: draw).isEmpty)
  }
}
