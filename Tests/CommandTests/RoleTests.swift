import Foundation
import Testing

/// Every role tries every command that signs, at the real counter: what it may not do is refused with
/// the names of those who may, and leaves no trace. The table is written by hand; a command without a
/// row fails the test.
@Suite("each role tries each command")
struct RoleTests {
  /// Those who try, by the letter of their column.
  static let people: [(column: Character, name: String, role: String)] = [
    ("P", "paula", "pharmacist"), ("R", "rob", "prescriber"), ("N", "nina", "nurse"),
    ("T", "tess", "technician"), ("C", "cora", "compliance-officer"),
    ("A", "adam", "administrator"), ("I", "ivo", "inspector"),
  ]

  /// A command as somebody would type it, and who may. `$ME` is who tries it, `$KEY` their key,
  /// `$LAST` the number of the latest entry.
  struct Row {
    let command: String
    let typed: String
    let may: String
    /// What must have happened before it makes sense.
    var before: [String]
    /// Of several entries, the roles that the refusal of the first one names.
    var named: String?
    /// What refuses it to those who may, too.
    var other: String?

    init(
      _ command: String, _ typed: String, _ may: String, before: [String] = [],
      named: String? = nil, other: String? = nil
    ) {
      (self.command, self.typed, self.may) = (command, typed, may)
      (self.before, self.named, self.other) = (before, named, other)
    }
  }

  static let staff = "PRNTCA."
  static let clinical = "PRNT..."
  static let records = "P...CA."
  static let administrators = ".....A."

  static let rows = settingUp + coming + doses + prescriptions + leaving + puttingRight + office

  /// Commands that sign nothing by themselves.
  static let unsigned = [
    "desk": "every command that is typed into it is asked for its own permission",
    "anchor peer": "the answers of witnesses are the entries of `anchor keep` and `anchor miss`",
  ]

  @Test("the commands that sign are those of the table")
  func complete() throws {
    let signing = try Set(CommandTree.signing())
    let known = Set(RoleTests.rows.map { $0.command } + Array(RoleTests.unsigned.keys))
    #expect(signing.subtracting(known) == [], "no row of the table says who may do these")
    #expect(known.subtracting(signing) == [], "the program has no such commands")
    #expect(RoleTests.rows.allSatisfy { $0.may.count == RoleTests.people.count })
  }

  @Test("what a role may do is done, what it may not is refused and says who may")
  func everyone() throws {
    let place = try Place()
    try place.clinic()
    var keys: [String: String] = [:]
    for (index, (_, name, role)) in RoleTests.people.enumerated() {
      // After the founders and the nurse.
      keys[name] = "p\(index + 4)/1"
      try place.must(
        "custody person add \(name) --name '\(name.capitalized) Test' "
          + "--initials \(name.prefix(2).uppercased()) --role \(role)")
      try place.must("custody key new \(name) --no-passphrase --witness lee")
    }
    for row in RoleTests.rows {
      for line in row.before { try place.must(line) }
      try tryAll(row, keys, in: place)
    }
  }

