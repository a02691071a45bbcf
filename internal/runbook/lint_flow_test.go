package runbook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestEveryLoopOfFourSteps reads every way in which four steps can jump: on, to
// the end, or to any of the four. A jump back is a loop exactly where following
// the jumps comes back to it.
func TestEveryLoopOfFourSteps(t *testing.T) {
	const steps, ways = 4, 6 // a way: 0 goes on, 1 to 4 jump there, 5 ends
	for code := range ways * ways * ways * ways {
		var next [steps]int
		src := strings.Builder{}
		src.WriteString("# 計画\n\n## 初動\n\n")
		for i, rest := 0, code; i < steps; i, rest = i+1, rest/ways {
			next[i] = rest % ways
			fmt.Fprintf(&src, "%d. 手を動かす\n", i+1)
			switch next[i] {
			case 0:
			case 5:
				src.WriteString("   - 次: 終了\n")
			default:
				fmt.Fprintf(&src, "   - 次: 手順 %d\n", next[i])
			}
		}
		rb, err := Read("x.md", []byte(src.String()), Options{})
		if err != nil {
			t.Fatalf("%s%v", src.String(), err)
		}
		told := map[int]bool{}
		for _, f := range rb.Findings {
			if f.ID == "RB404" {
				told[f.Line] = true
			}
		}
		for i, s := range rb.Phases[0].Steps {
			want := next[i] >= 1 && next[i] <= i+1 && comesBack(next[:], i)
			if told[s.Line] != want {
				t.Fatalf("step %d: told %v, want %v\n%s", i+1, told[s.Line], want, src.String())
			}
		}
	}
}

// comesBack follows the jumps from step i until it stands there again or the
// runbook ends.
func comesBack(next []int, i int) bool {
	at := i
	for range len(next) {
		switch n := next[at]; n {
		case 0:
			at++
		case 5:
			return false
		default:
			at = n - 1
		}
		if at == i {
			return true
		}
		if at >= len(next) {
			return false
		}
	}
	return false
}

// TestFaultStaysInItsFile: a reader that fails inside refuses the one file.
func TestFaultStaysInItsFile(t *testing.T) {
	err := (&reader{rb: &Runbook{File: "x.md"}}).readGuarded() // it has no memory to work with
	var stop *ReadError
	if !errors.Is(err, ErrFault) || !errors.As(err, &stop) || len(stop.Findings) != 1 || stop.Findings[0].ID != "RB100" {
		t.Fatalf("got %v", err)
	}
}
