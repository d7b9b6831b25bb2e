internal import Notation

/// A SHA-256 digest: 32 bytes by type, never shortened.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Bytes in a digest.
  package static let byteCount = 32

  // Four words in the order of the bytes in memory; no allocation for each of a million leaves.
  let words: (UInt64, UInt64, UInt64, UInt64)

  init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Digest.byteCount else { return nil }
    func word(_ index: Int) -> UInt64 {
      var word: UInt64 = 0
      for byte in bytes[index * 8..<index * 8 + 8] { word = word << 8 | UInt64(byte) }
      return UInt64(bigEndian: word)
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// Reads the form of ``base64``; nil for any other text.
  package init?(base64 text: String) {
    guard let bytes = Base64.decode(text) else { return nil }
    self.init(bytes)
  }

  /// Reads the form of ``hex``; nil for any other text.
  package init?(hex text: String) {
    guard let bytes = Hex.decode(text) else { return nil }
    self.init(bytes)
  }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Digest.byteCount)
    for word in [words.0, words.1, words.2, words.3] {
      let value = UInt64(bigEndian: word)
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
    return bytes
  }

  /// RFC 4648 with padding, 44 characters; the form in bodies and checkpoints.
  package var base64: String { Base64.encode(bytes) }

  /// 64 lower-case digits, as `sha256sum` prints them.
  package var hex: String { Hex.encode(bytes) }

  package var description: String { base64 }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// In the order of their bytes.
  package static func < (left: Digest, right: Digest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
