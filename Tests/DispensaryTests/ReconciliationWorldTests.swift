import Dispensary
import Notation
import Testing

/// A generator that repeats itself, so that a failure can be told by its seed.
private struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// What is really there, told apart from what is recorded.
///
/// Every act changes the glass at once. Its entry follows at once, or hours later, after a count or
/// before; thefts, spills and what a vial holds above its label have no entry at all.
private struct World {
  var story: Story
  var chance: Seeded
  var minute = 600
  /// What is really in each place, by `vault` or `vault/V-1`.
  var glass: [String: Int64] = [:]
  /// What came into the world or left it without an entry, in thousandths.
  var unrecorded: Int64 = 0
  /// Doses given but not yet recorded: when, how much, from which container.
  var pending: [(at: String, amount: Int64, place: String)] = []
  /// Prescriptions that were filled with an unopened vial, which comes back to a shelf or stays.
  var held: [RxID] = []

  init(seed: UInt64) throws {
    story = try Story(reading: seed % 2 == 0 ? "0" : "0.1")
    chance = Seeded(seed)
  }

  /// Minutes after midnight of the first day, as a story tells them.
  private func clock(_ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(1 + minute / 1440)) \(two(minute / 60 % 24)):\(two(minute % 60))"
  }

  private func text(_ thousandths: Int64) -> String { Amount(thousandths: thousandths).wire }

  private func book(_ place: String) -> Int64 {
    story.state.balance(.stock(Story.position(place)), Story.item()).thousandths
  }

  private var containers: [String] { glass.keys.filter { $0.contains("/") }.sorted() }

  mutating func live(_ days: Int) throws {
    for _ in 0..<days * 8 {
      // Often twice in one minute, so that the order of entries matters.
      minute += Int.random(in: 0...2, using: &chance) * 45
      try act()
    }
    if Bool.random(using: &chance) { try recordPending() }
    minute += 60
    try count(glass.keys.sorted(), at: minute)
    minute += 60
    try recordPending()
  }

  private mutating func act() throws {
    switch Int.random(in: 0..<16, using: &chance) {
    case 0, 1: try receive()
    case 2, 3: try open()
    case 4, 5: try dose(late: false)
    case 6: try dose(late: true)
    case 7: steal()
    case 8: try recordPending()
    case 9: try carry()
    case 10: try finish()
    case 11, 12: try take()
    case 13: try bringBack()
    case 14: try leave()
    default: try countSome()
    }
  }

  private mutating func receive() throws {
    let place = Bool.random(using: &chance) ? "vault" : "room"
    try story.receive(clock(minute), "10", to: place)
    glass[place, default: 0] += 10_000
  }

  private mutating func open() throws {
    guard let place = ["vault", "room"].first(where: { glass[$0, default: 0] >= 5_000 }),
      book(place) >= 5_000
    else { return }
    let id = story.state.newContainer
    try story.open(clock(minute), from: place)
    let surplus = Int64.random(in: 0...300, using: &chance)
    glass[place, default: 0] -= 5_000
    glass["\(place)/\(id.text)"] = 5_000 + surplus
    unrecorded += surplus
  }

  private mutating func dose(late: Bool) throws {
    guard let place = containers.randomElement(using: &chance), let left = glass[place], left > 0
    else { return }
    let amount = Int64.random(in: 1...min(left, 1_200), using: &chance)
    glass[place] = left - amount
    if late {
      pending.append((clock(minute), amount, place))
    } else {
      try story.dose(clock(minute), text(amount), from: place)
    }
  }

  /// An unopened vial goes from a shelf into will-call.
  private mutating func take() throws {
    guard let place = ["vault", "room"].randomElement(using: &chance),
      glass[place, default: 0] >= 5_000, book(place) >= 5_000
    else { return }
    held.append(try story.fill(clock(minute), "5", from: place))
    glass[place, default: 0] -= 5_000
  }

  /// What is in will-call comes back, to whatever shelf.
  private mutating func bringBack() throws {
    guard let place = ["vault", "room"].randomElement(using: &chance), !held.isEmpty else { return }
    try story.takeBack(clock(minute), "5", held.removeFirst(), to: place)
    glass[place, default: 0] += 5_000
  }

  /// An unopened vial is shipped, and arrives or does not, or is destroyed, or spilled.
  private mutating func leave() throws {
    guard let place = ["vault", "room"].randomElement(using: &chance),
      glass[place, default: 0] >= 5_000, book(place) >= 5_000
    else { return }
    glass[place, default: 0] -= 5_000
    let line = OutgoingLine(
      item: Story.item(), position: Story.position(place), quantity: Story.amount("5"))
    switch Int.random(in: 0..<3, using: &chance) {
    case 0: try ship(line)
    case 1:
      let event = Destruction(lines: [line], method: "incineration", place: line.position.location)
      try story.add(event, at: clock(minute))
    default:
      let event = Spill(
        from: .stock(line.position), item: line.item, unrecoverable: line.quantity,
        recoverable: .zero)
      try story.add(event, at: clock(minute))
    }
  }

  private mutating func ship(_ line: OutgoingLine) throws {
    let (id, supplier) = (story.state.new(ShipmentID.self), try SupplierID("acme"))
    try story.add(
      Shipment(id: id, to: .supplier, supplier: supplier, reason: .unwanted, lines: [line]),
      at: clock(minute))
    guard Bool.random(using: &chance) else { return }
    try story.add(
      ShipmentAcknowledged(
        id: id, to: .supplier, supplier: supplier,
        lines: [.init(item: line.item, quantity: line.quantity)]), at: clock(minute))
  }

  private mutating func steal() {
    guard let place = glass.keys.sorted().randomElement(using: &chance), let left = glass[place]
    else { return }
    // Sealed stock goes by the vial.
    let amount =
      place.contains("/") ? Int64.random(in: 0...max(0, left), using: &chance) : min(left, 5_000)
    glass[place] = left - amount
    unrecorded -= amount
  }

  private mutating func recordPending() throws {
    for late in pending {
      // Whoever knows of a case says so, half of the time.
      var explains: [Explanation] = []
      let parts = story.state.division(
        of: Amount(thousandths: late.amount), from: Story.position(late.place), Story.item())
      if Bool.random(using: &chance),
        let record = story.state.openCases.first(where: {
          $0.account == .stock(Story.position(late.place)) && story.state.unexplained($0).isPositive
        })
      {
        let amount = min(parts.book, story.state.unexplained(record))
        if amount.isPositive {
          explains = [
            Explanation(
              caseID: record.id, account: record.account, item: record.item, amount: amount)
          ]
        }
      }
      try story.dose(
        late.at, text(late.amount), from: late.place, recorded: clock(minute), explains: explains)
    }
    pending = []
  }

  /// Only by day: a late entry names the place where the container stands now.
  private mutating func carry() throws {
    guard pending.isEmpty, let place = containers.randomElement(using: &chance), book(place) > 0
    else { return }
    let parts = place.split(separator: "/")
    let target = parts[0] == "vault" ? "room" : "vault"
    try story.move(clock(minute), text(book(place)), from: place, to: target)
    glass["\(target)/\(parts[1])"] = glass.removeValue(forKey: place)
  }

  private mutating func finish() throws {
    guard pending.isEmpty, let place = containers.randomElement(using: &chance) else { return }
    // What is left in the glass goes down the drain, and nobody writes it down.
    unrecorded -= glass.removeValue(forKey: place) ?? 0
    try story.empty(clock(minute), place)
  }

  private mutating func countSome() throws {
    let places = glass.keys.sorted().filter { _ in Bool.random(using: &chance) }
    try count(places, at: minute)
  }

  private mutating func count(_ places: [String], at minute: Int) throws {
    guard !places.isEmpty else { return }
    var next = story.state.newCase.number
    let lines = try places.map { place in
      let bucket = Bucket(.stock(Story.position(place)), Story.item())
      var line = PhysicalCount.Line(
        item: bucket.item, position: Story.position(place),
        counted: Amount(thousandths: glass[place] ?? 0), book: story.state.balance(bucket))
      if !line.difference.isZero, !story.state.isReading(line) {
        line.caseID = try CaseID(number: next)
        next += 1
      }
      return line
    }
    guard lines.allSatisfy({ story.state.lots[$0.item] != nil }) else { return }
    try story.add(PhysicalCount(method: .counted, lines: lines), at: clock(minute))
  }

  /// What the chart must say: the unrecorded gains and losses, less the overfill that was recorded.
  func difference(from: Instant?) -> Amount {
    let overfill = -story.state.balance(.overfill, Story.item()).thousandths
    return Amount(thousandths: unrecorded - overfill)
  }
}

