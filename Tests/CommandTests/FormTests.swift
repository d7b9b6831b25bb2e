import Foundation
import Testing

/// What scripts rely on: JSON that parses, rehearsals that leave no trace, completions that load.
@Suite("forms")
struct FormTests {
  @Test("--json is JSON, of every command that has something to say")
  func json() throws {
    let place = try Place()
    try place.stocked()
    for line in FormTests.readers + FormTests.writers {
      let said = try place.sh("custody \(line) --json 2>err | python3 -m json.tool >out")
      if said.status != 0 { Issue.record("not JSON: custody \(line): \(said.text)") }
      let schema = try place.must(
        "python3 -c \"import json; print(json.load(open('out'))['schema'])\"")
      #expect(schema.hasPrefix("custody/"), "\(line)")
      let talk = try place.must("cat err")
      #expect(!talk.contains("error") && !talk.contains("hint"), "\(line): \(talk)")
    }
  }

  @Test("--dry-run leaves the ledger and the vault as they were")
  func dryRun() throws {
    let place = try Place()
    try place.stocked()
    let before = try place.content()
    for line in FormTests.writers + FormTests.rehearsedOnly {
      let said = try place.sh("custody \(line) --dry-run")
      #expect(said.status == 0, "\(line): \(said.text)")
      #expect(said.text.contains("would be entry"), "\(line): \(said.text)")
      #expect(said.text.contains("dry run: nothing was recorded"), "\(line): \(said.text)")
      #expect(try place.content() == before, "\(line) left a trace")
    }
    #expect(try place.must("ls ledger/keys").split(separator: "\n").count == 3)
  }

