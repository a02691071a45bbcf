package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"sort"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as ours ("irbt"), so that another program's
// database is refused and `file` can tell what it is.
const applicationID = 0x69726274

// loadMigrations gives the steps in order; step i brings the schema to i+1.
func loadMigrations() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	steps := make([]string, len(names))
	for i, name := range names {
		b, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(b)
	}
	return steps, nil
}

// migrate brings the file to the newest schema, one transaction a step. The
// step and its number are committed together, so that a crash leaves either.
func migrate(ctx context.Context, path string, steps []string) error {
	db := openMigrator(path)
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer c.Close()
	at, err := schemaVersion(ctx, c)
	if err != nil {
		return err
	}
	if at > len(steps) {
		return newerSchema(at, len(steps))
	}
	for ; at < len(steps); at++ {
		if err := migrateStep(ctx, c, at, steps[at]); err != nil {
			return fmt.Errorf("migrate schema to %d: %w", at+1, err)
		}
	}
	return nil
}

func newerSchema(at, know int) error {
	return fmt.Errorf("%w: schema %d, this release knows %d. 新しい版の irbot を使ってください / use the newer irbot", ErrNewerSchema, at, know)
}

// schemaVersion reads the ledger and refuses files of other programs.
func schemaVersion(ctx context.Context, c *sql.Conn) (int, error) {
	var version, app, tables int
	if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	if err := c.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return 0, fmt.Errorf("read application id: %w", err)
	}
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, fmt.Errorf("read schema: %w", err)
	}
	if app != applicationID && (app != 0 || version != 0 || tables != 0) {
		return 0, ErrForeign
	}
	return version, nil
}

func migrateStep(ctx context.Context, c *sql.Conn, at int, step string) error {
	tx, err := c.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // no effect after a commit
	for _, q := range []string{step, fmt.Sprintf("PRAGMA application_id=%d", applicationID), fmt.Sprintf("PRAGMA user_version=%d", at+1)} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return tx.Commit()
}
