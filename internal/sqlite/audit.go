package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// audited is what the last look learned about one log: where it stood, and the
// sums of the rows that its state wants there. A log that stands where it stood
// is not folded again; a sum needs no order.
type audited struct {
	pos    timeline.Position
	rows   uint64
	climbs []escalation.Climb
}

// audits remembers audited logs, so that looking at a thousand open incidents
// costs a few questions to the store and no fold.
type audits struct {
	mu   sync.Mutex
	seed maphash.Seed
	logs map[string]audited
	last string // whose turn it was among the closed incidents

	quiet quiet
}

// quiet lets a look at a record that nobody has written to since the last one
// cost next to nothing.
type quiet struct {
	conn    *sql.Conn // kept: data_version speaks of one connection only
	version int64     // at the last whole look
	whole   bool      // there was one, and it came to its end
	skipped int
	found   []Difference // by it
	climbs  []escalation.Climb
}

// maxSkipped looks may pass before the tables are looked at all the same: ten
// minutes at the auditor's rhythm. A disk may change what nobody has written.
const maxSkipped = 30

// since gives the version of the file, which changes with every commit of any
// other connection or program, and whether it is that of the last whole look.
func (q *quiet) since(ctx context.Context, db *sql.DB) (version int64, same bool, err error) {
	if q.conn == nil {
		if q.conn, err = db.Conn(ctx); err != nil {
			return 0, false, fmt.Errorf("open for the auditor: %w", err)
		}
		q.whole = false
	}
	if err := q.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return 0, false, errors.Join(fmt.Errorf("read data_version: %w", err), q.close())
	}
	if q.skipped++; !q.whole || version != q.version || q.skipped > maxSkipped {
		q.skipped = 0
		return version, false, nil
	}
	return version, true, nil
}

// close gives the connection back; the next look opens another.
func (q *quiet) close() error {
	if q.conn == nil {
		return nil
	}
	err := q.conn.Close()
	q.conn = nil
	return err
}

func (a *audits) ready() {
	if a.logs == nil {
		a.seed, a.logs = maphash.MakeSeed(), map[string]audited{}
	}
}

