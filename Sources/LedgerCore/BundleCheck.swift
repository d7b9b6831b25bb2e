internal import Notation

/// The verdict about an inspection bundle: the first thing that is wrong, or that nothing is.
package struct BundleVerdict: Hashable, Sendable {
  /// How it ends.
  package enum Outcome: Hashable, Sendable {
    case consistent, tampered, notProven, unreadable
  }

  /// How it ends.
  package let outcome: Outcome
  /// The first bad entry; nil where it concerns none.
  package let entry: Int64?
  /// The one line, the same that `verify.py` and `verify.sh` print.
  package let line: String
  /// The checkpoint, once it was read and its signature verified.
  package internal(set) var checkpoint: Checkpoint?
  /// Entries that were there and were checked.
  package internal(set) var entries: Int64 = 0
  /// Entries of which only the hash was there.
  package internal(set) var withheld: Int64 = 0
  /// Signatures of persons that were verified.
  package internal(set) var signatures = 0

  fileprivate static func consistent(_ size: Int64, _ because: String) -> BundleVerdict {
    BundleVerdict(
      outcome: .consistent, entry: nil, line: "consistent to \(size), \(because)")
  }

  static func bad(_ entry: Int64, _ what: String) -> BundleVerdict {
    BundleVerdict(
      outcome: .tampered, entry: entry, line: "tamper evidence at entry \(entry): \(what)")
  }

  static func wrong(_ file: String, _ what: String) -> BundleVerdict {
    BundleVerdict(outcome: .tampered, entry: nil, line: "tamper evidence in \(file): \(what)")
  }

  fileprivate static func notProven(_ what: String) -> BundleVerdict {
    BundleVerdict(outcome: .notProven, entry: nil, line: "not proven: \(what)")
  }

  fileprivate static func unreadable(_ what: String) -> BundleVerdict {
    BundleVerdict(outcome: .unreadable, entry: nil, line: "unreadable: \(what)")
  }
}

