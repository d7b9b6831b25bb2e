import Foundation
import Notation

/// Where the desk speaks: data on standard output, talk on standard error.
enum Console {
  static func print(_ text: String) {
    write(text + "\n", to: 1)
  }

  static func print(_ json: JSON) {
    print(String(decoding: PlainJSON.bytes(json, pretty: true), as: UTF8.self))
  }

  static func say(_ text: String) {
    write("custody: " + text + "\n", to: 2)
  }

  /// Prints bad news, each line with its tag.
  static func report(_ failure: Failure) {
    for line in failure.lines { say("error: \(line)") }
    for hint in failure.hints { say("hint: \(hint)") }
  }

  static func prompt(_ question: String) {
    write(question, to: 2)
  }

  /// Writes all of a text.
  ///
  /// A reader that has seen enough, such as `head`, ends nothing: the status of a verification is
  /// still its verdict, and an act is recorded whether or not anybody listens. Standard output that
  /// cannot be written otherwise, such as an export to a full disk, ends the program.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        guard errno != EPIPE, descriptor == 1 else { return }
        say("error: the output cannot be written: \(String(cString: strerror(errno)))")
        exit(ExitStatus.failed.rawValue)
      }
    }
  }

  static var isInteractive: Bool { isatty(0) == 1 && isatty(2) == 1 }

  /// Asks for a secret on the terminal, without echo.
  ///
  /// - Throws: a ``Failure`` when there is no terminal to ask on.
  static func secret(_ question: String) throws -> [UInt8] {
    guard let terminal = open("/dev/tty", O_RDWR) as Int32?, terminal >= 0 else {
      throw Failure(
        .wrongSecret, "there is no terminal to ask for a passphrase",
        hint: "pass it with `--passphrase-fd N`, one line for each signer")
    }
    defer { close(terminal) }
    var settings = termios()
    tcgetattr(terminal, &settings)
    var quiet = settings
    quiet.c_lflag &= ~tcflag_t(ECHO)
    // Ctrl-C ends the process on the spot, and must not leave a terminal that does not echo.
    Interruption.restoring(settings, of: terminal, silencedBy: quiet)
    tcsetattr(terminal, TCSANOW, &quiet)
    defer {
      tcsetattr(terminal, TCSANOW, &settings)
      Interruption.restored()
    }
    let handle = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
    handle.write(Data(question.utf8))
    let line = Lines.read(terminal)
    handle.write(Data("\n".utf8))
    return line ?? []
  }

  /// Asks for something private on the terminal, which shows it; no shell remembers it.
  ///
  /// - Throws: a ``Failure`` when there is no terminal, or nothing was typed before its end.
  static func ask(_ question: String) throws -> String {
    guard let terminal = open("/dev/tty", O_RDWR) as Int32?, terminal >= 0 else {
      throw Failure.usage(
        "there is no terminal to ask for the \(question)",
        hint: "pass it with `--details-fd N`, one line for each answer")
    }
    defer { close(terminal) }
    FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
      .write(Data((question + ": ").utf8))
    guard let line = Lines.read(terminal) else {
      throw Failure.usage("the \(question) was not typed", hint: "nothing was recorded; try again")
    }
    return String(decoding: line, as: UTF8.self).trimmingSpaces
  }
}

/// Reads lines from a descriptor, one byte at a time: what follows is another reader's.
enum Lines {
  static func read(_ descriptor: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Foundation.read(descriptor, &byte, 1)
      if count == 0 { return line.isEmpty ? nil : line }
      if count < 0 { return nil }
      if byte == 0x0A { return line }
      line.append(byte)
      if line.count > 4096 { return line }
    }
  }
}

/// A line on a terminal that says how far a long task has come; nothing in a pipe.
final class Progress {
  private let what: String
  private let total: Int64
  private let began = Date()
  private var shown = Date.distantPast
  private let isTerminal = isatty(2) == 1

  init(_ what: String, of total: Int64) {
    self.what = what
    self.total = total
  }

  func at(_ done: Int64) {
    guard isTerminal, Date().timeIntervalSince(began) > 1,
      Date().timeIntervalSince(shown) > 0.2
    else { return }
    shown = Date()
    let rate = Double(done) / max(Date().timeIntervalSince(began), 0.001)
    let left = rate > 0 ? Int(Double(max(0, total - done)) / rate) : 0
    let line = "\r\(what): \(done) of \(total), \(Int(rate)) a second, \(left) s left   "
    FileHandle.standardError.write(Data(line.utf8))
  }

  func end() {
    guard isTerminal, shown != .distantPast else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
