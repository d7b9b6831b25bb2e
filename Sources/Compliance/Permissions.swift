package import Dispensary

/// Which roles may sign which kinds of entry, as one table.
///
/// Inspectors sign nothing. A physical act that has already happened is recorded whoever did it,
/// with a finding.
package enum Permissions {
  private static let clinical: Set<Role> = [.pharmacist, .prescriber, .nurse, .technician]
  private static let records: Set<Role> = [.pharmacist, .complianceOfficer, .administrator]
  private static let staff: Set<Role> = clinical.union([.complianceOfficer, .administrator])
  private static let everyone = Set(Role.allCases)

  /// The roles of which one is needed to sign an entry of this type; none for an unknown type.
  package static func roles(for type: String) -> Set<Role> { table[type] ?? [] }

  /// Why somebody with these roles may not sign an entry of this type, and who may; `nil` where
  /// they may.
  ///
  ///     Permissions.denial(of: "draw", to: [.inspector])
  ///     // "(inspector) may not do this; it takes one of: nurse, pharmacist, prescriber, technician"
  package static func denial(of type: String, to roles: [Role]) -> String? {
    let allowed = self.roles(for: type)
    guard allowed.isDisjoint(with: roles) else { return nil }
    let own = roles.map(\.text).joined(separator: ", ")
    return "(\(own)) may not do this; it takes \(oneOf(allowed))"
  }

  /// `an administrator`, `one of: nurse, pharmacist`.
  private static func oneOf(_ roles: Set<Role>) -> String {
    let names = roles.map(\.text).sorted()
    guard names.count == 1, let name = names.first else {
      return "one of: " + names.joined(separator: ", ")
    }
    return ("aeiou".contains(name.prefix(1)) ? "an " : "a ") + name
  }

  private static let table: [String: Set<Role>] = [
    // The site and its people.
    "ledger.open": [.administrator],
    "policy.adopt": [.administrator],
    "registration.record": [.administrator],
    "location.add": staff,
    "product.add": staff,
    "supplier.add": staff,
    "clock": [.administrator],
    "person.add": [.administrator],
    "person.credential": [.administrator, .complianceOfficer],
    "person.retire": [.administrator],
    "key.add": [.administrator],
    "key.rotate": everyone,
    "key.revoke": everyone,
    "key.site": [.administrator],
    "site.move": [.administrator],
    "site.close": [.administrator],
    "site.transfer": [.administrator],
    "downtime.start": staff,
    "downtime.end": staff,
    "inspection": records,
    "filing": records,
    "anchor.add": staff,
    "anchor.miss": staff,
    "peer.adopt": [.administrator],
    // Patients and their records.
    "patient.add": staff,
    "patient.update": staff,
    "patient.merge": records,
    "disclosure": staff,
    "hold.place": records,
    "hold.lift": records,
    "erase": records,
    // Stock coming in and standing.
    "inventory.initial": staff,
    "order.place": staff,
    "order.cancel": staff,
    "receipt": staff,
    "receipt.complete": staff,
    "receipt.settle": staff,
    "release": [.pharmacist, .prescriber, .complianceOfficer],
    "stock.set_aside": staff,
    "found": staff,
    "move": staff,
    "kit.unpack": staff,
    // Doses.
    "container.open": clinical,
    "container.empty": staff,
    "draw": clinical,
    "draw.prepare": clinical,
    "draw.handoff": clinical,
    "draw.put_back": staff,
    "administration": clinical,
    "administration.complete": clinical,
    "waste": staff,
    "waste.hold": staff,
    // Prescriptions.
    "rx.add": [.pharmacist, .prescriber, .nurse, .technician],
    "rx.fill": [.pharmacist, .prescriber, .technician],
    "rx.pickup": [.pharmacist, .prescriber, .technician],
    "rx.return_to_stock": [.pharmacist, .prescriber, .technician],
    "rx.transfer": [.pharmacist],
    "rx.void": [.pharmacist, .prescriber],
    // Out.
    "spill": staff,
    "loss": staff,
    "destroy": staff,
    "ship": staff,
    "ship.acknowledge": staff,
    "distribute": records.union([.prescriber]),
    "seize": staff,
    "compound.start": [.pharmacist, .technician],
    "compound.finish": [.pharmacist],
    // Counting and putting right.
    "count": staff,
    "correction": staff,
    "entry.cosign": staff,
    "entry.review": records.union([.prescriber]),
  ]
}
