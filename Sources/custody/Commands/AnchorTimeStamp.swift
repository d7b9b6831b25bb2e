import ArgumentParser
import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody anchor tsa`: a time stamp of the head (RFC 3161).
struct AnchorTimeStamp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tsa", abstract: "Have a time-stamping authority stamp the head (RFC 3161).",
    discussion: """
      The head is kept as a checkpoint, its note is stamped, and the response is checked and \
      recorded. When none comes, that is recorded, and the status is 1:
        custody anchor tsa --url http://timestamp.example/tsr --ca roots.pem

      Without a network, the request is carried out and the response in:
        custody anchor tsa --request-out head.tsq
        custody anchor tsa --response-in head.tsr --request head.tsq \\
          --ca roots.pem --name timestamp.example
      """)
  @Option(help: ArgumentHelp("Ask the authority there, over HTTP.", valueName: "url"))
  var url: String?
  @Option(help: ArgumentHelp("Write a request of the head.", valueName: "file"))
  var requestOut: String?
  @Option(help: ArgumentHelp("Record the response in a file.", valueName: "file"))
  var responseIn: String?
  @Option(help: ArgumentHelp("The request that it answers.", valueName: "file"))
  var request: String?
  @Option(
    help: ArgumentHelp("Roots that the response must lead to, in PEM.", valueName: "file"))
  var ca: String?
  @Option(
    help: ArgumentHelp("Certificates that lie between, in PEM.", valueName: "file"))
  var untrusted: String?
  @Option(help: "The authority's public name; the host of the URL otherwise.") var name: String?
  @Option(help: ArgumentHelp("How long to wait, 1 to 120.", valueName: "seconds"))
  var timeout = 20
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions

  func validate() throws {
    guard [url, requestOut, responseIn].compactMap({ $0 }).count == 1 else {
      throw ValidationError("say one of `--url`, `--request-out` and `--response-in`")
    }
    guard (responseIn == nil) == (request == nil) else {
      throw ValidationError("`--response-in` and `--request` belong together")
    }
    guard requestOut != nil || ca != nil else {
      throw ValidationError("`--ca` is missing: a response that leads nowhere proves nothing")
    }
    guard responseIn == nil || name != nil else {
      throw ValidationError("`--name` is missing: whose response it is")
    }
    guard (1...120).contains(timeout) else {
      throw ValidationError("`--timeout` is 1 to 120 seconds, not \(timeout)")
    }
  }

  func run() throws {
    let desk = try Desk.open(ledger)
    if let requestOut { return try write(requestOut, desk) }
    // What cannot be read is said before anything is kept.
    let roots = try ca.map { try EvidenceFiles.bytes($0) } ?? []
    let between = try untrusted.map { try EvidenceFiles.bytes($0) } ?? []
    let checking = { (response: [UInt8], request: TimeStampRequest, row: CheckpointRow) in
      try Stamping.check(response, request, row, roots: roots, untrusted: between)
    }
    if let responseIn, let request {
      return try record(responseIn, answering: request, desk, checking)
    }
    try ask(desk, checking)
  }

  private typealias Check = ([UInt8], TimeStampRequest, CheckpointRow) throws -> Instant

  private func write(_ path: String, _ desk: Desk) throws {
    let row = try desk.custodian.promote(dryRun: signing.dryRun)
    let request = Stamping.request(row, desk)
    if !signing.dryRun { try EvidenceFiles.write(request.der, to: path) }
    if ledger.json {
      return Console.print([
        "schema": "custody/time-stamp-request/1", "size": .integer(row.size),
        "file": .string(path),
      ])
    }
    Console.print("request of a time stamp over \(row.size) entries written to `\(path)`")
  }

  /// A response that was carried in: the checkpoint is the one whose note the request is about.
  private func record(
    _ path: String, answering requestPath: String, _ desk: Desk, _ check: Check
  ) throws {
    let response = try EvidenceFiles.bytes(path, atMost: TimeStampAuthority.responseBytesMax)
    let request = TimeStampRequest(der: try EvidenceFiles.bytes(requestPath))
    let rows = try desk.custodian.store.read { try $0.checkpoints() }
    guard let row = rows.last(where: { request.isAbout(Array($0.note.utf8)) }) else {
      throw Failure.usage(
        "`\(requestPath)` is not a request of a checkpoint of this ledger",
        hint: "`custody anchor tsa --request-out FILE` writes one")
    }
    do {
      try add(response, request, row, try check(response, request, row), desk)
    } catch let failure as Stamping.Failed {
      throw Failure(
        .notProven, "`\(path)` \(failure.text)",
        hint: "nothing was recorded; `custody anchor miss` records that none came")
    }
  }

  private func ask(_ desk: Desk, _ check: Check) throws {
    guard let url, let host = Stamping.host(url) else {
      throw Failure.usage(
        "`\(url ?? "")` is not an address that starts with `http://`",
        hint: "what comes back is signed, so that no TLS is spoken; "
          + "`--request-out` and `--response-in` go with any other program")
    }
    let row = try desk.custodian.promote(dryRun: signing.dryRun)
    let request = Stamping.request(row, desk)
    do {
      let response = try Stamping.ask(url, request, seconds: timeout)
      try add(response, request, row, try check(response, request, row), desk)
    } catch let failure as Stamping.Failed {
      // A failing anchor never stops the pharmacy; it becomes an entry.
      let event = AnchorMissed(kind: .tsa, name: name ?? host, reason: failure.reason)
      try desk.record(signing) { try $0.add($0.draft(event)) }
      throw Failure(
        .failed, "no time stamp by `\(name ?? host)`: the response \(failure.text)",
        hint: "the entry above says so; try again, or ask another authority")
    }
  }

  private func add(
    _ response: [UInt8], _ request: TimeStampRequest, _ row: CheckpointRow, _ made: Instant,
    _ desk: Desk
  ) throws {
    let anchor = Anchor(
      .tsa, over: row, by: name ?? url.flatMap(Stamping.host) ?? "", outside: made,
      request: request.der, evidence: response)
    try desk.record(signing) { try $0.anchor(anchor) }
  }
}

