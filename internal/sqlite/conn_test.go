package sqlite

import "testing"

// A misspelt parameter would be taken without a word, and the process would
// grow by 2 MiB for every reader.
func TestReadersKeepLittleOfTheFile(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Ballast: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var kib int
	if err := s.db.QueryRowContext(t.Context(), "PRAGMA cache_size").Scan(&kib); err != nil || kib != -readCache {
		t.Errorf("cache of a reader: %d, %v; want %d", kib, err, -readCache)
	}
}