@Suite("Reconciliation against a true world")
struct ReconciliationWorldTests {
  @Test("when all is counted, the difference is what was really lost", arguments: UInt64(1)...1000)
  func truth(_ seed: UInt64) throws {
    var world = try World(seed: seed)
    try world.live(Int(1 + seed % 4))
    let chart = try #require(
      Reconciliation(of: Story.ketamine, in: world.story.state, from: nil, to: nil))
    if chart.outcome != .notCounted || !world.glass.isEmpty {
      #expect(chart.difference == world.difference(from: nil), "seed \(seed)")
    }
    #expect(chart.adds, "seed \(seed)")
  }

  @Test("two periods add up to one", arguments: UInt64(1)...100)
  func periods(_ seed: UInt64) throws {
    var world = try World(seed: seed)
    try world.live(3)
    let state = world.story.state
    guard let middle = state.counts.dropLast().last?.at ?? state.counts.last?.at else { return }
    let first = try #require(Reconciliation(of: Story.ketamine, in: state, from: nil, to: middle))
    let second = try #require(Reconciliation(of: Story.ketamine, in: state, from: middle, to: nil))
    let whole = try #require(Reconciliation(of: Story.ketamine, in: state, from: nil, to: nil))
    #expect(first.adds && second.adds && whole.adds, "seed \(seed)")
    func net(_ chart: Reconciliation) -> Amount {
      chart.accountable
        - chart.accountedLines.filter {
          if case .out = $0.kind { true } else { false }
        }.map(\.amount).sum
    }
    let opening = second.accountableLines.filter { $0.name.hasPrefix("opening") }.map(\.amount).sum
    let held = first.holds.map(\.amount).sum
    #expect(net(first) - held == opening, "seed \(seed)")
    #expect(net(second) - opening + net(first) == net(whole), "seed \(seed)")
  }
}
