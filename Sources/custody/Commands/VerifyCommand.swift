import ArgumentParser
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports

/// `custody verify`: whether anything was changed.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every byte, signature and balance of the ledger.",
    discussion: """
      The last line is the verdict. Status 0: whole; 3: something that should be kept is missing; \
      4: tamper evidence; 11: not proven; 12: unreadable.

      What was kept outside makes it stronger:
        custody verify --trust trust.txt      the keys and entry 0, as pinned
        custody verify --since kept.note      a checkpoint that somebody saved

      A machine that has seen a newer head of the ledger finds an older copy, such as a backup, \
      too short: status 4.
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Option(
    help: ArgumentHelp("What an inspector pinned: `custody key show --trust`.", valueName: "file"))
  var trust: String?
  @Option(help: ArgumentHelp("A checkpoint saved earlier. Repeatable.", valueName: "file"))
  var since: [String] = []
  @Flag(help: "Ask for an outside anchor: without one the status is 11.")
  var requireAnchor = false

  func run() throws {
    let pin = try trust.map { try TrustFile(try text($0)) }
    let notes = try since.map { try text($0) }
    let store = try LedgerStore.open(
      in: ledger.directory, readOnly: true, journal: ledger.headJournal,
      temporary: NSTemporaryDirectory())
    let siteKey = try pin?.siteKey ?? ownSiteKey(store)
    let earlier = try notes.map { try checkpoint($0, siteKey) }
    var progress: (stage: String, line: Progress)?
    let report = try LedgerVerification.verify(
      store: store, trust: pin, trustName: trust.map { "`\($0)`" } ?? "", earlier: earlier,
      keyFilesWithoutPassphrase: KeyFiles.unprotected(ledger)
    ) { stage, done, total in
      if progress?.stage != stage.rawValue {
        progress?.line.end()
        progress = (stage.rawValue, Progress(stage.rawValue, of: total))
      }
      progress?.line.at(done)
    }
    progress?.line.end()
    let page = VerdictPage(report)
    if ledger.json { Console.print(page.json) } else { Console.print(page.text.trimmingLine) }
    let status = ExitStatus(rawValue: report.verdict.status) ?? .failed
    if status != .done { throw StatusOnly(status) }
    if requireAnchor {
      Console.report(
        Failure(
          .notProven, "no outside anchor covers this ledger",
          hint: "keep `custody checkpoint show` somewhere else, and give it with `--since`"))
      throw StatusOnly(.notProven)
    }
  }

  private func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1_000_000 else {
      throw Failure.usage("the file `\(path)` cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// A saved note. Its signature is the pinned site key's, or, without a pin, that of the key
  /// which the ledger names for itself; the checkpoint is compared with the tree either way.
  private func checkpoint(_ note: String, _ siteKey: VerifierKey?) throws -> Checkpoint {
    do {
      guard let siteKey else { return try Checkpoint(text: try SignedNote(note).text) }
      return try Checkpoint.open(note: note, keys: [siteKey])
    } catch {
      throw Failure.usage(
        "a file given with `--since` is not a checkpoint of this site: \(error)",
        hint: "`custody checkpoint show` prints one")
    }
  }

  private func ownSiteKey(_ store: LedgerStore) throws -> VerifierKey? {
    try store.read { snapshot in
      guard let bytes = try snapshot.entry(0)?.body, let body = try? EntryBody(reading: bytes),
        let text = body.fields["site_key"]?.text
      else { return nil }
      return try? VerifierKey(text)
    }
  }
}
