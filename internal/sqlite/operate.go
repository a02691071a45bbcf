package sqlite

import (
	"fmt"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// operate writes the difference between what two states want. Upserts make it
// right even where a row was lost before.
func (t *tx) operate(old, next *folded, res *incident.Result) error {
	var err error
	if res.Timers, err = t.writeTimers(old.timers, next.timers); err != nil {
		return fmt.Errorf("write timers: %w", err)
	}
	if res.Outbox, err = t.writeOutbox(old.rows, next.rows); err != nil {
		return fmt.Errorf("write outbox: %w", err)
	}
	if err := t.writeIndex(old, next); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	return nil
}

func (t *tx) writeTimers(old, next map[string]escalation.Timer) (changed bool, err error) {
	for id := range old {
		if _, ok := next[id]; !ok {
			changed = true
			if err := t.exec("DELETE FROM timer WHERE id = ?", id); err != nil {
				return changed, err
			}
		}
	}
	for id, x := range next {
		if was, ok := old[id]; ok && was == x {
			continue
		}
		changed = true
		err := t.exec(`INSERT INTO timer (id, incident, kind, ref, due_us) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
			SET incident = excluded.incident, kind = excluded.kind, ref = excluded.ref, due_us = excluded.due_us`,
			x.ID, x.Incident, x.Kind, x.Ref, micros(x.Due))
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// writeOutbox tells whether messages wait to leave that did not before, or from
// another time on: one that is being sent, or is done with, wakes nobody.
func (t *tx) writeOutbox(old, next map[string]incident.Row) (waits bool, err error) {
	for id := range old {
		if _, ok := next[id]; !ok {
			if err := t.exec("DELETE FROM outbox WHERE id = ?", id); err != nil {
				return waits, err
			}
		}
	}
	for id, x := range next {
		if was, ok := old[id]; ok && was == x {
			continue
		}
		waits = waits || x.State == incident.Queued
		err := t.exec(`INSERT INTO outbox (id, incident, state, next_us, means, rank) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
			SET incident = excluded.incident, state = excluded.state, next_us = excluded.next_us, means = excluded.means, rank = excluded.rank`,
			x.ID, x.Incident, string(x.State), micros(x.Next), x.Means, x.Rank)
		if err != nil {
			return waits, err
		}
	}
	return waits, nil
}

// writeIndex keeps the row that lists and heads are read from. The SITE log
// has one too, with an empty status. Only the columns that moved are written:
// SQLite rewrites every index whose columns an UPDATE names, changed or not.
func (t *tx) writeIndex(old, next *folded) error {
	x, seq := next.summary(), next.pos.Seq
	if old.pos.Seq > 0 && old.state.Status == x.Status {
		res, err := t.conn.ExecContext(background(), `UPDATE incident SET severity = ?, seq = ?, head = ?, declared_us = ?, next_us = ?, changed_us = ?
			WHERE id = ?`, x.Severity, seq, next.pos.Head[:], micros(x.Declared), micros(x.Next), micros(x.Changed), x.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
	}
	return t.exec(`INSERT INTO incident (id, drill, status, severity, seq, head, opened_us, declared_us, next_us, changed_us)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
		SET drill = excluded.drill, status = excluded.status, severity = excluded.severity, seq = excluded.seq, head = excluded.head,
		opened_us = excluded.opened_us, declared_us = excluded.declared_us, next_us = excluded.next_us, changed_us = excluded.changed_us`,
		x.ID, x.Drill, string(x.Status), x.Severity, seq, next.pos.Head[:], micros(next.opened), micros(x.Declared), micros(x.Next), micros(x.Changed))
}

// summary is the index row the state wants.
func (f *folded) summary() incident.Summary {
	if f.state.ID == timeline.SiteLog {
		return incident.Summary{ID: timeline.SiteLog, Seq: f.state.Seq, Changed: f.changed}
	}
	x := f.state.Summary(f.changed)
	x.Declared, x.Next, x.Changed = cut(x.Declared), cut(x.Next), cut(x.Changed)
	return x
}

// cut brings a time to what the tables can hold.
func cut(t time.Time) time.Time { return fromMicros(micros(t)) }
