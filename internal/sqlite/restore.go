package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// restoredKey is the fact of the data folder that it came from a backup.
const restoredKey = "restored_us"

// Restore checks a backup and makes it the record of a data folder that has
// none. It overwrites nothing: ErrExists where a record is there, ErrLocked
// where the folder is in use, ErrDamaged where the backup does not hold. The
// folder then says Restored, so that nothing is sent before a person confirms.
func Restore(ctx context.Context, backup string, o Options) (Copy, error) {
	dir, err := makeFolder(o.Dir)
	if err != nil {
		return Copy{}, err
	}
	wall := o.Wall
	if wall == nil {
		wall = func() time.Time { return time.Time{} }
	}
	lock, err := acquireLock(dir, Holder{PID: os.Getpid(), Started: wall().UTC().Truncate(time.Second), What: "irbot restore"})
	if err != nil {
		return Copy{}, err
	}
	defer lock.Close()
	dst := filepath.Join(dir, dbName)
	for _, name := range []string{dst, dst + "-wal"} {
		if _, err := os.Lstat(name); err == nil {
			return Copy{}, fmt.Errorf("restore to %s: %w", name, ErrExists)
		}
	}
	part := dst + ".part"
	discard(part) // of an earlier attempt that was cut short; we hold the lock
	defer discard(part)
	if err := copyFile(backup, part); err != nil {
		return Copy{}, fmt.Errorf("restore: %w", err)
	}
	if err := upgradeCopy(ctx, part, o.steps); err != nil {
		return Copy{}, fmt.Errorf("restore: %w", err)
	}
	c, err := inspect(ctx, part)
	if err != nil {
		return c, fmt.Errorf("check backup: %w", err)
	}
	if err := markRestored(part, wall()); err != nil {
		return Copy{}, fmt.Errorf("restore: %w", err)
	}
	if err := settleFile(part, dst); err != nil {
		return Copy{}, fmt.Errorf("restore: %w", err)
	}
	c.Path = dst
	return c, nil
}

func copyFile(src, dst string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// upgradeCopy brings a backup of an older release up to date. A file without
// any schema is no backup and stays as it is.
func upgradeCopy(ctx context.Context, path string, steps []string) error {
	if steps == nil {
		var err error
		if steps, err = loadMigrations(); err != nil {
			return err
		}
	}
	db := openDB(path, 1, nil, "mode=rw", "_synchronous=FULL")
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	at, err := schemaVersion(ctx, c)
	if cerr := c.Close(); err == nil {
		err = cerr
	}
	if err != nil || at == 0 || at >= len(steps) {
		return err
	}
	if err := migrate(ctx, path, steps); err != nil {
		return err
	}
	_, err = db.ExecContext(background(), "PRAGMA journal_mode=DELETE") // one file again
	return err
}

func markRestored(path string, now time.Time) error {
	db := openDB(path, 1, nil, "mode=rw", "_journal_mode=DELETE", "_synchronous=FULL")
	_, err := db.ExecContext(background(), "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		restoredKey, fmt.Sprint(max(now.UnixMicro(), 1)))
	return errors.Join(err, db.Close())
}

// Restored tells when the folder was filled from a backup that nobody has
// confirmed yet; zero where there is nothing to confirm. A newer original may
// be running elsewhere, so nothing may be sent meanwhile.
func (v *View) Restored(ctx context.Context) (time.Time, error) {
	var us int64
	err := v.db.QueryRowContext(ctx, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", restoredKey).Scan(&us)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMicros(us), wrap("read restore mark", err)
}

// ConfirmRestored says that a person has made sure that no newer original runs.
// Who did so belongs into the SITE log and is for the caller to record.
func (s *Store) ConfirmRestored(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		return wrap("confirm restore", t.exec("DELETE FROM meta WHERE key = ?", restoredKey))
	})
}
