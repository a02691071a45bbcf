package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// folded is a state, where its log stands, and what the state wants kept in
// the operational tables. It is never changed once others can see it.
type folded struct {
	state   *incident.Incident
	pos     timeline.Position
	opened  time.Time // RecordedAt of the first entry
	changed time.Time // RecordedAt of the last entry
	timers  map[string]escalation.Timer
	rows    map[string]incident.Row
}

func newFolded(id string) *folded { return &folded{state: incident.New(id)} }

// follow gives a copy that further entries may be folded into.
func (f *folded) follow() *folded {
	c := *f
	c.state = f.state.Clone()
	return &c
}

func (f *folded) apply(e *timeline.Entry) {
	incident.Apply(f.state, e)
	f.pos, f.changed = e.Position(), e.RecordedAt
	if e.Seq == 1 {
		f.opened = e.RecordedAt
	}
}

// settle works out what the state wants in the operational tables.
func (f *folded) settle() {
	f.timers, f.rows = map[string]escalation.Timer{}, map[string]incident.Row{}
	for _, x := range f.state.Outbox() {
		f.rows[x.ID] = x
	}
	if f.state.ID == timeline.SiteLog {
		return // it has no alarms; what it tells about the duty roster has to leave
	}
	for _, x := range f.state.Timers() {
		f.timers[x.ID] = x
	}
}

// querier is a connection, a pool or a transaction that reads.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// foldFrom folds what the table holds beyond f.pos into f, which must not be
// shared. Texts are not read.
func foldFrom(ctx context.Context, q querier, f *folded) (*folded, error) {
	rows, err := q.QueryContext(ctx, "SELECT envelope, entry_hash, head FROM entry WHERE incident = +? AND seq > ? ORDER BY seq", f.state.ID, f.pos.Seq)
	if err != nil {
		return nil, fmt.Errorf("read entries of %s: %w", f.state.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var st timeline.Stored
		if err := rows.Scan(&st.Envelope, &st.EntryHash, &st.Head); err != nil {
			return nil, fmt.Errorf("read entries of %s: %w", f.state.ID, err)
		}
		e, err := timeline.Rebuild(st)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, f.state.ID, err)
		}
		if e.Incident != f.state.ID || e.Seq != f.pos.Seq+1 {
			return nil, fmt.Errorf("%w: %s: entry %d follows %d", ErrDamaged, f.state.ID, e.Seq, f.pos.Seq)
		}
		f.apply(&e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries of %s: %w", f.state.ID, err)
	}
	f.settle()
	return f, nil
}

// micros is how times are kept: microseconds since 1970 UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
