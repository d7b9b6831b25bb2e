import Foundation
import LedgerCore

/// A folder of evidence on its way out: under another name until it is whole.
struct EvidenceFolder {
  private let path: String

  /// Makes a new folder beside the place where it will be.
  init(beside target: String) throws {
    path = target + ".partial-\(getpid())"
    try makeFolder("")
    // It may hold values that were disclosed to one reader.
    chmod(path, 0o700)
  }

  /// A name as it was typed, without slashes at its end.
  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Whether something stands where the folder should be; an empty folder does not count.
  static func isTaken(_ path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    return (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty != true
  }

  func makeFolder(_ name: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path + "/" + name, withIntermediateDirectories: true)
    } catch { throw Failure(.failed, "the folder `\(path)/\(name)` cannot be made") }
  }

  func write(_ text: String, to name: String, isProgram: Bool = false) throws {
    try write(Array(text.utf8), to: name)
    if isProgram { chmod(path + "/" + name, 0o755) }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    if let slash = name.lastIndex(of: "/") { try makeFolder(String(name[..<slash])) }
    guard FileManager.default.createFile(atPath: path + "/" + name, contents: Data(bytes)) else {
      throw Failure(.failed, "the file `\(path)/\(name)` cannot be written")
    }
  }

  /// Reads back what was written: nobody is handed a bundle that does not hold.
  func check(_ key: VerifierKey) throws -> BundleVerdict {
    let verdict = BundleFolder(path).check(siteKey: key)
    switch verdict.outcome {
    case .consistent, .notProven: return verdict
    case .tampered, .unreadable:
      throw Failure(
        .tampered, "the bundle does not hold: \(verdict.line)",
        hint: "`custody verify` says what is wrong with the ledger")
    }
  }

  /// Gives it its name.
  func keep(as target: String) throws {
    // An empty folder of that name gives way; anything else does not.
    rmdir(target)
    guard rename(path, target) == 0 else {
      throw Failure(.failed, "the folder `\(target)` cannot be made")
    }
  }

  /// Removes what was not kept.
  func discard() { try? FileManager.default.removeItem(atPath: path) }
}

/// A bundle as it lies in a folder.
struct BundleFolder {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Whether a folder looks like a bundle, a damaged one perhaps, and not like a ledger.
  static func isBundle(_ path: String) -> Bool {
    let has = { FileManager.default.fileExists(atPath: path + "/" + $0) }
    return !has("ledger.db")
      && ["checkpoint", "vkey", "tile", "signatures.jsonl"].contains(where: has)
  }

  /// The text files grow with the ledger: a hundred bytes for each signature.
  private static let fileBytesMax = 2_000_000_000

  func check(
    siteKey: VerifierKey?, trust: TrustFile? = nil, earlier: [Checkpoint] = [],
    authorities: [UInt8] = [], progress: (Int64) -> Void = { _ in }
  ) -> BundleVerdict {
    var known = BundleCheck.Knowledge()
    known.siteKey = siteKey ?? trust?.siteKey
    known.trust = trust
    known.earlier = earlier
    known.authorities = authorities
    let proofs = try? FileManager.default.contentsOfDirectory(atPath: path + "/proofs")
    let cosigned = try? FileManager.default.contentsOfDirectory(atPath: path + "/cosigned")
    let anchors = try? FileManager.default.contentsOfDirectory(atPath: path + "/anchors")
    var check = BundleCheck(
      proofs: proofs, cosigned: cosigned ?? [], anchors: anchors ?? []
    ) { [path] name in
      EvidenceFiles.small(path + "/" + name, atMost: BundleFolder.fileBytesMax)
    }
    return check.run(known, progress: progress)
  }

  /// The bundle's own word for the site's key.
  var ownKey: VerifierKey? {
    EvidenceFiles.small(path + "/vkey", atMost: 1_000)
      .flatMap { try? VerifierKey(String(decoding: $0, as: UTF8.self).trimmingLine) }
  }
}
