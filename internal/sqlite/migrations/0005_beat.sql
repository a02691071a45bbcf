-- When each heartbeat source called last, and when its silence becomes an
-- alert. No part of the record: the alert is.

CREATE TABLE beat (
  source  TEXT    NOT NULL PRIMARY KEY,
  last_us INTEGER NOT NULL,
  due_us  INTEGER NOT NULL,
  raised  INTEGER NOT NULL,
  waived  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
