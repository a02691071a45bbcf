package runbook

import (
	"strings"
	"time"
	"unicode/utf8"
)

// lintFile reports on the document as a whole.
func (r *reader) lintFile() {
	d := r.decoded
	if d.encoding != encUTF8 {
		r.find("RB102", 1, 1, d.encoding)
	}
	if d.bom {
		r.find("RB103", 1, 1)
	}
	if d.crlf {
		r.find("RB108", 1, 1)
	}
	for _, at := range d.badAt {
		line, col := r.t.lineCol(at)
		r.find("RB113", line, col, d.bad)
	}
	if r.rb.Reference {
		r.find("RB105", 1, 1)
	}
	if r.rb.Owner == "" || r.rb.Reviewed == "" && r.rb.ReviewBy == "" {
		r.find("RB002", 1, 1)
	}
	r.lintReview()
	r.lintCounts()
}

func (r *reader) lintReview() {
	if r.opt.Today.IsZero() || r.rb.ReviewBy == "" {
		return
	}
	due, ok := parseDate(r.rb.ReviewBy)
	if ok && due.Before(r.opt.Today.Truncate(24*time.Hour)) {
		line := 1
		for _, f := range r.rb.Facts {
			if f.Name == "review-by" {
				line = f.Line
			}
		}
		r.find("RB008", line, r.colOf(line, r.rb.ReviewBy), r.rb.ReviewBy)
	}
}

func parseDate(s string) (time.Time, bool) {
	f := strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(fold(s))
	if before, _, ok := strings.Cut(f, " "); ok {
		f = before
	}
	for _, layout := range [...]string{"2006-1-2", "2006-01-02"} {
		if t, err := time.Parse(layout, f); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (r *reader) lintCounts() {
	steps, limits := 0, 0
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		steps += len(p.Steps)
		if p.Window != nil || p.Due != nil {
			limits++
		}
		for j := range p.Steps {
			if p.Steps[j].Due != nil {
				limits++
			}
		}
	}
	if steps > 100 {
		r.find("RB703", 1, 1, 100)
	}
	if limits == 0 && steps > 0 && isUrgent(r.rb.Severity) {
		r.find("RB312", 1, 1)
	}
}

func isUrgent(severity string) bool {
	switch strings.TrimLeft(fold(severity), "sevrity重大度 -") {
	case "1", "2":
		return true
	}
	return false
}

// lintSections reports on headings, lists and tables.
func (r *reader) lintSections() {
	level := 0
	for _, s := range r.sections {
		r.lintHeading(s, &level)
		r.lintSiblings(s)
		for _, b := range s.blocks {
			r.lintBlock(s, b, 0)
		}
	}
}

func (r *reader) lintHeading(s *section, level *int) {
	if s.head == nil {
		return
	}
	if s.head.pseudo {
		r.find("RB203", s.line, 1)
	} else {
		if s.head.level > *level+1 {
			r.find("RB202", s.line, 1)
		}
		*level = s.head.level
	}
	if s.guessed && !s.isTitle && len(s.kids) == 0 && !r.hasStepList(s) && r.holdsList(s) {
		ja, en := "資料", "reference"
		if s.kind != kindContext {
			ja, en = "手順", "procedure"
		}
		r.find("RB204", s.line, 1, ja, en)
	}
}

func (r *reader) holdsList(s *section) bool {
	for _, b := range s.blocks {
		if b.kind == kindList && !linkOnly(b) {
			return true
		}
	}
	return false
}

// lintSiblings reports equal titles or numbers among sections of one parent.
func (r *reader) lintSiblings(s *section) {
	if len(s.kids) < 2 {
		return
	}
	if len(s.kids) < 12 && !repeats(s.kids) {
		return
	}
	seen := make(map[string]int, len(s.kids)*2)
	for _, k := range s.kids {
		key := strings.TrimSpace(k.title)
		if line, dup := seen[key]; dup {
			r.find("RB208", k.line, 1, key, line)
			continue
		}
		seen[key] = k.line
		if k.number == "" || k.head.pseudo {
			continue
		}
		if line, dup := seen["#"+k.number]; dup {
			r.find("RB208", k.line, 1, k.number, line)
			continue
		}
		seen["#"+k.number] = k.line
	}
}

// repeats tells a few sections of which two share title or number.
func repeats(kids []*section) bool {
	for i, a := range kids {
		for _, b := range kids[:i] {
			if a.title == b.title || a.number != "" && a.number == b.number {
				return true
			}
		}
	}
	return false
}

// lintBlock reports on one block and what is nested in it.
func (r *reader) lintBlock(s *section, b *block, depth int) {
	if b.stars {
		r.find("RB218", b.line, 1)
	}
	switch b.kind {
	case kindList:
		r.lintList(s, b, depth)
		depth++
	case kindPara:
		r.lintMarks(b)
		if strings.HasPrefix(b.text, "+--") && s.kind != kindContext { // a table as pandoc draws it
			r.find("RB223", b.line, 1)
		}
	case kindTable:
		r.lintTable(b)
	case kindCode:
		r.lintFigure(s, b)
	case kindHTML:
		r.lintHTML(s, b)
	}
	for _, k := range b.kids {
		r.lintBlock(s, k, depth)
	}
}

func (r *reader) lintList(s *section, b *block, depth int) {
	if depth == 3 {
		r.find("RB212", b.line, 1)
	}
	if depth > 0 {
		return
	}
	switch {
	case b.fromCode:
		r.find("RB219", b.line, 1)
	case b.hand:
		id := "RB214"
		if strings.HasPrefix(strings.TrimLeft(r.t.line(b.line), " 　"), "-") {
			id = "RB215"
		}
		r.find(id, b.line, 1)
	}
	if s.kind == kindContext && b.isTaskList() {
		r.find("RB221", b.line, 1)
	}
}

// lintMarks reports "##x" at the head of a line: no heading without a space.
func (r *reader) lintMarks(b *block) {
	if !strings.Contains(b.text, "#") {
		return
	}
	for n := b.line; n <= b.end; n++ {
		line := r.t.line(n)
		rest := strings.TrimLeft(line, "#")
		marks := len(line) - len(rest)
		if marks == 0 || marks > 6 || rest == "" || rest[0] == ' ' {
			continue
		}
		first, _ := utf8.DecodeRuneInString(rest)
		if marks > 1 || isCJK(first) {
			r.find("RB215", n, 1)
		}
	}
}

func (r *reader) lintTable(b *block) {
	wide := len(b.tableHead().cells) > 6
	for _, row := range b.tableRows() {
		wide = wide || len(r.t.line(row.line)) > 360
	}
	if wide {
		r.find("RB704", b.line, 1)
	}
}

// lintFigure offers the list form for a flow drawn with arrows.
func (r *reader) lintFigure(s *section, b *block) {
	if s.kind == kindContext && s.own == kindContext || !containsAny(b.text, "↓", "▼") {
		return
	}
	var items []string
	for _, line := range strings.Split(b.text, "\n") {
		t := strings.Trim(line, " 　│|┃├└─┌┐┘┤┬┴┼▼↓▲\t→")
		if utf8.RuneCountInString(t) < 2 {
			continue
		}
		items = append(items, cutRunes(t, 20))
	}
	if len(items) < 2 {
		return
	}
	list := ""
	for i, t := range items {
		if i == 3 {
			list += " …"
			break
		}
		list += string(rune('1'+i)) + ". " + t + " "
	}
	r.find("RB407", b.line, 1, strings.TrimSpace(list))
}
