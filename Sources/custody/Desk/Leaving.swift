import ArgumentParser
import Dispensary
import Notation
import Recordkeeping

/// Which stock is meant, where there is more than one.
struct WhichOptions: ParsableArguments {
  @Option(name: .place, help: "Where it is.") var place: String?
  @Option(name: .shortAndLong, help: "The lot, where there are several.") var lot: String?
  @Option(help: "The status, where there are several: available, expired, damaged and so on.")
  var status: String?
}

/// Stock that leaves in one line or in several.
struct LeavingOptions: ParsableArguments {
  @OptionGroup var which: WhichOptions
  @Option(
    help: ArgumentHelp(
      "One line of several: WHAT,AMOUNT[,PLACE[,LOT[,STATUS]]]. Repeatable.", valueName: "line"))
  var line: [String] = []
}

/// What a line names: stock, and the container that is finished with it.
struct Leaving {
  var account: Account
  var item: Item
  var amount: Amount
  /// The opened container of which everything leaves.
  var emptied: ContainerID?
}

/// What people type for stock that leaves.
struct LeavingTarget {
  var what: String
  var quantity: String?
  var place: String?
  var lot: String?
  var status: String?

  /// Whether everything is meant.
  var isAll: Bool { quantity == "all" || quantity == "rest" }

  init(_ what: String, _ quantity: String?, _ which: WhichOptions) {
    (self.what, self.quantity) = (what, quantity)
    (place, lot, status) = (which.place, which.lot, which.status)
  }

  /// - Throws: a ``Failure`` for text that is not `WHAT,AMOUNT[,PLACE[,LOT[,STATUS]]]`.
  init(line text: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmingSpaces }
    guard (2...5).contains(parts.count), !parts[0].isEmpty else {
      throw Failure.usage(
        "`\(text)` is not a line", hint: "write WHAT,AMOUNT[,PLACE[,LOT[,STATUS]]]")
    }
    func part(_ index: Int) -> String? {
      parts.count > index && !parts[index].isEmpty ? parts[index] : nil
    }
    (what, quantity, place) = (parts[0], part(1), part(2))
    (lot, status) = (part(3), part(4))
  }
}

extension LeavingOptions {
  /// The one thing that is named by arguments, and those of the lines.
  func targets(_ what: String?, _ quantity: String?) throws -> [LeavingTarget] {
    var targets = try line.map { try LeavingTarget(line: $0) }
    if let what {
      let (what, quantity) = CounterWords.ordered(what, quantity)
      targets.insert(LeavingTarget(what, quantity, which), at: 0)
    }
    guard !targets.isEmpty else {
      throw Failure.usage("nothing is named", hint: "name a container, a draw or a product")
    }
    return targets
  }
}

extension Desk {
  /// The stock that a line means.
  ///
  /// - Parameter preferred: the status that is meant where nobody names one and several stand there;
  ///   it is said which was taken.
  func leaving(
    _ target: LeavingTarget, preferring preferred: Position.Status? = nil
  ) throws -> Leaving {
    if let id = try? ContainerID(target.what) { return try container(id, target) }
    if let id = try? DrawID(target.what) { return try loose(id, target) }
    return try unopened(target, preferred)
  }

  /// The lines of an event on stock, with the containers that it finishes.
  func leaving(
    _ targets: [LeavingTarget], preferring preferred: Position.Status? = nil
  ) throws -> (lines: [OutgoingLine], emptied: [ContainerID]) {
    let all = try targets.map { try leaving($0, preferring: preferred) }
    let lines = try all.map { leaving in
      guard case .stock(let position) = leaving.account else {
        throw Failure.usage(
          "`\(place(leaving.account))` is in somebody's hands",
          hint: "put it back, waste it, or lock it away with `custody waste --hold`")
      }
      return OutgoingLine(item: leaving.item, position: position, quantity: leaving.amount)
    }
    return (lines, all.compactMap(\.emptied))
  }

  private func container(_ id: ContainerID, _ target: LeavingTarget) throws -> Leaving {
    guard let container = state.containers[id] else { throw unknown(id) }
    let book = state.balance(.stock(container.position), container.item)
    let isAll = target.isAll || target.quantity == nil
    let amount = try isAll ? book : self.amount(target.quantity ?? "", ofItem: container.item)
    return Leaving(
      account: .stock(container.position), item: container.item, amount: amount,
      emptied: isAll && container.status == .open ? id : nil)
  }

