package faults

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// acted is what one request was answered.
type acted struct {
	key      string
	answered bool // the server said "recorded"
	incident string
	seq      int64
	at       string
}

// ledger is what the people outside remember of a load.
type ledger struct {
	mu   sync.Mutex
	acts []acted
}

func (l *ledger) add(a acted) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts = append(l.acts, a)
}

func (l *ledger) note(key string, r localapi.Reply, err error) {
	l.add(acted{key: key, answered: err == nil, incident: r.Incident, seq: r.Seq, at: r.RecordedAt})
}

// load declares an incident and then writes from several hands until the server
// is gone: notes, and every eighth time a page. It returns when all have noticed.
func load(srv *server, book *ledger, name string, writers int) (stopped chan struct{}) {
	stopped = make(chan struct{})
	key := name + "-declare"
	r, err := srv.act("", "incident.declare", key, incident.Declare{Title: "負荷 " + name, Runbook: "none"})
	book.note(key, r, err)
	if err != nil {
		close(stopped)
		return stopped
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			client := &server{t: srv.t, client: srv.client}
			for n := 0; ; n++ {
				key := fmt.Sprintf("%s-%d-%d", name, w, n)
				var got localapi.Reply
				var err error
				if n%8 == 3 {
					got, err = client.act(r.Incident, "escalation.start", key, incident.Escalate{Role: "lead", Reason: "負荷 " + key})
				} else {
					got, err = client.act(r.Incident, "note.add", key, incident.AddNote{Text: "記録 " + key})
				}
				book.note(key, got, err)
				if err != nil {
					return
				}
			}
		})
	}
	go func() {
		all.Wait()
		close(stopped)
	}()
	return stopped
}

// lost compares what was answered with the record: every answered act must be
// there once, under its own number and moment.
func lost(t *testing.T, v *sqlite.View, acts []acted) (missing []string) {
	t.Helper()
	type place struct {
		incident string
		seq      int64
		at       string
	}
	kept := map[string]place{}
	heads, err := v.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id := range heads {
		err := v.EachEntry(t.Context(), id, 1, 0, func(e *timeline.Entry) error {
			if e.Request == "" {
				return nil
			}
			if p, ok := kept[e.Request]; ok && (p.incident != id || p.at != e.RecordedAt.Format(localapi.TimeFormat)) {
				t.Errorf("%s was done twice: %s/%d and %s/%d", e.Request, p.incident, p.seq, id, e.Seq)
				return nil
			} else if ok {
				return nil // a later entry of the same act
			}
			kept[e.Request] = place{id, e.Seq, e.RecordedAt.Format(localapi.TimeFormat)}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range acts {
		if !a.answered {
			continue
		}
		p, ok := kept[a.key]
		if !ok || (a.seq != 0 && (p.incident != a.incident || p.seq != a.seq || p.at != a.at)) {
			missing = append(missing, a.key)
		}
	}
	return missing
}

// inFlight counts the messages that a kill found marked as being sent.
func inFlight(t *testing.T, v *sqlite.View) (n int) {
	t.Helper()
	heads, err := v.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id := range heads {
		err := v.EachEntry(t.Context(), id, 1, 0, func(e *timeline.Entry) error {
			if e.Kind == incident.KindMsgRetrying && bytes.Contains(e.Facts, []byte(`"repeat":true`)) {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// whole checks every chain and that the tables are what the record says.
func whole(t *testing.T, v *sqlite.View) {
	t.Helper()
	found, err := v.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found.Differences {
		t.Errorf("the record does not hold: %s", d)
	}
	if found.Entries == 0 {
		t.Error("nothing was checked")
	}
}

// undelivered names the messages that neither arrived nor were called off.
// Each must be in the sink under its own Message-ID, or named by a joined one.
func undelivered(t *testing.T, v *sqlite.View, letters []letter) (open []string) {
	t.Helper()
	got := map[string]bool{}
	for _, l := range letters {
		for _, id := range l.ids {
			got[id] = true
		}
	}
	heads, err := v.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id := range heads {
		if id == timeline.SiteLog {
			continue
		}
		st, err := v.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range st.Messages {
			if m.State == incident.Cancelled {
				continue
			}
			if m.State != incident.Accepted || !got[messageID(m.ID)] {
				open = append(open, m.ID+" "+string(m.State))
			}
		}
	}
	return open
}
