package sqlite

import (
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// kept reports the tables whose rows are never changed or deleted.
func kept(table string) bool {
	switch strings.ToLower(table) {
	case "entry", "blob", "checkpoint", "anchored":
		return true
	}
	return strings.HasPrefix(strings.ToLower(table), "sqlite_")
}

// harmless reports pragmas the writing connection may use after it was set up.
// With an argument only the WAL checkpoint is allowed.
func harmless(pragma, arg string) bool {
	switch strings.ToLower(pragma) {
	case "wal_checkpoint", "busy_timeout":
		return true
	case "synchronous", "journal_mode", "foreign_keys", "recursive_triggers", "writable_schema", "user_version",
		"page_count", "page_size", "freelist_count", "max_page_count":
		return arg == ""
	}
	return false
}

// authorize is asked for every part of every statement when it is prepared on
// the writing connection.
func authorize(op int, a1, a2, _ string) int {
	allowed := true
	switch op {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, opRecursive:
	case sqlite3.SQLITE_FUNCTION:
		allowed = !strings.EqualFold(a2, "load_extension") && !strings.EqualFold(a2, "writefile")
	case sqlite3.SQLITE_INSERT:
		allowed = !strings.HasPrefix(strings.ToLower(a1), "sqlite_")
	case sqlite3.SQLITE_DELETE: // of a kept file: a trigger lets only an erased one go
		allowed = strings.EqualFold(a1, "blob") || !kept(a1) && !strings.EqualFold(a1, "text")
	case sqlite3.SQLITE_UPDATE:
		allowed = !kept(a1) && (!strings.EqualFold(a1, "text") || a2 == "salt" || a2 == "fields")
	case sqlite3.SQLITE_PRAGMA:
		allowed = harmless(a1, a2)
	default: // DROP, ALTER, CREATE, ATTACH, DETACH, REINDEX, ANALYZE, virtual tables and what is yet to come
		allowed = false
	}
	if allowed {
		return sqlite3.SQLITE_OK
	}
	return sqlite3.SQLITE_DENY
}

// opRecursive is SQLITE_RECURSIVE, which the driver does not export.
const opRecursive = 33