/// Checks an inspection bundle in the order of `Schemas/formats/bundle.md`, and stops at the first
/// thing that is wrong, as the two scripts of a bundle do.
///
///     var check = BundleCheck(proofs: names, read: { bytes(of: $0) })
///     check.run(.init()).line
///
/// That far it is what anybody can check with stock tools. Where nothing was withheld, who may
/// introduce people, times and the rest are checked too, by ``StreamVerifier``; only what it finds
/// beyond the scripts has another line than theirs.
package struct BundleCheck {
  /// What whoever checks knows beforehand.
  package struct Knowledge {
    /// The site's key.
    package var siteKey: VerifierKey?
    /// The whole pin, of which ``siteKey`` is a part.
    package var trust: TrustFile?
    /// Checkpoints, opened by the caller, that the tree must extend.
    package var earlier: [Checkpoint] = []

    /// Certificates in PEM that time stamps are traced to.
    package var authorities: [UInt8] = []

    /// Nothing is known.
    package init() {}
  }

  let read: (String) -> [UInt8]?
  private let proofs: [String]
  private let cosigned: [String]
  /// The names of the files in the folder `anchors`.
  let anchorFiles: [String]
  /// The entries that name evidence from outside.
  var anchors: [(seq: Int64, body: EntryBody)] = []
  /// The widest anchor that leads to what is trusted.
  var outside: (size: Int64, at: String)?
  private(set) var known = Knowledge()

  private(set) var origin = ""
  private var checkpoint: Checkpoint?
  private var note: [UInt8] = []
  private var signatures: [Int64: [RawSignature]] = [:]
  private var keys: [String: BundleKey] = [:]
  private var committed: [Int64: [String]] = [:]
  private(set) var leaves: [Digest] = []
  private var withheld: Int64 = 0
  private var verified = 0
  private var deep: StreamVerifier?
  private var witnessed: [BundleWitnessed] = []

  /// `proofs` are the names of the files in the folder `proofs`, nil where there is none; `cosigned`
  /// those in the folder `cosigned`, and `anchors` in that one, which need not be there; `read`
  /// yields the bytes of a file of the bundle, nil where it is not there.
  package init(
    proofs: [String]?, cosigned: [String] = [], anchors: [String] = [],
    read: @escaping (String) -> [UInt8]?
  ) {
    self.proofs = proofs.map { $0.sorted() } ?? ["."]
    self.cosigned = cosigned.sorted()
    self.read = read
    anchorFiles = anchors.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The verdict; without a key the bundle's own word for it is taken.
  package mutating func run(
    _ known: Knowledge, progress: (Int64) -> Void = { _ in }
  ) -> BundleVerdict {
    self.known = known
    var verdict: BundleVerdict
    do throws(Ended) {
      if let key = known.siteKey { try checkCheckpoint(key) } else { try checkCheckpoint(ownKey()) }
      try readCosigned()
      try readSignatures()
      try checkEntries(progress)
      let subtrees = try checkTree()
      try checkKeys()
      try checkOpenings()
      try checkProofs()
      try checkAnchors()
      try checkDeep(subtrees)
      verdict = conclusion
    } catch { verdict = error.verdict }
    verdict.checkpoint = checkpoint
    verdict.entries = Int64(leaves.count) - withheld
    verdict.withheld = withheld
    verdict.signatures = verified
    return verdict
  }

  private var conclusion: BundleVerdict {
    if withheld > 0 {
      return .notProven(
        "\(withheld) of \(leaves.count) entries are withheld; the others are consistent")
    }
    var reasons = known.earlier.map { "extends the checkpoint of \($0.size) entries given" }
    if known.trust != nil {
      reasons.append("site key and entry 0 pinned")
    } else if known.siteKey != nil {
      reasons.append("signed by the key that you gave")
    }
    if let policy = known.trust?.policy, !policy.witnesses.isEmpty {
      let sizes = witnessed.filter { !$0.keys.isEmpty && policy.isMet(by: $0.keys) }
      if let best = sizes.max(by: { $0.checkpoint.size < $1.checkpoint.size }) {
        let names = best.keys.map(\.name).sorted().joined(separator: " and ")
        reasons.append("cosigned to \(best.checkpoint.size) by \(names)")
      } else if policy.asksForWitnesses {
        return .notProven("no checkpoint has the cosignatures that the trust file asks for")
      }
    }
    if let outside { reasons.append("anchored outside to \(outside.size) at \(outside.at)") }
    if reasons.isEmpty { reasons = ["nothing outside vouches for it"] }
    return .consistent(Int64(leaves.count), reasons.joined(separator: ", "))
  }

  /// What ends the check.
  struct Ended: Error { let verdict: BundleVerdict }

  func bytes(_ name: String) throws(Ended) -> [UInt8] {
    guard let bytes = read(name) else { throw Ended(verdict: .unreadable(name)) }
    return bytes
  }

  /// Takes the lines of a file of canonical JSON lines one after the other, each as what it means.
  private func forEachLine<Line>(
    of name: String, _ meaning: (JSON) -> Line?, _ take: (Line) throws(Ended) -> Void
  ) throws(Ended) {
    var rows = try bytes(name).split(separator: 10, omittingEmptySubsequences: false)
    guard rows.popLast()?.isEmpty == true else {
      throw Ended(verdict: .wrong(name, "its last line is cut off"))
    }
    for (number, row) in rows.enumerated() {
      guard let value = try? CanonicalJSON.read(Array(row)), let line = meaning(value) else {
        throw Ended(verdict: .wrong(name, "line \(number + 1) is malformed"))
      }
      try take(line)
    }
  }
}

// MARK: - The checkpoint

extension BundleCheck {
  private func ownKey() throws(Ended) -> VerifierKey {
    var text = String(decoding: try bytes("vkey"), as: UTF8.self)
    while text.utf8.last == 10 { text.removeLast() }
    guard let key = try? VerifierKey(text) else {
      throw Ended(verdict: .unreadable("the verifier key"))
    }
    return key
  }

  private mutating func checkCheckpoint(_ key: VerifierKey) throws(Ended) {
    note = try bytes("checkpoint")
    let text = String(decoding: note, as: UTF8.self)
    let isPlain = text.unicodeScalars.allSatisfy {
      (0x20...0x7E).contains($0.value) || $0 == "\n" || $0 == "\u{2014}"
    }
    guard isPlain, text.utf8.elementsEqual(note), let signed = try? SignedNote(text) else {
      throw Ended(verdict: .unreadable("checkpoint"))
    }
    do throws(CoreError) { try signed.verify([key]) } catch {
      throw Ended(
        verdict: error.code == .noteUnsigned
          ? .notProven("the site's key did not sign the checkpoint")
          : .wrong("checkpoint", "the site's signature is not valid"))
    }
    guard let claim = try? Checkpoint(text: signed.text), sameBytes(claim.origin, key.name),
      claim.extensions.isEmpty
    else { throw Ended(verdict: .unreadable("checkpoint")) }
    if claim.size == 0 { throw Ended(verdict: .notProven("the ledger is empty")) }
    origin = key.name
    checkpoint = claim
    if let origin = try? Origin(key.name) {
      // The signatures are verified here, in the order of the scripts.
      deep = StreamVerifier(
        origin: origin, checkpointSizes: [claim.size], trust: known.trust,
        depth: .withoutSignatures)
    }
  }
}

// MARK: - Cosigned checkpoints

/// A checkpoint of the bundle that witnesses have cosigned whom the trust file names.
private struct BundleWitnessed {
  let file: String
  let checkpoint: Checkpoint
  let keys: Set<WitnessKey>
}

extension BundleCheck {
  /// Reads the cosigned checkpoints; whether they are of this tree is seen when it is folded.
  private mutating func readCosigned() throws(Ended) {
    let witnesses = known.trust?.policy.witnesses.compactMap(\.key) ?? []
    for name in cosigned {
      let file = "cosigned/" + name
      let bytes = try bytes(file)
      guard let text = String(validating: bytes, as: UTF8.self), let note = try? SignedNote(text),
        let claim = try? Checkpoint(text: note.text), sameBytes(name, String(claim.size)),
        sameBytes(claim.origin, origin), claim.size > 0, claim.size <= checkpoint?.size ?? 0
      else { throw Ended(verdict: .wrong(file, "it is not a checkpoint of this ledger")) }
      do {
        let found = try note.cosignatures(by: witnesses)
        witnessed.append(
          BundleWitnessed(file: file, checkpoint: claim, keys: Set(found.map(\.witness))))
      } catch { throw Ended(verdict: .wrong(file, "\(error)")) }
    }
  }
}

// MARK: - Entries and signatures

/// A person's key, as the entries of a bundle bring it.
private struct BundleKey {
  let bytes: [UInt8]
  let first: Int64
  var last: Int64?

  func line(_ name: String) -> String {
    let last = self.last.map { "\"last\":\($0)," } ?? ""
    return "{\"alg\":\"ed25519\",\"first\":\(first),\"key\":\"\(name)\",\(last)"
      + "\"public\":\"\(Base64.encode(bytes))\"}"
  }
}

extension BundleCheck {
  private mutating func readSignatures() throws(Ended) {
    var rows: [Int64: [RawSignature]] = [:]
    try forEachLine(of: "signatures.jsonl", BundleCheck.signature) {
      rows[$0.seq, default: []].append($0.signature)
    }
    signatures = rows
  }

  private static func signature(_ value: JSON) -> (seq: Int64, signature: RawSignature)? {
    guard value.members?.count == 4, value["alg"]?.whole == 1, let seq = value["seq"]?.whole,
      seq >= 0, let name = KeyName(value["key"]?.text ?? ""), let text = value["sig"]?.text,
      isBase64Like(text)
    else { return nil }
    let bytes = Base64.decode(text) ?? []
    return (seq, RawSignature(key: name.text, algorithm: 1, bytes: bytes))
  }

  /// Of the characters of base64, whether or not they can be decoded.
  private static func isBase64Like(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        isLower($0) || isDigit($0) || (0x41...0x5A).contains($0) || $0 == 0x2B || $0 == 0x2F
          || $0 == 0x3D
      }
  }

  private mutating func checkEntries(_ progress: (Int64) -> Void) throws(Ended) {
    let size = checkpoint?.size ?? 0
    var first: Int64 = 0
    while first < size {
      try checkBlock(first, width: Int(min(256, size - first)))
      progress(Int64(leaves.count))
      first += 256
    }
  }

  /// The entries of one bundle, beside their hashes in the tile.
  private mutating func checkBlock(_ first: Int64, width: Int) throws(Ended) {
    let hashes = try bytes(
      TileName(.hashes(level: 0), index: first >> 8, width: width).path)
    let bundle = try bytes(TileName(.entries, index: first >> 8, width: width).path)
    var at = 0
    for offset in 0..<width {
      let seq = first + Int64(offset)
      let length = EntryBundle.length(bundle, at)
      let entry = bundle[min(at + 2, bundle.count)..<min(at + 2 + length, bundle.count)]
      at += 2 + length
      guard hashes.count >= offset * 32 + 32, at <= bundle.count,
        let stored = Digest(Array(hashes[(offset * 32)..<(offset * 32 + 32)]))
      else { throw Ended(verdict: .bad(seq, "it is cut off")) }
      if offset == width - 1, hashes.count > width * 32 || at < bundle.count {
        throw Ended(verdict: .bad(seq, "bytes follow it that belong to nothing"))
      }
      try check(seq, Array(entry), stored)
    }
  }

  private mutating func check(
    _ seq: Int64, _ entry: [UInt8], _ stored: Digest
  ) throws(Ended) {
    let found = signatures.removeValue(forKey: seq) ?? []
    if entry.isEmpty {
      withheld += 1
      deep = nil
    } else {
      if SHA256.leaf(entry) != stored {
        throw Ended(verdict: .bad(seq, "the entry is not that of the tree"))
      }
      let body: EntryBody
      do throws(BodyFault) { body = try EntryBody(reading: entry) } catch {
        let isForm = error.code == .bodyNotCanonical
        throw Ended(
          verdict: .bad(seq, isForm ? "it is not in its one form" : "it is not an entry"))
      }
      try check(body, seq, stored, found)
      deep?.take(EntryRow(seq: seq, leaf: stored.bytes, body: entry, signatures: found))
    }
    leaves.append(stored)
    if seq == 0, let trust = known.trust, trust.genesisLeaf != stored {
      throw Ended(verdict: .bad(0, "it is not the one that the trust file names"))
    }
  }

  private mutating func check(
    _ body: EntryBody, _ seq: Int64, _ leaf: Digest, _ found: [RawSignature]
  ) throws(Ended) {
    if body.type == "ledger.open" {
      if seq != 0 { throw Ended(verdict: .bad(seq, "it opens the ledger again")) }
      for founder in body.fields["founders"]?.items ?? [] { introduce(founder, from: 0) }
    }
    let previous = leaves.last ?? SHA256.hash(Array(origin.utf8) + [10])
    if body.seq != seq { throw Ended(verdict: .bad(seq, "it bears another number")) }
    if body.prev != previous {
      throw Ended(verdict: .bad(seq, "it does not continue the entry before it"))
    }
    try checkSigners(body, seq, leaf, found)
    close(body, seq)
    committed[seq] = body.sd
    if body.type == "anchor.add" { anchors.append((seq, body)) }
  }

  private mutating func checkSigners(
    _ body: EntryBody, _ seq: Int64, _ leaf: Digest, _ found: [RawSignature]
  ) throws(Ended) {
    let wanted = body.signers.map(\.text)
    if found.map(\.key).sorted() != wanted.sorted() {
      throw Ended(verdict: .bad(seq, "the signers are not those that it names"))
    }
    if wanted.isEmpty, body.type != "import.row" {
      throw Ended(verdict: .bad(seq, "nobody signed it"))
    }
    let text = Array("custody-entry/1\n\(origin)\n\(seq)\n\(leaf.base64)\n".utf8)
    for signature in found.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      guard let key = key(signature.key, for: body, seq) else {
        throw Ended(verdict: .bad(seq, "the key \(signature.key) may not sign it"))
      }
      guard PublicKey(.ed25519, key)?.verify(text, signature.bytes) == true else {
        throw Ended(verdict: .bad(seq, "the signature of \(signature.key) is not valid"))
      }
      verified += 1
    }
  }

  /// The key that may sign an entry: a registered one, or one that the entry itself brings.
  private func key(_ name: String, for body: EntryBody, _ seq: Int64) -> [UInt8]? {
    if ["key.add", "key.rotate"].contains(body.type), body.fields["key"]?.text == name {
      return Base64.decode(body.fields["public"]?.text ?? "")
    }
    guard let key = keys[name], key.first <= seq, seq <= key.last ?? seq else { return nil }
    return key.bytes
  }

  private mutating func introduce(_ value: JSON, from first: Int64) {
    guard let name = value["key"]?.text, let bytes = Base64.decode(value["public"]?.text ?? "")
    else { return }
    keys[name] = BundleKey(bytes: bytes, first: first)
  }

  /// What an entry does to keys, once its signatures hold.
  private mutating func close(_ body: EntryBody, _ seq: Int64) {
    let fields = body.fields
    if ["key.add", "key.rotate"].contains(body.type) { introduce(fields, from: seq + 1) }
    switch body.type {
    case "key.rotate": close(fields["replaces"]?.text ?? "", seq)
    case "key.revoke": close(fields["key"]?.text ?? "", seq)
    case "person.retire":
      let person = (fields["person"]?.text ?? "") + "/"
      for name in keys.keys where name.hasPrefix(person) { close(name, seq) }
    default: break
    }
  }

  private mutating func close(_ name: String, _ seq: Int64) {
    if keys[name] != nil, keys[name]?.last == nil { keys[name]?.last = seq }
  }
}

