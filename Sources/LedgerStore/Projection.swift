/// The tables derived from the bodies, for queries.
///
/// As a change: rows to add or replace (a balance of 0 goes). As a whole: every
/// row, sorted by primary key. They are rebuilt from the bodies at will, and
/// verification compares them; nothing else vouches for them.
package struct Projection: Equatable, Sendable {
  /// Sorted by entry and leg.
  package var postings: [PostingRow] = []
  /// Sorted by account, product, lot.
  package var balances: [BalanceRow] = []
  /// Sorted by id.
  package var containers: [ContainerRow] = []
  /// Sorted by id.
  package var draws: [DrawRow] = []
  /// Sorted by id.
  package var cases: [CaseRow] = []
  /// Sorted by entry.
  package var journal: [JournalRow] = []
  /// Sorted by digest.
  package var erased: [ErasedRow] = []

  /// Every column, as it will be stored.
  package init(
    postings: [PostingRow] = [], balances: [BalanceRow] = [],
    containers: [ContainerRow] = [], draws: [DrawRow] = [], cases: [CaseRow] = [],
    journal: [JournalRow] = [], erased: [ErasedRow] = []
  ) {
    self.postings = postings
    self.balances = balances
    self.containers = containers
    self.draws = draws
    self.cases = cases
    self.journal = journal
    self.erased = erased
  }
}

/// One leg of an entry's double-entry movement.
package struct PostingRow: Hashable, Sendable {
  /// The entry it comes from.
  package var seq: Int64
  /// Which leg of the entry, from 0.
  package var n: Int64
  /// When it occurred, RFC 3339 UTC with milliseconds.
  package var at: String
  /// Such as `stock:vault:available:general:sealed`.
  package var account: String
  /// The product's identifier.
  package var product: String
  /// The lot's name.
  package var lot: String
  /// Thousandths of the product's unit.
  package var quantity: Int64

  /// Every column, as it will be stored.
  package init(
    seq: Int64, n: Int64, at: String, account: String, product: String, lot: String,
    quantity: Int64
  ) {
    self.seq = seq
    self.n = n
    self.at = at
    self.account = account
    self.product = product
    self.lot = lot
    self.quantity = quantity
  }
}

/// What an account holds of one lot. Rows of quantity 0 are not kept.
package struct BalanceRow: Hashable, Sendable {
  /// The account, such as `stock:vault`.
  package var account: String
  /// The product's identifier.
  package var product: String
  /// The lot's name.
  package var lot: String
  /// Thousandths of the product's unit; the new total, not a difference.
  package var quantity: Int64

  /// Every column, as it will be stored.
  package init(account: String, product: String, lot: String, quantity: Int64) {
    self.account = account
    self.product = product
    self.lot = lot
    self.quantity = quantity
  }
}

/// An opened container.
package struct ContainerRow: Hashable, Sendable {
  /// Its number on paper.
  package var id: String
  /// The product's identifier.
  package var product: String
  /// The lot's name.
  package var lot: String
  /// Where it stands.
  package var location: String
  /// Thousandths of the product's unit in a full one.
  package var size: Int64
  /// When it was opened, RFC 3339.
  package var openedAt: String
  /// RFC 3339, or empty when there is no such date.
  package var beyondUse: String
  /// What has become of it.
  package var status: String
  /// The entry that opened it.
  package var openedSeq: Int64
  /// The entry that emptied or discarded it, if one has.
  package var endedSeq: Int64?

  /// Every column, as it will be stored.
  package init(
    id: String, product: String, lot: String, location: String, size: Int64, openedAt: String,
    beyondUse: String, status: String, openedSeq: Int64, endedSeq: Int64?
  ) {
    self.id = id
    self.product = product
    self.lot = lot
    self.location = location
    self.size = size
    self.openedAt = openedAt
    self.beyondUse = beyondUse
    self.status = status
    self.openedSeq = openedSeq
    self.endedSeq = endedSeq
  }
}

/// What a person has drawn and not yet accounted for, or has.
package struct DrawRow: Hashable, Sendable {
  /// Its number on paper.
  package var id: String
  /// The product's identifier.
  package var product: String
  /// The lot's name.
  package var lot: String
  /// Empty when it did not come from an opened container.
  package var container: String
  /// The person who has it.
  package var holder: String
  /// The patient's random identifier; empty when there is none.
  package var patient: String
  /// When it was drawn, RFC 3339.
  package var drawnAt: String
  /// Thousandths of the product's unit.
  package var quantity: Int64
  /// The entry it comes from.
  package var seq: Int64

  /// Every column, as it will be stored.
  package init(
    id: String, product: String, lot: String, container: String, holder: String,
    patient: String, drawnAt: String, quantity: Int64, seq: Int64
  ) {
    self.id = id
    self.product = product
    self.lot = lot
    self.container = container
    self.holder = holder
    self.patient = patient
    self.drawnAt = drawnAt
    self.quantity = quantity
    self.seq = seq
  }
}

/// An inquiry into a discrepancy.
package struct CaseRow: Hashable, Sendable {
  /// Its number on paper.
  package var id: String
  /// The product's identifier.
  package var product: String
  /// The lot's name.
  package var lot: String
  /// The entry that opened it.
  package var openedSeq: Int64
  /// When it was opened, RFC 3339.
  package var openedAt: String
  /// What has become of it.
  package var status: String

  /// Every column, as it will be stored.
  package init(
    id: String, product: String, lot: String, openedSeq: Int64, openedAt: String,
    status: String
  ) {
    self.id = id
    self.product = product
    self.lot = lot
    self.openedSeq = openedSeq
    self.openedAt = openedAt
    self.status = status
  }
}

/// One row an entry.
package struct JournalRow: Hashable, Sendable {
  /// The entry it comes from.
  package var seq: Int64
  /// The entry's type.
  package var type: String
  /// When it occurred, RFC 3339.
  package var at: String
  /// When it was recorded, RFC 3339.
  package var ts: String
  /// Empty when nobody signs it.
  package var by: String
  /// Key names, one space between; empty when there are none.
  package var wit: String
  /// The patient's random identifier; empty when there is none.
  package var patient: String
  /// One line for lists; may be empty.
  package var summary: String
  /// How many `_sd` digests the entry has: what the vault should hold for it.
  package var openings: Int64

  /// Every column, as it will be stored.
  package init(
    seq: Int64, type: String, at: String, ts: String, by: String = "", wit: String = "",
    patient: String = "", summary: String = "", openings: Int64 = 0
  ) {
    self.seq = seq
    self.type = type
    self.at = at
    self.ts = ts
    self.by = by
    self.wit = wit
    self.patient = patient
    self.summary = summary
    self.openings = openings
  }
}

/// A digest whose opening the ledger has ordered to be erased.
package struct ErasedRow: Hashable, Sendable {
  /// The text in an entry's `_sd`.
  package var digest: String
  /// The `erase` entry that names it.
  package var seq: Int64

  /// Every column, as it will be stored.
  package init(digest: String, seq: Int64) {
    self.digest = digest
    self.seq = seq
  }
}
