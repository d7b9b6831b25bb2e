import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody export bundle`: everything that an inspector needs to check the history without us.
struct BundleExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "A folder that an inspector checks without this program.",
    discussion: """
      It holds the entries and the tree as C2SP tlog-tiles, all signatures, the keys with the \
      entries that each may sign, and two short programs that check them with stock tools; \
      `VERIFY.txt` in it says how. It holds nothing about patients and no free text, unless you \
      name what is disclosed:
        custody export bundle -o bundle
        custody export bundle -o bundle --disclose note 18:name \\
          --purpose dea --recipient 'Dan Roe, DEA Columbus'
      What is about a patient is signed as a disclosure before it is handed out.

      With `--from` and `--to` (a number, or a day) other entries are withheld: only their hashes \
      are there. Those about people and keys always come along.
      """)
  @Option(name: .shortAndLong, help: ArgumentHelp("The folder; it is made.", valueName: "dir"))
  var output: String
  @Option(help: ArgumentHelp("The first entry, or the day it was recorded.", valueName: "entry"))
  var from: String?
  @Option(help: ArgumentHelp("The last entry, or the day it was recorded.", valueName: "entry"))
  var to: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Values to disclose: a field, or one entry's, such as `18:note`.", valueName: "field"))
  var disclose: [String] = []
  @Option(help: "What it is disclosed for, where it is about a patient.") var purpose: String?
  @Option(
    help: ArgumentHelp("To whom it is disclosed; kept in the vault.", valueName: "who"))
  var recipient: String?
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: disclose.isEmpty)
    let wishes = try disclose.flatMap { $0.split(separator: ",") }.map { try Wish(String($0)) }
    guard !EvidenceFolder.isTaken(output) else {
      throw Failure(.failed, "`\(output)` exists, and is not an empty folder")
    }
    guard try recordDisclosures(wishes, desk) else { return }
    let output = EvidenceFolder.trimmed(self.output)
    let folder = try EvidenceFolder(beside: output)
    defer { folder.discard() }
    let made = try desk.custodian.store.read { snapshot in
      var writer = try BundleWriter(
        snapshot, folder, wishes: wishes, range: try range(desk, snapshot),
        witnesses: desk.state.peers.compactMap { peer in
          (try? WitnessKey(peer.vkey)).map { ($0, peer.url) }
        })
      try writer.write()
      return writer
    }
    let verdict = try folder.check(made.siteKey)
    try folder.keep(as: output)
    try say(made, verdict)
  }

  /// Signs a disclosure for each patient whom a value is about, before anything leaves the vault.
  ///
  /// - Returns: whether to go on; a rehearsal ends here.
  private func recordDisclosures(_ wishes: [Wish], _ desk: Desk) throws -> Bool {
    let patients = try desk.custodian.store.read { try subjects(wishes, desk, $0) }
    guard !patients.isEmpty else { return !signing.dryRun }
    guard let purpose, let recipient else {
      throw Failure.usage(
        "these values are about \(patients.map(desk.code).joined(separator: ", "))",
        hint: "say for what and to whom: `--purpose dea --recipient 'WHO'`")
    }
    let why = try Codes.read(purpose, "a purpose") as RecordsDisclosed.Purpose
    let privates = [try desk.secret("recipient", recipient)]
    try desk.record(signing) { writing in
      for patient in patients {
        let event = RecordsDisclosed(subject: patient, purpose: why, content: .values)
        try writing.add(writing.draft(event, privates: privates))
      }
    }
    return !signing.dryRun
  }

  /// The patients of the entries whose values are wished for.
  private func subjects(
    _ wishes: [Wish], _ desk: Desk, _ snapshot: Snapshot
  ) throws -> [PatientID] {
    guard !wishes.isEmpty else { return [] }
    let range = try range(desk, snapshot)
    var unmet = wishes
    var patients: [PatientID] = []
    for entry in desk.state.journal where range.contains(entry.seq) {
      let openings = try snapshot.openings(of: entry.seq).filter { opening in
        wishes.contains { $0.admits(opening) }
      }
      unmet.removeAll { wish in openings.contains(where: wish.admits) }
      if let patient = entry.patient, !openings.isEmpty { patients.append(patient) }
    }
    // A wish that nothing meets ends in an error, and nothing is disclosed.
    return unmet.isEmpty ? patients.unique : []
  }

  /// Entries that are shown.
  private func range(_ desk: Desk, _ snapshot: Snapshot) throws -> ClosedRange<Int64> {
    let last = try snapshot.size() - 1
    let first = try from.map { try seq($0, isEnd: false, desk) } ?? 0
    let end = min(try to.map { try seq($0, isEnd: true, desk) } ?? last, last)
    guard first >= 0, first <= end else {
      throw Failure.usage(
        "no entry lies between `--from` and `--to`", hint: "the ledger has entries 0 to \(last)")
    }
    return first...end
  }

  private func seq(_ text: String, isEnd: Bool, _ desk: Desk) throws -> Int64 {
    if let seq = Int64(text) { return seq }
    let time = try LocalTime.readPeriod(text, end: isEnd, now: desk.now, zone: desk.zone)
    let journal = desk.state.journal
    return isEnd
      ? journal.last { $0.recordedAt <= time }?.seq ?? -1
      : journal.first { $0.recordedAt >= time }?.seq ?? .max
  }

  private func say(_ made: BundleWriter, _ verdict: BundleVerdict) throws {
    let output = EvidenceFolder.trimmed(self.output)
    if ledger.json {
      return Console.print([
        "schema": "custody/bundle/1", "folder": .string(output),
        "size": .integer(made.head.size), "root": .string(made.head.root.base64),
        "vkey": .string(made.siteKey.text), "shown": .integer(verdict.entries),
        "withheld": .integer(verdict.withheld), "disclosed": .integer(Int64(made.disclosed)),
      ])
    }
    let withheld = verdict.withheld == 0 ? "" : ", \(verdict.withheld) of them by their hash only"
    let values = made.disclosed == 1 ? "1 value is" : "\(made.disclosed) values are"
    Console.print(
      """
      bundle of \(made.head.size) entries in `\(output)`\(withheld)
        \(made.disclosed == 0 ? "nothing about patients is" : values) disclosed
        checked as it was written: \(verdict.signatures) signatures
        `\(output)/VERIFY.txt` says how others check it; the verifier key is
        \(made.siteKey)
      """)
  }
}

/// A value that is to be disclosed: of one entry, or wherever it occurs.
struct Wish {
  let seq: Int64?
  let name: String

  init(_ text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard let seq = Int64(parts[0]), seq >= 0, !parts[1].isEmpty else {
        throw Failure.usage(
          "`\(text)` does not name a value",
          hint: "write a field such as `note`, or an entry's such as `18:note`")
      }
      (self.seq, name) = (seq, String(parts[1]))
    } else {
      (seq, name) = (nil, text)
    }
  }

  func admits(_ opening: Opening) -> Bool {
    opening.name == name && (seq ?? opening.seq) == opening.seq
  }
}

/// Writes the files of a bundle.
struct BundleWriter {
  let siteKey: VerifierKey
  let head: CheckpointRow
  private(set) var disclosed = 0

  private let snapshot: Snapshot
  private let folder: EvidenceFolder
  private let wishes: [Wish]
  private let range: ClosedRange<Int64>
  private let witnesses: [(key: WitnessKey, url: String?)]
  private var register: KeyRegister
  private var frontier = Frontier()
  private var tiles: [Int: [Digest]] = [:]
  private var entries: [[UInt8]] = []
  private var signatures = ""
  private var openings = ""
  private var proven: [Int64] = []
  /// The entries that name an anchor, in order, and whether each is shown.
  private var anchors: [(seq: Int64, size: Int64, isShown: Bool)] = []
  // Numbers of the wishes that some value has met.
  private var met: Set<Int> = []

  init(
    _ snapshot: Snapshot, _ folder: EvidenceFolder, wishes: [Wish], range: ClosedRange<Int64>,
    witnesses: [(key: WitnessKey, url: String?)]
  ) throws {
    self.witnesses = witnesses
    self.snapshot = snapshot
    self.folder = folder
    self.wishes = wishes
    self.range = range
    siteKey = try snapshot.ownSiteKey()
    head = try snapshot.signedHead(siteKey)
    register = KeyRegister(origin: try Origin(siteKey.name))
  }

  mutating func write() throws {
    try snapshot.forEachEntry(through: head.size - 1) { try take($0) }
    guard frontier.size == head.size, frontier.root == head.root else {
      throw BundleWriter.broken("the entries do not lead to the head")
    }
    try finishTiles()
    if let wish = wishes.indices.first(where: { !met.contains($0) }).map({ wishes[$0] }) {
      let place = wish.seq.map { "entry \($0) is not shown or has no" }
      throw Failure.usage(
        (place ?? "no entry that is shown has a") + " value called `\(wish.name)`",
        hint: "`name`, `address`, `birth_date`, `note` and `reason` are such values")
    }
    try folder.write(Array(head.note.utf8), to: "checkpoint")
    try folder.write("\(siteKey)\n", to: "vkey")
    try folder.write(BundleText.policy(siteKey, witnesses: witnesses), to: "policy")
    try writeCosigned()
    try folder.write(signatures, to: "signatures.jsonl")
    try folder.write(BundleText.keys(register), to: "keys.jsonl")
    try folder.write(openings, to: "openings.jsonl")
    try writeProofs()
    try writeAnchors()
    try folder.write(BundleFiles.page + "\n", to: "VERIFY.txt")
    try folder.write(BundleFiles.python + "\n", to: "verify.py", isProgram: true)
    try folder.write(BundleFiles.shell + "\n", to: "verify.sh", isProgram: true)
  }

  private static func broken(_ text: String) -> Failure {
    Failure(.tampered, text, hint: "`custody verify` says more")
  }

  private mutating func take(_ raw: RawEntry) throws {
    guard let bytes = raw.body, SHA256.leaf(bytes).bytes == raw.leaf,
      let body = try? EntryBody(reading: bytes)
    else { throw BundleWriter.broken("entry \(raw.seq) does not fit its hash") }
    _ = register.admit(body)
    let isShown = range.contains(raw.seq) || BundleWriter.isAboutKeys(body.type)
    entries.append(isShown ? bytes : [])
    if body.type == AnchorAdded.type {
      anchors.append((raw.seq, body.fields["size"]?.whole ?? 0, isShown))
    }
    if isShown {
      signatures += raw.signatures.map { BundleText.signature(raw.seq, $0) }.joined()
      if !wishes.isEmpty { try takeOpenings(body) }
    }
    let leaf = SHA256.leaf(bytes)
    tiles[0, default: []].append(leaf)
    for row in frontier.append(leaf) { tiles[row.level, default: []].append(row.hash) }
    if entries.count == TileName.fullWidth { try writeEntries() }
  }

  /// Without these entries nobody could say whose key is whose.
  private static func isAboutKeys(_ type: String) -> Bool {
    ["ledger.", "key.", "person."].contains { type.hasPrefix($0) }
  }

  private mutating func takeOpenings(_ body: EntryBody) throws {
    guard range.contains(body.seq), !body.sd.isEmpty else { return }
    let wanted = try snapshot.openings(of: body.seq).filter { opening in
      wishes.contains { $0.admits(opening) }
    }
    for opening in wanted {
      guard Disclosure.digest(of: opening.disclosure) == opening.digest,
        body.sd.contains(opening.digest),
        (try? Disclosure(opening.disclosure))?.name == opening.name
      else {
        throw BundleWriter.broken("a value in the vault is not the one of entry \(body.seq)")
      }
      openings += BundleText.opening(
        body.seq, digest: opening.digest, disclosure: opening.disclosure)
      met.formUnion(wishes.indices.filter { wishes[$0].admits(opening) })
      disclosed += 1
    }
    if !wanted.isEmpty { proven.append(body.seq) }
  }

  // MARK: Files

  private mutating func writeEntries() throws {
    let index = (frontier.size - 1) >> 8
    let name = TileName(.entries, index: index, width: entries.count)
    try folder.write(EntryBundle.bytes(entries), to: name.path)
    entries = []
  }

  private mutating func finishTiles() throws {
    if !entries.isEmpty { try writeEntries() }
    for (level, hashes) in tiles {
      for start in stride(from: 0, to: hashes.count, by: TileName.fullWidth) {
        let part = hashes[start..<min(start + TileName.fullWidth, hashes.count)]
        let name = TileName(.hashes(level: level), index: Int64(start >> 8), width: part.count)
        try folder.write(part.flatMap(\.bytes), to: name.path)
      }
    }
  }

  /// For each witness the largest checkpoint that it has cosigned, with every witness's line.
  private func writeCosigned() throws {
    var lines: [Int64: [NoteSignature]] = [:]
    for row in try snapshot.cosignatureRows() {
      guard row.count == 2, let size = row[0].integer, size <= head.size, let text = row[1].text,
        let line = try? NoteSignature(line: text)
      else { throw BundleWriter.broken("a cosignature is malformed") }
      lines[size, default: []].append(line)
    }
    let largest = Dictionary(grouping: lines.flatMap { size, all in all.map { ($0.name, size) } }) {
      $0.0
    }
    for size in Set(largest.values.compactMap { $0.map(\.1).max() }).sorted() {
      guard let row = try snapshot.checkpoint(at: size) else {
        throw BundleWriter.broken("the checkpoint of \(size) entries is not there")
      }
      let note = try SignedNote(row.note).adding(lines[size] ?? []).note
      try folder.write(note, to: "cosigned/\(size)")
    }
  }

  /// The k-th entry that names an anchor has the k-th row of evidence.
  private func writeAnchors() throws {
    guard !anchors.isEmpty else { return }
    let rows = try snapshot.anchors()
    for (index, anchor) in anchors.enumerated() where anchor.isShown {
      guard let row = rows.first(where: { $0.id == Int64(index + 1) })?.row,
        let checkpoint = try snapshot.checkpoint(at: anchor.size)
      else { throw BundleWriter.broken("the anchor of entry \(anchor.seq) is not there") }
      let place = "anchors/\(anchor.seq)."
      try folder.write(checkpoint.note, to: place + "note")
      try folder.write(row.evidence, to: place + "evidence")
      if let request = row.request { try folder.write(request, to: place + "request") }
    }
  }

  private func writeProofs() throws {
    try folder.makeFolder("proofs")
    for seq in proven {
      let proof = TlogProof(try snapshot.tree.inclusion(of: seq, in: head.size), note: head.note)
      try folder.write(proof.text, to: "proofs/\(seq).tlog-proof")
    }
  }
}
