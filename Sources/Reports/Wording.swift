import Dispensary
import Notation

/// How reports name things and write amounts. People by handle, patients by code, never a name.
struct Wording {
  let state: State
  let zone: Zone

  /// `4.300 mL`, `1 device`; with the sign where it is negative.
  func quantity(_ amount: Amount, _ id: ProductID) -> String {
    state.shown(amount, state.products[id])
  }

  /// `430 mg`, and `about 0.333 mg` where three decimals are not exact.
  func mass(_ amount: Amount, _ id: ProductID) -> String {
    guard let product = state.products[id],
      let mass = try? product.strength.mass(of: product.quantity(amount))
    else { return "" }
    return mass.description
  }

  /// `4.300 mL (430 mg)`.
  func both(_ amount: Amount, _ id: ProductID) -> String {
    let mass = self.mass(amount, id)
    return quantity(amount, id) + (mass.isEmpty ? "" : " (\(mass))")
  }

  func drug(_ id: ProductID) -> String {
    guard let product = state.products[id] else { return id.text }
    return "\(product.name) \(product.strength.description)"
  }

  func item(_ item: Item) -> String { "\(drug(item.product)), lot \(item.lot)" }

  func handle(_ id: PersonID?) -> String {
    guard let id else { return "nobody" }
    return state.people[id]?.handle.text ?? id.text
  }

  func code(_ id: PatientID?) -> String? {
    id.map { state.patients[$0]?.code.text ?? "an unknown patient" }
  }

  /// `V-31 in vault`, `vault`, `vault (kits), quarantined`.
  func place(_ position: Position) -> String {
    let location = position.location.text
    let place =
      switch position.holding {
      case .container(let id): "\(id.text) in \(location)"
      case .loose(let id): "\(id.text) in \(location)"
      case .kit: "\(location) (kits)"
      case .sealed: location
      }
    let status = position.status == .available ? "" : ", \(position.status.rawValue)"
    return place + status + (position.owner == "general" ? "" : ", for one patient")
  }

  /// `2026-11-21 09:05`, in the site's time; a report says once which zone that is.
  func time(_ instant: Instant) -> String { String(zone.shown(instant).prefix(16)) }

  func json(_ amount: Amount, _ id: ProductID) -> JSON {
    guard let product = state.products[id] else { return ["quantity": .string(amount.wire)] }
    var members: [String: JSON] = [
      "quantity": .string(amount.wire), "unit": .string(product.baseUnit.code),
    ]
    if let mass = try? product.strength.mass(of: product.quantity(amount)) {
      members["mg"] = .string(mass.milligrams)
      if mass.isRounded { members["mg_rounded"] = true }
    }
    return .object(members)
  }

  func json(_ position: Position) -> JSON { .string(account(.stock(position))) }

  /// The stable text of an account, with an owner's code in place of the pseudonym.
  func account(_ account: Account) -> String {
    guard case .stock(var position) = account, let id = try? PatientID(position.owner) else {
      return account.text
    }
    position.owner = state.patients[id]?.code.text ?? "patient"
    return Account.stock(position).text
  }

  /// A field of a body for people to read: patients by their codes, wherever they stand.
  func veiled(_ value: JSON) -> JSON {
    switch value {
    case .string(let text): .string(Account(text).map(account) ?? text)
    case .array(let items): .array(items.map(veiled))
    case .object(let members): .object(veiled(members))
    default: value
    }
  }

  func veiled(_ members: [String: JSON]) -> [String: JSON] {
    var shown = members.mapValues(veiled)
    for key in ["patient", "subject", "from", "into"] {
      guard let pseudonym = members[key]?.text else { continue }
      // `from` may be an account, too.
      if key == "from", (try? PatientID(pseudonym)) == nil { continue }
      let code = (try? PatientID(pseudonym)).flatMap { state.patients[$0]?.code.text }
      shown[key] = .string(code ?? "an unknown patient")
    }
    return shown
  }
}

/// The time between two moments as clocks show them, to the minute: 10:00:59 to 10:30:01 is half an
/// hour.
func span(from start: Instant, to end: Instant) -> String {
  span((end.milliseconds / 60_000 - start.milliseconds / 60_000) * 60_000)
}

/// A span of time in the largest two units: `3 h 10 min`, `12 d 4 h`.
func span(_ milliseconds: Int64) -> String {
  let minutes = milliseconds.magnitude / 60_000
  if minutes < 60 { return "\(minutes) min" }
  if minutes < 48 * 60 {
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }
  let hours = minutes / 60
  return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
}

func numbers(_ entries: [Int64]) -> JSON { .array(entries.map { .integer($0) }) }
