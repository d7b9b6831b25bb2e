/// What is wrong with a file of a tlog-tiles log.
package struct TileFault: Hashable, Sendable {
  /// The file, below the log's folder; nil for the tree as a whole.
  package let file: String?
  /// The first entry it concerns; nil for the tree as a whole.
  package let entry: Int64?
  /// What is wrong, in words.
  package let text: String
}

/// What a check of a tlog-tiles log found.
package struct TileLogReport: Sendable {
  /// Entries that the checkpoint vouches for.
  package let size: Int64
  /// Entries whose bytes were there and were hashed.
  package internal(set) var entries: Int64 = 0
  /// Files that were compared.
  package internal(set) var files = 0
  /// Everything that contradicts something else, by entry.
  package internal(set) var faults: [TileFault] = []
  /// How many faults there were; at most ``CoreLimits/faultsMax`` are kept.
  package internal(set) var faultCount = 0
  /// Files that the tree should have and that are not there.
  package internal(set) var missing: [TileName] = []
  /// Files that hold more than the checkpoint vouches for.
  package internal(set) var beyond = 0
  /// Whether the root could be computed.
  package internal(set) var isComplete = true

  /// The first entry that a missing file leaves out.
  package var firstMissing: Int64? { missing.map(TileLog.firstEntry).min() }
}

/// A log in C2SP `tlog-tiles` form, of ours or of anybody's, as its files lie in a folder.
///
///     let log = TileLog(files: paths, read: { try bytes(of: $0) })
///     let report = log.check(checkpoint)
///
/// Every file that is there is compared, also those that the checkpoint's size does not call for:
/// narrower partial tiles, and those that reach beyond it as far as it vouches for them. A leaf is
/// the RFC 6962 hash of its entry.
package struct TileLog {
  private let widths: [Place: [Int]]
  private let read: (String) -> [UInt8]?

  /// Where a file belongs, whatever its width.
  fileprivate struct Place: Hashable {
    let kind: TileName.Kind
    let index: Int64
  }

  /// `files` are the names of all files below the log's folder; those of no tile are passed over.
  /// `read` yields the bytes of one, nil where it cannot be read or is longer than any tile.
  package init(files: [String], read: @escaping (String) -> [UInt8]?) {
    var widths: [Place: [Int]] = [:]
    for name in files.compactMap(TileName.init(path:)) {
      widths[Place(kind: name.kind, index: name.index), default: []].append(name.width)
    }
    self.widths = widths.mapValues { $0.sorted() }
    self.read = read
  }

  /// The first entry that a file covers.
  package static func firstEntry(of name: TileName) -> Int64 {
    switch name.kind {
    case .entries: name.index << 8
    case .hashes(let level):
      // Files of levels that no tree reaches cover nothing.
      level > 6 ? 0 : name.index << Int64(8 * (level + 1))
    }
  }

  /// Recomputes the tree from the entries, and compares every tile and the root.
  ///
  /// The checkpoint's signature was verified by the caller. Where entries are missing, their leaves
  /// are taken from the tiles, and the report names the missing files.
  package func check(
    _ checkpoint: Checkpoint, progress: (Int64) -> Void = { _ in }
  ) -> TileLogReport {
    var walk = Walk(log: self, report: TileLogReport(size: checkpoint.size))
    var index: Int64 = 0
    // A checkpoint may claim any size: a block that is not there ends the walk.
    while index << 8 < checkpoint.size, walk.report.isComplete {
      walk.takeLeaves(index)
      progress(walk.frontier.size)
      index += 1
    }
    walk.finish(checkpoint)
    return walk.report
  }

  fileprivate func files(_ kind: TileName.Kind, _ index: Int64) -> [TileName] {
    widths[Place(kind: kind, index: index), default: []].map {
      TileName(kind, index: index, width: $0)
    }
  }

  fileprivate func bytes(_ name: TileName) -> [UInt8]? { read(name.path) }

  fileprivate var count: Int { widths.values.reduce(0) { $0 + $1.count } }
}

/// One pass over a log.
private struct Walk {
  let log: TileLog
  var report: TileLogReport
  var frontier = Frontier()
  // The hashes of each level above the leaves that no file was compared with yet.
  private var pending: [Int: (index: Int64, hashes: [Digest])] = [:]
  // The tree as the tiles have it, from where they first contradict the entries.
  private var byTiles: Frontier?

  private static let notOfTree = "the entry is not that of the tree"
  private static let notOfEntry = "the hash is not that of the entry"
  private static let notOfBlock = "the hash is not that of its block"

  init(log: TileLog, report: TileLogReport) {
    self.log = log
    self.report = report
  }

