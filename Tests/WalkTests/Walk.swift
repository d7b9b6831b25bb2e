import Dispensary
import Notation

/// One step that was tried: the draft, what it means, and what an outsider expects of it.
struct Step {
  var name: String
  var event: any Event
  var act: Act = .nothing
  var occurredAt: Instant?
  /// Whether it must be refused.
  var refused = false
  var notes = Notes()
  /// What it takes back out of cases.
  var explained: [Flow] = []
  /// Whether a correction may reverse it.
  var isReversible = true
  /// What the walk remembers of it under its entry, and with -1 forgets again.
  var learn: (inout Walk, _ seq: Int64, _ sign: Int64) -> Void = { _, _, _ in }
}

/// A walk through the clinic: what it has seen so far, without asking the state for it.
struct Walk {
  struct Vial {
    var id: Int
    var item: Item
    /// Where it stood when it was opened.
    var opened: Position
    var position: Position
    var isOpen = true
    /// The entry that emptied it.
    var ended: Int64?
    var overfill: Int64 = 0
    var isVoided = false
    var text: String { Account.stock(position).text }
  }

  struct Hand {
    var id: Int
    var item: Item
    var owner: String
    var drawnBy: PersonID
    var drawnFor: PatientID?
    /// What was diluted, how far, and how much of it has gone in.
    var prepared: (held: Int64, total: Int64, infused: Int64)?
    var handoffs: [(seq: Int64, to: PersonID)] = []
    var stagings: [(seq: Int64, until: Instant)] = []
    var doses: [(seq: Int64, to: PatientID)] = []
    var isVoided = false
    /// Only what was left of a spill: nobody ever held it.
    var isRemnant = false

    var text: String { "draw:D-\(id)" }
    var draw: DrawID { try! DrawID(number: id) }
    var holder: PersonID { handoffs.last?.to ?? drawnBy }
    var patient: PatientID? { drawnFor ?? doses.first?.to }
  }

  struct Spot {
    var position: Position
    var item: Item
    var text: String { Account.stock(position).text }
  }

  struct Past {
    var seq: Int64
    var step: Step
    var flows: [Flow]
    var corrected = false
  }

  var clinic: Clinic
  var model = NaiveModel()
  var dice: Dice
  /// Who signs the entry at hand, and who has seen it.
  var actor = Clinic.ana
  var seers: [PersonID] = []

  /// By number, from 1.
  var vials: [Vial] = []
  var hands: [Hand] = []
  /// The numbers of those that are still looked at.
  var openVials: [Int] = []
  var busyHands: [Int] = []
  var cases: [(id: Int, item: Item, place: Position)] = []
  var spots: [Spot] = []
  var knownSpots: Set<String> = []
  var past: [Past] = []
  var corrections: [Int64] = []
  var corrected: Set<Int64> = []
  var shipments: [Sent] = []
  var receipts: [Int64: Delivery] = [:]
  var orders: [Ordered] = []
  var doses: [Int64: Given] = [:]
  var recentDoses: [Int64] = []
  var prescriptions: [Rx] = []
  var batches: [Batch] = []
  var newLots = 0
  var mentions: [Item: Int] = [:]
  var expiries: [Item: CivilDate] = [:]
  var office = OfficeDiary()
  var reached: [String: Int] = [:]
  /// All that was recorded since the clinic was founded.
  var entries: [RecordedEvent] = []

  var nextDraw: Int { hands.count + 1 }
  var nextCase = 1

  init(seed: UInt64) throws {
    clinic = try Clinic()
    dice = Dice(seed: seed)
    try setUp()
  }

  static let cleo = try! PersonID("p3")
  static let people = [Clinic.ana, Clinic.ben, cleo, try! PersonID("p4")]
  static let nobody = try! PersonID("p99999")
  static let depot = try! SupplierID("cardinal")
  static let items = [Clinic.ketamine, Clinic.ketamineB, Clinic.spray, Clinic.testosterone]
  static let places = [Clinic.vault, Clinic.room]
  static let statuses: [Position.Status] = [.quarantined, .expired, .recalled, .damaged]
  static let shelves = [
    Spot(position: Position(Clinic.vault), item: Clinic.ketamine),
    Spot(position: Position(Clinic.vault), item: Clinic.ketamineB),
    Spot(position: Position(Clinic.vault), item: Clinic.spray),
    Spot(position: Position(Clinic.vault), item: Clinic.testosterone),
    Spot(position: Position(Clinic.room), item: Clinic.ketamine),
    Spot(position: Position(Clinic.room), item: Clinic.spray),
  ]

