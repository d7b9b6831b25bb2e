import ArgumentParser
import Dispensary
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports
import Symbols

/// `custody anchor slip`: an entry in 32 characters, for labels, forms and sheets.
struct SlipCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slip", abstract: "Print the slip of an entry, for a label or a form.",
    discussion: """
      Whoever keeps it can have it compared: it holds 160 bits of the entry's hash, which covers \
      the entry and all before it. Nothing about a patient is on it.
        custody anchor slip 18
        custody verify --slip 'S01-000000018-ABCD-EFGH-…'

      `verify` takes it with or without hyphens, spaces and capitals, with 0 for O and 1 for I or L.
      """)
  @Argument(help: "The number of the entry; the newest one otherwise.") var entry: Int64?
  @Option(help: ArgumentHelp("Write the QR Code to this file, too, as PNG.", valueName: "file"))
  var picture: String?
  @Flag(help: "Leave the QR Code out.") var textOnly = false
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let seq = entry ?? desk.state.size - 1
    guard desk.state.journal.indices.contains(Int(clamping: seq)) else {
      throw Failure.usage(
        "there is no entry \(seq)", hint: "the ledger has entries 0 to \(desk.state.size - 1)")
    }
    let slip = try desk.slip(of: seq)
    let page = SlipPage(
      slip, of: desk.state.journal[Int(seq)], origin: desk.custodian.origin, state: desk.state,
      zone: desk.zone)
    // Forms get wet and torn: as much correction as the usual size of symbol has room for.
    let symbol = try Pictures.qr(slip.code, .quartile)
    if let picture { try Pictures.write(symbol, to: picture) }
    if ledger.json { return Console.print(page.json) }
    Console.print(page.text.trimmingLine)
    if !textOnly { Pictures.show(symbol) }
  }

  /// What somebody typed after `--slip`.
  static func read(_ text: String) throws -> Slip {
    do { return try Slip(reading: text) } catch {
      throw Failure.usage(
        "`\(text)` is not a slip: \(error)",
        hint: "it reads S01-, nine digits, and \(Slip.length) characters in groups of four")
    }
  }
}

extension Desk {
  /// The slip of an entry, from its bytes as they are stored.
  func slip(of seq: Int64) throws -> Slip {
    let raw = try custodian.store.read { try $0.entry(seq) }
    guard let raw, let leaf = raw.body.map(SHA256.leaf) ?? Digest(raw.leaf),
      leaf.bytes == raw.leaf
    else {
      throw Failure(
        .tampered, "entry \(seq) is not what its hash says", hint: "`custody verify` says more")
    }
    return Slip(epoch: custodian.origin.epoch, seq: seq, leaf: leaf)
  }
}
