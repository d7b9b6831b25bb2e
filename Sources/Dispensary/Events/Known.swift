/// Checks that what an event names is known, with a way to find what was meant.
package enum Known {
  package static func location(_ id: LocationID, in state: State) -> [EventFault] {
    guard state.locations[id] == nil else { return [] }
    return [unknown("location", id.text, among: state.locations.keys.map(\.text), "location list")]
  }

  package static func product(_ id: ProductID, in state: State) -> [EventFault] {
    guard state.products[id] == nil else { return [] }
    return [unknown("product", id.text, among: state.products.keys.map(\.text), "product list")]
  }

  package static func supplier(_ id: SupplierID, in state: State) -> [EventFault] {
    guard state.suppliers[id] == nil else { return [] }
    return [unknown("supplier", id.text, among: state.suppliers.keys.map(\.text), "supplier list")]
  }

  package static func person(_ id: PersonID, in state: State) -> [EventFault] {
    guard state.people[id] == nil else { return [] }
    return [unknown("person", id.text, among: [], "person list")]
  }

  package static func patient(_ id: PatientID, in state: State) -> [EventFault] {
    state.patients[id] == nil
      ? [
        EventFault(
          "this patient is not known", hint: "`custody patient find NAME` or `custody patient add`")
      ]
      : []
  }

  /// A lot that the ledger has seen, of a product that it knows.
  package static func item(_ item: Item, in state: State) -> [EventFault] {
    let faults = product(item.product, in: state)
    guard faults.isEmpty, !state.isKnown(item) else { return faults }
    let lots = state.lots(of: item.product)
    return [
      EventFault(
        "lot `\(item.lot)` of `\(item.product.text)` is not known",
        hint: suggestion(item.lot, among: lots) ?? "`custody status` lists the lots on hand")
    ]
  }

  package static func unknown(
    _ kind: String, _ text: String, among names: [String], _ list: String
  ) -> EventFault {
    EventFault(
      "\(kind) `\(text)` is not known",
      hint: suggestion(text, among: names) ?? "`custody \(list)` shows what is there")
  }

  /// "did you mean", for a name at most two edits away.
  package static func suggestion(_ text: String, among names: [String]) -> String? {
    let close = names.map { (edits($0, text), $0) }.filter { $0.0 <= 2 }.min { $0 < $1 }
    return close.map { "did you mean `\($0.1)`?" }
  }

  /// The Levenshtein distance between two short texts.
  static func edits(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (i, a) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let change = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }

  /// A quantity that must be more than nothing.
  package static func positive(_ amount: Amount, _ what: String) -> [EventFault] {
    amount.isPositive ? [] : [EventFault("\(what) must be more than zero, not \(amount.wire)")]
  }
}

extension State {
  /// The lots of a product that the ledger has seen.
  package func lots(of product: ProductID) -> [String] {
    (Array(lots.keys) + unreadLots).filter { $0.product == product }.map(\.lot)
  }

  /// Whether the ledger has seen a lot.
  package func isKnown(_ item: Item) -> Bool { lots[item] != nil || unreadLots.contains(item) }
}
