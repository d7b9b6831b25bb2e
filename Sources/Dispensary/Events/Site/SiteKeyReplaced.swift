import Notation

/// Another key signs the site's checkpoints from here on. Whose signatures it takes, and that the key
/// before it signs the checkpoint of the change, is LedgerCore's to check.
package struct SiteKeyReplaced: Event {
  package static let type = "key.site"

  /// The new verifier key, as text.
  package var siteKey: String
  /// Why, as a code: `rotated`, where the old key hands on; `lost` or `stolen`, where it cannot.
  package var reason: String

  /// The codes.
  package static let reasons = ["lost", "rotated", "stolen"]

  package init(siteKey: String, reason: String) {
    self.siteKey = siteKey
    self.reason = reason
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    siteKey = try fields.text("site_key")
    reason = try fields.text("reason")
  }

  package var members: Members {
    var members = Members()
    members.put("site_key", siteKey)
    members.put("reason", reason)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard !SiteKeyReplaced.reasons.contains(reason) else { return [] }
    return [
      EventFault(
        "`\(reason)` is not a reason for another site key",
        hint: "one of \(SiteKeyReplaced.reasons.joined(separator: ", "))")
    ]
  }
}
