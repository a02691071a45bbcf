-- The record: append-only. Triggers refuse every change; the authorizer of the
-- writing connection refuses it a second time; the signed chain shows it to
-- strangers. Times are integer microseconds since 1970 UTC everywhere.

-- Rows are appended at the end of the file's tree, whatever their log: one page
-- a commit, and a key index small enough to stay in memory.
CREATE TABLE entry (
  n           INTEGER PRIMARY KEY,
  incident    TEXT    NOT NULL,
  seq         INTEGER NOT NULL CHECK (seq > 0),
  envelope    BLOB    NOT NULL,
  text_digest TEXT,
  entry_hash  BLOB    NOT NULL CHECK (length(entry_hash) = 32),
  head        BLOB    NOT NULL CHECK (length(head) = 32),
  recorded_us INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  UNIQUE (incident, seq)
) STRICT;

-- The next number only. Numbers are dense: the cheapest guard against two
-- writers and lost rows. INSERT OR REPLACE deletes without firing delete
-- triggers unless recursive triggers are on, so a number that is taken is
-- refused before the insert. FAIL, not ABORT: nothing was changed yet, and
-- ABORT would cost a statement journal on every append.
CREATE TRIGGER entry_next BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE incident = NEW.incident)
  OR EXISTS (SELECT 1 FROM entry WHERE n = NEW.n)
BEGIN SELECT RAISE(FAIL, 'entry is append-only: this is not the next number'); END;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no update'); END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no delete'); END;

-- n is the n of the entry.
CREATE TABLE text (
  n        INTEGER PRIMARY KEY,
  incident TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  salt     BLOB,
  fields   BLOB
) STRICT;

CREATE TRIGGER text_once BEFORE INSERT ON text
WHEN EXISTS (SELECT 1 FROM text WHERE n = NEW.n)
  OR NOT EXISTS (SELECT 1 FROM entry WHERE n = NEW.n AND incident = NEW.incident AND seq = NEW.seq AND text_digest IS NOT NULL)
BEGIN SELECT RAISE(FAIL, 'text is kept once, with its entry'); END;

-- The only permitted change of a text is to null, and only after the erasure
-- that names it was appended.
CREATE TRIGGER text_only_erased BEFORE UPDATE ON text
WHEN NEW.n IS NOT OLD.n OR NEW.incident IS NOT OLD.incident OR NEW.seq IS NOT OLD.seq
  OR NEW.salt IS NOT NULL OR NEW.fields IS NOT NULL
  OR NOT EXISTS (
    SELECT 1 FROM entry WHERE incident = OLD.incident AND kind = 'text.erased'
      AND json_extract(CAST(envelope AS TEXT), '$.facts.erases') = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'text changes only by a recorded erasure'); END;

CREATE TRIGGER text_no_delete BEFORE DELETE ON text
BEGIN SELECT RAISE(ABORT, 'text is not deleted: record an erasure'); END;

CREATE TABLE blob (
  hash TEXT    NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
  size INTEGER NOT NULL,
  data BLOB    NOT NULL
) STRICT;

CREATE TRIGGER blob_no_replace BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'kept files do not change'); END;

CREATE TRIGGER blob_no_update BEFORE UPDATE ON blob
BEGIN SELECT RAISE(ABORT, 'kept files do not change'); END;

CREATE TRIGGER blob_no_delete BEFORE DELETE ON blob
BEGIN SELECT RAISE(ABORT, 'kept files are not deleted'); END;

CREATE TABLE checkpoint (
  n        INTEGER PRIMARY KEY,
  incident TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  note     BLOB    NOT NULL,
  UNIQUE (incident, size, note)
) STRICT;

CREATE TRIGGER checkpoint_no_replace BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE n = NEW.n)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE incident = NEW.incident AND size = NEW.size AND note = NEW.note)
BEGIN SELECT RAISE(ABORT, 'checkpoints do not change'); END;

CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints do not change'); END;

CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are not deleted'); END;
