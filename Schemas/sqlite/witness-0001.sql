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
