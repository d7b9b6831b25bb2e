import LedgerCore
import Notation
import Testing

private let digests: [(String, String)] = [
  ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  (
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
  ),
]

@Test("the vectors of FIPS 180-4", arguments: digests)
func digestVector(_ text: String, _ hex: String) {
  let digest = SHA256.hash(Array(text.utf8))
  #expect(digest.hex == hex)
  #expect(Digest(digest.bytes) == digest && Digest(hex: hex) == digest)
  #expect(Digest(base64: digest.base64) == digest)
}

@Test("digests are 32 bytes and sort by them")
func digestForm() {
  #expect(Digest([UInt8](repeating: 0, count: 31)) == nil)
  #expect(Digest(base64: Base64.encode([1])) == nil)
  let low = Digest([0, 255] + [UInt8](repeating: 0, count: 30))!
  let high = Digest([1] + [UInt8](repeating: 0, count: 31))!
  #expect(low < high && !(high < low) && low.bytes[1] == 255)
}

@Test("threads hash side by side")
func threads() async {
  let expected = SHA256.hash([1, 2, 3])
  await withTaskGroup(of: Bool.self) { group in
    for _ in 0..<8 {
      group.addTask { (0..<2_000).allSatisfy { _ in SHA256.hash([1, 2, 3]) == expected } }
    }
    for await same in group { #expect(same) }
  }
}

/// RFC 8032 section 7.1: seed, public key, message, signature.
private let ed25519: [(String, String, String, String)] = [
  (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
      + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
  ),
  (
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
  ),
  (
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
      + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  ),
]

@Test("the vectors of RFC 8032", arguments: ed25519)
func signatureVector(_ seed: String, _ key: String, _ message: String, _ signature: String) throws {
  let secret = try PrivateKey.derived(from: Hex.decode(seed)!)
  let text = Hex.decode(message)!
  #expect(Hex.encode(secret.publicKey.bytes) == key)
  #expect(Hex.encode(secret.sign(text)) == signature)
  #expect(secret.publicKey.verify(text, Hex.decode(signature)!))
  #expect(!secret.publicKey.verify(text + [0], Hex.decode(signature)!))
  for bit in 0..<512 {
    var flipped = Hex.decode(signature)!
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    #expect(!secret.publicKey.verify(text, flipped))
  }
  #expect(!secret.publicKey.verify(text, []))
}

private let passphrase = Array("correct horse".utf8)

@Test("key files go there and back", arguments: [nil, passphrase])
func keyFile(_ passphrase: [UInt8]?) throws {
  let key = try PrivateKey.generate()
  let pem = try key.pem(passphrase: passphrase)
  #expect(PrivateKey.needsPassphrase(pem: pem) == (passphrase != nil))
  #expect(try PrivateKey.read(pem: pem, passphrase: passphrase).publicKey == key.publicKey)
}

@Test("each reason against a key file is its own")
func keyFileErrors() throws {
  let key = try PrivateKey.generate()
  let sealed = try key.pem(passphrase: passphrase)
  refuses(.needsPassphrase, sealed, nil)
  refuses(.wrongPassphrase, sealed, Array("wrong".utf8))
  refuses(.wrongPassphrase, sealed, [])
  let plain = try key.pem(passphrase: nil)
  for text in ["", "x", String(plain.dropLast(30)), plain + "x", plain + plain, "\n\n"] {
    refuses(.notKeyFile, text, nil)
  }
  refuses(.notKeyFile, String(sealed.prefix(120)), passphrase)
  #expect(throws: KeyFileError.unfitPassphrase) { try key.pem(passphrase: []) }
}

/// An X25519 key, an enciphered file of 2,048 rounds of HMAC-SHA1, and a certificate-like block.
@Test("other kinds of keys are named as such")
func foreignKeys() {
  let x25519 = Hex.decode("302e020100300506032b656e04220420")! + [UInt8](repeating: 9, count: 32)
  refuses(.unsupportedAlgorithm, block("PRIVATE KEY", x25519), nil)
  refuses(.unsupportedAlgorithm, block("EC PRIVATE KEY", [0x30, 0]), nil)
  refuses(.notKeyFile, block("PUBLIC KEY", [0x30, 0]), nil)
  refuses(.notKeyFile, block("PRIVATE KEY", [0x30, 0]), nil)
}

private func block(_ label: String, _ der: [UInt8]) -> String {
  "-----BEGIN \(label)-----\n\(Base64.encode(der))\n-----END \(label)-----\n"
}

private func refuses(_ error: KeyFileError, _ pem: String, _ passphrase: [UInt8]?) {
  #expect(throws: error) { try PrivateKey.read(pem: pem, passphrase: passphrase) }
}

@Test("random bytes differ")
func chance() {
  #expect(Chance.bytes(0) == [])
  #expect(Chance.bytes(16) != Chance.bytes(16))
}
