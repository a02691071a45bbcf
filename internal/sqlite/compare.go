package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"irbot/internal/escalation"
	"irbot/internal/incident"
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

const indexColumns = "SELECT id, drill, status, severity, seq, head, opened_us, declared_us, next_us, changed_us FROM incident "

func scanIndex(r *sql.Rows) (indexRow, error) {
	var x indexRow
	var declared, next, changed int64
	err := r.Scan(&x.sum.ID, &x.sum.Drill, &x.sum.Status, &x.sum.Severity, &x.sum.Seq, &x.head, &x.opened, &declared, &next, &changed)
	x.sum.Declared, x.sum.Next, x.sum.Changed = fromMicros(declared), fromMicros(next), fromMicros(changed)
	return x, err
}

func compareIndex(ctx context.Context, q querier, f *folded) ([]Difference, error) {
	want := f.summary()
	d := Difference{Incident: want.ID, Seq: f.pos.Seq, Table: "incident", ID: want.ID}
	found, err := query(ctx, q, scanIndex, indexColumns+"WHERE id = ?", want.ID)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if f.pos.Seq == 0 {
			return nil, nil // no log and no row
		}
		d.What = "row is missing"
		return []Difference{d}, nil
	}
	x := found[0]
	var out []Difference
	if x.sum.Seq != f.pos.Seq || x.head != string(f.pos.Head[:]) {
		d.What = fmt.Sprintf("stands at entry %d (%x), the log at %d (%x)", x.sum.Seq, x.head, f.pos.Seq, f.pos.Head)
		out = append(out, d)
	}
	if x.sum.Seq == f.pos.Seq && (x.sum != want || x.opened != micros(f.opened)) {
		d.What = fmt.Sprintf("is %v, the record wants %v", x.sum, want)
		out = append(out, d)
	}
	return out, nil
}
