package faults

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/notify/email"
)

// wired is a mailing whose mails go over a bad line.
func wired(t *testing.T, at *incident.Site, timeout time.Duration) (*mailing, *line) {
	t.Helper()
	m := newMailing(t, at)
	wire := newLine(t, m.sink.addr)
	host, port, err := net.SplitHostPort(wire.addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	way, err := email.New(email.Config{Host: host, Port: n, TLS: "none-loopback-only", From: "irbot@example.jp", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	m.carry = func() { m.house.carry(way) }
	return m, wire
}

// crew is a terminal whose declarations page so many people at once.
func crew(n int) *incident.Site {
	at := terminal(nil)
	var all []escalation.Target
	for i := range n {
		id := fmt.Sprintf("p%d", i)
		at.Directory.People = append(at.Directory.People, directory.Person{ID: id, Name: id, Reach: mailTo(id)})
		all = append(all, escalation.Target{Kind: escalation.ToPerson, ID: id})
	}
	at.Policies = append(at.Policies, escalation.Policy{ID: "crew", Rounds: 1, Levels: []escalation.Level{{To: all, Wait: time.Hour}}})
	at.OnDeclare = "crew"
	return at
}

// arrived asserts that every page reached its reader and that what came twice is
// marked; it gives the number of repeats.
func (m *mailing) arrived(n int) int {
	m.t.Helper()
	got := m.sink.taken()
	for i := range n {
		if len(to(got, fmt.Sprintf("p%d@", i))) == 0 {
			m.t.Errorf("p%d has no page", i)
		}
	}
	twice, unmarked := repeats(got)
	if len(unmarked) != 0 {
		m.t.Errorf("repeats that are not marked: %v", unmarked)
	}
	return twice
}

// R27: the network to the mail server is parted for five minutes, in both
// directions or only back, where the server speaks and nobody hears it. People
// go on recording; within a minute after the healing every page is there, and
// what may have come twice says so. Control: a line that is never healed
// delivers nothing.
func TestR27Partition(t *testing.T) {
	for name, c := range map[string]struct {
		cut   direction
		heals bool
	}{"both ways": {out | back, true}, "only back": {back, true}, "control: for good": {out | back, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, wire := wired(t, crew(2), 40*time.Millisecond)
			wire.pass(c.cut)
			id := m.do("sato", "", incident.Declare{Title: "分断", Runbook: "none"}).Incident
			for i := range 5 {
				m.pass(time.Minute)
				m.do("ito", id, incident.AddNote{Text: fmt.Sprintf("記録は続く %d", i)})
			}
			for _, x := range m.state(id).Messages {
				if x.Kind == "page" && x.State == incident.Accepted {
					t.Errorf("%s is called accepted while nothing passes", x.ID)
				}
			}
			if c.heals {
				wire.pass(0)
			}
			m.pass(time.Minute)
			if !c.heals {
				if n := len(m.sink.taken()); n != 0 {
					t.Errorf("control: %d mails over a line that is cut", n)
				}
				return
			}
			m.arrived(2)
			m.settled(id)
			m.whole()
		})
	}
}

// R28: of ten connections three are reset somewhere, half carry a few bytes at a
// time. Every page arrives, none twice without a mark. Control: the lot did
// break connections.
func TestR28BadNetwork(t *testing.T) {
	m, wire := wired(t, crew(40), 2*time.Second)
	wire.breaks(rand.New(rand.NewPCG(28, 1))) // the same lots in every run
	id := m.do("sato", "", incident.Declare{Title: "悪い回線", Runbook: "none"}).Incident
	m.pass(10 * time.Minute)
	twice := m.arrived(40)
	m.settled(id)
	m.whole()
	made, resets := wire.broken()
	if resets < 8 || made <= 40 {
		t.Errorf("control: %d of %d connections were broken", resets, made)
	}
	t.Logf("%d connections, %d broken, %d repeats", made, resets, twice)
}

// settled asserts that no page waits any more.
func (m *mailing) settled(id string) {
	m.t.Helper()
	if i := slices.IndexFunc(m.state(id).Messages, func(x *incident.Message) bool { return x.Kind == notify.KindPage && x.State != incident.Accepted }); i >= 0 {
		x := m.state(id).Messages[i]
		m.t.Errorf("%s is %s after try %d", x.ID, x.State, x.Try)
	}
}
