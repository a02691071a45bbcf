package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// readConns is the size of the pool that reads beside the one writer, with the
// connection that the auditor keeps.
const readConns = 5

// readCache is how much each of them keeps of the file, in KiB. With SQLite's 2 MiB
// the process grew for an hour, a connection at a time; what is not kept is in the
// cache of the file system.
const readCache = 256

// connector opens connections with a hook of our own, without registering a
// driver name for the whole process.
type connector struct {
	drv *sqlite3.SQLiteDriver
	dsn string
}

// Connect opens one connection.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }

// Driver gives the driver behind the connections.
func (c connector) Driver() driver.Driver { return c.drv }

// Statements are kept compiled (_stmt_cache_size). A bare parameter in LIMIT, and
// in some equations, would undo that: SQLite peeks at its value when it plans, and
// compiles anew at every use. So those stand as LIMIT +? and incident = +?.

// dsn writes the address of a database file; misspelt parameters would be
// silently accepted, hence readBack.
func dsn(path string, params ...string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path}
	return u.String() + "?_busy_timeout=5000&_stmt_cache_size=64&" + strings.Join(params, "&")
}

func openDB(path string, max int, hook func(*sqlite3.SQLiteConn) error, params ...string) *sql.DB {
	db := sql.OpenDB(connector{drv: &sqlite3.SQLiteDriver{ConnectHook: hook}, dsn: dsn(path, params...)})
	db.SetMaxOpenConns(max)
	db.SetMaxIdleConns(max)
	return db
}

// openWriter opens the handle of the one writing connection. The authorizer is
// the second fence after the triggers.
func openWriter(path string, tune func(*sqlite3.SQLiteConn) error) *sql.DB {
	hook := func(c *sqlite3.SQLiteConn) error {
		if tune != nil {
			if err := tune(c); err != nil {
				return err
			}
		}
		// The WAL must not stay as large as the largest burst, and undoing one
		// call of a batch must not need a temporary file.
		for _, q := range []string{"PRAGMA journal_size_limit=67108864", "PRAGMA temp_store=MEMORY"} {
			if _, err := c.Exec(q, nil); err != nil {
				return err
			}
		}
		c.RegisterAuthorizer(authorize)
		return nil
	}
	return openDB(path, 1, hook, "mode=rw", "_journal_mode=WAL", "_synchronous="+synchronous, "_txlock=immediate",
		"_foreign_keys=1", "_recursive_triggers=1", "_secure_delete=1")
}

// openMigrator opens a handle without the authorizer, for schema changes only.
func openMigrator(path string) *sql.DB {
	return openDB(path, 1, nil, "mode=rw", "_journal_mode=WAL", "_synchronous="+synchronous, "_txlock=immediate", "_foreign_keys=1")
}

func openReaders(path string, params ...string) *sql.DB {
	return openDB(path, readConns, nil, append([]string{"mode=ro", "_query_only=1", "_cache_size=-" + strconv.Itoa(readCache)}, params...)...)
}

// readBack refuses to go on when the connection does not have what durability
// and the append-only triggers rest on.
func readBack(ctx context.Context, c *sql.Conn) error {
	for _, want := range []struct{ pragma, value string }{
		{"synchronous", synchronousBack}, {"journal_mode", "wal"}, {"foreign_keys", "1"}, {"recursive_triggers", "1"}, {"writable_schema", "0"},
	} {
		var got string
		if err := c.QueryRowContext(ctx, "PRAGMA "+want.pragma).Scan(&got); err != nil {
			return fmt.Errorf("read back %s: %w", want.pragma, err)
		}
		if got != want.value {
			return fmt.Errorf("read back %s: it is %q and must be %q; the file system may not support it", want.pragma, got, want.value)
		}
	}
	return nil
}
