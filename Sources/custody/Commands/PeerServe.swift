import ArgumentParser
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody peer serve`: answers the C2SP `tlog-witness` protocol until it is ended.
struct PeerServe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer other sites' checkpoints.",
    discussion: """
      It speaks plain HTTP: what it is sent is public and signed, and so is what it answers. Put a \
      proxy before it where the others ask by HTTPS.
        custody peer serve
        custody peer serve --listen 10.0.0.5:8437 --to-the-network
      What it refuses is a line on standard error; a fork or a rollback is kept as well, and \
      `custody peer list` shows it. Ctrl-C ends it at any time without harm.
      """)
  @Option(
    help: ArgumentHelp(
      "Where to listen; a port of 0 takes a free one.", valueName: "address:port"))
  var listen: String = "127.0.0.1:8437"
  @Flag(help: "Listen on an address that other machines can reach.")
  var toTheNetwork = false
  @Option(help: ArgumentHelp("What the paths begin with, such as `/w1`.", valueName: "path"))
  var prefix: String = ""
  @OptionGroup(title: "The witness") var options: WitnessOptions

  func run() throws {
    let (host, port) = try address()
    guard prefix.isEmpty || prefix.hasPrefix("/") && !prefix.hasSuffix("/") else {
      throw Failure.usage("`\(prefix)` is not a path", hint: "write it as `/w1`")
    }
    let folder = try options.folder
    let store = try options.open()
    let key = try KeyFiles.read(options.keyPath(folder), owner: "the witness", nil)
    _ = try Witness(store: store, key: key)
    let name = try store.read { try $0.key() }
    let listener = try HTTPListener(host: host, port: port)
    if !isLoopback(host) {
      Console.say("warning: everybody who reaches \(host) can send checkpoints to this witness")
    }
    Console.say("witness `\(name.name)` listens on http://\(host):\(listener.port)\(prefix)")
    let desk = WitnessDesk(folder: folder, key: key, prefix: prefix)
    try listener.run(bodyBytesMax: CoreLimits.proofBytesMax) { desk.answer($0) }
  }

  private func address() throws -> (String, UInt16) {
    let parts = listen.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var number = in_addr()
    guard parts.count == 2, let port = UInt16(parts[1]), inet_pton(AF_INET, parts[0], &number) == 1
    else {
      throw Failure.usage(
        "`\(listen)` is not an address and a port", hint: "write it as `127.0.0.1:8437`")
    }
    guard toTheNetwork || isLoopback(parts[0]) else {
      throw Failure.usage(
        "other machines can reach `\(parts[0])`",
        hint: "add `--to-the-network` if they should; 127.0.0.1 is for this machine alone")
    }
    return (parts[0], port)
  }

  private func isLoopback(_ host: String) -> Bool { host.hasPrefix("127.") }
}

/// Turns requests into what the witness says. Many threads use it at once: each request opens the
/// state for itself, and the lock of the state lets one of them act at a time.
private struct WitnessDesk: Sendable {
  let folder: String
  let key: PrivateKey
  let prefix: String

  func answer(_ request: HTTPRequest) -> HTTPResponse {
    guard request.path.hasPrefix(prefix + "/") else { return notFound }
    let words = request.path.dropFirst(prefix.count + 1).split(
      separator: "/", omittingEmptySubsequences: false)
    do {
      if words == ["add-checkpoint"] {
        guard request.method == "POST" else { return wrongMethod }
        return try addCheckpoint(request.body)
      }
      if words.count == 2, words[1] == "checkpoint", Digest(hex: String(words[0])) != nil {
        guard request.method == "GET" else { return wrongMethod }
        return response(try witness().checkpoint(ofHash: String(words[0])))
      }
      return notFound
    } catch {
      Console.say("error: \(Failure(error).lines.joined(separator: "; "))")
      return HTTPResponse(status: 500, body: "the witness failed\n")
    }
  }

  private func addCheckpoint(_ body: [UInt8]) throws -> HTTPResponse {
    let answer = try witness().addCheckpoint(body, now: WitnessOptions.seconds)
    if let report = answer.report { Console.say((answer.isGrave ? "alarm: " : "") + report) }
    return response(answer)
  }

  private func witness() throws -> Witness {
    try Witness(store: try WitnessStore.open(in: folder), key: key)
  }

  private func response(_ answer: Witness.Answer) -> HTTPResponse {
    HTTPResponse(status: answer.status, type: answer.type, body: answer.body)
  }

  private var notFound: HTTPResponse { HTTPResponse(status: 404, body: "nothing is here\n") }
  private var wrongMethod: HTTPResponse {
    HTTPResponse(status: 405, body: "this path takes another method\n")
  }
}
