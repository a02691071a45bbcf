package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
)

// grams compares every finished block of the search index with the texts it
// was made of. A row too few hides an entry from who looks for it; a row too
// many can be the remains of an erased text.
func (c *checker) grams(ctx context.Context) {
	blocks, err := query(ctx, c.v.db, func(r *sql.Rows) (int64, error) {
		var b int64
		return b, r.Scan(&b)
	}, "SELECT DISTINCT block FROM gram ORDER BY block")
	if err != nil {
		c.out.add(Difference{Table: "gram", What: err.Error()})
	}
	for _, block := range blocks {
		if what := c.gramBlock(ctx, block); what != "" {
			c.out.add(Difference{Table: "gram", ID: fmt.Sprint(block), What: what})
		}
	}
}

// gramBlock says how a block differs from its texts, "" where it does not.
func (c *checker) gramBlock(ctx context.Context, block int64) string {
	type row struct {
		gram    string
		entries []byte
	}
	first := block * blockSize
	texts, err := query(ctx, c.v.db, scanKept, "SELECT n, fields FROM text WHERE n BETWEEN ? AND ? AND fields IS NOT NULL ORDER BY n", first, first+blockSize-1)
	if err != nil {
		return err.Error()
	}
	rows, err := query(ctx, c.v.db, func(r *sql.Rows) (row, error) {
		var x row
		return x, r.Scan(&x.gram, &x.entries)
	}, "SELECT gram, entries FROM gram WHERE block = ?", block)
	if err != nil {
		return err.Error()
	}
	want := gramsOf(first, texts)
	for _, x := range rows {
		list, known := want[x.gram]
		if !known || !bytes.Equal(list, x.entries) {
			return "search index holds what the texts do not"
		}
		delete(want, x.gram)
	}
	if len(want) > 0 {
		return fmt.Sprintf("search index lacks %d pairs of letters", len(want))
	}
	return ""
}
