import Notation

/// Whom stock comes from, or goes to, with the registration that the record of it must show
/// (21 CFR 1304.22(a)(2)(iv)).
package struct SupplierAdded: Event {
  package static let type = "supplier.add"

  /// What a supplier is to the site; absent in the wire form when it is just that.
  package enum Kind: String, CaseIterable, Sendable {
    case supplier, registrant, manufacturer
    case reverseDistributor = "reverse-distributor"
  }

  package var id: SupplierID
  package var name: String
  package var address: String
  package var dea: DEANumber
  /// A supplier, another pharmacy or clinic, a manufacturer, or a reverse distributor.
  package var kind: Kind

  package init(
    id: SupplierID, name: String, address: String, dea: DEANumber, kind: Kind = .supplier
  ) {
    self.id = id
    self.name = name
    self.address = address
    self.dea = dea
    self.kind = kind
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("supplier")
    name = try fields.text("name")
    address = try fields.text("address")
    dea = try fields.value("dea")
    let kind: Kind? = try fields.optional("kind")
    guard kind != .supplier else {
      throw fields.fault("kind", "is `supplier` where it should be absent")
    }
    self.kind = kind ?? .supplier
  }

  package var members: Members {
    var members = Members()
    members.put("supplier", id)
    members.put("name", name)
    members.put("address", address)
    members.put("dea", dea)
    members.put("kind", kind == .supplier ? nil : kind)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the supplier's name")
    faults += Words.faults(address, of: "the supplier's address", limit: 300)
    if state.suppliers[id] != nil {
      faults.append(
        EventFault(
          "supplier `\(id.text)` exists already",
          hint: "`custody supplier list` shows it; choose another short name"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) { state.suppliers[id] = self }
}
