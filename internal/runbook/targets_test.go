package runbook

import (
	"fmt"
	"strings"
	"testing"
)

// manyJumps is a plan of so many questions, each with jumps by number, by id and
// by title.
func manyJumps(steps int) []byte {
	var b strings.Builder
	b.WriteString("# 大きな計画\n\n## 初動\n\n")
	for i := 1; i <= steps; i++ {
		fmt.Fprintf(&b, "%d. 区画%dは正常か？\n   - はい: 手順%d へ\n   - いいえ: [区画](#s%d)\n   - 不明: 「区画%dは正常か？」へ\n   - id: s%d\n\n", i, i, i%steps+1, (i*7)%steps+1, (i*13)%steps+1, i)
	}
	return []byte(b.String())
}

// TestManyJumps leads every jump of a long plan to its step.
func TestManyJumps(t *testing.T) {
	const steps = 300
	rb, err := Read("many.md", manyJumps(steps), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rb.Phases[0].Steps {
		s := &rb.Phases[0].Steps[i]
		if s.Decision == nil || len(s.Decision.Branches) != 3 {
			t.Fatalf("step %s has not three answers", s.Key)
		}
		for n, want := range [...]int{(i+1)%steps + 1, ((i+1)*7)%steps + 1, ((i+1)*13)%steps + 1} {
			if to := s.Decision.Branches[n].To; to == nil || to.Step != fmt.Sprintf("1.%d", want) {
				t.Errorf("step %s, answer %d: leads to %+v, want 1.%d", s.Key, n, to, want)
			}
		}
	}
}

// TestJumpsGrowWithThePlanAlone counts what is allocated for the jumps of a plan
// and of one twice as long: a look at every step for each jump is four times as much.
func TestJumpsGrowWithThePlanAlone(t *testing.T) {
	short, long := manyJumps(250), manyJumps(500)
	allocs := func(src []byte) float64 {
		return testing.AllocsPerRun(1, func() {
			if _, err := Read("many.md", src, Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	if a, b := allocs(short), allocs(long); b > 2.5*a {
		t.Errorf("%.0f allocations for 250 steps, %.0f for 500", a, b)
	}
}

// TestJumpsByPosition reads numbers where every item is written "1.", and takes
// none of a size no plan has for a place.
func TestJumpsByPosition(t *testing.T) {
	rb, err := Read("same.md", []byte("# 計画\n\n## 初動\n\n1. 電源は入っているか？\n   - はい: 手順3 へ\n   - いいえ: 手順9223372036854775807 へ\n1. 電源を入れる\n1. 記録する\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := rb.Phases[0].Steps[0].Decision
	if d == nil || len(d.Branches) != 2 || d.Branches[0].To == nil || d.Branches[0].To.Step != "1.3" {
		t.Fatalf("decision %+v", d)
	}
	if to := d.Branches[1].To; to == nil || to.Step != "" {
		t.Errorf("a number no plan has leads to %+v", to)
	}
}
