import Foundation
import Testing

/// Holds that the transcripts together show all that can happen at the counter: a new event, act or
/// rule fails here until a transcript knows it.
@Suite("coverage by transcripts")
struct CoverageTests {
  @Test("the week knows every event and every account")
  func week() throws {
    let place = try Place()
    let path = Transcript.folder + "/week.transcript"
    _ = try Transcript(path: path).play(in: place)
    let types = try Set(
      place.query("SELECT DISTINCT json_extract(body,'\\$.type') FROM entry")
        .split(separator: "\n").map(String.init))
    let accounts = try place.query("SELECT DISTINCT account FROM posting")
      .split(separator: "\n").map { $0.split(separator: ":").map(String.init) }
    for type in Documented.events where !types.contains(type) {
      Issue.record("the week has no `\(type)`")
    }
    for kind in Documented.accounts where !accounts.contains(where: { $0[0] == kind }) {
      Issue.record("nothing of the week is posted to `\(kind)`")
    }
    let stock = accounts.filter { $0[0] == "stock" }
    for status in Documented.statuses where !stock.contains(where: { $0[2] == status }) {
      Issue.record("no stock of the week is \(status)")
    }
    #expect(stock.contains { $0[3] != "general" }, "nothing belongs to one patient")
  }

  @Test("the week closes, but for the one vial that nobody can explain")
  func closes() throws {
    let reconciled = try Told.by("week").filter { $0.line.contains(" reconcile --product ") }
    #expect(reconciled.filter { $0.status == 0 }.count == reconciled.count - 1)
    let open = try #require(reconciled.first { $0.status != 0 })
    #expect(open.status == 3)
    #expect(open.text.contains("DIFFERENCE  -5.000 mL"))
    #expect(open.text.contains("case C-1  -5.000 mL"))
  }

  @Test("every physical act is recorded, refused and recorded all the same")
  func acts() throws {
    let told = try Told.everything()
    for event in Documented.physical {
      guard let act = Act.of[event] else {
        Issue.record("no command is known to write `\(event)`")
        continue
      }
      let about = told.filter { act.isWhat($0.line) }
      #expect(about.contains { $0.isDone && !$0.isForced }, "\(event): no happy path")
      #expect(about.contains { $0.isRefused && !$0.isForced }, "\(event): no refusal with a hint")
      #expect(
        about.contains {
          $0.isDone && $0.isForced && $0.text.contains("  finding: ")
            && $0.text.contains("is to be reviewed by another person")
        }, "\(event): nothing that had already happened, with its finding and its review")
    }
  }

  @Test("every rule that blocks is heard at the counter")
  func rules() throws {
    let errors = try Told.everything().flatMap { $0.text.split(separator: "\n") }
      .filter { $0.hasPrefix("custody: error: ") }
    for rule in Documented.blocking {
      let isHeard = errors.contains { $0.contains("[\(rule), ") || $0.hasSuffix("[\(rule)]") }
      #expect(
        isHeard != (CoverageTests.unheard[rule] != nil),
        "\(rule): heard \(isHeard), excused: \(CoverageTests.unheard[rule] ?? "no")")
    }
  }

  /// Rules that no command line can meet, because the desk makes only what satisfies them, or says
  /// so itself first. They hold for whatever else writes entries; their cases are in `RuleTests`.
  static let unheard = [
    "receipt.quarantine": "`receive` without an invoice number puts the goods into quarantine",
    "found.quarantine": "`found` puts what turned up into quarantine",
    "stock.whole-units": "half a device is not an amount to any command",
    "stock.patient-owned": "no command takes an owner for where the goods go",
    "container.beyond-use": "`open` reckons the beyond-use time from the product",
    "draw.unopened": "`draw` looks for an open container and says so when there is none",
    "put-back.owner": "`put-back` keeps the owner of what was drawn",
    "rx.return-owner": "`rx return-to-stock` keeps the owner of what was filled",
  ]
}

/// The commands that write the physical acts.
struct Act {
  let isWhat: @Sendable (String) -> Bool

  /// A command, without the subcommands that do something else.
  init(_ command: String, with option: String? = nil, without other: String? = nil) {
    isWhat = { line in
      line.contains("custody \(command) ") && option.map(line.contains) != false
        && other.map(line.contains) != true
    }
  }

