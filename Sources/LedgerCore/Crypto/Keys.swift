internal import COpenSSL
internal import Notation

/// A signature algorithm. The raw value is what the table `signature` holds.
package enum Algorithm: Int, Hashable, Sendable, CaseIterable {
  /// RFC 8032, pure, 32-byte keys and 64-byte signatures.
  case ed25519 = 1
  /// FIPS 186-5 ECDSA over P-256 with SHA-256, which smart cards can do: keys are uncompressed
  /// points of 65 bytes, signatures DER of at most 72.
  case p256 = 2

  /// The name in bodies: `ed25519`, `p256`.
  package var name: String {
    switch self {
    case .ed25519: "ed25519"
    case .p256: "p256"
    }
  }

  /// Nil for a name that no body may hold.
  package init?(name: String) {
    guard let algorithm = Algorithm.allCases.first(where: { $0.name == name }) else { return nil }
    self = algorithm
  }
}

/// A public key that entries or checkpoints are verified with.
package struct PublicKey: Hashable, Sendable {
  /// What the key signs with.
  package let algorithm: Algorithm
  /// The raw key, 32 bytes for Ed25519 and 65 for P-256.
  package let bytes: [UInt8]

  /// Nil unless the bytes are a key of that algorithm. A compressed point is none: a key has one
  /// writing, so that it cannot be registered twice.
  package init?(_ algorithm: Algorithm, _ bytes: [UInt8]) {
    let admitted: Bool =
      switch algorithm {
      case .ed25519:
        unsafe custody_ed25519_admits(bytes, bytes.count) == 1 && bytes.count == 32
      case .p256: unsafe custody_p256_admits(bytes, bytes.count) == 1
      }
    guard admitted else { return nil }
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// Reads the form of ``base64``; nil for any other text.
  package init?(_ algorithm: Algorithm, base64 text: String) {
    guard let bytes = Base64.decode(text) else { return nil }
    self.init(algorithm, bytes)
  }

  /// The raw key in RFC 4648 with padding.
  package var base64: String { Base64.encode(bytes) }

  /// Whether the signature is this key's over exactly these bytes. Odd points follow OpenSSL: a
  /// non-canonical R or S is refused, and so is any ECDSA signature that is not its one DER. Both
  /// values of S that ECDSA knows are accepted, as cards make either.
  package func verify(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
    let valid: Int32 =
      switch algorithm {
      case .ed25519:
        signature.count == 64
          ? unsafe custody_ed25519_verify(
            bytes, bytes.count, message, message.count, signature, signature.count) : 0
      case .p256:
        signature.count <= Int(CUSTODY_P256_SIGNATURE)
          ? unsafe custody_p256_verify(
            bytes, bytes.count, message, message.count, signature, signature.count) : 0
      }
    return valid == 1
  }
}

/// Why a key file did not give a key.
package enum KeyFileError: String, Error, Hashable, Sendable, CustomStringConvertible {
  /// No PEM block, a damaged one, more than one, or one that holds no private key.
  case notKeyFile = "not a private key file"
  /// The file is enciphered and no passphrase was given.
  case needsPassphrase = "the key file needs a passphrase"
  /// The passphrase does not open the file; a damaged cipher text looks the same.
  case wrongPassphrase = "wrong passphrase"
  /// A private key, but not Ed25519 or P-256 in PKCS#8, or enciphered in another way than ours.
  case unsupportedAlgorithm = "key or cipher of a kind that custody does not use"
  /// A new key file needs a passphrase of at least one byte and at most 1,024, or none at all.
  case unfitPassphrase = "unfit passphrase"
  /// The library could not do it; memory, most likely.
  case failed = "libcrypto failed"

  package var description: String { rawValue }
}

/// A private key, held by OpenSSL and never shown but as a key file.
///
///     let key = try PrivateKey.generate()
///     let file = try key.pem(passphrase: Array("correct horse".utf8))
///     let again = try PrivateKey.read(pem: file, passphrase: Array("correct horse".utf8))
///
/// `@unchecked Sendable` because an `EVP_PKEY` is never changed once made, its reference count is
/// atomic, and each signature uses its own context.
@safe package final class PrivateKey: @unchecked Sendable {
  /// The public half.
  package let publicKey: PublicKey

  private let handle: OpaquePointer

  /// Takes over the handle.
  private init(owning handle: OpaquePointer) throws(KeyFileError) {
    let isP256 = unsafe custody_p256_is(handle) == 1
    var raw = [UInt8](repeating: 0, count: isP256 ? 65 : 32)
    let done =
      isP256
      ? unsafe custody_p256_public(handle, &raw) : unsafe custody_ed25519_public(handle, &raw)
    guard done == 1, let key = PublicKey(isP256 ? .p256 : .ed25519, raw) else {
      unsafe EVP_PKEY_free(handle)
      throw .failed
    }
    unsafe self.handle = handle
    self.publicKey = key
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  /// A new key.
  package static func generate(
    _ algorithm: Algorithm = .ed25519
  ) throws(KeyFileError) -> PrivateKey {
    let made =
      switch algorithm {
      case .ed25519: unsafe custody_ed25519_generate()
      case .p256: unsafe custody_p256_generate()
      }
    guard let handle = unsafe made else { throw .failed }
    return try unsafe PrivateKey(owning: handle)
  }

  /// The Ed25519 key of a 32-byte seed (RFC 8032 section 5.1.5); for vectors and for tests that repeat.
  package static func derived(from seed: [UInt8]) throws(KeyFileError) -> PrivateKey {
    guard let handle = unsafe custody_ed25519_from_seed(seed, seed.count) else { throw .failed }
    return try unsafe PrivateKey(owning: handle)
  }

  /// Signs the bytes; 64 bytes for Ed25519, the same each time, and DER that differs each time for
  /// P-256. OpenSSL refuses only for want of memory, which no entry survives either.
  package func sign(_ message: [UInt8]) -> [UInt8] {
    if publicKey.algorithm == .p256 {
      var signature = [UInt8](repeating: 0, count: Int(CUSTODY_P256_SIGNATURE))
      let length = unsafe custody_p256_sign(handle, message, message.count, &signature)
      precondition(length > 0, "libcrypto cannot sign")
      return Array(signature.prefix(length))
    }
    var signature = [UInt8](repeating: 0, count: 64)
    let done = unsafe custody_ed25519_sign(handle, message, message.count, &signature)
    precondition(done == 1, "libcrypto cannot sign")
    return signature
  }

  /// Reads a key file that is PKCS#8 in PEM, enciphered or not. A passphrase that the file does not
  /// need is ignored.
  package static func read(
    pem: String, passphrase: [UInt8]?
  ) throws(KeyFileError) -> PrivateKey {
    let (code, handle) = unsafe load(Array(pem.utf8), passphrase)
    switch code {
    case Int32(CUSTODY_KEY_READ): break
    case Int32(CUSTODY_KEY_NEEDS_PASSPHRASE): throw .needsPassphrase
    case Int32(CUSTODY_KEY_WRONG_PASSPHRASE): throw .wrongPassphrase
    case Int32(CUSTODY_KEY_UNSUPPORTED): throw .unsupportedAlgorithm
    default: throw .notKeyFile
    }
    guard let handle = unsafe handle else { throw .failed }
    return try unsafe PrivateKey(owning: handle)
  }

  /// Whether the text is an enciphered key file that ``read(pem:passphrase:)`` could open.
  package static func needsPassphrase(pem: String) -> Bool {
    let (code, handle) = unsafe load(Array(pem.utf8), nil)
    unsafe EVP_PKEY_free(handle)
    return code == Int32(CUSTODY_KEY_NEEDS_PASSPHRASE)
  }

  /// The key as a key file: PKCS#8 in PEM; with a passphrase PBES2 of AES-256-CBC and
  /// PBKDF2-HMAC-SHA256 with ``CoreLimits/keyRounds`` rounds, without one not enciphered.
  package func pem(passphrase: [UInt8]?) throws(KeyFileError) -> String {
    if let passphrase, passphrase.isEmpty || passphrase.count > CoreLimits.passphraseBytesMax {
      throw .unfitPassphrase
    }
    var text = [CChar](repeating: 0, count: 2_048)
    let length = unsafe PrivateKey.withCharacters(passphrase) { secret, count in
      unsafe custody_key_write(
        handle, secret, count, Int32(CoreLimits.keyRounds), &text, Int32(text.count))
    }
    guard length > 0 else { throw .failed }
    return String(decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func load(
    _ pem: [UInt8], _ passphrase: [UInt8]?
  ) -> (code: Int32, handle: OpaquePointer?) {
    var handle: OpaquePointer?
    guard pem.count <= CoreLimits.keyFileBytesMax,
      passphrase?.count ?? 0 <= CoreLimits.passphraseBytesMax
    else { return (Int32(CUSTODY_KEY_NOT_A_KEY_FILE), nil) }
    let code = unsafe withCharacters(pem) { text, count in
      unsafe withCharacters(passphrase) { secret, secretCount in
        unsafe custody_key_read(
          text, count, secret, secretCount, CoreLimits.keyRoundsMax, &handle)
      }
    }
    return unsafe (code, handle)
  }

  /// Lends bytes to C as characters; nil stays nil, and no bytes are an empty text.
  private static func withCharacters(
    _ bytes: [UInt8]?, _ act: (UnsafePointer<CChar>?, Int32) -> Int32
  ) -> Int32 {
    guard let bytes else { return act(nil, 0) }
    let characters = bytes.map(CChar.init(bitPattern:)) + [0]
    return unsafe characters.withUnsafeBufferPointer { buffer in
      unsafe act(buffer.baseAddress, Int32(bytes.count))
    }
  }
}