  private func tryAll(_ row: Row, _ keys: [String: String], in place: Place) throws {
    let before = try place.query("SELECT count(*) FROM entry")
    let last = (Int(before.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) - 1
    for (person, may) in zip(RoleTests.people, row.may) {
      let mayDo = may != "."
      let line = "custody \(row.command) \(row.typed)" + (mayDo ? " --dry-run" : "")
      let said = try place.sh(
        """
        export ME=\(person.name) CUSTODY_AS=\(person.name) KEY=\(keys[person.name] ?? "") LAST=\(last)
        \(line)
        """)
      if mayDo {
        allowed(row, person.role, said)
      } else {
        denied(row, person, said)
      }
    }
    let after = try place.query("SELECT count(*) FROM entry")
    #expect(before == after, "`\(row.command)` left something behind")
  }

  private func allowed(_ row: Row, _ role: String, _ said: Said) {
    if let other = row.other {
      #expect(said.status != 0 && said.text.contains(other), "\(row.command) by \(role): \(said)")
    } else {
      #expect(said.status == 0, "\(row.command) by \(role): \(said)")
      #expect(said.text.contains("would be entry"), "\(row.command) by \(role): \(said)")
    }
    #expect(!said.text.contains("may not do this"), "\(row.command) by \(role): \(said)")
  }

  private func denied(
    _ row: Row, _ person: (column: Character, name: String, role: String), _ said: Said
  ) {
    #expect(said.status == 5, "\(row.command) by \(person.role): \(said)")
    let sentence = "`\(person.name)` (\(person.role)) may not do this; it takes "
    guard let start = said.text.range(of: sentence)?.upperBound else {
      Issue.record("\(row.command) by \(person.role) is not refused for the role: \(said)")
      return
    }
    let list = said.text[start...].prefix { $0 != "[" }
    let named = Set(
      list.replacing("one of: ", with: "").replacing(", ", with: " ").split(separator: " ")
        .map(String.init))
    let expected = [row.may, row.named ?? row.may].map { columns in
      Set(zip(RoleTests.people, columns).filter { $1 != "." }.map(\.0.role))
    }
    // `an administrator`
    let roles = named.subtracting(["a", "an"])
    #expect(expected.contains(roles), "\(row.command) by \(person.role): \(list)")
    #expect(said.text.contains("custody: hint: have somebody who may sign it, with `--as NAME`"))
  }
}

// MARK: - The table

extension RoleTests {
  static let settingUp = [
    Row("person add", "zoe --name 'Zoe Zimt' --initials ZZ --role nurse", administrators),
    Row(
      "key new", "zoe --no-passphrase --witness lee", administrators,
      before: ["custody person add zoe --name 'Zoe Zimt' --initials ZZ --role nurse"]),
    Row(
      "person credential", "ana --license RN-1 --license-state OH --expires 2031-01-01",
      "....CA."),
    Row("policy adopt", "--keep-years 6", administrators),
    Row(
      "registration record",
      "--dea FA1234563 --name 'Acme Clinic' --address '1 Main St' --state OH", administrators),
    Row("location add", "attic", staff),
    Row("supplier add", "south --name Southmed --address '1 Dock Rd' --dea PN1234563", staff),
    Row(
      "product import", "\"$ROOT/Examples/openfda-ndc.json\" --only 0409-2051", staff),
    Row(
      "product add",
      "ketamine-nasal --name 'Ketamine nasal' --substance 'ketamine hydrochloride' "
        + "--strength '10 mg/mL' --container 10mL", staff),
    Row("patient add", "--name 'Nora Eiderdown' --address '5 Bramble Ct'", staff),
    Row("initial-inventory", "--zero --witness lee", staff),
  ]

  static let coming = [
    Row(
      "order place", "northmed --line '0409-2051-05,1 box'", staff,
      before: [
        "custody initial-inventory --zero --witness lee",
        "custody supplier add northmed --name Northmed --address '9 Dock Rd' --dea PN1234563",
        "custody product import \"$ROOT/Examples/openfda-ndc.json\" --only 0409-2051 "
          + "--only 50458-028",
      ]),
    Row(
      "order cancel", "O-1 --reason mistake", staff,
      before: ["custody order place northmed --line '0409-2051-05,1 box'"]),
    Row(
      "receive",
      "0409-2051-05 '1 box' --lot K1 --expires 2030-01 --supplier northmed --invoice 1 --to vault",
      staff),
    Row(
      "receipt complete", "$LAST --invoice 55121", staff,
      before: [
        "custody receive 0409-2051-05 '1 vial' --lot K8 --expires 2030-01 --supplier northmed "
          + "--to vault"
      ]),
    Row(
      "release", "0409-2051 '1 vial' --lot K8 --in vault --reason complete", "PR..C..",
      before: [
        "custody receipt complete $(sqlite3 ledger/ledger.db 'SELECT max(seq) FROM entry') "
          + "--invoice 55121"
      ]),
    Row(
      "receipt settle", "$LAST --credit CN-1", staff,
      before: [
        "custody receive 0409-2051-05 '19 vials' --invoiced '2 boxes' --lot K1 --expires 2030-01 "
          + "--supplier northmed --invoice 7 --to vault"
      ]),
    Row("review", "$LAST", "PR..CA."),
    Row("cosign", "$LAST", staff),
    Row("move", "ketamine '1 vial' --lot K1 --from vault --to room", staff),
    Row(
      "unpack", "spravato", staff,
      before: [
        "custody receive 50458-028-03 '3 kits' --lot E1 --expires 2030-01 --supplier northmed "
          + "--invoice 3 --to vault"
      ]),
    Row("set-aside", "ketamine '1 vial' --in vault --lot K1 --mark damaged", staff),
    Row(
      "found", "0409-2051-05 '1 vial' --lot K77 --expires 2030-01 --in vault --witness lee", staff),
  ]

