import ArgumentParser
import Dispensary
import Foundation
import Interchange
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports

/// `custody status`: what the next shift must know.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What needs attention, what is open, what is on hand.",
    discussion: """
        custody status                 what needs attention first, then the rest
        custody status --for ana       what Ana holds, before she leaves
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Only what this person holds.", valueName: "name"))
  var person: String?

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let report = StatusReport(
      state: desk.state, now: desk.now, zone: desk.zone,
      warnings: Warnings.unprotectedKeys(ledger) + Warnings.witnesses(desk.state),
      person: try person.map { try desk.person($0).id })
    if ledger.json { return Console.print(report.json) }
    Console.print(report.text.trimmingLine)
  }
}

/// What `status` and `verify` keep mentioning.
enum Warnings {
  static func unprotectedKeys(_ ledger: LedgerOptions) -> [String] {
    let names = KeyFiles.unprotected(ledger)
    guard !names.isEmpty else { return [] }
    return [
      "key files without a passphrase: \(names.joined(separator: ", ")); "
        + "whoever has the file can sign"
    ]
  }
}

extension String {
  /// Without the last line feed, which printing adds.
  var trimmingLine: String { hasSuffix("\n") ? String(dropLast()) : self }
}

/// A period, as people type it.
struct PeriodOptions: ParsableArguments {
  @Option(help: ArgumentHelp("From this day or time on.", valueName: "time")) var from: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Up to this day or time.", valueName: "time"))
  var to: String?

  func bounds(_ desk: Desk) throws -> (from: Instant?, to: Instant?) {
    let from = try self.from.map {
      try LocalTime.readPeriod($0, end: false, now: desk.now, zone: desk.zone)
    }
    let to = try self.to.map {
      try LocalTime.readPeriod($0, end: true, now: desk.now, zone: desk.zone)
    }
    if let from, let to, to < from {
      throw Failure.usage("the period ends before it begins", hint: "see `--from` and `--to`")
    }
    return (from, to)
  }
}

/// `custody history`: what was recorded, entry by entry.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "What was recorded, entry by entry.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup var period: PeriodOptions
  @Option(help: "One entry, with all its fields.") var entry: Int64?
  @Flag(help: "With --entry: who took part without a key, and what visitors took, from the vault.")
  var outsider = false
  @Flag(help: "With --entry: its note and reason from the vault, where it is about no patient.")
  var words = false
  @Option(help: "Only this product.") var product: String?
  @Option(name: .shortAndLong, help: "Only this lot.") var lot: String?
  @Option(help: "Only this container.") var container: String?
  @Option(help: "Only what this person did or witnessed.") var person: String?
  @Option(name: .shortAndLong, help: "Only this patient, by code.") var patient: String?
  @Option(help: "Only this type, such as `draw`.") var type: String?

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    var filter = HistoryFilter()
    (filter.from, filter.to) = try period.bounds(desk)
    filter.product = try product.map { try desk.product($0).product.id }
    filter.lot = lot
    filter.container = try container.map { try ContainerID($0) }
    filter.person = try person.map { try desk.person($0).id }
    filter.patient = try patient.map { try PatientCode($0) }
    filter.type = type
    if let type, Events.byType[type] == nil {
      throw Failure.usage(
        "`\(type)` is not a type of entry",
        hint: Known.suggestion(type, among: Array(Events.byType.keys))
          ?? "one of " + Events.byType.keys.sorted().joined(separator: ", "))
    }
    let items = try HistoryItems.all(desk)
    if let entry { return try detail(entry, items, desk) }
    let report = HistoryReport(
      items.filter { filter.admits($0, in: desk.state) }, state: desk.state, zone: desk.zone)
    if ledger.json { return Console.print(report.json) }
    Console.print(report.text.trimmingLine)
  }

  private func detail(_ entry: Int64, _ items: [HistoryItem], _ desk: Desk) throws {
    guard entry >= 0, entry < desk.state.size else {
      throw Failure.usage(
        "there is no entry \(entry)", hint: "the ledger has entries 0 to \(desk.state.size - 1)")
    }
    let report = HistoryReport(
      ledger.json ? [items[Int(entry)]] : items, state: desk.state, zone: desk.zone)
    let values = try fromVault(entry, desk)
    if ledger.json {
      guard outsider || words, case .object(var members) = report.json else {
        return Console.print(report.json)
      }
      members["vault"] = .array(values.map { [$0.name: .string($0.value)] })
      return Console.print(.object(members))
    }
    Console.print((report.detail(entry) ?? "").trimmingLine)
    guard outsider || words else { return }
    Console.print("\nfrom the vault" + (values.isEmpty ? "\n  nothing" : ""))
    for value in values { Console.print("  \(value.name)  \(value.value)") }
  }

  /// What was asked for of an entry's private values: visitors of any entry, and the words of one
  /// that is about no patient.
  private func fromVault(_ entry: Int64, _ desk: Desk) throws -> [(name: String, value: String)] {
    let patient = desk.state.journal[Int(entry)].patient
    if words, let patient {
      throw Failure(
        .refused, "entry \(entry) is about \(desk.code(patient))",
        hint: "`custody patient records \(desk.code(patient))` shows its words, and is recorded")
    }
    let names = (outsider ? Outsiders.names : []) + (words ? ["note", "reason"] : [])
    return names.isEmpty ? [] : try Outsiders.values(of: entry, named: names, desk)
  }
}

/// Reads who took part without a key out of the vault: visitors, never patients.
enum Outsiders {
  static let names = ["outsider", "copies", "samples"]

  static func values(
    of entry: Int64, named names: [String], _ desk: Desk
  ) throws -> [(name: String, value: String)] {
    try desk.custodian.store.read { snapshot in
      try snapshot.openings(of: entry).compactMap { opening in
        guard names.contains(opening.name),
          let disclosure = try? Disclosure(opening.disclosure)
        else { return nil }
        return (opening.name, disclosure.value.text ?? "")
      }
    }.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
  }
}

/// Reads the entries of a ledger for its history.
enum HistoryItems {
  static func all(_ desk: Desk) throws -> [HistoryItem] {
    var items: [HistoryItem] = []
    try desk.custodian.store.read { snapshot in
      try snapshot.forEachEntry(through: desk.state.size - 1) { raw in
        guard let bytes = raw.body else { return }
        let body = try EntryBody(reading: bytes)
        let recorded = try RecordedEvent(body)
        items.append(
          HistoryItem(
            seq: body.seq, recordedAt: body.ts, occurredAt: body.at, event: recorded.event,
            by: recorded.context.by, witnesses: recorded.context.witnesses,
            notes: recorded.notes, leafBase64: Base64.encode(raw.leaf),
            hits: body.fields["review"]?["hits"]?.texts ?? []))
      }
    }
    return items
  }
}

/// `custody reconcile`: the accountability chart.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Add up what came, what went and what is there.",
    discussion: """
      For each drug, strength and form: opening, receipts and overfill are what must be accounted \
      for; the latest count, rolled to the end of the period, and every way out are what is. The \
      status is 3 when they differ, 11 when something was not counted.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup var period: PeriodOptions
  @Option(help: "Only this product.") var product: String?
  @Option(help: ArgumentHelp("List the entries behind a line of the chart.", valueName: "line"))
  var entries: String?

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let (from, to) = try period.bounds(desk)
    let head = try desk.custodian.store.read { try $0.head() }
    let products =
      try product.map { [try desk.product($0).product.id] }
      ?? desk.state.products.keys.sorted()
    let charts = products.compactMap { Reconciliation(of: $0, in: desk.state, from: from, to: to) }
      .filter { product != nil || !$0.isQuiet }
    guard !charts.isEmpty else {
      throw Failure(
        .notProven, "nothing was ever on hand in this period, so there is nothing to reconcile")
    }
    if let entries { return try drillDown(entries, charts, desk) }
    let reports = charts.map {
      ReconciliationReport(
        $0, state: desk.state, zone: desk.zone,
        head: head.map { ReconciliationReport.Head(size: $0.size, root: $0.root) })
    }
    if ledger.json {
      Console.print([
        "schema": "custody/reconciliations/1", "charts": .array(reports.map(\.json)),
      ])
    } else {
      Console.print(reports.map(\.text.trimmingLine).joined(separator: "\n\n"))
    }
    try end(charts)
  }

  /// A difference weighs more than a missing count: it is known, and must be acted on.
  private func end(_ charts: [Reconciliation]) throws {
    let statuses = Set(charts.map(\.outcome.status))
    if statuses.contains(ExitStatus.discrepancies.rawValue) { throw StatusOnly(.discrepancies) }
    if statuses.contains(ExitStatus.notProven.rawValue) { throw StatusOnly(.notProven) }
  }

  private func drillDown(_ name: String, _ charts: [Reconciliation], _ desk: Desk) throws {
    var numbers: Set<Int64> = []
    for chart in charts { numbers.formUnion(chart.line(name)?.entries ?? []) }
    guard !numbers.isEmpty else {
      let names = charts.flatMap { ($0.accountableLines + $0.accountedLines).map(\.name) }.unique
      throw Failure.usage(
        "no line of the chart is called `\(name)`", hint: "one of " + names.joined(separator: ", "))
    }
    let items = try HistoryItems.all(desk).filter { numbers.contains($0.seq) }
    let report = HistoryReport(items, state: desk.state, zone: desk.zone)
    if ledger.json { return Console.print(report.json) }
    Console.print(report.text.trimmingLine)
  }
}

extension Reconciliation {
  /// Whether the product was never on hand and never moved.
  var isQuiet: Bool {
    accountableLines.allSatisfy { $0.amount.isZero && $0.entries.isEmpty }
      && accountedLines.allSatisfy { $0.amount.isZero && $0.entries.isEmpty }
      && closing.isEmpty && uncounted.isEmpty
  }
}

/// `custody export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "The ledger in other programs' formats.",
    subcommands: [HledgerExport.self, BundleExport.self])

  struct HledgerExport: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "hledger", abstract: "A journal that hledger can check.",
      discussion: "Try `custody export hledger > journal && hledger -f journal check balance`.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Option(name: .shortAndLong, help: ArgumentHelp("Write it to a file.", valueName: "file"))
    var output: String?

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let journal = Hledger.journal(of: desk.state, zone: desk.zone)
      guard let output else { return Console.print(journal.trimmingLine) }
      do { try Data(journal.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
        throw Failure(.failed, "the file `\(output)` cannot be written")
      }
    }
  }
}
