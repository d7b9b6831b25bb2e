import Dispensary
import Notation

/// What a person did, in words that need no postings.
enum Act {
  case receive(Item, Int64, place: String)
  case carry(Item, Int64, from: String, to: String)
  case take(
    Item, Int64, from: String, draw: String, overfill: Int64, beyond: Int64, case: String?,
    loss: Int64)
  case use(Item, Int64, draw: String, end: String)
  case wasteStraight(Item, Int64, from: String)
  case nothing
  case finish(
    Item, from: String, container: String, hub: Int64, reading: Int64, missing: Int64, case: String?
  )
  case tally(Item, at: String, counted: Int64, case: String?, container: String?)
  /// Anything else: so much of it went from one account to another.
  case flow([Flow])
}

/// A quantity that went from one account to another, in thousandths.
struct Flow {
  var item: Item
  var amount: Int64
  var from: String
  var to: String

  init(_ amount: Int64, of item: Item, from: String, to: String) {
    self.item = item
    self.amount = amount
    self.from = from
    self.to = to
  }
}

/// The ledger as a child would keep it: one number for each account, product and lot.
struct NaiveModel {
  var holds: [String: Int64] = [:]

  static func key(_ account: String, _ item: Item) -> String {
    "\(account)|\(item.product)|\(item.lot)"
  }

  private mutating func add(_ account: String, _ item: Item, _ amount: Int64) {
    let key = NaiveModel.key(account, item)
    let sum = holds[key, default: 0] + amount
    holds[key] = sum == 0 ? nil : sum
  }

  func at(_ account: String, _ item: Item) -> Int64 { holds[NaiveModel.key(account, item)] ?? 0 }

  mutating func see(_ act: Act, sign: Int64 = 1) {
    switch act {
    case .nothing: break
    case .flow(let flows):
      for flow in flows {
        add(flow.from, flow.item, -flow.amount * sign)
        add(flow.to, flow.item, flow.amount * sign)
      }
    case .receive(let item, let amount, let place):
      add("supplier:mckesson", item, -amount * sign)
      add(place, item, amount * sign)
    case .carry(let item, let amount, let from, let to):
      add(from, item, -amount * sign)
      add(to, item, amount * sign)
    case .take(let item, let amount, let from, let draw, let overfill, let beyond, let id, let loss):
      add(from, item, -(amount - overfill - beyond) * sign)
      add("overfill", item, -overfill * sign)
      if let id { add("case:\(id)", item, -beyond * sign) }
      add("dead-space", item, loss * sign)
      add("draw:\(draw)", item, (amount - loss) * sign)
    case .use(let item, let amount, let draw, let end):
      add("draw:\(draw)", item, -amount * sign)
      add(end, item, amount * sign)
    case .wasteStraight(let item, let amount, let from):
      add(from, item, -amount * sign)
      add("wasted", item, amount * sign)
    case .finish(let item, let from, let container, let hub, let reading, let missing, let id):
      add(from, item, -(hub + reading + missing) * sign)
      add("dead-space", item, hub * sign)
      add("measurement:\(container)", item, reading * sign)
      if let id { add("case:\(id)", item, missing * sign) }
    case .tally(let item, let at, let counted, let id, let container):
      let other = id.map { "case:\($0)" } ?? container.map { "measurement:\($0)" } ?? ""
      let surplus = counted - self.at(at, item)
      if surplus != 0 { add(other, item, -surplus) }
      add(at, item, surplus)
    }
  }

  /// A late entry takes stock back out of the case that had it missing.
  mutating func explain(
    _ id: String, _ item: Item, _ amount: Int64, to place: String, sign: Int64 = 1
  ) {
    add("case:\(id)", item, -amount * sign)
    add(place, item, amount * sign)
  }

  mutating func undo(tally changes: [(String, Item, Int64)]) {
    for (account, item, amount) in changes { add(account, item, -amount) }
  }
}

/// SplitMix64: the same walk for the same seed on every machine.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &self)
  }
  mutating func chance(_ percent: Int64) -> Bool { number(1...100) <= percent }
  mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &self) }
}
