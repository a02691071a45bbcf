package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sort"

	"irbot/internal/timeline"
)

// Difference is one thing that is not as the record says it must be.
type Difference struct {
	Incident string `json:"incident,omitempty"`
	Seq      int64  `json:"seq,omitempty"`   // entry concerned; 0 where none is
	Table    string `json:"table,omitempty"` // where it was found
	ID       string `json:"id,omitempty"`    // key of the row
	What     string `json:"what"`            // names, numbers, hashes: for experts
}

// String is the difference in a line.
func (d Difference) String() string {
	return fmt.Sprintf("%s #%d %s %s: %s", d.Incident, d.Seq, d.Table, d.ID, d.What)
}

// FileMissing is the What of a kept file that is not there.
const FileMissing = "kept file is missing"

// Derived reports whether the difference lies in a table that Rebuild writes anew
// from the record. Texts, kept files and entries come back from a copy alone.
func (d Difference) Derived() bool {
	switch d.Table {
	case "incident", "request", "counter", "gram":
		return true
	}
	return false
}

// Checked is what a check found. The record holds if there is no difference.
type Checked struct {
	Logs        int64
	Entries     int64
	Texts       int64
	Files       int64
	Differences []Difference
	More        int64 // differences beyond those listed
}

// maxDifferences bounds what is listed; the rest is counted in More.
const maxDifferences = 1000

func (c *Checked) add(d Difference) {
	if len(c.Differences) >= maxDifferences {
		c.More++
		return
	}
	c.Differences = append(c.Differences, d)
}

// checker carries what a check needs from part to part.
type checker struct {
	v        *View
	out      Checked
	progress func(done, total int64)
	total    int64
}

// Check refolds every log with full verification of its chain, texts and kept
// checkpoints, and compares the operational tables, request keys, counters and
// kept files with what the record wants. Damage is listed, not returned; the
// error is about ctx only. progress (may be nil) is told entries done and
// expected. The server may go on writing meanwhile.
func (v *View) Check(ctx context.Context, progress func(done, total int64)) (Checked, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	c := &checker{v: v, progress: progress}
	c.pages(ctx)
	ids := c.logs(ctx)
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return c.out, err
		}
		if err := c.log(ctx, id); err != nil {
			c.out.add(Difference{Incident: id, Table: "entry", What: err.Error()})
		}
	}
	c.texts(ctx)
	c.requests(ctx)
	c.counters(ctx, ids)
	c.files(ctx)
	c.grams(ctx)
	return c.out, ctx.Err()
}

// pages asks SQLite about its own structure.
func (c *checker) pages(ctx context.Context) {
	lines, err := query(ctx, c.v.db, func(r *sql.Rows) (string, error) {
		var line string
		return line, r.Scan(&line)
	}, "PRAGMA integrity_check(20)")
	if err != nil {
		lines = append(lines, err.Error())
	}
	for _, line := range lines {
		if line != "ok" {
			c.out.add(Difference{Table: "database", What: line})
		}
	}
}

