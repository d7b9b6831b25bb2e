import LedgerCore
import Notation
import Testing

@Test(
  "the name of a tile",
  arguments: [
    ("tile/0/000", 0, 0, 256), ("tile/0/000.p/1", 0, 0, 1),
    ("tile/0/x001/x234/067", 0, 1_234_067, 256),
    ("tile/0/x001/x234/067.p/112", 0, 1_234_067, 112), ("tile/1/x001/000.p/255", 1, 1_000, 255),
    ("tile/63/999", 63, 999, 256),
  ] as [(String, Int, Int64, Int)])
func tileName(_ path: String, _ level: Int, _ index: Int64, _ width: Int) {
  let name = TileName(.hashes(level: level), index: index, width: width)
  #expect(name.path == path && TileName(path: path) == name)
  let entries = TileName(.entries, index: index, width: width)
  #expect(TileName(path: entries.path) == entries && entries.path.hasPrefix("tile/entries/"))
}

@Test(
  "names of another form are those of no tile",
  arguments: [
    "", "tile", "tile/0", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/001/000",
    "tile/0/x000/000",
    "tile/0/x001/x000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
    "tile/64/000", "tile/00/000", "tile/-1/000", "tile/+1/000", "tile/0/-01", "tile/0/+01",
    "tile/0/000/", "tile/0/000.p/1/", "/tile/0/000", "tile/Entries/000", "tile/0/x1/000",
    "checkpoint", "tile/0/000.P/1", "tile/0/999x", "tile/0/x999/x999/x999/x999/x999/x999/999",
  ])
func noTileName(_ path: String) {
  #expect(TileName(path: path) == nil)
}

@Test("the example of the specification: 70,000 entries")
func tileExample() {
  let names = TileName.all(for: 70_000)
  let level: (Int) -> [TileName] = { level in names.filter { $0.kind == .hashes(level: level) } }
  #expect(level(0).count == 274 && level(0).last?.width == 112)
  #expect(level(1).map(\.width) == [256, 17] && level(2).map(\.width) == [1])
  #expect(names.filter { $0.kind == .entries }.count == 274 && names.count == 274 * 2 + 3)
  #expect(TileName.all(for: 0).isEmpty)
  #expect(
    TileName.all(for: 256).map(\.path) == [
      "tile/entries/000", "tile/0/000", "tile/1/000.p/1",
    ])
}

@Test("a bundle is read back, and one that ends early is not whole")
func bundle() {
  let entries: [[UInt8]] = [[], [1], Array(repeating: 7, count: 65_535)]
  let bytes = EntryBundle.bytes(entries)
  #expect(EntryBundle.read(bytes).entries == entries && EntryBundle.read(bytes).isWhole)
  for length in [1, 2, 3, 4, 5, 100] {
    let (read, isWhole) = EntryBundle.read(Array(bytes.prefix(length)))
    #expect(isWhole == (length == 2 || length == 5) && read == Array(entries.prefix(read.count)))
  }
}

/// The files of a log of so many entries.
private struct Log {
  var files: [String: [UInt8]] = [:]
  let checkpoint: Checkpoint

  init(_ size: Int) throws {
    var frontier = Frontier()
    var levels: [[Digest]] = [[], [], []]
    var entries: [[UInt8]] = []
    for number in 0..<size {
      entries.append(Array("entry \(number)".utf8))
      levels[0].append(SHA256.leaf(entries[number]))
      for row in frontier.append(levels[0][number]) { levels[row.level].append(row.hash) }
    }
    for name in TileName.all(for: Int64(size)) {
      let range = Int(name.index) * 256..<Int(name.index) * 256 + name.width
      files[name.path] =
        switch name.kind {
        case .entries: EntryBundle.bytes(Array(entries[range]))
        case .hashes(let level): levels[level][range].flatMap(\.bytes)
        }
    }
    checkpoint = Checkpoint(
      origin: try Origin("riverside.example/main/1"), size: Int64(size), root: frontier.root)
  }

  func check(_ checkpoint: Checkpoint? = nil) -> TileLogReport {
    TileLog(files: Array(files.keys), read: { files[$0] }).check(checkpoint ?? self.checkpoint)
  }
}

@Test("a log of its own making is whole", arguments: [0, 1, 2, 255, 256, 257, 600, 65_536, 66_000])
func wholeLog(_ size: Int) throws {
  let log = try Log(size)
  let report = log.check()
  #expect(report.faults.isEmpty && report.missing.isEmpty && report.beyond == 0)
  #expect(report.entries == Int64(size) && report.files == log.files.count)
}

@Test("every flipped bit is found, and at its entry")
func flippedTile() throws {
  let log = try Log(600)
  var dice = Dice(state: 4)
  for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) {
    let name = TileName(path: path)!
    let bits =
      bytes.count * 8 < 6_000
      ? Array(0..<bytes.count * 8)
      : (0..<150).map { _ in Int.random(in: 0..<bytes.count * 8, using: &dice) }
    for bit in bits {
      var changed = log
      changed.files[path]![bit / 8] ^= 1 << UInt8(bit % 8)
      let report = changed.check()
      guard let fault = report.faults.first, fault.file == path, let entry = fault.entry else {
        Issue.record("bit \(bit) of \(path)")
        continue
      }
      if case .hashes(let level) = name.kind {
        let block: Int64 = level == 0 ? 1 : 256
        #expect(entry == (name.index * 256 + Int64(bit / 256)) * block)
      }
    }
  }
}

