-- Which checkpoint left the machine, when, and what came back. Rows are only
-- added: a place that has taken a checkpoint has it for ever.

CREATE TABLE anchored (
  n        INTEGER PRIMARY KEY,
  place    TEXT    NOT NULL,
  incident TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  note     BLOB    NOT NULL,
  proof    BLOB,
  at_us    INTEGER NOT NULL,
  UNIQUE (place, incident, size)
) STRICT;

-- Words of the record for searching, block by block: which entries of a block
-- of entry.n hold which pair of letters. Written in the transaction that
-- completes the block, always at the end of the tree. Erasure takes an entry
-- out of the rows that name it.

CREATE TABLE gram (
  block   INTEGER NOT NULL,
  gram    TEXT    NOT NULL,
  entries BLOB    NOT NULL,
  PRIMARY KEY (block, gram)
) STRICT, WITHOUT ROWID;
