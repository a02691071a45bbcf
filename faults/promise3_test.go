package faults

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/notify/email"
)

// Promise 3 and R19: the line is cut after the mail server took the mail and
// before it said so. A page goes out again under the same Message-ID and says
// so; a notice to an authority becomes unconfirmed and is never sent again.
// Control: a sender that calls the unknown outcome a temporary failure must
// make the notice leave twice.
func TestPromise3UnknownOutcome(t *testing.T) {
	got, h, id, n := unknownOutcome(t, nil)
	pages, notices := byKind(got)
	twice, unmarked := repeats(pages)
	if twice == 0 || len(unmarked) != 0 {
		t.Errorf("the page came again %d times, not marked: %v", twice, unmarked)
	}
	if len(notices) != 1 {
		t.Errorf("the notice reached the authority %d times", len(notices))
	}
	if st := h.state(id).Notice(n); st.State != incident.NoticeUnconfirmed {
		t.Errorf("the notice is %s", st.State)
	}
	// A person decides, and only a person who may approve can have it sent again.
	msg := h.state(id).Notice(n).Messages[0]
	h.refused("suzuki", id, incident.ResolveMessage{Msg: msg, As: "resend", Why: "電話で確認、未着"}, "perm.no")
	h.do("suzuki", id, incident.ResolveMessage{Msg: msg, As: "accepted", Why: "電話で確認、到着済み"})
	if st := h.state(id).Notice(n); st.State != incident.NoticeSent {
		t.Errorf("after the person's word the notice is %s", st.State)
	}
	h.whole()
}

func TestPromise3ControlUnknownAsTemporary(t *testing.T) {
	got, _, _, _ := unknownOutcome(t, func(err error) error {
		var f *notify.Failure
		if errors.As(err, &f) && f.Class == notify.Unknown {
			return &notify.Failure{Class: notify.Temporary, Err: err}
		}
		return err
	})
	if _, notices := byKind(got); len(notices) < 2 {
		t.Errorf("control: the notice was sent %d times by a sender that tells lies", len(notices))
	}
}

// unknownOutcome sends one page and one notice into a server that cuts the
// line, lets it mend its ways, and goes on until nothing is left to send.
func unknownOutcome(t *testing.T, lie func(error) error) (got []letter, h *house, id, notice string) {
	t.Helper()
	server := newSink(t)
	server.set(func(s *sink) { s.cut = true })
	mail := realMail(t, server)
	way := sender(func(e notify.Envelope) (notify.Receipt, error) {
		r, err := mail.Send(context.Background(), e)
		if err != nil && lie != nil {
			err = lie(err)
		}
		return r, err
	})
	clock := &turned{now: t0()}
	h = openHouse(t, t.TempDir(), clock.read, terminal(nil))
	t.Cleanup(h.close)
	id = h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	notice = h.approved(id)
	h.carry(way)
	server.set(func(s *sink) { s.cut = false })
	for range 40 { // forty minutes, long past every wait
		clock.forward(time.Minute)
		h.carry(way)
	}
	return server.taken(), h, id, notice
}

