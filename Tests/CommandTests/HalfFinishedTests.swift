import Foundation
import Testing

/// Acts that nobody finishes, and what people would rather not leave behind.
@Suite("half-finished")
struct HalfFinishedTests {
  /// How somebody leaves a prompt, and the status that the program ends with.
  static let ways = ["close", "eof", "interrupt", "terminate", "stop-and-kill"]

  @Test("a witness who walks away leaves nothing, and the next command works", arguments: ways)
  func witnessLeaves(_ way: String) throws {
    let place = try Place.withPassphrases()
    let before = try place.content()
    let files = try place.files()
    let said = try place.play(
      "custody give V-1 0.2mL --drawn 0.3mL -p P-1 --waste rest -w eve",
      [.wait("passphrase of Eve Lin: "), .leave(way)])
    #expect(said.contains("passphrase of Eve Lin: "), "\(way): \(said)")
    #expect(!said.contains("entry "), "\(way): \(said)")
    #expect(try place.content() == before, "\(way) recorded something")
    #expect(try place.files() == files, "\(way) left a file")
    try place.must("custody give V-1 0.2mL --drawn 0.3mL -p P-1 --waste rest -w ana")
    try place.must("custody verify")
  }

  @Test("inside the desk, too", arguments: ways)
  func witnessLeavesTheDesk(_ way: String) throws {
    let place = try Place.withPassphrases()
    let before = try place.content()
    let files = try place.files()
    let said = try place.play(
      "custody desk --as kim",
      [
        .wait("kim> "), .type("give V-1 0.2mL --drawn 0.3mL -p P-1 --waste rest -w eve"),
        .wait("passphrase of Eve Lin: "), .leave(way),
      ])
    #expect(said.contains("passphrase of Eve Lin: "), "\(way): \(said)")
    #expect(try place.content() == before, "\(way) recorded something")
    #expect(try place.files() == files, "\(way) left a file")
    try place.must("custody draw V-1 0.2mL -p P-1")
  }

  @Test("who needs a witness and names none is asked; Enter leaves nothing")
  func askedForWitness() throws {
    let place = try Place.withPassphrases()
    try place.must("custody draw V-1 0.5mL -p P-1")
    let before = try place.content()
    let none = try place.play(
      "custody waste D-5 rest", [.wait("Enter for none: "), .type("")])
    #expect(none.contains("witness-required"), "\(none)")
    #expect(try place.content() == before)
    let named = try place.play(
      "custody waste D-5 rest",
      [
        .wait("Enter for none: "), .type("eve"), .wait("passphrase of Eve Lin: "),
        .type("one angry gull"),
      ])
    #expect(named.contains("witnessed by eve"), "\(named)")
    #expect(!named.contains("angry"))
  }

  @Test("kill -9 at any moment leaves all entries of an act, or none of them")
  func killed() throws {
    let place = try Place()
    try place.stocked()
    for step in 1...14 {
      try place.must(
        "custody give V-1 0.01mL --drawn 0.02mL -p P-1 --waste rest -w ana >/dev/null 2>&1 & "
          + "child=$!; sleep $(echo \(step) | awk '{print $1 / 10}'); kill -9 $child; "
          + "wait $child 2>/dev/null; true")
    }
    let counts = try ["draw", "administration", "waste"].map { type in
      try place.must(
        "custody history --json | python3 -c \"import json,sys; "
          + "print(sum(1 for e in json.load(sys.stdin)['entries'] if e['type'] == '\(type)'))\"")
    }
    // Four draws, one dose and no waste stood there before.
    let numbers = counts.compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    #expect(numbers.count == 3)
    #expect(numbers[0] - 4 == numbers[1] - 1 && numbers[1] - 1 == numbers[2], "\(numbers)")
    try place.must("custody verify")
    try place.must("custody draw V-1 0.1mL -p P-1")
  }

  @Test("what is typed at a prompt stands in no file, no environment and no list of processes")
  func private_() throws {
    let place = try Place.withPassphrases()
    let said = try place.play(
      "custody patient add --born - --as eve",
      [
        .wait("born: "), .type("1980-02-29"), .wait("name: "), .type("Wilhelmina Quarrington"),
        .wait("address: "), .type("77 Thistledown Lane"), .wait("passphrase of Eve Lin: "),
        .look("Quarrington|Thistledown|1980-02-29|angry"), .type("one angry gull"),
      ])
    #expect(said.contains("processes: clean"), "\(said)")
    #expect(said.contains("entry "), "\(said)")
    // The passphrase is nowhere; the patient is in the vault, which is where patients are kept.
    let secret = try place.sh("grep -rlae 'angry gull' . --exclude='.said-*' --exclude=play.*")
    #expect(secret.text == "", "\(secret.text)")
    let patient = try place.sh(
      "grep -rlaE 'Quarrington|Thistledown' . --exclude='.said-*' --exclude='play.*' "
        + "| grep -v 'ledger/vault.db'")
    #expect(patient.text == "", "\(patient.text)")
    #expect(try place.must("custody patient find quarr").contains("P-2"))
  }

