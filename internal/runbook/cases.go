package runbook

import (
	"slices"
	"strings"
)

// Limits of the cases that stand on buttons.
const (
	maxCases = 4
	maxCase  = 60 // characters of a condition
)

// Cases are the answers a text tells apart by its conditions, such as
// 「Aの場合は…。Bの場合は…。」; nil where it names fewer than two, or where it
// is not certain what belongs to which.
func Cases(text string, line int) []Branch {
	var out []Branch
	for _, part := range caseParts(text) {
		cond := conditionOf(part + "、")
		switch {
		case cond != "":
			rest := strings.TrimLeft(strings.TrimPrefix(part, cond), "は、,:： ")
			out = append(out, Branch{Label: strings.TrimSuffix(cond, "は"), Text: rest, Line: line})
		case len(out) == 0:
			return nil
		default:
			last := &out[len(out)-1]
			last.Text = strings.TrimLeft(last.Text+joint(part)+part, "、 ")
		}
	}
	if len(out) < 2 || len(out) > maxCases {
		return nil
	}
	for i, b := range out {
		twin := slices.ContainsFunc(out[:i], func(x Branch) bool { return x.Label == b.Label })
		if twin || b.Text == "" || len([]rune(b.Label)) > maxCase {
			return nil
		}
	}
	return out
}

// joint stands between two parts of one case.
func joint(part string) string {
	if hasCJK(part) {
		return "、"
	}
	return " "
}

// caseParts cuts a text where a new condition may begin: Japanese at every
// comma and full stop, English at full stops.
func caseParts(text string) []string {
	cut := splitSentences(text)
	if hasCJK(text) {
		cut = strings.FieldsFunc(text, func(r rune) bool { return r == '。' || r == '、' || r == '\n' })
	}
	var out []string
	for _, s := range cut {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
