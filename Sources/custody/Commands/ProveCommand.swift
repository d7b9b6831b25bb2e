import ArgumentParser
import Foundation
import LedgerCore
import LedgerStore
import Notation

/// `custody prove`: evidence for somebody who does not have the ledger.
struct ProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Prove that an entry is in the ledger, or that it extends a checkpoint.",
    discussion: """
      Anyone can check the file with nothing but the site's verifier key:
        custody prove 18 -o dose.tlog-proof     and the entry, as FILE.body
        custody proof check dose.tlog-proof --vkey VKEY
        custody prove --since kept.note -o grown.proof
        custody proof check grown.proof --vkey VKEY --since kept.note

      The formats are C2SP tlog-proof and the request of C2SP tlog-witness.
      """)
  @Argument(help: "The number of the entry.") var entry: Int64?
  @Option(help: ArgumentHelp("Prove that the ledger extends this checkpoint.", valueName: "file"))
  var since: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Where the proof goes.", valueName: "file"))
  var output: String
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func validate() throws {
    guard (entry == nil) != (since == nil) else {
      throw ValidationError("name an entry, or a checkpoint with `--since`")
    }
  }

  func run() throws {
    let store = try LedgerStore.open(
      in: ledger.directory, readOnly: true, temporary: NSTemporaryDirectory())
    let old = try since.map { try EvidenceFiles.scannedNote($0) }
    try store.read { snapshot in
      let key = try snapshot.ownSiteKey()
      let head = try snapshot.signedHead(key)
      if let entry { return try prove(entry, head, key, snapshot) }
      if let old { try prove(since: old, head, key, snapshot) }
    }
  }

  // MARK: An entry

  private func prove(
    _ seq: Int64, _ head: CheckpointRow, _ key: VerifierKey, _ snapshot: Snapshot
  ) throws {
    guard seq >= 0, seq < head.size, let row = try snapshot.entry(seq) else {
      throw Failure.usage(
        "there is no entry \(seq)", hint: "the ledger has entries 0 to \(head.size - 1)")
    }
    let proof = try snapshot.tree.inclusion(of: seq, in: head.size)
    // What is handed out holds: the stored bytes lead to the signed root.
    let leaf = row.body.map(SHA256.leaf) ?? Digest(row.leaf)
    guard let leaf, proof.verify(leaf: leaf, root: head.root) == .verified else {
      throw Failure(
        .tampered, "entry \(seq) does not lead to the head", hint: "`custody verify` says more")
    }
    try EvidenceFiles.write(Array(TlogProof(proof, note: head.note).text.utf8), to: output)
    if let body = row.body { try EvidenceFiles.write(body, to: ProveCommand.body(of: output)) }
    say(
      ["index": .integer(seq), "leaf": .string(leaf.base64)],
      "entry \(seq) is in the ledger of \(head.size) entries",
      row.body == nil
        ? "`\(output)`; the body of the entry was withheld"
        : "`\(output)`, and the entry itself `\(ProveCommand.body(of: output))`",
      head, key)
  }

  /// Where the entry lies beside its proof.
  static func body(of proof: String) -> String { proof + ".body" }

  // MARK: A checkpoint

  private func prove(
    since note: String, _ head: CheckpointRow, _ key: VerifierKey, _ snapshot: Snapshot
  ) throws {
    let old: Checkpoint
    do {
      old = try Checkpoint.open(note: note, keys: try snapshot.ownSiteKeys().map(\.key))
    } catch {
      throw Failure.usage(
        "the file given with `--since` is not a checkpoint of this site: \(error)",
        hint: "`custody checkpoint show` prints one")
    }
    guard old.size <= head.size else {
      throw Fork.found(
        "the ledger has \(head.size) entries, fewer than the \(old.size) of the checkpoint",
        note, head.note)
    }
    let proof = try snapshot.tree.consistency(from: old.size, to: head.size)
    let request = CheckpointRequest(proof, note: head.note)
    guard try request.verify(from: old, keys: [key]).verdict == .verified else {
      throw Fork.found(
        "the ledger does not extend the checkpoint of \(old.size) entries", note, head.note)
    }
    try EvidenceFiles.write(Array(request.text.utf8), to: output)
    say(
      ["old_size": .integer(old.size)],
      "the ledger of \(head.size) entries extends the checkpoint of \(old.size)", "`\(output)`",
      head, key)
  }

  private func say(
    _ members: [String: JSON], _ what: String, _ files: String, _ head: CheckpointRow,
    _ key: VerifierKey
  ) {
    if ledger.json {
      return Console.print(
        .object(
          members.merging([
            "schema": "custody/proof/1", "file": .string(output), "size": .integer(head.size),
            "root": .string(head.root.base64), "vkey": .string(key.text),
          ]) { first, _ in first }))
    }
    let since = self.since.map { " --since \($0)" } ?? ""
    Console.print(
      "\(what)\n  written to \(files)\n"
        + "  check it with `custody proof check \(output) --vkey \(key)\(since)`")
  }
}

/// Two checkpoints of one key that cannot both be true: they convict whoever holds the key.
enum Fork {
  /// Prints both notes, which are the evidence.
  static func show(_ old: String, _ new: String) {
    Console.print("the checkpoint that was kept:\n\n\(old)\nthe newer checkpoint:\n\n\(new)")
  }

  /// Prints both notes and answers the failure.
  static func found(_ text: String, _ old: String, _ new: String) -> Failure {
    show(old, new)
    return Failure(
      .tampered, text, hint: "keep both notes: the site's key signed them, and one of them lies")
  }
}
