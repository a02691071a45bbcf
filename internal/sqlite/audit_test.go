package sqlite

import (
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// What was seen in order once is not believed the next time: every row that is
// changed in the file afterwards is told at each look until it is mended.
func TestAuditSeesWhatChangesBetweenLooks(t *testing.T) {
	for name, stmt := range map[string]string{
		"a lost alarm":      "DELETE FROM timer WHERE incident = 'IR-1'",
		"a moved alarm":     "UPDATE timer SET due_us = due_us + 1 WHERE incident = 'IR-1'",
		"an alarm too many": "INSERT INTO timer VALUES ('x', 'IR-2', 'step', 'r1', 1)",
		"a lost message":    "DELETE FROM outbox WHERE incident = 'IR-1'",
		"a message held":    "UPDATE outbox SET next_us = next_us + 3600000000 WHERE incident = 'IR-1'",
		"an index line":     "DELETE FROM incident WHERE id = 'IR-1'",
		"a head":            "UPDATE incident SET head = zeroblob(32) WHERE id = 'IR-1'",
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t)
			s := open(t, Options{Dir: dir})
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			v, err := OpenReadOnly(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = v.Close() }()
			if before, err := v.Audit(t.Context()); err != nil || len(before) != 0 {
				t.Fatalf("%v %v", before, err)
			}
			tamper(t, dir, stmt)
			for range 3 {
				if found, err := v.Audit(t.Context()); err != nil || len(found) == 0 {
					t.Fatalf("not told: %v", err)
				}
			}
		})
	}
}

// The ladders of an incident follow its log, and end with it.
func TestPatrolFollowsTheLog(t *testing.T) {
	dir := filled(t)
	s := open(t, Options{Dir: dir})
	if _, _, err := s.Patrol(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, s, "IR-1", "more", note("その後"))
	mustAdd(t, s, "IR-2", "end", incident.Change{Entries: []timeline.Draft{{Kind: incident.KindClosed, Actor: "u1", Facts: facts{}}}})
	found, climbs, err := s.Patrol(t.Context())
	if err != nil || len(found) != 0 {
		t.Fatalf("%v %v", found, err)
	}
	for _, c := range climbs {
		if !strings.HasPrefix(c.Incident, "IR-") || c.Incident == "IR-2" {
			t.Errorf("a ladder of %s", c.Incident)
		}
	}
	if _, kept := s.audits.logs["IR-2"]; kept {
		t.Error("a closed incident is kept in mind for ever")
	}
}
