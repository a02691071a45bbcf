package incident_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// modelPage is what the model says of one page: the level, and when.
type modelPage struct {
	Level int
	At    time.Duration
}

// climbModel is the whole of climbing in a few lines that share nothing with the
// rules: each level waits its time, a raised severity shortens the wait that is
// running, an answer ends it. It stops where the last round is over.
func climbModel(p escalation.Policy, raise, ack time.Duration) []modelPage {
	var out []modelPage
	at := time.Duration(0)
	for round := 0; round < p.Rounds; round++ {
		for n, l := range p.Levels {
			if at >= ack {
				return out
			}
			out = append(out, modelPage{n, at})
			end := at + l.Wait
			fast := l.By[0]
			if fast == 0 {
				fast = l.Wait
			}
			switch {
			case raise <= at:
				end = at + fast
			case raise < end:
				end = min(end, max(raise, at+fast))
			}
			at = end
		}
	}
	return out
}

// otherSide is the receiver of a random policy: it takes a page, is full, cuts the
// line, or never comes back. It knows by itself when the answer was recorded.
type otherSide struct {
	d        *desk
	r        *rapid.T
	answered bool
	waited   *int // pages that waited or were under way when the answer came
}

// carry tries everything that wants to leave at this moment.
func (p *otherSide) carry() {
	ctx := context.Background()
	for _, m := range p.d.state().Messages {
		if m.Kind != "page" || m.Esc != "e1" || m.State != incident.Queued || m.Next.After(p.d.now) {
			continue
		}
		begun, err := p.d.svc.Begin(ctx, p.d.id, m.ID)
		if err != nil {
			p.r.Fatal(err)
		}
		for _, b := range begun {
			if p.answered {
				p.r.Fatalf("%s leaves after the answer was recorded", m.ID)
			}
			out := notify.Outcome{At: p.d.now}
			switch rapid.IntRange(0, 3).Draw(p.r, "other side") {
			case 0:
				out.Class = notify.Temporary
			case 1:
				out.Class = notify.Unknown
			case 2:
				continue // irbot ends before anything comes back
			}
			if err := p.d.svc.Settle(ctx, b.Envelope, out); err != nil {
				p.r.Fatal(err)
			}
		}
	}
}

// restart is what irbot does first after it was ended: what was under way is
// settled, and nothing is left in doubt.
func (p *otherSide) restart() {
	var rows []incident.Row
	for _, m := range p.d.state().Messages {
		if m.State == incident.Sending {
			rows = append(rows, incident.Row{ID: m.ID, Incident: p.d.id})
		}
	}
	if err := p.d.svc.Recover(context.Background(), rows); err != nil {
		p.r.Fatal(err)
	}
	for _, m := range p.d.state().Messages {
		if m.State == incident.Sending {
			p.r.Fatalf("%s is under way for ever after the restart", m.ID)
		}
	}
}

// recorded says that the answer is in the record from now on.
func (p *otherSide) recorded(before []*incident.Message) {
	p.answered = true
	for _, m := range before {
		if m.Kind == "page" && m.Esc == "e1" && (m.State == incident.Queued || m.State == incident.Sending) {
			*p.waited++
		}
	}
}

func TestClimbingIsAsTheModelSays(t *testing.T) {
	minutes := func(t *rapid.T, name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(t, name)) * time.Minute
	}
	waited := 0
	rapid.Check(t, func(r *rapid.T) {
		p := escalation.Policy{ID: "try", Rounds: rapid.IntRange(1, 3).Draw(r, "rounds")}
		names := []string{"tanaka", "suzuki", "ito", "watanabe"}
		for i := range rapid.IntRange(1, 4).Draw(r, "levels") {
			l := people(minutes(r, "wait", 2, 20), names[i])
			if rapid.Bool().Draw(r, "by severity") {
				l.By[0] = minutes(r, "fast", 1, 25)
			}
			p.Levels = append(p.Levels, l)
		}
		// Half a minute past, so that nothing falls on one and the same moment.
		raise := minutes(r, "raise", 1, 90) + 30*time.Second
		ack := minutes(r, "ack", 0, 120) + 45*time.Second

		d := newDesk(t)
		site := testSite(testBook())
		site.Policies, site.OnDeclare = append(site.Policies, p), "try"
		d.svc.SetSite(site)
		res, err := d.svc.Open(context.Background(), incident.Act{Person: "sato"}, incident.Declare{Title: "x"})
		if err != nil {
			r.Fatal(err)
		}
		d.id = res.Incident
		start, way := d.now, &otherSide{d: d, r: r, waited: &waited}
		do := func(at time.Duration, person string, cmd incident.Command) {
			for d.now.Before(start.Add(at)) {
				next := start.Add(at)
				for _, tm := range d.state().Timers() {
					if tm.Kind == "escalation" && tm.Due.After(d.now) && tm.Due.Before(next) {
						next = tm.Due
					}
				}
				d.now = next
				d.ring()
				way.carry()
			}
			if cmd != nil {
				d.as(person, cmd)
				d.ring() // the loop looks at once after every commit
			}
		}
		if raise < ack {
			do(raise, "sato", incident.SetSeverity{Level: 1})
		}
		do(ack-time.Second, "", nil)
		before := d.state().Messages
		do(ack, "kobayashi", incident.Ack{Esc: "e1"})
		way.recorded(before)
		way.restart()
		for later := ack + time.Second; later < 4*time.Hour; later += 20 * time.Minute {
			do(later, "", nil)
			way.carry()
		}

		want := climbModel(p, raise, ack)
		var got []modelPage
		for _, g := range d.state().Escalations[0].Paged {
			got = append(got, modelPage{g.Level, g.At.Sub(start)})
		}
		if len(got) > len(want) { // after the last round it rests and begins again
			got = got[:len(want)]
			for _, g := range d.state().Escalations[0].Paged[len(want):] {
				if g.At.Sub(start) >= ack {
					r.Fatalf("paged after the answer: %+v", g)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("policy %+v, raised after %s, answered after %s:\n%s", p, raise, ack, diff)
		}
	})
	if waited == 0 {
		t.Error("no page waited at any answer: this test proves nothing of what leaves after it")
	}
}
