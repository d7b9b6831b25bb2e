import ArgumentParser
import Foundation
import LedgerCore
import Notation

/// `custody proof`: checks proofs of any log; needs no ledger.
struct ProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof", abstract: "Check proofs, of any log and without a ledger.",
    subcommands: [Check.self, Inclusion.self, Consistency.self])
}

/// A verdict about a proof, with its status.
struct ProofOutcome {
  let status: ExitStatus
  let line: String

  /// What a check of the hashes says, about a file.
  init(_ verdict: ProofVerdict, verified: String) {
    switch verdict {
    case .verified: (status, line) = (.done, "verified: \(verified)")
    case .vacuous:
      (status, line) = (.notProven, "not proven: every tree extends the empty one")
    case .malformed(let text), .wrong(let text):
      (status, line) = (.tampered, "tamper evidence: \(text)")
    }
  }

  /// What kept a file from being checked.
  init(_ error: CoreError) {
    switch error.code {
    case .noteSignatureInvalid: (status, line) = (.tampered, "tamper evidence: \(error.text)")
    case .noteUnsigned: (status, line) = (.notProven, "not proven: \(error.text)")
    default: (status, line) = (.unreadable, "unreadable: \(error.text)")
    }
  }

  init(_ status: ExitStatus, _ line: String) {
    self.status = status
    self.line = line
  }

  func end(json: Bool, _ members: [String: JSON] = [:]) throws {
    if json {
      var members = members
      members["schema"] = "custody/proof-check/1"
      members["verdict"] = .string(line)
      members["status"] = .integer(Int64(status.rawValue))
      Console.print(.object(members))
    } else {
      Console.print(line)
    }
    if status != .done { throw StatusOnly(status) }
  }
}

/// The keys that a log signs its checkpoints with.
struct LogKeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The verifier key of the log, from a source you trust.", valueName: "vkey"))
  var vkey: [String] = []

  func validate() throws {
    if vkey.isEmpty { throw ValidationError("name the key of the log with `--vkey`") }
  }

  func keys() throws -> [VerifierKey] {
    try vkey.map { text in
      do { return try VerifierKey(text) } catch {
        throw Failure.usage(
          "`\(text)` is not a verifier key", hint: "it reads name+8 hex digits+base64, Ed25519")
      }
    }
  }
}

