package bench

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// rounds is how often two things are measured in turns.
const rounds = 5

// figures are the results of the rounds of one measure.
type figures []float64

func (f figures) least() float64 { return slices.Min(f) }
func (f figures) most() float64  { return slices.Max(f) }

// perRound divides round by round, for the median beside the best.
func perRound(a, b figures) float64 {
	var out []float64
	for i := range a {
		out = append(out, a[i]/b[i])
	}
	slices.Sort(out)
	return out[len(out)/2]
}

// percentile of latencies, in milliseconds.
func percentile(d []time.Duration, p float64) float64 {
	if len(d) == 0 {
		return math.NaN()
	}
	d = slices.Clone(d)
	slices.Sort(d)
	return ms(d[min(int(float64(len(d))*p), len(d)-1)])
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// rawSyncs overwrites 4 KiB and syncs it, n times, in the folder that is
// measured: what the disk can do at this moment.
func rawSyncs(b *testing.B, dir string, n int) []time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	block := make([]byte, 4096)
	out := make([]time.Duration, 0, n)
	for i := range n + 1 {
		began := time.Now()
		if _, err := f.WriteAt(block, 0); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
		if i > 0 { // the first one makes the file
			out = append(out, time.Since(began))
		}
	}
	return out
}

func sum(d []time.Duration) time.Duration {
	var all time.Duration
	for _, x := range d {
		all += x
	}
	return all
}

func TestFigures(t *testing.T) {
	f := figures{3, 1, 2, 5, 4}
	if f.least() != 1 || f.most() != 5 {
		t.Errorf("least %v, most %v", f.least(), f.most())
	}
	if got := perRound(figures{2, 9, 4}, figures{1, 3, 4}); got != 2 {
		t.Errorf("median of the ratios 2, 3, 1 is %v", got)
	}
	var d []time.Duration
	for i := range 100 {
		d = append(d, time.Duration(100-i)*time.Millisecond)
	}
	if p50, p99 := percentile(d, 0.5), percentile(d, 0.99); p50 != 51 || p99 != 100 {
		t.Errorf("p50 %v, p99 %v", p50, p99)
	}
}
