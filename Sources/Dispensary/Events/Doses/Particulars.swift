/// On whose authority a dose was given, and by which way: what is often written down after it.
///
/// 21 CFR 1304.22(c) and 1306.05. What a dose lacks is a task, never a reason not to record it.
package struct Particulars: Hashable, Sendable {
  /// On what authority a dose is given. Absent in a body, it is an order.
  package enum Authority: String, CaseIterable, Sendable, WireText {
    case order, `protocol`
    case standingOrder = "standing-order"
    case emergency
  }

  /// Whether the number of the order or prescription is known. The number itself stands in the
  /// vault, under `order`: it may tell who the patient is.
  package var hasOrder: Bool
  /// The prescriber's name.
  package var prescriber: String?
  package var prescriberDEA: DEANumber?
  package var authority: Authority?
  /// In the FDA's words; see ``Route``.
  package var route: String?

  package init(
    hasOrder: Bool = false, prescriber: String? = nil, prescriberDEA: DEANumber? = nil,
    authority: Authority? = nil, route: String? = nil
  ) {
    self.hasOrder = hasOrder
    self.prescriber = prescriber
    self.prescriberDEA = prescriberDEA
    self.authority = authority
    self.route = route
  }

  init(_ fields: inout Fields) throws(WireFault) {
    hasOrder = try fields.flag("order")
    prescriber = try fields.optionalText("prescriber")
    prescriberDEA = try fields.optional("prescriber_dea")
    authority = try fields.optional("authority")
    route = try fields.optionalText("route")
  }

  func put(into members: inout Members) {
    members.put("order", flag: hasOrder)
    members.put("prescriber", prescriber)
    members.put("prescriber_dea", prescriberDEA)
    members.put("authority", authority)
    members.put("route", route)
  }

  /// `intravenous, order in the vault, Dr. Wells`, as far as it is known.
  package var text: String {
    [
      route?.lowercased(), authority?.rawValue, hasOrder ? "order in the vault" : nil, prescriber,
      prescriberDEA.map { "DEA \($0.text)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }

  /// What must still be written down, in words; empty when nothing is lacking.
  package var lacks: [String] {
    var lacks: [String] = []
    if !hasOrder && prescriber == nil { lacks.append("the order or the prescriber") }
    if route == nil { lacks.append("the route") }
    return lacks
  }

  /// What both say, where nothing is said twice.
  package func completed(by later: Particulars) -> Particulars {
    Particulars(
      hasOrder: hasOrder || later.hasOrder, prescriber: prescriber ?? later.prescriber,
      prescriberDEA: prescriberDEA ?? later.prescriberDEA, authority: authority ?? later.authority,
      route: route ?? later.route)
  }

  /// The names of what is said here.
  var said: [String] {
    let all: [(String, Bool)] = [
      ("order", hasOrder), ("prescriber", prescriber != nil),
      ("prescriber's DEA number", prescriberDEA != nil), ("authority", authority != nil),
      ("route", route != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  func faults(of product: Product?) -> [EventFault] {
    var faults: [EventFault] = []
    if let prescriber { faults += Words.faults(prescriber, of: "the prescriber") }
    if let route { faults += Route.faults(route, of: product) }
    return faults
  }

  /// A number alone is nobody's.
  var nobodysNumber: [EventFault] {
    prescriberDEA != nil && prescriber == nil
      ? [EventFault("the prescriber's DEA number is there without the prescriber's name")] : []
  }
}

extension State {
  /// What is written down about a dose, with everything that was added later; `nil` for an entry
  /// that is not a dose, or is corrected.
  package func particulars(of dose: Int64) -> Particulars? {
    guard let given = reversible[dose] as? Administration else { return nil }
    let later = (completions[dose] ?? []).compactMap { reversible[$0] as? AdministrationCompleted }
    return later.reduce(given.particulars) { $0.completed(by: $1.particulars) }
  }

  /// The dose that an entry records; `nil` for another kind of entry, or one that is corrected.
  package func dose(_ entry: Int64) -> Administration? { reversible[entry] as? Administration }

  /// The doses of which something must still be written down, by entry, oldest first.
  package var incompleteDoses: [(entry: Int64, dose: Administration, lacks: [String])] {
    lacking.sorted().compactMap { seq in
      guard let dose = reversible[seq] as? Administration, let all = particulars(of: seq)
      else { return nil }
      return (seq, dose, all.lacks)
    }
  }

  /// Keeps the list of incomplete doses right after something was said, or taken back, of one.
  mutating func noteParticulars(of dose: Int64) {
    if let all = particulars(of: dose), !all.lacks.isEmpty {
      lacking.insert(dose)
    } else {
      lacking.remove(dose)
    }
  }
}