// MARK: - The tree, and what stands beside the entries

extension BundleCheck {
  /// Compares the tiles above the leaves and every root that is known; answers the full blocks.
  private func checkTree() throws(Ended) -> [SubtreeRow] {
    var frontier = Frontier()
    var rows: [SubtreeRow] = []
    for leaf in leaves {
      rows += frontier.append(leaf)
      for old in known.earlier where old.size == frontier.size { try require(frontier, old) }
      for one in witnessed where one.checkpoint.size == frontier.size {
        if frontier.root != one.checkpoint.root {
          throw Ended(verdict: .wrong(one.file, "it is not a checkpoint of these entries"))
        }
      }
    }
    for (level, rows) in Dictionary(grouping: rows, by: \.level).sorted(by: { $0.key < $1.key }) {
      try checkTiles(level, rows.map(\.hash))
    }
    if frontier.root != checkpoint?.root {
      throw Ended(verdict: .wrong("checkpoint", "the root is not that of the entries"))
    }
    if let longer = known.earlier.first(where: { $0.size > frontier.size }) {
      throw Ended(
        verdict: .wrong("checkpoint", "it is shorter than the one of \(longer.size) entries given"))
    }
    if !signatures.isEmpty {
      throw Ended(
        verdict: .wrong("signatures.jsonl", "a signature of an entry that does not exist"))
    }
    return rows
  }

