package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"irbot/internal/auth"
	"irbot/internal/incident"
)

// maxBatch is how many calls share one commit at most: large enough for a
// storm, small enough that the first caller does not wait long.
const maxBatch = 256

// job is one call waiting for its share of a commit.
type job struct {
	over   func() error // the caller has given up
	person bool         // somebody's act: gives way to the machine when space is short
	run    func(*tx) (keep bool, err error)
	err    error
	keep   bool
	done   chan struct{}
}

// tx is what a call may use inside the transaction. States it folded or
// changed become visible only when the batch is committed.
type tx struct {
	conn   *sql.Conn
	store  *Store
	staged map[string]*folded // of this call
	batch  map[string]*folded // of the calls before it in the batch
	erased bool
}

// background is the only context statements of the writing connection get: a
// cancelled statement rolls the transaction back under the next one.
func background() context.Context { return context.Background() }

func (t *tx) exec(q string, args ...any) error {
	_, err := t.conn.ExecContext(background(), q, args...)
	return err
}

func (t *tx) row(q string, args ...any) *sql.Row {
	return t.conn.QueryRowContext(background(), q, args...)
}

// writer owns the writing connection; only who holds turn touches it.
type writer struct {
	turn  sync.Mutex
	jobs  chan *job     // calls that came while somebody else was writing
	nudge chan struct{} // asks the loop to look at jobs, and at what is owed
	done  chan struct{}
	db    *sql.DB
	conn  *sql.Conn // nil after a failure, until reopened
	owed  bool      // the WAL is to be emptied: it may hold erased text or take the last space

	mu     sync.RWMutex // guards closed against calls that begin
	closed bool
}

// submit carries a call out, or queues it and waits until it was answered. A
// context that is over before the writing begins means nothing was done; after
// that the call runs to its end whatever becomes of the context.
func (s *Store) submit(ctx context.Context, j *job) error {
	j.over, j.done = ctx.Err, make(chan struct{})
	if err := ctx.Err(); err != nil {
		return notRecorded(err)
	}
	alone, err := s.begin(ctx, j)
	if err != nil {
		return notRecorded(err)
	}
	if !alone {
		<-j.done
	}
	return j.err
}

// begin carries a call out at once where nobody is writing: two changes of
// goroutine cost as much as the rest of the call. Otherwise it queues the call
// for the next common commit.
func (s *Store) begin(ctx context.Context, j *job) (answered bool, err error) {
	w := s.w
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return false, ErrClosed
	}
	if w.turn.TryLock() {
		defer w.turn.Unlock()
		s.commitBatch(s.gather(j))
		if w.owed || s.room.short() {
			w.wake()
		}
		return true, nil
	}
	select {
	case w.jobs <- j:
		w.wake()
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// wake makes the loop look. It is called with mu held, so that nudge is open.
func (w *writer) wake() {
	select {
	case w.nudge <- struct{}{}:
	default: // it will look anyway
	}
}

// stop lets what was accepted be finished and waits for it.
func (w *writer) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.nudge)
	}
	w.mu.Unlock()
	<-w.done
}

// writeLoop gives what is queued one commit. While it commits, the next batch
// gathers.
func (s *Store) writeLoop() {
	defer close(s.w.done)
	var retry <-chan time.Time // runs only while something is to be put right
	for {
		select {
		case _, open := <-s.w.nudge:
			owing := s.commitQueue()
			if !open {
				return
			}
			if retry == nil && owing {
				retry = time.After(roomRetry)
			}
		case <-retry:
			retry = nil
			if s.putRight() {
				retry = time.After(roomRetry)
			}
		}
	}
}

// commitQueue carries out everything queued and tells whether something is to
// be put right.
func (s *Store) commitQueue() (owing bool) {
	s.w.turn.Lock()
	defer s.w.turn.Unlock()
	for batch := s.gather(); len(batch) > 0; batch = s.gather() {
		s.commitBatch(batch)
	}
	return s.w.owed || s.room.short()
}

// putRight tries again what could not be done for want of space or because of a
// reader, and tells whether something is left.
func (s *Store) putRight() (owing bool) {
	s.w.turn.Lock()
	defer s.w.turn.Unlock()
	s.emptyWAL()
	s.room.recover()
	return s.w.owed || s.room.short()
}

