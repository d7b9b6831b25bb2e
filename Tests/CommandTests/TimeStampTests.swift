import Foundation
import Testing

extension Place {
  /// An authority of our own in the folder `tsa`: a root, a certificate that stamps, one that ended
  /// in 2020, and one of a stranger's root.
  func authority() throws {
    try Place.configuration.write(
      toFile: path + "/tsa.cnf", atomically: true, encoding: .utf8)
    try Place.server.write(toFile: path + "/server.py", atomically: true, encoding: .utf8)
    try must(
      """
      export SIGNER=none
      mkdir tsa && cd tsa && mv ../tsa.cnf ../server.py . && exec 2> log
      new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tsa.cnf'
      for root in roots stranger; do
        openssl req -x509 $new -extensions root -keyout $root.key -out $root.pem \\
          -subj "/CN=$root" -days 3650 || exit 1
      done
      faketime '2019-06-01' openssl req -x509 $new -extensions root -keyout old.key \\
        -out old.pem -subj /CN=old -days 9000 || exit 1
      sign() {
        openssl req $new -keyout $1.key -out $1.csr -subj /CN=$1 || exit 1
        $3 openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -set_serial 7 -days 365 \\
          -extfile tsa.cnf -extensions stamping -out $1.pem || exit 1
      }
      sign authority roots
      sign foreign stranger
      sign ended old 'faketime 2019-06-01'
      cat roots.pem old.pem > trusted.pem
      """)
  }

  /// Starts the authority's server on a free port of this machine; answers its address.
  func served(_ body: (String) throws -> Void) throws {
    try must(
      """
      cd tsa && { python3 server.py > port 2> server.log < /dev/null & echo $! > pid; }
      for i in $(seq 200); do test -s port && exit 0; sleep 0.05; done; exit 1
      """)
    let port = try must("cat tsa/port").trimmingCharacters(in: .whitespacesAndNewlines)
    defer { _ = try? sh("kill $(cat tsa/pid)") }
    try body("http://127.0.0.1:\(port)")
  }

  static let configuration = """
    [req]
    distinguished_name = name
    [name]
    [root]
    basicConstraints = critical, CA:true
    keyUsage = critical, keyCertSign
    [stamping]
    basicConstraints = critical, CA:false
    keyUsage = critical, digitalSignature
    extendedKeyUsage = critical, timeStamping
    [tsa]
    signer_cert = $ENV::SIGNER.pem
    signer_key = $ENV::SIGNER.key
    serial = serial
    signer_digest = sha256
    default_policy = 1.2.3.4.1
    digests = sha256
    ess_cert_id_alg = sha256

    """

  /// Answers as the path says.
  static let server = #"""
    import http.server, os, subprocess, sys, time

