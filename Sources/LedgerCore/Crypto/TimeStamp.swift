internal import COpenSSL
package import Notation

/// What is asked of a time-stamping authority (RFC 3161): to stamp SHA-256 of some bytes.
package struct TimeStampRequest: Hashable, Sendable {
  /// Version 1, SHA-256, a nonce, the certificate wanted; DER.
  package let der: [UInt8]

  /// The bytes of a nonce.
  package static let nonceBytes = 8

  /// - Parameter nonce: of ``nonceBytes`` random bytes.
  package init(stamping bytes: [UInt8], nonce: [UInt8]) {
    var der = [UInt8](repeating: 0, count: 256)
    let length = unsafe custody_ts_request(
      SHA256.hash(bytes).bytes, nonce, nonce.count, &der, der.count)
    precondition(length > 0, "libcrypto cannot make a request")
    self.der = Array(der.prefix(length))
  }

  /// One that was kept.
  package init(der: [UInt8]) { self.der = der }

  /// Whether it asks for these bytes to be stamped.
  package func isAbout(_ bytes: [UInt8]) -> Bool {
    unsafe custody_ts_asks(der, der.count, SHA256.hash(bytes).bytes) == 1
  }
}

/// Why a response is no time stamp of these bytes.
package enum TimeStampFault: String, Error, Hashable, Sendable {
  case malformed = "is not a response in DER, with nothing after it"
  case refused = "says that the authority refused"
  case wrongImprint = "is about something else"
  case wrongNonce = "answers another request"
  case falseSignature = "bears a signature that does not fit"
  case certificates = "cannot be checked: the certificates are damaged, or there are none"
}

/// A time stamp whose content and own signature fit.
package struct TimeStamp: Hashable, Sendable {
  /// How far its signature leads.
  package enum Trust: Hashable, Sendable {
    /// To one of the roots given, by certificates that were valid when it was made.
    case traced
    /// To none of them, or none were given.
    case untraced
    /// Not even to a certificate: the token carries none, and none was given.
    case withoutCertificate
  }

  /// When the authority says that it was made, fractions of a second dropped.
  package let time: Instant
  package let trust: Trust

  /// Checks a response: form, status, imprint, nonce, signature, and the chain at the token's time.
  ///
  /// - Parameters:
  ///   - bytes: what was stamped.
  ///   - roots: certificates in PEM: self-signed ones are trusted, others may lie between. Empty
  ///     when nothing is trusted.
  ///   - untrusted: certificates in PEM that may lie between.
  package static func open(
    _ response: [UInt8], answering request: TimeStampRequest, stamping bytes: [UInt8],
    roots: [UInt8] = [], untrusted: [UInt8] = []
  ) throws(TimeStampFault) -> TimeStamp {
    var seconds: Int64 = 0
    let verdict = unsafe custody_ts_check(
      request.der, request.der.count, response, response.count, SHA256.hash(bytes).bytes, roots,
      roots.count, untrusted, untrusted.count, &seconds)
    return TimeStamp(
      time: Instant(milliseconds: seconds * 1000), trust: try trust(Int(verdict)))
  }

  private static func trust(_ verdict: Int) throws(TimeStampFault) -> Trust {
    switch verdict {
    case CUSTODY_TS_TRACED: return .traced
    case CUSTODY_TS_UNTRACED: return .untraced
    case CUSTODY_TS_NO_CERTIFICATE: return .withoutCertificate
    case CUSTODY_TS_REFUSED: throw .refused
    case CUSTODY_TS_WRONG_IMPRINT: throw .wrongImprint
    case CUSTODY_TS_WRONG_NONCE: throw .wrongNonce
    case CUSTODY_TS_FALSE_SIGNATURE: throw .falseSignature
    case CUSTODY_TS_BAD_CERTIFICATES: throw .certificates
    default: throw .malformed
    }
  }
}

/// Asks an authority over HTTP.
package enum TimeStampAuthority {
  /// Why nothing came back.
  package enum Failure: Error, Hashable, Sendable {
    case unreachable, timeout, wrongAnswer
    /// Not `http://HOST[:PORT][/PATH]`. TLS is not spoken: what comes back is signed.
    case malformedURL
  }

  /// A response carries at most a chain of certificates.
  package static let responseBytesMax = 64 << 10

  /// Posts a request and answers the response, unchecked.
  ///
  /// - Parameter seconds: for everything but the resolution of the name.
  package static func ask(
    _ url: String, _ request: TimeStampRequest, seconds: Int
  ) throws(Failure) -> [UInt8] {
    var answer = [UInt8](repeating: 0, count: responseBytesMax)
    var count = 0
    let outcome = unsafe custody_http_post(
      url, "application/timestamp-query", request.der, request.der.count,
      "application/timestamp-reply", &answer, answer.count, &count, Int32(clamping: seconds))
    switch Int(outcome) {
    case CUSTODY_HTTP_ANSWERED: return Array(answer.prefix(count))
    case CUSTODY_HTTP_TIMEOUT: throw .timeout
    case CUSTODY_HTTP_WRONG_ANSWER: throw .wrongAnswer
    case CUSTODY_HTTP_BAD_URL: throw .malformedURL
    default: throw .unreachable
    }
  }
}
