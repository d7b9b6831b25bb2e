import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports
import Symbols

/// `custody inspect`: what an inspector takes away.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "What an inspector takes away, on paper and in files.",
    discussion: """
      The page holds the name of the ledger, the site's verifier key and the leaf of entry 0. Give \
      it to the inspector on the day the ledger is opened. It is a trust file as it stands, and \
      with -o one side of paper with a QR Code:
        custody inspect --page > page.txt
        custody verify --trust page.txt
        custody inspect --page -o page.html

      At a visit the inspector makes up a word. It is signed into the entry of the visit, and the \
      inspector keeps the checkpoint and the proof that it is there: no other history of the site \
      can have it.
        custody inspect --nonce tulip-4711 --agency dea -o visit
        custody proof check visit/visit.tlog-proof --vkey VKEY
      """)
  @Flag(help: "Print the inspector's page.") var page = false
  @Flag(help: "Pin everybody's keys too, as they are today.") var people = false
  @Option(help: ArgumentHelp("Record a visit, with a word that the inspector makes up."))
  var nonce: String?
  @Option(
    help: "Whose visit: \(Agency.allCases.map(\.rawValue).joined(separator: ", ")).")
  var agency: String?
  @Option(help: "The notice that they presented, such as `DEA-82`.") var form: String?
  @Option(help: "Who came: 'NAME; ORGANIZATION; CREDENTIALS', kept in the vault. Repeatable.")
  var person: [String] = []
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The page as an HTML file; the folder for what a visitor takes away.", valueName: "path"))
  var output: String?
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions

  func validate() throws {
    guard page != (nonce != nil) else {
      throw ValidationError("say what you want: `--page`, or `--nonce NONCE` at a visit")
    }
    if nonce != nil, agency == nil || output == nil {
      throw ValidationError("a visit needs `--agency`, and a folder to take away with `-o`")
    }
  }

  func run() throws {
    if let nonce, let agency, let output { return try visit(nonce, agency, output) }
    let desk = try Desk.open(ledger, readOnly: true)
    let trust = try trust(desk, people: people)
    let notice = OneSignerNotice(desk.state)
    let page = InspectorPage(trust, notice)
    if let output {
      let svg = try Pictures.qr(page.code).svg(
        millimeters: 0.75, title: "the site's key and the hash of entry 0 as a QR Code")
      try EvidenceFiles.write(Array(page.page(svg: svg).html.utf8), to: output)
    }
    if ledger.json {
      var members: [String: JSON] = [
        "schema": "custody/inspector-page/1", "origin": .string(trust.origin.text),
        "vkey": .string(trust.siteKey.text), "genesis": .string(trust.genesisLeaf.base64),
        "trust": .string(trust.text),
      ]
      members["one_signer"] = notice.json
      return Console.print(.object(members))
    }
    Console.print(
      output.map { "the inspector's page is written to `\($0)`" } ?? page.text.trimmingLine)
  }

  private func trust(_ desk: Desk, people: Bool) throws -> TrustFile {
    let all = try desk.custodian.trust()
    return people ? all : try TrustFile(siteKey: all.siteKey, genesisLeaf: all.genesisLeaf)
  }
}

// MARK: - A visit

extension InspectCommand {
  /// Names of the files that a visitor takes away.
  private enum Taken {
    static let note = "checkpoint.note"
    static let proof = "visit.tlog-proof"
    static let page = "page.txt"
  }

  private func visit(_ nonce: String, _ agency: String, _ folder: String) throws {
    let desk = try Desk.open(ledger)
    let event = Inspection(
      agency: try Codes.read(agency, "an agency"), form: form, nonce: nonce)
    let signers = try desk.signers(signing)
    var notes = Notes()
    notes.outsider = !person.isEmpty
    let privates = try person.map(desk.outsider)
    if !signing.dryRun { try makeFolder(folder) }
    let before = desk.state
    // 1. The visit, with the word that nobody on the premises could know before.
    var done: [Acknowledgement]
    do {
      done = try desk.write(signing, with: signers) {
        try $0.add($0.draft(event, notes: notes, privates: privates))
      }
    } catch {
      // Nothing was recorded, so that nothing lies ready to be taken away.
      rmdir(folder)
      throw error
    }
    guard !signing.dryRun, let seq = done.first?.seq else {
      return desk.say(done, before: before, dryRun: signing.dryRun)
    }
    // 2. What the inspector keeps: durable here, and about to leave the building.
    let (head, proof) = try handOver(seq, desk, to: folder)
    // 3. That it was taken away.
    let anchor = Anchor(
      .inspector, over: head, by: "an inspector, \(event.agency.rawValue)",
      request: Array(nonce.utf8), evidence: Array(proof.utf8))
    done += try desk.write(signing, with: signers) { try $0.anchor(anchor) }
    desk.say(done, before: before, dryRun: false)
    desk.warn()
    let line =
      "for the inspector, in `\(folder)`: \(Taken.note), \(Taken.proof) and its entry, "
      + Taken.page
    ledger.json ? Console.say(line) : Console.print("  " + line)
  }

  private func makeFolder(_ path: String) throws {
    if let files = try? FileManager.default.contentsOfDirectory(atPath: path), !files.isEmpty {
      throw Failure(.failed, "`\(path)` exists, and is not an empty folder")
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(.failed, "the folder `\(path)` cannot be made")
    }
  }

  private func handOver(
    _ seq: Int64, _ desk: Desk, to folder: String
  ) throws -> (CheckpointRow, proof: String) {
    let head = try desk.custodian.promote()
    try desk.requireSigned(head)
    let (path, raw) = try desk.custodian.store.read { snapshot in
      (try snapshot.tree.inclusion(of: seq, in: head.size), try snapshot.entry(seq))
    }
    guard let body = raw?.body, path.verify(leaf: SHA256.leaf(body), root: head.root) == .verified
    else {
      throw Failure(
        .tampered, "entry \(seq) does not lead to the head", hint: "`custody verify` says more")
    }
    let proof = TlogProof(path, note: head.note).text
    let page = InspectorPage(try trust(desk, people: true), OneSignerNotice(desk.state)).text
    for (name, bytes) in [
      (Taken.note, Array(head.note.utf8)), (Taken.proof, Array(proof.utf8)),
      (ProveCommand.body(of: Taken.proof), body), (Taken.page, Array(page.utf8)),
    ] {
      try EvidenceFiles.write(bytes, to: folder + "/" + name)
    }
    return (head, proof)
  }
}
