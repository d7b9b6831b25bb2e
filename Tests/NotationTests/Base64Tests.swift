import Notation
import Testing

private let rfc4648: [(String, String, String)] = [
  ("", "", ""), ("f", "Zg==", "my"), ("fo", "Zm8=", "mzxq"), ("foo", "Zm9v", "mzxw6"),
  ("foob", "Zm9vYg==", "mzxw6yq"), ("fooba", "Zm9vYmE=", "mzxw6ytb"),
  ("foobar", "Zm9vYmFy", "mzxw6ytboi"),
]

@Test("the vectors of RFC 4648 section 10", arguments: rfc4648)
func vectors(_ text: String, _ base64: String, _ base32: String) {
  let bytes = Array(text.utf8)
  #expect(Base64.encode(bytes) == base64)
  #expect(Base64.decode(base64) == bytes)
  #expect(Base64.encodeURL(bytes) == String(base64.prefix { $0 != "=" }))
  #expect(Base64.decodeURL(String(base64.prefix { $0 != "=" })) == bytes)
  #expect(Base32.encode(bytes) == base32)
}

@Test(
  "texts that no encoder writes are refused",
  arguments: [
    "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n", " Zm9v", "Zm9v====", "====", "=", "A===",
    "Zg==Zg==", "Zm-v", "Zm_v", "Zm9é", "Zm9v=",
  ])
func notBase64(_ text: String) {
  #expect(Base64.decode(text) == nil)
}

@Test(
  "texts that no URL encoder writes are refused", arguments: ["Zg==", "Zh", "A", "Zm+v", "Zm9"])
func notBase64URL(_ text: String) {
  #expect(Base64.decodeURL(text) == nil)
}

@Test("each changed character is refused or means other bytes")
func changedCharacter() {
  let bytes: [UInt8] = (0..<32).map { $0 &* 37 }
  let text = Array(Base64.encode(bytes).utf8)
  for index in text.indices {
    for byte in UInt8(0x20)..<0x7F where byte != text[index] {
      var changed = text
      changed[index] = byte
      #expect(Base64.decode(String(decoding: changed, as: UTF8.self)) != bytes)
    }
  }
}

@Test("hexadecimal is lower case and whole")
func hexadecimal() {
  #expect(Hex.encode([0, 15, 255]) == "000fff")
  #expect(Hex.decode("000fff") == [0, 15, 255])
  for text in ["0", "0F", "zz", " 00", "0x00"] { #expect(Hex.decode(text) == nil) }
}
