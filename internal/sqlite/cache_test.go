package sqlite

import (
	"fmt"
	"testing"

	"irbot/internal/incident"
)

// A program that runs for months sees many incidents end. Only a few of those
// stay in memory, and they never push out one that is open.
func TestCacheKeepsFewThatAreClosed(t *testing.T) {
	c := newCache(20)
	put := func(id string, status incident.Status) {
		st := incident.New(id)
		st.Status, st.Seq = status, closedEntries/4
		c.put(&folded{state: st})
	}
	for i := range 5 {
		put(fmt.Sprintf("open-%d", i), incident.Open)
	}
	for i := range 100 {
		put(fmt.Sprintf("closed-%d", i), incident.Open)
		put(fmt.Sprintf("closed-%d", i), incident.Closed)
	}
	for i := range 5 {
		if c.peek(fmt.Sprintf("open-%d", i)) == nil {
			t.Errorf("open-%d was pushed out by closed ones", i)
		}
	}
	if n := c.lru.Len(); n != 5+4 || len(c.byID) != n {
		t.Errorf("%d states are kept, %d by id, want %d", n, len(c.byID), 5+4)
	}
	if c.peek("closed-99") == nil || c.peek("closed-95") != nil {
		t.Error("not the newest of the closed ones are kept")
	}
	long := incident.New("long")
	long.Status, long.Seq = incident.Closed, 3*closedEntries
	if c.put(&folded{state: long}); c.peek("long") == nil || c.lru.Len() != 6 {
		t.Errorf("one that is longer than all together: %d states are kept", c.lru.Len())
	}
	for i := range 50 {
		put(fmt.Sprintf("more-%d", i), incident.Open)
	}
	if n := c.lru.Len(); n != 20 || len(c.byID) != n {
		t.Errorf("%d states are kept, %d by id, want 20", n, len(c.byID))
	}
}
