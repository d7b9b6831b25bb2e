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
