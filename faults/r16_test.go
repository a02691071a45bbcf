package faults

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// R16 and promise 5: the mail server is away for some seconds. Recording goes
// on, nothing is called sent meanwhile, and afterwards every page arrives, once.
func TestR16MailServerAway(t *testing.T) {
	mail := newSink(t)
	mail.shut()
	s := newSite(t, mail, func(c string) string { return often(t, c) })
	srv := s.start()
	id := srv.must("", "incident.declare", "m", incident.Declare{Title: "メール不通", Runbook: "none"}).Incident
	for i := range 20 {
		srv.must(id, "note.add", fmt.Sprintf("m%d", i), incident.AddNote{Text: "記録は続く"})
	}
	v := s.view()
	until(t, "the first failed attempt to be told", func() bool {
		list, err := v.Entries(t.Context(), id, 1, 0)
		return err == nil && slices.ContainsFunc(list, func(e entry) bool { return e.Kind == incident.KindMsgRetrying })
	})
	st, err := v.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range st.Messages {
		if m.State == incident.Accepted {
			t.Errorf("%s is called accepted while the server is away", m.ID)
		}
	}
	type means struct{ Means, Reach string }
	var info struct {
		Means []means `json:"means"`
	}
	if err := srv.client.Info(t.Context(), &info); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(info.Means, func(m means) bool { return m == means{string(notify.Mail), string(notify.Down)} }) {
		t.Errorf("the program does not say that mail is away: %+v", info)
	}
	mail.open()
	drained(t, v)
	srv.stop()
	if open := undelivered(t, v, mail.taken()); len(open) != 0 {
		t.Errorf("undelivered: %v", open)
	}
	if twice, _ := repeats(mail.taken()); twice != 0 {
		t.Errorf("%d repeats although every attempt was refused cleanly", twice)
	}
	whole(t, v)
}

// TestR16SixHours: mail is away for six hours. Somebody with another means gets
// the page by that one within minutes, the next level at its own time, and
// mail delivers everything that is still wanted once it is back. Control: a
// sender that gives up after three tries, as GoAlert does, must lose pages.
func TestR16SixHours(t *testing.T) {
	if late, missing := sixHours(t, false); len(missing) != 0 || late > 6*time.Minute {
		t.Errorf("undelivered %v; first page by another means after %v", missing, late)
	}
}

func TestR16ControlGivesUp(t *testing.T) {
	if _, missing := sixHours(t, true); len(missing) == 0 {
		t.Error("control: a sender that gives up lost nothing")
	}
}

func sixHours(t *testing.T, givesUp bool) (late time.Duration, missing []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		at := terminal(nil)
		for i := range at.Directory.People {
			if at.Directory.People[i].ID == "kobayashi" {
				at.Directory.People[i].Reach = append(at.Directory.People[i].Reach, directory.Address{Means: notify.SMS, To: "090"})
			}
		}
		h := openHouse(t, t.TempDir(), time.Now, at)
		defer h.close()
		began := time.Now()
		post := &outbox{}
		var sms outbox
		var firstSMS time.Time
		var mu sync.Mutex
		ways := map[notify.Means]notify.Sender{
			notify.Mail: sender(func(e notify.Envelope) (notify.Receipt, error) {
				if time.Since(began) < 6*time.Hour {
					if givesUp && e.Try >= 3 {
						return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: errors.New("given up")}
					}
					return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Down: true, Err: errors.New("connection refused")}
				}
				return post.Send(t.Context(), e)
			}),
			notify.SMS: sender(func(e notify.Envelope) (notify.Receipt, error) {
				mu.Lock()
				defer mu.Unlock()
				if firstSMS.IsZero() {
					firstSMS = time.Now()
				}
				return sms.Send(t.Context(), e)
			}),
		}
		id := h.do("sato", "", incident.Declare{Title: "六時間", Runbook: "none"}).Incident
		stopTimers, stopMail := h.loop(h.runner().Run), h.loop(h.dispatcher(ways).Run)
		time.Sleep(45 * time.Minute)
		h.do("kobayashi", id, incident.Ack{}) // by SMS he knew
		time.Sleep(6 * time.Hour)
		stopTimers()
		stopMail()
		late = firstSMS.Sub(began.Add(10 * time.Minute)) // his level is paged ten minutes after the first
		for _, m := range h.state(id).Messages {
			if m.State != incident.Accepted && m.State != incident.Cancelled {
				missing = append(missing, m.ID+" "+string(m.State))
			}
		}
		seen := map[string]bool{}
		for _, e := range append(post.all(), sms.all()...) {
			if seen[e.ID] {
				t.Errorf("%s left twice", e.ID)
			}
			seen[e.ID] = true
			if strings.Contains(e.ID, "watanabe") && e.Kind == notify.KindPage {
				t.Errorf("%s was paged hours after the answer", e.To)
			}
		}
		h.whole()
	})
	return late, missing
}
