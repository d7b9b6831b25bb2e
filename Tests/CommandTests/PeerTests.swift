import Foundation
import Testing

/// Two sites that witness each other, each in a folder of its own, over loopback.
@Suite("sites witness each other")
struct PeerTests {
  /// A site with a ledger, and a witness that runs.
  final class Site {
    let place: Place
    private var serving: Running?
    private(set) var port: UInt16 = 0

    init(_ organization: String) throws {
      place = try Place()
      try place.must(Place.opening.replacing("acme/", with: organization + "/"))
      try place.must("custody peer init --name \(organization).example/w1")
    }

    deinit { stop(SIGTERM) }

    var vkey: String { get throws { try said("custody inspect --page --json", "vkey") } }
    var witness: String { get throws { try said("custody peer list --json || true", "vkey") } }

    /// A member of what a command prints as JSON.
    func said(_ line: String, _ name: String) throws -> String {
      let text = try place.must("(\(line)) 2>/dev/null")
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      return try #require(object?[name] as? String)
    }

    func serve() throws {
      try? FileManager.default.removeItem(atPath: place.path + "/serve.log")
      serving = try place.start(
        "exec custody peer serve --listen 127.0.0.1:\(port) > serve.log 2>&1")
      for _ in 0..<600 {
        if let found = try log().firstMatch(of: #/listens on http://127\.0\.0\.1:(\d+)/#) {
          port = try #require(UInt16(found.1))
          return
        }
        usleep(50_000)
      }
      Issue.record("the witness does not come up: \(try log())")
    }

    func stop(_ signal: Int32) {
      guard let serving else { return }
      kill(serving.process, signal)
      _ = try? serving.end()
      self.serving = nil
    }

    func log() throws -> String {
      (try? String(contentsOfFile: place.path + "/serve.log", encoding: .utf8)) ?? ""
    }

    /// Takes the other's witness, and is watched by it.
    func join(_ other: Site) throws {
      try other.place.must("custody peer trust '\(vkey)'")
      try place.must(
        "custody peer adopt '\(other.witness)' --url http://127.0.0.1:\(other.port)")
    }

    /// The rows of the witness, for comparing.
    func state() throws -> String {
      try place.must("sqlite3 state/custody/witness/witness.db .dump")
    }
  }

  /// A connection to a port of this machine; nil where it is refused.
  static func connection(_ port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if connected == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// Says something to a port and hears everything that comes back.
  static func exchange(_ port: UInt16, _ bytes: [UInt8]) -> String {
    guard let descriptor = connection(port) else { return "" }
    defer { close(descriptor) }
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    shutdown(descriptor, Int32(SHUT_WR))
    return hear(descriptor)
  }

  private static func hear(_ descriptor: Int32) -> String {
    var heard: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4_096)
    while case let count = recv(descriptor, &block, block.count, 0), count > 0 {
      heard += block[..<count]
    }
    return String(decoding: heard, as: UTF8.self)
  }

  private static func post(_ body: [UInt8], to path: String = "/add-checkpoint") -> [UInt8] {
    Array("POST \(path) HTTP/1.1\r\nHost: w\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
      + body
  }

  @Test("two sites cosign each other, and what each says outside is in its ledger")
  func mutual() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    for site in [acme, birch] { try site.serve() }
    try acme.join(birch)
    try birch.join(acme)
    for (site, other) in [(acme, "birch"), (birch, "acme")] {
      let said = try site.place.must("custody anchor peer")
      #expect(said.contains("anchored by \(other).example/w1 (witness)"), "\(said)")
      // Again, from where the witness is: entries have come since.
      try site.place.must("custody location add attic && custody anchor peer")
      #expect(try site.place.query("SELECT count(*) FROM cosignature") == "2\n")
      // Nothing but the anchor is new: who asks all the time does not fill the ledger with it.
      #expect(try site.place.must("custody anchor peer").contains("has cosigned all but"))
      #expect(try site.place.query("SELECT count(*) FROM cosignature") == "2\n")
      let verified = try site.place.sh("custody verify")
      #expect(verified.status == 0, "\(verified.text)")
      #expect(verified.text.contains("\(other).example/w1"), "\(verified.text)")
      #expect(try site.log().split(separator: "\n").count == 1, "nothing was refused")
    }
    // The inspector who pins the witness need not believe the ledger, and asks for it.
    try acme.place.must("custody inspect --page > page.txt")
    try acme.place.must(
      "echo 'witness w \(birch.witness)' >> page.txt && echo 'quorum w' >> page.txt")
    let pinned = try acme.place.sh("custody verify --trust page.txt")
    #expect(pinned.status == 0, "\(pinned.text)")
    #expect(pinned.text.contains("quorum of `page.txt` for "), "\(pinned.text)")
    // The bundle carries the cosigned checkpoint; signature lines of others trouble no verifier.
    try acme.place.must("custody export bundle -o bundle && ls bundle/cosigned")
    let bundled = try acme.place.must("custody verify bundle --trust page.txt")
    #expect(bundled.contains(" by birch.example/w1"), "\(bundled)")
    try acme.place.must("tail -n 1 bundle/cosigned/* >> bundle/checkpoint")
    for line in ["python3 bundle/verify.py", "bash bundle/verify.sh", "custody verify bundle"] {
      #expect(try acme.place.must(line).contains("consistent to "))
    }
    try acme.place.must("sed -i '3s/^./-/' bundle/cosigned/*")
    #expect(try acme.place.sh("custody verify bundle").status == 4)
    try acme.place.must(
      "sed -i 's/^witness w .*/witness w \(acme.witness.replacing("/", with: "\\/"))/' page.txt")
    let unmet = try acme.place.sh("custody verify --trust page.txt")
    #expect(unmet.status == 11)
    #expect(unmet.text.contains("not proven: no checkpoint has the cosignatures that `page.txt`"))
  }

