package runbook

import (
	"strings"
	"time"
)

// parseWindow reads the time window of a heading: 0〜15分, 0-15 min, 15分〜, 30+ minutes.
func parseWindow(s string) (Window, bool) {
	w := Window{Written: strings.TrimSpace(s), Anchor: FromDeclared}
	f := fold(s)
	for _, p := range [...]string{"t0+", "t+", "h+", "宣言から", "発災から"} {
		if after, ok := strings.CutPrefix(f, p); ok {
			if p == "発災から" {
				w.Anchor = FromDetected
			}
			f = after
			break
		}
	}
	from, to, sep, ok := cutAny(f, "〜", "~", "–", "—", "-", " to ", "から", "+")
	if !ok {
		return Window{}, false
	}
	from, to = strings.TrimSpace(from), strings.TrimSpace(strings.Trim(to, "~ "))
	to = strings.TrimPrefix(strings.TrimPrefix(to, "t+"), "h+")
	to = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(to, "まで"), "以内"))
	if sep == "+" {
		n, rest, okN := scanNumber(from)
		unit, business, tail, okU := scanUnit(to)
		if !okN || rest != "" || !okU || business || strings.TrimSpace(tail) != "" {
			return Window{}, false
		}
		w.From = time.Duration(n * float64(unit))
		return w, w.From <= maxTime
	}
	if to == "" || to == "以降" {
		sp, tail, okS := scanSpan(from)
		if sep == "から" || sep == "-" || sep == "–" || !okS || tail != "" || sp.business > 0 {
			return Window{}, false
		}
		w.From = sp.d
		return w, true
	}
	end, tail, okEnd := scanSpan(to)
	if !okEnd || end.business > 0 || strings.Trim(tail, " 。.") != "" {
		return Window{}, false
	}
	w.To = end.d
	start, okFrom := windowStart(from, to)
	w.From = start
	return w, okFrom && w.From < w.To && w.To <= maxTime
}

// windowStart reads the left side: a bare number takes the unit of the right.
func windowStart(from, to string) (time.Duration, bool) {
	switch from {
	case "", "0", "発災", "発生", "直後", "発災直後", "宣言", "検知":
		return 0, true
	}
	if sp, tail, ok := scanSpan(from); ok && tail == "" && sp.business == 0 {
		return sp.d, true
	}
	n, rest, ok := scanNumber(from)
	if !ok || rest != "" {
		return 0, false
	}
	_, unitText, _ := scanNumber(to)
	unit, _, _, ok := scanUnit(strings.TrimLeft(unitText, " "))
	return time.Duration(n * float64(unit)), ok
}

// headingTime reads the window or limit a heading carries, most often in its
// last bracket. estimate tells a plain quantity, which is a limit on a phase
// but only an estimate on a step.
func headingTime(title string) (w *Window, l *Limit, estimate bool) {
	rest := title
	for range 3 {
		before, inside, ok := lastBracket(rest)
		if !ok {
			break
		}
		for _, part := range splitParts(inside) {
			if !mayBeTime(part) {
				continue
			}
			if win, ok := parseWindow(part); ok {
				return pointTo(win), nil, false
			}
			lim, err := ParseLimit(part)
			if err != nil && strings.HasPrefix(fold(part), "next ") {
				lim, err = ParseLimit(strings.TrimSpace(part)[5:])
			}
			if err == nil && lim.Anchor != AtClock {
				_, errPlain := ParseDuration(part)
				return nil, pointTo(lim), errPlain == nil
			}
		}
		rest = before
	}
	if win, ok := edgeWindow(title); ok {
		return pointTo(win), nil, false
	}
	if i := strings.LastIndexAny(title, " 　）)]】"); i > 0 {
		last := strings.TrimLeft(title[i:], " 　）)]】")
		if !mayBeTime(last) {
			return nil, nil, false
		}
		if win, ok := parseWindow(last); ok {
			return pointTo(win), nil, false
		}
	}
	return nil, nil, false
}

// pointTo puts a value where it stays: most headings have none to keep.
func pointTo[T any](v T) *T { return &v }

// edgeWindow reads a window set off by a dash or a colon at either end of a
// heading: "0-15 min — Night duty officer", "IT lead: 15-60 min".
func edgeWindow(title string) (Window, bool) {
	t := trimSigns(title)
	if !mayHaveEdge(t) {
		return Window{}, false
	}
	for _, sep := range [...]string{" — ", " – ", " - ", ": ", "：", " | ", "｜"} {
		before, _, ok := strings.Cut(t, sep)
		if !ok {
			continue
		}
		if mayBeTime(before) {
			if w, ok := parseWindow(before); ok {
				return w, true
			}
		}
		if i := strings.LastIndex(t, sep); i > 0 && mayBeTime(t[i+len(sep):]) {
			if w, ok := parseWindow(t[i+len(sep):]); ok {
				return w, true
			}
		}
	}
	return Window{}, false
}

// mayHaveEdge tells a heading in which one of edgeWindow's signs may stand.
func mayHaveEdge(t string) bool {
	for i := 0; i+1 < len(t); i++ {
		switch t[i] {
		case ':', 0xEF:
			return true
		case ' ':
			if c := t[i+1]; c == '-' || c == '|' || c == 0xE2 {
				return true
			}
		}
	}
	return false
}

// mayBeTime rules most words out before the grammar looks at them: a time has a
// digit or one of a few words.
func mayBeTime(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	if !hasCJK(s) && strings.IndexByte(s, 0xEF) < 0 {
		return containsAny(s, "mmediate", "sap", "SAP", "ourly", "aily", "every ", "once", "right away")
	}
	return containsAny(s, "直ち", "ただち", "即", "速やか", "すみやか", "すぐ", "至急", "毎", "半", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百") || strings.IndexByte(s, 0xEF) >= 0
}

// splitParts splits words in a bracket at list signs.
func splitParts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return r == '、' || r == ',' || r == '，' || r == '・' || r == '/' || r == '／' || r == ';' || r == '；'
	})
}