  static func isLiquid(_ item: Item) -> Bool { item != Clinic.spray }
  static func size(_ item: Item) -> Int64 {
    switch item.product {
    case Clinic.testosterone.product, Clinic.spray.product: 1_000
    case Clinic.nasal.product: 10_000
    default: 5_000
    }
  }
  /// USP <1151>: 0.10 mL for 1 mL, 0.30 mL for 5 mL.
  static func cap(_ item: Item) -> Int64 { size(item) == 1_000 ? 100 : 300 }
  static func text(_ position: Position) -> String { Account.stock(position).text }

  static func stock(_ place: LocationID, _ holding: String = "sealed") -> String {
    "stock:\(place):available:general:\(holding)"
  }

  func held(_ spot: Spot) -> Int64 { model.at(spot.text, spot.item) }
  func held(_ hand: Hand) -> Int64 { model.at(hand.text, hand.item) }
  func held(_ vial: Vial) -> Int64 { model.at(vial.text, vial.item) }
}

// MARK: Taking a step and comparing

extension Walk {
  struct Astray: Error, CustomStringConvertible {
    let description: String
  }

  mutating func step(_ number: Int) throws {
    actor = dice.pick(Walk.people) ?? Clinic.ana
    seers = dice.chance(30) ? [dice.pick(Walk.people) ?? Clinic.ben] : []
    guard var step = propose() else { return }
    accompany(&step)
    let before = (clinic.state.size, clinic.state.balances.count, clinic.state.lastTouched.buckets)
    do {
      let entry = try clinic.record(
        step.event, by: actor, witnesses: seers, at: step.occurredAt, notes: step.notes)
      guard !step.refused else { throw Astray(description: "\(step) was accepted") }
      entries.append(entry)
      try see(step, entry)
      try compare(entry)
    } catch let refusal as EventRefused {
      guard step.refused else {
        throw Astray(description: "step \(number), \(step.name): \(refusal) for \(step.event)")
      }
      reached["refused \(step.name)", default: 0] += 1
      guard clinic.state.size == before.0, clinic.state.balances.count == before.1,
        clinic.state.lastTouched.buckets == before.2
      else { throw Astray(description: "a refusal changed the state at step \(number)") }
    }
  }

  /// What any act may have about it: a future, a stranger, a downtime, a reason to be looked at.
  private mutating func accompany(_ step: inout Step) {
    if step.occurredAt == nil, dice.chance(1) {
      step.occurredAt = clinic.now.adding(milliseconds: 1)
      step.refused = true
    }
    if dice.chance(1) {
      actor = Walk.nobody
      step.refused = true
    } else if dice.chance(1) {
      seers.append(Walk.nobody)
      step.refused = true
    }
    if dice.chance(3), let downtime = dice.pick(office.downtimes.suffix(3)) {
      step.notes.downtime = downtime.id
      if !downtime.contains(step.occurredAt ?? clinic.now) { step.refused = true }
    }
    step.notes.alreadyHappened = type(of: step.event).isPhysical && dice.chance(4)
    if dice.chance(5) { step.notes.doneBy = "CC" }
    if dice.chance(5) { step.notes.source = dice.chance(90) ? "paper" : "rumor" }
    if step.notes.source == "rumor" { step.refused = true }
  }

  /// The model learns what happened.
  private mutating func see(_ step: Step, _ entry: RecordedEvent) throws {
    let seq = entry.context.seq
    reached[step.name, default: 0] += 1
    office.signers[seq] = actor
    if step.occurredAt != nil { reached["late", default: 0] += 1 }
    if step.notes.downtime != nil { reached["in downtime", default: 0] += 1 }
    if seers.contains(where: { $0 != actor }) { reached["witnessed", default: 0] += 1 }
    if step.notes.alreadyHappened { office.reviews[seq] = false }
    if let correction = step.event as? Correction {
      corrections.append(seq)
      try undo(correction.entry)
      return
    }
    let flows = model.flows(of: step.act) + step.explained
    model.see(flows)
    note(flows, sign: 1)
    step.learn(&self, seq, 1)
    past.append(Past(seq: seq, step: step, flows: flows))
    if past.count > 600 { past.removeFirst(200) }
  }

