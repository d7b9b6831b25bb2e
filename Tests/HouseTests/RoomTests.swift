import Foundation
import Testing

/// What a room may import, and what it may never do.
///
/// The compiler's own import check accepts some forbidden imports, so this reading of the source is
/// the only guard. Each kind of violation is planted below, to prove that it is found.
struct House {
  /// The modules that each room may import besides Swift itself.
  static let doors: [String: Set<String>] = [
    "Notation": [],
    "LedgerCore": ["Notation", "COpenSSL"],
    "Dispensary": ["Notation"],
    "Compliance": ["Notation", "Dispensary"],
    "LedgerStore": ["LedgerCore", "Notation", "GRDB", "CSQLite", "Glibc"],
    "Recordkeeping": ["Notation", "Dispensary", "Compliance", "LedgerCore", "LedgerStore"],
    "Interchange": [
      "Notation", "Dispensary", "Foundation", "FoundationEssentials", "FoundationXML",
    ],
    "Reports": ["Notation", "Dispensary", "Compliance", "LedgerCore"],
    "Symbols": ["CZint"],
    "custody": [
      "Notation", "Dispensary", "Compliance", "LedgerCore", "LedgerStore", "Recordkeeping",
      "Interchange", "Reports", "Symbols", "ArgumentParser", "Foundation", "Glibc",
      "Synchronization",
    ],
  ]

  /// System modules, which hold no Swift of ours.
  static let systems: Set<String> = ["COpenSSL", "CSQLite", "CZint"]

