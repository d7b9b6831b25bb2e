import Foundation
import Testing

/// Compares a report with the file of that name; `CUSTODY_GOLDEN=rewrite` writes it instead.
func golden(_ name: String, _ text: String, at location: SourceLocation = #_sourceLocation) throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["CUSTODY_GOLDEN"] == "rewrite" {
    try Data(text.utf8).write(to: file)
    return
  }
  let wanted = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  #expect(text == wanted, "Golden/\(name) differs", sourceLocation: location)
}
