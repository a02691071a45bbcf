package faults

import (
	"mime"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

// Promise 6: a drill cannot reach outside. Every outside recipient is replaced,
// every message is marked, the drill's record stays a drill. Control: the same
// acts in a live incident do reach the ministry, unmarked.
func TestPromise6DrillStaysInside(t *testing.T) {
	got, h, id := wholeNotice(t, true)
	if len(got) == 0 {
		t.Fatal("nothing left at all")
	}
	for _, e := range got {
		if strings.Contains(e.To, "mlit") {
			t.Errorf("%s would have gone to %s", e.ID, e.To)
		}
		if e.Kind == notify.KindNotice && (e.Means != notify.Drill || e.To != incident.DrillRecipient || !marked(e)) {
			t.Errorf("%s: to %s by %s, subject %s", e.ID, e.To, e.Means, e.Subject)
		}
		if !e.Drill {
			t.Errorf("%s does not know that it is a drill", e.ID)
		}
	}
	for _, e := range h.entries(id) {
		for name, text := range e.Fields() {
			if strings.Contains(text, "example.go.jp") {
				t.Errorf("entry %d holds the real address in %s", e.Seq, name)
			}
		}
	}
	if !strings.HasPrefix(id, "DR-") || !h.state(id).Drill {
		t.Errorf("a drill is called %s", id)
	}
	// A live incident beside it keeps its own number and is no drill.
	if live := h.do("sato", "", incident.Declare{Title: "本物", Runbook: "none"}).Incident; live != "IR-1" || h.state(live).Drill {
		t.Errorf("the live incident beside a drill is %s", live)
	}
	h.whole()
}

func TestPromise6ControlLiveReachesOutside(t *testing.T) {
	got, _, _ := wholeNotice(t, false)
	reached := false
	for _, e := range got {
		reached = reached || strings.Contains(e.To, "mlit") && !marked(e) && e.Means == notify.Mail
	}
	if !reached {
		t.Errorf("control: nothing reached the ministry: %+v", got)
	}
}

func marked(e notify.Envelope) bool {
	return strings.HasPrefix(e.Subject, "【訓練】") && strings.HasPrefix(e.Body, "【訓練】")
}

// wholeNotice declares and sends a notice the whole way, a first and a second one.
func wholeNotice(t *testing.T, drill bool) ([]notify.Envelope, *house, string) {
	t.Helper()
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	t.Cleanup(h.close)
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none", Drill: drill}).Incident
	h.approved(id)
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第二報", Body: "続報"}).Outcome.Ref
	h.do("suzuki", id, incident.EditNotice{Notice: n, Subject: "第二報", Body: "書き直した", TLP: "GREEN"})
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	h.do("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true})
	out := &outbox{}
	h.carry(out)
	return out.all(), h, id
}

// TestPromise6PagesOfTheProgram: what the program itself sends to people in a
// drill is marked on the wire, and what it exports says so.
func TestPromise6PagesOfTheProgram(t *testing.T) {
	mail := newSink(t)
	s := newSite(t, mail, nil)
	srv := s.start()
	drill := srv.must("", "incident.declare", "", incident.Declare{Title: "訓練です", Runbook: "none", Drill: true}).Incident
	live := srv.must("", "incident.declare", "", incident.Declare{Title: "本物です", Runbook: "none"}).Incident
	drained(t, s.view())
	for _, l := range mail.taken() {
		subject, err := new(mime.WordDecoder).DecodeHeader(l.subject)
		if err != nil {
			t.Fatal(err)
		}
		isDrill := strings.Contains(l.id, drill)
		if strings.Contains(subject, "【訓練】") != isDrill {
			t.Errorf("%s has the subject %q", l.id, subject)
		}
	}
	if n := len(mail.taken()); n < 2 {
		t.Errorf("%d pages left", n)
	}
	for _, format := range []string{"md", "html", "csv"} {
		for id, want := range map[string]bool{drill: true, live: false} {
			if out := s.export(id, format); (strings.Contains(out, "【訓練】") || strings.Contains(out, "DRILL")) != want {
				t.Errorf("%s as %s: drill mark %v, want %v", id, format, !want, want)
			}
		}
	}
	srv.stop()
	whole(t, s.view())
}
