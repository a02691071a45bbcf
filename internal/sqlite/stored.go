package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"irbot/internal/timeline"
)

// EachStored calls fn for every row of a log as it is kept, in the order of its
// numbers and whatever is wrong with it: for a check that goes on after damage.
// It stops at the first error of fn and returns it. The next page is read while
// fn works on this one.
func (v *View) EachStored(ctx context.Context, id string, fn func(timeline.Stored) error) error {
	p := v.storedPage(ctx, id, 0)
	for {
		next := make(chan storedPage, 1)
		more := p.err == nil && p.n == entryPage
		if more {
			go func(last int64) { next <- v.storedPage(ctx, id, last) }(p.last)
		}
		if err := cmp.Or(p.err, p.each(fn)); err != nil {
			return err
		}
		if !more {
			return ctx.Err()
		}
		p = <-next
	}
}

// storedPage is some rows of a log, or why there are none.
type storedPage struct {
	n    int64  // how many rows
	last int64  // number of the last
	rows []byte // one after the other, see selectStored
	err  error
}

// storedPage reads the rows that follow the number after.
func (v *View) storedPage(ctx context.Context, id string, after int64) (p storedPage) {
	if p.err = ctx.Err(); p.err != nil {
		return p
	}
	// A page is short and read to its end: the driver takes a longer way for
	// every row of a query that could be cancelled.
	err := v.db.QueryRowContext(context.WithoutCancel(ctx), selectStored, id, after, entryPage).Scan(&p.n, &p.last, &p.rows)
	if err != nil {
		p.err = fmt.Errorf("read entries of %s: %w", id, err)
	}
	return p
}

// selectStored lays the rows of a page side by side into one value: crossing from
// SQLite to Go costs more than reading a row, so a page crosses once. Before each
// row stand three numbers with its lengths, see storedRow. Octets are counted,
// also where a damaged row holds another type than its column.
const selectStored = `SELECT count(*), coalesce(max(seq), 0), CAST(group_concat(bytes, '') AS BLOB) FROM (
	SELECT e.seq AS seq, concat(
		coalesce(octet_length(e.envelope), 0) << 31 | coalesce(octet_length(t.fields) + 1, 0), ' ',
		coalesce(octet_length(e.entry_hash), 0) << 31 | coalesce(octet_length(e.head), 0), ' ',
		coalesce(octet_length(t.salt) + 1, 0) << 1 | (t.n IS NOT NULL), ' ',
		e.envelope, t.fields, e.entry_hash, e.head, t.salt) AS bytes
	FROM entry e LEFT JOIN text t ON t.n = e.n WHERE e.incident = +? AND e.seq > ? ORDER BY e.seq LIMIT +?)`

// each calls fn for the rows of the page.
func (p *storedPage) each(fn func(timeline.Stored) error) error {
	rest := p.rows
	for range p.n {
		st, after, err := storedRow(rest)
		if err != nil {
			return err
		}
		if err := fn(st); err != nil {
			return err
		}
		rest = after
	}
	if len(rest) > 0 {
		return errStored
	}
	return nil
}

// errStored says that SQLite put a page together in another way than it was asked.
var errStored = errors.New("read entries: rows of a page do not add up")

// storedRow takes the first row off a page. Its lengths come first; those that
// may be NULL are one more than they are, and zero for NULL.
func storedRow(b []byte) (st timeline.Stored, rest []byte, err error) {
	var num [3]int64
	for i := range num {
		end := max(bytes.IndexByte(b[:min(len(b), 20)], ' '), 0)
		if num[i], err = strconv.ParseInt(string(b[:end]), 10, 64); err != nil || num[i] < 0 {
			return st, nil, errStored
		}
		b = b[end+1:]
	}
	const low = 1<<31 - 1
	take := func(n int64) []byte {
		if n < 0 || n > int64(len(b)) {
			n, err = 0, errStored
		}
		part := b[:n:n]
		b = b[n:]
		return part
	}
	maybe := func(n int64) []byte {
		if n == 0 {
			return nil
		}
		return take(n - 1)
	}
	st.Envelope, st.Text = take(num[0]>>31), maybe(num[0]&low)
	st.EntryHash, st.Head = take(num[1]>>31), take(num[1]&low)
	st.Salt = maybe(num[2] >> 1)
	if num[2]&1 == 1 && st.Text == nil {
		st.Withheld = timeline.WithheldErased
	}
	return st, b, err
}
