package import Dispensary
package import Notation

/// Reads products from openFDA's `drug/ndc` data (public domain, CC0).
///
///     let reading = try OpenFDA.read(bytes)
///     reading.products    // Schedule III, finished, ready for the formulary
///     reading.lines       // what was done with every product and every package, and why
///
/// A file is an object with `results`, as the download and the service give it, or the bare
/// array. What cannot be taken is reported in its place and never dropped; only a file that
/// is no JSON, has another shape or holds nothing is an error.
package enum OpenFDA {
  /// Reads a whole file. Samples are reported and left out unless `includingSamples`: they have
  /// rules of their own.
  package static func read(
    _ bytes: [UInt8], includingSamples: Bool = false
  ) throws(OpenFDAError) -> OpenFDAReading {
    guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
    guard bytes.count <= InterchangeLimits.fileBytes else { throw .tooLarge(bytes: bytes.count) }
    let (records, root) = try records(of: bytes)
    var reader = OpenFDAReader(includingSamples: includingSamples)
    for (index, record) in records.enumerated() {
      reader.take(record, at: "\(root)[\(index)]")
    }
    return OpenFDAReading(products: reader.products, lines: reader.lines)
  }

  private static func records(
    of bytes: [UInt8]
  ) throws(OpenFDAError) -> (records: [JSON], root: String) {
    let whole: JSON
    do { whole = try PlainJSON.read(bytes) } catch { throw .notJSON(error) }
    let root = whole.items == nil ? "results" : ""
    guard let records = whole.items ?? whole["results"]?.items else { throw .wrongShape }
    guard !records.isEmpty else { throw .noProducts }
    return (records, root)
  }
}

/// The greatest sizes of files from outside, each with its reason.
package enum InterchangeLimits {
  /// The whole of openFDA's `drug/ndc` download with room to grow.
  // GAP: PlainJSON stops at 64 MiB, so that today a larger file ends as ``OpenFDAError/notJSON``.
  package static let fileBytes = 268_435_456
}

/// What a file of openFDA held.
package struct OpenFDAReading: Hashable, Sendable {
  /// The products that can be added to a formulary, in the order of the file.
  package let products: [Product]
  /// One line for each product and each package, in the order of the file.
  package let lines: [ImportLine]

  /// The lines of one outcome: how many were taken, skipped, unreadable.
  package func count(_ kind: ImportLine.Kind, of subject: ImportLine.Subject) -> Int {
    lines.count { $0.outcome.kind == kind && $0.subject == subject }
  }
}

/// What was done with one product or package of a file, and why.
package struct ImportLine: Hashable, Sendable, CustomStringConvertible {
  package enum Subject: String, Hashable, Sendable { case product, package }
  package enum Kind: String, Hashable, Sendable, CaseIterable { case taken, skipped, unreadable }

  package enum Outcome: Hashable, Sendable {
    case taken
    /// Understood and left out; the text says why.
    case skipped(String)
    /// Not understood; the text says what is wrong.
    case unreadable(String)

    package var kind: Kind {
      switch self {
      case .taken: .taken
      case .skipped: .skipped
      case .unreadable: .unreadable
      }
    }

    /// Why, where there is a reason.
    package var reason: String? {
      switch self {
      case .taken: nil
      case .skipped(let reason), .unreadable(let reason): reason
      }
    }
  }

  package let subject: Subject
  /// Where it stands in the file: `results[3].packaging[0]`.
  package let place: String
  /// The NDC as the file has it; empty if there is none.
  package let code: String
  /// The product's name or the package's description; empty if there is none.
  package let name: String
  package let outcome: Outcome

  /// `package 65219-186-05 at results[0].packaging[0]: taken`.
  package var description: String {
    let why = outcome.reason.map { ": \($0)" } ?? ""
    let code = code.isEmpty ? "" : " \(code)"
    return "\(subject.rawValue)\(code) at \(place): \(outcome.kind.rawValue)\(why)"
  }
}

/// Why a file was not read at all.
package enum OpenFDAError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case tooLarge(bytes: Int)
  case notJSON(NotationFault)
  case wrongShape
  case noProducts

  package var text: String {
    switch self {
    case .empty: "the file is empty"
    case .tooLarge(let bytes):
      "the file has \(bytes) bytes, more than \(InterchangeLimits.fileBytes)"
    case .notJSON: "the file is not JSON"
    case .wrongShape: "the file holds neither `results` nor an array of products"
    case .noProducts: "the file holds no products"
    }
  }

  package var hint: String {
    "expected is a file of openFDA `drug/ndc`: `{\"meta\": …, \"results\": [ … ]}`"
  }

  /// What the reader of JSON says, with the position; the text does not repeat it.
  package var underlying: NotationFault? {
    if case .notJSON(let fault) = self { fault } else { nil }
  }

  package var description: String { underlying.map { "\(text): \($0)" } ?? text }
}
