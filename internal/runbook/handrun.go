package runbook

import "strings"

// mayBeNumbered tells a text in which a line begins with the first number of a
// list typed by hand: (1), （1）, ①, １．, 1、; or with a number like 5b.
func (r *reader) mayBeNumbered() bool {
	for n := r.bodyLine; n <= r.t.count(); n++ {
		switch s := r.t.text[r.t.starts[n-1]:]; {
		case len(s) < 4:
		case s[0] == '(':
			if s[1] == '1' {
				return true
			}
		case s[0] >= '1' && s[0] <= '9' && putBetween(s) > 0:
			return true
		case s[0] == '1' && s[1] >= 0xE3, s[0] == 0xEF && s[1] == 0xBC, s[0] == 0xE2 && s[1] == 0x91:
			return true
		}
	}
	return false
}

// putBetween gives the place of the letter in 「5b. …」, a step somebody put between
// 5 and 6; 0 for another line.
func putBetween(s string) int {
	n := 1
	for n < 3 && n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n+2 >= len(s) || s[n] < 'a' || s[n] > 'z' || s[n+1] != '.' && s[n+1] != ')' || s[n+2] != ' ' {
		return 0
	}
	return n
}

// betweenByHand turns steps put between two others into items for the parser,
// to which 「5b. …」 below 「5. …」 is one more line of the step above. Every line
// keeps its length, and the item its number.
func betweenByHand(body string) (string, bool) {
	lines := strings.Split(body, "\n")
	changed, before := false, ""
	for _, i := range outsideFences(lines) {
		line := lines[i]
		if line == "" || line[0] < '0' || line[0] > '9' {
			if strings.HasPrefix(line, "#") {
				before = ""
			}
			continue
		}
		n := putBetween(line)
		switch {
		case n > 0 && line[:n] == before:
			lines[i] = line[:n] + line[n+1:n+2] + " " + line[n+2:]
			changed = true
		case n == 0 && markLength(line) > 0:
			before = itemNumber(line)
		}
	}
	return strings.Join(lines, "\n"), changed
}

// numberedByHand turns steps numbered by hand, with bulleted labels right under
// them, into a list for the parser:
//
//	(1) 線を抜く
//	   - 担当: 班長
//	(2) 電話する
//
// To CommonMark the second number is one more line of the label above it, and
// the step would be lost in it. Every line keeps its length in bytes.
func numberedByHand(body string) (string, bool) {
	lines := strings.Split(body, "\n")
	changed, x := false, handSeries{}
	for _, i := range outsideFences(lines) {
		line := lines[i]
		if strings.TrimSpace(line) == "" {
			x.bullet = false
			continue
		}
		number, text := numberAtMargin(line)
		switch {
		case number != "" && (x.before != "" && !countsOn(x.before, number)) || line[0] == '#':
			changed = x.rewrite(lines) || changed
			x = handSeries{}
		case number == "":
			x.bullet = x.bullet || markLength(strings.TrimLeft(line, " \t")) > 0
		}
		if number != "" && (x.before != "" || lastNumber(number) == 1) {
			x.add(i, number, text)
		}
	}
	changed = x.rewrite(lines) || changed
	return strings.Join(lines, "\n"), changed
}

// handSeries are lines whose numbers count on from 1.
type handSeries struct {
	before string // the last number
	at     []int
	short  []string // the lines as CommonMark writes them
	bullet bool     // a bullet stands above, without a blank line since
	split  bool     // a bullet stood right above one of the numbers
}

func (x *handSeries) add(line int, number, text string) {
	x.split = x.split || x.bullet && x.before != ""
	x.before, x.bullet = number, false
	x.at, x.short = append(x.at, line), append(x.short, number+". "+text)
}

// rewrite puts the lines into place where the parser would lose one of them.
func (x *handSeries) rewrite(lines []string) bool {
	for n, i := range x.at {
		if !x.split || len(x.short[n]) > len(lines[i]) {
			return false
		}
	}
	for n, i := range x.at {
		lines[i] = padded(x.short[n], lines[i])
	}
	return x.split
}

// numberAtMargin reads a number typed by hand at the head of a line that
// CommonMark takes for words.
func numberAtMargin(line string) (number, text string) {
	if line[0] == ' ' || line[0] == '\t' || markLength(line) > 0 {
		return "", ""
	}
	n := handMark(line)
	if n <= 0 {
		return "", ""
	}
	return handNumber(line[:n]), strings.TrimSpace(line[n:])
}
