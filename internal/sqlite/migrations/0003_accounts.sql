-- Sign-in to the console. Secrets are kept as hashes only; who signed in and
-- when belongs to the record and is written there.

CREATE TABLE account (
  name       TEXT    NOT NULL PRIMARY KEY,
  person     TEXT    NOT NULL,
  hash       TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  disabled   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id_hash    BLOB    NOT NULL PRIMARY KEY,
  account    TEXT    NOT NULL,
  person     TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  seen_us    INTEGER NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);

CREATE TABLE approval_code (
  person     TEXT    NOT NULL PRIMARY KEY,
  hash       TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
  token_hash BLOB    NOT NULL PRIMARY KEY,
  person     TEXT    NOT NULL,
  purpose    TEXT    NOT NULL,
  expires_us INTEGER NOT NULL,
  used_us    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Facts about this data folder that are no part of any incident, such as when
-- it was restored from a backup.
CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
