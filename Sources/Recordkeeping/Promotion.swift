import Notation

/// When the head that an act leaves is kept as a row of `checkpoint`, as
/// Schemas/formats/checkpoint.md says: by the first act, by one with which the size crosses a
/// multiple of 256, and by one 60 seconds or more after the checkpoint before it.
enum Promotion {
  /// - Parameters:
  ///   - size: the number of entries when the act is done.
  ///   - now: `ts` of its last entry.
  ///   - checkpoint: the newest one; its `ts` is that of the last entry under it.
  static func isDue(
    size: Int64, at now: Instant, since checkpoint: (size: Int64, ts: Instant?)?
  ) -> Bool {
    guard let checkpoint, let ts = checkpoint.ts else { return true }
    return size / 256 != checkpoint.size / 256 || now.milliseconds - ts.milliseconds >= 60_000
  }
}

/// Follows the entries, and notes every checkpoint that was due and is not there.
///
/// Where an act ends is not stored. But its entries bear one `ts`, so what is due at one of them
/// has come when the run of entries with that `ts` ends. Checkpoints that nobody had to make are in
/// order. One of two acts within a millisecond may lose its own unnoticed: the other stands for it.
struct PromotionCheck {
  /// Entries at which a checkpoint was due that did not come, in order.
  private(set) var missing: [Int64] = []
  /// Sizes of the checkpoints ahead.
  private var ahead: ArraySlice<Int64>
  private var latest: (size: Int64, ts: Instant?)?
  private var lastTS: Instant?
  /// The first entry of the run at which one was due that has not come yet.
  private var due: Int64?

  /// - Parameter sizes: those of the stored checkpoints, in any order.
  init(sizes: [Int64] = []) { ahead = sizes.sorted()[...] }

  /// Takes the entries in order.
  mutating func take(_ seq: Int64, ts: Instant) {
    if let lastTS, ts > lastTS { endRun(before: seq) }
    // With a `clock` entry an act may go on at an earlier time, at which less may be due.
    if let lastTS, ts < lastTS { due = nil }
    lastTS = ts
    if due == nil, Promotion.isDue(size: seq + 1, at: ts, since: latest) { due = seq }
    while let size = ahead.first, size <= seq + 1 {
      ahead.removeFirst()
      latest = (size, ts)
      due = nil
    }
  }

  /// After the last entry; `size` is the number of entries.
  mutating func finish(size: Int64) { endRun(before: size) }

  private mutating func endRun(before seq: Int64) {
    guard let due else { return }
    missing.append(due)
    // As if it had come at the end of the run, so that one row is missed once.
    latest = (seq, lastTS)
    self.due = nil
  }
}
