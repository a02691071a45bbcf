package runbook

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pendingRef is a jump that is led to its step once the steps have keys.
type pendingRef struct {
	ref   *Ref
	kind  string // step, phase, anchor, title, id
	value string
}

// jump reads where a text sends the reader: → 手順 4, フェーズ3へ, go to step 4, a
// link to an anchor or another runbook, 終了. label tells the value of a "next"
// label, where the words stand alone.
func (r *reader) jump(text string, links []Link, line int, label bool) *Ref {
	ref := &Ref{Written: strings.TrimSpace(text), Line: line}
	f := fold(text)
	if kind, value, ok := jumpTo(f, label); ok {
		r.pending = append(r.pending, pendingRef{ref: ref, kind: kind, value: value})
		return ref
	}
	for _, l := range links {
		switch {
		case strings.HasPrefix(l.URL, "#"):
			r.pending = append(r.pending, pendingRef{ref: ref, kind: "anchor", value: strings.TrimPrefix(l.URL, "#")})
			return ref
		case l.Runbook:
			ref.Runbook, _, _ = strings.Cut(l.URL, "#")
			return ref
		}
	}
	if isEnd(f, label) {
		ref.End = true
		return ref
	}
	if q, ok := quotedTitle(f); ok {
		r.pending = append(r.pending, pendingRef{ref: ref, kind: "title", value: q})
		return ref
	}
	if label && ref.Written != "" {
		r.pending = append(r.pending, pendingRef{ref: ref, kind: "id", value: f})
		return ref
	}
	return nil
}

// jumpTo finds a numbered step or phase with a sign that it is a jump.
func jumpTo(f string, label bool) (kind, value string, ok bool) {
	for _, w := range [...][2]string{
		{"手順", "step"}, {"ステップ", "step"}, {"step", "step"}, {"フェーズ", "phase"}, {"段階", "phase"}, {"phase", "phase"}, {"section", "phase"}, {"セクション", "phase"},
	} {
		for from := 0; ; {
			i := strings.Index(f[from:], w[0])
			if i < 0 {
				break
			}
			i += from
			from = i + len(w[0])
			num, after := cutRefNumber(f[from:])
			if num == "" {
				continue
			}
			if label || isJumpBefore(f[:i]) || isJumpAfter(after) {
				return w[1], num, true
			}
		}
	}
	return "", "", false
}

func cutRefNumber(s string) (num, after string) {
	s = strings.TrimLeft(s, " #")
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || i > 0 && s[i] == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		i++
	}
	return s[:i], strings.TrimLeft(s[i:], " ")
}

func isJumpBefore(s string) bool {
	s = strings.TrimRight(s, " *_[「")
	return hasAnySuffix(s, "→", "->", "=>", "go to", "goto", "proceed to", "continue with", "continue to", "continue at", "skip to", "return to", "back to", "jump to", "move to", "advance to")
}

func isJumpAfter(s string) bool {
	return hasAnyPrefix(strings.TrimLeft(s, "]」"), "へ", "に進", "に戻", "に移", "から再開", "を実施", "まで戻")
}

func isEnd(f string, label bool) bool {
	f = strings.Trim(f, " 。.*_")
	return f == "終了" || f == "end" || f == "完了" && label || hasAnySuffix(f, "→ 終了", "→終了", "→ end", "→end", "-> end", "終了する", "手順を終える", "ends here")
}

func quotedTitle(f string) (string, bool) {
	_, rest, ok := strings.Cut(f, "「")
	if !ok {
		return "", false
	}
	q, after, ok := strings.Cut(rest, "」")
	return q, ok && isJumpAfter(strings.TrimLeft(after, " "))
}

// resolve leads every jump to a step once the phases stand.
func (r *reader) resolve() {
	for _, p := range r.pending {
		switch p.kind {
		case "step":
			r.resolveStep(p)
		case "phase":
			r.resolvePhase(p)
		case "anchor":
			r.resolveAnchor(p)
		case "title":
			r.resolveTitle(p)
		case "id":
			r.resolveID(p)
		}
	}
}

// resolveStep looks for the number written in the source, in the same phase
// first, then in the whole file; "2.3" is a key.
func (r *reader) resolveStep(p pendingRef) {
	t := r.targetsOf()
	if _, ok := t.byKey[p.value]; ok && strings.Contains(p.value, ".") {
		p.ref.Step = p.value
		return
	}
	if here := r.phaseAt(p.ref.Line); here >= 0 {
		if found := t.here(here, p.value); found.n == 1 {
			p.ref.Step = t.steps[found.last].Key
			return
		}
	}
	r.only(p.ref, t.anywhere(p.value))
}

// only leads a jump to the one step that has its name.
func (r *reader) only(ref *Ref, found hits) {
	switch found.n {
	case 1:
		ref.Step = r.targetsOf().steps[found.last].Key
	case 0:
		r.find("RB403", ref.Line, 1, ref.Written)
	default:
		r.find("RB406", ref.Line, 1, ref.Written)
	}
}

