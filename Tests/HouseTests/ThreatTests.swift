import Foundation
import Testing

/// The threat table of SECURITY.md names the tests that play each attacker; they must be there.
@Suite("threats")
struct ThreatTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  /// Who attacks, and what the last column of the row says.
  static func rows() throws -> [(who: String, played: String)] {
    let text = try String(contentsOf: root.appending(path: "SECURITY.md"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 4, line.hasPrefix("| A") || line.hasPrefix("| an ") else { return nil }
      return (fields[0], fields[3])
    }
  }

  @Test("every attacker has a test")
  func everyRow() throws {
    let rows = try Self.rows()
    for number in 1...10 {
      #expect(rows.contains { $0.who.hasPrefix("A\(number),") }, "A\(number) has no row")
    }
    for row in rows {
      let links = row.played.matches(of: /\]\((Tests\/[^)]+)\)/)
      #expect(!links.isEmpty, "\(row.who) links no test")
      for link in links {
        let path = Self.root.appending(path: String(link.output.1)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(link.output.1)")
      }
    }
  }

  @Test("the tests that are named are in the files that are linked")
  func functions() throws {
    var named = 0
    for row in try Self.rows() {
      // A link, and the names that follow it up to the next one.
      for part in row.played.matches(of: /\]\((Tests\/[^)]+\.swift)\)([^\[]*)/) {
        let file = Self.root.appending(path: String(part.output.1))
        let source = try String(contentsOf: file, encoding: .utf8)
        for name in part.output.2.matches(of: /`([a-z][A-Za-z]+)…?`/) {
          let isCommand = name.output.1 == "verify"
          #expect(isCommand || source.contains("func \(name.output.1)"), "\(name.output.1)")
          named += 1
        }
      }
    }
    #expect(named > 10)
  }
}
