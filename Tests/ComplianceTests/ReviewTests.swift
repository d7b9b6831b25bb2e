import Compliance
import Dispensary
import Foundation
import Notation
import Testing

@Suite("Reviews and the rule book")
struct ReviewTests {
  @Test("a plan that a rule blocks is refused, with the blocks alone")
  func refused() throws {
    var clinic = try Clinic.stocked()
    try clinic.drawn()
    let refusal = try #require(throws: RulesRefused.self) {
      // It is late as well, which blocks nothing.
      try clinic.cleared(clinic.waste(200), ago: 61 * minute)
    }
    #expect(refusal.findings.map(\.rule) == ["waste.witness-required"])
    #expect(
      refusal.findings.map(\.hint) == [
        "add `--witness NAME`, or lock it away with `--hold` until somebody can see it wasted"
      ])
    #expect(refusal.isPhysical)
    #expect(!refusal.isAboutStock)
  }

  @Test("a fact passes with all its findings, sorted and once each")
  func fact() throws {
    var clinic = try Clinic.stocked()
    try clinic.drawn(patient: nil)
    let cleared = try clinic.cleared(clinic.waste(200), witnesses: [Clinic.ana], already: true)
    #expect(cleared.hits == ["waste.no-patient", "waste.witness-required", "witness.oneself"])
    #expect(cleared.witnesses == [], "nobody witnesses their own act")
  }

  @Test("what is not physical is refused whatever has happened")
  func notPhysical() throws {
    let clinic = try Clinic.stocked()
    let refusal = try #require(throws: RulesRefused.self) {
      try clinic.cleared(clinic.correction(of: 12), already: true)
    }
    #expect(!refusal.isPhysical)
    for kind in Events.all {
      let isPhysical = [
        "inventory.initial", "receipt", "move", "kit.unpack", "container.open", "container.empty",
        "draw", "draw.handoff", "draw.prepare", "administration", "waste", "draw.put_back", "count",
        "stock.set_aside", "found",
        "rx.fill", "rx.pickup", "rx.return_to_stock",
        "waste.hold", "spill", "loss", "destroy", "ship", "ship.acknowledge", "distribute", "seize",
        "compound.start", "compound.finish",
      ].contains(kind.type)
      #expect(kind.isPhysical == isPhysical, "\(kind.type)")
    }
  }

  @Test("only a lack of stock is about stock")
  func aboutStock() throws {
    var clinic = try Clinic.stocked()
    try clinic.record(clinic.open())
    let refusal = try #require(throws: RulesRefused.self) {
      try clinic.cleared(clinic.draw(6_000))
    }
    #expect(refusal.isAboutStock)
    clinic.wait(until: RuleTests.dayAfter)
    let both = try #require(throws: RulesRefused.self) { try clinic.cleared(clinic.draw(6_000)) }
    #expect(!both.isAboutStock)
  }

  @Test("an ordinary morning has no findings")
  func quiet() throws {
    var clinic = try Clinic.stocked()
    for step in [
      { $0.open() }, { $0.draw(700) },
      { clinic in
        var dose = clinic.give(500)
        dose.particulars = RuleTests.whole
        return dose
      },
      { $0.waste(200) },
      { $0.count(4_300, $0.vial()) },
    ] as [(Clinic) -> any Event] {
      let event = step(clinic)
      let cleared = try clinic.cleared(event, witnesses: [Clinic.ben])
      #expect(cleared.findings == [])
      #expect(cleared.witnesses == [Clinic.ben])
      try clinic.record(event, witnesses: [Clinic.ben])
    }
  }

  @Test("the rule book's bytes are canonical and list each rule")
  func bytes() throws {
    let bytes = RuleBook().bytes
    #expect(bytes == RuleBook().bytes)
    let listed = try #require(try CanonicalJSON.read(bytes)["rules"]?.items)
    #expect(listed.count == RuleBook.all.count)
    for (json, rule) in zip(listed, RuleBook.all) {
      var members: [String: JSON] = [
        "id": .string(rule.id), "severity": .string(rule.severity.rawValue),
        "source": .string(rule.citation.source), "title": .string(rule.title),
      ]
      if rule.yieldsToOneSigner { members["one_signer"] = "warn" }
      #expect(json == .object(members))
    }
    #expect(RuleBook(rules: Array(RuleBook.all.dropLast())).bytes != bytes)
  }

  /// Rewrite with `CUSTODY_GOLDEN=1 swift test --disable-xctest --filter ComplianceTests`, and
  /// read the difference: a changed verdict is a changed promise.
  @Test("all messages are those of the golden list")
  func golden() throws {
    var text = ""
    for rule in RuleBook.all {
      text += "\(rule.id)\n  \(rule.severity.rawValue), \(rule.citation.source)\n  \(rule.title)\n"
      var said: [String] = []
      for row in RuleTests.all where row.rule == rule.id {
        var clinic = try Clinic.stocked()
        let event = try row.make(&clinic)
        let findings = try clinic.findings(
          event, by: row.by, witnesses: row.witnesses, ago: row.ago, zone: row.zone,
          explains: row.explains(clinic))
        for finding in findings where finding.rule == rule.id {
          said.append("  - \(finding.text)\n" + (finding.hint.map { "    hint: \($0)\n" } ?? ""))
        }
      }
      var seen: Set<String> = []
      text += said.filter { seen.insert($0).inserted }.joined() + "\n"
    }
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/rules.txt")
    if ProcessInfo.processInfo.environment["CUSTODY_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "CUSTODY_GOLDEN=1 rewrites \(file.path)")
  }
}

@Suite("Who may sign what")
struct PermissionTests {
  @Test("every kind of entry has its roles", arguments: Events.byType.keys.sorted())
  func rows(_ type: String) {
    #expect(!Permissions.roles(for: type).isEmpty)
  }

  @Test("an inspector signs nothing but the end of a key of theirs")
  func inspector() {
    let signed = Events.byType.keys.filter { Permissions.roles(for: $0).contains(.inspector) }
    #expect(Set(signed) == ["key.rotate", "key.revoke"])
  }
}
