package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestBackupUnderLoadAndRestore(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	for range 300 {
		mustAdd(t, s, "IR-1", "", note("前 "+strings.Repeat("長", 500)))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	started := make(chan struct{})
	load.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			if _, err := add(s, "IR-1", "", note("並行")); err != nil {
				t.Error(err)
			}
			if i == 3 {
				close(started)
			}
		}
	})
	<-started
	dst := filepath.Join(t.TempDir(), "copy.db")
	c, err := s.Backup(t.Context(), dst)
	cancel()
	load.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if c.Heads["IR-1"].Seq < 301 || len(c.Found.Differences) != 0 || c.Found.Entries != c.Heads["IR-1"].Seq {
		t.Errorf("copy: %+v", c)
	}
	st, err := os.Stat(dst)
	if err != nil || st.Mode().Perm() != 0o600 || st.Size() != c.Bytes {
		t.Errorf("file: %v %v", st, err)
	}
	if left, _ := filepath.Glob(dst + "?*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.Backup(t.Context(), dst); !errors.Is(err, ErrExists) {
		t.Errorf("overwriting a backup: %v", err)
	}
	restoreFrom(t, dst, c)
}

func restoreFrom(t *testing.T, backup string, c Copy) {
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(t.Context(), backup, Options{Dir: dir, Wall: wall}); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), backup, Options{Dir: dir, Wall: wall}); !errors.Is(err, ErrExists) {
		t.Errorf("restoring over a record: %v", err)
	}
	s := open(t, Options{Dir: dir})
	if at, err := s.Restored(t.Context()); err != nil || !at.Equal(t0) {
		t.Errorf("restore mark: %v %v", at, err)
	}
	if err := s.ConfirmRestored(t.Context()); err != nil {
		t.Fatal(err)
	}
	if at, err := s.Restored(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("restore mark after confirming: %v %v", at, err)
	}
	if st, err := s.State(t.Context(), "IR-1"); err != nil || st.Seq != c.Heads["IR-1"].Seq {
		t.Errorf("restored state: %+v %v", st, err)
	}
	mustAdd(t, s, "IR-1", "", note("復元後"))
	if _, err := Restore(t.Context(), backup, Options{Dir: dir, Wall: wall}); !errors.Is(err, ErrLocked) {
		t.Errorf("restoring into a folder in use: %v", err)
	}
}

func TestBadBackupIsRefused(t *testing.T) {
	src := filepath.Join(filled(t), dbName)
	good, err := os.ReadFile(src)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(good), "記録 7", "記録 8", 1)
	if edited == string(good) {
		t.Fatal("nothing was edited")
	}
	for name, bytes := range map[string]string{
		"truncated": string(good[:len(good)/2]), "edited": edited, "empty": "", "other": "not a database at all, but long enough to be one" + strings.Repeat(" ", 4096),
	} {
		path := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(path, []byte(bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		if _, err := Restore(t.Context(), path, Options{Dir: dir, Wall: wall}); err == nil {
			t.Errorf("%s: was restored", name)
		} else {
			t.Log(name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, dbName)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: left a record behind", name)
		}
	}
}
