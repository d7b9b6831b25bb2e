import ArgumentParser
import Dispensary
import LedgerCore
import Notation
import Recordkeeping

/// `custody peer adopt`: whose cosignatures count for this ledger.
struct PeerAdopt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Take somebody as a witness of this ledger.",
    discussion: """
      The key comes from the other site on paper or by telephone: `custody peer init` prints it. \
      The entry is as public as the ledger; an inspector who pins the key in a trust file need not \
      believe it.
        custody peer adopt hospital.example/w1+5e6f7a8b+BA… --url http://10.0.0.5
      Without `--url` it is asked through files. The same key with another address has moved.
      """)
  @Argument(help: ArgumentHelp("The witness's verifier key.", valueName: "vkey")) var vkey: String
  @Option(help: ArgumentHelp("The prefix of its addresses.", valueName: "url")) var url: String?
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions

  func run() throws {
    let key = try WitnessKey(vkey)
    if let url { _ = try HTTPAddress(url) }
    let desk = try Desk.open(ledger)
    try desk.record(signing) { writing in
      try writing.add(writing.draft(PeerAdopted(vkey: key.text, url: url)))
    }
  }
}

/// `custody peer adopted`.
struct PeerAdoptedList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopted", abstract: "List the witnesses of this ledger.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    Listing.print(
      ledger, "witnesses", ["name", "address", "verifier key"],
      desk.state.peers.map { [$0.name, $0.url ?? "", $0.vkey] })
  }
}
