package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := filled(t)
	db, err := sql.Open("sqlite3", filepath.Join(dir, dbName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Wall: wall}); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("open: %v", err)
	}
	if _, err := OpenReadOnly(t.Context(), dir); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("open for reading: %v", err)
	}
}

func TestForeignFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, dbName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE stock (x)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Wall: wall}); !errors.Is(err, ErrForeign) {
		t.Errorf("open: %v", err)
	}
}

// TestMigrationCutShort fails every step half-way, as a crash would, and
// expects the next start to find either the step or nothing of it.
func TestMigrationCutShort(t *testing.T) {
	steps, err := loadMigrations()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range steps {
		cut := append([]string(nil), steps[:i+1]...)
		cut[i] += "\nSELECT no_such_function();"
		if _, err := Open(t.Context(), Options{Dir: dir, Wall: wall, steps: cut}); err == nil || !strings.Contains(err.Error(), "no_such_function") {
			t.Fatalf("step %d: %v", i+1, err)
		}
		db := openReaders(filepath.Join(dir, dbName))
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		at, err := schemaVersion(t.Context(), c)
		if err != nil || at != i {
			t.Fatalf("after the failed step %d the schema is %d: %v", i+1, at, err)
		}
		if err := errors.Join(c.Close(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, Options{Dir: dir})
	mustCreate(t, s, false)
}

func TestBackupOfOlderReleaseIsUpgraded(t *testing.T) {
	steps, err := loadMigrations()
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.db")
	if err := makeFile(old); err != nil {
		t.Fatal(err)
	}
	if err := migrate(context.Background(), old, steps[:2]); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(t.Context(), old, Options{Dir: dir, Wall: wall}); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("files: %v", left)
	}
	mustCreate(t, open(t, Options{Dir: dir}), false)
}
