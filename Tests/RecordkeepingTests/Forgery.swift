import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// The evidence of a ledger in memory, to be changed by somebody with the site key, and perhaps
/// with persons' keys, who makes everything else fit again.
struct Forgery {
  struct Row {
    var members: [String: JSON]
    var bytes: [UInt8]
    var signatures: [RawSignature]
  }

  let origin: Origin
  var rows: [Row] = []
  /// Who signs anew; others' signatures stay as they were.
  var keys: [String: PrivateKey] = [:]
  private var sizes: [Int64] = []

  init(_ copy: Copy, origin: Origin = TestClinic.origin) throws {
    self.origin = origin
    let store = try LedgerStore.open(in: copy.path, readOnly: true)
    var rows: [Row] = []
    sizes = try store.read { snapshot in
      try snapshot.forEachEntry { raw in
        let body = raw.body!
        rows.append(
          Row(
            members: try CanonicalJSON.read(body).members!, bytes: body,
            signatures: raw.signatures))
      }
      return try snapshot.checkpoints().map(\.size)
    }
    self.rows = rows
  }

  /// The first entry of a type, from some number on.
  func seq(of type: String, from first: Int64 = 0) -> Int64 {
    Int64(rows.indices.first { $0 >= first && rows[$0].members["type"]?.text == type }!)
  }

  /// Writes the members of an entry anew.
  mutating func edit(_ seq: Int64, _ change: (inout [String: JSON]) -> Void) throws {
    change(&rows[Int(seq)].members)
    rows[Int(seq)].bytes = try CanonicalJSON.bytes(.object(rows[Int(seq)].members))
  }

  /// Numbers and chains the entries from `first` on. Signs those that ``keys`` can sign for; bytes
  /// of entries in `keeping` are kept.
  mutating func rechain(from first: Int64, keeping: Set<Int64> = []) throws {
    for index in Int(first)..<rows.count {
      // Evidence that anybody can make is made to fit, too.
      if rows[index].members["type"]?.text == "anchor.add", !keeping.contains(Int64(index)) {
        let root = self.root(at: rows[index].members["size"]?.whole ?? 0)
        try edit(Int64(index)) { $0["root"] = .string(root.base64) }
      }
      if !keeping.contains(Int64(index)) {
        let prev = index == 0 ? origin.genesisPrev : leaf(index - 1)
        try edit(Int64(index)) {
          $0["seq"] = .integer(Int64(index))
          $0["prev"] = .string(prev.base64)
        }
      }
      sign(index)
    }
  }

  private func root(at size: Int64) -> Digest {
    var frontier = Frontier()
    for index in 0..<Int(size) { _ = frontier.append(leaf(index)) }
    return frontier.root
  }

  func leaf(_ index: Int) -> Digest { SHA256.leaf(rows[index].bytes) }

  mutating func sign(_ index: Int) {
    let text = EntrySignature.text(origin: origin, seq: Int64(index), leaf: leaf(index))
    rows[index].signatures = rows[index].signatures.map { old in
      guard let key = keys[old.key] else { return old }
      return RawSignature(key: old.key, algorithm: old.algorithm, bytes: key.sign(text))
    }
  }

  /// The tables of evidence, with a tree, checkpoints and a head that fit, by this site key.
  func sql(siteKey: PrivateKey = TestClinic.siteKey, everyCheckpoint: Bool = false) -> String {
    var frontier = Frontier()
    var lines = ["entry", "signature", "subtree", "checkpoint", "head"].map { "DELETE FROM \($0);" }
    let anchors = rows.count { $0.members["type"]?.text == "anchor.add" }
    lines.append("DELETE FROM anchor WHERE id > \(anchors);")
    for (seq, row) in rows.enumerated() {
      let leaf = SHA256.leaf(row.bytes)
      lines.append("INSERT INTO entry VALUES(\(seq),\(blob(leaf.bytes)),\(blob(row.bytes)));")
      for signature in row.signatures {
        lines.append(
          "INSERT INTO signature VALUES(\(seq),'\(signature.key)',\(signature.algorithm),"
            + "\(blob(signature.bytes)));")
      }
      for subtree in frontier.append(leaf) {
        lines.append(
          "INSERT INTO subtree VALUES(\(subtree.level),\(subtree.index),\(blob(subtree.hash.bytes)));"
        )
      }
      if everyCheckpoint || sizes.contains(frontier.size) {
        lines.append("INSERT INTO checkpoint VALUES(\(values(frontier, siteKey)));")
      }
    }
    lines.append("INSERT INTO head VALUES(1,\(values(frontier, siteKey)));")
    return lines.joined(separator: "\n")
  }

  private func values(_ frontier: Frontier, _ key: PrivateKey) -> String {
    let row = CheckpointRow(frontier, origin: origin, key: key)
    return "\(row.size),\(blob(row.root.bytes)),'\(row.note)'"
  }
}

func blob(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return "x'" + String(decoding: text, as: UTF8.self) + "'"
}
