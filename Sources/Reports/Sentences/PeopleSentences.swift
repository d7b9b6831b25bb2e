import Dispensary
import Notation

extension Sentence {
  /// People, patients, and who has looked at the records.
  func people(_ event: any Event) -> String? {
    switch event {
    case let event as PersonCredential: credential(event)
    case let event as EntryReviewed: "reviewed entry \(event.entry)"
    case let event as EntryCosigned: "co-signed entry \(event.entry), late"
    case let event as PatientUpdated: "updated \(wording.code(event.id) ?? "")"
    case let event as PatientMerged:
      "merged \(wording.code(event.from) ?? "") into \(wording.code(event.into) ?? ""): "
        + event.reason.rawValue
    case let event as RecordsDisclosed:
      "disclosed \(event.content.rawValue) of \(wording.code(event.subject) ?? ""): "
        + event.purpose.rawValue
    case let event as HoldPlaced:
      "placed hold \(event.id.text) on "
        + (wording.code(event.patient).map { "the records of \($0)" } ?? "all records")
    case let event as HoldLifted: "lifted hold \(event.id.text)"
    case let event as DowntimeStarted: "downtime \(event.id.text) began"
    case let event as DowntimeEnded: "downtime \(event.id.text) ended"
    default: ending(event)
    }
  }

  /// Authorities, and how a site moves and ends.
  private func ending(_ event: any Event) -> String? {
    switch event {
    case let event as SiteMoved: "the site moved on \(event.date.text) to \(event.address)"
    case let event as SiteClosed:
      "the site closed on \(event.date.text): \(event.reason.rawValue)"
    case let event as SiteTransferred:
      "the site was transferred on \(event.date.text) to \(event.name), \(event.dea.text)"
    case let event as Inspection: inspection(event)
    case let event as Filing: filing(event)
    case let event as AnchorAdded: anchor(event)
    case let event as AnchorMissed:
      "no anchor by \(event.name) (\(event.kind.rawValue)): \(event.reason.rawValue)"
    default: nil
    }
  }

  private func credential(_ event: PersonCredential) -> String {
    var parts: [String] = []
    if let license = event.license {
      let until = license.expires.map { " until \($0.text)" } ?? ""
      parts.append("license \(license.number)" + (license.state.map { " \($0)" } ?? "") + until)
    }
    if let dea = event.dea {
      parts.append("DEA \(dea.text)" + (event.deaExpires.map { " until \($0.text)" } ?? ""))
    }
    return "credentials of \(wording.handle(event.person)): " + parts.joined(separator: ", ")
  }

  private func inspection(_ event: Inspection) -> String {
    var parts = ["inspected by \(event.agency.rawValue)"]
    if let form = event.form { parts.append(form) }
    if event.copies { parts.append("copies taken") }
    if event.samples { parts.append("samples taken") }
    if let nonce = event.nonce { parts.append("nonce \(nonce)") }
    return parts.joined(separator: ", ")
  }

  private func anchor(_ event: AnchorAdded) -> String {
    "anchored the first \(event.size) entries by \(event.name) (\(event.kind.rawValue))"
      + (event.outside.map { ", at \(wording.time($0)) by its clock" } ?? "")
  }

  private func filing(_ event: Filing) -> String {
    var text = "sent \(event.form) to \(event.recipient.shown) at \(wording.time(event.sentAt))"
    if let confirmation = event.confirmation { text += ", confirmation \(confirmation)" }
    return text + (event.answers.map { ", for entry \($0)" } ?? "")
  }
}
