/// So much of one lot at one place, as part of what leaves the site.
package struct OutgoingLine: Hashable, Sendable {
  package var item: Item
  package var position: Position
  package var quantity: Amount

  package init(item: Item, position: Position, quantity: Amount) {
    self.item = item
    self.position = position
    self.quantity = quantity
  }

  init(_ fields: inout Fields) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    position = try fields.position("account")
    quantity = try fields.amount("quantity")
  }

  var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("account", Account.stock(position))
    members.put("quantity", quantity)
    return members
  }

  package var bucket: Bucket { Bucket(.stock(position), item) }
}

extension [OutgoingLine] {
  /// All lines of an entry, each with every member used.
  init(_ fields: inout Fields, _ key: String = "lines") throws(WireFault) {
    self = try fields.list(key) { fields throws(WireFault) in try OutgoingLine(&fields) }
  }

  func postings(to target: Account) -> [Posting] {
    flatMap { [Posting].moving($0.quantity, of: $0.item, from: .stock($0.position), to: target) }
  }

  /// - Parameter verb: what happened to them, such as `destroyed`.
  func faults(_ verb: String, in state: State) -> [EventFault] {
    var faults = isEmpty ? [EventFault("nothing is \(verb)")] : []
    if Set(map(\.bucket)).count != count {
      faults.append(
        EventFault("the same stock stands on two lines", hint: "write one line with the sum"))
    }
    for line in self {
      faults += StockPart.faults(line.item, line.position, line.quantity, verb, in: state)
    }
    return faults
  }
}

/// What every act on stock checks: it is known by what it stands in.
enum StockPart {
  static func faults(
    _ item: Item, _ position: Position, _ quantity: Amount, _ verb: String, in state: State
  ) -> [EventFault] {
    var faults = Known.positive(quantity, "the quantity \(verb)")
    faults += Known.location(position.location, in: state)
    switch position.holding {
    case .sealed, .kit: faults += Known.item(item, in: state)
    case .container(let id):
      faults += held(
        state.containers[id]?.item, item, "container", id.text,
        among: state.containers.keys.map(\.text))
    case .loose(let id):
      faults += held(
        state.draws[id]?.item, item, "draw", id.text, among: state.draws.keys.map(\.text))
    }
    return faults
  }

  /// The names are asked for only where nothing has this one: there may be very many.
  private static func held(
    _ held: Item?, _ item: Item, _ kind: String, _ id: String,
    among names: @autoclosure () -> [String]
  ) -> [EventFault] {
    guard let held else { return [Known.unknown(kind, id, among: names(), "status")] }
    return held == item ? [] : [EventFault("`\(id)` is not what this entry says it is")]
  }
}

extension Account {
  /// The draw by which drug out of its container is known: in hands, or set down.
  package var looseDraw: DrawID? {
    switch self {
    case .draw(let id): id
    case .stock(let position):
      if case .loose(let id) = position.holding { id } else { nil }
    default: nil
    }
  }
}