  /// A copy of a site as another machine would have it: it remembers no heads of its own.
  private static func copy(_ site: Site, _ name: String) throws {
    try site.place.must("cp -r ledger \(name)")
  }

  private static func onCopy(_ site: Site, _ name: String, _ line: String) throws -> Said {
    try site.place.sh(
      "export CUSTODY_LEDGER=\(name) XDG_STATE_HOME=$PWD/state-\(name); \(line)")
  }

  @Test("a ledger that was put back and written on is refused with 409, on both sides aloud")
  func rollback() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    try acme.join(birch)
    try Self.copy(acme, "old")
    try acme.place.must("custody location add attic && custody location add cellar")
    try acme.place.must("custody anchor peer")

    let back = try Self.onCopy(acme, "old", "custody location add shed; custody anchor peer")
    #expect(back.status == 4, "\(back.text)")
    #expect(
      back.text.contains("THIS LEDGER WAS ROLLED BACK OR FORKED, as seen by `birch.example/w1`"))
    // Both notes, signed by the one site key, are the evidence.
    #expect(back.text.split(separator: "\nacme/clinic/1\n").count == 3, "\(back.text)")
    #expect(back.text.contains("no anchor by birch.example/w1 (witness): conflict"))
    #expect(try birch.log().contains("alarm: ROLLBACK: `acme/clinic/1` offers "))
    let listed = try birch.place.sh("custody peer list")
    #expect(listed.status == 4)
    #expect(listed.text.contains("  rollback, "))
    // Both sites' own status say so, until the true ledger is seen again.
    let accused = try Self.onCopy(acme, "old", "custody status").text
    #expect(accused.contains("the witness `birch.example/w1` has seen another history"))
    let watching = "as a witness, this machine refused `acme/clinic/1`"
    #expect(try birch.place.must("custody status").contains(watching))
    // The true ledger goes on, and the witness with it.
    try acme.place.must("custody location add barn && custody anchor peer")
    #expect(try birch.place.sh("custody peer list").status == 0)
    #expect(try !birch.place.must("custody status").contains(watching))
  }

  @Test("a forked ledger is refused with 422, and one of the same size with 409 convicts the key")
  func fork() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    try acme.join(birch)
    try Self.copy(acme, "other")
    // A stolen site key is what a copy of the folder is.
    try acme.place.must("custody location add attic && custody anchor peer")

    let more = "for n in 1 2 3 4; do custody location add shed$n; done; custody anchor peer"
    let forked = try Self.onCopy(acme, "other", more)
    #expect(forked.status == 4, "\(forked.text)")
    #expect(forked.text.contains("entries are not those of this ledger"), "\(forked.text)")
    #expect(try birch.log().contains("alarm: NOT PROVEN: `acme/clinic/1` offers "))

    // As many entries as the witness holds, and others.
    try Self.copy(acme, "third")
    try acme.place.must("custody location add barn && custody anchor peer")
    let same = try Self.onCopy(acme, "third", "custody location add shed; custody anchor peer")
    #expect(same.status == 4, "\(same.text)")
    #expect(try birch.log().contains("alarm: FORK: `acme/clinic/1` signed two different histories"))
    let listed = try birch.place.sh("custody peer list --json 2>/dev/null")
    #expect(listed.status == 4)
    #expect(listed.text.contains("\"kind\": \"fork\""))
    // Each note is the site key's: anybody who has the key from paper can tell.
    try birch.place.must(
      """
      sqlite3 state/custody/witness/witness.db \
        "SELECT writefile('one', CAST(note AS BLOB)), writefile('two', CAST(held_note AS BLOB)) \
         FROM refused WHERE kind = 'fork'"
      """)
    let roots = try ["one", "two"].map { name in
      try birch.place.must("sed -n 2,3p \(name)").split(separator: "\n")
    }
    #expect(roots[0][0] == roots[1][0])
    #expect(roots[0][1] != roots[1][1])
    // The conflict stays for ever, whatever the log shows later.
    try acme.place.must("custody location add loft && custody anchor peer")
    #expect(try birch.place.sh("custody peer list").status == 4)
  }

  @Test("a witness that nobody reaches, or that says nonsense, is an entry; the pharmacy goes on")
  func missing() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    // Adopted, and not trusted there.
    try acme.place.must(
      "custody peer adopt '\(birch.witness)' --url http://127.0.0.1:\(birch.port)")
    let unknown = try acme.place.sh("custody anchor peer")
    #expect(unknown.status == 1)
    #expect(unknown.text.contains("no cosignature of `birch.example/w1`: it does not watch"))
    #expect(unknown.text.contains("no anchor by birch.example/w1 (witness): refused"))
    birch.stop(SIGTERM)
    let gone = try acme.place.sh("custody anchor peer birch.example/w1")
    #expect(gone.status == 1)
    #expect(gone.text.contains("(witness): unreachable"))
    try acme.place.must("custody location add attic")
    #expect(try acme.place.sh("custody verify").status == 0)
    #expect(try acme.place.sh("custody anchor peer nobody").status == 2)
  }

  @Test("a witness on another network is asked through files")
  func files() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    try birch.place.must("custody peer trust '\(acme.vkey)'")
    try acme.place.must("custody peer adopt '\(birch.witness)'")
    try acme.place.must("custody anchor peer birch.example/w1 --request-out ask.txt")
    let ask = [UInt8](FileManager.default.contents(atPath: acme.place.path + "/ask.txt") ?? Data())
    let answer = Self.exchange(birch.port, Self.post(ask))
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
    let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
    try Data(body.utf8).write(to: URL(filePath: acme.place.path + "/said.txt"))
    // Somebody else's signature is none of this witness's.
    let first = body.index(after: try #require(body.lastIndex(of: " ")))
    let damaged = body.replacingCharacters(
      in: first...first, with: body[first] == "B" ? "C" : "B")
    try Data(damaged.utf8).write(to: URL(filePath: acme.place.path + "/bad.txt"))
    let bad = try acme.place.sh("custody anchor peer birch.example/w1 --response-in bad.txt")
    #expect(bad.status == 11, "\(bad.text)")
    try acme.place.must("custody location add attic")
    let said = try acme.place.must("custody anchor peer birch.example/w1 --response-in said.txt")
    #expect(said.contains("anchored by birch.example/w1 (witness)"), "\(said)")
    #expect(try acme.place.sh("custody verify").status == 0)
  }

  @Test(
    "a ghost witness in the table, or a changed line, is found",
    arguments: [
      (
        "INSERT INTO cosignature SELECT size, replace(line, 'birch', 'ghost') FROM cosignature",
        "a cosignature of a witness that no entry names"
      ),
      (
        "DROP TRIGGER cosignature_kept; DELETE FROM cosignature",
        "a cosignature of an anchor is not in table cosignature"
      ),
      (
        "DROP TRIGGER anchor_fixed; UPDATE anchor SET evidence = zeroblob(9)",
        "`evidence` of the anchor is not what its entry says"
      ),
    ])
  func tampered(_ statement: String, _ words: String) throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    try acme.join(birch)
    try acme.place.must("custody anchor peer")
    _ = try acme.place.query(statement)
    let said = try acme.place.sh("custody verify")
    #expect(said.status == 4)
    #expect(said.text.contains(words), "\(said.text)")
  }

  @Test("a witness that is killed at any moment never holds less than it has signed")
  func killed() throws {
    let (acme, birch) = (try Site("acme"), try Site("birch"))
    try birch.serve()
    try acme.join(birch)
    var dice = Dice(seed: 5)
    for round in 0..<6 {
      try acme.place.must("custody location add x\(round)")
      let asking = try acme.place.start("custody anchor peer")
      usleep(UInt32(dice.next() % 400_000))
      birch.stop(SIGKILL)
      let said = try asking.end()
      #expect([0, 1].contains(said.status), "\(round): \(said.text)")
      let signed = Int(
        try acme.place.query("SELECT coalesce(max(size), 0) FROM cosignature").trimmed)
      let held = Int(
        try birch.place.query(
          "SELECT coalesce(max(size), 0) FROM held", "state/custody/witness/witness.db"
        ).trimmed)
      #expect(try #require(held) >= #require(signed), "\(round)")
      try birch.serve()
    }
    // It was never behind, so the true ledger has no quarrel with it.
    try acme.place.must("custody anchor peer")
    #expect(try birch.place.sh("custody peer list").status == 0)
    #expect(try acme.place.sh("custody verify").status == 0)
  }

  @Test("two hundred damaged requests leave the witness alive and as it was")
  func malformed() throws {
    let site = try Site("acme")
    try site.place.must("custody peer trust '\(site.vkey)'")
    try site.serve()
    let before = try site.state()
    var dice = Dice(seed: 11)
    try site.place.must("custody checkpoint publish -o head.note")
    let note = try site.place.must("cat head.note")
    let good = Self.post(Array("old 0\n\n\(note)".utf8))
    for number in 0..<200 {
      var bytes = good
      switch number % 4 {
      case 0: bytes = (0..<Int(dice.next() % 900)).map { _ in UInt8(dice.next() & 0xFF) }
      case 1: bytes.removeLast(1 + Int(dice.next() % UInt64(bytes.count - 1)))
      case 2:
        bytes = Self.post((0..<Int(dice.next() % 900)).map { _ in UInt8(dice.next() & 0xFF) })
      default:
        // A head that is whole but for one byte, which is none that a head may have.
        bytes[Int(dice.next() % 60)] = UInt8(dice.next() % 9)
      }
      let answer = Self.exchange(site.port, bytes)
      #expect(!answer.hasPrefix("HTTP/1.1 200"), "\(number): \(answer)")
    }
    #expect(try site.state() == before)
    #expect(Self.exchange(site.port, good).hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(try site.state() != before)
  }

  @Test("what is not the protocol has its status")
  func statuses() throws {
    let site = try Site("acme")
    try site.serve()
    let long = String(repeating: "a", count: 9_000)
    for (request, status) in [
      ("GET / HTTP/1.1\r\n\r\n", 404), ("GET /add-checkpoint HTTP/1.1\r\n\r\n", 405),
      ("PUT /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 405),
      ("POST /add-checkpoint/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
      ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
      ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 300001\r\n\r\n", 413),
      ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
      ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
      ("POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
      ("POST /add-checkpoint HTTP/1.1\r\nX: \(long)\r\n\r\n", 431),
      ("POST /add-checkpoint HTTP/1.1\r\n X: folded\r\n\r\n", 400),
      ("POST /add-checkpoint HTTP/2.0\r\n\r\n", 400), ("POST /add-checkpoint\r\n\r\n", 400),
      ("GET /\(String(repeating: "0", count: 64))/checkpoint HTTP/1.0\r\n\r\n", 404),
      ("POST /\(String(repeating: "0", count: 64))/checkpoint HTTP/1.0\r\n\r\n", 405),
    ] {
      let answer = Self.exchange(site.port, Array(request.utf8))
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(60)): \(answer)")
    }
    // Two requests on one connection have two answers.
    let twice = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n"
    #expect(Self.exchange(site.port, Array(twice.utf8)).split(separator: "HTTP/1.1 404").count == 2)
  }

  @Test("who comes when all connections are taken is told so, and the next is served")
  func crowded() throws {
    let site = try Site("acme")
    try site.serve()
    let held = (0..<32).compactMap { _ in Self.connection(site.port) }
    #expect(held.count == 32)
    let late = try #require(Self.connection(site.port))
    #expect(Self.hear(late).hasPrefix("HTTP/1.1 503 "))
    for descriptor in held + [late] { close(descriptor) }
    // The threads of those that left end on their own; nobody waits for a time-out.
    let request = Array("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8)
    let isServed = (0..<200).contains { _ in
      if Self.exchange(site.port, request).hasPrefix("HTTP/1.1 404 ") { return true }
      usleep(20_000)
      return false
    }
    #expect(isServed)
  }

  @Test("it listens to this machine alone unless it is told otherwise")
  func loopback() throws {
    let place = try Place()
    try place.must("custody peer init --name acme.example/w1")
    let said = try place.sh("custody peer serve --listen 0.0.0.0:0")
    #expect(said.status == 2)
    #expect(said.text.contains("other machines can reach `0.0.0.0`"))
  }

  @Test("its key is its owner's, and a second witness is not made over it")
  func onlyOne() throws {
    let place = try Place()
    try place.must("custody peer init --name acme.example/w1")
    #expect(try place.must("stat -c %a state/custody/witness/witness.key") == "600\n")
    #expect(try place.must("stat -c %a state/custody/witness/witness.db") == "600\n")
    let said = try place.sh("custody peer init --name acme.example/w2")
    #expect(said.status == 1)
    #expect(said.text.contains("there is a witness already"))
  }
}