// realMail is the program's own mail sender, to a sink.
func realMail(t *testing.T, s *sink) *email.Sender {
	t.Helper()
	host, port, err := net.SplitHostPort(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	out, err := email.New(email.Config{Host: host, Port: n, TLS: "none-loopback-only", From: "irbot@example.jp"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func byKind(all []letter) (pages, notices []letter) {
	for _, l := range all {
		if l.to == "mlit@example.go.jp" {
			notices = append(notices, l)
			continue
		}
		pages = append(pages, l)
	}
	return pages, notices
}

// TestPromise3CrashWhileSending: after a crash a page goes out again, marked,
// and a notice waits for a person.
func TestPromise3CrashWhileSending(t *testing.T) {
	clock := &turned{now: t0()}
	dir := t.TempDir()
	h := openHouse(t, dir, clock.read, terminal(nil))
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.approved(id)
	rows, err := h.store.DueRows(context.Background(), clock.read(), 0)
	if err != nil {
		t.Fatal(err)
	}
	begun := map[string]string{}
	for _, r := range rows {
		some, err := h.svc.Begin(context.Background(), r.Incident, r.ID)
		if err != nil || len(some) != 1 {
			t.Fatal(some, err)
		}
		begun[some[0].Envelope.ID] = some[0].Envelope.Kind
	}
	h.close() // no outcome was recorded
	h = openHouse(t, dir, clock.read, terminal(nil))
	defer h.close()
	h.recover()
	out := &outbox{}
	h.carry(out)
	if len(outside(out)) != 0 || h.state(id).Notice(n).State != incident.NoticeUnconfirmed {
		t.Errorf("notice after the crash: sent %v, %s", outside(out), h.state(id).Notice(n).State)
	}
	for _, e := range out.all() {
		if begun[e.ID] != notify.KindPage || !e.Repeat {
			t.Errorf("after the crash left %s (%s), repeat %v", e.ID, e.Kind, e.Repeat)
		}
	}
	if len(out.all()) == 0 {
		t.Error("the page was not sent again")
	}
}

// TestPromise3ClimbsUntilAnswered: nobody answers for six hours; somebody is paged
// again and again, with no more rest than after a whole climb, and nobody after
// the answer. Control: with an answer at once only the first level is paged.
func TestPromise3ClimbsUntilAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHouse(t, t.TempDir(), time.Now, terminal(nil))
		defer h.close()
		silent := h.do("sato", "", incident.Declare{Title: "誰も出ない", Runbook: "none"}).Incident
		calm := h.do("sato", "", incident.Declare{Title: "すぐ出る", Runbook: "none"}).Incident
		h.do("watanabe", calm, incident.Ack{})
		stopTimers, stopMail := h.loop(h.runner().Run), h.loop(h.dispatcher(map[notify.Means]notify.Sender{notify.Mail: &outbox{}}).Run)
		time.Sleep(6 * time.Hour)
		e := h.state(silent).Escalations[0]
		last := h.state(silent).Times.Declared
		var people []string
		for _, p := range e.Paged {
			if gap := p.At.Sub(last); gap > 26*time.Minute {
				t.Errorf("silent for %v before %v", gap, p.At)
			}
			last = p.At
			people = append(people, p.People...)
		}
		if time.Since(last) > 26*time.Minute {
			t.Errorf("silent since %v", last)
		}
		for _, who := range []string{"watanabe", "kobayashi", "sato"} {
			if !slices.Contains(people, who) {
				t.Errorf("%s was never paged", who)
			}
		}
		if e.Exhausted == 0 {
			t.Error("that nobody answered was never said")
		}
		before := len(e.Paged)
		h.do("watanabe", silent, incident.Ack{})
		time.Sleep(3 * time.Hour)
		if after := len(h.state(silent).Escalations[0].Paged); after != before {
			t.Errorf("%d pages after the answer", after-before)
		}
		if n := len(h.state(calm).Escalations[0].Paged); n != 1 {
			t.Errorf("control: %d levels paged although the first one answered at once", n)
		}
		stopTimers()
		stopMail()
		h.whole()
	})
}

// TestPromise3AnsweredWhileSending: the answer comes while a page to somebody
// else is on its way and fails. It is not tried again: that person is told that
// it is answered, by a message of its own. Control: without the answer it is.
func TestPromise3AnsweredWhileSending(t *testing.T) {
	for _, answered := range []bool{true, false} {
		clock := &turned{now: t0()}
		h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
		id := h.do("sato", "", incident.Declare{Title: "行き違い", Runbook: "none"}).Incident
		h.carry(sender(func(notify.Envelope) (notify.Receipt, error) {
			if answered {
				h.do("kobayashi", id, incident.Ack{})
			}
			return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: errors.New("451 later")}
		}))
		clock.forward(5 * time.Minute)
		out := &outbox{}
		h.carry(out)
		kinds := []string{}
		for _, e := range out.all() {
			kinds = append(kinds, e.Kind)
		}
		want := []string{notify.KindPage}
		if answered {
			want = []string{notify.KindStandDown}
		}
		if !slices.Equal(kinds, want) {
			t.Errorf("answered %v: afterwards left %v, want %v", answered, kinds, want)
		}
		h.whole()
		h.close()
	}
}
