import Foundation
import LedgerCore
import LedgerStore
import Recordkeeping
import Testing

/// What the answers of a witness are worth, and which of them accuse the ledger.
@Suite("asking a witness")
struct WitnessQuestionTests {
  static let key = TestClinic.key(81)
  static let witness = try! WitnessKey(name: "hospital.example/w1", key.publicKey)
  static let site = VerifierKey(TestClinic.origin, TestClinic.siteKey.publicKey)

  private func clinic(_ folder: Folder) throws -> (TestClinic, WitnessQuestion) {
    let clinic = try TestClinic(founding: folder.path)
    let question = WitnessQuestion(
      checkpoint: try clinic.custodian.promote(), siteKey: Self.site, witness: Self.witness)
    return (clinic, question)
  }

  private func line(_ note: String, at time: Int64, _ key: PrivateKey = key) throws -> String {
    Cosignature(of: try SignedNote(note).text, at: time, key, as: Self.witness).line + "\n"
  }

  @Test("each answer has its meaning")
  func answers() throws {
    let folder = Folder()
    let (_, question) = try clinic(folder)
    let size = question.checkpoint.size
    let good = try line(question.checkpoint.note, at: 1_766_000_000)
    let judge = { (status: Int, body: String, old: Int64) in
      question.judge(status: status, body: Array(body.utf8), old: old)
    }
    guard case .cosigned(let cosignature) = judge(200, good, 0) else {
      Issue.record("a good line is not taken")
      return
    }
    #expect(cosignature.time == 1_766_000_000)
    // Lines of others are passed over, the newest of its own counts.
    let stranger = "\u{2014} stranger AAAAAAE=\n"
    let newer = try line(question.checkpoint.note, at: 1_766_000_009)
    #expect(judge(200, stranger + good + newer, 0) == judge(200, newer, 0))

    for (status, body, old, wanted) in [
      (200, stranger, 0, "untrusted"), (200, "", 0, "untrusted"), (200, "4\n", 0, "wrongAnswer"),
      (200, try line(question.checkpoint.note, at: 1, TestClinic.key(82)), 0, "untrusted"),
      (200, try line(question.checkpoint.note, at: .max), 0, "wrongAnswer"),
      (409, "3\n", 0, "askFrom"), (409, "0\n", 3, "askFrom"), (409, "\(size)\n", 0, "askFrom"),
      (409, "\(size + 1)\n", 0, "conflict"), (409, "3\n", 3, "conflict"),
      (409, "", 0, "wrongAnswer"), (409, "03\n", 0, "wrongAnswer"), (409, "3", 0, "wrongAnswer"),
      (409, "-3\n", 0, "wrongAnswer"), (409, "\u{FFFD}\n", 0, "wrongAnswer"),
      (422, "", 3, "conflict"), (403, "", 0, "refused"), (404, "", 0, "refused"),
      (301, "", 0, "refused"), (500, "", 0, "refused"),
    ] as [(Int, String, Int64, String)] {
      let reply = "\(judge(status, body, old))"
      #expect(reply.hasPrefix(wanted), "\(status) \(body): \(reply)")
    }
  }

  @Test("only a note with both signatures proves that the ledger was changed")
  func contradictions() throws {
    let folder = Folder()
    let (clinic, question) = try clinic(folder)
    let own = question.checkpoint
    let judge = { (note: String) throws -> String? in
      try clinic.custodian.store.read { try question.contradiction(note, $0) }
    }
    let cosigned = { (note: String) throws -> String in
      try note + line(note, at: 7)
    }
    // What this ledger extends is no conflict, whatever the witness answered.
    #expect(try judge(cosigned(own.note)) == nil)
    let forged = { (size: Int64, key: PrivateKey) in
      Checkpoint(origin: TestClinic.origin, size: size, root: SHA256.hash([1]))
        .signed(by: key, as: TestClinic.origin)
    }
    #expect(try judge(cosigned(forged(2, TestClinic.siteKey))) != nil)
    #expect(try judge(cosigned(forged(own.size + 5, TestClinic.siteKey))) != nil)
    // A witness cannot accuse by itself, and nobody can in its name.
    #expect(throws: CoreError.self) { try judge(cosigned(forged(2, TestClinic.key(83)))) }
    #expect(throws: CoreError.self) { try judge(forged(2, TestClinic.siteKey)) }
    #expect(throws: CoreError.self) { try judge("nonsense") }
  }
}
