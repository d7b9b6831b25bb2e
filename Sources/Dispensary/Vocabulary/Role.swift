/// What a person may do at the site.
package enum Role: String, Hashable, Sendable, CaseIterable, Comparable {
  case pharmacist
  case prescriber
  case nurse
  case technician
  case complianceOfficer = "compliance-officer"
  case administrator
  case inspector

  /// `compliance-officer`, as the ledger and the command line write it.
  package var text: String { rawValue }

  package init(_ text: String) throws(VocabularyError) {
    guard let role = Role(rawValue: text) else {
      let roles = Role.allCases.map { "`\($0.text)`" }
      throw VocabularyError(
        .roleUnknown, "\(quoted(text)) is not a role",
        hint: "the roles are \(roles.dropLast().joined(separator: ", ")) and \(roles.last!)")
    }
    self = role
  }

  /// By the alphabet, as lists of roles are written.
  package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}
