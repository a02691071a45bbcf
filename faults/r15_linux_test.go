package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"irbot/internal/incident"
)

// R15: fifty acts a second for a long time while mail comes and goes. The long
// form (scripts/faults.sh soak) is half an hour and judges that memory and
// descriptors do not grow; the short one that nothing is lost and every
// descriptor comes back. Control: a series that grows must be called growing.
func TestR15Soak(t *testing.T) {
	const rate, page, shift = 50, 400, 3000 // acts a second; one act in so many pages; acts of an incident before it is closed
	last := time.Duration(loops(t, "IRBOT_FAULT_SOAK", 3)) * time.Second
	mail := newSink(t)
	s := newSite(t, mail, func(c string) string { return often(t, c) })
	srv := s.start()
	book := &ledger{}
	id, away := "", false
	var seen []gauge
	began, beat := time.Now(), time.NewTicker(time.Second/rate)
	defer beat.Stop()
	for n := 0; time.Since(began) < last; n++ {
		<-beat.C
		if n%shift == 0 {
			id = relieve(t, srv, book, id, n)
		}
		key, name, args := fmt.Sprintf("soak-%d", n), "note.add", any(incident.AddNote{Text: fmt.Sprintf("岸壁の記録 %d 件目", n)})
		if n%page == page/2 {
			name, args = "escalation.start", incident.Escalate{Role: "lead", Reason: key}
		}
		r, err := srv.act(id, name, key, args)
		book.note(key, r, err)
		if n%(10*rate) == rate { // every ten seconds the mail server goes or comes, and the program is looked at
			if away = !away && rand.IntN(2) == 0; away {
				mail.set(func(m *sink) {
					m.refuse = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
				})
			} else {
				mail.set(func(m *sink) { m.refuse = nil })
			}
			seen = append(seen, look(t, s, srv, time.Since(began)))
		}
	}
	mail.set(func(m *sink) { m.refuse = nil })
	v := s.view()
	drained(t, v)
	end := look(t, s, srv, time.Since(began))
	seen = append(seen, end)
	srv.stop()
	missing, open := lost(t, v, book.acts), undelivered(t, v, mail.taken())
	t.Logf("%v: %d acts, %d lost, %d undelivered; memory %.1f MiB, %+.2f MiB in ten minutes; descriptors %d then %d; threads %d; log before the last commit %.1f MiB",
		last, len(book.acts), len(missing), len(open), end.memory, growth(seen), seen[0].files, end.files, end.threads, end.wal)
	for _, g := range seen {
		t.Logf("%6.0f s  %.1f MiB  %d descriptors  %d threads  %.1f MiB", g.at.Seconds(), g.memory, g.files, g.threads, g.wal)
	}
	if len(missing) != 0 || len(open) != 0 || end.files > seen[0].files+4 {
		t.Errorf("lost %v, undelivered %v, descriptors %d then %d", missing, open, seen[0].files, end.files)
	}
	if last >= 10*time.Minute && growth(seen) > 1 {
		t.Errorf("memory grows by %.2f MiB in ten minutes", growth(seen))
	}
	whole(t, v)
}

// relieve closes the incident of the shift before and declares the next: drills,
// because the socket may not close what is open in earnest.
func relieve(t *testing.T, srv *server, book *ledger, before string, n int) string {
	t.Helper()
	if before != "" {
		if _, err := srv.as("sato", before, "incident.close", fmt.Sprintf("close-%d", n), incident.Close{Reason: "交代", Override: true}); err != nil {
			t.Fatal(err)
		}
	}
	key := fmt.Sprintf("declare-%d", n)
	r, err := srv.act("", "incident.declare", key, incident.Declare{Title: "長い一日 " + key, Runbook: "none", Drill: true})
	book.note(key, r, err)
	if err != nil {
		t.Fatal(err)
	}
	return r.Incident
}

// gauge is what the program takes at a moment, in MiB and pieces.
type gauge struct {
	at             time.Duration
	memory, wal    float64
	files, threads int
}

func look(t *testing.T, s *site, srv *server, at time.Duration) gauge {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", srv.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	g := gauge{at: at, files: len(descriptors(t, srv))}
	for line := range strings.Lines(string(data)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			g.memory = kib / 1024
		}
		_, _ = fmt.Sscanf(line, "Threads: %d", &g.threads)
	}
	if f, err := os.Stat(filepath.Join(s.data, "irbot.db-wal")); err == nil {
		g.wal = float64(f.Size()) / (1 << 20)
	}
	return g
}

// growth is the slope of memory in MiB in ten minutes, by least squares over
// all but the first third, in which caches fill.
func growth(seen []gauge) float64 {
	late := seen[len(seen)/3:]
	var x, y, xx, xy float64
	for _, g := range late {
		at := g.at.Minutes() / 10
		x, y, xx, xy = x+at, y+g.memory, xx+at*at, xy+at*g.memory
	}
	n := float64(len(late))
	if d := n*xx - x*x; d != 0 {
		return (n*xy - x*y) / d
	}
	return 0
}

func TestR15ControlALeakIsSeen(t *testing.T) {
	var leak, flat []gauge
	for i := range 180 { // half an hour, a look every ten seconds
		at, noise := time.Duration(i)*10*time.Second, float64(i*7919%13)/5
		leak = append(leak, gauge{at: at, memory: 50 + 1.5*at.Minutes()/10 + noise})
		flat = append(flat, gauge{at: at, memory: 50 + noise})
	}
	if growth(leak) <= 1 || growth(flat) > 0.3 {
		t.Errorf("a leak of 1.5 MiB in ten minutes looks like %.2f, none like %.2f", growth(leak), growth(flat))
	}
}
