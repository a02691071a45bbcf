package main

import (
	"slices"
	"testing"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// TestRemediesNameTheNextCommand types commands that are refused and looks at
// what to type next.
func TestRemediesNameTheNextCommand(t *testing.T) {
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	typed := func(line ...string) *cli {
		c := &cli{words: words, lang: chat.EN, line: line}
		c.tree = c.root()
		return c
	}
	for _, x := range []struct {
		line []string
		code string
		want string
	}{
		{[]string{"notice", "phoned", "IR-1", "N4", "--who", "山本様"}, "notice.state", "irbot notice show IR-1"},
		{[]string{"notice", "submit", "N9"}, "notice.unknown", "irbot notice show"},
		{[]string{"report", "recall", "IR-1", "N4"}, "notice.unsent", "irbot notice show IR-1"},
		{[]string{"fact", "set", "IR-2", "nothere", "x"}, "fact.unknown", "irbot fact list IR-2"},
		{[]string{"duty", "confirm", "nothere"}, "duty.unknown", "irbot duty list"},
		{[]string{"duty", "done", "IR-1", "ppc-final"}, "duty.proof", `irbot duty done IR-1 ppc-final --proof "receipt number"`},
		{[]string{"incident", "done", "IR-1", "3"}, "step.unknown", "irbot incident show IR-1"},
	} {
		if got := typed(x.line...).refusal(x.code, nil).fix; got != x.want {
			t.Errorf("%q refused (%s): type %q, want %q", x.line, x.code, got, x.want)
		}
	}
	if got, want := typed("notice", "phoned", "N3", "--who", "山本 様").named("IR-2"), "irbot notice phoned IR-2 N3 --who '山本 様'"; got != want {
		t.Errorf("several incidents are open: type %q, want %q", got, want)
	}
}

// Where a drill and a real incident are open, the proposed command is about the
// real one, however new the drill is.
func TestTheProposedIncidentIsTheRealOne(t *testing.T) {
	first, all := realFirst([]incident.Summary{{ID: "DR-2", Drill: true}, {ID: "IR-1"}, {ID: "DR-1", Drill: true}})
	if first != "IR-1" || !slices.Equal(all, []string{"IR-1", "DR-2", "DR-1"}) {
		t.Errorf("%s of %v", first, all)
	}
	if first, _ := realFirst([]incident.Summary{{ID: "DR-2", Drill: true}, {ID: "DR-1", Drill: true}}); first != "DR-2" {
		t.Errorf("of drills alone %s", first)
	}
}
