import ArgumentParser
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody peer`: this machine as the witness of other sites' ledgers.
struct PeerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peer", abstract: "Witness other sites' ledgers, and choose who witnesses ours.",
    discussion: """
      A witness keeps one line for each ledger that it watches, and signs only what extends it: a \
      ledger that was rolled back, or that shows two histories, is refused and reported.

      The site that watches:
        custody peer init --name hospital.example/w1
        custody peer trust acme.example/main/1+1a2b3c4d+AQ…
        custody peer serve
      The site that is watched:
        custody peer adopt hospital.example/w1+5e6f7a8b+BA… --url http://10.0.0.5
        custody anchor peer

      The state of a witness lies outside every ledger's folder: a backup that is put back must not \
      take it along.
      """,
    subcommands: [
      Init.self, Trust.self, List.self, PeerServe.self, PeerAdopt.self, PeerAdoptedList.self,
    ])

  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the key and the state of a witness.",
      discussion: """
        The key has no passphrase, so that nobody has to type; only its owner may read the file. \
        One key is one witness: never copy it to a second machine.
          custody peer init --name hospital.example/w1
        """)
    @Option(
      help: ArgumentHelp(
        "The name of the witness, like a URL without its scheme.", valueName: "name"))
    var name: String
    @OptionGroup(title: "The witness") var options: WitnessOptions

    func run() throws {
      let folder = try options.folder
      guard !WitnessStore.exists(in: folder) else {
        throw Failure(.failed, "there is a witness already: `\(folder)`")
      }
      let key = try PrivateKey.generate()
      let witness = try WitnessKey(name: name, key.publicKey)
      // The key first: a state whose key could not be written would be of no use to anyone.
      try KeyFiles.write(try key.pem(passphrase: nil), to: options.keyPath(folder))
      _ = try WitnessStore.create(in: folder, witness)
      if options.json {
        return Console.print([
          "schema": "custody/witness/1", "name": .string(name), "vkey": .string(witness.text),
          "folder": .string(folder),
        ])
      }
      Console.print("witness `\(name)` made in `\(folder)`\n  verifier key \(witness)")
    }
  }

  struct Trust: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Watch a log, known by its verifier key.",
      discussion: """
        The name of the key is the name of the log. A site that changed its key is given once more, \
        with the new one; both are then good.
          custody peer trust acme.example/main/1+1a2b3c4d+AQ…
        """)
    @Argument(
      help: ArgumentHelp("The verifier key of the log, from its paper.", valueName: "vkey"))
    var vkey: String
    @OptionGroup(title: "The witness") var options: WitnessOptions

    func run() throws {
      let key = try VerifierKey(vkey)
      let store = try options.open()
      let isNew = try store.act { try $0.trust(key, at: WitnessOptions.seconds) }
      if options.json {
        return Console.print([
          "schema": "custody/witness-trust/1", "origin": .string(key.name),
          "vkey": .string(key.text), "new": .bool(isNew),
        ])
      }
      Console.print("log `\(key.name)` is \(isNew ? "" : "already ")watched with this key")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List what is watched, and what was refused.",
      discussion: """
        Status 4 where a log must be looked into: it signed two histories, or something was refused \
        and it has not shown since that it goes on. `--notes` prints the evidence.
        """)
    @Flag(help: "Print both notes of everything that was refused.") var notes = false
    @OptionGroup(title: "The witness") var options: WitnessOptions

    func run() throws {
      let store = try options.open(readOnly: true)
      let (key, logs) = try store.read { (try $0.key(), try $0.logs()) }
      if options.json {
        Console.print([
          "schema": "custody/witness-logs/1", "vkey": .string(key.text),
          "logs": .array(logs.map(PeerCommand.json)),
        ])
      } else {
        Console.print("witness \(key)")
        if logs.isEmpty { Console.print("no log is watched; `custody peer trust` adds one") }
        for log in logs { Console.print(PeerCommand.lines(log, notes).joined(separator: "\n")) }
      }
      let suspects = logs.filter(\.isSuspect).map { "`\($0.origin)`" }
      guard !suspects.isEmpty else { return }
      Console.report(
        Failure(
          .tampered, "to be looked into: \(suspects.joined(separator: ", "))",
          hint: "`custody peer list --notes` prints what was signed; call the site"))
      throw StatusOnly(.tampered)
    }
  }

  private static func lines(_ log: TrustedLog, _ withNotes: Bool) -> [String] {
    let keys = log.keys.count == 1 ? "" : ", \(log.keys.count) keys"
    let held = log.held.map { "\($0.checkpoint.size) entries, cosigned \(shown($0.time))" }
    var lines = ["\(log.origin)  \(held ?? "nothing cosigned yet")\(keys)"]
    for refused in log.refused {
      lines.append(
        "  \(refused.kind.rawValue), \(shown(refused.time)): \(refused.size) entries offered, "
          + "\(refused.heldSize) had been cosigned")
      guard withNotes else { continue }
      lines += ["the checkpoint that was cosigned:", "", refused.heldNote]
      lines += ["the checkpoint that was offered:", "", refused.note]
    }
    return lines
  }

  private static func json(_ log: TrustedLog) -> JSON {
    var members: [String: JSON] = [
      "origin": .string(log.origin), "suspect": .bool(log.isSuspect),
      "vkeys": .array(log.keys.map { .string($0.text) }),
      "refused": .array(
        log.refused.map { refused in
          [
            "kind": .string(refused.kind.rawValue), "time": .integer(refused.time),
            "size": .integer(refused.size), "note": .string(refused.note),
            "held_size": .integer(refused.heldSize), "held_note": .string(refused.heldNote),
          ]
        }),
    ]
    if let held = log.held {
      members["size"] = .integer(held.checkpoint.size)
      members["root"] = .string(held.checkpoint.root.base64)
      members["time"] = .integer(held.time)
      members["note"] = .string(held.cosigned)
    }
    return .object(members)
  }

  /// In UTC: a witness knows no site and no zone.
  static func shown(_ seconds: Int64) -> String {
    let text = Instant(milliseconds: seconds * 1_000).text
    return text.prefix(16).replacing("T", with: " ") + " UTC"
  }
}

/// Where a witness keeps its key and its rows.
struct WitnessOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The witness's folder; `CUSTODY_WITNESS` or `$XDG_STATE_HOME/custody/witness` otherwise.",
      valueName: "dir"))
  var state: String?
  @Flag(help: "Print JSON.") var json = false

  var folder: String {
    get throws {
      if let folder = state ?? WitnessOptions.usualFolder { return folder }
      throw Failure.usage(
        "there is no home to keep a witness in", hint: "name a folder with `--state DIR`")
    }
  }

  static var usualFolder: String? {
    Environment.value("CUSTODY_WITNESS") ?? Environment.stateFolder.map { $0 + "/witness" }
  }

  func keyPath(_ folder: String) -> String { folder + "/witness.key" }

  func open(readOnly: Bool = false) throws -> WitnessStore {
    let folder = try folder
    guard WitnessStore.exists(in: folder) else {
      throw Failure(
        .failed, "there is no witness in `\(folder)`",
        hint: "`custody peer init --name NAME` makes one; `--state DIR` names another folder")
    }
    return try WitnessStore.open(in: folder, readOnly: readOnly)
  }

  static var seconds: Int64 { LocalTime.now().milliseconds / 1_000 }
}
