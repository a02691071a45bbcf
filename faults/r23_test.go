package faults

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/localapi"
)

// R23: the same request arrives four times, at once and later. It is done once,
// and each answer is the first one. Control: the same four without their key
// must be done four times.
func TestR23SameRequestFourTimes(t *testing.T) {
	s := newSite(t, nil, nil)
	srv := s.start()
	declare := incident.Declare{Title: "二重", Runbook: "none"}
	first := srv.must("", "incident.declare", "d", declare)
	if again := srv.must("", "incident.declare", "d", declare); again.Incident != first.Incident || !again.Duplicate {
		t.Errorf("the same declaration gave %s and %s", first.Incident, again.Incident)
	}
	note := func(key string) localapi.Reply {
		return srv.must(first.Incident, "note.add", key, incident.AddNote{Text: "一度だけ"})
	}
	answers := fourTimes(func() localapi.Reply { return note("n") })
	srv.stop()
	srv = s.start() // the key outlives the process
	answers = append(answers, srv.must(first.Incident, "note.add", "n", incident.AddNote{Text: "一度だけ"}))
	fresh := 0
	for _, a := range answers {
		if a.Seq != answers[0].Seq || a.RecordedAt != answers[0].RecordedAt {
			t.Errorf("answers differ: %+v and %+v", answers[0], a)
		}
		if !a.Duplicate {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d answers say that they are the first", fresh)
	}
	control := map[int64]bool{}
	for _, a := range fourTimes(func() localapi.Reply {
		return srv.must(first.Incident, "note.add", "", incident.AddNote{Text: "四度"})
	}) {
		control[a.Seq] = true
	}
	if len(control) != 4 {
		t.Errorf("control: four acts without a key became %d entries", len(control))
	}
	srv.stop()
	whole(t, s.view())
}

func fourTimes(ask func() localapi.Reply) []localapi.Reply {
	answers := make([]localapi.Reply, 4)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = ask() })
	}
	all.Wait()
	return answers
}

// TestR23RefusedTwice: a refused request that is delivered again is refused
// again; "recorded" would be a lie.
func TestR23RefusedTwice(t *testing.T) {
	s := newSite(t, nil, nil)
	srv := s.start()
	id := srv.must("", "incident.declare", "", incident.Declare{Title: "断り", Runbook: "none"}).Incident
	var seq []int64
	for range 2 {
		r, err := srv.act(id, "step.done", "same", incident.Done{Step: "99"})
		if !refused(err, "step.unknown") {
			t.Errorf("answer %+v, %v; want the refusal", r, err)
		}
		seq = append(seq, r.Seq)
	}
	if seq[0] != seq[1] {
		t.Errorf("the refusal was recorded twice: %v", seq)
	}
}

// TestR23TwoPeopleOneButton: many people press one button at once. One wins,
// everybody is answered, and the others are told who was first. R24: so is who
// comes ten minutes later, or after the step was closed.
func TestR23TwoPeopleOneButton(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(plan(t)))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "同時", Runbook: "plan"}).Incident
	people := []string{"sato", "tanaka", "watanabe", "kobayashi", "suzuki", "ito"}
	results := make([]incident.Result, len(people))
	var all sync.WaitGroup
	for i, who := range people {
		all.Go(func() { results[i] = h.do(who, id, incident.Done{Step: "1", Value: "済 " + who}) })
	}
	all.Wait()
	winner := h.state(id).FindStep("1").By
	for i, who := range people {
		o := results[i].Outcome
		name, _ := h.svc.Site().Directory.Person(winner)
		if (who == winner) != (o.Code != "step.twice") || (who != winner && o.Args["who"] != name.Name) {
			t.Errorf("%s was told %+v; the first was %s", who, o, winner)
		}
	}
	if n := h.count(id, incident.KindStepDone); n != 1 {
		t.Errorf("the step was done %d times", n)
	}

	clock.forward(10 * time.Minute)
	head := h.state(id)
	if r := h.do("ito", id, incident.Take{Step: "1"}); r.Outcome.Code != "step.twice" || h.state(id).FindStep("1").Holder != head.FindStep("1").Holder {
		t.Errorf("a late press was told %+v", r.Outcome)
	}
	h.do("sato", id, incident.Skip{Step: "2", Preset: "later"})
	if r := h.do("ito", id, incident.Done{Step: "2", Value: "遅い"}); r.Outcome.Code != "step.closed" || h.state(id).FindStep("2").State != incident.StepSkipped {
		t.Errorf("pressing a closed step was told %+v", r.Outcome)
	}
	h.refused("sato", id, incident.Close{Reason: "終わり"}, "close.block")
	h.do("watanabe", id, incident.Close{Reason: "終わり", Override: true})
	for _, cmd := range []incident.Command{incident.Take{Step: "3"}, incident.Done{Step: "3"}, incident.Ack{}, incident.DraftNotice{Dest: "police"}} {
		h.refused("sato", id, cmd, "incident.closed")
	}
	h.whole()
}

// TestR23OneWinnerPerClaim is linearizability where it matters: of all callers
// who claim a step at the same moment, with retries, exactly one gets the fresh
// claim; and whoever answered later saw it. Control: the history of a store
// that lets two win must be found.
func TestR23OneWinnerPerClaim(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(plan(t)))
	defer h.close()
	for round := range 20 {
		id := h.do("sato", "", incident.Declare{Title: fmt.Sprintf("回 %d", round), Runbook: "plan"}).Incident
		var mu sync.Mutex
		var history []claim
		var all sync.WaitGroup
		for i, who := range []string{"sato", "tanaka", "watanabe", "kobayashi", "suzuki", "ito", "sato", "tanaka"} {
			all.Go(func() {
				r, err := h.svc.Do(t.Context(), incident.Act{Person: who, Surface: "web", Request: fmt.Sprintf("%s-%d-%d", id, round, i)}, id, incident.Done{Step: "1", Value: "済"})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				history = append(history, claim{who: who, won: r.Outcome.Code != "step.twice", seq: r.Seq})
			})
		}
		all.Wait()
		if err := oneWinner(history); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		history[0].won, history[1].won = true, true
		if oneWinner(history) == nil {
			t.Fatal("control: two winners were not found")
		}
	}
	h.whole()
}

type claim struct {
	who string
	won bool
	seq int64
}

// oneWinner checks a history of claims of one step: one winner, and its entry
// stands before the entries of all who were told that they were late.
func oneWinner(history []claim) error {
	var first *claim
	for i := range history {
		if !history[i].won {
			continue
		}
		if first != nil {
			return fmt.Errorf("%s and %s both won", first.who, history[i].who)
		}
		first = &history[i]
	}
	if first == nil {
		return fmt.Errorf("nobody won")
	}
	for _, c := range history {
		if !c.won && c.seq < first.seq {
			return fmt.Errorf("%s lost at %d, before %s won at %d", c.who, c.seq, first.who, first.seq)
		}
	}
	return nil
}
