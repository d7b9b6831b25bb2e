import LedgerCore
import Notation
import Testing

/// RFC 6979 A.2.5, message `sample` with SHA-256. Its S is in the upper half.
private let point =
  "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
  + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
private let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
private let s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
/// The order of the group less that S.
private let otherS = "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"

private func der(_ r: String, _ s: String) -> [UInt8] {
  func integer(_ hex: String) -> [UInt8] {
    let bytes = Hex.decode(hex)!
    let padded = bytes[0] >= 0x80 ? [0] + bytes : bytes
    return [0x02, UInt8(padded.count)] + padded
  }
  let both = integer(r) + integer(s)
  return [0x30, UInt8(both.count)] + both
}

@Test("the vector of RFC 6979, and the other value of S")
func p256Vector() throws {
  let key = try #require(PublicKey(.p256, Hex.decode(point)!))
  let message = Array("sample".utf8)
  #expect(key.verify(message, der(r, s)))
  #expect(key.verify(message, der(r, otherS)))
  #expect(!key.verify(Array("sampled".utf8), der(r, s)))
  #expect(PublicKey(.p256, base64: key.base64) == key && key.algorithm.name == "p256")
}

@Test("a signature has one DER and nothing after it")
func p256Strict() throws {
  let key = try #require(PublicKey(.p256, Hex.decode(point)!))
  let message = Array("sample".utf8)
  let good = der(r, s)
  for bit in 0..<good.count * 8 {
    var flipped = good
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    #expect(!key.verify(message, flipped), "bit \(bit)")
  }
  let long = [0x30, 0x81] + good.dropFirst()
  let padded = [0x30, good[1] + 1, 0x02, 0x22, 0] + good[4...]
  let open = [0x30, 0x80] + good.dropFirst(2) + [0, 0]
  let raw = Hex.decode(r + s)!
  let zero = der("00", s)
  for bytes in [good + [0], Array(good.dropLast()), Array(long), padded, open, raw, zero, []] {
    #expect(!key.verify(message, bytes), "\(Hex.encode(bytes))")
  }
}

@Test("a key has one writing: no compressed, hybrid or foreign point")
func p256Points() {
  let good = Hex.decode(point)!
  let x = Array(good[1...32])
  var away = good
  away[64] ^= 1
  let hybrid = [UInt8(0x07)] + good.dropFirst()
  for bytes in [[0x02] + x, [0x03] + x, hybrid, Array(good.dropFirst()), away, good + [0], [0], []]
  {
    #expect(PublicKey(.p256, bytes) == nil, "\(Hex.encode(bytes))")
  }
  #expect(PublicKey(.ed25519, good) == nil && PublicKey(.p256, x) == nil)
}

@Test("P-256 key files go there and back, enciphered and not")
func p256KeyFile() throws {
  let key = try PrivateKey.generate(.p256)
  #expect(key.publicKey.algorithm == .p256 && key.publicKey.bytes.count == 65)
  for passphrase in [nil, Array("correct horse".utf8)] {
    let pem = try key.pem(passphrase: passphrase)
    let again = try PrivateKey.read(pem: pem, passphrase: passphrase)
    #expect(again.publicKey == key.publicKey)
    let signature = again.sign([1, 2, 3])
    #expect(
      key.publicKey.verify([1, 2, 3], signature) && !key.publicKey.verify([1, 2], signature))
  }
}

@Test("a person signs with P-256; `alg` is that of the key")
func p256Person() throws {
  var ledger = TestLedger()
  _ = ledger.addPerson("p3")
  let key = try PrivateKey.generate(.p256)
  ledger.people["p3/1"] = key
  let fields: [String: JSON] = [
    "key": "p3/1", "person": "p3", "alg": "p256", "public": .string(key.publicKey.base64),
  ]
  ledger.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], fields)
  ledger.append("waste", by: "p3/1", wit: ["p1/1"])
  ledger.append("waste", by: "p1/1")
  #expect(ledger.verify().faults == [] && ledger.verify(depth: .fast).faults == [])
  let rows = ledger.rows
  for (row, index) in [(rows[2], 2), (rows[3], 3)] {
    let signatures = row.signatures.map {
      RawSignature(key: $0.key, algorithm: 1, bytes: $0.bytes)
    }
    ledger.rows[index] = EntryRow(
      seq: row.seq, leaf: row.leaf, body: row.body, signatures: signatures)
    #expect(ledger.verify().faults.map(\.code) == ["signature-algorithm"], "entry \(index)")
    ledger.rows = rows
  }
  // The algorithm that a body names is that of its key.
  var wrong = TestLedger()
  _ = wrong.addPerson("p3")
  var mixed = wrong.newKey("p3/1", seed: 3)
  mixed["alg"] = "p256"
  #expect(
    wrong.append("key.add", by: "p1/1", wit: ["p2/1", "p3/1"], mixed).map(\.code)
      == ["field-malformed"])
}
