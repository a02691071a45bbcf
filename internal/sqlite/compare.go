package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// compare holds the operational rows of a log to what its state wants.
func compare(ctx context.Context, q querier, f *folded) ([]Difference, error) {
	out, err := compareIndex(ctx, q, f)
	if err != nil {
		return out, err
	}
	id := f.state.ID
	timers, err := query(ctx, q, scanTimer, timerColumns+"WHERE incident = ?", id)
	if err != nil {
		return out, err
	}
	out = append(out, match(id, "timer", f.timers, timers, cutTimer)...)
	rows, err := query(ctx, q, scanRow, rowColumns+"WHERE incident = ?", id)
	if err != nil {
		return out, err
	}
	return append(out, match(id, "outbox", f.rows, rows, cutRow)...), nil
}

// cutTimer and cutRow give the key of a row and the row as the tables hold it.
func cutTimer(x escalation.Timer) (string, escalation.Timer) { x.Due = cut(x.Due); return x.ID, x }
func cutRow(x incident.Row) (string, incident.Row)           { x.Next = cut(x.Next); return x.ID, x }

// match lists rows that are missing, too many or different.
func match[T comparable](id, table string, want map[string]T, have []T, norm func(T) (string, T)) []Difference {
	var out []Difference
	found := map[string]bool{}
	for _, x := range have {
		k, x := norm(x)
		w, ok := want[k]
		_, w = norm(w)
		found[k] = true
		switch {
		case !ok:
			out = append(out, Difference{Incident: id, Table: table, ID: k, What: "row the record does not want"})
		case w != x:
			out = append(out, Difference{Incident: id, Table: table, ID: k, What: fmt.Sprintf("is %v, the record wants %v", x, w)})
		}
	}
	for k := range want {
		if !found[k] {
			out = append(out, Difference{Incident: id, Table: table, ID: k, What: "row is missing"})
		}
	}
	return out
}

func compareIndex(ctx context.Context, q querier, f *folded) ([]Difference, error) {
	want := f.summary()
	d := Difference{Incident: want.ID, Seq: f.pos.Seq, Table: "incident", ID: want.ID}
	var x incident.Summary
	var head []byte
	var opened, declared, next, changed int64
	err := q.QueryRowContext(ctx, `SELECT id, drill, status, severity, seq, head, opened_us, declared_us, next_us, changed_us
		FROM incident WHERE id = ?`, want.ID).Scan(&x.ID, &x.Drill, &x.Status, &x.Severity, &x.Seq, &head, &opened, &declared, &next, &changed)
	if errors.Is(err, sql.ErrNoRows) {
		if f.pos.Seq == 0 {
			return nil, nil // no log and no row
		}
		d.What = "row is missing"
		return []Difference{d}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	x.Declared, x.Next, x.Changed = fromMicros(declared), fromMicros(next), fromMicros(changed)
	var out []Difference
	if x.Seq != f.pos.Seq || string(head) != string(f.pos.Head[:]) {
		d.What = fmt.Sprintf("stands at entry %d (%x), the log at %d (%x)", x.Seq, head, f.pos.Seq, f.pos.Head)
		out = append(out, d)
	}
	if x.Seq == f.pos.Seq && (x != want || opened != micros(f.opened)) {
		d.What = fmt.Sprintf("is %v, the record wants %v", x, want)
		out = append(out, d)
	}
	return out, nil
}

// Audit compares the operational rows of the live incidents and of the standing
// log with their states, quickly enough to be run every minute: a lost timer or
// message must not be silent. The clocks of the law go on in closed incidents,
// so each call looks at one of those as well, the next one in turn. Check does
// the same for everything, with the chain.
func (v *View) Audit(ctx context.Context) ([]Difference, error) {
	live, err := v.List(ctx, Filter{Live: true})
	if err != nil {
		return nil, err
	}
	closed, err := v.nextClosed(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{timeline.SiteLog}
	for _, x := range live {
		ids = append(ids, x.ID)
	}
	if closed != "" {
		ids = append(ids, closed)
	}
	var out []Difference
	for _, id := range ids {
		diffs, err := v.audit(ctx, id)
		if err != nil {
			return out, err
		}
		out = append(out, diffs...)
	}
	return out, nil
}

// nextClosed gives the closed incident after the one that was audited last, and
// after the last one the first; "" where there is none.
func (v *View) nextClosed(ctx context.Context) (string, error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	for _, after := range []string{v.turn.last, ""} {
		err := v.db.QueryRowContext(ctx, `SELECT id FROM incident WHERE status NOT IN ('', 'reported', 'open') AND id > ? ORDER BY id LIMIT 1`, after).Scan(&v.turn.last)
		switch {
		case err == nil:
			return v.turn.last, nil
		case !errors.Is(err, sql.ErrNoRows):
			return "", fmt.Errorf("find a closed incident: %w", err)
		}
	}
	v.turn.last = ""
	return "", nil
}

func (v *View) audit(ctx context.Context, id string) ([]Difference, error) {
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // only reads: nothing to keep
	pos, err := headOf(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	var f *folded
	if v.cache != nil {
		f = v.cache.get(id)
	}
	if f == nil || f.pos != pos { // the writer went on since the snapshot, or nothing is cached
		if f, err = foldFrom(ctx, tx, newFolded(id)); err != nil {
			return nil, err
		}
	}
	return compare(ctx, tx, f)
}

func headOf(ctx context.Context, q querier, id string) (timeline.Position, error) {
	var p timeline.Position
	var head []byte
	err := q.QueryRowContext(ctx, "SELECT seq, head FROM entry WHERE incident = ? ORDER BY seq DESC LIMIT 1", id).Scan(&p.Seq, &head)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("read head of %s: %w", id, err)
	}
	copy(p.Head[:], head)
	return p, nil
}
