package incident_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// gateLog holds every commit at a gate and can refuse the first ones.
type gateLog struct {
	*memLog
	gate chan struct{}
	fail map[int]error // by number of the commit, from 1

	mu sync.Mutex
	n  int
}

func (g *gateLog) Update(ctx context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	g.mu.Lock()
	g.n++
	err := g.fail[g.n]
	g.mu.Unlock()
	<-g.gate
	if err != nil {
		return incident.Result{}, err
	}
	return g.memLog.Update(ctx, t, decide)
}

// crowd pages many people at once and gives what is under way to them.
func crowd(t *testing.T, many int) (*desk, []notify.Envelope) {
	t.Helper()
	d := newDesk(t)
	site := testSite(testBook())
	dir := *site.Directory
	level := escalation.Level{Wait: time.Hour}
	for i := range many {
		id := fmt.Sprintf("p%d", i)
		dir.People = append(dir.People, directory.Person{ID: id, Name: id, Reach: []directory.Address{post(id + "@example.jp")}})
		level.To = append(level.To, escalation.Target{Kind: escalation.ToPerson, ID: id})
	}
	site.Directory = &dir
	site.Policies, site.OnDeclare = append(site.Policies, escalation.Policy{ID: "try", Levels: []escalation.Level{level}}), "try"
	d.svc.SetSite(site)
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	var ids []string
	for _, m := range d.state().Messages {
		if m.Kind == "page" {
			ids = append(ids, m.ID)
		}
	}
	begun, err := d.svc.Begin(t.Context(), d.id, ids...)
	if err != nil || len(begun) != many {
		t.Fatalf("%d of %d begun: %v", len(begun), many, err)
	}
	out := make([]notify.Envelope, len(begun))
	for i := range begun {
		out[i] = begun[i].Envelope
	}
	return d, out
}

// settleAll gives every outcome at the same moment, the first one while all
// others find its commit under way, and counts the commits.
func settleAll(t *testing.T, fail map[int]error) (d *desk, commits int, errs []error) {
	t.Helper()
	d, all := crowd(t, 40)
	g := &gateLog{memLog: d.log, gate: make(chan struct{}), fail: fail}
	svc := incident.NewService(incident.Parts{Log: g, Reader: g, Site: d.svc.Site(), Wall: func() time.Time { return d.now }})
	errs = make([]error, len(all))
	synctest.Test(t, func(t *testing.T) {
		g.gate = make(chan struct{})
		var wg sync.WaitGroup
		for i, env := range all {
			wg.Go(func() {
				errs[i] = svc.Settle(context.Background(), env, notify.Outcome{Receipt: notify.Receipt{ID: env.ID + "@mx"}, At: d.now})
			})
			synctest.Wait() // it is at the gate, or in the line behind
		}
		close(g.gate)
		wg.Wait()
	})
	return d, g.n, errs
}

func accepted(d *desk) (n int) {
	for _, m := range d.state().Messages {
		if m.Kind == "page" && m.State == incident.Accepted {
			n++
		}
	}
	return n
}

func TestOutcomesThatMeetACommitShareTheNext(t *testing.T) {
	d, commits, errs := settleAll(t, nil)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if n := accepted(d); n != 40 {
		t.Errorf("%d of 40 outcomes recorded", n)
	}
	if commits != 2 {
		t.Errorf("%d commits for 40 outcomes, want the first and one for all others", commits)
	}
}

// A common commit that fails costs nobody their own, and only whom the store
// refuses is told so.
func TestOutcomesAreRecordedAloneWhereTheCommonCommitFails(t *testing.T) {
	broken := errors.New("disk full")
	d, commits, errs := settleAll(t, map[int]error{2: broken, 3: broken})
	told := 0
	for _, err := range errs {
		if errors.Is(err, broken) {
			told++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n := accepted(d); n != 39 || told != 1 {
		t.Errorf("%d recorded and %d refused, want 39 and 1", n, told)
	}
	if commits != 1+1+39 {
		t.Errorf("%d commits", commits)
	}
}
