package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// note is what a person types: facts, words, one entry.
func note() timeline.Draft {
	return timeline.Draft{
		Kind: incident.KindNote, Actor: "nakamura", Facts: map[string]any{},
		Text: timeline.Text{"note": "岸壁クレーン3号機を手動に切り替えた"},
	}
}

func openStore(b *testing.B, dir string) *sqlite.Store {
	b.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir, What: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// log makes an incident with so many notes.
func log(b *testing.B, s *sqlite.Store, size int) string {
	b.Helper()
	res, err := s.Create(context.Background(), incident.Opening{Now: time.Now().UTC()}, func(string) (incident.Change, error) {
		return incident.Change{Entries: []timeline.Draft{{
			Kind: incident.KindDeclared, Actor: "nakamura", Facts: map[string]any{"severity": 2}, Text: timeline.Text{"title": "測定"},
		}}}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for left := size - 1; left > 0; {
		n := min(left, 1000)
		if err := add(s, res.Incident, "", n); err != nil {
			b.Fatal(err)
		}
		left -= n
	}
	return res.Incident
}

func add(s *sqlite.Store, id, key string, n int) error {
	_, err := s.Update(context.Background(), incident.Target{Incident: id, Request: key, Now: time.Now().UTC()}, func(*incident.Incident) (incident.Change, error) {
		var c incident.Change
		for range n {
			c.Entries = append(c.Entries, note())
		}
		return c, nil
	})
	return err
}

// BenchmarkP01Commits gives durable commits a second of one caller, divided by
// what the disk can do. A row is the least a commit can be (a sign-in link); an
// act is what a person does: entry, words, request key, index and state.
func BenchmarkP01Commits(b *testing.B) {
	for _, kind := range []string{"row", "act"} {
		b.Run(kind, func(b *testing.B) {
			for range b.N {
				commits(b, kind)
			}
		})
	}
}

func commits(b *testing.B, kind string) {
	const n = 1000
	dir := b.TempDir()
	s := openStore(b, dir)
	var ids []string
	for range 16 {
		ids = append(ids, log(b, s, 1))
	}
	done := 0
	act := func() {
		done++
		var err error
		if kind == "row" {
			err = s.PutLink(context.Background(), auth.Link{Digest: auth.Digest(fmt.Sprint(done)), Person: "sato", Purpose: "signin", Expires: time.Now().Add(time.Hour)})
		} else {
			err = add(s, ids[done%len(ids)], fmt.Sprintf("key-%d", done), 1)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for range 500 { // so that the WAL has its size, as after the first minutes of a server
		act()
	}
	var rate, raw figures
	for range rounds {
		var busy, synced time.Duration
		for range 10 { // short turns: what disturbs one disturbs the other
			began := time.Now()
			for range n / 10 {
				act()
			}
			busy += time.Since(began)
			synced += sum(rawSyncs(b, dir, n/10))
		}
		rate, raw = append(rate, n/busy.Seconds()), append(raw, n/synced.Seconds())
	}
	b.ReportMetric(rate.most(), "commits/s")
	b.ReportMetric(raw.most(), "rawsyncs/s")
	b.ReportMetric(rate.most()/raw.most(), "P01-ratio")
	b.ReportMetric(perRound(rate, raw), "P01-median")
}

// sizes of logs: a drill, a bad day, the worst week.
func sizes() []int { return []int{200, 2000, 10000} }

// BenchmarkLoadAndFold reads a log from the file and folds it, as the first
// touch after a start does. The ratio is the cost of an entry beside that of the
// shortest log: 1 says that nothing grows faster than the log.
func BenchmarkLoadAndFold(b *testing.B) {
	dir := b.TempDir()
	s := openStore(b, dir)
	ids := map[int]string{}
	for _, n := range sizes() {
		ids[n] = log(b, s, n)
	}
	v, err := sqlite.OpenReadOnly(context.Background(), dir) // has no cache
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	b.ResetTimer()
	for range b.N {
		took := map[int]figures{}
		for range rounds {
			for _, n := range sizes() {
				began := time.Now()
				for range 10000 / n {
					if st, err := v.State(context.Background(), ids[n]); err != nil || st.Seq != int64(n) {
						b.Fatal(st, err)
					}
				}
				took[n] = append(took[n], ms(time.Since(began))/float64(10000/n))
			}
		}
		for _, n := range sizes() {
			b.ReportMetric(took[n].least(), fmt.Sprintf("ms/fold-%d", n))
			b.ReportMetric(took[n].least()/float64(n)/(took[200].least()/200), fmt.Sprintf("ratio-%d", n))
		}
	}
}

// BenchmarkCommitOnLongLog gives the time of one act on a log of 10,000 entries
// beside one on a log of 200: a commit must not grow with the log.
func BenchmarkCommitOnLongLog(b *testing.B) {
	s := openStore(b, b.TempDir())
	short, long := log(b, s, 200), log(b, s, 10000)
	b.ResetTimer()
	for range b.N {
		var a, z figures
		for r := range rounds {
			var took [2]time.Duration
			for i := range 200 {
				for k, id := range []string{short, long} {
					began := time.Now()
					if err := add(s, id, fmt.Sprintf("%s-%d-%d-%d", id, b.N, r, i), 1); err != nil {
						b.Fatal(err)
					}
					took[k] += time.Since(began)
				}
			}
			a, z = append(a, ms(took[0])/200), append(z, ms(took[1])/200)
		}
		b.ReportMetric(a.least(), "ms/short")
		b.ReportMetric(z.least(), "ms/long")
		b.ReportMetric(z.least()/a.least(), "ratio")
		b.ReportMetric(perRound(z, a), "median")
	}
}
