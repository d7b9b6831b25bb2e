import Dispensary
import Notation

extension Desk {
  /// An event in words, for whoever has just recorded it.
  func describe(_ event: any Event) -> String {
    switch event {
    case let e as Draw:
      "draw \(e.id.text), \(amount(e.quantity, e.item)) from \(place(.stock(e.from)))" + beyond(e)
    case let e as Administration: describe(dose: e)
    case let e as Waste:
      "\(amount(e.quantity, e.item)) wasted from \(place(e.source.account)) (\(e.method))"
    case let e as PutBack:
      "\(amount(e.quantity, e.item)) of \(e.draw.text) put back to \(e.to.location.text)"
    case let e as Move:
      "\(amount(e.amount, e.item)) moved from \(e.from.location.text) to \(e.to.text)"
    case let e as KitUnpacked:
      "\(tally(e.kits, "kit")) unpacked: \(amount(e.amount, e.item)) at \(e.from.location.text)"
    case let e as ContainerOpened:
      "\(e.id.text) opened at \(e.from.location.text), \(amount(e.size, e.item))"
        + (e.beyondUse.map { ", use before \(zone.shown($0))" } ?? "")
    case let e as ContainerEmptied: "\(e.id.text) is empty" + left(e)
    case let e as InitialInventory:
      e.lines.isEmpty
        ? "initial inventory at \(e.moment.rawValue) of business: nothing on hand"
        : "initial inventory at \(e.moment.rawValue) of business: "
          + e.lines.map { amount($0.amount, $0.item) }.joined(separator: "; ")
    case let e as PhysicalCount: "counted: " + e.lines.map(line).joined(separator: "; ")
    case let e as Correction: "entry \(e.entry) reversed (\(e.reason))"
    case let e as PatientAdded: "patient \(code(e.id)) added"
    case let e as ProductAdded:
      "product \(e.product.id.text), \(e.product.name) \(e.product.strength.text)"
    case let e as SupplierAdded: "supplier \(e.id.text), \(e.name)"
    case let e as PeerAdopted:
      "witness \(e.name)" + (e.url.map { " at \($0)" } ?? ", asked through files")
    case let e as LocationAdded: "location \(e.id.text), \(e.name)"
    case let e as PersonAdded: "person \(e.handle.text), \(e.name)"
    case let e as PersonRetired: "\(handle(e.id)) has left"
    case let e as KeyAdded: "key \(e.key) of \(handle(e.person))"
    case let e as KeyRotated: "key \(e.added.key) replaces \(e.replaces)"
    case let e as SiteKeyReplaced: "the site's key replaced (\(e.reason))"
    case let e as KeyRevoked: "key \(e.key) revoked (\(e.reason))"
    case let e as RegistrationRecorded: "registration \(e.dea.text) of \(e.name)"
    case let e as LedgerOpened: "ledger \(e.origin) opened"
    case let e as Erasure: "\(e.digests.count) private values erased"
    case is PolicyAdopted: "policy adopted"
    case let e as ClockSet: "clock set to \(zone.shown(e.now))"
    default:
      describeReceiving(event) ?? describeDoses(event) ?? describePrescriptions(event)
        ?? describeDisposal(event) ?? describePeople(event) ?? type(of: event).type
    }
  }

  /// An amount with its unit, milligrams beside it, and the drug.
  func amount(_ amount: Amount, _ item: Item) -> String {
    "\(self.amount(amount, item.product)), lot \(item.lot)"
  }

  func code(_ id: PatientID) -> String { state.patients[id]?.code.text ?? "a patient" }

  private func beyond(_ event: Draw) -> String {
    let product = state.products[event.item.product]
    var parts: [String] = []
    if !event.overfill.isZero {
      parts.append("\(state.shown(event.overfill, product)) of it overfill")
    }
    if let id = event.caseID {
      parts.append(
        "\(state.shown(event.beyondBook, product)) of it beyond the book, case \(id.text)")
    }
    if !event.loss.isZero { parts.append("\(state.shown(event.loss, product)) dead space") }
    return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
  }

  private func left(_ event: ContainerEmptied) -> String {
    let product = state.products[event.item.product]
    var parts: [String] = []
    if !event.deadSpace.isZero {
      parts.append("\(state.shown(event.deadSpace, product)) dead space")
    }
    if !event.measurement.isZero {
      parts.append("\(state.shown(event.measurement, product)) of readings")
    }
    if let id = event.caseID {
      parts.append("\(state.shown(event.missing, product)) missing, case \(id.text)")
    }
    return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
  }

  private func line(_ line: PhysicalCount.Line) -> String {
    let product = state.products[line.item.product]
    let counted = "\(place(.stock(line.position))) \(amount(line.counted, line.item))"
    guard !line.difference.isZero else { return "\(counted), as in the book" }
    // A case holds what is missing as a positive amount.
    return "\(counted), \(state.difference(-line.difference, product))"
  }
}
