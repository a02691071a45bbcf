// Package sqlite keeps the record in one SQLite file in one data folder.
//
// It guarantees that
//   - an answer is given only after the commit reached the disk (WAL,
//     synchronous=FULL, read back at the start);
//   - entries, timers, outbox, request key and index of one call are stored
//     together or not at all, also when many calls share one commit;
//   - entries, kept files and checkpoints are never changed or deleted, and a
//     text only becomes null in the transaction that records its erasure;
//   - the operational tables are a function of the record: Check compares,
//     Rebuild rewrites;
//   - one process writes: a second one on the same folder is refused and told
//     who holds it.
//
// States handed out are shared between callers and must not be modified.
package sqlite
