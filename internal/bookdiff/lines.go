package bookdiff

import "strings"

// Line is a line of the comparison of two texts.
type Line struct {
	Sign string // " ", "-" or "+"
	Text string
	Old  int // number in the old text, 0 if it is not there
	New  int // number in the new text, 0 if it is not there
}

// around is how many unchanged lines are shown beside a change.
const around = 2

// maxCells bounds the work; above it the changed middle is shown as replaced.
const maxCells = 4_000_000

// Lines compares two texts line by line and keeps the changed lines with two
// unchanged ones around them. A gap is a Line whose numbers are both 0.
func Lines(old, now string) []Line {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var all []Line
	for i := range head {
		all = append(all, Line{Sign: " ", Text: a[i], Old: i + 1, New: i + 1})
	}
	all = append(all, middle(a[head:len(a)-tail], b[head:len(b)-tail], head)...)
	for i := range tail {
		all = append(all, Line{Sign: " ", Text: a[len(a)-tail+i], Old: len(a) - tail + i + 1, New: len(b) - tail + i + 1})
	}
	return near(all)
}

// middle finds the longest common lines of two texts.
func middle(a, b []string, from int) []Line {
	var out []Line
	if len(a)*len(b) > maxCells {
		for i, s := range a {
			out = append(out, Line{Sign: "-", Text: s, Old: from + i + 1})
		}
		for j, s := range b {
			out = append(out, Line{Sign: "+", Text: s, New: from + j + 1})
		}
		return out
	}
	best := make([][]int32, len(a)+1)
	for i := range best {
		best[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Line{Sign: " ", Text: a[i], Old: from + i + 1, New: from + j + 1})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || best[i+1][j] >= best[i][j+1]):
			out = append(out, Line{Sign: "-", Text: a[i], Old: from + i + 1})
			i++
		default:
			out = append(out, Line{Sign: "+", Text: b[j], New: from + j + 1})
			j++
		}
	}
	return out
}

// near keeps changed lines and what stands next to them.
func near(all []Line) []Line {
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Sign == " " {
			continue
		}
		for k := max(0, i-around); k <= min(len(all)-1, i+around); k++ {
			keep[k] = true
		}
	}
	var out []Line
	gap := false
	for i, l := range all {
		if !keep[i] {
			gap = true
			continue
		}
		if gap && len(out) > 0 {
			out = append(out, Line{})
		}
		gap = false
		out = append(out, l)
	}
	return out
}
