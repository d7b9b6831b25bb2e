// Written by Scripts/embed from Schemas/bundle. Do not edit.

/// What goes into every inspection bundle, without the last line end.
enum BundleFiles {
  /// `VERIFY.txt`.
  static let page = #"""
    AN INSPECTION BUNDLE OF A CONTROLLED-SUBSTANCE LEDGER

    Check it on your own machine, with your own copy of the two scripts. Trust
    nobody who hands it to you, the scripts beside this page included: each of
    them is short enough to be read in ten minutes.

        python3 verify.py DIR VKEY     Python 3 and the openssl command
        bash verify.sh DIR VKEY        bash 4, openssl 3, sha256sum, coreutils 8.31
        custody verify DIR --trust FILE    the program itself, which looks deeper

    Where there are time stamps, name the roots that you trust to stamp time:
    `verify.py DIR VKEY ROOTS.pem`, and so for the others (`--tsa-ca ROOTS.pem`).

    VKEY is the site's verifier key as it was given to you on paper. The one in the
    file `vkey` comes from those whom you inspect; a check with it shows that the
    bundle fits together, and not whose it is.

    WHAT THE VERDICT SAYS
      consistent to N        every byte of N entries hashes into the signed root,
                             every entry continues the one before it, and everyone
                             who had to sign has signed.                  status 0
      tamper evidence ...    something was changed; the first place.      status 4
      not proven ...         entries or the site's signature are missing. status 11
      unreadable ...         a file is missing or no such file.           status 12

    WHAT IT CANNOT SAY. A site that holds all its keys can write another history
    and sign that. Compare the checkpoint with one that left the building earlier
    (`custody proof check`), with another inspector's, with a printed slip.

    FILES
      checkpoint         size and root of the tree, signed by the site (C2SP)
      vkey               the site's own word for its verifier key
      tile/              leaf hashes, tree and entries (C2SP tlog-tiles); an entry
                         of length zero is withheld, and has only its hash
      signatures.jsonl   who signed which entry
      keys.jsonl         persons' keys, and the entries that each may sign
      openings.jsonl     disclosed values; none unless they were asked for
      proofs/            a proof for each entry with a disclosed value (C2SP
                         tlog-proof), to be handed on by itself
      anchors/           evidence from outside, by the number of the entry that
                         names it: the checkpoint that was seen, what was sent to
                         the authority, and what it answered (RFC 3161)
      policy             the log and its witnesses (C2SP tlog-policy)

    BY HAND
      An entry is the SHA-256 of a zero byte and its text, in tile/0. A person
      signs four lines: custody-entry/1, the name of the ledger (the first line of
      checkpoint), the number of the entry, that hash in base64.

      A disclosed value:  printf %s DISCLOSURE | basenc --base64url -d
      (append = signs until the length divides by four), and its digest:
      printf %s DISCLOSURE | openssl dgst -sha256 -binary | basenc --base64url

      A time stamp, with its own time in seconds since 1970 as EPOCH (the field
      `outside` of the entry; `openssl ts -reply -in N.evidence -text` says it):
      openssl ts -verify -data N.note -in N.evidence -CAfile ROOTS.pem \
        -untrusted CHAIN.pem -attime EPOCH

    Other people's tools for tlog-tiles read the whole bundle too; they report an
    entry that is withheld as wrong.
    """#

  /// `verify.py`.
  static let python = #"""
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
    """#

  /// `verify.sh`.
  static let shell = #"""
    #!/usr/bin/env bash
    # Checks an inspection bundle with bash, openssl, sha256sum and coreutils.
    #
    #     bash verify.sh [DIR [VKEY [ROOTS]]]
    #
    # VKEY is the site's verifier key from a source that you trust. Without it the
    # key is taken from the bundle, which then vouches for itself only. ROOTS are
    # certificates in PEM that you trust to stamp time (RFC 3161). The first
    # thing that is wrong ends the check; the last line is the verdict. Status 0:
    # consistent; 4: tamper evidence; 11: not proven; 12: unreadable. It shares
    # nothing with the program `custody` or with verify.py, and takes a second for
    # some twenty entries.
    set -uf
    export LC_ALL=C
    roots=${3:+$(realpath "$3")}
    cd "${1:-$(dirname "$0")}" || exit 12
    work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1