  static let of: [String: Act] = [
    "inventory.initial": Act("initial-inventory"), "receipt": Act("receive"),
    "stock.set_aside": Act("set-aside"), "found": Act("found"), "move": Act("move"),
    "kit.unpack": Act("unpack"), "container.open": Act("open"), "container.empty": Act("empty"),
    "draw": Act("draw"), "draw.handoff": Act("handoff"), "draw.prepare": Act("prepare"),
    "administration": Act("give", without: "--waste"),
    "waste": Act("waste", without: "--hold"), "waste.hold": Act("waste", with: "--hold"),
    "draw.put_back": Act("put-back"), "rx.fill": Act("rx fill"), "rx.pickup": Act("rx pickup"),
    "rx.return_to_stock": Act("rx return-to-stock"), "spill": Act("spill"),
    "loss": Act("loss report"), "destroy": Act("destroy"),
    "ship": Act("ship", without: "ship acknowledge"), "ship.acknowledge": Act("ship acknowledge"),
    "distribute": Act("distribute"), "seize": Act("seize"),
    "compound.start": Act("compound start"), "compound.finish": Act("compound finish"),
    "count": Act("count"),
  ]
}

/// A command of a transcript as it is written there; that it is so is another test's business.
struct Told {
  let line: String
  private(set) var text = ""
  private(set) var status = 0

  var isForced: Bool { line.contains("--already-happened ") }
  var isDone: Bool { status == 0 && text.contains("entry ") && !line.contains("--dry-run") }
  var isRefused: Bool {
    [5, 6].contains(status) && text.contains("custody: error: ") && text.contains("custody: hint: ")
  }

  static func everything() throws -> [Told] {
    try Transcript.all.flatMap { try by($0.name) }
  }

  static func by(_ name: String) throws -> [Told] {
    let path = "\(Transcript.folder)/\(name).transcript"
    var told: [Told] = []
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("$ ") {
        told.append(Told(line: String(line)))
      } else if let status = line.wholeMatch(of: /\[(\d+)\]/), !told.isEmpty {
        told[told.count - 1].status = Int(status.1) ?? 0
      } else if !told.isEmpty, !line.hasPrefix("# "), !line.hasPrefix("@ ") {
        told[told.count - 1].text += line + "\n"
      }
    }
    return told
  }
}

/// What the documents of the formats name; DispensaryTests holds them to the program.
enum Documented {
  static let format = text("Schemas/formats/events.md")

  static let events: Set<String> = {
    let own = format.matches(of: /\*\*`([a-z._]+)`\*\*/).map { String($0.1) }
    let core = section("The ledger and its people").prefix { $0 != "*" }
    return Set(own + String(core).matches(of: /`([a-z]+\.[a-z_]+)`/).map { String($0.1) })
  }()

  /// The acts that are recorded although a rule would have refused them.
  static let physical: Set<String> = {
    let list = format.split(separator: "\n\n").first { $0.hasPrefix("*Physical* are ") } ?? ""
    return Set(list.matches(of: /`([a-z._]+)`/).map { String($0.1) })
  }()

  static let accounts: Set<String> = {
    let rows = section("Accounts").split(separator: "\n").filter { $0.hasPrefix("| `") }
    return Set(rows.joined().matches(of: /`([a-z-]+)[:`]/).map { String($0.1) })
  }()

  static let statuses: Set<String> = {
    let text = section("Accounts").split(separator: "Status is ").last ?? ""
    let sentence = text.prefix { $0 != "." }
    return Set(sentence.matches(of: /`([a-z-]+)`/).map { String($0.1) })
  }()

  /// The rules that block, from the golden list of the rule book.
  static let blocking: [String] = {
    let lines = text("Tests/ComplianceTests/Golden/rules.txt").split(separator: "\n")
    return zip(lines, lines.dropFirst()).filter { $0.1.hasPrefix("  block,") }.map { String($0.0) }
  }()

  private static func section(_ title: String) -> Substring {
    let parts = format.split(separator: "\n## ")
    return parts.first { $0.hasPrefix(title + "\n") } ?? ""
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: "\(Program.root)/\(path)", encoding: .utf8)) ?? ""
  }
}
