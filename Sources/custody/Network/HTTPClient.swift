import Foundation

/// Where a witness is asked: `http://host[:port][/prefix]`.
///
/// Plain HTTP only. What is sent is public and signed, and what comes back is verified: a cipher
/// would add nothing to the evidence. A witness that can only be reached by HTTPS is asked with
/// another program, through files.
struct HTTPAddress {
  let host: String
  let port: UInt16
  /// Begins with a slash or is empty; does not end in one.
  let prefix: String

  init(_ text: String) throws {
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
      parts.query == nil, parts.fragment == nil, parts.user == nil,
      let port = UInt16(exactly: parts.port ?? 80), port > 0,
      parts.percentEncodedPath.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw Failure.usage("`\(text)` is not an address of a witness") }
    guard parts.scheme?.lowercased() == "http" else {
      throw Failure.usage(
        "`\(text)` is not an `http:` address",
        hint: "a witness behind HTTPS is asked through files: `--request-out`, `--response-in`")
    }
    // Brackets of an IPv6 address are for the address, not for the system.
    self.host = host.trimmingCharacters(in: ["[", "]"])
    self.port = port
    var prefix = parts.percentEncodedPath
    while prefix.hasSuffix("/") { prefix.removeLast() }
    self.prefix = prefix
  }

  private var authority: String {
    (host.contains(":") ? "[\(host)]" : host) + (port == 80 ? "" : ":\(port)")
  }

  /// What a server answered.
  struct Answer {
    let status: Int
    let type: String?
    let body: [UInt8]
  }

  /// Posts a body to a path below the prefix.
  func post(_ body: [UInt8], to path: String) throws -> Answer {
    try ask("POST", path, body)
  }

  /// Gets what lies at a path below the prefix.
  func get(_ path: String) throws -> Answer { try ask("GET", path, []) }

  /// Asks by HTTP/1.0, so that the answer ends with the connection and is never cut into chunks.
  private func ask(_ method: String, _ path: String, _ body: [UInt8]) throws -> Answer {
    let stream = try TCPStream.connect(host, port: port, seconds: HTTPLimits.connectSeconds)
    let head =
      "\(method) \(prefix)\(path) HTTP/1.0\r\nHost: \(authority)\r\n"
      + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.count)\r\n"
      + "Connection: close\r\n\r\n"
    try stream.send(Array(head.utf8) + body)
    var reader = HTTPReader(stream)
    do {
      guard let head = try reader.head(), head.start[0].hasPrefix("HTTP/1."),
        let status = Int(head.start[1]), (100...599).contains(status)
      else { throw NetworkError("the answer is not one of HTTP/1.1") }
      let length = try head.contentLength()
      guard length ?? 0 <= HTTPAddress.answerBytesMax else {
        throw NetworkError("the answer is too long")
      }
      let body =
        try length.map { try reader.body($0) }
        ?? reader.rest(atMost: HTTPAddress.answerBytesMax)
      return Answer(status: status, type: head.value("content-type"), body: body)
    } catch is HTTPRefusal {
      throw NetworkError("the answer is not one of HTTP/1.1")
    }
  }

  /// Thirty-two signature lines fit, post-quantum ones too.
  static let answerBytesMax = 200_000
}
