internal import Notation

/// What an inspector knows beforehand and the ledger must agree with.
///
///     log riverside.example/main/1+1a2b3c4d+AQ…
///     genesis 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
///     person p1/1 ed25519 …
///     witness w1 hospital.example/w1+5e6f7a8b+BA…
///     quorum w1
///
/// One `log` line, one `genesis` line, any number of `person` lines, and the lines `witness`, `group`
/// and `quorum` of C2SP `tlog-policy`; without a `quorum` none is asked for. Lines that begin with `#`
/// and empty lines are passed over.
package struct TrustFile: Hashable, Sendable {
  /// The ledger.
  package let origin: Origin
  /// The key that its checkpoints are signed with.
  package let siteKey: VerifierKey
  /// The leaf of entry 0.
  package let genesisLeaf: Digest
  /// Keys of persons, by name; may be empty.
  package let personKeys: [KeyName: PublicKey]
  /// The witnesses that are known beforehand, and whose cosignatures are asked for.
  package let policy: LogPolicy
  private let policyLines: [String]

  /// The pin of a ledger whose origin names the site key.
  ///
  /// - Parameter policyLines: `witness`, `group` and `quorum` lines, in an order that C2SP allows.
  package init(
    siteKey: VerifierKey, genesisLeaf: Digest, personKeys: [KeyName: PublicKey] = [:],
    policyLines: [String] = []
  ) throws(CoreError) {
    let hasQuorum = policyLines.contains { $0.hasPrefix("quorum ") }
    policy = try LogPolicy(
      policyLines.map { $0 + "\n" }.joined() + (hasQuorum ? "" : "quorum none\n"))
    self.policyLines = policyLines
    origin = try Origin(siteKey.name)
    self.siteKey = siteKey
    self.genesisLeaf = genesisLeaf
    self.personKeys = personKeys
  }

  /// Reads the form above; throws ``CoreError/Code/trustMalformed`` with the number of the line.
  package init(_ text: String) throws(CoreError) {
    var reader = Reader()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && line.first != "#" {
      guard reader.take(line.split(separator: " ").map(String.init)) else {
        throw CoreError(.trustMalformed, "line \(index + 1) is malformed or repeated")
      }
    }
    guard let siteKey = reader.siteKey, let genesis = reader.genesis else {
      throw CoreError(.trustMalformed, "`log` or `genesis` is missing")
    }
    try self.init(
      siteKey: siteKey, genesisLeaf: genesis, personKeys: reader.persons,
      policyLines: reader.policyLines)
  }

  /// The form above, persons sorted.
  package var text: String {
    let persons = personKeys.sorted { $0.key < $1.key }
      .map { "person \($0.key) \($0.value.algorithm.name) \($0.value.base64)\n" }
    return "log \(siteKey)\ngenesis \(genesisLeaf)\n" + persons.joined()
      + policyLines.map { $0 + "\n" }.joined()
  }

  private struct Reader {
    var siteKey: VerifierKey?
    var genesis: Digest?
    var persons: [KeyName: PublicKey] = [:]
    var policyLines: [String] = []

    mutating func take(_ words: [String]) -> Bool {
      switch (words.first, words.count) {
      case ("log", 2) where siteKey == nil:
        siteKey = try? VerifierKey(words[1])
        return siteKey != nil
      case ("genesis", 2) where genesis == nil:
        genesis = Digest(base64: words[1])
        return genesis != nil
      case ("person", 4): return takePerson(words)
      case ("witness", _), ("group", _), ("quorum", _):
        policyLines.append(words.joined(separator: " "))
        return true
      default: return false
      }
    }

    private mutating func takePerson(_ words: [String]) -> Bool {
      guard let name = KeyName(words[1]), persons[name] == nil,
        let algorithm = Algorithm(name: words[2]), let key = PublicKey(algorithm, base64: words[3])
      else { return false }
      persons[name] = key
      return true
    }
  }
}