  @Test("every command has help, and says its name", arguments: FormTests.commands)
  func help(_ command: String) throws {
    let place = try Place()
    let said = try place.sh("custody \(command) --help")
    #expect(said.status == 0)
    #expect(said.text.contains("USAGE: custody \(command)"), "\(said.text)")
    #expect(said.text.contains("OVERVIEW: "), "`custody \(command)` does not say what it does")
    // Without the parser's wrapping, an example is as long as it was written.
    let wide = try place.must("COLUMNS=400 custody \(command) --help")
    for line in wide.components(separatedBy: "\nUSAGE: ")[0].split(separator: "\n")
    where line.hasPrefix("  ") {
      #expect(line.count < 80, "an example of `\(command)` wraps: \(line)")
    }
    let own = said.text.range(of: "\nOPTIONS:")?.lowerBound
    let common = said.text.range(of: "\nTHE LEDGER:")?.lowerBound
    if let own, let common { #expect(own < common, "common options stand first") }
  }

  @Test("completions are accepted by their shell", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let place = try Place()
    try place.must("custody completions \(shell) > completions")
    #expect(try place.must("wc -l < completions | tr -d ' \\n'") != "0")
    #expect(try place.must("cat completions").contains("custody"))
    guard try place.sh("command -v \(shell)").status == 0 else {
      print("SKIPPED: \(shell) is not installed, its completions were only printed")
      return
    }
    try place.must("\(shell) -n completions")
    if shell == "bash" {
      let names = try place.must("source completions; complete -p custody")
      #expect(names.contains("custody"))
    }
  }

  /// Commands that record something on a stocked ledger, each valid by itself.
  static let writers = [
    "person add bob --name 'Bob Ray' --initials BR --role nurse", "location add attic",
    "supplier add south --name 'Southmed' --address '1 Dock Rd' --dea PN1234563",
    "policy adopt --keep-years 6",
    "patient add --name 'Nora Eiderdown' --address '5 Bramble Ct'",
    "product add ketamine-nasal --name 'Ketamine nasal' --substance 'ketamine hydrochloride' "
      + "--strength '100 mg/mL' --container 10mL",
    "receive 0409-2051-05 '2 vials' --lot K9 --expires 2030-01 --supplier northmed --invoice 9 "
      + "--to vault", "move spravato '2 devices' --from vault --to room",
    "open ketamine --in vault --lot K1", "draw V-1 0.2mL --patient P-1",
    "give V-1 0.2mL --drawn 0.3mL --patient P-1 --waste rest --witness ana",
    "give D-1 0.1mL --patient P-1 --note 'whispered'", "waste D-1 0.1mL --witness ana",
    "put-back D-2 '1 device' --to vault", "put-back D-1 rest --staged", "count V-1 4mL",
    "count --line 'V-1,3.9mL' --line 'ketamine,8 vials,vault,K1'",
    "correct 21 --reason other --witness lee", "empty V-2 --dead-space 0.1",
    "spill ketamine '1 vial' --in vault --lot K1 --circumstances 'fell' --witness ana",
    "loss report ketamine '1 vial' --in vault --lot K1 --kind theft --discovered 00:00 "
      + "--circumstances 'gone'",
    "destroy ketamine '1 vial' --in vault --lot K1 --method incineration --witness ana",
    "ship ketamine '1 vial' --in vault --lot K1 --to northmed",
    "distribute ketamine '1 vial' --in vault --lot K1 --to-dea FB1234563 --name 'Birch' "
      + "--address '4 Elm St' --invoice 7",
    "seize ketamine '1 vial' --in vault --lot K1 --agency DEA --receipt 1 --officer Doe "
      + "--badge 4 --witness ana",
    "clock --witness lee",
    "registration record --dea FA1234563 --name 'Acme Clinic' --address '1 Main St' --state OH",
    "key rotate lee --no-passphrase --witness lee", "key revoke p3/1 --reason left --witness lee",
    "key site --witness lee",
    "person retire ana", "person credential kim --dea BW1234563 --dea-expires 2028-05-31",
    "cosign 16 --as lee", "patient address P-1 --address '3 Alder Way'",
    "hold place --reason audit",
    "downtime start --reason 'no power'", "site move --address '5 Lake Rd'",
    "anchor sheet -o sheet.html",
    "inspect --nonce tulip-4711 --agency dea --form DEA-82 -o visit",
    "inspection record --agency dea --form DEA-82 --person 'Dan Roe; DEA; badge 4711'",
    "filing add --form DEA-106 --to 'DEA Columbus'",
    "anchor keep \"$ROOT/README.md\" --kind sheet --name 'the archive'",
    "anchor miss --kind tsa --name freetsa --reason unreachable",
    "peer adopt hospital.example/w1+70ac9928+BOHyRqkGD1Z+9WWlV9BHTzORWNhqdS9tccq2yaBh0e2v",
    "order place northmed --line '0409-2051-05,1 box'",
    "found 0409-2051-05 '1 vial' --lot K77 --expires 2030-01 --in vault --witness lee",
    "set-aside ketamine '1 vial' --in vault --lot K1 --mark damaged",
    "set-aside spravato '1 device' --in vault --lot E1 --reason inspection",
  ]

  /// Commands that would change what the others need.
  static let rehearsedOnly = [
    "unpack spravato", "waste D-1 rest --hold",
    "product import \"$ROOT/Examples/openfda-ndc.json\" --only 42023-113",
  ]

  static let readers = [
    "person list", "key show", "policy show", "location list", "supplier list", "product list",
    "product show ketamine", "patient find Juniper", "rebuild", "status", "history",
    "history --entry 3", "history --entry 3 --outsider", "downtime list", "downtime sheet",
    "hold list", "inspection list", "filing list", "anchor list", "peer adopted",
    "patient disclosures P-1",
    "patient records P-1 --purpose audit --recipient auditor", "reconcile", "verify",
    "checkpoint show",
    "loss list", "destroy list", "ship list", "compound list",
    "order list", "expiring",
    "checkpoint publish -o head.note", "prove 3 -o entry.tlog-proof",
    "prove --since head.note -o grown.proof", "export bundle -o bundle", "verify bundle",
    "anchor slip 3", "key show --qr", "key show ana --qr",
    "checkpoint compare head.note head.note --vkey \"$(cat bundle/vkey)\"",
    "inspect --page", "verify --fast",
    "proof check entry.tlog-proof --vkey \"$(cat bundle/vkey)\"",
    "log check bundle --vkey \"$(cat bundle/vkey)\"",
  ]

  static let commands = [
    "init", "status", "history", "verify", "receive", "move", "open", "draw", "give", "waste",
    "put-back", "empty", "unpack", "order place", "order list", "order cancel", "receipt complete",
    "set-aside", "release", "found", "expiring", "count", "correct", "clock", "initial-inventory",
    "reconcile",
    "patient", "patient add", "patient find", "supplier add", "supplier list", "location add",
    "location list", "person add", "person list", "person retire", "key new", "key rotate",
    "key revoke", "key passphrase", "key site", "key show", "product import", "product add",
    "product list", "product show",
    "policy show", "policy adopt", "registration record", "erase", "rebuild", "export hledger",
    "completions", "review", "cosign", "hold place", "hold lift", "hold list", "downtime start",
    "downtime end", "downtime list", "downtime sheet", "site move", "site close", "site transfer",
    "inspection record", "inspection list", "filing add", "filing list", "person credential",
    "patient address", "patient merge", "patient records", "patient disclosures",
    "spill", "loss report", "loss list", "destroy", "destroy now", "destroy list", "ship",
    "ship send", "ship acknowledge", "ship show", "ship list", "distribute", "seize", "compound",
    "compound make", "compound start", "compound finish", "compound list",
    "prove", "proof check", "proof inclusion", "proof consistency", "log check",
    "anchor slip", "anchor sheet", "checkpoint compare",
    "checkpoint publish", "export bundle", "inspect",
    "anchor", "anchor keep", "anchor miss", "anchor list", "anchor peer",
    "peer", "peer init", "peer trust", "peer list", "peer serve", "peer adopt", "peer adopted",
  ]
}

extension Place {
  /// A clinic with stock: two open vials, an open draw of each kind, a patient.
  func stocked() throws {
    try clinic()
    try must(
      """
      custody supplier add northmed --name 'Northmed Supply' --address '9 Dock Rd' --dea PN1234563
      custody product import "$ROOT/Examples/openfda-ndc.json" --only 0409-2051 --only 50458-028
      custody initial-inventory --zero --witness lee
      custody receive 0409-2051-05 '1 box' --lot K1 --expires 2030-01 --supplier northmed \
        --invoice 1 --to vault
      custody receive 50458-028-03 '3 kits' --lot E1 --expires 2030-01 --supplier northmed \
        --invoice 2 --to vault
      custody unpack spravato 2
      custody patient add --name 'Juniper Harpswell' --address '12 Wisteria Row'
      custody open ketamine --in vault
      custody open ketamine --in vault
      custody draw V-1 0.6mL --patient P-1
      custody draw spravato '2 devices' --in vault --patient P-1
      custody draw V-2 4.9mL --patient P-1
      custody give D-3 rest --patient P-1
      custody draw V-1 0.1mL
      """)
  }

  /// Everything that both databases hold, as one digest each.
  func content() throws -> String {
    try must(
      "for f in ledger vault; do sqlite3 -batch ledger/$f.db .dump | sha256sum; done")
  }
}
