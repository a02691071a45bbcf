package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"irbot/internal/timeline"
)

// Anchored is a checkpoint that a place outside has taken.
type Anchored struct {
	Place    string
	Incident string
	Size     int64
	Note     []byte
	Proof    []byte // e.g. an RFC 3161 answer; nil where the place returns none
	At       time.Time
}

// PendingAnchors gives the newest kept checkpoint of every log that a place has
// not taken yet. Older ones are covered by it: its head commits to all before.
func (v *View) PendingAnchors(ctx context.Context, place string) ([]timeline.Checkpoint, error) {
	list, err := query(ctx, v.db, func(r *sql.Rows) (timeline.Checkpoint, error) {
		var c timeline.Checkpoint
		if err := r.Scan(&c.Incident, &c.Size, &c.Note); err != nil {
			return c, err
		}
		if read, err := timeline.ReadCheckpoint(c.Note); err == nil {
			return read, nil
		}
		return c, nil
	}, `SELECT c.incident, c.size, c.note FROM checkpoint c
		WHERE c.n = (SELECT n FROM checkpoint WHERE incident = c.incident ORDER BY size DESC, n DESC LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM anchored a WHERE a.place = ? AND a.incident = c.incident AND a.size >= c.size)
		ORDER BY c.n`, place)
	if err != nil {
		return nil, fmt.Errorf("read pending anchors: %w", err)
	}
	return list, nil
}

// Unsigned gives the incidents with entries that no checkpoint covers yet.
func (v *View) Unsigned(ctx context.Context) ([]string, error) {
	return query(ctx, v.db, func(r *sql.Rows) (string, error) {
		var id string
		err := r.Scan(&id)
		return id, err
	}, `SELECT id FROM incident i WHERE status <> '' AND seq > (SELECT coalesce(max(size), 0) FROM checkpoint WHERE incident = i.id) ORDER BY opened_us, id`)
}

// SaveAnchored remembers that a place has taken a checkpoint; the same again is
// no error. Errors wrap incident.ErrNotRecorded.
func (s *Store) SaveAnchored(ctx context.Context, a Anchored) error {
	return s.write(ctx, func(t *tx) error {
		var one int
		err := t.row("SELECT 1 FROM anchored WHERE place = ? AND incident = ? AND size = ?", a.Place, a.Incident, a.Size).Scan(&one)
		if err == nil {
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("look up anchor: %w", err)
		}
		return wrap("remember anchor", t.exec("INSERT INTO anchored (place, incident, size, note, proof, at_us) VALUES (?, ?, ?, ?, ?, ?)",
			a.Place, a.Incident, a.Size, a.Note, a.Proof, micros(a.At)))
	})
}

// Anchors gives what left the machine, of one log or of all (""), oldest first.
func (v *View) Anchors(ctx context.Context, id string) ([]Anchored, error) {
	list, err := query(ctx, v.db, func(r *sql.Rows) (Anchored, error) {
		var a Anchored
		var at int64
		err := r.Scan(&a.Place, &a.Incident, &a.Size, &a.Note, &a.Proof, &at)
		a.At = fromMicros(at)
		return a, err
	}, "SELECT place, incident, size, note, proof, at_us FROM anchored WHERE ?1 = '' OR incident = ?1 ORDER BY n", id)
	if err != nil {
		return nil, fmt.Errorf("read anchors: %w", err)
	}
	return list, nil
}

// HeadAt gives the head of a log at a size and how many entries it has; the head
// is zero where it is shorter.
func (v *View) HeadAt(ctx context.Context, id string, size int64) (head [timeline.HeadSize]byte, have int64, err error) {
	last, err := v.Head(ctx, id)
	if err != nil || size > last.Seq {
		return head, last.Seq, err
	}
	var b []byte
	err = v.db.QueryRowContext(ctx, "SELECT head FROM entry WHERE incident = ? AND seq = ?", id, size).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return head, last.Seq, nil // a gap: the zero head fits no anchor
	}
	copy(head[:], b)
	return head, last.Seq, wrap("read head", err)
}

// KindsOf gives the entries of some kind in a log, oldest first, with texts.
func (v *View) KindsOf(ctx context.Context, id string, kind timeline.Kind) ([]timeline.Entry, error) {
	seqs, err := query(ctx, v.db, func(r *sql.Rows) (int64, error) {
		var n int64
		return n, r.Scan(&n)
	}, "SELECT seq FROM entry WHERE incident = ? AND kind = ? ORDER BY seq", id, string(kind))
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", kind, err)
	}
	var out []timeline.Entry
	for _, n := range seqs {
		got, err := v.Entries(ctx, id, n, n)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}
