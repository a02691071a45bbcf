package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// exportSource reads a store as irbot export does.
func exportSource(b *testing.B, s *sqlite.Store) export.Source {
	b.Helper()
	dir, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err != nil {
		b.Fatal(err)
	}
	site := &incident.Site{
		ID: "sakura", Name: "さくら港", Zone: time.FixedZone("JST", 9*3600), Directory: dir,
		RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" },
		OnDuty: func(string, time.Time) []string { return nil }, Runbook: func(string) (*runbook.Runbook, bool) { return nil, false },
		Runbooks: func() []string { return nil }, Permissions: incident.DefaultPermissions(),
	}
	svc := incident.NewService(incident.Parts{Log: s, Reader: s, Blob: s.Blob, Site: site})
	words, err := chat.Load()
	if err != nil {
		b.Fatal(err)
	}
	secret, public, err := timeline.GenerateKey(rand.Reader, "sakura")
	if err != nil {
		b.Fatal(err)
	}
	signer, err := timeline.ParseSigner(secret)
	if err != nil {
		b.Fatal(err)
	}
	keys, err := timeline.ParseKeys(public)
	if err != nil {
		b.Fatal(err)
	}
	return export.Source{
		Each: s.EachEntry, Head: s.Head, Checkpoints: s.Checkpoints, Blob: s.Blob, Replay: svc.Replay, Site: svc.Site,
		PDF: pdf.Chronology, Words: words, Signer: signer, Keys: keys,
	}
}

// bareScan is the processor time of reading the rows of a log as SQLite has them
// and doing nothing with them.
func bareScan(b *testing.B, db *sql.DB, id string) time.Duration {
	b.Helper()
	took, err := processorTime(func() error { return scanRows(db, id) })
	if err != nil {
		b.Fatal(err)
	}
	return took
}

func scanRows(db *sql.DB, id string) error {
	rows, err := db.QueryContext(context.Background(),
		`SELECT e.seq, e.envelope, e.entry_hash, e.head, t.salt, t.fields FROM entry e LEFT JOIN text t ON t.n = e.n WHERE e.incident = ? ORDER BY e.seq`, id)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var c [6]sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5]); err != nil {
			return err
		}
	}
	return rows.Err()
}

// peak is the most memory in living objects and in garbage not yet collected
// while do runs, above what was there before, in MiB.
func peak(do func()) float64 {
	const name = "/memory/classes/heap/objects:bytes"
	read := func() uint64 {
		s := []metrics.Sample{{Name: name}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	runtime.GC()
	before, most := read(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, read())
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(stop)
	<-done
	return float64(most-min(most, before)) / (1 << 20)
}

// counter counts what is written.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// hashing is how long SHA-256 takes over so many bytes.
func hashing(n int64) time.Duration {
	block := make([]byte, 1<<16)
	h := sha256.New()
	took, _ := processorTime(func() error {
		for ; n > 0; n -= int64(len(block)) {
			_, _ = h.Write(block[:min(n, int64(len(block)))])
		}
		h.Sum(nil)
		return nil
	})
	return max(took, time.Microsecond)
}

// BenchmarkP14Export takes a record out in every form, beside a bare scan of the
// same rows and beside SHA-256 over the same bytes, all in processor time. Two
// rounds: the long ones take long.
func BenchmarkP14Export(b *testing.B) {
	dir := b.TempDir()
	s := openStore(b, dir)
	src := exportSource(b, s)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "irbot.db")+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ids := map[int64]string{}
	for _, n := range []int64{100, 10_000, 100_000} {
		ids[n] = log(b, s, int(n))
	}
	for _, format := range export.Formats() {
		for _, n := range []int64{100, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", format, n), func(b *testing.B) {
				for range b.N {
					exportRounds(b, src, db, exportCase{format, ids[n], n})
				}
			})
		}
	}
}

type exportCase struct {
	format, id string
	n          int64
}

func exportRounds(b *testing.B, src export.Source, db *sql.DB, x exportCase) {
	var took, scan, raw figures
	var most float64
	var out counter
	for range 2 {
		scan = append(scan, ms(bareScan(b, db, x.id)))
		out.n = 0
		var d time.Duration
		most = max(most, peak(func() {
			var err error
			d, err = processorTime(func() error {
				_, err := src.Write(context.Background(), io.Writer(&out), x.format, export.Options{Incident: x.id})
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}))
		took, raw = append(took, ms(d)), append(raw, ms(hashing(out.n)))
	}
	b.ReportMetric(took.least()*1000/float64(x.n), "us/entry")
	b.ReportMetric(took.least()/scan.least(), "x-scan")
	b.ReportMetric(took.least()/raw.least(), "x-sha256")
	b.ReportMetric(most, "MiB-peak")
	b.ReportMetric(float64(out.n)/(1<<20), "MiB-out")
}
