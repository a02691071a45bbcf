package runbook

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// figure is a number in a typed value, and the unit that follows it.
type figure struct{ text, unit string }

var (
	reFigure  = regexp.MustCompile(`-? ?[0-9]+(?:[.,][0-9]+)*`)
	reGrouped = regexp.MustCompile(`^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$`)
)

// figures finds the numbers of a value. Digits that stand behind a Latin letter
// belong to a name (TOS2, G-12) and are none.
func figures(value string) []figure {
	value = strings.NewReplacer("−", "-", "‐", "-", "–", "-", "△", "-", "▲", "-", "マイナス", "-", "零下", "-", "氷点下", "-", "minus ", "-").Replace(value)
	var out []figure
	for _, at := range reFigure.FindAllStringIndex(value, -1) {
		before, _ := utf8.DecodeLastRuneInString(value[:at[0]])
		if before < utf8.RuneSelf && unicode.IsLetter(before) {
			continue
		}
		out = append(out, figure{text: strings.ReplaceAll(value[at[0]:at[1]], " ", ""), unit: unitAt(value[at[1]:])})
	}
	return out
}

// unitWords are the units people write behind a number, each with what it
// measures: the same measure in one unit may be compared, in another may not.
// Longer words stand before those they begin with.
func unitWords() [][2]string {
	return [][2]string{
		{"℃", "celsius"}, {"℉", "fahrenheit"}, {"°c", "celsius"}, {"度c", "celsius"}, {"°f", "fahrenheit"}, {"度f", "fahrenheit"}, {"°", "celsius"}, {"度", "celsius"}, {"c", "celsius"}, {"f", "fahrenheit"},
		{"kg", "kilogram"}, {"キロ", "kilogram"}, {"トン", "tonne"}, {"t", "tonne"}, {"g", "gram"},
		{"km", "kilometre"}, {"cm", "centimetre"}, {"mm", "millimetre"}, {"m", "metre"},
		{"時間", "hour"}, {"hours", "hour"}, {"hour", "hour"}, {"h", "hour"}, {"分", "minute"}, {"minutes", "minute"}, {"min", "minute"}, {"秒", "second"},
		{"%", "percent"}, {"パーセント", "percent"}, {"円", "yen"},
		{"台", "pieces"}, {"本", "pieces"}, {"枚", "pieces"}, {"個", "pieces"}, {"件", "pieces"}, {"人", "pieces"}, {"名", "pieces"}, {"隻", "pieces"}, {"箱", "pieces"},
	}
}

// unitAt is the unit a text begins with, "" for none that is known.
func unitAt(text string) string {
	text = strings.ToLower(strings.TrimLeft(text, " "))
	for _, u := range unitWords() {
		rest, ok := strings.CutPrefix(text, u[0])
		if !ok {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if last := u[0][len(u[0])-1]; last < utf8.RuneSelf && next < utf8.RuneSelf && unicode.IsLetter(next) {
			continue // a word that only begins so
		}
		return u[0]
	}
	return ""
}

// measure is what a unit measures.
func measure(unit string) string {
	for _, u := range unitWords() {
		if u[0] == unit {
			return u[1]
		}
	}
	return ""
}

// unitIn is the unit an evidence label asks for: behind a number of its bracket
// or alone in a bracket, else degrees where the label speaks of a temperature.
func unitIn(label string) string {
	f := strings.ToLower(norm.NFKC.String(label))
	for _, x := range figures(f) {
		if x.unit != "" {
			return shownUnit(x.unit)
		}
	}
	for _, part := range strings.FieldsFunc(f, func(r rune) bool { return strings.ContainsRune("()[]、,;/ ", r) }) {
		if u := unitAt(part); u != "" && u == part && u != "min" { // min. is the least value, no minute
			return shownUnit(u)
		}
	}
	if strings.Contains(f, "温度") || strings.Contains(f, "temperature") {
		return "℃"
	}
	return ""
}

// shownUnit writes a unit as people know it.
func shownUnit(unit string) string {
	switch measure(unit) {
	case "celsius":
		return "℃"
	case "fahrenheit":
		return "℉"
	}
	return unit
}
