import Dispensary
import Notation

/// Acts on prescriptions at the clinic. Nothing is asked of them that an event does not ask.
extension Clinic {
  static func rx(_ number: Int = 1) -> RxID { try! RxID(number: number) }
  static let pharmacyDEA = try! DEANumber("FB1234563")

  func order(
    _ thousandths: Int64 = 2_000, _ product: ProductID = Clinic.spray.product, days: Int64? = nil,
    refills: Int64 = 2, issued: String = "2026-11-21", dea: DEANumber = Clinic.dea,
    asWritten: Bool = false, for patient: PatientID = Clinic.pat
  ) -> PrescriptionAdded {
    PrescriptionAdded(
      id: state.new(RxID.self), recipient: patient, product: product,
      quantity: Amount(thousandths: thousandths), daysSupply: days, refills: refills,
      issued: try! CivilDate(issued), prescriber: "Dr. Ida Reyes", prescriberDEA: dea,
      form: .electronic, isAsWritten: asWritten)
  }

  static func fill(
    _ thousandths: Int64, _ item: Item = Clinic.spray, number: Int64 = 0,
    from: Position = Position(Clinic.vault), rx: Int = 1, for patient: PatientID = Clinic.pat
  ) -> PrescriptionFilled {
    PrescriptionFilled(
      id: Clinic.rx(rx), recipient: patient, number: number,
      lines: [
        PrescriptionLine(item: item, position: from, amount: Amount(thousandths: thousandths))
      ])
  }

  static func pickup(
    _ thousandths: Int64, _ item: Item = Clinic.spray, rx: Int = 1,
    setting: PrescriptionPickedUp.Setting? = nil
  ) -> PrescriptionPickedUp {
    PrescriptionPickedUp(
      id: Clinic.rx(rx), recipient: Clinic.pat,
      lines: [.init(item: item, amount: Amount(thousandths: thousandths))], setting: setting)
  }

  static func back(
    _ thousandths: Int64, _ item: Item = Clinic.spray, number: Int64 = 0,
    to: Position = Position(Clinic.vault), rx: Int = 1
  ) -> PrescriptionReturned {
    PrescriptionReturned(
      id: Clinic.rx(rx), recipient: Clinic.pat, number: number,
      lines: [
        PrescriptionLine(item: item, position: to, amount: Amount(thousandths: thousandths))
      ])
  }

  static func transfer(refills: Int64 = 2, rx: Int = 1) -> PrescriptionTransferred {
    PrescriptionTransferred(
      id: Clinic.rx(rx), recipient: Clinic.pat, pharmacy: "Elm Pharmacy", address: "2 Elm St",
      dea: Clinic.pharmacyDEA, pharmacist: "Lou Finch", refills: refills)
  }

  static func void(_ reason: String = "canceled", rx: Int = 1) -> PrescriptionVoided {
    PrescriptionVoided(id: Clinic.rx(rx), recipient: Clinic.pat, reason: reason)
  }

  /// Unpacks the sprays and enters a prescription: entries 13 and 14.
  mutating func prescribed(
    _ thousandths: Int64 = 2_000, days: Int64? = nil, refills: Int64 = 2,
    issued: String = "2026-11-21"
  ) throws {
    try record(
      KitUnpacked(
        item: Clinic.spray, from: Position(Clinic.vault, .kit(Clinic.kit)),
        amount: Amount(thousandths: 4_000), kits: 2))
    try record(order(thousandths, days: days, refills: refills, issued: issued))
  }

  /// The same, and filled.
  mutating func filled(_ thousandths: Int64 = 2_000) throws {
    try prescribed()
    try record(Clinic.fill(thousandths))
  }
}
