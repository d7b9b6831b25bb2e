#!/usr/bin/env python3
"""Checks an inspection bundle with Python's own library and the `openssl` command.

    python3 verify.py [DIR [VKEY [ROOTS]]]

VKEY is the site's verifier key from a source that you trust: your file, the
inspector's page. Without it the key is taken from the bundle itself, which
then vouches for itself only. ROOTS are certificates in PEM that you trust to
stamp time (RFC 3161). The first thing that is wrong ends the check.
The last line is the verdict. Status 0: consistent; 4: tamper evidence;
11: not proven; 12: unreadable. It shares nothing with the program `custody`.
"""
import base64
import calendar
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

DIR = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
WORK = tempfile.TemporaryDirectory()


def end(status, verdict):
    print(verdict)
    sys.exit(status)


def bad(entry, what):
    end(4, f"tamper evidence at entry {entry}: {what}")


def wrong(where, what):
    end(4, f"tamper evidence in {where}: {what}")


def read(name):
    try:
        with open(os.path.join(DIR, name), "rb") as file:
            return file.read()
    except OSError:
        end(12, f"unreadable: {name}")


def lines(name, form):
    """The lines of a text file, each of which must match the form."""
    rows = read(name).decode("latin-1").split("\n")
    if rows.pop() != "":
        wrong(name, "its last line is cut off")
    for number, row in enumerate(rows):
        match = re.fullmatch(form, row)
        if not match:
            wrong(name, f"line {number + 1} is malformed")
        yield match.groups()


