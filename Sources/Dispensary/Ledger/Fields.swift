package import Notation

/// Why the fields of an entry's body cannot be read as the event that its type promises.
package struct WireFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The field, with its path in the body, such as `lines[2].lot`.
  package let field: String
  package let problem: String

  package init(_ field: String, _ problem: String) {
    self.field = field
    self.problem = problem
  }

  package var description: String { "field `\(field)` \(problem)" }
}

/// An identifier or other value that stands in a body as one string.
package protocol WireText: Sendable {
  init(wireText: String) throws
  var wireText: String { get }
}

/// Reads the members of one JSON object and refuses what nobody asked for.
///
///     var fields = Fields(body)
///     let lot = try fields.text("lot")
///     try fields.finish()      // any other member is a fault
package struct Fields {
  private let members: [String: JSON]
  private let path: String
  private var left: Set<String>

  package init(_ members: [String: JSON], path: String = "") {
    self.members = members
    self.path = path
    self.left = Set(members.keys)
  }

  package mutating func has(_ key: String) -> Bool { members[key] != nil }

  package mutating func optionalText(_ key: String) throws(WireFault) -> String? {
    guard let value = take(key) else { return nil }
    guard case .string(let text) = value else { throw fault(key, "is not a string") }
    return text
  }

  package mutating func text(_ key: String) throws(WireFault) -> String {
    guard let text = try optionalText(key) else { throw missing(key) }
    return text
  }

  package mutating func whole(_ key: String) throws(WireFault) -> Int64 {
    guard let value = take(key) else { throw missing(key) }
    guard case .integer(let number) = value else { throw fault(key, "is not a whole number") }
    return number
  }

  package mutating func flag(_ key: String) throws(WireFault) -> Bool {
    guard let value = take(key) else { return false }
    guard case .bool(true) = value else { throw fault(key, "is there but not `true`") }
    return true
  }

  package mutating func optionalAmount(_ key: String) throws(WireFault) -> Amount? {
    guard let text = try optionalText(key) else { return nil }
    guard let amount = Amount(wire: text) else {
      throw fault(key, "is not a decimal with three places: `\(text)`")
    }
    return amount
  }

  package mutating func amount(_ key: String) throws(WireFault) -> Amount {
    guard let amount = try optionalAmount(key) else { throw missing(key) }
    return amount
  }

  /// An amount that is absent when it is zero, and only then.
  package mutating func amountUnlessZero(_ key: String) throws(WireFault) -> Amount {
    guard let amount = try optionalAmount(key) else { return .zero }
    guard !amount.isZero else { throw fault(key, "is zero where it should be absent") }
    return amount
  }

  package mutating func optionalInstant(_ key: String) throws(WireFault) -> Instant? {
    guard let text = try optionalText(key) else { return nil }
    guard let instant = Instant(text) else { throw fault(key, "is not a time: `\(text)`") }
    return instant
  }

  package mutating func optional<T: WireText>(
    _ key: String, as type: T.Type = T.self
  ) throws(WireFault) -> T? {
    guard let text = try optionalText(key) else { return nil }
    return try read(text, key)
  }

  /// Reads one text; the fault says what it should be, and never shows a patient's.
  private func read<T: WireText>(_ text: String, _ key: String) throws(WireFault) -> T {
    let value: T
    do { value = try T(wireText: text) } catch let error as VocabularyError {
      throw fault(key, "is malformed: \(error.text)")
    } catch { throw fault(key, "is not known: `\(text)`") }
    guard value.wireText == text else {
      throw fault(key, "is not in its one spelling, `\(value.wireText)`")
    }
    return value
  }

  package mutating func value<T: WireText>(
    _ key: String, as type: T.Type = T.self
  ) throws(WireFault) -> T {
    guard let value = try optional(key, as: type) else { throw missing(key) }
    return value
  }

  package mutating func optionalItems(_ key: String) throws(WireFault) -> [JSON] {
    guard let value = take(key) else { return [] }
    guard case .array(let items) = value else { throw fault(key, "is not a list") }
    guard !items.isEmpty else { throw fault(key, "is empty where it should be absent") }
    return items
  }

  package mutating func texts<T: WireText>(
    _ key: String, as type: T.Type = T.self
  ) throws(WireFault) -> [T] {
    var values: [T] = []
    for (index, item) in try optionalItems(key).enumerated() {
      let name = "\(key)[\(index)]"
      guard case .string(let text) = item else { throw fault(name, "is not a string") }
      values.append(try read(text, name))
    }
    return values
  }

  package mutating func object(_ key: String) throws(WireFault) -> JSON {
    guard let value = take(key) else { throw missing(key) }
    guard case .object = value else { throw fault(key, "is not an object") }
    return value
  }

  /// Reads a list of objects, each with a reader of its own that must use every member.
  package mutating func list<T>(
    _ key: String, _ read: (inout Fields) throws(WireFault) -> T
  ) throws(WireFault) -> [T] {
    var values: [T] = []
    for (index, item) in try optionalItems(key).enumerated() {
      let name = "\(path)\(key)[\(index)]"
      guard case .object(let members) = item else { throw WireFault(name, "is not an object") }
      var fields = Fields(members, path: name + ".")
      values.append(try read(&fields))
      try fields.finish()
    }
    return values
  }

  /// Refuses members that nobody has read.
  package func finish() throws(WireFault) {
    guard let first = left.min() else { return }
    throw WireFault(path + first, "is unknown")
  }

  package func fault(_ key: String, _ problem: String) -> WireFault {
    WireFault(path + key, problem)
  }

  private func missing(_ key: String) -> WireFault { fault(key, "is missing") }

  private mutating func take(_ key: String) -> JSON? {
    left.remove(key)
    return members[key]
  }
}

/// Writes members that are absent when there is nothing to say.
package struct Members {
  package private(set) var all: [String: JSON] = [:]

  package init() {}

  package mutating func put(_ key: String, _ text: String?) {
    if let text { all[key] = .string(text) }
  }
  package mutating func put(_ key: String, _ amount: Amount?) { put(key, amount?.wire) }
  package mutating func put(_ key: String, _ instant: Instant?) { put(key, instant?.text) }
  package mutating func put(_ key: String, whole: Int64?) {
    if let whole { all[key] = .integer(whole) }
  }
  package mutating func put(_ key: String, flag: Bool) {
    if flag { all[key] = .bool(true) }
  }
  package mutating func put(_ key: String, _ value: (some WireText)?) { put(key, value?.wireText) }
  package mutating func put(_ key: String, list: [some WireText]) {
    if !list.isEmpty { all[key] = .array(list.map { .string($0.wireText) }) }
  }
  package mutating func put(_ key: String, objects: [[String: JSON]]) {
    if !objects.isEmpty { all[key] = .array(objects.map { .object($0) }) }
  }
  package mutating func put(_ key: String, json: JSON?) {
    if let json { all[key] = json }
  }
}
