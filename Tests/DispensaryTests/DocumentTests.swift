import Dispensary
import Foundation
import Testing

/// Holds the document of the events to the events.
@Suite("events.md")
struct DocumentTests {
  static let text: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("Schemas/formats/events.md")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  @Test("names every event", arguments: Events.all.map { $0.type })
  func names(_ type: String) {
    #expect(DocumentTests.text.contains("`\(type)`"))
  }

  @Test("says which are physical")
  func physical() throws {
    let paragraph = try #require(
      DocumentTests.text.split(separator: "\n\n").first { $0.hasPrefix("*Physical* are ") })
    let listed = Set(paragraph.matches(of: /`([a-z._]+)`/).map { String($0.1) })
    #expect(listed == Set(Events.all.filter { $0.isPhysical }.map { $0.type }))
  }
}
