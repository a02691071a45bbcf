package incident_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"irbot/internal/escalation"
	"irbot/internal/incident"
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

func TestClimbingIsAsTheModelSays(t *testing.T) {
	minutes := func(t *rapid.T, name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(t, name)) * time.Minute
	}
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
		start := d.now
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
			}
			if cmd != nil {
				d.as(person, cmd)
				d.ring() // the loop looks at once after every commit
			}
		}
		if raise < ack {
			do(raise, "sato", incident.SetSeverity{Level: 1})
		}
		do(ack, "kobayashi", incident.Ack{Esc: "e1"})
		do(4*time.Hour, "", nil)

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
}
