package sqlite

import (
	"slices"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// A record that nobody writes to is not looked through again and again; what
// the last whole look found is told until somebody writes. A disk may change
// what nobody has written, so it is looked through now and then all the same.
func TestAuditRestsWhileNobodyWrites(t *testing.T) {
	dir := filled(t)
	s := open(t, Options{Dir: dir})
	looks := func() (whole int) {
		for range 5 {
			found, _, err := s.Patrol(t.Context())
			if err != nil || len(found) != 0 {
				t.Fatal(found, err)
			}
			if s.audits.quiet.skipped == 0 {
				whole++
			}
		}
		return whole
	}
	if n := looks(); n != 1 {
		t.Errorf("%d of five looks at a record at rest were whole, want the first", n)
	}
	mustAdd(t, s, "IR-1", "more", note("その後"))
	if n := looks(); n != 1 {
		t.Errorf("after a commit %d of five looks were whole, want the first", n)
	}
	s.audits.quiet.skipped = maxSkipped - 2
	if n := looks(); n != 1 {
		t.Errorf("after many looks %d of five were whole, want one", n)
	}
}

// Closed incidents have their turn at rest, too.
func TestAuditAtRestStillVisitsTheClosed(t *testing.T) {
	dir := filled(t)
	s := open(t, Options{Dir: dir})
	for _, id := range []string{"IR-1", "IR-2"} {
		mustAdd(t, s, id, "end", incident.Change{Entries: []timeline.Draft{{Kind: incident.KindClosed, Actor: "u1", Facts: facts{}}}})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, "UPDATE incident SET head = zeroblob(32) WHERE id IN ('IR-1', 'IR-2')")
	v, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	var told []string
	for range 2 {
		found, err := v.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			told = append(told, d.Incident)
		}
	}
	slices.Sort(told)
	if !slices.Equal(slices.Compact(told), []string{"IR-1", "IR-2"}) {
		t.Errorf("told of %v, want both", told)
	}
}
