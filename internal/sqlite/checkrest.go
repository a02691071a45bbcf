package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"irbot/internal/timeline"
)

// texts looks for texts that belong to no entry.
func (c *checker) texts(ctx context.Context) {
	orphans, err := query(ctx, c.v.db, func(r *sql.Rows) (Difference, error) {
		d := Difference{Table: "text", What: "text without its entry"}
		return d, r.Scan(&d.Incident, &d.Seq)
	}, `SELECT t.incident, t.seq FROM text t LEFT JOIN entry e ON e.n = t.n
		WHERE e.n IS NULL OR e.incident <> t.incident OR e.seq <> t.seq LIMIT 100`)
	if err != nil {
		c.out.add(Difference{Table: "text", What: err.Error()})
	}
	for _, d := range orphans {
		c.out.add(d)
	}
}

// requests checks that every request key belongs to an entry: a key without
// one would make a person's act vanish.
func (c *checker) requests(ctx context.Context) {
	type row struct {
		key, id string
		seq, at int64
	}
	last := ""
	for {
		page, err := query(ctx, c.v.db, func(r *sql.Rows) (row, error) {
			var x row
			return x, r.Scan(&x.key, &x.id, &x.seq, &x.at)
		}, "SELECT key, incident, seq, at_us FROM request WHERE key > ? ORDER BY key LIMIT 500", last)
		if err != nil {
			c.out.add(Difference{Table: "request", What: err.Error()})
			return
		}
		for _, x := range page {
			c.requestRow(ctx, x.key, x.id, x.seq, x.at)
			last = x.key
		}
		if len(page) < 500 {
			return
		}
	}
}

func (c *checker) requestRow(ctx context.Context, key, id string, seq, at int64) {
	d := Difference{Incident: id, Seq: seq, Table: "request", ID: key}
	var st timeline.Stored
	err := c.v.db.QueryRowContext(ctx, "SELECT envelope, entry_hash, head FROM entry WHERE incident = ? AND seq = ?", id, seq).
		Scan(&st.Envelope, &st.EntryHash, &st.Head)
	if err != nil {
		d.What = "entry of the first answer: " + err.Error()
		c.out.add(d)
		return
	}
	e, err := timeline.Rebuild(st)
	if err != nil {
		return // reported with its log
	}
	if e.RecordedAt.UnixMicro() != at {
		d.What = "time of the first answer differs"
		c.out.add(d)
	}
	if e.Request == key {
		return
	}
	// The answer may point at an earlier entry: then a later one has the key.
	found := errors.New("found")
	err = c.v.EachEntry(ctx, id, seq+1, 0, func(e *timeline.Entry) error {
		if e.Request == key {
			return found
		}
		return nil
	})
	if !errors.Is(err, found) {
		d.What = "no entry has this request key"
		c.out.add(d)
	}
}

// counters checks that no id can be given twice.
func (c *checker) counters(ctx context.Context, ids []string) {
	for kind, n := range highest(ids) {
		var at int64
		err := c.v.db.QueryRowContext(ctx, "SELECT n FROM counter WHERE kind = ?", kind).Scan(&at)
		if err != nil || at < n {
			c.out.add(Difference{Table: "counter", ID: kind, What: fmt.Sprintf("stands at %d, the record at %d", at, n)})
		}
	}
}

// highest gives the highest number of each kind of incident.
func highest(ids []string) map[string]int64 {
	out := map[string]int64{}
	for _, id := range ids {
		kind, no, ok := strings.Cut(id, "-")
		n, err := strconv.ParseInt(no, 10, 64)
		if ok && err == nil && (kind == "IR" || kind == "DR") {
			out[kind] = max(out[kind], n)
		}
	}
	return out
}

// files checks the bytes of every kept file against its name.
func (c *checker) files(ctx context.Context) {
	hashes, err := query(ctx, c.v.db, func(r *sql.Rows) (string, error) {
		var h string
		return h, r.Scan(&h)
	}, "SELECT hash FROM blob ORDER BY hash")
	if err != nil {
		c.out.add(Difference{Table: "blob", What: err.Error()})
	}
	for _, h := range hashes {
		var size int64
		var data []byte
		err := c.v.db.QueryRowContext(ctx, "SELECT size, data FROM blob WHERE hash = ?", h).Scan(&size, &data)
		sum := sha256.Sum256(data)
		if err != nil || hex.EncodeToString(sum[:]) != h || size != int64(len(data)) {
			d := Difference{Table: "blob", ID: h, What: "bytes differ from the hash"}
			// Which entry it belongs to; without one the hash alone is told.
			_ = c.v.db.QueryRowContext(ctx, "SELECT incident, seq FROM entry WHERE instr(CAST(envelope AS TEXT), ?) > 0 ORDER BY n LIMIT 1", h).Scan(&d.Incident, &d.Seq)
			c.out.add(d)
		}
		c.out.Files++
	}
}
