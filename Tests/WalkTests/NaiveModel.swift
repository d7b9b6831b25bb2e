import Dispensary
import Notation

/// What a person did, in words that need no postings.
enum Act {
  case nothing
  /// So much of it went from one account to another.
  case flow([Flow])
  /// It was counted: what the book had more or less went to a case or to the readings.
  case tally(Item, at: String, counted: Int64, case: String?, container: String?)

  static func flow(_ amount: Int64, of item: Item, from: String, to: String) -> Act {
    .flow([Flow(amount, of: item, from: from, to: to)])
  }
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

  /// What an act moves, given what is there.
  func flows(of act: Act) -> [Flow] {
    switch act {
    case .nothing: return []
    case .flow(let flows): return flows
    case .tally(let item, let at, let counted, let id, let container):
      let other = id.map { "case:\($0)" } ?? container.map { "measurement:\($0)" } ?? ""
      return [Flow(counted - self.at(at, item), of: item, from: other, to: at)]
    }
  }

  mutating func see(_ flows: [Flow], sign: Int64 = 1) {
    for flow in flows where flow.amount != 0 {
      add(flow.from, flow.item, -flow.amount * sign)
      add(flow.to, flow.item, flow.amount * sign)
    }
  }

  /// The accounts of which less would be there than nothing, were these taken back.
  func short(without flows: [Flow]) -> [String] {
    var after = NaiveModel()
    for flow in flows {
      for account in [flow.from, flow.to] {
        after.holds[NaiveModel.key(account, flow.item)] = at(account, flow.item)
      }
    }
    after.see(flows, sign: -1)
    return after.holds.filter { $0.value < 0 && NaiveModel.isOnHand($0.key) }.map(\.key)
  }

  static func isOnHand(_ key: String) -> Bool {
    ["stock:", "draw:", "will-call:", "in-transit:", "compounding:"].contains {
      key.hasPrefix($0)
    }
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
  mutating func pick<Items: RandomAccessCollection>(_ items: Items) -> Items.Element? {
    items.randomElement(using: &self)
  }
}