def unbase64(text):
    """The bytes; none where the text is not the one way to write them."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def to64(data):
    return base64.b64encode(data).decode()


def sha(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha(b"\1" + left + right)


def root(hashes):
    """RFC 6962, 2.1: pairs are hashed, a lonely last one is carried upwards."""
    if not hashes:
        return sha(b"")
    while len(hashes) > 1:
        pairs = [node(a, b) for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = pairs + hashes[len(pairs) * 2:]
    return hashes[0]


def tile(kind, index, width):
    """The name of a file of C2SP tlog-tiles."""
    digits = str(index)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    name = f"tile/{kind}/" + "".join(f"x{g}/" for g in groups[:-1]) + groups[-1]
    return name if width == 256 else f"{name}.p/{width}"


def signed(public, message, signature):
    """Whether an Ed25519 key signed the message."""
    der = bytes.fromhex("302A300506032B6570032100") + public
    paths = [os.path.join(WORK.name, name) for name in ("key", "text", "sig")]
    for path, data in zip(paths, (der, message, signature)):
        with open(path, "wb") as file:
            file.write(data)
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0],
         "-rawin", "-in", paths[1], "-sigfile", paths[2]], capture_output=True)
    return done.returncode == 0


# 1. The checkpoint: which tree it is, and that the site's key signed it.

vkey = sys.argv[2] if len(sys.argv) > 2 else read("vkey").decode("latin-1").rstrip("\n")
name, _, rest = vkey.partition("+")
key_id, _, typed = rest.partition("+")
typed = unbase64(typed)
if len(typed) != 33 or typed[0] != 1 or sha(name.encode() + b"\n" + typed)[:4].hex() != key_id:
    end(12, "unreadable: the verifier key")

raw = read("checkpoint")
if re.search(rb"[^ -~\n]", raw.replace("—".encode(), b"")):
    end(12, "unreadable: checkpoint")
text, blank, below = raw.decode("latin-1").rpartition("\n\n")
if not blank or not below.endswith("\n"):
    end(12, "unreadable: checkpoint")
text += "\n"
by_site = []
for row in below[:-1].split("\n"):
    match = re.fullmatch("—".encode().decode("latin-1") + r" ([^ +]+) ([A-Za-z0-9+/=]+)", row)
    blob = unbase64(match[2]) if match else b""
    if len(blob) < 5:
        end(12, "unreadable: checkpoint")
    if match[1] == name and blob[:4].hex() == key_id:
        by_site.append(blob[4:])
if not by_site:
    end(11, "not proven: the site's key did not sign the checkpoint")
if not all(signed(typed[1:], text.encode(), signature) for signature in by_site):
    wrong("checkpoint", "the site's signature is not valid")
claim = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n", text)
if not claim or claim[1] != name or not unbase64(claim[3]):
    end(12, "unreadable: checkpoint")
origin, size, claimed_root = name, int(claim[2]), unbase64(claim[3])
if size == 0:
    end(11, "not proven: the ledger is empty")

# 2. The entries, in order: hash, chain, and the signatures of those who must sign.

signatures = {}
number = "(0|[1-9][0-9]{0,14})"
person = "(p[1-9][0-9]{0,8}/[1-9][0-9]{0,8})"
form = rf'\{{"alg":1,"key":"{person}","seq":{number},"sig":"([A-Za-z0-9+/=]+)"\}}'
for key, seq, signature in lines("signatures.jsonl", form):
    signatures.setdefault(int(seq), []).append((key, unbase64(signature)))

keys = {}       # name: [public key, first entry, last entry or None]
leaves = []
committed = {}  # entry: the digests of values that it commits to
anchors = {}    # entry: its body, where it names evidence from outside
withheld = 0
previous = sha(origin.encode() + b"\n")


def introduce(key, public, first):
    keys[key] = [unbase64(public), first, None]


def close(key, last):
    if key in keys and keys[key][2] is None:
        keys[key][2] = last


def key_for(key, body, k):
    """The key that may sign entry k: a registered one, or one that the entry itself brings."""
    if body["type"] in ("key.add", "key.rotate") and body["key"] == key:
        return unbase64(body["public"])
    public, first, last = keys.get(key, (b"", 0, -1))
    return public if first <= k and (last is None or k <= last) else b""


def check_entry(k, entry, leaf):
    try:
        body = json.loads(entry)
        again = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if again.encode() != entry:
            bad(k, "it is not in its one form")
        if body["type"] == "ledger.open":
            if k != 0:
                bad(k, "it opens the ledger again")
            for founder in body["founders"]:
                introduce(founder["key"], founder["public"], 0)
        if body["seq"] != k:
            bad(k, "it bears another number")
        if body["prev"] != to64(previous):
            bad(k, "it does not continue the entry before it")
        wanted = [body[n] for n in ("by",) if n in body] + body.get("wit", [])
        found = signatures.pop(k, [])
        if sorted(key for key, _ in found) != sorted(wanted):
            bad(k, "the signers are not those that it names")
        if not wanted and body["type"] != "import.row":
            bad(k, "nobody signed it")
        message = f"custody-entry/1\n{origin}\n{k}\n{to64(leaf)}\n".encode()
        for key, signature in sorted(found):
            public = key_for(key, body, k)
            if not public:
                bad(k, f"the key {key} may not sign it")
            if not signed(public, message, signature):
                bad(k, f"the signature of {key} is not valid")
        if body["type"] in ("key.add", "key.rotate"):
            introduce(body["key"], body["public"], k + 1)
        if body["type"] == "key.rotate":
            close(body["replaces"], k)
        if body["type"] == "key.revoke":
            close(body["key"], k)
        if body["type"] == "person.retire":
            for key in keys:
                if key.startswith(body["person"] + "/"):
                    close(key, k)
        committed[k] = body.get("_sd", [])
        if body["type"] == "anchor.add":
            anchors[k] = body
    except (ValueError, KeyError, TypeError):
        bad(k, "it is not an entry")


for k in range(size):
    i = k % 256
    if i == 0:
        width = min(256, size - k)
        hashes = read(tile(0, k // 256, width))
        bundle = read(tile("entries", k // 256, width))
        at = 0
    stored = hashes[i * 32:i * 32 + 32]
    length = int.from_bytes(bundle[at:at + 2], "big")
    entry = bundle[at + 2:at + 2 + length]
    at += 2 + length
    if len(stored) < 32 or at > len(bundle):
        bad(k, "it is cut off")
    if i == width - 1 and (len(hashes) > width * 32 or at < len(bundle)):
        bad(k, "bytes follow it that belong to nothing")
    leaf = sha(b"\0" + entry) if length else stored
    if leaf != stored:
        bad(k, "the entry is not that of the tree")
    if length:
        check_entry(k, entry, leaf)
    else:
        withheld += 1
        signatures.pop(k, None)
    leaves.append(leaf)
    previous = leaf

# 3. The tree over the leaves, up to the root that the checkpoint claims.

level, hashes = 1, [root(leaves[i:i + 256]) for i in range(0, size // 256 * 256, 256)]
while hashes:
    for i in range(0, len(hashes), 256):
        file = tile(level, i // 256, min(256, len(hashes) - i))
        if read(file) != b"".join(hashes[i:i + 256]):
            wrong(file, "it is not that of the entries")
    hashes = [root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
    level += 1
if root(leaves) != claimed_root:
    wrong("checkpoint", "the root is not that of the entries")
if signatures:
    wrong("signatures.jsonl", "a signature of an entry that does not exist")

# 4. What stands beside the entries: keys, disclosed values, proofs.

listed = sorted(
    f'{{"alg":"ed25519","first":{first},"key":"{key}",'
    + (f'"last":{last},' if last is not None else "") + f'"public":"{to64(public)}"}}'
    for key, (public, first, last) in keys.items())
if read("keys.jsonl").decode("latin-1") != "".join(row + "\n" for row in listed):
    wrong("keys.jsonl", "the keys are not those that the entries bring")

coded = "[A-Za-z0-9_-]"
form = rf'\{{"digest":"({coded}{{43}})","disclosure":"({coded}+)","seq":{number}\}}'
for digest, disclosure, seq in lines("openings.jsonl", form):
    computed = base64.urlsafe_b64encode(sha(disclosure.encode())).decode().rstrip("=")
    if computed != digest or digest not in committed.get(int(seq), []):
        bad(seq, "a disclosed value is not one that it commits to")


def proof_holds(proof):
    """C2SP tlog-proof over this checkpoint, by RFC 9162, 2.1.3.2."""
    head, _, note = proof.partition(b"\n\n")
    head = head.decode("latin-1").split("\n")
    number = re.fullmatch("index (0|[1-9][0-9]{0,17})", head[1]) if len(head) > 1 else None
    if note != raw or head[0] != "c2sp.org/tlog-proof@v1" or not number:
        return False
    place, edge = int(number[1]), size - 1
    if place > edge:
        return False
    value = leaves[place]
    for row in head[2:]:
        sibling = unbase64(row)
        if len(sibling) != 32 or edge == 0:
            return False
        if place % 2 or place == edge:
            value = node(sibling, value)
            while place and not place % 2:
                place, edge = place // 2, edge // 2
        else:
            value = node(value, sibling)
        place, edge = place // 2, edge // 2
    return edge == 0 and value == claimed_root


for file in sorted(os.listdir(os.path.join(DIR, "proofs"))):
    if not proof_holds(read("proofs/" + file)):
        wrong("proofs/" + file, "the proof does not hold")

# 5. Evidence from outside: about the entries before it, and as its entry says.


def stamp(path):
    """What a time stamp is about and when it was made; nothing where it is none."""
    done = subprocess.run(["openssl", "ts", "-reply", "-in", path, "-text"], capture_output=True)
    text = done.stdout.decode("latin-1")
    about = re.findall("^    00[01]0 - (.{47})", text, re.M)
    made = re.search(r"^Time stamp: (\w+ +\d+ [0-9:]+)(?:\.\d+)?( \d+) GMT$", text, re.M)
    if done.returncode != 0 or not about or not made:
        return None, 0
    moment = time.strptime(made[1] + made[2], "%b %d %H:%M:%S %Y")
    return re.sub("[ -]", "", "".join(about)), calendar.timegm(moment)


def is_traced(k, made, roots):
    """Whether the authority's chain led to one of the roots when the stamp was made."""
    at = os.path.join(DIR, f"anchors/{k}.")
    return subprocess.run(
        ["openssl", "ts", "-verify", "-queryfile", at + "request", "-in", at + "evidence",
         "-CAfile", roots, "-untrusted", roots, "-attime", str(made)],
        capture_output=True).returncode == 0


