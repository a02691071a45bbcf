package incident_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

func rehearse(t *testing.T, b *runbook.Runbook) *incident.Rehearsal {
	t.Helper()
	r, err := incident.Rehearse(b, testSite(b), time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRehearsalFollowsTheRules walks a plan by its two answers.
func TestRehearsalFollowsTheRules(t *testing.T) {
	b, err := runbook.Read("plan.md", []byte(planText), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for answers, want := range map[string]string{
		"...a....": "1.1 1.2 1.3 2.1 2.1.1 2.1.2 2.2 2.3", // 次: 終了 leaves 2.4 out
		"...b.":    "1.1 1.2 1.3 2.1 2.3",
	} {
		r, seen := rehearse(t, b), []string(nil)
		for _, a := range answers {
			seen = append(seen, strings.NewReplacer("a.", "", "#", "").Replace(r.Current().Key))
			if !r.Answer(string(a)) {
				t.Fatalf("%s: step %s has no answer %c", answers, r.Current().Key, a)
			}
		}
		if r.Current() != nil {
			t.Errorf("%s: %s is left", answers, r.Current().Key)
		}
		t.Log(answers, seen, want)
		if len(seen) != len(strings.Fields(want)) {
			t.Errorf("%s: steps %v, want %s", answers, seen, want)
		}
	}
	r := rehearse(t, b)
	for _, a := range []string{"a", "-", "", "x"} {
		if r.Answer(a) {
			t.Errorf("a plain step takes the answer %q", a)
		}
	}
}

// TestShippedRunbooksReachTheirEnd takes the first answer everywhere: no
// shipped runbook may leave people without a next step, or going round.
func TestShippedRunbooksReachTheirEnd(t *testing.T) {
	files, err := filepath.Glob("../../runbooks/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no runbooks", err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := runbook.Read(f, src, runbook.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := rehearse(t, b)
		n := 0
		for ; r.Current() != nil && n < 300; n++ {
			a := incident.RehearseDone
			if bs := r.Current().Branches; len(bs) > 0 {
				a = bs[len(bs)-1].Key // the last answer, so that loops are left
				if bs[len(bs)-1].To != "" {
					a = bs[0].Key
				}
			}
			if !r.Answer(a) {
				t.Fatalf("%s: step %s cannot be answered", f, r.Current().Key)
			}
		}
		if n == 0 || n == 300 {
			t.Errorf("%s: %d steps walked", f, n)
		}
	}
}
