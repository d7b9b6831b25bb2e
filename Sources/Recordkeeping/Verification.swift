import Dispensary
package import LedgerCore
package import LedgerStore
import Notation

/// Looks at everything that a ledger says, and believes nothing of it.
///
///     let store = try LedgerStore.open(in: folder, readOnly: true, journal: state)
///     let report = try LedgerVerification.verify(store: store, trust: trust)
///
/// It works on ledgers that ``Custodian/open(in:readOnly:journal:temporary:surroundings:)`` would
/// refuse, reads one moment, and never stops at the first fault.
package enum LedgerVerification {
  package enum Stage: String, CaseIterable, Sendable {
    case file, entries, signatures, tree, projections, domain, vault
  }

  /// - Parameters:
  ///   - trust: what an inspector knows beforehand.
  ///   - trustName: how to call it in the verdict, such as the name of its file.
  ///   - earlier: checkpoints of this ledger that it must extend.
  ///   - authorities: certificates in PEM that time stamps are traced to; see ``TimeStamp``.
  ///   - depth: how many signatures are verified; the report says how many were not.
  ///   - keyFilesWithoutPassphrase: named in a warning.
  ///   - progress: called with a stage, what is done of it, and all of it.
  package static func verify(
    store: LedgerStore, trust: TrustFile? = nil, trustName: String = "the trust file",
    earlier: [Checkpoint] = [], authorities: [UInt8] = [],
    depth: StreamVerifier.Depth = .full, keyFilesWithoutPassphrase: [String] = [],
    progress: @escaping (Stage, Int64, Int64) -> Void = { _, _, _ in }
  ) throws -> VerificationReport {
    // The journal first: what others append while this reads is in neither.
    let seen = Result { () throws(StoreError) in try store.lastSeenHead() }
    return try store.read { snapshot in
      let examination = Examination(
        snapshot: snapshot, trust: trust, trustName: trustName, earlier: earlier, seen: seen,
        weakKeys: keyFilesWithoutPassphrase, progress: progress)
      examination.depth = depth
      examination.authorities = authorities
      return examination.run()
    }
  }
}

/// One verification in progress.
final class Examination {
  let snapshot: Snapshot
  let trust: TrustFile?
  let trustName: String
  let earlier: [Checkpoint]
  let seen: Result<(size: Int64, root: Digest)?, StoreError>
  let weakKeys: [String]
  var depth = StreamVerifier.Depth.full
  var authorities: [UInt8] = []
  let progress: (LedgerVerification.Stage, Int64, Int64) -> Void

  // Faults of the entries and of what vouches for them come before those of derived tables, of
  // which they may be the cause.
  var evidence: [Fault] = []
  var derived: [Fault] = []
  var aggregates: [Fault] = []
  var faultCount = 0
  var faultsOfStage: [LedgerVerification.Stage: Int] = [:]
  var discrepancies: [String] = []
  var warnings: [String] = []
  var texts: [LedgerVerification.Stage: String] = [:]

  var entryCount: Int64 = 0
  var bytesHashed: Int64 = 0
  var handles: [String: String] = [:]
  var signed: [KeyName: [Int64]] = [:]

  // What the entries say when they are folded.
  var state = State()
  var journal: [JournalRow] = []
  /// The first entry that could not be folded; nothing after it was.
  var unfolded: Int64?
  var touched = LastTouched()
  var promotions = PromotionCheck()
  /// What the entries say about anchors, and those of them whose evidence is there and fits.
  var namedAnchors: [NamedAnchor] = []
  var soundAnchors: [(named: NamedAnchor, row: StoredAnchor)] = []
  /// Witnesses that the entries adopt, and what they have cosigned.
  var adopted: [(seq: Int64, key: WitnessKey)] = []
  var cosigned: [(size: Int64, key: WitnessKey)] = []
  var anchors: [VerificationReport.Anchor] = []
  /// `ts` of each entry.
  var times: [Int64] = []

  // What the vault should hold.
  var expected: [String: Int64] = [:]
  var erased: [String: Int64] = [:]
  var unread: Set<Int64> = []

  init(
    snapshot: Snapshot, trust: TrustFile?, trustName: String, earlier: [Checkpoint],
    seen: Result<(size: Int64, root: Digest)?, StoreError>, weakKeys: [String],
    progress: @escaping (LedgerVerification.Stage, Int64, Int64) -> Void
  ) {
    self.snapshot = snapshot
    self.trust = trust
    self.trustName = trustName
    self.earlier = earlier
    self.seen = seen
    self.weakKeys = weakKeys
    self.progress = progress
  }

