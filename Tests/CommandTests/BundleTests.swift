import Foundation
import Testing

/// Bundles, whole and damaged, before three verifiers that share nothing.
@Suite("bundles")
struct BundleTests {
  @Test("a hundred damaged bundles have one verdict by verify, verify.py and verify.sh")
  func hundred() throws {
    let place = try Place()
    try place.stocked()
    try place.must(
      "custody give V-1 0.1mL --patient P-1 --note 'whispered' >/dev/null")
    try place.must("custody key rotate lee --no-passphrase --witness lee")
    try place.must(
      "custody location add attic --as lee && custody key revoke p3/1 --reason left --witness lee")
    // A P-256 key, and a site whose key was replaced in good order and as stolen.
    try place.must(
      """
      custody key new ana --p256 --no-passphrase --witness lee && custody location add loft --as ana &&
        custody key site --witness lee && custody key site --witness lee --reason stolen &&
        custody location add cave
      """)
    try place.must(
      "custody export bundle -o bundle --disclose note name --purpose audit --recipient auditor >/dev/null"
    )
    try compare(place, seed: BundleTests.seed, count: 100, withShell: 100)
  }

  @Test("a bundle with tiles of a second level, whole and damaged")
  func large() throws {
    let place = try Place()
    try place.clinic()
    try place.must(
      "for i in $(seq 260); do custody location add place-$i >/dev/null || exit 1; done")
    try place.must("custody export bundle -o bundle && test -f bundle/tile/1/000.p/1")
    try compare(place, seed: BundleTests.seed &+ 1, count: 20, withShell: 2)
    // Proofs that read stored subtrees.
    try place.must(
      """
      cp bundle/checkpoint old.note && custody location add last > /dev/null
      for entry in 0 100 255 256 260; do
        custody prove $entry -o p.tlog-proof > /dev/null || exit 1
        custody proof check p.tlog-proof --vkey "$(cat bundle/vkey)" || exit 1
      done
      custody prove --since old.note -o grown && \
        custody proof check grown --vkey "$(cat bundle/vkey)" --since old.note
      """)
  }

  @Test("verify.sh needs bash, openssl and coreutils, and nothing else")
  func tools() throws {
    let place = try Place()
    try place.clinic()
    try place.must("custody export bundle -o bundle")
    try place.must(
      """
      mkdir tools
      for tool in bash openssl sha256sum base64 basenc cat cut dirname head ls mktemp rm sort tail tr; do
        ln -s "$(command -v $tool)" tools/ || exit 1
      done
      """)
    let said = try place.must("PATH=$PWD/tools bash bundle/verify.sh 2>&1")
    #expect(said.contains("consistent to") && !said.contains("not found"), "\(said)")
  }

  /// Printed, so that a failure can be repeated.
  static let seed =
    UInt64(ProcessInfo.processInfo.environment["CUSTODY_SEED"] ?? "") ?? .random(in: 1...999_999)

  private func compare(_ place: Place, seed: UInt64, count: Int, withShell: Int) throws {
    try BundleTests.script.write(
      toFile: place.path + "/compare.py", atomically: true, encoding: .utf8)
    let said = try place.must("python3 compare.py \(seed) \(count) \(withShell)")
    print("seed \(seed): \(said.suffix(400))")
    let lines = said.split(separator: "\n")
    #expect(lines.last?.hasPrefix("agreed \(count + 1) of \(count + 1)") == true)
    for line in lines.filter({ $0.hasPrefix("DIFFER") || $0.hasPrefix("MISSED") }) {
      Issue.record("\(line)")
    }
  }

