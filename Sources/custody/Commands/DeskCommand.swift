import ArgumentParser
import Dispensary
import Foundation
import Recordkeeping

/// `custody desk`: a shared counter, where one person works on without a passphrase for each act.
struct DeskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "desk", abstract: "Keep working as one person, at a shared counter.",
    discussion: """
      Type commands without `custody` in front. Your name stands before every line. The desk locks \
      by itself when nothing has been typed for a while; a witness unlocks their key for every act.

        ana> give V-31 0.5mL --patient P-12 --waste rest --witness lee
        ana> switch kim        somebody else takes over, with their own passphrase
        ana> lock              before you walk away
        ana> quit
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who works here; `CUSTODY_AS` otherwise.", valueName: "name"))
  var actor: String?
  @Option(help: ArgumentHelp("Lock after so many minutes without a line, 1 to 15.")) var idle = 2

  func validate() throws {
    guard (1...15).contains(idle) else {
      throw ValidationError("`--idle` is 1 to 15 minutes, not \(idle)")
    }
  }

  func run() throws {
    guard Lease.current == nil else { throw Failure.usage("this is the desk already") }
    guard Console.isInteractive else {
      throw Failure.usage(
        "the desk needs a terminal", hint: "in a script, name who acts with `--as NAME`")
    }
    guard let name = actor ?? Environment.value("CUSTODY_AS") else {
      throw Failure.usage("nobody is named who works here", hint: "add `--as NAME`")
    }
    // The commands typed here find the same ledger.
    setenv("CUSTODY_LEDGER", ledger.directory, 1)
    var counter = Counter(ledger: ledger, idleMinutes: idle, name: name)
    try counter.unlock()
    while let line = counter.nextLine() { counter.perform(line) }
  }
}

/// What happens between two lines typed at the desk.
private struct Counter {
  let ledger: LedgerOptions
  let idleMinutes: Int
  var name: String
  /// `nil` while the desk is locked.
  var lease: Lease?

  mutating func unlock() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let person = try desk.person(name)
    let signer = try desk.signer(person, try SigningOptions.parse([]))
    name = person.handle.text
    lease = Lease(name: name, signer: signer)
    Console.say("\(person.name) works here; the desk locks after \(idleMinutes) min without a line")
  }

  /// The next line typed; `nil` at the end. Locks the desk when none comes in time.
  mutating func nextLine() -> String? {
    Console.prompt(lease == nil ? "\(name), locked> " : "\(name)> ")
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while lease != nil, poll(&input, 1, Int32(idleMinutes * 60_000)) == 0 {
      lease = nil
      Console.prompt("\r\(name), locked> ")
    }
    return Lines.read(0).map { String(decoding: $0, as: UTF8.self) }
  }

  mutating func perform(_ line: String) {
    do {
      let words = try TypedLine.words(line)
      guard let verb = words.first else { return }
      switch verb {
      case "quit", "exit": Foundation.exit(0)
      case "lock": lease = nil
      case "switch":
        guard words.count == 2 else { throw Failure.usage("`switch` takes one name") }
        lease = nil
        name = words[1]
        try unlock()
      default:
        if lease == nil { try unlock() }
        run(verb == "custody" ? Array(words.dropFirst()) : words)
      }
    } catch is TypedLine.OpenQuote {
      Console.report(.usage("a quotation mark is open", hint: "close it, and type the line again"))
    } catch {
      Console.report(Failure(error))
    }
  }

  /// Runs one command under the lease.
  private func run(_ words: [String]) {
    Lease.$current.withValue(lease) {
      do {
        let words = try TypedWords.understood(words)
        var command = try Custody.parseAsRoot(words)
        try command.run()
      } catch {
        let status = Custody.report(error, of: words)
        if status != .done { Console.say("status \(status.rawValue): \(status.meaning)") }
      }
    }
  }
}