extension ProofCommand {
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a proof file of any C2SP log.",
      discussion: """
        A tlog-proof shows that an entry is in the log: the entry is the file of `--entry`, or the \
        one beside the proof, named as it is with `.body` at its end. A proof made with \
        `prove --since` shows that the log extends the checkpoint given with `--since`.

        Status 0: verified; 4: it does not hold; 11: not proven; 12: not a proof.
        """)
    @Argument(help: ArgumentHelp("The proof.", valueName: "file")) var file: String
    @OptionGroup var log: LogKeyOptions
    @Option(help: ArgumentHelp("The entry, byte for byte.", valueName: "file")) var entry: String?
    @Option(help: ArgumentHelp("The checkpoint that was kept.", valueName: "file"))
    var since: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      if entry != nil, since != nil {
        throw ValidationError("a proof is about `--entry` or about `--since`")
      }
    }

    func run() throws {
      let keys = try log.keys()
      let bytes = try EvidenceFiles.bytes(file)
      if let since { return try checkGrowth(bytes, since, keys) }
      if bytes.starts(with: "old ".utf8) {
        throw Failure.usage(
          "`\(file)` proves that a log extends a checkpoint",
          hint: "give that checkpoint with `--since FILE`")
      }
      try checkEntry(bytes, keys)
    }

    private func checkEntry(_ bytes: [UInt8], _ keys: [VerifierKey]) throws {
      let outcome: ProofOutcome
      var members: [String: JSON] = [:]
      do throws(CoreError) {
        let proof = try TlogProof(reading: bytes)
        let checkpoint = try Checkpoint.open(note: proof.note, keys: keys)
        members = [
          "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
          "index": .integer(proof.index),
        ]
        outcome = try self.outcome(proof, checkpoint, keys)
      } catch { outcome = ProofOutcome(error) }
      try outcome.end(json: json, members)
    }

    private func outcome(
      _ proof: TlogProof, _ checkpoint: Checkpoint, _ keys: [VerifierKey]
    ) throws(CoreError) -> ProofOutcome {
      guard let entry = body() else {
        return ProofOutcome(
          .notProven,
          "not proven: the checkpoint is signed, but the entry is not given; see `--entry`")
      }
      let verdict = try proof.verify(leaf: SHA256.leaf(entry), keys: keys).verdict
      return ProofOutcome(
        verdict,
        verified: "entry \(proof.index) is in \(checkpoint.origin) of \(checkpoint.size) entries")
    }

    private func body() -> [UInt8]? {
      EvidenceFiles.small(
        entry ?? ProveCommand.body(of: file), atMost: EvidenceFiles.bytesMax)
    }

    private func checkGrowth(_ bytes: [UInt8], _ since: String, _ keys: [VerifierKey]) throws {
      let note = try EvidenceFiles.note(since)
      let outcome: ProofOutcome
      var members: [String: JSON] = [:]
      do throws(CoreError) {
        let old = try Checkpoint.open(note: note, keys: keys)
        let request = try CheckpointRequest(reading: bytes)
        let (new, verdict) = try request.verify(from: old, keys: keys)
        members = [
          "origin": .string(new.origin), "size": .integer(new.size),
          "old_size": .integer(old.size),
        ]
        outcome = ProofOutcome(
          verdict,
          verified: "\(new.origin) of \(new.size) entries extends the checkpoint of \(old.size)")
        if case .wrong = verdict, !json { Fork.show(note, request.note) }
      } catch { outcome = ProofOutcome(error) }
      try outcome.end(json: json, members)
    }
  }

  struct Inclusion: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the hashes of an inclusion proof.",
      discussion: """
        RFC 9162, 2.1.3.2. Hashes in hexadecimal or base64. Status 0: verified; 4: not verified; \
        2: the arguments are malformed.
        """)
    @Option(help: "The number of the leaf, beginning at 0.") var index: TreeNumber
    @Option(help: "Leaves in the tree.") var size: TreeNumber
    @Option(help: "The hash of the leaf.") var leafHash: HashArgument
    @Option(help: "The root of the tree.") var root: HashArgument
    @Option(help: "Hashes from the leaf upwards, with commas; may be empty.") var path: PathArgument
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let proof = InclusionProof(index: index.value, size: size.value, path: path.hashes)
      try proof.verify(leaf: leafHash.digest, root: root.digest).end(json: json)
    }
  }

  struct Consistency: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the hashes of a consistency proof.",
      discussion: """
        RFC 9162, 2.1.4.2. Hashes in hexadecimal or base64. Status 0: verified; 4: not verified; \
        2: the arguments are malformed. From the empty tree nothing is ever verified.
        """)
    @Option(help: "Leaves in the older tree.") var oldSize: TreeNumber
    @Option(help: "Leaves in the newer tree.") var newSize: TreeNumber
    @Option(help: "The root of the older tree.") var oldRoot: HashArgument
    @Option(help: "The root of the newer tree.") var newRoot: HashArgument
    @Option(help: "Hashes in the order of the RFC, with commas; may be empty.")
    var path: PathArgument
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let proof = ConsistencyProof(
        oldSize: oldSize.value, newSize: newSize.value, path: path.hashes)
      try proof.verify(oldRoot: oldRoot.digest, newRoot: newRoot.digest).end(json: json)
    }
  }
}

extension ProofVerdict {
  /// The answer for scripts: `verified` and status 0, or why not and status 4.
  fileprivate func end(json: Bool) throws {
    let outcome =
      switch self {
      case .verified: ProofOutcome(.done, "verified")
      case .vacuous:
        ProofOutcome(.tampered, "not verified: every tree extends the empty one, nothing is shown")
      case .malformed(let text): ProofOutcome(.tampered, "not verified, malformed: \(text)")
      case .wrong(let text): ProofOutcome(.tampered, "not verified: \(text)")
      }
    try outcome.end(json: json)
  }
}

/// A number of leaves: decimal, without sign or leading zeros.
struct TreeNumber: ExpressibleByArgument {
  let value: Int64

  init?(argument: String) {
    guard let value = Int64(argument), value >= 0, String(value) == argument else { return nil }
    self.value = value
  }
}

/// 32 bytes in 64 hexadecimal digits or in padded base64.
struct HashArgument: ExpressibleByArgument {
  let digest: Digest

  init?(argument: String) {
    guard let digest = Digest(hex: argument.lowercased()) ?? Digest(base64: argument) else {
      return nil
    }
    self.digest = digest
  }
}

/// Hashes parted by commas.
struct PathArgument: ExpressibleByArgument {
  let hashes: [Digest]

  init?(argument: String) {
    if argument.isEmpty {
      hashes = []
      return
    }
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let read = parts.map { HashArgument(argument: String($0))?.digest }
    guard !read.contains(nil) else { return nil }
    hashes = read.compactMap { $0 }
  }
}
