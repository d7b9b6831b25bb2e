import Foundation
import Testing

/// Another library, Python's `cryptography`, on our keys, signatures and checkpoints.
@Suite("agreement with another library")
struct AgreementTests {
  /// Nothing is expected of a machine without it, and that is said.
  static let isThere: Bool = {
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-c", "import cryptography"]
    python.standardError = FileHandle.nullDevice
    do { try python.run() } catch { return false }
    python.waitUntilExit()
    if python.terminationStatus == 0 { return true }
    print("SKIPPED: agreement with Python's `cryptography`, which is not installed here")
    return false
  }()

  @Test("every signature of people and of the site, Ed25519 and P-256", .enabled(if: isThere))
  func signatures() throws {
    let place = try Place()
    try place.clinic()
    try place.must(
      """
      custody key rotate ana --as ana --p256 --passphrase-fd 5 5<<<'seven hungry herons' &&
        custody location add attic --as ana --passphrase-fd 5 5<<<'seven hungry herons' &&
        custody key site --witness lee && custody location add loft
      """)
    try AgreementTests.script.write(
      toFile: place.path + "/agree.py", atomically: true, encoding: .utf8)
    let said = try place.must("python3 agree.py")
    #expect(said.contains("p256 1 or more, notes 2 or more, all valid"), "\(said)")
    // What the other library signs with our key file is as good to us as what we sign.
    #expect(try place.must("custody verify | tail -1").hasPrefix("consistent to "))
  }

  static let script = #"""
    import base64, hashlib, json, sqlite3
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    db = sqlite3.connect("ledger/ledger.db")
    origin = db.execute("SELECT origin FROM log").fetchone()[0]

    def public(body):
        raw = base64.b64decode(body["public"])
        if body["alg"] == "ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)

    def check(key, signature, text):
        if isinstance(key, ed25519.Ed25519PublicKey): key.verify(signature, text)
        else: key.verify(signature, text, ec.ECDSA(hashes.SHA256()))

    def text(seq, leaf):
        return f"custody-entry/1\n{origin}\n{seq}\n{base64.b64encode(leaf).decode()}\n".encode()

    keys, sites, counts = {}, {}, {1: 0, 2: 0}
    for seq, leaf, body in db.execute("SELECT seq, leaf, body FROM entry ORDER BY seq").fetchall():
        assert hashlib.sha256(b"\0" + body).digest() == leaf, seq
        body = json.loads(body)
        for founder in body.get("founders", []): keys[founder["key"]] = public(founder)
        if "public" in body: keys[body["key"]] = public(body)
        if "site_key" in body:
            name, key_id, typed = body["site_key"].split("+", 2)
            raw = base64.b64decode(typed)[1:]
            assert hashlib.sha256(name.encode() + b"\n\x01" + raw).hexdigest()[:8] == key_id
            sites[key_id] = ed25519.Ed25519PublicKey.from_public_bytes(raw)
        for name, alg, signature in db.execute("SELECT key, alg, sig FROM signature WHERE seq=?", (seq,)):
            check(keys[name], signature, text(seq, leaf))
            counts[alg] += 1

    notes = 0
    for (note,) in db.execute("SELECT note FROM checkpoint UNION SELECT note FROM head"):
        said, _, lines = note.rpartition("\n\n")
        for line in lines.splitlines():
            blob = base64.b64decode(line.split(" ")[2])
            check(sites[blob[:4].hex()], blob[4:], (said + "\n").encode())
            notes += 1

    # The newest entry under a P-256 key, signed again by this library with the enciphered key file.
    pem = open("ledger/keys/p3-2.pem", "rb").read()
    key = serialization.load_pem_private_key(pem, b"seven hungry herons")
    seq, leaf = db.execute(
        "SELECT e.seq, e.leaf FROM entry e JOIN signature s USING (seq) WHERE s.key = 'p3/2' "
        "ORDER BY e.seq DESC").fetchone()
    again = key.sign(text(seq, leaf), ec.ECDSA(hashes.SHA256()))
    trigger = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'signature_fixed'").fetchone()[0]
    db.execute("DROP TRIGGER signature_fixed")
    db.execute("UPDATE signature SET sig = ? WHERE seq = ? AND key = 'p3/2'", (again, seq))
    db.execute(trigger)
    db.commit()
    assert counts[1] > 10 and counts[2] > 0 and notes > 1
    print("p256 1 or more, notes 2 or more, all valid", counts, notes)
    """#
}
