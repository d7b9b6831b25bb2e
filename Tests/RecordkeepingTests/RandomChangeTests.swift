import Foundation
import LedgerCore
import Recordkeeping
import Synchronization
import Testing

/// A thousand single bytes, changed in the values that lie in the file.
@Suite struct RandomChangeTests {
  /// Damages copies of a ledger, one byte each, and prints for each: its folder, what was changed,
  /// and the entries of which one must be named first.
  ///
  /// What must be named is worked out here, from the tables alone and in another language than the
  /// verifier's.
  private static let script = #"""
    import json, os, random, re, shutil, sqlite3, sys
    source, target, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    columns = {
      "entry": ["body", "leaf"], "signature": ["key", "alg", "sig"],
      "subtree": ["level", "idx", "hash"], "checkpoint": ["size", "root", "note"],
      "head": ["size", "root", "note"], "log": ["id", "origin", "epoch", "format"],
      "posting": None, "balance": None, "container": None, "draw": None, "case_file": None,
      "journal": None, "erased": None }
    keys = {
      "entry": ["seq"], "signature": ["seq", "key"], "subtree": ["level", "idx"],
      "checkpoint": ["size"], "head": ["id"], "log": ["id"], "posting": ["seq", "n"],
      "balance": ["account", "product", "lot"], "container": ["id"], "draw": ["id"],
      "case_file": ["id"], "journal": ["seq"], "erased": ["digest"] }
    db = sqlite3.connect(source + "/ledger.db")
    db.row_factory = sqlite3.Row
    rows = {}
    for table in columns:
        rows[table] = [dict(row) for row in db.execute("SELECT * FROM " + table)]
        if columns[table] is None: columns[table] = list(rows[table][0])
    guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type='trigger'").fetchall()
    guards = [tuple(row) for row in guards]
    size = len(rows["entry"])
    bodies = {row["seq"]: row["body"].decode() for row in rows["entry"]}
    db.close()

    def changed(value):
        if isinstance(value, int):
            place = 8 * chance.choice([0, 0, 0, 1, 2, 5, 7])
            value = (value & (1 << 64) - 1) ^ chance.randrange(1, 256) << place
            return value - (1 << 64) if value >= 1 << 63 else value
        data = bytearray(value.encode() if isinstance(value, str) else value)
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        return bytes(data)

    def mentions(text):
        return [seq for seq, body in bodies.items() if re.search(re.escape(text) + r"(?!\d)", body)]

    def expected(table, column, row, new):
        if table in ("entry", "signature"): return [row["seq"]]
        if table == "log": return [0]
        if table == "subtree": return list(range(row["idx"] * 256, row["idx"] * 256 + 256))
        if table in ("checkpoint", "head"):
            entries = [row["size"] - 1]
            if column == "size": entries += [max(0, new - 1), max(0, new), size]
            return entries
        if table in ("posting", "journal"):
            return [row["seq"]] + ([new] if column == "seq" else [])
        if table == "erased": return [row["seq"]]
        if table == "balance":
            same = ("account", "product", "lot")
            return [max(p["seq"] for p in rows["posting"] if all(p[c] == row[c] for c in same))]
        return mentions(row["id"])

    made = 0
    while made < count:
        table = chance.choice(list(columns))
        column = chance.choice(columns[table])
        row = chance.choice(rows[table])
        if row[column] is None or row[column] in ("", b""): continue
        new = changed(row[column])
        folder = target + "/" + str(made)
        os.mkdir(folder)
        for name in ("ledger.db", "vault.db"): shutil.copy(source + "/" + name, folder)
        db = sqlite3.connect(folder + "/ledger.db", isolation_level=None)
        db.execute("PRAGMA ignore_check_constraints=1")
        db.execute("PRAGMA synchronous=OFF")
        for name, _ in guards: db.execute("DROP TRIGGER " + name)
        where = " AND ".join(key + "=?" for key in keys[table])
        value = "CAST(? AS TEXT)" if isinstance(row[column], str) else "?"
        try:
            cursor = db.execute(
                f"UPDATE {table} SET {column}={value} WHERE {where}",
                [new] + [row[key] for key in keys[table]])
            assert cursor.rowcount == 1
        except sqlite3.IntegrityError:
            db.close()
            shutil.rmtree(folder)
            continue
        for _, sql in guards: db.execute(sql)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        entries = expected(table, column, row, new)
        print(made, f"{table}.{column} of {[row[k] for k in keys[table]]}: {row[column]!r} -> {new!r}",
              ",".join(map(str, entries)), sep="\t")
        made += 1
    """#

  @Test func aThousandSingleByteChangesAreAllFound() throws {
    let seed =
      UInt64(ProcessInfo.processInfo.environment["CUSTODY_SEED"] ?? "") ?? .random(in: 1...999_999)
    print("seed \(seed); repeat with CUSTODY_SEED=\(seed)")
    let began = Date()
    let folder = Folder()
    let ran = try run([
      "python3", "-c", RandomChangeTests.script, SampleLedger.folder.path, folder.path, "\(seed)",
      "1000",
    ])
    try #require(ran.status == 0, "the script failed: \(ran.output.suffix(600))")
    print("damaged in \(Date().timeIntervalSince(began)) s")
    let lines = ran.output.split(separator: "\n").map(String.init)
    let problems = Mutex<[String]>([])
    let tally = Mutex<[String: Int]>([:])
    DispatchQueue.concurrentPerform(iterations: lines.count) { index in
      let parts = lines[index].split(separator: "\t").map(String.init)
      let entries = parts[2].split(separator: ",").compactMap { Int64($0) }
      let outcome = RandomChangeTests.outcome(folder.path + "/" + parts[0], entries)
      if let bad = outcome.problem {
        problems.withLock { $0.append("\(parts[1].prefix(300)): \(bad)") }
      }
      tally.withLock { $0[outcome.kind, default: 0] += 1 }
    }
    print(tally.withLock { $0 }, "in \(Date().timeIntervalSince(began)) s")
    #expect(tally.withLock { $0.values.reduce(0, +) } == 1_000)
    for problem in problems.withLock({ $0 }).prefix(20) { Issue.record("\(problem)") }
  }

  private static func outcome(_ folder: String, _ entries: [Int64]) -> (
    kind: String, problem: String?
  ) {
    do {
      let report = try verifiedFolder(folder)
      guard report.verdict.status == 4 else { return ("missed", report.verdict.line) }
      guard let seq = report.firstBad?.fault.seq, entries.contains(seq) else {
        return ("wrong entry", "\(report.verdict.line); expected \(entries.prefix(5))")
      }
      return (report.firstBad?.fault.code ?? "", nil)
    } catch { return ("thrown", "\(error)") }
  }
}