  static let doses = [
    Row("open", "ketamine --in vault --lot K1", clinical),
    Row(
      "draw", "V-1 0.5mL --patient P-1", clinical,
      before: [
        "custody open ketamine --in vault --lot K1",
        "custody patient add --name 'Juniper Harpswell' --address '12 Wisteria Row'",
      ]),
    Row("give", "V-1 0.5mL --patient P-1 --route IV --order 7", clinical),
    Row(
      "handoff", "D-1 --to lee --witness lee", clinical,
      before: ["custody draw V-1 0.5mL --patient P-1"], other: "`kim` holds draw `D-1`"),
    Row("prepare", "D-1 --diluent NS --total 100mL", clinical),
    Row("put-back", "D-1 rest --staged", staff),
    Row("waste", "D-1 rest --witness lee", staff),
    Row(
      "particulars", "$LAST --order 7 --route IV", clinical,
      before: ["custody give D-1 rest --patient P-1"]),
    Row("count", "V-1 4.5mL", staff),
    Row(
      "empty", "V-2", staff,
      before: [
        "custody open ketamine --in vault --lot K1", "custody draw V-2 5mL --patient P-1",
      ]),
  ]

  static let prescriber =
    "--prescriber 'Dr. Ida Reyes' --dea AR1234563 --prescriber-address '9 Elm Crossing' "
    + "--issued today --directions 'under observation'"

  static let prescriptions = [
    Row(
      "rx add", "--patient P-1 spravato '2 devices' \(prescriber)", clinical,
      before: ["custody unpack spravato"]),
    Row(
      "rx fill", "Rx-1 --witness lee", "PR.T...",
      before: ["custody rx add --patient P-1 spravato '2 devices' \(prescriber)"]),
    Row("dispense", "Rx-1 --picked-up-by 'the patient' --witness lee", "PR.T..."),
    Row(
      "rx transfer",
      "Rx-1 --pharmacy Elm --dea FE1234563 --address '2 Elm St' --pharmacist 'Lou Finch'",
      "P......"),
    Row("rx void", "Rx-1 --reason canceled", "PR....."),
    Row(
      "rx return-to-stock", "Rx-1", "PR.T...",
      before: ["custody rx fill Rx-1"]),
    Row("rx pickup", "Rx-1 --picked-up-by 'the patient' --witness lee", "PR.T..."),
  ]

  static let leaving = [
    Row(
      "spill", "ketamine '1 vial' --in vault --lot K1 --circumstances fell --witness lee", staff),
    Row(
      "loss report",
      "ketamine '1 vial' --in vault --lot K1 --kind missing --discovered 00:00 "
        + "--circumstances gone", staff),
    Row(
      "destroy now",
      "ketamine '1 vial' --in vault --lot K1 --method incineration --witness lee", staff),
    Row("ship send", "ketamine '1 vial' --in vault --lot K1 --to northmed", staff),
    Row(
      "ship acknowledge", "S-1", staff,
      before: ["custody ship ketamine '1 vial' --in vault --lot K1 --to northmed"]),
    Row(
      "distribute",
      "ketamine '1 vial' --in vault --lot K1 --to-dea FB1234563 --name Birch "
        + "--address '4 Elm St' --invoice 7", "PR..CA."),
    Row(
      "seize",
      "ketamine '1 vial' --in vault --lot K1 --agency dea --receipt 1 --officer Doe --badge 4 "
        + "--witness lee", staff),
    Row(
      "compound make",
      "ketamine-nasal 50mL --from 'ketamine,1 vial,vault,K1' --formula KN-10 --lot N1 "
        + "--expires 2030-01-31 --to vault --witness lee", "P......",
      before: [
        "custody product add ketamine-nasal --name 'Ketamine nasal' "
          + "--substance 'ketamine hydrochloride' --strength '10 mg/mL' --container 10mL"
      ], named: "P..T..."),
    Row(
      "compound start",
      "ketamine-nasal --from 'ketamine,1 vial,vault,K1' --formula KN-10 --witness lee", "P..T..."),
    Row(
      "compound finish", "B-1 50mL --lot N1 --expires 2030-01-31 --to vault --witness lee",
      "P......",
      before: [
        "custody compound start ketamine-nasal --from 'ketamine,1 vial,vault,K1' --formula KN-10"
      ]),
  ]

