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

    package var text: String {
      switch self {
      case .sealed: "sealed"
      case .kit(let ndc): "kit-\(ndc)"
      case .container(let id): id.text
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
  case discrepancy(CaseID)
  case measurement(ContainerID)
  case administered
  case wasted
  case deadSpace

  /// The four questions that a reconciliation asks of an account.
  package enum Side: Hashable, Sendable { case source, onHand, unexplained, gone }

  package var side: Side {
    switch self {
    case .supplier, .priorInventory, .overfill, .found: .source
    case .stock, .draw: .onHand
    case .discrepancy, .measurement: .unexplained
    case .administered, .wasted, .deadSpace: .gone
    }
  }

  /// Stock and draws never go below zero in recorded order.
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
    case .discrepancy(let id): "case:\(id.text)"
    case .measurement(let id): "measurement:\(id.text)"
    case .administered: "administered"
    case .wasted: "wasted"
    case .deadSpace: "dead-space"
    }
  }

  /// Reads the text form; `nil` for anything that ``text`` would not have written.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let account = Account.read(parts), account.text == text else { return nil }
    self = account
  }

  private static func read(_ parts: [String]) -> Account? {
    switch (parts[0], parts.count) {
    case ("supplier", 2): (try? SupplierID(parts[1])).map { .supplier($0) }
    case ("prior-inventory", 1): .priorInventory
    case ("overfill", 1): .overfill
    case ("found", 1): .found
    case ("stock", 5): position(parts).map { .stock($0) }
    case ("draw", 2): (try? DrawID(parts[1])).map { .draw($0) }
    case ("case", 2): (try? CaseID(parts[1])).map { .discrepancy($0) }
    case ("measurement", 2): (try? ContainerID(parts[1])).map { .measurement($0) }
    case ("administered", 1): .administered
    case ("wasted", 1): .wasted
    case ("dead-space", 1): .deadSpace
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
