internal import GRDB

/// A row that knows its table. Column order is the order of the schema.
protocol ProjectionRow {
  static var table: String { get }
  static var columns: Int { get }
  /// The columns of the primary key, in order.
  static var key: String { get }
  var values: [RawValue] { get }
  /// Nil when a stored value has another class than the schema gives it.
  init?(_ row: [RawValue])
}

extension ProjectionRow {
  static func write(_ rows: [Self], to db: Database) throws(StoreError) {
    guard !rows.isEmpty else { return }
    let marks = Array(repeating: "?", count: columns).joined(separator: ",")
    let insert = try SQLCursor(db, "INSERT OR REPLACE INTO \(table) VALUES (\(marks))")
    for row in rows { try insert.run(row.values) }
  }

  static func all(_ db: Database) throws(StoreError) -> [Self] {
    let cursor = try SQLCursor(db, "SELECT * FROM \(table) ORDER BY \(key)")
    var rows: [Self] = []
    while try cursor.step() {
      guard let row = Self(cursor.row) else { throw StoreError(.corrupt, table) }
      rows.append(row)
    }
    return rows
  }
}

extension Projection {
  /// Adds and replaces the rows of a change.
  func apply(to db: Database) throws(StoreError) {
    try PostingRow.write(postings, to: db)
    try BalanceRow.write(balances.filter { $0.quantity != 0 }, to: db)
    let delete = "DELETE FROM balance WHERE account = ? AND product = ? AND lot = ?"
    for row in balances where row.quantity == 0 {
      try db.run(delete, Array(row.values.prefix(3)))
    }
    try ContainerRow.write(containers, to: db)
    try DrawRow.write(draws, to: db)
    try CaseRow.write(cases, to: db)
    try JournalRow.write(journal, to: db)
    try ErasedRow.write(erased, to: db)
  }

  /// Every table, emptied.
  static func clear(_ db: Database) throws(StoreError) {
    let tables = [
      PostingRow.table, BalanceRow.table, ContainerRow.table, DrawRow.table, CaseRow.table,
      JournalRow.table, ErasedRow.table,
    ]
    for table in tables { try db.run("DELETE FROM \(table)") }
  }

  /// Every row as stored.
  static func whole(_ db: Database) throws(StoreError) -> Projection {
    Projection(
      postings: try PostingRow.all(db), balances: try BalanceRow.all(db),
      containers: try ContainerRow.all(db), draws: try DrawRow.all(db),
      cases: try CaseRow.all(db), journal: try JournalRow.all(db),
      erased: try ErasedRow.all(db))
  }
}

extension PostingRow: ProjectionRow {
  static var table: String { "posting" }
  static var columns: Int { 7 }
  static var key: String { "seq, n" }
  var values: [RawValue] {
    [
      .integer(seq), .integer(n), .string(at), .string(account), .string(product),
      .string(lot), .integer(quantity),
    ]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 7, let seq = row[0].integer, let n = row[1].integer,
      let at = row[2].text, let account = row[3].text, let product = row[4].text,
      let lot = row[5].text, let quantity = row[6].integer
    else { return nil }
    self.init(
      seq: seq, n: n, at: at, account: account, product: product, lot: lot,
      quantity: quantity)
  }
}

extension BalanceRow: ProjectionRow {
  static var table: String { "balance" }
  static var columns: Int { 4 }
  static var key: String { "account, product, lot" }
  var values: [RawValue] {
    [.string(account), .string(product), .string(lot), .integer(quantity)]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 4, let account = row[0].text, let product = row[1].text,
      let lot = row[2].text, let quantity = row[3].integer
    else { return nil }
    self.init(account: account, product: product, lot: lot, quantity: quantity)
  }
}

extension ContainerRow: ProjectionRow {
  static var table: String { "container" }
  static var columns: Int { 10 }
  static var key: String { "id" }
  var values: [RawValue] {
    [
      .string(id), .string(product), .string(lot), .string(location), .integer(size),
      .string(openedAt), .string(beyondUse), .string(status), .integer(openedSeq),
      endedSeq.map(RawValue.integer) ?? .null,
    ]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 10, let id = row[0].text, let product = row[1].text,
      let lot = row[2].text, let location = row[3].text, let size = row[4].integer,
      let openedAt = row[5].text, let beyondUse = row[6].text, let status = row[7].text,
      let openedSeq = row[8].integer, row[9].isNull || row[9].integer != nil
    else { return nil }
    self.init(
      id: id, product: product, lot: lot, location: location, size: size,
      openedAt: openedAt, beyondUse: beyondUse, status: status, openedSeq: openedSeq,
      endedSeq: row[9].integer)
  }
}

extension DrawRow: ProjectionRow {
  static var table: String { "draw" }
  static var columns: Int { 9 }
  static var key: String { "id" }
  var values: [RawValue] {
    [
      .string(id), .string(product), .string(lot), .string(container), .string(holder),
      .string(patient), .string(drawnAt), .integer(quantity), .integer(seq),
    ]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 9, let id = row[0].text, let product = row[1].text,
      let lot = row[2].text, let container = row[3].text, let holder = row[4].text,
      let patient = row[5].text, let drawnAt = row[6].text, let quantity = row[7].integer,
      let seq = row[8].integer
    else { return nil }
    self.init(
      id: id, product: product, lot: lot, container: container, holder: holder,
      patient: patient, drawnAt: drawnAt, quantity: quantity, seq: seq)
  }
}

extension CaseRow: ProjectionRow {
  static var table: String { "case_file" }
  static var columns: Int { 6 }
  static var key: String { "id" }
  var values: [RawValue] {
    [
      .string(id), .string(product), .string(lot), .integer(openedSeq), .string(openedAt),
      .string(status),
    ]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 6, let id = row[0].text, let product = row[1].text,
      let lot = row[2].text, let openedSeq = row[3].integer, let openedAt = row[4].text,
      let status = row[5].text
    else { return nil }
    self.init(
      id: id, product: product, lot: lot, openedSeq: openedSeq, openedAt: openedAt,
      status: status)
  }
}

extension JournalRow: ProjectionRow {
  static var table: String { "journal" }
  static var columns: Int { 9 }
  static var key: String { "seq" }
  var values: [RawValue] {
    [
      .integer(seq), .string(type), .string(at), .string(ts), .string(by), .string(wit),
      .string(patient), .string(summary), .integer(openings),
    ]
  }
  init?(_ row: [RawValue]) {
    guard row.count == 9, let seq = row[0].integer, let type = row[1].text,
      let at = row[2].text, let ts = row[3].text, let by = row[4].text,
      let wit = row[5].text, let patient = row[6].text, let summary = row[7].text,
      let openings = row[8].integer
    else { return nil }
    self.init(
      seq: seq, type: type, at: at, ts: ts, by: by, wit: wit, patient: patient,
      summary: summary, openings: openings)
  }
}

extension ErasedRow: ProjectionRow {
  static var table: String { "erased" }
  static var columns: Int { 2 }
  static var key: String { "digest" }
  var values: [RawValue] { [.string(digest), .integer(seq)] }
  init?(_ row: [RawValue]) {
    guard row.count == 2, let digest = row[0].text, let seq = row[1].integer
    else { return nil }
    self.init(digest: digest, seq: seq)
  }
}
