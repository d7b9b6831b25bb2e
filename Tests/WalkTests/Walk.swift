import Dispensary
import Notation

/// One step that was tried: the draft, what it means, and what an outsider expects of it.
struct Step {
  var name: String
  var event: any Event
  var act: Act
  var notes = Notes()
  var explained: (id: String, item: Item, amount: Int64, place: String)?
  var occurredAt: Instant?
  /// Whether it must be refused, must be accepted, or either (corrections of used entries).
  var refused: Bool? = false
}

/// A walk through the clinic: what it has seen so far, without asking the state for it.
struct Walk {
  struct Vial {
    var id: Int
    var item: Item
    var place: LocationID
    var isOpen = true
    var overfill: Int64 = 0
    var reading: Int64 = 0
    var position: Position { Position(place, .container(try! ContainerID(number: id))) }
    var text: String { "stock:\(place):available:general:V-\(id)" }
  }

  struct Hand {
    var id: Int
    var item: Item
    var text: String { "draw:D-\(id)" }
  }

  struct Past {
    var seq: Int64
    var step: Step
    var tally: [(String, Item, Int64)] = []
    var at: Instant
    var corrected = false
  }

  var clinic: Clinic
  var model = NaiveModel()
  var dice: Dice
  var vials: [Vial] = []
  var hands: [Hand] = []
  var cases: [(id: Int, item: Item, place: String)] = []
  var past: [Past] = []
  var nextVial = 1
  var nextDraw = 1
  var nextCase = 1
  var nextShipment = 1
  var shipments: [(id: Int, item: Item)] = []
  var reached: [String: Int] = [:]

  init(seed: UInt64) throws {
    clinic = try Clinic.stocked()
    dice = Dice(seed: seed)
    let vault = "stock:vault:available:general:sealed"
    model.see(.receive(Clinic.ketamine, 25_000, place: vault))
    model.see(.receive(Clinic.ketamineB, 25_000, place: vault))
    model.see(.receive(Clinic.testosterone, 3_000, place: vault))
    model.see(
      .receive(Clinic.spray, 4_000, place: "stock:vault:available:general:kit-\(Clinic.kit)"))
  }

  static let items = [Clinic.ketamine, Clinic.ketamineB, Clinic.spray, Clinic.testosterone]
  static let places = [Clinic.vault, Clinic.room]

  static func isLiquid(_ item: Item) -> Bool { item != Clinic.spray }
  static func size(_ item: Item) -> Int64 {
    item == Clinic.testosterone || item == Clinic.spray ? 1_000 : 5_000
  }
  /// USP <1151>: 0.10 mL for 1 mL, 0.30 mL for 5 mL.
  static func cap(_ item: Item) -> Int64 { size(item) == 1_000 ? 100 : 300 }

  static func stock(_ place: LocationID, _ holding: String = "sealed") -> String {
    "stock:\(place):available:general:\(holding)"
  }
}

// MARK: Taking a step and comparing

extension Walk {
  struct Astray: Error, CustomStringConvertible {
    let description: String
  }

  mutating func step(_ number: Int) throws {
    guard let step = propose() else { return }
    let before = (clinic.state.size, clinic.state.balances.count, clinic.state.lastTouched.buckets)
    let future = step.occurredAt == nil && dice.chance(1)
    let occurredAt = future ? clinic.now.adding(milliseconds: 1) : step.occurredAt
    let size = clinic.state.size
    do {
      let entry = try clinic.record(step.event, at: occurredAt, notes: step.notes)
      guard step.refused != true, !future else { throw Astray(description: "\(step) was accepted") }
      reached[step.name, default: 0] += 1
      if step.occurredAt != nil { reached["late", default: 0] += 1 }
      try see(step, entry, seq: size)
      try compare(entry)
    } catch let refusal as EventRefused {
      guard step.refused != false || future else {
        throw Astray(description: "step \(number), \(step.name): \(refusal) for \(step.event)")
      }
      reached["refused \(step.name)", default: 0] += 1
      guard clinic.state.size == before.0, clinic.state.balances.count == before.1,
        clinic.state.lastTouched.buckets == before.2
      else { throw Astray(description: "a refusal changed the state at step \(number)") }
    }
  }

  /// The model learns what happened.
  private mutating func see(_ step: Step, _ entry: RecordedEvent, seq: Int64) throws {
    if let correction = step.event as? Correction {
      try undo(correction.entry)
      return
    }
    var record = Past(seq: seq, step: step, at: entry.context.occurredAt)
    if case .tally(let item, let at, let counted, let id, let container) = step.act {
      let surplus = counted - model.at(at, item)
      let other = id.map { "case:\($0)" } ?? container.map { "measurement:\($0)" } ?? "none"
      record.tally = [(at, item, surplus), (other, item, -surplus)]
    }
    model.see(step.act)
    if let explained = step.explained {
      model.explain(explained.id, explained.item, explained.amount, to: explained.place)
    }
    remember(step, sign: 1)
    past.append(record)
  }

