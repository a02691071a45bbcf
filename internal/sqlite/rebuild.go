package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Rebuild rewrites the operational tables, request keys, counters and index
// from the record, in one transaction; the record itself is not touched. Known
// request keys keep their first answer. A log that cannot be read stops it
// (ErrDamaged), but chains are not verified: Check first. Other writers wait.
func (s *Store) Rebuild(ctx context.Context) error {
	err := s.write(ctx, func(t *tx) error {
		for _, table := range []string{"timer", "outbox", "incident"} {
			if err := t.exec("DELETE FROM " + table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		ids, err := t.logs()
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, id := range ids {
			if err := t.rebuildLog(id, known); err != nil {
				return fmt.Errorf("rebuild %s: %w", id, err)
			}
		}
		if err := t.dropRequests(known); err != nil {
			return err
		}
		if err := t.reindex(); err != nil {
			return err
		}
		return t.rebuildCounters(ids)
	})
	s.cache.clear()
	return err
}

func (t *tx) logs() ([]string, error) {
	var ids []string
	for last := ""; ; {
		var next sql.NullString
		if err := t.row("SELECT min(incident) FROM entry WHERE incident > ?", last).Scan(&next); err != nil {
			return nil, fmt.Errorf("list logs: %w", err)
		}
		if !next.Valid {
			return ids, nil
		}
		last = next.String
		ids = append(ids, last)
	}
}

func (t *tx) rebuildLog(id string, known map[string]bool) error {
	f, err := foldFrom(background(), t.conn, newFolded(id))
	if err != nil {
		return err
	}
	if err := t.operate(newFolded(id), f, &incident.Result{}); err != nil {
		return err
	}
	last := ""
	for next := int64(1); next <= f.pos.Seq; next += entryPage {
		page, err := readEntries(background(), t.conn, id, next, next+entryPage-1)
		if err != nil {
			return err
		}
		for i := range page {
			if e := &page[i]; e.Request != "" && e.Request != last {
				last = e.Request
				known[e.Request] = true
				if err := t.rebuildRequest(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// rebuildRequest puts a lost request key back; the wording of its first answer
// is lost, the entry it points at is not.
func (t *tx) rebuildRequest(e *timeline.Entry) error {
	var id string
	err := t.row("SELECT incident FROM request WHERE key = ?", e.Request).Scan(&id)
	if err == nil && id == e.Incident {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look up request: %w", err)
	}
	if err == nil {
		if err := t.exec("DELETE FROM request WHERE key = ?", e.Request); err != nil {
			return fmt.Errorf("replace request key: %w", err)
		}
	}
	res := incident.Result{Incident: e.Incident, Seq: e.Seq, Entries: []timeline.Entry{*e}}
	return t.remember(&res, e.Request)
}

// dropRequests removes keys no entry has: they would make an act vanish.
func (t *tx) dropRequests(known map[string]bool) error {
	keys, err := query(background(), t.conn, func(r *sql.Rows) (string, error) {
		var k string
		return k, r.Scan(&k)
	}, "SELECT key FROM request")
	if err != nil {
		return err
	}
	for _, k := range keys {
		if !known[k] {
			if err := t.exec("DELETE FROM request WHERE key = ?", k); err != nil {
				return fmt.Errorf("drop request key: %w", err)
			}
		}
	}
	return nil
}

func (t *tx) rebuildCounters(ids []string) error {
	for kind, n := range highest(ids) {
		err := t.exec("INSERT INTO counter (kind, n) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET n = max(n, excluded.n)", kind, n)
		if err != nil {
			return fmt.Errorf("rebuild counter: %w", err)
		}
	}
	return nil
}
