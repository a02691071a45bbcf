package runbook

import (
	"slices"
	"testing"
)

// Steps that lead to each other are one loop, however the ways cross.
func TestLoopsAreStepsThatLeadToEachOther(t *testing.T) {
	for _, tt := range []struct {
		out  [][]int
		want [][]int
	}{
		{[][]int{{}}, [][]int{{0}}},
		{[][]int{{0}}, [][]int{{0}}},
		{[][]int{{1}, {0, 2}, {}}, [][]int{{0, 1}, {2}}},
		{[][]int{{1}, {2}, {1, 3}, {4}, {3, 0}}, [][]int{{0, 1, 2, 3, 4}}},
		{[][]int{{}, {0}}, [][]int{{0}, {1}}},
		{[][]int{{1, 2}, {3}, {3}, {4, 5}, {3}, {}}, [][]int{{0}, {1}, {2}, {3, 4}, {5}}},
	} {
		f := flow{steps: make([]*Step, len(tt.out)), out: tt.out}
		id := f.loops()
		for _, loop := range tt.want {
			var same []int
			for n := range id {
				if id[n] == id[loop[0]] {
					same = append(same, n)
				}
			}
			if !slices.Equal(same, loop) {
				t.Errorf("%v: with step %d are %v, want %v", tt.out, loop[0], same, loop)
			}
		}
	}
}

func TestALongLoopIsNamedInShort(t *testing.T) {
	if got := named([]string{"1", "2"}); got != "1→2→1" {
		t.Error(got)
	}
	if got := named([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}); got != "1→2→3→4→5→6→7→…→1" {
		t.Error(got)
	}
}
