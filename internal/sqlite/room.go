package sqlite

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	// ballastName is the file that is given up when the disk is full, so that
	// pages under way can still be settled.
	ballastName = "irbot.ballast"
	// ballastSize is its size in bytes: some thousand entries. On a small disk it
	// is an eighth of the disk.
	ballastSize = 4 << 20
	// roomRetry is how often the ballast is tried again while it is missing.
	roomRetry = 5 * time.Second
)

// room watches the space on the disk. It is used by the writer goroutine;
// only the flag is read by others.
type room struct {
	dir  string
	size int64

	mu   sync.Mutex
	gone bool // the ballast was given up
}

// full is called at a failure for want of space.
func (r *room) full() {
	r.mu.Lock()
	r.gone = true
	r.mu.Unlock()
	_ = os.Remove(filepath.Join(r.dir, ballastName)) // it may be gone already
}

// short reports that space is short.
func (r *room) short() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone
}

// forPeople reports whether acts of people may still be written: the second
// half of the ballast belongs to pages on their way.
func (r *room) forPeople() bool {
	return !r.short() || freeBytes(r.dir) > r.size/2
}

// recover makes the ballast again once there is clearly space for it.
func (r *room) recover() {
	if !r.short() || freeBytes(r.dir) < 3*r.size {
		return
	}
	if r.make() == nil {
		r.mu.Lock()
		r.gone = false
		r.mu.Unlock()
	}
}

// make writes the ballast with bytes no file system can squeeze.
func (r *room) make() error {
	path := filepath.Join(r.dir, ballastName)
	if st, err := os.Stat(path); err == nil && st.Size() == r.size {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err = fill(f, r.size); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path) // half a ballast only takes space away
	}
	return err
}

// ballastFor is the size of the ballast on this disk.
func ballastFor(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return ballastSize
	}
	return max(min(int64(st.Blocks)*st.Bsize/8, ballastSize), 64<<10)
}

func fill(f *os.File, size int64) error {
	block := make([]byte, 64<<10)
	if _, err := rand.Read(block); err != nil {
		return err
	}
	for left := size; left > 0; left -= int64(len(block)) {
		if left < int64(len(block)) {
			block = block[:left]
		}
		if _, err := f.Write(block); err != nil {
			return err
		}
	}
	return nil
}

// freeBytes is the space an ordinary user still has; -1 where unknown.
func freeBytes(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize) //nolint:unconvert // its type differs between systems
}