  @Test("a bundle says nothing about patients that was not asked for")
  func privacy() throws {
    let place = try Place()
    try place.stocked()
    try place.must("custody give V-1 0.1mL --patient P-1 --note 'whispered' >/dev/null")
    try place.must("custody export bundle -o none")
    let refused = try place.sh("custody export bundle -o note --disclose note")
    #expect(refused.status == 2 && refused.text.contains("about P-1"), "\(refused.text)")
    let asked = "custody export bundle -o note --purpose audit --recipient auditor --disclose note"
    #expect(try place.sh(asked + " nickname").status == 2)
    #expect(try place.must(asked).contains("disclosed (audit)"))
    #expect(try place.must("custody patient disclosures P-1").contains("values"))
    for secret in ["Juniper", "Harpswell", "Wisteria", "whispered"] {
      let coded = Data(secret.utf8).base64EncodedString().prefix(8)
      #expect(try place.sh("grep -rl -e \(secret) -e \(coded) none").status == 1, "\(secret)")
    }
    #expect(try place.must("wc -l < none/openings.jsonl | tr -d ' \\n'") == "0")
    #expect(try place.must("wc -l < note/openings.jsonl | tr -d ' \\n'") == "2")
    let shown = try place.must(
      """
      sed 's/.*"disclosure":"\\([^"]*\\)".*/\\1/' note/openings.jsonl | while read -r line; do
        while [ $((${#line} % 4)) -ne 0 ]; do line=$line=; done
        printf %s "$line" | basenc --base64url -d; echo
      done
      """)
    #expect(shown.contains("\"note\",\"whispered\"") && !shown.contains("Juniper"))
  }

