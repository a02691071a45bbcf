-- The record: append-only. Triggers refuse every change; the authorizer of the
-- writing connection refuses it a second time; the signed chain shows it to
-- strangers. Times are integer microseconds since 1970 UTC everywhere.

CREATE TABLE entry (
  incident    TEXT    NOT NULL,
  seq         INTEGER NOT NULL CHECK (seq > 0),
  envelope    BLOB    NOT NULL,
  text_digest TEXT,
  entry_hash  BLOB    NOT NULL CHECK (length(entry_hash) = 32),
  head        BLOB    NOT NULL CHECK (length(head) = 32),
  recorded_us INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  PRIMARY KEY (incident, seq)
) STRICT, WITHOUT ROWID;

-- INSERT OR REPLACE deletes without firing delete triggers unless recursive
-- triggers are on, so an existing key is refused before the insert.
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE incident = NEW.incident AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'entry is append-only: this number is taken'); END;

-- Numbers are dense: the cheapest guard against two writers and lost rows.
CREATE TRIGGER entry_dense BEFORE INSERT ON entry
WHEN NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM entry WHERE incident = NEW.incident AND seq = NEW.seq - 1)
BEGIN SELECT RAISE(ABORT, 'entry numbers have no gaps'); END;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no update'); END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only: no delete'); END;

CREATE TABLE text (
  incident TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  salt     BLOB,
  fields   BLOB,
  PRIMARY KEY (incident, seq),
  FOREIGN KEY (incident, seq) REFERENCES entry (incident, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER text_no_replace BEFORE INSERT ON text
WHEN EXISTS (SELECT 1 FROM text WHERE incident = NEW.incident AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'text is kept once: this number is taken'); END;

-- The only permitted change of a text is to null, and only after the erasure
-- that names it was appended.
CREATE TRIGGER text_only_erased BEFORE UPDATE ON text
WHEN NEW.incident IS NOT OLD.incident OR NEW.seq IS NOT OLD.seq
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
