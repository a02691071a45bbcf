package bench

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"irbot/internal/incident"
)

// press lets so many callers type n notes in all and gives the time of each
// until it was answered as recorded.
func (s *site) press(callers, n int, ids []string) (each []time.Duration, all time.Duration) {
	s.b.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	began := time.Now()
	for k := range callers {
		wg.Go(func() {
			w := s.dial()
			defer w.close()
			mine := make([]time.Duration, 0, n/callers)
			for i := range n / callers {
				start := time.Now()
				if _, err := w.do(ids[(k+i)%len(ids)], "note.add", incident.AddNote{Text: "岸壁クレーン3号機を手動に切り替えた"}); err != nil {
					s.b.Error(err)
					return
				}
				mine = append(mine, time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			each = append(each, mine...)
		})
	}
	wg.Wait()
	return each, time.Since(began)
}

// BenchmarkP02P03Acks gives acknowledgements a second of 64 callers beside one,
// and the slowest hundredth of them beside the slowest hundredth of bare syncs.
func BenchmarkP02P03Acks(b *testing.B) {
	for range b.N {
		s := newSite(b, "")
		p := s.serve()
		ids := s.declare(16, "none")
		s.press(64, 1280, ids)
		var one, many, p99, raw figures
		for range rounds {
			each, took := s.press(1, 500, ids)
			one = append(one, float64(len(each))/took.Seconds())
			raw = append(raw, percentile(rawSyncs(b, s.data, 1000), 0.99))
			each, took = s.press(64, 6400, ids)
			many, p99 = append(many, float64(len(each))/took.Seconds()), append(p99, percentile(each, 0.99))
		}
		p.stop()
		b.ReportMetric(one.most(), "acks/s-1")
		b.ReportMetric(many.most(), "acks/s-64")
		b.ReportMetric(many.most()/one.most(), "P02-ratio")
		b.ReportMetric(perRound(many, one), "P02-median")
		b.ReportMetric(p99.least(), "ms-p99-64")
		b.ReportMetric(raw.least(), "ms-p99-raw")
		b.ReportMetric(p99.least()/raw.least(), "P03-ratio")
		b.ReportMetric(perRound(p99, raw), "P03-median")
	}
}

// bigLog is how many entries are exported, checked and copied while people work.
const bigLog = 100_000

// BenchmarkP04AcksUnderExport gives the slowest hundredth of acknowledgements
// while an export of 100,000 entries, a verification and a backup run, beside
// the same without them.
func BenchmarkP04AcksUnderExport(b *testing.B) {
	for range b.N {
		s := newSite(b, "")
		if err := os.MkdirAll(s.data, 0o700); err != nil {
			b.Fatal(err)
		}
		store := openStore(b, s.data)
		big := log(b, store, bigLog)
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		p := s.serve()
		ids := s.declare(16, "none")
		s.settled()
		s.press(8, 400, ids)
		var alone, beside, worst figures
		for range rounds {
			each, _ := s.press(8, 2000, ids)
			alone = append(alone, percentile(each, 0.99))
			each = s.pressBeside(ids, big)
			beside, worst = append(beside, percentile(each, 0.99)), append(worst, percentile(each, 1))
		}
		p.stop()
		b.ReportMetric(alone.least(), "ms-p99-alone")
		b.ReportMetric(beside.least(), "ms-p99-beside")
		b.ReportMetric(worst.most(), "ms-worst")
		b.ReportMetric(beside.least()/alone.least(), "P04-ratio")
		b.ReportMetric(perRound(beside, alone), "P04-median")
	}
}

// pressBeside types notes for as long as an export, a verification and a backup
// of the running record take.
func (s *site) pressBeside(ids []string, big string) (each []time.Duration) {
	s.b.Helper()
	out, err := os.MkdirTemp(s.dir, "out")
	if err != nil {
		s.b.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(out) }()
	var wg sync.WaitGroup
	for _, args := range [][]string{
		{"export", big, "--format", "jsonl", "--out", filepath.Join(out, "big.jsonl")},
		{"verify"},
		{"backup", filepath.Join(out, "copy.db")},
	} {
		wg.Go(func() {
			if said, err := s.command(context.Background(), args...).CombinedOutput(); err != nil {
				s.b.Errorf("irbot %v: %v\n%s", args, err, said)
			}
		})
	}
	over := make(chan struct{})
	go func() {
		wg.Wait()
		close(over)
	}()
	for {
		some, _ := s.press(8, 400, ids)
		each = append(each, some...)
		select {
		case <-over:
			return each
		default:
		}
	}
}