  func run() -> VerificationReport {
    checkFile()
    guard let origin = origin() else { return unreadable() }
    let tree = readTree()
    let found = scan(origin, tree)
    checkBeside()
    checkAnchors(tree)
    judgeAnchors(tree)
    checkProjections(found.size)
    checkVault(found.size)
    warn(found)
    return report(origin, found, tree)
  }

  func report(_ fault: Fault, _ stage: LedgerVerification.Stage) {
    faultCount += 1
    faultsOfStage[stage, default: 0] += 1
    guard faultsOfStage[stage, default: 0] <= CoreLimits.faultsMax else { return }
    evidence.append(fault)
  }
}

// MARK: - The file

extension Examination {
  private func checkFile() {
    progress(.file, 0, 1)
    for line in attempt(.file, "the file", { try snapshot.integrityCheck() }) ?? [] {
      report(Fault(.fileDamaged, at: nil, "SQLite finds the file damaged: \(line)"), .file)
    }
    for line in attempt(.file, "the schema", { try snapshot.schemaDifferences() }) ?? [] {
      report(
        Fault(.schemaChanged, at: nil, "the schema is not the one that was shipped: \(line)"),
        .file)
    }
    progress(.file, 1, 1)
  }

  /// Runs one reading; what SQLite cannot read is damage, and the next stage goes on.
  func attempt<T>(
    _ stage: LedgerVerification.Stage, _ what: String, at seq: Int64? = nil,
    _ body: () throws -> T
  ) -> T? {
    do { return try body() } catch {
      let text = (error as? StoreError).map { "\($0.code.text)" } ?? "malformed"
      report(Fault(.fileDamaged, at: seq, "\(what) cannot be read: \(text)"), stage)
      return nil
    }
  }

  /// The origin by which entry 0 begins: of the names that the ledger gives itself, the one that
  /// `prev` of entry 0 is the hash of.
  private func origin() -> Origin? {
    let rows = attempt(.file, "table log", at: 0) { try snapshot.logRows() } ?? []
    let first = (try? snapshot.entry(0))?.body.flatMap { try? EntryBody(reading: $0) }
    let names =
      [rows.first.flatMap { $0.count > 1 ? $0[1].text : nil }]
      + [first?.fields["origin"]?.text]
    let origins = names.compactMap { $0 }.compactMap { try? Origin($0) }
    let origin =
      origins.first { $0.genesisPrev == first?.prev } ?? origins.first ?? trust?.origin
    if let origin { checkLog(rows, origin) }
    return origin
  }

  private func checkLog(_ rows: [[RawValue]], _ origin: Origin) {
    guard rows.count == 1, let row = rows.first, row.count == 5 else {
      return report(
        Fault(.logMismatch, at: 0, "table log has \(rows.count) rows instead of one"), .file)
    }
    let wanted: [(String, RawValue, RawValue)] = [
      ("id", row[0], .integer(1)),
      ("origin", row[1], .text(Array(origin.text.utf8))),
      ("epoch", row[2], .integer(Int64(origin.epoch))),
      ("format", row[3], .text(Array(KeyRegister.format.utf8))),
      ("prior_note", row[4], .null),
    ]
    for (name, stored, computed) in wanted where stored != computed {
      report(
        Fault(
          .logMismatch, at: 0, "`\(name)` of table log is not that of entry 0",
          stored: stored.shown, computed: computed.shown), .file)
    }
  }

  private func unreadable() -> VerificationReport {
    let text = "neither table log nor entry 0 says which ledger it is"
    return VerificationReport(
      origin: nil, size: 0, root: nil, headNote: nil, stages: stages(), faults: evidence,
      faultCount: faultCount, firstBad: nil, discrepancies: [], erasures: [], warnings: warnings,
      trustSource: trustSource([]), anchors: [], exposure: 0, verdict: .unreadable(text))
  }
}

extension RawValue {
  var shown: String {
    switch self {
    case .null: "nothing"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .text(let bytes): String(decoding: bytes, as: UTF8.self)
    case .blob(let bytes): Base64.encode(bytes)
    }
  }
}

// MARK: - Entries, signatures, tree