/// What lies between the desk and an authority.
private enum Stamping {
  /// Why there is no time stamp.
  struct Failed: Error {
    let reason: AnchorMissed.Reason
    let text: String
  }

  static func request(_ row: CheckpointRow, _ desk: Desk) -> TimeStampRequest {
    TimeStampRequest(
      stamping: Array(row.note.utf8),
      nonce: desk.custodian.surroundings.chance(TimeStampRequest.nonceBytes))
  }

  static func host(_ url: String) -> String? {
    guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host,
      !host.isEmpty
    else { return nil }
    return host
  }

  static func ask(_ url: String, _ request: TimeStampRequest, seconds: Int) throws -> [UInt8] {
    do {
      return try TimeStampAuthority.ask(url, request, seconds: seconds)
    } catch {
      switch error {
      case .unreachable: throw Failed(reason: .unreachable, text: "did not come: nobody answers")
      case .timeout: throw Failed(reason: .timeout, text: "did not come in \(seconds) seconds")
      case .wrongAnswer: throw Failed(reason: .wrongAnswer, text: "is not one of an authority")
      case .malformedURL: throw Failure.usage("`\(url)` is not an address")
      }
    }
  }

  /// When the response was made, where it is a time stamp that leads to a root.
  static func check(
    _ response: [UInt8], _ request: TimeStampRequest, _ row: CheckpointRow, roots: [UInt8],
    untrusted: [UInt8]
  ) throws -> Instant {
    let stamp: TimeStamp
    do {
      stamp = try TimeStamp.open(
        response, answering: request, stamping: Array(row.note.utf8), roots: roots,
        untrusted: untrusted)
    } catch {
      switch error {
      case .certificates:
        throw Failure.usage("the files of `--ca` and `--untrusted` are not certificates in PEM")
      case .refused: throw Failed(reason: .refused, text: error.rawValue)
      case .falseSignature: throw Failed(reason: .untrusted, text: error.rawValue)
      default: throw Failed(reason: .wrongAnswer, text: error.rawValue)
      }
    }
    switch stamp.trust {
    case .traced: return stamp.time
    case .untraced:
      throw Failed(reason: .untrusted, text: "leads to none of the roots given, as of its own time")
    case .withoutCertificate:
      throw Failed(
        reason: .untrusted, text: "carries no certificate, and `--untrusted` gives none")
    }
  }
}