@Test("a missing file is named, and is not the same as a wrong one")
func missingTile() throws {
  let log = try Log(600)
  for path in log.files.keys {
    var changed = log
    changed.files[path] = nil
    let report = changed.check()
    #expect(report.faults.isEmpty && report.missing.map(\.path) == [path])
    #expect(report.isComplete)
  }
  var bare = log
  bare.files["tile/entries/x000/001"] = nil
  bare.files["tile/0/001"] = nil
  bare.files["tile/entries/001"] = nil
  #expect(!bare.check().isComplete && bare.check().firstMissing == 256)
  bare.files = [:]
  let huge = Checkpoint(
    origin: try Origin("a/b/1"), size: .max, root: log.checkpoint.root)
  #expect(!bare.check(huge).isComplete)
}

@Test("a wider file stands in, and reaches beyond the checkpoint")
func widerTile() throws {
  let large = try Log(600)
  let small = try Log(590)
  let report = large.check(small.checkpoint)
  #expect(report.faults.isEmpty && report.missing.isEmpty && report.beyond == 2)
  var both = large
  both.files.merge(small.files) { old, _ in old }
  #expect(both.check().faults.isEmpty && both.check().beyond == 0)
  both.files["tile/0/002.p/78"]![5] ^= 1
  #expect(both.check().faults.map(\.file) == ["tile/0/002.p/78"])
}

@Test("a root that is not that of the entries is found")
func wrongRoot() throws {
  let log = try Log(300)
  let other = Checkpoint(
    origin: try Origin("a/b/1"), size: 300, root: try Log(299).checkpoint.root)
  let report = log.check(other)
  #expect(report.faults.map(\.entry) == [nil] && report.faultCount == 1)
}

/// The signatures that the test log of transparency-dev/tessera published, by size.
private let published = [
  "M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=",
  "M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+bywoiIke1YYciCNjJGkCgIlQ8b16jhsmg/SChAM=",
  "M9e0llH4NKmlf0u7C8tkJioQOmi7l5ELqljXgKRg6R3G5JJ7vx7emDWo5fpqKuA/Dk/jRrI6il+7QCVirNhyUAWGoAk=",
  "M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg=",
  "M9e0lnFuWt0cp60moO4jAkeXvMNLIIOGn4WdyeHQurBt9mBi0tWdfkldiAt9k0FpwuZymvttsVn9uwyouXU3vPpeNAc=",
  "M9e0lmn5eDHyHP10zJObZdFAX2y1V8fdDKBi4IiHbDYf1TCUBwxZOhqwv2QZCqrdda2zTRTrmnwjwscN5RBTEmZUYAs=",
  "M9e0ln+nHSdGSHEZBcjvqyYDXDbG8WxDwCDjbbGAMv/NTynAtJWhckSXIpuwpN3yJ4PTtzUbD34YGqIZr6RgJRn16gU=",
  "M9e0luA5JhTRUki/BBQD0QNiH6AEJ2pdtsA5CQjqJErViuuKrN6513RCTL2640wXJv0dCed3neRGI6dMzBq9uANf2Qc=",
  "M9e0lq1EK37dHtgv9O3UzPxisw5vwIPcJsX9ab0xt4mvVfbdUR1fbMjN6sBFYpBoBEmD4+cWhj/AVgI5MitCO5+mews=",
  "M9e0ls3mdnWX0qk4P3uGG0eYiFRWSwPR+RdeD1ARmrHPHjXP0x9UJWASPFTOTqJo0mp7Epck2O9RFB0J9IjDdAewagw=",
  "M9e0lrmwaVEOWFZ+HS5ITnRd2YMOSWE5QeoYu+6DHwJLnJ+SVeJ2ZiYeD7lVC5oGJx76gbfLSyCUEq6D8JkarrsuiQQ=",
  "M9e0lqbRtWirJwbUy4w3VrK2RyzfW8P+OIkc8t6b6AVG/tQd1Q2SN+uCLYzNNFnf/PhzeCdURSGQe1MRnohCxPu21wg=",
  "M9e0lrFzoTgi+ovhrqX0DpsEAp3wLu1coMLIkeCwSkGfS4Ox4pLXo2LHudqm4merh0ZkCNzHr8kQwq5gS5mmimIvdA4=",
  "M9e0liO8x8xfEOGmZVYODUjQajkEpjccPQ9EkG3yEEDet4K3BWE/DFRPH6H+b6gFFFaG5KS1bBmYS/xeZJs8lj+z+wM=",
  "M9e0lu8roIpjC+NXEG7JDkajIahoYDYWgxDtxfx/6rzLoztU9t/PvivZ48xt8ygJpjzaboSpkbVv3Jb+D3NdXWQf5wo=",
  "M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=",
]

@Test("a foreign log is whole at each of its sixteen checkpoints")
func foreignLog() throws {
  let words = [
    "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf",
    "threeten", "fourten", "fivten",
  ]
  let key = try VerifierKey(
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
  let leaves = words.map { SHA256.leaf(Array($0.utf8)) }
  var files: [String: [UInt8]] = [:]
  for size in 1...15 {
    files[TileName(.hashes(level: 0), index: 0, width: size).path] =
      leaves[..<size].flatMap(\.bytes)
    files[TileName(.entries, index: 0, width: size).path] =
      EntryBundle.bytes(words[..<size].map { Array($0.utf8) })
  }
  for (size, signature) in published.enumerated() {
    var frontier = Frontier()
    for leaf in leaves[..<size] { frontier.append(leaf) }
    let note =
      "example.com/log/testdata\n\(size)\n\(frontier.root)\n\n"
      + "\u{2014} example.com/log/testdata \(signature)\n"
    let checkpoint = try Checkpoint.open(note: note, keys: [key])
    let report = TileLog(files: Array(files.keys), read: { files[$0] }).check(checkpoint)
    #expect(report.faults.isEmpty && report.missing.isEmpty && report.entries == Int64(size))
  }
}