/// The rows that stand beside the entries, as far as they can be read.
struct StoredTree {
  var subtrees: [RawSubtree] = []
  var checkpoints: [RawCheckpoint] = []
  var head: RawCheckpoint?
}

/// The entry that last changed a row of the derived tables.
struct LastTouched {
  /// By account, product and lot.
  var balances: [String: Int64] = [:]
  var containers: [String: Int64] = [:]
  var draws: [String: Int64] = [:]
  var cases: [String: Int64] = [:]

  mutating func note(_ touched: Touched, by seq: Int64) {
    for bucket in touched.buckets {
      let item = bucket.item
      balances["\(bucket.account.text) \(item.product.text) \(item.lot)"] = seq
    }
    for id in touched.containers { containers[id.text] = seq }
    for id in touched.draws { draws[id.text] = seq }
    for id in touched.cases { cases[id.text] = seq }
  }
}

extension Examination {
  private func readTree() -> StoredTree {
    var tree = StoredTree()
    for row in attempt(.tree, "table subtree", { try snapshot.subtreeRows() }) ?? [] {
      if row.count == 3, let level = row[0].integer, let index = row[1].integer,
        let hash = row[2].blob
      {
        tree.subtrees.append(RawSubtree(level: level, index: index, hash: hash))
      } else {
        report(Fault(.columnClass, at: nil, "a subtree row holds another class of value"), .tree)
      }
    }
    for row in attempt(.tree, "table checkpoint", { try snapshot.checkpointRows() }) ?? [] {
      if let checkpoint = checkpoint(row) { tree.checkpoints.append(checkpoint) }
    }
    let heads = attempt(.tree, "table head", { try snapshot.headRows() }) ?? []
    if heads.count > 1 {
      report(Fault(.headColumns, at: nil, "the ledger has \(heads.count) heads"), .tree)
    }
    if let row = heads.first {
      if row.first != .integer(1) {
        report(
          Fault(
            .headColumns, at: row.count > 1 ? row[1].integer.map { max(0, $0 - 1) } : nil,
            "the head's row has another number"), .tree)
      }
      tree.head = checkpoint(Array(row.dropFirst()))
    }
    return tree
  }

  private func checkpoint(_ row: [RawValue]) -> RawCheckpoint? {
    if row.count == 3, let size = row[0].integer, let root = row[1].blob,
      case .text(let note) = row[2]
    {
      return RawCheckpoint(size: size, root: root, note: String(decoding: note, as: UTF8.self))
    }
    let seq = row.first?.integer.map { max(0, $0 - 1) }
    report(Fault(.columnClass, at: seq, "a checkpoint holds another class of value"), .tree)
    return nil
  }

  /// One pass over every stored byte of the entries and their signatures.
  private func scan(_ origin: Origin, _ tree: StoredTree) -> LedgerCore.Verification {
    let sizes = tree.checkpoints.map(\.size) + (tree.head.map { [$0.size] } ?? [])
    var verifier = StreamVerifier(
      origin: origin, checkpointSizes: sizes, trust: trust, earlier: earlier,
      seen: seenHead(of: origin), depth: depth)
    promotions = PromotionCheck(sizes: tree.checkpoints.map(\.size))
    let total = (try? snapshot.entryCount()) ?? 0
    do {
      try snapshot.forEachEntry { raw in
        verifier.take(raw.row)
        take(raw)
        if entryCount % 256 == 0 { progress(.entries, entryCount, total) }
      }
    } catch {
      let text = (error as? StoreError).map { $0.code.text } ?? "malformed"
      report(
        Fault(.fileDamaged, at: entryCount, "entries cannot be read on: \(text)"), .entries)
      unfolded = unfolded ?? entryCount
    }
    progress(.entries, entryCount, total)
    let found = verifier.finish(
      subtrees: tree.subtrees, checkpoints: tree.checkpoints, head: tree.head)
    // Of two faults of one entry, the one of its bytes explains the other.
    evidence.insert(contentsOf: found.faults, at: 0)
    faultCount += found.faultCount
    for fault in found.faults { faultsOfStage[stage(of: fault), default: 0] += 1 }
    checkPromotions(found)
    describe(found)
    return found
  }

  /// Whether every checkpoint that was due is there. Where entries or their tree are damaged, what
  /// was due cannot be told, and the damage is what must be named.
  private func checkPromotions(_ found: LedgerCore.Verification) {
    guard found.faultCount == 0, faultsOfStage[.tree, default: 0] == 0, unread.isEmpty else {
      return
    }
    promotions.finish(size: entryCount)
    for seq in promotions.missing {
      report(Fault(.checkpointMissing, at: seq, "the checkpoint that was due is missing"), .tree)
    }
  }

