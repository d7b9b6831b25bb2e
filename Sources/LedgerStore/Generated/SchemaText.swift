// Written by Scripts/embed from Schemas/sqlite. Do not edit.

/// The SQL that the program carries.
enum SchemaText {
  /// Takes a ledger from version 0 to 1.
  static let migration1 = #"""
    -- The ledger, version 1. Frozen once released: a change is a new migration.
    -- Guards are a seat belt, not evidence: verification is what finds tampering.
    -- Every table of evidence has a guard before insert as well, because
    -- INSERT OR REPLACE deletes the old row without firing delete triggers.

    PRAGMA application_id = 0x4C444752;
    PRAGMA user_version = 1;

    -- Evidence ------------------------------------------------------------------

    CREATE TABLE log (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      origin TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      format TEXT NOT NULL,
      prior_note TEXT
    ) STRICT;

    CREATE TABLE entry (
      seq INTEGER PRIMARY KEY CHECK (seq >= 0),
      leaf BLOB NOT NULL CHECK (length(leaf) = 32),
      body BLOB CHECK (body IS NULL OR length(body) BETWEEN 2 AND 65535)
    ) STRICT;

    CREATE TABLE signature (
      seq INTEGER NOT NULL REFERENCES entry (seq),
      key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
      alg INTEGER NOT NULL,
      sig BLOB NOT NULL CHECK (length(sig) BETWEEN 1 AND 8192),
      PRIMARY KEY (seq, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE subtree (
      level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 7),
      idx INTEGER NOT NULL CHECK (idx >= 0),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE checkpoint (
      size INTEGER PRIMARY KEY CHECK (size >= 1),
      root BLOB NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL
    ) STRICT;

    CREATE TABLE cosignature (
      size INTEGER NOT NULL REFERENCES checkpoint (size),
      line TEXT NOT NULL,
      PRIMARY KEY (size, line)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE anchor (
      id INTEGER PRIMARY KEY,
      size INTEGER NOT NULL REFERENCES checkpoint (size),
      kind TEXT NOT NULL,
      request BLOB,
      evidence BLOB NOT NULL
    ) STRICT;

    CREATE TABLE head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      size INTEGER NOT NULL CHECK (size >= 1),
      root BLOB NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL
    ) STRICT;

    -- Guards --------------------------------------------------------------------

    CREATE TRIGGER log_next BEFORE INSERT ON log
    WHEN EXISTS (SELECT 1 FROM log)
    BEGIN SELECT RAISE(ABORT, 'log: exists'); END;
    CREATE TRIGGER log_fixed BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'log: append-only'); END;
    CREATE TRIGGER log_kept BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'log: append-only'); END;

