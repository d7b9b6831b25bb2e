/// Whose cosignatures are enough, as C2SP `tlog-policy` writes it.
///
///     log example.com/log+…+…
///     witness w1 witness.example/w1+…+… https://witness.example
///     witness w2 other.example/w2+…+…
///     group both all w1 w2
///     quorum both
///
/// Names are bytes: two that look alike are two. Keys of kinds that this program cannot verify keep
/// their place and never count.
package struct LogPolicy: Hashable, Sendable {
  /// A witness that the policy names.
  package struct Witness: Hashable, Sendable {
    /// What the policy calls it.
    package let name: String
    /// Nil for a kind of key that cannot be verified here.
    package let key: WitnessKey?
    /// The prefix of its addresses, where one is given.
    package let url: String?
  }

  private struct Group: Hashable, Sendable {
    let needed: Int
    let members: [[UInt8]]
  }

  /// Keys of the logs, in order; without those that cannot be verified here.
  package private(set) var logs: [VerifierKey] = []
  /// The witnesses, in order.
  package private(set) var witnesses: [Witness] = []
  private var groups: [[UInt8]: Group] = [:]
  /// What must have cosigned: a witness, a group, or `none`.
  package private(set) var quorum = LogPolicy.none
  private var keysSeen: Set<[UInt8]> = []

  private static let none = "none"

  /// No log, no witness, and none is asked for.
  package init() {}

  /// Reads a policy; throws ``CoreError/Code/policyMalformed`` with the number of the line.
  package init(_ text: String) throws(CoreError) {
    guard text.utf8.count <= CoreLimits.policyBytesMax,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A })
    else { throw CoreError(.policyMalformed, "not a policy") }
    var hasQuorum = false
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String($0) ?? "" }
      guard let first = words.first, !first.utf8.starts(with: "#".utf8) else { continue }
      let isSecond = hasQuorum && sameBytes(first, "quorum")
      if sameBytes(first, "quorum") { hasQuorum = true }
      guard !isSecond, take(words) else {
        throw CoreError(.policyMalformed, "line \(index + 1) of the policy is malformed")
      }
    }
    guard hasQuorum else { throw CoreError(.policyMalformed, "the policy has no quorum") }
  }

  private mutating func take(_ words: [String]) -> Bool {
    switch (words[0], words.count) {
    case ("log", 2...3): takeLog(words[1])
    case ("witness", 3...4): takeWitness(words)
    case ("group", 4...): takeGroup(words)
    case ("quorum", 2): takeQuorum(words[1])
    default: false
    }
  }

  private mutating func takeLog(_ text: String) -> Bool {
    guard let (_, _, typed) = keyText(text), keysSeen.insert([0] + typed.dropFirst()).inserted
    else { return false }
    if let key = try? VerifierKey(text) { logs.append(key) }
    // A key of our kind whose id is wrong is malformed; of another kind it is passed over.
    return typed[0] != 0x01 || (try? VerifierKey(text)) != nil
  }

  private mutating func takeWitness(_ words: [String]) -> Bool {
    guard isFree(words[1]), let (_, _, typed) = keyText(words[2]),
      keysSeen.insert([1] + typed.dropFirst()).inserted
    else { return false }
    let key = try? WitnessKey(words[2])
    witnesses.append(
      Witness(name: words[1], key: key, url: words.count == 4 ? words[3] : nil))
    return typed[0] != 0x04 || key != nil
  }

  private mutating func takeGroup(_ words: [String]) -> Bool {
    let members = words[3...].map { Array($0.utf8) }
    // Each name is a member of one group at most, so that no witness counts twice.
    let taken = groups.values.flatMap(\.members)
    let areNew = members.allSatisfy { isDefined($0) && !taken.contains($0) }
    guard isFree(words[1]), areNew, Set(members).count == members.count,
      let needed = LogPolicy.threshold(words[2], of: members.count)
    else { return false }
    groups[Array(words[1].utf8)] = Group(needed: needed, members: members)
    return true
  }

  private static func threshold(_ word: String, of count: Int) -> Int? {
    if sameBytes(word, "all") { return count }
    if sameBytes(word, "any") { return 1 }
    guard let number = Int(word), sameBytes(word, String(number)), (1...count).contains(number)
    else { return nil }
    return number
  }

  private mutating func takeQuorum(_ name: String) -> Bool {
    quorum = name
    return sameBytes(name, LogPolicy.none) || isDefined(Array(name.utf8))
  }

  private func isDefined(_ name: [UInt8]) -> Bool {
    groups[name] != nil || witnesses.contains { $0.name.utf8.elementsEqual(name) }
  }

  private func isFree(_ name: String) -> Bool {
    !sameBytes(name, LogPolicy.none) && !isDefined(Array(name.utf8))
  }

  /// Whether any witness is asked for.
  package var asksForWitnesses: Bool { !sameBytes(quorum, LogPolicy.none) }

  /// Whether cosignatures of these keys are enough. Without a quorum none are asked for.
  package func isMet(by keys: Set<WitnessKey>) -> Bool {
    !asksForWitnesses || hasWitnessed(Array(quorum.utf8), keys)
  }

  private func hasWitnessed(_ name: [UInt8], _ keys: Set<WitnessKey>) -> Bool {
    if let group = groups[name] {
      return group.members.count { hasWitnessed($0, keys) } >= group.needed
    }
    let witness = witnesses.first { $0.name.utf8.elementsEqual(name) }
    return witness?.key.map { keys.contains($0) } ?? false
  }
}
