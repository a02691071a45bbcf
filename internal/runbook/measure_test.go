package runbook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// labelFile is hand-labelled files with the lines a human counts as steps.
type labelFile struct {
	Files []labelled `json:"files"`
}

type labelled struct {
	ID            string       `json:"id"`
	Path          string       `json:"path"`
	Phases        []labelPhase `json:"phases"`
	OptionalLines []int        `json:"optional_lines"`
	StretchLines  []int        `json:"stretch_lines"`
	DecisionLines []int        `json:"decision_lines"`
	Owners        []string     `json:"owners"`
}

type labelPhase struct {
	Name       string           `json:"name"`
	Line       int              `json:"line"`
	StepLines  []int            `json:"step_lines"`
	AltLines   map[string][]int `json:"same_step_alt_lines"`
	OrChildren map[string][]int `json:"or_children"`
}

// scored is the measure "step share in place" of one file.
type scored struct {
	share                float64
	missing, extra, astr []int // labelled lines not found, steps too many, misfiled
	decisions, owners    int   // found
}

// scoreFile compares a runbook with its labels. A file with one phase counts as
// filed rightly; a step that may be read as its children counts in the reading
// that fits better.
func scoreFile(rb *Runbook, want labelled) scored {
	type pos struct{ line, phase, order int }
	var got []pos
	for i := range rb.Phases {
		for j := range rb.Phases[i].Steps {
			got = append(got, pos{rb.Phases[i].Steps[j].Line, rb.Phases[i].Line, len(got)})
		}
	}
	used := make([]bool, len(got))
	match := func(lines ...int) int {
		for _, off := range [...]int{0, 1, -1} {
			for _, l := range lines {
				for i, g := range got {
					if !used[i] && g.line == l+off {
						return i
					}
				}
			}
		}
		return -1
	}
	var res scored
	expected, placed := 0, 0
	var order []int
	take := func(ph labelPhase, lines ...int) {
		expected++
		i := match(lines...)
		if i < 0 {
			res.missing = append(res.missing, lines[0])
			return
		}
		used[i] = true
		order = append(order, got[i].order)
		if len(want.Phases) == 1 || got[i].phase >= ph.Line && got[i].phase <= got[i].line {
			placed++
		} else {
			res.astr = append(res.astr, lines[0])
		}
	}
	for _, ph := range want.Phases {
		for _, l := range ph.StepLines {
			key := strconv.Itoa(l)
			if kids := ph.OrChildren[key]; len(kids) > 0 && match(l) < 0 {
				for _, k := range kids {
					take(ph, k)
				}
				continue
			}
			take(ph, append([]int{l}, ph.AltLines[key]...)...)
		}
	}
	free := map[int]bool{}
	for _, l := range append(append([]int{}, want.OptionalLines...), want.StretchLines...) {
		free[l] = true
	}
	x := 0
	for i, g := range got {
		if used[i] || !free[g.line] {
			x++
		}
		if !used[i] && !free[g.line] {
			res.extra = append(res.extra, g.line)
		}
	}
	if n := max(expected, x); n > 0 {
		res.share = float64(min(increasing(order), placed)) / float64(n)
	} else {
		res.share = 1
	}
	res.decisions = countDecisions(rb, want.DecisionLines)
	res.owners = countOwners(rb, want.Owners)
	return res
}

// increasing is the length of the longest increasing run of positions.
func increasing(order []int) int {
	var tails []int
	for _, v := range order {
		i := sort.SearchInts(tails, v)
		if i == len(tails) {
			tails = append(tails, v)
		} else {
			tails[i] = v
		}
	}
	return len(tails)
}

func allDecisions(rb *Runbook) [][2]int {
	var out [][2]int
	add := func(d *Decision) {
		if d != nil {
			out = append(out, [2]int{d.Line, max(d.Line, d.EndLine)})
		}
	}
	for i := range rb.Phases {
		for j := range rb.Phases[i].Choices {
			add(&rb.Phases[i].Choices[j])
		}
		for j := range rb.Phases[i].Steps {
			s := &rb.Phases[i].Steps[j]
			add(s.Decision)
			for k := range s.Choices {
				add(&s.Choices[k])
			}
			for k := range s.SubSteps {
				add(s.SubSteps[k].Decision)
			}
		}
	}
	for i := range rb.Choices {
		add(&rb.Choices[i])
	}
	return out
}

func countDecisions(rb *Runbook, lines []int) int {
	n := 0
	for _, l := range lines {
		for _, d := range allDecisions(rb) {
			if l >= d[0]-2 && l <= d[1]+1 {
				n++
				break
			}
		}
	}
	return n
}

func countOwners(rb *Runbook, want []string) int {
	n := 0
	for _, w := range want {
		for _, o := range rb.Roles {
			if strings.Contains(fold(o), fold(w)) {
				n++
				break
			}
		}
	}
	return n
}

// scoreFolder reads every labelled file of a folder and checks the bars.
func scoreFolder(t *testing.T, labels, folder string) {
	t.Helper()
	raw, err := os.ReadFile(labels)
	if err != nil {
		t.Fatal(err)
	}
	var lf labelFile
	if err := json.Unmarshal(raw, &lf); err != nil {
		t.Fatal(err)
	}
	var sum float64
	var dec, decAll, own, ownAll int
	for _, want := range lf.Files {
		src, err := os.ReadFile(filepath.Join(folder, want.ID+".md"))
		if err != nil {
			t.Fatal(err)
		}
		name := want.Path
		if name == "" {
			name = want.ID + ".md"
		}
		rb, err := Read(name, src, Options{})
		if err != nil {
			t.Fatalf("%s: %v", want.ID, err)
		}
		s := scoreFile(rb, want)
		sum += s.share
		dec, decAll = dec+s.decisions, decAll+len(want.DecisionLines)
		own, ownAll = own+s.owners, ownAll+len(want.Owners)
		t.Logf("%s %.3f missing %v extra %v misfiled %v decisions %d/%d owners %d/%d", want.ID, s.share, s.missing, s.extra, s.astr,
			s.decisions, len(want.DecisionLines), s.owners, len(want.Owners))
		if s.share < 0.80 {
			t.Errorf("%s: step share %.3f, want at least 0.80", want.ID, s.share)
		}
	}
	mean := sum / float64(len(lf.Files))
	t.Logf("mean %.4f decisions %d/%d owners %d/%d", mean, dec, decAll, own, ownAll)
	if mean < 0.95 {
		t.Errorf("mean step share %.3f, want at least 0.95", mean)
	}
	if decAll > 0 && float64(dec) < 0.80*float64(decAll) {
		t.Errorf("decision recall %d of %d, want at least 0.80", dec, decAll)
	}
	if ownAll > 0 && float64(own) < 0.85*float64(ownAll) {
		t.Errorf("owner recall %d of %d, want at least 0.85", own, ownAll)
	}
}

// TestStepShareOfFixtures measures the reader on the shipped fixtures, which
// repeat the shapes of real files in words of our own.
func TestStepShareOfFixtures(t *testing.T) {
	scoreFolder(t, "testdata/labelled/labels.json", "testdata/labelled")
}
