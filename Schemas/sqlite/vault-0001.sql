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
