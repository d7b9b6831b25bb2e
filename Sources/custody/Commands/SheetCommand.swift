import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Recordkeeping
import Reports
import Symbols

/// `custody anchor sheet`: the head of the day on paper.
struct SheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet", abstract: "Print the head of the ledger, for two people to sign.",
    discussion: """
      One page, Letter or A4, which any browser prints: the checkpoint as text and as a QR Code, \
      what was counted today, and room for two signatures in ink. An entry records that it was \
      printed, and of what.
        custody anchor sheet -o today.html

      The page, scanned back, is a checkpoint that the ledger must extend:
        zbarimg -q --raw scan.png | custody verify --since -
      """)
  @Option(name: .shortAndLong, help: ArgumentHelp("The page, as HTML.", valueName: "file"))
  var output: String
  @Option(help: ArgumentHelp("Write the QR Code to this file, too, as PNG.", valueName: "file"))
  var picture: String?
  @Option(help: ArgumentHelp("Who keeps the paper: a public name.", valueName: "name"))
  var keeper = "the binder of head sheets"
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions

  func run() throws {
    let desk = try Desk.open(ledger)
    let signers = try desk.signers(signing)
    let head = try desk.custodian.promote(dryRun: signing.dryRun)
    // Others may have written since the ledger was opened.
    try desk.custodian.refresh()
    try desk.requireSigned(head)
    let anchor = Anchor(.sheet, over: head, by: keeper, evidence: Array(head.note.utf8))
    let symbol = try Pictures.qr(head.note)
    let page = HeadSheet(
      head, origin: desk.custodian.origin, last: try desk.slip(of: head.size - 1),
      state: desk.state, now: desk.now, zone: desk.zone)
    // The page before the entry: no entry says that something was printed which was not.
    if !signing.dryRun {
      // Three fifths of a millimeter a module: about four centimeters.
      let code = symbol.svg(millimeters: 0.75, title: "the checkpoint as a QR Code")
      try EvidenceFiles.write(Array(page.page(code: code).html.utf8), to: output)
      if let picture { try Pictures.write(symbol, to: picture) }
    }
    do { try desk.record(signing, with: signers) { try $0.anchor(anchor) } } catch {
      if !signing.dryRun { try? FileManager.default.removeItem(atPath: output) }
      throw error
    }
    guard !signing.dryRun else { return }
    let line = "head sheet of \(head.size) entries written to `\(output)`"
    // Beside the JSON of what was recorded this is talk.
    ledger.json ? Console.say(line) : Console.print("  " + line)
  }
}

extension Desk {
  /// Nobody is handed a head that the site's key did not sign.
  func requireSigned(_ head: CheckpointRow) throws {
    let key = try custodian.trust().siteKey
    guard let checkpoint = try? Checkpoint.open(note: head.note, keys: [key]),
      checkpoint.size == head.size, checkpoint.root == head.root
    else {
      throw Failure(
        .tampered, "the head is not what the site key signed", hint: "`custody verify` says more")
    }
  }
}