  /// What only the desk may do, by what is read in the source. Word boundaries are simple ones:
  /// by Unicode's there is none at the point of `ProcessInfo.processInfo`.
  static var deeds: [(what: String, pattern: Regex<Substring>)] {
    [
      ("prints", /\b(?:print|debugPrint|dump|puts|printf|fputs)\(/),
      ("reads the environment", /\b(?:getenv|secure_getenv|setenv|environ)\b|\bProcessInfo\b/),
      (
        "reads the time",
        /\bDate\(\)|\bDate\.now\b|\bclock_gettime\(|\bgettimeofday\(|\btime\((?:nil|NULL|&)|\b(?:Continuous|Suspending)Clock\b/
      ),
      ("is asynchronous", /\basync\b|\bawait\b|\bactor\s+\w|\bTask\s*(?:\{|\.detached)/),
      ("takes chance from the system", /\bSystemRandomNumberGenerator\b|\.random\(in: [^,)]*\)/),
    ]
  }

  /// Every violation in these files, as `path: what`, in the order of the files.
  static func violations(in files: [(path: String, text: String)]) -> [String] {
    files.flatMap { file in
      let parts = file.path.split(separator: "/").map(String.init)
      guard parts.count >= 3, parts[0] == "Sources" else {
        return ["\(file.path): is in no room"]
      }
      if systems.contains(parts[1]) { return ["\(file.path): is Swift in a system module"] }
      guard let allowed = doors[parts[1]] else { return ["\(file.path): is in an unknown room"] }
      let code = House.code(of: file.text)
      return (imports(code, parts, allowed) + deeds(code, parts)).map { "\(file.path): \($0)" }
    }
  }

  private static func imports(_ code: String, _ path: [String], _ allowed: Set<String>) -> [String]
  {
    let pattern =
      /(?<access>\w+)?[ \t]*\bimport\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(?<module>\w+)/
    return code.matches(of: pattern.wordBoundaryKind(.simple)).compactMap { match in
      let module = String(match.output.module)
      if module == "Swift" { return nil }
      guard allowed.contains(module) else { return "imports \(module)" }
      guard module == "COpenSSL" else { return nil }
      guard path.dropLast() == ["Sources", "LedgerCore", "Crypto"] else {
        return "imports COpenSSL outside Crypto"
      }
      return match.output.access == "internal" ? nil : "imports COpenSSL not as `internal import`"
    }
  }

  private static func deeds(_ code: String, _ path: [String]) -> [String] {
    guard path[1] != "custody" else { return [] }
    var code = code
    if path == ["Sources", "LedgerStore", "LockFile.swift"] {
      // Waiting for the lock is measured on a clock that knows no time of day, in steps of chance;
      // nothing of it is ever recorded.
      code = code.replacing("clock_gettime(CLOCK_MONOTONIC", with: "")
        .replacing(/\.random\(in: [^,)]*\)/, with: "")
    }
    return House.deeds.compactMap {
      code.firstMatch(of: $0.pattern.wordBoundaryKind(.simple)) == nil ? nil : $0.what
    }
  }

  /// The source without comments and without what stands in strings.
  static func code(of text: String) -> String {
    var lines: [Substring] = []
    var end: Substring?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let closing = end {
        if line.contains(closing) { end = nil }
        continue
      }
      if let opening = line.firstMatch(of: /(#*)"""\s*$/) {
        end = "\"\"\"" + opening.output.1
        lines.append(line[..<opening.range.lowerBound])
        continue
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
      .replacing(/"(\\.|[^"\\\n])*"/, with: "\"\"")
      .replacing(/\/\/[^\n]*/, with: "")
      .replacing(/(?s)\/\*.*?\*\//, with: "")
  }

  /// Types, and functions outside of types, that another room may use and that say nothing about
  /// themselves.
  static func undocumented(in files: [(path: String, text: String)]) -> [String] {
    files.flatMap { file in
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.indices.compactMap { index -> String? in
        guard lines[index].firstMatch(of: /^(@\S+ )*package (?!import\b|extension\b)/) != nil else {
          return nil
        }
        // What an identifier names is told at its alias.
        if lines[index].contains(/enum \w+Kind: (Numbered|Identifier)Kind/) { return nil }
        let above = lines[..<index].last { !$0.hasPrefix("@") }
        guard above?.hasPrefix("///") != true else { return nil }
        return "\(file.path):\(index + 1): \(lines[index])"
      }
    }
  }
}

extension House {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All Swift files under Sources.
  static func sources() throws -> [(path: String, text: String)] {
    let folder = root.appending(path: "Sources").resolvingSymlinksInPath()
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      ("Sources/\(path)", try String(contentsOf: folder.appending(path: path), encoding: .utf8))
    }
  }
}

@Suite("The rooms of the house")
struct RoomTests {
  @Test("no room imports, prints, waits or looks at the clock where it should not")
  func invariants() throws {
    let files = try House.sources()
    #expect(files.count > 80)
    #expect(House.violations(in: files) == [])
    let rooms = Set(
      files.compactMap { $0.path.split(separator: "/").dropFirst().first.map(String.init) })
    #expect(rooms == Set(House.doors.keys))
  }

  static let planted: [(path: String, text: String, found: [String])] = [
    ("Notation/A.swift", "import Foundation", ["imports Foundation"]),
    ("Notation/A.swift", "import Glibc", ["imports Glibc"]),
    ("Notation/A.swift", "@_spi(_Unicode) import Swift", []),
    ("LedgerCore/A.swift", "package import Dispensary", ["imports Dispensary"]),
    ("LedgerCore/A.swift", "import FoundationEssentials", ["imports FoundationEssentials"]),
    ("LedgerCore/A.swift", "internal import COpenSSL", ["imports COpenSSL outside Crypto"]),
    ("LedgerCore/Crypto/A.swift", "internal import COpenSSL", []),
    ("LedgerCore/Crypto/A.swift", "import COpenSSL", ["imports COpenSSL not as `internal import`"]),
    (
      "LedgerCore/Crypto/A.swift", "package import COpenSSL",
      ["imports COpenSSL not as `internal import`"]
    ),
    (
      "LedgerCore/Crypto/Deep/A.swift", "internal import COpenSSL",
      ["imports COpenSSL outside Crypto"]
    ),
    ("LedgerStore/A.swift", "internal import COpenSSL", ["imports COpenSSL"]),
    ("Dispensary/A.swift", "import LedgerCore", ["imports LedgerCore"]),
    ("Dispensary/A.swift", "import struct Foundation.Date", ["imports Foundation"]),
    ("Dispensary/A.swift", "import Notation; import Compliance", ["imports Compliance"]),
    ("Compliance/A.swift", "@testable import LedgerCore", ["imports LedgerCore"]),
    ("Compliance/A.swift", "  @preconcurrency import Foundation", ["imports Foundation"]),
    (
      "LedgerStore/A.swift", "import Dispensary\nimport SQLite3",
      ["imports Dispensary", "imports SQLite3"]
    ),
    ("LedgerStore/A.swift", "internal import GRDB\ninternal import CSQLite", []),
    ("Recordkeeping/A.swift", "import GRDB", ["imports GRDB"]),
    ("Recordkeeping/A.swift", "import Reports", ["imports Reports"]),
    ("Interchange/A.swift", "import Foundation\nimport LedgerCore", ["imports LedgerCore"]),
    ("Reports/A.swift", "import LedgerStore", ["imports LedgerStore"]),
    (
      "Reports/A.swift", "import Recordkeeping\nimport Foundation",
      ["imports Recordkeeping", "imports Foundation"]
    ),
    ("custody/A.swift", "import GRDB", ["imports GRDB"]),
    ("custody/A.swift", "import CSQLite", ["imports CSQLite"]),
    ("custody/A.swift", "import COpenSSL", ["imports COpenSSL"]),
    ("custody/A.swift", "import CZint", ["imports CZint"]),
    ("Symbols/A.swift", "internal import CZint", []),
    ("Symbols/A.swift", "import Notation", ["imports Notation"]),
    ("Reports/A.swift", "import Symbols", ["imports Symbols"]),
    ("CZint/A.swift", "", ["is Swift in a system module"]),
    ("custody/A.swift", "print(getenv(\"HOME\"), Date())\nfunc f() async {}", []),
    ("Attic/A.swift", "", ["is in an unknown room"]),
    ("CSQLite/A.swift", "", ["is Swift in a system module"]),
    ("Reports/A.swift", "func f() { print(1) }", ["prints"]),
    ("Dispensary/A.swift", "let h = getenv(\"HOME\")", ["reads the environment"]),
    ("Interchange/A.swift", "let e = ProcessInfo.processInfo", ["reads the environment"]),
    ("Recordkeeping/A.swift", "let now = Date()", ["reads the time"]),
    ("Recordkeeping/A.swift", "let now = Date.now", ["reads the time"]),
    ("LedgerStore/A.swift", "clock_gettime(CLOCK_REALTIME, &t)", ["reads the time"]),
    ("LedgerStore/A.swift", "clock_gettime(CLOCK_MONOTONIC, &t)", ["reads the time"]),
    ("LedgerStore/LockFile.swift", "unsafe clock_gettime(CLOCK_MONOTONIC, &t)", []),
    ("LedgerStore/LockFile.swift", "unsafe clock_gettime(CLOCK_REALTIME, &t)", ["reads the time"]),
    ("LedgerStore/A.swift", "let t = time(nil)", ["reads the time"]),
    ("LedgerCore/A.swift", "let c = ContinuousClock()", ["reads the time"]),
    ("Recordkeeping/A.swift", "func f() async throws {}", ["is asynchronous"]),
    ("Recordkeeping/A.swift", "actor Desk {}", ["is asynchronous"]),
    ("Dispensary/A.swift", "let n = Int.random(in: 0...9)", ["takes chance from the system"]),
    ("Dispensary/A.swift", "let n = Int.random(in: 0...9, using: &dice)", []),
    // Words in comments and strings are no deeds.
    ("Dispensary/A.swift", "// import Foundation and print(Date())\n/* async */", []),
    ("Dispensary/A.swift", "/// `import Foundation`\nlet a = \"import Foundation print(1)\"", []),
    (
      "Dispensary/A.swift", "let a = \"\"\"\n  import Foundation\n  \"\"\"\nimport GRDB",
      ["imports GRDB"]
    ),
    ("Dispensary/A.swift", "let a = #\"\"\"\n import X \"\"\"\n \"\"\"#\nlet b = 1", []),
    ("Dispensary/A.swift", "let a = \"say \\\"hi\\\"\"; print(1)", ["prints"]),
    ("Dispensary/A.swift", "func blueprint() { sprint(1); isprint(2) }", []),
  ]

  @Test("a planted violation is found", arguments: planted)
  func plant(_ row: (path: String, text: String, found: [String])) {
    let found = House.violations(in: [("Sources/\(row.path)", row.text)])
    #expect(found == row.found.map { "Sources/\(row.path): \($0)" })
  }

  @Test("files outside of the rooms are named")
  func stray() {
    #expect(House.violations(in: [("Sources/A.swift", "")]) == ["Sources/A.swift: is in no room"])
  }

  @Test("what other rooms may use says what it is")
  func documented() throws {
    let rooms = ["Dispensary", "Compliance", "LedgerCore", "Notation"]
    let files = try House.sources().filter { file in
      rooms.contains { file.path.hasPrefix("Sources/\($0)/") }
    }
    #expect(House.undocumented(in: files) == [])
    let planted = [
      ("A.swift", "/// A thing.\npackage struct Thing {}\n"),
      ("B.swift", "import Notation\n\npackage enum Bare {}\n"),
      (
        "C.swift",
        "/// A box.\n@safe\npackage final class Box {}\n@safe package final class Bag {}\n"
      ),
      ("D.swift", "package import Notation\npackage extension Thing {}\n"),
      ("E.swift", "// Not a page.\npackage protocol Page {}\n"),
    ]
    #expect(
      House.undocumented(in: planted) == [
        "B.swift:3: package enum Bare {}", "C.swift:4: @safe package final class Bag {}",
        "E.swift:2: package protocol Page {}",
      ])
  }
}