  /// The leaves of one block: hashed from the entries, or else as the tile has them.
  mutating func takeLeaves(_ index: Int64) {
    let width = Int(min(256, report.size - index << 8))
    let bundles = log.files(.entries, index).map { name in (name, entries(name)) }
    let tiles = log.files(.hashes(level: 0), index).map { name in (name, hashes(name)) }
    require(.entries, index, width, bundles.map(\.0))
    require(.hashes(level: 0), index, width, tiles.map(\.0))
    // The narrowest file that is wide enough is the one that the checkpoint calls for.
    let wide = bundles.first { $0.1.count >= width }?.1 ?? bundles.last?.1 ?? []
    let stored = tiles.first { $0.1.count >= width }?.1 ?? []
    report.entries += Int64(min(wide.count, width))
    let leaves = Array((wide + stored.dropFirst(wide.count)).prefix(width))
    for (name, found) in bundles { compare(name, found, leaves, Walk.notOfTree) }
    for (name, found) in tiles { compare(name, found, leaves, Walk.notOfEntry) }
    if leaves.count < width { report.isComplete = false }
    let told = (stored + leaves.dropFirst(stored.count)).prefix(width)
    if byTiles == nil, !told.elementsEqual(leaves) { byTiles = frontier }
    for leaf in told { byTiles?.append(leaf) }
    for leaf in leaves { append(leaf) }
  }

  private mutating func append(_ leaf: Digest) {
    for row in frontier.append(leaf) {
      let index = row.index >> 8
      pending[row.level, default: (index, [])].hashes.append(row.hash)
      if pending[row.level]?.hashes.count == 256 { compareTile(row.level) }
    }
  }

  private mutating func compareTile(_ level: Int) {
    guard let tile = pending.removeValue(forKey: level) else { return }
    let files = log.files(.hashes(level: level), tile.index)
    require(.hashes(level: level), tile.index, tile.hashes.count, files)
    for name in files {
      compare(name, hashes(name), tile.hashes, Walk.notOfBlock)
    }
  }

  mutating func finish(_ checkpoint: Checkpoint) {
    for level in pending.keys.sorted() { compareTile(level) }
    let untouched = log.count - report.files
    report.beyond += max(0, untouched)
    if report.isComplete, frontier.root != checkpoint.root {
      if byTiles?.root == checkpoint.root {
        blameEntries()
      } else {
        fault(nil, nil, "the root of the entries is not that of the checkpoint")
      }
    }
    report.faults = report.faults.enumerated().sorted {
      ($0.element.entry ?? .max, $0.offset) < ($1.element.entry ?? .max, $1.offset)
    }.map(\.element)
  }

  /// The checkpoint is that of the tiles: where they contradict the entries, the entries are wrong,
  /// and what was said about the tiles above was about hashes of wrong entries.
  private mutating func blameEntries() {
    let blamed = report.faults.filter { $0.text != Walk.notOfBlock }
    report.faultCount -= report.faults.count - blamed.count
    report.faults = blamed.map { fault in
      guard fault.text == Walk.notOfEntry, let tile = fault.file.flatMap(TileName.init(path:))
      else { return fault }
      let bundle = TileName(.entries, index: tile.index, width: tile.width)
      return TileFault(file: bundle.path, entry: fault.entry, text: Walk.notOfTree)
    }
  }

  /// Notes a file that is not there; a wider one stands in for it.
  private mutating func require(
    _ kind: TileName.Kind, _ index: Int64, _ width: Int, _ files: [TileName]
  ) {
    if files.contains(where: { $0.width >= width }) { return }
    report.missing.append(TileName(kind, index: index, width: width))
  }

  /// The leaf hashes of the entries of a file.
  private mutating func entries(_ name: TileName) -> [Digest] {
    report.files += 1
    guard let bytes = log.bytes(name) else {
      fault(name, 0, "the file cannot be read")
      return []
    }
    let (entries, isWhole) = EntryBundle.read(bytes)
    if !isWhole {
      fault(name, min(entries.count, name.width - 1), "the file ends within an entry")
    } else if entries.count != name.width {
      fault(
        name, min(entries.count, name.width - 1),
        "the file holds \(entries.count) entries instead of \(name.width)")
    }
    return entries.prefix(name.width).map(SHA256.leaf)
  }

  private mutating func hashes(_ name: TileName) -> [Digest] {
    report.files += 1
    guard let bytes = log.bytes(name) else {
      fault(name, 0, "the file cannot be read")
      return []
    }
    let whole = min(bytes.count / Digest.byteCount, name.width)
    if bytes.count != name.width * Digest.byteCount {
      fault(
        name, min(whole, name.width - 1),
        "the file has \(bytes.count) bytes instead of \(name.width * Digest.byteCount)")
    }
    return (0..<whole).compactMap { Digest(Array(bytes[($0 * 32)..<($0 * 32 + 32)])) }
  }

  private mutating func compare(
    _ name: TileName, _ found: [Digest], _ computed: [Digest], _ text: String
  ) {
    if name.width > computed.count { report.beyond += 1 }
    for (offset, pair) in zip(found, computed).enumerated() where pair.0 != pair.1 {
      return fault(name, offset, text)
    }
  }

  private mutating func fault(_ name: TileName?, _ offset: Int?, _ text: String) {
    report.faultCount += 1
    guard report.faults.count < CoreLimits.faultsMax else { return }
    let entry = name.map { TileLog.firstEntry(of: $0) + Int64(offset ?? 0) * $0.block }
    report.faults.append(TileFault(file: name?.path, entry: entry, text: text))
  }
}

extension TileName {
  /// Entries under each hash of the file.
  fileprivate var block: Int64 {
    switch kind {
    case .entries: 1
    case .hashes(let level): level > 7 ? 0 : 1 << Int64(8 * level)
    }
  }
}
