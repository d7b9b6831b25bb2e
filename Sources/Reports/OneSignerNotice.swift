package import Dispensary
package import Notation

/// What every report says of a site at which one person signed alone.
///
/// A policy that was ended is still said, because what was recorded under it stays as it was.
package struct OneSignerNotice: Sendable {
  private let spans: [OneSignerSpan]

  package init(_ state: State) { spans = state.oneSigner }

  /// One line for each time that a policy stood; none where there never was one.
  package var lines: [String] {
    spans.map(\.text)
  }

  /// The lines after what a report says, with an empty one before them; nothing where there are none.
  var foot: [String] { lines.isEmpty ? [] : [""] + lines }

  /// `[{"since": 12}]`, with `until` where a policy was ended; `nil` where there never was one.
  package var json: JSON? {
    guard !spans.isEmpty else { return nil }
    return .array(
      spans.map { span in
        var members: [String: JSON] = ["since": .integer(span.from)]
        members["until"] = span.until.map { .integer($0) }
        return .object(members)
      })
  }
}

extension Wording {
  var oneSigner: OneSignerNotice { OneSignerNotice(state) }
}
