/// The largest and smallest things this room reads or writes, each with its reason.
package enum NotationLimits {
  /// A canonical text holds at least `{}`.
  package static let canonicalBytesMin = 2

  /// An entry bundle of C2SP tlog-tiles gives each entry a length of two bytes.
  package static let canonicalBytesMax = 65_535

  /// Containers in one another in a canonical text, the top-level object counted as one: four
  /// levels below it, which is one more than the deepest entry needs.
  package static let canonicalDepthMax = 5

  /// The largest integer that every JSON reader in the world keeps exactly: 2^53 - 1 (RFC 8785
  /// Appendix D, RFC 7493 section 2.2).
  package static let canonicalIntegerMax: Int64 = 9_007_199_254_740_991

  /// Plain JSON deeper than this is an attack on the stack and not a document.
  package static let plainDepthMax = 64

  /// Plain JSON is held in memory whole; 64 MiB is ten times the largest file we were ever given.
  package static let plainBytesMax = 67_108_864
}
