import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import Notation
import Recordkeeping

extension KeyCommand {
  /// `custody key passphrase`: no entry, because the key stays the same.
  struct Passphrase: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change the passphrase of a key file. The key stays the same.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Argument(help: "Whose key.") var handle: String
    @Option(
      help: ArgumentHelp(
        "Read the old and the new passphrase from this descriptor, a line each.", valueName: "n"))
    var passphraseFd: Int32?
    @Flag(name: [.customShort("n"), .long], help: "Do everything but keep it.")
    var dryRun = false

    func validate() throws {
      guard let descriptor = passphraseFd, fcntl(descriptor, F_GETFD) == -1 else { return }
      throw ValidationError("descriptor \(descriptor) of `--passphrase-fd` is not open")
    }

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let person = try desk.person(handle)
      guard let record = desk.state.activeKey(of: person.id), let name = KeyName(record.name) else {
        throw Failure.usage(
          "`\(person.handle.text)` has no key", hint: "`custody key new \(person.handle.text)`")
      }
      let path = KeyFiles.path(options: ledger, name)
      let key = try KeyFiles.read(path, owner: person.name, passphraseFd)
      let passphrase = try KeyFiles.newPassphrase(of: person.name, passphraseFd)
      if dryRun { return Console.say("dry run: the file stays as it is") }
      try KeyFiles.replace(path, with: try key.pem(passphrase: passphrase))
      if ledger.json {
        return Console.print(["schema": "custody/passphrase/1", "key": .string(name.text)])
      }
      Console.print("`\(path)` has a new passphrase")
      Console.say("hint: copies of the file still open with the old one")
    }
  }

  /// `custody key site`: the key that signs checkpoints gives way to another.
  struct Site: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace the site's key, with which checkpoints are signed.",
      discussion: """
        An administrator signs; where there are two or more, a second one witnesses. In good order \
        the old key signs one last checkpoint together with the new one, so that whoever knows the \
        old key can follow. A key that is lost or stolen cannot hand on: then two people's word \
        stands alone, and `custody verify` says so ever after.
          custody key site --as kim --witness lee
          custody key site --reason stolen --as kim --witness lee
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Option(help: "Why: \(SiteKeyReplaced.reasons.joined(separator: ", ")).")
    var reason = "rotated"

    func run() throws {
      let desk = try Desk.open(ledger)
      let signers = try desk.signers(signing)
      try desk.requireRole(of: signers.by.person, for: SiteKeyReplaced.type)
      try Administrators.require(signers, desk)
      let old = reason == "rotated" ? try desk.siteKey() : nil
      let new = try PrivateKey.generate()
      let event = SiteKeyReplaced(
        siteKey: VerifierKey(desk.custodian.origin, new.publicKey).text, reason: reason)
      let file = SiteKeyFile(ledger)
      try file.hold(new, signing.dryRun) {
        try desk.record(signing, with: signers, handover: Handover(from: old, to: new)) {
          try $0.add($0.draft(event))
        }
      }
      guard !signing.dryRun else { return }
      // Beside the JSON of what was recorded this is talk.
      if ledger.json { return Console.say("site key \(event.siteKey)") }
      Console.print("  site key \(event.siteKey)")
      Console.say("hint: print the inspector's page anew, `custody inspect --page`")
    }
  }
}

/// `site.key` while one key takes the place of another.
struct SiteKeyFile {
  private let path: String
  private var waiting: String { path + ".new" }

  init(_ options: LedgerOptions) { path = KeyFiles.sitePath(options) }

  /// Writes the new key beside the old one before the entry, and in its place after it. What a crash
  /// leaves between the two is found by ``settle(_:)``.
  func hold(_ key: PrivateKey, _ dryRun: Bool, _ record: () throws -> Void) throws {
    if dryRun { return try record() }
    // One that was left by an entry that never came to be.
    try? FileManager.default.removeItem(atPath: waiting)
    try KeyFiles.write(try key.pem(passphrase: nil), to: waiting)
    // On an error it stays: where nobody knows whether the entry exists, the next command looks.
    try record()
    try take()
  }

  /// Puts the waiting key in its place where the ledger already knows it.
  func settle(_ known: PublicKey?) throws {
    guard FileManager.default.fileExists(atPath: waiting),
      let key = try? KeyFiles.read(waiting, owner: "the site", nil), key.publicKey == known
    else { return }
    try take()
  }

  private func take() throws {
    guard rename(waiting, path) == 0 else {
      throw Failure(
        .failed, "the file `\(waiting)` cannot be renamed to `\(path)`",
        hint: "the next command tries again")
    }
  }
}
