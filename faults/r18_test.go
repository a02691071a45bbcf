package faults

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// mailing is a house on a turned clock whose alarms and mails are carried step
// by step, by the program's own mail sender to a real server.
type mailing struct {
	*house
	clock *turned
	sink  *sink
	carry func()
}

func newMailing(t *testing.T, at *incident.Site) *mailing {
	t.Helper()
	m := &mailing{clock: &turned{now: t0()}, sink: newSink(t)}
	m.house = openHouse(t, t.TempDir(), m.clock.read, at)
	t.Cleanup(m.close)
	way := realMail(t, m.sink)
	m.carry = func() { m.house.carry(way) }
	return m
}

// pass turns the clock in steps of five seconds, rings what is due and carries.
func (m *mailing) pass(d time.Duration) {
	m.t.Helper()
	for end := m.clock.read().Add(d); m.clock.read().Before(end); {
		m.clock.forward(5 * time.Second)
		m.ring()
		m.carry()
	}
}

func (m *mailing) ring() {
	m.t.Helper()
	due, err := m.store.DueTimers(m.t.Context(), m.clock.read(), 0)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, x := range due {
		if err := m.svc.Fire(m.t.Context(), x); err != nil {
			m.t.Fatal(err)
		}
	}
}

// R18: the server asks everybody it does not know to come back for five minutes,
// then takes the mail. It is delivered once, within a minute after that. Control:
// a server that never stops asking gets nothing delivered.
func TestR18Greylisting(t *testing.T) {
	for _, c := range []struct {
		window    time.Duration
		delivered bool
	}{{5 * time.Minute, true}, {time.Hour, false}} {
		m := newMailing(t, terminal(nil))
		opens := m.clock.read().Add(c.window)
		m.sink.set(func(s *sink) {
			s.rcpt = func(string) error {
				if m.clock.read().Before(opens) {
					return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
				}
				return nil
			}
		})
		m.do("sato", "", incident.Declare{Title: "灰色", Runbook: "none"})
		m.pass(6 * time.Minute)
		got := m.sink.taken()
		if pages := to(got, "watanabe@"); c.delivered && len(pages) != 1 {
			t.Errorf("%d pages within a minute after the window opened, want one", len(pages))
		}
		if !c.delivered && len(got) != 0 {
			t.Errorf("control: %d mails through a closed window", len(got))
		}
		if n, _ := repeats(got); n != 0 || slices.ContainsFunc(got, func(l letter) bool { return l.repeat }) {
			t.Error("a mail that was cleanly refused is marked as a repeat")
		}
		m.whole()
	}
}

// R20: one of five recipients does not exist. The other four have their page at
// once, the fifth is shown as failed and somebody is asked to phone. Control:
// where all exist nobody is asked.
func TestR20OneBadRecipientOfFive(t *testing.T) {
	for _, bad := range []string{"p2@example.jp", ""} {
		at := terminal(nil)
		var all []escalation.Target
		for i := range 5 {
			id := fmt.Sprintf("p%d", i)
			at.Directory.People = append(at.Directory.People, directory.Person{ID: id, Name: id, Reach: mailTo(id)})
			all = append(all, escalation.Target{Kind: escalation.ToPerson, ID: id})
		}
		at.Policies = append(at.Policies, escalation.Policy{ID: "five", Rounds: 1, Levels: []escalation.Level{{To: all, Wait: 10 * time.Minute}}})
		at.OnDeclare = "five"
		m := newMailing(t, at)
		m.sink.set(func(s *sink) {
			s.rcpt = func(who string) error {
				if who == bad {
					return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
				}
				return nil
			}
		})
		id := m.do("sato", "", incident.Declare{Title: "五人", Runbook: "none"}).Incident
		m.pass(10 * time.Second)
		st := m.state(id)
		states := map[incident.MessageState]int{}
		for _, x := range st.Messages {
			if x.Kind == "page" {
				states[x.State]++
				if (x.Person+"@example.jp" == bad) != (x.State == incident.Failed) {
					t.Errorf("bad %q: %s is %s", bad, x.Person, x.State)
				}
			}
		}
		want := 5
		if bad != "" {
			want = 4
		}
		if states[incident.Accepted] != want || len(to(m.sink.taken(), "p")) != want {
			t.Errorf("bad %q: %v, %d mails", bad, states, len(to(m.sink.taken(), "p")))
		}
		dials := len(st.Escalations[0].Dials)
		if (dials > 0) != (bad != "") {
			t.Errorf("bad %q: somebody is asked to phone %d people", bad, dials)
		}
		m.whole()
	}
}

// to picks the mails to addresses that begin so; others ask colleagues to phone.
func to(all []letter, prefix string) (out []letter) {
	for _, l := range all {
		if strings.HasPrefix(l.to, prefix) {
			out = append(out, l)
		}
	}
	return out
}