  private func require(_ frontier: Frontier, _ old: Checkpoint) throws(Ended) {
    if frontier.root == old.root, sameBytes(old.origin, origin) { return }
    throw Ended(
      verdict: .wrong("checkpoint", "it does not extend the one of \(old.size) entries given"))
  }

  private func checkTiles(_ level: Int, _ hashes: [Digest]) throws(Ended) {
    for start in stride(from: 0, to: hashes.count, by: 256) {
      let part = hashes[start..<min(start + 256, hashes.count)]
      let name = TileName(.hashes(level: level), index: Int64(start >> 8), width: part.count)
      if try bytes(name.path) != part.flatMap(\.bytes) {
        throw Ended(verdict: .wrong(name.path, "it is not that of the entries"))
      }
    }
  }

  private mutating func checkDeep(_ subtrees: [SubtreeRow]) throws(Ended) {
    guard let verifier = deep, let checkpoint else { return }
    let head = RawCheckpoint(
      size: checkpoint.size, root: checkpoint.root.bytes,
      note: String(decoding: note, as: UTF8.self))
    let found = verifier.finish(
      subtrees: subtrees.map(RawSubtree.init), checkpoints: [], head: head)
    // Witnesses may add their lines to a note that the ledger keeps without them.
    let fault = found.faults.first { $0.code != FaultCode.headNote.rawValue }
    guard let fault else { return }
    throw Ended(
      verdict: fault.seq.map { .bad($0, fault.text) } ?? .wrong("the bundle", fault.text))
  }

