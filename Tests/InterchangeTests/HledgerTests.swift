import Dispensary
import Foundation
import Interchange
import Notation
import Testing

@Suite("hledger")
struct HledgerTests {
  static func week() throws -> Story {
    var story = try Story()
    try story.initial("2 13:00", ("A1", "vault", "10"), ("A;1%\"|", "vault", "5"))
    try story.receive("2 15:00", "6", to: "vault/kit-50458-028-02", lot: "S1", product: Story.spray)
    try story.open("3 14:00")
    let first = try story.draw("3 14:05", "0.7", from: "vault/V-1")
    try story.give("3 14:06", "0.5", of: first)
    try story.waste("3 14:07", "0.2", of: first)
    let wrong = try story.receive("3 15:00", "5", lot: "B2")
    try story.correct(wrong, at: "3 15:30")
    try story.count("4 22:00", ("vault", "5"), ("vault/V-1", "3.8"))
    try story.dose("4 18:00", "4.1", from: "vault/V-1", recorded: "5 13:00")
    try story.move("5 14:00", "5", from: "vault", to: "room")
    try story.draw("5 14:30", "1", from: "room/V-1")
    var line = try Story.line("P1", "vault", "2")
    line.position.owner = Story.patient.text
    try story.add(
      Receipt(
        supplier: try SupplierID("acme"), invoice: "I-9",
        lines: [.init(stock: line, invoiced: line.amount)]), at: "5 15:00")
    try story.leaveRoom(on: "5")
    return story
  }

  @Test("hledger finds every balance that the state has")
  func balances() throws {
    guard let hledger = HledgerTests.program else { return }
    let state = try HledgerTests.week().state
    let file = FileManager.default.temporaryDirectory.appending(
      path: "custody-\(UUID().uuidString).journal")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Hledger.journal(of: state, zone: .utc).utf8).write(to: file)
    let check = try HledgerTests.run(
      hledger, ["-f", file.path, "check", "accounts", "commodities", "ordereddates"])
    #expect(check.status == 0, "\(check.output)")
    let table = try HledgerTests.run(
      hledger, ["-f", file.path, "bal", "--flat", "--no-total", "-N", "-O", "csv"])
    #expect(table.status == 0, "\(table.output)")
    var found: [String: Set<String>] = [:]
    for line in table.output.split(separator: "\n").dropFirst() {
      let cells = HledgerTests.cells(line)
      found[cells[0]] = Set(cells[1].components(separatedBy: ", "))
    }
    var wanted: [String: Set<String>] = [:]
    let names = HledgerNames(of: state)
    for (bucket, amount) in state.balances {
      let unit = Hledger.commodity(bucket.item.product)
      wanted[names[bucket], default: []].insert("\(amount.wire) \(unit)")
    }
    #expect(found == wanted)
    #expect(wanted.count > 8)
  }

  @Test("a balance that was tampered with is found")
  func tampered() throws {
    guard let hledger = HledgerTests.program else { return }
    let text = Hledger.journal(of: try HledgerTests.week().state, zone: .utc)
    let file = FileManager.default.temporaryDirectory.appending(
      path: "custody-\(UUID().uuidString).journal")
    defer { try? FileManager.default.removeItem(at: file) }
    let wasted = "0.000 \"0409-2051\" = 0.200 \"0409-2051\""
    #expect(text.contains(wasted))
    let wrong = text.replacingOccurrences(
      of: wasted, with: "0.000 \"0409-2051\" = 0.300 \"0409-2051\"")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(wrong.utf8).write(to: file)
    #expect(try HledgerTests.run(hledger, ["-f", file.path, "check"]).status != 0)
  }

  @Test("no patient is in it, and every account is declared")
  func declared() throws {
    let story = try HledgerTests.week()
    let text = Hledger.journal(of: story.state, zone: .utc)
    #expect(!text.contains(Story.patient.text))
    #expect(!text.contains("A;1"))
    #expect(text.contains("account stock:vault:available:general:V-1:lot-A1\n"))
    #expect(text.contains("account stock:vault:available:patient-stock-1:sealed:lot-P1\n"))
    #expect(text.contains("account in-transit:S-1:lot-A1\n"))
    #expect(text.contains("account compounded:B-1:lot-N1\n"))
    #expect(text.contains("account stock:room:damaged:general:D-4:lot-A1\n"))
    #expect(text.contains("lot-A%3B1%25%22%7C"))
  }

  @Test("an empty ledger is an empty journal")
  func empty() throws {
    let text = Hledger.journal(of: try Story().state, zone: .utc)
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix(";") })
  }

  /// The installed program; without it the comparison is skipped, and says so.
  static var program: String? {
    let found = ["/usr/bin/hledger", "/usr/local/bin/hledger"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    if found == nil {
      print("WARNING: HLEDGER IS NOT INSTALLED: THE EXPORT WAS NOT COMPARED WITH A SECOND PROGRAM")
    }
    return found
  }

  static func run(_ program: String, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// The two cells of a line, both quoted, with doubled quotation marks inside.
  static func cells(_ line: Substring) -> [String] {
    line.dropFirst().dropLast().components(separatedBy: "\",\"").map {
      $0.replacingOccurrences(of: "\"\"", with: "\"")
    }
  }
}
