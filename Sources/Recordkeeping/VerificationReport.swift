package import Dispensary
package import LedgerCore
package import Notation

/// What a verification has to say, in the order in which it is read: what was looked at, what was
/// found, and one verdict.
///
///     let report = try LedgerVerification.verify(store: store, trust: trust)
///     report.verdict.status   // 0, 3, 4, 11 or 12
///     report.verdict.line     // consistent to 312, nothing outside vouches for it
package struct VerificationReport: Sendable {
  /// One stage with its counts in words.
  package struct StageResult: Sendable {
    package let stage: LedgerVerification.Stage
    package let text: String
    package let faults: Int
  }

  /// A person's key under some entries.
  package struct KeyUse: Hashable, Sendable {
    package let key: KeyName
    /// The short name from the ledger's own person entries, or the person's identifier.
    package let handle: String
    package let entries: Int
    package let lastSeq: Int64
  }

  /// The first bad entry.
  package struct FirstBad: Sendable {
    package let fault: Fault
    /// Who had signed the entry.
    package let signedBy: [KeyUse]
    /// Whose signatures stand under later entries.
    package let laterSigners: [KeyUse]
    /// Whether those later signatures are over what is no longer there.
    package let breaksLater: Bool
    /// Whether every entry is as it was signed, and only something beside the entries lies.
    package let sparesEntries: Bool
  }

  package let origin: String?
  package let size: Int64
  package let root: Digest?
  package let headNote: String?
  package let stages: [StageResult]
  /// Tamper evidence, by entry; those of no entry come last. At most
  /// ``CoreLimits/faultsMax`` of each stage.
  package let faults: [Fault]
  package let faultCount: Int
  package let firstBad: FirstBad?
  /// What should be there and is not, without being evidence of tampering.
  package let discrepancies: [String]
  /// Values that were destroyed under an `erase` entry, by entry.
  package let erasures: [Erased]
  package let warnings: [String]
  /// What the verification took on trust, in words.
  package let trustSource: String
  /// Every anchor whose evidence is there and is what its entry says, in order.
  package let anchors: [Anchor]
  /// Entries that nothing outside this machine vouches for: those that are covered neither by an
  /// anchor that was traced nor by a checkpoint that was given.
  package let exposure: Int64
  package let verdict: VerificationVerdict

  /// An anchor, and how far it could be checked.
  package struct Anchor: Hashable, Sendable {
    package enum Grade: String, Hashable, Sendable {
      /// Its evidence leads to what the verifier trusts: it counts.
      case traced
      /// It fits the ledger, but leads to nothing that the verifier trusts.
      case untraced
      /// It is about a copy that somebody else keeps.
      case kept
    }

    package let seq: Int64
    package let kind: AnchorAdded.Kind
    package let name: String
    /// How many entries it covers.
    package let size: Int64
    /// When the evidence says that it was made.
    package let outside: Instant?
    package let grade: Grade
  }

  package struct Erased: Hashable, Sendable {
    package let seq: Int64
    package let values: Int
  }
}

/// The one line at the end, and the exit status that goes with it.
package enum VerificationVerdict: Hashable, Sendable {
  /// Everything fits; the words say what, if anything, was known beforehand.
  case consistent(size: Int64, because: String)
  /// Everything fits, and somebody outside has seen it up to a size.
  case anchored(size: Int64, because: String)
  /// Everything fits, and yet something is missing.
  case discrepancies(size: Int64, String)
  case tamper(String)
  case notProven(String)
  case unreadable(String)

  package var status: Int32 {
    switch self {
    case .consistent, .anchored: 0
    case .discrepancies: 3
    case .tamper: 4
    case .notProven: 11
    case .unreadable: 12
    }
  }

  package var line: String {
    switch self {
    case .consistent(let size, let because): "consistent to \(size), \(because)"
    case .anchored(let size, let because): "verified to \(size), \(because)"
    case .discrepancies(let size, let text): "consistent to \(size), but \(text)"
    case .tamper(let text): "tamper evidence \(text)"
    case .notProven(let text): "not proven: \(text)"
    case .unreadable(let text): "unreadable: \(text)"
    }
  }
}

extension VerificationReport.FirstBad {
  /// `at entry 812: …, stored `a`, computed `b`; signed by ana; breaks later signatures of kim (30)`.
  var text: String {
    var text = fault.seq.map { "at entry \($0): " } ?? "in the file: "
    text += fault.text
    if let stored = fault.stored { text += ", stored `\(stored)`" }
    if let computed = fault.computed { text += ", computed `\(computed)`" }
    if !signedBy.isEmpty {
      text += "; signed by " + signedBy.map(\.handle).unique.joined(separator: ", ")
    }
    guard fault.seq != nil else { return text }
    if sparesEntries { return text + "; no signature of a person is broken by it" }
    if !breaksLater { return text }
    if laterSigners.isEmpty { return text + "; nobody signed after it" }
    let later = laterSigners.map { "\($0.handle) (\($0.entries))" }
    return text + "; it breaks later signatures of " + later.joined(separator: ", ")
  }
}

extension Array where Element: Hashable {
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
