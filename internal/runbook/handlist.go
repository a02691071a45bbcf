package runbook

import (
	"strconv"
	"strings"
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

// bareNumber reads "3 " or "2.4 " at the head of a line.
func bareNumber(line string) (number string, length int) {
	s := strings.TrimLeft(line, " \t　")
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || i > 0 && s[i] == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		i++
	}
	if i == 0 || i > 8 || i+1 >= len(s) || s[i] != ' ' {
		return "", 0
	}
	return s[:i], len(line) - len(s) + i + 1
}

// lastNumber is the last part of a number: 4 of 2.4.
func lastNumber(number string) int {
	n, err := strconv.Atoi(number[strings.LastIndexByte(number, '.')+1:])
	if err != nil {
		return -1
	}
	return n
}

// countsOn tells a number that follows another in the same series.
func countsOn(before, number string) bool {
	head := func(s string) string { return s[:strings.LastIndexByte(s, '.')+1] }
	return head(before) == head(number) && lastNumber(number) == lastNumber(before)+1
}

// handParas reads paragraphs that each begin with the next number typed by hand,
// 「１．…」 and then 「２．…」, as one list: Word writes lists like that.
func (r *reader) handParas(blocks []*block) (list *block, used int) {
	var items []*block
	for _, b := range blocks {
		if b.kind != kindPara || b.allBold() || handMark(b.text) == 0 {
			break
		}
		lines := r.paraLines(b)
		some, lead := r.handItems(b, lines)
		if len(some) != 1 || lead != 0 || some[0].number == "" || b.bold > 0 {
			break
		}
		it := some[0]
		if n := len(items); n > 0 && !countsOn(items[n-1].number, it.number) || len(items) == 0 && lastNumber(it.number) != 1 {
			break
		}
		it.end = b.end
		items = append(items, it)
	}
	if len(items) < 2 {
		return nil, 0
	}
	first := items[0]
	return &block{kind: kindList, line: first.line, end: items[len(items)-1].end, off: first.off, hand: true, ordered: true, kids: items}, len(items)
}

// joined puts a line behind another, with a space unless both are Japanese there.
func joined(a, b string) string {
	if wideBreak(a, b) {
		return a + b
	}
	return strings.TrimRight(a+" "+b, " ")
}
