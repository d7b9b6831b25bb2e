/// The name of a file of a log in C2SP `tlog-tiles` form, below the log's folder.
///
///     TileName(.hashes(level: 0), index: 1_234_067, width: 112).path
///       // tile/0/x001/x234/067.p/112
package struct TileName: Hashable, Sendable {
  /// What the file holds.
  package enum Kind: Hashable, Sendable {
    /// Hashes of full blocks of 256^level leaves.
    case hashes(level: Int)
    /// The entries themselves.
    case entries
  }

  /// Hashes or entries in a full file.
  package static let fullWidth = 256

  /// What it holds.
  package let kind: Kind
  /// Which file of its kind, beginning at 0.
  package let index: Int64
  /// How many hashes or entries it holds: 1 to 256.
  package let width: Int

  /// A name of its parts.
  package init(_ kind: Kind, index: Int64, width: Int) {
    precondition(index >= 0 && (1...TileName.fullWidth).contains(width), "no such file")
    self.kind = kind
    self.index = index
    self.width = width
  }

  /// Reads the form of ``path``; nil for any other.
  package init?(path: String) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var width = TileName.fullWidth
    if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
      guard let partial = Int(parts.removeLast()), (1..<TileName.fullWidth).contains(partial) else {
        return nil
      }
      width = partial
      parts[parts.count - 1].removeLast(2)
    }
    guard parts.count >= 3, parts[0] == "tile", let kind = TileName.kind(parts[1]),
      let index = TileName.index(parts[2...]), index >= 0
    else { return nil }
    self.init(kind, index: index, width: width)
    // One name for each file: no other writing of the same numbers.
    if self.path != path { return nil }
  }

  private static func kind(_ text: String) -> Kind? {
    if text == "entries" { return .entries }
    guard let level = Int(text), (0...63).contains(level) else { return nil }
    return .hashes(level: level)
  }

  private static func index(_ groups: ArraySlice<String>) -> Int64? {
    // 21 digits would not fit; six groups hold more files than there can be.
    guard groups.count <= 6 else { return nil }
    return Int64(groups.map { $0.hasPrefix("x") ? String($0.dropFirst()) : $0 }.joined())
  }

  /// The name below the folder of the log.
  package var path: String {
    let digits = String(index)
    let padded = String(repeating: "0", count: (3 - digits.count % 3) % 3) + digits
    var groups: [String] = []
    for start in stride(from: 0, to: padded.count, by: 3) {
      groups.append(String(padded.dropFirst(start).prefix(3)))
    }
    let folders = groups.dropLast().map { "x\($0)/" }.joined() + (groups.last ?? "000")
    let place =
      switch kind {
      case .hashes(let level): "tile/\(level)/\(folders)"
      case .entries: "tile/entries/\(folders)"
      }
    return width == TileName.fullWidth ? place : "\(place).p/\(width)"
  }

  /// Every file that a tree of this size has: the full ones, and the partial one of each level.
  package static func all(for size: Int64) -> [TileName] {
    var names = names(.entries, size)
    var (level, count) = (0, size)
    while count > 0 {
      names += TileName.names(.hashes(level: level), count)
      (level, count) = (level + 1, count >> 8)
    }
    return names
  }

  private static func names(_ kind: Kind, _ count: Int64) -> [TileName] {
    let full = (0..<count >> 8).map { TileName(kind, index: $0, width: fullWidth) }
    let rest = Int(count & 255)
    return rest == 0 ? full : full + [TileName(kind, index: count >> 8, width: rest)]
  }
}

/// Entries in a file: each with its length before it, in two bytes, the higher first.
package enum EntryBundle {
  /// The bytes of a file. An entry has at most 65,535 bytes.
  package static func bytes(_ entries: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries {
      precondition(entry.count <= 0xFFFF, "an entry is longer than 65,535 bytes")
      bytes += [UInt8(entry.count >> 8), UInt8(entry.count & 0xFF)] + entry
    }
    return bytes
  }

  /// The length of the entry at a place; of what is cut off, as if zeros followed on the left.
  static func length(_ bytes: [UInt8], _ at: Int) -> Int {
    bytes[min(at, bytes.count)..<min(at + 2, bytes.count)].reduce(0) { $0 << 8 + Int($1) }
  }

  /// The entries of a file, and whether all of it could be read; if not, those before the fault.
  package static func read(_ bytes: [UInt8]) -> (entries: [[UInt8]], isWhole: Bool) {
    var entries: [[UInt8]] = []
    var at = 0
    while at + 2 <= bytes.count {
      let end = at + 2 + length(bytes, at)
      if end > bytes.count { break }
      entries.append(Array(bytes[(at + 2)..<end]))
      at = end
    }
    return (entries, at == bytes.count)
  }
}
