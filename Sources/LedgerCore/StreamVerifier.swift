internal import Notation

/// Verifies a ledger in one pass over its entries, and never stops at the first fault.
///
///     var verifier = StreamVerifier(origin: origin, checkpointSizes: sizes)
///     for row in rows { verifier.take(row) }
///     let found = verifier.finish(subtrees: subtrees, checkpoints: checkpoints, head: head)
///
/// It reads nothing by itself. It keeps one root for each checkpoint, one digest for each 256
/// entries, and small tallies for each key and each pair of signers.
package struct StreamVerifier: Sendable {
  /// How deep to look.
  package enum Depth: Hashable, Sendable {
    /// Every signature.
    case full
    /// Every signature of entries about the ledger, people, keys and what was destroyed, and the
    /// last signature of each key, which through `prev` covers all that its owner saw. That the
    /// right keys signed is checked for all.
    case fast
    /// That the right keys signed, but not that their signatures are valid; for internal use.
    case withoutSignatures
  }

  private let origin: Origin
  private let depth: Depth
  private let trust: TrustFile?
  private let earlier: [Checkpoint]
  private let seen: Checkpoint?

  private var register: KeyRegister
  private var frontier = Frontier()
  private var roots: [Int64: Digest] = [:]
  private let watched: Set<Int64>
  private var subtrees: [Place: Digest] = [:]

  private var faults: [Fault] = []
  private var faultCount = 0
  private var genesisLeaf: Digest?
  private var previous: Previous
  private var lastTS: Instant?
  // What the numbers of the rows are ahead of their count; 0 in a sound ledger.
  private var gap: Int64 = 0
  private var openImport: Range<Int64>?

  private var signaturesVerified = 0
  private var signaturesPassedOver = 0
  // The last signature of each key that was not verified yet; only for `fast`.
  private var held: [KeyName: Held] = [:]
  private var firstBad: Int64?
  private var firstBadSigners: [KeyName] = []
  // The signers of the last two entries, for faults that are found one entry late.
  private var recent: [Int64: [KeyName]] = [:]
  private var tally: [KeyName: Tally] = [:]
  private var pairs: [Pair: SharedIntroducer] = [:]

  /// A verifier for one ledger. `checkpointSizes` are the sizes of all rows of `checkpoint` and of
  /// `head`; `earlier` are checkpoints, opened by the caller, that the ledger must extend, and so
  /// is `seen`, the newest head that this machine remembers.
  package init(
    origin: Origin, checkpointSizes: [Int64], trust: TrustFile? = nil,
    earlier: [Checkpoint] = [], seen: Checkpoint? = nil, depth: Depth = .full
  ) {
    self.origin = origin
    self.depth = depth
    self.trust = trust
    self.earlier = earlier
    self.seen = seen
    register = KeyRegister(origin: origin)
    watched = Set(checkpointSizes + (earlier + [seen].compactMap { $0 }).map(\.size))
    previous = Previous(stored: origin.genesisPrev.bytes, computed: origin.genesisPrev)
    roots[0] = frontier.root
    if let trust, trust.origin != origin {
      report(
        .trustOrigin, nil, "the trust file names another ledger", origin.text, trust.origin.text)
    }
  }

  // MARK: Entries

  /// Takes the next row, in the order of `seq`.
  package mutating func take(_ row: EntryRow) {
    if row.seq != frontier.size + gap {
      report(
        .sequenceGap, min(row.seq, frontier.size + gap), "the numbers have a gap or a repetition",
        "\(row.seq)", "\(frontier.size + gap)")
      gap = row.seq - frontier.size
      openImport = nil
    }
    recent[row.seq - 2] = nil
    let computed = row.body.map(SHA256.leaf)
    let leaf = computed ?? Digest(row.leaf) ?? SHA256.hash(row.leaf)
    checkLeaf(row, computed)
    let body = read(row)
    // What an unreadable body closed or began is not known; it has its fault already.
    if body == nil { openImport = nil }
    let signed = body.map { checkSignatures(row, $0, leaf) } ?? false
    if let body { check(body, row, fits: leaf.bytes == row.leaf) }
    if row.seq == 0 { checkGenesis(row, leaf) }
    previous = Previous(stored: row.leaf, computed: leaf, signed: signed)
    grow(leaf)
  }

  private mutating func checkLeaf(_ row: EntryRow, _ computed: Digest?) {
    if row.leaf.count != Digest.byteCount {
      report(
        .leafMalformed, row.seq, "the leaf is not of 32 bytes", "\(row.leaf.count) bytes",
        computed?.base64)
    } else if let computed, computed.bytes != row.leaf {
      report(
        .leafMismatch, row.seq, "the leaf is not the hash of the body", Base64.encode(row.leaf),
        computed.base64)
    }
  }

  private mutating func read(_ row: EntryRow) -> EntryBody? {
    guard let bytes = row.body else {
      report(.bodyWithheld, row.seq, "the body is withheld and no later entry allows it")
      return nil
    }
    do { return try EntryBody(reading: bytes) } catch {
      report(error.code, row.seq, "\(error)")
      return nil
    }
  }

  private mutating func check(_ body: EntryBody, _ row: EntryRow, fits: Bool) {
    if body.seq != row.seq {
      report(
        .seqMismatch, row.seq, "the body has another number", "\(body.seq)", "\(row.seq)")
    }
    checkChain(body, row.seq, fits: fits)
    checkTimes(body, row.seq)
    checkImport(body, row.seq)
    for fault in register.admit(body) { keep(fault) }
    checkPins(body, row.seq)
    tallyPairs(body, row.seq)
  }

  private mutating func checkChain(_ body: EntryBody, _ seq: Int64, fits: Bool) {
    let prev = body.prev.bytes
    // An edited body or leaf has been reported at its own entry; the other of the two still fits.
    if prev == previous.stored || prev == previous.computed.bytes { return }
    // Where the entry before is not held by a signature it was replaced together with its leaf;
    // where it is held, it is this entry that does not belong here.
    // A body whose own leaf does not fit has been edited itself.
    let replaced = seq > 0 && !previous.signed && fits
    report(
      .prevMismatch, replaced ? seq - 1 : seq, "entry \(seq) does not continue the entry before it",
      body.prev.base64, previous.computed.base64)
  }

  private mutating func checkTimes(_ body: EntryBody, _ seq: Int64) {
    let free = body.type == "clock" && !body.wit.isEmpty
    if let lastTS, body.ts < lastTS, !free {
      report(
        .timeDecreases, seq, "`ts` goes back without a witnessed `clock` entry", body.ts.text,
        lastTS.text)
    }
    if body.ts < body.at {
      report(.atAfterTS, seq, "`at` is after `ts`", body.at.text, body.ts.text)
    }
    lastTS = body.ts
  }

  private mutating func checkImport(_ body: EntryBody, _ seq: Int64) {
    if body.type == "import.row" {
      openImport = (openImport?.lowerBound ?? seq)..<seq + 1
      return
    }
    guard let rows = openImport else { return }
    openImport = nil
    if body.type != "import.close" {
      return report(
        .importUnclosed, rows.lowerBound, "imported rows are not closed by `import.close`")
    }
    let stated = ["first", "last", "count"].map { body.fields[$0]?.whole }
    if stated != [rows.lowerBound, rows.upperBound - 1, Int64(rows.count)] {
      report(.importRange, seq, "`import.close` names another range than its rows")
    }
  }

  // MARK: Signatures

  /// Answers whether all required signatures are there and valid.
  private mutating func checkSignatures(
    _ row: EntryRow, _ body: EntryBody, _ leaf: Digest
  ) -> Bool {
    var missing = Set(register.requiredSigners(of: body))
    var valid = !missing.isEmpty
    for signature in row.signatures {
      guard let name = KeyName(signature.key), missing.remove(name) != nil else {
        report(
          .signatureExtra, row.seq, "a signature that the body does not call for", signature.key)
        continue
      }
      if check(signature, by: name, row, body, leaf) {
        count(name, row.seq)
      } else {
        valid = false
      }
    }
    for name in missing.sorted() {
      report(.signatureMissing, row.seq, "a required signature is missing", nil, name.text)
    }
    return valid && missing.isEmpty && depth == .full
  }

  private mutating func check(
    _ signature: RawSignature, by name: KeyName, _ row: EntryRow, _ body: EntryBody,
    _ leaf: Digest
  ) -> Bool {
    guard let key = register.verifyingKey(name, for: body) else {
      let known = register.keys[name] != nil
      report(
        known ? .keyNotValid : .keyUnknown, row.seq,
        known ? "the key may not sign this entry" : "nobody introduced the key", name.text)
      return false
    }
    if signature.algorithm != Int64(key.algorithm.rawValue) {
      report(
        .signatureAlgorithm, row.seq, "another algorithm than the key's", "\(signature.algorithm)",
        "\(key.algorithm.rawValue)")
      return false
    }
    if depth == .withoutSignatures { return true }
    let last = Held(signature: signature, key: key, seq: row.seq, stored: row.leaf, leaf: leaf)
    if depth == .fast {
      // What is verified now, or comes later, takes the place of what was held.
      if held.removeValue(forKey: name) != nil { signaturesPassedOver += 1 }
      if !StreamVerifier.weighs(body.type) {
        held[name] = last
        return true
      }
    }
    return verify(last, name)
  }

  /// Entries of which every signature counts at any depth.
  private static func weighs(_ type: String) -> Bool {
    ["erase", "redact", "recover", "clock"].contains(type)
      || ["ledger.", "key.", "person."].contains { type.hasPrefix($0) }
  }

  private mutating func verify(_ last: Held, _ name: KeyName) -> Bool {
    if verifies(last) {
      signaturesVerified += 1
      return true
    }
    report(
      .signatureInvalid, last.seq, "the signature of `\(name)` is not valid",
      Base64.encode(last.signature.bytes))
    return false
  }

  /// Over the leaf of the body, or over the stored one where the two differ: one edited value gives
  /// one fault.
  private func verifies(_ last: Held) -> Bool {
    let text = EntrySignature.text(origin: origin, seq: last.seq, leaf: last.leaf)
    if last.key.verify(text, last.signature.bytes) { return true }
    guard let stored = Digest(last.stored), stored != last.leaf else { return false }
    let other = EntrySignature.text(origin: origin, seq: last.seq, leaf: stored)
    return last.key.verify(other, last.signature.bytes)
  }

  private mutating func count(_ name: KeyName, _ seq: Int64) {
    if seq == firstBad { firstBadSigners.append(name) }
    recent[seq, default: []].append(name)
    tally[name, default: Tally()].add(seq, after: firstBad)
  }

  /// Remembers two who sign together although one person introduced them.
  private mutating func tallyPairs(_ body: EntryBody, _ seq: Int64) {
    guard let by = body.by, !body.type.hasPrefix("key.") else { return }
    for witness in body.wit {
      let pair = Pair(by, witness)
      if pairs[pair] != nil {
        pairs[pair]?.entries += 1
      } else if let introducer = sharedIntroducer(by, witness) {
        pairs[pair] = SharedIntroducer(
          performer: by.person, witness: witness.person, introducer: introducer, entries: 1,
          firstSeq: seq)
      }
    }
  }

  private func sharedIntroducer(_ by: KeyName, _ witness: KeyName) -> String? {
    let first = introducers(of: by)
    let second = introducers(of: witness)
    if second.contains(by.person) { return by.person }
    if first.contains(witness.person) { return witness.person }
    return first.intersection(second).min()
  }

  private func introducers(of name: KeyName) -> Set<String> {
    let person = register.persons[name.person]?.introducers ?? []
    return Set(person + (register.keys[name]?.introducers ?? [])).subtracting([name.person])
  }

  // MARK: Tree

  private mutating func grow(_ leaf: Digest) {
    for row in frontier.append(leaf) {
      subtrees[Place(level: Int64(row.level), index: row.index)] = row.hash
    }
    if watched.contains(frontier.size) { roots[frontier.size] = frontier.root }
  }

  // MARK: Pins

  private mutating func checkGenesis(_ row: EntryRow, _ leaf: Digest) {
    genesisLeaf = leaf
    guard let trust, trust.genesisLeaf != leaf else { return }
    report(
      .trustGenesis, 0, "entry 0 is not the one that the trust file names", leaf.base64,
      trust.genesisLeaf.base64)
  }

  private mutating func checkPins(_ body: EntryBody, _ seq: Int64) {
    guard let trust else { return }
    guard body.type == "ledger.open" || body.type.hasPrefix("key.") else { return }
    for (name, key) in trust.personKeys.sorted(by: { $0.key < $1.key }) {
      guard let known = register.keys[name], isNew(known, seq), known.key != key else { continue }
      report(
        .trustKey, seq, "the key `\(name)` is not the one that the trust file names",
        known.key.base64, key.base64)
    }
  }

  private func isNew(_ key: RegisteredKey, _ seq: Int64) -> Bool {
    key.firstSeq == (seq == 0 && register.persons[key.name.person]?.seq == 0 ? 0 : seq + 1)
  }

  // MARK: The end

  /// Compares what is stored beside the entries, and answers everything that was found.
  package consuming func finish(
    subtrees: [RawSubtree], checkpoints: [RawCheckpoint], head: RawCheckpoint?
  ) -> Verification {
    if let rows = openImport {
      report(.importUnclosed, rows.lowerBound, "imported rows are not closed by `import.close`")
    }
    for (name, last) in held.sorted(by: { $0.value.seq < $1.value.seq }) { _ = verify(last, name) }
    compareSitePin()
    compareRotations(Set(checkpoints.map(\.size) + [head].compactMap { $0?.size }))
    compare(subtrees)
    compare(checkpoints)
    compareHead(head, checkpoints)
    compareEarlier()
    comparePins()
    return verification(subtrees.count, checkpoints.count)
  }

  private mutating func compare(_ stored: [RawSubtree]) {
    var left = subtrees
    for row in stored {
      let place = Place(level: row.level, index: row.index)
      guard let computed = left.removeValue(forKey: place) else {
        report(
          .subtreeExtra, clamped(place.firstSeq), "a subtree row that no full block calls for",
          "\(row.level)/\(row.index)")
        continue
      }
      if computed.bytes == row.hash { continue }
      report(
        .subtreeMismatch, blamed(in: place.seqs), "a subtree row is not the root of its block",
        Base64.encode(row.hash), computed.base64)
    }
    for (place, hash) in left.sorted(by: { $0.key < $1.key }) {
      report(
        .subtreeMissing, blamed(in: place.seqs), "a subtree row is missing", nil, hash.base64)
    }
  }

  private mutating func compare(_ checkpoints: [RawCheckpoint]) {
    var seen: Set<Int64> = []
    for row in checkpoints {
      if !seen.insert(row.size).inserted {
        report(.checkpointRepeated, clamped(row.size - 1), "two checkpoints of one size")
      }
      if row.size > frontier.size {
        report(
          .checkpointBeyond, frontier.size, "a checkpoint is larger than the ledger",
          "\(row.size)", "\(frontier.size)")
      }
      compare(row, note: .checkpointNote, columns: .checkpointColumns, root: .checkpointRoot)
    }
  }

  private mutating func compareHead(_ head: RawCheckpoint?, _ checkpoints: [RawCheckpoint]) {
    guard let head else {
      if frontier.size > 0 || !checkpoints.isEmpty {
        report(.headMissing, clamped(frontier.size - 1), "the ledger has no head")
      }
      return
    }
    if head.size != frontier.size + gap || gap != 0 {
      report(
        .headSize, min(clamped(head.size), frontier.size), "the head is not of the ledger's size",
        "\(head.size)", "\(frontier.size)")
    }
    if let beyond = checkpoints.first(where: { $0.size > head.size }) {
      report(
        .headSize, clamped(head.size), "the head is smaller than a checkpoint", "\(head.size)",
        "\(beyond.size)")
    }
    compare(head, note: .headNote, columns: .headColumns, root: .headRoot)
  }

  /// One note against its columns, the site key and the computed root.
  private mutating func compare(
    _ row: RawCheckpoint, note: FaultCode, columns: FaultCode, root: FaultCode
  ) {
    let seq = clamped(row.size - 1)
    guard let checkpoint = open(row, note, seq) else { return }
    if checkpoint.size != row.size || checkpoint.root.bytes != row.root {
      report(
        columns, seq, "size or root beside the note are not those of the note",
        "\(row.size) \(Base64.encode(row.root))", "\(checkpoint.size) \(checkpoint.root)")
    }
    guard let computed = roots[checkpoint.size], computed != checkpoint.root else { return }
    report(
      root, firstFault(in: 0..<max(1, checkpoint.size)) ?? seq,
      "the root is not that of the entries", checkpoint.root.base64, computed.base64)
  }

  private mutating func open(
    _ row: RawCheckpoint, _ code: FaultCode, _ seq: Int64
  ) -> Checkpoint? {
    let keys = siteKeys(forSize: row.size)
    do throws(CoreError) {
      let checkpoint = try Checkpoint.open(note: row.note, keys: keys)
      if checkpoint.isCanonical(row.note, sites: keys) { return checkpoint }
      report(code, seq, "the note is not in its one form")
    } catch {
      report(code, seq, error.text)
    }
    return nil
  }

  /// Where the ledger's own keys are not those that were pinned, nothing that they sign counts.
  private func siteKeys(forSize size: Int64) -> [VerifierKey] {
    guard let trust, !isPinned else { return register.siteKeys(forSize: size) }
    return [trust.siteKey]
  }

  /// Whether the pinned key is one that the site had: the keys before and after it follow from
  /// entries under checkpoints that it signed, or from entry 0, which is pinned with it.
  private var isPinned: Bool {
    register.siteKeys.contains { $0.key == trust?.siteKey }
  }

  private mutating func compareSitePin() {
    guard let trust, frontier.size > 0, !isPinned else { return }
    report(
      .trustSiteKey, 0, "the site key is not the one that the trust file names",
      register.siteKeys.first?.key.text, trust.siteKey.text)
  }

  /// Each new site key has the checkpoint in which it takes over.
  private mutating func compareRotations(_ sizes: Set<Int64>) {
    for site in register.siteKeys.dropFirst() where !sizes.contains(site.seq + 1) {
      report(
        .checkpointMissing, site.seq,
        "the checkpoint in which the new site key takes over is missing"
      )
    }
  }

  private mutating func compareEarlier() {
    for checkpoint in earlier { compare(checkpoint, "an earlier checkpoint") }
    if let seen { compare(seen, "what this machine has seen of it") }
  }

  private mutating func compare(_ checkpoint: Checkpoint, _ name: String) {
    if let next = register.siteKeys.successor(of: checkpoint) {
      report(
        .siteKeyEnded, next.seq,
        "\(name) of \(checkpoint.size) entries is signed with the site key that entry \(next.seq) "
          + "replaced as \(next.reason?.rawValue ?? ""): it convicts that key, and not the ledger")
    } else if checkpoint.size > frontier.size {
      report(
        .doesNotExtend, frontier.size, "the ledger is shorter than \(name)",
        "\(frontier.size)", "\(checkpoint.size)")
    } else if let now = roots[checkpoint.size], now != checkpoint.root {
      report(
        .doesNotExtend, firstFault(in: 0..<checkpoint.size),
        "the ledger does not extend \(name)", now.base64, checkpoint.root.base64)
    } else if !sameBytes(checkpoint.origin, origin.text) {
      report(
        .doesNotExtend, nil, "the earlier checkpoint is of another ledger", origin.text,
        checkpoint.origin)
    }
  }

  private mutating func comparePins() {
    for name in trust?.personKeys.keys.sorted() ?? [] where register.keys[name] == nil {
      report(.trustKey, nil, "a key of the trust file is not in the ledger", nil, name.text)
    }
  }

  private func verification(_ subtrees: Int, _ checkpoints: Int) -> Verification {
    let sorted = faults.enumerated().sorted {
      ($0.element.seq ?? .max, $0.offset) < ($1.element.seq ?? .max, $1.offset)
    }.map(\.element)
    let pins = trust?.personKeys ?? [:]
    return Verification(
      size: frontier.size, root: frontier.root, genesisLeaf: genesisLeaf,
      signaturesVerified: signaturesVerified, signaturesPassedOver: signaturesPassedOver,
      checkpoints: checkpoints, subtrees: subtrees,
      pinned: trust != nil, unpinnedKeys: register.keys.keys.filter { pins[$0] == nil }.sorted(),
      register: register, faults: sorted, faultCount: faultCount,
      firstBadSigners: Array(Set(firstBadSigners)).sorted(),
      laterSigners: sorted.first?.seq.map(laterSigners(after:)) ?? [],
      sharedIntroducers: pairs.values.sorted { $0.firstSeq < $1.firstSeq })
  }

  /// Whose valid signatures stand under entries after `seq`. The counts are exact for the first bad
  /// entry; for any other they may be too low by the signatures of the 4,096 entries around it.
  package func laterSigners(after seq: Int64) -> [LaterSigner] {
    tally.compactMap { name, tally in
      guard tally.lastSeq > seq else { return nil }
      let exact = seq == firstBad ? tally.afterFirstBad : nil
      let entries = max(1, exact ?? tally.countedAfter(seq))
      return LaterSigner(key: name, entries: entries, lastSeq: tally.lastSeq)
    }.sorted { $0.key < $1.key }
  }

  // MARK: Faults

  private mutating func report(
    _ code: FaultCode, _ seq: Int64?, _ text: String, _ stored: String? = nil,
    _ computed: String? = nil
  ) {
    keep(Fault(code, at: seq, text, stored: stored, computed: computed))
  }

  private mutating func keep(_ fault: Fault) {
    faultCount += 1
    if faults.count < CoreLimits.faultsMax { faults.append(fault) }
    guard let seq = fault.seq, seq < firstBad ?? .max else { return }
    firstBad = seq
    firstBadSigners = recent[seq] ?? []
    for name in tally.keys { tally[name]?.begin(after: seq, now: frontier.size) }
  }

  private func firstFault(in seqs: Range<Int64>) -> Int64? {
    faults.compactMap(\.seq).filter(seqs.contains).min()
  }

  /// The first bad entry of a block, or its first entry where each seems good.
  private func blamed(in seqs: Range<Int64>) -> Int64 {
    firstFault(in: seqs) ?? seqs.lowerBound
  }

  private func clamped(_ seq: Int64) -> Int64 { max(0, seq) }
}

