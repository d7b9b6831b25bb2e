import Foundation
import LedgerCore

/// Private keys on this machine: one file each, readable by their owner alone.
enum KeyFiles {
  static func path(options: LedgerOptions, _ name: KeyName) -> String {
    "\(options.directory)/keys/\(name.person)-\(name.number).pem"
  }

  static func sitePath(_ options: LedgerOptions) -> String { options.directory + "/site.key" }

  static func read(_ path: String, owner: String, _ descriptor: Int32?) throws -> PrivateKey {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 65_536 else {
      throw Failure(
        .wrongSecret, "the key file `\(path)` is not there",
        hint: "a key stays with its owner; put the file there, or make a new key")
    }
    let pem = String(decoding: data, as: UTF8.self)
    guard PrivateKey.needsPassphrase(pem: pem) else {
      do { return try PrivateKey.read(pem: pem, passphrase: nil) } catch {
        throw Failure(
          .wrongSecret, "`\(path)` is not a private key that can be read",
          hint: "put the key file of \(owner) back from its copy")
      }
    }
    let secret = try passphrase(of: owner, descriptor)
    do { return try PrivateKey.read(pem: pem, passphrase: secret) } catch .wrongPassphrase {
      throw Failure(
        .wrongSecret, "wrong passphrase for \(owner)", hint: "nothing was recorded; try again")
    }
  }

  static func passphrase(of owner: String, _ descriptor: Int32?) throws -> [UInt8] {
    guard let descriptor else { return try Console.secret("passphrase of \(owner): ") }
    guard let line = Lines.read(descriptor) else {
      throw Failure(
        .wrongSecret, "descriptor \(descriptor) has no line for \(owner)",
        hint: "one line for each signer, performer first")
    }
    return line
  }

  /// A new passphrase, typed twice on a terminal.
  static func newPassphrase(of owner: String, _ descriptor: Int32?) throws -> [UInt8] {
    let first = try passphrase(of: "\(owner), new", descriptor)
    guard first.count >= 8 else {
      throw Failure.usage("a passphrase has at least 8 characters")
    }
    guard descriptor == nil else { return first }
    guard try Console.secret("the same again: ") == first else {
      throw Failure.usage("the two passphrases differ", hint: "nothing was made; try again")
    }
    return first
  }

  /// Writes a key file that nobody else may read, and never over another.
  static func write(_ pem: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure(
        .failed, "the key file `\(path)` cannot be made: \(String(cString: strerror(errno)))",
        hint: "a key is never written over another file")
    }
    defer { close(descriptor) }
    let bytes = Array(pem.utf8)
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
    else { throw Failure(.failed, "the key file `\(path)` could not be written whole") }
  }

  /// Puts another file in the place of a key file, whole or not at all.
  static func replace(_ path: String, with pem: String) throws {
    let new = path + ".new"
    try? FileManager.default.removeItem(atPath: new)
    try write(pem, to: new)
    guard rename(new, path) == 0 else {
      throw Failure(.failed, "the key file `\(path)` cannot be replaced")
    }
  }

  /// Keys that anyone who has the file can use; `status` and `verify` keep mentioning them.
  static func unprotected(_ options: LedgerOptions) -> [String] {
    let folder = options.directory + "/keys"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".pem") }.sorted().filter { name in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
        return false
      }
      return !PrivateKey.needsPassphrase(pem: String(decoding: data, as: UTF8.self))
    }
  }
}
