package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// dbName is the database file inside the data folder.
const dbName = "irbot.db"

// Options says where the record is and who opens it.
type Options struct {
	Dir  string           // data folder; created with mode 0700 where missing
	What string           // shown to whoever finds the folder in use, e.g. "irbot serve"
	Wall func() time.Time // clock for what is no part of the record; nil leaves those times empty

	CacheStates int   // folded states kept in memory; 0 means 512
	Ballast     int64 // bytes given up when the disk is full; 0 means 4 MiB, less on a small disk

	tune  func(*sqlite3.SQLiteConn) error // tests: set up the writing connection
	steps []string                        // tests: other migrations
}

// Store is the record in one data folder, open for writing. It is an
// incident.Log and an incident.Reader; all methods may be called from many
// goroutines.
type Store struct {
	*View
	w    *writer
	lock *os.File
	room *room
	tune func(*sqlite3.SQLiteConn) error
	wall func() time.Time

	mu      sync.Mutex
	fault   error
	faultAt time.Time
	faults  int64
	down    bool
	once    sync.Once
	closing error
}

// Open takes the data folder, brings the schema up to date and starts the
// writer. Errors: ErrLocked (a *LockedError naming the holder), ErrNewerSchema,
// ErrForeign, or what the file system said. It scans no history.
func Open(ctx context.Context, o Options) (*Store, error) {
	sweepCopies()
	dir, err := makeFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	wall := o.Wall
	if wall == nil {
		wall = func() time.Time { return time.Time{} }
	}
	what := o.What
	if what == "" {
		what = "irbot"
	}
	lock, err := acquireLock(dir, Holder{PID: os.Getpid(), Started: wall().UTC().Truncate(time.Second), What: what})
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock, tune: o.tune, wall: wall, room: &room{dir: dir, size: o.Ballast}}
	if s.room.size == 0 {
		s.room.size = ballastFor(dir)
	}
	if err := s.start(ctx, o, dir); err != nil {
		_ = lock.Close() // the error before it is the one to tell
		return nil, err
	}
	return s, nil
}

func (s *Store) start(ctx context.Context, o Options, dir string) error {
	steps := o.steps
	if steps == nil {
		var err error
		if steps, err = loadMigrations(); err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
	}
	path := filepath.Join(dir, dbName)
	if err := makeFile(path); err != nil {
		return err
	}
	if err := migrate(ctx, path, steps); err != nil {
		return err
	}
	size := o.CacheStates
	if size <= 0 {
		size = cacheStates
	}
	s.View = &View{path: path, db: openReaders(path), cache: newCache(size)}
	s.w = &writer{jobs: make(chan *job, maxBatch), nudge: make(chan struct{}, 1), done: make(chan struct{})}
	if err := s.connect(); err != nil {
		_ = s.db.Close()
		return err
	}
	if err := s.db.PingContext(ctx); err != nil {
		s.disconnect()
		_ = s.db.Close()
		return fmt.Errorf("open database for reading: %w", err)
	}
	if s.room.make() != nil {
		s.room.full() // start anyway: reading works, and Health says it
	}
	if s.room.short() {
		s.w.wake()
	}
	go s.writeLoop()
	return nil
}

// makeFolder makes the data folder for its owner only. An existing one keeps
// its mode: it may be shared on purpose.
func makeFolder(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("open store: no data folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("open store: %w", err)
	}
	if _, err := os.Stat(abs); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(abs, 0o700); err != nil {
			return "", fmt.Errorf("make data folder: %w", err)
		}
		if err := os.Chmod(abs, 0o700); err != nil {
			return "", fmt.Errorf("make data folder: %w", err)
		}
	}
	return abs, nil
}

// makeFile makes the database file before SQLite does, because SQLite would
// make it readable for everybody; its companions take over the mode.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	if err := errors.Join(f.Chmod(0o600), f.Close(), syncFolder(filepath.Dir(path))); err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	return nil
}

// syncFolder makes a new name in a folder survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close answers what was accepted, then closes the files and gives the folder
// free. Later calls get ErrClosed.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.w.stop()
		err := s.db.Close()
		s.disconnect() // last, so that SQLite folds the WAL into the file
		s.closing = errors.Join(err, s.lock.Close())
	})
	return s.closing
}

// Health is how the store is doing, for the surfaces that tell people.
type Health struct {
	DiskFull bool      // the ballast was given up: people's acts may be refused
	Down     bool      // the last attempt to write failed and the handle is closed
	Fault    error     // last failure of a commit, nil if there was none
	FaultAt  time.Time // when, by Options.Wall
	Faults   int64     // how many since the start
}

// Health tells how the store is doing.
func (s *Store) Health() Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Health{DiskFull: s.room.short(), Down: s.down, Fault: s.fault, FaultAt: s.faultAt, Faults: s.faults}
}