  private func checkKeys() throws(Ended) {
    let lines = keys.map { $0.value.line($0.key) + "\n" }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if try bytes("keys.jsonl") != Array(lines.joined().utf8) {
      throw Ended(
        verdict: .wrong("keys.jsonl", "the keys are not those that the entries bring"))
    }
    for (name, key) in known.trust?.personKeys.sorted(by: { $0.key < $1.key }) ?? []
    where keys[name.text]?.bytes != key.bytes {
      throw Ended(
        verdict: .wrong("keys.jsonl", "the key \(name) is not the one that the trust file names"))
    }
  }

  private func checkOpenings() throws(Ended) {
    try forEachLine(of: "openings.jsonl", BundleCheck.opening) { (opening) throws(Ended) in
      guard Disclosure.digest(of: opening.disclosure) == opening.digest,
        committed[opening.seq]?.contains(opening.digest) == true
      else {
        throw Ended(verdict: .bad(opening.seq, "a disclosed value is not one that it commits to"))
      }
    }
  }

  private static func opening(
    _ value: JSON
  ) -> (seq: Int64, digest: String, disclosure: String)? {
    guard value.members?.count == 3, let seq = value["seq"]?.whole, seq >= 0,
      let digest = value["digest"]?.text, isURLText(digest), digest.utf8.count == 43,
      let disclosure = value["disclosure"]?.text, isURLText(disclosure)
    else { return nil }
    return (seq, digest, disclosure)
  }

