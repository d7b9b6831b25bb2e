import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody anchor peer`: the newest checkpoint, before the witnesses of this ledger.
struct AnchorPeer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peer", abstract: "Have the witnesses of this ledger cosign it.",
    discussion: """
      Asks every witness that `custody peer adopt` gave an address, or those you name, unless they \
      have seen it all. Each answer is an entry; so is a witness that did not answer, and the \
      pharmacy goes on.
        custody anchor peer
        custody anchor peer hospital.example/w1
      A witness behind HTTPS, or on another network, is asked through files:
        custody anchor peer hospital.example/w1 --request-out ask.txt
        curl --data-binary @ask.txt https://w1.example/add-checkpoint -o said.txt
        custody anchor peer hospital.example/w1 --response-in said.txt
      Where a witness has seen what this ledger does not extend, this ledger was rolled back or \
      forked: status 4.
      """)
  @Argument(help: ArgumentHelp("Witnesses; all with an address otherwise.", valueName: "name"))
  var names: [String] = []
  @Option(help: ArgumentHelp("Write the request, and ask nobody.", valueName: "file"))
  var requestOut: String?
  @Option(help: ArgumentHelp("Take the answer from a file.", valueName: "file"))
  var responseIn: String?
  @Option(
    help: ArgumentHelp(
      "Entries that the witness holds, for `--request-out`, if not those it cosigned last.",
      valueName: "size"))
  var held: Int64?
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions

  func validate() throws {
    if requestOut != nil || responseIn != nil, names.count != 1 {
      throw ValidationError("name the one witness that is asked through files")
    }
    if requestOut != nil, responseIn != nil {
      throw ValidationError("`--request-out` comes first, `--response-in` when the answer is there")
    }
    if held != nil, requestOut == nil { throw ValidationError("`--held` is for `--request-out`") }
  }

  func run() throws {
    let desk = try Desk.open(ledger)
    let peers = try chosen(desk)
    if let responseIn { return try take(responseIn, peers[0], desk) }
    let checkpoint = try signedHead(desk)
    if let requestOut { return try write(requestOut, peers[0], checkpoint, desk) }
    if signing.dryRun {
      // A witness that is asked remembers what it saw: that cannot be rehearsed.
      for peer in peers {
        Console.say("dry run: `\(peer.name)` would be asked about \(checkpoint.size) entries")
      }
      return
    }
    var outcomes: [Outcome] = []
    for peer in peers {
      let question = try question(peer, checkpoint, desk)
      guard try hasNews(for: question, desk) else {
        Console.say("`\(peer.name)` has cosigned all but the anchors themselves")
        continue
      }
      outcomes.append(try Asking(question, peer, desk).outcome())
    }
    if !outcomes.isEmpty { try record(outcomes, desk) }
  }

  /// Whether something was recorded since a witness cosigned last, other than that it did: who asks
  /// every few minutes would otherwise fill the ledger with the asking.
  private func hasNews(for question: WitnessQuestion, _ desk: Desk) throws -> Bool {
    let known = try desk.custodian.store.read { try question.lastKnown($0) }
    return desk.state.journal.dropFirst(Int(known)).contains { !$0.type.hasPrefix("anchor.") }
  }

  /// The witnesses that are asked.
  private func chosen(_ desk: Desk) throws -> [PeerAdopted] {
    let peers = desk.state.peers
    let chosen = try names.map { name in
      guard let peer = peers.last(where: { $0.name == name }) else {
        throw Failure.usage(
          "`\(name)` is not a witness of this ledger",
          hint: Known.suggestion(name, among: peers.map(\.name))
            ?? "`custody peer adopted` lists them")
      }
      return peer
    }
    let asked = chosen.isEmpty ? peers.filter { $0.url != nil } : chosen
    guard !asked.isEmpty else {
      throw Failure.usage(
        "this ledger has no witness that can be asked",
        hint: "`custody peer adopt VKEY --url URL` names one")
    }
    if requestOut == nil, responseIn == nil, let mute = asked.first(where: { $0.url == nil }) {
      throw Failure.usage(
        "the witness `\(mute.name)` has no address",
        hint: "ask it through files: `--request-out`, `--response-in`")
    }
    return asked
  }

  /// The head, kept as a checkpoint that can be cosigned. What is not the site's own head is not.
  private func signedHead(_ desk: Desk) throws -> CheckpointRow {
    _ = try desk.custodian.store.read { try $0.signedHead(try $0.ownSiteKey()) }
    return try desk.custodian.promote(dryRun: signing.dryRun)
  }

  private func question(
    _ peer: PeerAdopted, _ checkpoint: CheckpointRow, _ desk: Desk
  ) throws -> WitnessQuestion {
    WitnessQuestion(
      checkpoint: checkpoint, siteKey: try desk.custodian.store.read { try $0.ownSiteKey() },
      witness: try WitnessKey(peer.vkey))
  }

  // MARK: Through files

  private func write(
    _ path: String, _ peer: PeerAdopted, _ checkpoint: CheckpointRow, _ desk: Desk
  ) throws {
    let question = try question(peer, checkpoint, desk)
    let request = try desk.custodian.store.read { snapshot in
      let old = try held ?? question.lastKnown(snapshot)
      guard (0...checkpoint.size).contains(old) else {
        throw Failure.usage("this ledger has \(checkpoint.size) entries, not \(old)")
      }
      return try question.request(from: old, snapshot)
    }
    try EvidenceFiles.write(Array(request.utf8), to: path)
    Console.print("request to `\(peer.name)` over \(checkpoint.size) entries written to `\(path)`")
  }

  private func take(_ path: String, _ peer: PeerAdopted, _ desk: Desk) throws {
    let bytes = try EvidenceFiles.bytes(path, atMost: HTTPAddress.answerBytesMax)
    let text = String(validating: bytes, as: UTF8.self) ?? ""
    let rows = try desk.custodian.store.read { try $0.readableCheckpoints() }
    if let held = WitnessQuestion.size(text) {
      guard let newest = rows.last, held <= newest.size else {
        let outcome = Outcome(
          name: peer.name, result: .missed(.conflict, "it has seen \(held) entries", nil))
        return try record([outcome], desk)
      }
      throw Failure(
        .failed, "the witness `\(peer.name)` holds \(held) entries, and signed nothing",
        hint: "write the request again with `--held \(held)`")
    }
    var reply = WitnessQuestion.Reply.wrongAnswer("the answer is no signature")
    for row in rows.reversed() {
      reply = try question(peer, row, desk).judge(lines: text)
      if case .cosigned(let cosignature) = reply {
        return try record([Outcome(name: peer.name, result: .cosigned(cosignature, row))], desk)
      }
    }
    throw Failure(
      .notProven, "the file `\(path)` has no cosignature of `\(peer.name)` over this ledger",
      hint: "give what the witness answered, as it stands")
  }

  // MARK: What came of it

  private func record(_ outcomes: [Outcome], _ desk: Desk) throws {
    for outcome in outcomes { outcome.complain(showsNotes: !ledger.json) }
    try desk.record(signing) { writing in
      for outcome in outcomes { try outcome.write(writing) }
    }
    if outcomes.contains(where: \.isConflict) { throw StatusOnly(.tampered) }
    if outcomes.contains(where: \.isMissed) { throw StatusOnly(.failed) }
  }
}

/// What came of asking one witness.
private struct Outcome {
  enum Result {
    case cosigned(Cosignature, CheckpointRow)
    /// Why there is no cosignature, and the note that proves it where there is one.
    case missed(AnchorMissed.Reason, String, (held: String, ours: String)?)
  }

  let name: String
  let result: Result

  var isMissed: Bool { if case .missed = result { true } else { false } }
  var isConflict: Bool { if case .missed(.conflict, _, _) = result { true } else { false } }

  /// Says what did not go well, a conflict with its evidence, which is no JSON.
  func complain(showsNotes: Bool) {
    guard case .missed(let reason, let text, let notes) = result else { return }
    guard reason == .conflict else {
      return Console.report(
        Failure(
          .failed, "no cosignature of `\(name)`: \(text)",
          hint: "the entry says so; ask again with `custody anchor peer`"))
    }
    if let notes, showsNotes { Fork.show(notes.held, notes.ours) }
    Console.report(
      Failure(
        .tampered,
        lines: [
          "THIS LEDGER WAS ROLLED BACK OR FORKED, as seen by `\(name)`: \(text)"
            + (notes == nil ? "; it showed no evidence" : "")
        ],
        hints: [
          "stop, keep this ledger as it is, and call the compliance officer and the witness",
          notes == nil
            ? "ask the witness for its checkpoint of this ledger"
            : "keep both notes: the site's key signed them, and only one can be true",
        ]))
  }

  func write(_ writing: Writing) throws {
    switch result {
    case .cosigned(let cosignature, let checkpoint):
      let anchor = Anchor(
        .witness, over: checkpoint, by: name,
        outside: Instant(milliseconds: cosignature.time * 1_000),
        evidence: Array((cosignature.line + "\n").utf8), cosignatures: [cosignature.line])
      try writing.anchor(anchor)
    case .missed(let reason, _, _):
      try writing.add(
        writing.draft(AnchorMissed(kind: .witness, name: name, reason: reason)))
    }
  }
}

/// Asks one witness over the network, outside every lock.
private struct Asking {
  private let question: WitnessQuestion
  private let peer: PeerAdopted
  private let desk: Desk
  private let address: HTTPAddress

  init(_ question: WitnessQuestion, _ peer: PeerAdopted, _ desk: Desk) throws {
    self.question = question
    self.peer = peer
    self.desk = desk
    address = try HTTPAddress(peer.url ?? "")
  }

  func outcome() throws -> Outcome {
    do {
      return try outcome(of: reply())
    } catch let error as NetworkError {
      return missed(error.isLate ? .timeout : .unreachable, error.description)
    }
  }

  /// Asks from what the ledger remembers, and once more from what the witness says it holds.
  private func reply() throws -> WitnessQuestion.Reply {
    let store = desk.custodian.store
    var old = try store.read { try question.lastKnown($0) }
    for _ in 0..<2 {
      let request = try store.read { try question.request(from: old, $0) }
      let answer = try address.post(Array(request.utf8), to: "/add-checkpoint")
      let reply = question.judge(status: answer.status, body: answer.body, old: old)
      guard case .askFrom(let held) = reply else { return reply }
      old = held
    }
    return .wrongAnswer("it does not hold what it says it holds")
  }

  private func outcome(of reply: WitnessQuestion.Reply) throws -> Outcome {
    switch reply {
    case .cosigned(let cosignature):
      Outcome(name: peer.name, result: .cosigned(cosignature, question.checkpoint))
    case .conflict(let text): try conflict(text)
    case .refused(let text): missed(.refused, text)
    case .askFrom: missed(.wrongAnswer, "it does not hold what it says it holds")
    case .wrongAnswer(let text): missed(.wrongAnswer, text)
    case .untrusted(let text): missed(.untrusted, text)
    }
  }

  /// An answer that accuses this ledger is not signed, and anybody on the way could have sent it:
  /// the witness is asked for the checkpoint that it has cosigned.
  private func conflict(_ text: String) throws -> Outcome {
    let hash = SHA256.hash(Array(question.siteKey.name.utf8)).hex
    guard let answer = try? address.get("/\(hash)/checkpoint"), answer.status == 200,
      let note = String(validating: answer.body, as: UTF8.self)
    else { return missed(.conflict, text) }
    do {
      let found = try desk.custodian.store.read { try question.contradiction(note, $0) }
      guard let found else {
        return missed(.refused, "it refused, though this ledger extends what it has cosigned")
      }
      return Outcome(
        name: peer.name, result: .missed(.conflict, found, (note, question.checkpoint.note)))
    } catch is CoreError {
      return missed(.conflict, text)
    }
  }

  private func missed(_ reason: AnchorMissed.Reason, _ text: String) -> Outcome {
    Outcome(name: peer.name, result: .missed(reason, text, nil))
  }
}
