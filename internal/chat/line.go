package chat

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Line is one line of the クロノロ as typed: time, from, to, content.
type Line struct {
	Raw       string // exactly as typed
	At        time.Time
	HasTime   bool // false: nothing was said about the time
	From      string
	To        string
	Text      string // as typed, without time, from, to and markers
	Important bool   // 重要 or a leading exclamation mark
	Open      bool   // 未対応: needs an answer
}

// ParseLine reads a record line such as "0840 県警>CSIRT 到着、2名". Every part
// but the content may be missing; ＞, → and -> are the same as >. What does not
// look like a time or an address stays in the text: nothing is lost, and Raw
// holds the line as it was typed. Relative and bare times are read as ParseTime
// does.
func ParseLine(s string, now time.Time, zone *time.Location) Line {
	l := Line{Raw: s}
	rest := l.markers(strings.TrimSpace(s))
	body := l.markers(l.takeTime(rest, now, zone))
	l.Text = l.markers(l.takeAddress(body))
	if l.Text == "" && l.From+l.To != "" { // "A>B" alone is something that was said
		l.From, l.To, l.Text = "", "", body
	}
	return l
}

// takeTime takes a time off the front: up to three words, the longest that can
// be read; "8:40、" also counts as a word.
func (l *Line) takeTime(s string, now time.Time, zone *time.Location) string {
	words, ends := fields(s, 3)
	for n := len(words); n > 0; n-- {
		head := strings.TrimRight(strings.Join(words[:n], " "), "、,。")
		t, err := ParseTime(head, now, zone)
		if err != nil || n == 1 && isCount(words[0], strings.TrimSpace(s[ends[0]:])) {
			continue
		}
		l.At, l.HasTime = t, true
		return strings.TrimSpace(s[ends[n-1]:])
	}
	head, rest, found := strings.Cut(s, "、")
	if t, err := ParseTime(head, now, zone); found && err == nil && len([]rune(head)) > 3 {
		l.At, l.HasTime = t, true
		return strings.TrimSpace(rest)
	}
	return s
}

// isCount reports whether a bare number is a quantity and not a time: "120 台".
func isCount(word, rest string) bool {
	return reDigits.MatchString(norm.NFKC.String(word)) && counted(rest)
}

// counted reports whether a text begins with a counter.
func counted(rest string) bool {
	rest = norm.NFKC.String(Truncate(strings.TrimSpace(rest), 12))
	for _, unit := range []string{"台", "本", "名", "人", "件", "枚", "号", "隻", "個", "円", "%", "度", "社", "通", "番", "pcs", "units", "trucks", "containers"} {
		if strings.HasPrefix(rest, unit) {
			return true
		}
	}
	return false
}

// fields gives the first n words and where each ends in s.
func fields(s string, n int) (words []string, ends []int) {
	start := -1
	for i, r := range s {
		switch {
		case unicode.IsSpace(r) && start >= 0:
			words, ends, start = append(words, s[start:i]), append(ends, i), -1
		case !unicode.IsSpace(r) && start < 0:
			start = i
		}
		if len(words) == n {
			return words, ends
		}
	}
	if start >= 0 {
		words, ends = append(words, s[start:]), append(ends, len(s))
	}
	return words, ends
}

var (
	reArrow  = regexp.MustCompile(`[ \t\x{3000}]*(?:->|=>|＝＞|－＞|→|⇒|＞|>)[ \t\x{3000}]*`)
	reNumber = regexp.MustCompile(`^[0-9.,]+[%度℃a-z]{0,3}$`)
)

const maxAddress = 40 // characters of a from or to

// takeAddress takes 発信>受信 off the front.
func (l *Line) takeAddress(s string) string {
	loc := reArrow.FindStringIndex(s)
	if loc == nil {
		return s
	}
	from, arrow, rest := s[:loc[0]], s[loc[0]:loc[1]], s[loc[1]:]
	if strings.ContainsFunc(from, unicode.IsSpace) || strings.ContainsAny(from, "<。、「") ||
		strings.Contains(from, "://") || len([]rune(from)) > maxAddress {
		return s
	}
	to, text := "", rest
	left, right := trimEdges(arrow)
	if !right || left {
		words, ends := fields(rest, 1)
		if len(words) == 1 {
			to, text = words[0], strings.TrimSpace(rest[ends[0]:])
		}
	}
	to = strings.TrimRight(to, ":：、")
	plainTo := strings.ToLower(norm.NFKC.String(to))
	if reNumber.MatchString(plainTo) || strings.Contains(plainTo, "://") || len([]rune(to)) > maxAddress || from+to == "" {
		return s
	}
	l.From, l.To = name(from), name(to)
	return text
}

// trimEdges tells whether white space stands before and after the arrow.
func trimEdges(arrow string) (left, right bool) {
	return strings.TrimLeftFunc(arrow, unicode.IsSpace) != arrow, strings.TrimRightFunc(arrow, unicode.IsSpace) != arrow
}

// name is an address in one form: full-width Latin and half-width kana are
// brought to their usual width.
func name(s string) string { return strings.TrimSpace(norm.NFKC.String(s)) }

var (
	reMarkHead = regexp.MustCompile(`^(?:[\[【［(（](重要|未対応|important|open)[\]】］)）]|(重要|未対応)(?:[ \t\x{3000}:：]|$)|([!！])[ \t\x{3000}]*)[ \t\x{3000}:：]*`)
	reMarkTail = regexp.MustCompile(`[ \t\x{3000}]*(?:[\[【［(（](重要|未対応|important|open)[\]】］)）]|[ \t\x{3000}](重要|未対応))$`)
)

// markers takes 重要 and 未対応 off both ends of a text.
func (l *Line) markers(s string) string {
	for {
		g := reMarkHead.FindStringSubmatch(s)
		if g == nil {
			break
		}
		l.mark(g[1] + g[2] + g[3])
		s = s[len(g[0]):]
	}
	for {
		g := reMarkTail.FindStringSubmatch(s)
		if g == nil {
			return strings.TrimSpace(s)
		}
		l.mark(g[1] + g[2])
		s = s[:len(s)-len(g[0])]
	}
}

func (l *Line) mark(word string) {
	if word == "未対応" || word == "open" {
		l.Open = true
		return
	}
	l.Important = true
}
