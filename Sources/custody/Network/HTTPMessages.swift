import Foundation

/// What small HTTP/1.1 messages may be.
enum HTTPLimits {
  /// Bytes of a request line and headers, or of a status line and headers.
  static let headBytesMax = 8_192
  /// Seconds in which a head must come whole.
  static let headSeconds = 10
  /// Seconds in which a body must come whole, and in which an answer must be taken.
  static let bodySeconds = 20
  /// Seconds in which a server must let us in, and take what we send.
  static let connectSeconds = 15
  /// Requests on one connection.
  static let requestsMax = 100
  /// Connections at one time; a further one is told to come again.
  static let connectionsMax = 32
}

/// Why a request is not even looked at.
struct HTTPRefusal: Error {
  let status: Int
  let words: String

  static let malformed = HTTPRefusal(status: 400, words: "not a request of HTTP/1.1")
}

/// The first lines of a message, in the one form that RFC 9112 gives them: lines end in CR LF,
/// nothing is folded, and a header has its colon at once.
struct HTTPHead {
  /// The words of the first line.
  let start: [String]
  /// Names in lower case.
  let headers: [(name: String, value: String)]

  /// Reads a head without the empty line that ends it.
  init(_ bytes: some Collection<UInt8>) throws(HTTPRefusal) {
    guard bytes.allSatisfy({ $0 < 0x7F && $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) })
    else { throw .malformed }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    guard !lines.contains(where: { $0.contains("\r") || $0.contains("\n") }) else {
      throw .malformed
    }
    start = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      .map(String.init)
    guard start.count == 3 else { throw .malformed }
    var headers: [(String, String)] = []
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(HTTPHead.isTokenCharacter)
      else { throw .malformed }
      headers.append((parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)))
    }
    self.headers = headers
  }

  private static func isTokenCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
      || "!#$%&'*+-.^_`|~".contains(character)
  }

  /// The value of a header; nil without one.
  func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The bytes of the body that the head announces; nil where it announces none. A body whose length
  /// two headers tell, or none, is refused.
  func contentLength() throws(HTTPRefusal) -> Int? {
    if value("transfer-encoding") != nil {
      throw HTTPRefusal(status: 411, words: "say how long the body is: `Content-Length`")
    }
    let lengths = headers.filter { $0.name == "content-length" }
    guard let text = lengths.first?.value else { return nil }
    guard lengths.count == 1, let length = Int(text), length >= 0, String(length) == text else {
      throw .malformed
    }
    return length
  }
}

/// A request that came whole.
struct HTTPRequest: Sendable {
  let method: String
  let path: String
  let body: [UInt8]
  /// Whether the client will ask again on this connection.
  let keepsOpen: Bool
}

/// What a request is answered with.
struct HTTPResponse: Sendable {
  let status: Int
  var type = "text/plain; charset=utf-8"
  let body: String

  private static let reasons = [
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
    422: "Unprocessable Content", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 503: "Service Unavailable",
  ]

  func bytes(keepsOpen: Bool) -> [UInt8] {
    let head =
      "HTTP/1.1 \(status) \(HTTPResponse.reasons[status] ?? "Refused")\r\n"
      + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: \(keepsOpen ? "keep-alive" : "close")\r\n\r\n"
    return Array((head + body).utf8)
  }
}

/// Cuts messages out of what a connection brings, within bounds of bytes and time.
struct HTTPReader {
  private let stream: TCPStream
  private var buffer: [UInt8] = []

  init(_ stream: TCPStream) { self.stream = stream }

  /// The next head, without its empty line; nil where the other side ended before one began.
  mutating func head() throws -> HTTPHead? {
    stream.deadline = .now + .seconds(HTTPLimits.headSeconds)
    while true {
      if let end = buffer.firstRange(of: [13, 10, 13, 10]),
        end.lowerBound <= HTTPLimits.headBytesMax
      {
        let head = buffer[..<end.lowerBound]
        buffer.removeFirst(end.upperBound)
        return try HTTPHead(head)
      }
      guard buffer.count <= HTTPLimits.headBytesMax else {
        throw HTTPRefusal(status: 431, words: "the head is too long")
      }
      let more = try stream.receive()
      if more.isEmpty {
        if buffer.isEmpty { return nil }
        throw HTTPRefusal.malformed
      }
      buffer += more
    }
  }

  /// The next `count` bytes.
  mutating func body(_ count: Int) throws -> [UInt8] {
    stream.deadline = .now + .seconds(HTTPLimits.bodySeconds)
    while buffer.count < count {
      let more = try stream.receive()
      guard !more.isEmpty else { throw HTTPRefusal.malformed }
      buffer += more
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  /// Everything until the other side ends, at most so many bytes.
  mutating func rest(atMost limit: Int) throws -> [UInt8] {
    stream.deadline = .now + .seconds(HTTPLimits.bodySeconds)
    while buffer.count <= limit {
      let more = try stream.receive()
      if more.isEmpty { return buffer }
      buffer += more
    }
    throw NetworkError("the answer is too long")
  }

  /// The next request; nil where the client has none.
  mutating func request(bodyBytesMax: Int) throws -> HTTPRequest? {
    guard let head = try head() else { return nil }
    guard ["HTTP/1.1", "HTTP/1.0"].contains(head.start[2]), head.start[1].hasPrefix("/") else {
      throw HTTPRefusal.malformed
    }
    let length = try head.contentLength() ?? 0
    guard length <= bodyBytesMax else {
      throw HTTPRefusal(status: 413, words: "the body is longer than \(bodyBytesMax) bytes")
    }
    if length > 0, head.value("expect")?.lowercased() == "100-continue" {
      try stream.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    let wish = head.value("connection")?.lowercased()
    return HTTPRequest(
      method: head.start[0], path: head.start[1], body: try body(length),
      keepsOpen: head.start[2] == "HTTP/1.1" ? wish != "close" : wish == "keep-alive")
  }
}
