import Dispensary
import Notation

extension Desk {
  /// People, patients, and who has looked at the records.
  func describePeople(_ event: any Event) -> String? {
    switch event {
    case let e as PersonCredential: "credentials of \(handle(e.person)) recorded"
    case let e as EntryReviewed: "entry \(e.entry) reviewed"
    case let e as EntryCosigned: "entry \(e.entry) co-signed late, which is no witness's signature"
    case let e as PatientUpdated: "patient \(code(e.id)) updated"
    case let e as PatientMerged: "patient \(code(e.from)) is \(code(e.into)) (\(e.reason.rawValue))"
    case let e as RecordsDisclosed:
      "\(e.content.rawValue) of \(code(e.subject)) disclosed (\(e.purpose.rawValue))"
    case let e as HoldPlaced:
      "hold \(e.id.text) on " + (e.patient.map { "the records of \(code($0))" } ?? "all records")
    case let e as HoldLifted: "hold \(e.id.text) lifted"
    case let e as DowntimeStarted: "downtime \(e.id.text) began"
    case let e as DowntimeEnded: "downtime \(e.id.text) ended"
    case let e as SiteMoved: "the site moved on \(e.date.text) to \(e.address)"
    case let e as SiteClosed: "the site closed on \(e.date.text) (\(e.reason.rawValue))"
    case let e as SiteTransferred:
      "the site went to \(e.name), \(e.dea.text), on \(e.date.text)"
    case let e as Inspection:
      "inspection by \(e.agency.rawValue)" + (e.form.map { ", \($0)" } ?? "")
        + (e.nonce.map { ", nonce \($0)" } ?? "")
    case let e as Filing:
      "\(e.form) sent to \(e.recipient.shown)" + (e.answers.map { ", for entry \($0)" } ?? "")
    case let e as AnchorAdded:
      "\(e.size) entries anchored by \(e.name) (\(e.kind.rawValue))"
        + (e.outside.map { ", \(zone.shown($0))" } ?? "")
    case let e as AnchorMissed:
      "no anchor by \(e.name) (\(e.kind.rawValue)): \(e.reason.rawValue)"
    default: nil
    }
  }
}