  private static func isURLText(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        isLower($0) || isDigit($0) || (0x41...0x5A).contains($0) || $0 == 0x2D || $0 == 0x5F
      }
  }

  private func checkProofs() throws(Ended) {
    guard let checkpoint else { return }
    if proofs == ["."] { throw Ended(verdict: .unreadable("proofs")) }
    for name in proofs {
      let proof = try? TlogProof(reading: try bytes("proofs/" + name))
      let holds =
        proof.map { proof in
          proof.extra == nil && proof.note.utf8.elementsEqual(note)
            && proof.index < checkpoint.size
            && InclusionProof(index: proof.index, size: checkpoint.size, path: proof.path)
              .verify(leaf: leaves[Int(proof.index)], root: checkpoint.root) == .verified
        } ?? false
      if !holds { throw Ended(verdict: .wrong("proofs/" + name, "the proof does not hold")) }
    }
  }
}

/// The files of a bundle that hold text, as its maker writes them.
package enum BundleText {
  /// `signatures.jsonl`, a line each.
  package static func signature(_ seq: Int64, _ signature: RawSignature) -> String {
    "{\"alg\":\(signature.algorithm),\"key\":\"\(signature.key)\",\"seq\":\(seq),"
      + "\"sig\":\"\(Base64.encode(signature.bytes))\"}\n"
  }

  /// `openings.jsonl`, a line each.
  package static func opening(_ seq: Int64, digest: String, disclosure: String) -> String {
    "{\"digest\":\"\(digest)\",\"disclosure\":\"\(disclosure)\",\"seq\":\(seq)}\n"
  }

  /// `keys.jsonl`, whole: every key that the entries brought, with the entries that it may sign.
  package static func keys(_ register: KeyRegister) -> String {
    register.keys.values.map { key in
      BundleKey(bytes: key.key.bytes, first: key.firstSeq, last: key.lastSeq).line(key.name.text)
        + "\n"
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
  }

  /// `policy`, C2SP tlog-policy: the log, the witnesses that it has adopted, and that none of them is
  /// asked for. The site's own word: whoever checks writes an own one.
  package static func policy(
    _ key: VerifierKey, witnesses: [(key: WitnessKey, url: String?)] = []
  ) -> String {
    let lines = witnesses.map { witness in
      "witness \(witness.key.name) \(witness.key)" + (witness.url.map { " " + $0 } ?? "") + "\n"
    }
    return "log \(key)\n" + lines.joined() + "quorum none\n"
  }
}
