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
    commandName: "verify",
    abstract: "Check every byte, signature and balance of the ledger, or of a bundle.",
    discussion: """
      The last line is the verdict. Status 0: whole; 3: something that should be kept is missing; \
      4: tamper evidence; 11: not proven; 12: unreadable.

      What was kept outside makes it stronger:
        custody verify --trust trust.txt      the keys and entry 0, as pinned
        custody verify --since kept.note      a checkpoint that somebody saved
        custody verify --slip 'S01-000000018-…' a slip, as typed from paper
        custody verify --tsa-ca roots.pem     time stamps, traced to these roots
        custody verify bundle --vkey VKEY     a bundle, with the key from paper

      A machine that has seen a newer head of the ledger finds an older copy, such as a backup, \
      too short: status 4.
      """)
  @Argument(help: ArgumentHelp("A bundle, or another ledger's folder.", valueName: "dir"))
  var directory: String?
  @Option(
    help: ArgumentHelp("The site's verifier key, for a bundle.", valueName: "vkey"))
  var vkey: String?
  @Option(
    help: ArgumentHelp("What an inspector pinned: `custody key show --trust`.", valueName: "file"))
  var trust: String?
  @Option(
    help: ArgumentHelp(
      "A checkpoint saved earlier; `-` reads what a scanner types. Repeatable.",
      valueName: "file"))
  var since: [String] = []
  @Option(
    help: ArgumentHelp(
      "The slip of an entry, from paper: spaces, hyphens and case do not matter. Repeatable.",
      valueName: "text"))
  var slip: [String] = []
  @Flag(
    help: "Check signatures about people and keys, and the last one of each key; all bytes still.")
  var fast = false
  @Option(
    help: ArgumentHelp(
      "Roots that time stamps must lead to, in PEM, with what lies between.", valueName: "file"))
  var tsaCa: String?
  @Flag(help: "Ask for an outside anchor: without one the status is 11.")
  var requireAnchor = false
  @Option(
    help: ArgumentHelp(
      "How many entries nobody outside may vouch for: above it, 11.", valueName: "n"))
  var maxExposure: Int64?
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func run() throws {
    let pin = try trust.map { try TrustFile(try text($0)) }
    let notes = try since.map { try EvidenceFiles.scannedNote($0) }
    let slips = try slip.map(SlipCommand.read)
    if let directory, BundleFolder.isBundle(directory) {
      return try verifyBundle(directory, pin, notes, slips)
    }
    if vkey != nil {
      throw Failure.usage(
        "`--vkey` is for a bundle", hint: "a ledger is pinned with `--trust FILE`")
    }
    var place = ledger
    if let directory { place.ledger = directory }
    let store = try LedgerStore.open(
      in: place.directory, readOnly: true, journal: place.headJournal,
      temporary: NSTemporaryDirectory())
    let siteKeys = try keys(ofSite: store, pin)
    let earlier = try notes.map { try checkpoint($0, siteKeys) }
    var progress: (stage: String, line: Progress)?
    let report = try LedgerVerification.verify(
      store: store, trust: pin, trustName: trust.map { "`\($0)`" } ?? "", earlier: earlier,
      slips: slips, authorities: try authorities(), depth: fast ? .fast : .full,
      keyFilesWithoutPassphrase: KeyFiles.unprotected(place)
    ) { stage, done, total in
      if progress?.stage != stage.rawValue {
        progress?.line.end()
        progress = (stage.rawValue, Progress(stage.rawValue, of: total))
      }
      progress?.line.at(done)
    }
    progress?.line.end()
    let page = VerdictPage(report)
    if ledger.json {
      Console.print(page.json)
    } else {
      for (note, old) in zip(notes, earlier) where isForked(report, from: old) {
        Fork.show(note, report.headNote ?? "none\n")
      }
      Console.print(page.text.trimmingLine)
    }
    let status = ExitStatus(rawValue: report.verdict.status) ?? .failed
    if status != .done { throw StatusOnly(status) }
    try requireOutside(report)
  }

  /// Says 11 where less is vouched for than was asked.
  private func requireOutside(_ report: VerificationReport) throws {
    if requireAnchor, report.exposure == report.size {
      Console.report(
        Failure(
          .notProven, "no outside anchor covers this ledger",
          hint: "give the roots of its time stamps with `--tsa-ca`, or a checkpoint that was kept "
            + "with `--since`"))
      throw StatusOnly(.notProven)
    }
    if let most = maxExposure, report.exposure > most {
      Console.report(
        Failure(
          .notProven, "nobody outside vouches for \(report.exposure) entries, more than \(most)",
          hint: "`custody anchor tsa` gets a time stamp"))
      throw StatusOnly(.notProven)
    }
  }

  /// Whether the ledger does not extend this checkpoint: both notes are then evidence.
  private func isForked(_ report: VerificationReport, from old: Checkpoint) -> Bool {
    report.faults.contains { fault in
      fault.code == FaultCode.doesNotExtend.rawValue
        && [old.root.base64, String(old.size)].contains(fault.computed)
    }
  }

  private func verifyBundle(
    _ path: String, _ pin: TrustFile?, _ notes: [String], _ slips: [Slip]
  ) throws {
    if fast {
      throw Failure.usage(
        "`--fast` is for a ledger", hint: "of a bundle every signature is checked")
    }
    let bundle = BundleFolder(path)
    let key = try vkey.map { try VerifierKey($0) } ?? pin?.siteKey
    let earlier = try notes.map { try checkpoint($0, bundle.siteKeys(key)) }
    let progress = Progress("entries", of: 0)
    let verdict = bundle.check(
      siteKey: key, trust: pin, earlier: earlier, slips: slips, authorities: try authorities()
    ) { progress.at($0) }
    progress.end()
    try BundlePage(verdict, isPinned: key != nil).print(json: ledger.json)
  }

  private func authorities() throws -> [UInt8] {
    try tsaCa.map { try EvidenceFiles.bytes($0) } ?? []
  }

  private func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1_000_000 else {
      throw Failure.usage("the file `\(path)` cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// A saved note. Its signature is that of a key of the site: of those that the ledger names, where
  /// the pinned one is among them. The checkpoint is compared with the tree either way.
  private func checkpoint(_ note: String, _ siteKeys: [VerifierKey]) throws -> Checkpoint {
    do {
      if siteKeys.isEmpty { return try Checkpoint(text: try SignedNote(note).text) }
      return try Checkpoint.open(note: note, keys: siteKeys)
    } catch {
      throw Failure.usage(
        "a file given with `--since` is not a checkpoint of this site: \(error)",
        hint: "`custody checkpoint show` prints one")
    }
  }

  private func keys(ofSite store: LedgerStore, _ pin: TrustFile?) throws -> [VerifierKey] {
    let named = (try? store.read { try $0.ownSiteKeys().map(\.key) }) ?? []
    guard let pin, !named.contains(pin.siteKey) else { return named }
    return [pin.siteKey]
  }
}
