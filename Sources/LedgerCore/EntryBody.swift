package import Notation

/// Why bytes are not the body of an entry.
package enum BodyFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not canonical JSON; the fault says where.
  case notation(NotationFault)
  /// A field of the envelope is missing or not of its form.
  case field(String, String)

  /// The stable name: `body-not-canonical` or `body-malformed`.
  package var code: FaultCode {
    if case .notation = self { .bodyNotCanonical } else { .bodyMalformed }
  }

  package var description: String {
    switch self {
    case .notation(let fault): "\(fault)"
    case .field(let name, let what): "`\(name)` \(what)"
    }
  }
}

/// What every body has, read back strictly, and the rest beside it.
///
///     let sealed = try EntryBody.seal(
///       seq: 1, prev: genesisLeaf, ts: now, at: now, type: "receipt", by: kim, wit: [], sd: [],
///       fields: ["lot": "A1234"])
///     try EntryBody(reading: sealed.body).fields["lot"]?.text     // "A1234"
///
/// The names `seq` `prev` `ts` `at` `type` `by` `wit` `_sd` belong to the envelope. What is empty is
/// absent. Normative text: `Schemas/formats/entry.md`.
package struct EntryBody: Hashable, Sendable {
  /// The number of the entry, beginning at 0.
  package let seq: Int64
  /// The leaf of the entry before; in entry 0 ``Origin/genesisPrev``.
  package let prev: Digest
  /// When it was recorded, by the ledger.
  package let ts: Instant
  /// When it happened, in the world.
  package let at: Instant
  /// What kind of entry it is.
  package let type: String
  /// The key of who performed it; nil for imported rows only.
  package let by: KeyName?
  /// The keys of those who witnessed it, sorted.
  package let wit: [KeyName]
  /// Digests of disclosures, sorted.
  package let sd: [String]
  /// The whole body, an object, the envelope included.
  package let fields: JSON

  /// Names that ``seal(seq:prev:ts:at:type:by:wit:sd:fields:)`` writes by itself.
  package static let envelopeNames: Set<String> = [
    "seq", "prev", "ts", "at", "type", "by", "wit", "_sd",
  ]

  /// Reads a body strictly; throws the first thing that is wrong with it.
  package init(reading bytes: [UInt8]) throws(BodyFault) {
    let value: JSON
    do { value = try CanonicalJSON.read(bytes) } catch { throw .notation(error) }
    try self.init(value)
  }

  private init(_ value: JSON) throws(BodyFault) {
    let envelope = Envelope(value)
    fields = value
    seq = try envelope.seq()
    prev = try envelope.prev()
    ts = try envelope.instant("ts")
    at = try envelope.instant("at")
    type = try envelope.type()
    by = try envelope.by()
    wit = try envelope.witnesses()
    sd = try envelope.digests()
    if let by, wit.contains(by) { throw .field("wit", "repeats `by`") }
    if by == nil, !wit.isEmpty { throw .field("wit", "stands without `by`") }
  }

  /// Makes the bytes of an entry and its leaf. `wit` and `sd` may come in any order; what is empty
  /// is left out. Throws what the reader would refuse, and fields that use an envelope name.
  package static func seal(
    seq: Int64, prev: Digest, ts: Instant, at: Instant, type: String, by: KeyName?,
    wit: [KeyName], sd: [String], fields: [String: JSON]
  ) throws(BodyFault) -> (body: [UInt8], leaf: Digest) {
    var members = fields
    if let taken = fields.keys.filter(envelopeNames.contains).min() {
      throw .field(taken, "belongs to the envelope")
    }
    members["seq"] = .integer(seq)
    members["prev"] = .string(prev.base64)
    members["ts"] = .string(ts.text)
    members["at"] = .string(at.text)
    members["type"] = .string(type)
    members["by"] = by.map { .string($0.text) }
    if !wit.isEmpty { members["wit"] = .array(wit.sorted().map { .string($0.text) }) }
    if !sd.isEmpty { members["_sd"] = .array(sortedByBytes(sd).map { .string($0) }) }
    if ts < at { throw .field("at", "is after `ts`") }
    let body = try EntryBody(.object(members)).canonicalBytes()
    return (body, SHA256.leaf(body))
  }

  private func canonicalBytes() throws(BodyFault) -> [UInt8] {
    do { return try CanonicalJSON.bytes(fields) } catch { throw .notation(error) }
  }

  /// The keys that must sign, and no others: who performed it and who witnessed it.
  package var signers: [KeyName] { (by.map { [$0] } ?? []) + wit }

  private static func sortedByBytes(_ texts: [String]) -> [String] {
    texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// The readers of single envelope fields.
private struct Envelope {
  private let value: JSON

  init(_ value: JSON) { self.value = value }

  func seq() throws(BodyFault) -> Int64 {
    guard let seq = value["seq"]?.whole, seq >= 0 else {
      throw .field("seq", "is not a number of an entry")
    }
    return seq
  }

  func prev() throws(BodyFault) -> Digest {
    guard let prev = Digest(base64: value["prev"]?.text ?? "") else {
      throw .field("prev", "is not a digest in base64")
    }
    return prev
  }

  func instant(_ name: String) throws(BodyFault) -> Instant {
    guard let instant = Instant(value[name]?.text ?? "") else {
      throw .field(name, "is not a time in UTC with milliseconds")
    }
    return instant
  }

  func type() throws(BodyFault) -> String {
    guard let type = value["type"]?.text, type.utf8.count <= CoreLimits.typeBytesMax,
      Envelope.isType(type)
    else { throw .field("type", "is not of the form [a-z]+(.[a-z_]+)* within 40 bytes") }
    return type
  }

  func by() throws(BodyFault) -> KeyName? {
    guard let member = value["by"] else { return nil }
    guard let name = KeyName(member.text ?? "") else { throw .field("by", "is not a key name") }
    return name
  }

  func witnesses() throws(BodyFault) -> [KeyName] {
    let texts = try list("wit", atMost: CoreLimits.witnessesMax)
    let names = texts.compactMap { KeyName($0) }
    if names.count < texts.count { throw .field("wit", "holds what is not a key name") }
    return names
  }

  func digests() throws(BodyFault) -> [String] {
    let texts = try list("_sd", atMost: CoreLimits.digestsMax)
    if !texts.allSatisfy({ Base64.decodeURL($0)?.count == Digest.byteCount }) {
      throw .field("_sd", "holds what is not a digest in base64url")
    }
    return texts
  }

  /// A list of texts in strict order of their bytes; absent, never empty.
  private func list(_ name: String, atMost limit: Int) throws(BodyFault) -> [String] {
    guard let member = value[name] else { return [] }
    guard let texts = member.texts, !texts.isEmpty else {
      throw .field(name, "is not a list with texts in it")
    }
    if texts.count > limit { throw .field(name, "has more than \(limit) members") }
    let sorted = zip(texts, texts.dropFirst()).allSatisfy {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    if !sorted { throw .field(name, "is not sorted or repeats a member") }
    return texts
  }

  /// `[a-z]+(\.[a-z_]+)*`.
  private static func isType(_ type: String) -> Bool {
    let parts = type.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty }), parts[0].allSatisfy(isLower) else { return false }
    return parts.dropFirst().allSatisfy { $0.allSatisfy { isLower($0) || $0 == 0x5F } }
  }
}
