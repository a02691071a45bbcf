package sqlite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockName is the file whose lock is held for the whole life of a Store.
const lockName = "irbot.lock"

// Holder is who holds a data folder, as the lock file tells it.
type Holder struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	What    string    `json:"what"` // e.g. "irbot serve"
}

// LockedError names who holds the data folder; it is ErrLocked.
type LockedError struct {
	Dir    string
	Holder Holder // zero where the lock file could not be read
}

// Error says what happened, why and what to do, in Japanese and English.
func (e *LockedError) Error() string {
	who := "pid ?"
	if e.Holder.PID != 0 {
		who = fmt.Sprintf("pid %d, %s", e.Holder.PID, e.Holder.What)
		if !e.Holder.Started.IsZero() {
			who += ", " + e.Holder.Started.UTC().Format(time.RFC3339)
		}
	}
	return fmt.Sprintf("データフォルダー %s は使用中です（%s）。動いている irbot を使うか、止めてからやり直してください / "+
		"data folder is in use by another irbot (%s): use that one, or stop it and try again", e.Dir, who, who)
}

// Is makes errors.Is(err, ErrLocked) hold.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// acquireLock takes the lock without waiting. flock works on the inode, so a
// symbolic link or a bind mount of the folder meets the same lock; the kernel
// releases it when the process dies, however it dies.
func acquireLock(dir string, h Holder) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	for range 8 {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open lock file: %w", err)
		}
		if err := flock(f); err != nil {
			defer f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return nil, &LockedError{Dir: dir, Holder: readHolder(f)}
			}
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if same, err := stillThere(f, path); err != nil || !same {
			_ = f.Close() // somebody removed the file between open and lock
			continue
		}
		if err := writeHolder(f, h); err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("write lock file: %w", err)
		}
		return f, nil
	}
	return nil, fmt.Errorf("lock %s: the file keeps being replaced", path)
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func stillThere(f *os.File, path string) (bool, error) {
	mine, err := f.Stat()
	if err != nil {
		return false, err
	}
	now, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	return os.SameFile(mine, now), nil
}

// writeHolder is best effort about space: on a full disk the lock still counts.
func writeHolder(f *os.File, h Holder) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.WriteAt(append(b, '\n'), 0); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	return nil
}

func readHolder(f *os.File) Holder {
	var h Holder
	b, err := io.ReadAll(io.NewSectionReader(f, 0, 4096))
	if err == nil {
		_ = json.Unmarshal(b, &h) // an unreadable holder stays unknown
	}
	return h
}
