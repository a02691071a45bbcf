package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// olderPrefix begins the name of the folder of a private copy.
const olderPrefix = "irbot-older-"

// makeCopyFolder makes the folder of a private copy and holds its lock. What a
// killed process left behind goes first: a copy of the record must not lie
// among the temporary files for ever.
func makeCopyFolder() (dir string, lock *os.File, err error) {
	sweepCopies()
	if dir, err = os.MkdirTemp("", olderPrefix+"*"); err != nil {
		return "", nil, err
	}
	if lock, err = acquireLock(dir, Holder{PID: os.Getpid(), What: "copy of a record"}); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, fmt.Errorf("hold %s: %w", dir, err)
	}
	return dir, lock, nil
}

// sweepCopies removes the copies whose process is gone: the kernel let go of
// their lock. One without a lock file is being made at this moment, or died
// between two lines; only an empty folder is left of that. Best effort: what
// cannot be removed belongs to somebody else.
func sweepCopies() {
	temp := os.TempDir()
	list, err := os.ReadDir(temp)
	if err != nil {
		return
	}
	for _, e := range list {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), olderPrefix) {
			continue
		}
		sweepCopy(filepath.Join(temp, e.Name()))
	}
}

func sweepCopy(dir string) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0) //nolint:gosec // a folder of our own name
	if err != nil {
		return
	}
	defer f.Close()
	if flock(f) == nil {
		_ = os.RemoveAll(dir)
	}
}
