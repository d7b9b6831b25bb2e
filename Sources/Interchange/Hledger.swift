package import Dispensary
import Notation

/// The ledger as a journal of hledger 1.25, so that a second program reckons every balance.
///
///     hledger -f custody.journal check
///
/// Each entry that moves stock is a transaction on the day on which it took effect, with its number
/// as the code. A product is a commodity and its lot the last part of the account. The journal ends
/// with one transaction of nothing in which every balance is asserted. It names no patient.
package enum Hledger {
  package static func journal(of state: State, zone: Zone) -> String {
    let names = HledgerNames(of: state)
    let buckets = names.sorted
    let last = state.journal.map(\.effectiveAt).max()
    var parts = [head + state.oneSigner.map { "; \($0.text)" }]
    parts.append(commodities(of: state))
    parts.append(buckets.map { "account \(names[$0])" })
    parts += transactions(of: state, names, zone)
    if let last, !buckets.isEmpty {
      parts.append(closing(names, state, date: zone.day(of: last).text))
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  /// The commodity of a product: `"0409-2051"`.
  package static func commodity(_ product: ProductID) -> String { "\"\(product.text)\"" }

  private static let head = [
    "; Controlled substances by custody. Check with: hledger -f FILE check",
    "; Amounts are in the base unit of each product, with three decimals.",
  ]

  private static func commodities(of state: State) -> [String] {
    products(of: state).flatMap { id -> [String] in
      guard let product = state.products[id] else { return [] }
      return [
        "commodity 1000.000 \(commodity(id))",
        "  ; \(escaped(product.name)) \(escaped(product.strength.description)), in \(product.baseUnit.plural)",
      ]
    }
  }

  private static func products(of state: State) -> [ProductID] {
    Set(state.journal.flatMap(\.postings).map(\.bucket.item.product)).sorted()
  }

  private static func transactions(
    of state: State, _ names: HledgerNames, _ zone: Zone
  ) -> [[String]] {
    // hledger takes transactions in any order and checks assertions by date; only the last asserts.
    state.journal.filter { !$0.postings.isEmpty }
      .sorted { ($0.effectiveAt, $0.seq) < ($1.effectiveAt, $1.seq) }
      .map { entry in
        ["\(zone.day(of: entry.effectiveAt).text) (\(entry.seq)) \(entry.type)"]
          + entry.postings.map { posting in
            "  \(names[posting.bucket])  \(posting.amount.wire) "
              + commodity(posting.bucket.item.product)
          }
      }
  }

  private static func closing(
    _ names: HledgerNames, _ state: State, date: String
  ) -> [String] {
    ["\(date) (closing) balances after \(state.size) entries"]
      + names.sorted.map { bucket in
        let unit = commodity(bucket.item.product)
        return "  \(names[bucket])  0.000 \(unit) = \(state.balance(bucket).wire) \(unit)"
      }
  }
}

/// The account of each bucket: `stock:vault:available:general:V-31:lot-A1234`.
///
/// Stock that belongs to a patient goes by a number that says nothing about whose it is.
package struct HledgerNames {
  /// All buckets that an entry ever moved, by account.
  package private(set) var sorted: [Bucket] = []
  private var names: [Bucket: String] = [:]

  package init(of state: State) {
    var owners: [String: Int] = [:]
    for bucket in state.journal.flatMap(\.postings).map(\.bucket) where names[bucket] == nil {
      names[bucket] = HledgerNames.name(bucket, &owners)
    }
    sorted = names.sorted {
      ($0.value, $0.key.item.product.text) < ($1.value, $1.key.item.product.text)
    }
    .map(\.key)
  }

  package subscript(_ bucket: Bucket) -> String { names[bucket] ?? "" }

  private static func name(_ bucket: Bucket, _ owners: inout [String: Int]) -> String {
    var account = bucket.account
    if case .stock(var position) = account, position.owner != "general" {
      let number = owners[position.owner] ?? owners.count + 1
      owners[position.owner] = number
      position.owner = "patient-stock-\(number)"
      account = .stock(position)
    }
    return Hledger.escaped(account.text) + ":lot-" + Hledger.escaped(bucket.item.lot, in: true)
  }
}

extension Hledger {
  /// Text that hledger would read as something else: two spaces end an account name, `;` begins a
  /// comment, `:` begins a part of an account. Each becomes `%` and its code, as in addresses, and
  /// so does `%`, so that two lots never become one.
  static func escaped(_ text: String, in part: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isBad =
        part
        ? !(scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789-._/#+".unicodeScalars.contains(scalar)))
        : scalar.value < 0x20 || ";\"%".unicodeScalars.contains(scalar)
      if isBad {
        result += "%" + hex(scalar.value)
      } else if !part, scalar == " ", result.last == " " {
        result += "%20"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }
}
