package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// View reads what is committed. States it gives are shared and must not be
// modified.
type View struct {
	path   string
	db     *sql.DB
	cache  *cache // nil where another process writes
	fresh  pending
	older  bool   // a copy of the record of an older release is read
	drop   string // folder of that copy, "" where there is none
	lock   *os.File
	audits audits // what the auditor learned, see Audit
}

// OpenReadOnly opens a data folder for reading, whether or not another process
// has it open for writing. The record of an older release is read by a copy
// (see Older). Errors: ErrNewerSchema, ErrForeign, or what the file system said
// (os.ErrNotExist where there is no record).
func OpenReadOnly(ctx context.Context, dir string) (*View, error) {
	sweepCopies()
	path, err := filepath.Abs(filepath.Join(dir, dbName))
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	v, err := openView(ctx, path)
	if errors.Is(err, ErrOlderSchema) {
		return openOlder(ctx, path)
	}
	return v, err
}

func openView(ctx context.Context, path string) (*View, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	v := &View{path: path, db: openReaders(path)}
	err := v.checkSchema(ctx)
	if err != nil && !errors.Is(err, ErrNewerSchema) && !errors.Is(err, ErrOlderSchema) && !errors.Is(err, ErrForeign) && settled(path) {
		// A folder we may not write to: nobody writes and no WAL is left, so
		// the file may be read as it is.
		_ = v.db.Close()
		v.db = openReaders(path, "immutable=1")
		err = v.checkSchema(ctx)
	}
	if err != nil {
		_ = v.db.Close()
		return nil, err
	}
	return v, nil
}

// settled reports that no WAL with content lies beside the file.
func settled(path string) bool {
	st, err := os.Stat(path + "-wal")
	return errors.Is(err, os.ErrNotExist) || (err == nil && st.Size() == 0)
}

func (v *View) checkSchema(ctx context.Context) error {
	c, err := v.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open record: %w", err)
	}
	defer c.Close()
	at, err := schemaVersion(ctx, c)
	if err != nil {
		return err
	}
	steps, err := loadMigrations()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	switch {
	case at > len(steps):
		return newerSchema(at, len(steps))
	case at < len(steps):
		return fmt.Errorf("%w: schema %d, this release reads %d. irbot serve を一度起動してください / start irbot serve once", ErrOlderSchema, at, len(steps))
	}
	return nil
}

// Close closes the files.
func (v *View) Close() error {
	v.audits.mu.Lock()
	err := errors.Join(v.audits.quiet.close(), v.db.Close())
	v.audits.mu.Unlock()
	if v.drop != "" {
		err = errors.Join(err, os.RemoveAll(v.drop), v.lock.Close())
	}
	return err
}

// State is the folded state; incident.ErrNotFound if there is no such
// incident. The SITE log always has one. It must not be modified.
func (v *View) State(ctx context.Context, id string) (*incident.Incident, error) {
	f, err := v.folded(ctx, id)
	if err != nil {
		return nil, err
	}
	return f.state, nil
}

func (v *View) folded(ctx context.Context, id string) (*folded, error) {
	var gen uint64
	if v.cache != nil {
		if f := v.cache.get(id); f != nil {
			return f, nil
		}
		gen = v.cache.generation()
	}
	f, err := foldFrom(ctx, v.db, newFolded(id))
	if err != nil {
		return nil, err
	}
	if f.pos.Seq == 0 && id != timeline.SiteLog {
		return nil, fmt.Errorf("%w: %.64q", incident.ErrNotFound, id)
	}
	if v.cache != nil && f.pos.Seq > 0 {
		v.cache.putIf(gen, f)
	}
	return f, nil
}

// entryPage is how many entries are read at a time: a slow receiver must not
// hold a read transaction open, or the WAL could not be folded back.
const entryPage = 500

// Entries gives entries from..to with their texts; to 0 means the head. For
// long logs use EachEntry.
func (v *View) Entries(ctx context.Context, id string, from, to int64) ([]timeline.Entry, error) {
	var out []timeline.Entry
	err := v.EachEntry(ctx, id, from, to, func(e *timeline.Entry) error {
		out = append(out, *e)
		return nil
	})
	return out, err
}

