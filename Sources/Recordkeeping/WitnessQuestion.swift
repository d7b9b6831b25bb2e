package import LedgerCore
package import LedgerStore
import Notation

/// One checkpoint of ours before one witness (the client's side of C2SP `tlog-witness`): what is
/// sent, and what an answer is worth.
///
///     let question = WitnessQuestion(checkpoint: row, siteKey: vkey, witness: adopted)
///     let request = try question.request(from: old, snapshot)
///     // … the answer comes …
///     switch question.judge(status: 200, body: bytes, old: old) { … }
package struct WitnessQuestion: Sendable {
  /// What is to be cosigned; a stored checkpoint.
  package let checkpoint: CheckpointRow
  /// The key that signed it.
  package let siteKey: VerifierKey
  /// Who is asked.
  package let witness: WitnessKey

  /// All of it, as given.
  package init(checkpoint: CheckpointRow, siteKey: VerifierKey, witness: WitnessKey) {
    self.checkpoint = checkpoint
    self.siteKey = siteKey
    self.witness = witness
  }

  /// What an answer is worth.
  package enum Reply: Hashable, Sendable {
    /// The witness signed.
    case cosigned(Cosignature)
    /// The witness holds another size that may be a part of ours: ask again from there.
    case askFrom(Int64)
    /// The witness says that it has seen what this ledger does not extend.
    case conflict(String)
    /// It said no for another reason.
    case refused(String)
    /// What it said is no answer to the question.
    case wrongAnswer(String)
    /// A signature that is not the adopted key's.
    case untrusted(String)
  }

  /// The body of `add-checkpoint`, with the proof from the size that the witness holds.
  ///
  /// - Parameter old: at most the size of the checkpoint.
  package func request(from old: Int64, _ snapshot: Snapshot) throws -> String {
    let proof = try snapshot.tree.consistency(from: old, to: checkpoint.size)
    return CheckpointRequest(proof, note: checkpoint.note).text
  }

  /// Judges an answer to the request that was made from `old`.
  package func judge(status: Int, body: [UInt8], old: Int64) -> Reply {
    let text = String(validating: body, as: UTF8.self) ?? ""
    switch status {
    case 200: return judge(lines: text)
    case 409:
      guard let held = WitnessQuestion.size(text) else {
        return .wrongAnswer("it does not say how many entries it holds")
      }
      if held > checkpoint.size {
        return .conflict("it has seen \(held) entries, and this ledger has \(checkpoint.size)")
      }
      if held == old { return .conflict("it has seen other entries up to \(held)") }
      return .askFrom(held)
    case 422:
      return .conflict("it has seen other entries up to \(old)")
    case 403: return .refused("it does not trust the key of this ledger")
    case 404: return .refused("it does not watch this ledger")
    default: return .refused("it answered with status \(status)")
    }
  }

  /// The signature lines of a witness; others than the adopted key's are passed over.
  package func judge(lines text: String) -> Reply {
    do {
      let own = try SignedNote(checkpoint.note)
      let lines = text.utf8.split(separator: 0x0A).map { String($0) ?? "" }
      var note = own
      for line in lines { note = note.adding([try NoteSignature(line: line)]) }
      let found = try SignedNote(note.note).cosignatures(by: [witness])
      guard let newest = found.map(\.cosignature).max(by: { $0.time < $1.time }) else {
        return .untrusted("the answer is not signed by its key")
      }
      guard newest.time <= CoreLimits.cosignatureTimeMax else {
        return .wrongAnswer("the cosignature is of a time that never comes")
      }
      return .cosigned(newest)
    } catch  where error.code == .noteSignatureInvalid {
      return .untrusted(error.text)
    } catch {
      return .wrongAnswer("the answer is no signature")
    }
  }

  /// A size as a 409 carries it: decimal without leading zeros, and LF.
  package static func size(_ text: String) -> Int64? {
    guard text.utf8.last == 0x0A, let size = Int64(text.dropLast()), size >= 0,
      text == "\(size)\n"
    else { return nil }
    return size
  }

  /// What the witness has seen, as its own note proves it: the log's signature and its own are on it.
  ///
  /// - Returns: how this ledger differs from it; nil where it extends it, and the refusal has
  ///   another reason.
  /// - Throws: ``CoreError`` where the note proves nothing.
  package func contradiction(_ note: String, _ snapshot: Snapshot) throws -> String? {
    let held = try Checkpoint.open(note: note, keys: [siteKey])
    guard held.origin == siteKey.name else {
      throw CoreError(.checkpointMalformed, "the checkpoint is that of another log")
    }
    guard try !SignedNote(note).cosignatures(by: [witness]).isEmpty else {
      throw CoreError(.noteUnsigned, "the witness did not sign the checkpoint")
    }
    if held.size > checkpoint.size {
      return "it has cosigned \(held.size) entries, and this ledger has \(checkpoint.size)"
    }
    let root = try snapshot.tree.root(of: held.size)
    return root == held.root ? nil : "its first \(held.size) entries are not those of this ledger"
  }

  /// The largest size that this witness has cosigned, as the ledger's own rows say; 0 for none.
  package func lastKnown(_ snapshot: Snapshot) throws -> Int64 {
    let rows = try snapshot.cosignatureRows()
    let sizes = rows.compactMap { row -> Int64? in
      guard row.count == 2, let size = row[0].integer, let line = row[1].text,
        let signature = try? NoteSignature(line: line), signature.name == witness.name,
        signature.id == witness.id
      else { return nil }
      return size
    }
    return sizes.filter { $0 <= checkpoint.size }.max() ?? 0
  }
}
