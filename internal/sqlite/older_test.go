package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// age takes away what later releases added, as the folder of an older one
// looks.
func age(t *testing.T, dir string, version int) {
	t.Helper()
	added := map[int][]string{4: {"anchored", "gram"}, 5: {"beat"}}
	db, err := sql.Open("sqlite3", filepath.Join(dir, dbName))
	if err != nil {
		t.Fatal(err)
	}
	for v, tables := range added {
		for _, table := range tables {
			if v <= version {
				continue
			}
			if _, err := db.Exec("DROP TABLE " + table); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := db.Exec(fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func sumOf(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func TestOlderRecordIsReadAndLeftAsItIs(t *testing.T) {
	for _, version := range []int{3, 4} {
		dir := filled(t)
		want := content(t, dir)
		age(t, dir, version)
		temp := t.TempDir()
		t.Setenv("TMPDIR", temp)
		path := filepath.Join(dir, dbName)
		before := sumOf(t, path)
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
		v, err := OpenReadOnly(t.Context(), dir)
		if err != nil {
			t.Fatalf("schema %d: %v", version, err)
		}
		if !v.Older() {
			t.Error("nobody is told that it is older")
		}
		if c, err := v.Check(t.Context(), nil); err != nil || len(c.Differences) != 0 || c.Entries != 45 {
			t.Errorf("schema %d: %+v %v", version, c, err)
		}
		if list, err := v.Anchors(t.Context(), "IR-1"); err != nil || len(list) != 0 {
			t.Errorf("schema %d: %v %v", version, list, err)
		}
		if got := content(t, dir); got != want {
			t.Errorf("schema %d: it reads otherwise", version)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		if sumOf(t, path) != before {
			t.Errorf("schema %d: the file changed", version)
		}
		if left, _ := os.ReadDir(temp); len(left) != 0 {
			t.Errorf("schema %d: the copy stays behind: %v", version, left)
		}
	}
}

// TestOlderRecordHidesNothing: bringing a copy up to date must not make what
// was changed look sound.
func TestOlderRecordHidesNothing(t *testing.T) {
	dir := filled(t)
	tamper(t, dir, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"u2"', '"u3"') AS BLOB) WHERE incident = 'IR-2' AND seq = 4`)
	age(t, dir, 3)
	if c := check(t, dir); len(c.Differences) == 0 {
		t.Error("the change is not found any more")
	}
	path := filepath.Join(dir, dbName)
	if _, err := openView(t.Context(), path); !errors.Is(err, ErrOlderSchema) {
		t.Errorf("the file itself: %v", err)
	}
}

// TestCopyLeftByAKillGoes: the copy of a process that was killed goes with the
// next start, one that is in use stays.
func TestCopyLeftByAKillGoes(t *testing.T) {
	dir := filled(t)
	age(t, dir, 4)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	killed, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	used, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(killed.drop); err != nil {
		t.Fatalf("a copy in use was removed: %v", err)
	}
	if err := errors.Join(killed.db.Close(), killed.lock.Close()); err != nil { // as the kernel does it
		t.Fatal(err)
	}
	for _, other := range []string{filled(t), dir} {
		s, err := OpenReadOnly(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(killed.drop); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the copy of a killed process stays: %v", err)
		}
		if _, err := os.Stat(used.drop); err != nil {
			t.Errorf("the copy in use is gone: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := used.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
