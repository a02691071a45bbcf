package sqlite

import "context"

// Probe commits something that leaves nothing behind, and so finds out whether the store can be written again after a
// failed commit although nobody writes; Health says so afterwards. Its errors are those of any commit.
func (s *Store) Probe(ctx context.Context) error {
	const row = "\x00probe" // no source of heartbeats can be called so
	return s.write(ctx, func(t *tx) error {
		if err := t.exec(`INSERT INTO beat (source, last_us, due_us, raised, waived) VALUES (?, 0, 0, 0, 0)`, row); err != nil {
			return wrap("probe", err)
		}
		return wrap("probe", t.exec(`DELETE FROM beat WHERE source = ?`, row))
	})
}
