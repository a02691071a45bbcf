package review

import (
	"fmt"
	"slices"
	"strings"
)

// Edit replaces the lines From..To of a text, counted from 1 and both
// included, by New; an empty New takes them out.
type Edit struct {
	ID       string
	From, To int
	New      string
}

// context is how many lines a hunk shows around a change, as diff -u does.
const context = 3

// Lines gives the lines from..to of a text with their line ends; ok is false
// where they are not all there.
func Lines(text string, from, to int) (part string, ok bool) {
	all := split(text)
	if from < 1 || to < from || to > len(all) {
		return "", false
	}
	return strings.Join(all[from-1:to], ""), true
}

func split(text string) []string {
	out := strings.SplitAfter(text, "\n")
	if out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// Patch writes edits of one file as a unified diff that patch(1) and git apply
// take. Edits of the same lines cannot both be in it: the later ones by ID are
// given back as left out, and so is what does not fit the text.
func Patch(name, text string, edits []Edit) (patch string, left []Edit) {
	lines := split(text)
	var use []Edit
	for _, e := range edits {
		if e.From < 1 || e.To < e.From || e.To > len(lines) || slices.ContainsFunc(use, func(u Edit) bool { return e.From <= u.To && u.From <= e.To }) {
			left = append(left, e)
			continue
		}
		use = append(use, e)
	}
	if len(use) == 0 {
		return "", left
	}
	slices.SortFunc(use, func(a, b Edit) int { return a.From - b.From })
	var b strings.Builder
	fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", name, name)
	shift := 0
	for i := 0; i < len(use); {
		k := i + 1
		for k < len(use) && use[k].From-use[k-1].To <= 2*context+1 {
			k++
		}
		shift += hunk(&b, lines, use[i:k], shift)
		i = k
	}
	return b.String(), left
}

// hunk writes edits that stand near each other and gives by how many lines they
// move what comes after.
func hunk(b *strings.Builder, lines []string, edits []Edit, shift int) int {
	first, last := max(1, edits[0].From-context), min(len(lines), edits[len(edits)-1].To+context)
	var body strings.Builder
	write := func(sign, line string) {
		body.WriteString(sign + line)
		if !strings.HasSuffix(line, "\n") {
			body.WriteString("\n\\ No newline at end of file\n")
		}
	}
	olds, news, at := 0, 0, first
	keep := func(to int) {
		for ; at <= to; at++ {
			write(" ", lines[at-1])
			olds, news = olds+1, news+1
		}
	}
	for _, e := range edits {
		keep(e.From - 1)
		for ; at <= e.To; at++ {
			write("-", lines[at-1])
			olds++
		}
		if e.New == "" {
			continue
		}
		added := strings.Split(strings.TrimSuffix(e.New, "\n"), "\n")
		for i, line := range added {
			end := "\n"
			if i == len(added)-1 && e.To == len(lines) && !strings.HasSuffix(lines[e.To-1], "\n") {
				end = ""
			}
			write("+", line+end)
			news++
		}
	}
	keep(last)
	start := first + shift
	if news == 0 {
		start--
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n%s", span(first, olds), span(start, news), body.String())
	return news - olds
}

func span(from, n int) string {
	if n == 1 {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d,%d", from, n)
}
