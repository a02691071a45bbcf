// Package problem is one thing that is wrong in a file somebody wrote: where,
// what, why it matters and what to type next, in Japanese and in English. It
// guarantees that every report carries all of them, in a fixed order.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Words is one text in both languages.
type Words struct {
	JA string
	EN string
}

// In gives the text for a language; anything but "en" is Japanese.
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.JA
}

// Say makes a text from a Japanese and an English format with the same arguments.
func Say(ja, en string, args ...any) Words {
	if len(args) == 0 {
		return Words{JA: ja, EN: en}
	}
	return Words{JA: fmt.Sprintf(ja, args...), EN: fmt.Sprintf(en, args...)}
}

// Problem is one finding. Key is the path of the setting, e.g.
// policies[1].levels[0].wait; Line counts from 1, 0 where no line is known.
type Problem struct {
	File    string
	Line    int
	Key     string
	What    Words
	Why     Words
	Fix     Words
	Warning bool // true: it can run, but somebody should look
}

// Where is the place as file:line, or the file alone.
func (p Problem) Where() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return p.File
}

// Text is the problem in one language, four short lines; the remedy comes
// last because the eye ends there.
func (p Problem) Text(lang string) string {
	head, why, fix := "エラー", "理由", "直し方"
	if p.Warning {
		head = "注意"
	}
	if lang == "en" {
		head, why, fix = "error", "why", "fix"
		if p.Warning {
			head = "warning"
		}
	}
	place := p.Where()
	if p.Key != "" {
		place += " " + p.Key
	}
	return fmt.Sprintf("%s  %s: %s\n%s  %s\n%s  %s",
		head, strings.TrimSpace(place), p.What.In(lang), why, p.Why.In(lang), fix, p.Fix.In(lang))
}

// Error is the problem in Japanese, then in English.
func (p Problem) Error() string { return p.Text("ja") + "\n" + p.Text("en") }

// Errors is every problem of one reading. It is an error only through Err, so
// that a list of warnings does not look like a failure.
type Errors struct {
	List []Problem
}

// Error is all problems, in both languages.
func (e *Errors) Error() string {
	parts := make([]string, 0, len(e.List))
	for _, p := range e.List {
		parts = append(parts, p.Error())
	}
	return strings.Join(parts, "\n\n")
}

// Text is all problems in one language.
func (e *Errors) Text(lang string) string {
	parts := make([]string, 0, len(e.List))
	for _, p := range e.List {
		parts = append(parts, p.Text(lang))
	}
	return strings.Join(parts, "\n\n")
}

// Split parts the problems into those that stop and those that only warn.
func Split(list []Problem) (stops, warnings []Problem) {
	for _, p := range list {
		if p.Warning {
			warnings = append(warnings, p)
			continue
		}
		stops = append(stops, p)
	}
	return stops, warnings
}

// Err gives an *Errors of the problems that stop, in file order, or nil.
func Err(list []Problem) error {
	stops, _ := Split(list)
	if len(stops) == 0 {
		return nil
	}
	slices.SortStableFunc(stops, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return &Errors{List: stops}
}

// Nearest gives the candidate most like the word, for "did you mean", or ""
// where none is near enough (a third of its letters, at least one, may differ).
func Nearest(word string, candidates []string) string {
	best, dist := "", max(1, len([]rune(word))/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < dist {
			best, dist = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance with a swap of neighbours as one edit,
// since that is the commonest slip of the fingers.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, prev, cur := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(t)]
}
