/// Where stock stands: a location, a status, an owner, and in what it is held there.
package struct Position: Hashable, Sendable {
  /// What a quantity at a position is held in.
  package enum Holding: Hashable, Sendable {
    /// Unopened containers, or whole units, counted per lot.
    case sealed
    /// Unopened kits of one package, named by the package's NDC.
    case kit(String)
    /// One opened container.
    case container(ContainerID)
    /// Drug out of its container, known by the number of its draw: a syringe set aside, waste
    /// held for a witness, what was recovered from a spill. It never goes back into a container.
    case loose(DrawID)

    package var text: String {
      switch self {
      case .sealed: "sealed"
      case .kit(let ndc): "kit-\(ndc)"
      case .container(let id): id.text
      case .loose(let id): id.text
      }
    }

    package init?(_ text: String) {
      if text == "sealed" {
        self = .sealed
      } else if text.hasPrefix("kit-") {
        let code = String(text.dropFirst(4))
        guard let ndc = try? NDC(code), ndc.text == code else { return nil }
        self = .kit(code)
      } else if let id = try? ContainerID(text), id.text == text {
        self = .container(id)
      } else if let id = try? DrawID(text), id.text == text {
        self = .loose(id)
      } else {
        return nil
      }
    }
  }

  /// Whether the stock may be used, and if not, why.
  package enum Status: String, CaseIterable, Sendable {
    case available, quarantined, expired, recalled, damaged
    case awaitingWaste = "awaiting-waste"
  }

  package var location: LocationID
  package var status: Status
  /// `general`, or the patient whose prescription the stock was delivered for.
  package var owner: String
  package var holding: Holding

  package init(
    _ location: LocationID, _ holding: Holding = .sealed, status: Status = .available,
    owner: String = "general"
  ) {
    self.location = location
    self.status = status
    self.owner = owner
    self.holding = holding
  }
}

/// One side of a posting: where a quantity came from, is, or went.
///
/// The five groups are those of the domain: sources, on hand, unexplained, and gone. Text forms are
/// stable: they stand in entries, projections and exports.
package enum Account: Hashable, Sendable {
  case supplier(SupplierID)
  case priorInventory
  case overfill
  case found
  case stock(Position)
  case draw(DrawID)
  /// Filled, labeled, and waiting for the patient.
  case willCall(RxID)
  /// Shipped, and not yet acknowledged by whom it was shipped to.
  case inTransit(ShipmentID)
  /// Ingredients of a batch being compounded.
  case compounding(BatchID)
  case discrepancy(CaseID)
  case measurement(ContainerID)
  case administered
  case dispensed
  case wasted
  case deadSpace
  case spilled
  /// What a finished batch turned its ingredients into: what leaves the ingredients' lots for here
  /// comes to the lot of the yield from here.
  case compounded(BatchID)
  case returnedToSupplier(SupplierID)
  case reverseDistributor(SupplierID)
  case registrant(DEANumber)
  case destroyed
  case lost
  case seized

  /// The four questions that a reconciliation asks of an account.
  package enum Side: Hashable, Sendable { case source, onHand, unexplained, gone }

  package var side: Side {
    switch self {
    case .supplier, .priorInventory, .overfill, .found: .source
    case .stock, .draw, .willCall, .inTransit, .compounding: .onHand
    case .discrepancy, .measurement: .unexplained
    case .administered, .dispensed, .wasted, .deadSpace, .spilled, .compounded,
      .returnedToSupplier, .reverseDistributor, .registrant, .destroyed, .lost, .seized:
      .gone
    }
  }

  /// Stock, draws, will-call, shipments and batches never go below zero in recorded order.
  package var mayBeNegative: Bool { side != .onHand }

  /// The stable text form, such as `stock:vault:available:general:V-31`.
  package var text: String {
    switch self {
    case .supplier(let id): "supplier:\(id.text)"
    case .priorInventory: "prior-inventory"
    case .overfill: "overfill"
    case .found: "found"
    case .stock(let at):
      "stock:\(at.location.text):\(at.status.rawValue):\(at.owner):\(at.holding.text)"
    case .draw(let id): "draw:\(id.text)"
    case .willCall(let id): "will-call:\(id.text)"
    case .inTransit(let id): "in-transit:\(id.text)"
    case .compounding(let id): "compounding:\(id.text)"
    case .discrepancy(let id): "case:\(id.text)"
    case .measurement(let id): "measurement:\(id.text)"
    case .administered: "administered"
    case .dispensed: "dispensed"
    case .wasted: "wasted"
    case .deadSpace: "dead-space"
    case .spilled: "spilled"
    case .compounded(let id): "compounded:\(id.text)"
    case .returnedToSupplier(let id): "returned-to-supplier:\(id.text)"
    case .reverseDistributor(let id): "reverse-distributor:\(id.text)"
    case .registrant(let dea): "registrant:\(dea.text)"
    case .destroyed: "destroyed"
    case .lost: "lost"
    case .seized: "seized"
    }
  }

  /// Reads the text form; `nil` for anything that ``text`` would not have written.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let account = Account.read(parts), account.text == text else { return nil }
    self = account
  }

  private static func read(_ parts: [String]) -> Account? {
    if parts.count == 1 { return plain[parts[0]] }
    if parts.count == 5, parts[0] == "stock" { return position(parts).map { .stock($0) } }
    return parts.count == 2 ? named(parts[0], parts[1]) : nil
  }

  /// The accounts of which there is one.
  private static let plain: [String: Account] = Dictionary(
    uniqueKeysWithValues: [
      priorInventory, overfill, found, administered, dispensed, wasted, deadSpace, spilled,
      destroyed, lost, seized,
    ].map { ($0.text, $0) })

  /// The accounts of which there is one for each thing of a kind.
  private static func named(_ kind: String, _ id: String) -> Account? {
    switch kind {
    case "supplier": (try? SupplierID(id)).map { .supplier($0) }
    case "draw": (try? DrawID(id)).map { .draw($0) }
    case "will-call": (try? RxID(id)).map { .willCall($0) }
    case "in-transit": (try? ShipmentID(id)).map { .inTransit($0) }
    case "compounding": (try? BatchID(id)).map { .compounding($0) }
    case "case": (try? CaseID(id)).map { .discrepancy($0) }
    case "measurement": (try? ContainerID(id)).map { .measurement($0) }
    case "compounded": (try? BatchID(id)).map { .compounded($0) }
    case "returned-to-supplier": (try? SupplierID(id)).map { .returnedToSupplier($0) }
    case "reverse-distributor": (try? SupplierID(id)).map { .reverseDistributor($0) }
    case "registrant": (try? DEANumber(id)).map { .registrant($0) }
    default: nil
    }
  }

  private static func position(_ parts: [String]) -> Position? {
    guard let location = try? LocationID(parts[1]),
      let status = Position.Status(rawValue: parts[2]),
      let holding = Position.Holding(parts[4])
    else { return nil }
    guard parts[3] == "general" || (try? PatientID(parts[3])) != nil else { return nil }
    return Position(location, holding, status: status, owner: parts[3])
  }
}
