package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// recordedErasure finds the entry that takes a kept file away.
const recordedErasure = `SELECT 1 FROM entry WHERE kind = 'text.erased' AND json_extract(CAST(envelope AS TEXT), '$.facts.file_sha256') = ?`

// erasedFile reads which kept file an erasure takes away; "" where it takes none.
func erasedFile(e *timeline.Entry) string {
	if e.Kind != incident.KindErased {
		return ""
	}
	var facts struct {
		File string `json:"file_sha256"`
	}
	_ = json.Unmarshal(e.Facts, &facts) // what does not fit names nothing
	return facts.File
}

// eraseFile deletes the file an erasure names, in the same transaction. It is
// called when all entries of the transaction are there: those that kept the
// file must all have lost their text, or a pack would lack a file that its
// record says it has.
func (t *tx) eraseFile(e *timeline.Entry) error {
	hash := erasedFile(e)
	if hash == "" {
		return nil
	}
	var id string
	var seq int64
	err := t.row(`SELECT e.incident, e.seq FROM entry e LEFT JOIN text t ON t.n = e.n
		WHERE instr(CAST(e.envelope AS TEXT), ?) > 0 AND json_extract(CAST(e.envelope AS TEXT), '$.facts.attachment') = ?
		  AND (t.n IS NULL OR t.fields IS NOT NULL) LIMIT 1`, hash, hash).Scan(&id, &seq)
	switch {
	case err == nil:
		return &incident.Refusal{Code: "erasure.shared", Args: map[string]string{"seq": fmt.Sprint(erases(e)), "other": fmt.Sprintf("%d (%s)", seq, id)}}
	case !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("look for other uses of file %s: %w", hash, err)
	}
	if err := t.exec("DELETE FROM blob WHERE hash = ?", hash); err != nil {
		return fmt.Errorf("erase file %s: %w", hash, err)
	}
	t.erased = true // its bytes must not live on in the WAL
	return nil
}