  private func seenHead(of origin: Origin) -> Checkpoint? {
    switch seen {
    case .success(let head):
      return head.map { Checkpoint(origin: origin, size: $0.size, root: $0.root) }
    case .failure:
      // This weakens a check and no more.
      warnings.append("the journal of heads cannot be read")
      return nil
    }
  }

  private func stage(of fault: Fault) -> LedgerVerification.Stage {
    let code = fault.code
    if code.hasPrefix("subtree") || code.hasPrefix("checkpoint") || code.hasPrefix("head") {
      return .tree
    }
    return code.hasPrefix("signature") || code.hasPrefix("key") ? .signatures : .entries
  }

  private func take(_ raw: RawEntry) {
    entryCount += 1
    bytesHashed += Int64(raw.body?.count ?? 0)
    for column in raw.oddColumns {
      report(
        Fault(.columnClass, at: raw.seq, "`\(column)` holds another class of value"), .entries)
    }
    guard let bytes = raw.body, let body = try? EntryBody(reading: bytes) else {
      unread.insert(raw.seq)
      unfolded = unfolded ?? raw.seq
      return
    }
    note(body)
    noteAnchor(body, at: raw.seq)
    notePeer(body, at: raw.seq)
    promotions.take(raw.seq, ts: body.ts)
    times.append(body.ts.milliseconds)
    for signature in raw.signatures {
      guard let name = KeyName(signature.key), body.signers.contains(name) else { continue }
      signed[name, default: []].append(raw.seq)
    }
    for digest in body.sd { expected[digest] = raw.seq }
    if body.type == "erase" {
      for digest in body.fields["digests"]?.texts ?? [] { erased[digest] = raw.seq }
    }
    fold(body, at: raw.seq)
  }

  /// The short names of people, from their own entries.
  private func note(_ body: EntryBody) {
    let people: [JSON] =
      switch body.type {
      case "ledger.open": body.fields["founders"]?.items ?? []
      case "person.add": [body.fields]
      default: []
      }
    for person in people {
      guard let id = person["person"]?.text, let handle = person["handle"]?.text else { continue }
      if handles[id] == nil { handles[id] = handle }
    }
  }

  /// The entry's facts must fit what all entries before it say.
  private func fold(_ body: EntryBody, at seq: Int64) {
    guard unfolded == nil else { return }
    guard body.seq == seq, seq == state.size else {
      unfolded = seq
      return
    }
    do {
      try state.apply(try RecordedEvent(body))
      touched.note(state.lastTouched, by: seq)
      journal.append(Projecting.journal(body, state))
    } catch {
      unfolded = seq
      let texts = (error as? EventRefused)?.faults.map(\.text) ?? ["\(error)"]
      for text in texts {
        report(Fault(.eventRefused, at: seq, "the entry does not fit the ledger: \(text)"), .domain)
      }
    }
  }

  private func describe(_ found: LedgerCore.Verification) {
    texts[.file] = "integrity, schema and log row"
    texts[.entries] =
      "\(counted(entryCount, "entry", "entries")), \(grouped(bytesHashed)) bytes hashed and chained"
    let people = Set(signed.keys.map(\.person)).count
    texts[.signatures] =
      "\(counted(Int64(found.signaturesVerified), "valid signature", "valid signatures")) of "
      + "\(counted(Int64(people), "person", "people")) with "
      + counted(Int64(signed.count), "key", "keys")
      + (found.signaturesPassedOver > 0
        ? "; \(grouped(Int64(found.signaturesPassedOver))) not checked" : "")
    texts[.tree] =
      "\(counted(Int64(found.subtrees), "subtree row", "subtree rows")), "
      + "\(counted(Int64(found.checkpoints), "checkpoint", "checkpoints")), the head"
    let rest = unfolded.map { ", and none from entry \($0) on" } ?? ""
    texts[.domain] = "\(counted(state.size, "entry", "entries")) applied in order" + rest
  }

  /// Signatures that belong to nothing.
  private func checkBeside() {
    for stray in attempt(.signatures, "table signature", { try snapshot.straySignatures() }) ?? [] {
      report(
        Fault(
          .signatureExtra, at: stray.seq, "a signature of an entry that does not exist",
          stored: stray.signature.key), .signatures)
    }
  }
}

