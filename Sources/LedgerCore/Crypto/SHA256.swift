internal import COpenSSL

/// SHA-256 by OpenSSL, fetched once, with one context for each thread.
///
///     SHA256.leaf(body)                 // SHA-256(0x00 ‖ body), RFC 6962 section 2.1
///     SHA256.node(left, right)          // SHA-256(0x01 ‖ left ‖ right)
///
/// A process whose libcrypto has no SHA-256 cannot go on; it stops.
package enum SHA256 {
  /// The digest of bytes.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    unsafe bytes.withUnsafeBytes { buffer in unsafe digest(prefix: nil, buffer) }
  }

  /// The digest of bytes that lie elsewhere, for example in a row of a database.
  package static func hash(of buffer: UnsafeRawBufferPointer) -> Digest {
    unsafe digest(prefix: nil, buffer)
  }

  /// The hash of a leaf of the tree: SHA-256(0x00 ‖ body).
  package static func leaf(_ body: [UInt8]) -> Digest {
    unsafe body.withUnsafeBytes { buffer in unsafe digest(prefix: 0, buffer) }
  }

  /// The hash of an inner node of the tree: SHA-256(0x01 ‖ left ‖ right).
  package static func node(_ left: Digest, _ right: Digest) -> Digest {
    let pair = (left.words, right.words)
    return unsafe withUnsafeBytes(of: pair) { buffer in unsafe digest(prefix: 1, buffer) }
  }

  private static func digest(prefix: UInt8?, _ rest: UnsafeRawBufferPointer) -> Digest {
    var first = prefix ?? 0
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let done = unsafe withUnsafeMutableBytes(of: &words) { out in
      unsafe custody_sha256(
        &first, prefix == nil ? 0 : 1, rest.baseAddress, rest.count,
        out.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    precondition(done == 1, "libcrypto cannot do SHA-256")
    return Digest(words: words)
  }
}