  @Test("a part of the entries: the others are withheld, and the verifiers say so alike")
  func part() throws {
    let place = try Place()
    try place.stocked()
    try place.must("custody export bundle -o part --from 10 --to 14")
    let vkey = try place.must("cat part/vkey").trimmingCharacters(in: .whitespacesAndNewlines)
    for line in ["custody verify part", "python3 part/verify.py", "bash part/verify.sh"] {
      let said = try place.sh(line)
      #expect(said.status == 11, "\(line): \(said.text)")
      #expect(
        said.text.contains("entries are withheld; the others are consistent"), "\(said.text)")
    }
    // What was pinned is compared although not everything is shown.
    try place.must("custody inspect --page --people > page && custody verify --trust page")
    #expect(try place.sh("custody verify part --trust page").status == 11)
    try place.must("sed 's/^genesis ..../genesis AAAA/' page > other")
    let other = try place.sh("custody verify part --trust other")
    #expect(other.status == 4 && other.text.contains("at entry 0"), "\(other.text)")
    try place.must(
      "awk '/^person p1/ {k=$4} /^person p2/ {$4=k} {print}' page > third")
    let third = try place.sh("custody verify part --trust third")
    #expect(third.status == 4 && third.text.contains("p2/1 is not the one"), "\(third.text)")
    // A stranger's tool sees an entry that does not fit its hash.
    #expect(try place.sh("custody log check part --vkey '\(vkey)'").status == 4)
    try place.must("custody export bundle -o whole")
    #expect(try place.sh("custody log check whole --vkey '\(vkey)'").status == 0)
    for line in [
      "python3 whole/verify.py whole", "bash whole/verify.sh whole", "custody verify whole --vkey",
    ] {
      let said = try place.must("\(line) '\(vkey)'")
      #expect(said.contains(", signed by the key that you gave"), "\(said)")
    }
  }

  @Test("nothing that does not hold leaves the house")
  func nothingFalse() throws {
    let place = try Place()
    try place.stocked()
    try place.must("cp -r ledger kept")
    let damages = [
      (
        "ledger.db",
        "UPDATE entry SET body=CAST(replace(CAST(body AS TEXT),'vault','vaulx') AS BLOB) WHERE seq=5"
      ),
      ("ledger.db", "UPDATE signature SET sig=randomblob(64) WHERE seq=5"),
      ("ledger.db", "UPDATE head SET note=replace(note,'acme','acmf')"),
      ("vault.db", "UPDATE opening SET disclosure=disclosure||'a'"),
    ]
    for (file, sql) in damages {
      try place.must("rm -rf ledger && cp -r kept ledger")
      try place.must(
        """
        sqlite3 ledger/\(file) "SELECT 'DROP TRIGGER '||name||';' FROM sqlite_schema \
          WHERE type='trigger'" > drop.sql
        sqlite3 ledger/\(file) < drop.sql && sqlite3 ledger/\(file) "\(sql)"
        """)
      let said = try place.sh(
        "custody export bundle -o bundle --disclose name --purpose audit --recipient auditor")
      #expect(said.status == 4, "\(sql): \(said.text)")
      #expect(try place.sh("ls | grep bundle").status == 1, "\(sql)")
    }
    try place.must("rm -rf ledger && cp -r kept ledger")
    try place.must("printf 'DROP TRIGGER entry_fixed;' | sqlite3 ledger/ledger.db")
    _ = try place.query("UPDATE entry SET body=x'7b7d' WHERE seq=5")
    #expect(try place.sh("custody prove 5 -o proof").status == 4)
    #expect(try place.sh("custody prove 6 -o proof").status == 0)
    _ = try place.query("UPDATE entry SET leaf=randomblob(32) WHERE seq=5")
    #expect(try place.sh("custody prove 6 -o proof").status == 4)
  }

  @Test("what only the program looks for: a person brought in by nobody who may")
  func deep() throws {
    let place = try Place()
    try place.clinic()
    // Ana, a nurse, cannot add a place for people; a forger with her key and the site's can.
    try BundleTests.script.write(
      toFile: place.path + "/compare.py", atomically: true, encoding: .utf8)
    try place.must("custody export bundle -o bundle && python3 compare.py nurse")
    #expect(try place.sh("python3 bundle/verify.py forged").status == 0)
    let said = try place.sh("custody verify forged")
    #expect(said.status == 4 && said.text.contains("no active administrator"), "\(said.text)")
  }

  /// Damages copies of `bundle` and asks the verifiers about each.
  static let script = #"""
    import base64, collections, concurrent.futures, hashlib, json, os, random, shutil, subprocess, sys

    def b64(data): return base64.b64encode(data).decode()
    def sha(data): return hashlib.sha256(data).digest()
    def node(a, b): return sha(b"\1" + a + b)

    def root(hashes):
        while len(hashes) > 1:
            pairs = [node(a, b) for a, b in zip(hashes[::2], hashes[1::2])]
            hashes = pairs + hashes[len(pairs) * 2:]
        return hashes[0]

    def files(folder):
        found = []
        for at, _, names in os.walk(folder):
            for name in names:
                path = os.path.relpath(os.path.join(at, name), folder)
                if path not in ("VERIFY.txt", "verify.py", "verify.sh", "policy"):
                    found.append(path)
        return sorted(found)

    def get(folder, name): return open(f"{folder}/{name}", "rb").read()

    def put(folder, name, data):
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        open(f"{folder}/{name}", "wb").write(data)

    def sign(pem, text):
        open("text.tmp", "wb").write(text)
        subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", pem, "-rawin", "-in", "text.tmp",
                        "-out", "sig.tmp"], check=True, capture_output=True)
        return open("sig.tmp", "rb").read()

    def tile(kind, index, width):
        return f"tile/{kind}/{index:03}" + (f".p/{width}" if width < 256 else "")

    def entries(folder):
        size = int(get(folder, "checkpoint").split(b"\n")[1])
        found = []
        for first in range(0, size, 256):
            data = get(folder, tile("entries", first // 256, min(256, size - first)))
            at = 0
            while at < len(data):
                length = int.from_bytes(data[at:at + 2], "big")
                found.append(data[at + 2:at + 2 + length])
                at += 2 + length
        return found

    def rewrite(folder, found):
        """Tiles and checkpoint that fit these entries, by somebody with the site's key."""
        shutil.rmtree(f"{folder}/tile")
        leaves = [sha(b"\0" + entry) for entry in found]
        for first in range(0, len(found), 256):
            part = found[first:first + 256]
            put(folder, tile("entries", first // 256, len(part)),
                b"".join(len(e).to_bytes(2, "big") + e for e in part))
        level, hashes = 0, leaves
        while hashes:
            for first in range(0, len(hashes), 256):
                part = hashes[first:first + 256]
                put(folder, tile(level, first // 256, len(part)), b"".join(part))
            hashes = [root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
            level += 1
        lines = get(folder, "checkpoint").decode().split("\n")
        text = f"{lines[0]}\n{len(found)}\n{b64(root(leaves))}\n"
        name = lines[4].split(" ")[1]
        key_id = base64.b64decode(lines[4].split(" ")[2])[:4]
        signature = b64(key_id + sign("ledger/site.key", text.encode()))
        put(folder, "checkpoint", f"{text}\n\u2014 {name} {signature}\n".encode())
        shutil.rmtree(f"{folder}/proofs")
        os.mkdir(f"{folder}/proofs")

    def canonical(body):
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def chain(found, first):
        for k in range(first, len(found)):
            body = json.loads(found[k])
            body["seq"], body["prev"] = k, b64(sha(b"\0" + found[k - 1]))
            found[k] = canonical(body)

    def flip(folder, dice):
        name = dice.choice([f for f in files(folder) if get(folder, f)])
        data = bytearray(get(folder, name))
        bit = dice.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        put(folder, name, bytes(data))
        expected = None
        if name.startswith("tile/0/"):
            expected = int(name[7:10]) * 256 + bit // 256
        return f"bit {bit} of {name}", expected

    def cut(folder, dice):
        name = dice.choice([f for f in files(folder) if get(folder, f) and f != "vkey"])
        data = get(folder, name)
        keep = dice.randrange(len(data))
        put(folder, name, data[:keep])
        return f"{name} cut to {keep}", None

    def lengthen(folder, dice):
        name = dice.choice([f for f in files(folder) if f != "vkey"])
        put(folder, name, get(folder, name) + bytes([dice.randrange(256)]))
        return f"a byte after {name}", None

    def remove(folder, dice):
        names = [f for f in files(folder) if not f.startswith("proofs/")]
        name = dice.choice(names)
        os.remove(f"{folder}/{name}")
        return f"{name} removed", None

    def signatures(folder, dice):
        lines = get(folder, "signatures.jsonl").decode().splitlines()
        a, b = dice.sample(range(len(lines)), 2)
        how = dice.choice(["drop", "double", "swap", "move", "beyond"])
        row, other = json.loads(lines[a]), json.loads(lines[b])
        seq = row["seq"]
        if how == "drop": del lines[a]
        if how == "double": lines.append(lines[a])
        if how == "swap":
            row["sig"], other["sig"] = other["sig"], row["sig"]
            lines[b] = canonical(other).decode()
            seq = min(seq, other["seq"])
        if how == "move":
            row["seq"] = other["seq"]
            seq = min(seq, other["seq"]) if seq != other["seq"] else None
        if how == "beyond": row["seq"] = 99_999
        if how != "drop": lines[a] = canonical(row).decode()
        put(folder, "signatures.jsonl", "".join(line + "\n" for line in lines).encode())
        if how == "move" and seq is None: return remove(folder, dice)
        return f"signatures: {how} {a} {b}", seq

    def reorder(folder, dice):
        """Two entries change places, and everything that needs no key follows."""
        found = entries(folder)
        a, b = sorted(dice.sample(range(len(found)), 2))
        found[a], found[b] = found[b], found[a]
        rewrite(folder, found)
        return f"entries {a} and {b} changed places", a

    def withhold(folder, dice):
        found = entries(folder)
        k = dice.randrange(1, len(found))
        width = min(256, len(found) - k // 256 * 256)
        start = k // 256 * 256
        part = [b"" if start + i == k else e for i, e in enumerate(found[start:start + 256])]
        put(folder, tile("entries", k // 256, width),
            b"".join(len(e).to_bytes(2, "big") + e for e in part))
        return f"entry {k} withheld", None

    def tail(folder, dice):
        """The site's key rewrites the tail; the people's signatures stay as they were."""
        found = entries(folder)
        k = dice.randrange(1, len(found))
        how = dice.choice(["edit", "drop", "stop"])
        if how == "stop":
            rewrite(folder, found[:k])
            return f"the entries from {k} on are gone", None
        if how == "drop": del found[k]
        else:
            body = json.loads(found[k])
            body["at"] = "2001-01-01T00:00:00.000Z"
            found[k] = canonical(body)
        if k == len(found): rewrite(folder, found); return f"the last entry is gone", None
        chain(found, k)
        rewrite(folder, found)
        return f"tail from {k} rewritten: {how}", k

    KINDS = [flip] * 10 + [cut, lengthen, remove, signatures, signatures, reorder, withhold, tail, tail]

    def ask(words):
        done = subprocess.run(words, capture_output=True, text=True)
        lines = done.stdout.strip().splitlines()
        return done.returncode, lines[-1] if lines else done.stderr.strip()[-200:]

    def verdicts(folder, with_shell):
        found = {"custody": ask(["custody", "verify", folder]),
                 "python": ask(["python3", "bundle/verify.py", folder])}
        if with_shell: found["shell"] = ask(["bash", "bundle/verify.sh", folder])
        return found

    def nurse():
        shutil.copytree("bundle", "forged")
        found = entries("bundle")
        body = {"seq": len(found), "prev": b64(sha(b"\0" + found[-1])), "type": "person.add",
                "by": "p3/1", "person": "p9", "roles": ["nurse"], "handle": "eve", "name": "Eve",
                "initials": "E", "at": json.loads(found[-1])["ts"], "ts": json.loads(found[-1])["ts"]}
        found.append(canonical(body))
        rewrite("forged", found)
        origin = get("bundle", "checkpoint").decode().split("\n")[0]
        text = f"custody-entry/1\n{origin}\n{len(found) - 1}\n{b64(sha(bytes(1) + found[-1]))}\n"
        pem = [f for f in os.listdir("ledger/keys") if f.startswith("p3")][0]
        row = {"alg": 1, "key": "p3/1", "seq": len(found) - 1,
               "sig": b64(sign(f"ledger/keys/{pem}", text.encode()))}
        put("forged", "signatures.jsonl", get("bundle", "signatures.jsonl") + canonical(row) + b"\n")

    if sys.argv[1] == "nurse":
        nurse()
        sys.exit(0)
    seed, count, with_shell = map(int, sys.argv[1:4])
    dice = random.Random(seed)
    cases = [("whole", "bundle", None, 0)]
    for number in range(count):
        folder = f"damaged/{number}"
        shutil.copytree("bundle", folder)
        what, expected = KINDS[number % len(KINDS)](folder, dice)
        cases.append((what, folder, expected, None))
    agreed, tally = 0, collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda c: verdicts(c[1][1], c[0] <= with_shell), enumerate(cases))
        for (what, folder, expected, status), said in zip(cases, found):
            answers = set(said.values())
            tally[said["custody"][0]] += 1
            if len(answers) > 1: print("DIFFER", what, said)
            elif status == 0 and said["custody"][0] != 0: print("MISSED", what, said)
            elif status is None and said["custody"][0] == 0: print("MISSED", what, said)
            elif expected is not None and f"at entry {expected}:" not in said["custody"][1]:
                print("MISSED", what, expected, said)
            else: agreed += 1
    print(f"agreed {agreed} of {len(cases)}; statuses {dict(sorted(tally.items()))}")
    """#
}
