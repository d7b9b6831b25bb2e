import Foundation
import Synchronization

/// A small server of HTTP/1.1, bounded in every direction: bytes, seconds, requests, connections.
///
///     let listener = try HTTPListener(host: "127.0.0.1", port: 0)
///     try listener.run(bodyBytesMax: 300_000) { request in HTTPResponse(status: 200, body: "") }
///
/// One thread for each connection, at most ``HTTPLimits/connectionsMax``; there is nothing to await.
final class HTTPListener: Sendable {
  /// The port that it listens on; the one that the system chose where 0 was asked for.
  let port: UInt16
  private let descriptor: Int32
  private let open = Mutex(0)

  /// Listens on an IPv4 address in numbers.
  init(host: String, port: UInt16) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      throw NetworkError("`\(host)` is not an IPv4 address")
    }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw NetworkError.system("no socket") }
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else {
      let failure = NetworkError.system("cannot listen on \(host):\(port)")
      close(descriptor)
      throw failure
    }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }

  /// Answers until the process ends.
  ///
  /// - Parameter handler: called on many threads at once.
  func run(
    bodyBytesMax: Int, _ handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws -> Never {
    while true {
      let client = accept(descriptor, nil, nil)
      if client < 0 {
        // Out of descriptors or memory: what is open ends soon. Anything else is the client's end.
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { usleep(100_000) }
        if [EBADF, EINVAL, ENOTSOCK].contains(errno) { throw NetworkError.system("cannot accept") }
        continue
      }
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      guard enter() else {
        HTTPListener.turnAway(client)
        continue
      }
      Thread.detachNewThread { [self] in
        HTTPListener.serve(client, bodyBytesMax, handler)
        open.withLock { $0 -= 1 }
      }
    }
  }

  private func enter() -> Bool {
    open.withLock { count in
      if count >= HTTPLimits.connectionsMax { return false }
      count += 1
      return true
    }
  }

  private static func turnAway(_ client: Int32) {
    let stream = TCPStream(owning: client)
    let full = HTTPResponse(status: 503, body: "too many connections\n")
    // What does not go at once is not waited for: this thread accepts for everybody.
    try? stream.send(full.bytes(keepsOpen: false))
  }

  private static func serve(
    _ client: Int32, _ bodyBytesMax: Int, _ handler: (HTTPRequest) -> HTTPResponse
  ) {
    let stream = TCPStream(owning: client)
    var reader = HTTPReader(stream)
    for count in 1...HTTPLimits.requestsMax {
      let answer: HTTPResponse
      var keepsOpen = false
      do {
        guard let request = try reader.request(bodyBytesMax: bodyBytesMax) else { return }
        keepsOpen = request.keepsOpen && count < HTTPLimits.requestsMax
        answer = handler(request)
      } catch let refusal as HTTPRefusal {
        answer = HTTPResponse(status: refusal.status, body: refusal.words + "\n")
      } catch let error as NetworkError where error.isLate {
        answer = HTTPResponse(status: 408, body: error.description + "\n")
      } catch {
        // The client is gone; nobody is left to answer.
        return
      }
      stream.deadline = .now + .seconds(HTTPLimits.bodySeconds)
      guard (try? stream.send(answer.bytes(keepsOpen: keepsOpen))) != nil else { return }
      if !keepsOpen { return stream.finish(atMost: bodyBytesMax) }
    }
  }
}