    end() { printf '%s\n' "$2"; exit "$1"; }
    bad() { end 4 "tamper evidence at entry $1: $2"; }
    wrong() { end 4 "tamper evidence in $1: $2"; }
    need() { [ -f "$1" ] && [ -r "$1" ] || end 12 "unreadable: $1"; }

    # Hashes are kept in hexadecimal. Answers are left in `is`.
    raw() { printf %s "${1^^}" | basenc -d --base16; }
    to64() { is=$(raw "$1" | base64 -w0); }
    sha() { is=$(sha256sum); is=${is%% *}; }
    node() { sha < <(printf '\1'; raw "$1$2"); }
    # The bytes that base64 stands for; none where it is not the one way to write them.
    un64() {
      is=$(printf %s "$1" | base64 -d 2>/dev/null | base64 -w0)
      if [ "$is" = "$1" ]; then is=$(printf %s "$1" | base64 -d | basenc --base16 -w0); else is=; fi
      is=${is,,}
    }

    # RFC 6962, 2.1: pairs are hashed, a lonely last one is carried upwards.
    root() {
      local next
      [ $# -gt 0 ] || { sha < /dev/null; return; }
      while [ $# -gt 1 ]; do
        next=()
        while [ $# -gt 1 ]; do node "$1" "$2"; next+=("$is"); shift 2; done
        set -- "${next[@]}" "$@"
      done
      is=$1
    }

    # The name of a file of C2SP tlog-tiles.
    tile() {
      local digits=$2 folders=
      while [ $((${#digits} % 3)) -ne 0 ]; do digits=0$digits; done
      while [ ${#digits} -gt 3 ]; do folders+=x${digits:0:3}/; digits=${digits:3}; done
      is=tile/$1/$folders$digits
      [ "$3" -eq 256 ] || is=$is.p/$3
    }

    # Whether the key of 32 bytes in hexadecimal signed the file "$work/text".
    signed() {
      raw "302A300506032B6570032100$1" > "$work/key"
      raw "$2" > "$work/sig"
      openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" \
        -sigfile "$work/sig" > /dev/null 2>&1
    }

    # The members of a JSON object in its canonical form. F[a.b] is the value of member b of a; values
    # of one name, in lists, stand one after the other.
    declare -A F
    members() {
      local rest=$1 depth=0 text piece tail at names=()
      F=()
      while [ -n "$rest" ]; do
        case $rest in
          '{'* | '['*) depth=$((depth + 1)); names[depth]=; rest=${rest:1}; continue ;;
          '}'* | ']'*) depth=$((depth - 1)); rest=${rest:1}; continue ;;
          ','*) rest=${rest:1}; continue ;;
          '"'*)
            text= rest=${rest:1}
            while :; do
              piece=${rest%%\"*} rest=${rest#*\"} tail=${piece##*[!\\]}
              text+=$piece
              [ $((${#tail} % 2)) -eq 1 ] || break
              text+='"'
            done
            if [ "${rest:0:1}" = : ]; then names[depth]=$text; rest=${rest:1}; continue; fi ;;
          *) text=${rest%%[],\}]*}; [ -n "$text" ] || return 1; rest=${rest:${#text}} ;;
        esac
        at=
        for piece in "${names[@]:0:depth}"; do at+=${piece:+${at:+.}$piece}; done
        [ -n "$at" ] || return 1
        F[$at]=${F[$at]+${F[$at]} }$text
      done
    }

    # 1. The checkpoint: which tree it is, and that the site's key signed it.

    if [ $# -gt 1 ]; then vkey=$2; else need vkey; vkey=$(< vkey); fi
    name=${vkey%%+*} rest=${vkey#*+}
    id=${rest%%+*}
    un64 "${rest#*+}"
    typed=$is
    sha < <(printf '%s\n' "$name"; raw "$typed")
    if [ ${#typed} -ne 66 ] || [ "${typed:0:2}" != 01 ] || [ "${is:0:8}" != "$id" ]; then
      end 12 "unreadable: the verifier key"
    fi

    need checkpoint
    note=$(tr '\0' '\1' < checkpoint; printf x)
    note=${note%x}
    dash=$'\xe2\x80\x94'
    strange=$'[^ -~\n]'
    [[ ${note//$dash/} =~ $strange ]] && end 12 "unreadable: checkpoint"
    [[ $note == *$'\n\n'* && ${note: -1} == $'\n' ]] || end 12 "unreadable: checkpoint"
    below=${note##*$'\n\n'}
    [ -n "$below" ] || end 12 "unreadable: checkpoint"
    printf '%s\n' "${note%$'\n\n'*}" > "$work/text"
    site=()
    while IFS= read -r row; do
      [[ $row =~ ^$dash\ ([^\ +]+)\ ([A-Za-z0-9+/=]+)$ ]] || end 12 "unreadable: checkpoint"
      by=${BASH_REMATCH[1]}
      un64 "${BASH_REMATCH[2]}"
      [ ${#is} -ge 10 ] || end 12 "unreadable: checkpoint"
      if [ "$by" = "$name" ] && [ "${is:0:8}" = "$id" ]; then site+=("${is:8}"); fi
    done < <(printf %s "$below")
    [ ${#site[@]} -gt 0 ] || end 11 "not proven: the site's key did not sign the checkpoint"
    for signature in "${site[@]}"; do
      signed "${typed:2}" "$signature" || wrong checkpoint "the site's signature is not valid"
    done
    mapfile -t claim < "$work/text"
    un64 "${claim[2]-}"
    claimed=$is size=${claim[1]-}
    if [ ${#claim[@]} -ne 3 ] || [ "${claim[0]}" != "$name" ] || [ ${#claimed} -ne 64 ] \
      || [[ ! $size =~ ^(0|[1-9][0-9]{0,17})$ ]]; then
      end 12 "unreadable: checkpoint"
    fi
    [ "$size" -gt 0 ] || end 11 "not proven: the ledger is empty"

    # 2. The entries, in order: hash, chain, and the signatures of those who must sign.

    # A file of lines, whose last one is whole and which holds nothing but text.
    text_file() {
      need "$1"
      [ ! -s "$1" ] || [ "$(tail -c 1 "$1" | basenc --base16)" = 0A ] \
        || wrong "$1" "its last line is cut off"
    }

    declare -A S
    number='(0|[1-9][0-9]{0,14})'
    form='^\{"alg":1,"key":"(p[1-9][0-9]{0,8}/[1-9][0-9]{0,8})","seq":'$number
    form+=',"sig":"([A-Za-z0-9+/=]+)"\}$'
    text_file signatures.jsonl
    line=0
    while IFS= read -r row; do
      line=$((line + 1))
      [[ $row =~ $form ]] || wrong signatures.jsonl "line $line is malformed"
      S[${BASH_REMATCH[2]}]+="${BASH_REMATCH[1]} ${BASH_REMATCH[3]}"$'\n'
    done < <(tr '\0' '\1' < signatures.jsonl)

    declare -A KEY FIRST LAST SD ANCHOR
    leaves=()
    withheld=0
    sha < <(printf '%s\n' "$name")
    previous=$is

    introduce() { un64 "$2"; KEY[$1]=$is; FIRST[$1]=$3; unset "LAST[$1]"; }
    close() { [ -z "${KEY[$1]+x}" ] || [ -n "${LAST[$1]+x}" ] || LAST[$1]=$2; }

    # The key that may sign entry $2: a registered one, or one that the entry itself brings.
    key_for() {
      is=
      case ${F[type]-} in
        key.add | key.rotate) if [ "${F[key]-}" = "$1" ]; then un64 "${F[public]-}"; return; fi ;;
      esac
      [ -n "${KEY[$1]-}" ] && [ "${FIRST[$1]}" -le "$2" ] && [ "$2" -le "${LAST[$1]-$2}" ] \
        && is=${KEY[$1]}
    }

    check_entry() {
      local k=$1 leaf=$2 i key signature founders publics
      members "$(< "$work/entry")" || bad "$k" "it is not an entry"
      if [ "${F[type]-}" = ledger.open ]; then
        [ "$k" -eq 0 ] || bad "$k" "it opens the ledger again"
        founders=(${F[founders.key]-}) publics=(${F[founders.public]-})
        for i in "${!founders[@]}"; do introduce "${founders[i]}" "${publics[i]-}" 0; done
      fi
      [ "${F[seq]-}" = "$k" ] || bad "$k" "it bears another number"
      to64 "$previous"
      [ "${F[prev]-}" = "$is" ] || bad "$k" "it does not continue the entry before it"
      wanted=$(printf '%s\n' ${F[by]-} ${F[wit]-} | sort)
      [ "$(printf %s "${S[$k]-}" | cut -d' ' -f1 | sort)" = "$wanted" ] \
        || bad "$k" "the signers are not those that it names"
      [ -n "$wanted" ] || [ "${F[type]-}" = import.row ] || bad "$k" "nobody signed it"
      to64 "$leaf"
      printf 'custody-entry/1\n%s\n%s\n%s\n' "$name" "$k" "$is" > "$work/text"
      while read -r key signature; do
        [ -n "$key" ] || continue
        key_for "$key" "$k"
        [ -n "$is" ] || bad "$k" "the key $key may not sign it"
        public=$is
        un64 "$signature"
        signed "$public" "$is" || bad "$k" "the signature of $key is not valid"
      done < <(printf %s "${S[$k]-}" | sort)
      case ${F[type]-} in
        key.add) introduce "${F[key]}" "${F[public]}" $((k + 1)) ;;
        key.rotate)
          introduce "${F[key]}" "${F[public]}" $((k + 1))
          close "${F[replaces]}" "$k" ;;
        key.revoke) close "${F[key]}" "$k" ;;
        person.retire)
          for key in "${!KEY[@]}"; do [[ $key != "${F[person]}"/* ]] || close "$key" "$k"; done ;;
      esac
      SD[$k]=${F[_sd]-}
      if [ "${F[type]-}" = anchor.add ]; then
        ANCHOR[$k]="${F[kind]--} ${F[size]--} ${F[root]--} ${F[evidence]--} ${F[request]--} "
        ANCHOR[$k]+=${F[outside]--}
      fi
    }

    for ((k = 0; k < size; k++)); do
      i=$((k % 256))
      if [ $i -eq 0 ]; then
        width=$((size - k < 256 ? size - k : 256)) at=0
        tile 0 $((k / 256)) $width
        need "$is"
        hashes=$(basenc --base16 -w0 < "$is") hashes=${hashes,,}
        tile entries $((k / 256)) $width
        bundle=$is
        need "$bundle"
        bytes=$(basenc --base16 -w0 < "$bundle")
      fi
      stored=${hashes:$((i * 64)):64}
      length=${bytes:$((at * 2)):4}
      length=$((16#${length:-0}))
      start=$((at + 3))
      at=$((at + 2 + length))
      if [ ${#stored} -lt 64 ] || [ $((at * 2)) -gt ${#bytes} ]; then bad $k "it is cut off"; fi
      if [ $i -eq $((width - 1)) ] \
        && { [ ${#hashes} -gt $((width * 64)) ] || [ $((at * 2)) -lt ${#bytes} ]; }; then
        bad $k "bytes follow it that belong to nothing"
      fi
      leaf=$stored
      if [ $length -gt 0 ]; then
        tail -c +$start "$bundle" | head -c $length > "$work/entry"
        sha < <(printf '\0'; cat "$work/entry")
        leaf=$is
        [ "$leaf" = "$stored" ] || bad $k "the entry is not that of the tree"
        check_entry $k "$leaf"
      else
        withheld=$((withheld + 1))
      fi
      unset "S[$k]"
      leaves+=("$leaf")
      previous=$leaf
    done

    # 3. The tree over the leaves, up to the root that the checkpoint claims.

    level=1 below=("${leaves[@]}")
    while :; do
      hashes=()
      for ((i = 0; i + 256 <= ${#below[@]}; i += 256)); do
        root "${below[@]:i:256}"
        hashes+=("$is")
      done
      [ ${#hashes[@]} -gt 0 ] || break
      for ((i = 0; i < ${#hashes[@]}; i += 256)); do
        part=("${hashes[@]:i:256}")
        tile $level $((i / 256)) ${#part[@]}
        need "$is"
        text=$(basenc --base16 -w0 < "$is")
        [ "${text,,}" = "$(printf %s "${part[@]}")" ] || wrong "$is" "it is not that of the entries"
      done
      below=("${hashes[@]}") level=$((level + 1))
    done
    root "${leaves[@]}"
    [ "$is" = "$claimed" ] || wrong checkpoint "the root is not that of the entries"
    [ ${#S[@]} -eq 0 ] || wrong signatures.jsonl "a signature of an entry that does not exist"

    # 4. What stands beside the entries: keys, disclosed values, proofs.

    need keys.jsonl
    for key in "${!KEY[@]}"; do
      to64 "${KEY[$key]}"
      last=${LAST[$key]+\"last\":${LAST[$key]},}
      printf '{"alg":"ed25519","first":%s,"key":"%s",%s"public":"%s"}\n' "${FIRST[$key]}" "$key" \
        "$last" "$is"
    done | sort > "$work/keys"
    [ "$(sha256sum < "$work/keys")" = "$(sha256sum < keys.jsonl)" ] \
      || wrong keys.jsonl "the keys are not those that the entries bring"

    text_file openings.jsonl
    form='^\{"digest":"([A-Za-z0-9_-]{43})","disclosure":"([A-Za-z0-9_-]+)","seq":'$number'\}$'
    line=0
    while IFS= read -r row; do
      line=$((line + 1))
      [[ $row =~ $form ]] || wrong openings.jsonl "line $line is malformed"
      digest=${BASH_REMATCH[1]} disclosure=${BASH_REMATCH[2]} seq=${BASH_REMATCH[3]}
      is=$(printf %s "$disclosure" | openssl dgst -sha256 -binary | basenc --base64url -w0)
      if [ "${is%=}" != "$digest" ] || [[ " ${SD[$seq]-} " != *" $digest "* ]]; then
        bad "$seq" "a disclosed value is not one that it commits to"
      fi
    done < <(tr '\0' '\1' < openings.jsonl)

    # C2SP tlog-proof over this checkpoint, by RFC 9162, 2.1.3.2.
    proof_holds() {
      local proof place edge value row i
      proof=$(tr '\0' '\1' < "$1"; printf x)
      proof=${proof%x}
      [[ $proof == *$'\n\n'* && ${proof#*$'\n\n'} == "$note" ]] || return 1
      mapfile -t row < <(printf '%s\n' "${proof%%$'\n\n'*}")
      [ "${row[0]}" = c2sp.org/tlog-proof@v1 ] || return 1
      [[ ${row[1]-} =~ ^index\ (0|[1-9][0-9]{0,17})$ ]] || return 1
      place=${BASH_REMATCH[1]} edge=$((size - 1))
      [ "$place" -le $edge ] || return 1
      value=${leaves[place]}
      for ((i = 2; i < ${#row[@]}; i++)); do
        un64 "${row[i]}"
        [ ${#is} -eq 64 ] && [ $edge -gt 0 ] || return 1
        if [ $((place % 2)) -eq 1 ] || [ "$place" -eq $edge ]; then
          node "$is" "$value"
          while [ "$place" -gt 0 ] && [ $((place % 2)) -eq 0 ]; do
            place=$((place / 2)) edge=$((edge / 2))
          done
        else
          node "$value" "$is"
        fi
        value=$is place=$((place / 2)) edge=$((edge / 2))
      done
      [ $edge -eq 0 ] && [ "$value" = "$claimed" ]
    }

    [ -d proofs ] || end 12 "unreadable: proofs"
    while IFS= read -r file; do
      need "proofs/$file"
      proof_holds "proofs/$file" || wrong "proofs/$file" "the proof does not hold"
    done < <(ls proofs)

    # 5. Evidence from outside: about the entries before it, and as its entry says.

    # What a time stamp is about, and when it was made; nothing where it is none.
    stamp() {
      local row text
      about= made=
      text=$(openssl ts -reply -in "$1" -text 2> /dev/null | tr '\0' '\1')
      while IFS= read -r row; do
        if [[ $row =~ ^\ {4}00[01]0\ -\ (.{47}) ]]; then about+=${BASH_REMATCH[1]//[ -]/}; fi
        if [[ $row =~ ^Time\ stamp:\ (.*:[0-9]+)(\.[0-9]+)?(\ [0-9]+)\ GMT$ ]]; then
          made=${BASH_REMATCH[1]}${BASH_REMATCH[3]}
        fi
      done <<< "$text"
      made=${made:+$(date -u -d "$made" +%s)}
    }

    check_anchor() {
      local k=$1 kind=$2 covers=$3 anchored=$4 evidence=$5 request=$6 outside=$7 at=anchors/$1
      [[ $covers =~ ^[1-9][0-9]{0,14}$ ]] && [ "$covers" -le "$k" ] \
        || bad "$k" "it anchors what was not there"
      root "${leaves[@]:0:covers}"
      to64 "$is"
      [ "$is" = "$anchored" ] || bad "$k" "it anchors another history"
      need "$at.note"
      text=$(tr '\0' '\1' < "$at.note"; printf x)
      [[ $text == "$name"$'\n'"$covers"$'\n'"$anchored"$'\n\n'* ]] \
        || wrong "$at.note" "it is not the checkpoint that was anchored"
      for part in "evidence $evidence" "request $request"; do
        [ "${part#* }" != - ] || continue
        need "$at.${part% *}"
        sha < "$at.${part% *}"
        to64 "$is"
        [ "$is" = "${part#* }" ] || wrong "$at.${part% *}" "it is not what its entry names"
      done
      [ "$kind" = tsa ] || return 0
      stamp "$at.evidence"
      [ -n "$about" ] && [ -n "$made" ] || wrong "$at.evidence" "it is not a time stamp"
      sha < "$at.note"
      [ "$about" = "$is" ] || wrong "$at.evidence" "it is about something else"
      [ "$(date -u -d "@$made" +%Y-%m-%dT%H:%M:%S.000Z)" = "$outside" ] \
        || wrong "$at.evidence" "it is of another time than its entry says"
      [ -n "$roots" ] && [ "$covers" -gt "$covered" ] || return 0
      # The chain as it was when the stamp was made: what ended since then changes nothing.
      if openssl ts -verify -queryfile "$at.request" -in "$at.evidence" -CAfile "$roots" \
        -untrusted "$roots" -attime "$made" > /dev/null 2>&1; then
        covered=$covers covered_at=$outside
      fi
    }

    covered=0 covered_at=
    files=" "
    while read -r k; do
      [ -n "$k" ] || continue
      check_anchor "$k" ${ANCHOR[$k]}
      read -r _ _ _ evidence request _ <<< "${ANCHOR[$k]}"
      files+="$k.note "
      [ "$evidence" = - ] || files+="$k.evidence "
      [ "$request" = - ] || files+="$k.request "
    done < <(printf '%s\n' "${!ANCHOR[@]}" | sort -n)
    if [ -d anchors ]; then
      while IFS= read -r file; do
        [[ $files == *" $file "* ]] || wrong "anchors/$file" "no entry names it"
      done < <(ls anchors)
    fi

    to64 "$claimed"
    printf '%s: %s entries, %s keys, root %s\n' "$name" "$size" "${#KEY[@]}" "$is"
    [ $withheld -eq 0 ] \
      || end 11 "not proven: $withheld of $size entries are withheld; the others are consistent"
    reasons=
    [ $# -lt 2 ] || reasons=", signed by the key that you gave"
    [ $covered -eq 0 ] || reasons+=", anchored outside to $covered at $covered_at"
    end 0 "consistent to $size${reasons:-, nothing outside vouches for it}"
    """#
}
