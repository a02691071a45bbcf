package runbook

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// lineMarks gives the length of the mark typed by hand on each line, 0 for none.
// Bare numbers, "1 " and "1.1 ", are marks only where the lines count on.
func lineMarks(lines []string) []int {
	marks := make([]int, len(lines))
	found := 0
	for i, line := range lines {
		if marks[i] = handMark(line); marks[i] > 0 {
			found++
		}
	}
	if found > 0 {
		return marks
	}
	if len(lines) > 1 && (seriesMarks(lines, marks) || stepMarks(lines, marks)) || bracketMarks(lines, marks) {
		return marks
	}
	before := ""
	for i, line := range lines {
		number, n := bareNumber(line)
		if n == 0 {
			continue
		}
		if before == "" && lastNumber(number) != 1 || before != "" && !countsOn(before, number) {
			return make([]int, len(lines))
		}
		marks[i], before = n, number
	}
	return marks
}

// seriesMarks finds marks that count on in another order than that of numbers:
// 「ア　…」「イ　…」 and 「一　…」「二　…」 of official papers, "(a)" and "A)".
func seriesMarks(lines []string, marks []int) bool {
	for _, order := range [...]string{"アイウエオカキクケコサシスセソタチツテト", "一二三四五六七八九十", "abcdefghijkl", "ABCDEFGHIJKL"} {
		rest, found := order, 0
		for i, line := range lines {
			if rest == "" {
				break
			}
			next, size := utf8.DecodeRuneInString(rest)
			if n := seriesMark(line, next); n > 0 {
				marks[i], rest = n, rest[size:]
				found++
			}
		}
		if keptMarks(marks, found) {
			return true
		}
	}
	return false
}

// seriesMark is the length of a mark made of one letter at the head of a line, 0
// for none.
func seriesMark(line string, letter rune) int {
	s := strings.TrimLeft(line, " \t　")
	open := lengthOf(s, "（") + lengthOf(s, "(")
	after, ok := strings.CutPrefix(s[open:], string(letter))
	if !ok {
		return 0
	}
	for _, sep := range [...]string{"）", ")", "　", " ", "．", "、"} {
		bracket := sep == "）" || sep == ")"
		if text, ok := strings.CutPrefix(after, sep); ok && (bracket || open == 0 && letter >= utf8.RuneSelf) && strings.TrimSpace(text) != "" {
			return len(line) - len(text)
		}
	}
	return 0
}

// stepMarks finds lines that each open with 「手順1」, "Step 2": they stay whole.
func stepMarks(lines []string, marks []int) bool {
	found, before := 0, ""
	for i, line := range lines {
		number, rest, ok := stepNumber(fold(strings.TrimLeft(line, " \t　")))
		if !ok || strings.TrimSpace(rest) == "" || before == "" && lastNumber(number) != 1 || before != "" && !countsOn(before, number) {
			continue
		}
		before = number
		found++
		marks[i] = whole(line)
	}
	return keptMarks(marks, found)
}

// whole marks a line that is an item with all its words.
func whole(line string) int {
	if lead := len(line) - len(strings.TrimLeft(line, " \t　")); lead > 0 {
		return lead
	}
	return inPlace
}

// bracketMarks finds lines that each open with a limit or a role in lenticular
// brackets, 「【3分以内】ゲートを閉める」: cards are written like that. Every line must,
// and the brackets stay in the text.
func bracketMarks(lines []string, marks []int) bool {
	for i, line := range lines {
		s := strings.TrimLeft(line, " \t　")
		_, after, ok := strings.Cut(s, "】")
		if !ok || !strings.HasPrefix(s, "【") || len(s)-len(after) > maxKey*3 || strings.TrimSpace(after) == "" {
			return keptMarks(marks, 0)
		}
		marks[i] = whole(line)
	}
	return len(lines) > 1
}

// inPlace marks a line that is an item from its first letter on.
const inPlace = -1

// keptMarks clears the marks again unless two lines or more have one.
func keptMarks(marks []int, found int) bool {
	if found < 2 {
		clear(marks)
	}
	return found >= 2
}

// bareNumber reads "3 " or "2.4 " at the head of a line.
func bareNumber(line string) (number string, length int) {
	s := strings.TrimLeft(line, " \t　")
	i := 0
	dashes := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || i > 0 && (s[i] == '.' || s[i] == '-') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		if s[i] == '-' {
			dashes++
		}
		i++
	}
	if i == 0 || i > 8 || dashes > 0 && i > 5 || i+1 >= len(s) || s[i] != ' ' {
		return "", 0
	}
	return s[:i], len(line) - len(s) + i + 1
}

// lastNumber is the last part of a number: 4 of 2.4.
func lastNumber(number string) int {
	n, err := strconv.Atoi(number[strings.LastIndexAny(number, ".-")+1:])
	if err != nil {
		return -1
	}
	return n
}

// countsOn tells a number that follows another in the same series.
func countsOn(before, number string) bool {
	head := func(s string) string { return s[:strings.LastIndexAny(s, ".-")+1] }
	return head(before) == head(number) && lastNumber(number) == lastNumber(before)+1
}

