import Foundation

/// Why a connection did not do what was asked of it.
struct NetworkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  static func system(_ what: String, _ number: Int32 = errno) -> NetworkError {
    NetworkError("\(what): \(String(cString: strerror(number)))")
  }

  /// Nothing came, or nothing could be sent, before the deadline.
  static let late = NetworkError("the other side took too long")

  var isLate: Bool { description == NetworkError.late.description }
}

/// A TCP connection on which every wait ends at a deadline. One thread at a time uses it.
final class TCPStream {
  private let descriptor: Int32
  /// When waiting ends; each request sets its own.
  var deadline = ContinuousClock.now

  /// Takes the descriptor over.
  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Connects to the first address of a host that answers.
  static func connect(_ host: String, port: UInt16, seconds: Int) throws -> TCPStream {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host, "\(port)", &hints, &list)
    guard result == 0 else {
      throw NetworkError("`\(host)` has no address: \(String(cString: gai_strerror(result)))")
    }
    defer { freeaddrinfo(list) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var failure: any Error = NetworkError("`\(host)` has no address")
    var next = list
    while let info = next?.pointee {
      do { return try connect(info, until: deadline) } catch { failure = error }
      next = info.ai_next
    }
    throw failure
  }

  private static func connect(
    _ info: addrinfo, until deadline: ContinuousClock.Instant
  ) throws -> TCPStream {
    let kind = info.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(info.ai_family, kind, info.ai_protocol)
    guard descriptor >= 0 else { throw NetworkError.system("no socket") }
    let stream = TCPStream(owning: descriptor)
    stream.deadline = deadline
    if Foundation.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return stream }
    guard errno == EINPROGRESS else { throw NetworkError.system("cannot connect") }
    try stream.wait(for: Int16(POLLOUT))
    var (number, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
    guard number == 0 else { throw NetworkError.system("cannot connect", number) }
    return stream
  }

  /// The next bytes; none at the end of what the other side says.
  func receive(atMost count: Int = 16_384) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let got = recv(descriptor, &bytes, count, Int32(MSG_DONTWAIT))
      if got >= 0 { return Array(bytes.prefix(got)) }
      guard errno == EAGAIN || errno == EINTR else { throw NetworkError.system("cannot read") }
      try wait(for: Int16(POLLIN))
    }
  }

  /// Sends all of it.
  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
      let sent = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, flags)
      }
      if sent >= 0 {
        rest = rest.dropFirst(sent)
      } else {
        guard errno == EAGAIN || errno == EINTR else { throw NetworkError.system("cannot send") }
        try wait(for: Int16(POLLOUT))
      }
    }
  }

  /// Says that nothing more is sent, and hears out what is still on its way, so that the other side
  /// gets to read our last answer: a close with unread bytes would tear it away.
  func finish(atMost limit: Int) {
    shutdown(descriptor, Int32(SHUT_WR))
    deadline = min(deadline, .now + .seconds(1))
    var heard = 0
    while heard < limit, let bytes = try? receive(), !bytes.isEmpty { heard += bytes.count }
  }

  private func wait(for events: Int16) throws {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      let left = deadline - .now
      let milliseconds =
        left.components.seconds * 1_000
        + left.components.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else { throw NetworkError.late }
      let ready = poll(&entry, 1, Int32(clamping: milliseconds))
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw NetworkError.system("cannot wait") }
    }
  }
}