func (r *reader) phaseAt(line int) int {
	for i := len(r.rb.Phases) - 1; i >= 0; i-- {
		if r.rb.Phases[i].Line <= line {
			return i
		}
	}
	return -1
}

func (r *reader) resolvePhase(p pendingRef) {
	for i := range r.rb.Phases {
		if r.rb.Phases[i].Number == p.value {
			r.toPhase(p.ref, i)
			return
		}
	}
	if s, ok := r.heading(p.value); ok {
		r.toLine(p.ref, s.line, s.treeEnd)
		return
	}
	if n, err := strconv.Atoi(p.value); err == nil && n >= 1 && n <= len(r.rb.Phases) && r.rb.Phases[n-1].Number == "" {
		r.toPhase(p.ref, n-1)
		return
	}
	r.find("RB403", p.ref.Line, 1, p.ref.Written)
}

// sectionNumber is the number of a heading such as "Phase 2" or "SECTION 3".
func sectionNumber(s *section) string {
	if s.number != "" {
		return s.number
	}
	f := fold(trimSigns(s.title))
	for _, w := range [...]string{"phase", "フェーズ", "段階", "section", "セクション", "part", "stage"} {
		if after, ok := strings.CutPrefix(f, w); ok {
			num, _ := cutRefNumber(after)
			return num
		}
	}
	return ""
}

func (r *reader) toPhase(ref *Ref, i int) {
	ref.Phase = r.rb.Phases[i].No
	if len(r.rb.Phases[i].Steps) > 0 {
		ref.Step = r.rb.Phases[i].Steps[0].Key
	}
}

// toLine leads a jump to the first step between two lines; a section without
// steps is a place in the text and resolves without one.
func (r *reader) toLine(ref *Ref, from, to int) {
	t := r.targetsOf()
	if n, ok := t.between(from, to); ok {
		ref.Phase, ref.Step = r.rb.Phases[t.phase[n]].No, t.steps[n].Key
	}
}

func (r *reader) resolveAnchor(p pendingRef) {
	t := r.targetsOf()
	if n, ok := t.byID[p.value]; ok && p.value != "" {
		p.ref.Step = t.steps[n].Key
		return
	}
	if s, ok := r.bySlug(p.value); ok {
		r.toLine(p.ref, s.line, s.treeEnd)
		return
	}
	r.find("RB604", p.ref.Line, 1, p.value)
}

func (r *reader) resolveTitle(p pendingRef) {
	want := plainTitle(p.value)
	if i, ok := r.titled().phases[want]; ok {
		r.toPhase(p.ref, i)
		return
	}
	r.only(p.ref, r.titled().steps[want])
}

func (r *reader) resolveID(p pendingRef) {
	t := r.targetsOf()
	first := len(t.steps)
	for _, names := range [...]map[string]int{t.byID, t.byKey} {
		if n, ok := names[p.value]; ok {
			first = min(first, n)
		}
	}
	if found := t.inPhase[numbered{r.phaseAt(p.ref.Line), p.value}]; found.n > 0 {
		first = min(first, found.first)
	}
	if first < len(t.steps) {
		p.ref.Step = t.steps[first].Key
		return
	}
	r.resolveTitle(p)
}

// slug is the anchor GitHub gives a heading.
func slug(title string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(strings.TrimSpace(title)) {
		switch {
		case c == ' ' || c == '-':
			b.WriteByte('-')
		case c == '_' || unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c):
			b.WriteRune(c)
		}
	}
	return b.String()
}

// bySlug finds a section by anchor; repeats are numbered -1, -2 … Full-width
// spelling of the link does not matter.
func (r *reader) bySlug(anchor string) (*section, bool) {
	if r.slugs == nil {
		r.slugs = map[string]*section{}
		seen := map[string]int{}
		for _, s := range r.sections {
			if s.head == nil {
				continue
			}
			base := slug(s.title)
			name := base
			if n := seen[base]; n > 0 {
				name = base + "-" + strconv.Itoa(n)
			}
			seen[base]++
			for _, key := range [...]string{name, fold(name), s.head.id()} {
				if _, taken := r.slugs[key]; !taken && key != "" {
					r.slugs[key] = s
				}
			}
		}
	}
	anchor = decodePercent(anchor)
	s, ok := r.slugs[anchor]
	if !ok {
		s, ok = r.slugs[fold(anchor)]
	}
	return s, ok
}

// decodePercent undoes %E6%… in the anchor of a link.
func decodePercent(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// plainTitle is a title without numbers and signs, for comparing.
func plainTitle(s string) string {
	return lettersOf(cutLeading(fold(trimSigns(stripBrackets(s)))))
}

func cutLeading(s string) string {
	_, s, _ = cutNumber(s)
	return s
}

// lettersOf keeps letters and digits.
func lettersOf(s string) string {
	var short [128]byte
	out := short[:0]
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if isAlnum(c) {
				out = append(out, c)
			}
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if isCJK(c) || unicode.IsLetter(c) || unicode.IsNumber(c) {
			out = append(out, s[i:i+size]...)
		}
		i += size
	}
	return string(out)
}
