internal import Glibc
internal import LedgerCore

/// The heads this machine has seen, kept outside the ledger's folder.
///
/// Who puts an older copy of the folder back does not put this back with it, so
/// the ledger must extend the last line here. One file an origin, one line a
/// commit: `812 <root in base64>`. Written after COMMIT and without a sync: a
/// power cut may lose lines, which only makes the check weaker, never wrong.
struct HeadJournal {
  struct Line: Equatable {
    let size: Int64
    let root: Digest
  }

  private let directory: String
  private let path: String

  /// `_` is not in the alphabet of origins, so no two origins share a file.
  init(directory: String, origin: String) {
    self.directory = directory
    path = directory + "/" + origin.map { $0 == "/" ? "_" : String($0) }.joined() + ".heads"
  }

  /// The newest whole line. A line torn by a crash is passed over.
  func last() throws(StoreError) -> Line? {
    guard let content = try Medium.read(path) else { return nil }
    for line in content.split(separator: 0x0A).reversed() {
      if let line = HeadJournal.line(line) { return line }
    }
    return nil
  }

  /// Adds a head, and now and then drops the oldest lines.
  func add(_ line: Line) throws(StoreError) {
    try Medium.makeDirectories(directory)
    // The line begins with its own line end: one torn by a crash before it would
    // swallow it otherwise.
    let text = "\n\(line.size) \(line.root.base64)\n"
    try Medium.write(Array(text.utf8), to: path, append: true)
    if let size = Medium.size(path), size > StoreLimits.journalBytesMax { try shorten() }
  }

  private func shorten() throws(StoreError) {
    guard let content = try Medium.read(path) else { return }
    let kept = content.split(separator: 0x0A).suffix(StoreLimits.journalLines)
    let text = kept.flatMap { $0 + [0x0A] }
    try Medium.write(text, to: path + ".new", append: false)
    guard unsafe rename(path + ".new", path) == 0 else { throw StoreError.system(errno, path) }
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard parts.count == 2, let size = Int64(parts[0]), size > 0,
      let root = Digest(base64: String(parts[1]))
    else { return nil }
    return Line(size: size, root: root)
  }
}
