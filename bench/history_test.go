package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

const (
	envHistory  = "IRBOT_BENCH_HISTORY" // entries of the long history
	usualLong   = 450_000
	shortLong   = 10_000
	openOfThem  = 30
	longestWeek = 10_000 // entries of one incident of the long history
)

// longLength is how many entries the long history has. Ten million take about
// ten minutes and some gigabytes to write, so they have to be asked for.
func longLength(b *testing.B) int {
	b.Helper()
	said := os.Getenv(envHistory)
	if said == "" {
		return usualLong
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < openOfThem*longestWeek {
		b.Fatalf("%s=%q: a whole number of at least %d", envHistory, said, openOfThem*longestWeek)
	}
	return n
}

// history fills a folder with so many entries in incidents of the given length,
// all closed but the last thirty, and gives the newest incident.
func history(b *testing.B, dir string, entries, each int) string {
	b.Helper()
	s := openStore(b, dir)
	id := ""
	for left := entries; left > 0; left -= each {
		id = log(b, s, each-1)
		end := note()
		if left > openOfThem*each {
			end.Kind, end.Text = incident.KindClosed, timeline.Text{"reason": "復旧を確認した"}
		}
		if _, err := s.Update(context.Background(), incident.Target{Incident: id, Now: time.Now().UTC()}, func(*incident.Incident) (incident.Change, error) {
			return incident.Change{Entries: []timeline.Draft{end}}, nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return id
}

// BenchmarkP12P13LongHistory has two sites, one with a short and one with a
// long history. It kills the program in the middle of its work and starts it
// again until it is ready (P12), opens the record alone, and asks each what a
// working day asks (P13): the slowest hundredth of the long one by that of the
// short.
func BenchmarkP12P13LongHistory(b *testing.B) {
	short, long := newSite(b, ""), newSite(b, "")
	newest := map[*site]string{
		short: history(b, short.data, shortLong, shortLong/openOfThem),
		long:  history(b, long.data, longLength(b), longestWeek),
	}
	b.ResetTimer()
	for range b.N {
		recovered(b, short, long)
		opening := map[*site]figures{}
		slow := map[*site]map[string]float64{short: {}, long: {}}
		for range rounds {
			for _, at := range []*site{short, long} {
				began := time.Now()
				s := openStore(b, at.data)
				if _, err := s.List(context.Background(), sqlite.Filter{Live: true, Limit: 20}); err != nil {
					b.Fatal(err)
				}
				opening[at] = append(opening[at], ms(time.Since(began)))
				for name, p99 := range day(b, s, newest[at]) {
					if was, ok := slow[at][name]; !ok || p99 < was {
						slow[at][name] = p99
					}
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(opening[long].least()/opening[short].least(), "P12-open")
		b.ReportMetric(opening[long].least(), "ms-open-long")
		for name := range slow[long] {
			b.ReportMetric(slow[long][name]/slow[short][name], "P13-"+name)
			b.ReportMetric(slow[long][name], "ms-"+name)
		}
	}
}

// recovered measures P12 of a whole process: killed in the middle of its work,
// started again, ready.
func recovered(b *testing.B, short, long *site) {
	b.Helper()
	ready := map[*site]figures{}
	for range rounds {
		for _, at := range []*site{short, long} {
			p := at.serve()
			at.declare(3, "")
			p.kill()
			p = at.serve()
			ready[at] = append(ready[at], ms(p.ready))
			p.kill()
		}
	}
	b.ReportMetric(ready[long].least(), "ms-ready-long")
	b.ReportMetric(ready[long].least()/ready[short].least(), "P12-ratio")
	b.ReportMetric(perRound(ready[long], ready[short]), "P12-median")
}

// kill ends the program as a power cut does for it: without a word.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// day asks the hot questions 300 times each and gives their slowest hundredth
// in milliseconds.
func day(b *testing.B, s *sqlite.Store, id string) map[string]float64 {
	b.Helper()
	ctx := context.Background()
	now := time.Now().UTC()
	head, err := s.Head(ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.State(ctx, id); err != nil { // the first touch folds; a working day does not
		b.Fatal(err)
	}
	questions := map[string]func(i int) error{
		"open":   func(int) error { _, err := s.List(ctx, sqlite.Filter{Live: true, Limit: 20}); return err },
		"newest": func(int) error { _, err := s.Entries(ctx, id, head.Seq-49, head.Seq); return err },
		"due":    func(int) error { _, err := s.DueTimers(ctx, now, 100); return err },
		"claim":  func(int) error { _, err := s.DueRows(ctx, now, 100); return err },
		"head":   func(int) error { _, err := s.Head(ctx, id); return err },
		"state":  func(int) error { _, err := s.State(ctx, id); return err },
		"append": func(i int) error { return add(s, id, fmt.Sprintf("%d-%d", now.UnixNano(), i), 1) },
	}
	out := map[string]float64{}
	for name, ask := range questions {
		var each []time.Duration
		for i := range 300 {
			began := time.Now()
			if err := ask(i); err != nil {
				b.Fatal(name, err)
			}
			each = append(each, time.Since(began))
		}
		out[name] = percentile(each, 0.99)
	}
	return out
}
