-- Operational tables: a function of the record, written in the transaction
-- that appends to it, and rebuilt from it when they ever differ.

CREATE TABLE incident (
  id          TEXT    NOT NULL PRIMARY KEY,
  drill       INTEGER NOT NULL,
  status      TEXT    NOT NULL,
  severity    INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  head        BLOB    NOT NULL,
  opened_us   INTEGER NOT NULL,
  declared_us INTEGER NOT NULL,
  next_us     INTEGER NOT NULL,
  changed_us  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX incident_newest ON incident (opened_us, id);
CREATE INDEX incident_live ON incident (opened_us, id) WHERE status IN ('reported', 'open');

CREATE TABLE timer (
  id       TEXT    NOT NULL PRIMARY KEY,
  incident TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  ref      TEXT    NOT NULL,
  due_us   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX timer_due ON timer (due_us);
CREATE INDEX timer_incident ON timer (incident);

CREATE TABLE outbox (
  id       TEXT    NOT NULL PRIMARY KEY,
  incident TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  next_us  INTEGER NOT NULL,
  means    TEXT    NOT NULL,
  rank     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_queued ON outbox (rank, next_us) WHERE state = 'queued';
CREATE INDEX outbox_incident ON outbox (incident);

CREATE TABLE request (
  key      TEXT    NOT NULL PRIMARY KEY,
  incident TEXT    NOT NULL,
  seq      INTEGER NOT NULL,
  at_us    INTEGER NOT NULL,
  outcome  BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  kind TEXT    NOT NULL PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
