package sqlite

import (
	"errors"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"

	"irbot/internal/incident"
)

// Errors of the store. Each wraps what caused it.
var (
	// ErrLocked says that another process holds the data folder; see LockedError.
	ErrLocked = errors.New("data folder is in use")
	// ErrNewerSchema says that a newer release wrote this data folder.
	ErrNewerSchema = errors.New("data folder was written by a newer release")
	// ErrOlderSchema says that an older release wrote this data folder and no
	// server of this release has opened it yet.
	ErrOlderSchema = errors.New("data folder was written by an older release")
	// ErrForeign says that the file is a database, but not of this program.
	ErrForeign = errors.New("file is not an irbot database")
	// ErrDiskFull is the reason inside incident.ErrNotRecorded when there is no space.
	ErrDiskFull = errors.New("disk full")
	// ErrPanic is the reason inside incident.ErrNotRecorded when a rule panicked.
	ErrPanic = errors.New("internal error while deciding")
	// ErrClosed is the reason inside incident.ErrNotRecorded after Close.
	ErrClosed = errors.New("store is closed")
	// ErrExists says that a backup or restore would overwrite something.
	ErrExists = errors.New("target exists and is never overwritten")
	// ErrDamaged says that a file failed the check of its pages or its chain.
	ErrDamaged = errors.New("record does not hold")
	// ErrNoFile says that no file is kept under a hash.
	ErrNoFile = errors.New("no such kept file")
)

// notRecorded marks an error as one that the person must be told in words.
func notRecorded(cause error) error {
	if errors.Is(cause, incident.ErrNotRecorded) {
		return cause
	}
	if isFull(cause) && !errors.Is(cause, ErrDiskFull) {
		return fmt.Errorf("%w: %w: %w", incident.ErrNotRecorded, ErrDiskFull, cause)
	}
	return fmt.Errorf("%w: %w", incident.ErrNotRecorded, cause)
}

// isFull reports SQLITE_FULL, which SQLite also gives for ENOSPC and EDQUOT.
func isFull(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.Code == sqlite3.ErrFull
}

// isFatal reports errors after which the whole transaction is given up and the
// handle is not trusted: after a failed write or sync the page cache may lie.
func isFatal(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrInterrupt, sqlite3.ErrReadonly,
		sqlite3.ErrCantOpen, sqlite3.ErrProtocol, sqlite3.ErrMisuse, sqlite3.ErrNotADB, sqlite3.ErrBusy:
		return true
	}
	return false
}