// EachEntry calls fn for the entries from..to in order, with their texts; to 0
// means the head at the call. It stops at the first error of fn and returns it.
// Without such a log the error is incident.ErrNotFound (SITE may be empty).
func (v *View) EachEntry(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error {
	head, err := v.Head(ctx, id)
	if err != nil {
		return err
	}
	if head.Seq == 0 && id != timeline.SiteLog {
		return fmt.Errorf("%w: %.64q", incident.ErrNotFound, id)
	}
	if to == 0 || to > head.Seq {
		to = head.Seq
	}
	for next := max(from, 1); next <= to; {
		page, err := readEntries(ctx, v.db, id, next, min(to, next+entryPage-1))
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return fmt.Errorf("%w: %s: entry %d is missing", ErrDamaged, id, next)
		}
		for i := range page {
			if page[i].Seq != next {
				return fmt.Errorf("%w: %s: entry %d is missing", ErrDamaged, id, next)
			}
			if err := fn(&page[i]); err != nil {
				return err
			}
			next++
		}
	}
	return nil
}

const selectEntries = `SELECT e.seq, e.envelope, e.entry_hash, e.head, t.n IS NOT NULL, t.salt, t.fields
	FROM entry e LEFT JOIN text t ON t.n = e.n
	WHERE e.incident = +? AND e.seq BETWEEN ? AND ? ORDER BY e.seq`

// readEntries reads entries with their texts; a text that is null was erased.
func readEntries(ctx context.Context, q querier, id string, from, to int64) ([]timeline.Entry, error) {
	rows, err := q.QueryContext(ctx, selectEntries, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("read entries of %s: %w", id, err)
	}
	defer rows.Close()
	var out []timeline.Entry
	for rows.Next() {
		var seq int64
		var st timeline.Stored
		var kept bool
		if err := rows.Scan(&seq, &st.Envelope, &st.EntryHash, &st.Head, &kept, &st.Salt, &st.Text); err != nil {
			return nil, fmt.Errorf("read entries of %s: %w", id, err)
		}
		if kept && st.Text == nil {
			st.Withheld = timeline.WithheldErased
		}
		e, err := timeline.Rebuild(st)
		if err != nil {
			return nil, fmt.Errorf("%w: %s entry %d: %w", ErrDamaged, id, seq, err)
		}
		if e.Incident != id || e.Seq != seq {
			return nil, fmt.Errorf("%w: %s entry %d: its envelope says %s entry %d", ErrDamaged, id, seq, e.Incident, e.Seq)
		}
		out = append(out, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries of %s: %w", id, err)
	}
	return out, nil
}

// Texts gives the texts of some entries; one without text or with an erased
// one is absent. It asks the file once, however many they are: a page that is
// to leave waits for them.
func (v *View) Texts(ctx context.Context, id string, seqs []int64) (map[int64]timeline.Text, error) {
	out := make(map[int64]timeline.Text, len(seqs))
	var wanted []int64
	for _, seq := range seqs {
		if t, ok := v.fresh.get(id, seq); ok {
			out[seq] = t
			continue
		}
		wanted = append(wanted, seq)
	}
	if len(wanted) == 0 {
		return out, nil
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, fmt.Errorf("read texts of %s: %w", id, err)
	}
	type kept struct {
		seq    int64
		fields []byte
	}
	rows, err := query(ctx, v.db, func(r *sql.Rows) (kept, error) {
		var k kept
		return k, r.Scan(&k.seq, &k.fields)
	}, selectTexts, id, string(list))
	if err != nil {
		return nil, fmt.Errorf("read texts of %s: %w", id, err)
	}
	for _, k := range rows {
		e := timeline.Entry{TextBytes: k.fields}
		out[k.seq] = e.Fields()
	}
	return out, nil
}

// CROSS JOIN keeps the order: each number is looked up in the index.
const selectTexts = `SELECT e.seq, t.fields FROM (SELECT DISTINCT value AS seq FROM json_each(?2)) w
	CROSS JOIN entry e ON e.incident = +?1 AND e.seq = w.seq CROSS JOIN text t ON t.n = e.n WHERE t.fields IS NOT NULL`

// Head tells where a log stands; the zero Position where there is none.
func (v *View) Head(ctx context.Context, id string) (timeline.Position, error) {
	return headOf(ctx, v.db, id)
}