// gather adds what is queued to a batch.
func (s *Store) gather(batch ...*job) []*job {
	for len(batch) < maxBatch {
		select {
		case j := <-s.w.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commitBatch answers every job of the batch, after the commit or its failure.
func (s *Store) commitBatch(batch []*job) {
	states := map[string]*folded{}
	err := s.runBatch(batch, states)
	s.fresh.clear()
	if err != nil {
		s.abandon(err, states)
	} else {
		s.cache.publish(states)
		s.setUp()
	}
	for _, j := range batch {
		if err != nil && (j.err == nil || isFatal(j.err)) {
			j.err = notRecorded(err)
		}
		close(j.done)
	}
}

// runBatch gives an error only where the transaction as a whole failed.
func (s *Store) runBatch(batch []*job, states map[string]*folded) error {
	if s.room.short() && !s.room.forPeople() {
		// What the WAL takes can be had back while there is still space to
		// fold it into the file.
		s.emptyWAL()
		s.room.recover()
	}
	if err := s.connect(); err != nil {
		return err
	}
	t := &tx{conn: s.w.conn, store: s, batch: states}
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	keep := false
	for _, j := range batch {
		if j.err = j.over(); j.err != nil {
			j.err = notRecorded(j.err)
			continue
		}
		if j.person && !s.room.forPeople() {
			j.err = notRecorded(ErrDiskFull)
			continue
		}
		call := t.savepoint
		if len(batch) == 1 {
			call = t.alone
		}
		if err := call(j); err != nil {
			return err
		}
		keep = keep || j.keep
	}
	if !keep {
		return t.exec("ROLLBACK")
	}
	if err := t.exec("COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if t.erased {
		s.w.owed = true // erased text must not live on in the WAL
		s.emptyWAL()
	}
	return nil
}

// emptyWAL folds the WAL into the file and cuts it, if that is owed and no
// reader is looking at it just now. It does not wait for readers.
func (s *Store) emptyWAL() {
	if s.room.short() {
		s.w.owed = true
	}
	if !s.w.owed || s.connect() != nil {
		return
	}
	t := &tx{conn: s.w.conn}
	if t.exec("PRAGMA busy_timeout=0") != nil {
		return
	}
	busy, ignore := 1, 0
	err := t.row("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &ignore, &ignore)
	s.w.owed = err != nil || busy != 0
	if t.exec("PRAGMA busy_timeout=5000") != nil || (err != nil && isFatal(err)) {
		s.disconnect()
	}
}

// savepoint runs one call so that its failure undoes only itself. It gives an
// error when the transaction cannot go on.
func (t *tx) savepoint(j *job) error {
	if err := t.exec("SAVEPOINT call"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	t.staged = map[string]*folded{}
	j.keep, j.err = guard(t, j.run)
	if j.err != nil && isFatal(j.err) {
		return j.err
	}
	if j.err != nil || !j.keep {
		j.keep = false
		if err := t.exec("ROLLBACK TO call"); err != nil {
			return fmt.Errorf("undo call: %w", err)
		}
	} else {
		maps.Copy(t.batch, t.staged)
	}
	if err := t.exec("RELEASE call"); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// alone runs the only call of a batch; the caller rolls back where nothing is
// to be kept.
func (t *tx) alone(j *job) error {
	t.staged = map[string]*folded{}
	j.keep, j.err = guard(t, j.run)
	if j.err != nil && isFatal(j.err) {
		return j.err
	}
	if j.keep = j.keep && j.err == nil; j.keep {
		maps.Copy(t.batch, t.staged)
	}
	return nil
}

// guard turns a panic of a rule into an error, so that one bad command cannot
// take the others of its batch with it.
func guard(t *tx, run func(*tx) (bool, error)) (keep bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			keep, err = false, notRecorded(fmt.Errorf("%w: %v", ErrPanic, p))
		}
	}()
	return run(t)
}

// abandon drops everything the failed batch touched. The handle is not used
// again: after a failed write or sync only a new one, which reads the heads
// from the file, can be believed.
func (s *Store) abandon(cause error, states map[string]*folded) {
	s.setFault(cause)
	for id := range states {
		s.cache.drop(id)
	}
	s.disconnect()
	if isFull(cause) {
		s.room.full()
		s.emptyWAL()
	}
}

// connect opens the writing connection where there is none.
func (s *Store) connect() error {
	if s.w.conn != nil {
		return nil
	}
	db := openWriter(s.path, s.tune)
	c, err := db.Conn(background())
	if err == nil {
		err = readBack(background(), c)
	}
	if err != nil {
		_ = db.Close() // the error before it is the one to tell
		return fmt.Errorf("open database for writing: %w", err)
	}
	s.w.db, s.w.conn = db, c
	return nil
}

func (s *Store) disconnect() {
	if s.w.conn == nil {
		return
	}
	rollback(s.w.conn)
	_ = s.w.conn.Close() // a broken handle may not close cleanly
	_ = s.w.db.Close()
	s.w.conn, s.w.db = nil, nil
}

// rollback ends a transaction that SQLite did not end by itself.
func rollback(c *sql.Conn) {
	open := false
	_ = c.Raw(func(dc any) error {
		if sc, ok := dc.(*sqlite3.SQLiteConn); ok {
			open = !sc.AutoCommit()
		}
		return nil
	})
	if open {
		_, _ = c.ExecContext(background(), "ROLLBACK")
	}
}

// setFault keeps the last failure of a commit for Health.
func (s *Store) setFault(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.faultAt, s.faults, s.down = err, s.wall(), s.faults+1, true
}

func (s *Store) setUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
}

// write runs a call that is nobody's act and has no state, such as a session.
func (s *Store) write(ctx context.Context, run func(*tx) error) error {
	err := s.submit(ctx, &job{run: func(t *tx) (bool, error) {
		err := run(t)
		return err == nil, err
	}})
	if err != nil && !errors.Is(err, auth.ErrNone) {
		return notRecorded(err)
	}
	return err
}

var _ incident.Log = (*Store)(nil)
