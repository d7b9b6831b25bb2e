import Testing

/// What the desk does when nobody listens any more.
@Suite("listeners")
struct ListenerTests {
  @Test("a reader that has seen enough ends nothing")
  func closedPipe() throws {
    let place = try Place()
    try place.clinic()
    let said = try place.sh("set -o pipefail; { sleep 0.5; custody status; } | true")
    #expect(said.status == 0)
    #expect(said.text == "")
    let act = "set -o pipefail; { sleep 0.5; custody location add bin; } | true"
    #expect(try place.sh(act).status == 0)
    #expect(try place.must("custody location list").contains("bin"))
  }

  @Test("a full disk behind the output is said, with its status")
  func fullDisk() throws {
    let place = try Place()
    try place.clinic()
    let said = try place.sh("custody status >/dev/full")
    #expect(said.status == 1)
    #expect(
      said.text.contains("error: the output cannot be written: No space left on device"))
  }
}
