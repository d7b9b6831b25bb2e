import Foundation
import Symbols
import Testing

/// Symbols are read back by programs that share nothing with what drew them.
@Suite("symbols", .serialized)
struct SymbolTests {
  /// A checkpoint has a dash that is not ASCII, by which readers guess the encoding.
  static let note = """
    acme/clinic/1
    1312
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

    \u{2014} acme/clinic/1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

    """

  static let texts = [
    "a checkpoint": note, "one character": "x",
    "a slip": "S01-000000123-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "digits": "0123456789", "umlauts": "Stra\u{DF}e, na\u{EF}ve", "kanji": "\u{6771}\u{4EAC}",
    "line ends": "a\r\nb\n\n", "many": String(repeating: "The quick brown fox. ", count: 60),
  ]

  @Test("zbar reads from the PNG what was drawn, byte for byte", arguments: texts.keys.sorted())
  func qr(_ name: String) throws {
    guard Tool.isThere("zbarimg") else { return }
    let text = try #require(SymbolTests.texts[name])
    for correction in [Symbol.Correction.low, .medium, .quartile] {
      let symbol = try Symbol.qr(Array(text.utf8), correction: correction)
      #expect(try Tool.zbar(symbol.png(scale: 4)) == Array(text.utf8))
    }
  }

  @Test("a checkpoint takes no more room than the sheet has")
  func size() throws {
    let symbol = try Symbol.qr(Array(SymbolTests.note.utf8))
    #expect(symbol.width == symbol.height && symbol.width <= 61)
    let slip = try Symbol.qr(
      Array("S01-000000123-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8), correction: .quartile)
    #expect(slip.width == 29)
  }

  @Test("half blocks and SVG show the same modules as the symbol")
  func drawings() throws {
    let symbol = try Symbol.qr(Array(SymbolTests.note.utf8))
    let side = symbol.width + 2 * symbol.quietZone
    let lines = symbol.blocks(colored: false).split(separator: "\n").map(Array.init)
    #expect(lines.count == (side + 1) / 2 && lines.allSatisfy { $0.count == side })
    let svg = symbol.svg(millimeters: 0.5, title: "t")
    var painted = Set<[Int]>()
    for run in svg.matches(of: #/M(\d+) (\d+)h(\d+)v1h-(\d+)z/#) {
      let (x, y, length) = (Int(run.1)!, Int(run.2)!, Int(run.3)!)
      #expect(run.3 == run.4)
      for column in x..<x + length { painted.insert([column, y]) }
    }
    #expect(svg.contains("width=\"\(side / 2).500mm\""))
    for y in 0..<side {
      for x in 0..<side {
        let isDark = symbol[x - symbol.quietZone, y - symbol.quietZone]
        let block = lines[y / 2][x]
        #expect((block == "\u{2588}" || block == (y % 2 == 0 ? "\u{2580}" : "\u{2584}")) == isDark)
        #expect(painted.contains([x, y]) == isDark)
      }
    }
  }

  @Test("colored lines paint black on white and give the terminal its colors back")
  func colors() throws {
    let symbol = try Symbol.qr([0x78])
    let plain = symbol.blocks(colored: false).split(separator: "\n")
    let colored = symbol.blocks(colored: true).split(separator: "\n")
    #expect(colored == plain.map { "\u{1B}[38;5;16;48;5;231m\($0)\u{1B}[0m" }.map { $0[...] })
  }

  @Test("GS1 DataMatrix is read back with its separators")
  func dataMatrix() throws {
    guard Tool.isThere("dmtxread") else { return }
    let symbol = try Symbol.gs1DataMatrix([
      ("01", "00304092051057"), ("17", "300131"), ("10", "K1A"), ("21", "4711"),
    ])
    #expect(symbol.width == symbol.height)
    // FNC1 begins it and parts the lot from what follows, as GS (1D).
    let read = try Tool.run(["dmtxread", "-n", "-G", "29"], file: symbol.png(scale: 6))
    let text = String(decoding: read, as: UTF8.self).replacing("\u{1D}", with: "|")
    #expect(
      text.trimmingPrefix("|").trimmingCharacters(in: .newlines)
        == "01003040920510571730013110K1A|214711")
  }

  static let refused: [(String, SymbolError.Reason, @Sendable () throws -> Symbol)] = [
    ("nothing", .empty, { try Symbol.qr([]) }),
    ("too much", .tooLong, { try Symbol.qr([UInt8](repeating: 0xC3, count: 2332)) }),
    ("far too much", .tooLong, { try Symbol.qr([UInt8](repeating: 0x61, count: 20_000)) }),
    (
      "a wrong check digit", .notAllowed,
      { try Symbol.gs1DataMatrix([("01", "00304092051059")]) }
    ),
    ("an identifier that is none", .notAllowed, { try Symbol.gs1DataMatrix([("05", "1")]) }),
    ("a bracket in a lot", .notAllowed, { try Symbol.gs1DataMatrix([("10", "K[21]9")]) }),
    ("no elements", .empty, { try Symbol.gs1DataMatrix([]) }),
  ]

  @Test("what cannot be drawn is refused", arguments: refused.indices)
  func refusals(_ index: Int) {
    let row = SymbolTests.refused[index]
    #expect(throws: SymbolError(reason: row.1), "\(row.0)") { try row.2() }
  }
}

/// Programs of others.
enum Tool {
  static func isThere(_ name: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    if folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) {
      return true
    }
    print("SKIPPED: `\(name)` is not installed, nothing was read back")
    return false
  }

  /// What zbar reads, without the line end that it adds.
  static func zbar(_ png: [UInt8]) throws -> [UInt8] {
    Array(
      try run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable"], file: png).dropLast())
  }

  static func run(_ words: [String], file bytes: [UInt8]) throws -> [UInt8] {
    let path = NSTemporaryDirectory() + "symbol-\(UUID().uuidString).png"
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words + [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let read = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(read)
  }
}
