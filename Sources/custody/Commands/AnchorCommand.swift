import ArgumentParser
import Dispensary
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody anchor`: evidence from outside that the ledger was as it is.
struct AnchorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anchor", abstract: "Evidence from outside, each recorded as an entry.",
    discussion: """
      Whoever holds all keys of a site can write another history of whatever nobody outside has \
      seen. An anchor is what somebody outside has seen: the entries below it are older than its \
      time, and those after its entry are younger.
        custody anchor keep sheet.png --kind sheet --name 'the county archive'
        custody anchor list
      """,
    subcommands: [AnchorTimeStamp.self, AnchorPeer.self, Keep.self, Miss.self, List.self])

  struct Keep: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record evidence that somebody keeps, such as a signed head sheet.",
      discussion: """
        The file goes into the ledger as it is, and its digest into the entry. It covers the newest \
        checkpoint, unless you name another:
          custody checkpoint publish -o head.note
          custody anchor keep receipt.txt --kind inspector --name 'Ivy Fox, DEA'
        What it proves lies with whoever keeps the other copy: `verify --since` compares it.
        """)
    @Argument(help: ArgumentHelp("The evidence: up to a mebibyte.", valueName: "file"))
    var file: String
    @Option(help: "What it is: `sheet` or `inspector`.") var kind: String
    @Option(help: "Who keeps it: a public name.") var name: String
    @Option(help: "The size of the checkpoint that it covers; the newest one otherwise.")
    var size: Int64?
    @Option(help: "When it was made, as it says itself.") var made: String?
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions

    func run() throws {
      let kind: AnchorAdded.Kind = try Codes.read(kind, "a kind of anchor")
      guard kind == .sheet || kind == .inspector else {
        throw Failure.usage(
          "`\(kind.rawValue)` is not a kind that is kept unchecked",
          hint: "write `sheet` or `inspector`; `custody anchor --help` has the others")
      }
      let bytes = try EvidenceFiles.bytes(file, atMost: CoreLimits.evidenceBytesMax)
      guard !bytes.isEmpty else { throw Failure.usage("the file `\(file)` is empty") }
      let desk = try Desk.open(ledger)
      let made = try self.made.map(desk.past)
      let anchor = Anchor(
        kind, over: try checkpoint(desk), by: name, outside: made, evidence: bytes)
      try desk.record(signing) { try $0.anchor(anchor) }
    }

    private func checkpoint(_ desk: Desk) throws -> CheckpointRow {
      let found = try desk.custodian.store.read { snapshot in
        try size.map { try snapshot.checkpoint(at: $0) } ?? snapshot.newestCheckpoint()
      }
      guard let found else {
        throw Failure.usage(
          "the ledger keeps no checkpoint of \(size.map(String.init) ?? "any") entries",
          hint: "`custody checkpoint publish` makes one of what is there now")
      }
      return found
    }
  }

  struct Miss: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that an anchor was due and did not come.",
      discussion: """
          custody anchor miss --kind sheet --name 'the county archive' --reason refused
        `custody status` and `custody verify` show it until the next anchor comes.
        """)
    @Option(
      help: "Which: \(AnchorAdded.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: String
    @Option(help: "Whose it would have been: a public name.") var name: String
    @Option(
      help: "Why: \(AnchorMissed.Reason.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: String
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = AnchorMissed(
        kind: try Codes.read(kind, "a kind of anchor"), name: name,
        reason: try Codes.read(reason, "a reason"))
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what was anchored, and what was missed.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let office = desk.state.office
      let anchors = office.anchors.map { anchor in
        (
          anchor.seq,
          [
            anchor.event.kind.rawValue, anchor.event.name, "\(anchor.event.size)",
            anchor.event.outside.map(desk.zone.shown) ?? "", desk.zone.shown(anchor.at), "",
          ]
        )
      }
      let missed = office.missedAnchors.map { miss in
        (
          miss.seq,
          [
            miss.event.kind.rawValue, miss.event.name, "", "", desk.zone.shown(miss.at),
            miss.event.reason.rawValue,
          ]
        )
      }
      Listing.print(
        ledger, "anchors", ["entry", "kind", "name", "covers", "outside", "recorded", "missed"],
        (anchors + missed).sorted { $0.0 < $1.0 }.map { ["\($0.0)"] + $0.1 })
    }
  }
}
