package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Filter chooses incidents of the index. Its zero value takes all of them.
type Filter struct {
	Live   bool   // only reported and open ones
	Drills Which  // real incidents, drills or both
	After  string // id of the last one of the page before
	Limit  int    // 0 means all
}

// Which says whether drills are listed.
type Which int

// The choices of Which.
const (
	Both Which = iota
	RealOnly
	DrillsOnly
)

// List gives the index, newest first. Pages hold their place while incidents
// are added: the next one begins after the id given in the filter.
func (v *View) List(ctx context.Context, f Filter) ([]incident.Summary, error) {
	where, args, err := v.where(ctx, f)
	if err != nil {
		return nil, err
	}
	q := `SELECT id, drill, status, severity, seq, declared_us, next_us, changed_us FROM incident WHERE ` +
		strings.Join(where, " AND ") + ` ORDER BY opened_us DESC, id DESC LIMIT +?`
	return query(ctx, v.db, func(r *sql.Rows) (incident.Summary, error) {
		var x incident.Summary
		var declared, next, changed int64
		err := r.Scan(&x.ID, &x.Drill, &x.Status, &x.Severity, &x.Seq, &declared, &next, &changed)
		x.Declared, x.Next, x.Changed = fromMicros(declared), fromMicros(next), fromMicros(changed)
		return x, err
	}, q, append(args, limit(f.Limit))...)
}

func (v *View) where(ctx context.Context, f Filter) ([]string, []any, error) {
	where, args := []string{"status <> ''"}, []any{} // the SITE log has no status
	if f.Live {
		where = append(where, "status IN ('reported', 'open')")
	}
	switch f.Drills {
	case Both:
	case RealOnly:
		where = append(where, "drill = 0")
	case DrillsOnly:
		where = append(where, "drill = 1")
	}
	if f.After != "" {
		var opened int64
		err := v.db.QueryRowContext(ctx, "SELECT opened_us FROM incident WHERE id = ?", f.After).Scan(&opened)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil, fmt.Errorf("list incidents: %w: %.64q", incident.ErrNotFound, f.After)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("list incidents: %w", err)
		}
		where, args = append(where, "(opened_us, id) < (?, ?)"), append(args, opened, f.After)
	}
	return where, args, nil
}

func limit(n int) int64 {
	if n <= 0 {
		return math.MaxInt64
	}
	return int64(n)
}

// query collects the rows of a statement.
func query[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), stmt string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, stmt, args...)
	if err != nil {
		return nil, fmt.Errorf("read the store: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		x, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read the store: %w", err)
		}
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the store: %w", err)
	}
	return out, nil
}

const (
	timerColumns = "SELECT id, incident, kind, ref, due_us FROM timer "
	rowColumns   = "SELECT id, incident, state, next_us, means, rank FROM outbox "
)

func scanTimer(r *sql.Rows) (escalation.Timer, error) {
	var x escalation.Timer
	var due int64
	err := r.Scan(&x.ID, &x.Incident, &x.Kind, &x.Ref, &due)
	x.Due = fromMicros(due)
	return x, err
}

func scanRow(r *sql.Rows) (incident.Row, error) {
	var x incident.Row
	var next int64
	err := r.Scan(&x.ID, &x.Incident, &x.State, &next, &x.Means, &x.Rank)
	x.Next = fromMicros(next)
	return x, err
}

// DueTimers gives the timers due at now, in due order. A limit of 0 means all.
func (v *View) DueTimers(ctx context.Context, now time.Time, max int) ([]escalation.Timer, error) {
	return query(ctx, v.db, scanTimer, timerColumns+"WHERE due_us <= ? ORDER BY due_us, id LIMIT +?", now.UnixMicro(), limit(max))
}

// dueRows names every rank there can be, so that the index is entered at what is
// due in each; without, every message that waits for later would be read.
const dueRows = "WHERE state = 'queued' AND rank IN (0, 1, 2, 3, 4, 5, 6, 7) AND next_us <= ? ORDER BY rank, next_us LIMIT +?"

// DueRows gives the queued messages due at now: pages first, then the longest
// due. A limit of 0 means all.
func (v *View) DueRows(ctx context.Context, now time.Time, max int) ([]incident.Row, error) {
	return query(ctx, v.db, scanRow, rowColumns+dueRows, now.UnixMicro(), limit(max))
}

// SendingRows gives the messages under way; after a crash these are the ones
// whose outcome is unknown.
func (v *View) SendingRows(ctx context.Context) ([]incident.Row, error) {
	return query(ctx, v.db, scanRow, rowColumns+"WHERE state = 'sending' ORDER BY rank, next_us, id")
}

