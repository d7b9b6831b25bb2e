/// A JSON value, whole, in memory.
///
///     let body: JSON = ["type": "waste", "seq": 41]
///     body["type"]?.text      // "waste"
///
/// Numbers are never floating: what is not an `Int64` keeps its lexeme in ``number(_:)``. Two
/// strings are equal when Unicode calls them equivalent, as everywhere in Swift; who compares
/// bytes compares what ``CanonicalJSON`` writes.
package indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number that is not an `Int64`, as it was written.
  case number(String)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// The member of an object; nil where there is none or where this is no object.
  package subscript(_ key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The string, where this is one.
  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The integer, where this is one.
  package var whole: Int64? {
    if case .integer(let whole) = self { whole } else { nil }
  }

  /// The truth value, where this is one.
  package var truth: Bool? {
    if case .bool(let truth) = self { truth } else { nil }
  }

  /// The elements, where this is an array.
  package var items: [JSON]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// The members, where this is an object.
  package var members: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements as strings, where this is an array of nothing but strings.
  package var texts: [String]? {
    guard let items else { return nil }
    let texts = items.compactMap(\.text)
    return texts.count == items.count ? texts : nil
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }

  /// An object; of a key given twice the last value stays.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
