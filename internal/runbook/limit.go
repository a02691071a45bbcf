package runbook

import (
	"fmt"
	"strings"
	"time"
)

// ParseLimit reads a time limit as written in a label, a column or a bracket:
// 15分以内, within 15 min, T+15, 検知から24時間以内, 前の手順から10分, 17:30まで,
// 3営業日, 直ちに. A bare T+15 counts minutes, as people write it; any other
// bare number is refused. The error wraps ErrTime or ErrTimeRange.
func ParseLimit(s string) (Limit, error) {
	l := Limit{Written: strings.TrimSpace(s), Anchor: FromCurrent}
	f := strings.Trim(fold(s), " 。.*_`")
	if before, _, ok := lastBracket(f); ok && before != "" {
		f = before
	}
	if isImmediate(f) {
		l.Immediate = true
		return l, nil
	}
	if clock, ok := parseClock(f); ok {
		l.Anchor, l.Clock = AtClock, clock
		return l, nil
	}
	anchor, ref, rest := cutAnchor(f)
	l.Anchor, l.Ref = anchor, ref
	rest, tail := trimLimitWords(rest)
	sp, after, ok := scanSpan(trimAbout(rest))
	if !ok && anchor == FromDeclared && strings.HasPrefix(f, "t") {
		var n float64
		if n, after, ok = scanNumber(strings.TrimSpace(rest)); ok {
			sp.d = time.Duration(n * float64(time.Minute))
		}
	}
	after = strings.Trim(after, " .。,、以内にまで後程度")
	if !ok || (after != "" && !limitTail(after, &l)) {
		return Limit{}, fmt.Errorf("read limit %q: %w", s, ErrTime)
	}
	if tail != "" {
		limitTail(tail, &l)
	}
	if sp.d > maxTime || sp.business > 366 {
		return Limit{}, fmt.Errorf("read limit %q: %w", s, ErrTimeRange)
	}
	l.After, l.Business = sp.d, sp.business
	return l, nil
}

func isImmediate(f string) bool {
	f = strings.TrimSuffix(strings.TrimSuffix(f, "対応"), "に")
	switch f {
	case "直ち", "ただち", "即時", "即座", "即", "速やか", "すみやか", "すぐ", "至急", "今すぐ",
		"immediately", "immediate", "asap", "at once", "right away", "as soon as possible":
		return true
	}
	return false
}

// cutAnchor reads from when a limit counts.
func cutAnchor(f string) (anchor Anchor, ref, rest string) {
	for _, p := range [...]string{"t0+", "t0 +", "t+", "t +"} {
		if after, ok := strings.CutPrefix(f, p); ok {
			return FromDeclared, "", after
		}
	}
	if after, ok := strings.CutPrefix(f, "+"); ok {
		return FromDeclared, "", after
	}
	if after, ok := strings.CutPrefix(f, "前の手順から"); ok {
		return FromStep, "", after
	}
	if num, after, ok := cutStepAnchor(f); ok {
		return FromStep, num, after
	}
	for _, w := range anchorWords() {
		if after, ok := strings.CutPrefix(f, w.word); ok {
			after = strings.TrimLeft(after, " ")
			if rest, ok := cutFirst(after, "から", "後", "より", "+"); ok {
				return w.anchor, "", rest
			}
		}
	}
	return FromCurrent, "", f
}

func cutFirst(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return rest, true
		}
	}
	return s, false
}

// cutStepAnchor reads "after step 3 + 10 min" and 「手順3から10分」.
func cutStepAnchor(f string) (num, rest string, ok bool) {
	s := strings.TrimPrefix(f, "after ")
	s, found := cutFirst(s, "手順", "ステップ", "step ")
	if !found {
		return "", "", false
	}
	s = strings.TrimLeft(s, " ")
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	if i == 0 {
		return "", "", false
	}
	rest, found = cutFirst(strings.TrimLeft(s[i:], " "), "から", "の完了から", "完了から", "+", "の後")
	return s[:i], rest, found
}

