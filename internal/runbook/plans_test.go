package runbook

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"irbot/internal/runbook/plangen"
)

// TestRandomPlans reads plans as nobody would think of them: each gives a model
// in both profiles, the same one twice, with every line in one place, findings
// sorted and unique, ids that differ and jumps that lead somewhere. PLANS says
// how many are read, PLAN from which seed on.
func TestRandomPlans(t *testing.T) {
	count, first := 120, uint64(0)
	if n, err := strconv.Atoi(os.Getenv("PLANS")); err == nil {
		count = n
	}
	if n, err := strconv.ParseUint(os.Getenv("PLAN"), 10, 64); err == nil {
		first = n
	}
	for seed := first; seed < first+uint64(count); seed++ { //nolint:gosec // a count is not negative
		src := plangen.Plan(seed)
		for _, opt := range []Options{{}, {Strict: true, Known: known()}} {
			checkPlan(t, strconv.FormatUint(seed, 10), src, opt)
		}
		if t.Failed() {
			t.Fatalf("plan %d:\n%s", seed, src)
		}
	}
}

func checkPlan(t *testing.T, name, src string, opt Options) {
	t.Helper()
	rb, err := Read(name+".md", []byte(src), opt)
	if err != nil {
		t.Errorf("refused: %v", err)
		return
	}
	checkCoverage(t, name, rb)
	checkFindings(t, name, rb)
	checkSteps(t, rb)
	again, err := Read(name+".md", []byte(src), opt)
	if err != nil || !bytes.Equal(toJSON(t, rb), toJSON(t, again)) {
		t.Errorf("two reads differ: %v", err)
	}
	one, err := json.Marshal(rb)
	if two, err2 := json.Marshal(again); err != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Errorf("two models differ: %v %v", err, err2)
	}
	if strings.Contains(src, "\r") {
		return
	}
	crlf, err := Read(name+".md", []byte(strings.ReplaceAll(src, "\n", "\r\n")), opt)
	if err != nil {
		t.Errorf("with CRLF: %v", err)
		return
	}
	if a, b := toJSON(t, same(rb)), toJSON(t, same(crlf)); !bytes.Equal(a, b) {
		t.Errorf("CRLF reads as\n%s\nnot as\n%s", b, a)
	}
}

// same is a copy without what must differ with the bytes.
func same(rb *Runbook) *Runbook {
	c := shape(rb)
	return &c
}

func checkSteps(t *testing.T, rb *Runbook) {
	t.Helper()
	keys, ids := map[string]bool{}, map[string]bool{}
	for i := range rb.Phases {
		for _, s := range rb.Phases[i].Steps {
			if keys[s.Key] || ids[s.StableID] || s.StableID == "" {
				t.Errorf("step %s has the id %q a second time", s.Key, s.StableID)
			}
			keys[s.Key], ids[s.StableID] = true, true
			if strings.TrimSpace(s.Title) == "" || s.Line < 1 || s.EndLine < s.Line || s.Col < 1 || s.Level < 1 {
				t.Errorf("step %s %q stands at %d:%d to %d, level %d", s.Key, s.Title, s.Line, s.Col, s.EndLine, s.Level)
			}
			for _, l := range []*Limit{s.Due, s.Estimate} {
				if l != nil && (l.After < 0 || l.Business < 0) {
					t.Errorf("step %s: limit %+v", s.Key, *l)
				}
			}
			for _, x := range s.Timers {
				if x.Every < 0 || x.Every == 0 && x.At == "" {
					t.Errorf("step %s: timer %+v", s.Key, x)
				}
			}
			if s.Decision != nil && len(s.Decision.Branches) < 2 {
				t.Errorf("step %s: a decision with %d answers", s.Key, len(s.Decision.Branches))
			}
		}
	}
	lead := func(from string, to *Ref) {
		if to != nil && to.Step != "" && !keys[to.Step] {
			t.Errorf("step %s leads to %s, which is not there", from, to.Step)
		}
	}
	for i := range rb.Phases {
		for _, s := range rb.Phases[i].Steps {
			lead(s.Key, s.Next)
			if s.Decision != nil {
				for _, b := range s.Decision.Branches {
					lead(s.Key, b.To)
				}
			}
		}
	}
}
