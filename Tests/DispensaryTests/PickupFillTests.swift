import Dispensary
import Notation
import Testing

@Suite("A pickup names the filling")
struct PickupFillTests {
  /// Two fillings of one lot, a spray each, wait in will-call.
  static func twoFilled() throws -> Clinic {
    var clinic = try Clinic.stocked()
    try clinic.record(
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
        amount: Amount(thousandths: 4_000), kits: 2))
    try clinic.record(clinic.order(1_000))
    try clinic.record(Clinic.fill(1_000))
    try clinic.record(Clinic.fill(1_000, number: 1))
    return clinic
  }

  static func pickup(_ thousandths: Int64, fill: Int64?) -> PrescriptionPickedUp {
    PrescriptionPickedUp(
      id: Clinic.rx(), recipient: Clinic.pat,
      lines: [.init(item: Clinic.spray, amount: Amount(thousandths: thousandths), fill: fill)])
  }

  static func waiting(_ clinic: Clinic) -> [String] {
    clinic.state.waiting(Clinic.rx()).map { "\($0.number): \($0.amount.wire)" }
  }

  @Test("the one that is named is gone, and the other waits")
  func named() throws {
    var clinic = try Self.twoFilled()
    #expect(Self.waiting(clinic) == ["0: 1.000", "1: 1.000"])
    let before = clinic.picture
    try clinic.record(Self.pickup(1_000, fill: 1))
    #expect(Self.waiting(clinic) == ["0: 1.000"])
    try clinic.record(clinic.correction(of: clinic.state.size - 1))
    #expect(Self.waiting(clinic) == ["0: 1.000", "1: 1.000"])
    #expect(clinic.picture == before)
  }

  @Test("of an entry that names none, the oldest is gone")
  func unnamed() throws {
    var clinic = try Self.twoFilled()
    try clinic.record(Self.pickup(1_000, fill: nil))
    #expect(Self.waiting(clinic) == ["1: 1.000"])
  }

  @Test("no more is picked up of a filling than it has")
  func tooMuch() throws {
    var clinic = try Self.twoFilled()
    let text = "filling 1 of `Rx-1` has less of lot `S1` waiting than that"
    #expect(clinic.faults(Self.pickup(2_000, fill: 1)).map(\.text) == [text])
    try clinic.record(Self.pickup(1_000, fill: 1))
    #expect(clinic.faults(Self.pickup(1_000, fill: 1)).map(\.text) == [text])
    #expect(clinic.faults(Self.pickup(1_000, fill: 0)).isEmpty)
    var both = Self.pickup(1_000, fill: 0)
    both.lines += both.lines
    #expect(clinic.faults(both).map(\.text).first == "the same lot is named twice")
  }
}