type anchorWord struct {
	word   string
	anchor Anchor
}

func anchorWords() [14]anchorWord {
	return [...]anchorWord{
		{"開始宣言", FromPhase}, {"手動運用開始", FromPhase}, {"段階開始", FromPhase}, {"着手", FromCurrent}, {"開始", FromPhase},
		{"異常宣言", FromDeclared}, {"宣言", FromDeclared}, {"発令", FromDeclared},
		{"検知", FromDetected}, {"発見", FromDetected}, {"発生", FromDetected}, {"発災", FromDetected},
		{"認知", FromRecognised}, {"判明", FromRecognised},
	}
}

// trimLimitWords takes the words round an English limit off; tail is what
// stands after "of" or "from": the anchor.
func trimLimitWords(s string) (rest, tail string) {
	s = strings.TrimSpace(s)
	for _, p := range [...]string{"within the first ", "within ", "in under ", "in ", "under ", "less than ", "no later than ", "max. ", "max ", "first ", "<=", "<", "≤", "最初の"} {
		if after, ok := strings.CutPrefix(s, p); ok {
			s = strings.TrimSpace(after)
			break
		}
	}
	if before, after, ok := strings.Cut(s, " of "); ok {
		return before, after
	}
	if before, after, ok := strings.Cut(s, " from "); ok {
		return before, after
	}
	if before, after, ok := strings.Cut(s, " after "); ok {
		return before, after
	}
	return s, ""
}

// limitTail takes the words after a limit that name its anchor, or say nothing.
func limitTail(tail string, l *Limit) bool {
	tail = strings.TrimPrefix(strings.TrimSpace(tail), "of ")
	tail = strings.TrimPrefix(tail, "the ")
	switch {
	case hasAnyPrefix(tail, "detect", "discover", "occur"):
		l.Anchor = FromDetected
	case hasAnyPrefix(tail, "declar", "activation"):
		l.Anchor = FromDeclared
	case hasAnyPrefix(tail, "recogni", "becoming aware", "awareness"):
		l.Anchor = FromRecognised
	case hasAnyPrefix(tail, "previous step", "step before"):
		l.Anchor = FromStep
	case tail == "max" || tail == "maximum" || tail == "or less" || tail == "以下":
	default:
		return false
	}
	return true
}

// parseClock reads 17:30, 17時30分まで, by 17:30 and 2026-12-01 17:00.
func parseClock(f string) (string, bool) {
	f = strings.TrimPrefix(strings.TrimPrefix(f, "当日"), "本日")
	for _, p := range [...]string{"by ", "before ", "at ", "until ", "till "} {
		f = strings.TrimPrefix(f, p)
	}
	for _, p := range [...]string{"までに", "まで", "迄"} {
		f = strings.TrimSuffix(f, p)
	}
	f = strings.TrimSpace(f)
	date := ""
	if len(f) > 11 && f[4] == '-' && f[7] == '-' && (f[10] == ' ' || f[10] == 't') {
		if _, err := time.Parse("2006-01-02", f[:10]); err != nil {
			return "", false
		}
		date, f = f[:10]+" ", f[11:]
	}
	h, rest, ok := scanNumber(f)
	if !ok || h != float64(int(h)) || h > 24 {
		return "", false
	}
	m := 0.0
	switch {
	case strings.HasPrefix(rest, ":") && len(rest) == 3:
		if m, rest, ok = scanNumber(rest[1:]); !ok || rest != "" {
			return "", false
		}
	case strings.HasPrefix(rest, "時") && !strings.HasPrefix(rest, "時間"):
		if rest = strings.TrimPrefix(rest, "時"); rest == "半" {
			m = 30
		} else if rest != "" {
			if m, rest, ok = scanNumber(rest); !ok || rest != "分" {
				return "", false
			}
		}
	default:
		return "", false
	}
	if m > 59 || m != float64(int(m)) || (h == 24 && m > 0) {
		return "", false
	}
	return fmt.Sprintf("%s%02d:%02d", date, int(h), int(m)), true
}
