import ArgumentParser
import LedgerCore
import Notation

/// `custody checkpoint compare`: whether one key told two people the same.
struct CheckpointCompare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two checkpoints that two people kept.",
    discussion: """
      It needs no ledger. Two notes of one size with different roots convict whoever holds the key: \
      nobody else can have signed them, and no history has both.
        custody checkpoint compare mine.note theirs.note --vkey VKEY

      Status 0: the same; 4: two histories; 11: of different sizes, or not signed by the key.
      """)
  @Argument(help: ArgumentHelp("A checkpoint.", valueName: "file")) var first: String
  @Argument(help: ArgumentHelp("Another person's checkpoint.", valueName: "file"))
  var second: String
  @OptionGroup var log: LogKeyOptions
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let keys = try log.keys()
    let notes = (try EvidenceFiles.scannedNote(first), try EvidenceFiles.scannedNote(second))
    let outcome: ProofOutcome
    var members: [String: JSON] = ["first": .string(notes.0), "second": .string(notes.1)]
    do throws(CoreError) {
      let one = try Checkpoint.open(note: notes.0, keys: keys)
      let two = try Checkpoint.open(note: notes.1, keys: keys)
      members["first_size"] = .integer(one.size)
      members["second_size"] = .integer(two.size)
      outcome = self.outcome(one, two)
    } catch { outcome = ProofOutcome(error) }
    if outcome.status == .tampered, members["first_size"] != nil, !json {
      Console.print("the first checkpoint:\n\n\(notes.0)\nthe second checkpoint:\n\n\(notes.1)")
    }
    try outcome.end(json: json, members)
  }

  private func outcome(_ one: Checkpoint, _ two: Checkpoint) -> ProofOutcome {
    guard one.origin.utf8.elementsEqual(two.origin.utf8) else {
      return ProofOutcome(.notProven, "not proven: the checkpoints are of different logs")
    }
    if one.size != two.size {
      let (old, new) = (min(one.size, two.size), max(one.size, two.size))
      return ProofOutcome(
        .notProven,
        "not proven: checkpoints of \(old) and of \(new) entries; a bundle of \(new) or more shows "
          + "whether it extends both: `custody verify bundle --since FILE --since FILE`")
    }
    if one.root == two.root {
      return ProofOutcome(.done, "the same: \(one.origin) of \(one.size) entries")
    }
    return ProofOutcome(
      .tampered,
      "tamper evidence: the key signed two histories of \(one.size) entries; keep both notes, they "
        + "convict whoever holds it")
  }
}