// MARK: - The end

extension Examination {
  private func warn(_ found: LedgerCore.Verification) {
    for event in found.register.singleAdministratorEvents {
      warnings.append(
        "\(event.type) of \(event.key) in entry \(event.seq) was signed by one administrator, "
          + handle(event.administrator))
    }
    for pair in found.sharedIntroducers {
      warnings.append(
        "\(handle(pair.witness)) witnessed \(handle(pair.performer)) in "
          + "\(counted(Int64(pair.entries), "entry", "entries")) from \(pair.firstSeq) on, and "
          + introduction(pair) + ": are they two people?")
    }
    warnings += state.oneSigner.map(\.text)
    warnAnchors()
    if !weakKeys.isEmpty {
      warnings.append("key files without passphrase: " + weakKeys.joined(separator: ", "))
    }
    if trust == nil {
      if found.size > 0 { warnings.append("person keys taken from the ledger itself") }
    } else if !found.unpinnedKeys.isEmpty {
      warnings.append(
        "person keys taken from the ledger itself: "
          + found.unpinnedKeys.map(\.text).joined(separator: ", "))
    }
  }

  private func introduction(_ pair: SharedIntroducer) -> String {
    if pair.introducer == pair.performer { return "the performer introduced the witness" }
    if pair.introducer == pair.witness { return "the witness introduced the performer" }
    return "\(handle(pair.introducer)) introduced both"
  }

  func handle(_ person: String) -> String { handles[person] ?? person }

  private func stages() -> [VerificationReport.StageResult] {
    LedgerVerification.Stage.allCases.map {
      VerificationReport.StageResult(
        stage: $0, text: texts[$0] ?? "not read", faults: faultsOfStage[$0, default: 0])
    }
  }

  private func trustSource(_ unpinned: [KeyName]) -> String {
    var parts: [String] = []
    if let trust {
      let persons = trust.personKeys.count
      parts.append(
        "site key, entry 0" + (persons > 0 ? " and \(persons) person keys" : "")
          + " pinned by \(trustName)")
    }
    parts += earlier.map { "checkpoint of \($0.size) entries given" }
    if trust == nil { parts.append("person keys taken from the ledger itself") }
    parts += witnessSources
    return parts.joined(separator: "; ")
  }

  private func report(
    _ origin: Origin, _ found: LedgerCore.Verification, _ tree: StoredTree
  ) -> VerificationReport {
    let first = firstBad(found)
    return VerificationReport(
      origin: origin.text, size: found.size, root: found.root, headNote: tree.head?.note,
      stages: stages(), faults: sorted(evidence) + sorted(derived) + sorted(aggregates),
      faultCount: faultCount, firstBad: first, discrepancies: discrepancies,
      erasures: Dictionary(grouping: erased.values) { $0 }
        .map { VerificationReport.Erased(seq: $0.key, values: $0.value.count) }
        .sorted { $0.seq < $1.seq },
      warnings: warnings, trustSource: trustSource(found.unpinnedKeys), anchors: anchors,
      exposure: max(0, found.size - covered),
      verdict: verdict(found, first))
  }

  private func sorted(_ faults: [Fault]) -> [Fault] {
    faults.enumerated().sorted {
      ($0.element.seq ?? .max, $0.offset) < ($1.element.seq ?? .max, $1.offset)
    }.map(\.element)
  }

  /// The first bad entry: of the entries and what vouches for them, else of the rows of single
  /// entries, else of what is summed up over several.
  private func firstBad(_ found: LedgerCore.Verification) -> VerificationReport.FirstBad? {
    let ordered = [evidence, derived, aggregates].map(sorted).filter { !$0.isEmpty }
    let named = ordered.compactMap(\.first).first { $0.seq != nil }
    guard let fault = named ?? ordered.first?.first else { return nil }
    let spares = evidence.allSatisfy { fault in
      Examination.besideCodes.contains { fault.code.hasPrefix($0) }
    }
    guard let seq = fault.seq else {
      return VerificationReport.FirstBad(
        fault: fault, signedBy: [], laterSigners: [], breaksLater: false, sparesEntries: spares)
    }
    // Where the chain was made to fit again, the later signatures themselves are no longer valid.
    let broken = brokenSigners(after: seq)
    let breaks = Examination.contentCodes.contains(fault.code) || !broken.isEmpty
    let valid = found.firstBadSeq == seq ? found.laterSigners.map(use) : laterSigners(after: seq)
    return VerificationReport.FirstBad(
      fault: fault, signedBy: signers(of: seq), laterSigners: broken.isEmpty ? valid : broken,
      breaksLater: breaks, sparesEntries: spares)
  }

