package import Dispensary
import Notation

/// What awaits a second look, which credentials end, what holds the records, and what is closed.
extension StatusReport {
  /// Days before its end from which a license or a registration is listed.
  package static let credentialDays = 30

  var office: [String] {
    section("Downtime", downtimeRows, ["downtime", "since", ""])
      + section("Legal holds", holdRows, ["hold", "records of", "since"])
      + section("Site", siteRows, ["", ""])
  }

  var reviewRows: [[String]] {
    state.openReviews.map { task in
      let entry = state.journal[Int(task.seq)]
      return [
        String(task.seq), kind(entry), Self.why(task, state, wording), wording.handle(entry.by),
        span(from: entry.recordedAt, to: now),
      ]
    }
  }

  private func kind(_ entry: JournalEntry) -> String {
    entry.type.split { $0 == "." || $0 == "_" }.joined(separator: " ")
  }

  /// `unwitnessed, co-signed late by lee`, or what else makes an entry worth a second look.
  private static func why(_ task: ReviewTask, _ state: State, _ wording: Wording) -> String {
    var words: [String] = []
    if task.isUnwitnessed { words.append("unwitnessed") }
    if task.hasHappened, !task.isUnwitnessed { words.append("had already happened") }
    if !task.hasHappened { words.append("differs from its papers") }
    words += state.cosignatures(of: task.seq).map { "co-signed late by \(wording.handle($0.by))" }
    return words.joined(separator: ", ")
  }

  var ending: [EndingCredential] {
    state.endingCredentials(on: zone.day(of: now), within: StatusReport.credentialDays)
  }

  var credentialRows: [[String]] {
    ending.map { credential in
      [
        wording.handle(credential.person), credential.kind.rawValue, credential.on.text,
        StatusReport.daysLeft(credential.on, from: zone.day(of: now)),
      ]
    }
  }

  /// `in 12 days`, `today` or `EXPIRED`, for a last day.
  package static func daysLeft(_ last: CivilDate, from today: CivilDate) -> String {
    switch last.dayNumber - today.dayNumber {
    case ..<0: "EXPIRED"
    case 0: "today"
    case 1: "in 1 day"
    case let days: "in \(days) days"
    }
  }

  private var downtimeRows: [[String]] {
    state.downtimes.filter { $0.to == nil }.map { downtime in
      [
        downtime.id.text, wording.time(downtime.from),
        span(from: downtime.from, to: now),
      ]
    }
  }

  private var holdRows: [[String]] {
    state.openHolds.map { hold in
      [hold.id.text, wording.code(hold.patient) ?? "everybody", wording.time(hold.placedAt)]
    }
  }

  private var siteRows: [[String]] {
    state.office.closing.map { [["closed on \($0.date.text)", "entry \($0.seq)"]] } ?? []
  }

  /// How much of the ledger nobody outside has seen, by what the entries say.
  var exposure: String {
    var text = "exposure: \(state.exposure) \(state.exposure == 1 ? "entry" : "entries")"
    if let anchor = state.widestAnchor {
      text += " since the anchor by \(anchor.event.name), \(wording.time(anchor.at))"
    } else {
      text += ", nothing is anchored outside"
    }
    let missed = state.missedSinceAnchor
    if let last = missed.last {
      text += "; \(missed.count) missed since, the last by \(last.event.name): "
      text += last.event.reason.rawValue
    }
    return text
  }

  // MARK: JSON

  var officeMembers: [String: JSON] {
    var members: [String: JSON] = [
      "to_review": .array(state.openReviews.map(json)),
      "credentials": .array(
        ending.map {
          [
            "person": .string(wording.handle($0.person)), "what": .string($0.kind.rawValue),
            "until": .string($0.on.text),
            "days_left": .integer(Int64($0.on.dayNumber - zone.day(of: now).dayNumber)),
          ]
        }),
      "downtimes": .array(
        state.downtimes.filter { $0.to == nil }.map {
          ["downtime": .string($0.id.text), "from": .string($0.from.text)]
        }),
      "holds": .array(
        state.openHolds.map {
          [
            "hold": .string($0.id.text),
            "patient": wording.code($0.patient).map { .string($0) } ?? .null,
          ]
        }),
    ]
    members["exposure"] = .integer(state.exposure)
    members["missed_anchors"] = .array(
      state.missedSinceAnchor.map {
        [
          "entry": .integer($0.seq), "kind": .string($0.event.kind.rawValue),
          "name": .string($0.event.name), "reason": .string($0.event.reason.rawValue),
        ]
      })
    members["closed"] = state.office.closing.map {
      ["date": .string($0.date.text), "entry": .integer($0.seq)]
    }
    return members
  }

  private func json(_ task: ReviewTask) -> JSON {
    let entry = state.journal[Int(task.seq)]
    return [
      "entry": .integer(task.seq), "type": .string(entry.type),
      "by": .string(wording.handle(entry.by)), "recorded_at": .string(entry.recordedAt.text),
      "unwitnessed": .bool(task.isUnwitnessed), "already_happened": .bool(task.hasHappened),
      "cosigned_late": numbers(state.cosignatures(of: task.seq).map(\.seq)),
    ]
  }
}
