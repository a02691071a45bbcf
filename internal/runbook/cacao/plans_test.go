package cacao_test

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"irbot/internal/runbook"
	"irbot/internal/runbook/cacao"
	"irbot/internal/runbook/plangen"
)

// TestRandomPlansSurviveTheJourney writes plans nobody would think of as
// playbooks, holds them to the schema, and reads them back as plans.
// PLANS says how many, PLAN from which seed on.
func TestRandomPlansSurviveTheJourney(t *testing.T) {
	count, first := 40, uint64(0)
	if n, err := strconv.Atoi(os.Getenv("PLANS")); err == nil {
		count = n
	}
	if n, err := strconv.ParseUint(os.Getenv("PLAN"), 10, 64); err == nil {
		first = n
	}
	s, j := schema(t), &cameBack{}
	for seed := first; seed < first+uint64(count); seed++ { //nolint:gosec // a count is not negative
		src := plangen.Plan(seed)
		rb, err := runbook.Read("plan.md", []byte(src), runbook.Options{})
		if err != nil {
			t.Fatalf("plan %d: %v", seed, err)
		}
		if len(factsOf(rb)) == 0 {
			continue // a playbook without steps is refused when it comes back
		}
		data, err := cacao.Export(rb, options())
		if err != nil {
			t.Fatalf("plan %d: %v\n%s", seed, err, src)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Fatalf("plan %d: %v\n%s", seed, err, src)
		}
		in, err := cacao.Import(data)
		if err != nil {
			t.Fatalf("plan %d: %v\n%s", seed, err, src)
		}
		back, err := runbook.Read("plan.md", in.Markdown, runbook.Options{})
		if err != nil {
			t.Fatalf("plan %d: %v\n%s", seed, err, src)
		}
		j.compare(t, seed, factsOf(rb), factsOf(back))
		lost, err := cacao.Lost(rb, data)
		if err != nil {
			t.Fatal(err)
		}
		j.told(t, seed, lost)
	}
	// The plans are spoilt on purpose: labels within labels, marks without an end. What a reader takes differently the
	// second time must stay rare.
	for _, x := range []struct {
		what    string
		changed int
	}{{"titles", j.titles}, {"owners", j.owners}, {"limits", j.limits}, {"answers", j.answers}} {
		if x.changed*25 > j.steps {
			t.Errorf("%d of %d steps came back with other %s", x.changed, j.steps, x.what)
		}
	}
}

// cameBack counts what came back otherwise than it went.
type cameBack struct {
	steps, titles, owners, limits, answers int
	differs                                map[string]bool // of this plan: "3 title"
}

// told holds that nothing comes back otherwise without a word.
func (j *cameBack) told(t *testing.T, seed uint64, lost []cacao.Finding) {
	t.Helper()
	for d := range j.differs {
		if !slices.ContainsFunc(lost, func(f cacao.Finding) bool { return strings.HasPrefix(f.English, "step "+d+" ") }) {
			t.Errorf("plan %d: step %s came back otherwise, and nothing says so: %v", seed, d, lost)
		}
	}
}

func (j *cameBack) compare(t *testing.T, seed uint64, went, came []facts) {
	t.Helper()
	if len(came) < len(went) {
		t.Errorf("plan %d: %d steps went, %d came back", seed, len(went), len(came))
		return
	}
	marks := strings.NewReplacer("`", "", "*", "", " ", "")
	set := func(x []string) string {
		x = slices.Clone(x)
		slices.Sort(x)
		return strings.Join(slices.Compact(x), "|")
	}
	j.differs = map[string]bool{}
	what := map[*int]string{&j.titles: "title", &j.owners: "owner", &j.limits: "limit", &j.answers: "answers"}
	for i, a := range went {
		b := came[i]
		j.steps++
		other := map[*int]bool{
			&j.titles: marks.Replace(a.Title) != marks.Replace(b.Title), &j.owners: set(a.Owner) != set(b.Owner),
			&j.limits:  a.Due != b.Due || a.Anchor != b.Anchor || a.After != b.After,
			&j.answers: !slices.Equal(a.Answers, b.Answers),
		}
		for n, differs := range other {
			if differs {
				*n++
				if n == &j.answers && slices.Equal(goOn(a.Answers, went, i), goOn(b.Answers, came, i)) {
					continue // one says that it goes on where it would go anyway
				}
				j.differs[strconv.Itoa(i+1)+": its "+what[n]] = true
			}
		}
	}
}

// goOn takes jumps to the next step out of answers.
func goOn(answers []string, all []facts, i int) []string {
	out := slices.Clone(answers)
	for k := range out {
		if i+1 < len(all) {
			out[k] = strings.TrimSuffix(out[k], all[i+1].Title)
		}
	}
	return out
}