  /// Drug out of its container: in hands before what was set down.
  private func loose(_ id: DrawID, _ target: LeavingTarget) throws -> Leaving {
    let draw = try self.draw(id.text)
    let aside = state.setDown(id)
    let left = state.remaining(draw)
    let account: Account
    if !left.isZero || aside.isEmpty {
      account = .draw(id)
    } else {
      account = .stock(try one(aside, target, id.text).position)
    }
    let held = state.balance(account, draw.item)
    let isAll = target.isAll || target.quantity == nil
    return Leaving(
      account: account, item: draw.item,
      amount: try isAll ? held : amount(target.quantity ?? "", ofItem: draw.item))
  }

  private func unopened(
    _ target: LeavingTarget, _ preferred: Position.Status?
  ) throws -> Leaving {
    let (product, package) = try self.product(target.what, lot: target.lot, place: target.place)
    guard let quantity = target.quantity else {
      throw Failure.usage(
        "how much of \(product.name) is meant is not said", hint: "such as `2 vials`, or `all`")
    }
    let goods = target.isAll ? nil : try self.goods(quantity, of: product, package)
    let here = state.stock.filter { stock in
      guard stock.item.product == product.id else { return false }
      switch stock.position.holding {
      case .sealed, .kit: return goods.map { $0.holding == stock.position.holding } ?? true
      case .container, .loose: return false
      }
    }
    let stock = try one(here, target, product.name, preferred)
    return Leaving(
      account: .stock(stock.position), item: stock.item, amount: goods?.amount ?? stock.amount)
  }

  /// The one stock that place, lot and status leave.
  private func one(
    _ stock: [Stock], _ target: LeavingTarget, _ name: String,
    _ preferred: Position.Status? = nil
  ) throws -> Stock {
    let place = try target.place.map(location)
    let status = try target.status.map { text in
      guard let status = Position.Status(rawValue: text) else {
        throw Failure.usage(
          "`\(text)` is not a status of stock",
          hint: Position.Status.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return status
    }
    let here = stock.filter {
      (place == nil || $0.position.location == place)
        && (target.lot == nil || $0.item.lot == knownLot(target.lot, of: $0.item.product))
        && (status == nil || $0.position.status == status)
    }
    if here.count == 1 { return here[0] }
    let usual = here.filter { $0.position.status == preferred }
    if status == nil, usual.count == 1, let only = usual.first {
      Console.say(
        "lot \(only.item.lot) at \(only.position.location.text) is taken, which is "
          + "\(only.position.status.rawValue); `--status` names another")
      return only
    }
    let list = (here.isEmpty ? stock : here).map {
      "lot \($0.item.lot) at \(self.place(.stock($0.position)))"
    }
    guard here.isEmpty else {
      throw Failure.usage(
        "\(name) is in \(here.count) places: " + list.joined(separator: ", "),
        hint: "say which, with the place, the lot or the status")
    }
    throw Failure(
      .notEnough, "no such stock of \(name) is on hand",
      hint: list.isEmpty
        ? "`custody status` shows what is on hand" : "there is " + list.joined(separator: ", "))
  }

  private func amount(_ text: String, ofItem item: Item) throws -> Amount {
    guard let product = state.products[item.product] else {
      preconditionFailure("what is on hand is of a known product")
    }
    return try amount(text, of: product)
  }

  /// Closes containers that an act has taken everything from.
  func close(_ containers: [ContainerID], _ act: ActOptions, to writing: Writing) throws {
    for id in containers {
      let desk = seeing(writing)
      guard let container = desk.state.containers[id], container.status == .open,
        desk.state.balance(.stock(container.position), container.item).isZero
      else { continue }
      let event = ContainerEmptied(id: id, item: container.item, from: container.position)
      try desk.add(event, act.withoutCase, to: writing)
    }
  }
}

extension State {
  /// Where what was drawn under a number stands out of its container.
  func setDown(_ id: DrawID) -> [(position: Position, item: Item, amount: Amount)] {
    stock.filter { $0.position.holding == .loose(id) }
  }
}
