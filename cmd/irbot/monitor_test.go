package main

import (
	"fmt"
	"slices"
	"testing"

	"irbot/internal/anchor"
)

// TestEveryLostAnchorIsAccepted: hourly anchors of a long incident are
// thousands, and one that is left out would raise the alarm for ever.
func TestEveryLostAnchorIsAccepted(t *testing.T) {
	var all []anchor.Finding
	for i := range 1234 {
		all = append(all, anchor.Finding{Kind: anchor.Behind, Incident: "IR-1", Size: int64(i + 100), Have: 9, Head: fmt.Sprintf("%064x", i)})
	}
	all = append(all, all[0], anchor.Finding{Kind: anchor.Unreadable, Detail: "share is away"})
	points := lostPoints(all)
	if len(points) != 1234 {
		t.Errorf("%d points, want each serious anchor once", len(points))
	}
	var entries int
	var accepted []string
	for page := range slices.Chunk(points, lossPage) {
		entries++
		accepted = append(accepted, page...)
	}
	seen := anchor.Seen{Findings: all}
	if left := seen.Serious(accepted); len(left) != 0 || entries != 3 {
		t.Errorf("%d entries, still serious: %v", entries, left)
	}
	if left := seen.Serious(accepted[:500]); len(left) == 0 {
		t.Error("500 of them were enough: this test could not fail")
	}
}