// Heads tells where every log stands, SITE included.
func (v *View) Heads(ctx context.Context) (map[string]timeline.Position, error) {
	out := map[string]timeline.Position{}
	_, err := query(ctx, v.db, func(r *sql.Rows) (struct{}, error) {
		var id string
		var p timeline.Position
		var head []byte
		err := r.Scan(&id, &p.Seq, &head)
		copy(p.Head[:], head)
		out[id] = p
		return struct{}{}, err
	}, "SELECT id, seq, head FROM incident")
	return out, err
}

// Blob gives the bytes of a kept file; ErrNoFile where it is not kept.
func (v *View) Blob(ctx context.Context, hash string) ([]byte, error) {
	var data []byte
	err := v.db.QueryRowContext(ctx, "SELECT data FROM blob WHERE hash = ?", hash).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: %.64q", ErrNoFile, hash)
	}
	return data, wrap("read kept file", err)
}

// Checkpoints gives the checkpoints of a log in the order they were kept. Their
// signatures are for the caller to check; a note that cannot be read comes back
// with its size and bytes only.
func (v *View) Checkpoints(ctx context.Context, id string) ([]timeline.Checkpoint, error) {
	return checkpoints(ctx, v.db, id)
}

func checkpoints(ctx context.Context, q querier, id string) ([]timeline.Checkpoint, error) {
	return query(ctx, q, func(r *sql.Rows) (timeline.Checkpoint, error) {
		kept := timeline.Checkpoint{Incident: id}
		if err := r.Scan(&kept.Size, &kept.Note); err != nil {
			return kept, err
		}
		if c, err := timeline.ReadCheckpoint(kept.Note); err == nil {
			return c, nil
		}
		return kept, nil
	}, "SELECT size, note FROM checkpoint WHERE incident = +? ORDER BY n", id)
}

// SaveCheckpoint keeps a checkpoint for ever; the same one again is no error.
// It does not check the note. Errors wrap incident.ErrNotRecorded.
func (s *Store) SaveCheckpoint(ctx context.Context, c timeline.Checkpoint) error {
	return s.write(ctx, func(t *tx) error {
		var one int
		err := t.row("SELECT 1 FROM checkpoint WHERE incident = ? AND size = ? AND note = ?", c.Incident, c.Size, c.Note).Scan(&one)
		if err == nil {
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("look up checkpoint: %w", err)
		}
		return wrap("keep checkpoint", t.exec("INSERT INTO checkpoint (incident, size, note) VALUES (?, ?, ?)", c.Incident, c.Size, c.Note))
	})
}

// Lag tells what waits longest, for the auditor and the board. Times are zero
// where nothing waits.
type Lag struct {
	Timer   time.Time // earliest due timer
	Queued  time.Time // earliest time a queued message could have gone
	Timers  int64     // timers overdue at the time asked for
	Rows    int64     // messages queued and due
	Sending int64     // messages under way
}

// Lag tells what is overdue at now.
func (v *View) Lag(ctx context.Context, now time.Time) (Lag, error) {
	var out Lag
	var timer, queued int64
	us := now.UnixMicro()
	err := v.db.QueryRowContext(ctx, `SELECT
		(SELECT coalesce(min(due_us), 0) FROM timer WHERE due_us <= ?), (SELECT count(*) FROM timer WHERE due_us <= ?),
		(SELECT coalesce(min(next_us), 0) FROM outbox WHERE state = 'queued' AND next_us <= ?),
		(SELECT count(*) FROM outbox WHERE state = 'queued' AND next_us <= ?),
		(SELECT count(*) FROM outbox WHERE state = 'sending')`, us, us, us, us).Scan(&timer, &out.Timers, &queued, &out.Rows, &out.Sending)
	if err != nil {
		return out, fmt.Errorf("read lag: %w", err)
	}
	out.Timer, out.Queued = fromMicros(timer), fromMicros(queued)
	return out, nil
}

// Stats counts what is kept.
type Stats struct {
	Incidents int64 // drills included
	Live      int64
	Entries   int64
	Timers    int64
	Outbox    int64
	Files     int64
	FileBytes int64
	Bytes     int64 // of the database file
	Schema    int
}

// Stats counts what is kept. It reads the index, not the entries.
func (v *View) Stats(ctx context.Context) (Stats, error) {
	var x Stats
	err := v.db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM incident WHERE status <> ''), (SELECT count(*) FROM incident WHERE status IN ('reported', 'open')),
		(SELECT coalesce(sum(seq), 0) FROM incident), (SELECT count(*) FROM timer), (SELECT count(*) FROM outbox),
		(SELECT count(*) FROM blob), (SELECT coalesce(sum(size), 0) FROM blob),
		(SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size),
		(SELECT user_version FROM pragma_user_version)`).Scan(
		&x.Incidents, &x.Live, &x.Entries, &x.Timers, &x.Outbox, &x.Files, &x.FileBytes, &x.Bytes, &x.Schema)
	if err != nil {
		return x, fmt.Errorf("read counts: %w", err)
	}
	return x, nil
}
