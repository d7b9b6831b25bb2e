import Foundation
import Testing

/// Attacks with copies of the ledger, performed as an attacker would: A7, A8 and the ghost witness
/// of `SECURITY.md`.
@Suite("attacks by copies and by invented people")
struct CopyAttackTests {
  /// A clinic whose backup is older than what left the building: a note, a sheet, a slip.
  private func rolledBack() throws -> (place: Place, slip: String) {
    let place = try Place()
    try place.stocked()
    try place.must("cp -r ledger backup")
    try place.must("custody give V-1 0.1mL --patient P-1 >/dev/null && custody location add attic")
    let slip = try place.must("custody anchor slip --text-only | tail -1")
    try place.must("custody anchor sheet -o sheet.html --picture sheet.png")
    try place.must("custody checkpoint publish -o kept.note")
    try place.must("custody verify && mv ledger newer && mv backup ledger")
    return (place, slip.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  @Test("A7: a restored backup is refused where its machine remembers, and found elsewhere")
  func restored() throws {
    let (place, slip) = try rolledBack()
    // On the machine that has seen more nobody can write, and nobody is told that all is well.
    let refused = try place.sh("custody location add cellar")
    #expect(refused.status == 4 && refused.text.contains("but has had"), "\(refused.text)")
    #expect(try place.sh("custody verify").status == 4)
    // Whoever takes the memory away has all that is on the machine; what left it is left.
    try place.must("rm -rf state && custody verify")
    try expectFound(place, slip, "shorter")
  }

  @Test("A7: a restored backup that is written on, past its old length, is a fork")
  func writtenOn() throws {
    let (place, slip) = try rolledBack()
    try place.must("rm -rf state; for n in 1 2 3 4 5 6; do custody location add room-$n; done")
    #expect(try place.must("custody verify").contains("nothing outside vouches"))
    try expectFound(place, slip, "does not extend")
    // The memory of a machine that has seen the true history finds it, too.
    try place.must("XDG_STATE_HOME=$PWD/other custody location add den --ledger newer")
    let seen = try place.sh("XDG_STATE_HOME=$PWD/other custody verify")
    #expect(seen.status == 4 && seen.text.contains("what this machine has seen of it"))
  }

  /// The note, the sheet and the slip each show the fork by themselves.
  private func expectFound(_ place: Place, _ slip: String, _ word: String) throws {
    let note = try place.sh("custody verify --since kept.note")
    #expect(note.status == 4, "\(note.text)")
    let last = note.text.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("tamper evidence") && last.contains(word), "\(last)")
    let paper = try place.sh("custody verify --slip '\(slip)'")
    #expect(paper.status == 4, "\(paper.text)")
    try place.must("custody export bundle -o bundle")
    for evidence in ["--since kept.note", "--slip '\(slip)'"] {
      #expect(try place.sh("custody verify bundle \(evidence)").status == 4)
    }
    guard try place.has("zbarimg") else { return }
    let sheet = try place.sh("zbarimg --nodbus -q --raw sheet.png | custody verify --since -")
    #expect(sheet.status == 4, "\(sheet.text)")
  }

  @Test("A8: two copies for two inspectors convict whoever holds the site's key")
  func twoCopies() throws {
    let place = try Place()
    try place.stocked()
    try place.must("cp -r ledger other")
    // Each inspector is shown a history of their own, on a machine that knows nothing else.
    let visits = [("ledger", "ada", "tulip-4711"), ("other", "ben", "meadow-0815")]
    for (ledger, inspector, nonce) in visits {
      let said = try place.must(
        """
        export XDG_STATE_HOME=$PWD/state-\(inspector) CUSTODY_LEDGER=\(ledger)
        custody inspect --nonce \(nonce) --agency dea --form DEA-82 -o \(inspector)
        custody verify
        """)
      #expect(said.contains("nonce \(nonce)"), "\(said)")
      try place.must(
        """
        VKEY=$(sed -n 's/^log //p' \(inspector)/page.txt)
        custody proof check \(inspector)/visit.tlog-proof --vkey "$VKEY"
        grep -q '"nonce":"\(nonce)"' \(inspector)/visit.tlog-proof.body
        """)
    }
    // They meet, without the site and without a ledger.
    let compared = try place.sh(
      """
      custody checkpoint compare ada/checkpoint.note ben/checkpoint.note \
        --vkey "$(sed -n 's/^log //p' ada/page.txt)"
      """)
    #expect(compared.status == 4, "\(compared.text)")
    #expect(compared.text.contains("the key signed two histories of "), "\(compared.text)")
    #expect(compared.text.components(separatedBy: "\u{2014} acme/clinic/1 ").count == 3)
    // And each ledger is refuted by the other's note.
    for (ledger, note) in [("ledger", "ben"), ("other", "ada")] {
      let said = try place.sh(
        "XDG_STATE_HOME=$PWD/new custody verify --ledger \(ledger) --since \(note)/checkpoint.note")
      #expect(said.status == 4, "\(said.text)")
    }
    // The same two histories, grown to different sizes, are not comparable by themselves.
    try place.must("XDG_STATE_HOME=$PWD/state-ben custody location add shed --ledger other")
    try place.must(
      "XDG_STATE_HOME=$PWD/state-ben custody checkpoint publish -o grown.note --ledger other")
    let grown = try place.sh(
      "custody checkpoint compare ada/checkpoint.note grown.note --vkey \"$(sed -n 's/^log //p' ada/page.txt)\""
    )
    #expect(grown.status == 11, "\(grown.text)")
    try place.must("XDG_STATE_HOME=$PWD/state-ben custody export bundle -o bundle --ledger other")
    #expect(try place.sh("custody verify bundle --since ada/checkpoint.note").status == 4)
  }

  @Test("a checkpoint that the key did not sign convicts nobody")
  func forgedNote() throws {
    let place = try Place()
    try place.clinic()
    try place.must("custody checkpoint publish -o kept.note && custody export bundle -o bundle")
    try place.must("sed 3s/^./+/ kept.note > edited.note")
    let edited = try place.sh(
      "custody checkpoint compare kept.note edited.note --vkey \"$(cat bundle/vkey)\"")
    #expect(edited.status == 4 && !edited.text.contains("two histories"), "\(edited.text)")
    // Signed by another key of the same name: not this site's word.
    try place.must(
      """
      export XDG_STATE_HOME=$PWD/elsewhere
      custody init --origin acme/clinic/1 --dea FA1234563 --name 'Acme Clinic' --ledger twin \
        --address '1 Main St' --state OH --zone America/New_York --no-passphrase \
        --founder 'kim:Kim Wells:KW:pharmacist,administrator'
      custody checkpoint publish -o twin.note --ledger twin
      """)
    let twin = try place.sh(
      "custody checkpoint compare kept.note twin.note --vkey \"$(cat bundle/vkey)\"")
    #expect(twin.status == 11, "\(twin.text)")
  }

  @Test("a ghost witness invented by the only administrator is listed by every verification")
  func ghost() throws {
    let place = try Place()
    try place.must(
      """
      custody init --origin acme/clinic/1 --dea FA1234563 --name 'Acme Clinic' \
        --address '1 Main St, Columbus OH 43215' --state OH --zone America/New_York \
        --no-passphrase --founder 'kim:Kim Wells:KW:pharmacist,administrator'
      custody location add vault
      custody supplier add northmed --name 'Northmed Supply' --address '9 Dock Rd' --dea PN1234563
      custody product import "$ROOT/Examples/openfda-ndc.json" --only 0409-2051
      """)
    // Kim makes a person up, holds both keys, and is witnessed by the ghost in wasting.
    try place.must(
      """
      custody person add gus --name 'Gus Pale' --initials GP --role nurse
      custody key new gus --no-passphrase
      custody initial-inventory --zero --witness gus
      custody receive 0409-2051-05 '1 box' --lot K1 --expires 2030-01 --supplier northmed \
        --invoice 1 --to vault
      custody patient add --name 'Juniper Harpswell' --address '12 Wisteria Row'
      custody open ketamine --in vault
      custody draw V-1 1mL --patient P-1
      custody waste D-1 rest --witness gus
      """)
    let said = try place.sh("custody verify")
    #expect(said.status == 0)
    #expect(said.text.contains("key.add of p2/1 in entry "), "\(said.text)")
    #expect(said.text.contains("was signed by one administrator, kim"), "\(said.text)")
    #expect(said.text.contains("gus witnessed kim in 2 entries"), "\(said.text)")
    #expect(
      said.text.contains("the performer introduced the witness: are they two people?"),
      "\(said.text)")
    // Whoever pinned the people of an earlier day sees a key that nobody outside has met.
    try place.must("custody inspect --page --people | grep -v '^person p2/' > pinned.txt")
    #expect(
      try place.must("custody verify --trust pinned.txt").contains(
        "person keys taken from the ledger itself: p2/1"))
  }
}