  @Test("lines of a descriptor answer what is written as `-`")
  func details() throws {
    let place = try Place()
    try place.stocked()
    try place.must(
      "custody patient add --details-fd 7 7<<<$'Odette Marrow\\n9 Fen Way'")
    #expect(try place.must("custody patient find - --details-fd 7 7<<<marrow").contains("P-2"))
    try place.must("custody draw V-1 0.1mL --note - --details-fd 7 7<<<'-- spoke with her sister'")
    let short = try place.sh("custody patient add --name - --address - --details-fd 7 7<<<Odette")
    #expect(short.status == 2)
    #expect(short.text.contains("has no line for the address"), "\(short.text)")
    let none = try place.sh("setsid custody draw V-1 0.1mL --note - </dev/null")
    #expect(none.status == 2 && none.text.contains("there is no terminal"), "\(none.text)")
    let closed = try place.sh("custody draw V-1 0.1mL --note - --details-fd 77")
    #expect(closed.status == 2 && closed.text.contains("is not open"), "\(closed.text)")
  }
}

/// What somebody does at a terminal.
enum Step {
  /// Until the terminal says this.
  case wait(String)
  case type(String)
  /// Walks away: closes the window, ends the input, interrupts, stops the program and kills it.
  case leave(String)
  /// Looks for an expression in the arguments and environments of all processes.
  case look(String)

  fileprivate var line: String {
    switch self {
    case .wait(let text): "wait\t\(text)"
    case .type(let text): "type\t\(text)"
    case .leave(let way): "leave\t\(way)"
    case .look(let text): "look\t\(text)"
    }
  }
}

extension Place {
  /// A stocked clinic where Eve has a passphrase.
  static func withPassphrases() throws -> Place {
    let place = try Place()
    try place.stocked()
    try place.must("custody person add eve --name 'Eve Lin' --initials EL --role pharmacist")
    try place.must("custody key new eve --witness lee --passphrase-fd 5 5<<<'one angry gull'")
    return place
  }

  /// Every file below this place, but for what the tests themselves write.
  func files() throws -> String {
    try must("find . -type f ! -name '.said-*' ! -name 'play.*' | sort")
  }

  /// Plays somebody at a terminal. The steps stand in a file, not among the arguments: what is
  /// looked for there must not be found in the player.
  func play(_ line: String, _ steps: [Step]) throws -> String {
    let player = """
      import os, pty, sys, time, select, signal, re
      line, *steps = open('play.steps').read().split('\\n')
      pid, terminal = pty.fork()
      if pid == 0:
          os.execvp('bash', ['bash', '-c', 'exec ' + line])
      said = b''
      def hear(seconds, until=None):
          global said
          end = time.time() + seconds
          while time.time() < end:
              if until is not None and said.endswith(until): return
              if not select.select([terminal], [], [], 0.1)[0]: continue
              try: more = os.read(terminal, 4096)
              except OSError: return
              if not more: return
              said += more
      for step in steps:
          verb, text = step.split('\\t')
          if verb == 'wait': hear(30, text.encode())
          elif verb == 'type': os.write(terminal, text.encode() + b'\\n')
          elif verb == 'look':
              found = []
              for process in filter(str.isdigit, os.listdir('/proc')):
                  # Other tests run beside this one: what works in this folder is looked at.
                  try: folder = os.readlink(f'/proc/{process}/cwd')
                  except OSError: continue
                  if folder != os.getcwd(): continue
                  for name in ('cmdline', 'environ'):
                      try: data = open(f'/proc/{process}/{name}', 'rb').read()
                      except OSError: continue
                      # The expression itself is nobody's argument.
                      if re.search(text.encode(), data): found.append(process + ' ' + name)
              said += b'processes: ' + (' '.join(found) or 'clean').encode() + b'\\n'
          elif text == 'close': os.close(terminal); terminal = -1
          elif text == 'eof': os.write(terminal, b'\\x04'); hear(1); os.write(terminal, b'\\x04')
          elif text == 'interrupt': os.write(terminal, b'\\x03')
          elif text == 'terminate': os.kill(pid, signal.SIGTERM)
          elif text == 'stop-and-kill':
              os.write(terminal, b'\\x1a'); time.sleep(0.3); os.kill(pid, signal.SIGKILL)
      if terminal >= 0: hear(20)
      os.waitpid(pid, 0)
      sys.stdout.write(said.decode())
      """
    try player.write(toFile: path + "/play.py", atomically: true, encoding: .utf8)
    try ([line] + steps.map(\.line)).joined(separator: "\n")
      .write(toFile: path + "/play.steps", atomically: true, encoding: .utf8)
    return try sh("timeout 60 python3 play.py").text
  }
}
