import ArgumentParser
import Dispensary
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports

/// To whom a disclosure is made, and what for.
struct DisclosureOptions: ParsableArguments {
  @Option(
    help: """
      What for: \(RecordsDisclosed.Purpose.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var purpose: String

  @Option(
    help: ArgumentHelp("Who receives it; kept in the vault.", valueName: "who")) var recipient:
    String
}

extension PatientCommand {
  struct Records: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show who a patient is and every entry about them, as a recorded disclosure.",
      discussion: """
          custody patient records P-12 --purpose patient --recipient -
        The disclosure is recorded and signed before anything is shown (45 CFR 164.528).
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup var disclosure: DisclosureOptions
    @Argument(help: "The patient's code, such as `P-12`.") var patient: String

    func run() throws {
      let desk = try Desk.open(ledger)
      let id = try desk.patient(patient)
      let seq = try desk.disclose(
        .records, of: id, purpose: disclosure.purpose, recipient: disclosure.recipient, signing)
      guard let seq else { return }
      let known = try Identity.all(of: id, Identity.entries(desk.state), desk)
      var filter = HistoryFilter()
      filter.patient = desk.state.patients[id]?.code
      let report = HistoryReport(
        try HistoryItems.all(desk), state: desk.state, zone: desk.zone, filter: filter)
      let words = try PrivateWords.about(id, desk)
      if ledger.json { return Console.print(json(id, known, words, report, seq, desk)) }
      for line in Records.lines(id, known, desk) { Console.print(line) }
      Console.print("\n" + report.text.trimmingLine)
      guard !words.isEmpty else { return }
      Console.print("\nwords from the vault")
      for word in words { Console.print("  entry \(word.seq), \(word.name): \(word.value)") }
    }

    private static func lines(_ id: PatientID, _ known: Identity, _ desk: Desk) -> [String] {
      let merged = desk.mergedCodes(of: id)
      return [
        "patient  " + desk.code(id) + (merged.isEmpty ? "" : ", merged with \(merged)"),
        "name     " + (known["name"] ?? "(erased)"),
        "address  " + (known["address"] ?? "(erased)"),
        "born     " + (known["birth_date"] ?? "(not recorded)"),
      ]
    }

    private func json(
      _ id: PatientID, _ known: Identity, _ words: [PrivateWords], _ report: HistoryReport,
      _ seq: Int64,
      _ desk: Desk
    ) -> JSON {
      func text(_ name: String) -> JSON { known[name].map { .string($0) } ?? .null }
      return [
        "schema": "custody/patient-records/1", "patient": .string(desk.code(id)),
        "merged": .string(desk.mergedCodes(of: id)), "disclosure": .integer(seq),
        "name": text("name"), "address": text("address"), "birth_date": text("birth_date"),
        "words": .array(
          words.map {
            [
              "entry": .integer($0.seq), "name": .string($0.name), "value": .string($0.value),
            ]
          }),
        "history": report.json,
      ]
    }
  }

  struct Disclosures: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List who was shown what about a patient in the last six years (45 CFR 164.528).",
      discussion: """
        Without options it shows no names. With `--recipient` and `--purpose` it is the accounting \
        for the patient, with the recipients, and is itself recorded first.
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The patient's code, such as `P-12`.") var patient: String
    @Option(help: "Whom this accounting is for; it then names the recipients.")
    var recipient: String?
    @Option(help: "What this accounting is for.") var purpose: String = "patient"

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: recipient == nil)
      let id = try desk.patient(patient)
      if let recipient {
        let seq = try desk.disclose(
          .disclosures, of: id, purpose: purpose, recipient: recipient, signing)
        guard seq != nil else { return }
      }
      let recipients = recipient == nil ? nil : try PrivateWords.about(id, desk)
      let columns = ["entry", "when", "by", "purpose", "what"]
      Listing.print(
        ledger, "disclosures", columns + (recipients == nil ? [] : ["recipient"]),
        lastSixYears(id, desk).map { made in
          let row = [
            "\(made.seq)", desk.zone.shown(made.at), desk.signer(ofEntry: made.seq),
            made.event.purpose.rawValue, made.event.content.rawValue,
          ]
          guard let recipients else { return row }
          let who = recipients.first { $0.seq == made.seq && $0.name == "recipient" }?.value
          return row + [who ?? "(erased)"]
        })
    }

    private func lastSixYears(_ id: PatientID, _ desk: Desk) -> [DisclosureRecord] {
      let today = desk.zone.day(of: desk.now)
      // Six years to the day; the 29th of February reaches back to the 28th.
      let first =
        CivilDate(year: today.year - 6, month: today.month, day: today.day)
        ?? CivilDate(year: today.year - 6, month: today.month, day: today.day - 1)
      return desk.state.office.disclosures.filter { made in
        desk.state.isSame(made.event.subject, id)
          && first.map { desk.zone.day(of: made.at) >= $0 } ?? true
      }
    }
  }
}

extension Desk {
  /// Records a disclosure, signed, before anything is shown.
  ///
  /// - Returns: its entry; `nil` for a rehearsal, after which nothing may be shown.
  func disclose(
    _ content: RecordsDisclosed.Content, of id: PatientID, purpose: String, recipient: String,
    _ signing: SigningOptions
  ) throws -> Int64? {
    let event = RecordsDisclosed(
      subject: id, purpose: try Codes.read(purpose, "a purpose"), content: content)
    let privates = [try secret("recipient", recipient)]
    let before = state
    let done = try write(signing) { try $0.add($0.draft(event, privates: privates)) }
    // What is shown is the answer; that it was recorded is talk beside it, unless it is all.
    if signing.dryRun || !options.json { say(done, before: before, dryRun: signing.dryRun) }
    warn()
    return signing.dryRun ? nil : done.first?.seq
  }
}

/// A private value of an entry about a patient: a note, a reason, a recipient.
struct PrivateWords {
  let seq: Int64
  let name: String
  let value: String

  /// Those of every entry about a patient, but for who the patient is.
  static func about(_ id: PatientID, _ desk: Desk) throws -> [PrivateWords] {
    let records = desk.state.identities(of: id)
    let identity = ["name", "address", "birth_date"]
    return try desk.custodian.store.read { snapshot in
      try desk.state.journal.filter { $0.patient.map(records.contains) ?? false }.flatMap { entry in
        try snapshot.openings(of: entry.seq).compactMap { opening -> PrivateWords? in
          guard !identity.contains(opening.name),
            let disclosure = try? Disclosure(opening.disclosure)
          else { return nil }
          return PrivateWords(
            seq: entry.seq, name: opening.name, value: disclosure.value.text ?? "")
        }
        .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      }
    }
  }
}