  private mutating func undo(_ seq: Int64) throws {
    guard let index = past.lastIndex(where: { $0.seq == seq }) else {
      throw Astray(description: "entry \(seq) was corrected and is unknown")
    }
    past[index].corrected = true
    let step = past[index].step
    reached["corrected \(step.name)", default: 0] += 1
    if case .tally = step.act {
      model.undo(tally: past[index].tally)
    } else {
      model.see(step.act, sign: -1)
    }
    if let explained = step.explained {
      model.explain(explained.id, explained.item, explained.amount, to: explained.place, sign: -1)
    }
    remember(step, sign: -1)
  }

  private mutating func remember(_ step: Step, sign: Int64) {
    switch step.event {
    case let opened as ContainerOpened:
      if sign > 0 {
        vials.append(Vial(id: nextVial, item: opened.item, place: opened.from.location))
        nextVial += 1
      } else {
        vials.removeAll { $0.id == opened.id.number }
      }
    case let moved as Move:
      change(moved.from) { $0.place = sign > 0 ? moved.to : moved.from.location }
    case let drawn as Draw:
      change(drawn.from) { $0.overfill += sign * drawn.overfill.thousandths }
      if sign > 0 {
        hands.append(Hand(id: nextDraw, item: drawn.item))
        nextDraw += 1
      }
      open(drawn.caseID, drawn.item, drawn.from, sign)
    case let sent as Shipment where sign > 0:
      shipments.append((nextShipment, sent.lines[0].item))
      nextShipment += 1
    case let spilled as Spill where sign > 0 && spilled.remnant != nil: nextDraw += 1
    case let emptied as ContainerEmptied:
      change(emptied.from) {
        $0.isOpen = sign < 0
        $0.reading += sign * emptied.measurement.thousandths
      }
      open(emptied.caseID, emptied.item, emptied.from, sign)
    case let count as PhysicalCount:
      for line in count.lines {
        if line.caseID == nil {
          change(line.position) { $0.reading -= sign * line.difference.thousandths }
        }
        open(line.caseID, line.item, line.position, sign)
      }
    default: break
    }
    // Closed draws are asked for now and then, old ones no more.
    let model = self.model
    if hands.count > 60 {
      hands = hands.filter { model.at($0.text, $0.item) != 0 } + hands.suffix(5)
      hands = Array(hands.suffix(50))
    }
    if vials.count > 60 {
      let closed = Set(vials.filter { !$0.isOpen }.prefix(20).map(\.id))
      vials.removeAll { closed.contains($0.id) && model.at($0.text, $0.item) == 0 }
    }
    if past.count > 400 { past.removeFirst(200) }
    if cases.count > 200 { cases.removeFirst(100) }
  }

  private mutating func change(_ position: Position, _ body: (inout Vial) -> Void) {
    guard case .container(let id) = position.holding,
      let index = vials.firstIndex(where: { $0.id == id.number })
    else { return }
    body(&vials[index])
  }

  private mutating func open(_ id: CaseID?, _ item: Item, _ position: Position, _ sign: Int64) {
    guard let id, sign > 0 else { return }
    cases.append((id.number, item, Account.stock(position).text))
    nextCase += 1
  }

  /// The balances touched agree, and the entry closes.
  private mutating func compare(_ entry: RecordedEvent) throws {
    guard entry.postings.unbalanced.isEmpty else {
      throw Astray(description: "postings do not close: \(entry.postings)")
    }
    for bucket in clinic.state.lastTouched.buckets {
      try compare(bucket)
      let kind = bucket.account.text.split(separator: ":")[0]
      reached["account \(kind)", default: 0] += 1
    }
  }

  private func compare(_ bucket: Bucket) throws {
    let book = clinic.state.balance(bucket).thousandths
    let mine = model.at(bucket.account.text, bucket.item)
    guard book == mine else {
      throw Astray(
        description: "\(bucket.account.text) \(bucket.item.lot): ledger \(book), model \(mine)")
    }
    guard book >= 0 || bucket.account.mayBeNegative else {
      throw Astray(description: "\(bucket.account.text) is negative")
    }
  }

  func compareEverything() throws {
    guard clinic.state.balances.count == model.holds.count else {
      let mine = Set(model.holds.keys)
      let theirs = Set(
        clinic.state.balances.keys.map { NaiveModel.key($0.account.text, $0.item) })
      throw Astray(description: "balances differ: \(mine.symmetricDifference(theirs).sorted())")
    }
    var sums: [Item: Int64] = [:]
    for (bucket, amount) in clinic.state.balances {
      try compare(bucket)
      sums[bucket.item, default: 0] += amount.thousandths
    }
    guard sums.values.allSatisfy({ $0 == 0 }) else {
      throw Astray(description: "all accounts together are not zero: \(sums)")
    }
    for vial in vials
    where clinic.state.containers[try ContainerID(number: vial.id)].map({
      ($0.status == .open) != vial.isOpen || $0.position != vial.position
        || $0.overfill.thousandths != vial.overfill
    }) ?? true {
      throw Astray(description: "V-\(vial.id) differs from the one on the shelf")
    }
  }
}
