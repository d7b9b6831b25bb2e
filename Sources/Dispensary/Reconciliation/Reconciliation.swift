package import Notation

/// The accountability audit of one product over a period, as a diversion investigator draws it
/// up: what the site must account for, what it does account for, and the difference.
///
///     let chart = Reconciliation(of: product, in: state, from: nil, to: nil)
///     chart?.difference     // -0.500: half a milliliter is missing
///
/// The closing inventory is what people counted, rolled forward by what the ledger records after
/// the count. It is never the book: without a count the outcome is ``Outcome/notCounted``, and
/// there is no difference to speak of. Open cases and readings are the difference; they are never
/// among what is accounted for.
///
/// A period reaches from `from`, which still belongs to the opening, to `to`, which belongs to the
/// period. Two charts that share a boundary neither lose an entry nor have one twice.
package struct Reconciliation: Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    /// Everything is accounted for.
    case closed
    /// There is more, or less, than there must be.
    case difference
    /// Some stock has not been counted in the period.
    case notCounted = "not-counted"

    /// The exit status of the desk.
    package var status: Int32 {
      switch self {
      case .closed: 0
      case .difference: 3
      case .notCounted: 11
      }
    }
  }

  package let product: Product
  package let from: Instant?
  package let to: Instant?
  /// Opening and additions.
  package let accountableLines: [Line]
  /// Closing, in hands, and outs. Without a count there is no line for the closing.
  package let accountedLines: [Line]
  /// How the closing inventory of each stock bucket is known.
  package let closing: [ClosingStock]
  /// What nobody counted. Anything here makes the outcome ``Outcome/notCounted``.
  package let uncounted: [UncountedStock]
  /// What holds the difference by the book: cases and readings, for the period.
  package let holds: [Hold]
  /// What stands in the book of counted stock but in no case, `nil` without a count. Positive
  /// where the book has more than the count, rolled forward, can confirm.
  package let remainder: Amount?
  /// The entries that made the remainder.
  package let causes: [Cause]
  /// Whether the chart starts at an inventory, of whatever size, and not at a mere zero.
  package let startsAtInventory: Bool

  /// TOTAL ACCOUNTABLE FOR.
  package var accountable: Amount { accountableLines.map(\.amount).sum }

  /// TOTAL ACCOUNTED FOR; `nil` when not counted.
  package var accounted: Amount? {
    uncounted.isEmpty ? accountedLines.map(\.amount).sum : nil
  }

  /// Accounted less accountable: negative is a shortage, positive an overage; `nil` when not
  /// counted.
  package var difference: Amount? { accounted.map { $0 - accountable } }

  package var outcome: Outcome {
    guard let difference else { return .notCounted }
    return difference.isZero ? .closed : .difference
  }

  /// The difference in percent of what is accountable, with two decimals, such as `-0.33`; `nil`
  /// when not counted or where nothing is accountable.
  package var percent: String? {
    guard let difference, !accountable.isZero else { return nil }
    return Percent.text(of: difference, in: accountable)
  }

  /// The line with this name, for drill-down.
  package func line(_ name: String) -> Line? {
    (accountableLines + accountedLines).first { $0.name == name }
  }

  /// Whether the parts of the difference sum up to it, and every part has its entries. What is
  /// false here is a mistake of ours.
  package var adds: Bool {
    guard let difference, let remainder else { return uncounted.isEmpty == false }
    let named = causes.map(\.amount).sum
    return difference == -holds.map(\.amount).sum - remainder && named == remainder
  }
}

extension Reconciliation {
  /// One line of the chart.
  package struct Line: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case opening, openingInHands, initialInventory
      /// From a source account.
      case addition(Account)
      case closing
      /// Neither on a shelf nor gone: drawn, filled, shipped or being compounded.
      case inHands, willCall, inTransit, compounding
      /// To an account of what is gone.
      case out(Account)
    }

    package let kind: Kind
    package let amount: Amount
    /// The entries behind the amount.
    package let entries: [Int64]

    /// The name by which a user asks for the entries: `opening`, `supplier:mckesson`, `wasted`.
    package var name: String {
      switch kind {
      case .opening: "opening"
      case .openingInHands: "opening-in-hands"
      case .initialInventory: "initial-inventory"
      case .addition(let account), .out(let account): account.text
      case .closing: "closing"
      case .inHands: "in-hands"
      case .willCall: "will-call"
      case .inTransit: "in-transit"
      case .compounding: "compounding"
      }
    }
  }

  /// The closing amount of one stock bucket and where it comes from.
  package struct ClosingStock: Hashable, Sendable {
    package enum Basis: Hashable, Sendable {
      /// A physical count: its entry, its time, and what was counted.
      case count(seq: Int64, at: Instant, counted: Amount)
      /// The container was finished in this entry.
      case emptied(seq: Int64)
      /// By the book: it came from counted stock, or from outside, after the product's last count.
      case book
    }

    package let position: Position
    package let lot: String
    package let basis: Basis
    package let amount: Amount
    /// The count and what rolled it forward.
    package let entries: [Int64]
  }

  /// Stock that the closing inventory lacks.
  package struct UncountedStock: Hashable, Sendable {
    package let position: Position
    package let lot: String
    package let book: Amount
    /// The newest count that covers it, where it was refilled since from stock nobody counted.
    package let refilledSince: Int64?
  }

  /// What a case, or the readings of a container, hold for the period.
  package struct Hold: Hashable, Sendable {
    package let account: Account
    package let lot: String
    /// Positive where stock is missing.
    package let amount: Amount
    /// The entry that opened the case; `nil` for readings.
    package let openedBy: Int64?
    package let entries: [Int64]
  }

  /// An entry that stands on one side of a count by its recording, and on the other by its time.
  package struct Cause: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
      /// Recorded after the count, about something before it, explaining no case in full.
      case late
      /// Recorded before the count was, about something after it.
      case early
    }

    package let kind: Kind
    package let seq: Int64
    package let type: String
    /// The entry of the count.
    package let count: Int64
    /// Its part of the remainder.
    package let amount: Amount
  }
}

/// Percentages without floating point.
package enum Percent {
  /// `part` in percent of `whole` with two decimals, halves away from zero.
  package static func text(of part: Amount, in whole: Amount) -> String {
    let scaled = Int128(part.thousandths) * 10_000
    let divisor = Int128(whole.thousandths)
    let isNegative = (scaled < 0) != (divisor < 0) && scaled != 0
    let (size, by) = (scaled.magnitude, divisor.magnitude)
    let hundredths = (2 * size + by) / (2 * by)
    let fraction = String(hundredths % 100)
    let padding = fraction.utf8.count < 2 ? "0" : ""
    let sign = isNegative && hundredths > 0 ? "-" : ""
    return "\(sign)\(hundredths / 100).\(padding)\(fraction)"
  }
}
