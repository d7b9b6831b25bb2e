package import Dispensary
package import LedgerCore
import Notation

extension RecordedEvent {
  /// Names that the corridor adds to a body beside the domain's own fields.
  static let corridorNames: Set<String> = ["review", "wall"]

  /// Reads the domain's part of a stored body.
  package init(_ body: EntryBody) throws(WireFault) {
    var members = body.fields.members ?? [:]
    for name in EntryBody.envelopeNames.union(RecordedEvent.corridorNames) { members[name] = nil }
    let context = EntryContext(
      seq: body.seq, recordedAt: body.ts, occurredAt: body.at,
      by: try RecordedEvent.person(body.by),
      witnesses: try RecordedEvent.people(body.wit))
    try self.init(type: body.type, members: members, context: context)
  }

  private static func person(_ key: KeyName?) throws(WireFault) -> PersonID? {
    guard let key else { return nil }
    do { return try PersonID(key.person) } catch {
      throw WireFault("by", "does not name a person: `\(key.text)`")
    }
  }

  private static func people(_ keys: [KeyName]) throws(WireFault) -> [PersonID] {
    var people: [PersonID] = []
    for key in keys { if let person = try person(key) { people.append(person) } }
    return people
  }
}
