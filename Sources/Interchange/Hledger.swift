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
    let buckets = accounts(of: state)
    let last = state.journal.map(\.effectiveAt).max()
    var parts = [head]
    parts.append(commodities(of: state))
    parts.append(buckets.map { "account \(account($0))" })
    parts += transactions(of: state, zone)
    if let last, !buckets.isEmpty {
      parts.append(closing(buckets, state, date: zone.day(of: last).text))
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  /// The account of a bucket: `stock:vault:available:general:V-31:lot-A1234`.
  package static func account(_ bucket: Bucket) -> String {
    escaped(bucket.account.text) + ":lot-" + escaped(bucket.item.lot, in: true)
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

  private static func accounts(of state: State) -> [Bucket] {
    Set(state.journal.flatMap(\.postings).map(\.bucket)).sorted {
      (account($0), $0.item.product.text) < (account($1), $1.item.product.text)
    }
  }

  private static func transactions(of state: State, _ zone: Zone) -> [[String]] {
    // hledger takes transactions in any order and checks assertions by date; only the last asserts.
    state.journal.filter { !$0.postings.isEmpty }
      .sorted { ($0.effectiveAt, $0.seq) < ($1.effectiveAt, $1.seq) }
      .map { entry in
        ["\(zone.day(of: entry.effectiveAt).text) (\(entry.seq)) \(entry.type)"]
          + entry.postings.map { posting in
            "  \(account(posting.bucket))  \(posting.amount.wire) "
              + commodity(posting.bucket.item.product)
          }
      }
  }

  private static func closing(_ buckets: [Bucket], _ state: State, date: String) -> [String] {
    ["\(date) (closing) balances after \(state.size) entries"]
      + buckets.map { bucket in
        let unit = commodity(bucket.item.product)
        return "  \(account(bucket))  0.000 \(unit) = \(state.balance(bucket).wire) \(unit)"
      }
  }

  /// Text that hledger would read as something else: two spaces end an account name, `;` begins a
  /// comment, `:` begins a part of an account. Each becomes `%` and its code, as in addresses, and
  /// so does `%`, so that two lots never become one.
  private static func escaped(_ text: String, in part: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isBad =
        part
        ? !(scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._/#+".unicodeScalars.contains(scalar))
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