  static let puttingRight = [
    Row(
      "correct", "$LAST --reason other --witness lee", staff,
      before: ["custody move ketamine '1 vial' --lot K1 --from vault --to room"]),
    Row("clock", "--witness lee", administrators),
    Row("hold place", "--reason audit", records),
    Row(
      "hold lift", "H-1 --reason done", records,
      before: ["custody hold place --reason audit"]),
    Row("erase", "P-1 --witness lee", records, other: "hold `H-1`"),
    Row("key rotate", "$ME --no-passphrase --witness lee", "PRNTCAI"),
    Row("key revoke", "$KEY --reason lost --witness lee", "PRNTCAI"),
    Row("person retire", "ana", administrators),
  ]

  static let office = [
    Row("patient address", "P-1 --address '3 Alder Way'", staff),
    Row(
      "patient merge", "P-2 --into P-1 --reason duplicate", records,
      before: ["custody patient add --name 'June Harpswell' --address '12 Wisteria Row'"]),
    Row("patient records", "P-1 --purpose treatment --recipient 'Dr. Poe'", staff),
    Row("patient disclosures", "P-1 --recipient 'the patient'", staff),
    Row("export bundle", "-o bundle --disclose name --purpose board --recipient board", staff),
    Row("inspection record", "--agency dea --form DEA-82 --person 'Dan Roe; DEA; 1'", records),
    Row("filing add", "--form DEA-106 --to dea", records),
    Row("anchor keep", "\"$ROOT/README.md\" --kind sheet --name archive", staff),
    Row("anchor miss", "--kind tsa --name freetsa --reason unreachable", staff),
    Row(
      "peer adopt", "hospital.example/w1+70ac9928+BOHyRqkGD1Z+9WWlV9BHTzORWNhqdS9tccq2yaBh0e2v",
      administrators),
    Row("downtime start", "--reason 'no power'", staff),
    Row(
      "downtime end", "", staff, before: ["custody downtime start --reason 'no power'"]),
    Row("site move", "--address '5 Lake Rd'", administrators),
    Row("key site", "--witness lee", administrators),
    Row("anchor sheet", "-o sheet.html", staff),
    Row(
      "anchor tsa", "--url http://127.0.0.1:9/ --ca roots.pem", staff,
      before: [
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.pem -out roots.pem -subj /CN=x "
          + "-days 9 2> /dev/null"
      ], other: "no time stamp by `127.0.0.1`"),
    Row("inspect", "--nonce tulip-4711 --agency dea -o visit", records),
    Row(
      "site transfer", "--dea BW1234563 --name Lake", administrators, other: "[site."),
    Row("site close", "--reason discontinued", administrators, other: "[site."),
  ]
}

/// The program's own tree of commands.
enum CommandTree {
  private struct Dump: Decodable { let command: Command }

  private struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable { let name: String }
    let names: [Name]?
  }

  /// The commands that somebody signs: those that ask as whom.
  static func signing() throws -> [String] {
    let place = try Place()
    let text = try place.must("custody --experimental-dump-help")
    let dump = try JSONDecoder().decode(Dump.self, from: Data(text.utf8))
    return names(dump.command, under: nil)
  }

  private static func names(_ command: Command, under path: String?) -> [String] {
    let own = path.map { $0.isEmpty ? command.commandName : "\($0) \(command.commandName)" } ?? ""
    let asks = command.arguments?.contains { $0.names?.contains { $0.name == "as" } == true }
    return (asks == true ? [own] : [])
      + (command.subcommands ?? []).flatMap { names($0, under: own) }
  }
}
