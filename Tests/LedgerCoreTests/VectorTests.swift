import Foundation
import LedgerCore
import Notation
import Testing

private let vectors = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Schemas/vectors")

private func vector(_ name: String) throws -> JSON {
  try PlainJSON.read(Array(Data(contentsOf: vectors.appending(path: name))))
}

@Test("the published canonical texts are read or refused as published")
func canonicalVectors() throws {
  let file = try vector("canonical-json.json")
  for text in try #require(file["good"]?.texts) {
    let bytes = Array(text.utf8)
    #expect(try CanonicalJSON.bytes(CanonicalJSON.read(bytes)) == bytes)
  }
  for row in try #require(file["bad"]?.items) {
    let bytes = Array(try #require(row["text"]?.text).utf8)
    let fault = #expect(throws: NotationFault.self) { try CanonicalJSON.read(bytes) }
    #expect(fault?.cause.rawValue == row["cause"]?.text)
    #expect(fault.map { Int64($0.byte) } == row["byte"]?.whole)
  }
}

@Test("the published roots are those of the frontier")
func merkleVectors() throws {
  let file = try vector("merkle.json")
  var frontier = Frontier()
  #expect(frontier.root.hex == file["empty_root"]?.text)
  let inputs = try #require(file["leaf_inputs_hex"]?.texts)
  for (input, root) in zip(inputs, try #require(file["roots_size_1_to_8"]?.texts)) {
    frontier.append(SHA256.leaf(try #require(Hex.decode(input))))
    #expect(frontier.root.hex == root)
  }
}

@Test("the published entry and checkpoint are made again and verify")
func entryVector() throws {
  let ledger = TestLedger()
  let made = published(ledger)
  if ProcessInfo.processInfo.environment["CUSTODY_WRITE_VECTORS"] != nil {
    let bytes = PlainJSON.bytes(made, pretty: true) + [0x0A]
    try Data(bytes).write(to: vectors.appending(path: "entry.json"))
  }
  #expect(try vector("entry.json") == made)
  let body = try EntryBody(reading: ledger.rows[0].body!)
  let text = EntrySignature.text(origin: ledger.origin, seq: 0, leaf: ledger.leaves[0])
  for signature in ledger.rows[0].signatures {
    let key = ledger.register.verifyingKey(KeyName(signature.key)!, for: body)
    #expect(key?.verify(text, signature.bytes) == true)
  }
}

/// Public parts only; the private keys are those of TestLedger.
private func published(_ ledger: TestLedger) -> JSON {
  let row = ledger.rows[0]
  let text = EntrySignature.text(origin: ledger.origin, seq: 0, leaf: ledger.leaves[0])
  let signatures = row.signatures.map { signature -> JSON in
    [
      "key": .string(signature.key), "alg": .integer(signature.algorithm),
      "sig": .string(Base64.encode(signature.bytes)),
    ]
  }
  return [
    "origin": .string(ledger.origin.text), "site_key": .string(ledger.vkey.text),
    "genesis_prev": .string(ledger.origin.genesisPrev.base64),
    "body": .string(String(decoding: row.body!, as: UTF8.self)),
    "leaf": .string(ledger.leaves[0].base64), "slip": .string(Slip.text(of: ledger.leaves[0])),
    "signed_text": .string(String(decoding: text, as: UTF8.self)),
    "signatures": .array(signatures), "checkpoint": .string(ledger.head!.note),
  ]
}

@Test("the published proofs are made again and verify")
func proofVector() throws {
  let ledger = TestLedger.busy(40)
  let reader = TreeReader(subtree: { _, _ in nil }, leaf: { ledger.leaves[Int($0)] })
  let old = try #require(ledger.checkpoints.first)
  let proof = TlogProof(try reader.inclusion(of: 7, in: 40), note: ledger.head!.note)
  let request = CheckpointRequest(
    try reader.consistency(from: old.size, to: 40), note: ledger.head!.note)
  let made: JSON = [
    "vkey": .string(ledger.vkey.text),
    "body": .string(String(decoding: ledger.rows[7].body!, as: UTF8.self)),
    "tlog_proof": .string(proof.text), "old_checkpoint": .string(old.note),
    "checkpoint_request": .string(request.text),
  ]
  if ProcessInfo.processInfo.environment["CUSTODY_WRITE_VECTORS"] != nil {
    let bytes = PlainJSON.bytes(made, pretty: true) + [0x0A]
    try Data(bytes).write(to: vectors.appending(path: "proof.json"))
  }
  let file = try vector("proof.json")
  #expect(file == made)
  let keys = [try VerifierKey(try #require(file["vkey"]?.text))]
  let read = try TlogProof(reading: Array(try #require(file["tlog_proof"]?.text).utf8))
  let leaf = SHA256.leaf(Array(try #require(file["body"]?.text).utf8))
  #expect(try read.verify(leaf: leaf, keys: keys).verdict == .verified)
  let kept = try Checkpoint.open(
    note: try #require(file["old_checkpoint"]?.text), keys: keys)
  let asked = try CheckpointRequest(
    reading: Array(try #require(file["checkpoint_request"]?.text).utf8))
  #expect(try asked.verify(from: kept, keys: keys).verdict == .verified)
}

@Test("openssl reads our key files", arguments: [nil, "correct horse"])
func opensslReadsKeys(_ passphrase: String?) throws {
  let key = try PrivateKey.generate()
  let pem = try key.pem(passphrase: passphrase.map { Array($0.utf8) })
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["openssl", "pkey", "-pubout", "-outform", "DER", "-passin", "env:PASS"]
  process.environment = ProcessInfo.processInfo.environment.merging(
    ["PASS": passphrase ?? "none"], uniquingKeysWith: { $1 })
  let (input, output) = (Pipe(), Pipe())
  process.standardInput = input
  process.standardOutput = output
  try process.run()
  try input.fileHandleForWriting.write(contentsOf: Data(pem.utf8))
  try input.fileHandleForWriting.close()
  let der = Array(output.fileHandleForReading.readDataToEndOfFile())
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  #expect(Array(der.suffix(32)) == key.publicKey.bytes)
}