// keep takes over what the check of the whole record folded, so that the first
// look after a start need not fold every open incident again.
func (a *audits) keep(f *folded) {
	if s := f.summary().Status; s != incident.Reported && s != incident.Open {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ready()
	a.logs[f.state.ID] = a.wanted(f)
}

// indexRow is a log's line in the index of incidents.
type indexRow struct {
	sum    incident.Summary
	head   string
	opened int64
}

// Audit compares the operational rows of the live incidents and of the standing
// log with their states, cheaply enough to be run all the time: a lost timer or
// message must not be silent. The clocks of the law go on in closed incidents,
// so each call looks at one of those as well, the next one in turn. Check does
// the same for everything, with the chain.
func (v *View) Audit(ctx context.Context) ([]Difference, error) {
	out, _, err := v.Patrol(ctx)
	return out, err
}

// Patrol is Audit that tells the open ladders of the live incidents as well.
func (v *View) Patrol(ctx context.Context) ([]Difference, []escalation.Climb, error) {
	v.audits.mu.Lock()
	defer v.audits.mu.Unlock()
	v.audits.ready()
	version, same, err := v.audits.quiet.since(ctx, v.db) // before the snapshot: a commit between them is looked at twice
	if err != nil {
		return nil, nil, err
	}
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // only reads: nothing to keep
	closed, err := v.audits.nextClosed(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	var out, turn []Difference
	var climbs []escalation.Climb
	if same {
		if closed != "" {
			if turn, _, err = v.look(ctx, tx, closed); err != nil {
				return nil, nil, err
			}
		}
		return slices.Concat(v.audits.quiet.found, turn), v.audits.quiet.climbs, nil
	}
	v.audits.quiet.whole = false
	have, err := v.audits.standing(ctx, tx, closed)
	if err != nil {
		return nil, nil, err
	}
	for id := range v.audits.all(have) {
		was, known := v.audits.logs[id]
		now := have[id]
		var diffs []Difference
		if !known || was.pos != now.pos || was.rows != now.rows {
			if diffs, was, err = v.look(ctx, tx, id); err != nil {
				return out, nil, err
			}
			if id == closed {
				turn = diffs
			} else {
				out = append(out, diffs...)
			}
		}
		switch {
		case now.live:
			v.audits.logs[id] = was
			climbs = append(climbs, was.climbs...)
		case len(diffs) == 0:
			delete(v.audits.logs, id) // closed meanwhile
		}
	}
	q := &v.audits.quiet
	q.version, q.whole, q.found, q.climbs = version, true, out, climbs
	return slices.Concat(out, turn), climbs, nil
}

// look folds one log, unless its state is at hand, and compares row by row.
func (v *View) look(ctx context.Context, tx *sql.Tx, id string) ([]Difference, audited, error) {
	pos, err := headOf(ctx, tx, id)
	if err != nil {
		return nil, audited{}, err
	}
	var f *folded
	if v.cache != nil {
		f = v.cache.peek(id)
	}
	if f == nil || f.pos != pos { // the writer went on since the snapshot, or nothing is cached
		if f, err = foldFrom(ctx, tx, newFolded(id)); err != nil {
			return nil, audited{}, err
		}
	}
	diffs, err := compare(ctx, tx, f)
	return diffs, v.audits.wanted(f), err
}

// wanted is what a state would have in the tables, and its open ladders.
func (a *audits) wanted(f *folded) audited {
	out := audited{pos: f.pos}
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(f.timers)) {
		x := f.timers[id]
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%d", x.ID, x.Kind, x.Ref, micros(x.Due)))
	}
	out.rows = a.sum("timer", lines)
	lines = nil
	for _, id := range slices.Sorted(maps.Keys(f.rows)) {
		x := f.rows[id]
		lines = append(lines, fmt.Sprintf("%s|%s|%d|%s|%d", x.ID, x.State, micros(x.Next), x.Means, x.Rank))
	}
	out.rows += a.sum("outbox", lines)
	if f.pos.Seq > 0 {
		out.rows += maphash.Comparable(a.seed, indexRow{sum: f.summary(), head: string(f.pos.Head[:]), opened: micros(f.opened)})
	}
	for _, e := range f.state.Escalations {
		if e.Ended == "" {
			out.climbs = append(out.climbs, escalation.Climb{Incident: f.state.ID, ID: e.ID, Due: e.Due})
		}
	}
	return out
}

// sum is that of one table's lines in the order of their ids, as the database gives them.
func (a *audits) sum(table string, lines []string) uint64 {
	if len(lines) == 0 {
		return 0
	}
	return maphash.String(a.seed, table+"\n"+strings.Join(lines, "\n"))
}

// standing is where one log stands in the tables.
type standing struct {
	pos  timeline.Position
	rows uint64
	live bool
}

// The database puts the lines of each log together: a row for every alarm of a
// thousand incidents would cost several times as much.
const (
	liveOnly    = "status IN ('reported', 'open')"
	liveLogs    = "incident IN (SELECT id FROM incident WHERE " + liveOnly + ") OR incident IN (?, ?) GROUP BY incident"
	timerLines  = "SELECT incident, group_concat(id || '|' || kind || '|' || ref || '|' || due_us, x'0a' ORDER BY id) FROM timer WHERE " + liveLogs
	outboxLines = "SELECT incident, group_concat(id || '|' || state || '|' || next_us || '|' || means || '|' || rank, x'0a' ORDER BY id) FROM outbox WHERE " + liveLogs
	logHeads    = `SELECT e.incident, e.seq, e.head FROM incident i JOIN entry e ON e.incident = i.id
		AND e.seq = (SELECT max(seq) FROM entry WHERE incident = i.id) WHERE i.` + liveOnly + ` OR i.id IN (?, ?)`
)

func scanLines(r *sql.Rows) (x [2]string, err error) {
	err = r.Scan(&x[0], &x[1])
	return x, err
}

type logHead struct {
	id  string
	pos timeline.Position
}

func scanLogHead(r *sql.Rows) (x logHead, err error) {
	var head []byte
	err = r.Scan(&x.id, &x.pos.Seq, &head)
	copy(x.pos.Head[:], head)
	return x, err
}

// standing sums up what the tables hold for each live log, the standing one and
// one more.
func (a *audits) standing(ctx context.Context, q querier, more string) (map[string]standing, error) {
	out := map[string]standing{timeline.SiteLog: {live: true}}
	index, err := query(ctx, q, scanIndex, indexColumns+"WHERE "+liveOnly+" OR id IN (?, ?)", timeline.SiteLog, more)
	if err != nil {
		return nil, err
	}
	for _, x := range index {
		out[x.sum.ID] = standing{rows: maphash.Comparable(a.seed, x), live: x.sum.ID != more}
	}
	heads, err := query(ctx, q, scanLogHead, logHeads, timeline.SiteLog, more)
	if err != nil {
		return nil, err
	}
	for _, x := range heads {
		s := out[x.id]
		s.pos = x.pos
		out[x.id] = s
	}
	for table, stmt := range map[string]string{"timer": timerLines, "outbox": outboxLines} {
		lines, err := query(ctx, q, scanLines, stmt, timeline.SiteLog, more)
		if err != nil {
			return nil, err
		}
		for _, x := range lines {
			s := out[x[0]]
			s.rows += maphash.String(a.seed, table+"\n"+x[1])
			out[x[0]] = s
		}
	}
	return out, nil
}

// all names the logs to look at: those the tables name, and those that were
// live before, in case their line in the index is gone.
func (a *audits) all(have map[string]standing) map[string]bool {
	out := map[string]bool{timeline.SiteLog: true}
	for id := range have {
		out[id] = true
	}
	for id := range a.logs {
		out[id] = true
	}
	return out
}

// nextClosed gives the closed incident after the one that was audited last, and
// after the last one the first; "" where there is none.
func (a *audits) nextClosed(ctx context.Context, q querier) (string, error) {
	for _, after := range []string{a.last, ""} {
		err := q.QueryRowContext(ctx, "SELECT id FROM incident WHERE status NOT IN ('', 'reported', 'open') AND id > ? ORDER BY id LIMIT 1", after).Scan(&a.last)
		switch {
		case err == nil:
			return a.last, nil
		case !errors.Is(err, sql.ErrNoRows):
			return "", fmt.Errorf("find a closed incident: %w", err)
		}
	}
	a.last = ""
	return "", nil
}

func headOf(ctx context.Context, q querier, id string) (timeline.Position, error) {
	var p timeline.Position
	var head []byte
	err := q.QueryRowContext(ctx, "SELECT seq, head FROM entry WHERE incident = +? ORDER BY seq DESC LIMIT 1", id).Scan(&p.Seq, &head)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("read head of %s: %w", id, err)
	}
	copy(p.Head[:], head)
	return p, nil
}
