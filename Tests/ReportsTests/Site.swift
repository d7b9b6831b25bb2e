import Dispensary
import LedgerCore
import Notation
import Reports

/// One week at a clinic, for all the reports.
enum Site {
  /// New York, as the desk would hand it in.
  static let zone = Zone(
    name: "America/New_York",
    transitions: [
      .init(from: Instant("2026-03-08T07:00:00.000Z")!, offsetSeconds: -14_400),
      .init(from: Instant("2026-11-01T06:00:00.000Z")!, offsetSeconds: -18_000),
    ])

  static func week() throws -> Story {
    var story = try Story()
    try story.initial("2 13:00", ("A1", "vault", "10"))
    try story.receive("2 15:00", "20", lot: "B2")
    let short = Receipt.Line(
      stock: try Story.line("S1", "vault/kit-50458-028-02", "4", Story.spray),
      invoiced: Story.amount("6"))
    try story.add(
      Receipt(supplier: try SupplierID("acme"), invoice: "INV-77", lines: [short]), at: "2 15:05")
    try story.open("3 14:00")
    let first = try story.draw("3 14:05", "0.7", from: "vault/V-1")
    try story.give("3 14:06", "0.5", of: first)
    try story.waste("3 14:07", "0.2", of: first)
    let wrong = try story.receive("3 15:00", "5", lot: "B2")
    try story.correct(wrong, at: "3 15:30")
    try story.count("4 22:00", ("vault", "5"), ("vault/V-1", "3.8"))
    try story.count("4 22:01", ("vault", "20"), lot: "B2")
    try story.dose("4 18:00", "0.3", from: "vault/V-1", recorded: "5 13:00")
    let second = try story.draw("5 14:00", "0.5", from: "vault/V-1")
    try story.add(
      PutBack(
        draw: second, item: Story.item(), quantity: Story.amount("0.5"),
        to: Story.position("vault"), stagedUntil: Story.time("5 18:00")), at: "5 14:01")
    try story.draw("5 14:30", "1", from: "vault/V-1")
    var owned = try Story.line("P1", "vault", "2")
    owned.position.owner = Story.patient.text
    let delivery = Receipt.Line(stock: owned, invoiced: owned.amount)
    try story.add(
      Receipt(
        supplier: try SupplierID("acme"), invoice: "INV-78", lines: [delivery],
        hasPrescription: true),
      at: "5 14:45")
    return story
  }

  static let head = ReconciliationReport.Head(size: 27, root: SHA256.hash([1, 2, 3]))
}

extension Story {
  var items: [HistoryItem] {
    entries.map { entry in
      HistoryItem(
        seq: entry.context.seq, recordedAt: entry.context.recordedAt,
        occurredAt: entry.context.occurredAt, event: entry.event, by: entry.context.by,
        witnesses: entry.context.witnesses, notes: entry.notes,
        leafBase64: SHA256.hash([UInt8(entry.context.seq)]).base64,
        hits: entry.event is Waste ? ["waste.witness-required"] : [])
    }
  }
}

extension Story {
  /// Sets aside what stands available at a place, where it is.
  mutating func setAside(
    _ at: String, _ amount: String, from place: String, as status: Position.Status
  ) throws {
    var target = Story.position(place)
    target.status = status
    try add(
      SetAside(
        item: Story.item(), from: .stock(Story.position(place)), to: target,
        amount: Story.amount(amount), reason: "recall"), at: at)
  }

  /// Sets aside what is left of a draw, in the room.
  mutating func setAside(_ at: String, _ id: DrawID, _ amount: String) throws {
    try add(
      SetAside(
        item: Story.item(), from: .draw(id),
        to: Position(try LocationID("room"), .loose(id), status: .quarantined),
        amount: Story.amount(amount), reason: "no-show"), at: at)
  }
}
