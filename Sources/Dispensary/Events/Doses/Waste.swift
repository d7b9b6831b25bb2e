import Notation

/// Part of a draw, or the rest of a single-dose container, is made unrecoverable.
package struct Waste: Event {
  package static let type = "waste"
  package static let isPhysical = true
  package static let isReversible = true
  package static let takesWitness = true

  /// What is wasted: from a person's draw, straight from a single-dose container, or what stands
  /// aside out of its container.
  package enum Source: Hashable, Sendable {
    case draw(DrawID)
    case container(Position)

    package var account: Account {
      switch self {
      case .draw(let id): .draw(id)
      case .container(let position): .stock(position)
      }
    }
  }

  package var source: Source
  package var item: Item
  package var quantity: Amount
  /// How it is made unrecoverable, as a word of the house, such as `denaturing-kit`.
  package var method: String
  package var place: LocationID
  package var patient: PatientID?

  package init(
    source: Source, item: Item, quantity: Amount, method: String, place: LocationID,
    patient: PatientID? = nil
  ) {
    self.source = source
    self.item = item
    self.quantity = quantity
    self.method = method
    self.place = place
    self.patient = patient
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    let account: Account = try fields.value("from")
    switch account {
    case .draw(let id): source = .draw(id)
    case .stock(let position): source = .container(position)
    default: throw fields.fault("from", "is neither a draw nor stock: `\(account.text)`")
    }
    item = Item(try fields.value("product"), try fields.text("lot"))
    quantity = try fields.amount("quantity")
    method = try fields.text("method")
    place = try fields.value("place")
    patient = try fields.optional("patient")
  }

  package var members: Members {
    var members = Members()
    members.put("from", source.account)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("quantity", quantity)
    members.put("method", method)
    members.put("place", place)
    members.put("patient", patient)
    return members
  }

  package var postings: [Posting] {
    .moving(quantity, of: item, from: source.account, to: .wasted)
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.code(method, of: "the method of wasting")
    faults += Known.location(place, in: state)
    if let patient { faults += Known.patient(patient, in: state) }
    switch source {
    case .draw(let id):
      faults += DrawPart.faults(id, item, quantity, "wasted", in: state)
    case .container(let position):
      faults += StockPart.faults(item, position, quantity, "wasted", in: state)
    }
    return faults
  }
}
