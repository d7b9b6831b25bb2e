import Notation

/// A kit is unpacked: its devices become single units of the same lot.
package struct KitUnpacked: Event {
  package static let type = "kit.unpack"
  package static let isPhysical = true
  package static let isReversible = true

  package var item: Item
  package var from: Position
  /// How many units the kits held in all.
  package var amount: Amount
  /// How many kits were unpacked.
  package var kits: Int64

  package init(item: Item, from: Position, amount: Amount, kits: Int64) {
    self.item = item
    self.from = from
    self.amount = amount
    self.kits = kits
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    amount = try fields.amount("quantity")
    kits = try fields.whole("kits")
  }

  package var members: Members {
    var members = Members()
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("quantity", amount)
    members.put("kits", whole: kits)
    return members
  }

  package var postings: [Posting] {
    var target = from
    target.holding = .sealed
    return .moving(amount, of: item, from: .stock(from), to: .stock(target))
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Known.item(item, in: state)
    guard case .kit(let code) = from.holding else {
      return faults + [EventFault("only kits are unpacked; vials are opened")]
    }
    faults += Known.positive(amount, "the number of units")
    if !comesOut(of: code, of: state.products[item.product]) {
      faults.append(EventFault("\(amount.wire) units do not come out of \(tally(kits, "kit"))"))
    }
    return faults
  }

  /// As many units as the package holds; of a package that nobody described, as many in each kit.
  private func comesOut(of code: String, of product: Product?) -> Bool {
    guard (1...100_000).contains(kits) else { return false }
    if let ndc = try? NDC(code), let package = product?.package(named: ndc),
      let containers = package.containers(named: ndc),
      let contents = try? package.container.times(containers).times(kits)
    {
      return contents.amount == amount
    }
    let step = product?.countsWholeUnits == true ? 1000 * kits : kits
    return amount.thousandths.isMultiple(of: step)
  }
}
