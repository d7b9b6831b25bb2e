import ArgumentParser
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody checkpoint publish`: the head, as a file that leaves the building.
struct CheckpointPublish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Write the head to a file that is kept elsewhere.",
    discussion: """
      The ledger keeps it as one of its checkpoints, too. Put it where the site cannot reach it: a mail, a web page, an inspector's stick. The ledger \
      must extend it ever after: `custody verify --since FILE`, `custody prove --since FILE`.
      """)
  @Option(name: .shortAndLong, help: ArgumentHelp("The file.", valueName: "file"))
  var output: String
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func run() throws {
    let desk = try Desk.open(ledger)
    let key = try desk.custodian.store.read { snapshot in
      let key = try snapshot.ownSiteKey()
      // What is not the site's own head is not kept, either.
      _ = try snapshot.signedHead(key)
      return key
    }
    let head = try desk.custodian.promote()
    try EvidenceFiles.write(Array(head.note.utf8), to: output)
    if ledger.json {
      return Console.print([
        "schema": "custody/checkpoint/1", "size": .integer(head.size),
        "root": .string(head.root.base64), "note": .string(head.note), "file": .string(output),
      ])
    }
    Console.print(
      "checkpoint of \(head.size) entries written to `\(output)`\n  verifier key \(key.text)")
  }
}
