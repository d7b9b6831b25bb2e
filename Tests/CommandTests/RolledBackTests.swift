import Foundation
import Testing

/// A machine remembers the heads that it has seen, outside the ledger's folder.
@Suite("rolled back")
struct RolledBackTests {
  @Test("an older copy that is put back is found by `verify` where the newer head was seen")
  func older() throws {
    let place = try Place()
    try place.clinic()
    try place.must("cp -r ledger backup && custody location add attic")
    #expect(try place.sh("custody verify").status == 0)
    try place.must("mv ledger newer && mv backup ledger")
    let said = try place.sh("custody verify")
    #expect(said.status == 4)
    #expect(said.text.contains("the ledger is shorter than what this machine has seen of it"))
    // Another machine has seen nothing, and the copy is whole in itself.
    #expect(try place.sh("XDG_STATE_HOME=$PWD/other custody verify").status == 0)
  }

  @Test("a copy that is written on elsewhere is another ledger to this machine")
  func forked() throws {
    let place = try Place()
    try place.clinic()
    try place.must("cp -r ledger backup && custody location add attic")
    try place.must(
      "XDG_STATE_HOME=$PWD/other custody location add cellar --ledger backup")
    let said = try place.sh("custody verify --ledger backup")
    #expect(said.status == 4)
    #expect(said.text.contains("the ledger does not extend what this machine has seen of it"))
  }
}
