import Dispensary
import Notation

/// A prescription, and what stands of what was done on it.
struct Rx {
  var id: Int
  var recipient: PatientID
  var quantity: Int64
  var refills: Int64
  var fills: [(seq: Int64, number: Int64, amount: Int64)] = []
  var returns: [(seq: Int64, number: Int64, amount: Int64)] = []
  var closures: [(seq: Int64, isVoid: Bool)] = []

  var text: String { "will-call:Rx-\(id)" }
  var rx: RxID { try! RxID(number: id) }

  func filled(_ number: Int64) -> Int64 {
    fills.filter { $0.number == number }.map(\.amount).reduce(0, +)
      - returns.filter { $0.number == number }.map(\.amount).reduce(0, +)
  }
  var last: Int64? { fills.map(\.number).filter { filled($0) > 0 }.max() }
  var refillsLeft: Int64 { max(0, refills - (last ?? 0)) }
}

// MARK: Prescriptions, all of sprays

extension Walk {
  mutating func prescribe() -> Step? {
    switch dice.number(1...12) {
    case 1, 2: addPrescription()
    case 3...6: fill()
    case 7...9: pickUp()
    case 10: returnToStock()
    case 11: transfer()
    default: void()
    }
  }

  private mutating func prescription() -> Rx? {
    dice.chance(2) ? dice.pick(prescriptions) : dice.pick(prescriptions.suffix(8))
  }

  /// Mostly the patient's own name, now and then another's.
  private mutating func recipient(_ rx: Rx) -> PatientID {
    dice.chance(97) ? rx.recipient : rx.recipient == Clinic.pat ? Clinic.quinn : Clinic.pat
  }

  private mutating func addPrescription() -> Step? {
    let rx = Rx(
      id: prescriptions.count + (dice.chance(5) ? 2 : 1),
      recipient: dice.chance(50) ? Clinic.pat : Clinic.quinn,
      quantity: dice.number(0...2) * 2_000, refills: dice.number(0...5))
    return Step(
      name: "rx.add",
      event: PrescriptionAdded(
        id: rx.rx, recipient: rx.recipient, product: Clinic.spray.product,
        quantity: Amount(thousandths: rx.quantity), refills: rx.refills,
        issued: try! CivilDate("2026-11-21"), prescriber: "Dr. Ida Reyes",
        prescriberDEA: Clinic.dea),
      refused: rx.id != prescriptions.count + 1 || rx.quantity == 0, isReversible: false,
      learn: { walk, _, _ in walk.prescriptions.append(rx) })
  }

  private mutating func fill() -> Step? {
    guard let rx = prescription(), let place = dice.pick(Walk.places) else { return nil }
    let position = Position(place)
    let held = model.at(Walk.text(position), Clinic.spray)
    let asked = dice.number(0...4) * 1_000
    let least = rx.last ?? 0
    let most = rx.last.map { $0 + 1 } ?? 0
    let number = dice.chance(85) ? dice.number(least...most) : dice.number(0...3)
    let recipient = recipient(rx)
    return Step(
      name: "rx.fill",
      event: PrescriptionFilled(
        id: rx.rx, recipient: recipient, number: number,
        lines: [
          PrescriptionLine(
            item: Clinic.spray, position: position, amount: Amount(thousandths: asked))
        ]),
      act: .flow(asked, of: Clinic.spray, from: Walk.text(position), to: rx.text),
      occurredAt: late(),
      refused: asked == 0 || asked > held || !(least...most).contains(number)
        || recipient != rx.recipient,
      learn: { walk, seq, sign in
        if sign > 0 {
          walk.prescriptions[rx.id - 1].fills.append((seq, number, asked))
        } else {
          walk.prescriptions[rx.id - 1].fills.removeAll { $0.seq == seq }
        }
      })
  }

  private mutating func pickUp() -> Step? {
    guard let rx = prescription() else { return nil }
    let held = model.at(rx.text, Clinic.spray)
    let asked = dice.chance(60) ? held : dice.number(0...3) * 1_000
    let recipient = recipient(rx)
    return Step(
      name: "rx.pickup",
      event: PrescriptionPickedUp(
        id: rx.rx, recipient: recipient,
        lines: [.init(item: Clinic.spray, amount: Amount(thousandths: asked))]),
      act: .flow(asked, of: Clinic.spray, from: rx.text, to: "dispensed"), occurredAt: late(),
      refused: asked == 0 || asked > held || recipient != rx.recipient)
  }

  private mutating func returnToStock() -> Step? {
    let waiting = prescriptions.suffix(8).filter { model.at($0.text, Clinic.spray) > 0 }
    guard let rx = dice.chance(80) ? dice.pick(waiting) : prescription() else { return nil }
    let held = model.at(rx.text, Clinic.spray)
    let number = dice.chance(80) ? rx.last ?? 0 : dice.number(0...2)
    let asked = dice.chance(60) ? min(held, rx.filled(number)) : dice.number(0...3) * 1_000
    return Step(
      name: "rx.return_to_stock",
      event: PrescriptionReturned(
        id: rx.rx, recipient: rx.recipient, number: number,
        lines: [
          PrescriptionLine(
            item: Clinic.spray, position: Position(Clinic.vault),
            amount: Amount(thousandths: asked))
        ]),
      act: .flow(asked, of: Clinic.spray, from: rx.text, to: Walk.stock(Clinic.vault)),
      occurredAt: late(),
      refused: asked <= 0 || asked > held || asked > rx.filled(number),
      learn: { walk, seq, sign in
        if sign > 0 {
          walk.prescriptions[rx.id - 1].returns.append((seq, number, asked))
        } else {
          walk.prescriptions[rx.id - 1].returns.removeAll { $0.seq == seq }
        }
      })
  }

  private mutating func transfer() -> Step? {
    guard let rx = prescription() else { return nil }
    let refills = dice.chance(90) ? rx.refillsLeft : rx.refillsLeft + 1
    return Step(
      name: "rx.transfer",
      event: PrescriptionTransferred(
        id: rx.rx, recipient: rx.recipient, pharmacy: "Elm Pharmacy", address: "2 Elm St",
        dea: Clinic.otherDEA, pharmacist: "Lou Finch", refills: refills),
      occurredAt: late(),
      refused: rx.closures.last?.isVoid == true || refills > rx.refillsLeft,
      learn: Walk.closing(rx.id, isVoid: false))
  }

  private mutating func void() -> Step? {
    guard let rx = prescription() else { return nil }
    return Step(
      name: "rx.void",
      event: PrescriptionVoided(id: rx.rx, recipient: rx.recipient, reason: "duplicate"),
      occurredAt: late(), refused: !rx.closures.isEmpty, learn: Walk.closing(rx.id, isVoid: true))
  }

  private static func closing(
    _ id: Int, isVoid: Bool
  ) -> (inout Walk, Int64, Int64) -> Void {
    { walk, seq, sign in
      if sign > 0 {
        walk.prescriptions[id - 1].closures.append((seq, isVoid))
      } else {
        walk.prescriptions[id - 1].closures.removeAll { $0.seq == seq }
      }
    }
  }
}