def check_anchor(k, body):
    """How many entries the anchor covers, where it leads to one of the roots."""
    covers, anchored = body.get("size"), body.get("root")
    if not isinstance(covers, int) or not 1 <= covers <= k:
        bad(k, "it anchors what was not there")
    if to64(root(leaves[:covers])) != anchored:
        bad(k, "it anchors another history")
    note = read(f"anchors/{k}.note")
    if not note.startswith(f"{origin}\n{covers}\n{anchored}\n\n".encode()):
        wrong(f"anchors/{k}.note", "it is not the checkpoint that was anchored")
    for part in ("evidence", "request"):
        if part in body and to64(sha(read(f"anchors/{k}.{part}"))) != body[part]:
            wrong(f"anchors/{k}.{part}", "it is not what its entry names")
    if body.get("kind") != "tsa":
        return 0
    about, made = stamp(os.path.join(DIR, f"anchors/{k}.evidence"))
    if about is None:
        wrong(f"anchors/{k}.evidence", "it is not a time stamp")
    if about != sha(note).hex():
        wrong(f"anchors/{k}.evidence", "it is about something else")
    if time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(made)) != body.get("outside"):
        wrong(f"anchors/{k}.evidence", "it is of another time than its entry says")
    return covers if len(sys.argv) > 3 and is_traced(k, made, sys.argv[3]) else 0


covered, covered_at = 0, ""
for k, body in sorted(anchors.items()):
    covers = check_anchor(k, body)
    if covers > covered:
        covered, covered_at = covers, body["outside"]
files = {f"{k}.{part}" for k, body in anchors.items()
         for part in ("note", "evidence", "request") if part == "note" or part in body}
if os.path.isdir(os.path.join(DIR, "anchors")):
    for file in sorted(os.listdir(os.path.join(DIR, "anchors"))):
        if file not in files:
            wrong("anchors/" + file, "no entry names it")

print(f"{origin}: {size} entries, {len(keys)} keys, root {to64(claimed_root)}")
if withheld:
    end(11, f"not proven: {withheld} of {size} entries are withheld; the others are consistent")
reasons = []
if len(sys.argv) > 2:
    reasons.append("signed by the key that you gave")
if covered:
    reasons.append(f"anchored outside to {covered} at {covered_at}")
end(0, f"consistent to {size}, " + (", ".join(reasons) or "nothing outside vouches for it"))
