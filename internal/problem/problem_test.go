package problem_test

import (
	"strings"
	"testing"

	"irbot/internal/problem"
)

func TestNearest(t *testing.T) {
	keys := []string{"interval", "first", "escalation", "timeout"}
	for word, want := range map[string]string{
		"intervall": "interval", "intreval": "interval", "frist": "first", "ecsalation": "escalation", "colour": "", "x": "",
	} {
		if got := problem.Nearest(word, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestErrKeepsOrderAndDropsWarnings(t *testing.T) {
	list := []problem.Problem{
		{File: "b.yaml", Line: 9, What: problem.Say("乙", "second"), Fix: problem.Say("直す", "mend")},
		{File: "b.yaml", Line: 2, What: problem.Say("甲 %d", "first %d", 7), Key: "site.id"},
		{File: "a.yaml", Warning: true},
	}
	err := problem.Err(list)
	if err == nil {
		t.Fatal("problems gave no error")
	}
	text := err.Error()
	if !strings.Contains(text, "b.yaml:2 site.id: 甲 7") || strings.Index(text, "first 7") > strings.Index(text, "second") {
		t.Errorf("order or place wrong:\n%s", text)
	}
	if strings.Contains(text, "a.yaml") {
		t.Error("a warning was reported as an error")
	}
	if problem.Err(list[2:]) != nil {
		t.Error("warnings alone must not be an error")
	}
}
