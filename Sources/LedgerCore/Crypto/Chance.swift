internal import COpenSSL

/// Random bytes that nobody can guess, from OpenSSL's generator.
///
/// A process without randomness must not make salts or keys; it stops.
package enum Chance {
  /// So many random bytes.
  package static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = unsafe RAND_bytes(&bytes, Int32(count))
    precondition(done == 1, "libcrypto has no randomness")
    return bytes
  }
}
