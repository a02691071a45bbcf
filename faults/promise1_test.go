package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Promise 1: an action that was answered "recorded" survives kill -9 and
// restart (R01). Control: people who believe unanswered requests were recorded
// must be found to have lost some.
func TestPromise1KillUnderLoad(t *testing.T) {
	n := loops(t, "IRBOT_FAULT_LOOPS", 12)
	mail := newSink(t)
	s := newSite(t, mail, func(c string) string { return often(t, c) })
	book := &ledger{}
	var ready []time.Duration
	for i := range n {
		srv := s.start()
		ready = append(ready, srv.ready)
		stopped := load(srv, book, fmt.Sprintf("k%d", i), 4)
		<-time.After(time.Duration(50+rand.IntN(450)) * time.Millisecond)
		srv.kill()
		<-stopped
	}
	srv := s.start()
	v := s.view()
	credulous := slices.Clone(book.acts)
	for i := range credulous {
		credulous[i].answered = true
	}
	if len(lost(t, v, credulous)) == 0 {
		t.Error("control: requests that were never answered are all there, so this test cannot see a loss")
	}
	again := resend(t, srv, book)
	drained(t, v)
	srv.stop()

	answered := 0
	for _, a := range book.acts {
		if a.answered {
			answered++
		}
	}
	missing := lost(t, v, book.acts)
	open := undelivered(t, v, mail.taken())
	twice, unmarked := repeats(mail.taken())
	flying, joined := inFlight(t, v), 0
	for _, l := range mail.taken() {
		joined = max(joined, len(l.ids))
	}
	slices.Sort(ready)
	t.Logf("kills %d, answered %d, lost %d, asked again %d, mails %d, undelivered %d, repeats %d of %d in flight, %d in one, ready p50 %v p99 %v",
		n, answered, len(missing), again, len(mail.taken()), len(open), twice, flying, joined, ready[len(ready)/2], ready[len(ready)*99/100])
	if len(missing) != 0 {
		t.Errorf("answered and gone: %v", missing[:min(5, len(missing))])
	}
	if len(open) != 0 {
		t.Errorf("undelivered: %v", open[:min(5, len(open))])
	}
	if twice > flying {
		t.Errorf("%d repeats of %d that were in flight at %d kills", twice, flying, n)
	}
	if joined < 2 {
		t.Error("no two messages left as one: this load does not reach the limit of a person")
	}
	if len(unmarked) != 0 {
		t.Errorf("repeats that cannot be recognised: %v", unmarked)
	}
	if answered < 10*n {
		t.Errorf("only %d acts in %d loops: that is no load", answered, n)
	}
	whole(t, v)
}

// resend asks again for everything that was not answered, with the same key:
// what was recorded without an answer must not be done twice. It counts them.
func resend(t *testing.T, srv *server, book *ledger) int {
	t.Helper()
	id := srv.must("", "incident.declare", "again-declare", map[string]any{"title": "後片付け", "runbook": "none"}).Incident
	n := 0
	for _, a := range slices.Clone(book.acts) {
		if a.answered {
			continue
		}
		n++
		r, err := srv.act(id, "note.add", a.key, map[string]any{"text": "もう一度 " + a.key})
		if err != nil {
			t.Fatalf("ask again for %s: %v", a.key, err)
		}
		book.note(a.key, r, nil)
	}
	return n
}