  /// Faults in what stands beside the entries: with no others, the entries are as they were signed.
  private static let besideCodes = [
    "row-", "subtree-", "checkpoint-", "head-", "log-", "vault-", "cosignature-", "anchor-",
    "schema-",
  ]

  /// Whose signatures under later entries are not valid, as far as faults were kept.
  private func brokenSigners(after seq: Int64) -> [VerificationReport.KeyUse] {
    var seqs: [KeyName: [Int64]] = [:]
    for fault in evidence where fault.code == FaultCode.signatureInvalid.rawValue {
      let words = fault.text.split(separator: "`", omittingEmptySubsequences: false)
      guard let later = fault.seq, later > seq, words.count > 1,
        let name = KeyName(String(words[1]))
      else { continue }
      seqs[name, default: []].append(later)
    }
    return seqs.sorted { $0.key < $1.key }.map { name, later in
      VerificationReport.KeyUse(
        key: name, handle: handle(name.person), entries: later.count, lastSeq: later.max() ?? seq)
    }
  }

  /// Faults in what the later entries' chain of hashes has gone through.
  private static let contentCodes = Set(
    [
      FaultCode.sequenceGap, .leafMalformed, .leafMismatch, .bodyWithheld, .bodyNotCanonical,
      .bodyMalformed, .seqMismatch, .prevMismatch, .timeDecreases, .trustGenesis,
    ].map(\.rawValue))

  private func use(_ later: LaterSigner) -> VerificationReport.KeyUse {
    VerificationReport.KeyUse(
      key: later.key, handle: handle(later.key.person), entries: later.entries,
      lastSeq: later.lastSeq)
  }

  private func signers(of seq: Int64) -> [VerificationReport.KeyUse] {
    let entry = try? snapshot.entry(seq)
    return (entry?.signatures ?? []).compactMap { KeyName($0.key) }.map {
      VerificationReport.KeyUse(key: $0, handle: handle($0.person), entries: 1, lastSeq: seq)
    }
  }

  private func laterSigners(after seq: Int64) -> [VerificationReport.KeyUse] {
    let bad = Set(evidence.compactMap(\.seq))
    return signed.sorted { $0.key < $1.key }.compactMap { name, seqs in
      let later = seqs.filter { $0 > seq && !bad.contains($0) }
      guard let last = later.last else { return nil }
      return VerificationReport.KeyUse(
        key: name, handle: handle(name.person), entries: later.count, lastSeq: last)
    }
  }

  private func verdict(
    _ found: LedgerCore.Verification, _ first: VerificationReport.FirstBad?
  ) -> VerificationVerdict {
    if let first { return .tamper(first.text) }
    if found.isEmpty { return .notProven("empty ledger") }
    if let why = missingQuorum { return .notProven(why) }
    if !discrepancies.isEmpty {
      return .discrepancies(size: found.size, discrepancies.joined(separator: "; "))
    }
    let outside = widestTraced.map { Examination.text($0, of: found.size) }
    var reasons =
      (outside.map { [$0] } ?? [])
      + earlier.filter { $0.size > 0 }.map {
        "extends the checkpoint of \($0.size) entries given"
      }
    if let trust {
      reasons.append(
        trust.personKeys.isEmpty
          ? "site key and entry 0 pinned by \(trustName)" : "keys pinned by \(trustName)")
    }
    if reasons.isEmpty { reasons = ["nothing outside vouches for it"] }
    if found.signaturesPassedOver > 0 {
      let passed = Int64(found.signaturesPassedOver)
      reasons.append(counted(passed, "signature", "signatures") + " not checked")
    }
    let because = reasons.joined(separator: ", ")
    return outside == nil
      ? .consistent(size: found.size, because: because)
      : .anchored(size: found.size, because: because)
  }
}

/// `1 entry`, `1,312 entries`.
func counted(_ number: Int64, _ one: String, _ many: String) -> String {
  "\(grouped(number)) \(number == 1 ? one : many)"
}

/// `1,312`.
func grouped(_ number: Int64) -> String {
  var text = ""
  for (index, digit) in String(number).reversed().enumerated() {
    if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}
