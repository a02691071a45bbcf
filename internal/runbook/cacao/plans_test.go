package cacao_test

import (
	"bytes"
	"os"
	"strconv"
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
	s := schema(t)
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
		if _, err := runbook.Read("plan.md", in.Markdown, runbook.Options{}); err != nil {
			t.Fatalf("plan %d: %v\n%s", seed, err, src)
		}
	}
}