// logs names every log any table knows of.
func (c *checker) logs(ctx context.Context) []string {
	seen := map[string]bool{}
	for _, table := range []string{"entry", "incident", "timer", "outbox", "checkpoint"} {
		for last := ""; ; {
			var next sql.NullString
			err := c.v.db.QueryRowContext(ctx, "SELECT min("+logColumn(table)+") FROM "+table+" WHERE "+logColumn(table)+" > ?", last).Scan(&next)
			if err != nil {
				c.out.add(Difference{Table: table, What: err.Error()})
			}
			if err != nil || !next.Valid {
				break
			}
			last = next.String
			seen[last] = true
		}
	}
	if err := c.v.db.QueryRowContext(ctx, "SELECT coalesce(sum(seq), 0) FROM incident").Scan(&c.total); err != nil {
		c.out.add(Difference{Table: "incident", What: err.Error()})
	}
	ids := make([]string, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

func logColumn(table string) string {
	if table == "incident" {
		return "id"
	}
	return "incident"
}

// log checks one log against one snapshot of the file.
func (c *checker) log(ctx context.Context, id string) error {
	tx, err := c.v.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // only reads: nothing to keep
	points, err := checkpoints(ctx, tx, id)
	if err != nil {
		c.out.add(Difference{Incident: id, Table: "checkpoint", What: err.Error()})
	}
	l := &logCheck{checker: c, q: tx, id: id, f: newFolded(id), chain: timeline.NewVerifier(points...)}
	readErr := l.entries(ctx)
	l.report()
	if readErr != nil {
		return readErr
	}
	c.out.Logs++
	l.f.settle()
	c.v.audits.keep(l.f)
	diffs, err := compare(ctx, tx, l.f)
	for _, d := range diffs {
		c.out.add(d)
	}
	return err
}

// logCheck is the check of one log.
type logCheck struct {
	*checker
	q     querier
	id    string
	f     *folded
	chain *timeline.Verifier
	last  string // request key of the entry before
}

const selectAll = `SELECT e.seq, e.envelope, e.entry_hash, e.head, coalesce(e.text_digest, ''), e.recorded_us, e.kind,
	t.n IS NOT NULL, t.salt, t.fields FROM entry e LEFT JOIN text t ON t.n = e.n
	WHERE e.incident = ? ORDER BY e.seq`

func (l *logCheck) entries(ctx context.Context) error {
	rows, err := l.q.QueryContext(ctx, selectAll, l.id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r keptRow
		err := rows.Scan(&r.seq, &r.st.Envelope, &r.st.EntryHash, &r.st.Head, &r.digest, &r.recorded, &r.kind, &r.text, &r.st.Salt, &r.st.Text)
		if err != nil {
			return fmt.Errorf("read entry after %d: %w", l.f.pos.Seq, err)
		}
		l.entry(ctx, &r)
	}
	return rows.Err()
}

// keptRow is an entry as the tables hold it.
type keptRow struct {
	st       timeline.Stored
	seq      int64
	digest   string
	recorded int64
	kind     string
	text     bool
}

func (l *logCheck) entry(ctx context.Context, r *keptRow) {
	if r.text && r.st.Text == nil {
		r.st.Withheld = timeline.WithheldErased
	}
	l.out.Entries++
	if l.out.Entries%1000 == 0 {
		l.progress(l.out.Entries, l.total)
	}
	e, ok := l.chain.AddStored(r.st)
	if !ok {
		return // the verifier names it
	}
	if e.Incident != l.id || e.Seq != r.seq || string(e.Kind) != r.kind || e.TextDigest != r.digest || e.RecordedAt.UnixMicro() != r.recorded {
		l.out.add(Difference{Incident: l.id, Seq: r.seq, Table: "entry", What: "columns differ from the envelope"})
	}
	if r.text && e.TextDigest == "" {
		l.out.add(Difference{Incident: l.id, Seq: r.seq, Table: "text", What: "text of an entry that has none"})
	}
	l.f.apply(&e)
	if e.Request != "" && e.Request != l.last {
		l.request(ctx, &e)
	}
	l.attachment(ctx, &e)
}

// request checks that the key of an entry is known, so that the act is not
// recorded twice.
func (l *logCheck) request(ctx context.Context, e *timeline.Entry) {
	l.last = e.Request
	var id string
	err := l.q.QueryRowContext(ctx, "SELECT incident FROM request WHERE key = ?", e.Request).Scan(&id)
	if err != nil || id != l.id {
		l.out.add(Difference{Incident: l.id, Seq: e.Seq, Table: "request", ID: e.Request, What: "request key is missing"})
	}
}

func (l *logCheck) attachment(ctx context.Context, e *timeline.Entry) {
	hash := attachment(e)
	if hash == "" {
		return
	}
	var one int
	if l.q.QueryRowContext(ctx, "SELECT 1 FROM blob WHERE hash = ?", hash).Scan(&one) == nil {
		return
	}
	if e.Withheld != timeline.WithheldErased || l.q.QueryRowContext(ctx, recordedErasure, hash).Scan(&one) != nil {
		l.out.add(Difference{Incident: l.id, Seq: e.Seq, Table: "blob", ID: hash, What: FileMissing})
	}
}

// attachment reads the kept file an entry names; "" where it names none.
func attachment(e *timeline.Entry) string {
	var facts struct {
		Attachment string `json:"attachment"`
	}
	_ = json.Unmarshal(e.Facts, &facts) // what does not fit names nothing
	return facts.Attachment
}

// report takes over what the chain verifier found.
func (l *logCheck) report() {
	rep := l.chain.Report()
	for _, p := range rep.Problems {
		l.out.add(Difference{Incident: l.id, Seq: p.Seq, Table: "entry", ID: string(p.Code), What: p.English()})
	}
	l.out.More += rep.More
	l.out.Texts += rep.Texts
	for _, p := range rep.Warnings {
		if p.Code == timeline.CodeSaltRepeated || p.Code == timeline.CodeErasureUnshown || p.Code == timeline.CodeErasureOpen {
			l.out.add(Difference{Incident: l.id, Seq: p.Seq, Table: "text", ID: string(p.Code), What: p.English()})
		}
	}
}
