internal import Glibc

/// The lock that writers of one ledger take turns with: `flock` on `ledger.lock`.
///
/// SQLite's own busy handler starves writers (worst waits of seconds), so nobody
/// begins a write transaction without this. The file holds the process number of
/// the holder as text, for messages only; the kernel drops the lock when the
/// holder ends, however it ends.
enum LockFile {
  /// Runs `body` under the lock, waiting for it at most `milliseconds`.
  ///
  /// - Throws: ``StoreError/Code/busy(holder:)``, what `open` met, or what `body` throws.
  static func hold<T>(
    _ path: String, exclusive: Bool, milliseconds: Int, _ body: () throws -> T
  ) throws -> T {
    let flags = exclusive ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC
    let descriptor = unsafe open(path, flags, 0o644)
    guard descriptor >= 0 else { throw StoreError.system(errno, path) }
    defer { close(descriptor) }
    try wait(descriptor, exclusive: exclusive, milliseconds: milliseconds, path)
    guard exclusive else { return try body() }
    writeHolder(descriptor)
    defer { ftruncate(descriptor, 0) }
    return try body()
  }

  private static func wait(
    _ descriptor: Int32, exclusive: Bool, milliseconds: Int, _ path: String
  ) throws(StoreError) {
    let operation = (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB
    let deadline = now() + Int64(milliseconds)
    // Short sleeps that never grow long: a waiter that sleeps longer the longer
    // it has waited loses every race against one that has just come.
    while flock(descriptor, operation) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw StoreError.system(errno, path) }
      guard now() < deadline else { throw StoreError(.busy(holder: holder(descriptor)), path) }
      usleep(UInt32.random(in: 300...1_500))
    }
  }

  private static func writeHolder(_ descriptor: Int32) {
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = unsafe pwrite(descriptor, text, text.count, 0)
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    guard count > 1 else { return nil }
    return Int32(String(decoding: bytes.prefix(count - 1), as: UTF8.self))
  }

  /// Milliseconds of a clock that never steps.
  private static func now() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
