import Foundation
import Testing

/// A person at a terminal, played by Python on a pseudo-terminal.
@Suite("terminal")
struct TerminalTests {
  @Test("the passphrase prompt names its owner, does not echo, and refuses a wrong one")
  func prompt() throws {
    let place = try Place()
    try place.clinic()
    try place.must("custody person add bob --name 'Bob Ray' --initials BR --role nurse")
    let made = try place.type(
      "custody key new bob --witness lee", ["seven hungry herons", "seven hungry herons"])
    #expect(made.status == 0, "\(made.text)")
    #expect(made.text.contains("passphrase of Bob Ray, new: "), "\(made.text)")
    let differing = try place.type(
      "custody key rotate bob --as bob", ["seven hungry herons", "one angry gull", "no such gull"])
    #expect(differing.status == 2, "\(differing.text)")
    #expect(differing.text.contains("the two passphrases differ"), "\(differing.text)")
    let wrong = try place.type("custody location add attic --as bob", ["seven hungry herrings"])
    #expect(wrong.status == 9, "\(wrong.text)")
    #expect(wrong.text.contains("passphrase of Bob Ray: "), "\(wrong.text)")
    #expect(wrong.text.contains("error: wrong passphrase"), "\(wrong.text)")
    let right = try place.type(
      "custody move spravato --to room --as bob --from vault", ["seven hungry herons"])
    #expect(right.status == 2, "the key opens, and then the product is unknown: \(right.text)")
    for said in [made, differing, wrong, right] {
      #expect(!said.text.contains("hungry"), "a passphrase was echoed: \(said.text)")
    }
  }

  @Test("the desk keeps one person unlocked, and asks every witness")
  func desk() throws {
    let place = try Place()
    try place.clinic()
    try place.must("custody person add bob --name 'Bob Ray' --initials BR --role nurse")
    try place.must(
      "custody key new bob --witness lee --passphrase-fd 5 5<<<'seven hungry herons'")
    try place.must("custody person add eve --name 'Eve Lin' --initials EL --role pharmacist")
    try place.must(
      "custody key new eve --witness lee --passphrase-fd 5 5<<<'one angry gull'")
    let said = try place.type(
      "custody desk --as bob",
      [
        "seven hungry herons", "location add attic --name 'The attic'",
        "location add cellar --name 'open", "frobnicate", "location add loft --as nobody",
        "initial-inventory --zero --witness eve", "one angry gull",
        "switch eve", "wrong passphrase", "location add den", "one angry gull",
        "lock", "location add yard", "one angry gull", "quit",
      ], prompts: [": ", "> "])
    #expect(said.status == 0, "\(said.text)")
    for expected in [
      "Bob Ray works here", "bob> ", "location attic, The attic", "a quotation mark is open",
      "`custody frobnicate` is not a command", "nobody here is called `nobody`",
      "passphrase of Eve Lin: ", "by bob, witnessed by eve", "wrong passphrase for Eve Lin",
      "eve, locked> ", "location den", "location yard",
    ] {
      #expect(said.text.contains(expected), "no `\(expected)` in: \(said.text)")
    }
    #expect(!said.text.contains("hungry") && !said.text.contains("angry"), "echoed")
    let places = try place.must("custody location list")
    for name in ["attic", "den", "yard"] { #expect(places.contains(name)) }
    #expect(!places.contains("cellar") && !places.contains("loft"))
  }

  @Test("Ctrl-C at a prompt ends with 130, restores the echo and records nothing")
  func interruptedPrompt() throws {
    let place = try Place()
    try place.clinic()
    try place.must("custody person add bob --name 'Bob Ray' --initials BR --role nurse")
    try place.must(
      "custody key new bob --witness lee --passphrase-fd 5 5<<<'seven hungry herons'")
    let before = try place.content()
    let said = try place.type(
      "trap : INT; custody location add attic --as bob; s=$?; stty -a | grep -q \" echo \" "
        + "&& echo echo is on; exit $s", ["\u{3}"])
    #expect(said.status == 130, "\(said.text)")
    #expect(said.text.contains("echo is on"), "\(said.text)")
    #expect(try place.content() == before)
  }
}

extension Place {
  /// Runs a command on a pseudo-terminal, answering each prompt (what ends with `: `).
  func type(_ line: String, _ answers: [String], prompts: [String] = [": "]) throws -> Said {
    let ends = prompts.map { "b'\($0)'" }.joined(separator: ", ")
    let script = """
      import os, pty, sys, time, select, termios
      line, answers = sys.argv[1], [a.encode() for a in sys.argv[2:]]
      pid, terminal = pty.fork()
      if pid == 0:
          os.execvp('bash', ['bash', '-c', line])
      said, end, seen = b'', time.time() + 30, 0
      while time.time() < end:
          if not select.select([terminal], [], [], 0.1)[0]:
              if answers and said[seen:].endswith((\(ends),)):
                  answer, seen = answers.pop(0), len(said)
                  os.write(terminal, answer if answer == b'\\x03' else answer + b'\\n')
              continue
          try: more = os.read(terminal, 4096)
          except OSError: break
          if not more: break
          said += more
      status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
      sys.stdout.write(said.decode())
      sys.exit(status if status >= 0 else 128 - status)
      """
    let arguments = ([line] + answers).map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(
      separator: " ")
    // The script stands in a file: its standard input is not the terminal it makes.
    try script.write(toFile: path + "/terminal.py", atomically: true, encoding: .utf8)
    return try sh("python3 terminal.py \(arguments)")
  }
}
