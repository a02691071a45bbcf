package timeline

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"
)

var benchSizes = []int{100, 10_000, 100_000}

// rawSHA256 is the yardstick: how long it takes to hash these bytes once.
func rawSHA256(chunks [][]byte) time.Duration {
	start := time.Now()
	h := sha256.New()
	for _, c := range chunks {
		h.Write(c)
	}
	h.Sum(nil)
	return time.Since(start)
}

// report gives the cost of an entry and its ratio to the yardstick, both of
// the same run.
func report(b *testing.B, n int, chunks [][]byte) {
	b.StopTimer()
	raw := time.Duration(1 << 62)
	for range 3 {
		raw = min(raw, rawSHA256(chunks))
	}
	perRun := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(perRun/float64(n), "ns/entry")
	b.ReportMetric(perRun/float64(raw.Nanoseconds()), "x-sha256")
}

func envelopes(log []Entry) [][]byte {
	var out [][]byte
	for i := range log {
		out = append(out, log[i].Envelope, log[i].TextBytes)
	}
	return out
}

func BenchmarkSeal(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log := makeLog(b, int64(n))
			drafts := make([]Draft, n)
			for i := range drafts {
				drafts[i] = draft(int64(i + 1))
			}
			s := salt(1)
			b.ReportAllocs()
			for b.Loop() {
				var p Position
				for i := range drafts {
					e, err := Seal(drafts[i], SealAt{Incident: "IR-12", Prev: p, Now: morning, Salt: s})
					if err != nil {
						b.Fatal(err)
					}
					p = e.Position()
				}
			}
			report(b, n, envelopes(log))
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log := makeLog(b, int64(n))
			b.ReportAllocs()
			for b.Loop() {
				v := NewVerifier()
				for i := range log {
					v.Hold(log[i].Stored())
				}
				if rep := v.Report(); !rep.Holds() {
					b.Fatal(rep.Problems)
				}
			}
			report(b, n, envelopes(log))
		})
	}
}

func BenchmarkWriteJSONL(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log := makeLog(b, int64(n))
			out := jsonl(b, log)
			b.SetBytes(int64(len(out)))
			for b.Loop() {
				if _, err := WriteJSONL(io.Discard, stream(log)); err != nil {
					b.Fatal(err)
				}
			}
			report(b, n, [][]byte{out})
		})
	}
}

func BenchmarkVerifyJSONL(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			out := jsonl(b, makeLog(b, int64(n)))
			b.SetBytes(int64(len(out)))
			for b.Loop() {
				rep, err := VerifyJSONL(bytes.NewReader(out), VerifyOptions{})
				if err != nil || !rep.Holds() {
					b.Fatal(err, rep.Problems)
				}
			}
			report(b, n, [][]byte{out})
		})
	}
}

func BenchmarkRender(b *testing.B) {
	for _, form := range []string{"md", "csv", "html"} {
		for _, n := range benchSizes {
			b.Run(fmt.Sprintf("%s/%d", form, n), func(b *testing.B) {
				list := make([]Row, n)
				for i := range list {
					list[i] = testRows()[i%5]
				}
				out := []byte(rendered(b, form, testHeader(), list))
				for b.Loop() {
					rendered(b, form, testHeader(), list)
				}
				report(b, n, [][]byte{out})
			})
		}
	}
}

// lazyLog seals entries as they are asked for, so that memory can be watched.
func lazyLog(t testing.TB, n int64) Entries {
	return func(yield func(Entry, error) bool) {
		var p Position
		for i := int64(1); i <= n; i++ {
			e := sealed(t, Draft{Kind: "note.added", Actor: "u1", Text: Text{"note": "第3ゲート停止"}}, SealAt{Incident: "IR-12", Prev: p, Now: morning, Salt: salt(i)})
			p = e.Position()
			if !yield(e, nil) {
				return
			}
		}
	}
}

// TestMemoryStaysFlat streams logs of two sizes through writer and verifier:
// ten times the entries must not need ten times the memory.
func TestMemoryStaysFlat(t *testing.T) {
	live := func(n int64) uint64 {
		r, w := io.Pipe()
		go func() {
			_, err := WriteJSONL(w, lazyLog(t, n))
			_ = w.CloseWithError(err) // never fails, see io.Pipe
		}()
		v := newVerifier(nil)
		lines := NewReader(r)
		var top uint64
		err := v.readAll(lines, func(e *Entry) {
			if e.Seq%(n/4) == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapAlloc)
			}
		})
		if rep := v.Report(); err != nil || !rep.Holds() {
			t.Fatal(err, rep.Problems)
		}
		return top
	}
	small, large := live(2_000), live(20_000)
	// The salts seen take about 20 bytes an entry; the entries about 900.
	if large > small+18_000*100 {
		t.Errorf("%d bytes for 2,000 entries, %d for 20,000", small, large)
	}
}
