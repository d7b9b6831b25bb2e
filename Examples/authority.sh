#!/usr/bin/env bash
# Answers one request of a time stamp, as an authority of RFC 3161 would, to try
# things out:
#
#     bash authority.sh head.tsq head.tsr roots.pem
#
# A root and a key are made for the purpose and thrown away, so that nobody can
# stamp a second time. An authority that anybody believes is somebody else's.
set -euo pipefail
request=$(realpath "$1") response=$(realpath "$2") roots=$(realpath "$3")
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work"
cat > authority.cnf <<'CNF'
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
signer_cert = authority.pem
signer_key = authority.key
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
CNF
new=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config authority.cnf)
{
  openssl req -x509 "${new[@]}" -extensions root -keyout root.key -out "$roots" \
    -subj '/CN=Root for trying out' -days 30
  openssl req "${new[@]}" -keyout authority.key -out authority.csr -subj '/CN=Stamp for trying out'
  openssl x509 -req -in authority.csr -CA "$roots" -CAkey root.key -set_serial 7 -days 30 \
    -extfile authority.cnf -extensions stamping -out authority.pem
  openssl ts -reply -config authority.cnf -section tsa -queryfile "$request" -out "$response"
} 2> log || { cat log >&2; exit 1; }
