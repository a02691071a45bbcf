package slackbot

import (
	"os"
	"strconv"
	"testing"

	"irbot/internal/chat"
	"irbot/internal/runbook/plangen"
)

// TestEveryStepOfRandomPlansFitsSlack draws plans nobody would think of. PLANS
// says how many, PLAN from which seed on.
func TestEveryStepOfRandomPlansFitsSlack(t *testing.T) {
	count, first := 25, uint64(0)
	if n, err := strconv.Atoi(os.Getenv("PLANS")); err == nil {
		count = n
	}
	if n, err := strconv.ParseUint(os.Getenv("PLAN"), 10, 64); err == nil {
		first = n
	}
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	cards := 0
	for seed := first; seed < first+uint64(count); seed++ { //nolint:gosec // a count is not negative
		cards += cardsFit(t, words, strconv.FormatUint(seed, 10)+".md", []byte(plangen.Plan(seed)))
		if t.Failed() {
			t.Fatalf("plan %d:\n%s", seed, plangen.Plan(seed))
		}
	}
	if cards < count {
		t.Errorf("%d cards of %d plans", cards, count)
	}
}
