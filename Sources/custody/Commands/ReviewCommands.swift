import ArgumentParser
import Dispensary
import Recordkeeping

/// `custody review`: another person looks at what was recorded against a rule.
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Review entries of another person that wait for it.",
    discussion: """
      `custody status` lists what is to be reviewed:
        custody review 57 58 --note 'spoke with kim; the form is filed' --as lee
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @Argument(help: "The numbers of the entries.") var entries: [Int64]
  @Option(help: ArgumentHelp("What you found, kept in the vault.", valueName: "text"))
  var note: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let privates = try note.map { [try desk.secret("note", $0)] } ?? []
    try desk.record(signing) { writing in
      for entry in entries {
        let event = EntryReviewed(entry: entry, patient: writing.state.patient(ofEntry: entry))
        try writing.add(writing.draft(event, privates: privates))
      }
    }
  }
}

/// `custody cosign`: a later attestation.
struct CosignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cosign",
    abstract: "Attest later to what another person recorded.")
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @Argument(help: "The numbers of the entries.") var entries: [Int64]
  @Option(help: ArgumentHelp("How you know of it, kept in the vault.", valueName: "text"))
  var note: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let privates = try note.map { [try desk.secret("note", $0)] } ?? []
    try desk.record(signing) { writing in
      for entry in entries {
        let event = EntryCosigned(entry: entry, patient: writing.state.patient(ofEntry: entry))
        try writing.add(writing.draft(event, privates: privates))
      }
    }
  }
}

extension State {
  /// The patient of an entry, where there is such an entry.
  fileprivate func patient(ofEntry seq: Int64) -> PatientID? {
    seq >= 0 && seq < size ? journal[Int(seq)].patient : nil
  }
}
