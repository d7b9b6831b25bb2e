import Notation

/// One lot on an invoice or in an inventory, counted in base units.
package struct StockLine: Hashable, Sendable {
  package var item: Item
  /// The last day of its use; `nil` where nobody could read what the carton says, which only a
  /// receipt may have.
  package var expires: CivilDate?
  package var position: Position
  package var amount: Amount

  package init(item: Item, expires: CivilDate?, position: Position, amount: Amount) {
    self.item = item
    self.expires = expires
    self.position = position
    self.amount = amount
  }

  /// - Parameter mayLackExpiry: whether `expires` may be absent.
  init(_ fields: inout Fields, mayLackExpiry: Bool = false) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    expires = mayLackExpiry ? try fields.optional("expires") : try fields.value("expires")
    let account: Account = try fields.value("account")
    guard case .stock(let position) = account else {
      throw fields.fault("account", "is not stock: `\(account.text)`")
    }
    self.position = position
    amount = try fields.amount("quantity")
  }

  var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("expires", expires)
    members.put("account", Account.stock(position))
    members.put("quantity", amount)
    return members
  }

  func faults(in state: State, mayLackExpiry: Bool = false) -> [EventFault] {
    var faults = Known.product(item.product, in: state)
    faults += Known.location(position.location, in: state)
    faults += LotNumber.faults(item.lot)
    if expires == nil, !mayLackExpiry {
      faults.append(
        EventFault(
          "the expiry of lot `\(item.lot)` is not said",
          hint: "only a receipt may wait for it: `custody receive … --expires unreadable`"))
    }
    if let known = state.lots[item], let expires, known != expires {
      faults.append(
        EventFault(
          "lot `\(item.lot)` expires \(known.text) in the ledger, not \(expires.text)",
          hint: "read the label again; a lot has one expiry date"))
    }
    if case .container = position.holding {
      faults.append(EventFault("opened containers are not received"))
    }
    return faults
  }

  /// What a later carton says of a lot holds for an earlier one, too.
  func unfold(in state: inout State) {
    if let expires {
      state.lots[item] = expires
      state.unreadLots.remove(item)
    } else if state.lots[item] == nil {
      state.unreadLots.insert(item)
    }
  }

  /// Lines of one entry that contradict one another about a lot.
  static func contradictions(among lines: [StockLine]) -> [EventFault] {
    var days: [Item: CivilDate] = [:]
    return lines.compactMap { line in
      guard let expires = line.expires else { return nil }
      let first = days[line.item, default: expires]
      days[line.item] = first
      guard first != expires else { return nil }
      return EventFault(
        "lot `\(line.item.lot)` expires \(first.text) in one line and \(expires.text) in another",
        hint: "read the label again; a lot has one expiry date")
    }
  }
}

/// Lot numbers as printed: up to 20 visible characters (GS1 application identifier 10).
package enum LotNumber {
  package static func faults(_ text: String) -> [EventFault] {
    let bytes = text.utf8
    guard (1...20).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      return [
        EventFault(
          "`\(text)` is not a lot number", hint: "1 to 20 characters as printed, without spaces")
      ]
    }
    return []
  }
}
