package sqlite

import (
	"context"
	"database/sql"

	"irbot/internal/alerts"
)

// PutBeat keeps what is known of a heartbeat source.
func (s *Store) PutBeat(ctx context.Context, b alerts.Beat) error {
	last := int64(0)
	if !b.Last.IsZero() {
		last = micros(b.Last)
	}
	return s.write(ctx, func(t *tx) error {
		return wrap("store heartbeat", t.exec(`INSERT INTO beat (source, last_us, due_us, raised, waived) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (source) DO UPDATE SET last_us = excluded.last_us, due_us = excluded.due_us, raised = excluded.raised, waived = excluded.waived`,
			b.Source, last, micros(b.Due), b.Raised, b.Waived))
	})
}

// Beats gives every heartbeat source that is known.
func (v *View) Beats(ctx context.Context) ([]alerts.Beat, error) {
	return query(ctx, v.db, func(r *sql.Rows) (alerts.Beat, error) {
		var b alerts.Beat
		var last, due int64
		err := r.Scan(&b.Source, &last, &due, &b.Raised, &b.Waived)
		if last != 0 {
			b.Last = fromMicros(last)
		}
		b.Due = fromMicros(due)
		return b, err
	}, "SELECT source, last_us, due_us, raised, waived FROM beat ORDER BY source")
}