    CREATE TRIGGER entry_next BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'entry: not the next number'); END;
    -- The one change an entry may see is the redaction of its body.
    CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry
    WHEN NOT (OLD.body IS NOT NULL AND NEW.body IS NULL
      AND NEW.leaf IS OLD.leaf AND NEW.seq IS OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;
    CREATE TRIGGER entry_kept BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;

    CREATE TRIGGER signature_next BEFORE INSERT ON signature
    WHEN NEW.seq IS NOT (SELECT max(seq) FROM entry)
      OR EXISTS (SELECT 1 FROM signature s WHERE s.seq = NEW.seq AND s.key = NEW.key)
    BEGIN SELECT RAISE(ABORT, 'signature: exists or is not for the newest entry'); END;
    CREATE TRIGGER signature_fixed BEFORE UPDATE ON signature
    BEGIN SELECT RAISE(ABORT, 'signature: append-only'); END;
    CREATE TRIGGER signature_kept BEFORE DELETE ON signature
    BEGIN SELECT RAISE(ABORT, 'signature: append-only'); END;

    CREATE TRIGGER subtree_next BEFORE INSERT ON subtree
    WHEN EXISTS (SELECT 1 FROM subtree s WHERE s.level = NEW.level AND s.idx = NEW.idx)
      OR (NEW.idx + 1) * (1 << (8 * NEW.level)) > (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'subtree: exists or is not complete'); END;
    CREATE TRIGGER subtree_fixed BEFORE UPDATE ON subtree
    BEGIN SELECT RAISE(ABORT, 'subtree: append-only'); END;
    CREATE TRIGGER subtree_kept BEFORE DELETE ON subtree
    BEGIN SELECT RAISE(ABORT, 'subtree: append-only'); END;

    CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
    WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)
      OR NEW.size > (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'checkpoint: must grow and not pass the entries'); END;
    CREATE TRIGGER checkpoint_fixed BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'checkpoint: append-only'); END;
    CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'checkpoint: append-only'); END;

    CREATE TRIGGER cosignature_next BEFORE INSERT ON cosignature
    WHEN EXISTS (SELECT 1 FROM cosignature c WHERE c.size = NEW.size AND c.line = NEW.line)
      OR NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'cosignature: exists or has no checkpoint'); END;
    CREATE TRIGGER cosignature_fixed BEFORE UPDATE ON cosignature
    BEGIN SELECT RAISE(ABORT, 'cosignature: append-only'); END;
    CREATE TRIGGER cosignature_kept BEFORE DELETE ON cosignature
    BEGIN SELECT RAISE(ABORT, 'cosignature: append-only'); END;

    CREATE TRIGGER anchor_next BEFORE INSERT ON anchor
    WHEN NEW.id IS NOT (SELECT coalesce(max(id) + 1, 1) FROM anchor)
      OR NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'anchor: not the next number or has no checkpoint'); END;
    CREATE TRIGGER anchor_fixed BEFORE UPDATE ON anchor
    BEGIN SELECT RAISE(ABORT, 'anchor: append-only'); END;
    CREATE TRIGGER anchor_kept BEFORE DELETE ON anchor
    BEGIN SELECT RAISE(ABORT, 'anchor: append-only'); END;

    -- The head is replaced in place, only by the head of a longer ledger.
    CREATE TRIGGER head_next BEFORE INSERT ON head
    WHEN EXISTS (SELECT 1 FROM head)
      OR NEW.size IS NOT (SELECT max(seq) + 1 FROM entry)
    BEGIN SELECT RAISE(ABORT, 'head: exists or is not the size of the ledger'); END;
    CREATE TRIGGER head_up BEFORE UPDATE ON head
    WHEN NEW.id IS NOT OLD.id OR NEW.size < OLD.size
      OR NEW.size IS NOT (SELECT max(seq) + 1 FROM entry)
      OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
    BEGIN SELECT RAISE(ABORT, 'head: must grow with the ledger'); END;
    CREATE TRIGGER head_kept BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'head: must not go'); END;

    -- Projections: derived from the bodies, rebuilt at will, compared by verify --

    CREATE TABLE posting (
      seq INTEGER NOT NULL,
      n INTEGER NOT NULL,
      at TEXT NOT NULL,
      account TEXT NOT NULL,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      PRIMARY KEY (seq, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX posting_product ON posting (product, at);
    CREATE INDEX posting_account ON posting (account);

    CREATE TABLE balance (
      account TEXT NOT NULL,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      PRIMARY KEY (account, product, lot)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE container (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      location TEXT NOT NULL,
      size INTEGER NOT NULL,
      opened_at TEXT NOT NULL,
      beyond_use TEXT NOT NULL,
      status TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      ended_seq INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE draw (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      container TEXT NOT NULL,
      holder TEXT NOT NULL,
      patient TEXT NOT NULL,
      drawn_at TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE case_file (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      opened_at TEXT NOT NULL,
      status TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      at TEXT NOT NULL,
      ts TEXT NOT NULL,
      by TEXT NOT NULL,
      wit TEXT NOT NULL,
      patient TEXT NOT NULL,
      summary TEXT NOT NULL,
      openings INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX journal_at ON journal (at);
    CREATE INDEX journal_type ON journal (type);

    CREATE TABLE erased (
      digest TEXT NOT NULL PRIMARY KEY,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX erased_seq ON erased (seq);

    -- Views for inspectors: read only, no hashing -------------------------------

    CREATE VIEW v_entry AS
    SELECT
      seq,
      json_extract(CAST(body AS TEXT), '$.ts') AS ts,
      json_extract(CAST(body AS TEXT), '$.at') AS at,
      json_extract(CAST(body AS TEXT), '$.type') AS type,
      json_extract(CAST(body AS TEXT), '$.by') AS by,
      json_extract(CAST(body AS TEXT), '$.wit') AS wit,
      lower(hex(leaf)) AS leaf,
      CAST(body AS TEXT) AS body
    FROM entry;

    CREATE VIEW v_posting AS
    SELECT
      p.seq, p.n, p.at, j.type, j.by, j.wit, p.account, p.product, p.lot,
      printf('%s%d.%03d', CASE WHEN p.quantity < 0 THEN '-' ELSE '' END,
        abs(p.quantity) / 1000, abs(p.quantity) % 1000) AS quantity
    FROM posting p LEFT JOIN journal j ON j.seq = p.seq;

    CREATE VIEW v_on_hand AS
    SELECT
      account, product, lot,
      printf('%s%d.%03d', CASE WHEN quantity < 0 THEN '-' ELSE '' END,
        abs(quantity) / 1000, abs(quantity) % 1000) AS quantity
    FROM balance WHERE account LIKE 'stock:%';
    """#

  /// The schema as `sqlite_schema` has it today.
  static let current = #"""
    PRAGMA application_id = 0x4c444752;
    PRAGMA user_version = 1;

    CREATE TABLE anchor (
      id INTEGER PRIMARY KEY,
      size INTEGER NOT NULL REFERENCES checkpoint (size),
      kind TEXT NOT NULL,
      request BLOB,
      evidence BLOB NOT NULL
    ) STRICT;

    CREATE TABLE balance (
      account TEXT NOT NULL,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      PRIMARY KEY (account, product, lot)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE case_file (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      opened_at TEXT NOT NULL,
      status TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE checkpoint (
      size INTEGER PRIMARY KEY CHECK (size >= 1),
      root BLOB NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL
    ) STRICT;

    CREATE TABLE container (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      location TEXT NOT NULL,
      size INTEGER NOT NULL,
      opened_at TEXT NOT NULL,
      beyond_use TEXT NOT NULL,
      status TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      ended_seq INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cosignature (
      size INTEGER NOT NULL REFERENCES checkpoint (size),
      line TEXT NOT NULL,
      PRIMARY KEY (size, line)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE draw (
      id TEXT NOT NULL PRIMARY KEY,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      container TEXT NOT NULL,
      holder TEXT NOT NULL,
      patient TEXT NOT NULL,
      drawn_at TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE entry (
      seq INTEGER PRIMARY KEY CHECK (seq >= 0),
      leaf BLOB NOT NULL CHECK (length(leaf) = 32),
      body BLOB CHECK (body IS NULL OR length(body) BETWEEN 2 AND 65535)
    ) STRICT;

    CREATE TABLE erased (
      digest TEXT NOT NULL PRIMARY KEY,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      size INTEGER NOT NULL CHECK (size >= 1),
      root BLOB NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL
    ) STRICT;

    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      at TEXT NOT NULL,
      ts TEXT NOT NULL,
      by TEXT NOT NULL,
      wit TEXT NOT NULL,
      patient TEXT NOT NULL,
      summary TEXT NOT NULL,
      openings INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE log (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      origin TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      format TEXT NOT NULL,
      prior_note TEXT
    ) STRICT;

    CREATE TABLE posting (
      seq INTEGER NOT NULL,
      n INTEGER NOT NULL,
      at TEXT NOT NULL,
      account TEXT NOT NULL,
      product TEXT NOT NULL,
      lot TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      PRIMARY KEY (seq, n)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE signature (
      seq INTEGER NOT NULL REFERENCES entry (seq),
      key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
      alg INTEGER NOT NULL,
      sig BLOB NOT NULL CHECK (length(sig) BETWEEN 1 AND 8192),
      PRIMARY KEY (seq, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE subtree (
      level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 7),
      idx INTEGER NOT NULL CHECK (idx >= 0),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX erased_seq ON erased (seq);

    CREATE INDEX journal_at ON journal (at);

    CREATE INDEX journal_type ON journal (type);

    CREATE INDEX posting_account ON posting (account);

    CREATE INDEX posting_product ON posting (product, at);

    CREATE VIEW v_entry AS
    SELECT
      seq,
      json_extract(CAST(body AS TEXT), '$.ts') AS ts,
      json_extract(CAST(body AS TEXT), '$.at') AS at,
      json_extract(CAST(body AS TEXT), '$.type') AS type,
      json_extract(CAST(body AS TEXT), '$.by') AS by,
      json_extract(CAST(body AS TEXT), '$.wit') AS wit,
      lower(hex(leaf)) AS leaf,
      CAST(body AS TEXT) AS body
    FROM entry;

    CREATE VIEW v_on_hand AS
    SELECT
      account, product, lot,
      printf('%s%d.%03d', CASE WHEN quantity < 0 THEN '-' ELSE '' END,
        abs(quantity) / 1000, abs(quantity) % 1000) AS quantity
    FROM balance WHERE account LIKE 'stock:%';

    CREATE VIEW v_posting AS
    SELECT
      p.seq, p.n, p.at, j.type, j.by, j.wit, p.account, p.product, p.lot,
      printf('%s%d.%03d', CASE WHEN p.quantity < 0 THEN '-' ELSE '' END,
        abs(p.quantity) / 1000, abs(p.quantity) % 1000) AS quantity
    FROM posting p LEFT JOIN journal j ON j.seq = p.seq;

    CREATE TRIGGER anchor_fixed BEFORE UPDATE ON anchor
    BEGIN SELECT RAISE(ABORT, 'anchor: append-only'); END;

    CREATE TRIGGER anchor_kept BEFORE DELETE ON anchor
    BEGIN SELECT RAISE(ABORT, 'anchor: append-only'); END;

    CREATE TRIGGER anchor_next BEFORE INSERT ON anchor
    WHEN NEW.id IS NOT (SELECT coalesce(max(id) + 1, 1) FROM anchor)
      OR NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'anchor: not the next number or has no checkpoint'); END;

    CREATE TRIGGER checkpoint_fixed BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'checkpoint: append-only'); END;

    CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'checkpoint: append-only'); END;

    CREATE TRIGGER checkpoint_next BEFORE INSERT ON checkpoint
    WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoint)
      OR NEW.size > (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'checkpoint: must grow and not pass the entries'); END;

    CREATE TRIGGER cosignature_fixed BEFORE UPDATE ON cosignature
    BEGIN SELECT RAISE(ABORT, 'cosignature: append-only'); END;

    CREATE TRIGGER cosignature_kept BEFORE DELETE ON cosignature
    BEGIN SELECT RAISE(ABORT, 'cosignature: append-only'); END;

    CREATE TRIGGER cosignature_next BEFORE INSERT ON cosignature
    WHEN EXISTS (SELECT 1 FROM cosignature c WHERE c.size = NEW.size AND c.line = NEW.line)
      OR NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'cosignature: exists or has no checkpoint'); END;

    CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry
    WHEN NOT (OLD.body IS NOT NULL AND NEW.body IS NULL
      AND NEW.leaf IS OLD.leaf AND NEW.seq IS OLD.seq)
    BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;

    CREATE TRIGGER entry_kept BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;

    CREATE TRIGGER entry_next BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'entry: not the next number'); END;

    CREATE TRIGGER head_kept BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'head: must not go'); END;

    CREATE TRIGGER head_next BEFORE INSERT ON head
    WHEN EXISTS (SELECT 1 FROM head)
      OR NEW.size IS NOT (SELECT max(seq) + 1 FROM entry)
    BEGIN SELECT RAISE(ABORT, 'head: exists or is not the size of the ledger'); END;

    CREATE TRIGGER head_up BEFORE UPDATE ON head
    WHEN NEW.id IS NOT OLD.id OR NEW.size < OLD.size
      OR NEW.size IS NOT (SELECT max(seq) + 1 FROM entry)
      OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
    BEGIN SELECT RAISE(ABORT, 'head: must grow with the ledger'); END;

    CREATE TRIGGER log_fixed BEFORE UPDATE ON log
    BEGIN SELECT RAISE(ABORT, 'log: append-only'); END;

    CREATE TRIGGER log_kept BEFORE DELETE ON log
    BEGIN SELECT RAISE(ABORT, 'log: append-only'); END;

    CREATE TRIGGER log_next BEFORE INSERT ON log
    WHEN EXISTS (SELECT 1 FROM log)
    BEGIN SELECT RAISE(ABORT, 'log: exists'); END;

    CREATE TRIGGER signature_fixed BEFORE UPDATE ON signature
    BEGIN SELECT RAISE(ABORT, 'signature: append-only'); END;

    CREATE TRIGGER signature_kept BEFORE DELETE ON signature
    BEGIN SELECT RAISE(ABORT, 'signature: append-only'); END;

    CREATE TRIGGER signature_next BEFORE INSERT ON signature
    WHEN NEW.seq IS NOT (SELECT max(seq) FROM entry)
      OR EXISTS (SELECT 1 FROM signature s WHERE s.seq = NEW.seq AND s.key = NEW.key)
    BEGIN SELECT RAISE(ABORT, 'signature: exists or is not for the newest entry'); END;

    CREATE TRIGGER subtree_fixed BEFORE UPDATE ON subtree
    BEGIN SELECT RAISE(ABORT, 'subtree: append-only'); END;

    CREATE TRIGGER subtree_kept BEFORE DELETE ON subtree
    BEGIN SELECT RAISE(ABORT, 'subtree: append-only'); END;

    CREATE TRIGGER subtree_next BEFORE INSERT ON subtree
    WHEN EXISTS (SELECT 1 FROM subtree s WHERE s.level = NEW.level AND s.idx = NEW.idx)
      OR (NEW.idx + 1) * (1 << (8 * NEW.level)) > (SELECT coalesce(max(seq) + 1, 0) FROM entry)
    BEGIN SELECT RAISE(ABORT, 'subtree: exists or is not complete'); END;
    """#

  /// Takes a vault from version 0 to 1.
  static let vault1 = #"""
    -- The vault of openings, version 1: the values behind the `_sd` digests of the
    -- ledger. It may be lost or erased from; the ledger stays verifiable without it.

    PRAGMA application_id = 0x4C445654;
    PRAGMA user_version = 1;

    -- Whose openings these are, and through which entry every erasure has been
    -- carried out to the last byte.
    CREATE TABLE vault (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      origin TEXT NOT NULL,
      erased_through INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE opening (
      digest TEXT NOT NULL PRIMARY KEY,
      seq INTEGER NOT NULL,
      field TEXT NOT NULL,
      disclosure TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX opening_seq ON opening (seq);
    """#

  /// Takes a witness's file from version 0 to 1.
  static let witness1 = #"""
    -- The state of a witness, version 1: which logs it serves, the largest
    -- checkpoint of each that it has cosigned, and what it had to refuse.
    -- Frozen once released: a change is a new migration.

    PRAGMA application_id = 0x4C445754;
    PRAGMA user_version = 1;

    CREATE TABLE witness (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      vkey TEXT NOT NULL
    ) STRICT;

    -- A log is known by the name of its key. Times are seconds since 1970.
    CREATE TABLE trusted (
      vkey TEXT NOT NULL PRIMARY KEY,
      origin TEXT NOT NULL,
      time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trusted_origin ON trusted (origin);

    -- `note` has the signatures of the log, `cosigned` ours as well.
    CREATE TABLE held (
      origin TEXT NOT NULL PRIMARY KEY,
      size INTEGER NOT NULL CHECK (size >= 0),
      root BLOB NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL,
      cosigned TEXT NOT NULL,
      time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Evidence: two notes that a log signed and that do not go together.
    CREATE TABLE refused (
      id INTEGER PRIMARY KEY,
      origin TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('fork', 'unproven', 'rollback')),
      time INTEGER NOT NULL,
      size INTEGER NOT NULL,
      note TEXT NOT NULL,
      held_size INTEGER NOT NULL,
      held_note TEXT NOT NULL,
      UNIQUE (origin, kind, note, held_note)
    ) STRICT;

    -- A seat belt: the witness's word rests on its rows never going back.
    CREATE TRIGGER held_next BEFORE INSERT ON held
    WHEN EXISTS (SELECT 1 FROM held h WHERE h.origin = NEW.origin)
    BEGIN SELECT RAISE(ABORT, 'held: exists'); END;
    CREATE TRIGGER held_up BEFORE UPDATE ON held
    WHEN NEW.origin IS NOT OLD.origin OR NEW.size < OLD.size OR NEW.time < OLD.time
      OR (NEW.size = OLD.size AND NEW.root IS NOT OLD.root)
    BEGIN SELECT RAISE(ABORT, 'held: must grow'); END;
    CREATE TRIGGER held_kept BEFORE DELETE ON held
    BEGIN SELECT RAISE(ABORT, 'held: must not go'); END;

    CREATE TRIGGER refused_next BEFORE INSERT ON refused
    WHEN NEW.id IS NOT (SELECT coalesce(max(id) + 1, 1) FROM refused)
    BEGIN SELECT RAISE(ABORT, 'refused: not the next number'); END;
    CREATE TRIGGER refused_fixed BEFORE UPDATE ON refused
    BEGIN SELECT RAISE(ABORT, 'refused: append-only'); END;
    CREATE TRIGGER refused_kept BEFORE DELETE ON refused
    BEGIN SELECT RAISE(ABORT, 'refused: append-only'); END;
    """#
}