  private mutating func undo(_ seq: Int64) throws {
    guard let index = past.lastIndex(where: { $0.seq == seq }) else {
      throw Astray(description: "entry \(seq) was corrected and is unknown")
    }
    past[index].corrected = true
    corrected.insert(seq)
    reached["corrected \(past[index].step.name)", default: 0] += 1
    model.see(past[index].flows, sign: -1)
    note(past[index].flows, sign: -1)
    let learn = past[index].step.learn
    learn(&self, seq, -1)
  }

  /// Which lots are spoken of, and where stock has stood.
  private mutating func note(_ flows: [Flow], sign: Int) {
    for flow in flows where flow.amount != 0 {
      if flow.item.lot.hasPrefix("F") { mentions[flow.item, default: 0] += sign }
      guard sign > 0, case .stock(let position)? = Account(flow.to) else { continue }
      if knownSpots.insert(NaiveModel.key(flow.to, flow.item)).inserted {
        spots.append(Spot(position: position, item: flow.item))
      }
    }
    guard spots.count > 200 else { return }
    for spot in spots.prefix(100) { knownSpots.remove(NaiveModel.key(spot.text, spot.item)) }
    spots.removeFirst(100)
  }

  /// The balances touched agree, and the entry closes.
  mutating func compare(_ entry: RecordedEvent) throws {
    guard entry.postings.unbalanced.isEmpty else {
      throw Astray(description: "postings do not close: \(entry.postings)")
    }
    for bucket in clinic.state.lastTouched.buckets {
      try compare(bucket)
      let kind = bucket.account.text.split(separator: ":")[0]
      reached["account \(kind)", default: 0] += 1
    }
  }

  func compare(_ bucket: Bucket) throws {
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
}

// MARK: The first morning

extension Walk {
  /// A third and a fourth person, a depot that takes things back, a product of the house, and
  /// stock from before the ledger and from a supplier.
  private mutating func setUp() throws {
    for (number, name, role) in [(3, "cleo", Role.nurse), (4, "dan", .pharmacist)] {
      try enter(
        PersonAdded(
          id: try PersonID("p\(number)"), handle: try Handle(name), name: name, initials: "XX",
          roles: [role]))
    }
    try enter(
      SupplierAdded(id: Walk.depot, name: "Cardinal", address: "3 Depot St", dea: Clinic.dea))
    try enter(ProductAdded(product: try Clinic.nasalSpray()))
    try first(
      InitialInventory(
        moment: .open,
        lines: [Clinic.line(Clinic.testosterone, 3_000).stock]),
      [Flow(3_000, of: Clinic.testosterone, from: "prior-inventory", to: Walk.stock(Clinic.vault))])
    let kits = Position(Clinic.vault, .kit(Clinic.kit))
    try first(
      Receipt(
        supplier: Clinic.supplier, invoice: "INV-1",
        lines: [
          Clinic.line(Clinic.ketamine, 25_000), Clinic.line(Clinic.ketamineB, 25_000),
          Clinic.line(Clinic.spray, 4_000, kits),
        ]),
      [
        Flow(
          25_000, of: Clinic.ketamine, from: "supplier:mckesson", to: Walk.stock(Clinic.vault)),
        Flow(
          25_000, of: Clinic.ketamineB, from: "supplier:mckesson", to: Walk.stock(Clinic.vault)),
        Flow(4_000, of: Clinic.spray, from: "supplier:mckesson", to: Walk.text(kits)),
      ])
  }

  private mutating func first(_ event: any Event, _ flows: [Flow]) throws {
    model.see(flows)
    note(flows, sign: 1)
    try compare(try enter(event))
  }

  @discardableResult
  private mutating func enter(_ event: any Event) throws -> RecordedEvent {
    let entry = try clinic.record(event, witnesses: [Clinic.ben])
    entries.append(entry)
    return entry
  }
}