    def reply(query, signer="authority"):
        with open("query", "wb") as file:
            file.write(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile",
             "query", "-out", "reply"], env=dict(os.environ, SIGNER=signer), check=True,
            capture_output=True)
        return open("reply", "rb").read()

    def other(query):
        return subprocess.run(
            ["openssl", "ts", "-query", "-digest", "00" * 32, "-sha256", "-cert"],
            capture_output=True).stdout

    def again(query):
        digest = query[24:56] if query[1] < 0x80 else b""
        at = query.index(b"\x04\x20") + 2
        return subprocess.run(
            ["openssl", "ts", "-query", "-digest", query[at:at + 32].hex(), "-sha256", "-cert"],
            capture_output=True).stdout

    # The wish for a certificate is the last field, BOOLEAN TRUE.
    def bare(query):
        return bytes([query[0], query[1] - 3]) + query[2:-3]

    class Authority(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.path.strip("/")
            if kind == "hang":
                time.sleep(30)
            answers = {
                "stamp": lambda: reply(query), "other": lambda: reply(other(query)),
                "again": lambda: reply(again(query)), "bare": lambda: reply(bare(query)),
                "foreign": lambda: reply(query, "foreign"), "ended": lambda: reply(query, "ended"),
                "refused": lambda: bytes.fromhex("30053003020102"),
                "garbage": lambda: b"\x30\x05hello", "nothing": lambda: b"",
                "long": lambda: b"\x30\x83\x02\x00\x00" + bytes(0x20000),
                "longer": lambda: reply(query) + b"\0", "text": lambda: reply(query),
                "flipped": lambda: (lambda r: r[:-1] + bytes([r[-1] ^ 1]))(reply(query)),
                "error": lambda: reply(query),
            }
            body = answers.get(kind, lambda: b"")()
            self.send_response(503 if kind == "error" else 200)
            self.send_header(
                "Content-Type", "text/html" if kind == "text" else "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    print(server.server_port, flush=True)
    server.serve_forever()

    """#
}

/// Time stamps by an authority of our own.
@Suite("time stamps")
struct TimeStampTests {
  /// What the authority does, and the reason that the entry gives.
  static let failures = [
    ("refused", "refused"), ("garbage", "wrong-answer"), ("nothing", "wrong-answer"),
    ("long", "wrong-answer"), ("longer", "wrong-answer"), ("text", "wrong-answer"),
    ("error", "wrong-answer"), ("other", "wrong-answer"), ("again", "wrong-answer"),
    ("bare", "untrusted"), ("foreign", "untrusted"), ("ended", "untrusted"),
    ("flipped", "untrusted"), ("hang", "timeout"),
  ]

  @Test("a failing authority becomes an entry, and stops nothing")
  func failing() throws {
    let place = try Place()
    try place.clinic()
    try place.authority()
    try place.served { url in
      for (kind, reason) in TimeStampTests.failures {
        let said = try place.sh(
          "custody anchor tsa --url \(url)/\(kind) --ca tsa/trusted.pem --name \(kind) --timeout 2")
        #expect(said.status == 1, "\(kind): \(said.text)")
        #expect(
          said.text.contains("no anchor by \(kind) (tsa): \(reason)"), "\(kind): \(said.text)")
        #expect(said.text.contains("custody: error: no time stamp by"), "\(kind): \(said.text)")
      }
    }
    let said = try place.sh(
      "custody anchor tsa --url http://127.0.0.1:9/ --ca tsa/trusted.pem --name nobody --timeout 2")
    #expect(said.text.contains("no anchor by nobody (tsa): unreachable"), "\(said.text)")
    let status = try place.must("custody status")
    #expect(status.contains("\(TimeStampTests.failures.count + 1) missed since"), "\(status)")
    let verdict = try place.must("custody verify")
    #expect(verdict.contains("were missed since the last one"), "\(verdict)")
    #expect(verdict.contains("nothing outside vouches for it"), "\(verdict)")
  }

  @Test("a stamped head is vouched for outside, and everybody's tools agree")
  func stamped() throws {
    let place = try Place()
    try place.clinic()
    try place.authority()
    try place.served { url in
      try place.must("custody anchor tsa --url \(url)/stamp --ca tsa/roots.pem --name ours")
      try place.must("custody location add attic")
      try place.must(
        "custody anchor tsa --url \(url)/bare --ca tsa/roots.pem --untrusted tsa/authority.pem")
      try place.must("custody location add cellar")
    }
    try place.must("cat tsa/roots.pem tsa/authority.pem > all.pem")
    let verdict = try place.must("custody verify --tsa-ca all.pem --require-anchor | tail -1")
    let form =
      #/verified to (\d+), anchored outside to (\d+) by 127.0.0.1 at 20\S+Z, exposure 2 entries\n/#
    let match = try #require(verdict.wholeMatch(of: form), "\(verdict)")
    #expect(Int(match.1)! - Int(match.2)! == 2)
    // Without the certificate of the second, the first is left.
    let first = try place.must("custody verify --tsa-ca tsa/roots.pem")
    #expect(first.contains("by ours at"), "\(first)")
    #expect(first.contains("1 anchor leads to nothing that is trusted here"), "\(first)")
    for (options, status) in [
      ("--require-anchor", 11), ("--tsa-ca tsa/stranger.pem --require-anchor", 11),
      ("--tsa-ca all.pem --max-exposure 1", 11), ("--tsa-ca all.pem --max-exposure 2", 0),
      ("--max-exposure 2", 11), ("", 0),
    ] {
      let said = try place.sh("custody verify \(options)")
      #expect(said.status == status, "\(options): \(said.text)")
    }
    try place.must("custody export bundle -o bundle")
    try TimeStampTests.recipe(place)
    try TimeStampTests.agreeByCryptography(place)
    try TimeStampTests.agree(place, "all.pem", 0, ["anchored outside to \(match.2) at 20"])
    try TimeStampTests.agree(place, "tsa/stranger.pem", 0, ["signed by the key that you gave"])
    for damage in [
      "for f in bundle/anchors/*.evidence; do printf x >> $f; done", "rm bundle/anchors/*.request",
      "cp bundle/checkpoint bundle/anchors/77.note", "printf x > bundle/anchors/99.note",
      "for n in bundle/anchors/*.note; do echo a > $n; done", "rm bundle/anchors/*.note",
    ] {
      try place.must("rm -rf kept && cp -r bundle kept; \(damage) || true")
      try TimeStampTests.agree(place, "all.pem", nil, ["anchors/"])
      try place.must("rm -rf bundle && mv kept bundle")
    }
  }

  /// The recipe of the README and of VERIFY.txt, as it stands there.
  private static func recipe(_ place: Place) throws {
    try place.must(
      """
      for note in bundle/anchors/*.note; do
        at=${note%.note}
        epoch=$(date -u -d "$(openssl ts -reply -in $at.evidence -text 2>/dev/null |
          sed -n 's/^Time stamp: //p')" +%s)
        openssl ts -verify -data $at.note -in $at.evidence -CAfile tsa/roots.pem \\
          -untrusted tsa/authority.pem -attime $epoch 2>&1 | grep -q 'Verification: OK' || exit 1
        openssl ts -verify -queryfile $at.request -in $at.evidence -CAfile tsa/roots.pem \\
          -untrusted tsa/authority.pem -attime $epoch 2>&1 | grep -q 'Verification: OK' || exit 1
        openssl ts -verify -data $at.note -in $at.evidence -CAfile tsa/stranger.pem \\
          -untrusted tsa/authority.pem -attime $epoch >/dev/null 2>&1 && exit 1
      done; exit 0
      """)
  }

  /// Python's `cryptography`, another library than OpenSSL's command, over every signature of the
  /// bundle: people's, the site's, and the authority's.
  private static func agreeByCryptography(_ place: Place) throws {
    guard try place.sh("python3 -c 'import cryptography'").status == 0 else {
      print("SKIPPED: Python's `cryptography` is not installed, so that it agrees with nothing")
      return
    }
    try TimeStampTests.cryptography.write(
      toFile: place.path + "/agree.py", atomically: true, encoding: .utf8)
    let said = try place.must("python3 agree.py bundle tsa/authority.pem tsa/roots.pem")
    let form = #/(\d+) people's signatures, 1 of the site, 2 time stamps\n/#
    let match = try #require(said.wholeMatch(of: form), "\(said)")
    #expect(Int(match.1)! > 8)
  }

  private static let cryptography = #"""
    import base64, glob, hashlib, json, re, sys
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    folder, authority, roots = sys.argv[1:]
    note = open(folder + "/checkpoint", encoding="utf-8").read()
    text, _, below = note.rpartition("\n\n")
    origin, size, _ = text.split("\n")

    vkey = base64.b64decode(open(folder + "/vkey").read().split("+", 2)[2])
    Ed25519PublicKey.from_public_bytes(vkey[1:]).verify(
        base64.b64decode(below.split(" ")[2])[4:], (text + "\n").encode())

    leaves = b"".join(open(name, "rb").read() for name in glob.glob(folder + "/tile/0/000*/*"))
    assert len(leaves) == int(size) * 32
    keys = {}
    for line in open(folder + "/keys.jsonl"):
        key = json.loads(line)
        keys[key["key"]] = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public"]))
    people = 0
    for line in open(folder + "/signatures.jsonl"):
        row = json.loads(line)
        leaf = base64.b64encode(leaves[row["seq"] * 32:row["seq"] * 32 + 32]).decode()
        keys[row["key"]].verify(
            base64.b64decode(row["sig"]),
            f"custody-entry/1\n{origin}\n{row['seq']}\n{leaf}\n".encode())
        people += 1

    def parts(der):
        """The elements of DER, as tag, content and whole."""
        found = []
        while der:
            head, count = 2, der[1]
            if count & 0x80:
                head += count & 0x7F
                count = int.from_bytes(der[2:head], "big")
            found.append((der[0], der[head:head + count], der[:head + count]))
            der = der[head + count:]
        return found

    def stamp(name):
        signer = x509.load_pem_x509_certificate(open(authority, "rb").read())
        root = x509.load_pem_x509_certificate(open(roots, "rb").read())
        by = ec.ECDSA(hashes.SHA256())
        root.public_key().verify(signer.signature, signer.tbs_certificate_bytes, by)
        response = parts(parts(open(name + ".evidence", "rb").read())[0][1])
        signed = parts(parts(parts(response[1][1])[1][1])[0][1])
        info = parts(parts(signed[2][1])[1][1])[0][1]
        imprint = parts(parts(parts(info)[0][1])[2][1])[1][1]
        assert imprint == hashlib.sha256(open(name + ".note", "rb").read()).digest()
        signature = parts(parts(signed[-1][1])[0][1])
        attributes = signature[3]
        digests = [
            parts(parts(row)[1][1])[0][1] for _, row, _ in parts(attributes[1])
            if parts(row)[0][1].hex() == "2a864886f70d010904"]
        assert digests == [hashlib.sha256(info).digest()]
        signer.public_key().verify(signature[5][1], b"\x31" + attributes[2][1:], by)

    stamps = [name[:-5] for name in glob.glob(folder + "/anchors/*.note")]
    for name in stamps:
        stamp(name)
    print(f"{people} people's signatures, 1 of the site, {len(stamps)} time stamps")

    """#

  /// The three verifiers print one last line.
  private static func agree(
    _ place: Place, _ roots: String, _ status: Int32?, _ words: [String]
  ) throws {
    let key = "\"$(cat bundle/vkey)\""
    let said = try [
      "custody verify bundle --vkey \(key) --tsa-ca \(roots)",
      "python3 bundle/verify.py bundle \(key) \(roots)",
      "bash bundle/verify.sh bundle \(key) \(roots)",
    ].map { try place.sh($0) }
    let lines = said.map { $0.text.split(separator: "\n").last.map(String.init) ?? "" }
    #expect(Set(lines).count == 1, "\(lines)")
    #expect(Set(said.map(\.status)).count == 1, "\(lines)")
    if let status { #expect(said[0].status == status) } else { #expect(said[0].status != 0) }
    for word in words { #expect(lines[0].contains(word), "\(lines[0])") }
  }

  @Test("a response is carried in for the request that was carried out, and for no other")
  func carried() throws {
    let place = try Place()
    try place.clinic()
    try place.authority()
    try place.must("custody anchor tsa --request-out head.tsq && custody location add attic")
    let stamp =
      "cd tsa && SIGNER=authority openssl ts -reply -config tsa.cnf -section tsa -queryfile ../head.tsq -out ../head.tsr 2>/dev/null"
    try place.must(stamp)
    let record =
      "custody anchor tsa --response-in head.tsr --request head.tsq --ca tsa/roots.pem --name ours"
    let strange = try place.sh(record.replacing("roots.pem", with: "stranger.pem"))
    #expect(strange.status == 11 && strange.text.contains("leads to none of the roots"))
    let none = try place.sh(record.replacing("roots.pem", with: "tsa.cnf"))
    #expect(none.status == 2 && none.text.contains("not certificates"), "\(none.text)")
    try place.must("\(record) --dry-run && \(record)")
    #expect(
      try place.must("custody verify --tsa-ca tsa/roots.pem | tail -1").contains("by ours at"))
    try place.must("custody anchor tsa --request-out other.tsq")
    let other = try place.sh(record.replacing("head.tsq", with: "other.tsq"))
    #expect(other.status == 11 && other.text.contains("is about something else"), "\(other.text)")
    let foreign = try place.sh(record.replacing("--request head.tsq", with: "--request head.tsr"))
    #expect(foreign.status == 2, "\(foreign.text)")
  }

  @Test("A6: times that contradict the clock of an authority are named")
  func clock() throws {
    let place = try Place()
    try place.clinic()
    try place.authority()
    // The clock is set ahead for an entry, and two people set it back, as the program asks.
    let year = Calendar(identifier: .gregorian).component(.year, from: Date())
    try #require(
      try place.sh("custody location add attic", at: "\(year + 4)-01-05 12:00").status == 0)
    try place.must("custody clock --witness lee")
    try place.served { url in
      let said = try place.must("custody anchor tsa --url \(url)/stamp --ca tsa/roots.pem")
      #expect(!said.contains("anchor.clock"), "\(said)")
    }
    let ahead = try place.sh("custody verify --tsa-ca tsa/roots.pem")
    #expect(ahead.status == 3, "\(ahead.text)")
    #expect(ahead.text.contains("later than the time stamp that covers it"), "\(ahead.text)")
    #expect(try place.sh("custody verify").status == 0)
    // Backdating after the stamp.
    try #require(
      try place.sh("custody clock --witness lee", at: "\(year - 1)-01-05 12:00").status == 0)
    let back = try place.sh("custody verify --tsa-ca tsa/roots.pem")
    #expect(back.status == 3 && back.text.contains("earlier than the time stamp before it"))
  }

  @Test("A5: a history rewritten with every key is caught by the time stamp")
  func rewritten() throws {
    let place = try Place()
    try place.clinic()
    try place.authority()
    try place.must("cp -r ledger before && custody location add attic")
    try place.served { url in
      try place.must("custody anchor tsa --url \(url)/stamp --ca tsa/roots.pem --name ours")
    }
    // Whoever holds all keys goes back and writes something else with the program itself.
    let forger = "CUSTODY_LEDGER=before XDG_STATE_HOME=$PWD/other "
    try place.must(forger + "custody location add cellar && cp before/ledger.db bare.db")
    // With no anchors left, nothing outside vouches for it.
    let bare = try place.must(forger + "custody verify --tsa-ca tsa/roots.pem | tail -1")
    #expect(bare.contains("nothing outside vouches for it"), "\(bare)")
    for ask in ["--require-anchor", "--max-exposure 3"] {
      #expect(try place.sh(forger + "custody verify --tsa-ca tsa/roots.pem \(ask)").status == 11)
    }
    // The note that was stamped convicts it.
    try place.must("custody export bundle -o bundle && cp bundle/anchors/*.note kept.note")
    let since = try place.sh(forger + "custody verify --since kept.note")
    #expect(since.status == 4, "\(since.text)")
    // The true stamp of the true history, put beside the false one.
    try place.must(
      """
      size=$(sqlite3 ledger/ledger.db 'SELECT size FROM anchor')
      \(forger)custody checkpoint publish -o false.note > /dev/null
      test $(sed -n 2p false.note) = $size || exit 1
      sqlite3 ledger/ledger.db "SELECT writefile('true.tsr', evidence), writefile('true.tsq', request) FROM anchor" >/dev/null
      """)
    let said = try place.sh(
      forger
        + "custody anchor tsa --response-in true.tsr --request true.tsq --ca tsa/roots.pem --name ours"
    )
    #expect(said.status == 2 && said.text.contains("not a request of a checkpoint"))
  }
}
