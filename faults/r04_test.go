package faults

import (
	"fmt"
	"testing"
	"time"
)

// R04: an orderly stop under load loses nothing, sends nothing twice and is
// over in ten seconds. Control: the same load ended by kill -9 while a mail is
// on its way must send one twice.
func TestR04OrderlyStopUnderLoad(t *testing.T) {
	n := loops(t, "IRBOT_FAULT_STOPS", 5)
	mail := newSink(t)
	s := newSite(t, mail, func(c string) string { return often(t, c) })
	book := &ledger{}
	var longest time.Duration
	for i := range n {
		srv := s.start()
		stopped := load(srv, book, fmt.Sprintf("s%d", i), 4)
		<-time.After(time.Duration(50+37*i%300) * time.Millisecond)
		longest = max(longest, srv.stop())
		<-stopped
	}
	srv := s.start()
	v := s.view()
	drained(t, v)
	longest = max(longest, srv.stop())
	missing, open := lost(t, v, book.acts), undelivered(t, v, mail.taken())
	twice, _ := repeats(mail.taken())
	marked := 0
	for _, l := range mail.taken() {
		if l.repeat {
			marked++
		}
		if l.subject == "" || l.body == "" {
			t.Errorf("%s left without words", l.id)
		}
	}
	t.Logf("stops %d, acts %d, lost %d, mails %d, undelivered %d, repeats %d, marked %d, longest stop %v",
		n+1, len(book.acts), len(missing), len(mail.taken()), len(open), twice, marked, longest)
	if len(missing) != 0 || len(open) != 0 || twice != 0 || marked != 0 {
		t.Errorf("lost %v undelivered %v repeats %d, needlessly marked %d", missing, open, twice, marked)
	}
	whole(t, v)
}

func TestR04ControlKillRepeats(t *testing.T) {
	mail := newSink(t)
	gate := make(chan struct{})
	mail.set(func(m *sink) { m.gate = gate })
	s := newSite(t, mail, nil)
	srv := s.start()
	srv.must("", "incident.declare", "c", map[string]any{"title": "途中で切る", "runbook": "none"})
	v := s.view()
	until(t, "a mail on its way", func() bool {
		mail.mu.Lock()
		defer mail.mu.Unlock()
		return mail.held > 0
	})
	srv.kill()
	mail.set(func(m *sink) { m.gate = nil })
	close(gate) // the server takes the mail whose sender is dead
	srv = s.start()
	drained(t, v)
	srv.stop()
	until(t, "both mails", func() bool { return len(mail.taken()) >= 2 })
	if twice, unmarked := repeats(mail.taken()); twice != 1 || len(unmarked) != 0 {
		t.Errorf("control: %d repeats, want 1; unmarked %v", twice, unmarked)
	}
}
