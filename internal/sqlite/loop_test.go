package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestCloseLeavesNothingRunning(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Wall: wall, Ballast: 4096})
	if err != nil {
		t.Fatal(err)
	}
	mustCreate(t, s, false)
	if _, err := s.State(t.Context(), "IR-1"); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error("a second time:", err)
	}
}

// TestSpaceComesBackByItself runs on a clock that jumps ahead while everybody
// waits: nobody writes, and the ballast is made again all the same.
func TestSpaceComesBackByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, Options{Dir: dir})
		mustCreate(t, s, false)
		// As after a failure for want of space; the writer finds it after its next batch.
		s.room.full()
		mustAdd(t, s, "IR-1", "", note("機械の記録"))
		if !s.Health().DiskFull {
			t.Error("not called full")
		}
		time.Sleep(roomRetry + time.Second)
		synctest.Wait()
		if s.Health().DiskFull {
			t.Error("still called full")
		}
		if _, err := os.Stat(filepath.Join(dir, ballastName)); err != nil {
			t.Error(err)
		}
	})
}
