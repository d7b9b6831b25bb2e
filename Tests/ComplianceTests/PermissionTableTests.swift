import Compliance
import Dispensary
import Foundation
import Testing

/// Every role tries everything. The table is written out by hand, so that a change of the program's
/// own table is a change of this one, too.
@Suite("Each role tries each kind of entry")
struct PermissionTableTests {
  /// The letters of the columns.
  static let roles: [Character: Role] = [
    "P": .pharmacist, "R": .prescriber, "N": .nurse, "T": .technician, "C": .complianceOfficer,
    "A": .administrator, "I": .inspector,
  ]

  /// Who may sign: a letter says yes, a point no.
  static let table: [(type: String, may: String)] = [
    ("ledger.open", ".....A."),
    ("policy.adopt", ".....A."),
    ("registration.record", ".....A."),
    ("location.add", "PRNTCA."),
    ("product.add", "PRNTCA."),
    ("supplier.add", "PRNTCA."),
    ("clock", ".....A."),
    ("person.add", ".....A."),
    ("person.credential", "....CA."),
    ("person.retire", ".....A."),
    ("key.add", ".....A."),
    ("key.rotate", "PRNTCAI"),
    ("key.revoke", "PRNTCAI"),
    ("key.site", ".....A."),
    ("site.move", ".....A."),
    ("site.close", ".....A."),
    ("site.transfer", ".....A."),
    ("downtime.start", "PRNTCA."),
    ("downtime.end", "PRNTCA."),
    ("inspection", "P...CA."),
    ("filing", "P...CA."),
    ("anchor.add", "PRNTCA."),
    ("anchor.miss", "PRNTCA."),
    ("peer.adopt", ".....A."),
    ("patient.add", "PRNTCA."),
    ("patient.update", "PRNTCA."),
    ("patient.merge", "P...CA."),
    ("disclosure", "PRNTCA."),
    ("hold.place", "P...CA."),
    ("hold.lift", "P...CA."),
    ("erase", "P...CA."),
    ("inventory.initial", "PRNTCA."),
    ("order.place", "PRNTCA."),
    ("order.cancel", "PRNTCA."),
    ("receipt", "PRNTCA."),
    ("receipt.complete", "PRNTCA."),
    ("receipt.settle", "PRNTCA."),
    ("release", "PR..C.."),
    ("stock.set_aside", "PRNTCA."),
    ("found", "PRNTCA."),
    ("move", "PRNTCA."),
    ("kit.unpack", "PRNTCA."),
    ("container.open", "PRNT..."),
    ("container.empty", "PRNTCA."),
    ("draw", "PRNT..."),
    ("draw.prepare", "PRNT..."),
    ("draw.handoff", "PRNT..."),
    ("draw.put_back", "PRNTCA."),
    ("administration", "PRNT..."),
    ("administration.complete", "PRNT..."),
    ("waste", "PRNTCA."),
    ("waste.hold", "PRNTCA."),
    ("rx.add", "PRNT..."),
    ("rx.fill", "PR.T..."),
    ("rx.pickup", "PR.T..."),
    ("rx.return_to_stock", "PR.T..."),
    ("rx.transfer", "P......"),
    ("rx.void", "PR....."),
    ("spill", "PRNTCA."),
    ("loss", "PRNTCA."),
    ("destroy", "PRNTCA."),
    ("ship", "PRNTCA."),
    ("ship.acknowledge", "PRNTCA."),
    ("distribute", "PR..CA."),
    ("seize", "PRNTCA."),
    ("compound.start", "P..T..."),
    ("compound.finish", "P......"),
    ("count", "PRNTCA."),
    ("correction", "PRNTCA."),
    ("entry.cosign", "PRNTCA."),
    ("entry.review", "PR..CA."),
  ]

  @Test("the table is the program's", arguments: table.indices)
  func row(_ index: Int) {
    let (type, may) = PermissionTableTests.table[index]
    let expected = Set(may.filter { $0 != "." }.compactMap { PermissionTableTests.roles[$0] })
    #expect(may.count == Role.allCases.count)
    #expect(Permissions.roles(for: type) == expected, "\(type)")
    for role in Role.allCases {
      let denial = Permissions.denial(of: type, to: [role])
      #expect((denial == nil) == expected.contains(role), "\(type) by \(role.text)")
      // What is denied says who may.
      guard let denial else { continue }
      #expect(denial.hasPrefix("(\(role.text)) may not do this; it takes "))
      for other in Role.allCases {
        let list = denial.split(separator: "takes ").last.map(words) ?? []
        #expect(list.contains(other.text) == expected.contains(other), "\(type): \(denial)")
      }
    }
  }

  /// The roles that a denial names: `an administrator`, `one of: nurse, pharmacist`.
  private func words(_ named: Substring) -> [String] {
    guard named.hasPrefix("one of: ") else {
      return [String(named.drop { $0 != " " }.dropFirst())]
    }
    return named.dropFirst("one of: ".count).components(separatedBy: ", ")
  }

  @Test("every kind of entry has a row, and one row")
  func complete() {
    let types = PermissionTableTests.table.map(\.type)
    #expect(Set(types).count == types.count)
    #expect(Set(Events.byType.keys).subtracting(types) == [])
  }

  @Test("one role of several is enough")
  func several() {
    #expect(Permissions.denial(of: "policy.adopt", to: [.nurse, .administrator]) == nil)
    #expect(
      Permissions.denial(of: "release", to: [.nurse, .technician])
        == "(nurse, technician) may not do this; it takes one of: compliance-officer, "
        + "pharmacist, prescriber")
  }
}
