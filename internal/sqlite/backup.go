package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"

	"irbot/internal/timeline"
)

// backupPages is how many pages are copied between two looks at the context.
const backupPages = 256

// Copy is what a finished backup holds.
type Copy struct {
	Path  string
	Bytes int64
	Heads map[string]timeline.Position // where every log stands in the copy
	Found Checked                      // the check of the copy; no difference
}

// Backup writes a copy of the record as of now to a new file with mode 0600,
// while the server goes on writing, and checks pages and chains of the copy
// before the file gets its name. Errors: ErrExists, ErrDamaged (the copy, and
// so most likely the record, does not hold), ctx or the file system.
func (v *View) Backup(ctx context.Context, dst string) (Copy, error) {
	dst, err := filepath.Abs(dst)
	if err != nil {
		return Copy{}, fmt.Errorf("back up: %w", err)
	}
	if _, err := os.Lstat(dst); err == nil {
		return Copy{}, fmt.Errorf("back up to %s: %w", dst, ErrExists)
	}
	part := dst + ".part"
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Copy{}, fmt.Errorf("back up: %w", err)
	}
	defer discard(part)
	if err := f.Close(); err != nil {
		return Copy{}, fmt.Errorf("back up: %w", err)
	}
	if err := v.copyPages(ctx, part); err != nil {
		return Copy{}, fmt.Errorf("back up: %w", err)
	}
	c, err := inspect(ctx, part)
	if err != nil {
		return c, fmt.Errorf("check backup: %w", err)
	}
	if err := settleFile(part, dst); err != nil {
		return Copy{}, fmt.Errorf("back up: %w", err)
	}
	c.Path = dst
	return c, nil
}

// discard removes a part file, which has its name by then or is of no use.
func discard(part string) { _ = os.Remove(part) }

// copyPages copies one snapshot. An open read transaction keeps the source
// from starting over at every commit beside it.
func (v *View) copyPages(ctx context.Context, part string) error {
	src, err := v.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	tx, err := src.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // only reads
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n); err != nil {
		return err
	}
	db := openDB(part, 1, nil, "mode=rw", "_synchronous=FULL")
	defer db.Close()
	to, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer to.Close()
	err = rawPair(to, src, func(to, src *sqlite3.SQLiteConn) error { return runBackup(ctx, to, src) })
	if err != nil {
		return err
	}
	// The copy is one file that can be carried away and opened anywhere.
	_, err = to.ExecContext(background(), "PRAGMA journal_mode=DELETE")
	return err
}

func rawPair(to, src *sql.Conn, fn func(to, src *sqlite3.SQLiteConn) error) error {
	return to.Raw(func(a any) error {
		return src.Raw(func(b any) error {
			ca, ok1 := a.(*sqlite3.SQLiteConn)
			cb, ok2 := b.(*sqlite3.SQLiteConn)
			if !ok1 || !ok2 {
				return errors.New("not a connection of this driver")
			}
			return fn(ca, cb)
		})
	})
}

func runBackup(ctx context.Context, to, src *sqlite3.SQLiteConn) error {
	b, err := to.Backup("main", src, "main")
	if err != nil {
		return err
	}
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, b.Finish())
		}
		if done, err = b.Step(backupPages); err != nil {
			return errors.Join(err, b.Finish())
		}
	}
	return b.Finish()
}

// inspect checks a file that holds a record and is used by nobody.
func inspect(ctx context.Context, path string) (Copy, error) {
	v, err := openView(ctx, path)
	if err != nil {
		return Copy{}, err
	}
	defer v.Close()
	c := Copy{Path: path}
	if c.Found, err = v.Check(ctx, nil); err != nil {
		return c, err
	}
	if n := int64(len(c.Found.Differences)) + c.Found.More; n > 0 {
		return c, fmt.Errorf("%w: %d differences, the first: %s", ErrDamaged, n, c.Found.Differences[0])
	}
	if c.Heads, err = v.Heads(ctx); err != nil {
		return c, err
	}
	st, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	c.Bytes = st.Size()
	return c, nil
}

// settleFile syncs a finished file and gives it its name, overwriting nothing.
func settleFile(part, dst string) error {
	f, err := os.Open(part)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	// A hard link fails where the name exists; file systems without links
	// (memory sticks) get a look first and a rename.
	if err := os.Link(part, dst); err != nil {
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%s: %w", dst, ErrExists)
		}
		if _, err := os.Lstat(dst); err == nil {
			return fmt.Errorf("%s: %w", dst, ErrExists)
		}
		if err := os.Rename(part, dst); err != nil {
			return err
		}
	}
	return syncFolder(filepath.Dir(dst))
}
