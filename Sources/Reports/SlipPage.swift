package import Dispensary
package import LedgerCore
package import Notation

/// What an entry is, beside its slip: kind, drugs, people and time, and nothing about a patient.
package struct SlipPage: Sendable {
  package let slip: Slip
  package let origin: Origin
  private let entry: JournalEntry
  private let wording: Wording

  /// - Parameter entry: the one that the slip is of.
  package init(_ slip: Slip, of entry: JournalEntry, origin: Origin, state: State, zone: Zone) {
    self.slip = slip
    self.entry = entry
    self.origin = origin
    wording = Wording(state: state, zone: zone)
  }

  /// `container open`.
  private var kind: String { String(entry.type.map { $0.isLetter ? $0 : " " }) }

  /// What the entry moved, each drug and lot once.
  private var items: [String] {
    var items: [String] = []
    for posting in entry.postings {
      let text = wording.item(posting.bucket.item)
      if !items.contains(text) { items.append(text) }
    }
    return items
  }

  private var people: String {
    guard let by = entry.by else { return "imported" }
    let witnesses = entry.witnesses.filter { $0 != by }.map { wording.handle($0) }
    let who = "by " + wording.handle(by)
    return witnesses.isEmpty ? who : who + ", witnessed by " + witnesses.joined(separator: ", ")
  }

  package var text: String {
    let site = wording.state.registration.map { ", " + $0.name } ?? ""
    return Text.document(
      ["\(origin.text)\(site)", "entry \(entry.seq), \(kind)"] + items.map { "  " + $0 }
        + ["  \(people), \(wording.zone.shown(entry.recordedAt))", slip.text])
  }

  package var json: JSON {
    [
      "schema": "custody/slip/1", "origin": .string(origin.text), "entry": .integer(entry.seq),
      "type": .string(entry.type), "slip": .string(slip.text), "code": .string(slip.code),
      "ts": .string(entry.recordedAt.text), "by": .string(wording.handle(entry.by)),
    ]
  }
}
