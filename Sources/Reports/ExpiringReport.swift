package import Dispensary
package import Notation

/// What may be used until when: lots, opened containers, staged syringes and deliveries for one
/// patient, past ones first, then those that end soon.
package struct ExpiringReport: Sendable {
  package let state: State
  package let now: Instant
  package let zone: Zone
  /// How many days ahead it looks; `nil` for everything on hand.
  package let within: Int?

  package init(state: State, now: Instant, zone: Zone, within: Int?) {
    self.state = state
    self.now = now
    self.zone = zone
    self.within = within
  }

  private var wording: Wording { Wording(state: state, zone: zone) }
  private var today: CivilDate { zone.day(of: now) }

  /// What the report lists.
  package var limits: [UseLimit] {
    state.useLimits(in: zone).filter { limit in
      // What nobody knows may end at any time.
      guard let within, let left = daysLeft(limit) else { return true }
      return left <= within || limit.isPast(at: now, in: zone)
    }
  }

  package var text: String {
    let rows = limits.map { limit in
      [
        end(limit), left(limit), place(limit),
        wording.quantity(limit.amount, limit.item.product),
        "\(wording.item(limit.item)), \(reason(limit))",
      ]
    }
    let title = "\(zone.shown(now)), \(zone.name)"
    guard !rows.isEmpty else {
      let span = within.map { " within \(tally($0, "day"))" } ?? ""
      return Text.document([title, "nothing on hand ends\(span)"] + wording.oneSigner.foot)
    }
    return Text.document(
      [title, ""]
        + TextTable(["use by", "left", "place", ">quantity", "what"], rows: rows, width: 100).lines
        + wording.oneSigner.foot)
  }

  private func end(_ limit: UseLimit) -> String {
    switch limit.end {
    case .day(let day): day.text
    case .time(let time): wording.time(time)
    case .unknown: "unknown"
    }
  }

  private func left(_ limit: UseLimit) -> String {
    switch limit.end {
    case .time(let time):
      return time > now
        ? span(from: now, to: time) : "PAST by \(span(from: time, to: now))"
    case .unknown: return ""
    case .day(let day):
      let days = day.dayNumber - today.dayNumber
      if days == 0 { return "today" }
      return days > 0 ? "\(days) d" : "PAST by \(-days) d"
    }
  }

  private func daysLeft(_ limit: UseLimit) -> Int? {
    limit.day(in: zone).map { $0.dayNumber - today.dayNumber }
  }

  private func place(_ limit: UseLimit) -> String {
    switch limit.subject {
    case .stock(let position): wording.place(position)
    case .syringe(let id, let location): "\(id.text) in \(location.text)"
    }
  }

  private func reason(_ limit: UseLimit) -> String {
    switch limit.kind {
    case .expiry: "expiry"
    case .beyondUse: "beyond use"
    case .delivery: "delivery"
    }
  }

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/expiring/1", "now": .string(now.text), "zone": .string(zone.name),
      "limits": .array(limits.map(json)),
    ]
    members["within_days"] = within.map { .integer(Int64($0)) }
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }

  private func json(_ limit: UseLimit) -> JSON {
    var members: [String: JSON] = [
      "kind": .string(limit.kind.rawValue), "product": .string(limit.item.product.text),
      "lot": .string(limit.item.lot), "amount": wording.json(limit.amount, limit.item.product),
      "past": .bool(limit.isPast(at: now, in: zone)),
    ]
    members["days_left"] = daysLeft(limit).map { .integer(Int64($0)) }
    switch limit.end {
    case .day(let day): members["last_day"] = .string(day.text)
    case .time(let time): members["before"] = .string(time.text)
    case .unknown: members["last_day"] = "unknown"
    }
    switch limit.subject {
    case .stock(let position): members["position"] = wording.json(position)
    case .syringe(let id, let location):
      members["draw"] = .string(id.text)
      members["location"] = .string(location.text)
    }
    return .object(members)
  }
}
