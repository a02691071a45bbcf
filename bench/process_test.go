package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// openIncidents is how many are open in the measures of a whole process.
const openIncidents = 1000

// rss is the memory of a process in MiB.
func (p *process) rss() float64 {
	p.b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				p.b.Fatal(err)
			}
			return kb / 1024
		}
	}
	p.b.Fatal("the system does not tell memory")
	return 0
}

// cpu is the time all threads have run.
func (p *process) cpu() time.Duration {
	p.b.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil || len(files) == 0 {
		p.b.Fatal("the system does not tell running time", err)
	}
	var all time.Duration
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // a thread that ended
		}
		ns, _, _ := strings.Cut(string(data), " ")
		n, err := strconv.ParseInt(ns, 10, 64)
		if err != nil {
			p.b.Fatal(err)
		}
		all += time.Duration(n)
	}
	return all
}

// full is a site with 1,000 open incidents that follow the shipped runbook.
func full(b *testing.B) *site {
	b.Helper()
	s := newSite(b, "")
	p := s.serve()
	s.declare(openIncidents, "")
	p.stop()
	return s
}

// BenchmarkP10P11P20Process gives the time from start to ready, the memory and
// the processor time at rest, with 1,000 open incidents, beside an Alertmanager
// that has nothing to load.
func BenchmarkP10P11P20Process(b *testing.B) {
	for range b.N {
		loaded, empty := full(b), newSite(b, "")
		warm := empty.serve() // makes key and database
		warm.stop()
		started(b, loaded)
		atRest(b, loaded, empty)
	}
}

// started measures P10.
func started(b *testing.B, s *site) {
	b.Helper()
	var ours, theirs figures
	for range rounds {
		p := s.serve()
		ours = append(ours, ms(p.ready))
		p.stop()
		am := startPeer(b, "http://127.0.0.1:1/")
		theirs = append(theirs, ms(am.ready))
		am.stop()
	}
	b.ReportMetric(ours.least(), "ms-ready")
	b.ReportMetric(theirs.least(), "ms-ready-alertmanager")
	b.ReportMetric(ours.least()/theirs.least(), "P10-ratio")
	b.ReportMetric(perRound(ours, theirs), "P10-median")
}

// atRest measures P11 and P20: ten seconds after the start, for forty seconds,
// in which the auditor looks twice.
func atRest(b *testing.B, loaded, empty *site) {
	b.Helper()
	var big, small, theirs, cpu, theirCPU figures
	for range rounds {
		p, q, am := loaded.serve(), empty.serve(), startPeer(b, "http://127.0.0.1:1/")
		loaded.settled()
		<-time.After(10 * time.Second)
		before, theirBefore, began := p.cpu(), am.cpu(), time.Now()
		<-time.After(40 * time.Second)
		share := func(d time.Duration) float64 { return 100 * d.Seconds() / time.Since(began).Seconds() }
		cpu, theirCPU = append(cpu, share(p.cpu()-before)), append(theirCPU, share(am.cpu()-theirBefore))
		big, small, theirs = append(big, p.rss()), append(small, q.rss()), append(theirs, am.rss())
		p.stop()
		q.stop()
		am.stop()
	}
	b.ReportMetric(small.least(), "MiB-empty")
	b.ReportMetric(big.least(), "MiB-1000")
	b.ReportMetric(theirs.least(), "MiB-alertmanager")
	b.ReportMetric(small.least()/theirs.least(), "P11-empty-ratio")
	b.ReportMetric(big.least()/theirs.least(), "P11-1000-ratio")
	b.ReportMetric(cpu.least(), "P20-%core")
	b.ReportMetric(theirCPU.least(), "%core-alertmanager")
}
