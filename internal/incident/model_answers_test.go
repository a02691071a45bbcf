package incident_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"irbot/internal/escalation"
	"irbot/internal/incident"
)

type answer struct {
	At  time.Duration
	Who string
}

// answersModel tells who is paged when and when the ladder is over, where levels
// want one, several or all answers. It shares nothing with the rules: one pass
// over the levels, again and again with the rest between, and sets of names.
func answersModel(p escalation.Policy, acks []answer, until time.Duration) (pages []string, over time.Duration) {
	answered, at := map[string]bool{}, time.Duration(0)
	asked := make([]map[string]bool, len(p.Levels))
	present := -1
	enough := func(n int) bool {
		of := 0
		for id := range asked[n] {
			if answered[id] {
				of++
			}
		}
		need := p.Levels[n].Need
		switch {
		case len(asked[n]) == 0:
			return false
		case need == escalation.NeedAll:
			return of == len(asked[n])
		case need <= 1:
			return of > 0 || n == present
		case n == present:
			of = len(answered)
		}
		return of >= min(need, len(asked[n]))
	}
	// listen takes the answers that come before a moment, and tells whether they do.
	listen := func(end time.Duration) bool {
		for len(acks) > 0 && acks[0].At < end {
			answered[acks[0].Who], over = true, acks[0].At
			acks = acks[1:]
			for n := range p.Levels {
				if enough(n) {
					return true
				}
			}
		}
		return false
	}
	for at < until {
		for range p.Rounds {
			for n, l := range p.Levels {
				names := ""
				for _, to := range l.To {
					if id := to.ID; !answered[id] {
						if asked[n] == nil {
							asked[n] = map[string]bool{}
						}
						asked[n][id] = true
						names += id + " "
					}
				}
				if names == "" {
					continue
				}
				pages, present = append(pages, fmt.Sprintf("%s %d %s", at, n, names)), n
				if at += l.Wait; listen(at) {
					return pages, over
				}
			}
		}
		if at += 15 * time.Minute; listen(at) {
			return pages, over
		}
	}
	return pages, 0
}

// Whom a ladder pages and when it is over is as the model says, for levels that
// want one, so many or all answers, with people on several levels and answers of
// people nobody paged.
func TestAnswersAreCountedAsTheModelSays(t *testing.T) {
	const until = 3 * time.Hour
	ended, rested := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		names := []string{"tanaka", "suzuki", "ito", "watanabe"}
		p := escalation.Policy{ID: "try", Rounds: rapid.IntRange(1, 2).Draw(r, "rounds")}
		for range rapid.IntRange(1, 3).Draw(r, "levels") {
			who := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(r, "people")
			l := people(time.Duration(rapid.IntRange(2, 20).Draw(r, "wait"))*time.Minute, who...)
			l.Need = rapid.IntRange(escalation.NeedAll, 4).Draw(r, "answers")
			p.Levels = append(p.Levels, l)
		}
		var acks []answer
		for n, who := range rapid.SliceOfNDistinct(rapid.SampledFrom(append(names, "kobayashi")), 0, 4, rapid.ID).Draw(r, "answering") {
			acks = append(acks, answer{time.Duration(rapid.IntRange(0, 150).Draw(r, "at"))*time.Minute + 30*time.Second + time.Duration(n)*time.Second, who})
		}
		slices.SortFunc(acks, func(a, b answer) int { return int(a.At - b.At) })

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
		pass := func(at time.Duration) {
			for d.now.Before(start.Add(at)) {
				next := start.Add(at)
				for _, tm := range d.state().Timers() {
					if tm.Kind == "escalation" && tm.Due.After(d.now) && tm.Due.Before(next) {
						next = tm.Due
					}
				}
				d.now = next
				for range 8 { // a level that reaches nobody is due again at once
					d.ring()
				}
			}
		}
		esc := func() *incident.Escalation { return d.state().Escalations[0] }
		for _, a := range acks {
			if pass(a.At); esc().Ended == "" {
				d.as(a.Who, incident.Ack{Esc: "e1"})
			}
		}
		pass(until)

		want, over := answersModel(p, acks, until)
		var got []string
		for _, g := range esc().Paged {
			if len(g.People) > 0 {
				line := fmt.Sprintf("%s %d ", g.At.Sub(start), g.Level)
				for _, id := range g.People {
					line += id + " "
				}
				got = append(got, line)
			}
		}
		if over == 0 { // the model may run on a little
			got, want = got[:min(len(got), len(want))], want[:min(len(got), len(want))]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("policy %+v, answers %v:\n%s", p, acks, diff)
		}
		if e := esc(); (e.Ended == "acked") != (over > 0) || over > 0 && e.Acked.Sub(start) != over {
			r.Fatalf("policy %+v, answers %v: over after %s in the model; %q at %s", p, acks, over, e.Ended, e.Acked.Sub(start))
		}
		if over > 0 {
			ended++
		}
		if esc().Exhausted > 0 {
			rested++
		}
	})
	if ended == 0 || rested == 0 {
		t.Errorf("%d ladders were answered and %d rested: this proves nothing", ended, rested)
	}
}
