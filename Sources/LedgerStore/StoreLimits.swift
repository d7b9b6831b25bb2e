/// Every maximum of this room, with its reason.
package enum StoreLimits {
  /// Seconds a writer waits for the lock: the longest act takes well under one.
  package static let lockSeconds = 10
  /// Bytes that must be free before an append starts: the largest batch of daily
  /// work, its pages copied to the WAL twice over, and room to say so.
  package static let freeBytesMin: UInt64 = 8 << 20
  /// Bytes of WAL after which it is folded into the database file: it is kept at
  /// close, and a long one slows every opening.
  package static let walBytesMax: Int64 = 4 << 20
  /// Lines kept in the journal of heads when it is rewritten.
  package static let journalLines = 1_000
  /// Bytes of the journal of heads before it is rewritten: about 2,000 lines.
  package static let journalBytesMax = 128 << 10
  /// Milliseconds SQLite waits for a reader that is recovering a WAL.
  static let sqliteWaitMilliseconds: Int32 = 2_000
  /// Milliseconds an erasure waits for readers before it says that they block it.
  package static let erasureWaitMilliseconds: Int32 = 1_000
  /// Faults that an integrity check lists before it gives up.
  static let integrityFaultsMax = 100
}