/// The entry before, as stored and as computed.
private struct Previous: Sendable {
  var stored: [UInt8]
  var computed: Digest
  var signed = true
}

/// A signature with what it stands under.
private struct Held: Sendable {
  let signature: RawSignature
  let key: PublicKey
  let seq: Int64
  let stored: [UInt8]
  let leaf: Digest
}

/// Where a subtree row belongs.
private struct Place: Hashable, Comparable, Sendable {
  let level: Int64
  let index: Int64

  static func < (left: Place, right: Place) -> Bool {
    (left.level, left.index) < (right.level, right.index)
  }

  var firstSeq: Int64 { seqs.lowerBound }

  /// The entries of the block; empty at 0 for a place that no tree has.
  var seqs: Range<Int64> {
    guard (1...Int64(CoreLimits.subtreeLevelMax)).contains(level), index >= 0,
      index < 1 << (62 - 8 * level)
    else { return 0..<0 }
    return index << (8 * level)..<(index + 1) << (8 * level)
  }
}

/// Two persons who sign together.
private struct Pair: Hashable, Sendable {
  let by: String
  let witness: String

  init(_ by: KeyName, _ witness: KeyName) {
    self.by = by.person
    self.witness = witness.person
  }
}

/// What a key signed.
private struct Tally: Sendable {
  private(set) var lastSeq: Int64 = -1
  // Nil where the first bad entry was found too late to count from it.
  private(set) var afterFirstBad: Int? = 0
  private var blocks: [Int64: Int] = [:]

  mutating func add(_ seq: Int64, after firstBad: Int64?) {
    lastSeq = seq
    blocks[seq >> 12, default: 0] += 1
    if let firstBad, seq > firstBad { afterFirstBad = afterFirstBad.map { $0 + 1 } }
  }

  /// Counts anew from a first bad entry; exact where at most one entry, `now`, followed it so far.
  mutating func begin(after seq: Int64, now: Int64) {
    afterFirstBad = seq < now - 1 ? nil : lastSeq > seq ? 1 : 0
  }

  /// Signatures in the blocks after the one that holds `seq`.
  func countedAfter(_ seq: Int64) -> Int {
    blocks.filter { $0.key > seq >> 12 }.values.reduce(0, +)
  }
}
