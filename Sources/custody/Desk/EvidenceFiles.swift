import Foundation
import LedgerCore
import LedgerStore
import Notation

/// Files that evidence is handed over in.
enum EvidenceFiles {
  /// A checkpoint, a proof or an entry fits in this.
  static let bytesMax = 1_000_000

  /// The bytes of a file that was named on the command line.
  static func bytes(_ path: String, atMost limit: Int = bytesMax) throws -> [UInt8] {
    guard let bytes = small(path, atMost: limit) else {
      throw Failure.usage("the file `\(path)` cannot be read")
    }
    return bytes
  }

  /// The bytes of a file; nil where there is none, or a longer one.
  static func small(_ path: String, atMost limit: Int) -> [UInt8]? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit
    else { return nil }
    return FileManager.default.contents(atPath: path).map { Array($0) }
  }

  /// A signed note that was named on the command line.
  static func note(_ path: String) throws -> String {
    guard let note = String(validating: try bytes(path), as: UTF8.self) else {
      throw Failure(.unreadable, "the file `\(path)` is not a checkpoint")
    }
    return note
  }

  /// A note that came through a scanner, a mail or a pipe: `-` is standard input, lines may end as
  /// on Windows, and empty lines may follow. What was signed is compared to the byte all the same.
  static func scannedNote(_ path: String) throws -> String {
    let bytes = path == "-" ? try standardInput() : try self.bytes(path)
    var text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    while text.last == "\n" { text.removeLast() }
    return text + "\n"
  }

  private static func standardInput() throws -> [UInt8] {
    let data = try FileHandle.standardInput.read(upToCount: bytesMax + 1) ?? Data()
    guard data.count <= bytesMax else {
      throw Failure.usage("standard input holds more than a checkpoint")
    }
    return Array(data)
  }

  /// Writes a file whole or not at all, in place of one of that name.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
      throw Failure(.failed, "the file `\(path)` cannot be written")
    }
  }
}

extension Snapshot {
  /// The newest key that the ledger names for its site.
  func ownSiteKey() throws -> VerifierKey {
    guard let key = try ownSiteKeys().last?.key else {
      throw Failure(
        .tampered, "entry 0 does not name the site key", hint: "`custody verify` says more")
    }
    return key
  }

  /// All keys that the ledger names for its site, in their order; none where entry 0 names none.
  func ownSiteKeys() throws -> [SiteKey] {
    guard let bytes = try entry(0)?.body, let body = try? EntryBody(reading: bytes),
      let origin = try? Origin(body.fields["origin"]?.text ?? "")
    else { return [] }
    return try keyRegister(origin: origin).siteKeys
  }

  /// The head with its signature verified, or why there is none to hand out.
  func signedHead(_ key: VerifierKey) throws -> CheckpointRow {
    guard let head = try head() else {
      throw Failure(.notProven, "the ledger is empty, and has no head")
    }
    guard let checkpoint = try? Checkpoint.open(note: head.note, keys: [key]),
      checkpoint.size == head.size, checkpoint.root == head.root
    else {
      throw Failure(
        .tampered, "the head is not what the site key signed", hint: "`custody verify` says more")
    }
    return head
  }
}