// handParas reads paragraphs that each begin with the next number typed by hand,
// 「１．…」 and then 「２．…」, as one list: Word writes lists like that. A single one
// is a list where a list before or behind it counts on: 「1. …」 and then 「(2) …」.
// before is the number of the last item above, "" if there is none.
func (r *reader) handParas(blocks []*block, before string) (list *block, used int) {
	var items []*block
	for at := 0; at < len(blocks); at++ {
		b := blocks[at]
		if n := len(items); n > 0 && !paraNumbered(b, items[n-1].number) {
			skip := between(blocks[at:], items[n-1].number)
			if skip == 0 {
				break
			}
			items[n-1].kids = append(items[n-1].kids, blocks[at:at+skip]...)
			items[n-1].end = blocks[at+skip-1].end
			at, used = at+skip, used+skip
			b = blocks[at]
		}
		it := r.handPara(b)
		if it == nil {
			break
		}
		if n := len(items); n > 0 && !countsOn(items[n-1].number, it.number) || n == 0 && lastNumber(it.number) != 1 && !goesOnByHand(before, it) {
			break
		}
		items = append(items, it)
		used++
	}
	if len(items) == 0 || len(items) == 1 && !goesOnByHand(before, items[0]) && !listGoesOn(blocks[used:], items[0].number) {
		return nil, 0
	}
	first := items[0]
	return &block{kind: kindList, line: first.line, end: items[len(items)-1].end, off: first.off, hand: true, ordered: true, kids: items}, used
}

// handPara makes an item of a paragraph that begins with a number typed by hand;
// nil for another paragraph.
func (r *reader) handPara(b *block) *block {
	if b.kind != kindPara || b.allBold() || b.bold > 0 || handMark(b.text) == 0 {
		return nil
	}
	some, lead := r.handItems(b, r.paraLines(b))
	if len(some) != 1 || lead != 0 || some[0].number == "" {
		return nil
	}
	some[0].end = b.end
	return some[0]
}

// goesOnByHand tells an item that counts on from a list above it. 「(2)の場合は」
// speaks of a step and is none.
func goesOnByHand(before string, it *block) bool {
	return before != "" && countsOn(before, it.number) && !hasAnyPrefix(it.text, "の", "は", "が", "を", "に")
}

// listGoesOn tells a list right below that counts on from a number.
func listGoesOn(blocks []*block, number string) bool {
	return len(blocks) > 0 && blocks[0].kind == kindList && blocks[0].ordered && countsOn(number, blocks[0].kids[0].number)
}

// bulletParas reads paragraphs that each begin with the same bullet typed by
// hand, 「・…」, as one list: converters part the items by blank lines.
func (r *reader) bulletParas(blocks []*block) (list *block, used int) {
	var items []*block
	for _, b := range blocks {
		if b.kind != kindPara || b.allBold() || handMark(b.text) <= 0 || handNumberOf(b) != "" || len(items) > 0 && !sameMark(b.text, blocks[0].text) {
			break
		}
		lines := r.paraLines(b)
		some, lead := r.handItems(b, lines)
		if len(some) != 1 || lead != 0 {
			break
		}
		some[0].end = b.end
		items = append(items, some[0])
	}
	if len(items) < 2 {
		return nil, 0
	}
	first := items[0]
	return &block{kind: kindList, line: first.line, end: items[len(items)-1].end, off: first.off, hand: true, kids: items}, len(items)
}

// sameMark tells texts that begin with the same sign.
func sameMark(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y
}

// paraNumbered tells a paragraph that begins with the number after another.
func paraNumbered(b *block, before string) bool {
	n := 0
	if b.kind == kindPara {
		n = max(handMark(b.text), 0)
	}
	return n > 0 && before != "" && countsOn(before, handNumber(strings.TrimSpace(b.text[:n])))
}

// maxBetween is how many blocks may stand between two numbers of one list.
const maxBetween = 6

// between counts the blocks that stand between a number and the next of the
// same list, 0 if the list ends here: explanations belong to the step before.
func between(blocks []*block, before string) int {
	for i, b := range blocks {
		switch {
		case i > 0 && paraNumbered(b, before):
			return i
		case i >= maxBetween || b.kind == kindHeading || b.kind == kindRule || b.allBold() || b.kind == kindPara && handNumberOf(b) != "":
			return 0
		}
	}
	return 0
}

func handNumberOf(b *block) string {
	return handNumber(strings.TrimSpace(b.text[:max(handMark(b.text), 0)]))
}

// joined puts a line behind another, with a space unless both are Japanese there.
func joined(a, b string) string {
	if wideBreak(a, b) {
		return a + b
	}
	return strings.TrimRight(a+" "+b, " ")
}

// firstOfNumbered tells a page whose headings of the first level count from one:
// 「1．初動」 is a phase there like 「2．復旧」, and the page has no heading for a title.
func firstOfNumbered(tops []*section) bool {
	if len(tops) < 2 || tops[1].head.level != 1 {
		return false
	}
	one, _, _ := cutNumber(fold(tops[0].plain))
	two, _, _ := cutNumber(fold(tops[1].plain))
	return one != "" && lastNumber(one) == 1 && countsOn(one, two)
}
