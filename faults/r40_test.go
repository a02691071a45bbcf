package faults

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// R40: random acts of several people on the steps of a runbook, held against a
// small model after each one: what each person is told, and where every step
// stands. Control: a log that decides on a state one act old must be found out.
func TestR40Model(t *testing.T) {
	sequences(t, loops(t, "IRBOT_FAULT_SEQUENCES", 1500))
	book := kept(t)
	rapid.Check(t, func(rt *rapid.T) {
		if err := oneSequence(rt, book, newMemory()); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestR40ControlStaleState(t *testing.T) {
	book := kept(t)
	for seed := range 50 {
		wrong := newMemory()
		wrong.stale = true
		err := rapid.Custom(func(rt *rapid.T) error { return oneSequence(rt, book, wrong) }).Example(seed)
		if err != nil {
			return
		}
	}
	t.Error("control: fifty sequences on a log that forgets found nothing")
}

// sequences sets how often rapid draws, and keeps it from leaving files.
func sequences(t *testing.T, n int) {
	t.Helper()
	for name, value := range map[string]string{"checks": strconv.Itoa(n), "shrinktime": "10s", "nofailfile": "true"} {
		f := flag.Lookup("rapid." + name)
		old := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(old) })
	}
}

func oneSequence(rt *rapid.T, book *runbook.Runbook, log *memory) error {
	clock := &turned{now: t0()}
	svc := incident.NewService(incident.Parts{Log: log, Reader: log, Site: terminal(book), Wall: clock.read})
	act := func(who string) incident.Act { return incident.Act{Person: who, Surface: "web"} }
	ctx := rt.Context()
	res, err := svc.Open(ctx, act("sato"), incident.Declare{Title: "模型", Runbook: "plan"})
	if err != nil {
		return err
	}
	m := newModel()
	var told []string
	for range rapid.IntRange(1, 25).Draw(rt, "acts") {
		verb := rapid.SampledFrom([]string{"take", "done", "done", "confirm", "block", "unblock", "skip", "na", "reopen", "decide"}).Draw(rt, "verb")
		step := rapid.SampledFrom([]string{"1", "2", "3", "3", "4", "5"}).Draw(rt, "step")
		who := rapid.SampledFrom([]string{"ito", "tanaka", "sato", "watanabe"}).Draw(rt, "who")
		want, no := m.press(verb, step, who)
		r, err := svc.Do(ctx, act(who), res.Incident, command(verb, step, clock.read()))
		got, refused := r.Outcome.Code, false
		var why *incident.Refusal
		if errors.As(err, &why) {
			got, refused = why.Code, true
		} else if err != nil {
			return err
		}
		told = append(told, strings.Join([]string{who, verb, step, got}, " "))
		if got != want || refused != no {
			return fmt.Errorf("%v: told %q (refused %v), the model says %q (%v)", told, got, refused, want, no)
		}
		st, err := log.State(ctx, res.Incident)
		if err != nil {
			return err
		}
		if err := m.differs(st); err != nil {
			return fmt.Errorf("%v: %w", told, err)
		}
		clock.forward(time.Second)
	}
	return nil
}

func command(verb, step string, now time.Time) incident.Command {
	switch verb {
	case "take":
		return incident.Take{Step: step}
	case "done":
		return incident.Done{Step: step, Value: "済"}
	case "confirm":
		return incident.Confirm{Step: step}
	case "block":
		return incident.Block{Step: step, Reason: "理由"}
	case "unblock":
		return incident.Unblock{Step: step}
	case "skip":
		return incident.Skip{Step: step, Preset: "later"}
	case "na":
		return incident.NotApplicable{Step: step}
	case "reopen":
		return incident.Reopen{Step: step, Reason: "やり直し"}
	}
	return incident.Decide{Step: step, Choice: "a", Basis: "根拠", Review: now.Add(time.Hour)}
}

// TestR40Fold: whatever people and the machine do, in any order, the fold does
// not panic, a refold is what is cached, and timers, outbox and index in the
// tables are what the refold wants. Control: a timer row that is missing, or a
// row too many, must be found.
func TestR40Fold(t *testing.T) {
	sequences(t, loops(t, "IRBOT_FAULT_FOLDS", 40))
	clock := &turned{now: t0()}
	at := terminal(kept(t))
	at.Surfaces = []string{"slack"}
	h := openHouse(t, t.TempDir(), clock.read, at)
	defer h.close()
	acts, refusals := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		id := h.do("sato", "", incident.Declare{Title: "畳む", Runbook: "plan", Drill: rapid.Bool().Draw(rt, "drill")}).Incident
		for range rapid.IntRange(5, 40).Draw(rt, "acts") {
			if rapid.IntRange(0, 3).Draw(rt, "machine") == 0 {
				h.machine(rt, clock, id)
				continue
			}
			who := rapid.SampledFrom([]string{"ito", "tanaka", "sato", "watanabe", "suzuki", "kobayashi"}).Draw(rt, "who")
			cmd := anyCommand(rt, h.state(id), clock.read())
			_, err := h.act(who, id, cmd)
			var no *incident.Refusal
			switch {
			case errors.As(err, &no):
				refusals++
			case err != nil:
				rt.Fatalf("%s by %s: %v", cmd.Name(), who, err)
			}
			acts++
		}
		cached := h.state(id)
		fresh := incident.Fold(id, h.entries(id))
		if d := cmp.Diff(fresh, cached, cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("the cached state differs from a refold:\n%s", d)
		}
	})
	t.Logf("%d acts, %d of them refused", acts, refusals)
	if acts-refusals < acts/4 {
		t.Errorf("of %d acts %d were refused: the sequences are too wild to say much", acts, refusals)
	}
	h.whole()
}
